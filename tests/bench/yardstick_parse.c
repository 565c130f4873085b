#include "yardstick_parse.h"

#include <stdbool.h>
#include <string.h>

enum { VALUE_MAX = 4096 };

static const char *after_line(const char *at, const char *end) {
  const char *lf = memchr(at, '\n', (size_t)(end - at));
  return lf ? lf + 1 : end;
}

static const char *after_body(const char *at, const char *end) {
  for (bool empty = false; at < end;) {
    if (empty && end - at > 5 && memcmp(at, "From ", 5) == 0) return at;
    const char *next = after_line(at, end);
    empty = next - at == 1;
    at = next;
  }
  return end;
}

/* ---- values ---- */

static size_t unfold(const char *at, const char *end, char *out) {
  size_t len = 0;
  while (at < end) {
    const char *next = after_line(at, end);
    size_t line = (size_t)(next - at) - 1;
    if (len + line > VALUE_MAX) break;
    memcpy(out + len, at, line);
    len += line;
    at = next;
  }
  return len;
}

/* An address is what is in <>, or else what comes first. */
static uint64_t count_addresses(const char *at, const char *end) {
  uint64_t count = 0;
  bool quoted = false, in_comment = false, any = false;
  for (; at < end; at++) {
    if (*at == '"') quoted = !quoted;
    if (quoted) continue;
    if (*at == '(') in_comment = true;
    if (*at == ')') in_comment = false;
    if (*at == '@' && !in_comment) any = true;
    if (*at == ',' && !in_comment) count += any, any = false;
  }
  return count + any;
}

static int digit_of(char c) {
  return c <= '9' ? c - '0' : c - 'A' + 10;
}

static volatile uint64_t decoded_octets; /* so that the work is not left out */

static void decode_q(const char *at, const char *end) {
  char out[VALUE_MAX];
  size_t len = 0;
  for (; at < end; at++) {
    if (end - at > 2 && memcmp(at, "=?", 2) == 0) {
      at = memchr(at + 2, '?', (size_t)(end - at) - 2);
      at += 2; /* "?Q" */
    } else if (*at == '?' && end - at > 1 && at[1] == '=') {
      at++;
    } else if (*at == '=' && end - at > 2) {
      out[len++] = (char)(digit_of(at[1]) << 4 | digit_of(at[2]));
      at += 2;
    } else {
      out[len++] = *at == '_' ? ' ' : *at;
    }
  }
  decoded_octets += len + (unsigned char)out[len / 2];
}

static int64_t number(const char **at) {
  int64_t value = 0;
  while (**at >= '0' && **at <= '9') value = value * 10 + (*(*at)++ - '0');
  (*at)++; /* what stands between */
  return value;
}

/* "Fri, 18 Jun 2004 10:22:55 -0600", without a look at the name of the day. */
static int64_t read_date(const char *at) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  at += 5;
  int64_t day = number(&at);
  int month = 0;
  while (memcmp(months + 3 * month, at, 3) != 0) month++;
  at += 4;
  int64_t year = number(&at), hour = number(&at), minute = number(&at), second = number(&at);
  int64_t sign = *at++ == '-' ? -1 : 1, zone = number(&at);
  int64_t leap = (year - (month < 2) - 1968) / 4;
  int64_t days = (year - 1970) * 365 + leap + before[month] + day - 1;
  return ((days * 24 + hour) * 60 + minute - sign * (zone / 100 * 60 + zone % 100)) * 60 + second;
}

static bool is_named(const char *at, size_t len, const char *name) {
  return strlen(name) == len && memcmp(at, name, len) == 0;
}

static void decode_field(const char *at, const char *end, struct yardstick_parse *found) {
  char value[VALUE_MAX + 1];
  const char *colon = memchr(at, ':', (size_t)(end - at));
  size_t name = (size_t)(colon - at), len = unfold(colon + 2, end, value);
  value[len] = 0; /* where a number ends */
  decoded_octets += len;
  if (is_named(at, name, "From") || is_named(at, name, "To") || is_named(at, name, "Cc"))
    found->addresses += count_addresses(value, value + len);
  else if (is_named(at, name, "Subject"))
    decode_q(value, value + len);
  else if (is_named(at, name, "Date"))
    found->dates += (uint64_t)read_date(value);
}

/* ---- the mailbox ---- */

static struct yardstick_parse parse(const char *at, size_t len, bool decode) {
  struct yardstick_parse found = {0};
  const char *end = at + len;
  while (at < end) {
    at = after_line(at, end); /* From_ */
    found.letters++;
    while (at < end && *at != '\n') {
      const char *field = at;
      do at = after_line(at, end);
      while (at < end && (*at == ' ' || *at == '\t'));
      if (!memchr(field, ':', (size_t)(at - field))) continue;
      found.fields++;
      if (decode) decode_field(field, at, &found);
    }
    at = after_body(at, end);
  }
  return found;
}

struct yardstick_parse yardstick_scan(const char *bytes, size_t len) {
  return parse(bytes, len, false);
}

struct yardstick_parse yardstick_decode(const char *bytes, size_t len) {
  return parse(bytes, len, true);
}
