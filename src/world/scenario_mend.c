#include "world/scenario_mend.h"

static size_t blanks(const char *text, size_t len, size_t at) {
  while (at < len && ascii_is_space(text[at])) at++;
  return at;
}

static size_t line_end(const char *text, size_t len, size_t at) {
  while (at < len && text[at] != '\n' && text[at] != '\r') at++;
  return at;
}

/* Blank, but line breaks stay: who asks for a line finds it. */
static void blank_out(char *text, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
}

size_t json_strange_space(struct span text) {
  static const char *const spaces[] = {
      "\xc2\xa0",                     /* no-break space */
      "\xc2\xad",                     /* soft hyphen */
      "\xe1\x9a\x80", "\xe3\x80\x80", /* ogham, ideographic */
      "\xe2\x80\xa8", "\xe2\x80\xa9", /* line and paragraph separators */
      "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe2\x81\xa0", "\xef\xbb\xbf",
  };
  for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
    if (span_starts_with(text, span_from(spaces[i]))) return strlen(spaces[i]);
  bool wide = text.len >= 3 && memcmp(text.data, "\xe2\x80", 2) == 0 && (unsigned char)text.data[2] >= 0x80 &&
              (unsigned char)text.data[2] <= 0x8f; /* U+2000 to U+200F */
  return wide ? 3 : 0;
}

static size_t strange_space(const char *text, size_t len, size_t at) {
  return json_strange_space(span_of(text + at, len - at));
}

static bool is_markdown(struct span text, size_t at) {
  return span_starts_with(span_skip(text, at), SPAN("```"));
}

/* Python's and JavaScript's words for null. */
static const struct span null_words[] = {SPAN_INIT("None"), SPAN_INIT("undefined")};

static const struct span *null_word(struct span text, size_t at) {
  struct span rest = span_skip(text, at);
  for (size_t i = 0; i < sizeof null_words / sizeof null_words[0]; i++) {
    size_t length = null_words[i].len;
    if (span_starts_with(rest, null_words[i]) && (rest.len == length || !ascii_is_alnum(rest.data[length])))
      return &null_words[i];
  }
  return NULL;
}

/* A text ended, and words follow without a blank: the quote was to stand in the text. */
static bool is_quote_inside(struct span text, size_t at) {
  if (at == 0 || at >= text.len || text.data[at - 1] != '"') return false;
  unsigned char c = (unsigned char)text.data[at];
  return ascii_is_alnum(c) || c >= 0x80;
}

enum json_flaw json_flaw_refined(struct span text, enum json_flaw flaw, size_t at) {
  switch ((int)flaw) {
  case JSON_FLAW_KEY_MISSING:
  case JSON_FLAW_VALUE_CHARACTER:
  case JSON_FLAW_COMMA_MISSING:
  case JSON_FLAW_COLON_MISSING:
  case JSON_FLAW_AFTER_END:
    if (strange_space(text.data, text.len, at)) return JSON_FLAW_STRANGE_SPACE;
    if (is_markdown(text, at)) return JSON_FLAW_MARKDOWN;
    return flaw == JSON_FLAW_COMMA_MISSING && is_quote_inside(text, at) ? JSON_FLAW_QUOTE_INSIDE : flaw;
  case JSON_FLAW_VALUE_WORD: return null_word(text, at) ? JSON_FLAW_LITERAL_NULL : flaw;
  default: return flaw;
  }
}

/* ---- one kind of flaw each ---- */

static enum json_mend mend_comment(char *text, size_t len, size_t at) {
  size_t end = line_end(text, len, at);
  if (text[at] == '/') {
    char next = at + 1 < len ? text[at + 1] : 0;
    if (next != '/' && next != '*') return JSON_MEND_NONE;
    if (next == '*') {
      size_t close = span_search(span_of(text + at, len - at), SPAN("*/"));
      if (close == SPAN_NONE) return JSON_MEND_NONE;
      end = at + close + 2;
    }
  }
  blank_out(text, at, end);
  return JSON_MEND_WHOLE;
}

/* A sign in place of the blank, tab or line end before the next token. */
static enum json_mend put_before(char *text, size_t at, char sign) {
  size_t blank = at;
  while (blank > 0 && ascii_is_space(text[blank - 1])) blank--;
  if (blank == at) return JSON_MEND_NONE;
  text[blank] = sign;
  return JSON_MEND_WHOLE;
}

/* Only where an entry visibly begins: a bracket, or a text that is a key or a whole entry of a list. */
static enum json_mend mend_comma(char *text, size_t len, size_t at) {
  char c = text[at];
  if (c == '"') {
    size_t end = at + 1, stop = line_end(text, len, at);
    while (end < stop && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    end = end < stop ? blanks(text, len, end + 1) : len;
    if (end >= len || !memchr(":,]", text[end], 3)) return JSON_MEND_NONE;
  } else if (c != '{' && c != '[') {
    return JSON_MEND_NONE;
  }
  return put_before(text, at, ',');
}

static enum json_mend mend_semicolon(char *text, size_t len, size_t at) {
  size_t next = blanks(text, len, at + 1);
  text[at] = next < len && (text[next] == '}' || text[next] == ']') ? ' ' : ',';
  return JSON_MEND_WHOLE;
}

/* A text in other quotes: its end is the same kind of quote, before what can follow a text. */
static size_t quote_end(const char *text, size_t len, size_t from, bool curly) {
  size_t stop = line_end(text, len, from), width = curly ? 3 : 1;
  for (size_t i = from; i + width <= stop; i++) {
    if (curly ? memcmp(text + i, "\xe2\x80", 2) != 0 || !memchr("\x98\x99\x9a\x9c\x9d\x9e", text[i + 2], 6)
              : text[i] != '\'')
      continue;
    size_t next = blanks(text, len, i + width);
    if (next == len || next >= stop || memchr(",:]};", text[next], 5)) return i;
  }
  return SPAN_NONE;
}

static enum json_mend mend_quotes(char *text, size_t len, size_t at, bool curly) {
  size_t width = curly ? 3 : 1, end = quote_end(text, len, at + width, curly);
  if (end == SPAN_NONE) return JSON_MEND_NONE;
  for (size_t i = at + width; i < end; i++)
    if (text[i] == '"') text[i] = '\'';
  memset(text + at, ' ', width);
  memset(text + end, ' ', width);
  text[at + width - 1] = text[end] = '"';
  return JSON_MEND_WHOLE;
}

/* A quote is missing at a line's end; the next line begins as one of JSON's. */
static enum json_mend mend_unended(char *text, size_t len, size_t at) {
  size_t end = line_end(text, len, at), next = blanks(text, len, end);
  if (next >= len || !memchr("\"}]{[", text[next], 5)) return JSON_MEND_NONE;
  while (end > at + 2 && (ascii_is_space(text[end - 1]) || memchr(",}]", text[end - 1], 3))) end--;
  if (end < at + 2) return JSON_MEND_NONE;
  text[end - 1] = '"';
  if (text[end - 2] == '\\') text[end - 2] = '_';
  return JSON_MEND_SOUND;
}

/* A number stands for what is no value. */
static enum json_mend mend_value(char *text, size_t len, size_t at) {
  size_t end = at;
  while (end < len && !ascii_is_space(text[end]) && !memchr(",]}", text[end], 3)) end++;
  if (end == at || memchr(text + at, '"', end - at)) return JSON_MEND_NONE;
  memset(text + at, ' ', end - at);
  text[at] = '0';
  return JSON_MEND_SOUND;
}

static enum json_mend mend_key(char *text, size_t len, size_t at) {
  size_t end = at;
  while (end < len && (ascii_is_alnum(text[end]) || memchr("_-.$", text[end], 4))) end++;
  size_t colon = blanks(text, len, end);
  if (end < at + 3 || colon >= len || text[colon] != ':') return JSON_MEND_NONE;
  text[at] = text[end - 1] = '"';
  return JSON_MEND_SOUND;
}

static enum json_mend mend_zeros(char *text, size_t len, size_t at) {
  for (; at + 1 < len && text[at] == '0' && ascii_is_digit(text[at + 1]); at++) text[at] = ' ';
  return ascii_is_digit(text[at]) ? JSON_MEND_WHOLE : JSON_MEND_NONE;
}

static enum json_mend mend_null(char *text, size_t len, size_t at) {
  const struct span *word = null_word(span_of(text, len), at);
  memset(text + at, ' ', word->len);
  memcpy(text + at, "null", 4);
  return JSON_MEND_WHOLE;
}

/* This one, and all that indent a line: they came with one copy of the whole. */
static enum json_mend mend_spaces(char *text, size_t len, size_t at) {
  memset(text + at, ' ', strange_space(text, len, at));
  for (size_t line = 0; line < len; line = line_end(text, len, line) + 1)
    for (size_t i = line; i < len; i++) {
      size_t width = strange_space(text, len, i);
      if (width) memset(text + i, ' ', width);
      if (text[i] != ' ' && text[i] != '\t') break;
    }
  return JSON_MEND_WHOLE;
}

static enum json_mend mend_encoding(char *text, size_t len) {
  size_t bad;
  while (!span_is_utf8(span_of(text, len), &bad)) {
    do text[bad++] = '?';
    while (bad < len && (unsigned char)text[bad] >= 0x80);
  }
  return JSON_MEND_WHOLE;
}

static enum json_mend put(char *text, size_t at, char sign, enum json_mend mend) {
  text[at] = sign;
  return mend;
}

enum json_mend json_mend(char *text, size_t len, enum json_flaw flaw, size_t at) {
  if (flaw == JSON_FLAW_UTF8) return mend_encoding(text, len);
  if (at >= len) return JSON_MEND_NONE;
  switch ((int)flaw) {
  case JSON_FLAW_COMMA_TRAILING:
  case JSON_FLAW_COMMA_DOUBLE:
  case JSON_FLAW_NUMBER_PLUS:
  case JSON_FLAW_STRING_CONTROL: return put(text, at, ' ', JSON_MEND_WHOLE);
  case JSON_FLAW_ESCAPE:
  case JSON_FLAW_ESCAPE_HEX:
  case JSON_FLAW_ESCAPE_SURROGATE:
  case JSON_FLAW_ESCAPE_NUL: return put(text, at, '_', JSON_MEND_SOUND);
  case JSON_FLAW_COMMENT: return mend_comment(text, len, at);
  case JSON_FLAW_COMMA_MISSING: return mend_comma(text, len, at);
  case JSON_FLAW_COLON_EQUALS: return put(text, at, ':', JSON_MEND_WHOLE);
  case JSON_FLAW_COLON_MISSING:
    return memchr("\"{[", text[at], 3) ? put_before(text, at, ':') : JSON_MEND_NONE;
  case JSON_FLAW_SEMICOLON: return mend_semicolon(text, len, at);
  case JSON_FLAW_SINGLE_QUOTE: return mend_quotes(text, len, at, false);
  case JSON_FLAW_CURLY_QUOTE: return mend_quotes(text, len, at, true);
  case JSON_FLAW_STRING_LINE_BREAK: return mend_unended(text, len, at);
  case JSON_FLAW_VALUE_WORD:
  case JSON_FLAW_NUMBER_UNIT:
  case JSON_FLAW_NUMBER_POINT:
  case JSON_FLAW_NUMBER_EXPONENT:
  case JSON_FLAW_NUMBER_LONG:
  case JSON_FLAW_NUMBER_MINUS: return mend_value(text, len, at);
  case JSON_FLAW_LITERAL_CASE:
    for (; at < len && ascii_is_alpha(text[at]); at++) text[at] = ascii_lower(text[at]);
    return JSON_MEND_WHOLE;
  case JSON_FLAW_LITERAL_NULL: return mend_null(text, len, at);
  case JSON_FLAW_NUMBER_ZERO: return mend_zeros(text, len, at);
  case JSON_FLAW_KEY_UNQUOTED: return mend_key(text, len, at);
  case JSON_FLAW_STRANGE_SPACE: return mend_spaces(text, len, at);
  case JSON_FLAW_MARKDOWN: blank_out(text, at, line_end(text, len, at)); return JSON_MEND_WHOLE;
  default: return JSON_MEND_NONE;
  }
}
