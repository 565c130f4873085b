/* unheard: narrations of a scenario that never speak in its run, and questions that are never asked.
 *
 * A pattern that matches nothing is a slip of its author mostly, and nobody sees what is not shown.
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"

struct unheard {
  uint32_t number; /* of the narration or question, from 0, in the order of the scenario */
  struct span say; /* its words */
  struct span why; /* "no record of the run matches \"when\"" */
};

/* All of them, in their order; everything in the arena. */
size_t narrations_unheard(const struct journal *journal, struct arena *arena, struct unheard **unheard_out);
size_t questions_unasked(const struct journal *journal, struct arena *arena, struct unheard **unheard_out);
