/* queue_id: the ids that real programs gave, made again from time and process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "agents/queue_id.h"
#include "mail/date.h"

static int64_t unix_us(const char *text) {
  struct date date;
  assert_true(date_parse_iso8601(span_from(text), &date));
  return date.unix_us;
}

static void check(struct queue_id_maker maker, const char *when, int32_t zone_minutes, const char *expected) {
  char text[QUEUE_ID_MAX + 1] = "";
  struct span id = queue_id_make(&maker, unix_us(when), zone_minutes, text);
  text[id.len] = 0;
  assert_string_equal(text, expected);
}

/* The slides' i5IGMtv0004345: 18 June 2004, 16:22:55 UTC, whatever the host's zone. */
static void test_sendmail_8_12(void **state) {
  (void)state;
  struct queue_id_maker maker = {.scheme = QUEUE_ID_SENDMAIL_8_12, .process_id = 4345, .sequence = 57 * 60};
  check(maker, "2004-06-18T16:22:55Z", 0, "i5IGMtv0004345");
  check(maker, "2004-06-18T10:22:55-06:00", -360, "i5IGMtv0004345");
}

/* Marta's i5GAYmvN008288: 16 June 2004, 10:34:48 UTC, counter v N. */
static void test_sendmail_8_12_marta(void **state) {
  (void)state;
  struct queue_id_maker maker = {
      .scheme = QUEUE_ID_SENDMAIL_8_12, .process_id = 8288, .sequence = 57 * 60 + 23};
  check(maker, "2004-06-16T04:34:48-06:00", -360, "i5GAYmvN008288");
}

/* Her mailr3.udl.es runs 8.11.6: a counter of one digit, and a process id of five. */
static void test_sendmail_8_10(void **state) {
  (void)state;
  struct queue_id_maker maker = {.scheme = QUEUE_ID_SENDMAIL_8_10, .process_id = 31371, .sequence = 36};
  check(maker, "2004-06-16T12:34:42+02:00", 120, "i5GAYga31371");
  maker.sequence = 60 + 59;
  check(maker, "2004-06-16T12:34:42+02:00", 120, "i5GAYgx31371");
  maker.sequence++;
  check(maker, "2004-06-16T12:34:42+02:00", 120, "i5GAYg031371");
}

static void test_sendmail_8_12_counts(void **state) {
  (void)state;
  struct queue_id_maker maker = {.scheme = QUEUE_ID_SENDMAIL_8_12, .process_id = 1, .sequence = 59};
  char first[QUEUE_ID_MAX], second[QUEUE_ID_MAX];
  struct span a = queue_id_make(&maker, unix_us("2004-06-18T16:22:55Z"), 0, first);
  struct span b = queue_id_make(&maker, unix_us("2004-06-18T16:22:55Z"), 0, second);
  assert_true(span_equal(a, SPAN("i5IGMt0x000001")));
  assert_true(span_equal(b, SPAN("i5IGMt10000001")));
}

/* The first letter is the local hour: the slides' LAA20869 cannot have been made at 12:24. */
static void test_sendmail_8_8(void **state) {
  (void)state;
  struct queue_id_maker maker = {.scheme = QUEUE_ID_SENDMAIL_8_8, .process_id = 20869};
  check(maker, "2004-06-18T12:24:24-04:00", -240, "MAA20869");
  check(maker, "2004-06-18T11:59:59-04:00", -240, "LAA20869");
  maker.process_id = 22736;
  check(maker, "2004-06-16T12:34:40+02:00", 120, "MAA22736");
  maker.in_process = 1; /* a second letter in the same session */
  check(maker, "2004-06-16T12:34:40+02:00", 120, "MAB22736");
  maker.in_process = 27;
  check(maker, "2004-06-16T12:34:40+02:00", 120, "MBB22736");
}

static void test_exim(void **state) {
  (void)state;
  struct queue_id_maker maker = {.scheme = QUEUE_ID_EXIM, .process_id = 68};
  check(maker, "2004-06-18T16:22:55Z", 0, "1BbM8l-000016-00");
}

static void test_pinned_come_first(void **state) {
  (void)state;
  const struct span pinned[] = {SPAN("LAA20869")};
  struct queue_id_maker maker = {
      .scheme = QUEUE_ID_COUNTER, .initial = 'M', .pinned = pinned, .pinned_count = 1};
  char text[QUEUE_ID_MAX];
  assert_true(span_equal(queue_id_make(&maker, 0, 0, text), SPAN("LAA20869")));
  assert_true(span_equal(queue_id_make(&maker, 0, 0, text), SPAN("M1")));
  assert_true(span_equal(queue_id_make(&maker, 0, 0, text), SPAN("M2")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sendmail_8_10),       cmocka_unit_test(test_sendmail_8_12),
      cmocka_unit_test(test_sendmail_8_12_marta), cmocka_unit_test(test_sendmail_8_12_counts),
      cmocka_unit_test(test_sendmail_8_8),        cmocka_unit_test(test_exim),
      cmocka_unit_test(test_pinned_come_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
