#include "view/scene_catalogue.h"

#include "view/catalogue_internal.h"

struct catalogue_columns catalogue_columns(const struct catalogue_view *view) {
  bool has_rail = view->width >= CATALOGUE_RAIL_FROM;
  int32_t x = CATALOGUE_MARGIN + (has_rail ? CATALOGUE_RAIL + CATALOGUE_MARGIN : 0);
  int32_t width = view->width - x - CATALOGUE_MARGIN, count = width >= DU(900) ? 2 : 1;
  return (struct catalogue_columns){x, (width - (count - 1) * CATALOGUE_GAP) / count, count};
}

static struct text_style style(const struct catalogue_view *view, enum text_role role) {
  return theme_text(&view->theme, role);
}

/* ---- the cards ---- */

static bool is_last_seen(const struct catalogue_view *view, const struct catalogue_place *place) {
  return view->sections[place->section].number == 0;
}

static void paint_card(const struct catalogue_view *view, size_t nth, struct rect box,
                       struct draw_list *list) {
  const struct theme *theme = &view->theme;
  const struct catalogue_place *place = &view->places[nth];
  const struct catalogue_item *item = &view->items[place->item];
  uint64_t id = scene_id(SCENE_CATALOGUE, (uint32_t)nth);
  bool selected = nth == view->selected;
  draw_shadow(list, &(struct draw_shadow){.rect = rect_moved(box, 0, DU(2)),
                                          .radius = RADIUS_CARD,
                                          .blur = DU(6),
                                          .colour = theme->shadow});
  draw_box(list,
           &(struct draw_box){.rect = box,
                              .radius = RADIUS_CARD,
                              .fill = view->hover == id ? theme->sunken : theme->surface,
                              .border = selected ? theme->focus : theme->border,
                              .border_width = selected ? theme->border_width + DU(2) : theme->border_width});
  struct rect inside = rect_inset(box, SPACE_PADDING, DU(12));
  draw_label_in(list, style(view, TEXT_PANEL_TITLE), rect_cut_top(&inside, DU(24)), DRAW_LEFT, theme->text,
                item->title);
  rect_cut_top(&inside, DU(2));
  draw_label_in(list, style(view, TEXT_SMALL), rect_cut_top(&inside, DU(20)), DRAW_LEFT, theme->muted,
                item->subtitle);
  struct buf foot = {.data = NULL};
  if (is_last_seen(view, place) && !item->topic.len)
    buf_add(&foot, item->path);
  else if (item->teaches.len)
    buf_format(&foot, "%s %.*s", span_find(item->teaches, ' ') == SPAN_NONE ? "Lesson" : "Lessons",
               SPAN_ARG(item->teaches));
  draw_label_in(list, style(view, TEXT_SMALL_STRONG), inside, DRAW_LEFT, theme->muted, buf_span(&foot));
  buf_free(&foot);
  draw_hit(list, id, box, HIT_FOCUSABLE, item->title);
}

static struct span lessons(const struct catalogue_section *section, char room[24]) {
  struct buf words = {.data = NULL};
  if (!section->lesson_first) return SPAN_EMPTY;
  if (section->lesson_first == section->lesson_last)
    buf_format(&words, "R%u", section->lesson_first);
  else
    buf_format(&words, "R%u–R%u", section->lesson_first, section->lesson_last);
  size_t len = words.len < 24 ? words.len : 24;
  memcpy(room, words.data, len);
  buf_free(&words);
  return span_of(room, len);
}

static void paint_heading(const struct catalogue_view *view, const struct catalogue_section *section,
                          struct rect row, struct draw_list *list) {
  struct buf name = {.data = NULL};
  char room[24];
  if (section->number) buf_format(&name, "%u  ", section->number);
  buf_add(&name, section->name);
  rect_cut_top(&row, DU(12));
  int32_t width =
      draw_label_in(list, style(view, TEXT_PANEL_TITLE), row, DRAW_LEFT, view->theme.text, buf_span(&name));
  rect_cut_left(&row, width + SPACE_GAP);
  draw_label_in(list, style(view, TEXT_SMALL), row, DRAW_LEFT, view->theme.muted, lessons(section, room));
  buf_free(&name);
}

static void paint_ring(const struct catalogue_view *view, uint64_t id, struct rect box,
                       struct draw_list *list) {
  if (view->focus != id) return;
  draw_box(list, &(struct draw_box){.rect = rect_inset(box, -DU(4), -DU(4)),
                                    .radius = RADIUS_CONTROL + DU(4),
                                    .border = view->theme.focus,
                                    .border_width = DU(3)});
}

/* ---- the chapters at the left ---- */

static void paint_rail(const struct catalogue_view *view, struct draw_list *list) {
  const struct theme *theme = &view->theme;
  struct rect rail = {CATALOGUE_MARGIN, CATALOGUE_HEAD + DU(12), CATALOGUE_RAIL,
                      view->height - CATALOGUE_HEAD - DU(24)};
  uint32_t now = view->place_count ? view->places[view->selected].section : 0;
  for (uint32_t i = 0; i < view->section_count && rail.h >= TARGET_MIN; i++) {
    const struct catalogue_section *section = &view->sections[i];
    struct rect row = rect_cut_top(&rail, DU(44));
    uint64_t id = scene_id(SCENE_CHAPTER, i);
    char room[24], number_room[8];
    struct buf number = {.data = NULL};
    bool is_now = i == now;
    if (is_now || view->hover == id)
      draw_box(list, &(struct draw_box){.rect = rect_inset(row, 0, DU(2)),
                                        .radius = RADIUS_CONTROL,
                                        .fill = is_now ? theme->text : theme->sunken});
    paint_ring(view, id, rect_inset(row, 0, DU(2)), list);
    draw_hit(list, id, row, HIT_FOCUSABLE, section->name);
    uint32_t ink = is_now ? theme->on_text : theme->text, faint = is_now ? theme->on_text : theme->muted;
    row = rect_inset(row, DU(14), 0);
    if (section->number) buf_format(&number, "%u", section->number);
    size_t len = number.len < sizeof number_room ? number.len : sizeof number_room;
    if (len) memcpy(number_room, number.data, len);
    buf_free(&number);
    draw_label_in(list, style(view, TEXT_BODY_STRONG), rect_cut_left(&row, DU(28)), DRAW_LEFT, faint,
                  span_of(number_room, len));
    int32_t width =
        draw_label_in(list, style(view, TEXT_SMALL), row, DRAW_RIGHT, faint, lessons(section, room));
    rect_cut_right(&row, width + SPACE_1);
    draw_label_in(list, style(view, TEXT_BODY_STRONG), row, DRAW_LEFT, ink, section->name);
  }
}

/* ---- the head ---- */

static void paint_button(const struct catalogue_view *view, uint64_t id, struct rect rect, struct span label,
                         struct span says, struct draw_list *list) {
  const struct theme *theme = &view->theme;
  draw_box(list, &(struct draw_box){.rect = rect,
                                    .radius = RADIUS_CONTROL,
                                    .fill = view->hover == id ? theme->sunken : theme->surface,
                                    .border = theme->control_border,
                                    .border_width = theme->border_width});
  paint_ring(view, id, rect, list);
  draw_hit(list, id, rect, HIT_FOCUSABLE, says);
  draw_label_in(list, style(view, TEXT_BODY_STRONG), rect, DRAW_CENTRE, theme->text, label);
}

static void paint_search(const struct catalogue_view *view, struct rect box, struct draw_list *list) {
  const struct theme *theme = &view->theme;
  struct span words = span_of(view->search, view->search_length);
  bool has_words = words.len > 0;
  draw_box(list, &(struct draw_box){.rect = box,
                                    .radius = RADIUS_CONTROL,
                                    .fill = theme->surface,
                                    .border = has_words ? theme->focus : theme->control_border,
                                    .border_width = has_words ? DU(3) : theme->border_width});
  struct rect inside = rect_inset(box, DU(14), 0);
  if (has_words) {
    struct rect clear = rect_cut_right(&inside, DU(36));
    draw_hit(list, scene_id(SCENE_CLEAR, 0), clear, 0, SPAN("Search for nothing"));
    draw_label_in(list, style(view, TEXT_BODY_STRONG), clear, DRAW_CENTRE, theme->muted, SPAN("Esc"));
  }
  int32_t width =
      draw_label_in(list, style(view, TEXT_BODY), inside, DRAW_LEFT, has_words ? theme->text : theme->muted,
                    has_words ? words : SPAN("Type to search: mx, forged, R15 …"));
  if (has_words)
    draw_fill(list, (struct rect){inside.x + width + DU(2), box.y + DU(10), DU(2), box.h - DU(20)},
              theme->text);
}

static void paint_head(const struct catalogue_view *view, struct draw_list *list) {
  const struct theme *theme = &view->theme;
  struct rect row = {CATALOGUE_MARGIN, DU(24), view->width - 2 * CATALOGUE_MARGIN, TARGET_MIN};
  struct span next = theme->name == THEME_LIGHT  ? SPAN("Dark")
                     : theme->name == THEME_DARK ? SPAN("Contrast")
                                                 : SPAN("Light");
  paint_button(view, scene_id(SCENE_THEME, 0), rect_cut_right(&row, DU(96)), next, SPAN("Change the colours"),
               list);
  rect_cut_right(&row, SPACE_1);
  paint_button(view, scene_id(SCENE_TEXT_LARGER, 0), rect_cut_right(&row, DU(48)), SPAN("A+"),
               SPAN("Larger text"), list);
  rect_cut_right(&row, SPACE_1);
  paint_button(view, scene_id(SCENE_TEXT_SMALLER, 0), rect_cut_right(&row, DU(48)), SPAN("A−"),
               SPAN("Smaller text"), list);
  rect_cut_right(&row, SPACE_GAP);
  int32_t title = text_width(style(view, TEXT_ROLE), SPAN("Waystation")) + SPACE_WIDE;
  int32_t search = row.w - title < DU(420) ? row.w - title : DU(420);
  paint_search(view, rect_cut_right(&row, search), list);
  draw_label_in(list, style(view, TEXT_ROLE), row, DRAW_LEFT, theme->text, SPAN("Waystation"));
  struct rect line = {CATALOGUE_MARGIN, DU(70), view->width - 2 * CATALOGUE_MARGIN, DU(26)};
  struct span words =
      SPAN("A mail internet in a box. Arrows and Enter open a story; so does a file dropped on "
           "the window.");
  if (view->message.len) words = view->message;
  enum text_role role = view->asks_to_quit ? TEXT_BODY_STRONG : TEXT_BODY;
  if (view->asks_to_quit)
    words = SPAN("Esc once more, or Ctrl Q, ends Waystation. Any other key stays here.");
  draw_label_in(list, style(view, role), line, DRAW_LEFT, view->asks_to_quit ? theme->text : theme->muted,
                words);
}

/* ---- all ---- */

/* What is chosen is always in sight, until the wheel turns. */
static void keep_in_sight(struct catalogue_view *view, int32_t room) {
  int32_t most = view->page_height - room;
  if (view->place_count && !view->scroll_is_free) {
    const struct catalogue_place *place = &view->places[view->selected];
    int32_t top = place->rect.y - CATALOGUE_HEADING;
    if (view->scroll > top) view->scroll = top;
    if (view->scroll < rect_bottom(place->rect) + CATALOGUE_GAP - room)
      view->scroll = rect_bottom(place->rect) + CATALOGUE_GAP - room;
  }
  if (view->scroll > most) view->scroll = most;
  if (view->scroll < 0) view->scroll = 0;
}

static void paint_nothing_found(const struct catalogue_view *view, struct draw_list *list) {
  struct catalogue_columns columns = catalogue_columns(view);
  struct rect row = {columns.x, CATALOGUE_HEAD + DU(24), view->width - columns.x - CATALOGUE_MARGIN, DU(32)};
  draw_label_in(list, style(view, TEXT_SUBTITLE), row, DRAW_LEFT, view->theme.muted,
                view->search_length ? SPAN("No scenario answers to that. Esc shows all of them.")
                                    : SPAN("There are no scenarios here. Drop a file on the window."));
}

void scene_catalogue_draw(struct catalogue_view *view, struct draw_list *list) {
  catalogue_arrange(view);
  draw_list_begin(list, view->width, view->height, view->theme.background);
  paint_head(view, list);
  struct rect page = {0, CATALOGUE_HEAD, view->width, view->height - CATALOGUE_HEAD};
  keep_in_sight(view, page.h);
  if (view->width >= CATALOGUE_RAIL_FROM) paint_rail(view, list);
  if (!view->place_count) paint_nothing_found(view, list);
  struct catalogue_columns columns = catalogue_columns(view);
  draw_clip_push(list, page);
  for (size_t i = 0; i < view->section_count; i++) {
    const struct catalogue_section *section = &view->sections[i];
    struct rect row = {columns.x, page.y + section->y - view->scroll,
                       view->width - columns.x - CATALOGUE_MARGIN, CATALOGUE_HEADING};
    if (rect_bottom(row) > page.y && row.y < rect_bottom(page)) paint_heading(view, section, row, list);
  }
  for (size_t i = 0; i < view->place_count; i++) {
    struct rect box = rect_moved(view->places[i].rect, 0, page.y - view->scroll);
    if (rect_bottom(box) > page.y && box.y < rect_bottom(page)) paint_card(view, i, box, list);
  }
  draw_clip_pop(list);
  draw_list_end(list);
}
