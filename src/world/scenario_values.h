/* scenario_values: lengths of time and zones as an author writes them. Pure. */
#pragma once

#include "base/span.h"

enum { SCENARIO_DAYS_MAX = 3660 }; /* no length of time is longer than ten years */

/* "1.5s", "10m", "1h30m", "2d", "-9s" in µs: units us ms s m h d, the larger ones first. NULL if it is good,
 * else what is wrong. */
const char *duration_parse(struct span text, int64_t *us_out);
/* "-06:00" or "Z" in minutes east of Greenwich. */
bool zone_parse(struct span text, int32_t *minutes_out);
