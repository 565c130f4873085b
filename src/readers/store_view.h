/* store_view: the letters that lie in the stores at any record of a journal, one by one: in the mailboxes of
 * servers (mbox, Maildir), and in the mail programs that have fetched them.
 *
 *     FILE_WRITE, FILE_CUT, FILE_REMOVE, FILE_RENAME ──▶ what a server keeps     DELIVERED ──▶ and for whom
 *     RETRIEVED                                      ──▶ what a person has
 *
 * A letter that was left on the server when it was fetched lies in two places, and is there twice. Copies of
 * what somebody has sent are no letters that have arrived.
 *
 * Ownership: borrows the journal; the caller frees the view. Reads a stranger's journal as far as it makes
 * sense.
 */
#pragma once

#include "base/buf.h"
#include "journal/message_view.h"
#include "journal/preamble.h"

enum store_kind { STORE_MBOX, STORE_MAILDIR, STORE_PROGRAM };

struct stored_letter {
  enum store_kind kind;
  uint16_t host;
  uint16_t person; /* whose; 0: not known */
  struct span recipient;
  struct span path;      /* the file; empty in a mail program */
  struct span from_line; /* of STORE_MBOX, as it stands in the file, with its line end */
  journal_seq record;
  int64_t time_us;
  int64_t version;
  uint32_t message;
  bool is_gone; /* it was there, and is not any more */
};

struct store_view {
  struct stored_letter *letters; /* in the order in which they came */
  size_t count, capacity;
};

/* As after the record `last` (0: at the end). */
struct store_view store_view_make(const struct journal *journal, const struct journal_versions *versions,
                                  journal_seq last);
void store_view_free(struct store_view *view);
/* The host's clock when the letter came, and its zone. */
int64_t stored_letter_unix_us(const struct journal_preamble *preamble, const struct stored_letter *letter,
                              int32_t *zone_minutes_out);
/* As an mbox entry: From_ line, the letter with From_ quoted (mboxrd), an empty line. */
void stored_letter_write_mbox(const struct stored_letter *letter, const struct journal_preamble *preamble,
                              const struct journal_versions *versions, struct buf *out);
/* Whether it has been read: a Maildir's flag S, or fetched. */
bool stored_letter_is_seen(const struct stored_letter *letter);
/* A name for its file in a Maildir, without flags: its own, or one made of time, host and record. Nothing of
 * it leads out of the folder, whatever the journal says. */
void stored_letter_write_name(const struct stored_letter *letter, const struct journal_preamble *preamble,
                              struct buf *out);
