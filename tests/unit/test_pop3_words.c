/* The neutral words: each there, each a sound template, each found by its key. */
#include "proto/pop3_words.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/template.h"
#include "proto/pop3_server.h"

static void all_words_are_sound(void **state) {
  (void)state;
  static const struct span names[] = {SPAN_INIT("host"),     SPAN_INIT("user"),  SPAN_INIT("verb"),
                                      SPAN_INIT("number"),   SPAN_INIT("count"), SPAN_INIT("size"),
                                      SPAN_INIT("messages"), SPAN_INIT("octets")};
  for (unsigned i = 0; i < POP3_TEXT_COUNT; i++) {
    struct span words = pop3_texts_neutral.text[i], bad;
    const char *key = pop3_text_key((enum pop3_text)i);
    if (words.len == 0) fail_msg("%s has no words", key);
    if (words.len > 80) fail_msg("%s is long", key);
    if (!span_is_ascii(words)) fail_msg("%s is not ASCII", key);
    if (!template_check(words, names, sizeof names / sizeof *names, &bad)) {
      fail_msg("%s: %.*s", key, SPAN_ARG(bad));
    }
    assert_int_equal(pop3_text_named(span_from(key)), i);
  }
  assert_int_equal(pop3_text_named(SPAN("no_such_text")), POP3_TEXT_COUNT);
  assert_string_equal(pop3_text_key(POP3_TEXT_COUNT), "");
}

static struct span next_reply(struct pop3_server *server) {
  struct pop3_server_action action;
  while (pop3_server_next(server, &action) != POP3_SERVER_REPLY) {
    assert_int_equal(action.kind, POP3_SERVER_DECIDE_CONNECT);
    pop3_server_answer(server, &(struct pop3_answer){.ok = true});
  }
  return action.bytes;
}

/* A software's own words, where it has some; else the neutral ones. */
static void a_software_has_its_own(void **state) {
  (void)state;
  struct pop3_texts texts = {0};
  texts.text[POP3_TEXT_BANNER] = SPAN("QPOP (version 2.53) at {host} starting.");
  texts.text[POP3_TEXT_NOT_BEFORE_LOGIN] = SPAN("[[{user}: ]]log in");
  struct pop3_server_config config = {.host_name = SPAN("pop.example"), .offer_user = true, .texts = &texts};
  struct pop3_server *server = pop3_server_new(&config, SPAN("<1@pop.example>"));
  assert_true(span_equal(next_reply(server),
                         SPAN("+OK QPOP (version 2.53) at pop.example starting. <1@pop.example>\r\n")));
  pop3_server_feed(server, SPAN("STAT\r\n"));
  assert_true(span_equal(next_reply(server), SPAN("-ERR log in\r\n")));
  pop3_server_feed(server, SPAN("USER jack\r\n"));
  assert_true(span_equal(next_reply(server), SPAN("+OK jack, and the password?\r\n")));
  pop3_server_feed(server, SPAN("STAT\r\n"));
  assert_true(span_equal(next_reply(server), SPAN("-ERR jack: log in\r\n")));
  pop3_server_free(server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_words_are_sound),
      cmocka_unit_test(a_software_has_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
