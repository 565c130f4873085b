/* window_input: SDL's events as the view's input. For window.c and its test. */
#pragma once

#include <SDL2/SDL.h>

#include "shell/sdl/raster.h"
#include "view/input.h"

/* How the window's coordinates become the picture's. */
struct window_space {
  struct raster_fit fit;
  float pixels_per_point; /* above 1 on a dense screen */
};

/* A key with Ctrl. X11 says the text of Ctrl + all the same: it is not meant. With Alt, too, it may be AltGr.
 */
bool window_input_is_command(const SDL_KeyboardEvent *event);
/* False if the event is nothing for the view. The input's text points into the event. INPUT_RESIZE comes
 * without its size: the window knows it. */
bool window_input(const SDL_Event *event, const struct window_space *space, struct input *input_out);
