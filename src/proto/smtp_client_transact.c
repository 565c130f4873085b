/* A transaction: MAIL, RCPT …, DATA, the text.
 *
 *     a command at a time:  MAIL ─250─▶ RCPT ─▶ RCPT ─▶ DATA ─354─▶ text ─250─▶ READY
 *     pipelined:            MAIL RCPT RCPT DATA ─▶ 250 250 250 354 ─▶ text ─250─▶ READY   (RFC 2920)
 *
 * A pipelined DATA may be answered by 354 although no recipient was accepted: then a lone dot is sent, and
 * its answer means nothing (RFC 2920 3.1). */
#include "base/check.h"
#include "base/mem.h"
#include "proto/smtp_client_internal.h"

static bool is_lmtp(const struct smtp_client *client) {
  return client->config.dialect == SMTP_DIALECT_LMTP;
}

static bool is_refusal(const struct smtp_reply *reply) {
  return reply->code >= 400;
}

/* ---- beginning and end ---- */

static void say_next_rcpt(struct smtp_client *client) {
  smtp_client_say_rcpt(client, client->asked++);
}

static void say_all(struct smtp_client *client) {
  smtp_client_say_mail(client);
  while (client->pipelines && client->asked < client->transaction.recipient_count) say_next_rcpt(client);
  if (client->pipelines) smtp_client_say(client, SPAN("DATA"), SPAN_EMPTY);
}

/* Few recipients fit inside the session. */
static void make_room_for_fates(struct smtp_client *client, uint32_t count) {
  bool inside = client->fates_capacity == 0;
  if (inside && count <= sizeof client->fates_inside)
    client->fates = client->fates_inside;
  else
    client->fates = mem_grow(inside ? NULL : client->fates, &client->fates_capacity, count, 1);
}

void smtp_client_transact(struct smtp_client *client, const struct smtp_transaction *transaction) {
  CHECK(client->step == STEP_READY || client->step == STEP_CLOSED);
  CHECK(transaction->recipient_count > 0);
  uint32_t count = transaction->recipient_count;
  smtp_client_clear_given(client);
  client->transaction = *transaction;
  client->message = message_retain(transaction->message);
  make_room_for_fates(client, count);
  memset(client->fates, FATE_OPEN, count);
  client->asked = client->answered = client->accepted_count = 0;
  client->mail_accepted = false;
  client->pipelines = client->offer.pipelining && !client->config.no_pipelining;
  if (client->step == STEP_CLOSED) { /* the server has left while nothing was asked of it */
    struct smtp_reply lost = {.enhanced = SPAN_EMPTY, .text = SPAN("the connection was lost")};
    smtp_client_report_single(client, SMTP_OUTCOME_MAIL, &lost);
    smtp_client_end_transaction(client);
    return;
  }
  bool reset = client->needs_reset;
  if (reset) smtp_client_say(client, SPAN("RSET"), SPAN_EMPTY);
  if (!reset || client->pipelines) say_all(client);
  smtp_client_enter(client, reset ? STEP_RSET : STEP_MAIL);
  client->needs_reset = false;
}

void smtp_client_end_transaction(struct smtp_client *client) {
  message_release(client->message);
  client->message = NULL;
  if (client->due == SMTP_CLIENT_SEND_MESSAGE) client->due = SMTP_CLIENT_WAIT;
}

static void be_ready(struct smtp_client *client, bool needs_reset) {
  smtp_client_end_transaction(client);
  client->needs_reset = needs_reset;
  smtp_client_enter(client, STEP_READY);
  client->due = SMTP_CLIENT_READY;
}

/* ---- the replies ---- */

static void on_rset(struct smtp_client *client, const struct smtp_reply *reply) {
  (void)reply; /* it cannot be refused (RFC 5321 4.1.1.5); a server that does will refuse MAIL, too */
  if (!client->pipelines) say_all(client);
  smtp_client_enter(client, STEP_MAIL);
}

static void on_mail(struct smtp_client *client, const struct smtp_reply *reply) {
  client->mail_accepted = !is_refusal(reply);
  if (is_refusal(reply)) {
    smtp_client_report_single(client, SMTP_OUTCOME_MAIL, reply);
    memset(client->fates, FATE_REPORTED, client->transaction.recipient_count);
    if (!client->pipelines) {
      be_ready(client, false);
      return;
    }
  } else if (!client->pipelines) {
    say_next_rcpt(client);
  }
  smtp_client_enter(client, STEP_RCPT);
}

/* All recipients have been answered. */
static void after_recipients(struct smtp_client *client) {
  if (!client->pipelines && client->accepted_count == 0) {
    be_ready(client, true);
    return;
  }
  if (!client->pipelines) smtp_client_say(client, SPAN("DATA"), SPAN_EMPTY);
  smtp_client_enter(client, STEP_DATA);
}

static void on_rcpt(struct smtp_client *client, const struct smtp_reply *reply) {
  uint32_t recipient = client->answered++;
  if (client->fates[recipient] == FATE_OPEN && is_refusal(reply)) {
    smtp_client_report(client, recipient, recipient + 1, reply);
  } else if (client->fates[recipient] == FATE_OPEN) {
    client->fates[recipient] = FATE_ACCEPTED;
    client->accepted_count++;
  }
  if (client->answered == client->transaction.recipient_count)
    after_recipients(client);
  else if (!client->pipelines)
    say_next_rcpt(client);
}

/* The reply is for all recipients that still wait. */
static void report_all(struct smtp_client *client, const struct smtp_reply *reply) {
  smtp_client_report(client, 0, client->transaction.recipient_count, reply);
}

static void on_data(struct smtp_client *client, const struct smtp_reply *reply) {
  if (is_refusal(reply)) {
    report_all(client, reply);
    be_ready(client, client->mail_accepted);
    return;
  }
  client->answered = 0;
  smtp_client_enter(client, STEP_TEXT);
  if (client->accepted_count)
    client->due = SMTP_CLIENT_SEND_MESSAGE;
  else if (is_lmtp(client))
    smtp_client_lose_sense(client); /* it must say 503 (RFC 2033 4.2); its answers could not be counted */
  else
    buf_add(&client->out, SPAN(".\r\n"));
}

/* LMTP: one reply for each recipient that was accepted (RFC 2033 4.2). */
static void on_text(struct smtp_client *client, const struct smtp_reply *reply) {
  uint32_t count = client->transaction.recipient_count;
  if (is_lmtp(client)) {
    while (client->answered < count && client->fates[client->answered] != FATE_ACCEPTED) client->answered++;
    uint32_t recipient = client->answered++;
    smtp_client_report(client, recipient, recipient + 1, reply);
    if (--client->accepted_count) return;
  } else {
    report_all(client, reply);
  }
  be_ready(client, false);
}

typedef void on_reply_fn(struct smtp_client *client, const struct smtp_reply *reply);

static on_reply_fn *const on_step[] = {
    [STEP_RSET] = on_rset, [STEP_MAIL] = on_mail, [STEP_RCPT] = on_rcpt,
    [STEP_DATA] = on_data, [STEP_TEXT] = on_text,
};

void smtp_client_on_transaction(struct smtp_client *client, const struct smtp_reply *reply) {
  bool go_on = client->step == STEP_DATA ? reply->code / 100 == 3 : reply->code / 100 == 2;
  if (!go_on && !is_refusal(reply)) { /* a yes that is none: taking it for one could lose mail */
    smtp_client_lose_sense(client);
    return;
  }
  on_step[client->step](client, reply);
}
