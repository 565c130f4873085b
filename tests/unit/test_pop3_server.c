/* The POP3 server: what transcripts cannot show: references, large maildrops, limits of the first line. */
#include "proto/pop3_server.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/mem.h"

static const struct pop3_server_config config = {
    .host_name = SPAN_INIT("pop.example"), .offer_user = true, .offer_top = true, .offer_uidl = true};

static const struct pop3_answer yes = {.ok = true};

/* Says the line and gives the reply; decisions are agreed to. */
static struct span converse(struct pop3_server *server, struct span line,
                            const struct pop3_maildrop *maildrop) {
  struct pop3_server_action action;
  enum pop3_server_action_kind kind;
  while ((kind = pop3_server_next(server, &action)) != POP3_SERVER_REPLY) {
    if (kind == POP3_SERVER_WAIT) {
      assert_true(line.len > 0);
      line = span_skip(line, pop3_server_feed(server, line));
    } else if (kind == POP3_SERVER_OPEN_MAILDROP) {
      pop3_server_answer_maildrop(server, maildrop);
    } else {
      assert_true(kind >= POP3_SERVER_DECIDE_CONNECT && kind != POP3_SERVER_FETCH);
      pop3_server_answer(server, &yes);
    }
  }
  return action.bytes;
}

static struct pop3_server *logged_in(const struct pop3_maildrop *maildrop) {
  struct pop3_server *server = pop3_server_new(&config, SPAN_EMPTY);
  converse(server, SPAN_EMPTY, maildrop);
  converse(server, SPAN("USER jack\r\n"), maildrop);
  converse(server, SPAN("PASS secret\r\n"), maildrop);
  assert_int_equal(pop3_server_state(server), POP3_SERVER_TRANSACTION);
  assert_true(span_equal(pop3_server_user(server), SPAN("jack")));
  return server;
}

static void a_message_goes_out_by_reference(void **state) {
  (void)state;
  struct message *first = message_new(SPAN("Subject: x\r\n"), SPAN("body\r\n"));
  struct message *message = message_put_on_top(first, SPAN("Received: by mx\r\n"));
  struct pop3_maildrop_entry entry = {message_size(message), SPAN("u1")};
  struct pop3_maildrop maildrop = {&entry, 1};
  struct pop3_server *server = logged_in(&maildrop);
  struct pop3_server_action action;

  pop3_server_feed(server, SPAN("RETR 1\r\n"));
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_FETCH);
  assert_int_equal(action.number, 1);
  pop3_server_answer_message(server, message);
  assert_int_equal(message->references, 2); /* the engine has its own */
  message_release(message);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_REPLY);
  assert_true(span_equal(action.bytes, SPAN("+OK 37 octets\r\n")));
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_SEND_MESSAGE);
  assert_ptr_equal(action.message, message);
  message_retain(message);
  assert_int_equal(pop3_server_feed(server, SPAN("NOOP\r\n")), 0); /* still borrowed: nothing is taken */
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_WAIT);
  assert_int_equal(message->references, 1); /* given back */

  pop3_server_feed(server, SPAN("RETR 1\r\n"));
  pop3_server_next(server, &action);
  pop3_server_answer_message(server, message);
  pop3_server_gone(server);
  assert_int_equal(message->references, 1); /* never sent */
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_CLOSE);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_WAIT);
  pop3_server_free(server);
  message_release(message);
  message_release(first);
}

static void freed_in_the_middle(void **state) {
  (void)state;
  struct message *message = message_new(SPAN("Subject: x\r\n"), SPAN("body\r\n"));
  struct pop3_maildrop_entry entry = {message_size(message), SPAN("u1")};
  struct pop3_maildrop maildrop = {&entry, 1};
  struct pop3_server *server = logged_in(&maildrop);
  struct pop3_server_action action;
  pop3_server_feed(server, SPAN("RETR 1\r\n"));
  pop3_server_next(server, &action);
  pop3_server_answer_message(server, message);
  pop3_server_free(server);
  assert_int_equal(message->references, 1);
  message_release(message);
  pop3_server_free(NULL);
}

static void a_large_maildrop(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  struct pop3_maildrop_entry *entries = mem_alloc(COUNT * sizeof *entries);
  for (uint32_t i = 0; i < COUNT; i++)
    entries[i] = (struct pop3_maildrop_entry){UINT64_C(1) << 40, SPAN("same")};
  struct pop3_maildrop maildrop = {entries, COUNT};
  struct pop3_server *server = logged_in(&maildrop);
  assert_true(
      span_equal(converse(server, SPAN("STAT\r\n"), NULL), SPAN("+OK 100000 109951162777600000\r\n")));
  converse(server, SPAN("DELE 100000\r\n"), NULL);
  converse(server, SPAN("DELE 1\r\n"), NULL);
  assert_int_equal(pop3_server_deleted_count(server), 2);
  assert_true(pop3_server_is_deleted(server, 1) && pop3_server_is_deleted(server, COUNT));
  assert_false(pop3_server_is_deleted(server, 2));
  struct span list = converse(server, SPAN("LIST\r\n"), NULL), line;
  size_t lines = 0;
  while (span_next(&list, '\n', &line)) lines++;
  assert_int_equal(lines, 1 + (COUNT - 2) + 1 + 1); /* status, messages, dot, what follows the last LF */
  pop3_server_free(server);
  mem_free(entries);
}

/* RFC 2449 4: the first line of a response has up to 512 octets, CRLF included. */
static void long_words_are_cut(void **state) {
  (void)state;
  char words[2000];
  memset(words, 'w', sizeof words);
  struct pop3_server *server = pop3_server_new(&config, SPAN("<1234@pop.example>"));
  struct pop3_server_action action;
  pop3_server_next(server, &action);
  pop3_server_answer(server, &(struct pop3_answer){.ok = true, .text = span_of(words, sizeof words)});
  pop3_server_next(server, &action);
  assert_int_equal(action.bytes.len, POP3_STATUS_LINE_MAX);
  assert_true(span_ends_with(action.bytes, SPAN("www <1234@pop.example>\r\n"))); /* which APOP needs whole */
  pop3_server_free(server);
}

static void words_stay_on_one_line(void **state) {
  (void)state;
  struct pop3_server *server = pop3_server_new(&config, SPAN_EMPTY);
  struct pop3_server_action action;
  pop3_server_next(server, &action);
  pop3_server_answer(server,
                     &(struct pop3_answer){.code = SPAN("SYS/TEMP"), .text = SPAN("no\r\n+OK really\xe9")});
  pop3_server_next(server, &action);
  assert_true(span_equal(action.bytes, SPAN("-ERR no??+OK really?\r\n")));
  pop3_server_free(server);
}

static void the_update_state(void **state) {
  (void)state;
  struct pop3_maildrop maildrop = {NULL, 0};
  struct pop3_server *server = logged_in(&maildrop);
  struct pop3_server_action action;
  pop3_server_feed(server, SPAN("QUIT\r\n"));
  assert_int_equal(pop3_server_state(server), POP3_SERVER_UPDATING);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_UPDATE);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_WAIT); /* a decision is given once */
  pop3_server_answer(server, &yes);
  assert_int_equal(pop3_server_state(server), POP3_SERVER_CLOSED);
  pop3_server_free(server);
}

/* RFC 2595 4: what came in the same packet as STLS was not protected. */
static void what_follows_stls_is_thrown_away(void **state) {
  (void)state;
  struct pop3_server_config with_tls = config;
  with_tls.offer_stls = true;
  struct pop3_server *server = pop3_server_new(&with_tls, SPAN_EMPTY);
  struct pop3_server_action action;
  converse(server, SPAN_EMPTY, NULL);
  struct span packet = SPAN("STLS\r\nUSER jack\r\n");
  assert_int_equal(pop3_server_feed(server, packet), packet.len);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_REPLY);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_START_TLS);
  pop3_server_tls_started(server);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_WAIT);
  assert_true(span_equal(converse(server, SPAN("PASS x\r\n"), NULL), SPAN("-ERR USER comes first\r\n")));
  pop3_server_free(server);
}

static void an_answer_after_the_end_is_ignored(void **state) {
  (void)state;
  struct pop3_maildrop maildrop = {NULL, 0};
  struct pop3_server *server = pop3_server_new(&config, SPAN_EMPTY);
  struct pop3_server_action action;
  pop3_server_next(server, &action);
  pop3_server_gone(server);
  pop3_server_gone(server);
  pop3_server_shut(server, NULL);
  pop3_server_answer(server, &yes);
  pop3_server_answer_secret(server, SPAN("x"));
  pop3_server_answer_maildrop(server, &maildrop);
  assert_int_equal(pop3_server_feed(server, SPAN("STAT\r\n")), 6);
  assert_int_equal(pop3_server_next(server, &action), POP3_SERVER_CLOSE);
  assert_int_equal(pop3_server_state(server), POP3_SERVER_CLOSED);
  pop3_server_free(server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_goes_out_by_reference),
      cmocka_unit_test(freed_in_the_middle),
      cmocka_unit_test(a_large_maildrop),
      cmocka_unit_test(long_words_are_cut),
      cmocka_unit_test(words_stay_on_one_line),
      cmocka_unit_test(the_update_state),
      cmocka_unit_test(what_follows_stls_is_thrown_away),
      cmocka_unit_test(an_answer_after_the_end_is_ignored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
