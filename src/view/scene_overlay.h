/* scene_overlay: what lies over a whole picture: mistakes in a file, and how far a long task is.
 *
 * Each adds to a list that is drawn already, so that the picture before stays in sight.
 */
#pragma once

#include "view/scene.h"

/* A mistake in a file, as far as the window tells of it. */
struct overlay_problem {
  struct span where; /* "jack.json:12:5" */
  struct span message, expected, hint;
};

void scene_overlay_problems(const struct theme *theme, struct span title,
                            const struct overlay_problem *problems, size_t count, size_t total,
                            struct draw_list *list);
void scene_overlay_progress(const struct theme *theme, struct span title, struct span words,
                            struct draw_list *list);
