#include "proto/imap_scan.h"

#include <stdlib.h>

#include "mail/date.h"
#include "proto/imap_server.h"

bool imap_scan_char(struct imap_scan *scan, char c) {
  if (!imap_scan_at(scan, c)) return false;
  scan->rest = span_skip(scan->rest, 1);
  return true;
}

/* ---- atoms and strings ---- */

static bool is_atom_char(char c) {
  return c > ' ' && c < 127 && !memchr("(){%*\"\\]", c, 8);
}

static bool take(struct imap_scan *scan, size_t len, struct span *text_out) {
  *text_out = span_first(scan->rest, len);
  scan->rest = span_skip(scan->rest, len);
  return len > 0;
}

/* As many as are atom characters or one of these. */
static bool take_atom(struct imap_scan *scan, const char *also, struct span *text_out) {
  size_t len = 0, also_len = strlen(also);
  while (len < scan->rest.len &&
         (is_atom_char(scan->rest.data[len]) || (also_len && memchr(also, scan->rest.data[len], also_len))))
    len++;
  return take(scan, len, text_out);
}

bool imap_scan_atom(struct imap_scan *scan, struct span *atom_out) {
  return take_atom(scan, "", atom_out);
}

bool imap_scan_word(struct imap_scan *scan, struct span word) {
  struct imap_scan ahead = *scan;
  struct span atom;
  if (!imap_scan_atom(&ahead, &atom) || !span_equal_nocase(atom, word)) return false;
  *scan = ahead;
  return true;
}

/* Astring characters but "+" (RFC 9051 9). */
bool imap_scan_tag(struct imap_scan *scan, struct span *tag_out) {
  return take_atom(scan, "]", tag_out) && span_find(*tag_out, '+') == SPAN_NONE;
}

/* "{5}" or "{5+}" CRLF and five octets: the reader of commands has seen to it that they are there. */
bool imap_scan_literal(struct imap_scan *scan, struct span *text_out) {
  size_t end = span_find(scan->rest, '\n');
  if (end == SPAN_NONE || end < 4) return false;
  struct span digits = span_slice(scan->rest, 1, end - 3); /* without } CR LF */
  uint64_t len;
  if (digits.len && digits.data[digits.len - 1] == '+') digits.len--;
  if (!span_to_u64(digits, SIZE_MAX / 2, &len) || scan->rest.len - end - 1 < len) return false;
  *text_out = span_slice(scan->rest, end + 1, (size_t)len);
  scan->rest = span_skip(scan->rest, end + 1 + (size_t)len);
  return true;
}

static bool take_quoted(struct imap_scan *scan, struct span *text_out) {
  struct buf text = {0};
  size_t at = 1;
  bool good = true;
  for (; at < scan->rest.len && scan->rest.data[at] != '"' && good; at++) {
    char c = scan->rest.data[at];
    if (c == '\\' && at + 1 < scan->rest.len) {
      c = scan->rest.data[++at];
      good = c == '\\' || c == '"';
    }
    buf_add_char(&text, c);
    good = good && c != '\r' && c != '\n';
  }
  good = good && at < scan->rest.len;
  if (good) *text_out = arena_copy(scan->arena, buf_span(&text));
  buf_free(&text);
  scan->rest = span_skip(scan->rest, at + 1);
  return good;
}

bool imap_scan_string(struct imap_scan *scan, struct span *text_out) {
  if (imap_scan_at(scan, '"')) return take_quoted(scan, text_out);
  return imap_scan_at(scan, '{') && imap_scan_literal(scan, text_out) && span_find(*text_out, 0) == SPAN_NONE;
}

bool imap_scan_astring(struct imap_scan *scan, struct span *text_out) {
  if (imap_scan_at(scan, '"') || imap_scan_at(scan, '{')) return imap_scan_string(scan, text_out);
  return take_atom(scan, "]", text_out);
}

bool imap_scan_mailbox(struct imap_scan *scan, struct span *name_out) {
  if (!imap_scan_astring(scan, name_out)) return false;
  if (span_equal_nocase(*name_out, SPAN("INBOX"))) *name_out = SPAN("INBOX");
  return true;
}

bool imap_scan_list_mailbox(struct imap_scan *scan, struct span *pattern_out) {
  if (imap_scan_at(scan, '"') || imap_scan_at(scan, '{')) return imap_scan_string(scan, pattern_out);
  return take_atom(scan, "]%*", pattern_out);
}

bool imap_scan_number(struct imap_scan *scan, uint32_t *number_out) {
  size_t len = 0;
  while (len < scan->rest.len && ascii_is_digit(scan->rest.data[len])) len++;
  struct span digits;
  uint64_t number;
  if (!take(scan, len, &digits) || !span_to_u64(digits, UINT32_MAX, &number)) return false;
  *number_out = (uint32_t)number;
  return true;
}

/* ---- flags ---- */

static const struct {
  struct span name;
  uint32_t flag;
} flag_names[] = {
    {SPAN_INIT("\\Answered"), IMAP_ANSWERED}, {SPAN_INIT("\\Flagged"), IMAP_FLAGGED},
    {SPAN_INIT("\\Deleted"), IMAP_DELETED},   {SPAN_INIT("\\Seen"), IMAP_SEEN},
    {SPAN_INIT("\\Draft"), IMAP_DRAFT},       {SPAN_INIT("\\Recent"), IMAP_RECENT},
};
enum { FLAG_NAMES = sizeof flag_names / sizeof *flag_names };

static bool take_flag(struct imap_scan *scan, uint32_t *flags) {
  struct span name, start = scan->rest;
  bool is_system = imap_scan_char(scan, '\\');
  if (!imap_scan_atom(scan, &name)) return false;
  if (!is_system) return true;
  name = span_first(start, name.len + 1);
  for (size_t i = 0; i < FLAG_NAMES; i++) {
    if (!span_equal_nocase(name, flag_names[i].name)) continue;
    *flags |= flag_names[i].flag;
    return flag_names[i].flag != IMAP_RECENT;
  }
  return false;
}

bool imap_scan_flags(struct imap_scan *scan, bool bare, uint32_t *flags_out) {
  *flags_out = 0;
  if (!imap_scan_char(scan, '(')) {
    if (!bare) return false;
    do
      if (!take_flag(scan, flags_out)) return false;
    while (imap_scan_space(scan));
    return true;
  }
  if (imap_scan_char(scan, ')')) return true;
  do
    if (!take_flag(scan, flags_out)) return false;
  while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

bool imap_scan_any_flags(struct imap_scan *scan, uint32_t *flags_out) {
  *flags_out = 0;
  if (!imap_scan_char(scan, '(')) return false;
  if (imap_scan_char(scan, ')')) return true;
  do {
    struct span start = scan->rest, name;
    bool is_system = imap_scan_char(scan, '\\');
    if (is_system && imap_scan_char(scan, '*')) continue;
    if (!imap_scan_atom(scan, &name)) return false;
    name = span_first(start, name.len + is_system);
    for (size_t i = 0; i < FLAG_NAMES; i++)
      if (span_equal_nocase(name, flag_names[i].name)) *flags_out |= flag_names[i].flag;
  } while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

void imap_write_flags(uint32_t flags, struct buf *out) {
  bool any = false;
  buf_add_char(out, '(');
  for (size_t i = 0; i < FLAG_NAMES; i++) {
    if (!(flags & flag_names[i].flag)) continue;
    if (any) buf_add_char(out, ' ');
    buf_add(out, flag_names[i].name);
    any = true;
  }
  buf_add_char(out, ')');
}

/* ---- dates ---- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool take_digits(struct imap_scan *scan, size_t min, size_t max, uint32_t *number_out) {
  size_t len = 0;
  while (len < scan->rest.len && len < max && ascii_is_digit(scan->rest.data[len])) len++;
  struct imap_scan digits = {span_first(scan->rest, len), NULL};
  scan->rest = span_skip(scan->rest, len);
  return len >= min && imap_scan_number(&digits, number_out);
}

/* "18-Jun-2004" */
static bool take_day(struct imap_scan *scan, struct date_civil *civil) {
  uint32_t day, year;
  struct span month;
  if (!take_digits(scan, 1, 2, &day) || !imap_scan_char(scan, '-') || scan->rest.len < 3) return false;
  take(scan, 3, &month);
  if (!imap_scan_char(scan, '-') || !take_digits(scan, 4, 4, &year)) return false;
  for (uint8_t i = 0; i < 12; i++) {
    if (!span_equal_nocase(month, span_of(months + i * 3, 3))) continue;
    *civil = (struct date_civil){.year = (int32_t)year, .month = (uint8_t)(i + 1), .day = (uint8_t)day};
    return date_civil_is_valid(civil);
  }
  return false;
}

bool imap_scan_date(struct imap_scan *scan, int64_t *days_out) {
  bool quoted = imap_scan_char(scan, '"');
  struct date_civil civil;
  if (!take_day(scan, &civil) || (quoted && !imap_scan_char(scan, '"'))) return false;
  *days_out = date_days_from_civil(civil.year, civil.month, civil.day);
  return true;
}

static bool take_zone(struct imap_scan *scan, int32_t *minutes_out) {
  bool west = imap_scan_char(scan, '-');
  uint32_t zone;
  if ((!west && !imap_scan_char(scan, '+')) || !take_digits(scan, 4, 4, &zone) || zone % 100 > 59)
    return false;
  *minutes_out = (int32_t)(zone / 100 * 60 + zone % 100) * (west ? -1 : 1);
  return true;
}

bool imap_scan_date_time(struct imap_scan *scan, int64_t *unix_us_out) {
  struct date_civil civil;
  uint32_t hour, minute, second;
  int32_t zone_minutes;
  if (!imap_scan_char(scan, '"')) return false;
  imap_scan_space(scan); /* a day of one digit has one before it */
  bool good = take_day(scan, &civil) && imap_scan_space(scan) && take_digits(scan, 2, 2, &hour) &&
              imap_scan_char(scan, ':') && take_digits(scan, 2, 2, &minute) && imap_scan_char(scan, ':') &&
              take_digits(scan, 2, 2, &second) && imap_scan_space(scan) && take_zone(scan, &zone_minutes) &&
              imap_scan_char(scan, '"');
  if (!good) return false;
  civil.hour = (uint8_t)hour;
  civil.minute = (uint8_t)minute;
  civil.second = (uint8_t)second;
  if (!date_civil_is_valid(&civil)) return false;
  *unix_us_out = date_from_civil(&civil, zone_minutes);
  return true;
}

void imap_write_date_time(int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  buf_format(out, "\"%2d-%.3s-%04d %02d:%02d:%02d ", civil.day, months + (civil.month - 1) * 3, civil.year,
             civil.hour, civil.minute, civil.second);
  date_format_zone(zone_minutes, out);
  buf_add_char(out, '"');
}

/* ---- sets ---- */

static bool take_set_number(struct imap_scan *scan, uint32_t largest, uint32_t *number_out) {
  *number_out = largest;
  return imap_scan_char(scan, '*') || (imap_scan_number(scan, number_out) && *number_out > 0);
}

static int by_first(const void *a, const void *b) {
  const struct imap_range *left = a, *right = b;
  return left->first < right->first ? -1 : left->first > right->first;
}

/* Sorts, and makes one of ranges that touch. */
static void tidy_up(struct imap_set *set) {
  size_t kept = 0;
  qsort(set->ranges, set->count, sizeof *set->ranges, by_first);
  for (size_t i = 1; i < set->count; i++) {
    struct imap_range *last = &set->ranges[kept], *range = &set->ranges[i];
    if (last->last == UINT32_MAX || range->first <= last->last + 1) {
      if (range->last > last->last) last->last = range->last;
    } else {
      set->ranges[++kept] = *range;
    }
  }
  set->count = kept + 1;
}

bool imap_scan_set(struct imap_scan *scan, uint32_t largest, struct imap_set *set_out) {
  size_t commas = 0;
  for (size_t i = 0; i < scan->rest.len && scan->rest.data[i] != ' '; i++)
    commas += scan->rest.data[i] == ',';
  *set_out = (struct imap_set){arena_alloc(scan->arena, (commas + 1) * sizeof *set_out->ranges), 0};
  do {
    struct imap_range *range = &set_out->ranges[set_out->count++];
    uint32_t a, b;
    if (!take_set_number(scan, largest, &a)) return false;
    b = a;
    if (imap_scan_char(scan, ':') && !take_set_number(scan, largest, &b)) return false;
    *range = a < b ? (struct imap_range){a, b} : (struct imap_range){b, a};
  } while (imap_scan_char(scan, ','));
  tidy_up(set_out);
  return true;
}

bool imap_set_has(const struct imap_set *set, uint32_t number) {
  size_t low = 0, high = set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set->ranges[middle].last < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < set->count && set->ranges[low].first <= number;
}

uint32_t imap_set_last(const struct imap_set *set) {
  return set->count ? set->ranges[set->count - 1].last : 0;
}

void imap_set_write(const uint32_t *numbers, size_t count, struct buf *out) {
  for (size_t i = 0; i < count; i++) {
    size_t end = i;
    while (end + 1 < count && numbers[end + 1] == numbers[end] + 1) end++;
    if (i) buf_add_char(out, ',');
    buf_add_u64(out, numbers[i]);
    if (end > i) buf_add_char(out, ':');
    if (end > i) buf_add_u64(out, numbers[end]);
    i = end;
  }
}

/* ---- writing ---- */

enum { QUOTED_MAX = 1000 };

static bool can_be_quoted(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] < ' ' || text.data[i] > '~') return false;
  return text.len <= QUOTED_MAX;
}

void imap_write_string(struct span text, struct buf *out) {
  if (!can_be_quoted(text)) {
    buf_format(out, "{%zu}\r\n", text.len);
    buf_add(out, text);
    return;
  }
  buf_add_char(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '"' || text.data[i] == '\\') buf_add_char(out, '\\');
    buf_add_char(out, text.data[i]);
  }
  buf_add_char(out, '"');
}

void imap_write_nstring(struct span text, bool is_nil, struct buf *out) {
  if (is_nil)
    buf_add_text(out, "NIL");
  else
    imap_write_string(text, out);
}

void imap_write_astring(struct span text, struct buf *out) {
  bool is_atom = text.len > 0 && !span_equal_nocase(text, SPAN("NIL"));
  for (size_t i = 0; i < text.len; i++)
    is_atom = is_atom && (is_atom_char(text.data[i]) || text.data[i] == ']');
  if (is_atom)
    buf_add(out, text);
  else
    imap_write_string(text, out);
}
