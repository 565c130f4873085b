/* What a control does, beside it, while the pointer is on it or the focus: in words, with its key. */
#include "view/scene_internal.h"
#include "view/viewer_keys.h"

enum { HINT_HEIGHT = 32 * 64, HINT_GAP = 8 * 64 };

/* The controls that are no more than a sign or a word, and the key that does the same. */
static const struct {
  enum scene_hit kind;
  enum viewer_action action; /* ACTION_NONE: no key */
} hints[] = {
    {SCENE_FIRST, ACTION_BEGINNING},
    {SCENE_PLAY, ACTION_PLAY},
    {SCENE_LAST, ACTION_END},
    {SCENE_TEXT_SMALLER, ACTION_TEXT_SMALLER},
    {SCENE_TEXT_LARGER, ACTION_TEXT_LARGER},
    {SCENE_THEME, ACTION_THEME},
    {SCENE_HELP, ACTION_HELP},
    {SCENE_PANEL, ACTION_PANEL},
    {SCENE_LADDER, ACTION_LADDER},
    {SCENE_EAVESDROP, ACTION_EAVESDROP},
    {SCENE_SHORT, ACTION_SHORT},
    {SCENE_RAW, ACTION_RAW},
    {SCENE_PREDICT, ACTION_PREDICT},
    {SCENE_WHATIF, ACTION_WHATIF},
    {SCENE_TAB, ACTION_NONE},
    {SCENE_LETTER, ACTION_NONE},
    {SCENE_BOOKMARK, ACTION_NONE},
};
enum { HINT_COUNT = sizeof hints / sizeof *hints };

static struct span key_of(struct painter *p, enum viewer_action action) {
  for (size_t i = 0; i < viewer_key_count; i++)
    if (viewer_keys[i].action == action) return viewer_key_words(&viewer_keys[i], p->arena);
  return SPAN_EMPTY;
}

static void paint_words(struct painter *p, struct rect control, struct span label, struct span key) {
  struct text_style style = style_of(p, TEXT_SMALL), strong = style_of(p, TEXT_SMALL_STRONG);
  label = text_ellipsis(style, label, DU(520), p->arena);
  int32_t words = text_width(style, label), width = words + DU(24);
  if (key.len) width += text_width(strong, key) + DU(14);
  struct rect box = {rect_centre(control).x - width / 2, rect_bottom(control) + HINT_GAP, width, HINT_HEIGHT};
  if (rect_bottom(box) > p->view->height - HINT_GAP) box.y = control.y - HINT_GAP - HINT_HEIGHT;
  if (box.x < HINT_GAP) box.x = HINT_GAP;
  if (rect_right(box) > p->view->width - HINT_GAP) box.x = p->view->width - HINT_GAP - width;
  paint_rounded(p, box, RADIUS_SMALL, p->theme->text, p->theme->surface, DU(1));
  struct rect inside = rect_inset(box, DU(12), 0);
  draw_label_in(p->list, style, inside, DRAW_LEFT, p->theme->on_text, label);
  if (key.len) draw_label_in(p->list, strong, inside, DRAW_RIGHT, p->theme->on_text, key);
}

void paint_control_hint(struct painter *p) {
  uint64_t id = p->view->hover ? p->view->hover : p->view->focus;
  const struct hit_region *hit = id ? draw_list_find_hit(p->list, id) : NULL;
  for (size_t i = 0; hit && hit->label.len && i < HINT_COUNT; i++)
    if (hints[i].kind == scene_id_kind(id))
      paint_words(p, hit->rect, arena_copy(p->arena, hit->label), key_of(p, hints[i].action));
}
