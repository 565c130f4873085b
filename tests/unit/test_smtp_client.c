/* The SMTP client, as far as transcripts (tests/script/smtp_client) cannot say it, and client and server in
 * conversation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/smtp_pair.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct span one_recipient[] = {SPAN_INIT("c@d.example")};

static struct smtp_client_action expect(struct smtp_client *client, enum smtp_client_action_kind kind) {
  struct smtp_client_action action;
  assert_int_equal(smtp_client_next(client, &action), kind);
  return action;
}

static void expect_bytes(struct smtp_client *client, const char *bytes) {
  struct smtp_client_action action = expect(client, SMTP_CLIENT_SEND);
  if (!span_equal(action.bytes, span_from(bytes))) fail_msg("said %.*s", SPAN_ARG(action.bytes));
}

static void hear(struct smtp_client *client, const char *bytes) {
  smtp_client_feed(client, span_from(bytes));
}

static struct smtp_client *ready_client(const struct smtp_client_config *config) {
  struct smtp_client *client = smtp_client_new(config);
  hear(client, "220 mx\r\n");
  expect(client, SMTP_CLIENT_SEND);
  hear(client, "250 mx\r\n");
  expect(client, SMTP_CLIENT_READY);
  return client;
}

/* RFC 5321 2.3.8: nothing from outside ends a line before its time. */
static void never_says_a_strangers_line_end(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("a\r\nMAIL")};
  struct span recipients[] = {SPAN("c@d.example>\r\nDATA\r\n.\r\n"), SPAN("nul\0@d.example")};
  struct message *message = message_new(SPAN_EMPTY, SPAN_EMPTY);
  struct smtp_transaction transaction = {SPAN("x\n\n@b.example"), recipients, 2, message, NULL};
  struct smtp_client *client = smtp_client_new(&config);
  hear(client, "220 mx\r\n");
  expect_bytes(client, "EHLO a??MAIL\r\n");
  hear(client, "250 mx\r\n");
  expect(client, SMTP_CLIENT_READY);
  smtp_client_transact(client, &transaction);
  expect_bytes(client, "MAIL FROM:<x??@b.example>\r\n");
  hear(client, "250 ok\r\n");
  expect_bytes(client, "RCPT TO:<c@d.example>\?\?DATA\?\?.\?\?>\r\n");
  hear(client, "250 ok\r\n");
  expect_bytes(client, "RCPT TO:<nul?@d.example>\r\n");
  smtp_client_free(client);
  message_release(message);
}

/* Heard before what was given has been taken away: it is not said twice. */
static void says_nothing_twice(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = smtp_client_new(&config);
  hear(client, "220 mx\r\n");
  expect_bytes(client, "EHLO c.example\r\n");
  hear(client, "500 what\r\n"); /* no call of next in between */
  expect_bytes(client, "HELO c.example\r\n");
  hear(client, "250 mx\r\n");
  expect(client, SMTP_CLIENT_READY);
  smtp_client_quit(client);
  expect_bytes(client, "QUIT\r\n");
  expect(client, SMTP_CLIENT_WAIT);
  smtp_client_free(client);
}

static void keeps_the_message_for_itself(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = ready_client(&config);
  struct message *message = message_new(SPAN("A: b\r\n"), SPAN("x\r\n"));
  struct smtp_transaction transaction = {SPAN("a@b.example"), one_recipient, 1, message, NULL};
  smtp_client_transact(client, &transaction);
  assert_int_equal(message->references, 2);
  hear(client, "550 no\r\n");
  expect(client, SMTP_CLIENT_SEND);
  expect(client, SMTP_CLIENT_OUTCOME);
  assert_int_equal(message->references, 1);
  smtp_client_free(client);
  message_release(message);
}

static void transacts_with_nobody(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = ready_client(&config);
  struct message *message = message_new(SPAN_EMPTY, SPAN_EMPTY);
  struct smtp_transaction transaction = {SPAN("a@b.example"), one_recipient, 1, message, NULL};
  hear(client, "421 idle too long\r\n");
  expect(client, SMTP_CLIENT_CLOSE);
  smtp_client_transact(client, &transaction);
  struct smtp_client_action action = expect(client, SMTP_CLIENT_OUTCOME);
  assert_int_equal(action.outcome, SMTP_OUTCOME_MAIL);
  assert_int_equal(action.reply.code, 0);
  expect(client, SMTP_CLIENT_WAIT);
  smtp_client_quit(client);
  expect(client, SMTP_CLIENT_WAIT);
  assert_int_equal(message->references, 1);
  smtp_client_free(client);
  message_release(message);
}

/* RFC 3207 6: what came in the clear behind the 220 is forgotten, also if TLS starts at once. */
static void forgets_what_was_said_before_tls(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example"), .tls = SMTP_TLS_REQUIRED};
  struct smtp_client *client = smtp_client_new(&config);
  hear(client, "220 mx\r\n");
  expect(client, SMTP_CLIENT_SEND);
  hear(client, "250-mx\r\n250 STARTTLS\r\n220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n250 ha");
  expect_bytes(client, "STARTTLS\r\n");
  expect(client, SMTP_CLIENT_START_TLS);
  smtp_client_tls_started(client);
  expect_bytes(client, "EHLO c.example\r\n");
  expect(client, SMTP_CLIENT_WAIT);
  hear(client, "250 mx\r\n");
  expect(client, SMTP_CLIENT_READY);
  assert_false(smtp_client_offer(client)->auth_plain);
  smtp_client_free(client);
}

/* What was heard counts; nothing more is said. */
static void says_nothing_into_a_lost_connection(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = ready_client(&config);
  struct message *message = message_new(SPAN_EMPTY, SPAN_EMPTY);
  const struct span two[] = {SPAN("one@d.example"), SPAN("two@d.example")};
  struct smtp_transaction transaction = {SPAN("a@b.example"), two, 2, message, NULL};
  smtp_client_transact(client, &transaction);
  expect(client, SMTP_CLIENT_SEND);
  hear(client, "250 ok\r\n");
  expect(client, SMTP_CLIENT_SEND);
  hear(client, "550 no\r\n250 ok\r\n354 go");
  smtp_client_gone(client);
  struct smtp_client_action action = expect(client, SMTP_CLIENT_OUTCOME);
  assert_true(action.recipient == 0 && action.outcome == SMTP_OUTCOME_RCPT && action.reply.code == 550);
  action = expect(client, SMTP_CLIENT_OUTCOME);
  assert_true(action.recipient == 1 && action.outcome == SMTP_OUTCOME_MESSAGE && action.reply.code == 0);
  expect(client, SMTP_CLIENT_CLOSE);
  expect(client, SMTP_CLIENT_WAIT);
  smtp_client_free(client);
  assert_int_equal(message->references, 1);
  message_release(message);
}

static void reads_the_offer(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = smtp_client_new(&config);
  hear(client, "220 mx\r\n");
  expect(client, SMTP_CLIENT_SEND);
  assert_false(smtp_client_offer(client)->esmtp);
  hear(client, "250-mx\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250-PIPELINING\r\n250-STARTTLS\r\n"
               "250-ENHANCEDSTATUSCODES\r\n250-SIZEABLE\r\n250 AUTH LOGIN XOAUTH2\r\n");
  expect(client, SMTP_CLIENT_READY);
  const struct smtp_offer *offer = smtp_client_offer(client);
  assert_true(offer->esmtp && offer->size && offer->eight_bit && offer->pipelining && offer->starttls);
  assert_true(offer->enhanced_codes && offer->auth_login && !offer->auth_plain);
  assert_int_equal(offer->size_max, 35882577);
  smtp_client_free(client);
}

/* A server that talks without being asked, and one whose reply has no end. */
static void bears_a_talkative_server(void **state) {
  (void)state;
  struct smtp_client_config config = {.helo_name = SPAN("c.example")};
  struct smtp_client *client = smtp_client_new(&config);
  for (int i = 0; i < 100000; i++) hear(client, "250-and another line of fifty octets and more\r\n");
  expect(client, SMTP_CLIENT_WAIT);
  hear(client, "250 at last\r\n");
  expect(client, SMTP_CLIENT_SEND);
  for (int i = 0; i < 100000; i++) hear(client, "250 unasked for, and some fifty octets long it is\r\n");
  struct smtp_client_action action;
  while (smtp_client_next(client, &action) != SMTP_CLIENT_WAIT) continue;
  smtp_client_free(client);
}

/* ---- client and server ---- */

static void talk(struct smtp_client_config client, struct smtp_server_config server, bool by_reference,
                 const char *header, const char *body) {
  static const struct span recipients[] = {SPAN_INIT("one@d.example"), SPAN_INIT("two@d.example")};
  struct message *message = message_new(span_from(header), span_from(body));
  struct smtp_transaction transactions[] = {{SPAN("a@b.example"), recipients, 2, message, NULL},
                                            {SPAN_EMPTY, recipients, 1, message, NULL}};
  struct smtp_pair pair = {.client = smtp_client_new(&client),
                           .server = smtp_drive_new(&server, 1),
                           .cuts = rng_named(body[0] ? strlen(body) : 0, SPAN("cuts")),
                           .by_reference = by_reference,
                           .transactions = transactions,
                           .transaction_count = 2};
  struct buf sent = BUF_CAPPED(0), arrived = BUF_CAPPED(0);
  pair.server.always_yes = true;
  smtp_pair_run(&pair);
  assert_true(pair.client_closed && pair.server.over);
  if (!span_equal(buf_span(&pair.outcomes), SPAN("3 0 250\n3 1 250\n3 0 250\n")))
    fail_msg("outcomes:\n%.*s\nserver:\n%.*s", SPAN_ARG(buf_span(&pair.outcomes)),
             SPAN_ARG(buf_span(&pair.server.log)));
  message_write(message, &sent);
  message_write(pair.server.last, &arrived);
  assert_true(span_equal(buf_span(&sent), buf_span(&arrived)));
  assert_int_equal(pair.server.last == message, by_reference);
  buf_free(&sent);
  buf_free(&arrived);
  smtp_pair_free(&pair);
  message_release(message);
}

static void talks_with_our_server(void **state) {
  (void)state;
  static const char *const bodies[] = {"hello\r\n", "", ".\r\n..\r\n\r\n.\r\n", "\r\n\r\n", "caf\xe9\r\n"};
  for (unsigned choice = 0; choice < 128; choice++)
    for (size_t i = 0; i < COUNT(bodies); i++) {
      struct smtp_server_config server = {.host_name = SPAN("mx.example"), .esmtp = true, .size_max = 1000};
      struct smtp_client_config client = {.helo_name = SPAN("c.example")};
      server.offer_pipelining = choice & 1;
      server.offer_size = server.offer_8bitmime = server.offer_enhanced_codes = choice & 2;
      server.offer_starttls = choice & 4;
      server.offer_auth = choice & 8;
      client.tls = SMTP_TLS_IF_OFFERED;
      if (server.offer_auth) client.user = client.password = SPAN("jack");
      bool by_reference = choice & 16;
      client.use_helo = (choice & 32) && !server.offer_auth;
      if (choice & 64) client.dialect = server.dialect = SMTP_DIALECT_LMTP;
      talk(client, server, by_reference, "Subject: x\r\n", bodies[i]);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(never_says_a_strangers_line_end),
      cmocka_unit_test(says_nothing_twice),
      cmocka_unit_test(keeps_the_message_for_itself),
      cmocka_unit_test(transacts_with_nobody),
      cmocka_unit_test(forgets_what_was_said_before_tls),
      cmocka_unit_test(says_nothing_into_a_lost_connection),
      cmocka_unit_test(reads_the_offer),
      cmocka_unit_test(bears_a_talkative_server),
      cmocka_unit_test(talks_with_our_server),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
