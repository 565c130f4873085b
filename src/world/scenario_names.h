/* scenario_names: finding hosts and people by their names while a scenario is read. */
#pragma once

#include "world/scenario_tree.h"

/* Makes room for so many names, none of which may be empty. Host names are the same in any letter case (RFC
 * 1035 2.3.3). */
void name_index_init(struct name_index *index, size_t count, bool any_case);
/* The name that was there before under the same spelling, or NULL if it is new and was added. The name
 * is borrowed by address, so that it tells which of an array of structs it stands in. */
const struct span *name_index_add(struct name_index *index, const struct span *name);
const struct span *name_index_find(const struct name_index *index, struct span name);
bool name_index_has(const struct name_index *index, struct span name);
void name_index_free(struct name_index *index);

/* NULL after complaining (with the nearest name) that there is none. */
struct scenario_host *find_host(struct loading *loading, const struct place *place, struct span name);
struct scenario_person *find_person(struct loading *loading, const struct place *place, struct span name);
/* The same without complaining. */
struct scenario_host *host_named(const struct loading *loading, struct span name);
struct scenario_person *person_named(const struct loading *loading, struct span name);
/* Where a host or person is described. */
struct place host_place(const struct loading *loading, const struct scenario_host *host);
struct place person_place(const struct loading *loading, const struct scenario_person *person);
