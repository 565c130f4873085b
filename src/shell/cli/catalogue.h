/* catalogue: the scenarios of a folder, by topic: for `waystation list` and the window's first page. */
#pragma once

#include "base/arena.h"

struct catalogue_entry {
  struct span path, title, subtitle, topic, teaches;
  uint32_t lesson, topic_lesson; /* the lowest number taught, by itself and by its topic */
};

/* Files that are no scenarios are left out. Texts in the arena; in the order of the course: topics by
 * their first lesson, then the scenarios of each. */
size_t catalogue_read(struct span folder, struct arena *arena, struct catalogue_entry **entries_out);
