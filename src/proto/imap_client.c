#include "proto/imap_client.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/imap_client_internal.h"

struct imap_client *imap_client_new(const struct imap_client_config *config) {
  struct imap_client *client = mem_zalloc(sizeof *client);
  client->config = config;
  client->reader = line_reader_new(IMAP_RESPONSE_MAX);
  return client;
}

void imap_client_free(struct imap_client *client) {
  if (!client) return;
  message_release(client->message);
  line_reader_free(&client->reader);
  arena_free(&client->arena);
  mem_free(client->listed);
  mem_free(client->doomed);
  buf_free(&client->response);
  buf_free(&client->out);
  buf_free(&client->said);
  mem_free(client);
}

/* The one door for the state. */
void imap_client_enter(struct imap_client *client, enum imap_client_state state) {
  CHECK(client->state != IMAP_CLIENT_CLOSED);
  client->state = state;
  if (state == IMAP_CLIENT_CLOSED) client->then = IMAP_CLIENT_CLOSE;
}

void imap_client_report(struct imap_client *client, enum imap_outcome_of of, enum imap_status_kind status,
                        struct span code, struct span text) {
  buf_clear(&client->said);
  buf_add(&client->said, code);
  buf_add(&client->said, text);
  struct span said = buf_span(&client->said);
  client->outcome_ready = true;
  client->outcome = of;
  client->outcome_uid = client->current < client->listed_count ? client->listed[client->current].uid : 0;
  client->result = (struct imap_result){
      .status = status, .code = span_first(said, code.len), .text = span_skip(said, code.len)};
}

struct buf *imap_client_command(struct imap_client *client, enum imap_client_state state) {
  imap_client_enter(client, state);
  buf_clear(&client->out);
  buf_format(&client->out, "a%u ", (unsigned)++client->tags);
  return &client->out;
}

void imap_client_end_command(struct imap_client *client) {
  buf_add_text(&client->out, "\r\n");
  client->send_ready = true;
}

/* ---- bytes in ---- */

static bool is_busy(const struct imap_client *client) {
  return client->outcome_ready || client->send_ready || client->ask_ready || client->message_ready ||
         client->message_given || client->then != IMAP_CLIENT_WAIT || client->state == IMAP_CLIENT_ASKED ||
         client->state == IMAP_CLIENT_STORING || client->state == IMAP_CLIENT_TLS;
}

/* "… {310}" at a line's end. */
static bool announces(struct span line, uint64_t *len_out) {
  size_t brace = span_find_last(line, '{');
  if (brace == SPAN_NONE || line.data[line.len - 1] != '}') return false;
  return span_to_u64(span_slice(line, brace + 1, line.len - brace - 2), UINT32_MAX, len_out);
}

static size_t size_max(const struct imap_client *client) {
  return client->config->message_size_max ? client->config->message_size_max : IMAP_CLIENT_MESSAGE_SIZE_MAX;
}

void imap_client_give_up(struct imap_client *client) {
  static const enum imap_outcome_of outcomes[] = {
      [IMAP_CLIENT_GREETING] = IMAP_OUTCOME_CONNECT, [IMAP_CLIENT_CAPABILITY] = IMAP_OUTCOME_CONNECT,
      [IMAP_CLIENT_STARTTLS] = IMAP_OUTCOME_TLS,     [IMAP_CLIENT_TLS] = IMAP_OUTCOME_TLS,
      [IMAP_CLIENT_LOGIN] = IMAP_OUTCOME_LOGIN,      [IMAP_CLIENT_SELECT] = IMAP_OUTCOME_SELECT,
      [IMAP_CLIENT_LIST] = IMAP_OUTCOME_LIST,        [IMAP_CLIENT_ASKED] = IMAP_OUTCOME_LIST,
      [IMAP_CLIENT_FETCH] = IMAP_OUTCOME_FETCH,      [IMAP_CLIENT_STORING] = IMAP_OUTCOME_FETCH,
      [IMAP_CLIENT_MARK] = IMAP_OUTCOME_DELETE,      [IMAP_CLIENT_EXPUNGE] = IMAP_OUTCOME_DELETE,
      [IMAP_CLIENT_LOGOUT] = IMAP_OUTCOME_LOGOUT,    [IMAP_CLIENT_CLOSED] = IMAP_OUTCOME_LOGOUT,
  };
  imap_client_report(client, outcomes[client->state], IMAP_MALFORMED, SPAN_EMPTY, SPAN_EMPTY);
  imap_client_enter(client, IMAP_CLIENT_CLOSED);
}

static void take_line(struct imap_client *client, struct span line) {
  uint64_t len;
  if (client->said_len == 0) {
    buf_clear(&client->response);
    client->too_big = false;
  }
  client->said_len += line.len + 2;
  if (client->said_len > IMAP_RESPONSE_MAX) {
    imap_client_give_up(client);
    return;
  }
  if (!announces(line, &len)) {
    buf_add(&client->response, line);
    client->said_len = 0;
    imap_client_take(client, buf_span(&client->response));
    return;
  }
  /* What is too big stands in the response as a literal of nothing. */
  client->discarding = len > size_max(client);
  client->too_big = client->too_big || client->discarding;
  buf_add(&client->response, client->discarding ? span_first(line, span_find_last(line, '{')) : line);
  buf_add_text(&client->response, client->discarding ? "{0}\r\n" : "\r\n");
  client->literal_left = (size_t)len;
}

size_t imap_client_feed(struct imap_client *client, struct span bytes) {
  if (client->state == IMAP_CLIENT_CLOSED) return bytes.len;
  if (is_busy(client)) return 0;
  if (client->literal_left) {
    struct span now = span_first(bytes, client->literal_left);
    if (!client->discarding) buf_add(&client->response, now);
    client->literal_left -= now.len;
    return now.len;
  }
  struct span input = bytes, line;
  switch (line_reader_take(&client->reader, &input, &line)) {
  case LINE_NONE: break;
  case LINE_TOO_LONG: imap_client_give_up(client); break;
  case LINE_CRLF:
  case LINE_BARE_LF: take_line(client, line); break;
  }
  return bytes.len - input.len;
}

/* ---- actions out ---- */

enum imap_client_action_kind imap_client_next(struct imap_client *client,
                                              struct imap_client_action *action_out) {
  *action_out = (struct imap_client_action){.kind = IMAP_CLIENT_WAIT};
  if (client->outcome_ready) {
    client->outcome_ready = false;
    action_out->kind = IMAP_CLIENT_OUTCOME;
    action_out->outcome = client->outcome;
    action_out->result = client->result;
    action_out->uid = client->outcome_uid;
  } else if (client->send_ready) {
    client->send_ready = false;
    action_out->kind = IMAP_CLIENT_SEND;
    action_out->bytes = buf_span(&client->out);
  } else if (client->ask_ready) {
    client->ask_ready = false;
    action_out->kind = IMAP_CLIENT_ASK;
    action_out->listing =
        (struct imap_client_listing){client->listed, (uint32_t)client->listed_count, client->uid_validity};
  } else if (client->message_ready) {
    client->message_ready = false;
    client->message_given = true;
    action_out->kind = IMAP_CLIENT_MESSAGE;
    action_out->message = client->message;
    action_out->uid = client->listed[client->current].uid;
  } else if (client->then != IMAP_CLIENT_WAIT) {
    action_out->kind = client->then;
    client->then = IMAP_CLIENT_WAIT;
  }
  return action_out->kind;
}

void imap_client_fetch(struct imap_client *client) {
  if (client->state == IMAP_CLIENT_CLOSED) return;
  CHECK(client->state == IMAP_CLIENT_ASKED);
  imap_client_go_on(client);
}

void imap_client_stored(struct imap_client *client, bool delete_it) {
  if (client->state == IMAP_CLIENT_CLOSED) return;
  CHECK(client->state == IMAP_CLIENT_STORING);
  client->message_given = false;
  message_release(client->message);
  client->message = NULL;
  if (delete_it && !client->config->read_only) {
    client->doomed =
        mem_grow(client->doomed, &client->doomed_capacity, client->doomed_count + 1, sizeof *client->doomed);
    client->doomed[client->doomed_count++] = client->listed[client->current].uid;
  }
  client->current++;
  imap_client_go_on(client);
}

void imap_client_tls_started(struct imap_client *client) {
  CHECK(client->state == IMAP_CLIENT_TLS);
  client->tls_on = true;
  imap_client_after_tls(client);
}

void imap_client_gone(struct imap_client *client) {
  if (client->state == IMAP_CLIENT_CLOSED) return;
  bool told = client->outcome_ready;
  client->send_ready = client->ask_ready = client->message_ready = false;
  if (!told) {
    imap_client_give_up(client);
    client->result.status = IMAP_LOST;
  } else {
    imap_client_enter(client, IMAP_CLIENT_CLOSED);
  }
  client->then = IMAP_CLIENT_WAIT;
}
