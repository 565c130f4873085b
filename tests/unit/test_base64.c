/* Base64, strict (RFC 4648). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"

static const struct {
  struct span bytes, text;
} pairs[] = {
    /* RFC 4648 section 10 */
    {SPAN_INIT(""), SPAN_INIT("")},
    {SPAN_INIT("f"), SPAN_INIT("Zg==")},
    {SPAN_INIT("fo"), SPAN_INIT("Zm8=")},
    {SPAN_INIT("foo"), SPAN_INIT("Zm9v")},
    {SPAN_INIT("foob"), SPAN_INIT("Zm9vYg==")},
    {SPAN_INIT("fooba"), SPAN_INIT("Zm9vYmE=")},
    {SPAN_INIT("foobar"), SPAN_INIT("Zm9vYmFy")},
    /* every sixth value of the alphabet, and octets beyond ASCII */
    {SPAN_INIT("\x00\x10\x83\x10\x51\x87\x20\x92\x8b"), SPAN_INIT("ABCDEFGHIJKL")},
    {SPAN_INIT("\xfb\xff\xbf\0"), SPAN_INIT("+/+/AA==")},
    {SPAN_INIT("\0jack\0pass"), SPAN_INIT("AGphY2sAcGFzcw==")},
};

static void both_ways(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    struct buf text = {0}, bytes = {0};
    assert_true(base64_encode(pairs[i].bytes, &text));
    assert_true(span_equal(buf_span(&text), pairs[i].text));
    assert_int_equal(base64_size(pairs[i].bytes.len), text.len);
    assert_true(base64_decode(pairs[i].text, &bytes));
    assert_true(span_equal(buf_span(&bytes), pairs[i].bytes));
    buf_free(&text);
    buf_free(&bytes);
  }
}

static void what_is_not_base64(void **state) {
  (void)state;
  static const char *const cases[] = {"Z",       "Zg",   "Zg=",   "Zg===",    "====",     "Z===",
                                      "Zh==",    "Zm9=", "Zm9v=", "Zg==Zg==", "Zm9v\r\n", "Zm 9",
                                      "Zm9\x80", "Zm-_", "=Zg=",  "Z=g="};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf bytes = {0};
    if (base64_decode(span_from(cases[i]), &bytes)) fail_msg("taken for base64: %s", cases[i]);
    buf_free(&bytes);
  }
}

static void caps_hold(void **state) {
  (void)state;
  struct buf text = BUF_CAPPED(7), bytes = BUF_CAPPED(5);
  assert_false(base64_encode(SPAN("foobar"), &text));
  assert_false(base64_decode(SPAN("Zm9vYmFy"), &bytes));
  buf_free(&text);
  buf_free(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_ways),
      cmocka_unit_test(what_is_not_base64),
      cmocka_unit_test(caps_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
