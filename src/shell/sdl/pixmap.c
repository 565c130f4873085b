#include "shell/sdl/pixmap.h"

void pixmap_run(uint32_t *pixels, int32_t count, uint32_t colour, uint32_t alpha) {
  if (alpha == 0) return;
  if (alpha == 255) {
    uint32_t opaque = colour | 0xFF000000;
    for (int32_t i = 0; i < count; i++) pixels[i] = opaque;
    return;
  }
  uint32_t a = alpha + (alpha >> 7), b = 256 - a;
  uint32_t red_blue = (colour & 0xFF00FF) * a + 0x800080, green = (colour & 0x00FF00) * a + 0x008000;
  for (int32_t i = 0; i < count; i++) {
    uint32_t under = pixels[i];
    pixels[i] = 0xFF000000 | (((under & 0xFF00FF) * b + red_blue) >> 8 & 0xFF00FF) |
                (((under & 0x00FF00) * b + green) >> 8 & 0x00FF00);
  }
}

void pixmap_fill(const struct pixmap *pixmap, struct edges clip, struct edges area, uint32_t colour,
                 uint32_t alpha) {
  struct edges e = edges_intersect(clip, area);
  if (edges_are_empty(e)) return;
  for (int32_t y = e.top; y < e.bottom; y++)
    pixmap_run(pixmap_row(pixmap, y) + e.left, e.right - e.left, colour, alpha);
}

void pixmap_run_covered(uint32_t *pixels, const uint8_t *coverage, int32_t count, uint32_t colour,
                        uint32_t alpha) {
  uint32_t opaque = colour | 0xFF000000;
  for (int32_t i = 0; i < count; i++) {
    uint32_t covered = coverage[i];
    if (covered == 0) continue;
    if (alpha != 255) {
      uint32_t product = covered * alpha + 128;
      covered = (product + (product >> 8)) >> 8;
    }
    pixels[i] = covered == 255 ? opaque : pixel_blend(pixels[i], colour, covered);
  }
}

void pixmap_mask(const struct pixmap *pixmap, struct edges clip, int32_t x, int32_t y,
                 const uint8_t *coverage, int32_t width, int32_t height, uint32_t colour, uint32_t alpha) {
  struct edges e = edges_intersect(clip, (struct edges){x, y, x + width, y + height});
  if (edges_are_empty(e) || alpha == 0) return;
  for (int32_t row = e.top; row < e.bottom; row++)
    pixmap_run_covered(pixmap_row(pixmap, row) + e.left,
                       coverage + (ptrdiff_t)(row - y) * width + (e.left - x), e.right - e.left, colour,
                       alpha);
}
