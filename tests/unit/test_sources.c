/* The sources of a stamped block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/sources.h"

static void written_and_read(void **state) {
  (void)state;
  static const struct {
    struct span origin;
    struct source_token token;
  } cases[] = {
      {SOURCE_ORIGIN("from", SOURCE_HELO), {15, 5, SPAN_INIT("from"), SOURCE_HELO, 57}},
      {SOURCE_ORIGIN("comment", SOURCE_PTR), {22, 13, SPAN_INIT("comment"), SOURCE_PTR, 55}},
      {SOURCE_ORIGIN("comment", SOURCE_TCP), {37, 9, SPAN_INIT("comment"), SOURCE_TCP, 52}},
      {SOURCE_ORIGIN("Message-ID", SOURCE_CLOCK), {0, 0, SPAN_INIT("Message-ID"), SOURCE_CLOCK, 0}},
      {SOURCE_ORIGIN("for", SOURCE_RCPT),
       {2147483647, 2147483647, SPAN_INIT("for"), SOURCE_RCPT, 4294967295}},
  };
  enum { TOKENS = sizeof cases / sizeof *cases };
  struct buf text = {0};
  for (size_t i = 0; i < TOKENS; i++)
    sources_add(&text, cases[i].token.offset, cases[i].token.length, cases[i].origin, cases[i].token.record);
  assert_true(span_starts_with(buf_span(&text), SPAN("15 5 from helo 57\n22 13 comment ptr 55\n")));
  struct span rest = buf_span(&text);
  struct source_token token;
  for (size_t i = 0; i < TOKENS; i++) {
    assert_true(sources_next(&rest, &token));
    assert_int_equal(token.offset, cases[i].token.offset);
    assert_int_equal(token.length, cases[i].token.length);
    assert_true(span_equal(token.clause, cases[i].token.clause));
    assert_int_equal(token.source, cases[i].token.source);
    assert_int_equal(token.record, cases[i].token.record);
  }
  assert_false(sources_next(&rest, &token));
  buf_free(&text);
}

static void found_by_place(void **state) {
  (void)state;
  static const struct span text = SPAN_INIT("15 5 from helo 57\n22 13 comment ptr 55\n");
  static const struct {
    uint32_t offset;
    journal_seq record; /* 0: no token there */
  } cases[] = {{0, 0}, {14, 0}, {15, 57}, {19, 57}, {20, 0}, {22, 55}, {34, 55}, {35, 0}, {UINT32_MAX, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct source_token token = {0};
    bool found = sources_at(text, cases[i].offset, &token);
    assert_int_equal(found ? token.record : 0, cases[i].record);
  }
}

static void wrong_lines_are_passed_over(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "1",
      "1 2 from helo",
      "1 2 from helo 3 4",
      "1 2 from helo 3 ",
      "1 2  helo 3",
      "1 2 from hello 3",
      "-1 2 from helo 3",
      "1 2147483648 from helo 3",
      "1 2 from helo 4294967296",
      "1 2 from helo x",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct buf text = {0};
    struct source_token token;
    buf_format(&text, "%s\n7 8 by configuration 9", wrong[i]);
    struct span rest = buf_span(&text);
    assert_true(sources_next(&rest, &token));
    assert_int_equal(token.offset, 7);
    assert_false(sources_next(&rest, &token));
    buf_free(&text);
  }
}

static void every_source_has_its_word(void **state) {
  (void)state;
  static const struct span origins[SOURCE_COUNT] = {
      [SOURCE_HELO] = SOURCE_ORIGIN("with", SOURCE_HELO),
      [SOURCE_TCP] = SOURCE_ORIGIN("with", SOURCE_TCP),
      [SOURCE_PTR] = SOURCE_ORIGIN("with", SOURCE_PTR),
      [SOURCE_RCPT] = SOURCE_ORIGIN("with", SOURCE_RCPT),
      [SOURCE_MAIL] = SOURCE_ORIGIN("with", SOURCE_MAIL),
      [SOURCE_CONFIGURATION] = SOURCE_ORIGIN("with", SOURCE_CONFIGURATION),
      [SOURCE_CLOCK] = SOURCE_ORIGIN("with", SOURCE_CLOCK),
      [SOURCE_SOFTWARE] = SOURCE_ORIGIN("with", SOURCE_SOFTWARE),
      [SOURCE_QUEUE] = SOURCE_ORIGIN("with", SOURCE_QUEUE),
  };
  for (int i = 0; i < SOURCE_COUNT; i++) {
    struct source_token token;
    struct buf text = {0};
    sources_add(&text, 1, 1, origins[i], 1);
    struct span rest = buf_span(&text);
    assert_true(sources_next(&rest, &token));
    assert_int_equal(token.source, i);
    assert_true(span_ends_with(origins[i], span_from(source_name(token.source))));
    buf_free(&text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(written_and_read),
      cmocka_unit_test(found_by_place),
      cmocka_unit_test(wrong_lines_are_passed_over),
      cmocka_unit_test(every_source_has_its_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
