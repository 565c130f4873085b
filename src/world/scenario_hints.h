/* scenario_hints: what to try, where the nearest spelling is no help. */
#pragma once

#include "world/scenario_keys.h"

/* For a key that the table does not have: what is called otherwise here. NULL if nothing is known. */
const char *hint_for_key(struct loading *loading, const struct key_table *table, struct span word);
/* For a text that is no length of time. */
const char *hint_for_duration(struct loading *loading, struct span text);
