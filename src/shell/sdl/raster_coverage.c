/* Coverage: how much of each pixel a shape takes, collected before it is coloured. */
#include <math.h>

#include "base/mem.h"
#include "shell/sdl/raster_internal.h"

bool coverage_begin(struct coverage *coverage, struct edges area) {
  if (edges_are_empty(area)) return false;
  int32_t width = area.right - area.left, height = area.bottom - area.top;
  size_t size = (size_t)width * (size_t)height, had = coverage->capacity;
  if (size > had) {
    coverage->at = mem_grow(coverage->at, &coverage->capacity, size, 1);
    memset(coverage->at + had, 0, coverage->capacity - had);
  }
  if ((size_t)height > coverage->row_capacity)
    coverage->rows =
        mem_grow(coverage->rows, &coverage->row_capacity, (size_t)height, sizeof *coverage->rows);
  for (int32_t y = 0; y < height; y++) coverage->rows[y] = (struct coverage_row){area.right, area.left};
  coverage->area = area;
  coverage->stride = width;
  return true;
}

void coverage_free(struct coverage *coverage) {
  mem_free(coverage->at);
  mem_free(coverage->rows);
  mem_free(coverage->sums);
  *coverage = (struct coverage){.at = NULL};
}

/* The coverage of the pixel at column x of a row is row[x − area.left]. */
static uint8_t *coverage_row(const struct coverage *coverage, int32_t y) {
  return coverage->at + (ptrdiff_t)(y - coverage->area.top) * coverage->stride;
}

static void touch(struct coverage *coverage, int32_t y, int32_t left, int32_t right) {
  struct coverage_row *row = &coverage->rows[y - coverage->area.top];
  if (left < row->left) row->left = left;
  if (right > row->right) row->right = right;
}

static void add_pixel(uint8_t *pixel, float coverage) {
  if (coverage <= 0) return;
  uint8_t byte = coverage >= 1 ? 255 : (uint8_t)(coverage * 255 + 0.5f);
  if (byte > *pixel) *pixel = byte; /* the union of the shape's pieces, not their sum */
}

struct edges edges_around(const struct fpoint *points, size_t count, float margin) {
  struct fpoint low = points[0], high = points[0];
  for (size_t i = 1; i < count; i++) {
    low = (struct fpoint){fminf(low.x, points[i].x), fminf(low.y, points[i].y)};
    high = (struct fpoint){fmaxf(high.x, points[i].x), fmaxf(high.y, points[i].y)};
  }
  return (struct edges){(int32_t)floorf(low.x - margin), (int32_t)floorf(low.y - margin),
                        (int32_t)ceilf(high.x + margin), (int32_t)ceilf(high.y + margin)};
}

/* Narrows from … to to where low ≤ value + slope·x ≤ high. */
static void narrow(float value, float slope, float low, float high, float *from, float *to) {
  if (fabsf(slope) < 1e-4f) {
    if (value < low - 1 || value > high + 1) *to = *from;
    return;
  }
  float a = (low - value) / slope, b = (high - value) / slope;
  float first = a < b ? a : b, last = a < b ? b : a;
  if (first > *from) *from = first;
  if (last < *to) *to = last;
}

/* Coverage of a pixel so far along the capsule's line and so far to its side. */
static float capsule_coverage(const struct capsule *c, float length, float along, float across) {
  float covered = c->half + 0.5f - across;
  if (along < 0 || along > length) {
    float beyond = along < 0 ? -along : along - length;
    bool is_cut = along < 0 ? c->cut_a : c->cut_b;
    if (!is_cut) covered = c->half + 0.5f - sqrtf(across * across + beyond * beyond);
  }
  if (covered > 2 * c->half) covered = 2 * c->half; /* thinner than a pixel */
  if (c->cut_a) covered = fminf(covered, along + 0.5f);
  if (c->cut_b) covered = fminf(covered, length - along + 0.5f);
  return covered;
}

/* A row's pixels that are all well between the ends: nearly every row, so without a branch. */
static void add_band(uint8_t *row, int32_t count, float across, float step, float half) {
  const float most = half < 0.5f ? 2 * half * 255 : 255;
  for (int32_t i = 0; i < count; i++) {
    float covered = (half + 0.5f - fabsf(across + step * (float)i)) * 255;
    covered = covered < 0 ? 0 : covered > most ? most : covered;
    uint8_t byte = (uint8_t)(int32_t)(covered + 0.5f);
    row[i] = byte > row[i] ? byte : row[i];
  }
}

void coverage_capsule(struct coverage *coverage, const struct capsule *c) {
  struct edges e =
      edges_intersect(edges_around((struct fpoint[]){c->a, c->b}, 2, c->half + 1), coverage->area);
  if (edges_are_empty(e)) return;
  float dx = c->b.x - c->a.x, dy = c->b.y - c->a.y, length = sqrtf(dx * dx + dy * dy), reach = c->half + 0.5f;
  dx = length > 0 ? dx / length : 1;
  dy = length > 0 ? dy / length : 0;
  for (int32_t y = e.top; y < e.bottom; y++) {
    uint8_t *row = coverage_row(coverage, y);
    float py = (float)y + 0.5f - c->a.y, origin = c->a.x - 0.5f;
    /* From the pixels' middles: along = py·dy + px·dx, across = py·dx − px·dy. */
    float from = (float)e.left - origin, to = (float)e.right - origin;
    narrow(py * dx, -dy, -reach, reach, &from, &to);
    narrow(py * dy, dx, -reach, length + reach, &from, &to);
    int32_t left = (int32_t)floorf(from + origin), right = (int32_t)ceilf(to + origin) + 1;
    if (left < e.left) left = e.left;
    if (right > e.right) right = e.right;
    if (left >= right) continue;
    float px = (float)left - origin, along = py * dy + px * dx, last = along + (float)(right - 1 - left) * dx;
    if (along > 0.5f && last > 0.5f && along < length - 0.5f && last < length - 0.5f)
      add_band(&row[left - coverage->area.left], right - left, py * dx - px * dy, -dy, c->half);
    else
      for (int32_t x = left; x < right; x++, px += 1)
        add_pixel(&row[x - coverage->area.left],
                  capsule_coverage(c, length, px * dx + py * dy, fabsf(py * dx - px * dy)));
    touch(coverage, y, left, right);
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

void coverage_polygon(struct coverage *coverage, const struct fpoint *points, size_t count) {
  struct edges e = edges_intersect(edges_around(points, count, 1), coverage->area);
  if (edges_are_empty(e)) return;
  int32_t width = e.right - e.left, height = e.bottom - e.top, stride = width + 2;
  size_t wanted = (size_t)stride * (size_t)height;
  if (wanted > coverage->sums_capacity)
    coverage->sums = mem_grow(coverage->sums, &coverage->sums_capacity, wanted, sizeof *coverage->sums);
  memset(coverage->sums, 0, wanted * sizeof *coverage->sums);
  for (size_t i = 0; i < count; i++) add_edge(coverage->sums, stride, e, points[i], points[(i + 1) % count]);
  for (int32_t y = 0; y < height; y++) {
    const float *sums = coverage->sums + (ptrdiff_t)y * stride;
    uint8_t *row = coverage_row(coverage, y + e.top) + (e.left - coverage->area.left);
    float total = 0;
    for (int32_t x = 0; x < width; x++) {
      total += sums[x];
      add_pixel(&row[x], fabsf(total));
    }
    touch(coverage, y + e.top, e.left, e.right);
  }
}

void coverage_blend(struct coverage *coverage, const struct pixmap *to, uint32_t colour, uint32_t alpha) {
  for (int32_t y = coverage->area.top; y < coverage->area.bottom; y++) {
    struct coverage_row touched = coverage->rows[y - coverage->area.top];
    if (touched.left >= touched.right) continue;
    uint8_t *at = coverage_row(coverage, y) + (touched.left - coverage->area.left);
    int32_t count = touched.right - touched.left;
    if (alpha > 0) pixmap_run_covered(pixmap_row(to, y) + touched.left, at, count, colour, alpha);
    memset(at, 0, (size_t)count);
  }
}
