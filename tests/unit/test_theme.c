/* The palette can be read, and motions begin and end where they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/theme.h"

enum { READABLE = 450, VISIBLE = 300 }; /* WCAG 2: text, and the edges of controls */

static void assert_contrast(const struct theme *theme, uint32_t front, uint32_t back, uint32_t least,
                            const char *what) {
  uint32_t got = colour_contrast_x100(front, back);
  if (got < least)
    fail_msg("%.*s, %s: #%06X on #%06X is %u.%02u:1", SPAN_ARG(theme_name_text(theme->name)), what,
             front & 0xFFFFFF, back & 0xFFFFFF, got / 100, got % 100);
}

/* What is written on any ground of the theme, tinted and highlighted ones too. */
static void assert_readable_grounds(const struct theme *theme, uint32_t front, const char *what) {
  const uint32_t grounds[] = {theme->background, theme->surface, theme->sunken};
  for (size_t i = 0; i < 3; i++) assert_contrast(theme, front, grounds[i], READABLE, what);
}

static void every_text_can_be_read(void **state) {
  (void)state;
  for (unsigned n = 0; n < THEME_COUNT; n++) {
    struct theme theme = theme_named((enum theme_name)n);
    assert_readable_grounds(&theme, theme.text, "text");
    assert_readable_grounds(&theme, theme.muted, "muted");
    assert_contrast(&theme, theme.on_text, theme.text, READABLE, "on text");
    assert_contrast(&theme, theme.ink, theme.paper, READABLE, "ink");
    assert_contrast(&theme, theme.control_border, theme.surface, VISIBLE, "control border");
    assert_contrast(&theme, theme.focus, theme.surface, VISIBLE, "focus");
    for (uint32_t hop = 1; hop <= THEME_HOPS; hop++) {
      struct hop_style style = theme_hop(&theme, hop);
      assert_contrast(&theme, style.colour, theme.surface, READABLE, "hop");
      assert_contrast(&theme, style.on_colour, style.colour, READABLE, "on hop");
      assert_contrast(&theme, theme.text, theme_highlight(&theme, hop, FRACTION_ONE), READABLE,
                      "text on highlight");
      assert_contrast(&theme, theme.muted, theme_highlight(&theme, hop, FRACTION_ONE), READABLE,
                      "muted on highlight");
      assert_contrast(&theme, style.colour, theme_tint(&theme, hop), 400, "hop on its tint");
    }
  }
}

static void contrast_is_as_defined(void **state) {
  (void)state;
  assert_int_equal(colour_contrast_x100(0xFF000000, 0xFFFFFFFF), 2100);
  assert_int_equal(colour_contrast_x100(0xFF777777, 0xFF777777), 100);
  assert_int_equal(colour_contrast_x100(0xFF777777, 0xFFFFFFFF), 447);
  assert_int_equal(colour_contrast_x100(0xFFFFFFFF, 0xFF777777), 447);
  assert_int_equal(colour_mix(0xFF000000, 0xFFFF8000, 50), 0xFF804000);
  assert_int_equal(colour_with_alpha(0xFF123456, 0x80), 0x80123456);
}

static void hops_come_round_with_a_lap(void **state) {
  (void)state;
  struct theme theme = theme_named(THEME_LIGHT);
  assert_int_equal(theme_hop(&theme, 1).colour, 0xFF2463E0);
  assert_int_equal(theme_hop(&theme, 6).lap, 0);
  assert_int_equal(theme_hop(&theme, 7).colour, theme_hop(&theme, 1).colour);
  assert_int_equal(theme_hop(&theme, 7).lap, 1);
  assert_int_equal(theme_hop(&theme, 0).colour, theme.muted);
  assert_int_equal(theme_tint(&theme, 0), theme.sunken);
  struct theme contrast = theme_named(THEME_HIGH_CONTRAST);
  assert_int_equal(theme_highlight(&contrast, 3, FRACTION_ONE), contrast.surface);
}

static void names(void **state) {
  (void)state;
  for (unsigned n = 0; n < THEME_COUNT; n++) {
    enum theme_name found;
    assert_true(theme_from_text(theme_name_text((enum theme_name)n), &found));
    assert_int_equal(found, n);
    assert_int_equal(theme_named(found).name, n);
  }
  enum theme_name none;
  assert_false(theme_from_text(SPAN("Light"), &none));
}

static void no_text_is_under_15_units(void **state) {
  (void)state;
  struct theme theme = theme_named(THEME_DARK);
  for (unsigned r = 0; r < TEXT_ROLE_COUNT; r++) {
    theme.text_percent = 100;
    struct text_style style = theme_text(&theme, (enum text_role)r);
    int32_t height = theme_line_height(&theme, (enum text_role)r);
    assert_true(style.size >= DU(15));
    assert_true(height >= style.size * 6 / 5);
    theme.text_percent = 150;
    assert_int_equal(theme_text(&theme, (enum text_role)r).size, style.size * 3 / 2);
    assert_int_equal(theme_line_height(&theme, (enum text_role)r), height * 3 / 2);
  }
}

static void motions(void **state) {
  (void)state;
  int32_t (*const curves[])(int32_t) = {motion_ease_out, motion_smootherstep};
  for (size_t c = 0; c < 2; c++) {
    assert_int_equal(curves[c](0), 0);
    assert_int_equal(curves[c](FRACTION_ONE), FRACTION_ONE);
    assert_int_equal(curves[c](-5), 0);
    assert_int_equal(curves[c](FRACTION_ONE + 5), FRACTION_ONE);
    int32_t last = 0;
    for (int32_t t = 0; t <= FRACTION_ONE; t += 64) {
      int32_t now = curves[c](t);
      assert_true(now >= last - 1); /* rounding may step back by one part in 65536 */
      last = now;
    }
  }
  assert_int_equal(motion_ease_out(FRACTION_ONE / 2), FRACTION_ONE * 7 / 8);
  assert_int_equal(motion_smootherstep(FRACTION_ONE / 2), FRACTION_ONE / 2);
  assert_int_equal(motion_linear(500, 500, 2100), 0);
  assert_int_equal(motion_linear(1300, 500, 2100), FRACTION_ONE / 2);
  assert_int_equal(motion_linear(9999, 500, 2100), FRACTION_ONE);
  assert_int_equal(motion_linear(7, 7, 7), FRACTION_ONE);
  assert_int_equal(motion_linear(6, 7, 7), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_text_can_be_read),     cmocka_unit_test(contrast_is_as_defined),
      cmocka_unit_test(hops_come_round_with_a_lap), cmocka_unit_test(names),
      cmocka_unit_test(no_text_is_under_15_units),  cmocka_unit_test(motions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
