/* whatif_menu: what could be otherwise from the moment shown: a few suggestions, and a line to say anything
 * in.
 *
 *     W ──▶ suggestions (the machines and names of this moment, the letter) ──▶ the line, to be edited
 *                                                                                │ Enter
 *                                             the shell runs it ◀── wants_run ───┘
 *
 * A suggestion stands in the line as if selected: what is typed replaces it; a key that moves or rubs out
 * keeps it, to be edited.
 *
 * What was written by hand comes after the last suggestion: looking at one does not lose it. The words are
 * those of `waystation whatif`: "down mx1.example.edu for 30m". The view does not know what they mean: the
 * shell does, and says what is wrong with them (whatif_menu_complain).
 *
 * Ownership: borrows nothing once it is open. Limits: WHATIF_ITEMS_MAX suggestions, WHATIF_LINE_MAX octets.
 */
#pragma once

#include "view/input.h"
#include "view/scene.h"

enum { WHATIF_ITEMS_MAX = 8, WHATIF_LINE_MAX = 500, WHATIF_MESSAGE_MAX = 300 };

struct whatif_item {
  struct span label; /* "mx1.example.edu goes down" */
  struct span words; /* "down mx1.example.edu" */
};

struct whatif_menu {
  bool is_open;
  int64_t at_us; /* from then on */
  struct arena arena;
  struct whatif_item items[WHATIF_ITEMS_MAX];
  size_t count, chosen; /* chosen: count, once the line is edited */
  char line[WHATIF_LINE_MAX];
  size_t length, cursor;       /* octets; at a code point's edge */
  bool is_selected;            /* the whole line: what is typed replaces it */
  char draft[WHATIF_LINE_MAX]; /* what was written, for who looks at a suggestion and comes back */
  size_t draft_length;
  char message[WHATIF_MESSAGE_MAX];
  size_t message_length;
  bool wants_run;
};

void whatif_menu_open(struct whatif_menu *menu, const struct reel *reel, const struct scene_view *view);
void whatif_menu_close(struct whatif_menu *menu);
/* Whether the input was for the menu. */
bool whatif_menu_input(struct whatif_menu *menu, const struct input *input, const struct draw_list *picture);
void whatif_menu_complain(struct whatif_menu *menu, struct span words);
struct span whatif_menu_line(const struct whatif_menu *menu);
