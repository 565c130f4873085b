#include "proto/pop3_client.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/pop3_fetch.h"

struct pop3_client *pop3_client_new(const struct pop3_client_config *config) {
  struct pop3_client *client = mem_zalloc(sizeof *client);
  client->config = config;
  client->reader = line_reader_new(POP3_RESPONSE_LINE_MAX);
  return client;
}

void pop3_client_free(struct pop3_client *client) {
  if (!client) return;
  message_release(client->message);
  line_reader_free(&client->reader);
  buf_free(&client->text.text);
  buf_free(&client->out);
  buf_free(&client->said);
  buf_free(&client->timestamp);
  arena_free(&client->unique_ids);
  mem_free(client->listed);
  mem_free(client);
}

/* The one door for the state. */
void pop3_client_enter(struct pop3_client *client, enum pop3_client_state state) {
  CHECK(client->state != POP3_CLIENT_CLOSED);
  client->state = state;
  client->in_lines = false;
  if (state == POP3_CLIENT_CLOSED) client->then = POP3_CLIENT_CLOSE;
}

/* ---- Outcomes ---- */

void pop3_report(struct pop3_client *client, enum pop3_outcome_of of, const struct pop3_response *response) {
  client->outcome_ready = true;
  client->outcome = of;
  bool about_one = of == POP3_OUTCOME_FETCH || of == POP3_OUTCOME_DELE;
  client->outcome_number = about_one ? client->listed[client->current].number : 0;
  client->response = *response;
  buf_clear(&client->said); /* the line lives no longer than the feeding */
  buf_add(&client->said, response->code);
  buf_add(&client->said, response->text);
  client->response.code = span_first(buf_span(&client->said), response->code.len);
  client->response.text = span_skip(buf_span(&client->said), response->code.len);
}

void pop3_report_status(struct pop3_client *client, enum pop3_outcome_of of, enum pop3_status status) {
  pop3_report(client, of, &(struct pop3_response){.status = status, .code = SPAN_EMPTY, .text = SPAN_EMPTY});
}

/* The session cannot go on. */
static void give_up(struct pop3_client *client, enum pop3_status status) {
  pop3_report_status(client, pop3_steps[client->state].of, status);
  pop3_client_enter(client, POP3_CLIENT_CLOSED);
}

/* ---- Bytes in ---- */

/* "+OK words" or "-ERR [CODE] words" (RFC 1939 3, RFC 2449 3). */
static struct pop3_response read_response(struct span line) {
  struct pop3_response response = {.status = POP3_MALFORMED, .code = SPAN_EMPTY, .text = SPAN_EMPTY};
  size_t len = 0;
  if (span_starts_with(line, SPAN("+OK")))
    len = 3;
  else if (span_starts_with(line, SPAN("-ERR")))
    len = 4;
  if (len == 0 || (line.len > len && line.data[len] != ' ')) return response;
  response.status = len == 3 ? POP3_OK : POP3_ERR;
  response.text = span_skip(line, len + 1);
  size_t end = span_find(response.text, ']');
  if (response.status == POP3_ERR && span_starts_with(response.text, SPAN("[")) && end != SPAN_NONE) {
    response.code = span_slice(response.text, 1, end - 1);
    response.text = span_skip(response.text, end + 1);
    if (span_starts_with(response.text, SPAN(" "))) response.text = span_skip(response.text, 1);
  }
  return response;
}

static void take_first_line(struct pop3_client *client, struct span line) {
  const struct pop3_step *step = &pop3_steps[client->state];
  struct pop3_response response = read_response(line);
  if (response.status == POP3_MALFORMED) {
    give_up(client, POP3_MALFORMED);
    return;
  }
  client->in_lines = response.status == POP3_OK && step->line;
  if (!client->in_lines) step->answered(client, &response);
}

/* A line of a list: dots are unstuffed, the lone one is the end. */
static void take_further_line(struct pop3_client *client, struct span line) {
  const struct pop3_step *step = &pop3_steps[client->state];
  if (span_equal(line, SPAN("."))) {
    client->in_lines = false;
    step->ended(client);
    return;
  }
  step->line(client, span_starts_with(line, SPAN(".")) ? span_skip(line, 1) : line);
}

static void take_line(struct pop3_client *client, struct span *input) {
  struct span line;
  switch (line_reader_take(&client->reader, input, &line)) {
  case LINE_NONE: return;
  case LINE_TOO_LONG:
    if (!client->in_lines) give_up(client, POP3_MALFORMED);
    return;
  case LINE_CRLF:
  case LINE_BARE_LF:
    if (client->in_lines)
      take_further_line(client, line);
    else
      take_first_line(client, line);
  }
}

/* A message has come whole: over to the caller. */
static void receive(struct pop3_client *client, struct message *message) {
  client->message = message;
  client->message_ready = true;
  client->text_begun = false;
  pop3_client_enter(client, POP3_CLIENT_STORING);
}

static void take_text(struct pop3_client *client, struct span *input) {
  client->text_begun = client->text_begun || input->len > 0;
  if (!pop3_text_take(&client->text, input)) return;
  if (!client->text.text.overflowed) {
    receive(client, message_from_bytes(buf_span(&client->text.text)));
    return;
  }
  client->text_begun = false;
  pop3_report_status(client, POP3_OUTCOME_FETCH, POP3_TOO_BIG);
  pop3_go_on(client);
}

/* Something is to be done first; or nothing is asked, so that nothing can be answered. */
static bool is_busy(const struct pop3_client *client) {
  return client->outcome_ready || client->send_ready || client->then != POP3_CLIENT_WAIT ||
         client->state == POP3_CLIENT_TLS || client->state == POP3_CLIENT_ASKED ||
         client->state == POP3_CLIENT_STORING;
}

size_t pop3_client_feed(struct pop3_client *client, struct span bytes) {
  struct span input = bytes;
  if (client->state == POP3_CLIENT_CLOSED || client->state == POP3_CLIENT_TLS) return bytes.len;
  while (input.len > 0 && client->state != POP3_CLIENT_CLOSED && !is_busy(client)) {
    if (client->state == POP3_CLIENT_TEXT)
      take_text(client, &input);
    else
      take_line(client, &input);
  }
  return client->state == POP3_CLIENT_TLS ? bytes.len : bytes.len - input.len;
}

bool pop3_client_wants_message(const struct pop3_client *client) {
  return client->state == POP3_CLIENT_TEXT && !client->text_begun;
}

void pop3_client_feed_message(struct pop3_client *client, struct message *message) {
  CHECK(pop3_client_wants_message(client));
  receive(client, message_retain(message));
}

/* ---- Actions out ---- */

static void give_message(struct pop3_client *client, struct pop3_client_action *action) {
  const struct pop3_listed *listed = &client->listed[client->current];
  client->message_ready = false;
  client->message_given = true;
  action->kind = POP3_CLIENT_MESSAGE;
  action->message = client->message;
  action->number = listed->number;
  action->unique_id = listed->unique_id;
  action->top_only = listed->wish == POP3_WISH_TOP;
}

static void drop_message(struct pop3_client *client) {
  message_release(client->message);
  client->message = NULL;
  client->message_given = false;
}

enum pop3_client_action_kind pop3_client_next(struct pop3_client *client,
                                              struct pop3_client_action *action_out) {
  *action_out = (struct pop3_client_action){.kind = POP3_CLIENT_WAIT};
  if (client->message_given) drop_message(client);
  if (client->outcome_ready) {
    client->outcome_ready = false;
    action_out->kind = POP3_CLIENT_OUTCOME;
    action_out->outcome = client->outcome;
    action_out->response = client->response;
    action_out->number = client->outcome_number;
  } else if (client->send_ready) {
    client->send_ready = false;
    action_out->kind = POP3_CLIENT_SEND;
    action_out->bytes = buf_span(&client->out);
  } else if (client->ask_ready) {
    client->ask_ready = false;
    action_out->kind = POP3_CLIENT_ASK;
    action_out->listing = (struct pop3_listing){client->listed, (uint32_t)client->listed_count};
  } else if (client->message_ready) {
    give_message(client, action_out);
  } else if (client->then != POP3_CLIENT_WAIT) {
    action_out->kind = client->then;
    client->then = POP3_CLIENT_WAIT;
  }
  return action_out->kind;
}

/* ---- The caller's words ---- */

void pop3_client_fetch(struct pop3_client *client) {
  if (client->state == POP3_CLIENT_CLOSED) return;
  CHECK(client->state == POP3_CLIENT_ASKED);
  client->current = SIZE_MAX; /* before the first */
  pop3_go_on(client);
}

void pop3_client_stored(struct pop3_client *client, bool delete_it) {
  if (client->state == POP3_CLIENT_CLOSED) return;
  CHECK(client->state == POP3_CLIENT_STORING && !client->message_ready);
  if (delete_it)
    pop3_delete_current(client);
  else
    pop3_go_on(client);
}

void pop3_client_tls_started(struct pop3_client *client) {
  CHECK(client->state == POP3_CLIENT_TLS);
  client->tls_on = true;
  pop3_after_tls(client);
}

void pop3_client_quit(struct pop3_client *client) {
  if (client->state == POP3_CLIENT_CLOSED) return;
  client->quitting = true;
  if (client->state != POP3_CLIENT_ASKED) return;
  client->ask_ready = false;
  pop3_say_quit(client);
}

void pop3_client_gone(struct pop3_client *client) {
  if (client->state == POP3_CLIENT_CLOSED) return;
  enum pop3_outcome_of of = pop3_steps[client->state].of;
  client->send_ready = client->ask_ready = false;
  if (client->message_ready) { /* it never got to the caller */
    client->message_ready = false;
    drop_message(client);
    of = POP3_OUTCOME_FETCH;
  }
  bool told = client->outcome_ready; /* one that nobody has heard yet says more */
  bool over = client->state == POP3_CLIENT_QUITTING && !client->logged_in;
  if (!told && !over) pop3_report_status(client, of, POP3_LOST);
  pop3_client_enter(client, POP3_CLIENT_CLOSED);
}

const struct pop3_offer *pop3_client_offer(const struct pop3_client *client) {
  return &client->offer;
}
