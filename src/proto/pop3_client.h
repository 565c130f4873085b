/* pop3_client: the fetching side of one POP3 session (RFC 1939), as a retrieval agent or a user's mail
 * program speaks it.
 *
 * Bytes in, actions out; no I/O, no clock, no chance. It logs in, lists the maildrop, asks which messages are
 * wanted, fetches them one after another, deletes what its caller has safely stored, and quits. Servers
 * without CAPA, UIDL or TOP are taken as they are.
 *
 *     feed ──▶ ┌─────────────┐ ──▶ next: SEND, START_TLS, ASK, MESSAGE, OUTCOME, CLOSE
 *              │ pop3_client │
 *    fetch ──▶ └─────────────┘
 *    stored
 *
 *     greeting ─▶ [CAPA] ─▶ [STLS ─▶ CAPA] ─▶ APOP, or USER PASS, or AUTH PLAIN ─▶ STAT ─▶ LIST ─▶ [UIDL] ─▶
 * ASK ─▶ ( RETR n, or TOP n k ─▶ MESSAGE ─▶ [DELE n] ) for each wish ─▶ QUIT ─▶ CLOSE
 *
 * A message that was marked by DELE is gone only once QUIT has been answered with +OK: until then a lost
 * connection leaves it on the server, and it will be fetched again unless its unique-id is remembered.
 *
 * Ownership: the configuration is borrowed for the session's life. An action's spans and message are
 * borrowed until the next call on the session, the listing until CLOSE; retain the message to keep it.
 * Limits: a line of POP3_RESPONSE_LINE_MAX octets, messages and their size as configured.
 */
#pragma once

#include "mail/message.h"

struct pop3_client;

enum {
  POP3_RESPONSE_LINE_MAX = 2000, /* RFC 2449 4 has 512 for the first line; some servers write more */
  POP3_CLIENT_MESSAGES_MAX = 100000,
  POP3_CLIENT_MESSAGE_SIZE_MAX = 64 * 1024 * 1024,
};

enum pop3_tls_wish { POP3_TLS_NEVER, POP3_TLS_IF_OFFERED, POP3_TLS_REQUIRED };
enum pop3_login_wish {
  POP3_LOGIN_PASSWORD, /* USER and PASS; AUTH PLAIN if CAPA says that there is no USER */
  POP3_LOGIN_APOP_IF_OFFERED,
  POP3_LOGIN_APOP, /* or not at all */
};

struct pop3_client_config {
  struct span user, password;
  enum pop3_login_wish login;
  enum pop3_tls_wish tls;
  bool no_capa, no_stat, no_uidl; /* an old program does not ask */
  uint32_t top_lines;             /* lines of the body for POP3_WISH_TOP */
  uint32_t messages_max;          /* 0: POP3_CLIENT_MESSAGES_MAX; what is listed beyond is left alone */
  size_t message_size_max;        /* 0: POP3_CLIENT_MESSAGE_SIZE_MAX */
};

/* What to do with a message of the maildrop. */
enum pop3_wish { POP3_WISH_NOTHING, POP3_WISH_RETR, POP3_WISH_TOP, POP3_WISH_DELE };

struct pop3_listed {
  uint32_t number;
  bool has_size; /* false: the server's number made no sense */
  uint64_t size;
  struct span unique_id; /* empty: not known */
  enum pop3_wish wish;   /* for the caller to fill in */
};
struct pop3_listing {
  struct pop3_listed *messages;
  uint32_t count;
};

/* How something ended. */
enum pop3_status {
  POP3_OK,
  POP3_ERR,
  POP3_LOST,        /* the connection, before an answer came */
  POP3_MALFORMED,   /* the answer was none that POP3 knows: the session is given up */
  POP3_NOT_OFFERED, /* STLS or APOP was required, and is not there */
  POP3_UNSPEAKABLE, /* the name or password cannot be said: control characters, spaces in a name, too long */
  POP3_TOO_BIG,     /* the message, beyond message_size_max: read over */
};
struct pop3_response {
  enum pop3_status status;
  struct span code; /* "AUTH", "IN-USE" …, or empty */
  struct span text; /* the server's words, without the code */
};

enum pop3_outcome_of {
  POP3_OUTCOME_CONNECT, /* the greeting: only if it is not +OK */
  POP3_OUTCOME_TLS,     /* only if it was required and is not there */
  POP3_OUTCOME_LOGIN,
  POP3_OUTCOME_LIST,  /* only if it failed */
  POP3_OUTCOME_FETCH, /* of action.number: only if it failed */
  POP3_OUTCOME_DELE,  /* of action.number */
  POP3_OUTCOME_QUIT, /* after a login: whether what was marked is removed; LOST too when the connection breaks
                        while the caller has the word */
};

enum pop3_client_action_kind {
  POP3_CLIENT_WAIT,
  POP3_CLIENT_OUTCOME,   /* action.outcome, action.response */
  POP3_CLIENT_SEND,      /* action.bytes: one command line */
  POP3_CLIENT_START_TLS, /* start TLS, then pop3_client_tls_started */
  POP3_CLIENT_ASK,       /* fill in the wishes of action.listing, then pop3_client_fetch. Not asked about an
                            empty maildrop */
  POP3_CLIENT_MESSAGE,   /* action.message, number, unique_id: store it, then pop3_client_stored */
  POP3_CLIENT_CLOSE,     /* the session is over; close the connection */
};

struct pop3_client_action {
  enum pop3_client_action_kind kind;
  struct span bytes;
  enum pop3_outcome_of outcome;
  struct pop3_response response;
  struct pop3_listing listing;
  uint32_t number;
  struct span unique_id;
  bool top_only; /* of MESSAGE: the top of one */
  struct message *message;
};

struct pop3_client *pop3_client_new(const struct pop3_client_config *config);
void pop3_client_free(struct pop3_client *client);

/* How many of the bytes were consumed; the rest must be fed again once nothing is left to do. Feeding
 * one byte at a time and all at once give the same actions. */
size_t pop3_client_feed(struct pop3_client *client, struct span bytes);
/* The same as feeding its wire form, without reading it: only where a message is to begin. */
bool pop3_client_wants_message(const struct pop3_client *client);
void pop3_client_feed_message(struct pop3_client *client, struct message *message);

enum pop3_client_action_kind pop3_client_next(struct pop3_client *client,
                                              struct pop3_client_action *action_out);

/* After ASK: go on by the wishes. */
void pop3_client_fetch(struct pop3_client *client);
/* After MESSAGE: it is safe where it belongs, or not; delete it on the server? */
void pop3_client_stored(struct pop3_client *client, bool delete_it);
void pop3_client_tls_started(struct pop3_client *client);
/* No further wishes: quit after what is under way. */
void pop3_client_quit(struct pop3_client *client);
/* The connection was lost: what was under way ends with POP3_LOST. */
void pop3_client_gone(struct pop3_client *client);

/* What the server has shown it can do. */
struct pop3_offer {
  bool apop; /* a usable timestamp in the greeting */
  bool capa; /* it answered CAPA; the others below are known only then */
  bool user, sasl_plain, top, uidl, stls, resp_codes, pipelining;
};
const struct pop3_offer *pop3_client_offer(const struct pop3_client *client);
