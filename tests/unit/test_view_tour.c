/* A tour of all scenarios, all steps, forward, back and at random, in four sizes and three themes. */
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

/* The panels that a person can open, by the number of the step, so that a tour sees all of them. */
static void open_panels(const struct reel *reel, struct scene_view *view, size_t step) {
  uint16_t hosts = (uint16_t)reel->world->preamble->host_count;
  view->stage = step % 2 ? STAGE_LADDER : STAGE_MACHINES;
  view->eavesdrops = step % 3 == 0;
  view->machine = (uint16_t)(hosts && step % 4 ? 1 + step % hosts : 0);
  view->machine_scroll = step % 8 < 4 ? 0 : DU(200);
  view->letter = (uint32_t)(step % 5);
  view->layer = (uint32_t)(step % 3);
  view->is_raw = step % 7 == 0;
}

/* How closely a look is looked at. */
struct care {
  size_t draw, check; /* every so many steps */
};

/* Drawn forward, then backward, then at random: the same pictures. */
static int tour_pictures(const struct reel *reel, struct scene *scene, struct scene_view *view,
                         const char *name, struct care care, bool opens) {
  struct draw_list list = DRAW_LIST_EMPTY;
  uint64_t *seen = mem_zalloc(reel->count * sizeof *seen);
  struct rng rng = rng_named(1, SPAN("tour"));
  size_t last = (reel->count - 1) / care.draw * care.draw;
  int faults = 0;
  for (size_t i = 0; i < reel->count; i += care.draw) {
    view->position_ms = reel_settled(reel, i);
    if (opens) open_panels(reel, view, i);
    scene_draw(scene, view, &list);
    seen[i] = draw_list_hash(&list);
    if (i % (care.draw * care.check) == 0) faults += check_picture(&list, name, i);
  }
  for (size_t i = last;; i -= care.draw) {
    view->position_ms = reel_settled(reel, i);
    if (opens) open_panels(reel, view, i);
    scene_draw(scene, view, &list);
    assert_int_equal(seen[i], draw_list_hash(&list));
    if (i == 0) break;
  }
  for (size_t k = 0; k < 20; k++) {
    size_t i = (size_t)rng_below(&rng, last / care.draw + 1) * care.draw;
    view->position_ms = reel_settled(reel, i);
    if (opens) open_panels(reel, view, i);
    scene_draw(scene, view, &list);
    assert_int_equal(seen[i], draw_list_hash(&list));
  }
  draw_list_free(&list);
  mem_free(seen);
  return faults;
}

static const struct {
  int32_t width, height, text_percent;
  enum scene_panel panel;
} sizes[] = {{1600, 900, 100, PANEL_CONVERSATION},
             {1024, 768, 100, PANEL_CONVERSATION},
             {1280, 720, 100, PANEL_MESSAGE},
             {1600, 900, 150, PANEL_MESSAGE}};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes };

/* The first look is taken of each step, the others of some. */
static struct care care_for(size_t look, size_t steps) {
  size_t some = steps / 24 + 1;
  return look == 0 ? (struct care){steps / 600 + 1, steps / 100 + 1} : (struct care){some, 1};
}

static int tour(const char *path, const char *name) {
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = run_scenario(path, &arena);
  int faults = 0;
  if (!journal) {
    arena_free(&arena);
    return 0; /* the loader's tests say why */
  }
  struct world_view *world = world_view_new(journal);
  struct reel *reel = reel_new(world);
  struct scene *scene = scene_new(reel);
  for (size_t look = 0; look < SIZE_COUNT * THEME_COUNT; look++) {
    size_t size = look / THEME_COUNT;
    struct scene_view view = {.theme = theme_named((enum theme_name)(look % THEME_COUNT)),
                              .speed_percent = 100,
                              .by = BY_PHASE,
                              .panel = sizes[size].panel,
                              .text_percent = sizes[size].text_percent};
    scene_size(sizes[size].width, sizes[size].height, sizes[size].text_percent, &view.width, &view.height);
    faults += tour_pictures(reel, scene, &view, name, care_for(look, reel->count), false);
    faults += tour_pictures(reel, scene, &view, name, care_for(look + 1, reel->count), true);
  }
  print_message("%s: %zu steps\n", name, reel->count);
  scene_free(scene);
  reel_free(reel);
  world_view_free(world);
  journal_free(journal);
  arena_free(&arena);
  return faults;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void tour_folder(const char *folder_name) {
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
    faults += tour(arena_format(&arena, "%s/%s", folder_name, names[i]).data, names[i]);
  assert_true(count > 0);
  assert_int_equal(faults, 0);
  arena_free(&arena);
}

static void all_scenarios(void **state) {
  (void)state;
  tour_folder(TESTS_DIR "/../scenarios");
}

/* Chains, stars, meshes and crowds, which the course may not have. */
static void all_shapes(void **state) {
  (void)state;
  tour_folder(TESTS_DIR "/shapes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_scenarios),
      cmocka_unit_test(all_shapes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
