/* input: what a person does, as data without a screen's types.
 *
 * The shell translates; the view answers; a test writes them down. A key that prints comes as INPUT_TEXT
 * alone, so that "+" and "?" and "[" are where the person's keyboard has them; with Ctrl or Alt held it comes
 * as INPUT_KEY with KEY_CHARACTER. Nothing arrives as both. Space is text, " ".
 *
 * Positions are in 1/64 design unit of the picture last drawn.
 */
#pragma once

#include "view/geometry.h"

enum input_kind {
  INPUT_KEY,
  INPUT_TEXT,
  INPUT_PASTE, /* a text from the clipboard: for a line that is being written, and for nothing else */
  INPUT_POINTER_MOVE,
  INPUT_POINTER_DOWN,
  INPUT_POINTER_UP,
  INPUT_POINTER_LEAVE, /* the pointer has left the window */
  INPUT_WHEEL,
  INPUT_RESIZE,
  INPUT_DROP_FILE,
  INPUT_QUIT,
  INPUT_KIND_COUNT
};

enum key {
  KEY_NONE,
  KEY_CHARACTER, /* see code_point */
  KEY_ENTER,
  KEY_ESCAPE,
  KEY_TAB,
  KEY_BACKSPACE,
  KEY_DELETE,
  KEY_LEFT,
  KEY_RIGHT,
  KEY_UP,
  KEY_DOWN,
  KEY_HOME,
  KEY_END,
  KEY_PAGE_UP,
  KEY_PAGE_DOWN,
  KEY_F1,
  KEY_F2,
  KEY_F3,
  KEY_F4,
  KEY_F5,
  KEY_F6,
  KEY_F7,
  KEY_F8,
  KEY_F9,
  KEY_F10,
  KEY_F11,
  KEY_F12,
  KEY_COUNT
};

enum { MOD_SHIFT = 1, MOD_CTRL = 2 /* or Command */, MOD_ALT = 4 };
enum pointer_button { POINTER_LEFT, POINTER_MIDDLE, POINTER_RIGHT };

struct input {
  enum input_kind kind;
  int64_t time_ms;    /* since the window opened; never goes back */
  uint32_t modifiers; /* MOD_* */

  enum key key;
  uint32_t code_point; /* KEY_CHARACTER: the letter without Ctrl, lower case */
  bool is_repeat;      /* held down */

  struct span text; /* INPUT_TEXT, INPUT_PASTE: UTF-8; INPUT_DROP_FILE: the path. Borrowed for the call */

  struct point position; /* pointer and wheel */
  enum pointer_button button;
  uint32_t clicks; /* 2 for a double click */
  int32_t wheel_y; /* 1/64 of a notch; positive scrolls up */

  int32_t width, height; /* INPUT_RESIZE: the picture's new size */
};
