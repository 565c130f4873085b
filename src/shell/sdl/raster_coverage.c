/* Coverage: how much of each pixel a shape takes, collected before it is coloured. */
#include <math.h>

#include "base/mem.h"
#include "shell/sdl/raster_internal.h"

void coverage_reserve(struct coverage *coverage, int32_t width, int32_t height) {
  if (coverage->width == width && coverage->height == height) return;
  coverage_free(coverage);
  coverage->width = width;
  coverage->height = height;
  coverage->at = mem_zalloc((size_t)width * (size_t)height + 1);
  coverage->rows = mem_alloc((size_t)height * sizeof *coverage->rows + 1);
  for (int32_t y = 0; y < height; y++) coverage->rows[y] = (struct coverage_row){width, 0};
  coverage->top = height;
  coverage->bottom = 0;
}

void coverage_free(struct coverage *coverage) {
  mem_free(coverage->at);
  mem_free(coverage->rows);
  mem_free(coverage->sums);
  *coverage = (struct coverage){.at = NULL};
}

static void touch(struct coverage *coverage, int32_t y, int32_t left, int32_t right) {
  struct coverage_row *row = &coverage->rows[y];
  if (left < row->left) row->left = left;
  if (right > row->right) row->right = right;
  if (y < coverage->top) coverage->top = y;
  if (y + 1 > coverage->bottom) coverage->bottom = y + 1;
}

static void add_pixel(uint8_t *pixel, float coverage) {
  if (coverage <= 0) return;
  uint8_t byte = coverage >= 1 ? 255 : (uint8_t)(coverage * 255 + 0.5f);
  if (byte > *pixel) *pixel = byte; /* the union of the shape's pieces, not their sum */
}

/* The pixels whose middle may be within `margin` of the box around two points. */
static struct edges around(struct fpoint a, struct fpoint b, float margin, struct edges clip) {
  struct edges e = {(int32_t)floorf(fminf(a.x, b.x) - margin), (int32_t)floorf(fminf(a.y, b.y) - margin),
                    (int32_t)ceilf(fmaxf(a.x, b.x) + margin), (int32_t)ceilf(fmaxf(a.y, b.y) + margin)};
  return edges_intersect(e, clip);
}

void coverage_capsule(struct coverage *coverage, struct edges clip, const struct capsule *c) {
  struct edges e = around(c->a, c->b, c->half + 1, clip);
  if (edges_are_empty(e)) return;
  float dx = c->b.x - c->a.x, dy = c->b.y - c->a.y, length = sqrtf(dx * dx + dy * dy);
  if (length > 0) {
    dx /= length;
    dy /= length;
  } else {
    dx = 1;
  }
  for (int32_t y = e.top; y < e.bottom; y++) {
    uint8_t *row = coverage->at + (ptrdiff_t)y * coverage->width;
    float py = (float)y + 0.5f - c->a.y;
    for (int32_t x = e.left; x < e.right; x++) {
      float px = (float)x + 0.5f - c->a.x;
      float along = px * dx + py * dy, across = fabsf(py * dx - px * dy);
      if (across > c->half + 0.5f) continue;
      float beyond = along < 0 ? -along : along > length ? along - length : 0;
      bool is_cut = along < 0 ? c->cut_a : c->cut_b;
      float covered = beyond == 0 || is_cut ? c->half + 0.5f - across
                                            : c->half + 0.5f - sqrtf(across * across + beyond * beyond);
      if (covered > 2 * c->half) covered = 2 * c->half; /* thinner than a pixel */
      if (c->cut_a) covered = fminf(covered, along + 0.5f);
      if (c->cut_b) covered = fminf(covered, length - along + 0.5f);
      add_pixel(&row[x], covered);
    }
    touch(coverage, y, e.left, e.right);
  }
}

/* One edge's share of a scanline, after the usual way of exact area coverage: `sums` takes at each pixel the
 * change of covered area, so that the running total along the row is the coverage. */
static void add_edge_to_row(float *sums, int32_t width, float x0, float x1, float height) {
  if (x0 > x1) {
    float swap = x0;
    x0 = x1;
    x1 = swap;
  }
  float limit = (float)width;
  x0 = x0 < 0 ? 0 : x0 > limit ? limit : x0;
  x1 = x1 < 0 ? 0 : x1 > limit ? limit : x1;
  int32_t first = (int32_t)x0, last = (int32_t)x1;
  if (first == last || x1 - x0 < 1e-6f) {
    float right_part = (x0 + x1) / 2 - (float)first;
    sums[first] += height * (1 - right_part);
    sums[first + 1] += height * right_part;
    return;
  }
  float slope = height / (x1 - x0), done = 0;
  for (int32_t x = first; x <= last; x++) {
    float from = x == first ? x0 : (float)x, to = x == last ? x1 : (float)(x + 1);
    float part = slope * (to - from), middle = (from + to) / 2 - (float)x;
    sums[x] += part * (1 - middle);
    sums[x + 1] += part * middle;
    done += part;
  }
  sums[last + 1] += height - done;
}

static void add_edge(float *sums, int32_t stride, struct edges e, struct fpoint a, struct fpoint b) {
  if (a.y == b.y) return;
  float sign = 1;
  if (a.y > b.y) {
    struct fpoint swap = a;
    a = b;
    b = swap;
    sign = -1;
  }
  float slope = (b.x - a.x) / (b.y - a.y);
  int32_t top = (int32_t)floorf(fmaxf(a.y, (float)e.top)),
          bottom = (int32_t)ceilf(fminf(b.y, (float)e.bottom));
  for (int32_t y = top; y < bottom; y++) {
    float from = fmaxf(a.y, (float)y), to = fminf(b.y, (float)(y + 1));
    if (to <= from) continue;
    float x0 = a.x + (from - a.y) * slope - (float)e.left, x1 = a.x + (to - a.y) * slope - (float)e.left;
    add_edge_to_row(sums + (ptrdiff_t)(y - e.top) * stride, e.right - e.left, x0, x1, sign * (to - from));
  }
}

void coverage_polygon(struct coverage *coverage, struct edges clip, const struct fpoint *points,
                      size_t count) {
  struct fpoint low = points[0], high = points[0];
  for (size_t i = 1; i < count; i++) {
    low = (struct fpoint){fminf(low.x, points[i].x), fminf(low.y, points[i].y)};
    high = (struct fpoint){fmaxf(high.x, points[i].x), fmaxf(high.y, points[i].y)};
  }
  struct edges e = around(low, high, 1, clip);
  if (edges_are_empty(e)) return;
  int32_t width = e.right - e.left, height = e.bottom - e.top, stride = width + 2;
  size_t wanted = (size_t)stride * (size_t)height;
  if (wanted > coverage->sums_capacity)
    coverage->sums = mem_grow(coverage->sums, &coverage->sums_capacity, wanted, sizeof *coverage->sums);
  memset(coverage->sums, 0, wanted * sizeof *coverage->sums);
  for (size_t i = 0; i < count; i++) add_edge(coverage->sums, stride, e, points[i], points[(i + 1) % count]);
  for (int32_t y = 0; y < height; y++) {
    const float *sums = coverage->sums + (ptrdiff_t)y * stride;
    uint8_t *row = coverage->at + (ptrdiff_t)(y + e.top) * coverage->width + e.left;
    float total = 0;
    for (int32_t x = 0; x < width; x++) {
      total += sums[x];
      add_pixel(&row[x], fabsf(total));
    }
    touch(coverage, y + e.top, e.left, e.right);
  }
}

void coverage_blend(struct coverage *coverage, const struct pixmap *to, uint32_t colour, uint32_t alpha) {
  for (int32_t y = coverage->top; y < coverage->bottom; y++) {
    struct coverage_row *row = &coverage->rows[y];
    if (row->left >= row->right) continue;
    uint8_t *at = coverage->at + (ptrdiff_t)y * coverage->width + row->left;
    int32_t count = row->right - row->left;
    if (alpha > 0) pixmap_run_covered(pixmap_row(to, y) + row->left, at, count, colour, alpha);
    memset(at, 0, (size_t)count);
    *row = (struct coverage_row){coverage->width, 0};
  }
  coverage->top = coverage->height;
  coverage->bottom = 0;
}
