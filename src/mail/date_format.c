#include "mail/date.h"

static const char weekday_names[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Every hop stamps a date, every delivery to an mbox writes one: digits by hand, without printf. */
static char *put_digits(char *to, unsigned value, int width, char pad) {
  for (int i = width - 1; i >= 0; i--, value /= 10)
    to[i] = value || i == width - 1 ? (char)('0' + value % 10) : pad;
  return to + width;
}

static char *put_name(char *to, const char name[4]) {
  memcpy(to, name, 3);
  to[3] = ' ';
  return to + 4;
}

static char *put_clock(char *to, const struct date_civil *civil) {
  to = put_digits(to, civil->hour, 2, '0');
  *to++ = ':';
  to = put_digits(to, civil->minute, 2, '0');
  *to++ = ':';
  to = put_digits(to, civil->second, 2, '0');
  *to++ = ' ';
  return to;
}

static char *put_zone(char *to, int32_t zone_minutes) {
  unsigned minutes = (unsigned)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
  *to++ = zone_minutes < 0 ? '-' : '+';
  to = put_digits(to, minutes / 60, 2, '0');
  return put_digits(to, minutes % 60, 2, '0');
}

void date_format_zone(int32_t zone_minutes, struct buf *out) {
  char text[8];
  buf_add(out, span_of(text, (size_t)(put_zone(text, zone_minutes) - text)));
}

void date_format(int64_t unix_us, int32_t zone_minutes, struct span comment, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  char text[48], *to = text;
  to = put_name(to, weekday_names[civil.weekday]);
  to[-1] = ',';
  *to++ = ' ';
  to = put_digits(to, civil.day, civil.day < 10 ? 1 : 2, '0');
  *to++ = ' ';
  to = put_name(to, month_names[civil.month - 1]);
  to = put_digits(to, (unsigned)civil.year, 4, '0');
  *to++ = ' ';
  to = put_clock(to, &civil);
  to = put_zone(to, zone_minutes);
  buf_add(out, span_of(text, (size_t)(to - text)));
  if (comment.len == 0) return;
  buf_add(out, SPAN(" ("));
  buf_add(out, comment);
  buf_add_char(out, ')');
}

void date_format_asctime(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  char text[32], *to = text;
  to = put_name(to, weekday_names[civil.weekday]);
  to = put_name(to, month_names[civil.month - 1]);
  to = put_digits(to, civil.day, 2, ' ');
  *to++ = ' ';
  to = put_clock(to, &civil);
  to = put_digits(to, (unsigned)civil.year, 4, '0');
  buf_add(out, span_of(text, (size_t)(to - text)));
}

void date_format_iso8601(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  unsigned minutes = (unsigned)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
  buf_format(out, "%04d-%02u-%02uT%02u:%02u:%02u", civil.year, civil.month, civil.day, civil.hour,
             civil.minute, civil.second);
  if (civil.microsecond) buf_format(out, ".%06u", civil.microsecond);
  buf_format(out, "%c%02u:%02u", zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
