/* font_metrics: the table behind text_metrics, in 1/1000 em. For text_metrics.c alone.
 *
 * JetBrains Mono needs no table: every glyph is FONT_MONO_ADVANCE wide.
 */
#pragma once

#include "view/text_metrics.h"

enum {
  FONT_MONO_ADVANCE = 600,
  FONT_UNKNOWN_ADVANCE = 600,
  FONT_WIDE_ADVANCE = 1200,
  FONT_KERNED_COUNT = 102
};

struct font_heights {
  uint16_t ascent, descent, cap_height, x_height;
};
/* Code points in a row, whose advances start at an index. */
struct font_run {
  uint16_t first, count, index;
};
/* The kerning of a pair is values[first[a] * columns + second[b]], for indices into font_kerned. */
struct font_kerning {
  const uint8_t *first, *second;
  const int16_t *values;
  size_t columns;
};

extern const struct font_heights font_heights[FACE_COUNT];
extern const struct font_run font_runs[]; /* ascending */
extern const size_t font_run_count;
extern const uint16_t *const font_advances[WEIGHT_COUNT];
extern const uint16_t font_kerned[FONT_KERNED_COUNT]; /* ascending; printable ASCII comes first */
extern const struct font_kerning font_kerning[WEIGHT_COUNT];
