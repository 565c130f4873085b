/* Boxes and shadows: masks of a corner, stretched in nine slices; and circles, row by row. */
#include <math.h>

#include "shell/sdl/raster_internal.h"

enum { RADIUS_STEPS = 8 };

static float clamp01(float value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

static uint8_t to_byte(float coverage) {
  return (uint8_t)(clamp01(coverage) * 255 + 0.5f);
}

/* --- corners --- */

/* How far the pixel's middle is from the straight parts' meeting point, in a corner of that radius. */
static float corner_distance(float radius, int32_t x, int32_t y) {
  float dx = radius - ((float)x + 0.5f), dy = radius - ((float)y + 0.5f);
  if (dx < 0) dx = 0;
  if (dy < 0) dy = 0;
  return dx > 0 && dy > 0 ? sqrtf(dx * dx + dy * dy) : dx > dy ? dx : dy;
}

static struct corner_mask make_corner(struct arena *arena, uint32_t steps, int32_t border) {
  float radius = steps < RADIUS_STEPS / 2 ? 0.5f : (float)steps / RADIUS_STEPS; /* half a pixel is sharp */
  int32_t size = (int32_t)ceilf(radius);
  if (size < border) size = border;
  uint8_t *outer = arena_alloc(arena, (size_t)size * (size_t)size * 2), *inner = outer + size * size;
  for (int32_t y = 0; y < size; y++)
    for (int32_t x = 0; x < size; x++) {
      float distance = corner_distance(radius, x, y);
      bool inside = x >= border && y >= border;
      outer[y * size + x] = to_byte(radius - distance + 0.5f);
      inner[y * size + x] = inside ? to_byte(radius - (float)border - distance + 0.5f) : 0;
      if (inside && (float)border >= radius) inner[y * size + x] = 255;
    }
  return (struct corner_mask){steps, border, size, outer, inner};
}

static void forget_masks(struct raster *raster) {
  arena_reset(&raster->masks);
  raster->corner_count = raster->shadow_count = 0;
}

static const struct corner_mask *corner_for(struct raster *raster, float radius, int32_t border) {
  uint32_t steps = (uint32_t)(radius * RADIUS_STEPS + 0.5f);
  for (size_t i = 0; i < raster->corner_count; i++)
    if (raster->corners[i].radius == steps && raster->corners[i].border == border) return &raster->corners[i];
  if (raster->corner_count == CORNER_MASKS_MAX) forget_masks(raster);
  struct corner_mask *corner = &raster->corners[raster->corner_count++];
  *corner = make_corner(&raster->masks, steps, border);
  return corner;
}

/* --- boxes --- */

struct box_paint {
  const struct pixmap *to;
  struct edges clip, box;
  int32_t border;
  uint32_t fill, border_colour;
  uint32_t fill_alpha, border_alpha;
  const struct corner_mask *corner;
  uint8_t corners;
};

static void paint_run(const struct box_paint *p, uint32_t *row, int32_t left, int32_t right, uint32_t colour,
                      uint32_t alpha) {
  if (left < p->clip.left) left = p->clip.left;
  if (right > p->clip.right) right = p->clip.right;
  if (left < right) pixmap_run(row + left, right - left, colour, alpha);
}

/* One row of a corner: step is 1 for a left corner, whose first pixel is `x`, and −1 for a right one. */
static void paint_corner_row(const struct box_paint *p, uint32_t *row, int32_t x, int32_t step, int32_t depth,
                             bool is_round) {
  const struct corner_mask *c = p->corner;
  for (int32_t i = 0; i < c->size; i++, x += step) {
    if (x < p->clip.left || x >= p->clip.right) continue;
    uint32_t outer = 255, inner = i >= p->border && depth >= p->border ? 255 : 0;
    if (is_round) {
      outer = c->outer[depth * c->size + i];
      inner = c->inner[depth * c->size + i];
    }
    if (p->border == 0) inner = outer;
    if (outer == 0) continue;
    if (inner == 255 && p->fill_alpha == 255) { /* nearly always one of these two */
      row[x] = p->fill;
      continue;
    }
    if (outer == 255 && inner == 0 && p->border_alpha == 255) {
      row[x] = p->border_colour;
      continue;
    }
    /* The border takes what the inside leaves: first the border's colour over all of the outside's coverage
     * that is not inside, then the fill. Where both are partly there they share the pixel. */
    uint32_t edge = outer > inner ? outer - inner : 0;
    uint32_t fill = inner * p->fill_alpha / 255, line = edge * p->border_alpha / 255;
    if (fill + line == 0) continue;
    uint32_t mixed = fill == 0   ? p->border_colour
                     : line == 0 ? p->fill
                                 : pixel_blend(p->fill, p->border_colour, line * 255 / (fill + line));
    row[x] = fill + line >= 255 ? mixed | 0xFF000000 : pixel_blend(row[x], mixed, fill + line);
  }
}

static void paint_row(const struct box_paint *p, int32_t y) {
  uint32_t *row = pixmap_row(p->to, y);
  int32_t from_top = y - p->box.top, from_bottom = p->box.bottom - 1 - y;
  bool is_top = from_top <= from_bottom;
  int32_t depth = is_top ? from_top : from_bottom, size = p->corner->size;
  int32_t left = p->box.left, right = p->box.right;
  if (depth < size) {
    uint8_t near = is_top ? DRAW_CORNER_TOP_LEFT : DRAW_CORNER_BOTTOM_LEFT;
    uint8_t far = is_top ? DRAW_CORNER_TOP_RIGHT : DRAW_CORNER_BOTTOM_RIGHT;
    paint_corner_row(p, row, left, 1, depth, p->corners & near);
    paint_corner_row(p, row, right - 1, -1, depth, p->corners & far);
    left += size;
    right -= size;
  } else if (p->border > 0) {
    paint_run(p, row, left, left + p->border, p->border_colour, p->border_alpha);
    paint_run(p, row, right - p->border, right, p->border_colour, p->border_alpha);
    left += p->border;
    right -= p->border;
  }
  if (depth < p->border)
    paint_run(p, row, left, right, p->border_colour, p->border_alpha);
  else
    paint_run(p, row, left, right, p->fill, p->fill_alpha);
}

static int32_t border_pixels(const struct canvas *canvas, uint32_t colour, int32_t width) {
  if (width <= 0 || colour >> 24 == 0) return 0;
  int32_t pixels = round_to_pixel(canvas_length(canvas, width));
  return pixels > 0 ? pixels : 1;
}

void raster_box(struct canvas *canvas, const struct draw_box *box) {
  struct edges e = canvas_snap(canvas, box->rect);
  struct edges seen = edges_intersect(e, canvas->clip);
  if (edges_are_empty(seen)) return;
  int32_t width = e.right - e.left, height = e.bottom - e.top, shorter = width < height ? width : height;
  int32_t border = border_pixels(canvas, box->border, box->border_width);
  if (border == 0 && box->radius == 0) {
    pixmap_fill(&canvas->to, seen, e, box->fill, alpha_of(box->fill, canvas->alpha));
    return;
  }
  if (border > shorter / 2) border = shorter / 2;
  float radius = canvas_length(canvas, box->radius);
  if (radius > (float)(shorter / 2)) radius = (float)(shorter / 2);
  struct box_paint paint = {.to = &canvas->to,
                            .clip = canvas->clip,
                            .box = e,
                            .border = border,
                            .fill = box->fill,
                            .border_colour = box->border,
                            .fill_alpha = alpha_of(box->fill, canvas->alpha),
                            .border_alpha = alpha_of(box->border, canvas->alpha),
                            .corner = corner_for(canvas->raster, radius, border),
                            .corners = box->corners};
  for (int32_t y = seen.top; y < seen.bottom; y++) paint_row(&paint, y);
}

/* --- shadows --- */

/* From 1 well inside to 0 well outside; smooth at both ends, as a blurred edge is. */
static float falloff(float distance, float blur) {
  float t = clamp01(0.5f - distance / (2 * blur));
  return t * t * t * (t * (t * 6 - 15) + 10);
}

static const struct shadow_mask *shadow_for(struct raster *raster, float radius, float blur) {
  uint32_t r = (uint32_t)(radius * RADIUS_STEPS + 0.5f), b = (uint32_t)(blur * RADIUS_STEPS + 0.5f);
  for (size_t i = 0; i < raster->shadow_count; i++)
    if (raster->shadows[i].radius == r && raster->shadows[i].blur == b) return &raster->shadows[i];
  if (raster->shadow_count == SHADOW_MASKS_MAX) forget_masks(raster);
  int32_t size = (int32_t)ceilf(radius + blur);
  uint8_t *coverage = arena_alloc(&raster->masks, (size_t)size * (size_t)size + 1);
  for (int32_t y = 0; y < size; y++)
    for (int32_t x = 0; x < size; x++)
      coverage[y * size + x] = to_byte(falloff(corner_distance(radius + blur, x, y) - radius, blur));
  struct shadow_mask *mask = &raster->shadows[raster->shadow_count++];
  *mask = (struct shadow_mask){r, b, size, coverage};
  return mask;
}

/* What the box that is drawn next will hide entirely: all but its corners' rows, or all but their columns. */
static struct edges hidden_by(const struct canvas *canvas, const struct draw_command *next) {
  struct edges none = {0, 0, 0, 0};
  if (!next || next->kind != DRAW_BOX || canvas->alpha != 255 || next->as.box.fill >> 24 != 255) return none;
  if (next->as.box.border_width > 0 && next->as.box.border >> 24 != 255) return none;
  struct edges e = canvas_snap(canvas, next->as.box.rect);
  int32_t round = (int32_t)ceilf(canvas_length(canvas, next->as.box.radius));
  return (struct edges){e.left, e.top + round, e.right, e.bottom - round};
}

struct shadow_paint {
  const struct pixmap *to;
  struct edges clip, outer;
  const struct shadow_mask *mask;
  uint32_t colour, alpha;
};

static void paint_shadow_run(const struct shadow_paint *p, int32_t y, int32_t left, int32_t right) {
  if (left < p->clip.left) left = p->clip.left;
  if (right > p->clip.right) right = p->clip.right;
  if (left >= right) return;
  int32_t size = p->mask->size, depth = y - p->outer.top;
  if (p->outer.bottom - 1 - y < depth) depth = p->outer.bottom - 1 - y;
  if (depth > size - 1) depth = size - 1;
  const uint8_t *profile = p->mask->coverage + depth * size;
  uint32_t *row = pixmap_row(p->to, y);
  int32_t straight_from = p->outer.left + size, straight_to = p->outer.right - size, x = left;
  for (; x < right && x < straight_from; x++)
    row[x] = pixel_blend(row[x], p->colour, profile[x - p->outer.left] * p->alpha / 255);
  if (x < right && x < straight_to) {
    int32_t end = right < straight_to ? right : straight_to;
    pixmap_run(row + x, end - x, p->colour, profile[size - 1] * p->alpha / 255);
    x = end;
  }
  for (; x < right; x++)
    row[x] = pixel_blend(row[x], p->colour, profile[p->outer.right - 1 - x] * p->alpha / 255);
}

void raster_shadow(struct canvas *canvas, const struct draw_shadow *shadow, const struct draw_command *next) {
  struct edges e = canvas_snap(canvas, shadow->rect);
  float blur = canvas_length(canvas, shadow->blur), radius = canvas_length(canvas, shadow->radius);
  int32_t width = e.right - e.left, height = e.bottom - e.top, shorter = width < height ? width : height;
  if (blur < 0.5f) blur = 0.5f;
  if (radius < blur) radius = blur; /* a blurred corner is round by itself */
  if (radius > (float)shorter / 2) radius = (float)shorter / 2;
  int32_t out = (int32_t)ceilf(blur);
  struct edges outer = {e.left - out, e.top - out, e.right + out, e.bottom + out};
  struct shadow_paint paint = {.to = &canvas->to,
                               .clip = canvas->clip,
                               .outer = outer,
                               .mask = shadow_for(canvas->raster, radius, blur),
                               .colour = shadow->colour,
                               .alpha = alpha_of(shadow->colour, canvas->alpha)};
  struct edges seen = edges_intersect(outer, canvas->clip), hidden = hidden_by(canvas, next);
  for (int32_t y = seen.top; y < seen.bottom; y++) {
    if (y < hidden.top || y >= hidden.bottom) {
      paint_shadow_run(&paint, y, outer.left, outer.right);
      continue;
    }
    paint_shadow_run(&paint, y, outer.left, hidden.left < outer.right ? hidden.left : outer.right);
    paint_shadow_run(&paint, y, hidden.right > outer.left ? hidden.right : outer.left, outer.right);
  }
}

/* --- circles --- */

/* Half the width of a disc's row; negative above and below it. */
static float half_chord(float radius, float dy) {
  float square = radius * radius - dy * dy;
  return square > 0 ? sqrtf(square) : -1;
}

struct disc {
  struct fpoint centre;
  float outer, inner; /* a ring; inner below 0 for a disc */
};

/* Coverage of one pixel by the ring between two radii. */
static float ring_coverage(const struct disc *disc, float dx, float dy) {
  float distance = sqrtf(dx * dx + dy * dy);
  float coverage = clamp01(disc->outer - distance + 0.5f);
  return disc->inner > 0 ? coverage - clamp01(disc->inner - distance + 0.5f) : coverage;
}

/* Pixels from left to right each by their distance, with the ones surely inside as one run. */
static void paint_disc_row(const struct canvas *canvas, const struct disc *disc, int32_t y, uint32_t colour,
                           uint32_t alpha) {
  float dy = (float)y + 0.5f - disc->centre.y;
  float reach = half_chord(disc->outer + 0.71f, dy),
        full = disc->inner > 0 ? -1 : half_chord(disc->outer - 0.71f, dy);
  if (reach < 0) return;
  int32_t left = (int32_t)floorf(disc->centre.x - reach), right = (int32_t)ceilf(disc->centre.x + reach);
  if (left < canvas->clip.left) left = canvas->clip.left;
  if (right > canvas->clip.right) right = canvas->clip.right;
  int32_t full_from = right, full_to = right;
  if (full > 1) {
    full_from = (int32_t)ceilf(disc->centre.x - full);
    full_to = (int32_t)floorf(disc->centre.x + full);
  }
  uint32_t *row = pixmap_row(&canvas->to, y);
  for (int32_t x = left; x < right; x++) {
    if (x >= full_from && x < full_to) {
      int32_t end = full_to < right ? full_to : right;
      pixmap_run(row + x, end - x, colour, alpha);
      x = end - 1;
      continue;
    }
    uint32_t coverage = to_byte(ring_coverage(disc, (float)x + 0.5f - disc->centre.x, dy));
    if (coverage) row[x] = pixel_blend(row[x], colour, coverage * alpha / 255);
  }
}

static void paint_disc(const struct canvas *canvas, struct disc disc, uint32_t colour) {
  uint32_t alpha = alpha_of(colour, canvas->alpha);
  if (alpha == 0 || disc.outer <= 0) return;
  int32_t top = (int32_t)floorf(disc.centre.y - disc.outer - 1),
          bottom = (int32_t)ceilf(disc.centre.y + disc.outer + 1);
  if (top < canvas->clip.top) top = canvas->clip.top;
  if (bottom > canvas->clip.bottom) bottom = canvas->clip.bottom;
  for (int32_t y = top; y < bottom; y++) paint_disc_row(canvas, &disc, y, colour, alpha);
}

void raster_circle(struct canvas *canvas, const struct draw_circle *circle) {
  struct fpoint centre = canvas_point(canvas, circle->centre);
  float radius = canvas_length(canvas, circle->radius);
  float border = circle->border >> 24 ? canvas_length(canvas, circle->border_width) : 0;
  if (border > 0 && border < 1) border = 1;
  /* The fill goes half under the border, so that no gap shows between them. */
  paint_disc(canvas, (struct disc){centre, radius - border / 2, -1}, circle->fill);
  if (border > 0) paint_disc(canvas, (struct disc){centre, radius, radius - border}, circle->border);
}
