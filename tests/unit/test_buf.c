/* Growing bytes: caps, and buffers that begin in an array of the owner's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"

static void grows(void **state) {
  (void)state;
  struct buf buf = BUF_CAPPED(0);
  assert_int_equal(buf_span(&buf).len, 0);
  for (int i = 0; i < 1000; i++) assert_true(buf_add_char(&buf, (char)('a' + i % 26)));
  assert_int_equal(buf.len, 1000);
  assert_memory_equal(buf.data + 26, "abcdefghijklmnopqrstuvwxyz", 26);
  buf_free(&buf);
  assert_int_equal(buf.len, 0);
}

static void stops_at_the_cap(void **state) {
  (void)state;
  struct buf buf = BUF_CAPPED(5);
  assert_true(buf_add(&buf, SPAN("12345")));
  assert_false(buf_add_char(&buf, '6'));
  assert_true(buf.overflowed);
  assert_false(buf_add(&buf, SPAN_EMPTY));
  assert_true(span_equal(buf_span(&buf), SPAN("12345")));
  buf_clear(&buf);
  assert_true(buf_add_char(&buf, '1'));
  assert_false(buf_add(&buf, SPAN("23456")));
  assert_int_equal(buf.len, 1);
  buf_free(&buf);
}

static void writes_numbers(void **state) {
  (void)state;
  struct buf buf = BUF_CAPPED(0);
  buf_add_u64(&buf, 0);
  buf_add_char(&buf, ' ');
  buf_add_u64(&buf, UINT64_MAX);
  buf_add_char(&buf, ' ');
  buf_add_i64(&buf, INT64_MIN);
  buf_format(&buf, " %03d %s", 7, "x");
  assert_true(span_equal(buf_span(&buf), SPAN("0 18446744073709551615 -9223372036854775808 007 x")));
  buf_free(&buf);
}

/* Around each power of ten, where there is a digit more. */
static void counts_digits(void **state) {
  (void)state;
  uint64_t power = 1;
  for (int digits = 1; digits <= 20; digits++, power *= 10) {
    const uint64_t values[] = {power - 1, power, power + 1, power / 10 * 99 / 10};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
      char expected[24], text[BUF_U64_MAX];
      int len = snprintf(expected, sizeof expected, "%llu", (unsigned long long)values[i]);
      assert_int_equal(buf_put_u64(text, values[i]) - text, len);
      assert_memory_equal(text, expected, (size_t)len);
    }
  }
}

/* The array is used as long as it is large enough, a NUL for buf_format included, and never freed. */
static void begins_in_lent_memory(void **state) {
  (void)state;
  char inside[8];
  struct buf buf = BUF_ON(inside, 20);
  assert_true(buf_add(&buf, SPAN("1234567")));
  assert_ptr_equal(buf.data, inside);
  assert_true(buf_add(&buf, SPAN("89")));
  assert_ptr_not_equal(buf.data, inside);
  assert_true(span_equal(buf_span(&buf), SPAN("123456789")));
  assert_true(buf_add(&buf, SPAN("0123456789A")));
  assert_false(buf_add_char(&buf, 'B'));
  buf_free(&buf);
  struct buf small = BUF_ON(inside, 0);
  assert_true(buf_format(&small, "%d", 1234567));
  assert_ptr_equal(small.data, inside);
  buf_drop_front(&small, 3);
  assert_true(span_equal(buf_span(&small), SPAN("4567")));
  buf_free(&small);
  assert_true(buf_add_char(&small, 'x')); /* from now on from the heap */
  assert_ptr_not_equal(small.data, inside);
  buf_free(&small);
}

/* What the array or the heap has more of is not used, before the cap is changed or after. */
static void keeps_to_a_new_cap(void **state) {
  (void)state;
  char inside[32];
  struct buf lent = BUF_ON(inside, 4), grown = BUF_CAPPED(100);
  assert_true(buf_add(&lent, SPAN("1234")));
  assert_ptr_equal(lent.data, inside);
  assert_false(buf_add_char(&lent, '5'));
  assert_int_equal(lent.len, 4);
  buf_free(&lent);
  for (int i = 0; i < 100; i++) assert_true(buf_add_char(&grown, 'x'));
  assert_null(buf_room(&grown, 1));
  buf_clear(&grown);
  buf_set_cap(&grown, 10);
  assert_true(buf_add(&grown, SPAN("1234567890")));
  assert_false(buf_add_char(&grown, '1'));
  buf_clear(&grown);
  buf_set_cap(&grown, 12);
  assert_non_null(buf_room(&grown, 12));
  assert_null(buf_room(&grown, 13));
  buf_free(&grown);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grows),
      cmocka_unit_test(stops_at_the_cap),
      cmocka_unit_test(writes_numbers),
      cmocka_unit_test(counts_digits),
      cmocka_unit_test(begins_in_lent_memory),
      cmocka_unit_test(keeps_to_a_new_cap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
