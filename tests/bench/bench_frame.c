#define _GNU_SOURCE /* wait4 */
#include "bench_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_USUAL = 7 };

struct options {
  bool json, check, no_peers, list;
  int rounds;
  const char *only;
};

struct outcome { /* of one contestant in one case */
  double rates[BENCH_ROUNDS_MAX];
  double ratios[BENCH_ROUNDS_MAX]; /* ours against it */
  struct bench_watch last;
  bool present;
};

/* ---- one run ---- */

static double seconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_start(struct bench_watch *watch) {
  watch->wall_started = seconds_of(CLOCK_MONOTONIC);
  watch->started = seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

void bench_stop(struct bench_watch *watch, uint64_t units_done) {
  watch->seconds += seconds_of(CLOCK_THREAD_CPUTIME_ID) - watch->started;
  watch->wall_seconds += seconds_of(CLOCK_MONOTONIC) - watch->wall_started;
  watch->units += units_done;
}

void bench_note(struct bench_watch *watch, const char *name, uint64_t value) {
  for (unsigned i = 0; i < watch->note_count; i++) {
    if (strcmp(watch->notes[i].name, name) != 0) continue;
    watch->notes[i].value = value;
    return;
  }
  if (watch->note_count < BENCH_NOTES_MAX)
    watch->notes[watch->note_count++] = (struct bench_note){name, value};
}

/* Runs in a child, which sends its watch back through a pipe. */
static bool run_apart(const struct bench_entry *entry, struct bench_watch *watch) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    close(ends[0]);
    entry->run(watch, entry->argument);
    ssize_t sent = write(ends[1], watch, sizeof *watch);
    _exit(sent == (ssize_t)sizeof *watch ? 0 : 1);
  }
  close(ends[1]);
  bool whole = read(ends[0], watch, sizeof *watch) == (ssize_t)sizeof *watch;
  close(ends[0]);
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return false;
  watch->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
  return whole && status == 0;
}

/* The command prints "UNITS SECONDS"; anything else means that the peer is not there. */
static bool run_command(const char *command, struct bench_watch *watch) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  FILE *answer = fdopen(ends[0], "r");
  unsigned long long units = 0;
  bool whole = answer && fscanf(answer, "%llu %lf", &units, &watch->seconds) == 2;
  if (answer) fclose(answer);
  watch->units = units;
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return false;
  watch->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
  return whole && status == 0;
}

/* The host of a virtual machine takes back pages that nobody uses, and who touches such pages first waits for
 * the host: several times as long as the work itself takes. So what has a process of its own runs twice in a
 * row, and the second run counts: it has the pages of the first. */
static bool run_apart_second(const struct bench_entry *entry, struct bench_watch *watch) {
  struct bench_watch first = *watch;
  return run_apart(entry, &first) && run_apart(entry, watch);
}

static bool run_once(const struct bench_entry *entry, struct bench_watch *watch) {
  *watch = (struct bench_watch){0};
  if (entry->command) return run_command(entry->command, watch);
  if (entry->apart) return run_apart_second(entry, watch);
  entry->run(watch, entry->argument);
  return true;
}

/* ---- a case ---- */

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values, int count) {
  double sorted[BENCH_ROUNDS_MAX];
  memcpy(sorted, values, (size_t)count * sizeof *sorted);
  qsort(sorted, (size_t)count, sizeof *sorted, by_size);
  return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void run_rounds(const struct bench_case *of, const struct options *options, struct outcome *outcomes) {
  for (int round = 0; round < options->rounds; round++) {
    for (int i = 0; i < BENCH_ENTRIES_MAX && of->entries[i].name; i++) {
      struct outcome *outcome = &outcomes[i];
      if (round == 0) outcome->present = !(options->no_peers && of->entries[i].command);
      if (!outcome->present) continue;
      outcome->present = run_once(&of->entries[i], &outcome->last) && outcome->last.seconds > 0;
      if (!outcome->present) continue;
      outcome->rates[round] = (double)outcome->last.units / outcome->last.seconds;
      outcome->ratios[round] = outcomes[0].rates[round] / outcome->rates[round];
    }
  }
}

static bool goal_met(const struct bench_entry *entry, const struct outcome *outcome, double ratio) {
  if (entry->at_most_bytes && outcome->last.peak_bytes > entry->at_most_bytes) return false;
  return entry->at_least <= 0 || ratio >= entry->at_least;
}

static void print_table_row(const struct bench_case *of, const struct bench_entry *entry,
                            const struct outcome *outcome, int rounds) {
  if (!outcome->present) {
    printf("  %-26s %12s\n", entry->name, "not here");
    return;
  }
  double ratio = median(outcome->ratios, rounds);
  printf("  %-26s %12.4g", entry->name, median(outcome->rates, rounds) / (of->scale > 0 ? of->scale : 1));
  printf("  ours/this %8.2f", ratio);
  if (entry->at_least > 0)
    printf("  goal %.2f %s", entry->at_least, ratio >= entry->at_least ? "met" : "MISSED");
  if (outcome->last.peak_bytes) printf("  peak %.1f MiB", (double)outcome->last.peak_bytes / 1048576);
  if (entry->at_most_bytes)
    printf(" of %.0f %s", (double)entry->at_most_bytes / 1048576,
           outcome->last.peak_bytes <= entry->at_most_bytes ? "met" : "MISSED");
  for (unsigned i = 0; i < outcome->last.note_count; i++)
    printf("  %s %llu", outcome->last.notes[i].name, (unsigned long long)outcome->last.notes[i].value);
  printf("\n");
}

static void print_json_row(const struct bench_case *of, const struct bench_entry *entry,
                           const struct outcome *outcome, int rounds) {
  printf("{\"case\":\"%s\",\"contestant\":\"%s\",\"unit\":\"%s\",\"present\":%s", of->name, entry->name,
         of->unit, outcome->present ? "true" : "false");
  if (outcome->present) {
    double ratio = median(outcome->ratios, rounds);
    printf(",\"per_second\":%.6g,\"ours_to_this\":%.4g,\"rounds\":%d", median(outcome->rates, rounds), ratio,
           rounds);
    if (outcome->last.wall_seconds > 0)
      printf(",\"per_second_by_the_wall\":%.6g", (double)outcome->last.units / outcome->last.wall_seconds);
    if (outcome->last.peak_bytes)
      printf(",\"peak_bytes\":%llu", (unsigned long long)outcome->last.peak_bytes);
    if (entry->at_least > 0) printf(",\"goal\":%.4g", entry->at_least);
    if (entry->at_least > 0 || entry->at_most_bytes)
      printf(",\"met\":%s", goal_met(entry, outcome, ratio) ? "true" : "false");
    for (unsigned i = 0; i < outcome->last.note_count; i++)
      printf(",\"%s\":%llu", outcome->last.notes[i].name, (unsigned long long)outcome->last.notes[i].value);
  }
  printf("}\n");
}

/* True if every goal of the case was met. */
static bool run_case(const struct bench_case *of, const struct options *options) {
  static struct outcome outcomes[BENCH_ENTRIES_MAX];
  memset(outcomes, 0, sizeof outcomes);
  run_rounds(of, options, outcomes);
  if (!options->json)
    printf("%s (%s%s a second, median of %d)\n", of->name, of->scale >= 1e6 ? "million " : "", of->unit,
           options->rounds);
  bool met = true;
  for (int i = 0; i < BENCH_ENTRIES_MAX && of->entries[i].name; i++) {
    const struct bench_entry *entry = &of->entries[i];
    (options->json ? print_json_row : print_table_row)(of, entry, &outcomes[i], options->rounds);
    if (outcomes[i].present)
      met &= goal_met(entry, &outcomes[i], median(outcomes[i].ratios, options->rounds));
  }
  fflush(stdout);
  return met;
}

/* ---- the command line ---- */

static bool read_options(int argc, char **argv, struct options *options) {
  *options = (struct options){.rounds = ROUNDS_USUAL};
  for (int i = 1; i < argc; i++) {
    bool more = i + 1 < argc;
    if (strcmp(argv[i], "--json") == 0)
      options->json = true;
    else if (strcmp(argv[i], "--check") == 0)
      options->check = true;
    else if (strcmp(argv[i], "--no-peers") == 0)
      options->no_peers = true;
    else if (strcmp(argv[i], "--list") == 0)
      options->list = true;
    else if (strcmp(argv[i], "--rounds") == 0 && more)
      options->rounds = (int)strtol(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--only") == 0 && more)
      options->only = argv[++i];
    else
      return false;
  }
  return options->rounds >= 1 && options->rounds <= BENCH_ROUNDS_MAX;
}

int bench_main(int argc, char **argv, const struct bench_case *cases, size_t count) {
  struct options options;
  if (!read_options(argc, argv, &options)) {
    fprintf(stderr, "usage: %s [--json] [--check] [--rounds 1…%d] [--only TEXT] [--no-peers] [--list]\n",
            argv[0], BENCH_ROUNDS_MAX);
    return 2;
  }
  bool met = true;
  for (size_t i = 0; i < count; i++) {
    if (options.only && !strstr(cases[i].name, options.only)) continue;
    if (options.list)
      printf("%s\n", cases[i].name);
    else
      met &= run_case(&cases[i], &options);
  }
  return options.check && !met ? 1 : 0;
}
