/* scenario_journal: the journal of a whole run of a scenario file, for tests of readers. */
#pragma once

#include <stdlib.h>

#include "scenario_files.h"
#include "world/world.h"

/* NULL if the scenario does not load. */
static inline struct journal *run_scenario(const char *path, struct arena *arena) {
  struct scenario_reader reader = real_reader();
  struct error_list errors = {0};
  struct scenario *scenario = scenario_load(arena_copy(arena, span_from(path)), &reader, &errors);
  error_list_free(&errors);
  if (!scenario) return NULL;
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  world_run(world, -1);
  world_free(world);
  scenario_free(scenario);
  return journal;
}

/* Of the course: "jack-to-janelle". */
static inline struct journal *run_course_scenario(const char *name, struct arena *arena) {
  return run_scenario(arena_format(arena, TESTS_DIR "/../scenarios/%s.json", name).data, arena);
}
