/* The menu of what could be otherwise: a card over the darkened picture. */
#include "view/scene_internal.h"
#include "view/whatif_menu.h"

enum { CARD_WIDTH = 860 * 64, ITEM_HEIGHT = 44 * 64, LINE_HEIGHT = 48 * 64 };

static void paint_item(struct painter *p, const struct whatif_menu *menu, size_t i, struct rect box) {
  const struct theme *theme = p->theme;
  uint64_t id = scene_id(SCENE_WHATIF_ITEM, (uint32_t)i);
  bool chosen = menu->chosen == i;
  rect_cut_bottom(&box, SPACE_HALF);
  paint_rounded(p, box, RADIUS_CONTROL, p->view->hover == id ? theme->sunken : theme->surface,
                chosen ? theme->focus : theme->border, theme->border_width + (chosen ? DU(2) : 0));
  draw_hit(p->list, id, box, 0, menu->items[i].label);
  draw_label_in(p->list, style_of(p, chosen ? TEXT_BODY_STRONG : TEXT_BODY), rect_inset(box, SPACE_GAP, 0),
                DRAW_LEFT, theme->text, menu->items[i].label);
}

static void paint_selected(struct painter *p, struct rect box) {
  const struct theme *theme = p->theme;
  if (theme->tint_percent == 0)
    paint_rounded(p, rect_inset(box, -DU(3), 0), RADIUS_SMALL, theme->sunken, theme->focus, DU(2));
  else
    draw_fill(p->list, box, colour_mix(theme->sunken, theme->focus, 24));
}

/* The part of the line around the cursor, and the cursor. */
static void paint_line(struct painter *p, const struct whatif_menu *menu, struct rect box) {
  struct text_style style = style_of(p, TEXT_HEADER);
  struct span line = whatif_menu_line(menu);
  struct rect inside = rect_inset(box, DU(12), 0);
  paint_rounded(p, box, RADIUS_SMALL, p->theme->sunken, p->theme->control_border, p->theme->border_width);
  int32_t before = text_width(style, span_first(line, menu->cursor));
  int32_t shift = before > inside.w - DU(24) ? before - (inside.w - DU(24)) : 0;
  struct point at = {inside.x - shift, box.y + (box.h + text_cap_height(style)) / 2};
  draw_clip_push(p->list, inside);
  if (menu->is_selected) paint_selected(p, (struct rect){at.x, box.y + DU(10), before, box.h - DU(20)});
  draw_label(p->list, style, at, DRAW_LEFT, p->theme->text, line);
  draw_fill(p->list, (struct rect){at.x + before, box.y + DU(10), DU(2), box.h - DU(20)}, p->theme->focus);
  draw_clip_pop(p->list);
}

static void paint_hint(struct painter *p, const struct whatif_menu *menu, struct rect room) {
  struct span words =
      menu->message_length
          ? span_of(menu->message, menu->message_length)
          : SPAN("Choose, type, or edit with →: down HOST, up HOST, cut A--B, dns set "
                 "…, dns remove …, resend 1 …, "
                 "script 2 …; “for 30m” ends it again, “and” joins several. Enter runs the story again.");
  struct text_style style = style_of(p, menu->message_length ? TEXT_SMALL_STRONG : TEXT_SMALL);
  struct text_wrap wrap = text_wrap(style, words, room.w);
  struct text_line piece;
  uint32_t colour = menu->message_length ? p->theme->text : p->theme->muted;
  while (room.h >= DU(20) && text_wrap_next(&wrap, &piece))
    draw_label_in(p->list, style, rect_cut_top(&room, DU(22)), DRAW_LEFT, colour, piece.text);
}

/* How many suggestions there is room for: the line below them is needed more. */
static size_t fitting(const struct whatif_menu *menu, int32_t room) {
  size_t most = room > ITEM_HEIGHT ? (size_t)(room / ITEM_HEIGHT) : 1;
  return menu->count < most ? menu->count : most;
}

void paint_whatif(struct painter *p) {
  const struct whatif_menu *menu = p->view->whatif;
  if (!menu || !menu->is_open) return;
  struct rect whole = {0, 0, p->view->width, p->view->height};
  int32_t frame = DU(48) + SPACE_1 + LINE_HEIGHT + DU(76) + 2 * SPACE_PADDING;
  size_t shown = fitting(menu, whole.h - 2 * SPACE_1 - frame);
  size_t first = menu->chosen < menu->count && menu->chosen >= shown ? menu->chosen + 1 - shown : 0;
  int32_t height = frame + (int32_t)shown * ITEM_HEIGHT;
  struct rect card = {0, 0, CARD_WIDTH, height};
  if (card.w > whole.w - 2 * SPACE_GAP) card.w = whole.w - 2 * SPACE_GAP;
  card.x = (whole.w - card.w) / 2;
  card.y = (whole.h - card.h) / 2;
  if (card.y < SPACE_1) card.y = SPACE_1;
  draw_fill(p->list, whole, 0x80000000);
  draw_hit(p->list, scene_id(SCENE_WHATIF, 0), whole, 0, SPAN("Close"));
  draw_hit(p->list, scene_id(SCENE_WHATIF_CARD, 0), card, 0, SPAN("What if"));
  paint_panel(p, card);
  struct rect inside = rect_inset(card, SPACE_WIDE, SPACE_PADDING);
  struct rect head = rect_cut_top(&inside, DU(36));
  rect_cut_top(&inside, DU(12));
  struct rect run = rect_cut_right(&head, DU(120));
  run.h = DU(40);
  run.y -= DU(2);
  paint_button(p, scene_id(SCENE_WHATIF_RUN, 0), run, SPAN("Run it"), SPAN("Run the story again"));
  draw_label_in(
      p->list, style_of(p, TEXT_PANEL_TITLE), head, DRAW_LEFT, p->theme->text,
      arena_format(p->arena, "What if, from %.*s on …", SPAN_ARG(time_text(p->arena, menu->at_us, true))));
  for (size_t i = first; i < first + shown; i++) paint_item(p, menu, i, rect_cut_top(&inside, ITEM_HEIGHT));
  rect_cut_top(&inside, SPACE_1);
  paint_line(p, menu, rect_cut_top(&inside, LINE_HEIGHT));
  rect_cut_top(&inside, SPACE_1);
  paint_hint(p, menu, inside);
}
