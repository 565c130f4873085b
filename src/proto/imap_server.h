/* imap_server: the serving side of one IMAP session (RFC 9051 IMAP4rev2 and RFC 3501 IMAP4rev1, with RFC 2177
 * IDLE, RFC 4959 SASL-IR, RFC 7888 LITERAL-, RFC 4315 UIDPLUS, RFC 6851 MOVE).
 *
 * Bytes in, actions out. Performs no I/O, reads no clock, draws no random number; who may log in, which
 * mailboxes there are, what is in them and what may be changed is the caller's to say, and it may take its
 * time: while a decision is open nothing more is consumed, so that pipelined commands wait in the caller's
 * hands.
 *
 *     feed ──▶ ┌─────────────┐ ──▶ next: REPLY, DECIDE_*, SELECT, READ, STORE, …, START_TLS, CLOSE
 *              │ imap_server │
 *   answer ──▶ └─────────────┘ ◀── arrived, removed, flags_changed: what others do to the mailbox
 *
 *     connect ─▶ NOT AUTHENTICATED ──LOGIN, AUTHENTICATE─▶ AUTHENTICATED ⇄ SELECTED ──LOGOUT─▶ CLOSED
 *                                                             SELECT, EXAMINE ▶ ◀ CLOSE, UNSELECT
 *
 * The session speaks IMAP4rev1 until the client says ENABLE IMAP4rev2 (RFC 9051 Appendix A). A message has
 * two numbers: its place in the mailbox, which falls when one before it goes, and its unique identifier,
 * which stays. The client hears of what others do at the right moments only: an EXPUNGE never while a FETCH,
 * STORE or SEARCH is answered (RFC 9051 7.5.1), anything at once while it idles.
 *
 * Ownership: an action's spans and message are borrowed until the next call on the session; the configuration
 * for the session's life. Tables given in answers are copied.
 * Limits: as below, and literals of commands other than APPEND of IMAP_LITERAL_MAX octets.
 */
#pragma once

#include "mail/message.h"

struct imap_server;

enum {
  IMAP_LINE_MAX = 8192,    /* of a command without its literals (RFC 7162 4 asks for 8,192) */
  IMAP_LITERAL_MAX = 4096, /* RFC 7888 5: what a client may send without being asked */
  IMAP_APPEND_MAX = 64 * 1024 * 1024,
  IMAP_MESSAGES_MAX = 1000000, /* in a mailbox */
  IMAP_ERRORS_MAX = 20,
  IMAP_SEARCH_DEPTH_MAX = 40, /* NOT and ( within each other */
};

/* System flags (RFC 9051 2.3.2). There are no keywords. */
enum imap_flag {
  IMAP_SEEN = 1,
  IMAP_ANSWERED = 2,
  IMAP_FLAGGED = 4,
  IMAP_DELETED = 8,
  IMAP_DRAFT = 16,
  IMAP_RECENT = 32, /* IMAP4rev1 alone: this session is the first to be told of it. Nobody can set it */
  IMAP_FLAGS_SETTABLE = 31,
};

struct imap_server_config {
  struct span host_name;
  uint32_t errors_max; /* commands answered BAD and failed logins before it hangs up; 0: IMAP_ERRORS_MAX */
  size_t append_max;   /* 0: IMAP_APPEND_MAX */
  bool offer_rev2;
  bool offer_sasl_plain; /* AUTHENTICATE PLAIN */
  bool offer_starttls;   /* the caller can start TLS */
  bool tls_from_start;   /* port 993: the caller has started it before a word was said */
  bool auth_needs_tls;   /* LOGIN and AUTHENTICATE only under TLS (LOGINDISABLED) */
};

enum imap_server_action_kind {
  IMAP_SERVER_WAIT,      /* nothing to do until more is fed */
  IMAP_SERVER_REPLY,     /* send action.bytes: whole lines, literals in them */
  IMAP_SERVER_START_TLS, /* after the OK was sent: start TLS, then imap_server_tls_started */
  IMAP_SERVER_CLOSE,     /* the session is over; close the connection */
  /* Decisions. Refusals by imap_server_answer; where nothing else is said, consent too. */
  IMAP_SERVER_DECIDE_CONNECT,
  IMAP_SERVER_DECIDE_LOGIN, /* action.user, action.password: also imap_server_answer_secret */
  IMAP_SERVER_LIST,         /* the user's mailboxes: imap_server_answer_list */
  IMAP_SERVER_STATUS,       /* of action.mailbox: imap_server_answer_status */
  IMAP_SERVER_SELECT,       /* open action.mailbox, perhaps read_only: imap_server_answer_mailbox */
  IMAP_SERVER_CHANGE,       /* action.change of action.mailbox (to action.other) */
  IMAP_SERVER_APPEND, /* action.message with flags and date into action.mailbox: imap_server_answer_uids */
  IMAP_SERVER_COPY,   /* action.uids into action.mailbox: imap_server_answer_uids */
  IMAP_SERVER_MOVE,   /* the same, and out of the selected mailbox: imap_server_answer_uids; the caller
                         says imap_server_removed of each */
  IMAP_SERVER_READ,   /* message action.uid: imap_server_answer_message */
  IMAP_SERVER_STORE,  /* message action.uid shall have action.flags */
  IMAP_SERVER_REMOVE, /* message action.uid is expunged */
};

enum imap_change {
  IMAP_CREATE,
  IMAP_DELETE,
  IMAP_RENAME, /* to action.other */
  IMAP_SUBSCRIBE,
  IMAP_UNSUBSCRIBE,
};

struct imap_server_action {
  enum imap_server_action_kind kind;
  struct span bytes;
  struct span user, password;
  struct span mailbox; /* INBOX in capitals, however it was written */
  struct span other;
  bool read_only;
  enum imap_change change;
  uint32_t uid;
  uint32_t flags;
  bool has_date;
  int64_t date_us; /* unix */
  struct message *message;
  const uint32_t *uids; /* ascending */
  uint32_t count;
};

struct imap_answer {
  bool ok;
  struct span code; /* without brackets: "AUTHENTICATIONFAILED", "NONEXISTENT", "CANNOT", "INUSE" …; empty:
                       the usual one */
  struct span text; /* empty: neutral words */
};

struct imap_entry {
  uint32_t uid;    /* ascending within the table, never used again in this mailbox (RFC 9051 2.3.1.1) */
  uint32_t flags;  /* of enum imap_flag */
  uint64_t size;   /* in octets, lines ended by CRLF: message_size */
  int64_t date_us; /* when it was delivered or as APPEND said; unix */
};
struct imap_mailbox {
  const struct imap_entry *entries;
  uint32_t count;
  uint32_t uid_validity; /* not 0 */
  uint32_t uid_next;     /* above every uid so far */
  int32_t zone_minutes;  /* the host's, for INTERNALDATE */
  bool read_only;        /* although it was asked for by SELECT */
};
struct imap_status {
  uint32_t messages, recent, unseen, deleted;
  uint32_t uid_validity, uid_next;
  uint64_t size;
};
struct imap_listed {
  struct span name;       /* printable ASCII */
  struct span attributes; /* "\\HasNoChildren \\Sent" */
  bool subscribed;
};

struct imap_server *imap_server_new(const struct imap_server_config *config);
void imap_server_free(struct imap_server *server);

/* How many of the bytes were consumed; the rest must be fed again once nothing is left to do. Feeding one
 * byte at a time and all at once give the same actions. What follows STARTTLS before TLS has started is
 * thrown away: it was not protected (RFC 9051 6.2.1). */
size_t imap_server_feed(struct imap_server *server, struct span bytes);
/* The next action; kind IMAP_SERVER_WAIT when there is none. An open decision is given once. */
enum imap_server_action_kind imap_server_next(struct imap_server *server,
                                              struct imap_server_action *action_out);

/* Answers to the open decision; ignored if the session has ended meanwhile. */
void imap_server_answer(struct imap_server *server, const struct imap_answer *answer);
/* The user's password as the caller knows it: the engine compares. An empty one never fits. */
void imap_server_answer_secret(struct imap_server *server, struct span secret);
void imap_server_answer_list(struct imap_server *server, const struct imap_listed *listed, size_t count);
void imap_server_answer_status(struct imap_server *server, const struct imap_status *status);
void imap_server_answer_mailbox(struct imap_server *server, const struct imap_mailbox *mailbox);
/* What APPEND, COPY, MOVE have put where: the target's uid_validity, the new unique identifiers, ascending,
 * as many as were to be put there. */
void imap_server_answer_uids(struct imap_server *server, uint32_t uid_validity, const uint32_t *uids,
                             uint32_t count);
void imap_server_answer_message(struct imap_server *server, struct message *message);

/* What happens to the selected mailbox, by this session or others; ignored while none is selected, and of
 * messages that are not in it. */
void imap_server_arrived(struct imap_server *server, const struct imap_entry *entry);
void imap_server_removed(struct imap_server *server, uint32_t uid);
void imap_server_flags_changed(struct imap_server *server, uint32_t uid, uint32_t flags);

void imap_server_tls_started(struct imap_server *server);
/* The client has gone: open decisions are off. */
void imap_server_gone(struct imap_server *server);
/* Ends the session from our side, with BYE and these words (RFC 9051 7.1.5). */
void imap_server_shut(struct imap_server *server, struct span text);

enum imap_server_state {
  IMAP_SERVER_NEW,
  IMAP_SERVER_NOT_AUTHENTICATED,
  IMAP_SERVER_AUTHENTICATED,
  IMAP_SERVER_SELECTED,
  IMAP_SERVER_CLOSED,
};
enum imap_server_state imap_server_state(const struct imap_server *server);
bool imap_server_is_idle(const struct imap_server *server);
struct span imap_server_user(const struct imap_server *server); /* authenticated from AUTHENTICATED on */
