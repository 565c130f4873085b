/* smtp_reply: one SMTP reply, and the words that a software uses for its replies.
 *
 * A reply is a code (RFC 5321 4.2), perhaps an enhanced status code (RFC 3463), and lines of text.
 * The words differ between programs and are data (assets/software/): a table of templates, one for
 * each occasion, with {name} for what is filled in.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

/* SMTP between MTAs, message submission (RFC 6409), or LMTP into a store (RFC 2033). */
enum smtp_dialect { SMTP_DIALECT_SMTP, SMTP_DIALECT_SUBMISSION, SMTP_DIALECT_LMTP };

struct smtp_reply {
  uint16_t code;        /* 200 … 599 */
  struct span enhanced; /* "2.1.0", or empty: none is sent */
  struct span text;     /* lines separated by LF; empty: the software's words */
};

enum { SMTP_REPLY_LINE_MAX = 512 }; /* RFC 5321 4.5.3.1.5, CRLF included */

/* A whole reply as sent: "250-first\r\n250 last\r\n". An enhanced code is put on every line (RFC 2034 4).
 * A text line that is too long goes on in the next; octets that a reply may not hold become '?'. True if it
 * is known to be one line. */
bool smtp_reply_write(const struct smtp_reply *reply, struct buf *out);
/* The same in two parts: first what does not end the reply, then lines, of which the last does; without an
 * enhanced code. The lines are short and of printable ASCII, as keywords are. */
void smtp_reply_begin(const struct smtp_reply *reply, struct buf *out);
void smtp_reply_end(uint16_t code, const struct span *lines, size_t count, struct buf *out);

/* Takes "250 2.1.0 words" apart. False if it does not begin with a code; then all of it is text. */
bool smtp_reply_split(struct span words, struct smtp_reply *reply_out);

/* Takes an enhanced code of that class (RFC 3463 2) and the space after it off the front of the text;
 * empty if there is none. */
struct span smtp_enhanced_take(uint16_t code, struct span *text);

/* Reads one reply line: code, '-' or ' ', text. A bare code is a reply, too. False if it is not one. */
bool smtp_reply_parse_line(struct span line, uint16_t *code_out, bool *more_out, struct span *text_out);

/* Occasions at which a server speaks. The template's names: {host} {client} {helo} {address} {id} {date}
 * {version} {verb} {user}, and for TOO_BIG {size} {limit}; in complaints also {line}, what the client said,
 * and {parameter}, {keyword}, {value} of MAIL and RCPT (for a bad path, {parameter} is the path); the engine
 * itself knows no {client} {id} {date} {version}. A template begins with its code and enhanced code:
 * "250 2.1.0 {address}... Sender ok". */
/* clang-format off */
#define SMTP_TEXTS(TEXT) \
  TEXT(BANNER, banner) TEXT(HELO, helo) TEXT(EHLO, ehlo) TEXT(MAIL_OK, mail_ok) \
  TEXT(RCPT_OK, rcpt_ok) TEXT(RCPT_RELAY_DENIED, rcpt_relay_denied) TEXT(RCPT_UNKNOWN, rcpt_unknown) \
  TEXT(DATA_START, data_start) TEXT(MESSAGE_OK, message_ok) TEXT(RSET, rset) TEXT(NOOP, noop) \
  TEXT(QUIT, quit) TEXT(HELP, help) \
  TEXT(VRFY_OK, vrfy_ok) TEXT(VRFY_CANNOT, vrfy_cannot) TEXT(VRFY_UNKNOWN, vrfy_unknown) \
  TEXT(EXPN_OK, expn_ok) TEXT(EXPN_REFUSED, expn_refused) TEXT(EXPN_UNKNOWN, expn_unknown) \
  TEXT(COMMAND_UNKNOWN, command_unknown) TEXT(COMMAND_UNIMPLEMENTED, command_unimplemented) \
  TEXT(EMPTY_LINE, empty_line) TEXT(LINE_TOO_LONG, line_too_long) TEXT(SYNTAX, syntax) \
  TEXT(ARGUMENT_UNEXPECTED, argument_unexpected) TEXT(VRFY_USAGE, vrfy_usage) \
  TEXT(PARAMETER_UNKNOWN, parameter_unknown) TEXT(SIZE_SYNTAX, size_syntax) TEXT(BODY_UNKNOWN, body_unknown) \
  TEXT(RET_SYNTAX, ret_syntax) TEXT(ENVID_SYNTAX, envid_syntax) \
  TEXT(NOTIFY_SYNTAX, notify_syntax) TEXT(ORCPT_SYNTAX, orcpt_syntax) \
  TEXT(DOMAIN_REQUIRED, domain_required) \
  TEXT(ETRN_STARTED, etrn_started) TEXT(ETRN_NOTHING, etrn_nothing) TEXT(ETRN_REFUSED, etrn_refused) \
  TEXT(ETRN_USAGE, etrn_usage) TEXT(ETRN_SYNTAX, etrn_syntax) \
  TEXT(NEED_HELO, need_helo) TEXT(NEED_MAIL, need_mail) TEXT(NEED_RCPT, need_rcpt) \
  TEXT(DATA_NEEDS_MAIL, data_needs_mail) TEXT(NO_VALID_RECIPIENTS, no_valid_recipients) \
  TEXT(MAIL_TWICE, mail_twice) TEXT(BAD_SEQUENCE, bad_sequence) \
  TEXT(AUTH_IN_TRANSACTION, auth_in_transaction) TEXT(ETRN_IN_TRANSACTION, etrn_in_transaction) TEXT(HELO_SYNTAX, helo_syntax) \
  TEXT(MAIL_USAGE, mail_usage) TEXT(RCPT_USAGE, rcpt_usage) \
  TEXT(MAIL_SYNTAX, mail_syntax) TEXT(RCPT_SYNTAX, rcpt_syntax) \
  TEXT(TOO_MANY_RECIPIENTS, too_many_recipients) TEXT(TOO_BIG, too_big) \
  TEXT(TOO_MANY_ERRORS, too_many_errors) TEXT(BARE_NEWLINE, bare_newline) \
  TEXT(AUTH_OK, auth_ok) TEXT(AUTH_FAILED, auth_failed) TEXT(AUTH_REQUIRED, auth_required) \
  TEXT(AUTH_NOT_OFFERED, auth_not_offered) \
  TEXT(AUTH_TWICE, auth_twice) TEXT(AUTH_MECHANISM, auth_mechanism) \
  TEXT(AUTH_CANCELLED, auth_cancelled) TEXT(AUTH_BASE64, auth_base64) \
  TEXT(NEED_TLS, need_tls) TEXT(STARTTLS_GO, starttls_go) TEXT(STARTTLS_NOT_OFFERED, starttls_not_offered) \
  TEXT(TIMEOUT, timeout) \
  TEXT(SHUTTING_DOWN, shutting_down) TEXT(LOOP, loop) TEXT(TRY_LATER, try_later) \
  TEXT(REFUSED, refused)
/* clang-format on */

enum smtp_text {
#define TEXT(constant, key) SMTP_TEXT_##constant,
  SMTP_TEXTS(TEXT)
#undef TEXT
      SMTP_TEXT_COUNT
};

struct smtp_texts {
  struct span text[SMTP_TEXT_COUNT]; /* an empty one stands for the neutral words */
};

extern const struct smtp_texts smtp_texts_neutral;
/* "mail_ok": the key in a software's file; SMTP_TEXT_COUNT if there is none of that name. */
enum smtp_text smtp_text_named(struct span key);
const char *smtp_text_key(enum smtp_text text);
