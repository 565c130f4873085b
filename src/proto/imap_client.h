/* imap_client: the reading side of one IMAP session (RFC 9051, RFC 3501), as a mail program speaks it that
 * keeps a copy of what it has read: new letters are listed, headers first; those that are wanted are read
 * whole; what is done with is deleted.
 *
 * Bytes in, actions out; no I/O, no clock, no chance.
 *
 *     feed ──▶ ┌─────────────┐ ──▶ next: SEND, START_TLS, ASK, MESSAGE, OUTCOME, CLOSE
 *              │ imap_client │
 *    fetch ──▶ └─────────────┘
 *    stored
 *
 *     greeting ─▶ [CAPABILITY] ─▶ [STARTTLS ─▶ CAPABILITY] ─▶ LOGIN or AUTHENTICATE PLAIN ─▶ SELECT INBOX ─▶
 *     UID FETCH new:* (flags, size, some of the header) ─▶ ASK ─▶ ( UID FETCH n BODY[] ─▶ MESSAGE ) for each
 *     wish ─▶ [UID STORE \Deleted ─▶ UID EXPUNGE] ─▶ LOGOUT ─▶ CLOSE
 *
 * New is what has a UID above the highest that is known, as long as UIDVALIDITY is what it was; else
 * everything is (RFC 9051 2.3.1.1, RFC 4549 3). That a letter has been read the server notes by itself
 * (\Seen).
 *
 * Ownership: the configuration is borrowed for the session's life. An action's spans and message are borrowed
 * until the next call on the session, the listing until CLOSE; retain the message to keep it.
 * Limits: responses of IMAP_RESPONSE_MAX octets besides literals; messages and their size as configured.
 */
#pragma once

#include "mail/message.h"

struct imap_client;

enum {
  IMAP_RESPONSE_MAX = 64 * 1024,
  IMAP_CLIENT_MESSAGES_MAX = 100000,
  IMAP_CLIENT_MESSAGE_SIZE_MAX = 64 * 1024 * 1024,
};

enum imap_tls_wish { IMAP_TLS_NEVER, IMAP_TLS_IF_OFFERED, IMAP_TLS_REQUIRED };

struct imap_client_config {
  struct span user, password;
  enum imap_tls_wish tls;
  bool read_only;          /* EXAMINE: nothing becomes \Seen, nothing is deleted */
  uint32_t uid_validity;   /* of the session before; 0: there was none */
  uint32_t uid_known;      /* the highest UID that is not new, if uid_validity has not changed */
  uint32_t messages_max;   /* 0: IMAP_CLIENT_MESSAGES_MAX; what is listed beyond is left alone */
  size_t message_size_max; /* 0: IMAP_CLIENT_MESSAGE_SIZE_MAX */
};

struct imap_client_listed {
  uint32_t uid;
  uint32_t flags; /* of enum imap_flag (imap_server.h) */
  uint64_t size;
  struct span header; /* From, Subject and Date, as they stand */
  bool wanted;        /* for the caller to fill in: read it whole */
};
struct imap_client_listing {
  struct imap_client_listed *messages;
  uint32_t count;
  uint32_t uid_validity;
};

/* How something ended. */
enum imap_status_kind {
  IMAP_OK,
  IMAP_NO,          /* or BAD, or BYE */
  IMAP_LOST,        /* the connection, before an answer came */
  IMAP_MALFORMED,   /* the answer was none that IMAP knows: the session is given up */
  IMAP_NOT_OFFERED, /* STARTTLS is required and is not there, or no login is allowed without it */
  IMAP_UNSPEAKABLE, /* the name or password cannot be said */
  IMAP_TOO_BIG,     /* the message, beyond message_size_max: read over */
  IMAP_GONE,        /* the message: somebody else has removed it */
};
struct imap_result {
  enum imap_status_kind status;
  struct span code; /* "AUTHENTICATIONFAILED" …, or empty */
  struct span text; /* the server's words, without the code */
};

enum imap_outcome_of {
  IMAP_OUTCOME_CONNECT, /* the greeting: only if it is not OK */
  IMAP_OUTCOME_TLS,     /* only if it was required and is not there */
  IMAP_OUTCOME_LOGIN,
  IMAP_OUTCOME_SELECT, /* only if it failed */
  IMAP_OUTCOME_LIST,   /* only if it failed */
  IMAP_OUTCOME_FETCH,  /* of action.uid: only if it failed */
  IMAP_OUTCOME_DELETE, /* of all that were to go */
  IMAP_OUTCOME_LOGOUT, /* only if the connection was lost before */
};

enum imap_client_action_kind {
  IMAP_CLIENT_WAIT,
  IMAP_CLIENT_OUTCOME,   /* action.outcome, action.result */
  IMAP_CLIENT_SEND,      /* action.bytes: one command line */
  IMAP_CLIENT_START_TLS, /* start TLS, then imap_client_tls_started */
  IMAP_CLIENT_ASK, /* fill in the wishes of action.listing, then imap_client_fetch. Asked once SELECT and the
                      list have been answered, also if nothing is new */
  IMAP_CLIENT_MESSAGE, /* action.message, uid: store it, then imap_client_stored */
  IMAP_CLIENT_CLOSE,   /* the session is over; close the connection */
};

struct imap_client_action {
  enum imap_client_action_kind kind;
  struct span bytes;
  enum imap_outcome_of outcome;
  struct imap_result result;
  struct imap_client_listing listing;
  uint32_t uid;
  struct message *message;
};

struct imap_client *imap_client_new(const struct imap_client_config *config);
void imap_client_free(struct imap_client *client);

/* How many of the bytes were consumed; the rest must be fed again once nothing is left to do. Feeding one
 * byte at a time and all at once give the same actions. */
size_t imap_client_feed(struct imap_client *client, struct span bytes);
enum imap_client_action_kind imap_client_next(struct imap_client *client,
                                              struct imap_client_action *action_out);

/* After ASK: go on by the wishes. */
void imap_client_fetch(struct imap_client *client);
/* After MESSAGE: it is safe where it belongs; delete it on the server? */
void imap_client_stored(struct imap_client *client, bool delete_it);
void imap_client_tls_started(struct imap_client *client);
/* The connection was lost: what was under way ends with IMAP_LOST. */
void imap_client_gone(struct imap_client *client);
