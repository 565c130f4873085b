#include "view/draw_list.h"

#include "base/check.h"
#include "base/mem.h"
#include "view/text_wrap.h"

void draw_list_begin(struct draw_list *list, int32_t width, int32_t height, uint32_t background) {
  list->width = width;
  list->height = height;
  list->background = background;
  list->count = list->hit_count = 0;
  list->overflowed = false;
  list->clip_depth = list->alpha_depth = 0;
  arena_reset(&list->arena);
}

void draw_list_end(struct draw_list *list) {
  CHECK(list->overflowed || (list->clip_depth == 0 && list->alpha_depth == 0));
}

void draw_list_free(struct draw_list *list) {
  arena_free(&list->arena);
  mem_free(list->commands);
  mem_free(list->hits);
  *list = DRAW_LIST_EMPTY;
}

static struct rect current_clip(const struct draw_list *list) {
  if (list->clip_depth > 0) return list->clips[list->clip_depth - 1];
  return (struct rect){0, 0, list->width, list->height};
}

/* The place of the next command, or NULL when the list is full. */
static struct draw_command *append(struct draw_list *list, enum draw_kind kind) {
  if (list->count == DRAW_LIST_COMMANDS_MAX) {
    list->overflowed = true;
    return NULL;
  }
  if (list->count == list->capacity)
    list->commands = mem_grow(list->commands, &list->capacity, list->count + 1, sizeof *list->commands);
  struct draw_command *command = &list->commands[list->count++];
  *command = (struct draw_command){.kind = kind};
  return command;
}

/* A text that begins inside the clip is seen, however wide it is: what is asked most often. */
static bool begins_inside(const struct draw_list *list, const struct draw_text *text) {
  return rect_contains(current_clip(list), text->baseline);
}

/* Whether something of the command can be seen inside the clip. */
static bool is_seen(const struct draw_list *list, const struct draw_command *command) {
  if (command->kind == DRAW_TEXT && begins_inside(list, &command->as.text)) return true;
  return !rect_is_empty(rect_intersect(draw_command_bounds(command), current_clip(list)));
}

static bool is_visible(uint32_t colour) {
  return colour >> 24 != 0;
}

static bool has_marks(uint32_t fill, uint32_t border, int32_t border_width) {
  return is_visible(fill) || (is_visible(border) && border_width > 0);
}

void draw_box(struct draw_list *list, const struct draw_box *box) {
  if (rect_is_empty(box->rect) || !has_marks(box->fill, box->border, box->border_width)) return;
  struct draw_command command = {.kind = DRAW_BOX, .as.box = *box};
  if (box->corners == 0) command.as.box.corners = DRAW_CORNERS_ALL;
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_BOX);
  if (to) *to = command;
}

void draw_shadow(struct draw_list *list, const struct draw_shadow *shadow) {
  if (rect_is_empty(shadow->rect) || !is_visible(shadow->colour)) return;
  struct draw_command command = {.kind = DRAW_SHADOW, .as.shadow = *shadow};
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_SHADOW);
  if (to) *to = command;
}

void draw_circle(struct draw_list *list, const struct draw_circle *circle) {
  if (circle->radius <= 0 || !has_marks(circle->fill, circle->border, circle->border_width)) return;
  struct draw_command command = {.kind = DRAW_CIRCLE, .as.circle = *circle};
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_CIRCLE);
  if (to) *to = command;
}

static const struct point *copy_points(struct draw_list *list, const struct point *points, uint32_t count) {
  struct point *copy = arena_alloc(&list->arena, count * sizeof *copy);
  memcpy(copy, points, count * sizeof *copy);
  return copy;
}

void draw_stroke(struct draw_list *list, const struct draw_stroke *stroke) {
  CHECK(stroke->count >= 2 && (!stroke->is_curve || stroke->count % 3 == 1));
  if (stroke->width <= 0 || !is_visible(stroke->colour)) return;
  struct draw_command command = {.kind = DRAW_STROKE, .as.stroke = *stroke};
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_STROKE);
  if (!to) return;
  *to = command;
  to->as.stroke.points = copy_points(list, stroke->points, stroke->count);
}

void draw_polygon(struct draw_list *list, const struct draw_polygon *polygon) {
  CHECK(polygon->count >= 3);
  if (!is_visible(polygon->fill)) return;
  struct draw_command command = {.kind = DRAW_POLYGON, .as.polygon = *polygon};
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_POLYGON);
  if (!to) return;
  *to = command;
  to->as.polygon.points = copy_points(list, polygon->points, polygon->count);
}

/* At most DRAW_TEXT_MAX bytes, in whole code points. */
static struct span limited(struct span text) {
  if (text.len <= DRAW_TEXT_MAX) return text;
  size_t len = DRAW_TEXT_MAX;
  while (len > DRAW_TEXT_MAX - 4 && ((unsigned char)text.data[len] & 0xC0) == 0x80) len--;
  return span_first(text, len);
}

void draw_text(struct draw_list *list, const struct draw_text *text) {
  if (text->text.len == 0 || text->style.size <= 0 || !is_visible(text->colour)) return;
  struct draw_command command = {.kind = DRAW_TEXT, .as.text = *text};
  command.as.text.text = limited(text->text);
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_TEXT);
  if (!to) return;
  *to = command;
  to->as.text.text = arena_copy(&list->arena, command.as.text.text);
}

void draw_icon(struct draw_list *list, const struct draw_icon *icon) {
  CHECK(icon->icon < ICON_COUNT);
  if (rect_is_empty(icon->rect) || (!is_visible(icon->colour) && !is_visible(icon->back))) return;
  struct draw_command command = {.kind = DRAW_ICON, .as.icon = *icon};
  if (!is_seen(list, &command)) return;
  struct draw_command *to = append(list, DRAW_ICON);
  if (to) *to = command;
}

void draw_clip_push(struct draw_list *list, struct rect rect) {
  CHECK(list->clip_depth < DRAW_STACK_MAX);
  struct rect clip = rect_intersect(current_clip(list), rect);
  list->clips[list->clip_depth++] = clip;
  struct draw_command *to = append(list, DRAW_CLIP_PUSH);
  if (to) to->as.clip.rect = clip;
}

void draw_clip_pop(struct draw_list *list) {
  CHECK(list->clip_depth > 0);
  list->clip_depth--;
  append(list, DRAW_CLIP_POP);
}

void draw_alpha_push(struct draw_list *list, uint8_t alpha) {
  CHECK(list->alpha_depth < DRAW_STACK_MAX);
  list->alpha_depth++;
  struct draw_command *to = append(list, DRAW_ALPHA_PUSH);
  if (to) to->as.alpha.alpha = alpha;
}

void draw_alpha_pop(struct draw_list *list) {
  CHECK(list->alpha_depth > 0);
  list->alpha_depth--;
  append(list, DRAW_ALPHA_POP);
}

void draw_hit(struct draw_list *list, uint64_t id, struct rect rect, uint32_t flags, struct span label) {
  struct rect seen = rect_intersect(rect, current_clip(list));
  if (rect_is_empty(seen)) return;
  if (list->hit_count == DRAW_LIST_HITS_MAX) {
    list->overflowed = true;
    return;
  }
  if (list->hit_count == list->hit_capacity)
    list->hits = mem_grow(list->hits, &list->hit_capacity, list->hit_count + 1, sizeof *list->hits);
  list->hits[list->hit_count++] =
      (struct hit_region){id, seen, flags, arena_copy(&list->arena, limited(label))};
}

void draw_fill(struct draw_list *list, struct rect rect, uint32_t colour) {
  draw_box(list, &(struct draw_box){.rect = rect, .fill = colour});
}

void draw_line(struct draw_list *list, struct point from, struct point to, int32_t width, uint32_t colour) {
  struct point points[2] = {from, to};
  draw_stroke(list, &(struct draw_stroke){
                        .points = points, .count = 2, .butt_ends = true, .width = width, .colour = colour});
}

int32_t draw_label(struct draw_list *list, struct text_style style, struct point baseline,
                   enum draw_align align, uint32_t colour, struct span text) {
  int32_t width = text_width(style, text);
  if (align == DRAW_CENTRE)
    baseline.x -= width / 2;
  else if (align == DRAW_RIGHT)
    baseline.x -= width;
  draw_text(list, &(struct draw_text){baseline, style, colour, text});
  return width;
}

int32_t draw_label_in(struct draw_list *list, struct text_style style, struct rect rect,
                      enum draw_align align, uint32_t colour, struct span text) {
  struct span fitting = text_ellipsis(style, text, rect.w, &list->arena);
  int32_t x = align == DRAW_LEFT ? rect.x : align == DRAW_RIGHT ? rect_right(rect) : rect.x + rect.w / 2;
  struct point baseline = {x, rect.y + (rect.h + text_cap_height(style)) / 2};
  return draw_label(list, style, baseline, align, colour, fitting);
}

const struct hit_region *draw_list_hit(const struct draw_list *list, struct point point) {
  for (size_t i = list->hit_count; i-- > 0;)
    if (rect_contains(list->hits[i].rect, point)) return &list->hits[i];
  return NULL;
}

const struct hit_region *draw_list_find_hit(const struct draw_list *list, uint64_t id) {
  for (size_t i = list->hit_count; i-- > 0;)
    if (list->hits[i].id == id) return &list->hits[i];
  return NULL;
}

static struct rect points_bounds(const struct point *points, uint32_t count, int32_t margin) {
  int32_t left = points[0].x, right = left, top = points[0].y, bottom = top;
  for (uint32_t i = 1; i < count; i++) {
    if (points[i].x < left) left = points[i].x;
    if (points[i].x > right) right = points[i].x;
    if (points[i].y < top) top = points[i].y;
    if (points[i].y > bottom) bottom = points[i].y;
  }
  return (struct rect){left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin};
}

static struct rect stroke_bounds(const struct draw_stroke *stroke) {
  int32_t margin = stroke->width / 2 + DU(1), head = draw_stroke_arrow_width(stroke) / 2 + DU(1);
  return points_bounds(stroke->points, stroke->count, stroke->arrows && head > margin ? head : margin);
}

static struct rect text_bounds(const struct draw_text *text) {
  /* Half an em of slack: italics, accents and fallback faces reach out of their boxes. */
  int32_t slack = text->style.size / 2, ascent = text_ascent(text->style);
  struct rect box = {text->baseline.x, text->baseline.y - ascent, text_width(text->style, text->text),
                     ascent + text_descent(text->style)};
  return rect_inset(box, -slack, -slack);
}

struct rect draw_command_bounds(const struct draw_command *command) {
  switch (command->kind) {
  case DRAW_BOX: return command->as.box.rect;
  case DRAW_SHADOW:
    return rect_inset(command->as.shadow.rect, -command->as.shadow.blur, -command->as.shadow.blur);
  case DRAW_CIRCLE: {
    const struct draw_circle *c = &command->as.circle;
    return (struct rect){c->centre.x - c->radius, c->centre.y - c->radius, 2 * c->radius, 2 * c->radius};
  }
  case DRAW_STROKE: return stroke_bounds(&command->as.stroke);
  case DRAW_POLYGON: return points_bounds(command->as.polygon.points, command->as.polygon.count, 0);
  case DRAW_TEXT: return text_bounds(&command->as.text);
  case DRAW_ICON: return command->as.icon.rect;
  case DRAW_CLIP_PUSH: return command->as.clip.rect;
  case DRAW_CLIP_POP:
  case DRAW_ALPHA_PUSH:
  case DRAW_ALPHA_POP:
  case DRAW_KIND_COUNT: break;
  }
  return (struct rect){0, 0, 0, 0};
}

int32_t draw_stroke_arrow_length(const struct draw_stroke *stroke) {
  if (stroke->arrow_length > 0) return stroke->arrow_length;
  return stroke->width * 4 > DU(10) ? stroke->width * 4 : DU(10);
}

int32_t draw_stroke_arrow_width(const struct draw_stroke *stroke) {
  if (stroke->arrow_width > 0) return stroke->arrow_width;
  int32_t width = stroke->width * 9 / 2;
  return width > DU(10) ? width : DU(10);
}
