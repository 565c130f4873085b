/* steps: a run as the window shows it, step by step, as text: which step, when, what is said or done, and the
 * caption that stands beside it, with where it is written. For who reads with the ears, and for handouts.
 *
 * Reads only the journal. The text is the same on every machine.
 */
#pragma once

#include "base/buf.h"
#include "journal/journal.h"

void steps_write_text(const struct journal *journal, struct buf *out);
/* One JSON object a line. */
void steps_write_json(const struct journal *journal, struct buf *out);
