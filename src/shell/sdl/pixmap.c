#include "shell/sdl/pixmap.h"

#include <wchar.h>

/* Two pixels at once: eight channels of 16 bits. The compiler makes of it what the machine has. A channel
 * times 256 and the rounding just fit. */
typedef uint8_t channels8 __attribute__((vector_size(8)));
typedef uint16_t channels16 __attribute__((vector_size(16)));

static inline channels16 load_pair(const uint32_t *pixels) {
  channels8 bytes;
  memcpy(&bytes, pixels, sizeof bytes);
  return __builtin_convertvector(bytes, channels16);
}

static inline void store_pair(uint32_t *pixels, channels16 pair) {
  channels8 bytes = __builtin_convertvector(pair, channels8);
  memcpy(pixels, &bytes, sizeof bytes);
}

/* 0 … 256 parts for each of two pixels. */
static inline channels16 parts_of(uint32_t first, uint32_t second) {
  uint16_t a = (uint16_t)(first + (first >> 7)), b = (uint16_t)(second + (second >> 7));
  return (channels16){a, a, a, a, b, b, b, b};
}

static inline channels16 pair_of(uint32_t colour) {
  const uint32_t twice[2] = {colour | 0xFF000000, colour | 0xFF000000};
  return load_pair(twice);
}

static inline void blend_pair(uint32_t *pixels, channels16 colour, channels16 parts) {
  store_pair(pixels, (load_pair(pixels) * (256 - parts) + colour * parts + 128) >> 8);
}

enum { LONG_RUN = 256 };

/* Long rows are most of a frame's bytes, and the C library fills them with the widest registers the machine
 * has; where its wide characters are 32 bits, so are our pixels. */
static void fill_run(uint32_t *pixels, int32_t count, uint32_t opaque) {
#if WCHAR_MAX >= 0x7FFFFFFF
  if (count >= LONG_RUN) {
    wmemset((wchar_t *)pixels, (wchar_t)opaque, (size_t)count);
    return;
  }
#endif
  for (int32_t i = 0; i < count; i++) pixels[i] = opaque;
}

void pixmap_run(uint32_t *pixels, int32_t count, uint32_t colour, uint32_t alpha) {
  if (alpha == 0) return;
  if (alpha == 255) {
    fill_run(pixels, count, colour | 0xFF000000);
    return;
  }
  channels16 pair = pair_of(colour), parts = parts_of(alpha, alpha);
  int32_t i = 0;
  for (; i + 2 <= count; i += 2) blend_pair(pixels + i, pair, parts);
  if (i < count) pixels[i] = pixel_blend(pixels[i], colour, alpha);
}

void pixmap_fill(const struct pixmap *pixmap, struct edges clip, struct edges area, uint32_t colour,
                 uint32_t alpha) {
  struct edges e = edges_intersect(clip, area);
  if (edges_are_empty(e)) return;
  for (int32_t y = e.top; y < e.bottom; y++)
    pixmap_run(pixmap_row(pixmap, y) + e.left, e.right - e.left, colour, alpha);
}

/* Two bytes' product over 255, rounded. */
static uint32_t covered_alpha(uint32_t coverage, uint32_t alpha) {
  uint32_t product = coverage * alpha + 128;
  return (product + (product >> 8)) >> 8;
}

/* By fours: mostly nothing, else without a branch, which would rarely be foreseen. Blending with 0 changes
 * nothing and with 255 is the colour itself. Inline, so that a glyph's rows share what is set up. */
static inline void blend_covered(uint32_t *pixels, const uint8_t *coverage, int32_t count, uint32_t colour,
                                 channels16 pair, uint32_t alpha) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    uint32_t four;
    memcpy(&four, coverage + i, sizeof four);
    if (four == 0) continue;
    uint32_t a[4];
    for (int32_t k = 0; k < 4; k++)
      a[k] = alpha == 255 ? coverage[i + k] : covered_alpha(coverage[i + k], alpha);
    blend_pair(pixels + i, pair, parts_of(a[0], a[1]));
    blend_pair(pixels + i + 2, pair, parts_of(a[2], a[3]));
  }
  for (; i < count; i++)
    if (coverage[i]) pixels[i] = pixel_blend(pixels[i], colour, covered_alpha(coverage[i], alpha));
}

void pixmap_run_covered(uint32_t *pixels, const uint8_t *coverage, int32_t count, uint32_t colour,
                        uint32_t alpha) {
  blend_covered(pixels, coverage, count, colour, pair_of(colour), alpha);
}

void pixmap_mask(const struct pixmap *pixmap, struct edges clip, int32_t x, int32_t y,
                 const uint8_t *coverage, int32_t width, int32_t height, uint32_t colour, uint32_t alpha) {
  struct edges e = edges_intersect(clip, (struct edges){x, y, x + width, y + height});
  if (edges_are_empty(e) || alpha == 0) return;
  channels16 pair = pair_of(colour);
  coverage += (ptrdiff_t)(e.top - y) * width + (e.left - x);
  uint32_t *pixels = pixmap_row(pixmap, e.top) + e.left;
  for (int32_t row = e.top; row < e.bottom; row++, coverage += width, pixels += pixmap->stride) {
    if (alpha == 255)
      blend_covered(pixels, coverage, e.right - e.left, colour, pair, 255);
    else
      blend_covered(pixels, coverage, e.right - e.left, colour, pair, alpha);
  }
}
