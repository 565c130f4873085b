/* compare: two runs of one world, matched step by step and letter by letter. */
#include "readers/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "readers/outcome.h"
#include "view/reel_compare.h"
#include "watched.h"

static struct journal *run(const char *overlay) {
  return watched_run("overlay", overlay);
}

#define OVER(text) "{\"waystation\":1,\"extends\":\"mx-failover.json\"" text "}"

/* Every step stands in one row, in order; the counts add up. */
static void check_rows(const struct reel_compare *c) {
  size_t before = 0, after = 0;
  for (size_t i = 0; i < c->count; i++) {
    const struct compare_row *row = &c->rows[i];
    if (row->before != COMPARE_NO_STEP) {
      assert_int_equal(row->before, before++);
      assert_int_equal(reel_compare_row(c, false, row->before), i);
    }
    if (row->after != COMPARE_NO_STEP) {
      assert_int_equal(row->after, after++);
      assert_int_equal(reel_compare_row(c, true, row->after), i);
    }
    bool both = row->before != COMPARE_NO_STEP && row->after != COMPARE_NO_STEP;
    assert_int_equal(both, row->mark == COMPARE_SAME || row->mark == COMPARE_WORDS);
    if (i < c->first) assert_int_equal(row->mark, COMPARE_SAME);
  }
  assert_int_equal(before, c->before->count);
  assert_int_equal(after, c->after->count);
  assert_int_equal(c->same + c->words + c->before_only + c->after_only, c->count);
}

enum { SOME = 100000 }; /* any number but 0 */

struct pair_case {
  const char *title, *overlay;
  size_t words, gone, new;
};

/* Against the scenario as it is. */
static const struct pair_case pair_cases[] = {
    {"itself", OVER(""), 0, 0, 0},
    {"an hour later: times, queue ids and dates shift", OVER(",\"start\":\"2012-03-05T11:00:00-07:00\""), 0,
     0, 0},
    {"another subject", OVER(",\"script\":{\"2\":{\"subject\":\"And now, Ben?\"}}"), 1, 0, 0},
    {"a letter less", OVER(",\"script\":{\"2\":null}"), 0, SOME, 0},
};

static void pairs(void **state) {
  (void)state;
  struct watched base = watch(run(OVER("")));
  for (size_t i = 0; i < sizeof pair_cases / sizeof *pair_cases; i++) {
    const struct pair_case *one = &pair_cases[i];
    struct watched other = watch(run(one->overlay));
    struct reel_compare *c = reel_compare_new(base.reel, other.reel);
    check_rows(c);
    if (c->words != one->words || c->after_only != one->new ||
        (one->gone == SOME ? c->before_only == 0 : c->before_only != one->gone))
      fail_msg("%s: %zu words, %zu gone, %zu new", one->title, c->words, c->before_only, c->after_only);
    size_t gone = c->before_only;
    reel_compare_free(c);
    c = reel_compare_new(other.reel, base.reel); /* and the other way round */
    check_rows(c);
    assert_int_equal(c->after_only, gone);
    assert_int_equal(c->before_only, one->new);
    reel_compare_free(c);
    watched_end(&other);
  }
  watched_end(&base);
}

static void shifting_words(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"250 2.0.0 Ok: queued as 7B0C021700", "250 2.0.0 Ok: queued as #"},
      {"id i5IGMtv0004345; Fri, 18 Jun 2004 12:22:57 -0400", "id #; Fri, 18 Jun # # -#"},
      {"1BbMYV-0000xy-AB", "#-#-AB"},
      {"RCPT TO:<ben@mx10.example.edu>", "RCPT TO:<ben@mx10.example.edu>"},
      {"server12.example [192.0.2.3]", "server12.example [192.0.2.3]"},
      {"LAA20869", "#"},
      {"", ""},
  };
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span words = reel_compare_words(span_from(cases[i].text), &arena);
    if (!span_equal(words, span_from(cases[i].words))) fail_msg("%s: %.*s", cases[i].text, SPAN_ARG(words));
  }
  arena_free(&arena);
}

static void outcomes(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct outcome *list;
  struct journal *journal = run(OVER(",\"faults\":{\"1\":{\"until\":null}},\"until\":\"3h\""));
  assert_int_equal(outcome_list(journal, &arena, &list), 2);
  assert_int_equal(list[0].state, AUDIT_QUEUED);
  assert_true(list[0].delay_us < 0);
  assert_true(span_equal(list[0].subject, SPAN("Are you there?")));
  assert_true(span_equal(list[0].via, SPAN("smtp.sender.example → mx2.example.edu")));
  assert_true(list[0].why.len > 0);
  journal_free(journal);
  arena_free(&arena);
}

/* The submission server is down when the second letter is written: it stays where it is. */
static void unsent(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct outcome *list;
  struct journal *before = run(OVER("")),
                 *after =
                     run(OVER(",\"faults\":{\"provider\":{\"at\":\"2h\",\"host\":\"smtp.sender.example\"}}"));
  struct buf out = {0};
  assert_int_equal(outcome_list(after, &arena, &list), 2);
  assert_false(list[0].in_outbox);
  assert_true(list[1].in_outbox);
  assert_int_equal(list[1].host, list[1].sender_host);
  assert_true(span_equal(list[1].subject, SPAN("And now?")));
  assert_true(span_equal(list[1].recipient, SPAN("ben@example.edu")));
  compare_write_text(before, after, SPAN(""), &out);
  assert_int_not_equal(
      span_search(buf_span(&out), SPAN("after:  never handed in: in the outbox of ann-laptop\n")), SPAN_NONE);
  buf_clear(&out);
  compare_write_json(before, after, SPAN(""), &out);
  assert_int_not_equal(span_search(buf_span(&out), SPAN("\"state\":\"unsent\"")), SPAN_NONE);
  buf_free(&out);
  arena_free(&arena);
  journal_free(before);
  journal_free(after);
}

static void json_is_json(void **state) {
  (void)state;
  struct journal *before = run(OVER("")),
                 *after = run(OVER(",\"dns\":{\"example.edu\":[\"MX 5 mx2.example.edu\"]}"));
  struct buf out = {0};
  compare_write_json(before, after, SPAN("\"quoted\""), &out);
  cJSON *object = cJSON_ParseWithLength(out.data, out.len);
  assert_non_null(object);
  assert_string_equal(cJSON_GetObjectItem(object, "what_if")->valuestring, "\"quoted\"");
  assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(object, "differences")) > 0);
  const cJSON *outcome = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "outcomes"), 0);
  assert_string_equal(cJSON_GetObjectItem(outcome, "recipient")->valuestring, "ben@example.edu");
  assert_false(cJSON_IsTrue(cJSON_GetObjectItem(outcome, "same")));
  cJSON_Delete(object);
  buf_free(&out);
  journal_free(before);
  journal_free(after);
}

/* Journals that share nothing, and one that has nothing. */
static void strangers(void **state) {
  (void)state;
  struct journal *empty = journal_new(JOURNAL_FULL), *full = run(OVER(""));
  struct buf out = {0};
  compare_write_text(empty, full, SPAN(""), &out);
  compare_write_json(full, empty, SPAN("x"), &out);
  compare_write_text(empty, empty, SPAN("x"), &out);
  assert_true(out.len > 0);
  buf_free(&out);
  journal_free(empty);
  journal_free(full);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pairs),        cmocka_unit_test(shifting_words),
                                     cmocka_unit_test(outcomes),     cmocka_unit_test(unsent),
                                     cmocka_unit_test(json_is_json), cmocka_unit_test(strangers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
