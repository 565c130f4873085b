#include "view/scene_overlay.h"

#include "view/text_wrap.h"

enum { CARD_WIDTH = 900 * 64, LINE = 24 * 64, LINES_OF_ONE = 3 };

static void paint_card(const struct theme *theme, struct rect card, struct draw_list *list) {
  draw_fill(list, (struct rect){0, 0, list->width, list->height}, 0x80000000);
  draw_shadow(list, &(struct draw_shadow){.rect = rect_moved(card, 0, DU(4)),
                                          .radius = RADIUS_PANEL,
                                          .blur = DU(14),
                                          .colour = theme->shadow});
  draw_box(list, &(struct draw_box){.rect = card,
                                    .radius = RADIUS_PANEL,
                                    .fill = theme->surface,
                                    .border = theme->border,
                                    .border_width = theme->border_width});
}

/* Wrapped, at most so many lines; returns how high they are. Without a list it only measures. */
static int32_t words(struct text_style style, struct span text, struct rect room, int32_t most,
                     uint32_t colour, struct draw_list *list) {
  struct text_wrap wrap = text_wrap(style, text, room.w);
  struct text_line line;
  int32_t count = 0;
  if (!text.len) return 0;
  for (; count < most && text_wrap_next(&wrap, &line); count++) {
    struct rect row = {room.x, room.y + count * LINE, room.w, LINE};
    if (list) draw_label_in(list, style, row, DRAW_LEFT, colour, line.text);
  }
  return count * LINE;
}

/* One problem; returns its height. Without a list it only measures. */
static int32_t problem(const struct theme *theme, const struct overlay_problem *p, struct rect room,
                       struct draw_list *list) {
  const struct text_style mono = theme_text(theme, TEXT_HOST), strong = theme_text(theme, TEXT_BODY_STRONG);
  const struct text_style body = theme_text(theme, TEXT_BODY);
  int32_t y = room.y;
  struct rect at = room;
  at.y = y;
  y += words(mono, p->where, at, 2, theme->muted, list);
  at.y = y;
  y += words(strong, p->message, at, LINES_OF_ONE, theme->text, list);
  const struct {
    struct span label, text;
  } more[] = {{SPAN("expected"), p->expected}, {SPAN("try"), p->hint}};
  for (size_t i = 0; i < 2; i++) {
    if (!more[i].text.len) continue;
    struct rect label = {room.x, y, DU(92), LINE};
    if (list) draw_label_in(list, body, label, DRAW_LEFT, theme->muted, more[i].label);
    struct rect rest = {room.x + DU(92), y, room.w - DU(92), LINE};
    y += words(body, more[i].text, rest, LINES_OF_ONE, theme->text, list);
  }
  return y - room.y + DU(14);
}

static struct rect card_of(const struct draw_list *list, int32_t height) {
  int32_t width = list->width - 2 * SPACE_WIDE < CARD_WIDTH ? list->width - 2 * SPACE_WIDE : CARD_WIDTH;
  return (struct rect){(list->width - width) / 2, (list->height - height) / 2, width, height};
}

void scene_overlay_problems(const struct theme *theme, struct span title,
                            const struct overlay_problem *problems, size_t count, size_t total,
                            struct draw_list *list) {
  int32_t head = DU(56), foot = DU(44), most = list->height - 2 * SPACE_WIDE - head - foot, height = 0;
  struct rect card = card_of(list, 0), room = rect_inset(card, SPACE_WIDE, 0);
  size_t shown = 0;
  for (; shown < count; shown++) {
    int32_t one = problem(theme, &problems[shown], room, NULL);
    if (height + one > most) break;
    height += one;
  }
  card = card_of(list, head + height + foot);
  paint_card(theme, card, list);
  draw_hit(list, scene_id(SCENE_PROBLEMS, 0), (struct rect){0, 0, list->width, list->height}, 0,
           SPAN("Close"));
  struct rect inside = rect_inset(card, SPACE_WIDE, 0);
  draw_label_in(list, theme_text(theme, TEXT_PANEL_TITLE), rect_cut_top(&inside, head), DRAW_LEFT,
                theme->text, title);
  struct rect row = rect_cut_bottom(&inside, foot);
  draw_label_in(list, theme_text(theme, TEXT_SMALL), row, DRAW_LEFT, theme->muted,
                shown < total ? SPAN("There are more. Mend the file: it is read again when it is saved. "
                                     "Esc: back to the picture.")
                              : SPAN("Mend the file: it is read again when it is saved. "
                                     "Esc: back to the picture."));
  for (size_t i = 0; i < shown; i++) rect_cut_top(&inside, problem(theme, &problems[i], inside, list));
  draw_list_end(list);
}

void scene_overlay_progress(const struct theme *theme, struct span title, struct span text,
                            struct draw_list *list) {
  struct rect card = card_of(list, DU(112));
  paint_card(theme, card, list);
  struct rect inside = rect_inset(card, SPACE_WIDE, SPACE_PADDING);
  draw_label_in(list, theme_text(theme, TEXT_PANEL_TITLE), rect_cut_top(&inside, DU(32)), DRAW_LEFT,
                theme->text, title);
  draw_label_in(list, theme_text(theme, TEXT_BODY), inside, DRAW_LEFT, theme->muted, text);
  draw_list_end(list);
}
