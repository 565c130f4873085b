#include "mail/date.h"

#include "mail/cfws.h"

static const char month_starts[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char weekday_starts[] = "sunmontuewedthufrisat";

/* RFC 5322 4.3. */
static const struct zone_name {
  struct span name;
  int32_t minutes;
} zone_names[] = {
    {SPAN_INIT("UT"), 0},        {SPAN_INIT("GMT"), 0},       {SPAN_INIT("Z"), 0},
    {SPAN_INIT("UTC"), 0},       {SPAN_INIT("EST"), -5 * 60}, {SPAN_INIT("EDT"), -4 * 60},
    {SPAN_INIT("CST"), -6 * 60}, {SPAN_INIT("CDT"), -5 * 60}, {SPAN_INIT("MST"), -7 * 60},
    {SPAN_INIT("MDT"), -6 * 60}, {SPAN_INIT("PST"), -8 * 60}, {SPAN_INIT("PDT"), -7 * 60},
};

bool date_zone_minutes(struct span name, int32_t *zone_minutes_out) {
  for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++)
    if (span_equal_nocase(name, zone_names[i].name)) {
      *zone_minutes_out = zone_names[i].minutes;
      return true;
    }
  return false;
}

/* What has been read, and how far. */
struct reader {
  struct span rest;
  struct date_civil civil;
  int named_weekday; /* -1: none */
  struct date date;
};

/* White space and comments. One plain space is what programs write; anything else is obsolete
 * between the parts of a date. */
static void skip_gap(struct reader *r) {
  struct span after = cfws_skip(r->rest);
  size_t gap = r->rest.len - after.len;
  if (gap > 1 || (gap == 1 && r->rest.data[0] != ' ')) r->date.is_obsolete = true;
  r->rest = after;
}

static bool take_char(struct reader *r, char c) {
  if (r->rest.len == 0 || r->rest.data[0] != c) return false;
  r->rest = span_skip(r->rest, 1);
  return true;
}

/* A number of min to max digits; not one digit more. */
static bool take_number(struct reader *r, size_t min, size_t max, uint32_t *value_out, size_t *digits_out) {
  size_t digits = 0;
  uint32_t value = 0;
  while (digits < r->rest.len && ascii_is_digit(r->rest.data[digits])) {
    if (digits == max) return false;
    value = value * 10 + (uint32_t)(r->rest.data[digits++] - '0');
  }
  if (digits < min) return false;
  r->rest = span_skip(r->rest, digits);
  *value_out = value;
  if (digits_out) *digits_out = digits;
  return true;
}

static struct span take_letters(struct reader *r) {
  size_t letters = 0;
  while (letters < r->rest.len && ascii_is_alpha(r->rest.data[letters])) letters++;
  struct span word = span_first(r->rest, letters);
  r->rest = span_skip(r->rest, letters);
  return word;
}

/* Which of the three-letter starts the word has; -1 if none. */
static int find_start(struct span word, const char *starts, int count) {
  if (word.len < 3) return -1;
  for (int i = 0; i < count; i++)
    if (span_equal_nocase(span_first(word, 3), span_of(starts + 3 * i, 3))) return i;
  return -1;
}

static bool take_month(struct reader *r) {
  struct span word = take_letters(r);
  int month = find_start(word, month_starts, 12);
  if (month < 0) return false;
  if (word.len != 3) r->date.is_obsolete = true;
  r->civil.month = (uint8_t)(month + 1);
  return true;
}

/* "Fri," and, more loosely, "Friday" or "Fri" without its comma. Not there: nothing is taken. */
static bool take_weekday(struct reader *r) {
  struct span before = r->rest;
  struct span word = take_letters(r);
  if (word.len == 0) return true;
  r->named_weekday = find_start(word, weekday_starts, 7);
  if (r->named_weekday < 0) {
    r->rest = before;
    return false;
  }
  if (word.len != 3) r->date.is_obsolete = true;
  r->rest = cfws_skip(r->rest);
  if (!take_char(r, ',')) r->date.is_obsolete = true;
  return true;
}

static bool take_day(struct reader *r) {
  uint32_t day;
  if (!take_number(r, 1, 2, &day, NULL)) return false;
  r->civil.day = (uint8_t)day;
  return true;
}

/* Two digits: 00 to 49 are 2000 to 2049, the others 1950 to 1999; three digits: since 1900 (4.3). */
static bool take_year(struct reader *r) {
  uint32_t year;
  size_t digits;
  if (!take_number(r, 2, 4, &year, &digits)) return false;
  if (digits == 2) year += year < 50 ? 2000 : 1900;
  if (digits == 3) year += 1900;
  if (digits < 4) r->date.is_obsolete = true;
  r->civil.year = (int32_t)year;
  return true;
}

/* hh:mm or hh:mm:ss */
static bool take_clock(struct reader *r) {
  uint32_t hour, minute, second = 0;
  size_t hour_digits, digits;
  if (!take_number(r, 1, 2, &hour, &hour_digits)) return false;
  if (hour_digits != 2) r->date.is_obsolete = true;
  r->rest = cfws_skip(r->rest);
  if (!take_char(r, ':')) return false;
  r->rest = cfws_skip(r->rest);
  if (!take_number(r, 1, 2, &minute, &digits)) return false;
  struct span before = r->rest;
  r->rest = cfws_skip(r->rest);
  if (take_char(r, ':')) {
    r->rest = cfws_skip(r->rest);
    if (!take_number(r, 1, 2, &second, &digits)) return false;
  } else {
    r->rest = before;
  }
  r->civil.hour = (uint8_t)hour;
  r->civil.minute = (uint8_t)minute;
  r->civil.second = (uint8_t)second;
  return true;
}

/* "+hhmm" at the front of text. -0000 says only that the time is UTC, nothing about a place. */
static bool take_offset(struct reader *r) {
  bool west = r->rest.len && r->rest.data[0] == '-';
  struct span before = r->rest;
  uint32_t number;
  if (!take_char(r, '+') && !take_char(r, '-')) return false;
  if (!take_number(r, 4, 4, &number, NULL) || number % 100 > 59) {
    r->rest = before;
    return false;
  }
  int32_t minutes = (int32_t)(number / 100 * 60 + number % 100);
  r->date.zone_minutes = west ? -minutes : minutes;
  r->date.zone_known = !(west && minutes == 0);
  return true;
}

/* Never fails: a zone that cannot be understood is an unknown one (RFC 5322 4.3). */
static void take_zone(struct reader *r) {
  if (take_offset(r)) return;
  r->date.is_obsolete = true;
  r->date.zone_known = date_zone_minutes(take_letters(r), &r->date.zone_minutes);
}

/* The parts are in; the moment follows. */
static bool finish(struct reader *r, struct date *date_out) {
  if (!date_civil_is_valid(&r->civil)) return false;
  r->date.unix_us = date_from_civil(&r->civil, r->date.zone_minutes);
  int64_t days = date_days_from_civil(r->civil.year, r->civil.month, r->civil.day);
  r->date.weekday_wrong = r->named_weekday >= 0 && r->named_weekday != date_civil_from_days(days).weekday;
  *date_out = r->date;
  return true;
}

bool date_parse(struct span text, struct date *date_out) {
  struct reader r = {.rest = cfws_skip(text), .named_weekday = -1};
  if (!take_weekday(&r)) return false;
  skip_gap(&r);
  if (!take_day(&r)) return date_parse_asctime(text, date_out);
  skip_gap(&r);
  if (take_char(&r, '-')) r.date.is_obsolete = true; /* 18-Jun-2004, as some programs wrote */
  if (!take_month(&r)) return false;
  skip_gap(&r);
  if (take_char(&r, '-')) r.date.is_obsolete = true;
  if (!take_year(&r)) return false;
  skip_gap(&r);
  if (!take_clock(&r)) return false;
  skip_gap(&r);
  take_zone(&r);
  if (cfws_skip(r.rest).len) r.date.is_obsolete = true;
  return finish(&r, date_out);
}

bool date_parse_asctime(struct span text, struct date *date_out) {
  struct reader r = {.rest = cfws_skip(text), .named_weekday = -1};
  if (!take_weekday(&r)) return false;
  r.rest = cfws_skip(r.rest);
  if (!take_month(&r)) return false;
  r.rest = cfws_skip(r.rest);
  if (!take_day(&r)) return false;
  r.rest = cfws_skip(r.rest);
  take_char(&r, ',');
  r.rest = cfws_skip(r.rest);
  if (!take_clock(&r)) return false;
  r.rest = cfws_skip(r.rest);
  bool zone_first = r.rest.len && !ascii_is_digit(r.rest.data[0]);
  if (zone_first) take_zone(&r);
  r.rest = cfws_skip(r.rest);
  if (!take_year(&r)) return false;
  r.rest = cfws_skip(r.rest);
  if (!zone_first && r.rest.len) take_zone(&r);
  r.date.is_obsolete = true; /* in a header */
  return finish(&r, date_out);
}

/* ".25" */
static bool take_fraction(struct reader *r) {
  if (!take_char(r, '.')) return true;
  uint32_t scale = 100000;
  size_t digits = 0;
  for (; digits < r->rest.len && ascii_is_digit(r->rest.data[digits]); digits++, scale /= 10)
    r->civil.microsecond += (uint32_t)(r->rest.data[digits] - '0') * scale;
  r->rest = span_skip(r->rest, digits);
  return digits > 0;
}

static bool take_iso_zone(struct reader *r) {
  uint32_t hours, minutes;
  r->date.zone_known = true;
  if (take_char(r, 'Z') || take_char(r, 'z')) return true;
  bool west = take_char(r, '-');
  if (!west && !take_char(r, '+')) return false;
  if (!take_number(r, 2, 2, &hours, NULL) || !take_char(r, ':') || !take_number(r, 2, 2, &minutes, NULL) ||
      hours > 23 || minutes > 59)
    return false;
  r->date.zone_minutes = (int32_t)(hours * 60 + minutes);
  if (west) r->date.zone_minutes = -r->date.zone_minutes;
  return true;
}

bool date_parse_iso8601(struct span text, struct date *date_out) {
  struct reader r = {.rest = text, .named_weekday = -1};
  uint32_t year, month, day, hour, minute, second = 0;
  if (!take_number(&r, 4, 4, &year, NULL) || !take_char(&r, '-') || !take_number(&r, 2, 2, &month, NULL) ||
      !take_char(&r, '-') || !take_number(&r, 2, 2, &day, NULL))
    return false;
  if (!take_char(&r, 'T') && !take_char(&r, 't') && !take_char(&r, ' ')) return false;
  if (!take_number(&r, 2, 2, &hour, NULL) || !take_char(&r, ':') || !take_number(&r, 2, 2, &minute, NULL))
    return false;
  if (take_char(&r, ':') && (!take_number(&r, 2, 2, &second, NULL) || !take_fraction(&r))) return false;
  if (!take_iso_zone(&r) || r.rest.len) return false;
  r.civil.year = (int32_t)year;
  r.civil.month = (uint8_t)month;
  r.civil.day = (uint8_t)day;
  r.civil.hour = (uint8_t)hour;
  r.civil.minute = (uint8_t)minute;
  r.civil.second = (uint8_t)second;
  return finish(&r, date_out);
}
