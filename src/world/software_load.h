/* software_load: how a named mail program speaks and stamps, from assets/software/NAME.json.
 *
 * A file, or a scenario's "software" object, may say "like": another one, and then only what is different.
 * Layouts are checked: names that they may not use, replies without a code.
 */
#pragma once

#include "agents/software.h"
#include "world/scenario_draft.h"

extern const struct span software_names[];
extern const size_t software_name_count;

extern const struct key_table software_keys, software_texts_keys, software_server_keys, software_client_keys,
    software_aliases_keys, software_bounce_keys, software_delay_keys, software_success_keys;

/* One by name, outside any scenario; in the arena. NULL after reporting what is wrong. */
const struct software *software_load(struct span name, const struct scenario_reader *reader,
                                     struct arena *arena, struct error_list *errors);
/* The same while a scenario is read; asked_by is where it is named, or NULL. Read once a scenario. */
const struct software *software_named(struct loading *loading, const struct place *asked_by,
                                      struct span name);
