/* world_machine: what a machine holds at any record of the journal: its queue, its store, what it has learned
 * of names, what it has sent and received.
 *
 *     journal ──▶ by_host (once) ──▶ walk over one host's records up to `at` ──▶ queue, store, names
 *
 * As with the other questions to a world_view, nothing is carried over: the same record gives the same
 * answer, whatever was asked before. The cost is that of the host's own records.
 *
 * Ownership: results are in the arena; their spans are the journal's or the arena's.
 */
#pragma once

#include "base/arena.h"
#include "view/world_view.h"

/* For world_view_new alone: fills by_host and host_first. */
void world_machine_index(struct world_view *world);
/* The host's records up to `at`: of its queue, store, names and letters. */
const journal_seq *world_machine_records(const struct world_view *world, uint16_t host, journal_seq at,
                                         size_t *count_out);

/* One recipient whom this machine still has to see to. */
struct queue_entry {
  uint32_t message;
  uint16_t agent;
  struct span queue_id, recipient;
  struct span next_host, why; /* where it goes; what the last reply, or failure, was; may be empty */
  int64_t next_try_us;        /* 0: it is being tried, or has never waited */
  int64_t attempts, code;
  journal_seq accepted, last; /* when responsibility began; the record heard of it last */
};
size_t world_queue(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                   struct queue_entry **entries_out);

/* One message in a store, or a file that has none: an emptied mailbox, a log. */
struct store_entry {
  bool is_message;
  struct span path;
  struct span folder; /* the mailbox it belongs to: an mbox file, a Maildir; empty: a file that is none */
  struct span from, subject, message_id;
  struct span flags; /* of a Maildir file: "S"; "new" for one that nobody has seen */
  size_t octets;
  uint32_t letter;    /* which letter it is; 0: not known */
  journal_seq record; /* that wrote it */
};
size_t world_store(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                   struct store_entry **entries_out);

/* The contents of one of the machine's files as it lies there; false if there is none. */
bool world_file(const struct world_view *world, uint16_t host, journal_seq at, struct span path,
                struct arena *arena, struct span *contents_out);

/* One answer that the machine's resolver may still use. */
struct name_entry {
  struct span name, type, rcode, records;
  int64_t ttl_left_s;
  journal_seq record;
};
/* At a time, which is that of `at` or later. */
size_t world_names(const struct world_view *world, uint16_t host, journal_seq at, int64_t time_us,
                   struct arena *arena, struct name_entry **entries_out);

/* The records that a name server answers from, one a line as in a zone file; empty: it is none. */
struct span world_zone(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena);

/* How the machine is set up by then: the preamble's settings, and what has changed (SETTING_CHANGED). A value
 * may be empty: it has none any more. */
size_t world_settings(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                      struct journal_setting **settings_out);
