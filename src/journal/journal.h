/* journal: everything that happened in a run, in order; the only bridge from writers to readers.
 *
 * A record has a sequence number (from 1), the simulated time, a kind, a cause (the record that led
 * to it; 0 for what the scenario itself asked for), and the host, agent, connection and message it
 * is about (0 for none). What else it says depends on the kind: up to JOURNAL_NUMBERS numbers and
 * JOURNAL_TEXTS texts, named in journal_kinds.h. A text is bytes: it may hold CRLF, NUL, 8-bit.
 *
 *     sim, agents ── journal_append ──▶ ┌─────────┐ ──▶ journal_get / journal_at_time ── view, readers
 *                                       │ journal │
 *                  journal_write_jsonl ◀┴─────────┴▶ journal_read_jsonl
 *
 * Append-only: a record never changes and never moves; spans of a record live as long as the journal.
 * Modes: JOURNAL_FULL keeps all; JOURNAL_DIGEST keeps only the running fingerprint and counts;
 * JOURNAL_COUNT keeps counts only. In the last two, records cannot be read back.
 *
 * Storage: a record is kept in its canonical form (docs/journal.md), the very bytes that the
 * fingerprint is taken of; 20 to 60 octets for a line said, besides 8 of the index.
 * Limits: JOURNAL_RECORD_MAX octets of texts in one record; 2^32 - 2 records; times below 2^53 us.
 */
#pragma once

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/span.h"

enum { JOURNAL_NUMBERS = 4, JOURNAL_TEXTS = 6, JOURNAL_FORMAT = 1 };
enum { JOURNAL_RECORD_MAX = 64 * 1024 * 1024 };             /* octets of all texts of one record */
#define JOURNAL_INTEGER_MAX (((int64_t)1 << 53) - 1)        /* what every JSON reader holds exactly */
#define JOURNAL_COUNT_MAX   ((journal_seq)(UINT32_MAX - 1)) /* records */

enum journal_mode { JOURNAL_FULL, JOURNAL_DIGEST, JOURNAL_COUNT };

typedef uint32_t journal_seq; /* 0: none */

#include "journal/journal_kinds.h"

struct journal_record {
  int64_t time_us; /* since the scenario's start; never less than the record before */
  journal_seq seq; /* filled in by journal_append */
  journal_seq cause;
  uint16_t kind; /* enum journal_kind */
  uint16_t host;
  uint16_t agent;
  uint32_t connection;
  uint32_t message; /* the letter's number, as in struct message */
  int64_t number[JOURNAL_NUMBERS];
  struct span text[JOURNAL_TEXTS];
};

struct journal;

struct journal *journal_new(enum journal_mode mode);
void journal_free(struct journal *journal);

/* Copies the record and its texts. The first record, and no other, is JOURNAL_SCENARIO (its "format" is
 * filled in). The time must not go back, the cause must be an earlier record, and numbers and texts that
 * the kind has no name for must be 0 and empty (all CHECKed). */
journal_seq journal_append(struct journal *journal, const struct journal_record *record);

journal_seq journal_count(const struct journal *journal); /* also the sequence of the newest record */
uint64_t journal_count_of(const struct journal *journal, enum journal_kind kind);
enum journal_mode journal_mode_of(const struct journal *journal);

/* The record with that sequence number, 1 … journal_count; spans borrowed from the journal. */
void journal_get(const struct journal *journal, journal_seq seq, struct journal_record *record_out);
/* Cheap look at two members without the rest. */
enum journal_kind journal_kind_at(const struct journal *journal, journal_seq seq);
int64_t journal_time_at(const struct journal *journal, journal_seq seq);
/* The last record at or before time_us; 0 if none. Logarithmic. */
journal_seq journal_at_time(const struct journal *journal, int64_t time_us);

/* SHA-256, in hexadecimal, over the canonical form of all records so far (docs/journal.md says what
 * that is). Not in JOURNAL_COUNT. */
void journal_fingerprint(const struct journal *journal, char hex_out[DIGEST_HEX_MAX]);

/* The public form: one JSON object a line (docs/journal.md). */
void journal_record_to_json(const struct journal_record *record, struct buf *out); /* no line end */
typedef bool journal_sink(void *context, struct span bytes); /* false: stop, it failed */
bool journal_write_jsonl(const struct journal *journal, journal_sink *sink, void *context);
/* A whole file's bytes; NULL with errors (line, column, what was expected) if it is not a journal. */
struct journal *journal_read_jsonl(struct span file_name, struct span bytes, struct error_list *errors);
/* The same; tell() is called now and then with what has been read so far. The watch may be NULL. */
struct journal_watch {
  void (*tell)(void *context, const struct journal *so_far);
  void *context;
};
struct journal *journal_read_jsonl_watched(struct span file_name, struct span bytes,
                                           const struct journal_watch *watch, struct error_list *errors);
