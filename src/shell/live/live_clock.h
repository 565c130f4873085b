/* live_clock: simulated time by the wall clock: so many simulated microseconds for each real second, or none
 * while it is paused. Never goes back. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct live_clock {
  int64_t base_us;       /* simulated, at … */
  uint64_t base_wall_us; /* … this real time */
  int64_t speed_millionths;
  bool paused;
};

void live_clock_start(struct live_clock *clock, int64_t speed_millionths, bool paused);
int64_t live_clock_now_us(const struct live_clock *clock);
/* Stops it, or lets it go on, at a simulated time. */
void live_clock_set(struct live_clock *clock, int64_t now_us, bool paused);
/* Real microseconds until the simulated time is reached; 0 if it has been. Not while paused. */
uint64_t live_clock_wait_us(const struct live_clock *clock, int64_t time_us);
