/* The POP3 client: what transcripts cannot show: references, half-way ends, the server's large numbers. */
#include "proto/pop3_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct pop3_client_config config = {.user = SPAN_INIT("jack"),
                                                 .password = SPAN_INIT("secret"),
                                                 .no_capa = true,
                                                 .no_uidl = true,
                                                 .no_stat = true};

/* All that the client does until it waits; the last action that was neither SEND nor OUTCOME is given. */
static struct pop3_client_action settle(struct pop3_client *client) {
  struct pop3_client_action action, last = {.kind = POP3_CLIENT_WAIT};
  while (pop3_client_next(client, &action) != POP3_CLIENT_WAIT) {
    if (action.kind == POP3_CLIENT_ASK || action.kind == POP3_CLIENT_MESSAGE) return action;
    last = action;
  }
  return last;
}

static struct pop3_client_action hear(struct pop3_client *client, struct span bytes) {
  struct pop3_client_action action = settle(client);
  while (bytes.len > 0) {
    size_t taken = pop3_client_feed(client, bytes);
    assert_true(taken > 0);
    bytes = span_skip(bytes, taken);
    action = settle(client);
  }
  return action;
}

static struct pop3_client *listed(void) {
  struct pop3_client *client = pop3_client_new(&config);
  struct pop3_client_action action =
      hear(client, SPAN("+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 100\r\n2 200\r\n.\r\n"));
  assert_int_equal(action.kind, POP3_CLIENT_ASK);
  assert_int_equal(action.listing.count, 2);
  for (uint32_t i = 0; i < 2; i++) action.listing.messages[i].wish = POP3_WISH_RETR;
  pop3_client_fetch(client);
  return client;
}

static void a_message_by_reference_is_the_same_one(void **state) {
  (void)state;
  struct message *message = message_new(SPAN("Subject: x\r\n"), SPAN("body\r\n"));
  struct pop3_client *client = listed();
  hear(client, SPAN("+OK\r\n"));
  assert_true(pop3_client_wants_message(client));
  pop3_client_feed_message(client, message);
  assert_false(pop3_client_wants_message(client));
  struct pop3_client_action action = settle(client);
  assert_int_equal(action.kind, POP3_CLIENT_MESSAGE);
  assert_ptr_equal(action.message, message);
  assert_int_equal(message->references, 2);
  pop3_client_stored(client, false);
  settle(client);
  assert_int_equal(message->references, 1);

  hear(client, SPAN("+OK\r\n"));
  pop3_client_feed_message(client, message);
  pop3_client_gone(client); /* before the caller has heard of it */
  assert_int_equal(message->references, 1);
  struct pop3_client_action lost;
  assert_int_equal(pop3_client_next(client, &lost), POP3_CLIENT_OUTCOME);
  assert_int_equal(lost.outcome, POP3_OUTCOME_FETCH);
  assert_int_equal(lost.response.status, POP3_LOST);
  assert_int_equal(lost.number, 2);
  assert_int_equal(settle(client).kind, POP3_CLIENT_CLOSE);
  pop3_client_free(client);
  message_release(message);
}

static void a_message_has_begun_with_its_first_octet(void **state) {
  (void)state;
  struct pop3_client *client = listed();
  hear(client, SPAN("+OK\r\nS"));
  assert_false(pop3_client_wants_message(client));
  pop3_client_free(client); /* in the middle of a text */
  pop3_client_free(NULL);
}

static void retained_it_outlives_the_session(void **state) {
  (void)state;
  struct pop3_client *client = listed();
  struct pop3_client_action action = hear(client, SPAN("+OK\r\nSubject: x\r\n\r\n..\r\n.\r\n"));
  assert_int_equal(action.kind, POP3_CLIENT_MESSAGE);
  struct message *message = message_retain(action.message);
  pop3_client_free(client);
  assert_int_equal(message->references, 1);
  assert_true(span_equal(message_body(message), SPAN(".\r\n")));
  message_release(message);
}

static void a_flood_of_text_is_not_kept(void **state) {
  (void)state;
  struct pop3_client_config small = config;
  small.message_size_max = 1000;
  struct pop3_client *client = pop3_client_new(&small);
  struct pop3_client_action action = hear(client, SPAN("+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 1\r\n.\r\n"));
  action.listing.messages[0].wish = POP3_WISH_RETR;
  pop3_client_fetch(client);
  hear(client, SPAN("+OK\r\n"));
  char flood[4096];
  memset(flood, '.', sizeof flood);
  for (int i = 0; i < 1000; i++) hear(client, span_of(flood, sizeof flood));
  pop3_client_feed(client, SPAN("\r\n.\r\n"));
  assert_int_equal(pop3_client_next(client, &action), POP3_CLIENT_OUTCOME);
  assert_int_equal(action.response.status, POP3_TOO_BIG);
  assert_int_equal(pop3_client_next(client, &action), POP3_CLIENT_SEND);
  assert_true(span_equal(action.bytes, SPAN("QUIT\r\n")));
  pop3_client_free(client);
}

static void quit_instead_of_fetching(void **state) {
  (void)state;
  struct pop3_client *client = pop3_client_new(&config);
  assert_int_equal(hear(client, SPAN("+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 1\r\n.\r\n")).kind, POP3_CLIENT_ASK);
  pop3_client_quit(client);
  struct pop3_client_action action;
  assert_int_equal(pop3_client_next(client, &action), POP3_CLIENT_SEND);
  assert_true(span_equal(action.bytes, SPAN("QUIT\r\n")));
  pop3_client_free(client);
}

static void after_the_end_nothing_is_heard(void **state) {
  (void)state;
  struct pop3_client *client = pop3_client_new(&config);
  pop3_client_gone(client);
  pop3_client_gone(client);
  pop3_client_quit(client);
  pop3_client_fetch(client);
  pop3_client_stored(client, true);
  assert_int_equal(pop3_client_feed(client, SPAN("+OK\r\n")), 5);
  assert_int_equal(settle(client).kind, POP3_CLIENT_CLOSE);
  assert_int_equal(settle(client).kind, POP3_CLIENT_WAIT);
  pop3_client_free(client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_by_reference_is_the_same_one),
      cmocka_unit_test(a_message_has_begun_with_its_first_octet),
      cmocka_unit_test(retained_it_outlives_the_session),
      cmocka_unit_test(a_flood_of_text_is_not_kept),
      cmocka_unit_test(quit_instead_of_fetching),
      cmocka_unit_test(after_the_end_nothing_is_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
