#include "view/geometry.h"

static int32_t min_i32(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static int32_t max_i32(int32_t a, int32_t b) {
  return a > b ? a : b;
}

struct rect rect_intersect(struct rect a, struct rect b) {
  int32_t x = max_i32(a.x, b.x), y = max_i32(a.y, b.y);
  int32_t right = min_i32(rect_right(a), rect_right(b)), bottom = min_i32(rect_bottom(a), rect_bottom(b));
  if (right <= x || bottom <= y) return (struct rect){x, y, 0, 0};
  return (struct rect){x, y, right - x, bottom - y};
}

struct rect rect_union(struct rect a, struct rect b) {
  if (rect_is_empty(a)) return b;
  if (rect_is_empty(b)) return a;
  int32_t x = min_i32(a.x, b.x), y = min_i32(a.y, b.y);
  return (struct rect){x, y, max_i32(rect_right(a), rect_right(b)) - x,
                       max_i32(rect_bottom(a), rect_bottom(b)) - y};
}

static int32_t clamp_cut(int32_t wanted, int32_t available) {
  return max_i32(0, min_i32(wanted, available));
}

struct rect rect_cut_left(struct rect *rest, int32_t width) {
  int32_t w = clamp_cut(width, rest->w);
  struct rect piece = {rest->x, rest->y, w, rest->h};
  rest->x += w;
  rest->w -= w;
  return piece;
}

struct rect rect_cut_right(struct rect *rest, int32_t width) {
  int32_t w = clamp_cut(width, rest->w);
  rest->w -= w;
  return (struct rect){rest->x + rest->w, rest->y, w, rest->h};
}

struct rect rect_cut_top(struct rect *rest, int32_t height) {
  int32_t h = clamp_cut(height, rest->h);
  struct rect piece = {rest->x, rest->y, rest->w, h};
  rest->y += h;
  rest->h -= h;
  return piece;
}

struct rect rect_cut_bottom(struct rect *rest, int32_t height) {
  int32_t h = clamp_cut(height, rest->h);
  rest->h -= h;
  return (struct rect){rest->x, rest->y + rest->h, rest->w, h};
}

/* Division that rounds to the nearest, halves away from zero, on both sides of zero alike. */
static int64_t divide_round(int64_t value, int64_t by) {
  return value >= 0 ? (value + by / 2) / by : -((-value + by / 2) / by);
}

int32_t lerp(int32_t a, int32_t b, int32_t fraction) {
  return (int32_t)(a + divide_round(((int64_t)b - a) * fraction, FRACTION_ONE));
}

struct point point_lerp(struct point a, struct point b, int32_t fraction) {
  return (struct point){lerp(a.x, b.x, fraction), lerp(a.y, b.y, fraction)};
}

uint32_t integer_sqrt(uint64_t value) {
  uint64_t root = 0;
  for (uint64_t bit = UINT64_C(1) << 62; bit; bit >>= 2) {
    if (value >= root + bit) {
      value -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return (uint32_t)root;
}

int32_t point_distance(struct point a, struct point b) {
  int64_t dx = (int64_t)b.x - a.x, dy = (int64_t)b.y - a.y;
  return (int32_t)integer_sqrt((uint64_t)(dx * dx + dy * dy));
}

struct point curve_point(const struct point control[4], int32_t parameter) {
  int32_t t = parameter;
  struct point a = point_lerp(control[0], control[1], t);
  struct point b = point_lerp(control[1], control[2], t);
  struct point c = point_lerp(control[2], control[3], t);
  return point_lerp(point_lerp(a, b, t), point_lerp(b, c, t), t);
}

enum { CURVE_STEPS = 32 };

struct point curve_point_along(const struct point control[4], int32_t fraction) {
  if (fraction <= 0) return control[0];
  if (fraction >= FRACTION_ONE) return control[3];
  int64_t reached[CURVE_STEPS + 1] = {0};
  struct point last = control[0];
  for (int32_t i = 1; i <= CURVE_STEPS; i++) {
    struct point p = curve_point(control, i * (FRACTION_ONE / CURVE_STEPS));
    reached[i] = reached[i - 1] + point_distance(last, p);
    last = p;
  }
  int64_t wanted = reached[CURVE_STEPS] * fraction / FRACTION_ONE;
  int32_t step = 0;
  while (step < CURVE_STEPS - 1 && reached[step + 1] < wanted) step++;
  int64_t length = reached[step + 1] - reached[step];
  int64_t within = length > 0 ? (wanted - reached[step]) * (FRACTION_ONE / CURVE_STEPS) / length : 0;
  return curve_point(control, (int32_t)(step * (FRACTION_ONE / CURVE_STEPS) + within));
}

void curve_arc(struct point from, struct point to, int32_t lift, struct point control_out[4]) {
  int64_t dx = (int64_t)to.x - from.x, dy = (int64_t)to.y - from.y;
  int64_t length = point_distance(from, to);
  /* A cubic rises to 3/4 of its two inner control points. */
  int64_t rise = (int64_t)lift * 4;
  int32_t nx = length ? (int32_t)divide_round(dy * rise, length * 3) : 0;
  int32_t ny = length ? (int32_t)divide_round(-dx * rise, length * 3) : 0;
  struct point a = point_lerp(from, to, FRACTION_ONE / 4), b = point_lerp(from, to, FRACTION_ONE * 3 / 4);
  control_out[0] = from;
  control_out[1] = (struct point){a.x + nx, a.y + ny};
  control_out[2] = (struct point){b.x + nx, b.y + ny};
  control_out[3] = to;
}
