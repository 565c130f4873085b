/* imap_structure: a message as a tree of parts, as IMAP numbers them (RFC 9051 6.4.5.1, 7.5.2).
 *
 *     multipart/mixed
 *       1  text/plain
 *       2  message/rfc822                   2.HEADER, 2.TEXT: of the message in it
 *            multipart/alternative
 *              2.1  text/plain
 *              2.2  text/html
 *
 * A message that is no multipart has one part, 1: its body. Spans point into the message's octets.
 * Limits: IMAP_PARTS_MAX parts, IMAP_DEPTH_MAX levels; what goes beyond stays undivided.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum { IMAP_PARTS_MAX = 1000, IMAP_DEPTH_MAX = 20 };

struct imap_part {
  struct span header; /* its own fields, with the empty line where there is one */
  struct span body;
  struct span type, subtype;  /* "text", "plain" */
  struct imap_part *children; /* of a multipart its parts, chained; of a message/rfc822 the message in it */
  struct imap_part *next;
  bool is_multipart, is_message;
};

/* The tree of a message, in the arena. header_len: octets of the header without the empty line. */
struct imap_part *imap_structure_read(struct span message, size_t header_len, struct arena *arena);
/* The part with these numbers; NULL: there is none. */
const struct imap_part *imap_structure_part(const struct imap_part *message, const uint32_t *numbers,
                                            size_t count);
/* BODYSTRUCTURE, or, without extension data, BODY. */
void imap_structure_write(const struct imap_part *part, bool extended, struct arena *arena, struct buf *out);
