/* smtp_server_internal: what the files of the SMTP server share.
 *
 *     smtp_server.c            the session's life, feed, next; smtp_server_enter is the one door for state
 *     smtp_server_commands.c   the table of verbs: which may come when, and what each does
 *     smtp_server_envelope.c   MAIL and RCPT, their parameters
 *     smtp_server_dsn.c        RET, ENVID, NOTIFY and ORCPT (RFC 3461)
 *     smtp_server_auth.c       AUTH (RFC 4954)
 *     smtp_server_data.c       the text, up to CRLF.CRLF
 *     smtp_server_answer.c     what the answer to a decision does
 *     smtp_server_words.c      replies in the words of the software
 *
 * Inside, a session is one allocation. Its texts lie in one buffer, which begins inside it:
 *
 *     texts   [helo][reverse-path][recipient 0][recipient 1] … │ [held: the line that is being decided]
 *              ◀── helo_len ──▶◀─ path_len ─▶   ends[0] ▲      kept_len ▲
 */
#pragma once

#include "proto/line_reader.h"
#include "proto/smtp_server.h"

enum auth_step { AUTH_NONE, AUTH_PLAIN, AUTH_LOGIN_USER, AUTH_LOGIN_PASSWORD };

/* Where in the text the reader is (RFC 5321 4.5.2). */
enum smtp_data_at { DATA_LINE_START, DATA_DOT, DATA_DOT_CR, DATA_IN_LINE, DATA_CR };

struct smtp_data {
  enum smtp_bare_newlines bare_newlines;
  uint32_t line_max; /* octets without CRLF */
  enum smtp_data_at at;
  bool begun;
  bool has_bare; /* a bare CR or LF, where that is refused */
  bool ends_now; /* nothing more is read, and the connection is closed */
  bool too_long; /* a line */
  uint64_t line_len;
  struct buf bytes; /* as unstuffed; overflowed: the message is too big */
};

/* What a client asks to be told: rare, so a piece of memory of its own. */
struct smtp_dsn {
  struct arena arena; /* what ENVID and ORCPT said */
  struct dsn_requests requests;
  struct dsn_recipient_request
      *recipients; /* as many as there are recipients, or fewer: the rest asked nothing */
  size_t capacity;
  uint32_t count;
};

enum { SMTP_RECIPIENTS_INSIDE = 2 };

struct smtp_server {
  const struct smtp_server_config *config;
  enum smtp_server_state state;
  enum smtp_server_action_kind due; /* comes after what is in out; SMTP_SERVER_WAIT: nothing */
  bool deciding;                    /* due was given and waits for its answer */
  bool out_given;                   /* out was given, and is cleared at the next call */
  bool out_is_line;                 /* what is in out is one line, for certain */
  bool extended;                    /* greeted by EHLO or LHLO */
  bool greeted;                     /* HELO, EHLO or LHLO was accepted */
  bool tls, awaits_tls;
  bool refused; /* the connection was refused by a 5xx: only QUIT is left (RFC 5321 3.1) */
  bool gone;
  enum auth_step auth;
  enum smtp_text lmtp_refusal; /* said for each of the recipients from lmtp_next on */
  uint32_t lmtp_next, lmtp_until;
  uint32_t error_count;
  struct span verb;            /* of the command at hand */
  struct span line, parameter; /* while a command is read: what was said, and what is wrong in it */
  bool rcpt_refused;           /* in this transaction */
  struct smtp_server_decision decision;
  struct message *message;
  struct smtp_dsn *dsn; /* of the transaction; NULL: nothing was asked */
  struct line_reader reader;
  struct smtp_data data;
  struct buf out;
  struct buf user;
  struct buf texts;
  size_t helo_len, path_len, kept_len;
  uint32_t *ends; /* of the recipients, in texts */
  size_t ends_capacity;
  uint32_t recipient_count;
  uint32_t ends_inside[SMTP_RECIPIENTS_INSIDE];
  char out_inside[168], texts_inside[136];
};

/* ---- smtp_server.c ---- */
void smtp_server_enter(struct smtp_server *server, enum smtp_server_state state);
/* The state between transactions. */
void smtp_server_be_idle(struct smtp_server *server);
/* Forgets the transaction (RSET, the end of a message …). */
void smtp_server_end_transaction(struct smtp_server *server);
/* After what is in out, the connection is closed. */
void smtp_server_close(struct smtp_server *server);
void smtp_server_decide(struct smtp_server *server, enum smtp_server_action_kind kind);
/* Copies what is to be decided about, since the input goes away while the decision is open. */
struct span smtp_server_hold(struct smtp_server *server, struct span line);
void smtp_server_release_held(struct smtp_server *server);

/* ---- smtp_server_commands.c ---- */
/* line_len: with its end. */
void smtp_server_command(struct smtp_server *server, struct span line, size_t line_len);
/* Without spaces and tabs at its ends (RFC 5321 4.1.1: trailing ones are to be tolerated). */
struct span smtp_server_trim(struct span text);

/* ---- smtp_server_envelope.c ---- */
void smtp_server_mail(struct smtp_server *server, struct span argument);
void smtp_server_rcpt(struct smtp_server *server, struct span argument);
void smtp_server_keep_reverse_path(struct smtp_server *server);
void smtp_server_keep_recipient(struct smtp_server *server);

/* ---- smtp_server_dsn.c ---- */
/* What is wrong with that parameter, of MAIL or of RCPT; SMTP_TEXT_COUNT if nothing is. `*seen` has a bit for
 * each that came before. Of another keyword: SMTP_TEXT_PARAMETER_UNKNOWN. */
enum smtp_text smtp_server_dsn_parameter(struct smtp_server *server, bool mail, struct span keyword,
                                         struct span value, unsigned *seen);
/* Keeps what the decision at hand asks; a recipient's while it is not yet counted. */
void smtp_server_keep_message_request(struct smtp_server *server);
void smtp_server_keep_recipient_request(struct smtp_server *server);
void smtp_server_forget_requests(struct smtp_server *server);

/* ---- smtp_server_auth.c ---- */
void smtp_server_auth(struct smtp_server *server, struct span argument);
/* A line of the exchange after AUTH. */
void smtp_server_auth_line(struct smtp_server *server, struct span line);

/* ---- smtp_server_data.c ---- */
void smtp_server_begin_text(struct smtp_server *server);
/* Takes bytes of the text off the front; true at its end. */
bool smtp_data_take(struct smtp_data *data, struct span *input);
void smtp_server_end_text(struct smtp_server *server);
/* LMTP: the refusal of a whole message is said once for each recipient; the next of them. */
void smtp_server_next_refusal(struct smtp_server *server);

/* ---- smtp_server_words.c ---- */
/* Says the software's words for that occasion; {address} may be empty. */
void smtp_server_say(struct smtp_server *server, enum smtp_text text, struct span address);
/* The same as an answer: what the caller left open is filled in from those words. */
void smtp_server_say_answer(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text text,
                            bool may_be_enhanced);
void smtp_server_say_hello(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text text);
/* Says what was wrong with a command, and counts it: too many, and the session ends. */
void smtp_server_complain(struct smtp_server *server, enum smtp_text text);
