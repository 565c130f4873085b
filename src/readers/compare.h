/* compare: two runs of one world, told as a comparison: up to where they are the same, what differs after
 * that, step by step, and what became of each letter in the one and in the other.
 *
 *     journal before ─▶ world_view ─▶ reel ─┐
 *                                           ├─▶ reel_compare ─▶ text, or one JSON object
 *     journal after  ─▶ world_view ─▶ reel ─┘        and outcomes, matched by letter and recipient
 *
 * Reads only the journals. The text is the same on every machine.
 */
#pragma once

#include "base/buf.h"
#include "journal/journal.h"
#include "view/scene_compare.h"

/* what: what was changed, in words; may be empty. */
void compare_write_text(const struct journal *before, const struct journal *after, struct span what,
                        struct buf *out);
void compare_write_json(const struct journal *before, const struct journal *after, struct span what,
                        struct buf *out);
/* What became of each letter in both runs, in words, for a picture. In the arena. */
size_t compare_outcomes(const struct journal *before, const struct journal *after, struct arena *arena,
                        struct compare_outcome **outcomes_out);
