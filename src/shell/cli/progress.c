#define _POSIX_C_SOURCE 200809L
#include "shell/cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 1000, EACH_MS = 100, SELDOM = 1024 };

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress) {
  *progress = (struct progress){.is_on = isatty(STDERR_FILENO) == 1, .started_ms = now_ms()};
}

static bool is_due(struct progress *progress) {
  if (!progress->is_on) return false;
  int64_t now = now_ms();
  if (now - progress->started_ms < FIRST_MS || now - progress->told_ms < EACH_MS) return false;
  progress->told_ms = now;
  return progress->shown = true;
}

void progress_count(struct progress *progress, const char *what, uint64_t done, uint64_t all,
                    const char *things) {
  if (done % SELDOM && all >= SELDOM) return;
  if (!is_due(progress)) return;
  if (all)
    fprintf(stderr, "\r%s: %llu of %llu %s ", what, (unsigned long long)done, (unsigned long long)all,
            things);
  else
    fprintf(stderr, "\r%s: %llu %s ", what, (unsigned long long)done, things);
}

void progress_simulated(struct progress *progress, int64_t simulated_us, uint32_t records) {
  if (!is_due(progress)) return;
  fprintf(stderr, "\rsimulated %lld:%02lld:%02lld, %u records ", (long long)(simulated_us / 3600000000),
          (long long)(simulated_us / 60000000 % 60), (long long)(simulated_us / 1000000 % 60), records);
}

void progress_end(struct progress *progress) {
  if (progress->shown) fprintf(stderr, "\r%60s\r", "");
  progress->shown = false;
}
