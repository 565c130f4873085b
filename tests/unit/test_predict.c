/* predict: the questions of every scenario of the course; somebody's answers; the attempt read back and
 * judged. */
#define _POSIX_C_SOURCE 200809L
#include "view/predict_play.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "readers/attempt.h"
#include "watched.h"

static int is_json(const struct dirent *entry) {
  return span_ends_with(span_from(entry->d_name), SPAN(".json"));
}

struct tally {
  size_t questions, at[PREDICT_CHOICES_MAX];
};

static void check_question(const struct predict *predict, size_t i, struct tally *tally) {
  struct arena arena = ARENA_EMPTY;
  struct predict_words words, again;
  predict_words(predict, i, &arena, &words);
  predict_words(predict, i, &arena, &again);
  struct span name = predict_name(predict, i, &arena);
  if (words.count < 3 || words.right >= words.count || !words.ask.len || !words.because.len)
    fail_msg("%.*s: %zu choices, right %zu", SPAN_ARG(name), words.count, words.right);
  for (size_t k = 0; k < words.count; k++) {
    assert_true(span_equal(words.choices[k], again.choices[k])); /* in the same order each time */
    for (size_t m = 0; m < k; m++) assert_false(span_equal(words.choices[k], words.choices[m]));
  }
  assert_int_equal(predict_before(predict, predict->questions[i].step), i - predict->questions[i].turn);
  if (i) assert_true(predict->questions[i].step >= predict->questions[i - 1].step);
  tally->questions++;
  tally->at[words.right]++;
  arena_free(&arena);
}

static void every_scenario(void **state) {
  (void)state;
  struct tally tally = {0};
  struct dirent **entries = NULL;
  int count = scandir(TESTS_DIR "/../scenarios", &entries, is_json, alphasort);
  assert_true(count > 10);
  for (int i = 0; i < count; i++) {
    struct watched watched = watch(watched_run(entries[i]->d_name, ""));
    struct predict *predict = predict_new(watched.reel);
    if (predict->count < 3) fail_msg("%s asks %zu questions", entries[i]->d_name, predict->count);
    for (size_t k = 0; k < predict->count; k++) check_question(predict, k, &tally);
    predict_free(predict);
    watched_end(&watched);
    free(entries[i]);
  }
  free(entries);
  /* The right answer stands now here, now there. */
  for (size_t i = 0; i < 3; i++) assert_true(tally.at[i] * 6 > tally.questions);
}

/* ---- known questions ---- */

static struct watched failover;
static struct predict *predict;

static int set_up(void **state) {
  (void)state;
  failover = watch(watched_run(
      "overlay", "{\"waystation\":1,\"extends\":\"mx-failover.json\",\"questions\":["
                 "{\"when\":\"timed_out\",\"ask\":\"And now?\",\"answer\":\"The other "
                 "one\",\"others\":[\"Back\",\"Wait\"],"
                 "\"because\":\"There is a second MX.\",\"rfc\":\"RFC 5321 5.1\"},"
                 "{\"when\":\"routed\",\"nth\":2,\"ask\":\"Which?\",\"answer\":\"mx2\",\"others\":[\"mx1\"]},"
                 "{\"when\":\"routed\",\"nth\":2,\"ask\":\"Why?\",\"answer\":\"It is up\",\"others\":[\"It "
                 "is near\"]}]}"));
  predict = predict_new(failover.reel);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  predict_free(predict);
  watched_end(&failover);
  return 0;
}

static size_t question_of(const char *ask, const char *about, struct arena *arena,
                          struct predict_words *words) {
  for (size_t i = 0; i < predict->count; i++) {
    predict_words(predict, i, arena, words);
    if (span_search(words->ask, span_from(ask)) != SPAN_NONE &&
        (!about || span_search(words->about, span_from(about)) != SPAN_NONE))
      return i;
  }
  fail_msg("nobody asks \"%s\" about \"%s\"", ask, about ? about : "");
  return 0;
}

static bool offers(const struct predict_words *words, const char *choice) {
  for (size_t i = 0; i < words->count; i++)
    if (span_search(words->choices[i], span_from(choice)) != SPAN_NONE) return true;
  return false;
}

#define assert_right(words, expected)                                                                        \
  do {                                                                                                       \
    struct span right_span = (words).choices[(words).right];                                                 \
    if (!span_starts_with(right_span, SPAN(expected)))                                                       \
      fail_msg("%d: right is \"%.*s\"", __LINE__, SPAN_ARG(right_span));                                     \
  } while (0)

static void known_questions(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct predict_words words;
  question_of("What will smtp.sender.example answer?", "RCPT TO", &arena, &words);
  assert_right(words, "250  ");
  assert_true(offers(&words, "550  "));
  question_of("What will smtp.sender.example answer?", "DATA", &arena, &words);
  assert_right(words, "354  ");
  question_of("What will smtp.sender.example answer?", "The message is over", &arena, &words);
  assert_right(words, "250  ");
  question_of("Where does smtp.sender.example send it next?", NULL, &arena, &words);
  assert_right(words, "mx1.example.edu");
  assert_true(offers(&words, "mx2.example.edu"));
  question_of("Which line does mx2.example.edu put on top", NULL, &arena, &words);
  assert_right(words, "Received: from smtp.sender.example by mx2.example.edu with ESMTP");
  assert_true(offers(&words, "Received: from mx2.example.edu by smtp.sender.example"));
  question_of("Which line does mx1.example.edu put on top", "", &arena, &words);
  arena_free(&arena);
}

static void the_scenario_s_own(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct predict_words words;
  size_t first = question_of("And now?", NULL, &arena, &words);
  assert_right(words, "The other one");
  assert_int_equal(words.count, 3);
  assert_true(span_equal(words.because, SPAN("There is a second MX.")));
  assert_true(span_equal(words.rfc, SPAN("RFC 5321 5.1")));
  assert_true(span_starts_with(predict_name(predict, first, &arena), SPAN("own-")));
  question_of("Which?", NULL, &arena, &words); /* in place of the one made for this route */
  assert_int_equal(words.count, 2);
  assert_true(words.because.len > 0); /* the caption's */
  arena_free(&arena);
}

/* Two records between one step and the next, and two questions about the second of them: all three are asked,
 * in the order of the records and then of the scenario, each under a name of its own; none is made beside. */
static void several_at_one_step(void **state) {
  (void)state;
  struct watched watched = watch(watched_run(
      "overlay",
      "{\"waystation\":1,\"extends\":\"jack-to-janelle.json\",\"questions\":["
      "{\"when\":\"line side=server text~2.1.5\",\"ask\":\"B?\",\"answer\":\"1\",\"others\":[\"2\",\"3\"]},"
      "{\"when\":\"line side=server "
      "text=250*2.1.5*\",\"ask\":\"C?\",\"answer\":\"1\",\"others\":[\"2\",\"3\"]},"
      "{\"when\":\"decision about=rcpt\",\"ask\":\"A?\",\"answer\":\"1\",\"others\":[\"2\",\"3\"]}]}"));
  struct predict *several = predict_new(watched.reel);
  struct arena arena = ARENA_EMPTY;
  static const char *const asks[] = {"A?", "B?", "C?"};
  size_t first = 0, places[3] = {0};
  while (first < several->count && several->questions[first].kind != PREDICT_SCENARIO) first++;
  assert_true(first + 3 < several->count);
  journal_seq record = several->questions[first].record;
  assert_int_equal(predict_before(several, several->questions[first].step), first);
  for (size_t i = 0; i < 3; i++) {
    const struct predict_question *question = &several->questions[first + i];
    struct predict_words words;
    predict_words(several, first + i, &arena, &words);
    assert_true(span_equal(words.ask, span_from(asks[i])));
    assert_int_equal(question->step, several->questions[first].step);
    assert_int_equal(question->turn, i);
    struct span name =
        i == 0 ? arena_format(&arena, "own-%u", record) : arena_format(&arena, "own-%u-%zu", record, i + 1);
    assert_true(span_equal(predict_name(several, first + i, &arena), name));
    places[i] = words.right;
  }
  assert_false(places[0] == places[1] && places[1] == places[2]); /* which would be a hint */
  assert_true(several->questions[first + 3].step > several->questions[first].step);
  arena_free(&arena);
  predict_free(several);
  watched_end(&watched);
}

/* ---- playing ---- */

static void somebody_plays(void **state) {
  (void)state;
  struct predict_play play = {.asked = PREDICT_NONE};
  assert_int_equal(predict_play_next(&play, 0), PREDICT_NONE); /* off */
  predict_play_begin(&play, predict);
  assert_int_equal(predict_play_next(&play, 0), 0);
  assert_false(predict_play_answer(&play, 0)); /* nothing is asked */
  predict_play_ask(&play, 0);
  assert_false(predict_play_answer(&play, 9));
  assert_true(predict_play_answer(&play, 1));
  assert_false(predict_play_answer(&play, 2)); /* once only */
  assert_true(play.is_revealed);
  predict_play_close(&play);
  assert_int_equal(predict_play_next(&play, 0), 1);
  predict_play_ask(&play, 1);
  predict_play_show(&play);
  predict_play_close(&play);
  assert_int_equal(predict_play_next(&play, 0), 2);
  predict_play_ask(&play, 0); /* turned back: still revealed */
  assert_true(play.is_revealed);
  struct predict_score score = predict_play_score(&play);
  assert_int_equal(score.questions, predict->count);
  assert_int_equal(score.answered, 1);
  predict_play_begin(&play, predict); /* switched off and on: what was answered stays */
  assert_int_equal(predict_play_next(&play, 0), 2);
  predict_play_end(&play);
}

/* ---- attempts ---- */

static size_t right_of(size_t question) {
  struct arena arena = ARENA_EMPTY;
  struct predict_words words;
  predict_words(predict, question, &arena, &words);
  arena_free(&arena);
  return words.right;
}

/* Everything right, but for the second (wrong) and the third (revealed); the last stays open. */
static struct span make_attempt(struct arena *arena) {
  struct predict_play play = {.asked = PREDICT_NONE};
  struct buf out = {0};
  predict_play_begin(&play, predict);
  for (size_t i = 0; i + 1 < predict->count; i++) {
    predict_play_ask(&play, i);
    if (i == 2)
      predict_play_show(&play);
    else
      assert_true(predict_play_answer(&play, i == 1 ? (right_of(i) + 1) % 2 : right_of(i)));
  }
  predict_play_write(&play, &out);
  struct span text = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  predict_play_end(&play);
  return text;
}

static void an_attempt_is_judged(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct attempt attempt;
  struct error_list errors = {0};
  struct span text = make_attempt(&arena);
  assert_true(attempt_judge(SPAN("a.json"), text, predict, &attempt, &errors));
  assert_int_equal(attempt.fault_count, 0);
  assert_int_equal(attempt.answered, predict->count - 2);
  assert_int_equal(attempt.right, predict->count - 3);
  assert_int_equal(attempt.states[0], ATTEMPT_RIGHT);
  assert_int_equal(attempt.states[1], ATTEMPT_WRONG);
  assert_int_equal(attempt.states[2], ATTEMPT_SHOWN);
  assert_int_equal(attempt.states[predict->count - 1], ATTEMPT_OPEN);
  struct buf out = {0};
  attempt_write_text(&attempt, predict, &out);
  attempt_write_json(&attempt, predict, &out);
  buf_free(&out);
  attempt_free(&attempt);
  arena_free(&arena);
}

struct forgery {
  const char *title, *from, *to; /* the first such text in the attempt is replaced */
  bool is_refused;               /* else a fault is found */
  const char *says;
};

static const struct forgery forgeries[] = {
    {"a higher score", "\"right\":", "\"right\":9", false, "it claims"},
    {"another run", "\"fingerprint\":\"", "\"fingerprint\":\"0", true, "this is an attempt at another run"},
    {"another version", "\"waystation_attempt\":1", "\"waystation_attempt\":2", true, "this is no attempt"},
    {"a question of its own", "\"question\":\"reply-", "\"question\":\"reply-9", false,
     "this run asks no question"},
    {"another kind of question", "\"question\":\"reply-", "\"question\":\"stamp-", false,
     "this run asks no question"},
    {"other choices", "\"choices\":[\"", "\"choices\":[\"x", false, "reply-"},
    {"a choice that is none", "\"chosen\":", "\"chosen\":9", false, "reply-"},
    {"a choice in words", "\"chosen\":", "\"chosen\":\"1\",\"x\":", false, "reply-"},
    {"no list", "\"answers\":[", "\"other\":[", true, "there are no answers"},
    {"cut off", "]}\n", "", true, "this file cannot be read as JSON"},
};

static void forgeries_are_found(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct span text = make_attempt(&arena);
  for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
    const struct forgery *one = &forgeries[i];
    struct error_list errors = {0};
    struct attempt attempt;
    size_t at = span_search(text, span_from(one->from));
    assert_true(at != SPAN_NONE);
    if (span_equal(span_from(one->from), SPAN("]}\n"))) at = text.len - 3;
    const struct span pieces[] = {span_first(text, at), span_from(one->to),
                                  span_skip(text, at + span_from(one->from).len)};
    bool judged = attempt_judge(SPAN("a.json"), arena_join(&arena, pieces, 3), predict, &attempt, &errors);
    if (judged == one->is_refused) fail_msg("%s: %s", one->title, judged ? "taken" : "refused");
    if (judged && attempt.fault_count == 0) fail_msg("%s: nothing found", one->title);
    struct span said = judged ? attempt.faults[0] : errors.items[0].message;
    if (!span_starts_with(said, span_from(one->says))) fail_msg("%s: %.*s", one->title, SPAN_ARG(said));
    if (judged) attempt_free(&attempt);
    error_list_free(&errors);
  }
  arena_free(&arena);
}

static void journals_of_strangers(void **state) {
  (void)state;
  struct watched watched = watch(journal_new(JOURNAL_FULL));
  struct predict *nothing = predict_new(watched.reel);
  assert_int_equal(nothing->count, 0);
  assert_int_equal(predict_before(nothing, 7), PREDICT_NONE);
  predict_free(nothing);
  watched_end(&watched);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_scenario),        cmocka_unit_test(known_questions),
      cmocka_unit_test(the_scenario_s_own),    cmocka_unit_test(somebody_plays),
      cmocka_unit_test(an_attempt_is_judged),  cmocka_unit_test(forgeries_are_found),
      cmocka_unit_test(journals_of_strangers), cmocka_unit_test(several_at_one_step),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
