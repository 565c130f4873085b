/* scene_catalogue: the first page of the window: the scenarios as a course, to be chosen by typing, by arrows
 * or by the pointer.
 *
 *     ┌ Waystation ───────────────────── [search] ┐
 *     │ Recent              ┌ card ┐ ┌ card ┐     │      items ──▶ catalogue_arrange ──▶ places
 *     │ 1 Roles    R3–R43   ┌ card ┐ ┌ card ┐     │      input ──▶ choice, search
 *     │ 2 Addressing …      …                     │
 *
 * Pure, as the rest of the view: what is drawn is a function of the items, the search, the choice and the
 * size. Ownership: borrows the items. Limits: CATALOGUE_ITEMS_MAX items are shown.
 */
#pragma once

#include "view/input.h"
#include "view/scene.h"

enum { CATALOGUE_ITEMS_MAX = 400, CATALOGUE_RECENT_MAX = 4, CATALOGUE_SEARCH_MAX = 60 };

/* Items come in the order of the course, those of one topic together. One without a topic is shown among the
 * recent ones only. */
struct catalogue_item {
  struct span title, subtitle, topic, teaches; /* "R3 R7" */
  struct span path;
};

/* An item on the page. */
struct catalogue_place {
  size_t item;
  uint32_t section;
  struct rect rect; /* on the page, unscrolled */
};

/* A heading on the page: a chapter of the course, or "Recent". */
struct catalogue_section {
  struct span name;
  uint32_t number; /* of the chapter, from 1; 0: none */
  uint32_t lesson_first, lesson_last;
  size_t first_place, count;
  int32_t y;
};

struct catalogue_view {
  const struct catalogue_item *items;
  size_t count;
  size_t recent[CATALOGUE_RECENT_MAX]; /* items, the last seen first */
  size_t recent_count;
  struct span message; /* may be empty */
  int32_t width, height, scroll;
  int32_t text_percent;
  struct theme theme;
  uint64_t hover;
  uint64_t focus; /* of a control that Tab has reached; 0: the cards have it */
  char search[CATALOGUE_SEARCH_MAX];
  size_t search_length;
  size_t selected; /* a place */

  bool asks_to_quit; /* Esc has found nothing to close: another one ends the program */
  bool wants_quit, wants_full_screen;
  bool has_chosen;   /* `chosen` shall be opened */
  bool fills_screen; /* and fill the screen */
  size_t chosen;     /* an item */

  struct catalogue_place places[CATALOGUE_ITEMS_MAX + CATALOGUE_RECENT_MAX];
  size_t place_count;
  struct catalogue_section sections[CATALOGUE_ITEMS_MAX + 1];
  size_t section_count;
  int32_t page_height;
  bool scroll_is_free; /* the wheel has turned since the choice moved */
};

/* Finds the places for the items that answer to the search. */
void catalogue_arrange(struct catalogue_view *view);
void scene_catalogue_draw(struct catalogue_view *view, struct draw_list *list);
void scene_catalogue_input(struct catalogue_view *view, const struct input *input,
                           const struct draw_list *picture);
