/* world_view: what a journal says of the world at any of its records: who is connected, what was said,
 * where each letter is, who is down.
 *
 *     journal ──▶ world_view_new (once) ──▶ indexes: by connection, by letter, faults
 *                                              │
 *     a record's sequence number ──────────────┴──▶ world_letter_at, world_session_heard, world_host_down
 *
 * Nothing is carried from one question to the next: a state is looked up in the indexes (by bisection, then a
 * walk over one letter's own records), never accumulated. So a step back costs what a step forward costs,
 * and a jump costs the same as either.
 *
 * A *session* is a connection as the journal tells it. It has a *tab* (numbered from 1, in order) if
 * its client said something. A host's *hop* is the order in which hosts first had a letter in their hands.
 *
 * Ownership: borrows the journal, which must live longer and be JOURNAL_FULL; spans are the journal's. Never
 * writes. Limits: WORLD_PLACES_MAX copies of one letter are told apart.
 */
#pragma once

#include "journal/message_view.h"
#include "journal/preamble.h"

enum { WORLD_PLACES_MAX = 24 };

struct session {
  uint32_t connection;
  uint16_t client, server; /* hosts */
  int64_t port;
  struct span protocol;  /* "smtp" */
  journal_seq opened;    /* its CONNECT; 0 in a journal that lacks it */
  journal_seq ended;     /* the first CLOSED, CUT, REFUSED or TIMED_OUT; 0: open to the last */
  journal_seq encrypted; /* its TLS; 0: never */
  journal_seq
      sealed;   /* the first that the line shows of it: nothing is said in the clear after that; 0: never */
  bool is_pull; /* the client fetches: POP3, IMAP */
  uint32_t tab; /* 0: nothing was said by the client */
  uint32_t message;    /* the first letter it carried; 0: none */
  size_t first, count; /* its records, in world_view.by_connection */
};

/* Who sends mail to whom by what: one for each that the run uses. */
struct world_link {
  uint16_t client, server;
  bool is_pull;
  int64_t port;
  struct span protocol;
  journal_seq first; /* used from here on */
};

struct letter {
  uint32_t message;
  size_t first, count; /* its records, in world_view.by_letter */
};

struct world_entry {
  uint32_t key; /* connection or message */
  journal_seq record;
};

struct world_view {
  const struct journal *journal;
  struct journal_preamble *preamble;
  struct journal_versions *versions;
  struct world_entry *by_connection, *by_letter; /* in the order of key, then record */
  size_t connection_entries, letter_entries;
  struct session *sessions; /* in the order of their numbers */
  size_t session_count;
  uint32_t *tabs; /* the session (index) of tab n at tabs[n - 1] */
  size_t tab_count;
  struct letter *letters; /* in the order of their numbers */
  size_t letter_count;
  struct world_link *links;
  size_t link_count;
  uint32_t *hops; /* by host number, 0 … host_count; 0: never had a letter */
  uint32_t hop_count;
  journal_seq *by_host; /* what concerns a host as a machine (world_machine.h), host by host, in order */
  size_t *host_first;   /* where host n's begin, 0 … host_count + 1 */
  journal_seq *faults;
  size_t fault_count;
};

struct world_view *world_view_new(const struct journal *journal);
void world_view_free(struct world_view *world);

uint32_t world_hop(const struct world_view *world, uint16_t host);
const struct session *world_session(const struct world_view *world, uint32_t connection); /* NULL: none */
/* The session of a tab, 1 … tab_count. */
const struct session *world_tab(const struct world_view *world, uint32_t tab);
/* How many of a session's records were there at `at`; they are by_connection[first … first + n - 1]. */
size_t world_session_heard(const struct world_view *world, const struct session *session, journal_seq at);
bool world_session_open(const struct session *session, journal_seq at);
/* The letter a session is busy with at a record: the one it carries next, or carried last; 0 if none. */
uint32_t world_session_letter(const struct world_view *world, const struct session *session, journal_seq at);

/* The version of a letter that a push carries, if that has been made by then: one in 7 bits (CONVERT) is made
 * for a session, and its client keeps the letter as it was. 0: the one that the client has. */
int64_t world_session_carries(const struct world_view *world, const struct session *session, uint32_t message,
                              journal_seq at);
/* The session in whose course a record was made, though it names none: that of its cause; 0: none. */
uint32_t world_session_behind(const struct world_view *world, const struct journal_record *record);

/* One copy of a letter. */
struct letter_place {
  uint16_t host;
  int64_t version;  /* the one that the host keeps; what it carries to another may differ (CONVERT) */
  int64_t accepted; /* the version that it took responsibility for; 0: it did not */
  journal_seq since;
  struct span reverse_path, recipients; /* the envelope as this host was told it */
  size_t waiting;                       /* recipients that this host still has to see to */
  bool is_changed;                      /* an alias has put others into the envelope */
  bool is_delivered;                    /* in a store: the envelope is gone */
  bool is_retrieved;                    /* fetched from a store */
};

struct letter_state {
  struct letter_place places[WORLD_PLACES_MAX];
  size_t count;
  size_t focus; /* the place that was touched last */
  struct span reverse_path, recipients;
  int64_t version;  /* the newest */
  bool is_given_up; /* the last thing heard of it: bounced, expired or discarded */
};

const struct letter *world_letter(const struct world_view *world, uint32_t message); /* NULL: none */
/* The server's name, or the address that it called and nobody has. */
struct span world_session_server(const struct world_view *world, const struct session *session);
/* False if the letter does not exist yet. */
bool world_letter_at(const struct world_view *world, uint32_t message, journal_seq at,
                     struct letter_state *state_out);

/* Whom the envelope that a host keeps names at `at`, one a line: those that it was accepted for, and those
 * that they became by aliases. */
struct span world_envelope_recipients(const struct world_view *world, uint32_t message, uint16_t host,
                                      journal_seq at, struct arena *arena);

/* Of several copies the one that a session is about to hand over, if it is none that the server has: the
 * focus goes to its client. session: NULL if none is shown. */
void world_letter_turn_to(const struct world_view *world, uint32_t message, const struct session *session,
                          journal_seq at, struct letter_state *state);

bool world_host_down(const struct world_view *world, uint16_t host, journal_seq at);

/* Takes the next run of fields of one author off *rest, which begins as the block's fields. */
bool world_next_part(const struct world_view *world, const struct journal_block *block, struct span *rest,
                     struct journal_block *part_out);
/* How many hosts have written into a version, newest first; at most max are put into hosts_out. */
size_t world_authors(const struct world_view *world, int64_t version, uint16_t *hosts_out, size_t max);
