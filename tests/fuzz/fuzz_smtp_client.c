/* The SMTP and LMTP client: whatever a server says, cut anywhere, gives the same actions; and at the end
 * every recipient has had exactly one outcome. The first octet of the input chooses the configuration. */
#include "base/check.h"
#include "base/rng.h"
#include "proto/smtp_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRANSACTIONS = 3, RECIPIENTS = 3 };

struct run {
  struct smtp_client *client;
  struct smtp_transaction transactions[TRANSACTIONS];
  size_t begun;
  unsigned told[TRANSACTIONS][RECIPIENTS];
  struct buf log;
};

static const struct span recipients[RECIPIENTS] = {SPAN_INIT("one@d.example"), SPAN_INIT("two@d.example"),
                                                   SPAN_INIT("three@d.example")};

static const struct dsn_recipient_request asked_of[RECIPIENTS] = {
    {SPAN_INIT("rfc822;one@d.example"), DSN_NOTIFY_SUCCESS | DSN_NOTIFY_DELAY},
    {SPAN_INIT(""), DSN_NOTIFY_NEVER},
    {SPAN_INIT(""), 0}};
static const struct dsn_requests asked = {{SPAN_INIT("QQ314159"), DSN_RETURN_HEADERS}, asked_of, true};

static void note_outcome(struct run *run, const struct smtp_client_action *action) {
  buf_format(&run->log, "outcome %d %u %u %.*s %.*s\n", action->outcome, action->recipient,
             action->reply.code, SPAN_ARG(action->reply.enhanced), SPAN_ARG(action->reply.text));
  CHECK(action->outcome == SMTP_OUTCOME_CONNECT ? run->begun == 0 : run->begun > 0);
  for (uint32_t i = 0; run->begun > 0 && i < run->transactions[run->begun - 1].recipient_count; i++)
    run->told[run->begun - 1][i] += action->outcome == SMTP_OUTCOME_MAIL || action->recipient == i;
}

static void pump(struct run *run) {
  struct smtp_client_action action;
  for (;;) {
    switch (smtp_client_next(run->client, &action)) {
    case SMTP_CLIENT_WAIT: return;
    case SMTP_CLIENT_SEND: buf_add(&run->log, action.bytes); break;
    case SMTP_CLIENT_SEND_MESSAGE: buf_add_text(&run->log, "message\n"); break;
    case SMTP_CLIENT_OUTCOME: note_outcome(run, &action); break;
    case SMTP_CLIENT_READY:
      if (run->begun < TRANSACTIONS)
        smtp_client_transact(run->client, &run->transactions[run->begun++]);
      else
        smtp_client_quit(run->client);
      break;
    case SMTP_CLIENT_START_TLS: buf_add_text(&run->log, "start tls\n"); break; /* it never does */
    case SMTP_CLIENT_CLOSE: buf_add_text(&run->log, "close\n"); break;
    }
  }
}

static struct smtp_client_config configure(uint8_t choice) {
  struct smtp_client_config config = {.helo_name = SPAN("client.example")};
  config.dialect = choice & 1 ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP;
  config.no_pipelining = choice & 2;
  config.use_helo = choice & 4;
  if (choice & 8) config.tls = choice & 16 ? SMTP_TLS_IF_OFFERED : SMTP_TLS_REQUIRED;
  if (choice & 32) config.user = config.password = SPAN("jack");
  return config;
}

/* piece: 0 for all at once, otherwise pieces of random length up to it. */
static void play(struct run *run, uint8_t choice, struct message *message, struct span bytes, size_t piece) {
  struct smtp_client_config config = configure(choice);
  struct rng cuts = rng_named(piece, SPAN("cuts"));
  *run = (struct run){.client = smtp_client_new(&config)};
  for (uint32_t i = 0; i < TRANSACTIONS; i++)
    run->transactions[i] = (struct smtp_transaction){SPAN("a@b.example"), recipients,
                                                     i < 2 ? RECIPIENTS - i : 1, message, &asked};
  pump(run);
  while (bytes.len > 0) {
    size_t len = piece ? 1 + (size_t)rng_below(&cuts, piece) : bytes.len;
    smtp_client_feed(run->client, span_first(bytes, len));
    bytes = span_skip(bytes, len);
    pump(run);
  }
  smtp_client_gone(run->client);
  pump(run);
  for (size_t i = 0; i < run->begun; i++)
    for (uint32_t j = 0; j < run->transactions[i].recipient_count; j++) CHECK(run->told[i][j] == 1);
  smtp_client_free(run->client);
  CHECK(message->references == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const size_t pieces[] = {1, 3, 40};
  if (size < 1) return 0;
  struct message *message = message_new(SPAN("Subject: x\r\n"), SPAN("caf\xe9\r\n"));
  struct span bytes = span_of((const char *)data + 1, size - 1);
  struct run whole, cut;
  play(&whole, data[0], message, bytes, 0);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    play(&cut, data[0], message, bytes, pieces[i]);
    CHECK(span_equal(buf_span(&whole.log), buf_span(&cut.log)));
    buf_free(&cut.log);
  }
  buf_free(&whole.log);
  message_release(message);
  return 0;
}
