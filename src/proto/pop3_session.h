/* pop3_session: the inside of a pop3_server, for the files that it is made of.
 *
 *     pop3_server.c    bytes in, actions out, answers, the one door for the state
 *     pop3_commands.c  the table of commands; what TRANSACTION allows
 *     pop3_login.c     what AUTHORIZATION allows: USER PASS, APOP, AUTH, STLS
 *     pop3_respond.c   responses of one line and of many
 */
#pragma once

#include "proto/line_reader.h"
#include "proto/pop3_server.h"

struct pop3_server {
  const struct pop3_server_config *config;
  enum pop3_server_state state;
  enum pop3_server_action_kind decision; /* open; POP3_SERVER_WAIT: none */
  bool decision_given;
  enum pop3_server_action_kind then; /* after what is to be sent: START_TLS, CLOSE or nothing */
  bool reply_ready;                  /* out is to be sent */
  bool message_given;
  bool in_sasl; /* the next line is a response, not a command */
  bool has_user;
  bool tls_wanted, tls_on;
  bool top_only;
  uint32_t errors;
  uint32_t number, top_lines; /* of the message being fetched */
  uint32_t deleted_count;
  uint64_t size, deleted_size;
  struct pop3_maildrop maildrop;
  uint8_t *deleted;        /* a bit each; NULL until the first */
  struct message *message; /* to be sent, or being sent */
  struct line_reader reader;
  struct buf out, user, secret; /* secret: a password or a digest */
  size_t timestamp_len;
  char timestamp[];
};

/* ---- pop3_server.c ---- */
void pop3_enter(struct pop3_server *server, enum pop3_server_state state);
void pop3_ask(struct pop3_server *server, enum pop3_server_action_kind decision);
static inline struct span pop3_timestamp(const struct pop3_server *server) {
  return span_of(server->timestamp, server->timestamp_len);
}
static inline uint32_t pop3_count(const struct pop3_server *server) { /* without the deleted ones */
  return server->maildrop.count - server->deleted_count;
}

/* ---- pop3_respond.c ---- */
/* What words may name besides the host and the maildrop. */
struct pop3_about {
  struct span verb;
  uint32_t number;
  uint64_t size; /* of one message; else the maildrop's */
  bool is_one;
};
/* Begins a response with its first line, in the software's words. */
void pop3_ok(struct pop3_server *server, enum pop3_text text, const struct pop3_about *about);
void pop3_err(struct pop3_server *server, struct span code, enum pop3_text text,
              const struct pop3_about *about);
/* "+OK 2 320": a drop listing, or a listing of one message (RFC 1939 5, 7). */
void pop3_ok_size(struct pop3_server *server, uint32_t number, uint64_t size);
void pop3_ok_unique_id(struct pop3_server *server, uint32_t number, struct span unique_id);
/* The first line in words of the caller's. */
void pop3_say(struct pop3_server *server, bool ok, struct span code, struct span words);
void pop3_greet(struct pop3_server *server, struct span words);
/* A mistake of the client's: -ERR; after too many, the end. */
void pop3_mistake(struct pop3_server *server, struct span code, enum pop3_text text,
                  const struct pop3_about *about);
/* Further lines of a response. */
void pop3_add_capabilities(struct pop3_server *server);
void pop3_add_sizes(struct pop3_server *server);
void pop3_add_unique_ids(struct pop3_server *server);
void pop3_add_top(struct pop3_server *server, const struct message *message, uint32_t lines);

/* ---- pop3_commands.c ---- */
void pop3_take_command(struct pop3_server *server, struct span line);

/* ---- pop3_login.c ---- */
/* A command line. */
struct pop3_request {
  struct span verb;    /* as typed */
  struct span args[2]; /* each a word */
  size_t count;
  struct span rest; /* all after the verb and one space, as it stands */
};
void pop3_do_user(struct pop3_server *server, const struct pop3_request *request);
void pop3_do_pass(struct pop3_server *server, const struct pop3_request *request);
void pop3_do_apop(struct pop3_server *server, const struct pop3_request *request);
void pop3_do_auth(struct pop3_server *server, const struct pop3_request *request);
void pop3_do_stls(struct pop3_server *server, const struct pop3_request *request);
void pop3_take_sasl(struct pop3_server *server, struct span line);
/* Whether the secret given fits what the client has shown. */
bool pop3_secret_fits(struct pop3_server *server, struct span secret);
