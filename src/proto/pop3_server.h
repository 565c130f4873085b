/* pop3_server: the serving side of one POP3 session (RFC 1939, with RFC 2449 CAPA, RFC 2595 STLS, RFC 3206
 * codes and RFC 5034 AUTH PLAIN).
 *
 * Bytes in, actions out. Performs no I/O, reads no clock, draws no random number; who may log in, what is
 * in the maildrop and whether it could be changed is the caller's to say, and it may take its time: while a
 * decision is open nothing more is consumed, so that pipelined commands wait in the caller's hands.
 *
 *     feed ──▶ ┌─────────────┐ ──▶ next: REPLY, SEND_MESSAGE, DECIDE_*, FETCH …, START_TLS, CLOSE
 *              │ pop3_server │
 *   answer ──▶ └─────────────┘
 *
 *     connect ─▶ AUTHORIZATION ──USER PASS, APOP, AUTH─▶ TRANSACTION ──QUIT─▶ UPDATE ─▶ CLOSED
 *                  │    ▲  └ refused, or maildrop in use ┘   │  DELE only marks          ▲
 *                QUIT   STLS                                 └ connection lost, shut: ───┘
 *                  └──▶ CLOSED                                 nothing is removed
 *
 * A message is numbered by its place in the maildrop at login, from 1, and keeps its number for the session,
 * whatever is deleted. Messages are removed in the update state only, which QUIT alone leads to.
 *
 * Ownership: an action's spans and message are borrowed until the next call on the session. The
 * configuration and the maildrop's table are borrowed for the session's life.
 * Limits: a command line of POP3_LINE_MAX octets (RFC 2449 4), the first line of a response of
 * POP3_STATUS_LINE_MAX, messages and errors as below.
 */
#pragma once

#include "mail/message.h"
#include "proto/pop3_words.h"

struct pop3_server;

enum {
  POP3_LINE_MAX = 255,
  POP3_SASL_LINE_MAX = 1024, /* a response within AUTH PLAIN (RFC 5034 4, RFC 4616) */
  POP3_STATUS_LINE_MAX = 512,
  POP3_MESSAGES_MAX = 1000000, /* in a maildrop */
  POP3_UNIQUE_ID_MAX = 70,     /* RFC 1939 7 */
  POP3_TIMESTAMP_MAX = 320,    /* a host name may have 255 octets */
  POP3_ERRORS_MAX = 20,
  POP3_EXPIRE_NEVER = -1,
};

struct pop3_server_config {
  struct span host_name;
  const struct pop3_texts *texts; /* the software's words; NULL: neutral ones */
  struct span implementation;     /* for CAPA (RFC 2449 6.9); empty: not said */
  uint32_t errors_max;            /* bad commands and failed logins before it hangs up; 0: POP3_ERRORS_MAX */
  bool offer_capa, offer_user, offer_top, offer_uidl, offer_pipelining;
  bool offer_resp_codes; /* [IN-USE], [AUTH] …, and in CAPA RESP-CODES and AUTH-RESP-CODE */
  bool offer_sasl_plain; /* AUTH PLAIN */
  bool offer_stls;       /* the caller can start TLS */
  bool tls_from_start;   /* port 995: the caller has started it before a word was said */
  bool auth_needs_tls;   /* USER, PASS and AUTH only after STLS; APOP keeps the password to itself */
  bool asks_about_user;  /* USER is decided by itself (DECIDE_USER), not only together with PASS */
  bool offer_expire;     /* how long messages are kept: expire_days, or POP3_EXPIRE_NEVER */
  bool expire_varies;    /* … from user to user: said before login */
  bool login_delay_varies;
  int32_t expire_days;
  uint32_t login_delay_s; /* least time between logins; 0: none. Enforcing it is the caller's decision */
};

enum pop3_server_action_kind {
  POP3_SERVER_WAIT,         /* nothing to do until more is fed */
  POP3_SERVER_REPLY,        /* send action.bytes: one response, or the part of it before a message */
  POP3_SERVER_SEND_MESSAGE, /* send action.message in its wire form: its end is the response's */
  POP3_SERVER_START_TLS,    /* after the +OK was sent: start TLS, then pop3_server_tls_started */
  POP3_SERVER_CLOSE,        /* the session is over; close the connection */
  /* Decisions. Refusals by pop3_server_answer. */
  POP3_SERVER_DECIDE_CONNECT, /* pop3_server_answer */
  POP3_SERVER_DECIDE_USER,    /* action.user: is there such a maildrop? pop3_server_answer */
  POP3_SERVER_DECIDE_LOGIN,   /* action.user, action.password: pop3_server_answer or …_answer_secret */
  POP3_SERVER_DECIDE_APOP,    /* action.user, action.digest: the same */
  POP3_SERVER_OPEN_MAILDROP,  /* lock action.user's maildrop: pop3_server_answer_maildrop */
  POP3_SERVER_FETCH,          /* message action.number: pop3_server_answer_message */
  POP3_SERVER_UPDATE,         /* remove what pop3_server_is_deleted (perhaps none), let the maildrop go:
                                 pop3_server_answer says whether all were removed */
};

struct pop3_server_action {
  enum pop3_server_action_kind kind;
  struct span bytes;
  struct span user, password;
  struct span digest; /* of APOP, as sent */
  uint32_t number;
  bool top_only; /* FETCH is for TOP: the header and so many lines would do */
  uint32_t top_lines;
  struct message *message;
};

struct pop3_answer {
  bool ok;
  struct span code; /* of a refusal, without brackets: "AUTH", "IN-USE", "SYS/TEMP", "SYS/PERM",
                       "LOGIN-DELAY"; empty: the usual one */
  struct span text; /* empty: the software's words */
};

struct pop3_maildrop_entry {
  uint64_t size;         /* in octets, lines ended by CRLF: message_size */
  struct span unique_id; /* 1 to 70 characters from ! to ~, never used for another message (RFC 1939 7) */
};
struct pop3_maildrop {
  const struct pop3_maildrop_entry *entries;
  uint32_t count;
};

/* apop_timestamp: "<process.clock@host>", unlike any other the server has given (RFC 1939 7); it ends the
 * greeting and allows APOP. Empty: no APOP. */
struct pop3_server *pop3_server_new(const struct pop3_server_config *config, struct span apop_timestamp);
void pop3_server_free(struct pop3_server *server);

/* How many of the bytes were consumed; the rest must be fed again once nothing is left to do. Feeding
 * one byte at a time and all at once give the same actions. What follows STLS before TLS has started is
 * thrown away: it was not protected (RFC 2595 4). */
size_t pop3_server_feed(struct pop3_server *server, struct span bytes);
/* The next action; kind POP3_SERVER_WAIT when there is none. An open decision is given once. */
enum pop3_server_action_kind pop3_server_next(struct pop3_server *server,
                                              struct pop3_server_action *action_out);

/* Answers to the open decision; ignored if the session has ended meanwhile. */
void pop3_server_answer(struct pop3_server *server, const struct pop3_answer *answer);
/* The user's password as the caller knows it: the engine compares, under APOP the digests (MD5 of timestamp
 * and secret). An empty one never fits. */
void pop3_server_answer_secret(struct pop3_server *server, struct span secret);
void pop3_server_answer_maildrop(struct pop3_server *server, const struct pop3_maildrop *maildrop);
/* Keeps a reference of its own while it needs it. */
void pop3_server_answer_message(struct pop3_server *server, struct message *message);

void pop3_server_tls_started(struct pop3_server *server);
/* The client has gone: open decisions are off, nothing is removed. */
void pop3_server_gone(struct pop3_server *server);
/* Ends the session from our side, without the update state. NULL: without a word, as the autologout timer
 * (at least ten minutes) should (RFC 1939 3); else with -ERR. */
void pop3_server_shut(struct pop3_server *server, const struct pop3_answer *answer);

enum pop3_server_state {
  POP3_SERVER_NEW,
  POP3_SERVER_AUTHORIZATION,
  POP3_SERVER_TRANSACTION,
  POP3_SERVER_UPDATING,
  POP3_SERVER_CLOSED,
};
enum pop3_server_state pop3_server_state(const struct pop3_server *server);
struct span
pop3_server_user(const struct pop3_server *server); /* as given; authenticated from TRANSACTION on */
bool pop3_server_is_deleted(const struct pop3_server *server, uint32_t number);
uint32_t pop3_server_deleted_count(const struct pop3_server *server);
