/* A tour of all scenarios: every step, forward, back and at random, in three shapes of window, three themes
 * and three sizes of text. Whatever is drawn keeps what view_checks.h says; back and at random is drawn what
 * was drawn forward; themes differ in colours alone.
 *
 *     test_view_tour [K N]      the Kth of N shares of the scenarios, from 1
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "scenario_journal.h"
#include "view_checks.h"

/* ---- looks ---- */

static const struct { int32_t width, height; } windows[] = {{1600, 900}, {1024, 768}, {1920, 1200}};
static const int32_t text_sizes[] = {100, 125, 150};
enum {
  WINDOW_COUNT = sizeof windows / sizeof *windows,
  TEXT_COUNT = sizeof text_sizes / sizeof *text_sizes,
  LOOK_COUNT = WINDOW_COUNT * TEXT_COUNT,
  SEEKS = 40,   /* at random, in each look */
  SOME = 8,     /* of so many steps one is looked at more closely */
  IN_MOTION = 5 /* one of so many is looked at while it happens, too */
};

/* One scenario in one look. */
struct tour {
  const struct reel *reel;
  struct scene *scene;
  struct scene_view view;
  struct draw_list list;
  const char *name;
  uint64_t *hashes; /* of each step's picture */
  size_t stride;    /* every so many steps */
  bool is_course;
  bool opens;      /* what a person can open is open */
  bool all_themes; /* at each step, not only at some */
  int faults;
};

/* The panels that a person can open, by the number of the step, so that a tour sees all of them. */
static void open_panels(struct tour *tour, size_t step) {
  struct scene_view *view = &tour->view;
  uint16_t hosts = (uint16_t)tour->reel->world->preamble->host_count;
  view->stage = step % 2 ? STAGE_LADDER : STAGE_MACHINES;
  view->eavesdrops = step % 3 == 0;
  view->machine = (uint16_t)(hosts && step % 4 ? 1 + step % hosts : 0);
  view->machine_scroll = step % 8 < 4 ? 0 : DU(200);
  view->letter = (uint32_t)(step % 5);
  view->layer = (uint32_t)(step % 3);
  view->is_raw = step % 7 == 0;
}

static void draw(struct tour *tour, size_t step, enum theme_name theme) {
  tour->view.theme = theme_named(theme);
  tour->view.panel = step / 2 % 2 ? PANEL_MESSAGE : PANEL_CONVERSATION;
  tour->view.position_ms = reel_settled(tour->reel, step);
  if (tour->opens) open_panels(tour, step);
  scene_draw(tour->scene, &tour->view, &tour->list);
}

/* ---- what themes have in common ---- */

static uint64_t mix(uint64_t hash, int64_t a, int64_t b) {
  hash = (hash ^ (uint64_t)a) * UINT64_C(0x9E3779B97F4A7C15);
  hash = (hash ^ hash >> 29 ^ (uint64_t)b) * UINT64_C(0xBF58476D1CE4E5B9);
  return hash ^ hash >> 32;
}

static uint64_t mix_rect(uint64_t hash, struct rect rect) {
  return mix(mix(hash, rect.x, rect.y), rect.w, rect.h);
}

/* All that a picture is, except for its colours: every word and where it stands, every area, every place that
 * answers. The width of borders is a theme's, too, and so is whether an area at rest has one. */
static uint64_t without_colours(const struct draw_list *list) {
  const struct hit_region *button = draw_list_find_hit(list, scene_id(SCENE_THEME, 0));
  uint64_t hash = mix(1, list->width, list->height);
  for (size_t i = 0; i < list->count; i++) {
    const struct draw_command *command = &list->commands[i];
    struct checked_area area;
    const struct draw_text *text = &command->as.text;
    const struct draw_icon *icon = &command->as.icon;
    if (command->kind == DRAW_TEXT) {
      if (button && rect_contains(button->rect, text->baseline)) continue; /* it says which theme is next */
      hash = mix(mix(hash, text->baseline.x, text->baseline.y), text->style.face, text->style.weight);
      hash = mix(hash, text->style.size, (int64_t)span_hash(text->text));
    } else if (command->kind == DRAW_ICON) {
      hash = mix_rect(mix(hash, command->kind, icon->icon), icon->rect);
    } else if (command->kind == DRAW_CLIP_PUSH) {
      hash = mix_rect(hash, command->as.clip.rect);
    } else if (command->kind == DRAW_STROKE) {
      const struct draw_stroke *stroke = &command->as.stroke;
      for (uint32_t k = 0; k < stroke->count; k++) hash = mix(hash, stroke->points[k].x, stroke->points[k].y);
    } else if (opaque_area(command, &area)) {
      hash = mix_rect(mix(hash, command->kind, 0), area.seen);
    }
  }
  for (size_t i = 0; i < list->hit_count; i++)
    hash = mix_rect(mix(hash, (int64_t)list->hits[i].id, list->hits[i].flags), list->hits[i].rect);
  return hash;
}

/* ---- the tour ---- */

/* The most important words are there to their end. */
static void check_caption(struct tour *tour, size_t step) {
  const struct hit_region *caption = draw_list_find_hit(&tour->list, scene_id(SCENE_AREA, AREA_CAPTION));
  for (size_t i = 0; caption && i < tour->list.count; i++) {
    const struct draw_text *text = &tour->list.commands[i].as.text;
    if (tour->list.commands[i].kind != DRAW_TEXT || !rect_contains(caption->rect, text->baseline)) continue;
    if (span_ends_with(text->text, SPAN("\xe2\x80\xa6")) && tour->faults++ < 3)
      print_error("%s, step %zu: the caption is cut: \"%.*s\"\n", tour->name, step, SPAN_ARG(text->text));
  }
}

static void check(struct tour *tour, size_t step) {
  tour->faults += check_picture(&tour->list, tour->name, step);
  check_caption(tour, step);
}

/* The other themes: the same but for the colours, and these can be told apart. */
static void draw_other_themes(struct tour *tour, size_t step) {
  uint64_t light = without_colours(&tour->list);
  for (unsigned theme = THEME_LIGHT + 1; theme < THEME_COUNT; theme++) {
    draw(tour, step, (enum theme_name)theme);
    if (without_colours(&tour->list) != light && tour->faults++ < 3)
      print_error("%s, step %zu: more than the colours changes with the theme\n", tour->name, step);
    check(tour, step);
  }
}

static void draw_in_motion(struct tour *tour, size_t step) {
  int64_t before = step ? reel_settled(tour->reel, step - 1) : 0;
  tour->view.position_ms = before + (reel_settled(tour->reel, step) - before) / 2;
  scene_draw(tour->scene, &tour->view, &tour->list);
  check(tour, step);
}

static void forward(struct tour *tour) {
  size_t nth = 0;
  for (size_t i = 0; i < tour->reel->count; i += tour->stride, nth++) {
    draw(tour, i, THEME_LIGHT);
    tour->hashes[i] = draw_list_hash(&tour->list);
    check(tour, i);
    if (tour->all_themes || nth % SOME == 0) draw_other_themes(tour, i);
    if (nth % IN_MOTION == 0) draw_in_motion(tour, i);
  }
}

static void draw_again(struct tour *tour, size_t step) {
  draw(tour, step, THEME_LIGHT);
  assert_int_equal(tour->hashes[step], draw_list_hash(&tour->list));
}

static void back_and_at_random(struct tour *tour) {
  struct rng rng = rng_named(1, SPAN("tour"));
  size_t count = (tour->reel->count - 1) / tour->stride + 1;
  for (size_t k = count; k-- > 0;) draw_again(tour, k * tour->stride);
  for (int k = 0; k < SEEKS; k++) draw_again(tour, (size_t)rng_below(&rng, count) * tour->stride);
}

static void tour_look(struct tour *tour, size_t look) {
  size_t window = look % WINDOW_COUNT, text = look / WINDOW_COUNT;
  tour->view = (struct scene_view){
      .speed_percent = 100, .by = BY_PHASE, .text_percent = text_sizes[text], .is_playing = look % 2 == 1};
  scene_size(windows[window].width, windows[window].height, text_sizes[text], &tour->view.width,
             &tour->view.height);
  tour->all_themes = tour->is_course && text == 0 && !tour->opens;
  forward(tour);
  back_and_at_random(tour);
}

/* Shapes that no course has are looked at more coarsely: where the text is large, and in the other themes. */
static int tour_scenario(const char *path, const char *name, bool is_course) {
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = run_scenario(path, &arena);
  if (!journal) {
    arena_free(&arena);
    return 0; /* the loader's tests say why */
  }
  struct world_view *world = world_view_new(journal);
  struct reel *reel = reel_new(world);
  struct tour tour = {
      .reel = reel, .scene = scene_new(reel), .list = DRAW_LIST_EMPTY, .name = name, .is_course = is_course};
  tour.hashes = mem_zalloc(reel->count * sizeof *tour.hashes);
  for (size_t look = 0; look < LOOK_COUNT; look++) {
    bool is_large = look >= WINDOW_COUNT;
    tour.opens = false;
    tour.stride = is_course || !is_large ? 1 : SOME;
    tour_look(&tour, look);
    tour.opens = true;
    tour.stride = is_course && !is_large ? 1 : SOME - 1; /* odd: panels open by the number of the step */
    tour_look(&tour, look);
  }
  print_message("%s: %zu steps\n", name, reel->count);
  int faults = tour.faults;
  mem_free(tour.hashes);
  draw_list_free(&tour.list);
  scene_free(tour.scene);
  reel_free(reel);
  world_view_free(world);
  journal_free(journal);
  arena_free(&arena);
  return faults;
}

/* ---- which ---- */

static int share = 1, shares = 1;

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void tour_folder(const char *folder_name, bool is_course) {
  struct arena arena = ARENA_EMPTY;
  char *names[200];
  size_t count = 0;
  int faults = 0;
  DIR *folder = opendir(folder_name);
  assert_non_null(folder);
  for (struct dirent *entry; count < 200 && (entry = readdir(folder));)
    if (span_ends_with(span_from(entry->d_name), SPAN(".json")))
      names[count++] = arena_text(&arena, span_from(entry->d_name));
  closedir(folder);
  qsort(names, count, sizeof *names, compare_names);
  for (size_t i = 0; i < count; i++)
    if ((int)i % shares == share - 1)
      faults += tour_scenario(arena_format(&arena, "%s/%s", folder_name, names[i]).data, names[i], is_course);
  assert_true(count > 0);
  assert_int_equal(faults, 0);
  arena_free(&arena);
}

static void all_scenarios(void **state) {
  (void)state;
  tour_folder(TESTS_DIR "/../scenarios", true);
}

/* Chains, stars, meshes and crowds, which the course may not have. */
static void all_shapes(void **state) {
  (void)state;
  tour_folder(TESTS_DIR "/shapes", false);
}

/* A window of another size with the same proportions has the same picture: it is scaled, nothing else. */
static void proportions_decide(void **state) {
  (void)state;
  static const int32_t same[][2] = {{3840, 2160}, {1280, 720}, {1920, 1080}, {2560, 1440}};
  int32_t width, height;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    scene_size(same[i][0], same[i][1], 100, &width, &height);
    assert_int_equal(width, DU(1600));
    assert_int_equal(height, DU(900));
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(proportions_decide),
      cmocka_unit_test(all_scenarios),
      cmocka_unit_test(all_shapes),
  };
  if (argc == 3) {
    share = atoi(argv[1]);
    shares = atoi(argv[2]);
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}
