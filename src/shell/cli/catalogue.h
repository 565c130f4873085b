/* catalogue: the scenarios of a folder, by topic: for `waystation list` and the window's first page. */
#pragma once

#include "base/arena.h"

struct catalogue_entry {
  struct span path, title, subtitle, topic, teaches;
};

/* Files that are no scenarios are left out. Texts in the arena; sorted by topic, then by path. */
size_t catalogue_read(struct span folder, struct arena *arena, struct catalogue_entry **entries_out);
