/* view_checks: what any picture must keep. No text over text or under a box, nothing outside its panel or cut
 * at a side, nothing too small, nothing too pale on what it stands on.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "view/scene.h"

enum { CHECK_TEXTS_MAX = 2000, CHECK_AREAS_MAX = 8000, CHECK_CLIPS_MAX = 32, CHECK_CONTRAST = 450 };

struct checked_text {
  struct rect ink, seen; /* its letters; what the clip leaves of them */
  size_t command;
  bool is_clipped, is_faint; /* inside a clip; drawn with less than its colour */
  const struct draw_text *text;
};

/* Something opaque that lies over what came before. */
struct checked_area {
  struct rect seen;
  size_t command;
  enum draw_kind kind; /* box, circle, icon: an envelope */
  uint32_t colour;
};

/* What the checks look at. One picture at a time; static, because it is large. */
struct checked_picture {
  struct checked_text texts[CHECK_TEXTS_MAX];
  struct checked_area areas[CHECK_AREAS_MAX];
  size_t text_count, area_count;
  const struct draw_list *list;
  const char *name;
  size_t step;
  int faults;
};

static inline bool check_meet(struct rect a, struct rect b, int32_t least) {
  int32_t left = a.x > b.x ? a.x : b.x, top = a.y > b.y ? a.y : b.y;
  int32_t right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
  int32_t bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
  return right - left > least && bottom - top > least;
}

static inline bool check_holds(struct rect outer, struct rect inner) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
         inner.y + inner.h <= outer.y + outer.h;
}

/* Letters, from the top of the capitals to a little below the baseline. */
static inline struct rect ink_of(const struct draw_text *text) {
  int32_t width = text_width(text->style, text->text), top = text_cap_height(text->style);
  return (struct rect){text->baseline.x, text->baseline.y - top, width, top + DU(2)};
}

static inline void check_fault(struct checked_picture *p, const char *what, struct span text) {
  if (p->faults++ < 3) print_error("%s, step %zu: \"%.*s\" %s\n", p->name, p->step, SPAN_ARG(text), what);
}

/* The opaque areas of a command, if it has one. */
static inline bool opaque_area(const struct draw_command *command, struct checked_area *out) {
  out->kind = command->kind;
  if (command->kind == DRAW_BOX) {
    out->seen = command->as.box.rect;
    out->colour = command->as.box.fill;
    return out->colour >> 24 == 0xFF;
  }
  if (command->kind == DRAW_CIRCLE) {
    const struct draw_circle *circle = &command->as.circle;
    out->seen = (struct rect){circle->centre.x - circle->radius, circle->centre.y - circle->radius,
                              2 * circle->radius, 2 * circle->radius};
    out->colour = circle->fill;
    return out->colour >> 24 == 0xFF;
  }
  out->colour = 0;
  if (command->kind != DRAW_ICON || command->as.icon.icon != ICON_ENVELOPE) return false;
  out->seen = command->as.icon.rect;
  return true;
}

static inline void collect(struct checked_picture *p) {
  struct rect clips[CHECK_CLIPS_MAX] = {{0, 0, p->list->width, p->list->height}};
  size_t depth = 0, alphas = 0;
  p->text_count = p->area_count = 0;
  for (size_t i = 0; i < p->list->count; i++) {
    const struct draw_command *command = &p->list->commands[i];
    struct checked_area area;
    if (command->kind == DRAW_CLIP_PUSH) {
      clips[depth + 1] = rect_intersect(clips[depth], command->as.clip.rect);
      depth++;
    }
    if (command->kind == DRAW_CLIP_POP) depth--;
    if (command->kind == DRAW_ALPHA_PUSH) alphas++;
    if (command->kind == DRAW_ALPHA_POP) alphas--;
    if (p->area_count < CHECK_AREAS_MAX && opaque_area(command, &area)) {
      area.command = i;
      area.seen = rect_intersect(area.seen, clips[depth]);
      p->areas[p->area_count++] = area;
    }
    if (command->kind != DRAW_TEXT || p->text_count >= CHECK_TEXTS_MAX) continue;
    struct rect ink = ink_of(&command->as.text), seen = rect_intersect(ink, clips[depth]);
    if (rect_is_empty(seen)) continue;
    p->texts[p->text_count++] = (struct checked_text){ink, seen, i, depth > 0, alphas > 0, &command->as.text};
  }
}

/* Whether something opaque was painted over the area between two commands. */
static inline bool is_covered(const struct checked_picture *p, size_t after, size_t before,
                              struct rect where) {
  for (size_t i = 0; i < p->area_count && p->areas[i].command < before; i++) {
    const struct checked_area *area = &p->areas[i];
    if (area->command <= after) continue;
    if (area->kind == DRAW_BOX ? check_holds(area->seen, where) : check_meet(area->seen, where, 0))
      return true;
  }
  return false;
}

/* Whether a box was painted over a part of a text, so that it cannot be read. Envelopes may lie on things. */
static inline bool is_hidden(const struct checked_picture *p, const struct checked_text *text) {
  for (size_t i = p->area_count; i-- > 0 && p->areas[i].command > text->command;) {
    const struct checked_area *area = &p->areas[i];
    if (area->kind != DRAW_BOX || area->seen.w <= DU(8)) continue; /* the tabs of an envelope, a bar */
    if (check_meet(area->seen, text->seen, DU(2))) return true;
  }
  return false;
}

/* What a text stands on; NULL: the window's background. */
static inline const struct checked_area *ground_of(const struct checked_picture *p,
                                                   const struct checked_text *text) {
  struct point middle = rect_centre(text->seen);
  for (size_t i = p->area_count; i-- > 0;) {
    const struct checked_area *area = &p->areas[i];
    if (area->command > text->command || area->kind == DRAW_ICON) continue;
    if (rect_contains(area->seen, middle)) return area;
  }
  return NULL;
}

/* Whether a text can be told from what it stands on: WCAG's 4.5 to 1. */
static inline bool is_pale(const struct checked_picture *p, const struct checked_text *text) {
  const struct checked_area *ground = ground_of(p, text);
  uint32_t colour = ground ? ground->colour : p->list->background;
  return colour_contrast_x100(text->text->colour, colour) < CHECK_CONTRAST;
}

/* The panel in which a text stands it must not leave; but what stands on a card above all panels may. */
static inline bool leaves_panel(const struct checked_picture *p, const struct checked_text *text) {
  const struct checked_area *ground = ground_of(p, text);
  const struct hit_region *found = NULL;
  for (size_t i = 0; i < p->list->hit_count; i++) {
    const struct hit_region *hit = &p->list->hits[i];
    if (hit->flags & HIT_PANEL && rect_contains(hit->rect, rect_centre(text->ink))) found = hit;
  }
  bool is_above = found && ground && !check_holds(found->rect, ground->seen);
  return found && !is_above && !check_holds(found->rect, text->ink);
}

static inline void check_text(struct checked_picture *p, const struct checked_text *text) {
  struct span words = text->text->text;
  if (text->text->style.size < DU(15)) check_fault(p, "is too small", words);
  if (is_hidden(p, text)) check_fault(p, "is painted over", words);
  if (text->seen.w < text->ink.w - DU(2)) check_fault(p, "is cut at a side", words);
  if (!text->is_clipped && text->seen.h < text->ink.h) check_fault(p, "leaves the window", words);
  if (!text->is_clipped && leaves_panel(p, text)) check_fault(p, "leaves its panel", words);
  if (!text->is_faint && is_pale(p, text)) check_fault(p, "is too pale", words);
}

/* Texts that meet another. */
static inline void check_pairs(struct checked_picture *p) {
  for (size_t i = 0; i < p->text_count; i++) {
    for (size_t k = i + 1; k < p->text_count; k++) {
      const struct checked_text *a = &p->texts[i], *b = &p->texts[k];
      if (!check_meet(a->seen, b->seen, DU(1))) continue;
      if (is_covered(p, a->command, b->command, rect_intersect(a->seen, b->seen))) continue;
      if (p->faults++ < 3)
        print_error("%s, step %zu: \"%.*s\" over \"%.*s\"\n", p->name, p->step, SPAN_ARG(b->text->text),
                    SPAN_ARG(a->text->text));
    }
  }
}

static inline struct checked_picture *checked(const struct draw_list *list, const char *name, size_t step) {
  static struct checked_picture picture;
  struct checked_picture *p = &picture;
  assert_false(list->overflowed);
  p->list = list;
  p->name = name;
  p->step = step;
  p->faults = 0;
  collect(p);
  return p;
}

/* Texts that are cut with an ellipsis. */
static inline size_t count_cut(const struct draw_list *list) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++)
    if (list->commands[i].kind == DRAW_TEXT)
      count += span_ends_with(list->commands[i].as.text.text, SPAN("\xe2\x80\xa6"));
  return count;
}

/* Of a picture with a card above all: whether its texts are large enough and inside the window. */
static inline int check_sizes(const struct draw_list *list, const char *name) {
  struct checked_picture *p = checked(list, name, 0);
  for (size_t i = 0; i < p->text_count; i++) {
    const struct checked_text *text = &p->texts[i];
    if (text->text->style.size < DU(15)) check_fault(p, "is too small", text->text->text);
    if (!text->is_clipped && !rect_equal(text->seen, text->ink))
      check_fault(p, "leaves the window", text->text->text);
  }
  return p->faults;
}

/* Returns how many faults there are, after naming the first few. */
static inline int check_picture(const struct draw_list *list, const char *name, size_t step) {
  struct checked_picture *p = checked(list, name, step);
  for (size_t i = 0; i < p->text_count; i++) check_text(p, &p->texts[i]);
  check_pairs(p);
  return p->faults;
}

/* Is the text written above that height? */
static inline bool writes_above(const struct draw_list *list, struct span text, int32_t y) {
  for (size_t i = 0; i < list->count; i++) {
    const struct draw_command *command = &list->commands[i];
    if (command->kind == DRAW_TEXT && span_equal(command->as.text.text, text) &&
        command->as.text.baseline.y < y)
      return true;
  }
  return false;
}
