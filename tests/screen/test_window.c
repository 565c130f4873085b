/* The window, on SDL's dummy display: what becomes of events, and when a picture is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shell/sdl/window.h"
#include "shell/sdl/window_input.h"

enum { INPUTS_MAX = 64 };

/* An app that remembers what it was told, and shows a square. */
struct app {
  struct input inputs[INPUTS_MAX];
  char texts[INPUTS_MAX][16];
  size_t count;
  int32_t width, height, square_at;
  uint64_t hit_id;
  bool quits;
};

static struct app app;
static struct raster *raster;

static void on_input(void *context, const struct input *input) {
  struct app *a = context;
  assert_true(a->count < INPUTS_MAX && input->text.len < 16);
  memcpy(a->texts[a->count], input->text.data, input->text.len);
  a->inputs[a->count++] = *input;
  if (input->kind == INPUT_QUIT) a->quits = true;
}

static void draw(void *context, int64_t now_ms, int32_t width, int32_t height, struct draw_list *list) {
  struct app *a = context;
  (void)now_ms;
  a->width = width;
  a->height = height;
  draw_list_begin(list, width, height, 0xFFEEF1F5);
  draw_fill(list, rect_du(a->square_at, 10, 40, 40), 0xFF2463E0);
  draw_hit(list, a->hit_id, rect_du(0, 0, 40, 40), 0, SPAN_EMPTY);
  draw_list_end(list);
}

static bool is_moving(void *context) {
  (void)context;
  return false;
}

static bool wants_to_quit(void *context) {
  return ((struct app *)context)->quits;
}

/* Twice as many units as pixels, as an app with a mind of its own. */
static void measure_double(void *context, int32_t width_px, int32_t height_px, int32_t *width_out,
                           int32_t *height_out) {
  (void)context;
  *width_out = DU(2 * width_px);
  *height_out = DU(2 * height_px);
}

static struct window *open_measured(int32_t width_px, int32_t height_px, bool has_measure) {
  struct error_list errors = {.count = 0};
  struct window_options options = {.title = SPAN("Waystation"), .width_px = width_px, .height_px = height_px};
  struct window_app of = {.context = &app,
                          .on_input = on_input,
                          .draw = draw,
                          .measure = has_measure ? measure_double : NULL,
                          .is_moving = is_moving,
                          .wants_to_quit = wants_to_quit};
  app = (struct app){.count = 0};
  struct window *window = window_open(&options, &of, raster, &errors);
  assert_non_null(window);
  window_tick(window);
  app.count = 0; /* what the system says by itself when a window opens */
  return window;
}

static struct window *open_window(int32_t width_px, int32_t height_px) {
  return open_measured(width_px, height_px, false);
}

static void only_what_changed_is_drawn(void **state) {
  (void)state;
  struct window *window = open_window(800, 450);
  uint64_t frames = window_frames_drawn(window);
  assert_true(frames >= 1);
  for (int i = 0; i < 5; i++) assert_true(window_tick(window));
  assert_int_equal(window_frames_drawn(window), frames);
  app.square_at = 100;
  window_tick(window);
  window_tick(window);
  assert_int_equal(window_frames_drawn(window), frames + 1);
  /* What can be hit may change where nothing else does. */
  app.hit_id = 7;
  window_tick(window);
  assert_int_equal(window_frames_drawn(window), frames + 1);
  assert_int_equal(draw_list_hit(window_picture(window), point_du(1, 1))->id, 7);
  window_close(window);
}

struct shape_case {
  int32_t width_px, height_px, width, height; /* units, in wholes */
};

static const struct shape_case shape_cases[] = {
    {1600, 900, 1600, 900},  {800, 450, 1600, 900},  {3840, 2160, 1600, 900},
    {1024, 768, 1600, 1200}, {1800, 900, 1800, 900}, {700, 700, 1600, 1600},
};

static void the_picture_fits_the_window(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof shape_cases / sizeof *shape_cases; i++) {
    const struct shape_case *c = &shape_cases[i];
    struct window *window = open_window(c->width_px, c->height_px);
    assert_int_equal(app.width, DU(c->width));
    assert_int_equal(app.height, DU(c->height));
    window_close(window);
  }
}

static void an_app_may_choose_its_size(void **state) {
  (void)state;
  struct window *window = open_measured(1000, 700, true);
  assert_true(app.width == DU(2000) && app.height == DU(1400));
  window_close(window);
}

static void push(SDL_Event event) {
  assert_int_equal(SDL_PushEvent(&event), 1);
}

static void push_key(SDL_Keycode code, uint16_t modifiers, uint8_t repeat) {
  push(
      (SDL_Event){.key = {.type = SDL_KEYDOWN, .repeat = repeat, .keysym = {.sym = code, .mod = modifiers}}});
}

static void keys_become_input(void **state) {
  (void)state;
  struct window *window = open_window(800, 450);
  push_key(SDLK_RIGHT, KMOD_LSHIFT, 1);
  push_key(SDLK_c, KMOD_LCTRL, 0);
  push_key(SDLK_c, KMOD_NONE, 0);             /* comes as text */
  push_key(SDLK_q, KMOD_MODE | KMOD_RALT, 0); /* AltGr: also text */
  push_key(SDLK_LSHIFT, KMOD_LSHIFT, 0);
  push((SDL_Event){.text = {.type = SDL_TEXTINPUT, .text = "\xc3\xa9"}});
  /* X11 says "+" when Ctrl + is pressed: larger text, and not faster as well. */
  push_key(SDLK_PLUS, KMOD_LCTRL, 0);
  push((SDL_Event){.text = {.type = SDL_TEXTINPUT, .text = "+"}});
  push_key(SDLK_F11, KMOD_NONE, 0);
  window_tick(window);
  assert_int_equal(app.count, 5);
  assert_true(app.inputs[0].kind == INPUT_KEY && app.inputs[0].key == KEY_RIGHT && app.inputs[0].is_repeat);
  assert_int_equal(app.inputs[0].modifiers, MOD_SHIFT);
  assert_true(app.inputs[1].key == KEY_CHARACTER && app.inputs[1].code_point == 'c');
  assert_int_equal(app.inputs[1].modifiers, MOD_CTRL);
  assert_int_equal(app.inputs[2].kind, INPUT_TEXT);
  assert_string_equal(app.texts[2], "\xc3\xa9");
  assert_true(app.inputs[3].key == KEY_CHARACTER && app.inputs[3].code_point == '+');
  assert_int_equal(app.inputs[4].key, KEY_F11);
  window_close(window);
}

static void the_pointer_is_in_units(void **state) {
  (void)state;
  struct window *window = open_window(800, 450);
  push((SDL_Event){.motion = {.type = SDL_MOUSEMOTION, .x = 400, .y = 225}});
  push((SDL_Event){
      .button = {.type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT, .clicks = 2, .x = 10, .y = 20}});
  push((SDL_Event){.button = {.type = SDL_MOUSEBUTTONUP, .button = SDL_BUTTON_X1, .x = 10, .y = 20}});
  push((SDL_Event){.wheel = {.type = SDL_MOUSEWHEEL, .y = -1, .preciseY = -1.5f, .mouseX = 0, .mouseY = 0}});
  window_tick(window);
  assert_int_equal(app.count, 3);
  assert_int_equal(app.inputs[0].kind, INPUT_POINTER_MOVE);
  assert_true(app.inputs[0].position.x == DU(801) &&
              app.inputs[0].position.y == DU(451)); /* the pixel's middle */
  assert_true(app.inputs[1].kind == INPUT_POINTER_DOWN && app.inputs[1].clicks == 2);
  assert_int_equal(app.inputs[1].position.x, DU(21));
  assert_true(app.inputs[2].kind == INPUT_WHEEL && app.inputs[2].wheel_y == -96);
  window_close(window);
}

static void files_and_the_end(void **state) {
  (void)state;
  struct window *window = open_window(800, 450);
  push((SDL_Event){.drop = {.type = SDL_DROPFILE, .file = SDL_strdup("a b.json")}});
  window_tick(window);
  assert_int_equal(app.inputs[0].kind, INPUT_DROP_FILE);
  assert_string_equal(app.texts[0], "a b.json");
  push((SDL_Event){.quit = {.type = SDL_QUIT}});
  assert_false(window_tick(window));
  window_close(window);
}

static void the_clipboard_takes_text(void **state) {
  (void)state;
  struct window *window = open_window(800, 450);
  assert_true(window_set_clipboard(SPAN("250 2.1.5 Recipient OK")));
  char *held = SDL_GetClipboardText();
  assert_string_equal(held, "250 2.1.5 Recipient OK");
  SDL_free(held);
  window_close(window);
}

static void without_a_screen_no_window_is_offered(void **state) {
  (void)state;
  assert_false(window_is_possible()); /* the dummy display shows nothing */
}

static int set_up(void **state) {
  (void)state;
  struct error_list errors = {.count = 0};
  SDL_SetHint(SDL_HINT_VIDEODRIVER, "dummy");
  raster = raster_open(SPAN_EMPTY, &errors);
  return raster ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  raster_close(raster);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_what_changed_is_drawn), cmocka_unit_test(the_picture_fits_the_window),
      cmocka_unit_test(an_app_may_choose_its_size), cmocka_unit_test(keys_become_input),
      cmocka_unit_test(the_pointer_is_in_units),    cmocka_unit_test(files_and_the_end),
      cmocka_unit_test(the_clipboard_takes_text),   cmocka_unit_test(without_a_screen_no_window_is_offered),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
