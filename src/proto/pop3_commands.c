/* The commands (RFC 1939 9, RFC 2449 5, RFC 2595 4): in which states each may come, how many arguments it
 * takes, what it does. */
#include "base/mem.h"
#include "proto/pop3_session.h"

typedef void command_fn(struct pop3_server *server, const struct pop3_request *request);
typedef bool offered_fn(const struct pop3_server *server);

#define IN(state) (1U << POP3_SERVER_##state)

struct command {
  struct span verb;
  unsigned states;
  size_t args_min, args_max;
  bool takes_rest;     /* one argument that may hold spaces: a password */
  offered_fn *offered; /* NULL: always */
  command_fn *run;
};

/* ---- Messages by number ---- */

/* Digits to a number; one too large becomes the largest. */
static bool parse_number(struct span text, uint32_t *number_out) {
  uint64_t number = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (!ascii_is_digit(text.data[i])) return false;
    number = number * 10 + (uint64_t)(text.data[i] - '0');
    if (number > UINT32_MAX) number = UINT32_MAX;
  }
  *number_out = (uint32_t)number;
  return text.len > 0;
}

/* The number of the first argument, if it is the place of a message, deleted or not; else -ERR. */
static bool take_place(struct pop3_server *server, const struct pop3_request *request, uint32_t *number_out) {
  struct pop3_about about = {.verb = request->verb};
  if (!parse_number(request->args[0], number_out)) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_SYNTAX, &about);
    return false;
  }
  if (*number_out > 0 && *number_out <= server->maildrop.count) return true;
  pop3_err(server, SPAN_EMPTY, POP3_TEXT_NO_SUCH_MESSAGE, &about);
  return false;
}

/* The same of a message that is not deleted. */
static bool take_message(struct pop3_server *server, const struct pop3_request *request,
                         uint32_t *number_out) {
  if (!take_place(server, request, number_out)) return false;
  if (!pop3_server_is_deleted(server, *number_out)) return true;
  pop3_err(server, SPAN_EMPTY, POP3_TEXT_NO_SUCH_MESSAGE, &(struct pop3_about){.verb = request->verb});
  return false;
}

static void do_stat(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  pop3_ok_size(server, pop3_count(server), server->size - server->deleted_size);
}

static void do_list(struct pop3_server *server, const struct pop3_request *request) {
  uint32_t number;
  if (request->count == 0) {
    pop3_ok(server, POP3_TEXT_LIST, NULL);
    pop3_add_sizes(server);
  } else if (take_message(server, request, &number)) {
    pop3_ok_size(server, number, server->maildrop.entries[number - 1].size);
  }
}

static void do_uidl(struct pop3_server *server, const struct pop3_request *request) {
  uint32_t number;
  if (request->count == 0) {
    pop3_ok(server, POP3_TEXT_UIDL, NULL);
    pop3_add_unique_ids(server);
  } else if (take_message(server, request, &number)) {
    pop3_ok_unique_id(server, number, server->maildrop.entries[number - 1].unique_id);
  }
}

static void fetch(struct pop3_server *server, uint32_t number, bool top_only, uint32_t lines) {
  server->number = number;
  server->top_only = top_only;
  server->top_lines = lines;
  pop3_ask(server, POP3_SERVER_FETCH);
}

static void do_retr(struct pop3_server *server, const struct pop3_request *request) {
  uint32_t number;
  if (take_message(server, request, &number)) fetch(server, number, false, 0);
}

static void do_top(struct pop3_server *server, const struct pop3_request *request) {
  uint32_t number, lines;
  if (!parse_number(request->args[1], &lines)) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_SYNTAX, &(struct pop3_about){.verb = request->verb});
  } else if (take_message(server, request, &number)) {
    fetch(server, number, true, lines);
  }
}

/* ---- Marks ---- */

static void do_dele(struct pop3_server *server, const struct pop3_request *request) {
  uint32_t number;
  if (!take_place(server, request, &number)) return;
  struct pop3_about about = {.verb = request->verb, .number = number};
  if (pop3_server_is_deleted(server, number)) {
    pop3_err(server, SPAN_EMPTY, POP3_TEXT_DELETED_ALREADY, &about);
    return;
  }
  if (!server->deleted) server->deleted = mem_zalloc((server->maildrop.count + 7) / 8);
  server->deleted[(number - 1) / 8] |= (uint8_t)(1U << (number - 1) % 8);
  server->deleted_count++;
  server->deleted_size += server->maildrop.entries[number - 1].size;
  pop3_ok(server, POP3_TEXT_DELE, &about);
}

static void do_rset(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  if (server->deleted) memset(server->deleted, 0, (server->maildrop.count + 7) / 8);
  server->deleted_count = 0;
  server->deleted_size = 0;
  pop3_ok(server, POP3_TEXT_RSET, NULL);
}

static void do_noop(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  pop3_ok(server, POP3_TEXT_NOOP, NULL);
}

static void do_capa(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  pop3_ok(server, POP3_TEXT_CAPA, NULL);
  pop3_add_capabilities(server);
}

/* Only from here the update state is reached (RFC 1939 6). */
static void do_quit(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  if (server->state == POP3_SERVER_TRANSACTION) {
    pop3_enter(server, POP3_SERVER_UPDATING);
    pop3_ask(server, POP3_SERVER_UPDATE);
    return;
  }
  pop3_ok(server, POP3_TEXT_QUIT, NULL);
  pop3_enter(server, POP3_SERVER_CLOSED);
}

/* ---- The table ---- */

static bool offers_capa(const struct pop3_server *server) {
  return server->config->offer_capa;
}
static bool offers_user(const struct pop3_server *server) {
  return server->config->offer_user;
}
static bool offers_apop(const struct pop3_server *server) {
  return server->timestamp_len > 0;
}
static bool offers_auth(const struct pop3_server *server) {
  return server->config->offer_sasl_plain;
}
static bool offers_stls(const struct pop3_server *server) {
  return server->config->offer_stls;
}
static bool offers_top(const struct pop3_server *server) {
  return server->config->offer_top;
}
static bool offers_uidl(const struct pop3_server *server) {
  return server->config->offer_uidl;
}

static const struct command commands[] = {
    {SPAN_INIT("USER"), IN(AUTHORIZATION), 1, 1, false, offers_user, pop3_do_user},
    {SPAN_INIT("PASS"), IN(AUTHORIZATION), 1, 1, true, offers_user, pop3_do_pass},
    {SPAN_INIT("APOP"), IN(AUTHORIZATION), 2, 2, false, offers_apop, pop3_do_apop},
    {SPAN_INIT("AUTH"), IN(AUTHORIZATION), 1, 2, false, offers_auth, pop3_do_auth},
    {SPAN_INIT("STLS"), IN(AUTHORIZATION), 0, 0, false, offers_stls, pop3_do_stls},
    {SPAN_INIT("CAPA"), IN(AUTHORIZATION) | IN(TRANSACTION), 0, 0, false, offers_capa, do_capa},
    {SPAN_INIT("STAT"), IN(TRANSACTION), 0, 0, false, NULL, do_stat},
    {SPAN_INIT("LIST"), IN(TRANSACTION), 0, 1, false, NULL, do_list},
    {SPAN_INIT("RETR"), IN(TRANSACTION), 1, 1, false, NULL, do_retr},
    {SPAN_INIT("DELE"), IN(TRANSACTION), 1, 1, false, NULL, do_dele},
    {SPAN_INIT("NOOP"), IN(TRANSACTION), 0, 0, false, NULL, do_noop},
    {SPAN_INIT("RSET"), IN(TRANSACTION), 0, 0, false, NULL, do_rset},
    {SPAN_INIT("TOP"), IN(TRANSACTION), 2, 2, false, offers_top, do_top},
    {SPAN_INIT("UIDL"), IN(TRANSACTION), 0, 1, false, offers_uidl, do_uidl},
    {SPAN_INIT("QUIT"), IN(AUTHORIZATION) | IN(TRANSACTION), 0, 0, false, NULL, do_quit},
};

static const struct command *command_named(const struct pop3_server *server, struct span verb) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    const struct command *command = &commands[i];
    if (!span_equal_nocase(verb, command->verb)) continue;
    return !command->offered || command->offered(server) ? command : NULL;
  }
  return NULL;
}

/* Words between spaces; more than fit are counted. */
static struct pop3_request split(struct span line) {
  struct pop3_request request = {.rest = SPAN_EMPTY};
  size_t verb_end = span_find(line, ' ');
  request.verb = verb_end == SPAN_NONE ? line : span_first(line, verb_end);
  request.rest = span_skip(line, request.verb.len + 1);
  struct span rest = request.rest, word;
  while (span_next(&rest, ' ', &word)) {
    if (word.len == 0) continue;
    if (request.count < 2) request.args[request.count] = word;
    request.count++;
  }
  return request;
}

/* No command has a control character in it. */
static bool is_printable(struct span line) {
  for (size_t i = 0; i < line.len; i++) {
    if ((unsigned char)line.data[i] < ' ' || line.data[i] == 127) return false;
  }
  return true;
}

void pop3_take_command(struct pop3_server *server, struct span line) {
  struct pop3_request request = split(line);
  struct pop3_about about = {.verb = request.verb};
  const struct command *command = command_named(server, request.verb);
  if (!command) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_COMMAND_UNKNOWN, &about);
  } else if (!(command->states & 1U << server->state)) {
    bool early = server->state == POP3_SERVER_AUTHORIZATION;
    pop3_mistake(server, SPAN_EMPTY, early ? POP3_TEXT_NOT_BEFORE_LOGIN : POP3_TEXT_NOT_AFTER_LOGIN, &about);
  } else if (!is_printable(line) || request.count < command->args_min ||
             (request.count > command->args_max && !command->takes_rest)) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_SYNTAX, &about);
  } else {
    command->run(server, &request);
  }
}
