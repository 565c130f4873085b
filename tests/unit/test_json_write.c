/* json_write, span_is_utf8: what looks at eight octets at once says of every octet, wherever it stands, what
 * looking at one after the other would say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"

enum { LENGTH = 27 };

static void assert_written(struct span text) {
  struct buf expected = {0}, written = {0};
  buf_add_char(&expected, '"');
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (c == '"' || c == '\\')
      buf_format(&expected, "\\%c", c);
    else if (c == '\n' || c == '\r' || c == '\t')
      buf_format(&expected, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    else if ((unsigned char)c < ' ')
      buf_format(&expected, "\\u%04x", (unsigned)c);
    else
      buf_add_char(&expected, c);
  }
  buf_add_char(&expected, '"');
  assert_true(json_write_string(text, &written));
  assert_int_equal(written.len, expected.len);
  assert_memory_equal(written.data, expected.data, written.len);
  buf_free(&expected);
  buf_free(&written);
}

static void test_every_octet_everywhere(void **state) {
  (void)state;
  for (size_t length = 0; length <= LENGTH; length++)
    for (size_t at = 0; at < length; at++)
      for (int c = 0; c < 128; c++) {
        char text[LENGTH];
        memset(text, 'x', sizeof text);
        text[at] = (char)c;
        assert_written(span_of(text, length));
        if (at + 1 < length) text[at + 1] = '!'; /* the octet that may be taken for one below it */
        assert_written(span_of(text, length));
      }
}

static void test_utf8_everywhere(void **state) {
  (void)state;
  static const char *const letters[] = {"é", "€", "𝄞"};
  for (size_t at = 0; at < LENGTH; at++) {
    char text[LENGTH + 8];
    size_t bad = 0;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
      int length =
          snprintf(text, sizeof text, "%.*s%sxyz", (int)at, "abcdefghijklmnopqrstuvwxyz!", letters[i]);
      assert_true(span_is_utf8(span_of(text, (size_t)length), NULL));
      assert_written(span_of(text, (size_t)length));
      text[at + 1] = 'x';
      assert_false(span_is_utf8(span_of(text, (size_t)length), &bad));
      assert_int_equal(bad, at);
    }
    memset(text, 'x', sizeof text);
    text[at] = (char)0xff;
    assert_false(span_is_utf8(span_of(text, sizeof text), &bad));
    assert_int_equal(bad, at);
    assert_true(span_is_utf8(span_of(text, at), NULL));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_octet_everywhere),
      cmocka_unit_test(test_utf8_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
