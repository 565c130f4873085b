/* smtp_server: the receiving side of one SMTP or LMTP session (RFC 5321, 2033).
 *
 * Bytes in, actions out. Performs no I/O, reads no clock, draws no random number; who may send, to
 * whom, and what becomes of a message is the caller's decision, which may take its time: while a
 * decision is open nothing more is consumed, so that pipelined commands wait in the caller's hands.
 *
 *     feed ──▶ ┌─────────────┐ ──▶ next: REPLY, DECIDE_*, START_TLS, CLOSE
 *              │ smtp_server │
 *   answer ──▶ └─────────────┘
 *
 *     connect ─▶ GREETED ─HELO/EHLO─▶ READY ─MAIL─▶ MAIL ─RCPT─▶ RCPT ─DATA─▶ TEXT ─dot─▶ READY
 *                                       ▲ RSET, a new HELO or EHLO, the end of a message
 *
 * Ownership: an action's bytes are borrowed until the next call that is not one of the questions at the end
 * of this header; a decision, with its spans, addresses and message, until its answer. Retain the message to
 * keep it. The configuration is borrowed for the session's life.
 * Limits: a command line of 512 octets (more with extensions that say so), a text line of 1000
 * (RFC 5321 4.5.3.1), recipients and size as configured.
 */
#pragma once

#include "mail/address.h"
#include "mail/dsn_request.h"
#include "mail/message.h"
#include "proto/smtp_reply.h"

struct smtp_server;

/* A bare CR or LF inside DATA (RFC 5321 2.3.8 forbids sending them; smuggling lives on leniency). However
 * they are treated, only CRLF.CRLF ends the text. */
enum smtp_bare_newlines {
  SMTP_BARE_REFUSE,    /* the message gets 550 at its end */
  SMTP_BARE_NORMALISE, /* each becomes a line end */
  SMTP_BARE_HANG_UP,   /* a bare LF: 451 at once, and the connection is closed, as qmail does; a bare CR stays
                        */
  SMTP_BARE_KEEP, /* a bare CR stays as it is; a bare LF becomes a line end, as a message is made of lines */
};

/* A name without a domain in MAIL or RCPT. "<postmaster>" is always good in RCPT (RFC 5321 4.1.1.3). */
enum smtp_bare_names {
  SMTP_BARE_NAMES_REFUSED, /* RFC 5321 4.1.2 wants a domain */
  SMTP_BARE_NAMES_RECEIVE, /* taken in RCPT: somebody of this site is meant */
  SMTP_BARE_NAMES_SEND,    /* in MAIL as well */
};

/* What an EHLO reply may list. */
enum smtp_extension {
  SMTP_EXTENSION_NONE,
  SMTP_EXTENSION_SIZE,           /* RFC 1870 */
  SMTP_EXTENSION_PIPELINING,     /* RFC 2920 */
  SMTP_EXTENSION_8BITMIME,       /* RFC 6152 */
  SMTP_EXTENSION_ENHANCED_CODES, /* RFC 2034 */
  SMTP_EXTENSION_VRFY,
  SMTP_EXTENSION_EXPN,
  SMTP_EXTENSION_HELP,
  SMTP_EXTENSION_STARTTLS, /* RFC 3207 */
  SMTP_EXTENSION_AUTH,     /* RFC 4954 */
  SMTP_EXTENSION_DSN,      /* RFC 3461 */
  SMTP_EXTENSION_ETRN,     /* RFC 1985 */
  SMTP_EXTENSION_COUNT
};
/* By its keyword; SMTP_EXTENSION_NONE if it is not one of these. */
enum smtp_extension smtp_extension_named(struct span keyword);

enum {
  SMTP_COMMAND_LINE_MAX = 512, /* RFC 5321 4.5.3.1.4, CRLF included; extensions add to it */
  SMTP_AUTH_LINE_MAX = 12288,  /* RFC 4954 4 */
  SMTP_TEXT_LINE_MAX = 1000,
  SMTP_SERVER_RECIPIENTS_MAX = 1000,
  SMTP_SERVER_ERRORS_MAX = 20,
  SMTP_SERVER_SIZE_MAX = 64 * 1024 * 1024,
};

enum { SMTP_IGNORES_DATA = 1, SMTP_IGNORES_RSET = 2, SMTP_IGNORES_QUIT = 4 };

struct smtp_server_config {
  struct span host_name; /* in the banner, and in the replies */
  enum smtp_dialect dialect;
  enum smtp_bare_newlines bare_newlines;
  const struct smtp_texts *texts; /* the software's words; NULL: neutral ones */
  uint64_t size_max;              /* SIZE's value, also enforced; 0: SMTP_SERVER_SIZE_MAX, not announced */
  uint32_t text_line_max;         /* octets of a line of text, CRLF included; 0: 1000 (RFC 5321 4.5.3.1.6) */
  /* Octets of a command with its CRLF; 0: 512 and what extensions add (RFC 5321 4.5.3.1.4). AUTH has its own.
   */
  uint32_t command_line_max;
  bool cuts_commands;      /* of a longer one the front is taken, and nothing said (Postfix) */
  uint32_t recipients_max; /* at least 100 (RFC 5321 4.5.3.1.8); 0: 1000 */
  uint32_t errors_max;     /* bad commands before 421; 0: 20 */
  bool esmtp;              /* false: a server that knows HELO only; EHLO gets 500 */
  bool offer_size, offer_pipelining, offer_8bitmime, offer_enhanced_codes, offer_vrfy, offer_expn, offer_help;
  bool offer_dsn;  /* the caller does what RFC 3461 asks of it */
  bool offer_etrn; /* the caller tries its queue when asked to (RFC 1985) */
  /* enum smtp_extension, 0 after the last: of what is offered, what the EHLO reply lists, and in which order.
   * Empty: all of it, in the order of the enum. */
  uint8_t offer_order[SMTP_EXTENSION_COUNT];
  bool offer_starttls;             /* the caller can start TLS */
  bool tls_from_start;             /* port 465: the caller has started it before a word was said */
  bool offer_auth, auth_needs_tls; /* PLAIN and LOGIN (RFC 4954) */
  bool require_auth;               /* MAIL needs AUTH first: 530 5.7.0 */
  bool require_helo;               /* MAIL before HELO gets 503; old sendmails let it pass */
  /* What some programs let pass: */
  enum smtp_bare_names bare_names;
  bool any_helo;             /* HELO and EHLO with no name, or with many */
  bool mail_restarts;        /* a second MAIL forgets the transaction, as RSET does */
  bool ignores_parameters;   /* of MAIL and RCPT: nobody reads them */
  uint8_t ignores_arguments; /* SMTP_IGNORES_ or'ed: these commands are done whatever stands behind them */
};

enum smtp_server_action_kind {
  SMTP_SERVER_WAIT,           /* nothing to do until more is fed */
  SMTP_SERVER_REPLY,          /* send action.bytes: one reply, one or more CRLF lines */
  SMTP_SERVER_DECIDE_CONNECT, /* answer: 220 and banner, 554, 421 */
  SMTP_SERVER_DECIDE_HELO,    /* name in decision.text; decision.extended if EHLO or LHLO */
  SMTP_SERVER_DECIDE_AUTH,    /* mechanism in decision.text, decision.user, decision.password */
  SMTP_SERVER_DECIDE_MAIL,    /* decision.path, decision.size, decision.dsn.message */
  SMTP_SERVER_DECIDE_RCPT,    /* decision.path, decision.dsn.recipient */
  SMTP_SERVER_DECIDE_VRFY,    /* decision.text */
  SMTP_SERVER_DECIDE_EXPN,    /* decision.text */
  SMTP_SERVER_DECIDE_ETRN,    /* the domain in decision.text, without "@" or "#" */
  SMTP_SERVER_DECIDE_DATA,    /* before 354: rarely refused */
  SMTP_SERVER_DECIDE_MESSAGE, /* decision.message; under LMTP asked once for each accepted recipient, in
                                 order: decision.recipient */
  SMTP_SERVER_START_TLS,      /* after the 220 was sent: start TLS, then smtp_server_tls_started */
  SMTP_SERVER_CLOSE,          /* the session is over; close the connection */
};

/* What a question is about. Of the members only those that the kind has are filled in. */
struct smtp_server_decision {
  enum smtp_server_action_kind kind; /* one of DECIDE_* */
  struct span text;
  struct span user, password;
  struct smtp_path path;  /* mail/address.h: local part, domain, source route, raw text */
  struct span parameters; /* of MAIL or RCPT, as they stood */
  uint64_t size;          /* SIZE= of MAIL; 0 if not said */
  bool body_8bit;         /* BODY=8BITMIME */
  union {
    struct dsn_message_request message;
    struct dsn_recipient_request recipient;
  } dsn; /* what the client asks to be told */
  bool extended;
  uint32_t recipient;
  struct message *message;
};

struct smtp_server_action {
  enum smtp_server_action_kind kind;
  struct span bytes;                           /* of a REPLY */
  bool is_line;                                /* they are known to be one line, as mostly */
  const struct smtp_server_decision *decision; /* of DECIDE_*: the open one */
};

struct smtp_server *smtp_server_new(const struct smtp_server_config *config);
void smtp_server_free(struct smtp_server *server);

/* How many of the bytes were consumed; the rest must be fed again once nothing is left to do. Feeding
 * one byte at a time and all at once give the same actions. */
size_t smtp_server_feed(struct smtp_server *server, struct span bytes);
/* The same as feeding its wire form, but without reading it: only where a DATA block may begin
 * (smtp_server_wants_message). The message keeps its tail and body. */
void smtp_server_feed_message(struct smtp_server *server, struct message *message);
bool smtp_server_wants_message(const struct smtp_server *server);
/* The client has gone: open decisions are off. */
void smtp_server_gone(struct smtp_server *server);

/* The next action; kind SMTP_SERVER_WAIT when there is none. An open decision is given once. Of the action
 * only what its kind says is filled in. */
enum smtp_server_action_kind smtp_server_next(struct smtp_server *server,
                                              struct smtp_server_action *action_out);
/* While a message is to be decided about: it is the same as that one, octet for octet, which takes its place
 * (a reference of its own is taken). */
void smtp_server_recognise(struct smtp_server *server, struct message *message);
/* Answers the open decision. An empty text means the software's own words for that outcome; a code of 0
 * is a plain yes. 421 and 521 also end the session (RFC 5321 3.8, RFC 7504). After smtp_server_gone it does
 * nothing. */
void smtp_server_answer(struct smtp_server *server, const struct smtp_reply *reply);
void smtp_server_tls_started(struct smtp_server *server);
/* Ends the session from our side with a 421 (RFC 5321 3.8), for example on a time-out; an open decision
 * is off. reply may be NULL: "closing down". */
void smtp_server_shut(struct smtp_server *server, const struct smtp_reply *reply);

/* What the session knows, for trace fields and policy. */
enum smtp_server_state {
  SMTP_SERVER_NEW,
  SMTP_SERVER_GREETED,
  SMTP_SERVER_READY,
  SMTP_SERVER_MAIL,
  SMTP_SERVER_RCPT,
  SMTP_SERVER_TEXT,
  SMTP_SERVER_CLOSED
};
enum smtp_server_state smtp_server_state(const struct smtp_server *server);
struct span smtp_server_helo(const struct smtp_server *server); /* the claimed name; empty before */
struct span smtp_server_user(const struct smtp_server *server); /* authenticated user, or empty */
struct span
smtp_server_reverse_path(const struct smtp_server *server); /* of the open transaction, without <> */
uint32_t smtp_server_recipient_count(const struct smtp_server *server);
struct span smtp_server_recipient(const struct smtp_server *server,
                                  uint32_t index); /* accepted ones, without <> */
/* What the client asks to be told about the open transaction and its accepted recipients, in their order;
 * NULL if it asked nothing. Borrowed as the questions before. */
const struct dsn_requests *smtp_server_dsn_requests(const struct smtp_server *server);
/* "SMTP", "ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA", "LMTP" … (RFC 3848). */
struct span smtp_server_with(const struct smtp_server *server);
