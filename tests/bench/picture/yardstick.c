/* The least that the picture costs: opaque rows for the boxes, and masks that are all ready for the lines and
 * the glyphs, blended in one plain loop. Nothing is laid out, looked up or computed while it draws. Corners
 * are square. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "picture.h"
#include "shell/sdl/glyphs.h"

struct blit {
  int32_t x, y, width, height;
  uint32_t colour;
  uint8_t *mask;
};

struct yardstick {
  const struct picture *picture;
  uint32_t *pixels;
  struct blit blits[PICTURE_LINES + PICTURE_ROWS * PICTURE_ROW_GLYPHS];
  size_t count;
};

static void ready_line(struct yardstick *y, const struct picture_line *l) {
  int32_t margin = l->width, left = (l->from.x < l->to.x ? l->from.x : l->to.x) - margin;
  int32_t top = (l->from.y < l->to.y ? l->from.y : l->to.y) - margin;
  struct blit blit = {
      left,      top, abs(l->to.x - l->from.x) + 2 * margin, abs(l->to.y - l->from.y) + 2 * margin,
      l->colour, NULL};
  blit.mask = mem_zalloc((size_t)blit.width * (size_t)blit.height);
  float dx = (float)(l->to.x - l->from.x), dy = (float)(l->to.y - l->from.y),
        square = dx * dx + dy * dy + 1e-6f;
  for (int32_t row = 0; row < blit.height; row++)
    for (int32_t x = 0; x < blit.width; x++) {
      float px = (float)(left + x - l->from.x) + 0.5f, py = (float)(top + row - l->from.y) + 0.5f;
      float t = fminf(fmaxf((px * dx + py * dy) / square, 0), 1);
      float covered = (float)l->width / 2 + 0.5f - hypotf(px - t * dx, py - t * dy);
      blit.mask[row * blit.width + x] = (uint8_t)(fminf(fmaxf(covered, 0), 1) * 255);
    }
  y->blits[y->count++] = blit;
}

static void ready_row(struct yardstick *y, const struct picture_row *r, struct glyphs *glyphs) {
  const struct text_style style = {FACE_MONO, WEIGHT_REGULAR, DU(PICTURE_TEXT_PX)};
  struct text_glyphs run = text_glyphs(style, span_from(r->text));
  struct text_glyph glyph;
  while (text_glyphs_next(&run, &glyph)) {
    struct glyph_mask m;
    if (!glyphs_get(glyphs, FACE_MONO, WEIGHT_REGULAR, PICTURE_TEXT_PX * GLYPH_SIZE_STEPS, glyph.code_point,
                    0, &m))
      continue;
    size_t size = (size_t)m.width * (size_t)m.height;
    struct blit blit = {
        r->x + glyph.x / 64 + m.left, r->baseline + m.top, m.width, m.height, r->colour, mem_alloc(size)};
    memcpy(blit.mask, m.coverage, size);
    y->blits[y->count++] = blit;
  }
}

struct yardstick *yardstick_open(const struct picture *picture, struct span font_folder) {
  struct error_list errors = {.count = 0};
  struct glyphs *glyphs = glyphs_open(font_folder, &errors);
  if (!glyphs) return NULL;
  struct yardstick *y = mem_zalloc(sizeof *y);
  y->picture = picture;
  y->pixels = mem_alloc(sizeof(uint32_t) * PICTURE_WIDTH * PICTURE_HEIGHT);
  for (size_t i = 0; i < PICTURE_LINES; i++) ready_line(y, &picture->lines[i]);
  for (size_t i = 0; i < PICTURE_ROWS; i++) ready_row(y, &picture->rows[i], glyphs);
  glyphs_close(glyphs);
  return y;
}

void yardstick_close(struct yardstick *y) {
  if (!y) return;
  for (size_t i = 0; i < y->count; i++) mem_free(y->blits[i].mask);
  mem_free(y->pixels);
  mem_free(y);
}

static void fill(uint32_t *pixels, int32_t left, int32_t top, int32_t width, int32_t height,
                 uint32_t colour) {
  for (int32_t y = top; y < top + height; y++)
    for (int32_t x = left; x < left + width; x++) pixels[y * PICTURE_WIDTH + x] = colour;
}

static void blend(uint32_t *pixels, const struct blit *b) {
  uint32_t red_blue = b->colour & 0xFF00FF, green = b->colour & 0xFF00;
  for (int32_t y = 0; y < b->height; y++) {
    uint32_t *row = pixels + (b->y + y) * PICTURE_WIDTH + b->x;
    const uint8_t *mask = b->mask + y * b->width;
    for (int32_t x = 0; x < b->width; x++) {
      uint32_t a = mask[x], under = row[x];
      if (a == 0) continue;
      row[x] = 0xFF000000 | (((under & 0xFF00FF) * (256 - a) + red_blue * a) >> 8 & 0xFF00FF) |
               (((under & 0xFF00) * (256 - a) + green * a) >> 8 & 0xFF00);
    }
  }
}

void yardstick_frame(struct yardstick *y) {
  fill(y->pixels, 0, 0, PICTURE_WIDTH, PICTURE_HEIGHT, y->picture->background);
  for (size_t i = 0; i < PICTURE_BOXES; i++) {
    const struct picture_box *b = &y->picture->boxes[i];
    int32_t w = b->border_width, x = b->rect.x, top = b->rect.y, width = b->rect.w, height = b->rect.h;
    fill(y->pixels, x, top, width, w, b->border);
    fill(y->pixels, x, top + height - w, width, w, b->border);
    fill(y->pixels, x, top + w, w, height - 2 * w, b->border);
    fill(y->pixels, x + width - w, top + w, w, height - 2 * w, b->border);
    fill(y->pixels, x + w, top + w, width - 2 * w, height - 2 * w, b->fill);
  }
  for (size_t i = 0; i < y->count; i++) blend(y->pixels, &y->blits[i]);
}
