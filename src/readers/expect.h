/* expect: judges a run by what its scenario says must come true.
 *
 * The expectations stand in the journal's preamble as their own JSON (journal/expectation_keys.h lists
 * their keys); the loader has checked their form, but a journal may come from a stranger, so whatever is
 * not understood is a failure with its reason, never a pass.
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"

struct expect_result {
  int64_t line;     /* in the scenario file */
  struct span json; /* what was expected */
  bool met;
  struct span reason; /* why not: what was found instead; then the author's "why", if there is one */
};

/* All of them, in their order; everything in the arena. */
size_t expect_judge(const struct journal *journal, struct arena *arena, struct expect_result **results_out);
