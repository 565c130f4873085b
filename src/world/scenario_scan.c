#include "world/scenario_scan.h"

#include <stdlib.h>

#include "base/mem.h"

/* The grammar as a machine: what may come next.
 *
 *     VALUE ──▶ scalar ──▶ AFTER ──▶ , ──▶ KEY or VALUE
 *       │                    ▲  └──▶ ] } closes, AFTER again; at depth 0: END
 *       └─▶ { ─▶ KEY ─: ─▶ VALUE,  [ ─▶ VALUE
 */
enum state { VALUE, KEY, AFTER, END, BROKEN };

struct frame {
  bool object;
  size_t opened_at;
  size_t first_key; /* into keys */
};

struct key_seen {
  uint32_t hash;
  uint32_t at; /* offset of its opening quote */
};

struct scan {
  const char *data;
  size_t len, at;
  size_t depth;
  struct frame frames[SCENARIO_SCAN_DEPTH_MAX];
  struct key_seen *keys; /* of all open objects, outermost first */
  size_t key_count, key_capacity;
  size_t value_from, comma_at; /* the last comma, for better words */
  json_flaw_fn *on_flaw;
  void *context;
  bool flawed;
};

static enum state flaw(struct scan *scan, enum json_flaw flaw, size_t at, size_t other) {
  scan->flawed = true;
  scan->on_flaw(scan->context, flaw, at, other);
  return BROKEN;
}
static enum state flaw_here(struct scan *scan, enum json_flaw what) {
  return flaw(scan, what, scan->at, scan->at);
}

/* The next byte that is not white space, or 0 at the end (a NUL has been refused before). */
static inline char skip_space(struct scan *scan) {
  const char *data = scan->data;
  size_t at = scan->at;
  while (at < scan->len && (unsigned char)data[at] <= ' ') {
    char c = data[at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
    at++;
  }
  scan->at = at;
  return at < scan->len ? data[at] : 0;
}

/* ---- texts ---- */

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (uint64_t)(c))

/* Nonzero if one of eight bytes is a quote, a backslash or a control character. */
static inline uint64_t special_bytes(uint64_t word) {
  uint64_t quote = word ^ EACH_BYTE('"'), slash = word ^ EACH_BYTE('\\');
  uint64_t found = (quote - EACH_BYTE(1)) & ~quote;
  found |= (slash - EACH_BYTE(1)) & ~slash;
  found |= (word - EACH_BYTE(0x20)) & ~word;
  return found & EACH_BYTE(0x80);
}

static size_t plain_run(const struct scan *scan, size_t at) {
  while (at + 8 <= scan->len) {
    uint64_t word;
    memcpy(&word, scan->data + at, 8);
    if (special_bytes(word)) break;
    at += 8;
  }
  while (at < scan->len) {
    unsigned char c = (unsigned char)scan->data[at];
    if (c == '"' || c == '\\' || c < 0x20) break;
    at++;
  }
  return at;
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits at an offset; -1 if there are not four. */
static int32_t hex_quad(const struct scan *scan, size_t at) {
  int32_t value = 0;
  for (size_t i = 0; i < 4; i++) {
    int digit = at + i < scan->len ? hex_value(scan->data[at + i]) : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

static bool is_surrogate(int32_t unit, int32_t first) {
  return unit >= first && unit < first + 0x400;
}

/* At a \u; steps over it (and its second half). */
static bool scan_unicode_escape(struct scan *scan) {
  int32_t unit = hex_quad(scan, scan->at + 2);
  size_t length = 6;
  if (unit < 0) return flaw_here(scan, JSON_FLAW_ESCAPE_HEX), false;
  if (unit == 0) return flaw_here(scan, JSON_FLAW_ESCAPE_NUL), false;
  if (is_surrogate(unit, 0xdc00)) return flaw_here(scan, JSON_FLAW_ESCAPE_SURROGATE), false;
  if (is_surrogate(unit, 0xd800)) {
    bool more = scan->at + 8 <= scan->len && memcmp(scan->data + scan->at + 6, "\\u", 2) == 0;
    if (!more || !is_surrogate(hex_quad(scan, scan->at + 8), 0xdc00))
      return flaw_here(scan, JSON_FLAW_ESCAPE_SURROGATE), false;
    length = 12;
  }
  scan->at += length;
  return true;
}

static bool scan_escape(struct scan *scan, size_t opened_at) {
  if (scan->at + 1 >= scan->len) return flaw(scan, JSON_FLAW_STRING_UNENDED, opened_at, opened_at), false;
  char c = scan->data[scan->at + 1];
  if (c == 'u') return scan_unicode_escape(scan);
  if (!memchr("\"\\/bfnrt", c, 8)) return flaw_here(scan, JSON_FLAW_ESCAPE), false;
  scan->at += 2;
  return true;
}

/* At an opening quote; steps past the closing one. */
static bool scan_string(struct scan *scan, bool *escaped_out) {
  size_t opened_at = scan->at++;
  *escaped_out = false;
  for (;;) {
    scan->at = plain_run(scan, scan->at);
    if (scan->at >= scan->len) return flaw(scan, JSON_FLAW_STRING_UNENDED, opened_at, opened_at), false;
    char c = scan->data[scan->at];
    if (c == '"') {
      scan->at++;
      return true;
    }
    if (c == '\n' || c == '\r') return flaw(scan, JSON_FLAW_STRING_LINE_BREAK, opened_at, scan->at), false;
    if (c != '\\') return flaw_here(scan, JSON_FLAW_STRING_CONTROL), false;
    *escaped_out = true;
    if (!scan_escape(scan, opened_at)) return false;
  }
}

/* ---- keys ---- */

/* One character of a key, escapes resolved: for comparing and hashing. Surrogate halves one by one. */
static uint32_t key_character(const struct scan *scan, size_t *at) {
  char c = scan->data[(*at)++];
  if (c != '\\') return (unsigned char)c;
  c = scan->data[(*at)++];
  if (c == 'u') {
    int32_t unit = hex_quad(scan, *at);
    *at += 4;
    return unit < 0x80 ? (uint32_t)unit : 0x10000u + (uint32_t)unit;
  }
  const char *letters = "bfnrt", *meanings = "\b\f\n\r\t";
  const char *letter = memchr(letters, c, 5);
  return letter ? (unsigned char)meanings[letter - letters] : (unsigned char)c;
}

static uint32_t key_hash(const struct scan *scan, size_t quote_at, size_t end, bool escaped) {
  uint32_t hash = 2166136261u;
  if (!escaped)
    for (size_t i = quote_at + 1; i + 1 < end; i++) hash = (hash ^ (unsigned char)scan->data[i]) * 16777619u;
  else
    for (size_t i = quote_at + 1; i + 1 < end;) hash = (hash ^ key_character(scan, &i)) * 16777619u;
  return hash;
}

static bool same_key(const struct scan *scan, size_t a, size_t b) {
  for (a++, b++; scan->data[a] != '"' && scan->data[b] != '"';)
    if (key_character(scan, &a) != key_character(scan, &b)) return false;
  return scan->data[a] == scan->data[b];
}

static int compare_keys(const void *a, const void *b) {
  const struct key_seen *x = a, *y = b;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return x->at < y->at ? -1 : 1;
}

/* The object's keys are known: do two agree? */
static void find_twins(struct scan *scan, size_t first) {
  struct key_seen *keys = scan->keys + first;
  size_t count = scan->key_count - first;
  enum { FEW = 24 }; /* below, comparing all pairs is faster than sorting */
  if (count > FEW) qsort(keys, count, sizeof *keys, compare_keys);
  for (size_t i = 1; i < count; i++) {
    for (size_t j = i; j-- > 0;) {
      if (keys[j].hash != keys[i].hash) {
        if (count > FEW) break;
        continue;
      }
      if (!same_key(scan, keys[j].at, keys[i].at)) continue;
      flaw(scan, JSON_FLAW_KEY_TWICE, keys[i].at, keys[j].at);
      break;
    }
  }
}

static bool begins_curly_quote(const struct scan *scan) {
  return scan->len - scan->at >= 3 && memcmp(scan->data + scan->at, "\xe2\x80", 2) == 0 &&
         memchr("\x98\x99\x9a\x9c\x9d\x9e", scan->data[scan->at + 2], 6);
}

static enum state scan_key(struct scan *scan) {
  char c = skip_space(scan);
  size_t quote_at = scan->at;
  bool escaped;
  if (c == '"') {
    if (!scan_string(scan, &escaped)) return BROKEN;
    scan->keys = mem_grow(scan->keys, &scan->key_capacity, scan->key_count + 1, sizeof *scan->keys);
    uint32_t hash = key_hash(scan, quote_at, scan->at, escaped);
    scan->keys[scan->key_count++] = (struct key_seen){hash, (uint32_t)quote_at};
    c = skip_space(scan);
    if (c == ':') {
      scan->at++;
      return VALUE;
    }
    return flaw_here(scan, c == '=' ? JSON_FLAW_COLON_EQUALS : JSON_FLAW_COLON_MISSING);
  }
  if (c == '}') return flaw(scan, JSON_FLAW_COMMA_TRAILING, scan->comma_at, scan->at);
  if (c == ',') return flaw_here(scan, JSON_FLAW_COMMA_DOUBLE);
  if (c == '\'') return flaw_here(scan, JSON_FLAW_SINGLE_QUOTE);
  if (c == '/' || c == '#') return flaw_here(scan, JSON_FLAW_COMMENT);
  if (c == ']') return flaw_here(scan, JSON_FLAW_CLOSE_OBJECT);
  if (begins_curly_quote(scan)) return flaw_here(scan, JSON_FLAW_CURLY_QUOTE);
  if (c == 0) {
    size_t opened_at = scan->frames[scan->depth - 1].opened_at;
    return flaw(scan, JSON_FLAW_UNCLOSED_OBJECT, opened_at, opened_at);
  }
  return flaw_here(scan, ascii_is_alnum(c) || c == '_' ? JSON_FLAW_KEY_UNQUOTED : JSON_FLAW_KEY_MISSING);
}

/* ---- values ---- */

static size_t digits_at(const struct scan *scan, size_t at) {
  while (at < scan->len && ascii_is_digit(scan->data[at])) at++;
  return at;
}

static enum state scan_number(struct scan *scan) {
  size_t from = scan->at, at = from;
  const char *data = scan->data;
  if (data[at] == '-') at++;
  size_t digits = at;
  at = digits_at(scan, at);
  if (at == digits) return flaw_here(scan, JSON_FLAW_NUMBER_MINUS);
  if (data[digits] == '0' && at > digits + 1) return flaw_here(scan, JSON_FLAW_NUMBER_ZERO);
  if (at < scan->len && data[at] == '.') {
    size_t fraction = at + 1;
    at = digits_at(scan, fraction);
    if (at == fraction) return flaw_here(scan, JSON_FLAW_NUMBER_POINT);
  }
  if (at < scan->len && (data[at] == 'e' || data[at] == 'E')) {
    size_t exponent = at + 1;
    if (exponent < scan->len && (data[exponent] == '+' || data[exponent] == '-')) exponent++;
    at = digits_at(scan, exponent);
    if (at == exponent) return flaw_here(scan, JSON_FLAW_NUMBER_EXPONENT);
  }
  if (at < scan->len && (ascii_is_alpha(data[at]) || data[at] == ':' || data[at] == '-'))
    return flaw_here(scan, JSON_FLAW_NUMBER_UNIT);
  if (at - from > SCENARIO_SCAN_NUMBER_MAX) return flaw_here(scan, JSON_FLAW_NUMBER_LONG);
  scan->at = at;
  return AFTER;
}

static enum state scan_word(struct scan *scan) {
  static const struct span literals[] = {SPAN_INIT("true"), SPAN_INIT("false"), SPAN_INIT("null")};
  size_t end = scan->at;
  while (end < scan->len && (ascii_is_alnum(scan->data[end]) || scan->data[end] == '_')) end++;
  struct span word = span_of(scan->data + scan->at, end - scan->at);
  for (size_t i = 0; i < 3; i++) {
    if (span_equal(word, literals[i])) {
      scan->at = end;
      return AFTER;
    }
    if (span_equal_nocase(word, literals[i])) return flaw_here(scan, JSON_FLAW_LITERAL_CASE);
  }
  return flaw_here(scan, JSON_FLAW_VALUE_WORD);
}

static enum state open_bracket(struct scan *scan, bool object) {
  if (scan->depth == SCENARIO_SCAN_DEPTH_MAX) return flaw_here(scan, JSON_FLAW_DEPTH);
  scan->frames[scan->depth++] = (struct frame){object, scan->at, scan->key_count};
  scan->at++;
  if (skip_space(scan) == (object ? '}' : ']')) return AFTER;
  return object ? KEY : VALUE;
}

/* What stands where a value should, and is none. */
static enum state no_value(struct scan *scan, char c) {
  const struct frame *frame = scan->depth ? &scan->frames[scan->depth - 1] : NULL;
  bool after_comma = frame && !frame->object && scan->comma_at > frame->opened_at;
  if (c == 0 && frame) {
    enum json_flaw what = frame->object ? JSON_FLAW_UNCLOSED_OBJECT : JSON_FLAW_UNCLOSED_ARRAY;
    return flaw(scan, what, frame->opened_at, frame->opened_at);
  }
  if (c == 0) return flaw_here(scan, JSON_FLAW_EMPTY);
  if (c == ']' && after_comma) return flaw(scan, JSON_FLAW_COMMA_TRAILING, scan->comma_at, scan->at);
  if (c == ',' && after_comma) return flaw_here(scan, JSON_FLAW_COMMA_DOUBLE);
  if (c == '}' && frame && !frame->object) return flaw_here(scan, JSON_FLAW_CLOSE_ARRAY);
  if (c == ',' || c == ']' || c == '}' || c == ':') return flaw_here(scan, JSON_FLAW_VALUE_MISSING);
  if (c == '\'') return flaw_here(scan, JSON_FLAW_SINGLE_QUOTE);
  if (c == '/' || c == '#') return flaw_here(scan, JSON_FLAW_COMMENT);
  if (c == '+') return flaw_here(scan, JSON_FLAW_NUMBER_PLUS);
  if (c == '.') return flaw_here(scan, JSON_FLAW_NUMBER_POINT);
  if (begins_curly_quote(scan)) return flaw_here(scan, JSON_FLAW_CURLY_QUOTE);
  return flaw_here(scan, JSON_FLAW_VALUE_CHARACTER);
}

static enum state scan_value(struct scan *scan) {
  char c = skip_space(scan);
  bool escaped;
  if (c == '"') return scan_string(scan, &escaped) ? AFTER : BROKEN;
  if (c == '{' || c == '[') return open_bracket(scan, c == '{');
  if (c == '-' || ascii_is_digit(c)) return scan_number(scan);
  if (ascii_is_alpha(c) || c == '_') return scan_word(scan);
  return no_value(scan, c);
}

static enum state close_bracket(struct scan *scan, const struct frame *frame) {
  if (frame->object) {
    if (scan->key_count > frame->first_key + 1) find_twins(scan, frame->first_key);
    scan->key_count = frame->first_key;
  }
  scan->depth--;
  scan->at++;
  return scan->depth ? AFTER : END;
}

static enum state scan_after(struct scan *scan) {
  if (scan->depth == 0) return END;
  const struct frame *frame = &scan->frames[scan->depth - 1];
  char c = skip_space(scan);
  if (c == ',') {
    scan->comma_at = scan->at++;
    return frame->object ? KEY : VALUE;
  }
  if (c == (frame->object ? '}' : ']')) return close_bracket(scan, frame);
  if (c == '}') return flaw(scan, JSON_FLAW_CLOSE_ARRAY, scan->at, frame->opened_at);
  if (c == ']') return flaw(scan, JSON_FLAW_CLOSE_OBJECT, scan->at, frame->opened_at);
  if (c == ';') return flaw_here(scan, JSON_FLAW_SEMICOLON);
  if (c == '/' || c == '#') return flaw_here(scan, JSON_FLAW_COMMENT);
  if (c == 0) {
    enum json_flaw what = frame->object ? JSON_FLAW_UNCLOSED_OBJECT : JSON_FLAW_UNCLOSED_ARRAY;
    return flaw(scan, what, frame->opened_at, frame->opened_at);
  }
  return flaw_here(scan, JSON_FLAW_COMMA_MISSING);
}

/* ---- the whole ---- */

static bool is_ascii_fast(struct span text) {
  uint64_t seen = 0;
  size_t at = 0;
  for (; at + 8 <= text.len; at += 8) {
    uint64_t word;
    memcpy(&word, text.data + at, 8);
    seen |= word;
  }
  for (; at < text.len; at++) seen |= (unsigned char)text.data[at];
  return (seen & EACH_BYTE(0x80)) == 0;
}

static bool scan_bytes(struct scan *scan) {
  struct span text = span_of(scan->data, scan->len);
  size_t bad;
  if (text.len >= 2 && (memcmp(text.data, "\xff\xfe", 2) == 0 || memcmp(text.data, "\xfe\xff", 2) == 0))
    return flaw_here(scan, JSON_FLAW_UTF16), false;
  size_t nul = span_find(text, 0);
  if (nul != SPAN_NONE) return flaw(scan, JSON_FLAW_NUL, nul, nul), false;
  if (!is_ascii_fast(text) && !span_is_utf8(text, &bad)) return flaw(scan, JSON_FLAW_UTF8, bad, bad), false;
  return true;
}

bool scenario_scan(struct span text, json_flaw_fn *on_flaw, void *context) {
  struct scan scan = {.data = text.data, .len = text.len, .on_flaw = on_flaw, .context = context};
  if (!scan_bytes(&scan)) return false;
  if (span_starts_with(text, SPAN("\xef\xbb\xbf"))) scan.at = 3; /* a byte order mark does no harm */
  enum state state = VALUE;
  while (state < END) {
    switch (state) {
    case VALUE: state = scan_value(&scan); break;
    case KEY: state = scan_key(&scan); break;
    case AFTER: state = scan_after(&scan); break;
    case END:
    case BROKEN: break;
    }
  }
  if (state == END && skip_space(&scan) != 0) {
    bool comment = scan.data[scan.at] == '/' || scan.data[scan.at] == '#';
    flaw_here(&scan, comment ? JSON_FLAW_COMMENT : JSON_FLAW_AFTER_END);
  }
  mem_free(scan.keys);
  return !scan.flawed;
}
