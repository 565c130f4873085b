#include "proto/imap_server.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/imap_session.h"

struct imap_server *imap_server_new(const struct imap_server_config *config) {
  struct imap_server *server = mem_zalloc(sizeof *server);
  server->config = config;
  server->tls_on = config->tls_from_start;
  server->reader = line_reader_new(IMAP_LINE_MAX);
  server->tag = server->verb = SPAN_EMPTY;
  imap_ask(server, IMAP_SERVER_DECIDE_CONNECT);
  return server;
}

void imap_server_free(struct imap_server *server) {
  if (!server) return;
  message_release(server->message);
  line_reader_free(&server->reader);
  arena_free(&server->arena);
  arena_free(&server->scratch);
  mem_free(server->view.messages);
  mem_free(server->view.saved);
  mem_free(server->found);
  struct buf *bufs[] = {&server->command, &server->text, &server->out, &server->user, &server->secret};
  for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) buf_free(bufs[i]);
  mem_free(server);
}

/* The one door for the state. */
void imap_enter(struct imap_server *server, enum imap_server_state state) {
  CHECK(server->state != IMAP_SERVER_CLOSED);
  server->state = state;
  if (state == IMAP_SERVER_CLOSED) server->then = IMAP_SERVER_CLOSE;
}

void imap_ask(struct imap_server *server, enum imap_server_action_kind decision) {
  CHECK(server->decision == IMAP_SERVER_WAIT);
  server->decision = decision;
  server->decision_given = false;
}

void imap_ask_message(struct imap_server *server, uint32_t uid) {
  server->asking = (struct imap_server_action){.uid = uid};
  imap_ask(server, IMAP_SERVER_READ);
}

void imap_forget_message(struct imap_server *server) {
  message_release(server->message);
  server->message = NULL;
  server->read_refused = false;
  arena_reset(&server->scratch);
}

static bool is_busy(const struct imap_server *server) {
  return server->reply_ready || server->then != IMAP_SERVER_WAIT || server->decision != IMAP_SERVER_WAIT ||
         server->task != IMAP_TASK_NONE;
}

size_t imap_server_feed(struct imap_server *server, struct span bytes) {
  if (server->state == IMAP_SERVER_CLOSED || server->tls_wanted) return bytes.len;
  if (is_busy(server)) return 0;
  size_t taken = imap_input_feed(server, bytes);
  return server->tls_wanted ? bytes.len : taken;
}

/* ---- Actions out ---- */

static void step(struct imap_server *server) {
  switch (server->task) {
  case IMAP_TASK_NONE: return;
  case IMAP_TASK_FETCH: imap_step_fetch(server); return;
  case IMAP_TASK_STORE: imap_step_store(server); return;
  case IMAP_TASK_SEARCH: imap_step_search(server); return;
  case IMAP_TASK_EXPUNGE: imap_step_expunge(server); return;
  case IMAP_TASK_LIST: imap_step_list(server); return;
  }
}

static void give_decision(struct imap_server *server, struct imap_server_action *action) {
  server->decision_given = true;
  *action = server->asking;
  action->kind = server->decision;
  action->user = buf_span(&server->user);
  if (server->decision == IMAP_SERVER_DECIDE_LOGIN) action->password = buf_span(&server->secret);
}

enum imap_server_action_kind imap_server_next(struct imap_server *server,
                                              struct imap_server_action *action_out) {
  *action_out = (struct imap_server_action){.kind = IMAP_SERVER_WAIT};
  while (!server->reply_ready && server->then == IMAP_SERVER_WAIT && server->decision == IMAP_SERVER_WAIT &&
         server->task != IMAP_TASK_NONE)
    step(server);
  if (server->reply_ready) {
    server->reply_ready = false;
    server->reply_given = true;
    action_out->kind = IMAP_SERVER_REPLY;
    action_out->bytes = buf_span(&server->out);
  } else if (server->then != IMAP_SERVER_WAIT) {
    action_out->kind = server->then;
    server->then = IMAP_SERVER_WAIT;
  } else if (server->decision != IMAP_SERVER_WAIT && !server->decision_given) {
    give_decision(server, action_out);
  }
  return action_out->kind;
}

/* ---- Answers ---- */

/* The decision that is open, which the answer ends; WAIT if the session has ended meanwhile. */
static enum imap_server_action_kind end_decision(struct imap_server *server) {
  enum imap_server_action_kind decision = server->decision;
  CHECK(decision != IMAP_SERVER_WAIT || server->state == IMAP_SERVER_CLOSED);
  server->decision = IMAP_SERVER_WAIT;
  buf_clear(&server->secret); /* kept no longer than needed */
  message_release(server->asking.message);
  server->asking.message = NULL;
  return decision;
}

static void greet(struct imap_server *server, const struct imap_answer *answer) {
  struct buf *out = imap_out(server);
  if (!answer->ok) {
    imap_bye(server, answer->text.len ? answer->text : SPAN("No connection is taken now"));
    imap_enter(server, IMAP_SERVER_CLOSED);
    return;
  }
  imap_enter(server, IMAP_SERVER_NOT_AUTHENTICATED);
  buf_add_text(out, "* OK [");
  imap_write_capabilities(server, out);
  buf_add_text(out, "] ");
  buf_add(out, answer->text.len ? answer->text : server->config->host_name);
  if (!answer->text.len) buf_add_text(out, " IMAP ready");
  buf_add_text(out, "\r\n");
}

/* The capabilities are another list now, and are told at once (RFC 9051 6.2.3). */
static void take_login(struct imap_server *server, const struct imap_answer *answer) {
  if (!answer->ok) {
    struct span code = answer->code.len ? answer->code : SPAN("AUTHENTICATIONFAILED");
    imap_finish(server, "NO", code, answer->text.len ? answer->text : SPAN("User name or password is wrong"));
    imap_mistake(server);
    return;
  }
  struct buf capabilities = {0};
  imap_enter(server, IMAP_SERVER_AUTHENTICATED);
  imap_write_capabilities(server, &capabilities);
  imap_finish(server, "OK", buf_span(&capabilities), SPAN("Logged in"));
  buf_free(&capabilities);
}

void imap_server_answer(struct imap_server *server, const struct imap_answer *answer) {
  struct span words = answer->text;
  switch (end_decision(server)) {
  case IMAP_SERVER_DECIDE_CONNECT: greet(server, answer); return;
  case IMAP_SERVER_DECIDE_LOGIN: take_login(server, answer); return;
  case IMAP_SERVER_STORE: imap_stored(server, answer->ok); return;
  case IMAP_SERVER_REMOVE: imap_removed(server, answer); return;
  case IMAP_SERVER_READ:
    CHECK(!answer->ok);
    server->read_refused = true;
    return;
  case IMAP_SERVER_STATUS:
    CHECK(!answer->ok);
    if (server->task == IMAP_TASK_LIST) {
      server->at++; /* one whose status is not known is left out (RFC 9051 6.3.9.8) */
      return;
    }
    break;
  case IMAP_SERVER_LIST:
  case IMAP_SERVER_SELECT:
  case IMAP_SERVER_APPEND:
  case IMAP_SERVER_COPY:
  case IMAP_SERVER_MOVE: CHECK(!answer->ok); break;
  case IMAP_SERVER_CHANGE: break;
  case IMAP_SERVER_WAIT:
  case IMAP_SERVER_REPLY:
  case IMAP_SERVER_START_TLS:
  case IMAP_SERVER_CLOSE: return;
  }
  if (words.len == 0) words = answer->ok ? SPAN("Done") : SPAN("That cannot be done");
  imap_finish(server, answer->ok ? "OK" : "NO", answer->code, words);
}

/* In a time that does not tell where they differ. */
static bool equal_in_constant_time(struct span a, struct span b) {
  if (a.len != b.len) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.len; i++) difference |= (unsigned char)a.data[i] ^ (unsigned char)b.data[i];
  return difference == 0;
}

void imap_server_answer_secret(struct imap_server *server, struct span secret) {
  if (server->state == IMAP_SERVER_CLOSED) return;
  CHECK(server->decision == IMAP_SERVER_DECIDE_LOGIN);
  bool fits = secret.len > 0 && equal_in_constant_time(buf_span(&server->secret), secret);
  imap_server_answer(server, &(struct imap_answer){.ok = fits, .code = SPAN_EMPTY, .text = SPAN_EMPTY});
}

void imap_server_answer_status(struct imap_server *server, const struct imap_status *status) {
  if (end_decision(server) == IMAP_SERVER_WAIT) return;
  imap_write_status(server, status);
  if (server->task == IMAP_TASK_LIST)
    server->at++;
  else
    imap_ok(server, "STATUS done");
}

void imap_server_answer_message(struct imap_server *server, struct message *message) {
  if (end_decision(server) == IMAP_SERVER_WAIT) return;
  server->message = message_retain(message);
  buf_clear(&server->text);
  message_write(message, &server->text);
}

static struct span copied_code(struct imap_server *server, uint32_t uid_validity, const uint32_t *uids,
                               uint32_t count) {
  struct buf code = {0};
  bool append = span_equal_nocase(server->verb, SPAN("APPEND"));
  buf_format(&code, append ? "APPENDUID %u " : "COPYUID %u ", (unsigned)uid_validity);
  if (!append) imap_set_write(server->asking.uids, server->asking.count, &code);
  if (!append) buf_add_char(&code, ' ');
  imap_set_write(uids, count, &code);
  struct span copied = arena_copy(&server->arena, buf_span(&code));
  buf_free(&code);
  return copied;
}

/* Of MOVE the code comes before the EXPUNGEs (RFC 6851 4.3). */
void imap_server_answer_uids(struct imap_server *server, uint32_t uid_validity, const uint32_t *uids,
                             uint32_t count) {
  enum imap_server_action_kind decision = end_decision(server);
  if (decision == IMAP_SERVER_WAIT) return;
  struct span code = copied_code(server, uid_validity, uids, count);
  if (decision == IMAP_SERVER_MOVE) {
    struct buf *out = imap_out(server);
    buf_add_text(out, "* OK [");
    buf_add(out, code);
    buf_add_text(out, "] These are theirs now\r\n");
    code = SPAN_EMPTY;
  }
  imap_finish(server, "OK", code, SPAN("Done"));
}

/* ---- What happens to the session ---- */

/* All that was known of the client was known without protection (RFC 9051 6.2.1). */
void imap_server_tls_started(struct imap_server *server) {
  CHECK(server->tls_wanted);
  server->tls_wanted = false;
  server->tls_on = true;
  buf_clear(&server->user);
}

static void end_session(struct imap_server *server) {
  server->decision = IMAP_SERVER_WAIT;
  server->task = IMAP_TASK_NONE;
  server->reply_ready = false;
  server->then = IMAP_SERVER_WAIT;
  message_release(server->asking.message);
  server->asking.message = NULL;
  imap_enter(server, IMAP_SERVER_CLOSED);
}

void imap_server_gone(struct imap_server *server) {
  if (server->state != IMAP_SERVER_CLOSED) end_session(server);
}

void imap_server_shut(struct imap_server *server, struct span text) {
  if (server->state == IMAP_SERVER_CLOSED) return;
  end_session(server);
  buf_clear(&server->out);
  imap_bye(server, text.len ? text : SPAN("Closing down"));
}

enum imap_server_state imap_server_state(const struct imap_server *server) {
  return server->state;
}

bool imap_server_is_idle(const struct imap_server *server) {
  return server->idling;
}

struct span imap_server_user(const struct imap_server *server) {
  return buf_span(&server->user);
}
