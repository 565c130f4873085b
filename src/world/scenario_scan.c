#include "world/scenario_scan.h"

#include <stdlib.h>

#include "base/buf.h"
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
  size_t entry;     /* into entries: the value that is being read at this level */
  uint64_t met;     /* a bit for each key, by its hash */
  bool suspect;     /* two keys had the same bit */
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
  size_t comma_at;              /* of the last comma, for better words */
  uint64_t bytes_seen;          /* in texts, one over the other: shows whether all was ASCII */
  struct json_entries *entries; /* or NULL */
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

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (uint64_t)(c))

static inline uint64_t load_word(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* How many bytes stand before the first one marked by a bit, in a word loaded from memory. */
static inline size_t bytes_before(uint64_t marks) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return (size_t)__builtin_ctzll(marks) / 8;
#else
  return (size_t)__builtin_clzll(marks) / 8;
#endif
}

/* The next byte that is not white space; 0 at the end, and for a NUL. */
static inline char skip_space(struct scan *scan) {
  const char *data = scan->data;
  size_t at = scan->at, len = scan->len;
  while (at < len && (unsigned char)data[at] <= ' ') {
    char c = data[at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
    at++;
    while (at + 8 <= len) { /* the blanks that indent a line */
      uint64_t others = load_word(data + at) ^ EACH_BYTE(' ');
      if (others) {
        at += bytes_before(others);
        break;
      }
      at += 8;
    }
  }
  scan->at = at;
  return at < len ? data[at] : 0;
}

/* ---- texts ---- */

/* Marks the first of eight bytes that is a quote, a backslash or a control character (later ones may be
 * marked wrongly, by the borrow of a subtraction). */
static inline uint64_t special_bytes(uint64_t word) {
  uint64_t quote = word ^ EACH_BYTE('"'), slash = word ^ EACH_BYTE('\\');
  uint64_t found = (quote - EACH_BYTE(1)) & ~quote;
  found |= (slash - EACH_BYTE(1)) & ~slash;
  found |= (word - EACH_BYTE(0x20)) & ~word;
  return found & EACH_BYTE(0x80);
}

/* Where a text is no longer plain. On a big-endian machine a wrong mark may stand before the right one, so
 * the last bytes are looked at one by one. */
static inline size_t plain_run(struct scan *scan, size_t at) {
  const char *data = scan->data;
  size_t len = scan->len;
  while (at + 8 <= len) {
    uint64_t word = load_word(data + at), special = special_bytes(word);
    scan->bytes_seen |= word;
    if (!special) {
      at += 8;
      continue;
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return at + bytes_before(special);
#else
    break;
#endif
  }
  while (at < len) {
    unsigned char c = (unsigned char)data[at];
    if (c == '"' || c == '\\' || c < 0x20) break;
    scan->bytes_seen |= c;
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

size_t json_character(struct span text, size_t *at, char utf8_out[4]) {
  static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
  const struct scan scan = {.data = text.data, .len = text.len};
  char c = text.data[(*at)++];
  utf8_out[0] = c;
  if (c != '\\' || *at >= text.len) return 1;
  c = text.data[(*at)++];
  const char *letter = memchr(letters, c, sizeof letters - 1);
  utf8_out[0] = letter ? meanings[letter - letters] : c;
  if (c != 'u') return 1;
  uint32_t unit = (uint32_t)hex_quad(&scan, *at) & 0xffff;
  *at += 4;
  if (unit >= 0xd800 && unit < 0xdc00) {
    unit = 0x10000 + ((unit - 0xd800) << 10) + (((uint32_t)hex_quad(&scan, *at + 2) - 0xdc00) & 0x3ff);
    *at += 6;
  }
  size_t length = unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
  if (length == 1) return utf8_out[0] = (char)unit, 1;
  for (size_t i = length; i-- > 1; unit >>= 6) utf8_out[i] = (char)(0x80 | (unit & 0x3f));
  utf8_out[0] = (char)((0xf0u << (4 - length)) | unit);
  return length;
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
    if (c != '\\') return flaw_here(scan, c ? JSON_FLAW_STRING_CONTROL : JSON_FLAW_NUL), false;
    *escaped_out = true;
    if (!scan_escape(scan, opened_at)) return false;
  }
}

/* ---- keys ---- */

#define HASH_STEP UINT64_C(0x9e3779b97f4a7c15)

/* Any function of the key's bytes will do: it only finds candidates. */
static inline uint32_t key_hash(struct span key) {
  uint64_t hash = key.len;
  for (; key.len > 8; key = span_skip(key, 8)) hash = (hash ^ span_first_octets(key)) * HASH_STEP;
  return (uint32_t)(((hash ^ span_first_octets(key)) * HASH_STEP) >> 32);
}

/* The key behind an opening quote, escapes resolved. */
static void decode_key(const struct scan *scan, size_t quote_at, struct buf *out) {
  struct span text = span_of(scan->data, scan->len);
  for (size_t at = quote_at + 1; text.data[at] != '"';) {
    char utf8[4];
    size_t length = json_character(text, &at, utf8);
    buf_add(out, span_of(utf8, length));
  }
}

static uint32_t escaped_key_hash(const struct scan *scan, size_t quote_at) {
  struct buf key = {0};
  decode_key(scan, quote_at, &key);
  uint32_t hash = key_hash(buf_span(&key));
  buf_free(&key);
  return hash;
}

static bool same_key(const struct scan *scan, size_t a, size_t b) {
  struct buf first = {0}, second = {0};
  decode_key(scan, a, &first);
  decode_key(scan, b, &second);
  bool same = span_equal(buf_span(&first), buf_span(&second));
  buf_free(&first);
  buf_free(&second);
  return same;
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

/* The text ends, or has a NUL, where more should come. */
static enum state ends_here(struct scan *scan) {
  if (scan->at < scan->len) return flaw_here(scan, JSON_FLAW_NUL);
  if (scan->depth == 0) return flaw_here(scan, JSON_FLAW_EMPTY);
  const struct frame *frame = &scan->frames[scan->depth - 1];
  enum json_flaw what = frame->object ? JSON_FLAW_UNCLOSED_OBJECT : JSON_FLAW_UNCLOSED_ARRAY;
  return flaw(scan, what, frame->opened_at, frame->opened_at);
}

static void note_key(struct scan *scan, size_t quote_at, bool escaped) {
  if (scan->key_count == scan->key_capacity)
    scan->keys = mem_grow(scan->keys, &scan->key_capacity, scan->key_count + 1, sizeof *scan->keys);
  struct span key = span_of(scan->data + quote_at + 1, scan->at - quote_at - 2);
  uint32_t hash = escaped ? escaped_key_hash(scan, quote_at) : key_hash(key);
  scan->keys[scan->key_count++] = (struct key_seen){hash, (uint32_t)quote_at};
  struct frame *frame = &scan->frames[scan->depth - 1];
  uint64_t bit = UINT64_C(1) << (hash >> 26);
  frame->suspect |= (frame->met & bit) != 0;
  frame->met |= bit;
}

static enum state scan_key(struct scan *scan) {
  char c = skip_space(scan);
  size_t quote_at = scan->at;
  bool escaped;
  if (c == '"') {
    if (!scan_string(scan, &escaped)) return BROKEN;
    note_key(scan, quote_at, escaped);
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
  if (c == 0) return ends_here(scan);
  return flaw_here(scan, ascii_is_alnum(c) || c == '_' ? JSON_FLAW_KEY_UNQUOTED : JSON_FLAW_KEY_MISSING);
}

/* ---- what stands near the root ---- */

enum { ENTRY_LEVELS = 2 };

static inline void begin_entry(struct scan *scan) {
  if (scan->depth - 1 >= ENTRY_LEVELS || !scan->entries) return;
  struct json_entries *entries = scan->entries;
  struct frame *frame = &scan->frames[scan->depth - 1];
  entries->items = mem_grow(entries->items, &entries->capacity, entries->count + 1, sizeof *entries->items);
  frame->entry = entries->count++;
  uint32_t key_at = frame->object ? scan->keys[scan->key_count - 1].at : JSON_NO_KEY;
  entries->items[frame->entry] = (struct json_entry){(uint32_t)scan->depth, key_at, (uint32_t)scan->at, 0};
}

static inline enum state end_entry(struct scan *scan) {
  if (scan->depth - 1 < ENTRY_LEVELS && scan->entries)
    scan->entries->items[scan->frames[scan->depth - 1].entry].end = (uint32_t)scan->at;
  return scan->depth ? AFTER : END;
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
  return end_entry(scan);
}

static enum state scan_word(struct scan *scan) {
  static const struct span literals[] = {SPAN_INIT("true"), SPAN_INIT("false"), SPAN_INIT("null")};
  size_t end = scan->at;
  while (end < scan->len && (ascii_is_alnum(scan->data[end]) || scan->data[end] == '_')) end++;
  struct span word = span_of(scan->data + scan->at, end - scan->at);
  for (size_t i = 0; i < 3; i++) {
    if (span_equal(word, literals[i])) {
      scan->at = end;
      return end_entry(scan);
    }
    if (span_equal_nocase(word, literals[i])) return flaw_here(scan, JSON_FLAW_LITERAL_CASE);
  }
  return flaw_here(scan, scan->depth ? JSON_FLAW_VALUE_WORD : JSON_FLAW_NOT_JSON);
}

static enum state open_bracket(struct scan *scan, bool object) {
  if (scan->depth == SCENARIO_SCAN_DEPTH_MAX) return flaw_here(scan, JSON_FLAW_DEPTH);
  scan->frames[scan->depth++] = (struct frame){object, scan->at, scan->key_count, 0, 0, false};
  scan->at++;
  if (skip_space(scan) == (object ? '}' : ']')) return AFTER;
  return object ? KEY : VALUE;
}

/* What stands where a value should, and is none. */
static enum state no_value(struct scan *scan, char c) {
  const struct frame *frame = scan->depth ? &scan->frames[scan->depth - 1] : NULL;
  bool after_comma = frame && !frame->object && scan->comma_at > frame->opened_at;
  if (c == 0) return ends_here(scan);
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
  begin_entry(scan);
  if (c == '"') return scan_string(scan, &escaped) ? end_entry(scan) : BROKEN;
  if (c == '{' || c == '[') return open_bracket(scan, c == '{');
  if (c == '-' || ascii_is_digit(c)) return scan_number(scan);
  if (ascii_is_alpha(c) || c == '_') return scan_word(scan);
  return no_value(scan, c);
}

static enum state close_bracket(struct scan *scan, const struct frame *frame) {
  if (frame->object) {
    if (frame->suspect) find_twins(scan, frame->first_key);
    scan->key_count = frame->first_key;
  }
  scan->depth--;
  scan->at++;
  return end_entry(scan);
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
  if (c == 0) return ends_here(scan);
  return flaw_here(scan, c == ':' && !frame->object ? JSON_FLAW_KEY_IN_LIST : JSON_FLAW_COMMA_MISSING);
}

/* ---- the whole ---- */

static bool scan_all(struct scan *scan) {
  enum state state = VALUE;
  while (state < END) {
    switch (state) {
    case VALUE: state = scan_value(scan); break;
    case KEY: state = scan_key(scan); break;
    case AFTER: state = scan_after(scan); break;
    case END:
    case BROKEN: break;
    }
  }
  if (state == BROKEN) return false;
  if (skip_space(scan) == 0 && scan->at == scan->len) return true;
  bool comment = scan->data[scan->at] == '/' || scan->data[scan->at] == '#';
  flaw_here(scan, scan->data[scan->at] == 0 ? JSON_FLAW_NUL
                  : comment                 ? JSON_FLAW_COMMENT
                                            : JSON_FLAW_AFTER_END);
  return false;
}

bool scenario_scan(struct span text, json_flaw_fn *on_flaw, void *context, struct json_entries *entries_out) {
  struct scan scan = {
      .data = text.data, .len = text.len, .on_flaw = on_flaw, .context = context, .entries = entries_out};
  size_t bad;
  if (text.len >= 2 && (memcmp(text.data, "\xff\xfe", 2) == 0 || memcmp(text.data, "\xfe\xff", 2) == 0))
    return flaw_here(&scan, JSON_FLAW_UTF16), false;
  if (span_starts_with(text, SPAN("\xef\xbb\xbf"))) scan.at = 3; /* a byte order mark does no harm */
  bool whole = scan_all(&scan);
  /* What is outside texts is ASCII, or a flaw; a byte after a text's end may have been looked at, too. */
  if (whole && (scan.bytes_seen & EACH_BYTE(0x80)) && !span_is_utf8(text, &bad))
    flaw(&scan, JSON_FLAW_UTF8, bad, bad);
  mem_free(scan.keys);
  return !scan.flawed;
}
