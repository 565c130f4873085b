/* theme: the colours, sizes and times of the viewer, by name.
 *
 * Three palettes: light, dark, high contrast. Everything that is text stands at least 4.5:1 against what it
 * is drawn on (a test computes it). Colour never carries a meaning alone: a hop also has its number, high
 * contrast has no tints at all.
 *
 * Units: lengths in 1/64 design unit, times in milliseconds, fractions of FRACTION_ONE, colours 0xAARRGGBB.
 */
#pragma once

#include "view/geometry.h"
#include "view/text_metrics.h"

enum theme_name { THEME_LIGHT, THEME_DARK, THEME_HIGH_CONTRAST, THEME_COUNT };
enum { THEME_HOPS = 6 };

/* What a text is for decides its face, weight and size. */
enum text_role {
  TEXT_ROLE,         /* "MTA" in a machine; 25 bold */
  TEXT_TITLE,        /* of the window; 22 bold */
  TEXT_CAPTION,      /* 21 semibold, on 29 */
  TEXT_PANEL_TITLE,  /* 19 bold */
  TEXT_LINK,         /* a link's protocol; 17 bold */
  TEXT_SUBTITLE,     /* 18 regular */
  TEXT_BODY,         /* 16 regular, on 24 */
  TEXT_BODY_STRONG,  /* 16 semibold */
  TEXT_SMALL,        /* 15 regular */
  TEXT_SMALL_STRONG, /* 15 semibold */
  TEXT_WIRE,         /* the conversation; mono 19, on 29 */
  TEXT_WIRE_STRONG,  /* mono 19 bold */
  TEXT_HEADER,       /* the message; mono 16, on 24 */
  TEXT_HEADER_NAME,  /* mono 16 bold */
  TEXT_HOST,         /* host names, times; mono 15 */
  TEXT_CLOCK,        /* mono 19 semibold */
  TEXT_ROLE_COUNT
};

/* The colour of hop n, from 1. After the sixth the colours come round again; `lap` says how often they have
 * (0 for hops 1 to 6), and a badge gets one more ring for each lap, beside its number. */
struct hop_style {
  uint32_t colour;    /* lines, bars, text on the surface, filled badges */
  uint32_t on_colour; /* text and icons on a filled badge */
  uint32_t lap;
};

struct theme {
  enum theme_name name;
  uint32_t background, surface, sunken;
  uint32_t border, control_border;
  uint32_t text, muted;
  uint32_t on_text; /* on an area filled with the text colour: the play button */
  uint32_t paper, ink;
  uint32_t shadow; /* with its alpha */
  uint32_t focus;  /* the ring of the focused control */
  uint32_t hops[THEME_HOPS];
  uint32_t on_hop;
  int32_t tint_percent;      /* how much hop colour a tinted area has at rest */
  int32_t highlight_percent; /* and at the height of a highlight */
  int32_t border_width;      /* of panels and controls */
  int32_t strong_width;      /* of what is active */
  int32_t text_percent;      /* 100, 125 or 150 */
  bool reduced_motion;
};

/* At 100 % text, with motion; set the last two fields as wanted. */
struct theme theme_named(enum theme_name name);
struct span theme_name_text(enum theme_name name); /* "light", "dark", "high-contrast" */
bool theme_from_text(struct span text, enum theme_name *name_out);

struct hop_style theme_hop(const struct theme *theme, uint32_t hop); /* hop 0: the muted colour */
/* The surface with the hop's tint at rest, or with a highlight that still has so much of its strength
 * (FRACTION_ONE to 0, which is the tint at rest). */
uint32_t theme_tint(const struct theme *theme, uint32_t hop);
uint32_t theme_highlight(const struct theme *theme, uint32_t hop, int32_t strength);

/* The colour for words on that ground: itself where it stands 4.5:1 against it, else as much nearer to the
 * text's colour as that takes. */
uint32_t theme_legible(const struct theme *theme, uint32_t colour, uint32_t ground);

/* A role's style, with the text size applied, and the height of its lines. */
struct text_style theme_text(const struct theme *theme, enum text_role role);
int32_t theme_line_height(const struct theme *theme, enum text_role role);

/* Space in eights. */
enum {
  SPACE_HALF = 4 * 64,
  SPACE_1 = 8 * 64,
  SPACE_GAP = 16 * 64,     /* between panels */
  SPACE_PADDING = 20 * 64, /* inside a panel */
  SPACE_WIDE = 24 * 64,
  RADIUS_PANEL = 12 * 64,
  RADIUS_CARD = 12 * 64,
  RADIUS_CONTROL = 8 * 64,
  RADIUS_SMALL = 6 * 64,
  TARGET_MIN = 40 * 64, /* of what can be clicked */
  TOP_BAR_HEIGHT = 56 * 64
};

/* Motion: how long, and by which curve. */
enum {
  MOTION_APPEAR_MS = 200,        /* a line or a caption: ease-out */
  MOTION_DOT_MS = 360,           /* a request or a reply travels: smootherstep */
  MOTION_OPEN_MS = 400,          /* a header block opens: ease-out */
  MOTION_FADE_FROM_MS = 500,     /* its highlight starts to fade … */
  MOTION_FADE_TO_MS = 2100,      /* … and is gone: linear */
  MOTION_ENVELOPE_MIN_MS = 1200, /* the envelope: smootherstep, with a small lift */
  MOTION_ENVELOPE_MAX_MS = 1500
};
/* How far a motion is after so many milliseconds of so many: 0 to FRACTION_ONE. */
int32_t motion_linear(int64_t elapsed_ms, int64_t from_ms, int64_t to_ms);
int32_t motion_ease_out(int32_t fraction);     /* cubic */
int32_t motion_smootherstep(int32_t fraction); /* 6t⁵ − 15t⁴ + 10t³ */

/* Colours. */
uint32_t colour_mix(uint32_t base, uint32_t over, int32_t percent); /* opaque */
uint32_t colour_with_alpha(uint32_t colour, uint8_t alpha);
/* The contrast ratio of two opaque colours (WCAG 2), times 100: 100 to 2100. */
uint32_t colour_contrast_x100(uint32_t a, uint32_t b);
