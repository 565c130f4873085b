/* duration: lengths of time as people write them: "1.5s", "10m", "1h30m", "2d", "250ms", "-9s"; and times
 * since the start as the program prints them: "01:43:03.440". */
#pragma once

#include "base/buf.h"

enum { DURATION_DAYS_MAX = 3660 }; /* no length of time is longer than ten years */

/* Units us ms s m h d, the larger ones first. NULL if it is good, else what is wrong. */
const char *duration_parse(struct span text, int64_t *us_out);
/* "01:43:03.440": hours (more than 99, if so), minutes, seconds, thousandths. Not before the start. */
/* As it is written in a scenario: "1h30m", "0.7s", "0s". */
void duration_write(int64_t us, struct buf *out);
void duration_write_clock(int64_t time_us, struct buf *out);
