/* outcome: what became of each letter, for each recipient, in a whole run: where it ended, by which way, and
 * how long that took.
 *
 * A recipient who became others by an alias counts as those. A letter that no server ever accepted is still
 * with the program that wrote it; one that was typed by hand, and not accepted, has no outcome.
 * Reads only the journal. Everything in the arena; names borrowed from the journal.
 */
#pragma once

#include "readers/audit.h"

struct outcome {
  uint32_t message;
  uint32_t sender_host;  /* where it was composed; 0: it was typed by hand */
  struct span subject;   /* of the first version; may be empty */
  struct span recipient; /* as it ended */
  enum audit_state state;
  bool in_outbox;   /* it was never handed in; then state means nothing */
  uint16_t host;    /* where it ended, or waits */
  struct span via;  /* names of the hosts that were responsible, with " → " between */
  struct span why;  /* of a bounce or a wait: the last reply */
  int64_t delay_us; /* from composing to the end; negative: it waits */
};

size_t outcome_list(const struct journal *journal, struct arena *arena, struct outcome **outcomes_out);
