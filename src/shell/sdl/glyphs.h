/* glyphs: the shapes of letters as masks of coverage, made by SDL2_ttf once and kept.
 *
 * Each glyph is made at the size in device pixels, one by one, so that no ligature can appear (JetBrains Mono
 * would draw "<>" as a diamond, in a program that teaches bang paths) and every glyph stands where the view's
 * table put it. A mask exists in four horizontal positions, a quarter of a pixel apart: the face is
 * opened four times as wide as high and averaged down. Upright it is hinted, lightly.
 *
 * Ownership: a mask is borrowed until the next glyphs_get.
 * Limits: GLYPHS_BYTES_MAX of masks; beyond, all are forgotten and made again as needed.
 */
#pragma once

#include "base/error.h"
#include "view/text_metrics.h"

enum { GLYPHS_BYTES_MAX = 16 << 20, GLYPH_PHASES = 4, GLYPH_SIZE_STEPS = 8 /* steps a pixel */ };

struct glyph_mask {
  int32_t left, top; /* of its first pixel, from the origin on the baseline; top is negative above it */
  int32_t width, height;
  const uint8_t *coverage;
};

struct glyphs;

/* Opens the faces in that folder (see fonts.h); NULL and an error if one cannot be read. */
struct glyphs *glyphs_open(struct span folder, struct error_list *errors);
void glyphs_close(struct glyphs *glyphs);

/* The size is in 1/GLYPH_SIZE_STEPS pixel, the phase in quarters of a pixel. False if there is nothing to
 * draw (a space). A code point that no face has is a hollow box. */
bool glyphs_get(struct glyphs *glyphs, enum text_face face, enum text_weight weight, uint32_t size,
                uint32_t code_point, uint32_t phase, struct glyph_mask *mask_out);
size_t glyphs_bytes(const struct glyphs *glyphs);
