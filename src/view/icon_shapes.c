/* The icons' shapes, on a grid of 240×240, as data. */
#include "base/check.h"
#include "view/draw_list.h"

enum { GRID = 240, VALUES_MAX = 14, SHAPES_MAX = 9 };

enum shape_kind {
  END = 0,
  BOX,      /* x, y, w, h, radius */
  FRAME,    /* x, y, w, h, radius, width of the line, which lies inside */
  DISC,     /* x, y, radius */
  RING,     /* x, y, radius, width of the line, which lies inside */
  LINE,     /* width, then points */
  CURVE,    /* width, then 4 points */
  POLYGON,  /* points */
  BACK = 16 /* added: in the colour of the background */
};

struct shape {
  uint8_t kind;
  uint8_t points; /* LINE and POLYGON */
  int16_t at[VALUES_MAX];
};

static const struct shape icons[ICON_COUNT][SHAPES_MAX] = {
    [ICON_LAPTOP] = {{FRAME, 0, {45, 55, 150, 105, 14, 20}},
                     {POLYGON, 4, {20, 172, 220, 172, 205, 194, 35, 194}}},
    [ICON_PHONE] = {{BOX, 0, {72, 22, 96, 196, 22}},
                    {BOX | BACK, 0, {88, 46, 64, 128, 4}},
                    {DISC | BACK, 0, {120, 195, 9}}},
    [ICON_SERVER] = {{BOX, 0, {40, 38, 160, 50, 14}},
                     {BOX, 0, {40, 95, 160, 50, 14}},
                     {BOX, 0, {40, 152, 160, 50, 14}},
                     {DISC | BACK, 0, {64, 63, 9}},
                     {DISC | BACK, 0, {64, 120, 9}},
                     {DISC | BACK, 0, {64, 177, 9}},
                     {BOX | BACK, 0, {116, 57, 68, 12, 5}},
                     {BOX | BACK, 0, {116, 114, 68, 12, 5}},
                     {BOX | BACK, 0, {116, 171, 68, 12, 5}}},
    [ICON_MAILBOX] = {{BOX, 0, {30, 72, 172, 88, 42}},
                      {BOX | BACK, 0, {56, 112, 60, 12, 6}},
                      {BOX, 0, {104, 160, 24, 52, 4}},
                      {BOX | BACK, 0, {148, 30, 20, 72, 0}},
                      {BOX, 0, {156, 34, 16, 84, 4}},
                      {BOX, 0, {156, 34, 44, 32, 4}}},
    [ICON_TRAY_UP] = {{BOX, 0, {36, 130, 168, 68, 20}},
                      {BOX | BACK, 0, {84, 118, 72, 40, 12}},
                      {POLYGON, 7, {120, 30, 162, 82, 136, 82, 136, 138, 104, 138, 104, 82, 78, 82}}},
    [ICON_GLOBE] = {{RING, 0, {120, 120, 92, 16}},
                    {LINE, 2, {14, 36, 120, 204, 120}},
                    {CURVE, 4, {14, 120, 36, 66, 80, 66, 160, 120, 204}},
                    {CURVE, 4, {14, 120, 36, 174, 80, 174, 160, 120, 204}}},
    [ICON_LIST] = {{DISC, 0, {52, 68, 16}},
                   {DISC, 0, {52, 120, 16}},
                   {DISC, 0, {52, 172, 16}},
                   {BOX, 0, {88, 58, 120, 20, 10}},
                   {BOX, 0, {88, 110, 120, 20, 10}},
                   {BOX, 0, {88, 162, 120, 20, 10}}},
    [ICON_GATEWAY] = {{LINE, 2, {20, 36, 86, 176, 86}},
                      {POLYGON, 3, {212, 86, 156, 48, 156, 124}},
                      {LINE, 2, {20, 204, 158, 64, 158}},
                      {POLYGON, 3, {28, 158, 84, 120, 84, 196}}},
    [ICON_MODEM] = {{BOX, 0, {28, 118, 184, 74, 16}},
                    {DISC | BACK, 0, {62, 155, 11}},
                    {DISC | BACK, 0, {98, 155, 11}},
                    {BOX | BACK, 0, {132, 149, 54, 12, 6}},
                    {LINE, 2, {16, 176, 118, 176, 60}},
                    {CURVE, 4, {14, 60, 92, 92, 62, 128, 62, 150, 88}},
                    {CURVE, 4, {14, 84, 104, 100, 92, 116, 92, 130, 104}}},
    [ICON_PERSON] = {{DISC, 0, {120, 84, 44}},
                     {BOX, 0, {44, 142, 152, 66, 60}},
                     {BOX, 0, {44, 172, 152, 36, 12}}},
    [ICON_ENVELOPE] = {{BOX | BACK, 0, {2, 2, 236, 236, 22}},
                       {FRAME, 0, {0, 0, 240, 240, 24, 8}},
                       {LINE, 3, {9, 14, 26, 120, 146, 226, 26}}},
    [ICON_DIAMOND] = {{POLYGON, 4, {120, 10, 230, 120, 120, 230, 10, 120}}},
    [ICON_LOCK] = {{FRAME, 0, {72, 30, 96, 150, 48, 22}},
                   {BOX, 0, {46, 106, 148, 104, 18}},
                   {DISC | BACK, 0, {120, 152, 15}}},
    [ICON_EYE] = {{CURVE, 4, {18, 24, 120, 70, 40, 170, 40, 216, 120}},
                  {CURVE, 4, {18, 24, 120, 70, 200, 170, 200, 216, 120}},
                  {DISC, 0, {120, 120, 32}}},
    [ICON_CLOCK] = {{RING, 0, {120, 120, 92, 18}}, {LINE, 3, {16, 120, 66, 120, 122, 158, 144}}},
    [ICON_WARNING] = {{POLYGON, 3, {120, 26, 220, 204, 20, 204}},
                      {BOX | BACK, 0, {110, 88, 20, 64, 8}},
                      {DISC | BACK, 0, {120, 176, 12}}},
    [ICON_CHECK] = {{LINE, 3, {26, 44, 126, 98, 180, 196, 66}}},
    [ICON_CROSS] = {{LINE, 2, {26, 56, 56, 184, 184}}, {LINE, 2, {26, 184, 56, 56, 184}}},
    [ICON_PLAY] = {{POLYGON, 3, {70, 28, 208, 120, 70, 212}}},
    [ICON_PAUSE] = {{BOX, 0, {58, 36, 42, 168, 6}}, {BOX, 0, {140, 36, 42, 168, 6}}},
    [ICON_FIRST] = {{BOX, 0, {30, 30, 38, 180, 0}}, {POLYGON, 3, {206, 30, 76, 120, 206, 210}}},
    [ICON_LAST] = {{BOX, 0, {172, 30, 38, 180, 0}}, {POLYGON, 3, {34, 30, 164, 120, 34, 210}}},
    [ICON_STEP_BACK] = {{LINE, 3, {28, 150, 46, 76, 120, 150, 194}}},
    [ICON_STEP_FORWARD] = {{LINE, 3, {28, 90, 46, 164, 120, 90, 194}}},
    [ICON_REPLAY] = {{CURVE, 4, {22, 96, 62, 200, 30, 240, 190, 120, 202}},
                     {CURVE, 4, {22, 120, 202, 70, 202, 30, 160, 42, 108}},
                     {POLYGON, 3, {44, 70, 116, 22, 116, 112}}},
    [ICON_PLUS] = {{BOX, 0, {106, 44, 28, 152, 6}}, {BOX, 0, {44, 106, 152, 28, 6}}},
    [ICON_MINUS] = {{BOX, 0, {44, 106, 152, 28, 6}}},
    [ICON_SEARCH] = {{RING, 0, {104, 104, 70, 22}}, {LINE, 2, {26, 156, 156, 204, 204}}},
    [ICON_CHEVRON_UP] = {{LINE, 3, {24, 50, 154, 120, 84, 190, 154}}},
    [ICON_CHEVRON_DOWN] = {{LINE, 3, {24, 50, 86, 120, 156, 190, 86}}},
    [ICON_CHEVRON_LEFT] = {{LINE, 3, {24, 154, 50, 84, 120, 154, 190}}},
    [ICON_CHEVRON_RIGHT] = {{LINE, 3, {24, 86, 50, 156, 120, 86, 190}}},
    [ICON_CONTRAST] = {{RING, 0, {120, 120, 92, 18}},
                       {POLYGON, 7, {120, 32, 76, 44, 44, 76, 32, 120, 44, 164, 76, 196, 120, 208}}},
};

/* The grid laid on the picture. The envelope fills its rectangle; the others keep their shape. */
struct grid {
  int32_t x, y, w, h;
};

static struct grid grid_in(enum icon icon, struct rect r) {
  if (icon == ICON_ENVELOPE) return (struct grid){r.x, r.y, r.w, r.h};
  int32_t side = r.w < r.h ? r.w : r.h;
  return (struct grid){r.x + (r.w - side) / 2, r.y + (r.h - side) / 2, side, side};
}

static struct point grid_point(const struct grid *grid, const int16_t *at) {
  return (struct point){grid->x + at[0] * grid->w / GRID, grid->y + at[1] * grid->h / GRID};
}

/* Line widths and radii go by the shorter side. */
static int32_t grid_length(const struct grid *grid, int32_t length) {
  return length * (grid->w < grid->h ? grid->w : grid->h) / GRID;
}

static struct rect grid_rect(const struct grid *grid, const int16_t *at) {
  struct point a = grid_point(grid, at),
               b = grid_point(grid, (int16_t[]){(int16_t)(at[0] + at[2]), (int16_t)(at[1] + at[3])});
  return (struct rect){a.x, a.y, b.x - a.x, b.y - a.y};
}

static void expand_points(const struct shape *shape, const struct grid *grid, uint32_t colour,
                          struct draw_list *out) {
  struct point points[VALUES_MAX / 2];
  bool is_polygon = (shape->kind & ~BACK) == POLYGON;
  const int16_t *at = is_polygon ? shape->at : shape->at + 1;
  for (uint32_t i = 0; i < shape->points; i++) points[i] = grid_point(grid, at + 2 * i);
  if (is_polygon)
    draw_polygon(out, &(struct draw_polygon){.points = points, .count = shape->points, .fill = colour});
  else
    draw_stroke(out, &(struct draw_stroke){.points = points,
                                           .count = shape->points,
                                           .is_curve = (shape->kind & ~BACK) == CURVE,
                                           .width = grid_length(grid, shape->at[0]),
                                           .colour = colour});
}

static void expand_shape(const struct shape *shape, const struct grid *grid, uint32_t colour,
                         struct draw_list *out) {
  const int16_t *at = shape->at;
  switch (shape->kind & ~BACK) {
  case BOX:
    draw_box(out, &(struct draw_box){
                      .rect = grid_rect(grid, at), .radius = grid_length(grid, at[4]), .fill = colour});
    break;
  case FRAME:
    draw_box(out, &(struct draw_box){.rect = grid_rect(grid, at),
                                     .radius = grid_length(grid, at[4]),
                                     .border = colour,
                                     .border_width = grid_length(grid, at[5])});
    break;
  case DISC:
    draw_circle(out, &(struct draw_circle){
                         .centre = grid_point(grid, at), .radius = grid_length(grid, at[2]), .fill = colour});
    break;
  case RING:
    draw_circle(out, &(struct draw_circle){.centre = grid_point(grid, at),
                                           .radius = grid_length(grid, at[2]),
                                           .border = colour,
                                           .border_width = grid_length(grid, at[3])});
    break;
  default: expand_points(shape, grid, colour, out); break;
  }
}

void draw_icon_expand(const struct draw_icon *icon, struct draw_list *out) {
  CHECK(icon->icon < ICON_COUNT);
  struct grid grid = grid_in(icon->icon, icon->rect);
  const struct shape *shapes = icons[icon->icon];
  for (size_t i = 0; i < SHAPES_MAX && shapes[i].kind != END; i++)
    expand_shape(&shapes[i], &grid, shapes[i].kind & BACK ? icon->back : icon->colour, out);
}
