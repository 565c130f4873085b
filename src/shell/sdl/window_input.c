#include "shell/sdl/window_input.h"

struct named_key {
  SDL_Keycode code;
  enum key key;
};

static const struct named_key named_keys[] = {
    {SDLK_RETURN, KEY_ENTER},   {SDLK_KP_ENTER, KEY_ENTER},
    {SDLK_ESCAPE, KEY_ESCAPE},  {SDLK_TAB, KEY_TAB},
    {SDLK_DELETE, KEY_DELETE},  {SDLK_BACKSPACE, KEY_BACKSPACE},
    {SDLK_LEFT, KEY_LEFT},      {SDLK_RIGHT, KEY_RIGHT},
    {SDLK_UP, KEY_UP},          {SDLK_DOWN, KEY_DOWN},
    {SDLK_HOME, KEY_HOME},      {SDLK_END, KEY_END},
    {SDLK_PAGEUP, KEY_PAGE_UP}, {SDLK_PAGEDOWN, KEY_PAGE_DOWN},
    {SDLK_F1, KEY_F1},          {SDLK_F2, KEY_F2},
    {SDLK_F3, KEY_F3},          {SDLK_F4, KEY_F4},
    {SDLK_F5, KEY_F5},          {SDLK_F6, KEY_F6},
    {SDLK_F7, KEY_F7},          {SDLK_F8, KEY_F8},
    {SDLK_F9, KEY_F9},          {SDLK_F10, KEY_F10},
    {SDLK_F11, KEY_F11},        {SDLK_F12, KEY_F12},
};

static uint32_t modifiers_from(uint32_t state) {
  return (state & KMOD_SHIFT ? (uint32_t)MOD_SHIFT : 0) |
         (state & (KMOD_CTRL | KMOD_GUI) ? (uint32_t)MOD_CTRL : 0) |
         (state & KMOD_ALT ? (uint32_t)MOD_ALT : 0);
}

bool window_input_is_command(const SDL_KeyboardEvent *event) {
  uint32_t held = event->keysym.mod;
  return (held & (KMOD_CTRL | KMOD_GUI)) != 0 && !(held & (KMOD_ALT | KMOD_MODE));
}

/* Printing keys come as text, unless they are held with Ctrl or Alt. AltGr counts as neither. */
static bool key_down(const SDL_KeyboardEvent *event, struct input *input) {
  input->kind = INPUT_KEY;
  input->modifiers = modifiers_from(event->keysym.mod & (uint32_t)~KMOD_MODE);
  input->is_repeat = event->repeat != 0;
  for (size_t i = 0; i < sizeof named_keys / sizeof *named_keys; i++)
    if (named_keys[i].code == event->keysym.sym) {
      input->key = named_keys[i].key;
      return true;
    }
  bool is_command = (input->modifiers & (MOD_CTRL | MOD_ALT)) != 0 && !(event->keysym.mod & KMOD_MODE);
  if (!is_command || event->keysym.sym < ' ' || (event->keysym.sym & SDLK_SCANCODE_MASK)) return false;
  input->key = KEY_CHARACTER;
  input->code_point = (uint32_t)event->keysym.sym;
  return true;
}

static bool text_typed(const SDL_TextInputEvent *event, struct input *input) {
  input->kind = INPUT_TEXT;
  input->modifiers = modifiers_from(SDL_GetModState());
  input->text = span_from(event->text);
  return input->text.len > 0;
}

static struct point position(const struct window_space *space, int32_t x, int32_t y) {
  return raster_fit_point(space->fit, ((float)x + 0.5f) * space->pixels_per_point,
                          ((float)y + 0.5f) * space->pixels_per_point);
}

static bool button(const SDL_MouseButtonEvent *event, const struct window_space *space, struct input *input) {
  if (event->button != SDL_BUTTON_LEFT && event->button != SDL_BUTTON_MIDDLE &&
      event->button != SDL_BUTTON_RIGHT)
    return false;
  input->kind = event->type == SDL_MOUSEBUTTONDOWN ? INPUT_POINTER_DOWN : INPUT_POINTER_UP;
  input->modifiers = modifiers_from(SDL_GetModState());
  input->position = position(space, event->x, event->y);
  input->button = event->button == SDL_BUTTON_LEFT     ? POINTER_LEFT
                  : event->button == SDL_BUTTON_MIDDLE ? POINTER_MIDDLE
                                                       : POINTER_RIGHT;
  input->clicks = event->clicks;
  return true;
}

static bool wheel(const SDL_MouseWheelEvent *event, const struct window_space *space, struct input *input) {
  input->kind = INPUT_WHEEL;
  input->modifiers = modifiers_from(SDL_GetModState());
  input->position = position(space, event->mouseX, event->mouseY);
  float turned = event->preciseY != 0 ? event->preciseY : (float)event->y;
  if (event->direction == SDL_MOUSEWHEEL_FLIPPED) turned = -turned;
  input->wheel_y = (int32_t)(turned * 64);
  return input->wheel_y != 0;
}

static bool window_event(const SDL_WindowEvent *event, struct input *input) {
  if (event->event == SDL_WINDOWEVENT_LEAVE)
    input->kind = INPUT_POINTER_LEAVE;
  else if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED)
    input->kind = INPUT_RESIZE;
  else
    return false;
  return true;
}

bool window_input(const SDL_Event *event, const struct window_space *space, struct input *input_out) {
  *input_out = (struct input){.text = SPAN_EMPTY};
  switch (event->type) {
  case SDL_KEYDOWN: return key_down(&event->key, input_out);
  case SDL_TEXTINPUT: return text_typed(&event->text, input_out);
  case SDL_MOUSEBUTTONDOWN:
  case SDL_MOUSEBUTTONUP: return button(&event->button, space, input_out);
  case SDL_MOUSEWHEEL: return wheel(&event->wheel, space, input_out);
  case SDL_WINDOWEVENT: return window_event(&event->window, input_out);
  case SDL_MOUSEMOTION:
    input_out->kind = INPUT_POINTER_MOVE;
    input_out->modifiers = modifiers_from(SDL_GetModState());
    input_out->position = position(space, event->motion.x, event->motion.y);
    return true;
  case SDL_DROPFILE:
    input_out->kind = INPUT_DROP_FILE;
    input_out->text = span_from(event->drop.file);
    return true;
  case SDL_QUIT: input_out->kind = INPUT_QUIT; return true;
  default: return false;
  }
}
