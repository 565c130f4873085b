/* The times in the names of letters: those of the course's slides, those that our own programs make, and
 * names that only look like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agents/queue_id.h"
#include "mail/date.h"
#include "mail/id_time.h"

struct id_case {
  const char *id;
  enum id_time_form form;
  const char *time; /* in UTC, or as it stands; of an hour its number */
  const char *digits;
};

static const struct id_case queue_ids[] = {
    {"i5IGMtv0004345", ID_TIME_SENDMAIL, "2004-06-18T16:22:55+00:00", "i5IGMt"},
    {"i5GAYmvN008288", ID_TIME_SENDMAIL, "2004-06-16T10:34:48+00:00", "i5GAYm"},
    {"i5GAYga31371", ID_TIME_SENDMAIL, "2004-06-16T10:34:42+00:00", "i5GAYg"},
    {"h2H9DpKq004711", ID_TIME_SENDMAIL, "2003-03-17T09:13:51+00:00", "h2H9Dp"},
    {"i1TNxxAA000001", ID_TIME_SENDMAIL, "2004-02-29T23:59:59+00:00", "i1TNxx"},
    {"h1TNxxAA000001", ID_TIME_NONE, "", ""}, /* no 29 February in 2003 */
    {"iCIGMtv0004345", ID_TIME_NONE, "", ""}, /* a thirteenth month */
    {"i5IOMtv0004345", ID_TIME_NONE, "", ""}, /* hour 24 */
    {"i5IGyyv0004345", ID_TIME_NONE, "", ""}, /* no digit of base 60 */
    {"i5IGMtv004345x", ID_TIME_NONE, "", ""},
    {"i5IGMtv0", ID_TIME_NONE, "", ""},
    {"LAA20869", ID_TIME_SENDMAIL_HOUR, "11", "L"},
    {"MAA22736", ID_TIME_SENDMAIL_HOUR, "12", "M"},
    {"XZZ99999", ID_TIME_SENDMAIL_HOUR, "23", "X"},
    {"YAA20869", ID_TIME_NONE, "", ""}, /* hour 24 */
    {"LA120869", ID_TIME_NONE, "", ""},
    {"LAA2086", ID_TIME_NONE, "", ""},
    {"laa20869", ID_TIME_NONE, "", ""},
    {"1BabtQ-0001Ym-8O", ID_TIME_EXIM, "2004-06-16T15:00:00+00:00", "1BabtQ"},
    {"1r4zCK-000000001Dz-001F", ID_TIME_EXIM, "2023-11-20T08:00:00+00:00", "1r4zCK"},
    {"1BabtQ-0001Ym", ID_TIME_NONE, "", ""},
    {"1BabtQ-0001Ym-8Ox", ID_TIME_NONE, "", ""},
    {"1Babt!-0001Ym-8O", ID_TIME_NONE, "", ""},
    {"4Tpwdg72YXzVtm", ID_TIME_POSTFIX, "2024-03-05T13:00:07.991200+00:00", "4Tpwdg"},
    {"4Tpwdf000HzyN8", ID_TIME_POSTFIX, "2024-03-05T13:00:06.000015+00:00", "4Tpwdf"},
    {"4Apwdf000HzyN8", ID_TIME_NONE, "", ""}, /* a vowel */
    {"4Tpwdf000Hz", ID_TIME_NONE, "", ""},
    {"4AB1C2D3E4F5", ID_TIME_NONE, "", ""}, /* Postfix, short: microseconds alone */
    {"3F00AB12345678901234", ID_TIME_NONE, "", ""},
    {"15.2.1118.40", ID_TIME_NONE, "", ""},
    {"", ID_TIME_NONE, "", ""},
};

static const struct id_case message_ids[] = {
    {"40D02249.6090105", ID_TIME_MOZILLA, "2004-06-16T10:34:49+00:00", "40D02249"},
    {"40CDD679.3060008", ID_TIME_MOZILLA, "2004-06-14T16:46:49+00:00", "40CDD679"},
    {"40d02249.6090105", ID_TIME_NONE, "", ""}, /* it writes capitals */
    {"00000000.6090105", ID_TIME_NONE, "", ""}, /* 1970 */
    {"40D02249", ID_TIME_NONE, "", ""},
    {"Pine.GSO.4.58.0406151344360.18975", ID_TIME_PINE, "2004-06-15T13:44:36+00:00", "040615134436"},
    {"Pine.GSO.4.58.0406181022460", ID_TIME_PINE, "2004-06-18T10:22:46+00:00", "040618102246"},
    {"Pine.LNX.3.96.990228235959A.7", ID_TIME_PINE, "1999-02-28T23:59:59+00:00", "990228235959"},
    {"alpine.DEB.2.21.2011281022460.4711", ID_TIME_PINE, "2020-11-28T10:22:46+00:00", "201128102246"},
    {"Pine.GSO.4.58.0413181022460", ID_TIME_NONE, "", ""},
    {"200406161400.i5GE0100005000", ID_TIME_DATE, "2004-06-16T14:00:00+00:00", "200406161400"},
    {"20040616150001.4AB1C2", ID_TIME_DATE, "2004-06-16T15:00:01+00:00", "20040616150001"},
    {"20040616150001", ID_TIME_NONE, "", ""},
    {"20041316150001.4AB1C2", ID_TIME_NONE, "", ""},
    {"E1BabtQ-0001Ym-8O", ID_TIME_EXIM, "2004-06-16T15:00:00+00:00", "1BabtQ"},
    {"0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9", ID_TIME_NONE, "", ""},
};

static const int64_t in_2004_us = INT64_C(1087575864) * 1000000;

static void check(const struct id_case *expected, bool is_queue_id) {
  struct id_time time = {.digits = SPAN_EMPTY};
  struct buf text = {0};
  bool found =
      (is_queue_id ? id_time_of_queue_id : id_time_of_message_id)(span_from(expected->id), in_2004_us, &time);
  if (found != (expected->form != ID_TIME_NONE))
    fail_msg("%s: %s", expected->id, found ? "a time" : "no time");
  if (!found) return;
  assert_int_equal(time.form, expected->form);
  if (time.form == ID_TIME_SENDMAIL_HOUR)
    buf_add_u64(&text, time.hour);
  else
    date_format_iso8601(time.unix_us, 0, &text);
  if (!span_equal(buf_span(&text), span_from(expected->time)))
    fail_msg("%s: %.*s, not %s", expected->id, SPAN_ARG(buf_span(&text)), expected->time);
  assert_true(span_equal(time.digits, span_from(expected->digits)));
  buf_free(&text);
}

static void test_queue_ids(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof queue_ids / sizeof *queue_ids; i++) check(&queue_ids[i], true);
}

static void test_message_ids(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof message_ids / sizeof *message_ids; i++) check(&message_ids[i], false);
}

/* sendmail's years repeat after sixty: the one that is meant is near the stamp. */
static void test_sixty_years(void **state) {
  (void)state;
  static const int32_t years[] = {1991, 2004, 2026, 2033, 2049, 2059, 2064, 2093};
  for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
    struct date_civil civil = {.year = years[i], .month = 7, .day = 9, .hour = 1, .minute = 2, .second = 3};
    int64_t unix_us = date_from_civil(&civil, 0);
    char text[QUEUE_ID_MAX];
    struct queue_id_maker maker = {.scheme = QUEUE_ID_SENDMAIL_8_10, .process_id = 4711};
    struct id_time time;
    assert_true(id_time_of_queue_id(queue_id_make(&maker, unix_us, 0, text), unix_us + 86400 * DATE_SECOND_US,
                                    &time));
    assert_int_equal(time.unix_us, unix_us);
  }
}

/* What the simulated programs make, the reader finds again. */
static void test_of_our_own_programs(void **state) {
  (void)state;
  static const struct {
    enum queue_id_scheme scheme;
    enum id_time_form form;
  } made[] = {{QUEUE_ID_SENDMAIL_8_10, ID_TIME_SENDMAIL},
              {QUEUE_ID_SENDMAIL_8_12, ID_TIME_SENDMAIL},
              {QUEUE_ID_SENDMAIL_8_8, ID_TIME_SENDMAIL_HOUR},
              {QUEUE_ID_EXIM, ID_TIME_EXIM},
              {QUEUE_ID_HEX, ID_TIME_NONE},
              {QUEUE_ID_QMAIL, ID_TIME_NONE}};
  for (size_t i = 0; i < sizeof made / sizeof *made; i++)
    for (int64_t step = 0; step < 400; step++) {
      int64_t unix_us = in_2004_us + step * 7919 * DATE_SECOND_US;
      char text[QUEUE_ID_MAX];
      struct queue_id_maker maker = {.scheme = made[i].scheme, .process_id = (uint32_t)(4711 + step)};
      struct span id = queue_id_make(&maker, unix_us, -240, text);
      struct id_time time = {.form = ID_TIME_NONE, .digits = SPAN_EMPTY};
      bool found = id_time_of_queue_id(id, unix_us, &time);
      assert_int_equal(found ? time.form : ID_TIME_NONE, made[i].form);
      if (made[i].form == ID_TIME_SENDMAIL_HOUR)
        assert_int_equal(time.hour, date_to_civil(unix_us, -240).hour);
      else if (found)
        assert_int_equal(time.unix_us, unix_us);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_queue_ids),
      cmocka_unit_test(test_message_ids),
      cmocka_unit_test(test_sixty_years),
      cmocka_unit_test(test_of_our_own_programs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
