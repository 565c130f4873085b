/* watched: scenarios of the course and others over them, run and cut into steps; for tests of what is made of
 * a whole run. The includer has cmocka's four includes before it. */
#pragma once

#include "scenario_files.h"
#include "view/reel.h"
#include "world/world.h"

struct watched {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
};

/* A scenario in the folder of the course's that is in no file; its name ends in "/overlay". */
struct watched_text {
  struct span overlay;
};

static bool watched_read(void *context, struct span path, size_t size_max, struct arena *arena,
                         struct span *bytes_out, struct error_list *errors) {
  const struct watched_text *text = context;
  if (!span_ends_with(path, SPAN("/overlay")))
    return read_real_file(NULL, path, size_max, arena, bytes_out, errors);
  *bytes_out = text->overlay;
  return true;
}

static inline struct journal *watched_run(const char *name, const char *overlay) {
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct watched_text text = {span_from(overlay)};
  struct scenario_reader reader = {
      .read_file = watched_read, .context = &text, .software_dir = SPAN(TESTS_DIR "/../assets/software")};
  struct span path = arena_format(&arena, TESTS_DIR "/../scenarios/%s", name);
  struct scenario *scenario = scenario_load(path, &reader, &errors);
  if (!scenario) fail_msg("%s: %.*s", name, SPAN_ARG(errors.items[0].message));
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  world_run(world, -1);
  world_free(world);
  scenario_free(scenario);
  error_list_free(&errors);
  arena_free(&arena);
  return journal;
}

static inline struct watched watch(struct journal *journal) {
  struct watched watched = {.journal = journal, .world = world_view_new(journal)};
  watched.reel = reel_new(watched.world);
  return watched;
}

static inline void watched_end(struct watched *watched) {
  reel_free(watched->reel);
  world_view_free(watched->world);
  journal_free(watched->journal);
}
