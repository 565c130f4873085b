/* narrator: the scenario's own words for the steps of a run: which narration speaks at which record.
 *
 *     record by record ──▶ narrator_hear ──▶ a narration of the preamble, or none
 *
 * A narration speaks at the nth record that its pattern matches, or at every one (nth 0). If several would
 * speak at one record, the first of the scenario does. Records must be heard in order, all of them, since
 * each counts.
 *
 * Ownership: borrows the preamble, which must live longer.
 */
#pragma once

#include "journal/match.h"

struct narrator {
  struct arena arena;
  const struct journal_preamble *preamble;
  struct match *matches;
  bool *usable; /* a pattern that cannot be read is passed over: the scenario's loader has said so */
  int64_t *met;
  bool kinds[JOURNAL_KIND_COUNT]; /* what any of them could match */
};

void narrator_begin(struct narrator *narrator, const struct journal_preamble *preamble);
void narrator_end(struct narrator *narrator);
/* 1 + the index of the narration that speaks at this record; 0: none does. */
uint32_t narrator_hear(struct narrator *narrator, const struct journal_record *record);
