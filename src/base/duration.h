/* duration: lengths of time as people write them: "1.5s", "10m", "1h30m", "2d", "250ms", "-9s". */
#pragma once

#include "base/span.h"

enum { DURATION_DAYS_MAX = 3660 }; /* no length of time is longer than ten years */

/* Units us ms s m h d, the larger ones first. NULL if it is good, else what is wrong. */
const char *duration_parse(struct span text, int64_t *us_out);
