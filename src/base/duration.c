#include "base/duration.h"

struct unit {
  struct span name;
  int64_t us;
};

/* From the largest down: the order in which they may follow each other. */
static const struct unit units[] = {
    {SPAN_INIT("d"), INT64_C(86400000000)},
    {SPAN_INIT("h"), INT64_C(3600000000)},
    {SPAN_INIT("m"), 60000000},
    {SPAN_INIT("s"), 1000000},
    {SPAN_INIT("ms"), 1000},
    {SPAN_INIT("us"), 1},
};
enum { UNIT_COUNT = sizeof units / sizeof units[0] };

static struct span take_while(struct span *rest, bool (*wanted)(int c)) {
  size_t count = 0;
  while (count < rest->len && wanted(rest->data[count])) count++;
  struct span taken = span_first(*rest, count);
  *rest = span_skip(*rest, count);
  return taken;
}

static bool is_digit(int c) {
  return ascii_is_digit(c);
}
static bool is_letter(int c) {
  return ascii_is_alpha(c);
}

/* "0.25" of a unit, exactly; false if it is finer than a microsecond. */
static bool fraction_us(struct span digits, int64_t unit_us, int64_t *us_out) {
  int64_t us = 0;
  for (size_t i = 0; i < digits.len; i++) {
    int digit = digits.data[i] - '0';
    if (unit_us % 10 && digit) return false;
    if (unit_us % 10 == 0) unit_us /= 10;
    us += unit_us * digit;
  }
  *us_out = us;
  return true;
}

/* One number and its unit off the front of rest; *next_unit says which units may still come. */
static const char *take_piece(struct span *rest, size_t *next_unit, int64_t *total) {
  struct span whole = take_while(rest, is_digit), fraction = SPAN_EMPTY;
  uint64_t count;
  int64_t part = 0;
  if (!whole.len) return "a number must stand first";
  if (rest->len && rest->data[0] == '.') {
    *rest = span_skip(*rest, 1);
    fraction = take_while(rest, is_digit);
    if (!fraction.len) return "digits must follow the point";
  }
  struct span name = take_while(rest, is_letter);
  if (!name.len) return "the unit is missing";
  size_t unit = 0;
  while (unit < UNIT_COUNT && !span_equal(units[unit].name, name)) unit++;
  if (unit == UNIT_COUNT) return "the unit is not known";
  if (unit < *next_unit) return "larger units come first, each once";
  *next_unit = unit + 1;
  int64_t longest = DURATION_DAYS_MAX * units[0].us;
  if (!span_to_u64(whole, (uint64_t)(longest / units[unit].us), &count)) return "it is longer than ten years";
  if (!fraction_us(fraction, units[unit].us, &part)) return "it is finer than a microsecond";
  *total += (int64_t)count * units[unit].us + part;
  return *total > longest ? "it is longer than ten years" : NULL;
}

const char *duration_parse(struct span text, int64_t *us_out) {
  bool negative = text.len && text.data[0] == '-';
  if (negative) text = span_skip(text, 1);
  if (!text.len) return "it is empty";
  size_t next_unit = 0;
  int64_t total = 0;
  while (text.len) {
    const char *wrong = take_piece(&text, &next_unit, &total);
    if (wrong) return wrong;
  }
  *us_out = negative ? -total : total;
  return NULL;
}

void duration_write(int64_t us, struct buf *out) {
  static const char letters[] = {'d', 'h', 'm'};
  size_t before = out->len;
  uint64_t rest = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
  if (us < 0) buf_add_char(out, '-');
  for (size_t i = 0; i < sizeof letters; i++) {
    uint64_t count = rest / (uint64_t)units[i].us;
    rest %= (uint64_t)units[i].us;
    if (count) buf_format(out, "%llu%c", (unsigned long long)count, letters[i]);
  }
  if (!rest && out->len > before + (us < 0)) return;
  buf_format(out, "%llu", (unsigned long long)(rest / 1000000));
  uint32_t fraction = (uint32_t)(rest % 1000000);
  for (uint32_t unit = 100000; fraction; fraction %= unit, unit /= 10)
    buf_format(out, "%s%u", unit == 100000 ? "." : "", fraction / unit);
  buf_add_char(out, 's');
}

void duration_write_clock(int64_t time_us, struct buf *out) {
  long long ms = time_us / 1000;
  buf_format(out, "%02lld:%02lld:%02lld.%03lld", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}
