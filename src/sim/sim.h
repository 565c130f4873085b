/* sim: simulated time, and the order in which things happen.
 *
 * Time is a count of microseconds since the scenario's start; it never goes back. Events happen in
 * the order of their time, then in the order in which they were scheduled: a total order, so that the
 * same scenario gives the same run everywhere. An event carries the journal record that led to it;
 * while it runs that record is the cause of whatever it notes.
 *
 * Never reads a wall clock. Chance comes from named streams (base/rng.h) of the run's seed.
 */
#pragma once

#include "base/rng.h"
#include "journal/journal.h"
#include "sim/event_queue.h"

enum {
  SIM_EVENTS_MAX = 50000000, /* default limit of events in one run */
};
#define SIM_TIME_MAX_US ((int64_t)366 * 24 * 3600 * 1000000) /* default limit of simulated time: a year */

struct sim_limits {
  uint64_t events;  /* 0: the default above */
  int64_t time_us;  /* 0: the default above */
  uint64_t records; /* journal records; 0: as many as a journal can hold, less a million */
};

enum sim_stop {
  SIM_QUIET, /* nothing is left to happen */
  SIM_UNTIL, /* the time asked for was reached */
  SIM_LIMIT, /* a limit was reached; a JOURNAL_LIMIT record names it: "events", "time" or "records" */
};

struct sim;

/* The journal is borrowed and must live longer. */
struct sim *sim_new(struct journal *journal, int64_t start_unix_us, uint64_t seed, struct sim_limits limits);
void sim_free(struct sim *sim);

int64_t sim_now(const struct sim *sim);
/* Microseconds since 1970-01-01 UTC, as a perfect clock would have it. */
int64_t sim_unix_us(const struct sim *sim);
uint64_t sim_seed(const struct sim *sim);
struct journal *sim_journal(const struct sim *sim);
struct rng sim_rng(const struct sim *sim, struct span name);

/* Calls fn(context) after delay_us (at least 0), with the present cause. */
struct event_handle sim_after(struct sim *sim, int64_t delay_us, event_fn *fn, void *context);
/* The same at a time, which must not be in the past. */
struct event_handle sim_at(struct sim *sim, int64_t time_us, event_fn *fn, void *context);
/* False if it has happened already or was cancelled. An all-zero handle is never pending. */
bool sim_cancel(struct sim *sim, struct event_handle handle);
bool sim_pending(const struct sim *sim, struct event_handle handle);

/* False if the journal only counts: then a text that nobody else reads need not be made. */
bool sim_keeps_texts(const struct sim *sim);
/* Appends to the journal with the present time and cause (record->time_us and cause are filled in). */
journal_seq sim_note(struct sim *sim, struct journal_record *record);
/* The same, and makes the new record the present cause: what follows in this event is because of it. */
journal_seq sim_note_cause(struct sim *sim, struct journal_record *record);
journal_seq sim_cause(const struct sim *sim);
/* Of a record that there is, or 0: the journal CHECKs it when something is noted because of it. */
void sim_set_cause(struct sim *sim, journal_seq cause);

/* Runs until nothing is left, until_us (negative: no such time) has been reached, or a limit. All
 * events at until_us itself have happened. May be called again: a run in pieces notes the same journal as
 * a run in one, and after a limit nothing happens any more. The limits are looked at between events, so
 * the last event may pass that of records. When nothing is left the time stays that of the last event. */
enum sim_stop sim_run(struct sim *sim, int64_t until_us);
/* The same, but pauses after so many events: *paused_out, and the answer means nothing then. For who wants
 * to tell how far it is. */
enum sim_stop sim_run_part(struct sim *sim, int64_t until_us, uint64_t events_max, bool *paused_out);
/* A limit of the caller's own was reached: the run stops before the next event, and LIMIT is noted. The name
 * must be a constant. */
void sim_reach_limit(struct sim *sim, struct span name, int64_t value);
/* A time before which nothing will happen (event_queue_next_us): for who waits for a clock. False when
 * nothing is left. */
bool sim_next_us(const struct sim *sim, int64_t *time_us_out);
/* One event; false when none is left or a limit was reached. */
bool sim_step(struct sim *sim);
uint64_t sim_event_count(const struct sim *sim);
