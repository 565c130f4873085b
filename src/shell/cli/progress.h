/* progress: how far something is, on a terminal, for what takes longer than a second; nothing anywhere else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
  bool is_on;         /* somebody can see it */
  bool shown;         /* there is a line to be taken away */
  int64_t started_ms; /* by a clock that never jumps */
  int64_t told_ms;
};

void progress_begin(struct progress *progress);
/* "written: 40960 of 1940046 frames"; all is 0 where it is not known. Cheap enough to be called for each. */
void progress_count(struct progress *progress, const char *what, uint64_t done, uint64_t all,
                    const char *things);
/* "simulated 0:12:30, 40960 records" */
void progress_simulated(struct progress *progress, int64_t simulated_us, uint32_t records);
/* Takes the line away. */
void progress_end(struct progress *progress);
