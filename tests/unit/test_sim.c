/* Simulated time: order, causes, limits, and that a run in pieces is the same run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "journal_samples.h"
#include "sim/sim.h"

static const int64_t start_unix_us = 1087575775000000;

struct run {
  struct journal *journal;
  struct sim *sim;
};

static struct run run_new(struct sim_limits limits) {
  struct run run = {.journal = new_journal(JOURNAL_FULL)};
  run.sim = sim_new(run.journal, start_unix_us, 7, limits);
  return run;
}

static void run_free(struct run *run) {
  sim_free(run->sim);
  journal_free(run->journal);
}

/* ---- a small world that keeps itself busy ---- */

struct walker {
  struct sim *sim;
  struct rng rng;
  int64_t number;
  int steps_left;
  struct event_handle timer;
};

static void note(struct walker *walker, const char *text) {
  struct journal_record record = {
      .kind = JOURNAL_NOTE, .host = (uint16_t)walker->number, .text = {span_from(text)}};
  sim_note_cause(walker->sim, &record);
}

static void timer_fires(void *context) {
  note(context, "timer");
}

static void step(void *context) {
  struct walker *walker = context;
  note(walker, "step");
  sim_cancel(walker->sim, walker->timer);
  walker->timer = sim_after(walker->sim, rng_exponential_us(&walker->rng, 900), timer_fires, walker);
  if (walker->steps_left-- > 0) sim_after(walker->sim, rng_exponential_us(&walker->rng, 1000), step, walker);
}

enum { WALKERS = 5, STEPS = 200 };

static void start_walkers(struct sim *sim, struct walker walkers[WALKERS]) {
  for (int i = 0; i < WALKERS; i++) {
    walkers[i] =
        (struct walker){.sim = sim, .rng = sim_rng(sim, SPAN("walk")), .number = i + 1, .steps_left = STEPS};
    sim_at(sim, 100, step, &walkers[i]);
  }
}

static void fingerprint_of_run(int64_t piece_us, bool by_steps, char hex_out[DIGEST_HEX_MAX]) {
  struct run run = run_new((struct sim_limits){0});
  struct walker walkers[WALKERS];
  start_walkers(run.sim, walkers);
  int64_t until_us = piece_us;
  if (by_steps)
    while (sim_step(run.sim)) continue;
  else if (piece_us > 0)
    for (; sim_run(run.sim, until_us) == SIM_UNTIL; until_us += piece_us)
      assert_int_equal(sim_now(run.sim), until_us);
  assert_int_equal(sim_run(run.sim, -1), SIM_QUIET);
  assert_true(journal_count(run.journal) > WALKERS * STEPS);
  journal_fingerprint(run.journal, hex_out);
  run_free(&run);
}

static void the_same_run_twice_in_pieces_and_by_steps(void **state) {
  (void)state;
  char whole[DIGEST_HEX_MAX], other[DIGEST_HEX_MAX];
  fingerprint_of_run(0, false, whole);
  fingerprint_of_run(0, false, other);
  assert_string_equal(whole, other);
  fingerprint_of_run(777, false, other);
  assert_string_equal(whole, other);
  fingerprint_of_run(0, true, other);
  assert_string_equal(whole, other);
}

/* ---- order and causes ---- */

static void ties_happen_in_the_order_of_scheduling(void **state) {
  (void)state;
  struct run run = run_new((struct sim_limits){0});
  struct walker walkers[WALKERS] = {0};
  for (int i = 0; i < WALKERS; i++) {
    walkers[i] = (struct walker){.sim = run.sim, .number = i + 1};
    sim_at(run.sim, i % 2 ? 50 : 60, timer_fires, &walkers[i]);
  }
  assert_int_equal(sim_run(run.sim, -1), SIM_QUIET);
  static const uint16_t hosts[] = {2, 4, 1, 3, 5};
  for (journal_seq seq = 2; seq <= journal_count(run.journal); seq++) {
    struct journal_record record;
    journal_get(run.journal, seq, &record);
    assert_int_equal(record.host, hosts[seq - 2]);
    assert_int_equal(record.time_us, seq < 4 ? 50 : 60);
  }
  assert_int_equal(sim_event_count(run.sim), WALKERS);
  run_free(&run);
}

static void an_event_carries_its_cause(void **state) {
  (void)state;
  struct run run = run_new((struct sim_limits){0});
  struct walker walker = {
      .sim = run.sim, .rng = sim_rng(run.sim, SPAN("walk")), .number = 1, .steps_left = 1};
  sim_set_cause(run.sim, 1);
  sim_after(run.sim, 10, step, &walker);
  sim_set_cause(run.sim, 0);
  sim_run(run.sim, -1);
  struct journal_record first, second;
  journal_get(run.journal, 2, &first);
  assert_int_equal(first.cause, 1);
  journal_get(run.journal, 3, &second);
  assert_int_equal(second.cause, 2);
  assert_int_equal(sim_cause(run.sim), 0);
  run_free(&run);
}

static void times_are_told(void **state) {
  (void)state;
  struct run run = run_new((struct sim_limits){0});
  struct walker walker = {.sim = run.sim, .number = 1};
  assert_int_equal(sim_unix_us(run.sim), start_unix_us);
  struct event_handle handle = sim_at(run.sim, 500, timer_fires, &walker);
  struct event_handle cancelled = sim_at(run.sim, 400, timer_fires, &walker);
  assert_true(sim_pending(run.sim, handle));
  assert_true(sim_cancel(run.sim, cancelled));
  assert_false(sim_cancel(run.sim, cancelled));
  assert_false(sim_cancel(run.sim, (struct event_handle){0, 0}));
  assert_int_equal(sim_run(run.sim, 499), SIM_UNTIL);
  assert_int_equal(sim_now(run.sim), 499);
  assert_int_equal(sim_run(run.sim, 300), SIM_UNTIL); /* long ago: nothing happens */
  assert_int_equal(sim_now(run.sim), 499);
  assert_int_equal(sim_run(run.sim, 500), SIM_QUIET);
  assert_int_equal(sim_unix_us(run.sim), start_unix_us + 500);
  assert_false(sim_pending(run.sim, handle));
  assert_int_equal(sim_event_count(run.sim), 1);
  assert_int_equal(sim_seed(run.sim), 7);
  run_free(&run);
}

static void streams_differ_by_name_only(void **state) {
  (void)state;
  struct run run = run_new((struct sim_limits){0});
  struct rng a = sim_rng(run.sim, SPAN("a")), again = sim_rng(run.sim, SPAN("a")),
             b = sim_rng(run.sim, SPAN("b"));
  uint64_t first = rng_next(&a);
  assert_int_equal(rng_next(&again), first);
  assert_int_not_equal(rng_next(&b), first);
  run_free(&run);
}

/* ---- limits ---- */

static const struct limit_case {
  const char *name;
  struct sim_limits limits;
  int64_t value;
  uint64_t events; /* that happened */
  int64_t at_us;   /* when the run stopped; -1: not said */
} limit_cases[] = {
    {"events", {.events = 40}, 40, 40, -1},
    {"time", {.time_us = 5000}, 5000, 0, 5000},
    {"records", {.records = 30}, 30, 0, -1},
};

static void a_limit_stops_the_run_for_good(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof limit_cases / sizeof limit_cases[0]; i++) {
    const struct limit_case *limit = &limit_cases[i];
    struct run run = run_new(limit->limits);
    struct walker walkers[WALKERS];
    start_walkers(run.sim, walkers);
    assert_int_equal(sim_run(run.sim, -1), SIM_LIMIT);
    struct journal_record last;
    journal_get(run.journal, journal_count(run.journal), &last);
    assert_int_equal(last.kind, JOURNAL_LIMIT);
    assert_true(span_equal(last.text[0], span_from(limit->name)));
    assert_int_equal(last.number[0], limit->value);
    assert_int_equal(last.time_us, sim_now(run.sim));
    if (limit->events) assert_int_equal(sim_event_count(run.sim), limit->events);
    if (limit->at_us >= 0) assert_int_equal(sim_now(run.sim), limit->at_us);
    journal_seq count = journal_count(run.journal);
    assert_int_equal(sim_run(run.sim, -1), SIM_LIMIT);
    assert_false(sim_step(run.sim));
    assert_int_equal(journal_count(run.journal), count);
    run_free(&run);
  }
}

static void what_fits_a_limit_exactly_is_no_limit(void **state) {
  (void)state;
  struct run run = run_new((struct sim_limits){.events = 2, .time_us = 100});
  struct walker walker = {.sim = run.sim, .number = 1};
  sim_at(run.sim, 5, timer_fires, &walker);
  sim_at(run.sim, 100, timer_fires, &walker);
  assert_int_equal(sim_run(run.sim, -1), SIM_QUIET);
  run_free(&run);
}

static void breaks(void *context) {
  note(context, "about to break");
  CHECK(false);
}

static void a_failed_check_names_time_and_event(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    struct run run = run_new((struct sim_limits){0});
    struct walker walker = {.sim = run.sim, .number = 1};
    sim_at(run.sim, 20, timer_fires, &walker);
    sim_at(run.sim, 123456, breaks, &walker);
    sim_run(run.sim, -1);
    _exit(0);
  }
  close(ends[1]);
  char said[512] = "";
  size_t len = 0;
  for (ssize_t got; len < sizeof said - 1 && (got = read(ends[0], said + len, sizeof said - 1 - len)) > 0;)
    len += (size_t)got;
  close(ends[0]);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  assert_non_null(strstr(said, "event 2 at 123456 us, because of journal record 3 (note)"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_run_twice_in_pieces_and_by_steps),
      cmocka_unit_test(ties_happen_in_the_order_of_scheduling),
      cmocka_unit_test(an_event_carries_its_cause),
      cmocka_unit_test(times_are_told),
      cmocka_unit_test(streams_differ_by_name_only),
      cmocka_unit_test(a_limit_stops_the_run_for_good),
      cmocka_unit_test(what_fits_a_limit_exactly_is_no_limit),
      cmocka_unit_test(a_failed_check_names_time_and_event),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
