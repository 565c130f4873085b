/* text_metrics: how wide text is, from a table in the program, the same on every machine.
 *
 * The view always lays out with this table, and whoever draws puts each glyph where the table says; so a
 * picture breaks its lines in the same places with any font file, or with none. The table holds the
 * advances and kerning of Inter and JetBrains Mono (font_metrics_data.c, made by assets/fonts/metrics.py).
 *
 * Text is UTF-8, but it may be a stranger's mail. One code point is one glyph, from left to right:
 *   a byte that is not UTF-8      one U+FFFD each
 *   a control character           its picture, U+2400 …
 *   invisible and bidi controls   U+FFFD, so that they cannot hide or turn what is shown
 *   a code point not in the table an advance of 0.6 em, 1.2 em if East Asian wide, 0 if combining
 *
 * Units: 1/64 design unit; an advance is summed in 1/1000 em and rounded once, so that the
 * width of a text is the position of the glyph that would follow it.
 */
#pragma once

#include "view/geometry.h"

enum text_face { FACE_SANS, FACE_MONO, FACE_COUNT };
enum text_weight { WEIGHT_REGULAR, WEIGHT_SEMIBOLD, WEIGHT_BOLD, WEIGHT_COUNT };

struct text_style {
  enum text_face face;
  enum text_weight weight;
  int32_t size; /* of the em */
};

int32_t text_width(struct text_style style, struct span text);
/* Of one glyph alone. */
int32_t text_advance(struct text_style style, uint32_t code_point);

/* Heights above and below the baseline, as positive numbers. */
int32_t text_ascent(struct text_style style);
int32_t text_descent(struct text_style style);
int32_t text_cap_height(struct text_style style);
int32_t text_x_height(struct text_style style);

/* How many bytes of the text, in whole code points, fit into the width. */
size_t text_fit(struct text_style style, struct span text, int32_t width);
/* The byte offset of the gap between glyphs that is nearest to x: where a click puts a selection. */
size_t text_offset_at(struct text_style style, struct span text, int32_t x);

/* The glyphs one by one. */
struct text_glyph {
  uint32_t code_point; /* what to draw; a space need not be */
  int32_t x;           /* of its origin, from the text's left end */
  int32_t advance;
  size_t offset; /* of its first byte */
  size_t size;   /* bytes it came from */
};
struct text_glyphs {
  struct text_style style;
  struct span text;
  size_t offset;
  int32_t pen_em;    /* 1/1000 em so far */
  uint32_t previous; /* for kerning; 0 at the start */
};

struct text_glyphs text_glyphs(struct text_style style, struct span text);
bool text_glyphs_next(struct text_glyphs *glyphs, struct text_glyph *glyph_out);

/* Takes one code point off the text by the rules above; its size in bytes, 0 at the end. */
size_t text_decode(struct span text, uint32_t *code_point_out);
