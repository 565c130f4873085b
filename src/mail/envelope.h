/* envelope: whom a message is from and for as the machines see it (RFC 5321 2.3.1): the reverse-path and
 * the recipients. What the header says has no part in it: that is how Bcc works, and spam.
 *
 * Ownership: texts and the list live in the arena given to envelope_new, and so does the envelope.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

enum { ENVELOPE_RECIPIENTS_MAX = 100000 };

struct envelope {
  struct span reverse_path; /* without <>; empty: the null path of a report */
  struct span *recipients;  /* forward-paths without <> and route */
  size_t recipient_count;
  size_t capacity;
  struct arena *arena;
};

struct envelope *envelope_new(struct arena *arena, struct span reverse_path);
/* Copies the address to the end of the list. False if the list is full. */
bool envelope_add(struct envelope *envelope, struct span recipient);
/* As envelope_add, but not if an equal address (address_equal) is there already. Looks at all of the list. */
bool envelope_add_once(struct envelope *envelope, struct span recipient);
