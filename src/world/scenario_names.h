/* scenario_names: finding hosts and people by their names while a scenario is read. */
#pragma once

#include "world/scenario_tree.h"

/* NULL after complaining (with the nearest name) that there is none. */
struct scenario_host *find_host(struct loading *loading, const struct place *place, struct span name);
struct scenario_person *find_person(struct loading *loading, const struct place *place, struct span name);
/* The same without complaining. */
struct scenario_host *host_named(const struct loading *loading, struct span name);
struct scenario_person *person_named(const struct loading *loading, struct span name);
/* Where a host or person is described. */
struct place host_place(const struct loading *loading, const struct scenario_host *host);
struct place person_place(const struct loading *loading, const struct scenario_person *person);
