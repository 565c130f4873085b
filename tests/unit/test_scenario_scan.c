/* Is a text JSON, and if not, where and why; where values stand in it. What is called good, cJSON must be
 * able to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "world/scenario_locate.h"
#include "world/scenario_scan.h"

struct first_flaw {
  enum json_flaw flaw;
  size_t at, other;
  size_t count;
};

static void note_flaw(void *context, enum json_flaw flaw, size_t at, size_t other) {
  struct first_flaw *first = context;
  if (first->count++ == 0) *first = (struct first_flaw){flaw, at, other, 1};
}

static struct first_flaw scan(struct span text) {
  struct first_flaw first = {JSON_FLAW_COUNT, 0, 0, 0};
  bool good = scenario_scan(text, note_flaw, &first, NULL);
  assert_int_equal(good, first.count == 0);
  return first;
}

struct scan_case {
  const char *name;
  const char *text;
  enum json_flaw flaw; /* JSON_FLAW_COUNT: good */
  size_t at;
};

#define GOOD JSON_FLAW_COUNT
static const struct scan_case cases[] = {
    {"empty object", "{}", GOOD, 0},
    {"empty list", " [ ] ", GOOD, 0},
    {"nested", "{\"a\":[1,{\"b\":null}],\"c\":{}}", GOOD, 0},
    {"every escape", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udce7\"]", GOOD, 0},
    {"utf-8", "[\"h\xc3\xa9llo \xf0\x9f\x93\xa7\"]", GOOD, 0},
    {"byte order mark", "\xef\xbb\xbf{}", GOOD, 0},
    {"numbers", "[0,-0,1,-12,1.5,0.25,1e9,1E+9,1e-9,-1.5e3]", GOOD, 0},
    {"literals", "[true,false,null]", GOOD, 0},
    {"same key, other objects", "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", GOOD, 0},
    {"nothing", "", JSON_FLAW_EMPTY, 0},
    {"prose", "Dear Janelle,", JSON_FLAW_NOT_JSON, 0},
    {"trailing comma in a list", "[1,]", JSON_FLAW_COMMA_TRAILING, 2},
    {"trailing comma in an object", "{\"a\":1 , }", JSON_FLAW_COMMA_TRAILING, 7},
    {"two commas", "[1,,2]", JSON_FLAW_COMMA_DOUBLE, 3},
    {"comma first", "[,1]", JSON_FLAW_VALUE_MISSING, 1},
    {"no comma in a list", "[1 2]", JSON_FLAW_COMMA_MISSING, 3},
    {"no comma in an object", "{\"a\":1 \"b\":2}", JSON_FLAW_COMMA_MISSING, 7},
    {"no colon", "{\"a\" 1}", JSON_FLAW_COLON_MISSING, 5},
    {"equals sign", "{\"a\"=1}", JSON_FLAW_COLON_EQUALS, 4},
    {"no value", "{\"a\":}", JSON_FLAW_VALUE_MISSING, 5},
    {"no value, end", "{\"a\":", JSON_FLAW_UNCLOSED_OBJECT, 0},
    {"semicolon", "[1;2]", JSON_FLAW_SEMICOLON, 2},
    {"single quotes", "['a']", JSON_FLAW_SINGLE_QUOTE, 1},
    {"typographic quotes",
     "[\xe2\x80\x9c"
     "a\xe2\x80\x9d]",
     JSON_FLAW_CURLY_QUOTE, 1},
    {"comment", "[1, // one\n2]", JSON_FLAW_COMMENT, 4},
    {"comment after a value", "[1 /* one */, 2]", JSON_FLAW_COMMENT, 3},
    {"unquoted key", "{a:1}", JSON_FLAW_KEY_UNQUOTED, 1},
    {"number as a key", "{1:1}", JSON_FLAW_KEY_UNQUOTED, 1},
    {"unquoted word", "[yes]", JSON_FLAW_VALUE_WORD, 1},
    {"capital letters", "[True]", JSON_FLAW_LITERAL_CASE, 1},
    {"almost a literal", "[nul]", JSON_FLAW_VALUE_WORD, 1},
    {"text never ends", "[\"abc", JSON_FLAW_STRING_UNENDED, 1},
    {"text ends in a backslash", "[\"abc\\", JSON_FLAW_STRING_UNENDED, 1},
    {"line break in a text", "[\"ab\nc\"]", JSON_FLAW_STRING_LINE_BREAK, 1},
    {"tab in a text", "[\"ab\tc\"]", JSON_FLAW_STRING_CONTROL, 4},
    {"bad escape", "[\"ab\\x41\"]", JSON_FLAW_ESCAPE, 4},
    {"short \\u", "[\"\\u12\"]", JSON_FLAW_ESCAPE_HEX, 2},
    {"\\u0000", "[\"\\u0000\"]", JSON_FLAW_ESCAPE_NUL, 2},
    {"high half alone", "[\"\\ud800x\"]", JSON_FLAW_ESCAPE_SURROGATE, 2},
    {"low half alone", "[\"\\udc00\"]", JSON_FLAW_ESCAPE_SURROGATE, 2},
    {"two high halves", "[\"\\ud800\\ud800\"]", JSON_FLAW_ESCAPE_SURROGATE, 2},
    {"plus", "[+1]", JSON_FLAW_NUMBER_PLUS, 1},
    {"leading zero", "[01]", JSON_FLAW_NUMBER_ZERO, 1},
    {"point first", "[.5]", JSON_FLAW_NUMBER_POINT, 1},
    {"point last", "[5.]", JSON_FLAW_NUMBER_POINT, 1},
    {"empty exponent", "[5e]", JSON_FLAW_NUMBER_EXPONENT, 1},
    {"minus alone", "[-]", JSON_FLAW_NUMBER_MINUS, 1},
    {"minus infinity", "[-Infinity]", JSON_FLAW_NUMBER_MINUS, 1},
    {"hexadecimal", "[0x10]", JSON_FLAW_NUMBER_UNIT, 1},
    {"unit", "[10m]", JSON_FLAW_NUMBER_UNIT, 1},
    {"} for ]", "[1}", JSON_FLAW_CLOSE_ARRAY, 2},
    {"] for }", "{\"a\":1]", JSON_FLAW_CLOSE_OBJECT, 6},
    {"list not closed", "{\"a\":[1", JSON_FLAW_UNCLOSED_ARRAY, 5},
    {"object not closed", "[{\"a\":1", JSON_FLAW_UNCLOSED_OBJECT, 1},
    {"two values", "{} {}", JSON_FLAW_AFTER_END, 3},
    {"bracket too many", "{}}", JSON_FLAW_AFTER_END, 2},
    {"control character", "[\x01]", JSON_FLAW_VALUE_CHARACTER, 1},
    {"not utf-8", "[\"caf\xe9\"]", JSON_FLAW_UTF8, 5},
    {"overlong utf-8", "[\"\xc0\xaf\"]", JSON_FLAW_UTF8, 2},
    {"surrogate in utf-8", "[\"\xed\xa0\x80\"]", JSON_FLAW_UTF8, 2},
    {"not utf-8, outside texts", "[\xff]", JSON_FLAW_VALUE_CHARACTER, 1},
    {"key twice", "{\"a\":1,\"b\":2,\"a\":3}", JSON_FLAW_KEY_TWICE, 13},
    {"key twice, one escaped", "{\"a\":1,\"\\u0061\":3}", JSON_FLAW_KEY_TWICE, 7},
    {"key twice, escaped and in utf-8", "{\"\xc3\xa9\":1,\"\\u00e9\":3}", JSON_FLAW_KEY_TWICE, 8},
    {"long keys that differ at the end", "{\"aaaaaaaaaaaaaaaaaaaa1\":1,\"aaaaaaaaaaaaaaaaaaaa2\":3}", GOOD,
     0},
};

static void flaws(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct scan_case *c = &cases[i];
    struct first_flaw got = scan(span_from(c->text));
    if (got.flaw != c->flaw || got.at != c->at)
      fail_msg("%s: got flaw %d at %zu, expected %d at %zu", c->name, (int)got.flaw, got.at, (int)c->flaw,
               c->at);
    if (c->flaw != GOOD) continue;
    cJSON *tree = cJSON_ParseWithLength(c->text, strlen(c->text)); /* what we call good, cJSON can read */
    if (!tree) fail_msg("%s: cJSON cannot read it", c->name);
    cJSON_Delete(tree);
  }
}

static void every_flaw_has_words(void **state) {
  (void)state;
  for (int i = 0; i < JSON_FLAW_COUNT; i++) {
    assert_non_null(json_flaw_words[i].message);
    assert_non_null(json_flaw_words[i].hint);
  }
}

/* A quote, backslash or control character at every place relative to a word of eight bytes. */
static void words_of_eight(void **state) {
  (void)state;
  static const char specials[] = {'"', '\\', '\n', '\x01', '\x1f'};
  for (size_t s = 0; s < sizeof specials; s++) {
    for (size_t before = 0; before < 24; before++) {
      struct buf text = {0};
      buf_add_text(&text, "[\"");
      for (size_t i = 0; i < before; i++) buf_add_text(&text, i % 3 == 2 ? "\xc3\xa9" : "!");
      buf_add_char(&text, specials[s]);
      buf_add_text(&text, "z\"]");
      enum json_flaw flaw = scan(buf_span(&text)).flaw;
      assert_int_equal(flaw, s == 0   ? JSON_FLAW_COMMA_MISSING
                             : s == 1 ? JSON_FLAW_ESCAPE
                             : s == 2 ? JSON_FLAW_STRING_LINE_BREAK
                                      : JSON_FLAW_STRING_CONTROL);
      buf_free(&text);
    }
  }
}

static void many_twins(void **state) {
  (void)state;
  struct buf text = {0};
  struct first_flaw first = {JSON_FLAW_COUNT, 0, 0, 0};
  buf_add_char(&text, '{');
  for (int i = 0; i < 1000; i++) buf_format(&text, "%s\"key%d\":0", i ? "," : "", i % 900);
  buf_add_char(&text, '}');
  assert_false(scenario_scan(buf_span(&text), note_flaw, &first, NULL));
  assert_int_equal(first.count, 100);
  buf_free(&text);
}

static void entries(void **state) {
  (void)state;
  static const char text[] = "{\"a\": [1, [2, 3], {\"x\": 4}], \"b\": {\"c\": \"d\", \"e\": []}, \"f\": 5}";
  static const char *const expected[] = {
      "1 a [1, [2, 3], {\"x\": 4}]",   "2 - 1",     "2 - [2, 3]", "2 - {\"x\": 4}",
      "1 b {\"c\": \"d\", \"e\": []}", "2 c \"d\"", "2 e []",     "1 f 5"};
  struct json_entries found = {0};
  struct first_flaw first = {JSON_FLAW_COUNT, 0, 0, 0};
  assert_true(scenario_scan(span_from(text), note_flaw, &first, &found));
  assert_int_equal(found.count, sizeof expected / sizeof *expected);
  for (size_t i = 0; i < found.count; i++) {
    const struct json_entry *entry = &found.items[i];
    char line[100];
    snprintf(line, sizeof line, "%u %c %.*s", entry->level,
             entry->key_at == JSON_NO_KEY ? '-' : text[entry->key_at + 1], (int)(entry->end - entry->begin),
             text + entry->begin);
    assert_string_equal(line, expected[i]);
  }
  mem_free(found.items);
}

static void places(void **state) {
  (void)state;
  static const char text[] = "{\n  \"a\": [10, {\"b\\u0063\": [ ], \"d\": \"}]\"}, 30],\n  \"e\": -1\n}\n";
  struct {
    struct json_step steps[3];
    size_t count;
    bool at_key;
    const char *expected; /* what stands there; NULL: nowhere */
  } wanted[] = {
      {{{"a", 0}}, 1, false, "[10"},
      {{{"a", 0}}, 1, true, "\"a\""},
      {{{"a", 0}, {NULL, 0}}, 2, false, "10"},
      {{{"a", 0}, {NULL, 2}}, 2, false, "30"},
      {{{"a", 0}, {NULL, 1}, {"bc", 0}}, 3, false, "[ ]"},
      {{{"a", 0}, {NULL, 1}, {"d", 0}}, 3, false, "\"}]\""},
      {{{"a", 0}, {NULL, 1}, {"d", 0}}, 3, true, "\"d\""},
      {{{"e", 0}}, 1, false, "-1"},
      {{{"a", 0}, {NULL, 3}}, 2, false, NULL},
      {{{"z", 0}}, 1, false, NULL},
      {{{"e", 0}, {"x", 0}}, 2, false, NULL},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    size_t at = json_locate(span_from(text), wanted[i].steps, wanted[i].count, wanted[i].at_key);
    if (!wanted[i].expected) {
      assert_true(at == SPAN_NONE);
    } else {
      assert_true(at != SPAN_NONE);
      assert_true(span_starts_with(span_skip(span_from(text), at), span_from(wanted[i].expected)));
    }
  }
  uint32_t line, column;
  text_position(span_from(text), json_locate(span_from(text), wanted[7].steps, 1, true), &line, &column);
  assert_int_equal(line, 3);
  assert_int_equal(column, 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(flaws),          cmocka_unit_test(every_flaw_has_words),
      cmocka_unit_test(words_of_eight), cmocka_unit_test(many_twins),
      cmocka_unit_test(entries),        cmocka_unit_test(places),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
