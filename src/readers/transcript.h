/* transcript: a run told as text: who connected, what was said line by line, what was stamped, where the
 * letter is, and the scenario's own words at the steps they are about. The same steps as the viewer shows,
 * for screen readers, for mail to a student, for diff.
 *
 * Reads only the journal. The text is the same on every machine.
 */
#pragma once

#include "base/buf.h"
#include "journal/journal.h"

struct transcript_options {
  bool dns;            /* questions and answers, too */
  uint32_t message;    /* only this letter's; 0: all */
  uint32_t connection; /* only this one; 0: all */
  uint16_t host;       /* only what happened there; 0: everywhere */
  journal_seq last;    /* tell up to this record; 0: to the end */
};

void transcript_write(const struct journal *journal, const struct transcript_options *options,
                      struct buf *out);
