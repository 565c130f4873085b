#include "sim/sim.h"

#include "base/check.h"
#include "base/mem.h"

enum {
  /* What one event may still note after the count of records has come near the journal's own maximum:
   * the limit is looked at between events. */
  RECORDS_KEPT_FREE = 1 << 20,
};

struct sim {
  struct event_queue *queue;
  struct journal *journal;
  int64_t now_us;
  uint64_t events;
  struct sim_limits limits;
  journal_seq cause;
  bool keeps_texts;
  struct span limit_name; /* reached, to be noted between events; empty: none */
  int64_t limit_value;
  bool limit_reached;
  int64_t start_unix_us;
  uint64_t seed;
};

struct sim *sim_new(struct journal *journal, int64_t start_unix_us, uint64_t seed, struct sim_limits limits) {
  struct sim *sim = mem_zalloc(sizeof *sim);
  sim->queue = event_queue_new();
  sim->journal = journal;
  sim->keeps_texts = journal_mode_of(journal) != JOURNAL_COUNT;
  sim->start_unix_us = start_unix_us;
  sim->seed = seed;
  sim->limits = limits;
  if (limits.events == 0) sim->limits.events = SIM_EVENTS_MAX;
  if (limits.time_us == 0) sim->limits.time_us = SIM_TIME_MAX_US;
  uint64_t most = JOURNAL_COUNT_MAX - RECORDS_KEPT_FREE;
  if (limits.records == 0 || limits.records > most) sim->limits.records = most;
  CHECK(sim->limits.time_us > 0 && sim->limits.time_us <= JOURNAL_INTEGER_MAX);
  return sim;
}

void sim_free(struct sim *sim) {
  if (!sim) return;
  event_queue_free(sim->queue);
  mem_free(sim);
}

int64_t sim_now(const struct sim *sim) {
  return sim->now_us;
}
int64_t sim_unix_us(const struct sim *sim) {
  return sim->start_unix_us + sim->now_us;
}
uint64_t sim_seed(const struct sim *sim) {
  return sim->seed;
}
struct journal *sim_journal(const struct sim *sim) {
  return sim->journal;
}
struct rng sim_rng(const struct sim *sim, struct span name) {
  return rng_named(sim->seed, name);
}
uint64_t sim_event_count(const struct sim *sim) {
  return sim->events;
}

/* ---- events ---- */

struct event_handle sim_at(struct sim *sim, int64_t time_us, event_fn *fn, void *context) {
  CHECK(time_us >= sim->now_us);
  return event_queue_add(sim->queue, &(struct event){(uint64_t)time_us, fn, context, sim->cause});
}

struct event_handle sim_after(struct sim *sim, int64_t delay_us, event_fn *fn, void *context) {
  CHECK(delay_us >= 0 && delay_us <= INT64_MAX - sim->now_us);
  int64_t time_us = sim->now_us + delay_us;
  return event_queue_add(sim->queue, &(struct event){(uint64_t)time_us, fn, context, sim->cause});
}

bool sim_cancel(struct sim *sim, struct event_handle handle) {
  return event_queue_cancel(sim->queue, handle);
}
bool sim_pending(const struct sim *sim, struct event_handle handle) {
  return event_queue_pending(sim->queue, handle);
}

/* ---- the journal ---- */

bool sim_keeps_texts(const struct sim *sim) {
  return sim->keeps_texts;
}

journal_seq sim_note(struct sim *sim, struct journal_record *record) {
  record->time_us = sim->now_us;
  record->cause = sim->cause;
  return record->seq = journal_append(sim->journal, record);
}

journal_seq sim_note_cause(struct sim *sim, struct journal_record *record) {
  return sim->cause = sim_note(sim, record);
}

journal_seq sim_cause(const struct sim *sim) {
  return sim->cause;
}

void sim_set_cause(struct sim *sim, journal_seq cause) {
  sim->cause = cause;
}

/* ---- running ---- */

/* For a failed CHECK: when, in which event, because of what. */
static void describe(void *context, char *text_out, unsigned long size) {
  const struct sim *sim = context;
  struct buf text = {0};
  buf_format(&text, "event %llu at %lld us", (unsigned long long)sim->events, (long long)sim->now_us);
  if (sim->cause) buf_format(&text, ", because of journal record %u", (unsigned)sim->cause);
  if (sim->cause && journal_mode_of(sim->journal) == JOURNAL_FULL)
    buf_format(&text, " (%s)", journal_kind_info(journal_kind_at(sim->journal, sim->cause))->name);
  struct span line = span_first(buf_span(&text), size - 1);
  memcpy(text_out, line.data, line.len);
  text_out[line.len] = 0;
  buf_free(&text);
}

void sim_reach_limit(struct sim *sim, struct span name, int64_t value) {
  if (sim->limit_name.len) return; /* the first one counts */
  sim->limit_name = name;
  sim->limit_value = value;
}

static enum sim_stop stop_at_limit(struct sim *sim, struct span name, int64_t value) {
  struct journal_record record = {.kind = JOURNAL_LIMIT, .number = {value}, .text = {name}};
  sim->cause = 0; /* the scenario's limits, not any one event */
  sim_note(sim, &record);
  sim->limit_reached = true;
  return SIM_LIMIT;
}

/* Runs at most so many events. */
static enum sim_stop run(struct sim *sim, int64_t until_us, uint64_t most, uint64_t *done_out) {
  int64_t last_us = until_us < sim->limits.time_us ? until_us : sim->limits.time_us;
  struct event event;
  uint64_t done = 0;
  while (done < most) {
    if (UNLIKELY(journal_count(sim->journal) >= sim->limits.records))
      sim_reach_limit(sim, SPAN("records"), (int64_t)sim->limits.records);
    if (sim->limit_name.len) return stop_at_limit(sim, sim->limit_name, sim->limit_value);
    if (sim->events >= sim->limits.events && event_queue_count(sim->queue) > 0)
      return stop_at_limit(sim, SPAN("events"), (int64_t)sim->limits.events);
    if (!event_queue_take_until(sim->queue, (uint64_t)last_us, &event)) break;
    sim->now_us = (int64_t)event.time_us;
    sim->cause = event.cause;
    sim->events++;
    event.fn(event.context);
    done++;
  }
  *done_out = done;
  if (done == most) return SIM_UNTIL;
  if (event_queue_count(sim->queue) == 0) return SIM_QUIET;
  sim->now_us = last_us;
  if (until_us <= sim->limits.time_us) return SIM_UNTIL;
  return stop_at_limit(sim, SPAN("time"), sim->limits.time_us);
}

static enum sim_stop run_described(struct sim *sim, int64_t until_us, uint64_t most, uint64_t *done_out) {
  *done_out = 0;
  if (sim->limit_reached) return SIM_LIMIT;
  check_set_context(describe, sim);
  enum sim_stop stop = run(sim, until_us, most, done_out);
  check_set_context(NULL, NULL);
  sim->cause = 0;
  return stop;
}

enum sim_stop sim_run(struct sim *sim, int64_t until_us) {
  uint64_t done;
  if (until_us >= 0 && until_us < sim->now_us) return sim->limit_reached ? SIM_LIMIT : SIM_UNTIL;
  return run_described(sim, until_us < 0 ? INT64_MAX : until_us, UINT64_MAX, &done);
}

enum sim_stop sim_run_part(struct sim *sim, int64_t until_us, uint64_t events_max, bool *paused_out) {
  uint64_t done;
  *paused_out = false;
  if (until_us >= 0 && until_us < sim->now_us) return sim->limit_reached ? SIM_LIMIT : SIM_UNTIL;
  enum sim_stop stop = run_described(sim, until_us < 0 ? INT64_MAX : until_us, events_max, &done);
  *paused_out = done == events_max;
  return stop;
}

bool sim_next_us(const struct sim *sim, int64_t *time_us_out) {
  uint64_t time_us;
  if (!event_queue_next_us(sim->queue, &time_us)) return false;
  *time_us_out = (int64_t)time_us;
  return true;
}

bool sim_step(struct sim *sim) {
  uint64_t done;
  run_described(sim, INT64_MAX, 1, &done);
  return done == 1;
}
