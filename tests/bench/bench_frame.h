/* bench_frame: contestants measured in turn, in one run, so that only ratios need be believed.
 *
 * A case is a piece of work; its contestants do the same work: first ours, then the yardstick (a minimal
 * program that does only the necessary), then peers. Each round runs every contestant once, one after
 * the other, so that whatever else the machine is doing falls on all of them alike. What is reported is
 * the median of the rounds' rates, and the median of the rounds' ratios.
 *
 *     round 1   ours  yardstick  peer
 *     round 2   ours  yardstick  peer      ──▶ medians, ratios, --json
 *     round 3   …
 *
 * Times are the thread's own processor time, not the clock on the wall. A peer that is another program is
 * a command that prints "UNITS SECONDS"; it is left out, with a word, where it is not installed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_ROUNDS_MAX = 101, BENCH_ENTRIES_MAX = 12, BENCH_NOTES_MAX = 4 };

/* Held by one run of one contestant. Times may be taken in several stretches: they add up. */
struct bench_watch {
  double seconds; /* of the processor */
  double started;
  double wall_seconds, wall_started; /* by the clock on the wall */
  uint64_t units;
  uint64_t peak_bytes; /* the most memory resident; only of commands and of those run apart */
  struct bench_note {
    const char *name;
    uint64_t value;
  } notes[BENCH_NOTES_MAX];
  unsigned note_count;
};

void bench_start(struct bench_watch *watch);
void bench_stop(struct bench_watch *watch, uint64_t units_done);
/* A figure to print beside the rate: "events", "octets" …; the last round's is kept. */
void bench_note(struct bench_watch *watch, const char *name, uint64_t value);

typedef void bench_fn(struct bench_watch *watch, const void *argument);

struct bench_entry {
  const char *name;
  bench_fn *run; /* sets up, bench_start, works, bench_stop, cleans up */
  const void *argument;
  const char *command;    /* instead of run */
  double at_least;        /* the goal: ours is at least so many times this one; 0: none */
  uint64_t at_most_bytes; /* the goal for the peak; 0: none */
  bool apart;             /* in a process of its own, so that its peak of memory is its own */
};

struct bench_case {
  const char *name;
  const char *unit; /* "events", "letters", "MB" */
  double scale;     /* units a second are divided by this for the table: 1e6 for millions; 0: 1 */
  struct bench_entry entries[BENCH_ENTRIES_MAX]; /* ours first; ends with an entry without a name */
};

/* Options: --json, --rounds N, --only TEXT (part of a case's name), --no-peers, --list.
 * Returns 0; with --check, 1 if a goal was missed. */
int bench_main(int argc, char **argv, const struct bench_case *cases, size_t count);
