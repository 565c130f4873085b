/* The ids of messages, one and in lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/message_id.h"

struct id_case {
  const char *value, *expected; /* "left@right" joined by ", " */
};

static const struct id_case id_cases[] = {
    {"<40D02249.6090105@eps.udl.es>", "40D02249.6090105|eps.udl.es"},
    {" <a@b>\r\n\t<c@d>", "a|b, c|d"},
    {"<a@b><c@d>", "a|b, c|d"},
    {"<a@b>, <c@d>", "a|b, c|d"},
    {"\"Your letter\" of Friday <a@b> (I think <x@y>)", "a|b"},
    {"(see <x@y>) <a@b>", "a|b"},
    {"(open <a@b>", "a|b"},
    {"(open <a@b> \"and <c@d>", "a|b, c|d"},
    {"\"open <a@b>", "a|b"},
    {"< a@b >", "a|b"},
    {"<a@b@c>", "a@b|c"},
    {"<noright>", "noright|"},
    {"<>", "|"},
    {"<a <b@c>", "b|c"},
    {"<a@b", ""},
    {"a@b", ""},
    {"", ""},
    {"<a@[192.0.2.1]>", "a|[192.0.2.1]"},
};

static void lists(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof id_cases / sizeof *id_cases; i++) {
    struct span rest = span_from(id_cases[i].value);
    struct message_id id;
    buf_clear(&out);
    while (message_id_next(&rest, &id)) {
      if (out.len) buf_add_text(&out, ", ");
      buf_format(&out, "%.*s|%.*s", SPAN_ARG(id.left), SPAN_ARG(id.right));
    }
    if (!span_equal(buf_span(&out), span_from(id_cases[i].expected)))
      fail_msg("%s: got %.*s", id_cases[i].value, SPAN_ARG(buf_span(&out)));
  }
  buf_free(&out);
}

static void good_and_bad(void **state) {
  (void)state;
  assert_true(message_id_is_valid(SPAN("Pine.GS0.4.58.0406181022460@salieri.cs.colostate.edu")));
  assert_true(message_id_is_valid(SPAN("a@[192.0.2.1]")));
  assert_false(message_id_is_valid(SPAN("a")));
  assert_false(message_id_is_valid(SPAN("@a")));
  assert_false(message_id_is_valid(SPAN("a@")));
  assert_false(message_id_is_valid(SPAN("a..b@c")));
  assert_false(message_id_is_valid(SPAN("a b@c")));
  assert_false(message_id_is_valid(SPAN("a@b@c")));
  assert_false(message_id_is_valid(SPAN("a>@b")));
  assert_false(message_id_is_valid(SPAN("a@b\r\nBcc: c")));
  assert_false(message_id_is_valid(SPAN("a\0@b")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lists), cmocka_unit_test(good_and_bad)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
