/* scenario_locate: where in a JSON text a value stands.
 *
 * The parsed tree keeps no positions; they are needed only for a report. So a report walks the text
 * again, along the steps that lead from the root to the value. The text must be good JSON
 * (scenario_scan.h).
 */
#pragma once

#include "base/buf.h"

/* One step down: the member of that name (its escapes resolved), or, without a key, the nth entry. */
struct json_step {
  const char *key;
  size_t index;
};

/* Offset of the value, or with at_key of the key before it; SPAN_NONE if the steps lead nowhere. */
size_t json_locate(struct span text, const struct json_step *steps, size_t count, bool at_key);
/* Offset after the value that begins at an offset. */
size_t json_skip_value(struct span text, size_t at);
/* The first value of the list that begins at an offset; SPAN_NONE if it is empty. */
size_t json_first_value(struct span text, size_t at);
/* The next value of the list that encloses it, after one that ends at an offset; SPAN_NONE at the end. */
size_t json_next_value(struct span text, size_t at);
/* The JSON pointer (RFC 6901) of what is being read at an offset, in a text that is good only up to there: a
 * flaw's place. */
void json_pointer_at(struct span text, size_t offset, struct buf *out);
/* One step of a pointer. */
void json_pointer_add(struct span key, struct buf *out);
/* Both from 1; the column counts bytes. */
void text_position(struct span text, size_t offset, uint32_t *line_out, uint32_t *column_out);
