/* pop3_words: the words that a software uses for its POP3 responses.
 *
 * A response is a status indicator, "+OK" or "-ERR" (RFC 1939 3), perhaps a code in brackets (RFC 2449 8, RFC
 * 3206), and words for people. The words differ between programs and are data: a template for each
 * occasion (base/template.h). They may use {host} {user} {verb} {number} {count} {size}, and {messages} and
 * {octets}, which are the latter two with their nouns: "1 message", "320 octets".
 */
#pragma once

#include "base/span.h"

#define POP3_TEXTS(TEXT)                                                                                     \
  TEXT(BANNER, banner)                                                                                       \
  TEXT(CONNECT_REFUSED, connect_refused)                                                                     \
  TEXT(CAPA, capa)                                                                                           \
  TEXT(STLS_GO, stls_go)                                                                                     \
  TEXT(USER_OK, user_ok)                                                                                     \
  TEXT(USER_REFUSED, user_refused)                                                                           \
  TEXT(LOGIN_OK, login_ok)                                                                                   \
  TEXT(LOGIN_REFUSED, login_refused)                                                                         \
  TEXT(LOGIN_DELAY, login_delay)                                                                             \
  TEXT(MAILDROP_IN_USE, maildrop_in_use)                                                                     \
  TEXT(MAILDROP_FAILED, maildrop_failed)                                                                     \
  TEXT(LIST, list)                                                                                           \
  TEXT(UIDL, uidl)                                                                                           \
  TEXT(RETR, retr)                                                                                           \
  TEXT(TOP, top)                                                                                             \
  TEXT(FETCH_FAILED, fetch_failed)                                                                           \
  TEXT(DELE, dele)                                                                                           \
  TEXT(DELETED_ALREADY, deleted_already)                                                                     \
  TEXT(NO_SUCH_MESSAGE, no_such_message)                                                                     \
  TEXT(RSET, rset)                                                                                           \
  TEXT(NOOP, noop)                                                                                           \
  TEXT(QUIT, quit)                                                                                           \
  TEXT(QUIT_UPDATED, quit_updated)                                                                           \
  TEXT(UPDATE_FAILED, update_failed)                                                                         \
  TEXT(COMMAND_UNKNOWN, command_unknown)                                                                     \
  TEXT(NOT_BEFORE_LOGIN, not_before_login)                                                                   \
  TEXT(NOT_AFTER_LOGIN, not_after_login)                                                                     \
  TEXT(SYNTAX, syntax)                                                                                       \
  TEXT(LINE_TOO_LONG, line_too_long)                                                                         \
  TEXT(NEED_USER, need_user)                                                                                 \
  TEXT(NEED_TLS, need_tls)                                                                                   \
  TEXT(TLS_ALREADY, tls_already)                                                                             \
  TEXT(AUTH_MECHANISM, auth_mechanism)                                                                       \
  TEXT(AUTH_MALFORMED, auth_malformed)                                                                       \
  TEXT(AUTH_CANCELLED, auth_cancelled)                                                                       \
  TEXT(TOO_MANY_ERRORS, too_many_errors)                                                                     \
  TEXT(SHUTTING_DOWN, shutting_down)

enum pop3_text {
#define TEXT(constant, key) POP3_TEXT_##constant,
  POP3_TEXTS(TEXT)
#undef TEXT
      POP3_TEXT_COUNT
};

struct pop3_texts {
  struct span text[POP3_TEXT_COUNT]; /* an empty one stands for the neutral words */
};

extern const struct pop3_texts pop3_texts_neutral;
/* "login_ok": the key in a software's file; POP3_TEXT_COUNT if there is none of that name. */
enum pop3_text pop3_text_named(struct span key);
const char *pop3_text_key(enum pop3_text text);
