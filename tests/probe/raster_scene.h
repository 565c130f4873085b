/* raster_scene: a picture of the viewer placed by hand, for looking at the rasteriser and for timing it.
 * Jack's message between two relays; nothing of it comes from a journal. */
#pragma once

#include "view/draw_list.h"
#include "view/theme.h"

/* Fills the list with 1600×900 units. */
void raster_scene(struct draw_list *list, const struct theme *theme);
