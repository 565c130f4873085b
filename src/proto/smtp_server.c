#include "proto/smtp_server_internal.h"

#include "base/check.h"
#include "base/mem.h"

/* What can be due, by turns:
 *
 *     feed: a line ──▶ out (REPLY) ──▶ due (DECIDE_*, START_TLS, CLOSE) ──▶ feed takes more
 *                                           └── answer ──▶ out …
 *
 * As long as anything is due, feed takes nothing; after STARTTLS it takes and forgets, since what a client
 * says between that command and TLS must not be believed (RFC 3207 6). */

/* ---- life ---- */

static size_t limit_of(size_t configured, size_t usual) {
  return configured ? configured : usual;
}

/* The longest line that any command may have here: one limit for the reader, each command has its own. */
static size_t longest_line(const struct smtp_server_config *config) {
  size_t usual =
      config->offer_auth ? SMTP_AUTH_LINE_MAX : (config->offer_dsn ? 3 : 2) * SMTP_COMMAND_LINE_MAX;
  return config->command_line_max > usual ? config->command_line_max : usual;
}

struct smtp_server *smtp_server_new(const struct smtp_server_config *config) {
  struct smtp_server *server = mem_take(sizeof *server);
  size_t recipients = limit_of(config->recipients_max, SMTP_SERVER_RECIPIENTS_MAX);
  *server = (struct smtp_server){
      .config = config, .tls = config->tls_from_start, .reader = line_reader_new(longest_line(config))};
  server->out = BUF_ON(server->out_inside, 0);
  server->texts = BUF_ON(server->texts_inside, (recipients + 2) * ADDRESS_PATH_MAX + 2 * SMTP_AUTH_LINE_MAX);
  server->user = BUF_CAPPED(SMTP_AUTH_LINE_MAX);
  server->ends = server->ends_inside;
  server->ends_capacity = SMTP_RECIPIENTS_INSIDE;
  server->data.bytes = BUF_CAPPED(limit_of(config->size_max, SMTP_SERVER_SIZE_MAX));
  smtp_server_decide(server, SMTP_SERVER_DECIDE_CONNECT);
  return server;
}

void smtp_server_free(struct smtp_server *server) {
  if (!server) return;
  line_reader_free(&server->reader);
  message_release(server->message);
  if (server->dsn) smtp_server_forget_requests(server);
  buf_free(&server->data.bytes);
  buf_free(&server->out);
  buf_free(&server->user);
  buf_free(&server->texts);
  if (server->ends != server->ends_inside) mem_free(server->ends);
  mem_give(server, sizeof *server);
}

/* ---- state ---- */

void smtp_server_enter(struct smtp_server *server, enum smtp_server_state state) {
  server->state = state;
}

void smtp_server_be_idle(struct smtp_server *server) {
  smtp_server_enter(server, server->greeted ? SMTP_SERVER_READY : SMTP_SERVER_GREETED);
}

void smtp_server_end_transaction(struct smtp_server *server) {
  server->kept_len = server->helo_len;
  server->path_len = 0;
  server->recipient_count = 0;
  server->rcpt_refused = false;
  smtp_server_release_held(server);
  message_release(server->message);
  if (server->dsn) smtp_server_forget_requests(server);
  server->message = NULL;
  buf_free(&server->data.bytes);
  if (server->state != SMTP_SERVER_CLOSED) smtp_server_be_idle(server);
}

void smtp_server_close(struct smtp_server *server) {
  server->due = SMTP_SERVER_CLOSE;
  server->deciding = false;
  server->lmtp_next = server->lmtp_until;
  smtp_server_enter(server, SMTP_SERVER_CLOSED);
}

void smtp_server_decide(struct smtp_server *server, enum smtp_server_action_kind kind) {
  server->due = kind;
  server->deciding = false;
  server->decision.kind = kind;
}

struct span smtp_server_hold(struct smtp_server *server, struct span line) {
  smtp_server_release_held(server);
  CHECK(buf_add(&server->texts, line));
  server->decision = (struct smtp_server_decision){.kind = SMTP_SERVER_WAIT};
  return span_skip(buf_span(&server->texts), server->kept_len);
}

void smtp_server_release_held(struct smtp_server *server) {
  server->texts.len = server->kept_len;
}

void smtp_server_gone(struct smtp_server *server) {
  server->gone = true;
  server->deciding = false;
  server->due = SMTP_SERVER_WAIT;
  server->lmtp_next = server->lmtp_until;
  buf_clear(&server->out);
  smtp_server_enter(server, SMTP_SERVER_CLOSED);
}

void smtp_server_shut(struct smtp_server *server, const struct smtp_reply *reply) {
  if (server->state == SMTP_SERVER_CLOSED) return;
  if (server->out_given) buf_clear(&server->out);
  server->out_given = false;
  static const struct smtp_reply own_words = {421, SPAN_INIT(""), SPAN_INIT("")};
  smtp_server_say_answer(server, reply ? reply : &own_words, SMTP_TEXT_SHUTTING_DOWN, true);
  smtp_server_close(server);
}

void smtp_server_tls_started(struct smtp_server *server) {
  if (server->state == SMTP_SERVER_CLOSED) return;
  CHECK(server->awaits_tls && server->due == SMTP_SERVER_WAIT);
  server->tls = true;
  server->awaits_tls = server->greeted = server->extended = false;
  server->helo_len = 0;
  buf_clear(&server->user);
  smtp_server_end_transaction(server);
}

/* ---- bytes in ---- */

static void clear_given(struct smtp_server *server) {
  if (!server->out_given) return;
  buf_clear(&server->out);
  server->out_given = server->out_is_line = false;
}

static bool is_busy(const struct smtp_server *server) {
  return server->out.len > 0 || server->due != SMTP_SERVER_WAIT || server->lmtp_next < server->lmtp_until;
}

static void take_line(struct smtp_server *server, struct span *input) {
  struct span line;
  enum line_kind kind = line_reader_take(&server->reader, input, &line);
  if (kind == LINE_NONE) return;
  if (kind == LINE_TOO_LONG && server->config->cuts_commands && server->auth == AUTH_NONE) {
    smtp_server_command(server, line, line.len);
  } else if (kind == LINE_TOO_LONG) {
    server->auth = AUTH_NONE;
    smtp_server_complain(server, SMTP_TEXT_LINE_TOO_LONG);
  } else if (server->auth != AUTH_NONE) {
    smtp_server_auth_line(server, line);
  } else {
    smtp_server_command(server, line, line.len + (kind == LINE_CRLF ? 2 : 1));
  }
}

size_t smtp_server_feed(struct smtp_server *server, struct span bytes) {
  struct span input = bytes;
  clear_given(server);
  while (input.len > 0) {
    if (server->awaits_tls || (server->state == SMTP_SERVER_CLOSED && !is_busy(server))) return bytes.len;
    if (is_busy(server)) break;
    if (server->state != SMTP_SERVER_TEXT)
      take_line(server, &input);
    else if (smtp_data_take(&server->data, &input))
      smtp_server_end_text(server);
  }
  return bytes.len - input.len;
}

bool smtp_server_wants_message(const struct smtp_server *server) {
  bool busy = is_busy(server) && !(server->out_given && server->due == SMTP_SERVER_WAIT);
  return server->state == SMTP_SERVER_TEXT && !busy && !server->data.begun;
}

/* As smtp_data_take would find it in the message's wire form. */
static void judge_message(struct smtp_data *data, const struct message *message) {
  data->too_long =
      message->longest_header_line > data->line_max || message->body->longest_line > data->line_max;
  data->bytes.overflowed = message_size(message) > data->bytes.cap;
  data->begun = true;
}

void smtp_server_feed_message(struct smtp_server *server, struct message *message) {
  CHECK(smtp_server_wants_message(server));
  clear_given(server);
  bool bare_cr = message->has_bare_cr_header || message->body->has_bare_cr;
  bool kept = server->data.bare_newlines == SMTP_BARE_KEEP || server->data.bare_newlines == SMTP_BARE_HANG_UP;
  if (bare_cr && !kept) {
    struct buf wire = BUF_CAPPED(0);
    message_write_wire(message, &wire);
    struct span input = buf_span(&wire);
    CHECK(smtp_data_take(&server->data, &input) && input.len == 0);
    buf_free(&wire);
  } else {
    judge_message(&server->data, message);
    server->message = message_retain(message);
  }
  smtp_server_end_text(server);
}

/* ---- actions out ---- */

enum smtp_server_action_kind smtp_server_next(struct smtp_server *server,
                                              struct smtp_server_action *action_out) {
  clear_given(server);
  if (server->out.len == 0 && server->lmtp_next < server->lmtp_until) smtp_server_next_refusal(server);
  if (server->out.len > 0) {
    server->out_given = true;
    action_out->bytes = buf_span(&server->out);
    action_out->is_line = server->out_is_line;
    return action_out->kind = SMTP_SERVER_REPLY;
  }
  if (server->deciding || server->due == SMTP_SERVER_WAIT) return action_out->kind = SMTP_SERVER_WAIT;
  if (server->due == SMTP_SERVER_START_TLS || server->due == SMTP_SERVER_CLOSE) {
    action_out->kind = server->due;
    server->due = SMTP_SERVER_WAIT;
  } else {
    server->deciding = true;
    action_out->kind = server->due;
    action_out->decision = &server->decision;
  }
  return action_out->kind;
}

void smtp_server_recognise(struct smtp_server *server, struct message *message) {
  CHECK(server->deciding && server->due == SMTP_SERVER_DECIDE_MESSAGE);
  message_retain(message);
  message_release(server->message);
  server->message = server->decision.message = message;
}

/* ---- what the session knows ---- */

enum smtp_server_state smtp_server_state(const struct smtp_server *server) {
  return server->state;
}

struct span smtp_server_helo(const struct smtp_server *server) {
  return span_first(buf_span(&server->texts), server->helo_len);
}

struct span smtp_server_user(const struct smtp_server *server) {
  return buf_span(&server->user);
}

struct span smtp_server_reverse_path(const struct smtp_server *server) {
  return span_slice(buf_span(&server->texts), server->helo_len, server->path_len);
}

uint32_t smtp_server_recipient_count(const struct smtp_server *server) {
  return server->recipient_count;
}

struct span smtp_server_recipient(const struct smtp_server *server, uint32_t index) {
  CHECK(index < server->recipient_count);
  size_t start = index ? server->ends[index - 1] : server->helo_len + server->path_len;
  return span_slice(buf_span(&server->texts), start, server->ends[index] - start);
}

struct span smtp_server_with(const struct smtp_server *server) {
  static const struct span names[2][4] = {
      {SPAN_INIT("ESMTP"), SPAN_INIT("ESMTPS"), SPAN_INIT("ESMTPA"), SPAN_INIT("ESMTPSA")},
      {SPAN_INIT("LMTP"), SPAN_INIT("LMTPS"), SPAN_INIT("LMTPA"), SPAN_INIT("LMTPSA")},
  };
  bool lmtp = server->config->dialect == SMTP_DIALECT_LMTP;
  if (!lmtp && !server->extended) return SPAN("SMTP");
  return names[lmtp][(server->user.len ? 2 : 0) + (server->tls ? 1 : 0)];
}
