/* pop3_fetch: the inside of a pop3_client, for the files that it is made of.
 *
 *     pop3_client.c    bytes in, actions out, the table of states
 *     pop3_fetch.c     the steps: what each answer leads to
 *     pop3_text.c      a message's text: dots unstuffed, the end found
 */
#pragma once

#include "base/arena.h"
#include "proto/line_reader.h"
#include "proto/pop3_client.h"

enum pop3_client_state {
  POP3_CLIENT_GREETING,
  POP3_CLIENT_CAPA,
  POP3_CLIENT_STLS,
  POP3_CLIENT_TLS, /* STLS was answered: not started yet */
  POP3_CLIENT_APOP,
  POP3_CLIENT_USER,
  POP3_CLIENT_PASS,
  POP3_CLIENT_AUTH,
  POP3_CLIENT_STAT,
  POP3_CLIENT_LIST,
  POP3_CLIENT_UIDL,
  POP3_CLIENT_ASKED,
  POP3_CLIENT_RETR, /* or TOP */
  POP3_CLIENT_TEXT,
  POP3_CLIENT_STORING,
  POP3_CLIENT_DELE,
  POP3_CLIENT_QUITTING,
  POP3_CLIENT_CLOSED,
  POP3_CLIENT_STATES,
};

/* The text of a message as it comes in (RFC 1939 3). */
enum pop3_text_state {
  POP3_TEXT_LINE_START,
  POP3_TEXT_DOT,    /* a dot at a line's start */
  POP3_TEXT_DOT_CR, /* and a CR */
  POP3_TEXT_WITHIN, /* a line */
  POP3_TEXT_END,
};
struct pop3_text_reader {
  enum pop3_text_state state;
  char last; /* octet before, within a line */
  struct buf text;
};
/* A new text of at most max octets; what comes beyond is read over, and text.overflowed is set. */
void pop3_text_begin(struct pop3_text_reader *reader, size_t max);
/* Takes bytes off the front up to the end of the text; true there. */
bool pop3_text_take(struct pop3_text_reader *reader, struct span *input);

struct pop3_client {
  const struct pop3_client_config *config;
  enum pop3_client_state state;
  bool in_lines; /* the first line of a multi-line response has come, the dot has not */
  bool logged_in, tls_on, quitting;
  bool outcome_ready, send_ready, ask_ready, message_ready, message_given;
  bool text_begun;
  enum pop3_client_action_kind then; /* START_TLS or CLOSE, after all else */
  enum pop3_outcome_of outcome;
  struct pop3_response response; /* its spans point into said */
  struct pop3_offer offer;
  struct pop3_listed *listed;
  size_t listed_count, listed_capacity;
  size_t current; /* index of the message under way */
  uint32_t outcome_number;
  struct message *message;
  struct line_reader reader;
  struct pop3_text_reader text;
  struct buf out, said, timestamp;
  struct arena unique_ids;
};

/* ---- pop3_client.c ---- */
void pop3_client_enter(struct pop3_client *client, enum pop3_client_state state);
/* Tells how something ended. */
void pop3_report(struct pop3_client *client, enum pop3_outcome_of of, const struct pop3_response *response);
void pop3_report_status(struct pop3_client *client, enum pop3_outcome_of of, enum pop3_status status);

/* ---- pop3_fetch.c ---- */
typedef void pop3_step_fn(struct pop3_client *client, const struct pop3_response *response);
struct pop3_step {
  pop3_step_fn *answered; /* the first line, +OK or -ERR */
  void (*line)(struct pop3_client *client,
               struct span line);            /* after +OK, up to the dot; NULL: one line only */
  void (*ended)(struct pop3_client *client); /* at the dot */
  enum pop3_outcome_of of;                   /* what is under way, should it be cut off */
};
extern const struct pop3_step pop3_steps[POP3_CLIENT_STATES];
/* On to the first wish, the next one, or QUIT. */
void pop3_go_on(struct pop3_client *client);
void pop3_delete_current(struct pop3_client *client);
void pop3_after_tls(struct pop3_client *client);
void pop3_say_quit(struct pop3_client *client);
