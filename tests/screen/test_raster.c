/* Shapes as pixels: where they are, how much they cover, what they leave alone. No text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/mem.h"
#include "shell/sdl/raster.h"

enum { SIDE = 128, MARGIN = 8, WHITE = 0xFFFFFFFF, BLACK = 0xFF000000, GUARD = 0x00ABCDEF };

/* A square of pixels inside a larger one, which nothing may touch. */
struct sheet {
  uint32_t pixels[(SIDE + 2 * MARGIN) * (SIDE + 2 * MARGIN)];
  struct pixmap to;
};

static struct raster *raster;
static struct draw_list list;
static struct sheet sheet, other;

static void clean(struct sheet *s) {
  const size_t count = sizeof s->pixels / sizeof *s->pixels;
  for (size_t i = 0; i < count; i++) s->pixels[i] = GUARD;
  s->to = (struct pixmap){s->pixels + MARGIN * (SIDE + 2 * MARGIN) + MARGIN, SIDE, SIDE, SIDE + 2 * MARGIN};
}

static uint32_t pixel(const struct sheet *s, int32_t x, int32_t y) {
  return pixmap_row(&s->to, y)[x];
}

static bool is_inside(size_t i) {
  size_t x = i % (SIDE + 2 * MARGIN), y = i / (SIDE + 2 * MARGIN);
  return x >= MARGIN && y >= MARGIN && x < MARGIN + SIDE && y < MARGIN + SIDE;
}

static void play(struct sheet *s) {
  draw_list_end(&list);
  clean(s);
  raster_draw(raster, &list, &s->to);
  const size_t count = sizeof s->pixels / sizeof *s->pixels;
  for (size_t i = 0; i < count; i++) {
    if (!is_inside(i) && s->pixels[i] != GUARD) fail_msg("a pixel outside was drawn");
    if (is_inside(i) && s->pixels[i] >> 24 != 0xFF) fail_msg("a pixel is not opaque");
  }
}

/* A picture as large in units as the sheet in pixels. */
static void begin(uint32_t background) {
  draw_list_begin(&list, DU(SIDE), DU(SIDE), background);
}

/* How much white there is on black, in pixels. */
static double covered(const struct sheet *s) {
  double sum = 0;
  for (int32_t y = 0; y < SIDE; y++)
    for (int32_t x = 0; x < SIDE; x++) sum += (pixel(s, x, y) & 0xFF) / 255.0;
  return sum;
}

static void assert_covered(const struct sheet *s, double expected, double within, const char *what) {
  double got = covered(s);
  if (fabs(got - expected) > within) fail_msg("%s: %.2f pixels, expected %.2f", what, got, expected);
}

static void fills(void **state) {
  (void)state;
  begin(BLACK);
  draw_fill(&list, rect_du(10, 20, 30, 40), WHITE);
  play(&sheet);
  assert_int_equal(pixel(&sheet, 10, 20), WHITE);
  assert_int_equal(pixel(&sheet, 39, 59), WHITE);
  assert_int_equal(pixel(&sheet, 9, 20), BLACK);
  assert_int_equal(pixel(&sheet, 40, 59), BLACK);
  assert_int_equal(pixel(&sheet, 39, 60), BLACK);
  assert_covered(&sheet, 1200, 0, "fill");
}

static void boxes_have_round_corners_and_borders(void **state) {
  (void)state;
  begin(BLACK);
  draw_box(&list, &(struct draw_box){rect_du(10, 10, 100, 80), DU(12), WHITE, 0xFFFF0000, DU(3), 0});
  play(&sheet);
  assert_int_equal(pixel(&sheet, 10, 10), BLACK);
  assert_int_equal(pixel(&sheet, 60, 10), 0xFFFF0000);
  assert_int_equal(pixel(&sheet, 60, 12), 0xFFFF0000);
  assert_int_equal(pixel(&sheet, 60, 13), WHITE);
  assert_int_equal(pixel(&sheet, 10, 50), 0xFFFF0000);
  assert_int_equal(pixel(&sheet, 109, 50), 0xFFFF0000);
  assert_int_equal(pixel(&sheet, 60, 50), WHITE);
  /* The four corners are the same, turned over. */
  for (int32_t y = 0; y < 14; y++)
    for (int32_t x = 0; x < 14; x++) {
      uint32_t corner = pixel(&sheet, 10 + x, 10 + y);
      assert_int_equal(corner, pixel(&sheet, 109 - x, 10 + y));
      assert_int_equal(corner, pixel(&sheet, 10 + x, 89 - y));
      assert_int_equal(corner, pixel(&sheet, 109 - x, 89 - y));
    }
  begin(BLACK);
  draw_box(&list, &(struct draw_box){.rect = rect_du(10, 10, 100, 80), .radius = DU(12), .fill = WHITE});
  play(&sheet);
  assert_covered(&sheet, 8000 - (4 - 3.14159) * 144, 4, "round box");
}

static void chosen_corners_are_square(void **state) {
  (void)state;
  begin(BLACK);
  draw_box(&list, &(struct draw_box){.rect = rect_du(10, 10, 60, 40),
                                     .radius = DU(10),
                                     .fill = WHITE,
                                     .corners = DRAW_CORNERS_LEFT});
  play(&sheet);
  assert_int_equal(pixel(&sheet, 10, 10), BLACK);
  assert_int_equal(pixel(&sheet, 10, 49), BLACK);
  assert_int_equal(pixel(&sheet, 69, 10), WHITE);
  assert_int_equal(pixel(&sheet, 69, 49), WHITE);
}

/* White on white, whatever the coverage, stays white: no seam between fill, border and ground. */
static void equal_colours_leave_no_seam(void **state) {
  (void)state;
  begin(WHITE);
  for (int32_t border = 0; border < 5; border++)
    draw_box(&list, &(struct draw_box){rect_du(5 + border, 5, 40 + 9 * border, 30), DU(7), WHITE, WHITE,
                                       DU(border), 0});
  draw_circle(&list, &(struct draw_circle){point_du(60, 70), DU(20), WHITE, WHITE, DU(3)});
  draw_shadow(&list, &(struct draw_shadow){rect_du(20, 80, 60, 20), DU(6), DU(8), 0x40FFFFFF});
  play(&sheet);
  assert_covered(&sheet, SIDE * SIDE, 0, "white");
}

static void circles_cover_their_area(void **state) {
  (void)state;
  for (int32_t radius = DU(1); radius < DU(50); radius += 97) {
    double r = radius / 64.0;
    begin(BLACK);
    draw_circle(&list,
                &(struct draw_circle){.centre = {DU(64) + 13, DU(63) - 29}, .radius = radius, .fill = WHITE});
    play(&sheet);
    assert_covered(&sheet, 3.14159 * r * r, 0.3 + r * 0.15, "disc");
  }
  begin(BLACK);
  draw_circle(&list,
              &(struct draw_circle){
                  .centre = point_du(64, 64), .radius = DU(30), .border = WHITE, .border_width = DU(4)});
  play(&sheet);
  assert_covered(&sheet, 3.14159 * (30 * 30 - 26 * 26), 4, "ring");
  assert_int_equal(pixel(&sheet, 64, 64), BLACK);
}

static void polygons_cover_their_area(void **state) {
  (void)state;
  const struct point triangle[3] = {point_du(10, 12), {DU(100) + 7, DU(40) + 31}, {DU(33) + 50, DU(90) + 9}};
  double twice = 0;
  for (int i = 0; i < 3; i++) {
    struct point a = triangle[i], b = triangle[(i + 1) % 3];
    twice += (double)a.x * b.y - (double)b.x * a.y;
  }
  begin(BLACK);
  draw_polygon(&list, &(struct draw_polygon){triangle, 3, WHITE});
  play(&sheet);
  assert_covered(&sheet, fabs(twice) / 2 / 64 / 64, 2, "triangle");
  /* Hollow shapes and both ways round. */
  const struct point arrow[4] = {point_du(64, 20), point_du(100, 100), point_du(64, 70), point_du(28, 100)};
  const struct point back[4] = {arrow[3], arrow[2], arrow[1], arrow[0]};
  begin(BLACK);
  draw_polygon(&list, &(struct draw_polygon){arrow, 4, WHITE});
  play(&sheet);
  assert_covered(&sheet, 36 * 80 - 36 * 30, 2, "arrow");
  assert_int_equal(pixel(&sheet, 64, 90), BLACK);
  begin(BLACK);
  draw_polygon(&list, &(struct draw_polygon){back, 4, WHITE});
  play(&other);
  assert_memory_equal(sheet.pixels, other.pixels, sizeof sheet.pixels);
  /* Cut by the edge of the picture on all sides. */
  const struct point large[4] = {point_du(-500, 64), point_du(64, -500), point_du(700, 64),
                                 point_du(64, 700)};
  begin(BLACK);
  draw_polygon(&list, &(struct draw_polygon){large, 4, WHITE});
  play(&sheet);
  assert_covered(&sheet, SIDE * SIDE, 0, "large polygon");
}

static struct draw_stroke stroke_of(const struct point *points, uint32_t count) {
  return (struct draw_stroke){
      .points = points, .count = count, .butt_ends = true, .width = DU(6), .colour = WHITE};
}

static void strokes_cover_length_times_width(void **state) {
  (void)state;
  const struct point slanting[2] = {point_du(20, 30), point_du(80, 110)}; /* 100 long */
  struct draw_stroke stroke = stroke_of(slanting, 2);
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  assert_covered(&sheet, 600, 6, "slanting line");
  stroke.dash = DU(12);
  stroke.gap = DU(8);
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  assert_covered(&sheet, 360, 12, "dashes");
  stroke.dash = stroke.gap = 0;
  stroke.butt_ends = false;
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  assert_covered(&sheet, 600 + 3.14159 * 9, 6, "round ends");
  /* Level lines are boxes on whole pixels. */
  begin(BLACK);
  draw_line(&list, point_du(10, 50), point_du(90, 50), DU(2), WHITE);
  play(&sheet);
  assert_covered(&sheet, 160, 0, "level line");
  assert_int_equal(pixel(&sheet, 10, 49), WHITE);
  /* A half-transparent stroke is not darker where its pieces meet. */
  const struct point corner[3] = {point_du(20, 100), point_du(60, 20), point_du(100, 100)};
  stroke = stroke_of(corner, 3);
  stroke.colour = 0x80FFFFFF;
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  for (int32_t y = 0; y < SIDE; y++)
    for (int32_t x = 0; x < SIDE; x++) assert_true((pixel(&sheet, x, y) & 0xFF) <= 129);
}

static void arrows_end_at_their_tip(void **state) {
  (void)state;
  const struct point way[2] = {point_du(20, 64), point_du(100, 64)};
  struct draw_stroke stroke = stroke_of(way, 2);
  stroke.arrows = DRAW_ARROW_END;
  stroke.arrow_length = DU(20);
  stroke.arrow_width = DU(24);
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  assert_int_equal(pixel(&sheet, 101, 64), BLACK);
  assert_true((pixel(&sheet, 98, 64) & 0xFF) > 60);
  assert_int_equal(pixel(&sheet, 82, 55), WHITE); /* the head is wider than the line */
  assert_int_equal(pixel(&sheet, 70, 55), BLACK);
  assert_covered(&sheet, 60 * 6 + 20 * 12, 8, "arrow");
  stroke.arrows = DRAW_ARROW_START | DRAW_ARROW_END;
  begin(BLACK);
  draw_stroke(&list, &stroke);
  play(&sheet);
  assert_covered(&sheet, 40 * 6 + 2 * 20 * 12, 12, "two heads");
}

static void clips_and_alphas(void **state) {
  (void)state;
  begin(BLACK);
  draw_clip_push(&list, rect_du(20, 20, 40, 40));
  draw_clip_push(&list, rect_du(40, 0, 80, 128));
  draw_alpha_push(&list, 128);
  draw_fill(&list, rect_du(0, 0, 128, 128), WHITE);
  draw_circle(&list, &(struct draw_circle){
                         .centre = point_du(10, 10), .radius = DU(60), .fill = 0x00FFFFFF | 0x01000000});
  draw_alpha_pop(&list);
  draw_clip_pop(&list);
  draw_fill(&list, rect_du(0, 0, 22, 22), WHITE);
  draw_clip_pop(&list);
  draw_fill(&list, rect_du(0, 0, 1, 1), WHITE);
  play(&sheet);
  assert_in_range(pixel(&sheet, 50, 50) & 0xFF, 127, 129);
  assert_int_equal(pixel(&sheet, 39, 50), BLACK);
  assert_int_equal(pixel(&sheet, 60, 50), BLACK);
  assert_int_equal(pixel(&sheet, 21, 21), WHITE);
  assert_int_equal(pixel(&sheet, 19, 19), BLACK);
  assert_int_equal(pixel(&sheet, 0, 0), WHITE);
}

static void shadows_fade_and_hide_behind_boxes(void **state) {
  (void)state;
  const struct draw_shadow shadow = {rect_du(30, 30, 60, 50), DU(8), DU(12), 0x80FFFFFF};
  const struct draw_box box = {.rect = rect_du(30, 27, 60, 50), .radius = DU(8), .fill = 0xFF336699};
  begin(BLACK);
  draw_shadow(&list, &shadow);
  play(&sheet);
  for (int32_t x = 0; x < 60; x++) {
    assert_true(pixel(&sheet, x, 55) <= pixel(&sheet, x + 1, 55));
    assert_int_equal(pixel(&sheet, x, 55), pixel(&sheet, 119 - x, 55));
  }
  assert_int_equal(pixel(&sheet, 17, 55), BLACK);
  assert_in_range(pixel(&sheet, 60, 55) & 0xFF, 127, 129);
  assert_in_range(pixel(&sheet, 30, 55) & 0xFF, 60, 72); /* half of it at the edge */
  /* The part behind an opaque box need not be drawn; it makes no difference. */
  begin(BLACK);
  draw_shadow(&list, &shadow);
  draw_box(&list, &box);
  play(&sheet);
  begin(BLACK);
  draw_shadow(&list, &shadow);
  draw_fill(&list, rect_du(0, 0, 1, 1), BLACK);
  draw_box(&list, &box);
  play(&other);
  assert_memory_equal(sheet.pixels, other.pixels, sizeof sheet.pixels);
}

static void the_scale_is_one_for_both_ways(void **state) {
  (void)state;
  draw_list_begin(&list, DU(64), DU(32), BLACK);
  draw_fill(&list, rect_du(8, 8, 8, 8), WHITE);
  play(&sheet); /* twice as large, centred from top to bottom */
  assert_int_equal(pixel(&sheet, 16, 48), WHITE);
  assert_int_equal(pixel(&sheet, 31, 63), WHITE);
  assert_int_equal(pixel(&sheet, 15, 48), BLACK);
  assert_int_equal(pixel(&sheet, 16, 47), BLACK);
  assert_covered(&sheet, 256, 0, "scaled");
  struct raster_fit fit = raster_fit(&list, SIDE, SIDE);
  struct point p = raster_fit_point(fit, 16, 48);
  assert_true(p.x == DU(8) && p.y == DU(8));
  /* A border of one unit is still one pixel when the picture shrinks. */
  draw_list_begin(&list, DU(640), DU(640), BLACK);
  draw_box(&list,
           &(struct draw_box){.rect = rect_du(50, 50, 400, 400), .border = WHITE, .border_width = DU(1)});
  play(&sheet);
  assert_covered(&sheet, 4 * 79, 0, "thin border");
}

/* Far outside, huge, tiny, degenerate: nothing to see, nothing to crash. */
static void extremes(void **state) {
  (void)state;
  const int32_t far[] = {-DU(30000), -DU(100), 0, DU(SIDE) - 1, DU(30000)};
  begin(BLACK);
  for (size_t i = 0; i < 5; i++)
    for (size_t k = 0; k < 5; k++) {
      struct rect r = {far[i], far[k], k == 2 ? 1 : DU(2000), i == 2 ? 1 : DU(2000)};
      struct point line[4] = {{far[i], far[k]}, {far[k], far[i]}, {far[i], far[i]}, {far[4 - i], far[k]}};
      draw_box(&list, &(struct draw_box){r, DU(500), 0x80FFFFFF, WHITE, DU(3), 0});
      draw_shadow(&list, &(struct draw_shadow){r, DU(3), DU(20), 0x10FFFFFF});
      draw_circle(&list, &(struct draw_circle){line[0], DU(300), 0x10FFFFFF, WHITE, 1});
      draw_polygon(&list, &(struct draw_polygon){line, 4, 0x10FFFFFF});
      draw_icon(&list, &(struct draw_icon){ICON_GLOBE, r, WHITE, BLACK});
      struct draw_stroke stroke = stroke_of(line, 4);
      stroke.is_curve = i % 2;
      stroke.arrows = DRAW_ARROW_START | DRAW_ARROW_END;
      stroke.dash = stroke.gap = k == 3 ? DU(40) : 0;
      draw_stroke(&list, &stroke);
    }
  play(&sheet);
}

static void pictures_do_not_depend_on_the_past(void **state) {
  (void)state;
  begin(BLACK);
  for (int32_t i = 0; i < ICON_COUNT; i++) {
    struct rect place = rect_du(i % 6 * 20, i / 6 * 20, 18, 18);
    draw_icon(&list, &(struct draw_icon){(enum icon)i, place, WHITE, 0xFF2463E0});
  }
  play(&sheet);
  struct draw_list saved = list;
  list = DRAW_LIST_EMPTY;
  /* More kinds of corner and shadow than are kept. */
  begin(WHITE);
  for (int32_t i = 1; i < 200; i++) {
    draw_box(&list, &(struct draw_box){rect_du(1, 1, 120, 120), i * 24, WHITE, BLACK, DU(1 + i % 3), 0});
    draw_shadow(&list, &(struct draw_shadow){rect_du(20, 20, 60, 60), i * 8, DU(2) + i * 8, 0x20000000});
  }
  play(&other);
  draw_list_free(&list);
  list = saved;
  play(&other);
  assert_memory_equal(sheet.pixels, other.pixels, sizeof sheet.pixels);
  assert_true(raster_bytes(raster) < 4 << 20);
}

static int open_raster(void **state) {
  (void)state;
  struct error_list errors = {.count = 0};
  raster = raster_open(SPAN_EMPTY, &errors);
  return raster ? 0 : -1;
}

static int close_raster(void **state) {
  (void)state;
  raster_close(raster);
  draw_list_free(&list);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills),
      cmocka_unit_test(boxes_have_round_corners_and_borders),
      cmocka_unit_test(chosen_corners_are_square),
      cmocka_unit_test(equal_colours_leave_no_seam),
      cmocka_unit_test(circles_cover_their_area),
      cmocka_unit_test(polygons_cover_their_area),
      cmocka_unit_test(strokes_cover_length_times_width),
      cmocka_unit_test(arrows_end_at_their_tip),
      cmocka_unit_test(clips_and_alphas),
      cmocka_unit_test(shadows_fade_and_hide_behind_boxes),
      cmocka_unit_test(the_scale_is_one_for_both_ways),
      cmocka_unit_test(extremes),
      cmocka_unit_test(pictures_do_not_depend_on_the_past),
  };
  return cmocka_run_group_tests(tests, open_raster, close_raster);
}
