/* What keys and the pointer do on the catalogue page: letters search, arrows choose. What a presenter's
 * remote has is enough: Page Up and Page Down go from card to card, F5 opens. */
#include "view/catalogue_internal.h"

static void choose(struct catalogue_view *view, size_t place) {
  view->selected = place;
  view->focus = 0;
  view->scroll_is_free = false;
}

static void open_selected(struct catalogue_view *view) {
  if (!view->place_count) return;
  view->chosen = view->places[view->selected].item;
  view->has_chosen = true;
}

static void move(struct catalogue_view *view, int32_t by) {
  int64_t to = (int64_t)view->selected + by;
  if (to < 0) to = 0;
  if (to >= (int64_t)view->place_count) to = (int64_t)view->place_count - 1;
  choose(view, to < 0 ? 0 : (size_t)to);
}

/* To the nearest card in a row above or below. */
static void move_row(struct catalogue_view *view, bool down) {
  if (!view->place_count) return;
  struct point from = rect_centre(view->places[view->selected].rect);
  size_t best = view->selected;
  int64_t least = INT64_MAX;
  for (size_t i = 0; i < view->place_count; i++) {
    struct point at = rect_centre(view->places[i].rect);
    int64_t dy = down ? at.y - from.y : from.y - at.y, dx = at.x > from.x ? at.x - from.x : from.x - at.x;
    if (dy <= 0 || dy * 8 + dx >= least) continue;
    least = dy * 8 + dx;
    best = i;
  }
  choose(view, best);
}

/* ---- the search ---- */

static void search_changed(struct catalogue_view *view) {
  view->scroll = 0;
  choose(view, 0);
  catalogue_arrange(view);
}

static void type(struct catalogue_view *view, struct span text) {
  if (view->search_length + text.len > sizeof view->search) return;
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.data[i] < ' ') return; /* nobody searches for several lines */
  /* Nothing begins with those; a remote blanks the screen with a full stop. */
  if (view->search_length == 0 && (span_equal(text, SPAN(" ")) || span_equal(text, SPAN(".")))) return;
  memcpy(view->search + view->search_length, text.data, text.len);
  view->search_length += text.len;
  search_changed(view);
}

static void rub_out(struct catalogue_view *view) {
  if (!view->search_length) return;
  do view->search_length--;
  while (view->search_length && ((unsigned char)view->search[view->search_length] & 0xC0) == 0x80);
  search_changed(view);
}

static void clear_search(struct catalogue_view *view) {
  view->search_length = 0;
  search_changed(view);
}

/* ---- looks ---- */

static void set_text(struct catalogue_view *view, int32_t percent) {
  if (percent >= 100 && percent <= 150) view->text_percent = percent;
}

static void next_theme(struct catalogue_view *view) {
  bool reduced = view->theme.reduced_motion;
  view->theme = theme_named((enum theme_name)((view->theme.name + 1) % THEME_COUNT));
  view->theme.reduced_motion = reduced;
}

static void on_character(struct catalogue_view *view, uint32_t code_point) {
  switch (code_point) {
  case '+':
  case '=': set_text(view, view->text_percent + 25); break;
  case '-': set_text(view, view->text_percent - 25); break;
  case '0': set_text(view, 100); break;
  case 't': next_theme(view); break;
  case 'q': view->wants_quit = true; break;
  default: break;
  }
}

/* ---- Esc ---- */

/* The innermost thing that is open is closed, one at a time. Nobody ends a lecture by a stray key: the first
 * press that finds nothing to close asks, the next one ends the program; a key held down is one press. */
static void escape(struct catalogue_view *view, const struct input *input) {
  bool asked = view->asks_to_quit;
  if (view->focus)
    view->focus = 0;
  else if (view->search_length)
    clear_search(view);
  else if (!asked || input->is_repeat)
    view->asks_to_quit = true;
  else
    view->wants_quit = true;
}

/* Whoever does something else does not want to leave. */
static bool is_something_else(const struct input *input) {
  bool is_escape = input->kind == INPUT_KEY && input->key == KEY_ESCAPE;
  return !is_escape && input->kind != INPUT_POINTER_MOVE && input->kind != INPUT_POINTER_UP &&
         input->kind != INPUT_POINTER_LEAVE && input->kind != INPUT_RESIZE;
}

/* ---- all ---- */

static void activate(struct catalogue_view *view, uint64_t id) {
  uint32_t number = scene_id_number(id);
  switch ((int)scene_id_kind(id)) {
  case SCENE_CATALOGUE:
    if (number >= view->place_count) break;
    choose(view, number);
    open_selected(view);
    break;
  case SCENE_CHAPTER:
    if (number < view->section_count) choose(view, view->sections[number].first_place);
    break;
  case SCENE_CLEAR: clear_search(view); break;
  case SCENE_THEME: next_theme(view); break;
  case SCENE_TEXT_LARGER: set_text(view, view->text_percent + 25); break;
  case SCENE_TEXT_SMALLER: set_text(view, view->text_percent - 25); break;
  default: break;
  }
}

/* From the cards through all controls and back to the cards, which the arrows are for. */
static void move_focus(struct catalogue_view *view, const struct draw_list *picture, bool back) {
  size_t count = picture->hit_count, at = count;
  for (size_t i = 0; i < count; i++)
    if (view->focus && picture->hits[i].id == view->focus) at = i;
  for (size_t tried = 0; tried <= count; tried++) {
    at = back ? (at + count) % (count + 1) : (at + 1) % (count + 1);
    const struct hit_region *hit = at < count ? &picture->hits[at] : NULL;
    if (hit && (!(hit->flags & HIT_FOCUSABLE) || scene_id_kind(hit->id) == SCENE_CATALOGUE)) continue;
    view->focus = hit ? hit->id : 0;
    return;
  }
}

static void on_key(struct catalogue_view *view, const struct input *input, const struct draw_list *picture) {
  switch ((int)input->key) {
  case KEY_DOWN: move_row(view, true); break;
  case KEY_UP: move_row(view, false); break;
  case KEY_PAGE_DOWN:
  case KEY_RIGHT: move(view, 1); break;
  case KEY_PAGE_UP:
  case KEY_LEFT: move(view, -1); break;
  case KEY_TAB: move_focus(view, picture, (input->modifiers & MOD_SHIFT) != 0); break;
  case KEY_HOME: choose(view, 0); break;
  case KEY_END: move(view, (int32_t)view->place_count); break;
  case KEY_ENTER:
    if (view->focus)
      activate(view, view->focus);
    else
      open_selected(view);
    break;
  case KEY_BACKSPACE: rub_out(view); break;
  case KEY_F5:
    open_selected(view);
    view->fills_screen = view->has_chosen;
    break;
  case KEY_F11: view->wants_full_screen = true; break;
  case KEY_ESCAPE: escape(view, input); break;
  case KEY_CHARACTER:
    if (input->modifiers & MOD_CTRL) on_character(view, input->code_point);
    break;
  default: break;
  }
}

void scene_catalogue_input(struct catalogue_view *view, const struct input *input,
                           const struct draw_list *picture) {
  const struct hit_region *hit = draw_list_hit(picture, input->position);
  catalogue_arrange(view);
  if (is_something_else(input)) view->asks_to_quit = false;
  switch ((int)input->kind) {
  case INPUT_KEY: on_key(view, input, picture); break;
  case INPUT_PASTE:
    if (span_is_utf8(input->text, NULL)) type(view, input->text);
    break;
  case INPUT_TEXT: type(view, input->text); break;
  case INPUT_POINTER_MOVE: view->hover = hit ? hit->id : 0; break;
  case INPUT_POINTER_LEAVE: view->hover = 0; break;
  case INPUT_POINTER_DOWN:
    if (input->button == POINTER_LEFT && hit) activate(view, hit->id);
    break;
  case INPUT_WHEEL:
    view->scroll -= input->wheel_y * 80; /* so much for a notch of 64 */
    view->scroll_is_free = true;
    break;
  case INPUT_QUIT: view->wants_quit = true; break;
  default: break;
  }
}
