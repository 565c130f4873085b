/* pixmap: pixels in memory, and the few ways in which we put colour on them.
 *
 * 0xAARRGGBB, the alpha always 0xFF. Knows no SDL. Everything clips; edges are half-open.
 */
#pragma once

#include "base/span.h"

struct pixmap {
  uint32_t *pixels;
  int32_t width, height;
  int32_t stride; /* pixels from one row to the next */
};

/* A rectangle of whole pixels by its four edges. */
struct edges {
  int32_t left, top, right, bottom;
};

static inline struct edges edges_intersect(struct edges a, struct edges b) {
  return (struct edges){a.left > b.left ? a.left : b.left, a.top > b.top ? a.top : b.top,
                        a.right < b.right ? a.right : b.right, a.bottom < b.bottom ? a.bottom : b.bottom};
}
static inline bool edges_are_empty(struct edges e) {
  return e.left >= e.right || e.top >= e.bottom;
}
static inline uint32_t *pixmap_row(const struct pixmap *pixmap, int32_t y) {
  return pixmap->pixels + (ptrdiff_t)y * pixmap->stride;
}

/* The colour's alpha times 0 … 255. */
static inline uint32_t alpha_of(uint32_t colour, uint32_t times) {
  uint32_t product = (colour >> 24) * times + 128;
  return (product + (product >> 8)) >> 8;
}

/* Colour over what is there; alpha 0 … 255. Red and blue are worked together, with green apart: the two
 * products never meet. */
static inline uint32_t pixel_blend(uint32_t under, uint32_t colour, uint32_t alpha) {
  uint32_t a = alpha + (alpha >> 7), b = 256 - a;
  uint32_t red_blue = ((under & 0xFF00FF) * b + (colour & 0xFF00FF) * a + 0x800080) >> 8 & 0xFF00FF;
  uint32_t green = ((under & 0x00FF00) * b + (colour & 0x00FF00) * a + 0x008000) >> 8 & 0x00FF00;
  return 0xFF000000 | red_blue | green;
}

/* A run of pixels in one colour; x and count are already inside. */
void pixmap_run(uint32_t *pixels, int32_t count, uint32_t colour, uint32_t alpha);
/* The same for a rectangle, clipped. */
void pixmap_fill(const struct pixmap *pixmap, struct edges clip, struct edges area, uint32_t colour,
                 uint32_t alpha);
/* A run whose pixels each have their own coverage. */
void pixmap_run_covered(uint32_t *pixels, const uint8_t *coverage, int32_t count, uint32_t colour,
                        uint32_t alpha);
/* A whole mask of coverage with its top left pixel at x, y. */
void pixmap_mask(const struct pixmap *pixmap, struct edges clip, int32_t x, int32_t y,
                 const uint8_t *coverage, int32_t width, int32_t height, uint32_t colour, uint32_t alpha);
