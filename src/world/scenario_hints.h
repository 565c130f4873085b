/* scenario_hints: what to try, where the nearest spelling is no help. */
#pragma once

#include "world/scenario_keys.h"

/* For a key that the table does not have: the one that is called otherwise elsewhere. NULL if nothing is
 * known. */
const struct key *key_called_otherwise(struct loading *loading, const struct key_table *table,
                                       struct span word);
/* For a text that is no length of time: what is wrong with it, in better words than the parser's, and what to
 * try. */
const char *fault_of_duration(struct loading *loading, struct span text, const char *wrong);
const char *hint_for_duration(struct loading *loading, struct span text);
/* For a text that is no date and time: the part that no calendar or clock shows, or how it is written. */
const char *hint_for_moment(struct loading *loading, struct span text);
/* For a text that is no domain name: a label too long or empty, a letter beyond ASCII; NULL if it is
 * something else. */
const char *hint_for_domain(struct loading *loading, struct span text);
/* For a text that is no IP address. */
const char *hint_for_ip_address(struct span text);
