#include "shell/sdl/window.h"

#include <stdlib.h>

#include "base/mem.h"
#include "shell/sdl/window_input.h"

enum { UNITS_WIDE = 1600, UNITS_HIGH = 900, FRAME_MS = 16, IDLE_MS = 250 };

/* How pixels reach the screen: straight into the window's own surface where the system has one (X11,
 * Windows), else through a texture. */
struct screen {
  SDL_Window *window;
  SDL_Renderer *renderer; /* NULL: the window's surface */
  SDL_Texture *texture;
  int32_t texture_width, texture_height;
};

enum { TIMES_KEPT = 4096 };

/* How long pictures took, in microseconds, the last ones; and when the first was there. */
struct window_times {
  uint32_t first_ms;
  uint32_t kept[TIMES_KEPT];
};

struct window {
  struct window_app app;
  struct raster *raster;
  struct screen screen;
  struct window_space space;
  struct draw_list lists[2]; /* the one on the screen, and the next */
  size_t shown;              /* which is on the screen */
  int32_t width_px, height_px;
  bool must_draw;  /* the screen has lost what we drew */
  bool is_command; /* the key that went down last is one with Ctrl: its text is not meant */
  uint32_t last_ticks;
  int64_t now_ms;
  uint64_t frames;
  struct window_times times;
};

/* --- the screen --- */

static bool screen_open(struct screen *screen, const struct window_options *options,
                        struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  /* A texture behind the window's surface would cost a copy, and much more without a GPU. */
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
  SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
  SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
  uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  if (options->full_screen) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
  int width = options->width_px, height = options->height_px;
  SDL_Rect usable = {0, 0, UNITS_WIDE, UNITS_HIGH};
  SDL_GetDisplayUsableBounds(0, &usable);
  if (width <= 0) width = usable.w * 9 / 10 < UNITS_WIDE ? usable.w * 9 / 10 : UNITS_WIDE;
  if (height <= 0) height = usable.h * 9 / 10 < UNITS_HIGH ? usable.h * 9 / 10 : UNITS_HIGH;
  screen->window = SDL_CreateWindow(arena_text(&arena, options->title), SDL_WINDOWPOS_CENTERED,
                                    SDL_WINDOWPOS_CENTERED, width, height, flags);
  arena_free(&arena);
  if (screen->window && !SDL_GetWindowSurface(screen->window))
    screen->renderer = SDL_CreateRenderer(screen->window, -1, SDL_RENDERER_PRESENTVSYNC);
  if (screen->window && (screen->renderer || SDL_GetWindowSurface(screen->window))) {
    SDL_SetWindowMinimumSize(screen->window, 640, 360);
    return true;
  }
  error_list_add_message(errors, SPAN_EMPTY, "cannot open a window: %s", SDL_GetError());
  return false;
}

/* While SDL waits for input on X11 it wakes itself by a message to the window, over a second connection. The
 * last one, about the very key that ends the program, may still be on its way: if the window were gone before
 * it, the X library would end the program, with an error. So the window goes out of sight, which waits for
 * the server, and the server gets time for the other connection. */
static void let_messages_arrive(SDL_Window *window) {
  enum { ARRIVE_MS = 50 };
  SDL_HideWindow(window);
  SDL_PumpEvents();
  SDL_Delay(ARRIVE_MS);
}

static void screen_close(struct screen *screen) {
  if (screen->window) let_messages_arrive(screen->window);
  if (screen->texture) SDL_DestroyTexture(screen->texture);
  if (screen->renderer) SDL_DestroyRenderer(screen->renderer);
  if (screen->window) SDL_DestroyWindow(screen->window);
}

static void screen_size(const struct screen *screen, int32_t *width_out, int32_t *height_out) {
  int width = 1, height = 1;
  if (screen->renderer) {
    SDL_GetRendererOutputSize(screen->renderer, &width, &height);
  } else {
    const SDL_Surface *surface = SDL_GetWindowSurface(screen->window);
    if (surface) {
      width = surface->w;
      height = surface->h;
    }
  }
  *width_out = width > 0 ? width : 1;
  *height_out = height > 0 ? height : 1;
}

static bool is_our_format(const SDL_Surface *surface) {
  return surface->format->BytesPerPixel == 4 && surface->format->Rmask == 0xFF0000 &&
         surface->format->Gmask == 0xFF00 && surface->format->Bmask == 0xFF;
}

static void draw_on_surface(struct window *window, const struct draw_list *list) {
  SDL_Surface *surface = SDL_GetWindowSurface(window->screen.window), *ours = surface;
  if (!surface) return;
  if (!is_our_format(surface))
    ours = SDL_CreateRGBSurfaceWithFormat(0, surface->w, surface->h, 32, SDL_PIXELFORMAT_RGB888);
  if (!ours) return;
  if (SDL_MUSTLOCK(ours)) SDL_LockSurface(ours);
  raster_draw(window->raster, list, &(struct pixmap){ours->pixels, ours->w, ours->h, ours->pitch / 4});
  if (SDL_MUSTLOCK(ours)) SDL_UnlockSurface(ours);
  if (ours != surface) {
    SDL_BlitSurface(ours, NULL, surface, NULL);
    SDL_FreeSurface(ours);
  }
  SDL_UpdateWindowSurface(window->screen.window);
}

static void draw_on_texture(struct window *window, const struct draw_list *list) {
  struct screen *screen = &window->screen;
  int32_t width = window->width_px, height = window->height_px;
  if (!screen->texture || screen->texture_width != width || screen->texture_height != height) {
    if (screen->texture) SDL_DestroyTexture(screen->texture);
    screen->texture = SDL_CreateTexture(screen->renderer, SDL_PIXELFORMAT_RGB888, SDL_TEXTUREACCESS_STREAMING,
                                        width, height);
    screen->texture_width = width;
    screen->texture_height = height;
  }
  void *pixels;
  int pitch;
  if (!screen->texture || SDL_LockTexture(screen->texture, NULL, &pixels, &pitch) != 0) return;
  raster_draw(window->raster, list, &(struct pixmap){pixels, width, height, pitch / 4});
  SDL_UnlockTexture(screen->texture);
  SDL_RenderCopy(screen->renderer, screen->texture, NULL, NULL);
  SDL_RenderPresent(screen->renderer);
}

/* --- the window --- */

/* Drivers of SDL that take a window and show it nowhere. It may fall back on one by itself; wanted is only
 * what the environment names. */
static bool shows_nothing(void) {
  const char *driver = SDL_GetCurrentVideoDriver();
  return !driver || strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0 ||
         strcmp(driver, "evdev") == 0;
}

static void complain_no_display(struct error_list *errors, const char *why) {
  struct arena arena = ARENA_EMPTY;
  error_list_add(errors,
                 &(struct error){
                     .message = why && *why ? arena_format(&arena, "there is no display: %s", why)
                                            : SPAN("there is no display"),
                     .expected = SPAN("DISPLAY or WAYLAND_DISPLAY that name one"),
                     .hint = SPAN("waystation run FILE, which tells the same steps as text, or play FILE "
                                  "--screenshot OUT.png"),
                 });
  arena_free(&arena);
}

static bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value && *value;
}

/* Only the display that the environment names: what SDL tries beyond it nobody sees. */
static bool choose_driver(void) {
#if defined(__linux__) || defined(__FreeBSD__)
  if (is_set("WAYLAND_DISPLAY")) return true;
  if (!is_set("DISPLAY")) return false;
  SDL_SetHint("SDL_VIDEODRIVER", "x11");
#endif
  return true;
}

bool window_begin(struct error_list *errors) {
  const char *chosen = SDL_GetHint("SDL_VIDEODRIVER"); /* or what the environment says */
  bool is_chosen = chosen && *chosen;
  if (!is_chosen && !choose_driver()) {
    complain_no_display(errors, NULL);
    return false;
  }
  bool is_open = SDL_InitSubSystem(SDL_INIT_VIDEO) == 0;
  if (is_open && (!shows_nothing() || is_chosen)) return true;
  complain_no_display(errors, is_open ? NULL : SDL_GetError());
  if (is_open) SDL_QuitSubSystem(SDL_INIT_VIDEO);
  return false;
}

void window_end(void) {
  SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

struct window *window_open(const struct window_options *options, const struct window_app *app,
                           struct raster *raster, struct error_list *errors) {
  if (!window_begin(errors)) return NULL;
  struct window *window = mem_zalloc(sizeof *window);
  window->app = *app;
  window->raster = raster;
  window->must_draw = true;
  window->last_ticks = SDL_GetTicks();
  if (!screen_open(&window->screen, options, errors)) {
    window_close(window);
    return NULL;
  }
  SDL_StartTextInput();
  SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
  return window;
}

void window_close(struct window *window) {
  if (!window) return;
  screen_close(&window->screen);
  draw_list_free(&window->lists[0]);
  draw_list_free(&window->lists[1]);
  mem_free(window);
  window_end();
}

/* The size of the picture in units for the window's size in pixels, and the way from one to the other. */
static void measure(struct window *window, int32_t *width_out, int32_t *height_out) {
  screen_size(&window->screen, &window->width_px, &window->height_px);
  int64_t w = window->width_px, h = window->height_px;
  bool is_wide = w * UNITS_HIGH > h * UNITS_WIDE;
  *width_out = is_wide ? (int32_t)(w * DU(UNITS_HIGH) / h) : DU(UNITS_WIDE);
  *height_out = is_wide ? DU(UNITS_HIGH) : (int32_t)(h * DU(UNITS_WIDE) / w);
  if (window->app.measure)
    window->app.measure(window->app.context, window->width_px, window->height_px, width_out, height_out);
  int points_wide = 1, points_high = 1;
  SDL_GetWindowSize(window->screen.window, &points_wide, &points_high);
  const struct draw_list size = {.width = *width_out, .height = *height_out};
  window->space.fit = raster_fit(&size, window->width_px, window->height_px);
  window->space.pixels_per_point = points_wide > 0 ? (float)w / (float)points_wide : 1;
}

static void paste(struct window *window) {
  char *text = SDL_GetClipboardText();
  struct input input = {.kind = INPUT_PASTE, .time_ms = window->now_ms, .text = span_from(text ? text : "")};
  if (input.text.len) window->app.on_input(window->app.context, &input);
  SDL_free(text);
}

static void take_events(struct window *window, int32_t width, int32_t height) {
  SDL_Event event;
  while (SDL_PollEvent(&event)) {
    struct input input;
    if (event.type == SDL_KEYDOWN) window->is_command = window_input_is_command(&event.key);
    bool is_input =
        window_input(&event, &window->space, &input) && !(event.type == SDL_TEXTINPUT && window->is_command);
    if (event.type == SDL_WINDOWEVENT &&
        (event.window.event == SDL_WINDOWEVENT_EXPOSED || event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED))
      window->must_draw = true;
    if (is_input) {
      input.time_ms = window->now_ms;
      if (input.kind == INPUT_RESIZE) {
        measure(window, &width, &height);
        input.width = width;
        input.height = height;
      }
      window->app.on_input(window->app.context, &input);
    }
    if (event.type == SDL_KEYDOWN && window->is_command && event.key.keysym.sym == SDLK_v) paste(window);
    if (event.type == SDL_DROPFILE) SDL_free(event.drop.file);
  }
}

/* Draws the new list, unless the screen shows the same. It takes the old one's place in any case: its hit
 * regions may differ. */
static void show(struct window *window) {
  const struct draw_list *old = &window->lists[window->shown], *next = &window->lists[1 - window->shown];
  bool is_same = !window->must_draw && draw_list_equal(old, next);
  window->shown = 1 - window->shown;
  if (is_same) return;
  uint64_t began = SDL_GetPerformanceCounter();
  if (window->screen.renderer)
    draw_on_texture(window, next);
  else
    draw_on_surface(window, next);
  window->must_draw = false;
  uint64_t spent = (SDL_GetPerformanceCounter() - began) * 1000000 / SDL_GetPerformanceFrequency();
  window->times.kept[window->frames % TIMES_KEPT] = (uint32_t)spent;
  if (window->frames++ == 0) window->times.first_ms = SDL_GetTicks();
}

bool window_tick(struct window *window) {
  uint32_t ticks = SDL_GetTicks(); /* goes round after 49 days; the difference does not mind */
  window->now_ms += (int64_t)(uint32_t)(ticks - window->last_ticks);
  window->last_ticks = ticks;
  int32_t width, height;
  measure(window, &width, &height);
  take_events(window, width, height);
  measure(window, &width, &height);
  window->app.draw(window->app.context, window->now_ms, width, height, &window->lists[1 - window->shown]);
  show(window);
  if (window->app.between) window->app.between(window->app.context);
  return !window->app.wants_to_quit(window->app.context);
}

void window_run(struct window *window) {
  while (window_tick(window)) {
    bool is_moving = window->app.is_moving(window->app.context);
    uint32_t spent = SDL_GetTicks() - window->last_ticks;
    if (!is_moving)
      SDL_WaitEventTimeout(NULL, IDLE_MS);
    else if (spent < FRAME_MS)
      SDL_Delay(FRAME_MS - spent);
  }
}

void window_size(const struct window *window, int32_t *width_out, int32_t *height_out) {
  int width = 0, height = 0;
  SDL_GetWindowSize(window->screen.window, &width, &height);
  *width_out = width;
  *height_out = height;
}

static int compare_times(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

void window_tell_times(const struct window *window, FILE *to) {
  static uint32_t sorted[TIMES_KEPT];
  size_t count = window->frames < TIMES_KEPT ? (size_t)window->frames : TIMES_KEPT;
  if (!count) return;
  memcpy(sorted, window->times.kept, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, compare_times);
  fprintf(to,
          "first picture %u ms after SDL began; %llu pictures of %dx%d, median %u us, slowest %u us, %s\n",
          window->times.first_ms, (unsigned long long)window->frames, (int)window->width_px,
          (int)window->height_px, sorted[count / 2], sorted[count - 1],
          window->screen.renderer ? "through a texture" : "straight into the window");
}

bool window_is_full_screen(const struct window *window) {
  return (SDL_GetWindowFlags(window->screen.window) & SDL_WINDOW_FULLSCREEN_DESKTOP) != 0;
}

void window_set_full_screen(struct window *window, bool full_screen) {
  SDL_SetWindowFullscreen(window->screen.window, full_screen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
  window->must_draw = true;
}

void window_set_title(struct window *window, struct span title) {
  struct arena arena = ARENA_EMPTY;
  SDL_SetWindowTitle(window->screen.window, arena_text(&arena, title));
  arena_free(&arena);
}

bool window_set_clipboard(struct span text) {
  struct arena arena = ARENA_EMPTY;
  bool taken = SDL_SetClipboardText(arena_text(&arena, text)) == 0;
  arena_free(&arena);
  return taken;
}

bool window_is_possible(void) {
  struct error_list errors = {0};
  bool has_begun = window_begin(&errors), can_be_seen = has_begun && !shows_nothing();
  if (has_begun) window_end();
  error_list_free(&errors);
  return can_be_seen;
}

const struct draw_list *window_picture(const struct window *window) {
  return &window->lists[window->shown];
}

void window_point(const struct window *window, struct point point, int32_t *x_out, int32_t *y_out) {
  float x, y;
  raster_fit_pixel(window->space.fit, point, &x, &y);
  *x_out = (int32_t)(x / window->space.pixels_per_point);
  *y_out = (int32_t)(y / window->space.pixels_per_point);
}

uint64_t window_frames_drawn(const struct window *window) {
  return window->frames;
}
