/* message_view: what a message looked like at each hop, from the journal alone.
 *
 * A version of a message is a COMPOSE (header and body), a STAMP (a block of fields on top of another
 * version), a REWRITE (another header over the body of another version) or a CONVERT (another header and
 * another body: the same letter in 7 bits). Walking from a version to
 * its parents gives the blocks newest first, each with the record that wrote it:
 *
 *     version 3  STAMP    "Received: … by mx"     parent 2      journal_message_block(3), then .under
 *     version 2  STAMP    "Received: … by smtp"   parent 1      says 2, then 1, then 0: no more
 *     version 1  COMPOSE  "From: … To: …"         body
 *
 * Versions are found through an index, built once and then extended on demand. A parent is always an
 * older record, so a walk ends even in a journal that a stranger made; where a parent is missing the
 * header ends there and the body is empty.
 *
 * Ownership: the index is the caller's; spans are borrowed from the journal. Never writes to it.
 */
#pragma once

#include "journal/journal.h"

/* The highest number of a letter that a record names; 0: there is none. Looks at all records. */
uint32_t journal_letter_count(const struct journal *journal);

struct journal_versions; /* version → record */

struct journal_versions *journal_versions_new(const struct journal *journal);
void journal_versions_free(struct journal_versions *versions);
/* Takes in what has been appended to the journal since. */
void journal_versions_update(struct journal_versions *versions);

/* Whether a record of that kind makes a version; of those, whether it replaces the header of its parent. */
bool journal_makes_version(enum journal_kind kind);
bool journal_replaces_header(enum journal_kind kind);
/* The COMPOSE, STAMP, REWRITE or CONVERT that made a version; 0 if no record did. */
journal_seq journal_version_record(const struct journal_versions *versions, int64_t version);
/* The newest version of a letter (a record's message) made at or before record `at`; 0 if none. */
int64_t journal_message_newest(const struct journal_versions *versions, uint32_t message, journal_seq at);

struct journal_block {
  journal_seq record;
  enum journal_kind kind; /* one that journal_makes_version */
  uint16_t host, agent;
  uint32_t message;
  int64_t time_us;
  int64_t version;
  int64_t under;       /* the version whose block comes next, further down; 0: this is the last block */
  int64_t parent;      /* the version this one was made from; 0 for a COMPOSE. A REWRITE or a CONVERT has one,
                          but nothing under it: its header replaces what was there */
  struct span fields;  /* header lines, each ended by CRLF */
  struct span sources; /* of a STAMP: journal/sources.h */
};

/* The topmost block of a version; false if there is no such version. */
bool journal_message_block(const struct journal_versions *versions, int64_t version,
                           struct journal_block *block_out);
/* The header of a version: all its blocks, newest first. */
void journal_message_header(const struct journal_versions *versions, int64_t version, struct buf *out);
/* Empty if there is none. *record_out, if not NULL: the COMPOSE or CONVERT that wrote it; 0: none. */
struct span journal_message_body_by(const struct journal_versions *versions, int64_t version,
                                    journal_seq *record_out);
struct span journal_message_body(const struct journal_versions *versions, int64_t version);
/* The whole: header, blank line, body. */
void journal_message_write(const struct journal_versions *versions, int64_t version, struct buf *out);
/* Octets of the whole (RFC 1870); 0 if there is no such version. */
size_t journal_message_size(const struct journal_versions *versions, int64_t version);

/* The next field of some header lines, with its continuation lines and its line end. */
bool journal_next_field(struct span *fields, struct span *field_out);
/* The block that wrote a field of this block first. A REWRITE or CONVERT replaces a whole header, but a field
 * that was there before, octet by octet, is still its first author's. */
struct journal_block journal_field_author(const struct journal_versions *versions,
                                          const struct journal_block *block, struct span field);

/* Octets of a DATA's message as it was sent, without the line with the lone dot, which is the protocol's. */
int64_t journal_data_octets(const struct journal_record *data);
