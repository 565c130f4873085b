/* geometry: points, rectangles and curves of the picture, in integers.
 *
 * The unit of the picture is the design unit: a window of 1600×900 units, whatever its pixels. All
 * coordinates and lengths are int32_t in 1/64 of a design unit, so that two machines lay out the same
 * picture to the last bit: DU(16) is sixteen units. x grows to the right, y downwards. A fraction of
 * the way (of a motion, along a curve) is 16.16 fixed point: 0 to FRACTION_ONE.
 *
 * Limit: ±32,000 design units.
 */
#pragma once

#include "base/span.h"

#define DU(units)       ((int32_t)((units)*64))
#define DU_ROUND(value) (((value) + 32) >> 6) /* back to whole units */

enum { FRACTION_ONE = 65536 };

struct point {
  int32_t x, y;
};

struct rect {
  int32_t x, y, w, h;
};

/* In whole design units. */
static inline struct point point_du(int32_t x, int32_t y) {
  return (struct point){DU(x), DU(y)};
}
static inline struct rect rect_du(int32_t x, int32_t y, int32_t w, int32_t h) {
  return (struct rect){DU(x), DU(y), DU(w), DU(h)};
}
static inline int32_t rect_right(struct rect r) {
  return r.x + r.w;
}
static inline int32_t rect_bottom(struct rect r) {
  return r.y + r.h;
}
static inline struct point rect_centre(struct rect r) {
  return (struct point){r.x + r.w / 2, r.y + r.h / 2};
}
static inline bool rect_is_empty(struct rect r) {
  return r.w <= 0 || r.h <= 0;
}
static inline bool rect_contains(struct rect r, struct point p) {
  return p.x >= r.x && p.y >= r.y && p.x < r.x + r.w && p.y < r.y + r.h;
}
static inline bool rect_equal(struct rect a, struct rect b) {
  return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}
/* Smaller by so much on each side; larger if negative. */
static inline struct rect rect_inset(struct rect r, int32_t dx, int32_t dy) {
  return (struct rect){r.x + dx, r.y + dy, r.w - 2 * dx, r.h - 2 * dy};
}
static inline struct rect rect_moved(struct rect r, int32_t dx, int32_t dy) {
  return (struct rect){r.x + dx, r.y + dy, r.w, r.h};
}
/* Empty (w and h 0) when they do not meet. */
struct rect rect_intersect(struct rect a, struct rect b);
/* The smallest that holds both; an empty one counts for nothing. */
struct rect rect_union(struct rect a, struct rect b);

/* Cuts a piece off one side, for layouts: *rest keeps what remains. Never more than there is. */
struct rect rect_cut_left(struct rect *rest, int32_t width);
struct rect rect_cut_right(struct rect *rest, int32_t width);
struct rect rect_cut_top(struct rect *rest, int32_t height);
struct rect rect_cut_bottom(struct rect *rest, int32_t height);

/* The value a fraction of the way from a to b, rounded to the nearest. The fraction may lie outside
 * 0 … FRACTION_ONE (it then goes beyond the ends). */
int32_t lerp(int32_t a, int32_t b, int32_t fraction);
struct point point_lerp(struct point a, struct point b, int32_t fraction);
int32_t point_distance(struct point a, struct point b);

/* A cubic Bézier curve: where it is at a parameter, and a point so far *along its length*, which is
 * what something that travels along it needs. */
struct point curve_point(const struct point control[4], int32_t parameter);
struct point curve_point_along(const struct point control[4], int32_t fraction);
/* The curve of a link from one point to another that rises by `lift` to the left of its direction
 * (negative: to the right). */
void curve_arc(struct point from, struct point to, int32_t lift, struct point control_out[4]);

/* The whole part of the square root. */
uint32_t integer_sqrt(uint64_t value);
