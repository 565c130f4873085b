/* imap_scan: the words of IMAP's grammar (RFC 9051 9), read from a whole command whose literals stand in it
 * as they came, "{5}CRLF" and the octets; and written.
 *
 *     A1 STORE 1:3,7:* +FLAGS.SILENT (\Seen)
 *     tag ──── sequence-set ──────── list of flags
 *
 * Every function takes its word off the front, and is false when another stands there; what was read so far
 * is then gone, since the whole command is bad. Results point into the command, or into the arena where
 * quoting had to be undone.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

struct imap_scan {
  struct span rest;
  struct arena *arena;
};

bool imap_scan_char(struct imap_scan *scan, char c);
static inline bool imap_scan_space(struct imap_scan *scan) {
  return imap_scan_char(scan, ' ');
}
static inline bool imap_scan_at(const struct imap_scan *scan, char c) {
  return scan->rest.len > 0 && scan->rest.data[0] == c;
}
static inline bool imap_scan_is_end(const struct imap_scan *scan) {
  return scan->rest.len == 0;
}
/* An atom; may be followed by anything. */
bool imap_scan_atom(struct imap_scan *scan, struct span *atom_out);
/* Takes this word, in any letter case, if an atom of these letters stands there. */
bool imap_scan_word(struct imap_scan *scan, struct span word);
bool imap_scan_tag(struct imap_scan *scan, struct span *tag_out);
bool imap_scan_string(struct imap_scan *scan, struct span *text_out);  /* quoted, or a literal */
bool imap_scan_literal(struct imap_scan *scan, struct span *text_out); /* "{5}CRLF" and any five octets */
bool imap_scan_astring(struct imap_scan *scan, struct span *text_out); /* or an atom, "]" allowed */
/* A mailbox's name: INBOX in any letter case becomes "INBOX". */
bool imap_scan_mailbox(struct imap_scan *scan, struct span *name_out);
bool imap_scan_list_mailbox(struct imap_scan *scan, struct span *pattern_out); /* may hold % and * */
bool imap_scan_number(struct imap_scan *scan, uint32_t *number_out);
/* "(\Seen \Deleted)", or without the parentheses if bare: a mask of enum imap_flag. Keywords, which are not
 * kept, are read over; \Recent and \* are no flags that a client may name. */
bool imap_scan_flags(struct imap_scan *scan, bool bare, uint32_t *flags_out);
/* The same as a server says it: with \Recent, \* and whatever else there may be. */
bool imap_scan_any_flags(struct imap_scan *scan, uint32_t *flags_out);
/* "18-Jun-2004", with or without quotation marks: days since 1970-01-01. */
bool imap_scan_date(struct imap_scan *scan, int64_t *days_out);
/* "\"18-Jun-2004 10:22:55 -0600\"" */
bool imap_scan_date_time(struct imap_scan *scan, int64_t *unix_us_out);

/* Numbers, as ranges that neither touch nor overlap, ascending. */
struct imap_set {
  struct imap_range {
    uint32_t first, last;
  } * ranges;
  size_t count;
};
/* "2:4,9:*"; the star is what largest says. */
bool imap_scan_set(struct imap_scan *scan, uint32_t largest, struct imap_set *set_out);
bool imap_set_has(const struct imap_set *set, uint32_t number);
/* The largest number in it; 0 if there is none. */
uint32_t imap_set_last(const struct imap_set *set);
/* "2:4,9" of ascending numbers. */
void imap_set_write(const uint32_t *numbers, size_t count, struct buf *out);

/* A string that may be anything: quoted, or a literal where it must be one (8-bit, line ends, long). */
void imap_write_string(struct span text, struct buf *out);
void imap_write_nstring(struct span text, bool is_nil, struct buf *out);
void imap_write_astring(struct span text, struct buf *out); /* as an atom where it is one */
void imap_write_flags(uint32_t flags, struct buf *out);     /* "(\Seen \Deleted)" */
void imap_write_date_time(int64_t unix_us, int32_t zone_minutes, struct buf *out);
