/* window: the viewer's window: pixels out, input in.
 *
 * One call to window_tick is one frame: it hands over what the person did, asks for the picture, and draws it
 * if it differs from the one that is on the screen. It never waits, starts no thread and holds no loop, so
 * that a browser's frame callback can call it as well as window_run does.
 *
 *     SDL events ──▶ window_input ──▶ app.on_input
 *                                     app.draw ──▶ draw_list ──▶ raster ──▶ screen
 *
 * Unless the app says otherwise, the picture is at least 1600×900 units, and wider or higher where the window
 * is: one scale factor for both ways, and no bars at the sides. The app lays out for the size it is given.
 *
 * Ownership: the window borrows the app and the raster; both live longer.
 */
#pragma once

#include <stdio.h>

#include "shell/sdl/raster.h"
#include "view/input.h"

struct window;

struct window_app {
  void *context;
  void (*on_input)(void *context, const struct input *input);
  /* Fills the list with the picture at this moment (milliseconds since the window opened). */
  void (*draw)(void *context, int64_t now_ms, int32_t width, int32_t height, struct draw_list *list);
  /* The picture's size in 1/64 units for a window of so many pixels; NULL: 1600×900 and whatever the shape
   * adds. */
  void (*measure)(void *context, int32_t width_px, int32_t height_px, int32_t *width_out,
                  int32_t *height_out);
  /* Whether something moves, so that the next frame should come at once. */
  bool (*is_moving)(void *context);
  /* Whether to close; asked after each frame. */
  bool (*wants_to_quit)(void *context);
  /* After each frame: the place for what takes long. It may call window_tick. NULL: nothing. */
  void (*between)(void *context);
};

struct window_options {
  struct span title;
  int32_t width_px, height_px; /* of the client area; 0 for nine tenths of the screen, at most 1600×900 */
  bool full_screen;
};

/* The display, for windows that are yet to come; window_end gives it back. False and an error if there is
 * none that somebody could look at, unless the environment (SDL_VIDEODRIVER) wants it so. */
bool window_begin(struct error_list *errors);
void window_end(void);
/* NULL and an error if there is no display. */
struct window *window_open(const struct window_options *options, const struct window_app *app,
                           struct raster *raster, struct error_list *errors);
void window_close(struct window *window);

/* One frame. False when the app wants to quit. */
bool window_tick(struct window *window);
/* Ticks until the app wants to quit, resting between frames: until there is input if nothing moves. */
void window_run(struct window *window);

/* Of the client area, in the system's points. */
void window_size(const struct window *window, int32_t *width_out, int32_t *height_out);
bool window_is_full_screen(const struct window *window);
void window_set_full_screen(struct window *window, bool full_screen);
void window_set_title(struct window *window, struct span title);
/* False if the system would not take it. */
bool window_set_clipboard(struct span text);
/* Whether a window could be opened: a display is there. */
bool window_is_possible(void);
/* The picture last asked for, with its hit regions: what input refers to. Borrowed until the next tick; empty
 * before the first. */
const struct draw_list *window_picture(const struct window *window);
/* Where a point of that picture is in the window, in the system's points, as the pointer is told of. */
void window_point(const struct window *window, struct point point, int32_t *x_out, int32_t *y_out);
/* Frames drawn so far, for tests: an unchanged picture does not count. */
uint64_t window_frames_drawn(const struct window *window);
/* When the first picture was there, and how long pictures took to draw, in words. */
void window_tell_times(const struct window *window, FILE *to);
