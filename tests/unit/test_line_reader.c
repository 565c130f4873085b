/* Lines out of a byte stream: ends, limits, and pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/line_reader.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { LIMIT = 8 };

/* Each line as "kind:text|", fed in pieces of that many octets. */
static void read_all(struct span input, size_t piece_len, struct buf *out) {
  static const char kinds[] = "-CLX";
  struct line_reader reader = line_reader_new(LIMIT);
  for (; input.len > 0; input = span_skip(input, piece_len)) {
    struct span piece = span_first(input, piece_len), line;
    enum line_kind kind;
    while ((kind = line_reader_take(&reader, &piece, &line)) != LINE_NONE) {
      buf_add_char(out, kinds[kind]);
      buf_add(out, line);
      buf_add_char(out, '|');
    }
    assert_int_equal(piece.len, 0);
  }
  if (line_reader_is_partial(&reader)) buf_add_char(out, '+');
  line_reader_free(&reader);
}

static void cuts_lines(void **state) {
  (void)state;
  static const struct {
    const char *name;
    struct span input;
    const char *expected;
  } cases[] = {
      {"nothing", SPAN_INIT(""), ""},
      {"one", SPAN_INIT("ab\r\n"), "Cab|"},
      {"two", SPAN_INIT("ab\r\ncd\r\n"), "Cab|Ccd|"},
      {"empty", SPAN_INIT("\r\n\r\n"), "C|C|"},
      {"bare LF", SPAN_INIT("ab\ncd\r\n\n"), "Lab|Ccd|L|"},
      {"bare CR inside", SPAN_INIT("a\rb\r\n"), "Ca\rb|"},
      {"CR CRLF", SPAN_INIT("a\r\r\n"), "Ca\r|"},
      {"unfinished", SPAN_INIT("ab\r\ncd"), "Cab|+"},
      {"unfinished by a CR", SPAN_INIT("ab\r"), "+"},
      {"as long as allowed", SPAN_INIT("123456\r\nab\r\n"), "C123456|Cab|"},
      {"bare LF, as long as allowed", SPAN_INIT("1234567\n"), "L1234567|"},
      {"too long by one", SPAN_INIT("1234567\r\nab\r\n"), "X1234567|Cab|"},
      {"much too long", SPAN_INIT("12345678901234567890\nab\r\n"), "X12345678|Cab|"},
      {"too long, no end yet", SPAN_INIT("12345678901234567890"), "+"},
      {"too long twice", SPAN_INIT("1234567890\r\n1234567890\r\nab\n"), "X12345678|X12345678|Lab|"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    for (size_t piece = 1; piece <= cases[i].input.len + 1; piece++) {
      struct buf out = BUF_CAPPED(0);
      read_all(cases[i].input, piece, &out);
      if (!span_equal(buf_span(&out), span_from(cases[i].expected)))
        fail_msg("%s, in pieces of %zu: %.*s", cases[i].name, piece, SPAN_ARG(buf_span(&out)));
      buf_free(&out);
    }
}

static void keeps_nul(void **state) {
  (void)state;
  struct line_reader reader = line_reader_new(LIMIT);
  struct span input = SPAN("a\0b\r\n"), line;
  assert_int_equal(line_reader_take(&reader, &input, &line), LINE_CRLF);
  assert_true(span_equal(line, SPAN("a\0b")));
  line_reader_free(&reader);
}

/* A whole line is not copied. */
static void gives_the_input_itself(void **state) {
  (void)state;
  struct line_reader reader = line_reader_new(LIMIT);
  struct span whole = SPAN("ab\r\ncd\r\n"), input = whole, line;
  assert_int_equal(line_reader_take(&reader, &input, &line), LINE_CRLF);
  assert_ptr_equal(line.data, whole.data);
  assert_int_equal(line_reader_take(&reader, &input, &line), LINE_CRLF);
  assert_ptr_equal(line.data, whole.data + 4);
  assert_int_equal(reader.partial.capacity, 0);
  line_reader_free(&reader);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cuts_lines),
      cmocka_unit_test(keeps_nul),
      cmocka_unit_test(gives_the_input_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
