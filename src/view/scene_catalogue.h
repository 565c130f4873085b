/* scene_catalogue: the first page of the window: scenarios by topic, to be chosen by keyboard or pointer.
 *
 * Pure, as the rest of the view: what to draw is a function of the items, the choice and the size; what
 * the person does changes the choice. Ownership: borrows the items.
 */
#pragma once

#include "view/input.h"
#include "view/scene.h"

struct catalogue_item {
  struct span title, subtitle, topic, teaches; /* in the order of their topics */
};

struct catalogue_view {
  const struct catalogue_item *items;
  size_t count, selected;
  struct span message; /* what went wrong with the last choice; may be empty */
  int32_t width, height, scroll;
  struct theme theme;
  uint64_t hover;
  bool wants_quit;
  bool has_chosen; /* `selected` shall be opened */
};

void scene_catalogue_draw(struct catalogue_view *view, struct draw_list *list);
void scene_catalogue_input(struct catalogue_view *view, const struct input *input,
                           const struct draw_list *picture);
