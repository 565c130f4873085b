#include "proto/smtp_client.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/smtp_client_internal.h"

/* A reply is read only when all that the last one caused has been given out: what is kept of its words stays
 * where it is as long as it is needed, and the outcomes come in the order of the replies. What is heard
 * meanwhile waits in the backlog. */

enum {
  REPLY_LINE_MAX = 2000,
  REPLY_TEXT_MAX = 64 * 1024,    /* what goes beyond is dropped */
  BACKLOG_MAX = 4 * 1024 * 1024, /* a server that says so much unasked is not listened to any more */
};

/* ---- life ---- */

struct smtp_client *smtp_client_new(const struct smtp_client_config *config) {
  struct smtp_client *client = mem_take(sizeof *client);
  *client = (struct smtp_client){.config = *config, .reader = line_reader_new(REPLY_LINE_MAX)};
  client->backlog = BUF_CAPPED(BACKLOG_MAX);
  client->out = BUF_ON(client->out_inside, 0);
  client->text = BUF_ON(client->text_inside, REPLY_TEXT_MAX);
  return client;
}

void smtp_client_free(struct smtp_client *client) {
  if (!client) return;
  message_release(client->message);
  line_reader_free(&client->reader);
  buf_free(&client->backlog);
  buf_free(&client->out);
  buf_free(&client->text);
  if (client->fates != client->fates_inside) mem_free(client->fates);
  mem_give(client, sizeof *client);
}

void smtp_client_clear_given(struct smtp_client *client) {
  if (client->out_given) buf_clear(&client->out);
  client->out_given = false;
}

void smtp_client_enter(struct smtp_client *client, enum client_step step) {
  client->step = step;
}

const struct smtp_offer *smtp_client_offer(const struct smtp_client *client) {
  return &client->offer;
}

void smtp_client_quit(struct smtp_client *client) {
  if (client->step == STEP_CLOSED) return;
  CHECK(client->step == STEP_READY);
  smtp_client_clear_given(client);
  smtp_client_say(client, SPAN("QUIT"), SPAN_EMPTY);
  smtp_client_enter(client, STEP_QUIT);
}

/* ---- the end ---- */

static struct smtp_reply no_reply(struct span why) {
  return (struct smtp_reply){.enhanced = SPAN_EMPTY, .text = why};
}

/* Banner and greeting have none (RFC 2034 3). */
static struct span take_enhanced(const struct smtp_client *client, uint16_t code, struct span *text) {
  if (client->step == STEP_EHLO || client->step == STEP_BANNER) return SPAN_EMPTY;
  return smtp_enhanced_take(code, text);
}

struct smtp_reply smtp_client_keep(struct smtp_client *client, const struct smtp_reply *reply) {
  if (reply->text.data != client->text.data) {
    struct span enhanced = reply->enhanced, text = reply->text;
    if (!enhanced.len) enhanced = take_enhanced(client, reply->code, &text);
    CHECK(enhanced.len <= sizeof client->enhanced);
    memcpy(client->enhanced, enhanced.data, enhanced.len);
    client->enhanced_len = enhanced.len;
    buf_clear(&client->text);
    buf_add(&client->text, text);
  }
  return (struct smtp_reply){reply->code, span_of(client->enhanced, client->enhanced_len),
                             buf_span(&client->text)};
}

void smtp_client_report_single(struct smtp_client *client, enum smtp_outcome_of of,
                               const struct smtp_reply *reply) {
  client->report = (struct client_report){
      .is_single = true, .until = 1, .of = of, .reply = smtp_client_keep(client, reply)};
}

void smtp_client_report(struct smtp_client *client, uint32_t first, uint32_t until,
                        const struct smtp_reply *reply) {
  client->report =
      (struct client_report){.next = first, .until = until, .reply = smtp_client_keep(client, reply)};
}

void smtp_client_lose(struct smtp_client *client, const struct smtp_reply *reply) {
  enum client_step step = client->step;
  if (step == STEP_CLOSED) return;
  client->due = SMTP_CLIENT_CLOSE;
  buf_clear(&client->out);
  if (step < STEP_READY)
    smtp_client_report_single(client, SMTP_OUTCOME_CONNECT, reply);
  else if (step == STEP_RSET || step == STEP_MAIL)
    smtp_client_report_single(client, SMTP_OUTCOME_MAIL, reply);
  else if (step == STEP_RCPT || step == STEP_DATA || step == STEP_TEXT)
    smtp_client_report(client, 0, client->transaction.recipient_count, reply);
  smtp_client_enter(client, STEP_CLOSED);
  smtp_client_end_transaction(client);
}

void smtp_client_lose_sense(struct smtp_client *client) {
  struct smtp_reply reply = no_reply(SPAN("the server's reply makes no sense"));
  smtp_client_lose(client, &reply);
}

/* ---- replies ---- */

static bool is_busy(const struct smtp_client *client) {
  return client->report.next < client->report.until || (client->out.len && !client->out_given) ||
         client->due != SMTP_CLIENT_WAIT;
}

static void on_reply(struct smtp_client *client, const struct smtp_reply *reply) {
  if (reply->code == 421) { /* the server leaves, whatever it was asked (RFC 5321 3.8) */
    smtp_client_lose(client, reply);
  } else if (client->step == STEP_QUIT) {
    smtp_client_enter(client, STEP_CLOSED);
    client->due = SMTP_CLIENT_CLOSE;
  } else if (client->step < STEP_READY) {
    smtp_client_on_greeting(client, reply);
  } else if (client->step > STEP_READY) {
    smtp_client_on_transaction(client, reply);
  }
}

/* The first of several lines. Its enhanced code is the reply's; the others repeat it. */
static void begin_reply(struct smtp_client *client, uint16_t code, struct span text) {
  struct smtp_reply first = {code, SPAN_EMPTY, text};
  smtp_client_keep(client, &first);
  client->code = code;
}

/* An offer is taken line by line, and not kept. */
static void add_to_reply(struct smtp_client *client, struct span text) {
  if (client->step == STEP_EHLO && client->code / 100 == 2) {
    smtp_client_read_extension(&client->offer, text);
    return;
  }
  struct span rest = text, enhanced = take_enhanced(client, client->code, &rest);
  bool repeats = span_equal(enhanced, span_of(client->enhanced, client->enhanced_len));
  buf_add_char(&client->text, '\n');
  buf_add(&client->text, repeats ? rest : text);
}

static void end_reply(struct smtp_client *client) {
  struct smtp_reply reply = {client->code, span_of(client->enhanced, client->enhanced_len),
                             buf_span(&client->text)};
  client->code = 0;
  on_reply(client, &reply);
}

/* The enhanced code of a single line stays in front of its words until they are kept: of most replies the
 * first three digits are all that matters. */
static void take_reply_line(struct smtp_client *client, struct span line) {
  struct smtp_reply reply = {.enhanced = SPAN_EMPTY};
  bool more, begins = client->code == 0;
  if (!smtp_reply_parse_line(line, &reply.code, &more, &reply.text) ||
      (!begins && client->code != reply.code)) {
    smtp_client_lose_sense(client);
  } else if (begins && !more) {
    on_reply(client, &reply);
  } else {
    if (begins)
      begin_reply(client, reply.code, reply.text);
    else
      add_to_reply(client, reply.text);
    if (!more) end_reply(client);
  }
}

/* Reads replies off the front until one has given something to do. */
static void read_replies(struct smtp_client *client, struct span *input) {
  struct span line;
  while (input->len && !is_busy(client)) {
    if (client->step == STEP_TLS || client->step == STEP_CLOSED) { /* RFC 3207 6: not to be believed */
      *input = SPAN_EMPTY;
      return;
    }
    enum line_kind kind = line_reader_take(&client->reader, input, &line);
    if (kind == LINE_TOO_LONG)
      smtp_client_lose_sense(client);
    else if (kind != LINE_NONE)
      take_reply_line(client, line);
  }
}

static void read_backlog(struct smtp_client *client) {
  struct span input = span_skip(buf_span(&client->backlog), client->backlog_at);
  size_t len = input.len;
  read_replies(client, &input);
  client->backlog_at += len - input.len;
  if (client->backlog_at < client->backlog.len && client->step != STEP_CLOSED) return;
  buf_clear(&client->backlog);
  client->backlog_at = 0;
}

void smtp_client_feed(struct smtp_client *client, struct span bytes) {
  struct span input = bytes;
  smtp_client_clear_given(client);
  if (client->backlog.len == 0) read_replies(client, &input);
  if (client->step == STEP_CLOSED || client->step == STEP_TLS || input.len == 0) return;
  if (!buf_add(&client->backlog, input)) smtp_client_lose_sense(client);
}

void smtp_client_gone(struct smtp_client *client) {
  client->lost = true;
}

/* ---- actions ---- */

/* The next recipient for whom something is to be said. */
static bool next_of_recipients(struct smtp_client *client, struct smtp_client_action *action_out) {
  struct client_report *report = &client->report;
  while (report->next < report->until) {
    uint32_t recipient = report->next++;
    uint8_t fate = client->fates[recipient];
    if (fate == FATE_REPORTED) continue;
    client->fates[recipient] = FATE_REPORTED;
    action_out->outcome = fate == FATE_OPEN ? SMTP_OUTCOME_RCPT : SMTP_OUTCOME_MESSAGE;
    action_out->recipient = recipient;
    action_out->dsn = client->offer.dsn;
    action_out->reply = report->reply;
    return true;
  }
  return false;
}

static bool next_outcome(struct smtp_client *client, struct smtp_client_action *action_out) {
  struct client_report *report = &client->report;
  if (report->next == report->until) return false;
  if (!report->is_single) return next_of_recipients(client, action_out);
  report->next++;
  action_out->outcome = report->of;
  action_out->recipient = 0;
  action_out->reply = report->reply;
  return true;
}

/* Into a lost connection nothing more is said. */
static void drop_speech(struct smtp_client *client) {
  buf_clear(&client->out);
  if (client->due != SMTP_CLIENT_CLOSE) client->due = SMTP_CLIENT_WAIT;
}

/* Once there is nothing more to read and never will be, what is open gets no answer. */
static void read_to_the_end(struct smtp_client *client) {
  drop_speech(client);
  while (!is_busy(client) && client->backlog.len) {
    read_backlog(client);
    drop_speech(client);
  }
  if (is_busy(client)) return;
  struct smtp_reply reply = no_reply(SPAN("the connection was lost"));
  smtp_client_lose(client, &reply);
}

static enum smtp_client_action_kind next_kind(struct smtp_client *client,
                                              struct smtp_client_action *action_out) {
  if (next_outcome(client, action_out)) return SMTP_CLIENT_OUTCOME;
  if (client->out.len) {
    client->out_given = true;
    action_out->bytes = buf_span(&client->out);
    return SMTP_CLIENT_SEND;
  }
  enum smtp_client_action_kind kind = client->due;
  client->due = SMTP_CLIENT_WAIT;
  action_out->message = client->message;
  return kind;
}

enum smtp_client_action_kind smtp_client_next(struct smtp_client *client,
                                              struct smtp_client_action *action_out) {
  smtp_client_clear_given(client);
  if (client->lost)
    read_to_the_end(client);
  else if (client->backlog.len && !is_busy(client))
    read_backlog(client);
  return action_out->kind = next_kind(client, action_out);
}
