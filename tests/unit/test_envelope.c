/* Envelopes: a reverse-path and recipients in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/envelope.h"

static void recipients_keep_their_order(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  char text[] = "jack@comcast.net";
  struct envelope *envelope = envelope_new(&arena, span_from(text));
  text[0] = 'x'; /* it has its own copy */
  assert_true(span_equal(envelope->reverse_path, SPAN("jack@comcast.net")));
  for (char c = 'a'; c <= 'z'; c++) assert_true(envelope_add(envelope, span_of(&c, 1)));
  assert_int_equal(envelope->recipient_count, 26);
  for (size_t i = 0; i < 26; i++) assert_int_equal(envelope->recipients[i].data[0], 'a' + (int)i);
  arena_free(&arena);
}

static void each_only_once(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct envelope *envelope = envelope_new(&arena, SPAN_EMPTY);
  static const char *const added[] = {
      "bob@isse.gmu.edu", "bob@ISSE.GMU.EDU", "Bob@isse.gmu.edu", "root", "root", "\"bob\"@isse.gmu.edu"};
  for (size_t i = 0; i < sizeof added / sizeof *added; i++)
    assert_true(envelope_add_once(envelope, span_from(added[i])));
  assert_int_equal(envelope->recipient_count, 3);
  arena_free(&arena);
}

static void the_list_has_a_limit(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct envelope *envelope = envelope_new(&arena, SPAN_EMPTY);
  for (int i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++) assert_true(envelope_add(envelope, SPAN("a@b")));
  assert_false(envelope_add(envelope, SPAN("c@d")));
  assert_int_equal(envelope->recipient_count, ENVELOPE_RECIPIENTS_MAX);
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recipients_keep_their_order),
      cmocka_unit_test(each_only_once),
      cmocka_unit_test(the_list_has_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
