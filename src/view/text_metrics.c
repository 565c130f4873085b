#include "view/text_metrics.h"

#include "view/font_metrics.h"

enum { REPLACEMENT = 0xFFFD, CONTROL_PICTURES = 0x2400, DELETE_PICTURE = 0x2421 };

struct code_range {
  uint32_t first, last;
};

static bool in_ranges(uint32_t c, const struct code_range *ranges, size_t count) {
  for (size_t i = 0; i < count && c >= ranges[i].first; i++)
    if (c <= ranges[i].last) return true;
  return false;
}
#define IN_RANGES(c, table) in_ranges(c, table, sizeof(table) / sizeof *(table))

/* Format characters (Unicode's Cf, and line and paragraph separators): they draw nothing or turn the
 * text around, so a stranger could hide or forge what is on the screen. */
static const struct code_range hidden[] = {
    {0x00AD, 0x00AD}, {0x0600, 0x0605}, {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},   {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};
static const struct code_range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x0900, 0x0902},
    {0x093C, 0x093C}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};
static const struct code_range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

/* The code point of well-formed UTF-8 at the front (RFC 3629), its size; 0 if it is not. */
static size_t utf8_decode(struct span text, uint32_t *code_point_out) {
  const unsigned char *p = (const unsigned char *)text.data;
  uint32_t c = p[0];
  size_t size = c < 0x80                ? 1
                : c >= 0xC2 && c < 0xE0 ? 2
                : (c & 0xF0) == 0xE0    ? 3
                : c >= 0xF0 && c < 0xF5 ? 4
                                        : 0;
  if (size == 0 || size > text.len) return 0;
  if (size > 1) c &= 0xFFu >> (size + 1);
  for (size_t i = 1; i < size; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (p[i] & 0x3Fu);
  }
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < smallest[size] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
  *code_point_out = c;
  return size;
}

size_t text_decode(struct span text, uint32_t *code_point_out) {
  if (text.len == 0) return 0;
  uint32_t c = (unsigned char)text.data[0];
  if (c >= 0x20 && c < 0x7F) {
    *code_point_out = c;
    return 1;
  }
  size_t size = utf8_decode(text, &c);
  if (size == 0) {
    *code_point_out = REPLACEMENT;
    return 1;
  }
  if (c < 0x20)
    c += CONTROL_PICTURES;
  else if (c == 0x7F)
    c = DELETE_PICTURE;
  else if ((c >= 0x80 && c < 0xA0) || IN_RANGES(c, hidden))
    c = REPLACEMENT;
  *code_point_out = c;
  return size;
}

static int32_t unknown_advance(uint32_t c) {
  if (IN_RANGES(c, combining)) return 0;
  return IN_RANGES(c, wide) ? FONT_WIDE_ADVANCE : FONT_UNKNOWN_ADVANCE;
}

static int32_t advance_em(struct text_style style, uint32_t c) {
  if (style.face == FACE_MONO) return c < 0x300 ? FONT_MONO_ADVANCE : unknown_advance(c);
  size_t low = 0, high = font_run_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    const struct font_run *run = &font_runs[middle];
    if (c < run->first)
      high = middle;
    else if (c >= (uint32_t)run->first + run->count)
      low = middle + 1;
    else
      return font_advances[style.weight][run->index + (c - run->first)];
  }
  return unknown_advance(c);
}

/* Where the code point stands in font_kerned; FONT_KERNED_COUNT if it does not. */
static size_t kerned_index(uint32_t c) {
  if (c >= 0x20 && c < 0x7F) return c - 0x20;
  if (c < 0x2013 || c > 0x2026) return FONT_KERNED_COUNT;
  size_t i = 0x7F - 0x20;
  while (i < FONT_KERNED_COUNT && font_kerned[i] != c) i++;
  return i;
}

static int32_t kerning_em(struct text_style style, uint32_t first, uint32_t second) {
  if (style.face != FACE_SANS) return 0;
  size_t a = kerned_index(first), b = kerned_index(second);
  if (a == FONT_KERNED_COUNT || b == FONT_KERNED_COUNT) return 0;
  const struct font_kerning *k = &font_kerning[style.weight];
  return k->values[k->first[a] * k->columns + k->second[b]];
}

static int32_t em_to_units(int64_t em, int32_t size) {
  return (int32_t)((em * size + 500) / 1000);
}

int32_t text_advance(struct text_style style, uint32_t code_point) {
  return em_to_units(advance_em(style, code_point), style.size);
}

struct text_glyphs text_glyphs(struct text_style style, struct span text) {
  return (struct text_glyphs){.style = style, .text = text};
}

bool text_glyphs_next(struct text_glyphs *glyphs, struct text_glyph *glyph_out) {
  uint32_t c;
  size_t size = text_decode(span_skip(glyphs->text, glyphs->offset), &c);
  if (size == 0) return false;
  if (glyphs->previous) glyphs->pen_em += kerning_em(glyphs->style, glyphs->previous, c);
  int32_t x = em_to_units(glyphs->pen_em, glyphs->style.size);
  glyphs->pen_em += advance_em(glyphs->style, c);
  *glyph_out = (struct text_glyph){.code_point = c,
                                   .x = x,
                                   .advance = em_to_units(glyphs->pen_em, glyphs->style.size) - x,
                                   .offset = glyphs->offset,
                                   .size = size};
  glyphs->offset += size;
  glyphs->previous = c;
  return true;
}

/* Puts the printable ASCII at the front behind the pen; most texts are nothing else. */
static void skip_ascii(struct text_glyphs *glyphs) {
  const unsigned char *p = (const unsigned char *)glyphs->text.data;
  struct text_style style = glyphs->style;
  bool is_mono = style.face == FACE_MONO;
  const struct font_kerning *k = &font_kerning[style.weight];
  const uint16_t *advances = font_advances[style.weight]; /* its first run is printable ASCII */
  size_t at = 0;
  for (; at < glyphs->text.len && p[at] >= 0x20 && p[at] < 0x7F; at++) {
    if (!is_mono && at > 0)
      glyphs->pen_em += k->values[k->first[p[at - 1] - 0x20] * k->columns + k->second[p[at] - 0x20]];
    glyphs->pen_em += is_mono ? FONT_MONO_ADVANCE : advances[p[at] - 0x20];
  }
  glyphs->offset = at;
  if (at > 0) glyphs->previous = p[at - 1];
}

int32_t text_width(struct text_style style, struct span text) {
  struct text_glyphs glyphs = text_glyphs(style, text);
  struct text_glyph glyph;
  skip_ascii(&glyphs);
  while (text_glyphs_next(&glyphs, &glyph)) {
  }
  return em_to_units(glyphs.pen_em, style.size);
}

size_t text_fit(struct text_style style, struct span text, int32_t width) {
  struct text_glyphs glyphs = text_glyphs(style, text);
  struct text_glyph glyph;
  size_t fits = 0;
  while (text_glyphs_next(&glyphs, &glyph)) {
    if (glyph.x + glyph.advance > width) break;
    fits = glyph.offset + glyph.size;
  }
  return fits;
}

size_t text_offset_at(struct text_style style, struct span text, int32_t x) {
  struct text_glyphs glyphs = text_glyphs(style, text);
  struct text_glyph glyph;
  while (text_glyphs_next(&glyphs, &glyph))
    if (x < glyph.x + glyph.advance / 2) return glyph.offset;
  return text.len;
}

int32_t text_ascent(struct text_style style) {
  return em_to_units(font_heights[style.face].ascent, style.size);
}

int32_t text_descent(struct text_style style) {
  return em_to_units(font_heights[style.face].descent, style.size);
}

int32_t text_cap_height(struct text_style style) {
  return em_to_units(font_heights[style.face].cap_height, style.size);
}

int32_t text_x_height(struct text_style style) {
  return em_to_units(font_heights[style.face].x_height, style.size);
}
