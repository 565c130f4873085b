/* Strokes: curves made into short lines, cut into dashes, with arrow heads. And polygons. */
#include <math.h>

#include "shell/sdl/raster_internal.h"

enum { PATH_POINTS_MAX = 4096, CURVE_STEPS_MIN = 8, CURVE_STEPS_MAX = 64 };

/* A line in device pixels, with how far along it each point is. */
struct path {
  struct fpoint at[PATH_POINTS_MAX];
  float reached[PATH_POINTS_MAX];
  size_t count;
};

static float distance(struct fpoint a, struct fpoint b) {
  return sqrtf((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
}

static struct fpoint between(struct fpoint a, struct fpoint b, float t) {
  return (struct fpoint){a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

static void path_add(struct path *path, struct fpoint p) {
  if (path->count == PATH_POINTS_MAX) return;
  float reached = path->count ? path->reached[path->count - 1] + distance(path->at[path->count - 1], p) : 0;
  path->at[path->count] = p;
  path->reached[path->count++] = reached;
}

static void path_add_curve(struct path *path, const struct fpoint c[4]) {
  float length = distance(c[0], c[1]) + distance(c[1], c[2]) + distance(c[2], c[3]);
  int32_t steps = (int32_t)(length / 5);
  if (steps < CURVE_STEPS_MIN) steps = CURVE_STEPS_MIN;
  if (steps > CURVE_STEPS_MAX) steps = CURVE_STEPS_MAX;
  for (int32_t i = 1; i <= steps; i++) {
    float t = (float)i / (float)steps;
    struct fpoint a = between(c[0], c[1], t), b = between(c[1], c[2], t), d = between(c[2], c[3], t);
    path_add(path, between(between(a, b, t), between(b, d, t), t));
  }
}

static void path_from(struct path *path, const struct canvas *canvas, const struct draw_stroke *stroke) {
  path->count = 0;
  path_add(path, canvas_point(canvas, stroke->points[0]));
  if (!stroke->is_curve) {
    for (uint32_t i = 1; i < stroke->count; i++) path_add(path, canvas_point(canvas, stroke->points[i]));
    return;
  }
  for (uint32_t i = 0; i + 3 < stroke->count; i += 3) {
    struct fpoint control[4];
    for (uint32_t k = 0; k < 4; k++) control[k] = canvas_point(canvas, stroke->points[i + k]);
    path_add_curve(path, control);
  }
}

static float path_length(const struct path *path) {
  return path->reached[path->count - 1];
}

/* The segment that holds a place along the path, and the place. */
static struct fpoint path_point(const struct path *path, float along, size_t *segment_out) {
  size_t i = 0;
  while (i + 2 < path->count && path->reached[i + 1] < along) i++;
  float length = path->reached[i + 1] - path->reached[i];
  if (segment_out) *segment_out = i;
  return between(path->at[i], path->at[i + 1], length > 0 ? (along - path->reached[i]) / length : 0);
}

struct pen {
  struct canvas *canvas;
  float half;
  bool cut_ends;
};

/* The path from one place along it to another. */
static void draw_between(const struct pen *pen, const struct path *path, float from, float to) {
  size_t first, last;
  struct fpoint a = path_point(path, from, &first), end = path_point(path, to, &last);
  for (size_t i = first; i <= last; i++) {
    struct fpoint b = i == last ? end : path->at[i + 1];
    struct capsule piece = {a, b, pen->half, pen->cut_ends && i == first, pen->cut_ends && i == last};
    coverage_capsule(&pen->canvas->raster->coverage, &piece);
    a = b;
  }
}

/* The head's tip is an end of the path; it points away from where the path is one head's length before. */
static void draw_head(const struct pen *pen, const struct path *path, bool at_start, float length,
                      float width) {
  float total = path_length(path), base_at = at_start ? fminf(length, total) : fmaxf(total - length, 0);
  struct fpoint tip = at_start ? path->at[0] : path->at[path->count - 1];
  struct fpoint base = path_point(path, base_at, NULL);
  float size = distance(base, tip);
  if (size <= 0) return;
  float dx = (tip.x - base.x) / size, dy = (tip.y - base.y) / size, half = width / 2;
  struct fpoint corner = {tip.x - dx * length, tip.y - dy * length};
  struct fpoint triangle[3] = {
      tip, {corner.x - dy * half, corner.y + dx * half}, {corner.x + dy * half, corner.y - dx * half}};
  coverage_polygon(&pen->canvas->raster->coverage, triangle, 3);
}

static void draw_dashes(const struct pen *pen, const struct path *path, float from, float to, float dash,
                        float gap, float start) {
  float period = dash + gap, at = from - fmodf(start, period);
  for (; at < to; at += period)
    if (at + dash > from) draw_between(pen, path, fmaxf(at, from), fminf(at + dash, to));
}

/* A straight level line with cut ends is a box, on whole pixels. */
static bool draw_as_box(struct canvas *canvas, const struct draw_stroke *s) {
  if (s->count != 2 || s->is_curve || !s->butt_ends || s->arrows || s->dash > 0) return false;
  struct point a = s->points[0], b = s->points[1];
  if (a.x != b.x && a.y != b.y) return false;
  struct rect r = {a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x < b.x ? b.x - a.x : a.x - b.x,
                   a.y < b.y ? b.y - a.y : a.y - b.y};
  if (a.y == b.y)
    r = (struct rect){r.x, r.y - s->width / 2, r.w, s->width};
  else
    r = (struct rect){r.x - s->width / 2, r.y, s->width, r.h};
  raster_box(canvas, &(struct draw_box){.rect = r, .fill = s->colour, .corners = DRAW_CORNERS_ALL});
  return true;
}

void raster_stroke(struct canvas *canvas, const struct draw_stroke *stroke) {
  if (draw_as_box(canvas, stroke)) return;
  struct path path;
  path_from(&path, canvas, stroke);
  struct pen pen = {canvas, canvas_length(canvas, stroke->width) / 2, stroke->butt_ends};
  float head_length = canvas_length(canvas, draw_stroke_arrow_length(stroke));
  float head_width = canvas_length(canvas, draw_stroke_arrow_width(stroke));
  float margin = pen.half + 1 + (stroke->arrows ? head_width : 0);
  struct edges area = edges_intersect(edges_around(path.at, path.count, margin), canvas->clip);
  if (!coverage_begin(&canvas->raster->coverage, area)) return;
  float from = 0, to = path_length(&path), inside = head_length * 0.7f;
  if (stroke->arrows & DRAW_ARROW_START) {
    draw_head(&pen, &path, true, head_length, head_width);
    from = inside;
  }
  if (stroke->arrows & DRAW_ARROW_END) {
    draw_head(&pen, &path, false, head_length, head_width);
    to -= inside;
  }
  if (to > from) {
    float dash = canvas_length(canvas, stroke->dash), gap = canvas_length(canvas, stroke->gap);
    if (dash > 0.25f && gap > 0.25f)
      draw_dashes(&pen, &path, from, to, dash, gap, canvas_length(canvas, stroke->dash_start));
    else
      draw_between(&pen, &path, from, to);
  }
  coverage_blend(&canvas->raster->coverage, &canvas->to, stroke->colour,
                 alpha_of(stroke->colour, canvas->alpha));
}

void raster_polygon(struct canvas *canvas, const struct draw_polygon *polygon) {
  struct path path;
  uint32_t count = polygon->count < PATH_POINTS_MAX ? polygon->count : PATH_POINTS_MAX;
  for (uint32_t i = 0; i < count; i++) path.at[i] = canvas_point(canvas, polygon->points[i]);
  struct edges area = edges_intersect(edges_around(path.at, count, 1), canvas->clip);
  if (!coverage_begin(&canvas->raster->coverage, area)) return;
  coverage_polygon(&canvas->raster->coverage, path.at, count);
  coverage_blend(&canvas->raster->coverage, &canvas->to, polygon->fill,
                 alpha_of(polygon->fill, canvas->alpha));
}
