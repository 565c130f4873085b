/* Addresses that name each step: as a value, hop by hop, and read by different rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/bang_path.h"

static void expect_pure(const char *address, enum bang_rule rule, const char *expected) {
  struct bang_path path;
  struct buf out = {0};
  enum bang_error error = bang_path_read(span_from(address), rule, &path);
  if (error)
    buf_add_text(&out, bang_error_text(error));
  else
    bang_path_write(&path, &out);
  if (!span_equal(buf_span(&out), span_from(expected)))
    fail_msg("%s by rule %d gives %.*s, not %s", address, rule, SPAN_ARG(buf_span(&out)), expected);
  buf_free(&out);
}

static void readings(void **state) {
  static const struct {
    const char *address, *bang_first, *at_first, *percent_last;
  } cases[] = {
      {"evi", "evi", "evi", "evi"},
      {"air!evi", "air!evi", "air!evi", "air!evi"},
      {"evi@air", "air!evi", "air!evi", "air!evi"},
      {"evi%air", "air!evi", "air!evi", "air!evi"},
      /* RFC 976 1: a!(b@c.d) "in the old UUCP world, and (a!b)@c.d in the Internet world" */
      {"a!b@c.d", "a!c.d!b", "c.d!a!b", "c.d!a!b"},
      /* RFC 1123 5.2.16: "a!b%c" is interpreted as "(a!b)%c" */
      {"a!b%c", "a!c!b", "c!a!b", "a!c!b"},
      {"a!b%c@d", "a!d!c!b", "d!c!a!b", "d!a!c!b"},
      {"u%h3%h2@h1", "h1!h2!h3!u", "h1!h2!h3!u", "h1!h2!h3!u"},
      {"c.d!a!b", "c.d!a!b", "c.d!a!b", "c.d!a!b"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    expect_pure(cases[i].address, BANG_FIRST, cases[i].bang_first);
    expect_pure(cases[i].address, BANG_AT_FIRST, cases[i].at_first);
    expect_pure(cases[i].address, BANG_PERCENT_LAST, cases[i].percent_last);
  }
}

static void hop_by_hop(void **state) {
  (void)state;
  static const char *const left[] = {"uunet!ucbvax!hao!boulder!air!evi",
                                     "ucbvax!hao!boulder!air!evi",
                                     "hao!boulder!air!evi",
                                     "boulder!air!evi",
                                     "air!evi",
                                     "evi"};
  static const char *const next[] = {"mcvax", "uunet", "ucbvax", "hao", "boulder", "air"};
  struct span address = SPAN("mcvax!uunet!ucbvax!hao!boulder!air!evi");
  struct bang_path path;
  struct bang_step step;
  struct buf out = {0};
  assert_int_equal(bang_path_read(address, BANG_FIRST, &path), BANG_OK);
  assert_int_equal(path.host_count, 6);
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(bang_step(address, BANG_FIRST, &step), BANG_OK);
    assert_true(span_equal(step.next, span_from(next[i])));
    assert_true(span_equal(path.hosts[0], step.next));
    address = step.rest;
    path = bang_path_rest(&path);
    buf_clear(&out);
    bang_path_write(&path, &out);
    assert_true(span_equal(buf_span(&out), span_from(left[i])));
    assert_true(span_equal(address, span_from(left[i])));
  }
  assert_int_equal(bang_step(address, BANG_FIRST, &step), BANG_OK);
  assert_int_equal(step.sign, 0);
  assert_true(span_equal(path.user, SPAN("evi")));
  buf_free(&out);
}

static void errors(void **state) {
  static const struct {
    const char *address;
    enum bang_error error;
  } cases[] = {
      {"", BANG_EMPTY},
      {"a!", BANG_NO_USER},
      {"!b", BANG_NO_HOST},
      {"a!!b", BANG_NO_HOST},
      {"b@", BANG_NO_HOST},
      {"@c.d", BANG_NO_USER},
      {"a b!c", BANG_BAD_CHARACTER},
      {"a!b\n", BANG_BAD_CHARACTER},
      {"a!\xc3\xa9", BANG_BAD_CHARACTER},
      {"<a!b>", BANG_BAD_CHARACTER},
      {"a@b!c", BANG_NO_HOST},
  };
  struct bang_path path;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    enum bang_error error = bang_path_read(span_from(cases[i].address), BANG_FIRST, &path);
    if (error != cases[i].error)
      fail_msg("\"%s\": %s, not %s", cases[i].address, bang_error_text(error),
               bang_error_text(cases[i].error));
  }
}

static enum bang_error read_long(size_t hosts, size_t name_len) {
  struct buf text = {0};
  struct bang_path path;
  for (size_t i = 0; i < hosts; i++) {
    for (size_t j = 0; j < name_len; j++) buf_add_char(&text, 'a');
    buf_add_char(&text, '!');
  }
  buf_add_text(&text, "evi");
  enum bang_error error = bang_path_read(buf_span(&text), BANG_FIRST, &path);
  buf_free(&text);
  return error;
}

static void limits(void **state) {
  (void)state;
  assert_int_equal(read_long(BANG_PATH_HOSTS_MAX, 6), BANG_OK);
  assert_int_equal(read_long(BANG_PATH_HOSTS_MAX + 1, 6), BANG_TOO_MANY_HOSTS);
  assert_int_equal(read_long(1, BANG_PATH_NAME_MAX), BANG_OK);
  assert_int_equal(read_long(1, BANG_PATH_NAME_MAX + 1), BANG_NAME_TOO_LONG);
  assert_int_equal(read_long(9, BANG_PATH_NAME_MAX), BANG_TOO_LONG);
}

static bool is_absolute(const char *address) {
  struct bang_path path;
  assert_int_equal(bang_path_read(span_from(address), BANG_AT_FIRST, &path), BANG_OK);
  return bang_path_is_absolute(&path);
}

static void relative_and_absolute(void **state) {
  (void)state;
  assert_false(is_absolute("mcvax!uunet!evi"));
  assert_false(is_absolute("evi"));
  assert_true(is_absolute("air.example!evi"));
  assert_true(is_absolute("evi@air.example"));
}

static void mixed(void **state) {
  (void)state;
  assert_true(bang_address_is_mixed(SPAN("a!b@c.d")));
  assert_true(bang_address_is_mixed(SPAN("a!b%c")));
  assert_false(bang_address_is_mixed(SPAN("a!b!c")));
  assert_false(bang_address_is_mixed(SPAN("b%d@c.d")));
  assert_false(bang_address_is_mixed(SPAN("evi")));
  assert_false(bang_address_is_mixed(SPAN("a!")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(readings), cmocka_unit_test(hop_by_hop), cmocka_unit_test(errors),
      cmocka_unit_test(limits),   cmocka_unit_test(mixed),      cmocka_unit_test(relative_and_absolute),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
