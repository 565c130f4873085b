/* What lies over the panels: the ring of the focus, what is selected, words that pass. */
#include "view/scene_internal.h"

bool scene_selects(const struct scene_view *view, uint32_t step) {
  const struct line_selection *s = &view->selection;
  return s->any && (s->from <= s->to ? step >= s->from && step <= s->to : step >= s->to && step <= s->from);
}

void paint_selection(struct painter *p, uint32_t step, struct rect line) {
  if (!scene_selects(p->view, step)) return;
  struct rect box = rect_inset(line, SPACE_1, 0);
  if (p->theme->tint_percent == 0)
    paint_rounded(p, rect_inset(box, 0, DU(1)), RADIUS_SMALL, p->theme->surface, p->theme->focus, DU(2));
  else
    draw_fill(p->list, box, colour_mix(p->theme->surface, p->theme->focus, 24));
}

/* Whoever paints a control may paint its ring; whatever has none by then gets one here. */
void paint_ring(struct painter *p) {
  if (!p->view->focus || p->has_ring) return;
  const struct hit_region *hit = draw_list_find_hit(p->list, p->view->focus);
  if (!hit) return;
  struct rect whole = {DU(2), DU(2), p->view->width - DU(4), p->view->height - DU(4)};
  struct rect ring = rect_intersect(rect_inset(hit->rect, -DU(3), -DU(3)), whole);
  paint_rounded(p, ring, RADIUS_CONTROL, 0, p->theme->focus, DU(3));
}

/* How near, and the way back, while not all machines need be in sight. */
void paint_zoom(struct painter *p) {
  int32_t zoom = scene_wish(p->view).zoom_percent;
  if (zoom <= LAYOUT_ZOOM_MIN) return;
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  struct span words = arena_format(p->arena, "%d %%  ·  X: all machines", (int)zoom);
  int32_t width = text_width(style, words) + DU(28);
  struct rect stage = p->frame->stage;
  struct rect box = {rect_right(stage) - width - DU(12), stage.y + DU(12), width, DU(32)};
  paint_rounded(p, box, box.h / 2, p->theme->text, p->theme->surface, DU(2));
  draw_label_in(p->list, style, box, DRAW_CENTRE, p->theme->on_text, words);
}

void paint_notice(struct painter *p) {
  if (!p->view->notice.len) return;
  struct text_style style = style_of(p, TEXT_BODY_STRONG);
  int32_t most = p->view->width - 4 * SPACE_WIDE;
  struct span words = text_ellipsis(style, p->view->notice, most, p->arena);
  int32_t width = text_width(style, words) + 2 * SPACE_WIDE;
  struct rect box = {(p->view->width - width) / 2, p->frame->timeline.y - DU(68), width, DU(48)};
  draw_shadow(p->list, &(struct draw_shadow){.rect = rect_moved(box, 0, DU(3)),
                                             .radius = box.h / 2,
                                             .blur = DU(10),
                                             .colour = p->theme->shadow});
  paint_rounded(p, box, box.h / 2, p->theme->text, p->theme->surface, DU(2));
  draw_label_in(p->list, style, box, DRAW_CENTRE, p->theme->on_text, words);
}
