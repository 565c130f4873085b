/* Our client and our server in conversation: a message arrives as it was sent, octet for octet, or is refused
 * in so many words; each recipient gets exactly one outcome. The input is configuration, a recipient, and the
 * message. */
#include "../support/smtp_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHOICES = 3, RECIPIENT_OCTETS = 16 };

static struct smtp_server_config configure_server(const uint8_t *choice) {
  struct smtp_server_config config = {.host_name = SPAN("mx.example"), .text_line_max = 1 << 30};
  config.dialect = choice[0] & 1 ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP;
  config.bare_newlines = choice[0] & 2 ? SMTP_BARE_KEEP : SMTP_BARE_REFUSE;
  config.esmtp = choice[0] & 4;
  config.offer_pipelining = choice[0] & 8;
  config.offer_size = config.offer_8bitmime = choice[0] & 16;
  config.offer_enhanced_codes = choice[0] & 32;
  config.offer_starttls = choice[0] & 64;
  config.offer_auth = choice[0] & 128;
  return config;
}

static struct smtp_client_config configure_client(const uint8_t *choice) {
  struct smtp_client_config config = {.helo_name = SPAN("client.example")};
  config.dialect = choice[0] & 1 ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP;
  config.no_pipelining = choice[1] & 1;
  config.use_helo = choice[1] & 2;
  config.space_after_colon = choice[1] & 4;
  if (choice[1] & 8) config.tls = choice[1] & 16 ? SMTP_TLS_IF_OFFERED : SMTP_TLS_REQUIRED;
  if (choice[1] & 32) config.user = config.password = SPAN("jack");
  return config;
}

/* The last message that the server was asked about, against the one that it was sent. */
static void check_arrival(const struct smtp_pair *pair, const struct message *sent) {
  struct buf before = BUF_CAPPED(0), after = BUF_CAPPED(0);
  if (!pair->server.last) return;
  message_write(sent, &before);
  message_write(pair->server.last, &after);
  CHECK(span_equal(buf_span(&before), buf_span(&after)));
  CHECK(sent->header_len == pair->server.last->header_len);
  buf_free(&before);
  buf_free(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < CHOICES + RECIPIENT_OCTETS) return 0;
  struct smtp_server_config server = configure_server(data);
  struct smtp_client_config client = configure_client(data);
  struct span odd = span_of((const char *)data + CHOICES, RECIPIENT_OCTETS);
  const struct span recipients[] = {SPAN("one@d.example"), odd, SPAN("three@d.example")};
  struct message *message = message_from_bytes(span_skip(span_of((const char *)data, size), CHOICES + 16));
  const struct smtp_transaction transactions[] = {{SPAN("a@b.example"), recipients, 3, message, NULL},
                                                  {SPAN_EMPTY, recipients + 1, 1, message, NULL},
                                                  {SPAN("a@b.example"), recipients, 1, message, NULL}};
  struct smtp_pair pair = {.client = smtp_client_new(&client),
                           .server = smtp_drive_new(&server, data[2]),
                           .cuts = rng_named(data[2], SPAN("cuts")),
                           .by_reference = data[1] & 64,
                           .transactions = transactions,
                           .transaction_count = 3};
  pair.server.always_yes = data[1] & 128;
  smtp_pair_run(&pair);
  CHECK(pair.client_closed);
  for (size_t i = 0; i < pair.begun; i++)
    for (uint32_t j = 0; j < transactions[i].recipient_count; j++) CHECK(pair.told[i][j] == 1);
  check_arrival(&pair, message);
  smtp_pair_free(&pair);
  CHECK(message->references == 1);
  message_release(message);
  return 0;
}
