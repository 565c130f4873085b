/* viewer_keys: which key does what, and how the help calls it: one table for both.
 *
 *     input ──▶ viewer_key_for ──▶ action ──▶ viewer_do
 *                    │
 *                    └──▶ viewer_keys[] ──▶ the help page, docs/commands.md (a test compares them)
 *
 * To add one: a name in `viewer_action`, a row in the table of viewer_keys.c, a function in the table of
 * viewer_actions.c.
 */
#pragma once

#include "base/arena.h"
#include "view/input.h"

enum viewer_action {
  ACTION_NONE,
  /* the film */
  ACTION_PLAY,
  ACTION_FORWARD,
  ACTION_BACK,
  ACTION_HOP_FORWARD,
  ACTION_HOP_BACK,
  ACTION_HOP, /* with a number, from 1 */
  ACTION_BEGINNING,
  ACTION_END,
  ACTION_AGAIN,
  ACTION_REFUSAL_NEXT,
  ACTION_REFUSAL_PREVIOUS,
  ACTION_LATER,
  ACTION_EARLIER,
  ACTION_BOOKMARK,
  ACTION_BOOKMARK_NEXT,
  ACTION_BOOKMARK_PREVIOUS,
  ACTION_GRANULARITY,
  ACTION_FASTER,
  ACTION_SLOWER,
  ACTION_NORMAL_SPEED,
  /* panels */
  ACTION_SCROLL_UP,
  ACTION_SCROLL_DOWN,
  ACTION_CURRENT,
  ACTION_SELECT_UP,
  ACTION_SELECT_DOWN,
  ACTION_COPY,
  ACTION_PANEL,
  ACTION_LADDER,
  ACTION_EAVESDROP,
  ACTION_SHORT,
  ACTION_RAW,
  ACTION_JUMP_BACK,
  /* the stage */
  ACTION_ZOOM_IN,
  ACTION_ZOOM_OUT,
  ACTION_FIT,
  ACTION_MOVE_LEFT,
  ACTION_MOVE_RIGHT,
  ACTION_MOVE_UP,
  ACTION_MOVE_DOWN,
  ACTION_TIDY,
  ACTION_SAVE_POSITIONS,
  /* the mind */
  ACTION_WHATIF,
  ACTION_PREDICT,
  ACTION_SAVE_ATTEMPT,
  /* looks */
  ACTION_TEXT_LARGER,
  ACTION_TEXT_SMALLER,
  ACTION_TEXT_NORMAL,
  ACTION_THEME,
  ACTION_MOTION,
  /* the window */
  ACTION_FOCUS_NEXT,
  ACTION_FOCUS_PREVIOUS,
  ACTION_ACTIVATE,
  ACTION_FULL_SCREEN,
  ACTION_BLANK,
  ACTION_HELP,
  ACTION_CLOSE,
  ACTION_QUIT,
  ACTION_COUNT
};

enum viewer_key_group {
  KEYS_FILM,
  KEYS_PANELS,
  KEYS_STAGE,
  KEYS_MIND,
  KEYS_LOOKS,
  KEYS_WINDOW,
  KEYS_GROUP_COUNT
};

/* A key with what is held. A character typed has KEY_NONE; one held with Ctrl or Alt, KEY_CHARACTER. */
struct viewer_chord {
  enum key key;
  uint32_t modifiers;
  uint32_t code_point; /* lower case, unless the table means Shift */
};

enum { VIEWER_CHORDS_MAX = 4 };

struct viewer_key {
  enum viewer_action action;
  enum viewer_key_group group;
  struct viewer_chord chords[VIEWER_CHORDS_MAX]; /* up to the first that is all 0 */
  struct span help;
};

extern const struct viewer_key viewer_keys[];
extern const size_t viewer_key_count;

/* The row for what was pressed or typed, or NULL. A letter with Shift means the row for its capital, or, if
 * there is none, that for the letter. A digit from 1 to 9 is a hop: `number_out`. */
const struct viewer_key *viewer_key_for(const struct input *input, uint32_t *number_out);
/* "→ · Page Down": the row's chords in words. */
struct span viewer_key_words(const struct viewer_key *key, struct arena *arena);
struct span viewer_key_group_name(enum viewer_key_group group);
