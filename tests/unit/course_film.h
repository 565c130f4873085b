/* course_film: a scenario of the course, run, and what its journal says of the world. The includer has
 * cmocka's includes before it. */
#pragma once

#include "scenario_journal.h"
#include "view/world_view.h"

struct course_film {
  struct arena arena;
  struct journal *journal;
  struct world_view *world;
};

static inline void course_film_begin(struct course_film *film, const char *scenario) {
  film->arena = ARENA_EMPTY;
  film->journal = run_course_scenario(scenario, &film->arena);
  assert_non_null(film->journal);
  film->world = world_view_new(film->journal);
}

static inline void course_film_end(struct course_film *film) {
  world_view_free(film->world);
  journal_free(film->journal);
  arena_free(&film->arena);
}

static inline uint16_t host_named(const struct world_view *world, const char *name) {
  uint16_t host = journal_host_named(world->preamble, span_from(name));
  assert_true(host > 0);
  return host;
}

/* The first record of a kind at a host. */
static inline journal_seq first_record(const struct world_view *world, enum journal_kind kind,
                                       uint16_t host) {
  struct journal_record record;
  for (journal_seq seq = 1; seq <= journal_count(world->journal); seq++) {
    if (journal_kind_at(world->journal, seq) != kind) continue;
    journal_get(world->journal, seq, &record);
    if (record.host == host) return seq;
  }
  fail_msg("host %u has no record of kind %d", host, (int)kind);
  return 0;
}
