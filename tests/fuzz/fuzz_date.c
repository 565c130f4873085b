/* Dates: what is read can be written, and means the same when it is read again. */
#include "base/check.h"
#include "mail/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool parse_fn(struct span text, struct date *date_out);

static void write_rfc5322(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  date_format(unix_us, zone_minutes, SPAN("zone"), out);
}

static void write_asctime(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  date_format_asctime(unix_us, zone_minutes, out);
  buf_add_char(out, ' ');
  date_format_zone(zone_minutes, out);
}

static const struct {
  parse_fn *parse;
  void (*write)(int64_t unix_us, int32_t zone_minutes, struct buf *out);
  int32_t zone_max; /* RFC 3339's zones end at 23:59 */
} ways[] = {
    {date_parse, write_rfc5322, DATE_ZONE_MAX_MINUTES},
    {date_parse_asctime, write_asctime, DATE_ZONE_MAX_MINUTES},
    {date_parse_iso8601, date_format_iso8601, 23 * 60 + 59},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span text = span_of((const char *)data, size);
  struct buf out = {0};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    struct date date, again;
    if (!ways[i].parse(text, &date)) continue;
    CHECK(date.zone_minutes >= -DATE_ZONE_MAX_MINUTES && date.zone_minutes <= DATE_ZONE_MAX_MINUTES);
    int32_t year = date_to_civil(date.unix_us, date.zone_minutes).year;
    if (year < 1000 || year > 9999) continue; /* a leap second may pass the last year */
    for (size_t j = 0; j < sizeof ways / sizeof *ways; j++) {
      if (date.zone_minutes > ways[j].zone_max || date.zone_minutes < -ways[j].zone_max) continue;
      buf_clear(&out);
      ways[j].write(date.unix_us, date.zone_minutes, &out);
      CHECK(ways[j].parse(buf_span(&out), &again));
      CHECK(again.unix_us / DATE_SECOND_US == date.unix_us / DATE_SECOND_US || date.unix_us < 0);
      CHECK(again.zone_minutes == date.zone_minutes && !again.weekday_wrong);
    }
  }
  buf_free(&out);
  return 0;
}
