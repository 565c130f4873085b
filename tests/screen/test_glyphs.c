/* Text as pixels, with the fonts of this machine: where it stands, not how it looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shell/sdl/fonts.h"
#include "shell/sdl/raster.h"

enum { WIDTH = 400, HEIGHT = 60, BLACK = 0xFF000000, WHITE = 0xFFFFFFFF };

static struct raster *raster;
static struct draw_list list;
static uint32_t pixels[2][WIDTH * HEIGHT];

static const struct text_style wire = {FACE_MONO, WEIGHT_REGULAR, DU(19)};
static const struct text_style caption = {FACE_SANS, WEIGHT_SEMIBOLD, DU(21)};

static void begin(void) {
  draw_list_begin(&list, DU(WIDTH), DU(HEIGHT), BLACK);
}

static void play(uint32_t *to) {
  draw_list_end(&list);
  raster_draw(raster, &list, &(struct pixmap){to, WIDTH, HEIGHT, WIDTH});
}

static void write_at(struct text_style style, int32_t x, struct span text) {
  draw_text(&list, &(struct draw_text){{x, DU(40)}, style, WHITE, text});
}

/* The columns that have ink; left ≥ right if none. */
static struct edges ink(const uint32_t *from) {
  struct edges e = {WIDTH, HEIGHT, 0, 0};
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      if ((from[y * WIDTH + x] & 0xFF) < 16) continue;
      if (x < e.left) e.left = x;
      if (x + 1 > e.right) e.right = x + 1;
      if (y < e.top) e.top = y;
      if (y + 1 > e.bottom) e.bottom = y + 1;
    }
  return e;
}

static void assert_same(const char *what) {
  if (memcmp(pixels[0], pixels[1], sizeof pixels[0]) != 0) fail_msg("%s", what);
}

/* A bang path and a comparison stay what they are: each pair of signs is drawn as its two signs. */
static void there_are_no_ligatures(void **state) {
  (void)state;
  static const char *const pairs[] = {"<>", "!=", "->", "=>", "<=", "::", "www", "--", "==", "/*", "fi"};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    struct span text = span_from(pairs[i]);
    begin();
    write_at(wire, DU(50), text);
    play(pixels[0]);
    begin();
    for (size_t k = 0; k < text.len; k++)
      write_at(wire, DU(50) + text_width(wire, span_first(text, k)), span_slice(text, k, 1));
    play(pixels[1]);
    assert_same(pairs[i]);
  }
}

static void text_stands_where_the_table_says(void **state) {
  (void)state;
  static const char *const texts[] = {"Internet to the University", "MAIL FROM:<jack@x>", "HHHHHHHHHH",
                                      "Vavoom"};
  const struct text_style styles[] = {wire, caption};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (size_t s = 0; s < 2; s++) {
      struct span text = span_from(texts[i]);
      begin();
      write_at(styles[s], DU(20), text);
      play(pixels[0]);
      struct edges e = ink(pixels[0]);
      int32_t right = 20 + DU_ROUND(text_width(styles[s], text));
      assert_in_range(e.left, 19, 24);
      assert_in_range(e.right, right - 5, right + 1);
      assert_in_range(e.top, 40 - DU_ROUND(text_ascent(styles[s])), 40 - DU_ROUND(text_x_height(styles[s])));
      assert_in_range(e.bottom, 40, 40 + DU_ROUND(text_descent(styles[s])) + 1);
    }
}

/* A quarter of a unit to the right changes the picture; a whole pixel only moves it. */
static void text_moves_by_quarters_of_a_pixel(void **state) {
  (void)state;
  begin();
  write_at(caption, DU(20), SPAN("Illinois"));
  play(pixels[0]);
  begin();
  write_at(caption, DU(20) + 16, SPAN("Illinois"));
  play(pixels[1]);
  assert_true(memcmp(pixels[0], pixels[1], sizeof pixels[0]) != 0);
  begin();
  write_at(caption, DU(21), SPAN("Illinois"));
  play(pixels[1]);
  for (int32_t y = 0; y < HEIGHT; y++)
    assert_memory_equal(pixels[0] + y * WIDTH, pixels[1] + y * WIDTH + 1, (WIDTH - 1) * sizeof(uint32_t));
}

/* What no face has is a box; it keeps its place and does not vanish. */
static void unknown_characters_can_be_seen(void **state) {
  (void)state;
  static const char *const texts[] = {"\xf3\xb0\x80\x80", "\xff", "\xe2\x80\xae", "\x1b", "\xe6\xbc\xa2"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct span text = span_from(texts[i]);
    begin();
    write_at(wire, DU(100), text);
    play(pixels[0]);
    struct edges e = ink(pixels[0]);
    if (edges_are_empty(e)) fail_msg("text %zu cannot be seen", i);
    assert_true(e.left >= 98 && e.right <= 100 + DU_ROUND(text_width(wire, text)) + 3);
  }
  begin();
  write_at(wire, DU(100), SPAN("   "));
  play(pixels[0]);
  assert_true(edges_are_empty(ink(pixels[0])));
}

static void text_is_clipped(void **state) {
  (void)state;
  begin();
  draw_clip_push(&list, rect_du(30, 0, 40, HEIGHT));
  write_at(caption, -DU(40), SPAN("A long line that starts outside and goes on"));
  draw_clip_pop(&list);
  play(pixels[0]);
  struct edges e = ink(pixels[0]);
  assert_true(e.left >= 30 && e.right <= 70 && e.left < e.right);
}

/* More glyphs than are kept: the same picture afterwards. */
static void masks_are_made_again(void **state) {
  (void)state;
  begin();
  write_at(caption, DU(20), SPAN("mail exchanger"));
  play(pixels[0]);
  for (int32_t size = 200; size < 420; size += 4) {
    struct text_style large = {FACE_SANS, WEIGHT_BOLD, DU(size)};
    begin();
    write_at(large, -DU(60), SPAN("@%WMmw"));
    play(pixels[1]);
    assert_true(raster_bytes(raster) < 24 << 20);
  }
  begin();
  write_at(caption, DU(20), SPAN("mail exchanger"));
  play(pixels[1]);
  assert_same("after many glyphs");
}

static void a_folder_without_faces_is_an_error(void **state) {
  (void)state;
  struct error_list errors = {.count = 0};
  assert_null(raster_open(SPAN("/nowhere"), &errors));
  assert_int_equal(errors.count, 1);
  error_list_free(&errors);
}

static int open_raster(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {.count = 0};
  raster = raster_open(fonts_folder(&arena), &errors);
  arena_free(&arena);
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
      cmocka_unit_test(there_are_no_ligatures),
      cmocka_unit_test(text_stands_where_the_table_says),
      cmocka_unit_test(text_moves_by_quarters_of_a_pixel),
      cmocka_unit_test(unknown_characters_can_be_seen),
      cmocka_unit_test(text_is_clipped),
      cmocka_unit_test(masks_are_made_again),
      cmocka_unit_test(a_folder_without_faces_is_an_error),
  };
  return cmocka_run_group_tests(tests, open_raster, close_raster);
}
