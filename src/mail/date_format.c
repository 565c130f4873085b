#include "mail/date.h"

static const char weekday_names[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void date_format_zone(int32_t zone_minutes, struct buf *out) {
  unsigned minutes = (unsigned)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
  buf_format(out, "%c%02u%02u", zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void date_format(int64_t unix_us, int32_t zone_minutes, struct span comment, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  buf_format(out, "%s, %u %s %04d %02u:%02u:%02u ", weekday_names[civil.weekday], civil.day,
             month_names[civil.month - 1], civil.year, civil.hour, civil.minute, civil.second);
  date_format_zone(zone_minutes, out);
  if (comment.len) buf_format(out, " (%.*s)", SPAN_ARG(comment));
}

void date_format_asctime(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  buf_format(out, "%s %s %2u %02u:%02u:%02u %04d", weekday_names[civil.weekday], month_names[civil.month - 1],
             civil.day, civil.hour, civil.minute, civil.second, civil.year);
}

void date_format_iso8601(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  unsigned minutes = (unsigned)(zone_minutes < 0 ? -zone_minutes : zone_minutes);
  buf_format(out, "%04d-%02u-%02uT%02u:%02u:%02u", civil.year, civil.month, civil.day, civil.hour,
             civil.minute, civil.second);
  if (civil.microsecond) buf_format(out, ".%06u", civil.microsecond);
  buf_format(out, "%c%02u:%02u", zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
