/* session_rungs: a session as what one side sends the other, in its order: TCP's beginning, what is said,
 * TCP's end.
 *
 *     journal ──▶ CONNECT, LINE, DATA, TLS, CLOSED … ──▶ rungs ──▶ scene_session
 *
 * What TCP sends by itself (RFC 9293 3.5, 3.6) follows from the records' times, as in captures. Lines that
 * are said at one time are one rung, as they share a segment. What a fault swallows is marked as lost.
 *
 * Ownership: borrows the world's journal; what it makes of it lies in its arena.
 */
#pragma once

#include "base/arena.h"
#include "view/world_view.h"

enum session_rung_kind {
  RUNG_TCP,    /* SYN, FIN and their answers */
  RUNG_TLS,    /* a flight of the handshake, an alert */
  RUNG_SAID,   /* lines */
  RUNG_LETTER, /* a letter, from its first line to the lone dot */
  RUNG_REMARK  /* nothing is sent: TLS stands, the connection breaks, nobody answers */
};

struct session_rung {
  enum session_rung_kind kind;
  bool by_server; /* who sends it; of a remark: at whose side it is noticed */
  bool is_sealed; /* under TLS */
  bool is_lost;   /* it never arrives */
  int64_t sent_us;
  int64_t arrives_us; /* the last octet of it; negative: not known, or never */
  journal_seq record; /* the first that it is of */
  struct span *lines;
  size_t line_count, line_capacity;
};

struct session_rungs {
  struct session_rung *items;
  size_t count, capacity;
  struct arena arena;
};

struct session_rungs_options {
  journal_seq at; /* up to that record */
  bool is_full;   /* letters with all their lines, as on the wire */
};

void session_rungs_make(const struct world_view *world, const struct session *session,
                        const struct session_rungs_options *options, struct session_rungs *out);
void session_rungs_free(struct session_rungs *rungs);
