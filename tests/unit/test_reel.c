/* A journal as a film: its steps, phases, segments, times and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scenario_journal.h"
#include "view/reel.h"
#include "view_journal.h"

struct film {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
};

static struct film begin(struct journal *journal) {
  struct film film = {.journal = journal, .world = world_view_new(journal)};
  film.reel = reel_new(film.world);
  return film;
}

static void end(struct film *film) {
  reel_free(film->reel);
  world_view_free(film->world);
  journal_free(film->journal);
}

static void steps_follow_each_other(void **state) {
  (void)state;
  struct film film = begin(story_journal());
  const struct reel *reel = film.reel;
  assert_int_equal(reel->steps[0].kind, STEP_TITLE);
  assert_int_equal(reel->steps[1].kind, STEP_COMPOSE);
  assert_int_equal(reel->steps[reel->count - 1].until, journal_count(film.journal));
  for (size_t i = 1; i < reel->count; i++) {
    const struct step *before = &reel->steps[i - 1], *step = &reel->steps[i];
    assert_true(step->record > before->record);
    assert_int_equal(before->until, step->record - 1);
    assert_int_equal(step->film_ms, before->film_ms + before->length_ms);
    assert_true(step->event_ms < step->length_ms);
    assert_true(step->time_us >= before->time_us);
    assert_true(step->phase == before->phase || step->phase == before->phase + 1);
    assert_true(step->segment == before->segment || step->segment == before->segment + 1);
  }
  end(&film);
}

static void moments_are_found(void **state) {
  (void)state;
  struct film film = begin(story_journal());
  const struct reel *reel = film.reel;
  for (size_t i = 0; i < reel->count; i++) {
    assert_int_equal(reel_moment(reel, reel->steps[i].film_ms).step, i);
    assert_int_equal(reel_moment(reel, reel_settled(reel, i)).step, i);
    assert_int_equal(reel_step_of_record(reel, reel->steps[i].record), i);
    assert_int_equal(reel_step_of_record(reel, reel->steps[i].until), i);
    assert_true(reel_is_settled(reel, reel_settled(reel, i)));
  }
  assert_int_equal(reel_moment(reel, -5).step, 0);
  assert_int_equal(reel_moment(reel, reel->length_ms + 5).step, reel->count - 1);
  assert_int_equal(reel->steps[reel_step_at_time(reel, 600000000)].time_us <= 600000000, 1);
  end(&film);
}

static void every_granularity_reaches_both_ends(void **state) {
  (void)state;
  struct film film = begin(story_journal());
  const struct reel *reel = film.reel;
  size_t stops[GRANULARITY_COUNT] = {0};
  for (unsigned by = 0; by < GRANULARITY_COUNT; by++) {
    size_t step = 0;
    while (step + 1 < reel->count) {
      size_t next = reel_next(reel, step, (enum granularity)by);
      assert_true(next > step);
      step = next;
      stops[by]++;
    }
    assert_int_equal(reel_next(reel, step, (enum granularity)by), step);
    while (step > 0) {
      size_t previous = reel_previous(reel, step, (enum granularity)by);
      assert_true(previous < step);
      step = previous;
    }
  }
  assert_true(stops[BY_LINE] > stops[BY_PHASE]);
  assert_true(stops[BY_PHASE] > stops[BY_HOP]);
  assert_int_equal(stops[BY_HOP], 3);
  end(&film);
}

static void segments_have_names(void **state) {
  (void)state;
  struct film film = begin(story_journal());
  const struct reel *reel = film.reel;
  static const struct span names[] = {SPAN_INIT("Submission"), SPAN_INIT("Internet relay"),
                                      SPAN_INIT("Mailbox access")};
  assert_int_equal(reel->segment_count, 3);
  for (size_t i = 0; i < 3; i++) assert_true(span_equal(reel->segments[i].name, names[i]));
  assert_true(reel->segments[2].is_pull);
  assert_int_equal(reel_segment_start(reel, 0), 0);
  assert_int_equal(reel_segment_end(reel, 0), reel_segment_start(reel, 1));
  assert_int_equal(reel_segment_end(reel, 2), reel->length_ms);
  end(&film);
}

/* While the first exchanger is down, the backup calls it for hours. That belongs to no conversation. */
static void calls_in_vain_are_by_themselves(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct film film = begin(run_course_scenario("mx-failover", &arena));
  const struct reel *reel = film.reel;
  static const char *const names[] = {"Submission", "Internet relay", "In vain", "Internal relay"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_true(span_equal(reel->segments[i].name, span_from(names[i])));
  assert_true(reel->segments[2].is_in_vain && !reel->segments[1].is_in_vain);
  for (size_t i = 0; i < reel->count; i++)
    if (reel->steps[i].kind == STEP_DEFERRED) assert_int_equal(reel->steps[i].segment, 2);
  end(&film);
  arena_free(&arena);
}

/* Two sessions are opened at once. One of them, and the delivery after it, are over before the other speaks:
 * it has its colour and its name again from there on. */
static void a_session_that_goes_on_has_its_segment_again(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct film film = begin(run_course_scenario("eight-bits", &arena));
  const struct reel *reel = film.reel;
  static const struct {
    uint32_t connection;
    const char *name;
  } segments[] = {{1, "Submission"},     {2, "Internet relay"}, {3, "Internet relay"},
                  {4, "Local delivery"}, {3, "Internet relay"}, {5, "Local delivery"},
                  {6, "Submission"},     {7, "Internet relay"}, {8, "Local delivery"}};
  assert_int_equal(reel->segment_count, sizeof segments / sizeof *segments);
  for (size_t i = 0; i < reel->segment_count; i++) {
    assert_int_equal(reel->segments[i].connection, segments[i].connection);
    assert_true(span_equal(reel->segments[i].name, span_from(segments[i].name)));
  }
  for (size_t i = reel->segments[4].first_step; i < reel->segments[5].first_step; i++)
    assert_true(reel->steps[i].segment == 4 && reel->steps[i].connection == 3);
  end(&film);
  arena_free(&arena);
}

static void words_come_from_the_scenario_first(void **state) {
  (void)state;
  struct film film = begin(story_journal());
  const struct reel *reel = film.reel;
  struct arena arena = ARENA_EMPTY;
  struct caption caption;
  bool told = false;
  for (size_t i = 0; i < reel->count; i++) {
    reel_caption(reel, i, &arena, &caption);
    assert_true(caption.text.len > 0); /* there are always words */
    assert_true(reel_step_label(reel, i, &arena).len > 0);
    if (!reel->steps[i].narration) continue;
    told = true;
    assert_int_equal(reel->steps[i].kind, STEP_STAMP);
    assert_true(reel->steps[i].phase != reel->steps[i - 1].phase);
    assert_true(span_equal(caption.text, SPAN("The second stamp.")));
    assert_true(span_equal(caption.rfc, SPAN("RFC 5321 4.4")));
  }
  assert_true(told);
  arena_free(&arena);
  end(&film);
}

static void a_journal_without_mail_is_a_film_too(void **state) {
  (void)state;
  struct journal *journal = journal_new(JOURNAL_FULL);
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("Nothing")}});
  struct film film = begin(journal);
  assert_int_equal(film.reel->count, 1);
  assert_int_equal(film.reel->segment_count, 1);
  assert_int_equal(reel_next(film.reel, 0, BY_PHASE), 0);
  assert_int_equal(reel_previous(film.reel, 0, BY_HOP), 0);
  end(&film);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_follow_each_other),
      cmocka_unit_test(moments_are_found),
      cmocka_unit_test(every_granularity_reaches_both_ends),
      cmocka_unit_test(segments_have_names),
      cmocka_unit_test(calls_in_vain_are_by_themselves),
      cmocka_unit_test(a_session_that_goes_on_has_its_segment_again),
      cmocka_unit_test(words_come_from_the_scenario_first),
      cmocka_unit_test(a_journal_without_mail_is_a_film_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
