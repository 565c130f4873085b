#include "view/scene_catalogue.h"

enum {
  MARGIN = 32 * 64,
  HEAD = 96 * 64,
  TOPIC = 52 * 64,
  ITEM = 64 * 64,
  ITEM_GAP = 8 * 64,
  COLUMN_MAX = 980 * 64
};

static bool begins_topic(const struct catalogue_view *view, size_t i) {
  return i == 0 || !span_equal(view->items[i].topic, view->items[i - 1].topic);
}

/* Where an item stands on the page, unscrolled; the page's height for i == count. */
static int32_t top_of(const struct catalogue_view *view, size_t i) {
  int32_t y = 0;
  for (size_t k = 0; k <= i && k < view->count; k++) {
    if (begins_topic(view, k)) y += TOPIC;
    if (k < i) y += ITEM + ITEM_GAP;
  }
  return y;
}

static void paint_item(const struct catalogue_view *view, size_t i, struct rect box, struct draw_list *list) {
  const struct theme *theme = &view->theme;
  const struct catalogue_item *item = &view->items[i];
  uint64_t id = scene_id(SCENE_CATALOGUE, (uint32_t)i);
  bool selected = i == view->selected;
  draw_box(list, &(struct draw_box){.rect = box,
                                    .radius = RADIUS_CONTROL,
                                    .fill = view->hover == id ? theme->sunken : theme->surface,
                                    .border = selected ? theme->focus : theme->border,
                                    .border_width = selected ? DU(3) : theme->border_width});
  struct rect inside = rect_inset(box, SPACE_PADDING, DU(8));
  struct rect right = rect_cut_right(&inside, inside.w / 4);
  struct rect title = rect_cut_top(&inside, DU(26));
  draw_label_in(list, theme_text(theme, TEXT_PANEL_TITLE), title, DRAW_LEFT, theme->text, item->title);
  draw_label_in(list, theme_text(theme, TEXT_SMALL), inside, DRAW_LEFT, theme->muted, item->subtitle);
  draw_label_in(list, theme_text(theme, TEXT_SMALL), right, DRAW_RIGHT, theme->muted, item->teaches);
  draw_hit(list, id, box, HIT_FOCUSABLE, item->title);
}

static void paint_head(const struct catalogue_view *view, struct rect column, struct draw_list *list) {
  struct text_style title = theme_text(&view->theme, TEXT_ROLE);
  draw_label(list, title, (struct point){column.x, DU(48)}, DRAW_LEFT, view->theme.text, SPAN("Waystation"));
  struct rect line = {column.x, DU(58), column.w, DU(28)};
  struct span words =
      view->message.len ? view->message : SPAN("A mail internet in a box. Choose a story; Enter opens it.");
  draw_label_in(list, theme_text(&view->theme, TEXT_SUBTITLE), line, DRAW_LEFT, view->theme.muted, words);
}

/* The selected item is always in sight. */
static void keep_in_sight(struct catalogue_view *view, int32_t room) {
  int32_t page = top_of(view, view->count), top = top_of(view, view->selected);
  if (view->scroll > top - TOPIC) view->scroll = top - TOPIC;
  if (view->scroll < top + ITEM + MARGIN - room) view->scroll = top + ITEM + MARGIN - room;
  if (view->scroll > page + MARGIN - room) view->scroll = page + MARGIN - room;
  if (view->scroll < 0) view->scroll = 0;
}

void scene_catalogue_draw(struct catalogue_view *view, struct draw_list *list) {
  struct rect column = rect_inset((struct rect){0, 0, view->width, view->height}, MARGIN, 0);
  if (column.w > COLUMN_MAX) {
    column.x += (column.w - COLUMN_MAX) / 2;
    column.w = COLUMN_MAX;
  }
  draw_list_begin(list, view->width, view->height, view->theme.background);
  paint_head(view, column, list);
  struct rect page = {0, HEAD, view->width, view->height - HEAD};
  keep_in_sight(view, page.h);
  draw_clip_push(list, page);
  for (size_t i = 0; i < view->count; i++) {
    int32_t y = HEAD + top_of(view, i) - view->scroll;
    if (y > view->height || y + ITEM + TOPIC < HEAD) continue;
    if (begins_topic(view, i)) {
      struct rect topic = {column.x, y - TOPIC, column.w, TOPIC};
      draw_label_in(list, theme_text(&view->theme, TEXT_BODY_STRONG), topic, DRAW_LEFT, view->theme.muted,
                    view->items[i].topic);
    }
    paint_item(view, i, (struct rect){column.x, y, column.w, ITEM}, list);
  }
  draw_clip_pop(list);
  draw_list_end(list);
}

/* ---- input ---- */

static void move(struct catalogue_view *view, bool down, size_t by) {
  for (; by > 0 && view->count; by--) {
    if (down && view->selected + 1 < view->count) view->selected++;
    if (!down && view->selected > 0) view->selected--;
  }
}

static void on_key(struct catalogue_view *view, const struct input *input) {
  switch ((int)input->key) {
  case KEY_DOWN:
  case KEY_TAB: move(view, !(input->modifiers & MOD_SHIFT), 1); break;
  case KEY_UP: move(view, false, 1); break;
  case KEY_PAGE_DOWN: move(view, true, 6); break;
  case KEY_PAGE_UP: move(view, false, 6); break;
  case KEY_HOME: view->selected = 0; break;
  case KEY_END: view->selected = view->count ? view->count - 1 : 0; break;
  case KEY_ENTER: view->has_chosen = view->count > 0; break;
  case KEY_ESCAPE: view->wants_quit = true; break;
  default: break;
  }
}

void scene_catalogue_input(struct catalogue_view *view, const struct input *input,
                           const struct draw_list *picture) {
  const struct hit_region *hit = draw_list_hit(picture, input->position);
  switch ((int)input->kind) {
  case INPUT_KEY: on_key(view, input); break;
  case INPUT_TEXT:
    if (span_equal(input->text, SPAN(" "))) view->has_chosen = view->count > 0;
    if (span_equal_nocase(input->text, SPAN("q"))) view->wants_quit = true;
    if (span_equal_nocase(input->text, SPAN("t")))
      view->theme = theme_named((enum theme_name)((view->theme.name + 1) % THEME_COUNT));
    break;
  case INPUT_POINTER_MOVE: view->hover = hit ? hit->id : 0; break;
  case INPUT_POINTER_DOWN:
    if (!hit || scene_id_kind(hit->id) != SCENE_CATALOGUE) break;
    view->selected = scene_id_number(hit->id);
    view->has_chosen = true;
    break;
  case INPUT_WHEEL: move(view, input->wheel_y < 0, 1); break;
  case INPUT_QUIT: view->wants_quit = true; break;
  default: break;
  }
}
