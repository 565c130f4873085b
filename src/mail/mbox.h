/* mbox: many messages in one file, as /var/mail holds them (RFC 4155 names the type; no RFC fixes it).
 *
 *     From jack@comcast.net Fri Jun 18 10:22:55 2004    the From_ line: reverse-path, local time
 *     Return-Path: <jack@comcast.net>                   header …
 *                                                       … empty line, body …
 *     >From here on it was quoted                       … where a line like a From_ line is quoted
 *                                                       an empty line before the next From_ line
 *
 * mboxo quotes "From " only, so that a line that was ">From " before comes back wrong; mboxrd quotes
 * every line of any number of ">" and "From ", and takes one off again: nothing is lost.
 * A From_ line counts as one at the start and after an empty line. Content-Length is not looked at.
 *
 * Lines in the file end in LF; a message has CRLF, and gets it back. (A CR right before a line's CRLF
 * is lost by that.) Reading borrows the file's bytes.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"
#include "mail/date.h"
#include "mail/message.h"

enum mbox_quoting { MBOX_O, MBOX_RD, MBOX_UNQUOTED /* a Maildir's file, or any other */ };

struct mbox_entry {
  struct span from_line; /* without its line end */
  struct span sender;    /* "MAILER-DAEMON" for the null path */
  bool has_date;
  struct date date; /* if has_date; the zone is seldom said, and then taken as UTC */
  struct span text; /* the message as it stands in the file: quoted, without the empty line that ends it */
  size_t offset;    /* of the From_ line in the file */
};

struct mbox_reader {
  struct span bytes;
  size_t at;
  size_t skipped; /* octets before the first From_ line: not a message */
};

static inline struct mbox_reader mbox_read(struct span bytes) {
  return (struct mbox_reader){bytes, 0, 0};
}
bool mbox_next(struct mbox_reader *reader, struct mbox_entry *entry_out);
/* The entry as a message, CRLF lines, unquoted; the caller releases it. */
struct message *mbox_entry_message(const struct mbox_entry *entry, enum mbox_quoting quoting);

/* The From_ line, the message, the empty line. An empty sender is written MAILER-DAEMON; white space and
 * control characters in a sender as "-". */
void mbox_write(const struct message *message, struct span sender, int64_t unix_us, int32_t zone_minutes,
                enum mbox_quoting quoting, struct buf *out);

/* The same in parts, for who keeps or rebuilds a mailbox by pieces. */
void mbox_write_from_line(struct span sender, int64_t unix_us, int32_t zone_minutes, struct buf *out);
/* CRLF lines (a message's, or a part of one that begins a line) as they stand in the file: LF, quoted. */
void mbox_write_lines(struct span lines, enum mbox_quoting quoting, struct buf *out);
