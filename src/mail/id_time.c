#include "mail/id_time.h"

#include "base/check.h"
#include "mail/date.h"

/* Digits of base 60 (without y and z) and of base 62. */
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/* Postfix leaves the vowels out, so that no words come of it. */
static const char base52[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

enum { SENDMAIL_TIME = 6, SENDMAIL_HOUR = 3, EXIM_TIME = 6, POSTFIX_MICROSECONDS = 4, MOZILLA_TIME = 8 };

const char *id_time_maker(enum id_time_form form) {
  switch (form) {
  case ID_TIME_SENDMAIL: return "sendmail 8.10 or later";
  case ID_TIME_SENDMAIL_HOUR: return "sendmail 8.6 to 8.9";
  case ID_TIME_EXIM: return "Exim";
  case ID_TIME_POSTFIX: return "Postfix";
  case ID_TIME_MOZILLA: return "Mozilla and its kin";
  case ID_TIME_PINE: return "Pine or Alpine";
  case ID_TIME_DATE: return "sendmail, Postfix or Mutt";
  case ID_TIME_NONE: break;
  }
  return "no program known";
}

/* The text as a number of that base; false if it has another digit, or is too large for a time. */
static bool read_number(struct span text, const char *digits, uint64_t base, uint64_t *value_out) {
  uint64_t value = 0;
  for (size_t i = 0; i < text.len; i++) {
    const char *digit = text.data[i] ? strchr(digits, text.data[i]) : NULL;
    if (!digit || (uint64_t)(digit - digits) >= base || value > UINT64_C(1) << 50) return false;
    value = value * base + (uint64_t)(digit - digits);
  }
  *value_out = value;
  return text.len > 0;
}

static size_t count_digits(struct span text) {
  size_t count = 0;
  while (count < text.len && ascii_is_digit(text.data[count])) count++;
  return count;
}

static bool set_exact(enum id_time_form form, int64_t unix_us, struct span digits, struct id_time *time_out) {
  *time_out = (struct id_time){.form = form, .unix_us = unix_us, .digits = digits};
  return true;
}

/* ---- queue ids ---- */

/* Year, month from 0, day, hour, minute, second; then a count, of one digit up to 8.11 and of two since, and
 * the process id. */
static bool read_sendmail(struct span id, int64_t around_us, struct id_time *time_out) {
  uint64_t part[SENDMAIL_TIME];
  size_t count = id.len == SENDMAIL_TIME + 1 + 5 ? 1 : 2;
  struct span counter = span_slice(id, SENDMAIL_TIME, count), process = span_skip(id, SENDMAIL_TIME + count);
  uint64_t counted;
  if (process.len < 5 || process.len > 8 || count_digits(process) != process.len) return false;
  if (!read_number(counter, base62, 60, &counted)) return false;
  for (size_t i = 0; i < SENDMAIL_TIME; i++)
    if (!read_number(span_slice(id, i, 1), base62, 60, &part[i])) return false;
  if (part[1] > 11) return false;
  int32_t around = date_to_civil(around_us, 0).year, year = 1900 + (int32_t)part[0];
  while (year + 30 <= around) year += 60;
  struct date_civil civil = {.year = year,
                             .month = (uint8_t)(part[1] + 1),
                             .day = (uint8_t)part[2],
                             .hour = (uint8_t)part[3],
                             .minute = (uint8_t)part[4],
                             .second = (uint8_t)part[5]};
  return date_civil_is_valid(&civil) &&
         set_exact(ID_TIME_SENDMAIL, date_from_civil(&civil, 0), span_first(id, SENDMAIL_TIME), time_out);
}

/* "LAA20869": A is midnight; two more letters count; then the process id. */
static bool read_sendmail_hour(struct span id, struct id_time *time_out) {
  struct span process = span_skip(id, SENDMAIL_HOUR);
  if (process.len < 5 || process.len > 6 || count_digits(process) != process.len) return false;
  for (size_t i = 0; i < SENDMAIL_HOUR; i++)
    if (id.data[i] < 'A' || id.data[i] > (i ? 'Z' : 'X')) return false;
  *time_out = (struct id_time){
      .form = ID_TIME_SENDMAIL_HOUR, .hour = (uint8_t)(id.data[0] - 'A'), .digits = span_first(id, 1)};
  return true;
}

/* "1BabtQ-0001Ym-8O", since Exim 4.97 "1rAbcD-0000000AbCd-1a2B". */
static bool read_exim(struct span id, struct id_time *time_out) {
  uint64_t seconds, other;
  size_t first = span_find(id, '-'), last = span_find_last(id, '-');
  if (first != EXIM_TIME || last == first) return false;
  struct span middle = span_slice(id, first + 1, last - first - 1), end = span_skip(id, last + 1);
  bool is_old = middle.len == 6 && end.len == 2, is_new = middle.len == 11 && end.len == 4;
  if (!is_old && !is_new) return false;
  if (!read_number(span_first(id, EXIM_TIME), base62, 62, &seconds) ||
      !read_number(span_first(middle, 6), base62, 62, &other) || !read_number(end, base62, 62, &other))
    return false;
  return set_exact(ID_TIME_EXIM, (int64_t)seconds * DATE_SECOND_US, span_first(id, EXIM_TIME), time_out);
}

/* Seconds, four digits of microseconds, a z, and the file's inode in base 51, which has no z. */
static bool read_postfix(struct span id, struct id_time *time_out) {
  uint64_t seconds, microseconds, inode;
  size_t z = span_find_last(id, 'z');
  if (z == SPAN_NONE || z < 6 + POSTFIX_MICROSECONDS || z > 8 + POSTFIX_MICROSECONDS) return false;
  struct span digits = span_first(id, z - POSTFIX_MICROSECONDS);
  if (!read_number(digits, base52, 52, &seconds) ||
      !read_number(span_slice(id, digits.len, POSTFIX_MICROSECONDS), base52, 52, &microseconds) ||
      !read_number(span_skip(id, z + 1), base52, 51, &inode) || microseconds > 999999)
    return false;
  int64_t unix_us = (int64_t)seconds * DATE_SECOND_US + (int64_t)microseconds;
  return set_exact(ID_TIME_POSTFIX, unix_us, digits, time_out);
}

/* A time that a letter can have: programs that count seconds are younger than 1980. */
static bool is_likely(const struct id_time *time) {
  int32_t year = date_to_civil(time->unix_us, 0).year;
  return year >= 1980 && year < 2110;
}

bool id_time_of_queue_id(struct span id, int64_t around_us, struct id_time *time_out) {
  struct id_time found;
  if (read_sendmail_hour(id, time_out)) return true;
  if (!read_sendmail(id, around_us, &found) && !read_exim(id, &found) && !read_postfix(id, &found))
    return false;
  *time_out = found;
  return is_likely(&found);
}

/* ---- Message-IDs ---- */

/* Pairs of decimal digits from the front: month, day, hour, minute and, if there are that many, second. */
static bool read_pairs(struct span digits, int32_t year, bool with_seconds, struct date_civil *civil_out) {
  uint64_t part[5] = {0};
  for (size_t i = 0; i < (with_seconds ? 5 : 4); i++)
    if (!span_to_u64(span_slice(digits, 2 * i, 2), 99, &part[i])) return false;
  *civil_out = (struct date_civil){.year = year,
                                   .month = (uint8_t)part[0],
                                   .day = (uint8_t)part[1],
                                   .hour = (uint8_t)part[2],
                                   .minute = (uint8_t)part[3],
                                   .second = (uint8_t)part[4]};
  return date_civil_is_valid(civil_out);
}

/* "Pine.GSO.4.58.0406181022460.18975": two digits each from the year to the second, then a count. */
static bool read_pine(struct span left, struct id_time *time_out) {
  struct span rest = left, piece;
  struct date_civil civil;
  if (!span_starts_with_nocase(left, SPAN("Pine.")) && !span_starts_with_nocase(left, SPAN("alpine.")))
    return false;
  while (span_next(&rest, '.', &piece)) {
    uint64_t year;
    if (count_digits(piece) < 12 || piece.len > 15 || !span_to_u64(span_first(piece, 2), 99, &year)) continue;
    int32_t full = (int32_t)year + (year < 80 ? 2000 : 1900);
    if (read_pairs(span_skip(piece, 2), full, true, &civil))
      return set_exact(ID_TIME_PINE, date_from_civil(&civil, 0), span_first(piece, 12), time_out);
  }
  return false;
}

/* "200406161400.i5GE0100005000", "20040616150001.4AB1C2", "20040616150001.GA4711". */
static bool read_date(struct span left, struct id_time *time_out) {
  size_t count = count_digits(left);
  uint64_t year;
  struct date_civil civil;
  if ((count != 12 && count != 14) || count == left.len || left.data[count] != '.') return false;
  if (!span_to_u64(span_first(left, 4), 9999, &year)) return false;
  if (!read_pairs(span_skip(left, 4), (int32_t)year, count == 14, &civil)) return false;
  set_exact(ID_TIME_DATE, date_from_civil(&civil, 0), span_first(left, count), time_out);
  time_out->is_to_minutes = count == 12;
  return true;
}

/* "40D02249.6090105": eight digits of time, then others of chance. */
static bool read_mozilla(struct span left, struct id_time *time_out) {
  uint64_t seconds, chance;
  if (left.len < MOZILLA_TIME + 2 || left.data[MOZILLA_TIME] != '.') return false;
  if (!read_number(span_first(left, MOZILLA_TIME), base62, 16, &seconds)) return false;
  struct span rest = span_skip(left, MOZILLA_TIME + 1);
  if (rest.len > 12 || !read_number(rest, base62, 16, &chance)) return false;
  return set_exact(ID_TIME_MOZILLA, (int64_t)seconds * DATE_SECOND_US, span_first(left, MOZILLA_TIME),
                   time_out);
}

bool id_time_of_message_id(struct span left, int64_t around_us, struct id_time *time_out) {
  struct id_time found;
  bool is_exim = left.len > 1 && left.data[0] == 'E' && read_exim(span_skip(left, 1), &found);
  if (!is_exim && !read_pine(left, &found) && !read_date(left, &found) && !read_mozilla(left, &found) &&
      !read_sendmail(left, around_us, &found))
    return false;
  *time_out = found;
  return is_likely(&found);
}
