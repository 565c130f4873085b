#include "view/theme.h"

#include "base/check.h"

static const struct theme themes[THEME_COUNT] = {
    [THEME_LIGHT] = {.name = THEME_LIGHT,
                     .background = 0xFFEEF1F5,
                     .surface = 0xFFFFFFFF,
                     .sunken = 0xFFF4F6F9,
                     .border = 0xFFC9D1DB,
                     .control_border = 0xFF7C8693,
                     .text = 0xFF11161D,
                     .muted = 0xFF46505D,
                     .on_text = 0xFFFFFFFF,
                     .paper = 0xFFFFFDF6,
                     .ink = 0xFF2A2118,
                     .shadow = 0x38202A38,
                     .focus = 0xFF2463E0,
                     .hops = {0xFF2463E0, 0xFF742B08, 0xFF00665A, 0xFFBA3494, 0xFF807012, 0xFF3F1A86},
                     .on_hop = 0xFFFFFFFF,
                     .tint_percent = 6,
                     .highlight_percent = 12,
                     .border_width = DU(1),
                     .strong_width = DU(3),
                     .text_percent = 100},
    [THEME_DARK] = {.name = THEME_DARK,
                    .background = 0xFF0B0E13,
                    .surface = 0xFF161B23,
                    .sunken = 0xFF1D242E,
                    .border = 0xFF323C4A,
                    .control_border = 0xFF6C7887,
                    .text = 0xFFF2F5F8,
                    .muted = 0xFFB4BFCC,
                    .on_text = 0xFF0B0E13,
                    .paper = 0xFFFFFDF6,
                    .ink = 0xFF2A2118,
                    .shadow = 0x98000000,
                    .focus = 0xFF8AB8FF,
                    .hops = {0xFF8AB8FF, 0xFFFB6A30, 0xFF63F2C4, 0xFFE08BB5, 0xFFF0CE3C, 0xFF9D85FF},
                    .on_hop = 0xFF0B0E13,
                    .tint_percent = 10,
                    .highlight_percent = 18,
                    .border_width = DU(1),
                    .strong_width = DU(3),
                    .text_percent = 100},
    [THEME_HIGH_CONTRAST] = {.name = THEME_HIGH_CONTRAST,
                             .background = 0xFF000000,
                             .surface = 0xFF000000,
                             .sunken = 0xFF000000,
                             .border = 0xFFFFFFFF,
                             .control_border = 0xFFFFFFFF,
                             .text = 0xFFFFFFFF,
                             .muted = 0xFFFFFFFF,
                             .on_text = 0xFF000000,
                             .paper = 0xFFFFFFFF,
                             .ink = 0xFF000000,
                             .shadow = 0x00000000,
                             .focus = 0xFFFFFFFF,
                             .hops = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF},
                             .on_hop = 0xFF000000,
                             .tint_percent = 0,
                             .highlight_percent = 0,
                             .border_width = DU(3),
                             .strong_width = DU(5),
                             .text_percent = 100},
};

static const struct span names[THEME_COUNT] = {SPAN_INIT("light"), SPAN_INIT("dark"),
                                               SPAN_INIT("high-contrast")};

struct theme theme_named(enum theme_name name) {
  CHECK(name < THEME_COUNT);
  return themes[name];
}

struct span theme_name_text(enum theme_name name) {
  CHECK(name < THEME_COUNT);
  return names[name];
}

bool theme_from_text(struct span text, enum theme_name *name_out) {
  for (unsigned i = 0; i < THEME_COUNT; i++) {
    if (!span_equal(text, names[i])) continue;
    *name_out = (enum theme_name)i;
    return true;
  }
  return false;
}

/* So many parts of `whole` of one colour over the other; opaque. */
static uint32_t mix(uint32_t base, uint32_t over, uint32_t part, uint32_t whole) {
  uint32_t mixed = 0xFF000000;
  for (unsigned shift = 0; shift < 24; shift += 8) {
    uint32_t a = base >> shift & 0xFF, b = over >> shift & 0xFF;
    mixed |= ((a * (whole - part) + b * part + whole / 2) / whole) << shift;
  }
  return mixed;
}

struct hop_style theme_hop(const struct theme *theme, uint32_t hop) {
  if (hop == 0) return (struct hop_style){theme->muted, theme->surface, 0};
  return (struct hop_style){theme->hops[(hop - 1) % THEME_HOPS], theme->on_hop, (hop - 1) / THEME_HOPS};
}

uint32_t theme_tint(const struct theme *theme, uint32_t hop) {
  return theme_highlight(theme, hop, 0);
}

uint32_t theme_highlight(const struct theme *theme, uint32_t hop, int32_t strength) {
  if (hop == 0) return theme->sunken;
  /* In 1/64 of a percent, so that a fade has no steps. */
  uint32_t part = (uint32_t)lerp(theme->tint_percent * 64, theme->highlight_percent * 64, strength);
  return mix(theme->surface, theme_hop(theme, hop).colour, part, 6400);
}

struct role_style {
  enum text_face face;
  enum text_weight weight;
  int32_t size, line_height; /* whole design units at 100 % */
};

static const struct role_style roles[TEXT_ROLE_COUNT] = {
    [TEXT_ROLE] = {FACE_SANS, WEIGHT_BOLD, 25, 30},
    [TEXT_TITLE] = {FACE_SANS, WEIGHT_BOLD, 22, 28},
    [TEXT_CAPTION] = {FACE_SANS, WEIGHT_SEMIBOLD, 21, 29},
    [TEXT_PANEL_TITLE] = {FACE_SANS, WEIGHT_BOLD, 19, 24},
    [TEXT_LINK] = {FACE_SANS, WEIGHT_BOLD, 17, 21},
    [TEXT_SUBTITLE] = {FACE_SANS, WEIGHT_REGULAR, 18, 24},
    [TEXT_BODY] = {FACE_SANS, WEIGHT_REGULAR, 16, 24},
    [TEXT_BODY_STRONG] = {FACE_SANS, WEIGHT_SEMIBOLD, 16, 24},
    [TEXT_SMALL] = {FACE_SANS, WEIGHT_REGULAR, 15, 20},
    [TEXT_SMALL_STRONG] = {FACE_SANS, WEIGHT_SEMIBOLD, 15, 20},
    [TEXT_WIRE] = {FACE_MONO, WEIGHT_REGULAR, 19, 29},
    [TEXT_WIRE_STRONG] = {FACE_MONO, WEIGHT_BOLD, 19, 29},
    [TEXT_HEADER] = {FACE_MONO, WEIGHT_REGULAR, 16, 24},
    [TEXT_HEADER_NAME] = {FACE_MONO, WEIGHT_BOLD, 16, 24},
    [TEXT_HOST] = {FACE_MONO, WEIGHT_REGULAR, 15, 20},
    [TEXT_CLOCK] = {FACE_MONO, WEIGHT_SEMIBOLD, 19, 24},
};

uint32_t theme_legible(const struct theme *theme, uint32_t colour, uint32_t ground) {
  enum { LEAST_X100 = 450, STEP_PERCENT = 10 };
  uint32_t nearer = colour;
  for (int32_t percent = STEP_PERCENT; percent <= 100 && colour_contrast_x100(nearer, ground) < LEAST_X100;
       percent += STEP_PERCENT)
    nearer = colour_mix(colour, theme->text, percent);
  return nearer;
}

struct text_style theme_text(const struct theme *theme, enum text_role role) {
  CHECK(role < TEXT_ROLE_COUNT);
  const struct role_style *r = &roles[role];
  return (struct text_style){r->face, r->weight, DU(r->size) * theme->text_percent / 100};
}

int32_t theme_line_height(const struct theme *theme, enum text_role role) {
  CHECK(role < TEXT_ROLE_COUNT);
  return DU(roles[role].line_height) * theme->text_percent / 100;
}

int32_t motion_linear(int64_t elapsed_ms, int64_t from_ms, int64_t to_ms) {
  if (elapsed_ms <= from_ms) return elapsed_ms == from_ms && from_ms >= to_ms ? FRACTION_ONE : 0;
  if (elapsed_ms >= to_ms) return FRACTION_ONE;
  return (int32_t)((elapsed_ms - from_ms) * FRACTION_ONE / (to_ms - from_ms));
}

static int64_t fixed_multiply(int64_t a, int64_t b) {
  return (a * b + FRACTION_ONE / 2) / FRACTION_ONE;
}

static int64_t clamp_fraction(int64_t fraction) {
  return fraction < 0 ? 0 : fraction > FRACTION_ONE ? FRACTION_ONE : fraction;
}

int32_t motion_ease_out(int32_t fraction) {
  int64_t left = FRACTION_ONE - clamp_fraction(fraction);
  return (int32_t)(FRACTION_ONE - fixed_multiply(fixed_multiply(left, left), left));
}

int32_t motion_smootherstep(int32_t fraction) {
  int64_t t = clamp_fraction(fraction);
  int64_t inner = fixed_multiply(t, 6 * t - 15 * (int64_t)FRACTION_ONE) + 10 * (int64_t)FRACTION_ONE;
  int64_t cube = fixed_multiply(fixed_multiply(t, t), t);
  return (int32_t)clamp_fraction(fixed_multiply(cube, inner));
}

uint32_t colour_mix(uint32_t base, uint32_t over, int32_t percent) {
  uint32_t part = percent < 0 ? 0 : percent > 100 ? 100 : (uint32_t)percent;
  return mix(base, over, part, 100);
}

uint32_t colour_with_alpha(uint32_t colour, uint8_t alpha) {
  return (colour & 0x00FFFFFF) | (uint32_t)alpha << 24;
}

/* Light of a channel's value (IEC 61966-2-1), of 65535: a table, since the formula needs powers. */
static const uint16_t linear_light[256] = {
    0,     20,    40,    60,    80,    99,    119,   139,   159,   179,   199,   219,   241,   264,   288,
    313,   340,   367,   396,   427,   458,   491,   526,   562,   599,   637,   677,   718,   761,   805,
    851,   898,   947,   997,   1048,  1101,  1156,  1212,  1270,  1330,  1391,  1453,  1517,  1583,  1651,
    1720,  1790,  1863,  1937,  2013,  2090,  2170,  2250,  2333,  2418,  2504,  2592,  2681,  2773,  2866,
    2961,  3058,  3157,  3258,  3360,  3464,  3570,  3678,  3788,  3900,  4014,  4129,  4247,  4366,  4488,
    4611,  4736,  4864,  4993,  5124,  5257,  5392,  5530,  5669,  5810,  5953,  6099,  6246,  6395,  6547,
    6700,  6856,  7014,  7174,  7335,  7500,  7666,  7834,  8004,  8177,  8352,  8528,  8708,  8889,  9072,
    9258,  9445,  9635,  9828,  10022, 10219, 10417, 10619, 10822, 11028, 11235, 11446, 11658, 11873, 12090,
    12309, 12530, 12754, 12980, 13209, 13440, 13673, 13909, 14146, 14387, 14629, 14874, 15122, 15371, 15623,
    15878, 16135, 16394, 16656, 16920, 17187, 17456, 17727, 18001, 18277, 18556, 18837, 19121, 19407, 19696,
    19987, 20281, 20577, 20876, 21177, 21481, 21787, 22096, 22407, 22721, 23038, 23357, 23678, 24002, 24329,
    24658, 24990, 25325, 25662, 26001, 26344, 26688, 27036, 27386, 27739, 28094, 28452, 28813, 29176, 29542,
    29911, 30282, 30656, 31033, 31412, 31794, 32179, 32567, 32957, 33350, 33745, 34143, 34544, 34948, 35355,
    35764, 36176, 36591, 37008, 37429, 37852, 38278, 38706, 39138, 39572, 40009, 40449, 40891, 41337, 41785,
    42236, 42690, 43147, 43606, 44069, 44534, 45002, 45473, 45947, 46423, 46903, 47385, 47871, 48359, 48850,
    49344, 49841, 50341, 50844, 51349, 51858, 52369, 52884, 53401, 53921, 54445, 54971, 55500, 56032, 56567,
    57105, 57646, 58190, 58737, 59287, 59840, 60396, 60955, 61517, 62082, 62650, 63221, 63795, 64372, 64952,
    65535,
};

/* Relative luminance, of 655350000. */
static uint64_t luminance(uint32_t colour) {
  return 2126u * (uint64_t)linear_light[colour >> 16 & 0xFF] +
         7152u * (uint64_t)linear_light[colour >> 8 & 0xFF] + 722u * (uint64_t)linear_light[colour & 0xFF];
}

uint32_t colour_contrast_x100(uint32_t a, uint32_t b) {
  const uint64_t flare = 655350000 / 20;
  uint64_t light = luminance(a) + flare, dark = luminance(b) + flare;
  if (light < dark) {
    uint64_t swap = light;
    light = dark;
    dark = swap;
  }
  return (uint32_t)(light * 100 / dark);
}
