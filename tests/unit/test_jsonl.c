/* The journal's public form: what is written, what is read back, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/json_write.h"
#include "base/mem.h"
#include "journal_samples.h"

#define FIRST_LINE                                                                                           \
  "{\"seq\":1,\"time_us\":0,\"kind\":\"scenario\",\"format\":1,\"start_unix_us\":0,\"seed\":0,"              \
  "\"title\":\"\",\"subtitle\":\"\",\"teaches\":\"\",\"summary\":\"\",\"software\":\"\"}\n"

static void strings_are_escaped(void **state) {
  (void)state;
  static const struct {
    struct span text;
    const char *json;
  } cases[] = {
      {SPAN_INIT(""), "\"\""},
      {SPAN_INIT("plain"), "\"plain\""},
      {SPAN_INIT("a \"b\" \\ /"), "\"a \\\"b\\\" \\\\ /\""},
      {SPAN_INIT("\r\n\t"), "\"\\r\\n\\t\""},
      {SPAN_INIT("\x01\x1f\x7f"), "\"\\u0001\\u001f\x7f\""},
      {SPAN_INIT("Don\u2019t \U0001f4e7"), "\"Don\u2019t \U0001f4e7\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf out = {0};
    json_write_string(cases[i].text, &out);
    assert_true(span_equal(buf_span(&out), span_from(cases[i].json)));
    buf_free(&out);
  }
}

static void records_are_written(void **state) {
  (void)state;
  static const struct {
    struct journal_record record;
    const char *json;
  } cases[] = {
      {{.seq = 9,
        .time_us = 20300,
        .kind = JOURNAL_LINE,
        .cause = 8,
        .host = 2,
        .agent = 3,
        .connection = 1,
        .message = 4,
        .number = {0, 40300, 0},
        .text = {SPAN_INIT("EHLO [192.0.2.1]")}},
       "{\"seq\":9,\"time_us\":20300,\"kind\":\"line\",\"cause\":8,\"host\":2,\"agent\":3,\"connection\":1,"
       "\"message\":4,\"side\":0,\"arrives_us\":40300,\"bare_lf\":0,\"text\":\"EHLO [192.0.2.1]\"}"},
      {{.seq = 2, .kind = JOURNAL_NOTE}, "{\"seq\":2,\"time_us\":0,\"kind\":\"note\",\"text\":\"\"}"},
      {{.seq = 2, .kind = JOURNAL_NOTE, .text = {SPAN_INIT("caf\xe9")}},
       "{\"seq\":2,\"time_us\":0,\"kind\":\"note\",\"text_base64\":\"Y2Fm6Q==\"}"},
      {{.seq = 2, .kind = JOURNAL_NOTE, .text = {SPAN_INIT("\0")}},
       "{\"seq\":2,\"time_us\":0,\"kind\":\"note\",\"text_base64\":\"AA==\"}"},
      {{.seq = 2, .kind = JOURNAL_LIMIT, .number = {9007199254740991}},
       "{\"seq\":2,\"time_us\":0,\"kind\":\"limit\",\"value\":9007199254740991,\"name\":\"\"}"},
      {{.seq = 2, .kind = JOURNAL_LIMIT, .number = {-9007199254740992}},
       "{\"seq\":2,\"time_us\":0,\"kind\":\"limit\",\"value\":\"-9007199254740992\",\"name\":\"\"}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf out = {0};
    journal_record_to_json(&cases[i].record, &out);
    if (!span_equal(buf_span(&out), span_from(cases[i].json))) fail_msg("%.*s", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
  }
}

static bool collect(void *context, struct span bytes) {
  return buf_add(context, bytes);
}

static void round_trip(void **state) {
  (void)state;
  enum { RECORDS = 20000 };
  struct rng rng = rng_named(3, SPAN("jsonl"));
  static char noise[100000], words[1000];
  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(rng_next(&rng) & 255);
  for (size_t i = 0; i < sizeof words; i++) words[i] = (char)(1 + rng_below(&rng, 127));
  struct journal *journal = new_journal(JOURNAL_FULL);
  for (journal_seq i = 1; i < RECORDS; i++) {
    struct span pool = i % 500 == 0 ? span_of(noise, sizeof noise) : span_of(words, sizeof words);
    struct journal_record record = random_record(&rng, pool, (int64_t)i * 400000000000, i);
    journal_append(journal, &record);
  }
  struct buf file = {0}, again = {0};
  assert_true(journal_write_jsonl(journal, collect, &file));
  struct error_list errors = {0};
  struct journal *back = journal_read_jsonl(SPAN("a.jsonl"), buf_span(&file), &errors);
  if (!back) {
    struct buf text = {0};
    error_format(&errors.items[0], &text);
    fail_msg("%.*s", SPAN_ARG(buf_span(&text)));
  }
  char a[DIGEST_HEX_MAX], b[DIGEST_HEX_MAX];
  journal_fingerprint(journal, a);
  journal_fingerprint(back, b);
  assert_string_equal(a, b);
  assert_true(journal_write_jsonl(back, collect, &again));
  assert_true(span_equal(buf_span(&file), buf_span(&again)));
  journal_free(journal);
  journal_free(back);
  buf_free(&file);
  buf_free(&again);
}

static bool give_up(void *context, struct span bytes) {
  (void)bytes;
  return --*(int *)context > 0;
}

static void a_sink_that_fails_stops_the_writing(void **state) {
  (void)state;
  static char words[1000];
  struct journal *journal = new_journal(JOURNAL_FULL);
  for (int i = 0; i < 1000; i++)
    journal_append(journal, &(struct journal_record){.kind = JOURNAL_NOTE, .text = {{words, sizeof words}}});
  int left = 2;
  assert_false(journal_write_jsonl(journal, give_up, &left));
  assert_int_equal(left, 0);
  journal_free(journal);
}

#define LINE_2 "{\"time_us\":5,\"kind\":\"note\",\"text\":\"x\"}"

/* What is read although we would write it otherwise. */
static void lenient(void **state) {
  (void)state;
  static const char *const cases[] = {
      "{\"kind\":\"scenario\",\"time_us\":0,\"format\":1}",
      FIRST_LINE LINE_2,
      FIRST_LINE "\n \r\n" LINE_2 "\r\n\n",
      FIRST_LINE " { \"kind\" : \"note\" , \"time_us\" : 5.0e0 } ",
      FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"cause\":1,\"host\":65535,\"connection\":4294967295}",
      FIRST_LINE "{\"time_us\":0,\"kind\":\"limit\",\"value\":\"9223372036854775807\"}",
      FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"\\\\u0000 \\u00e9\"}",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct error_list errors = {0};
    struct journal *journal = journal_read_jsonl(SPAN("j"), span_from(cases[i]), &errors);
    if (!journal) fail_msg("refused: %s", cases[i]);
    assert_int_equal(errors.total, 0);
    journal_free(journal);
  }
}

/* Each a whole file, and what is said of it. */
static const struct {
  struct span file;
  const char *message;
} refused[] = {
    {SPAN_INIT(""), "j: an empty file\n  expected: a journal: one JSON object a line\n"},
    {SPAN_INIT("\n\n"), "an empty file"},
    {SPAN_INIT("hello\n"), "j:1:1: not JSON\n  expected: one JSON object\n"},
    {SPAN_INIT("\x7f"
               "ELF\0\0\0\xff"),
     "j:1:8: not UTF-8"},
    {SPAN_INIT("[]"), "j:1:1: not a record"},
    {SPAN_INIT("{}"), "j:1:1: no \"kind\""},
    {SPAN_INIT("{\"kind\":7}"), "\"kind\" is not a string"},
    {SPAN_INIT("{\"kind\":\"scenaro\"}"),
     "j:1:9: unknown kind \"scenaro\"\n  expected: a kind of docs/journal.md\n  try: scenario\n"},
    {SPAN_INIT(LINE_2), "j:1:1: a journal begins otherwise\n  expected: \"scenario\", with \"format\": 1\n"},
    {SPAN_INIT("{\"time_us\":0,\"kind\":\"scenario\"}"), "not known: \"format\""},
    {SPAN_INIT("{\"time_us\":0,\"kind\":\"scenario\",\"format\":2}"),
     "j:1:32: made by a newer program: a higher \"format\"\n  expected: format 1\n  try: a newer "
     "Waystation\n"},
    {SPAN_INIT(FIRST_LINE FIRST_LINE), "j:2:2: wrong value of \"seq\"\n  expected: the number of the record"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"scenario\",\"format\":1}"), "a second scenario"},
    {SPAN_INIT(FIRST_LINE LINE_2 "\n{\"time_us\":4,\"kind\":\"note\"}"),
     "j:3:2: time goes back: \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"kind\":\"note\"}"), "j:2:1: no \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"cause\":2}"),
     "j:2:28: wrong value of \"cause\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":-1,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":9007199254740992,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":9007199254740993,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":1e400,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0.5,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":null,\"kind\":\"note\"}"), "wrong value of \"time_us\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"host\":65536}"), "wrong value of \"host\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"message\":4294967296}"),
     "value of \"message\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"limit\",\"value\":\"7\"}"), "wrong value of \"value\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"limit\",\"value\":\"9223372036854775808\"}"),
     "of \"value\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"limit\",\"value\":true}"), "wrong value of \"value\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":7}"),
     "wrong value of \"text\"\n  expected: a string"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text_base64\":\"Zg\"}"),
     "value of \"text_base64\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"a\",\"text_base64\":\"Zg==\"}"),
     "twice: \"text_base64\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"txt\":\"a\"}"),
     "j:2:28: unknown key \"txt\"\n  expected: a field of \"note\" (docs/journal.md)\n  try: text\n"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"value_base64\":\"\"}"),
     "unknown key \"value_base64\""},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\"} {}"), "j:2:28: more after the record"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\""), "not JSON"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"a\0b\"}"),
     "j:2:37: a control character"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"a\\\\\\u0000\"}"),
     "j:2:39: a NUL in a string"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"\xc0\x80\"}"), "j:2:36: not UTF-8"},
    {SPAN_INIT(FIRST_LINE "{\"time_us\":0,\"kind\":\"note\",\"text\":\"\\ud800\"}"), "not JSON"},
};

static void refuses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct error_list errors = {0};
    struct buf text = {0};
    struct journal *journal = journal_read_jsonl(SPAN("j"), refused[i].file, &errors);
    if (journal) fail_msg("taken: %.*s", SPAN_ARG(refused[i].file));
    assert_int_equal(errors.total, 1);
    error_format(&errors.items[0], &text);
    if (span_search(buf_span(&text), span_from(refused[i].message)) == SPAN_NONE)
      fail_msg("case %zu: said: %.*sinstead of: %s", i, SPAN_ARG(buf_span(&text)), refused[i].message);
    buf_free(&text);
    error_list_free(&errors);
  }
}

/* All mistakes at once, but not without end; and none takes time that grows with its square. */
static void many_mistakes(void **state) {
  (void)state;
  struct buf file = {0};
  struct error_list errors = {0};
  buf_add_text(&file, FIRST_LINE "{}\n" LINE_2 "\n{\"kind\":\"note\",\"x\":1}\n");
  assert_null(journal_read_jsonl(SPAN("j"), buf_span(&file), &errors));
  assert_int_equal(errors.total, 3);
  assert_int_equal(errors.items[0].line, 2);
  assert_int_equal(errors.items[2].line, 4);
  buf_add_text(&file, "{\"kind\":\"note\"");
  for (int i = 0; i < 300000; i++) buf_add_text(&file, ",\"x\":1");
  buf_add_text(&file, "}\n");
  for (int i = 0; i < 300000; i++) buf_add_text(&file, "[\n");
  assert_null(journal_read_jsonl(SPAN("j"), buf_span(&file), &errors));
  assert_in_range(errors.total, ERROR_LIST_MAX, ERROR_LIST_MAX + 10);
  error_list_free(&errors);
  buf_free(&file);
}

static void deep_nesting(void **state) {
  (void)state;
  struct buf file = {0};
  struct error_list errors = {0};
  buf_add_text(&file, FIRST_LINE "{\"kind\":");
  for (int i = 0; i < 1000000; i++) buf_add_char(&file, '[');
  assert_null(journal_read_jsonl(SPAN("j"), buf_span(&file), &errors));
  assert_int_equal(errors.total, 1);
  error_list_free(&errors);
  buf_free(&file);
}

/* A key that could mean two things would break the form. */
static void keys_are_distinct(void **state) {
  (void)state;
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    const struct journal_kind_info *info = journal_kind_info((enum journal_kind)kind);
    const char *keys[8 + JOURNAL_NUMBERS + JOURNAL_TEXTS] = {"seq",  "time_us", "kind",       "cause",
                                                             "host", "agent",   "connection", "message"};
    size_t count = 8;
    for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) keys[count++] = info->number[i];
    for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) keys[count++] = info->text[i];
    for (size_t i = 0; i < count; i++) {
      assert_false(span_ends_with(span_from(keys[i]), SPAN("_base64")));
      for (size_t j = 0; j < i; j++) assert_string_not_equal(keys[i], keys[j]);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_are_escaped),
      cmocka_unit_test(records_are_written),
      cmocka_unit_test(round_trip),
      cmocka_unit_test(a_sink_that_fails_stops_the_writing),
      cmocka_unit_test(lenient),
      cmocka_unit_test(refuses),
      cmocka_unit_test(many_mistakes),
      cmocka_unit_test(deep_nesting),
      cmocka_unit_test(keys_are_distinct),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
