/* compose: a new message, field by field (RFC 5322 3.6, 2047; RFC 2045 for a body that is not ASCII).
 *
 * Values and text are UTF-8. A value with other than ASCII becomes encoded words; a long one is folded at
 * white space to at most 78 columns, if it does not hold line ends already. A text that is not ASCII gets
 * MIME-Version, Content-Type and Content-Transfer-Encoding: 8bit.
 */
#pragma once

#include "base/arena.h"
#include "mail/message.h"

struct compose_entry {
  struct span name, line; /* the whole field, folded, with CRLF */
};

struct compose {
  struct arena *arena;
  struct compose_entry *entries;
  size_t count, capacity;
  struct span body;
};

struct compose compose_begin(struct arena *arena);
void compose_field(struct compose *compose, struct span name, struct span value);
/* The body: LF or CRLF line ends, UTF-8; adds the MIME fields it needs. Borrowed until the message is made.
 */
void compose_text(struct compose *compose, struct span text);
/* Puts the named fields first, in that order; the others keep theirs, after them. */
void compose_order(struct compose *compose, const struct span *names, size_t count);
/* The message, with one reference; everything else stays the arena's. */
struct message *compose_message(struct compose *compose);
/* Items separated by LF; a single one is itself, not copied. */
struct span compose_lines(struct arena *arena, const struct span *items, size_t count);
