#include "proto/pop3_words.h"

#define WORDS(constant, words) [POP3_TEXT_##constant] = SPAN_INIT(words)

const struct pop3_texts pop3_texts_neutral = {{
    WORDS(BANNER, "{host} POP3 ready"),
    WORDS(CONNECT_REFUSED, "{host} takes no connection now"),
    WORDS(CAPA, "What this server can do"),
    WORDS(STLS_GO, "Start TLS now"),
    WORDS(USER_OK, "{user}, and the password?"),
    WORDS(USER_REFUSED, "No maildrop of that name"),
    WORDS(LOGIN_OK, "Maildrop of {user}: {messages} ({octets})"),
    WORDS(LOGIN_REFUSED, "User name or password is wrong"),
    WORDS(LOGIN_DELAY, "Too soon after the last time"),
    WORDS(MAILDROP_IN_USE, "Another session has this maildrop open"),
    WORDS(MAILDROP_FAILED, "The maildrop cannot be opened now"),
    WORDS(LIST, "{messages} ({octets})"),
    WORDS(UIDL, "Unique-ids follow"),
    WORDS(RETR, "{octets}"),
    WORDS(TOP, "The top of the message follows"),
    WORDS(FETCH_FAILED, "The message cannot be read now"),
    WORDS(DELE, "Message {number} is marked for deletion"),
    WORDS(DELETED_ALREADY, "Message {number} is marked already"),
    WORDS(NO_SUCH_MESSAGE, "No such message; there are {count}"),
    WORDS(RSET, "{messages} ({octets})"),
    WORDS(NOOP, "Still here"),
    WORDS(QUIT, "{host} says goodbye"),
    WORDS(QUIT_UPDATED, "{host} says goodbye, {messages} left"),
    WORDS(UPDATE_FAILED, "Some messages could not be removed"),
    WORDS(COMMAND_UNKNOWN, "\"{verb}\" is not a command here"),
    WORDS(NOT_BEFORE_LOGIN, "{verb} comes after logging in"),
    WORDS(NOT_AFTER_LOGIN, "{verb} comes before logging in"),
    WORDS(SYNTAX, "{verb}: bad arguments"),
    WORDS(LINE_TOO_LONG, "Line too long"),
    WORDS(NEED_USER, "USER comes first"),
    WORDS(NEED_TLS, "No password may be sent here before STLS"),
    WORDS(TLS_ALREADY, "TLS is on already"),
    WORDS(AUTH_MECHANISM, "That mechanism is not offered here"),
    WORDS(AUTH_MALFORMED, "That is not a response of this mechanism"),
    WORDS(AUTH_CANCELLED, "AUTH cancelled"),
    WORDS(TOO_MANY_ERRORS, "Too many errors"),
    WORDS(SHUTTING_DOWN, "{host} is closing down"),
}};

static const char *const keys[] = {
#define TEXT(constant, key) #key,
    POP3_TEXTS(TEXT)
#undef TEXT
};

enum pop3_text pop3_text_named(struct span key) {
  unsigned text = 0;
  while (text < POP3_TEXT_COUNT && !span_equal(key, span_from(keys[text]))) text++;
  return (enum pop3_text)text;
}

const char *pop3_text_key(enum pop3_text text) {
  return text < POP3_TEXT_COUNT ? keys[text] : "";
}
