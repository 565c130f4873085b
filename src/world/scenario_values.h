/* scenario_values: zones as an author writes them; lengths of time are base/duration.h. Pure. */
#pragma once

#include "base/duration.h"

/* "-06:00" or "Z" in minutes east of Greenwich. */
bool zone_parse(struct span text, int32_t *minutes_out);
