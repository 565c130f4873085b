/* bench_view: the window's figures, without a window: a full frame, the first picture, a leap in a long
 * journal.
 *
 * The goals are times, so the yardstick is the time itself: an entry that claims to have taken it.
 */
#include "base/check.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench_frame.h"
#include "scenario_journal.h"
#include "shell/sdl/fonts.h"
#include "shell/sdl/raster.h"
#include "view/scene_catalogue.h"
#include "view/scene_compare.h"
#include "view/viewer_model.h"

enum { WIDTH = 1920, HEIGHT = 1080, FRAMES = 60, LEAPS = 40, RECORDS = 1000000 };

struct stage {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
  struct scene *scene;
  struct raster *raster;
  struct scene_view view;
  struct draw_list list;
  uint32_t *pixels;
};

static struct raster *open_raster(void) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct raster *raster = raster_open(fonts_folder(&arena), &errors);
  CHECK(raster);
  error_list_free(&errors);
  arena_free(&arena);
  return raster;
}

static void stage_begin(struct stage *stage, struct journal *journal) {
  stage->journal = journal;
  stage->world = world_view_new(journal);
  stage->reel = reel_new(stage->world);
  stage->scene = scene_new(stage->reel);
  stage->view = (struct scene_view){.theme = theme_named(THEME_LIGHT),
                                    .speed_percent = 100,
                                    .by = BY_PHASE,
                                    .text_percent = 100,
                                    .notice = SPAN_EMPTY};
  scene_size(WIDTH, HEIGHT, 100, &stage->view.width, &stage->view.height);
}

static void stage_end(struct stage *stage) {
  draw_list_free(&stage->list);
  scene_free(stage->scene);
  reel_free(stage->reel);
  world_view_free(stage->world);
  journal_free(stage->journal);
  raster_close(stage->raster);
  mem_free(stage->pixels);
}

static void draw_at(struct stage *stage, int64_t position_ms) {
  struct pixmap to = {stage->pixels, WIDTH, HEIGHT, WIDTH};
  stage->view.position_ms = position_ms;
  scene_draw(stage->scene, &stage->view, &stage->list);
  raster_draw(stage->raster, &stage->list, &to);
}

static struct journal *course_journal(void) {
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = run_course_scenario("jack-to-janelle", &arena);
  CHECK(journal);
  arena_free(&arena);
  return journal;
}

/* What is open. */
struct panels {
  const char *machine; /* its panel; NULL: none */
  enum scene_stage stage;
};

/* Frames all over the film, each another picture. */
static void frames(struct bench_watch *watch, const void *argument) {
  const struct panels *panels = argument;
  struct stage stage = {.raster = open_raster(), .pixels = mem_zalloc(WIDTH * HEIGHT * sizeof(uint32_t))};
  stage_begin(&stage, course_journal());
  stage.view.stage = panels->stage;
  if (panels->machine)
    stage.view.machine = journal_host_named(stage.world->preamble, span_from(panels->machine));
  CHECK(!panels->machine || stage.view.machine);
  draw_at(&stage, 0);
  bench_start(watch);
  for (int64_t i = 0; i < FRAMES; i++) draw_at(&stage, stage.reel->length_ms * i / FRAMES);
  bench_stop(watch, FRAMES);
  bench_note(watch, "commands", stage.list.count);
  stage_end(&stage);
}

/* Two stories side by side, gone through line by line. */
static void comparisons(struct bench_watch *watch, const void *argument) {
  static const char *const names[2] = {"mx-failover", "mx-fallback"};
  struct stage stories[2] = {{.list = DRAW_LIST_EMPTY}, {.list = DRAW_LIST_EMPTY}}, *stage = stories;
  struct compare_view view;
  struct arena arena = ARENA_EMPTY;
  (void)argument;
  for (int i = 0; i < 2; i++) {
    stories[i].raster = open_raster();
    stories[i].pixels = mem_zalloc(WIDTH * HEIGHT * sizeof(uint32_t));
    stage_begin(&stories[i], run_course_scenario(names[i], &arena));
  }
  struct reel_compare *compare = reel_compare_new(stories[0].reel, stories[1].reel);
  scene_compare_begin(&view, compare, theme_named(THEME_LIGHT));
  view.what = SPAN("it were another story");
  scene_size(WIDTH, HEIGHT, 100, &view.width, &view.height);
  for (int i = -1; i < FRAMES; i++) {
    struct pixmap to = {stage->pixels, WIDTH, HEIGHT, WIDTH};
    if (i == 0) bench_start(watch); /* the first one is not timed: the glyphs are made then */
    view.row = i < 0 ? 0 : compare->count * (size_t)i / FRAMES;
    scene_compare_draw(&view, &stage->list);
    raster_draw(stage->raster, &stage->list, &to);
  }
  bench_stop(watch, FRAMES);
  bench_note(watch, "rows", compare->count);
  reel_compare_free(compare);
  for (int i = 0; i < 2; i++) stage_end(&stories[i]);
  arena_free(&arena);
}

/* A catalogue of two hundred, scrolled from end to end. */
static void catalogues(struct bench_watch *watch, const void *argument) {
  enum { ITEMS = 200 };
  static struct catalogue_item items[ITEMS];
  static const struct span topics[] = {SPAN_INIT("Roles"), SPAN_INIT("Addressing and routing"),
                                       SPAN_INIT("Trust")};
  struct stage stage = {.raster = open_raster(), .pixels = mem_zalloc(WIDTH * HEIGHT * sizeof(uint32_t))};
  struct catalogue_view view = {
      .message = SPAN_EMPTY, .theme = theme_named(THEME_LIGHT), .text_percent = 100};
  struct pixmap to = {stage.pixels, WIDTH, HEIGHT, WIDTH};
  (void)argument;
  for (size_t i = 0; i < ITEMS; i++)
    items[i] = (struct catalogue_item){SPAN("The backup MX takes over"), SPAN("Preference and failover"),
                                       topics[i * 3 / ITEMS], SPAN("R15 R52"), SPAN("mx-failover.json")};
  view.items = items;
  view.count = ITEMS;
  scene_size(WIDTH, HEIGHT, 100, &view.width, &view.height);
  catalogue_arrange(&view);
  for (int i = -1; i < FRAMES; i++) {
    if (i == 0) bench_start(watch);
    view.scroll_is_free = true;
    view.scroll = i < 0 ? 0 : (int32_t)((int64_t)view.page_height * i / FRAMES);
    scene_catalogue_draw(&view, &stage.list);
    raster_draw(stage.raster, &stage.list, &to);
  }
  bench_stop(watch, FRAMES);
  bench_note(watch, "items", view.place_count);
  draw_list_free(&stage.list);
  raster_close(stage.raster);
  mem_free(stage.pixels);
}

/* From the scenario's file to pixels: faces opened, story run, cut, laid out, drawn. */
static void first_picture(struct bench_watch *watch, const void *argument) {
  struct stage stage = {.list = DRAW_LIST_EMPTY};
  (void)argument;
  bench_start(watch);
  stage.raster = open_raster();
  stage.pixels = mem_zalloc(WIDTH * HEIGHT * sizeof(uint32_t));
  stage_begin(&stage, course_journal());
  draw_at(&stage, 0);
  bench_stop(watch, 1);
  stage_end(&stage);
}

/* ---- a long journal ---- */

static void note(struct journal *journal, struct journal_record record) {
  for (int i = 0; i < JOURNAL_TEXTS; i++)
    if (!record.text[i].data) record.text[i] = SPAN_EMPTY;
  journal_append(journal, &record);
}

/* Two machines that talk for a very long time, twenty lines a session. */
static struct journal *long_journal(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("Long")}});
  for (uint16_t host = 1; host <= 2; host++)
    note(journal,
         (struct journal_record){.kind = JOURNAL_HOST,
                                 .host = host,
                                 .number = {0, 0, -1, -1},
                                 .text = {host == 1 ? SPAN("a") : SPAN("b"), SPAN("192.0.2.1"), SPAN("host"),
                                          host == 1 ? SPAN("x") : SPAN("y"), SPAN("server")}});
  for (uint32_t i = 0; i < RECORDS; i++) {
    uint32_t connection = i / 24 + 1, nth = i % 24;
    struct journal_record record = {.time_us = (int64_t)i * 20000, .host = 1, .connection = connection};
    record.kind = nth == 0 ? JOURNAL_CONNECT : nth == 1 ? JOURNAL_CONNECTED : JOURNAL_LINE;
    record.number[0] = nth <= 1 ? 2 : nth & 1;
    record.number[1] = nth <= 1 ? 25 : record.time_us + 10000;
    if (nth == 23) {
      record.kind = JOURNAL_CLOSED;
      record.number[0] = record.number[1] = 0;
    }
    record.text[0] = nth == 0 ? SPAN("192.0.2.2") : nth == 1 || nth == 23 ? SPAN_EMPTY : SPAN("NOOP");
    if (nth == 0) record.text[1] = SPAN("smtp");
    note(journal, record);
  }
  return journal;
}

static void leaps(struct bench_watch *watch, const void *argument) {
  struct stage stage = {.raster = open_raster(), .pixels = mem_zalloc(WIDTH * HEIGHT * sizeof(uint32_t))};
  struct rng rng = rng_named(1, SPAN("leaps"));
  (void)argument;
  stage_begin(&stage, long_journal());
  draw_at(&stage, 0);
  bench_start(watch);
  for (int i = 0; i < LEAPS; i++) draw_at(&stage, (int64_t)rng_below(&rng, (uint64_t)stage.reel->length_ms));
  bench_stop(watch, LEAPS);
  bench_note(watch, "steps", stage.reel->count);
  stage_end(&stage);
}

/* ---- the goals ---- */

static void claim(struct bench_watch *watch, const void *argument) {
  watch->seconds += *(const int *)argument / 1e3;
  watch->units += 1;
}

static const int frame_ms = 8, first_ms = 300, leap_ms = 50;

static const struct panels usual = {.machine = NULL}, machine = {.machine = "mx.umich.edu"},
                           ladder = {.stage = STAGE_LADDER};

#define FRAME_CASE(what, how, with)                                                                          \
  {                                                                                                          \
    what, "frames", 1, {                                                                                     \
      {.name = "scene and raster", .run = (how), .argument = (with)},                                        \
          {.name = "8 ms", .run = claim, .argument = &frame_ms, .at_least = 1},                              \
    }                                                                                                        \
  }

static const struct bench_case cases[] = {
    FRAME_CASE("a full frame, 1920x1080", frames, &usual),
    FRAME_CASE("a full frame, a machine's panel open", frames, &machine),
    FRAME_CASE("a full frame, the ladder", frames, &ladder),
    FRAME_CASE("a full frame, two stories side by side", comparisons, NULL),
    FRAME_CASE("a full frame, a catalogue of 200", catalogues, NULL),
    {"the first picture of a story",
     "pictures",
     1,
     {{.name = "from the file", .run = first_picture},
      {.name = "300 ms", .run = claim, .argument = &first_ms, .at_least = 1}}},
    {"a leap among a million records",
     "leaps",
     1,
     {{.name = "scene and raster", .run = leaps},
      {.name = "50 ms", .run = claim, .argument = &leap_ms, .at_least = 1}}},
};

int main(int argc, char **argv) {
  return bench_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
