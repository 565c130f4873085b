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
      for (int32_t strength = 0; strength <= FRACTION_ONE; strength += FRACTION_ONE / 8) {
        uint32_t ground = theme_highlight(&theme, hop, strength);
        assert_contrast(&theme, theme_legible(&theme, style.colour, ground), ground, READABLE,
                        "hop on its highlight");
      }
      assert_int_equal(theme_legible(&theme, style.colour, theme.surface), style.colour);
    }
  }
}

/* ---- colour blindness ---- */

/* Linear light as somebody sees it who lacks one kind of cone (Machado, Oliveira and Fernandes 2009, severity
 * 1). */
static const double sights[][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};
static const char *const sight_names[] = {"all cones", "protanopia", "deuteranopia", "tritanopia"};

/* By Newton's method, so that no library of mathematics is needed. */
static double root(double value, int degree) {
  double x = value > 1 ? value : 1;
  if (value <= 0) return 0;
  for (int i = 0; i < 200; i++) {
    double power = 1;
    for (int k = 1; k < degree; k++) power *= x;
    x += (value / power - x) / degree;
  }
  return x;
}

static double linear_of(uint32_t octet) {
  double c = octet / 255.0;
  if (c <= 0.04045) return c / 12.92;
  double base = (c + 0.055) / 1.055, tenth = root(base, 5); /* to the power of 2.4 = 12/5 */
  double power = 1;
  for (int i = 0; i < 12; i++) power *= tenth;
  return power;
}

static double lightness(double t) {
  return t > 0.008856 ? root(t, 3) : 7.787 * t + 16.0 / 116;
}

/* CIE L*a*b* of a colour as that sight has it. */
static void lab_of(uint32_t colour, const double sight[3][3], double lab[3]) {
  const double light[3] = {linear_of(colour >> 16 & 0xFF), linear_of(colour >> 8 & 0xFF),
                           linear_of(colour & 0xFF)};
  double seen[3];
  for (int i = 0; i < 3; i++) {
    seen[i] = sight[i][0] * light[0] + sight[i][1] * light[1] + sight[i][2] * light[2];
    seen[i] = seen[i] < 0 ? 0 : seen[i] > 1 ? 1 : seen[i];
  }
  double x = lightness((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505);
  double y = lightness(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
  double z = lightness((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
  lab[0] = 116 * y - 16;
  lab[1] = 500 * (x - y);
  lab[2] = 200 * (y - z);
}

enum { APART = 15 }; /* a difference of 2.3 can just be seen; this can be seen from the last row */

/* High contrast has no colours: there the numbers carry it all. */
static void hops_stay_apart_to_every_eye(void **state) {
  (void)state;
  for (unsigned n = THEME_LIGHT; n <= THEME_DARK; n++) {
    struct theme theme = theme_named((enum theme_name)n);
    for (size_t s = 0; s < sizeof sights / sizeof *sights; s++) {
      for (uint32_t a = 1; a <= THEME_HOPS; a++) {
        for (uint32_t b = a + 1; b <= THEME_HOPS; b++) {
          double x[3], y[3], square = 0;
          lab_of(theme_hop(&theme, a).colour, sights[s], x);
          lab_of(theme_hop(&theme, b).colour, sights[s], y);
          for (int i = 0; i < 3; i++) square += (x[i] - y[i]) * (x[i] - y[i]);
          if (square < APART * APART)
            fail_msg("%.*s, %s: hops %u and %u look alike", SPAN_ARG(theme_name_text(theme.name)),
                     sight_names[s], a, b);
        }
      }
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
      cmocka_unit_test(every_text_can_be_read),
      cmocka_unit_test(hops_stay_apart_to_every_eye),
      cmocka_unit_test(contrast_is_as_defined),
      cmocka_unit_test(hops_come_round_with_a_lap),
      cmocka_unit_test(names),
      cmocka_unit_test(no_text_is_under_15_units),
      cmocka_unit_test(motions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
