/* Dates: the calendar, and the three ways in which mail writes a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/date.h"

#define SLIDE 1087575775 /* 2004-06-18 16:22:55 UTC, Alice's Date */

struct date_case {
  const char *name, *text;
  bool good;
  int64_t unix_s;
  int zone;
  bool zone_known, obsolete;
};

static const struct date_case date_cases[] = {
    {"Alice", "Fri, 18 Jun 2004 10:22:55 -0600 (MDT)", true, SLIDE, -360, true, false},
    {"no day name", "18 Jun 2004 10:22:55 -0600", true, SLIDE, -360, true, false},
    {"space around", " \tFri, 18 Jun 2004 10:22:55 -0600\r\n", true, SLIDE, -360, true, false},
    {"no seconds", "Fri, 18 Jun 2004 10:22 -0600", true, SLIDE - 55, -360, true, false},
    {"one digit", "1 Jan 1970 00:00:00 +0000", true, 0, 0, true, false},
    {"leading zero", "01 Jan 1970 00:00:01 +0000", true, 1, 0, true, false},
    {"unknown zone", "1 Jan 1970 00:00:00 -0000", true, 0, 0, false, false},
    {"leap second", "31 Dec 1998 23:59:60 +0000", true, 915148800, 0, true, false},
    {"leap day", "29 Feb 2000 00:00:00 +0000", true, 951782400, 0, true, false},
    {"before 1970", "31 Dec 1969 23:59:59 +0000", true, -1, 0, true, false},
    {"half-hour zone", "18 Jun 2004 21:52:55 +0530", true, SLIDE, 330, true, false},
    {"year 9999", "31 Dec 9999 23:59:59 +0000", true, 253402300799, 0, true, false},
    {"folded", "Fri,\r\n 18 Jun 2004\r\n 10:22:55 -0600", true, SLIDE, -360, true, true},
    {"named zone", "Fri, 18 Jun 2004 10:22:55 MDT", true, SLIDE, -360, true, true},
    {"GMT", "Fri, 18 Jun 2004 16:22:55 GMT", true, SLIDE, 0, true, true},
    {"lower case", "fri, 18 jun 2004 12:22:55 edt", true, SLIDE, -240, true, true},
    {"military letter", "18 Jun 2004 16:22:55 A", true, SLIDE, 0, false, true},
    {"nobody's zone", "18 Jun 2004 16:22:55 MET DST", true, SLIDE, 0, false, true},
    {"no zone", "18 Jun 2004 16:22:55", true, SLIDE, 0, false, true},
    {"two-digit year", "18 Jun 04 16:22:55 +0000", true, SLIDE, 0, true, true},
    {"two-digit year before 2000", "31 Dec 69 23:59:59 +0000", true, -1, 0, true, true},
    {"three-digit year", "18 Jun 104 16:22:55 +0000", true, SLIDE, 0, true, true},
    {"comments", "Fri(day), (the) 18 Jun(e) 2004 (at) 10:22 : 55 -0600", true, SLIDE, -360, true, true},
    {"nested comment", "18 Jun 2004 16:22:55 +0000 (a (b \\) c) d)", true, SLIDE, 0, true, false},
    {"no comma", "Fri 18 Jun 2004 10:22:55 -0600", true, SLIDE, -360, true, true},
    {"long names", "Friday, 18 June 2004 10:22:55 -0600", true, SLIDE, -360, true, true},
    {"dashes", "18-Jun-2004 10:22:55 -0600", true, SLIDE, -360, true, true},
    {"two spaces", "Fri, 18 Jun 2004  10:22:55 -0600", true, SLIDE, -360, true, true},
    {"zone twice", "Fri, 18 Jun 2004 10:22:55 -0600 MDT", true, SLIDE, -360, true, true},
    {"asctime order", "Fri Jun 18 16:22:55 2004", true, SLIDE, 0, false, true},
    {"empty", "", false, 0, 0, false, false},
    {"a word", "yesterday", false, 0, 0, false, false},
    {"no such day", "30 Feb 2004 10:22:55 -0600", false, 0, 0, false, false},
    {"not a leap year", "29 Feb 1900 10:22:55 -0600", false, 0, 0, false, false},
    {"day 0", "0 Jun 2004 10:22:55 -0600", false, 0, 0, false, false},
    {"no such month", "18 Jux 2004 10:22:55 -0600", false, 0, 0, false, false},
    {"hour 24", "18 Jun 2004 24:00:00 -0600", false, 0, 0, false, false},
    {"minute 60", "18 Jun 2004 10:60:00 -0600", false, 0, 0, false, false},
    {"second 61", "18 Jun 2004 10:00:61 -0600", false, 0, 0, false, false},
    {"five-digit year", "18 Jun 20040 10:00:00 -0600", false, 0, 0, false, false},
    {"year 0", "18 Jun 0000 10:00:00 -0600", false, 0, 0, false, false},
    {"no clock", "18 Jun 2004", false, 0, 0, false, false},
    {"half a clock", "18 Jun 2004 10:", false, 0, 0, false, false},
    {"endless number", "99999999999999999999 Jun 2004 10:00:00 +0000", false, 0, 0, false, false},
    {"comment that does not end", "18 Jun 2004 (10:22:55 -0600", false, 0, 0, false, false},
    {"only a day name", "Fri,", false, 0, 0, false, false},
};

static void headers_dates(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof date_cases / sizeof *date_cases; i++) {
    const struct date_case *c = &date_cases[i];
    struct date date;
    if (date_parse(span_from(c->text), &date) != c->good)
      fail_msg("%s: %s", c->name, c->good ? "bad" : "good");
    if (!c->good) continue;
    if (date.unix_us != c->unix_s * DATE_SECOND_US)
      fail_msg("%s: %lld", c->name, (long long)(date.unix_us / DATE_SECOND_US));
    if (date.zone_minutes != c->zone || date.zone_known != c->zone_known) fail_msg("%s: zone", c->name);
    if (date.is_obsolete != c->obsolete) fail_msg("%s: obsolete or not", c->name);
    if (date.weekday_wrong) fail_msg("%s: day of the week", c->name);
  }
}

static void the_day_of_the_week_is_checked(void **state) {
  (void)state;
  struct date date;
  assert_true(date_parse(SPAN("Thu, 18 Jun 2004 10:22:55 -0600"), &date));
  assert_true(date.weekday_wrong);
  /* In its own zone, not in UTC. */
  assert_true(date_parse(SPAN("Sat, 19 Jun 2004 00:30:00 +0200"), &date));
  assert_false(date.weekday_wrong);
}

struct iso_case {
  const char *text;
  bool good;
  int64_t unix_us;
  int zone;
};

static const struct iso_case iso_cases[] = {
    {"2004-06-18T10:22:55-06:00", true, SLIDE *DATE_SECOND_US, -360},
    {"2004-06-18T16:22:55Z", true, SLIDE *DATE_SECOND_US, 0},
    {"2004-06-18 16:22:55.25z", true, SLIDE *DATE_SECOND_US + 250000, 0},
    {"2004-06-18T16:22:55.1234567Z", true, SLIDE *DATE_SECOND_US + 123456, 0},
    {"2004-06-18T16:22Z", true, (SLIDE - 55) * DATE_SECOND_US, 0},
    {"2004-06-18T16:22:55", false, 0, 0},
    {"2004-06-18", false, 0, 0},
    {"2004-6-18T16:22:55Z", false, 0, 0},
    {"2004-02-30T16:22:55Z", false, 0, 0},
    {"2004-06-18T16:22:55.Z", false, 0, 0},
    {"2004-06-18T16:22:55Z ", false, 0, 0},
    {"2004-06-18T16:22:55-0600", false, 0, 0},
    {"2004-06-18T16:22:55+24:00", false, 0, 0},
    {"", false, 0, 0},
};

static void scenarios_dates(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof iso_cases / sizeof *iso_cases; i++) {
    struct date date;
    if (date_parse_iso8601(span_from(iso_cases[i].text), &date) != iso_cases[i].good)
      fail_msg("%s", iso_cases[i].text);
    if (!iso_cases[i].good) continue;
    assert_int_equal(date.unix_us, iso_cases[i].unix_us);
    assert_int_equal(date.zone_minutes, iso_cases[i].zone);
  }
}

static void from_lines_dates(void **state) {
  (void)state;
  static const char *const texts[] = {"Fri Jun 18 16:22:55 2004", "Fri Jun 18 16:22:55 2004\r\n",
                                      "Fri Jun 18 12:22:55 EDT 2004", "Fri Jun 18 10:22:55 2004 -0600"};
  struct date date;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (!date_parse_asctime(span_from(texts[i]), &date)) fail_msg("%s", texts[i]);
    assert_int_equal(date.unix_us, SLIDE * DATE_SECOND_US);
  }
  assert_true(date_parse_asctime(SPAN("Thu Jan  1 00:00 1970"), &date));
  assert_int_equal(date.unix_us, 0);
  assert_false(date_parse_asctime(SPAN("Fri Jun 18"), &date));
}

static void assert_written(struct buf *out, const char *expected) {
  if (!span_equal(buf_span(out), span_from(expected)))
    fail_msg("got %.*s, expected %s", SPAN_ARG(buf_span(out)), expected);
  buf_clear(out);
}

static void dates_are_written(void **state) {
  (void)state;
  struct buf out = {0};
  int64_t slide_us = SLIDE * DATE_SECOND_US;
  date_format(slide_us, -360, SPAN("MDT"), &out);
  assert_written(&out, "Fri, 18 Jun 2004 10:22:55 -0600 (MDT)");
  date_format(slide_us + 999999, 330, SPAN_EMPTY, &out);
  assert_written(&out, "Fri, 18 Jun 2004 21:52:55 +0530");
  date_format(0, 0, SPAN_EMPTY, &out);
  assert_written(&out, "Thu, 1 Jan 1970 00:00:00 +0000");
  date_format(-1, 0, SPAN_EMPTY, &out);
  assert_written(&out, "Wed, 31 Dec 1969 23:59:59 +0000");
  date_format_asctime(slide_us, -360, &out);
  assert_written(&out, "Fri Jun 18 10:22:55 2004");
  date_format_asctime(0, 0, &out);
  assert_written(&out, "Thu Jan  1 00:00:00 1970");
  date_format_iso8601(slide_us, -360, &out);
  assert_written(&out, "2004-06-18T10:22:55-06:00");
  date_format_iso8601(slide_us + 250000, 0, &out);
  assert_written(&out, "2004-06-18T16:22:55.250000+00:00");
  buf_free(&out);
}

/* Every day of two eras and more, against counting by hand. */
static void the_calendar_is_gregorian(void **state) {
  (void)state;
  static const uint8_t lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t days = date_days_from_civil(1600, 1, 1);
  uint8_t weekday = 6; /* a Saturday */
  for (int32_t year = 1600; year < 2500; year++)
    for (uint8_t month = 1; month <= 12; month++) {
      bool leap = month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
      for (uint8_t day = 1; day <= lengths[month - 1] + leap; day++, days++) {
        struct date_civil civil = date_civil_from_days(days);
        assert_true(civil.year == year && civil.month == month && civil.day == day &&
                    civil.weekday == weekday);
        assert_true(date_days_from_civil(year, month, day) == days);
        weekday = (uint8_t)((weekday + 1) % 7);
      }
    }
  assert_int_equal(date_days_from_civil(1970, 1, 1), 0);
}

static void what_is_written_is_read(void **state) {
  (void)state;
  struct buf out = {0};
  struct date date;
  for (int64_t at_s = -50000000000; at_s < 250000000000; at_s += 97654321) {
    int32_t zone = (int32_t)(at_s % 840);
    date_format(at_s * DATE_SECOND_US, zone, SPAN("X"), &out);
    assert_true(date_parse(buf_span(&out), &date));
    assert_true(date.unix_us == at_s * DATE_SECOND_US && date.zone_minutes == zone);
    assert_false(date.is_obsolete || date.weekday_wrong);
    buf_clear(&out);
    date_format_iso8601(at_s * DATE_SECOND_US + 5, zone, &out);
    assert_true(date_parse_iso8601(buf_span(&out), &date));
    assert_true(date.unix_us == at_s * DATE_SECOND_US + 5);
    buf_clear(&out);
    date_format_asctime(at_s * DATE_SECOND_US, zone, &out);
    assert_true(date_parse_asctime(buf_span(&out), &date));
    assert_true(date.unix_us == (at_s + zone * 60) * DATE_SECOND_US);
    buf_clear(&out);
  }
  buf_free(&out);
}

static void zones_have_names(void **state) {
  (void)state;
  int32_t minutes;
  assert_true(date_zone_minutes(SPAN("MDT"), &minutes));
  assert_int_equal(minutes, -360);
  assert_true(date_zone_minutes(SPAN("edt"), &minutes));
  assert_int_equal(minutes, -240);
  assert_false(date_zone_minutes(SPAN("CEST"), &minutes));
  assert_false(date_zone_minutes(SPAN(""), &minutes));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(headers_dates),           cmocka_unit_test(the_day_of_the_week_is_checked),
      cmocka_unit_test(scenarios_dates),         cmocka_unit_test(from_lines_dates),
      cmocka_unit_test(dates_are_written),       cmocka_unit_test(the_calendar_is_gregorian),
      cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(zones_have_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
