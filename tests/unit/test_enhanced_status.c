/* Enhanced status codes (RFC 3463). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/enhanced_status.h"

struct status_case {
  const char *text;
  bool good;
  unsigned class, subject, detail;
  const char *words;
};

static const struct status_case status_cases[] = {
    {"5.1.1", true, 5, 1, 1, "no such mailbox"},
    {"2.0.0", true, 2, 0, 0, "other or undefined status"},
    {"4.4.7", true, 4, 4, 7, "the time for delivery is over"},
    {"5.7.27", true, 5, 7, 27, "the sender's domain takes no mail (null MX)"},
    {"5.1.999", true, 5, 1, 999, "other address status"},
    {"5.999.1", true, 5, 999, 1, "other or undefined status"},
    {"3.1.1", false, 0, 0, 0, NULL},
    {"5.1", false, 0, 0, 0, NULL},
    {"5.1.", false, 0, 0, 0, NULL},
    {"5.1.1000", false, 0, 0, 0, NULL},
    {"5.01.1", false, 0, 0, 0, NULL},
    {"5.1.1 ", false, 0, 0, 0, NULL},
    {"5.1.1.1", false, 0, 0, 0, NULL},
    {"550", false, 0, 0, 0, NULL},
    {"", false, 0, 0, 0, NULL},
    {"5.-1.1", false, 0, 0, 0, NULL},
};

static void codes(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof status_cases / sizeof *status_cases; i++) {
    const struct status_case *c = &status_cases[i];
    struct enhanced_status status;
    if (enhanced_status_parse(span_from(c->text), &status) != c->good) fail_msg("%s", c->text);
    if (!c->good) continue;
    assert_true(status.class == c->class && status.subject == c->subject && status.detail == c->detail);
    assert_string_equal(enhanced_status_detail_text(status), c->words);
    buf_clear(&out);
    enhanced_status_write(status, &out);
    assert_true(span_equal(buf_span(&out), span_from(c->text)));
  }
  buf_free(&out);
}

static void at_the_front_of_a_reply(void **state) {
  (void)state;
  struct enhanced_status status;
  struct span rest;
  assert_true(enhanced_status_take(SPAN("5.1.1 <bob@x>... User unknown"), &status, &rest));
  assert_true(span_equal(rest, SPAN("<bob@x>... User unknown")));
  assert_true(enhanced_status_take(SPAN("2.0.0"), &status, &rest));
  assert_int_equal(rest.len, 0);
  assert_false(enhanced_status_take(SPAN("5.1.1x"), &status, &rest));
  assert_false(enhanced_status_take(SPAN("4.2.2.2 is my address"), &status, &rest));
  assert_false(enhanced_status_take(SPAN("Ok"), &status, &rest));
}

static void words_for_all(void **state) {
  (void)state;
  assert_string_equal(enhanced_status_class_text((struct enhanced_status){4, 0, 0}),
                      "persistent transient failure");
  assert_string_equal(enhanced_status_subject_text((struct enhanced_status){5, 1, 1}), "addressing status");
  assert_string_equal(enhanced_status_subject_text((struct enhanced_status){5, 500, 1}),
                      "other or undefined status");
  assert_int_equal(enhanced_status_of_reply(550).class, 5);
  assert_int_equal(enhanced_status_of_reply(451).class, 4);
  assert_int_equal(enhanced_status_of_reply(250).class, 2);
  assert_int_equal(enhanced_status_of_reply(0).class, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes),
      cmocka_unit_test(at_the_front_of_a_reply),
      cmocka_unit_test(words_for_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
