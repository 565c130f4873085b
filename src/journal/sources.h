/* sources: where each token of a stamped field came from.
 *
 * A Received field is made of pieces of different worth (RFC 5321 4.4): the name that the client claimed,
 * the address that TCP shows, the name that DNS gives for it, the recipient of the envelope, the
 * program's own settings and clock. A STAMP record keeps that beside the block, one token a line:
 *
 *     Received: from chico (chico.gmu.edu [192.0.2.7]) by …
 *                    ╵      ╵              ╵
 *     15 5 from helo 57        offset and length in the block, the clause it stands in, the source,
 *     22 13 comment ptr 55     and the journal record it was taken from (0: none)
 *     37 9 comment tcp 52
 *
 * Never looks at the block itself. Lines that a stranger's journal has wrong are passed over.
 */
#pragma once

#include "journal/journal.h"

enum source {
  SOURCE_HELO,          /* what the client said of itself */
  SOURCE_TCP,           /* the address at the other end of the connection */
  SOURCE_PTR,           /* what DNS says of that address */
  SOURCE_RCPT,          /* RCPT TO */
  SOURCE_MAIL,          /* MAIL FROM */
  SOURCE_CONFIGURATION, /* its own name, as it was set up */
  SOURCE_CLOCK,         /* its host's clock and zone */
  SOURCE_SOFTWARE,      /* the program's name, version and protocol */
  SOURCE_QUEUE,         /* its queue's id */
  SOURCE_COUNT
};

/* Each as it is called in the text. */
#define SOURCE_HELO_NAME          "helo"
#define SOURCE_TCP_NAME           "tcp"
#define SOURCE_PTR_NAME           "ptr"
#define SOURCE_RCPT_NAME          "rcpt"
#define SOURCE_MAIL_NAME          "mail"
#define SOURCE_CONFIGURATION_NAME "configuration"
#define SOURCE_CLOCK_NAME         "clock"
#define SOURCE_SOFTWARE_NAME      "software"
#define SOURCE_QUEUE_NAME         "queue"

struct source_token {
  uint32_t offset, length; /* octets in the block */
  struct span
      clause; /* "from", "comment", "by", "via", "with", "tls", "id", "for", "date", or a field's name */
  enum source source;
  journal_seq record;
};

const char *source_name(enum source source); /* as in the text: "helo" */

/* What a writer knows of a token before it is written: clause and source, "from helo". The clause is one
 * word, in quotes; the source is one of those above: SOURCE_ORIGIN("from", SOURCE_HELO). */
#define SOURCE_ORIGIN(clause, source) SPAN_INIT(clause " " source##_NAME)

/* Adds one line, of a token with such an origin. */
void sources_add(struct buf *out, size_t offset, size_t length, struct span origin, journal_seq record);
/* Takes the next token off the front of *rest, the text of a STAMP's "sources"; false at the end. A
 * token's offset + length never overflows, but may be beyond the block. */
bool sources_next(struct span *rest, struct source_token *token_out);
/* The token that covers the octet at that offset of the block; false if none does. */
bool sources_at(struct span sources, uint32_t offset, struct source_token *token_out);
