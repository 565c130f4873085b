#include "shell/live/live_clock.h"

#include <uv.h>

static const int64_t MILLION = 1000000;

static uint64_t wall_us(void) {
  return uv_hrtime() / 1000;
}

void live_clock_start(struct live_clock *clock, int64_t speed_millionths, bool paused) {
  *clock = (struct live_clock){.speed_millionths = speed_millionths};
  live_clock_set(clock, 0, paused);
}

/* Seconds and the rest apart: the product of both would not fit. */
int64_t live_clock_now_us(const struct live_clock *clock) {
  if (clock->paused) return clock->base_us;
  int64_t passed_us = (int64_t)(wall_us() - clock->base_wall_us);
  return clock->base_us + passed_us / MILLION * clock->speed_millionths +
         passed_us % MILLION * clock->speed_millionths / MILLION;
}

void live_clock_set(struct live_clock *clock, int64_t now_us, bool paused) {
  clock->base_us = now_us;
  clock->base_wall_us = wall_us();
  clock->paused = paused;
}

uint64_t live_clock_wait_us(const struct live_clock *clock, int64_t time_us) {
  int64_t left_us = time_us - live_clock_now_us(clock);
  if (left_us <= 0) return 0;
  return (uint64_t)(left_us / clock->speed_millionths * MILLION +
                    left_us % clock->speed_millionths * MILLION / clock->speed_millionths) +
         1;
}
