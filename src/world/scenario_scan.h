/* scenario_scan: is this text JSON (RFC 8259), and if not, where and why, in words for a learner.
 *
 * Looks at every byte of a file from a stranger before anything else does: NUL bytes, broken UTF-8,
 * nesting, syntax, keys that stand twice in one object. Stricter than the parser behind it, which lets
 * pass control characters in texts, numbers such as 01, and names that stand twice.
 * Builds nothing. A syntax error ends the scan; a key that stands twice does not.
 *
 * Limits: nesting as given, a number of 60 characters.
 */
#pragma once

#include "base/span.h"

enum { SCENARIO_SCAN_DEPTH_MAX = 64, SCENARIO_SCAN_NUMBER_MAX = 60 };

enum json_flaw {
  JSON_FLAW_EMPTY,
  JSON_FLAW_NUL,
  JSON_FLAW_UTF8,
  JSON_FLAW_UTF16,
  JSON_FLAW_BINARY, /* found before anything is scanned */
  JSON_FLAW_NOT_JSON,
  JSON_FLAW_DEPTH,
  JSON_FLAW_KEY_TWICE,
  JSON_FLAW_STRING_UNENDED,
  JSON_FLAW_STRING_LINE_BREAK,
  JSON_FLAW_STRING_CONTROL,
  JSON_FLAW_ESCAPE,
  JSON_FLAW_ESCAPE_HEX,
  JSON_FLAW_ESCAPE_NUL,
  JSON_FLAW_ESCAPE_SURROGATE,
  JSON_FLAW_SINGLE_QUOTE,
  JSON_FLAW_CURLY_QUOTE,
  JSON_FLAW_COMMENT,
  JSON_FLAW_KEY_UNQUOTED,
  JSON_FLAW_KEY_MISSING,
  JSON_FLAW_COLON_MISSING,
  JSON_FLAW_COLON_EQUALS,
  JSON_FLAW_VALUE_MISSING,
  JSON_FLAW_VALUE_WORD,
  JSON_FLAW_VALUE_CHARACTER,
  JSON_FLAW_LITERAL_CASE,
  JSON_FLAW_NUMBER_PLUS,
  JSON_FLAW_NUMBER_ZERO,
  JSON_FLAW_NUMBER_POINT,
  JSON_FLAW_NUMBER_EXPONENT,
  JSON_FLAW_NUMBER_UNIT,
  JSON_FLAW_NUMBER_LONG,
  JSON_FLAW_NUMBER_MINUS,
  JSON_FLAW_COMMA_TRAILING,
  JSON_FLAW_COMMA_DOUBLE,
  JSON_FLAW_COMMA_MISSING,
  JSON_FLAW_KEY_IN_LIST,
  JSON_FLAW_SEMICOLON,
  JSON_FLAW_CLOSE_ARRAY,
  JSON_FLAW_CLOSE_OBJECT,
  JSON_FLAW_UNCLOSED_ARRAY,
  JSON_FLAW_UNCLOSED_OBJECT,
  JSON_FLAW_AFTER_END,
  /* Said more exactly, by scenario_mend.h: */
  JSON_FLAW_QUOTE_INSIDE,
  JSON_FLAW_LITERAL_NULL,
  JSON_FLAW_STRANGE_SPACE,
  JSON_FLAW_MARKDOWN,
  JSON_FLAW_COUNT
};

struct json_flaw_words {
  const char *message;
  const char *expected; /* NULL: none */
  const char *hint;     /* NULL: none */
};
extern const struct json_flaw_words json_flaw_words[JSON_FLAW_COUNT];

/* Told of each flaw: at is its offset; other is the offset of what it belongs to (the opening bracket or
 * quote, the first of two keys), or the same. */
typedef void json_flaw_fn(void *context, enum json_flaw flaw, size_t at, size_t other);

/* Where the values near the root are: the root's members (level 1) and what stands in those (level 2), in
 * the order of the text, each before what is in it. */
struct json_entry {
  uint32_t level;
  uint32_t key_at;     /* of the quote that opens its key; JSON_NO_KEY in a list */
  uint32_t begin, end; /* of the value */
};
#define JSON_NO_KEY UINT32_MAX

struct json_entries {
  struct json_entry *items; /* from mem_grow; the caller frees */
  size_t count, capacity;
};

/* False if there was any flaw. entries_out may be NULL; the text must be shorter than 4 GiB. */
bool scenario_scan(struct span text, json_flaw_fn *on_flaw, void *context, struct json_entries *entries_out);

/* One character of a JSON text, its escape resolved, as UTF-8 (or one octet of it, if it is no escape).
 * Steps on; returns the number of octets. The text must be good. */
size_t json_character(struct span text, size_t *at, char utf8_out[4]);
