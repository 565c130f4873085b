/* message: a message as shared tails.
 *
 * A trace field is only ever put on top (RFC 5321 4.4), so a hop's version of a message is
 * {a block of new fields, the version before}. Every version stays alive at no cost, and "headers
 * accumulating" is a walk from the newest block to the oldest, which holds what the author's
 * program wrote. The body is stored once and shared by all versions.
 *
 *     version 3 ── block "Received: … by mx"        ┐
 *         │                                         │ message_write gives the bytes of a version:
 *     version 2 ── block "Received: … by smtp"      │ its blocks, newest first, a blank line,
 *         │                                         │ the body
 *     version 1 ── block "From: … To: … Subject: …" ┘
 *         └─────── body
 *
 * Ownership: counted references. message_new and message_put_on_top return one that the caller
 * gives back by message_release; a version keeps its tail alive. Immutable once made.
 * Wire form: lines end in CRLF; the header's and the body's last lines too.
 * Limits: a header of 4 GiB and a body of 4 Gi lines, CHECKed; who takes mail from strangers sets a
 * far lower limit first.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

struct message_body {
  uint32_t references;
  uint32_t line_count;
  uint32_t dot_lines;    /* lines that begin with a dot: the wire form has one more octet for each */
  uint32_t from_lines;   /* lines that begin with ">"s, perhaps none, and "From ": an mbox quotes them */
  uint32_t longest_line; /* octets, without its CRLF: SMTP allows 998 (RFC 5321 4.5.3.1.6) */
  uint8_t has_8bit;      /* an octet above 127 */
  uint8_t has_bare_cr;   /* a CR that no LF follows */
  size_t len;
  char *data; /* CRLF lines, not dot-stuffed */
};

/* Every version of every letter that is under way or lies in a maildrop has one of these, so they are small.
 */
struct message {
  struct message *tail; /* the version before, or NULL for what the author's program wrote */
  struct message_body *body;
  uint32_t references;
  uint32_t number;  /* which letter, counted from 1 as letters are made in a run; the same in all versions; 0:
                       none */
  uint32_t version; /* unique in the run, the journal tells by it who wrote the block, and when; 0 until a
                       journal has numbered it */
  uint32_t header_len;     /* octets of all blocks down to the first, without the blank line */
  uint32_t header_lines;   /* lines of all blocks */
  uint32_t received_count; /* Received fields in all blocks: loop detection counts them (RFC 5321 6.3) */
  uint32_t longest_header_line;
  bool has_8bit_header;
  bool has_bare_cr_header;
  bool has_odd_header; /* a line of a block begins with a dot or, perhaps after ">"s, with "From " */
  char block[];        /* this version's own field lines, each ended by CRLF */
};

/* A first version; either part may be empty. The header must be CRLF lines (CHECKed). A line of the text that
 * ends in a bare LF gets its CR, an unfinished last line its CRLF. */
struct message *message_new(struct span header, struct span text);
/* From the bytes of a whole message as received: splits at the first empty line (RFC 5322 2.1). A
 * message whose first line is not a field has an empty header and is all body. A line that ends in a
 * bare LF gets its CR, an unfinished last line its CRLF; a bare CR elsewhere is left as it is (who
 * must refuse it looks before: RFC 5321 2.3.8). Without an empty line it is all header. */
struct message *message_from_bytes(struct span bytes);
/* A new version: block (CRLF lines, CHECKed) on top of tail. Takes its own reference to tail; has the
 * same number and no version yet. */
struct message *message_put_on_top(struct message *tail, struct span block);
/* A new version whose whole header is replaced but whose body is shared (a gateway's rewriting, a
 * submission server that completes a header). Its tail is NULL; the journal keeps the parentage. */
struct message *message_with_header(struct message *old, struct span header);

static inline struct message *message_retain(struct message *message) {
  message->references++;
  return message;
}
void message_free(struct message *message); /* when its last reference has been given back */
static inline void message_release(struct message *message) { /* NULL is fine */
  if (message && --message->references == 0) message_free(message);
}

static inline struct span message_block(const struct message *message) {
  return span_of(message->block, message->header_len - (message->tail ? message->tail->header_len : 0));
}
static inline struct span message_body(const struct message *message) {
  return span_of(message->body->data, message->body->len);
}
/* Lines of the header that begin with a dot, and those that an mbox quotes: as a body's. None in a valid
 * header. */
uint32_t message_header_dots(const struct message *message);
uint32_t message_header_from_lines(const struct message *message);
/* An octet above 127, anywhere. */
static inline bool message_has_8bit(const struct message *message) {
  return message->has_8bit_header || message->body->has_8bit;
}
/* Octets as counted by SIZE (RFC 1870), by POP3's LIST and by the store: no dot-stuffing, CRLF as two. */
static inline size_t message_size(const struct message *message) {
  return (size_t)message->header_len + 2 + message->body->len;
}
/* Octets of the DATA block as sent: dot-stuffed, with the final CRLF.CRLF's ".CRLF". */
static inline size_t message_wire_size(const struct message *message) {
  size_t header_dots = message->has_odd_header ? message_header_dots(message) : 0;
  return message_size(message) + header_dots + message->body->dot_lines + 3;
}
/* The header of a version: all blocks, newest first. */
void message_write_header(const struct message *message, struct buf *out);
/* Header, blank line, body. */
void message_write(const struct message *message, struct buf *out);
/* The DATA block as sent (RFC 5321 4.5.2): dot-stuffed, ended by ".CRLF". */
void message_write_wire(const struct message *message, struct buf *out);
