#include "shell/sdl/glyphs.h"

#include <SDL2/SDL_ttf.h>

#include "base/mem.h"

enum {
  FALLBACKS_MAX = 4,
  WIDER = GLYPH_PHASES, /* a glyph is made so many times as wide as it will be */
  DPI = 9,              /* 8 points to a pixel: sizes in 1/8 pixel, as SDL2_ttf takes whole points only */
  BUCKETS_MIN = 1024
};

struct glyph {
  uint64_t key; /* 0: free */
  struct glyph_mask phases[GLYPH_PHASES];
};

struct glyphs {
  TTF_Font *faces[FACE_COUNT][WEIGHT_COUNT];
  TTF_Font *fallbacks[FALLBACKS_MAX];
  size_t fallback_count;

  struct arena masks;
  struct glyph *table; /* open addressing */
  size_t capacity, count;
};

static const char *const face_files[FACE_COUNT][WEIGHT_COUNT] = {
    {"sans-regular", "sans-semibold", "sans-bold"},
    {"mono-regular", "mono-semibold", "mono-bold"},
};

static TTF_Font *open_face(struct arena *arena, struct span folder, struct span name) {
  struct span path = arena_format(arena, "%.*s/%.*s.font", SPAN_ARG(folder), SPAN_ARG(name));
  TTF_Font *font = TTF_OpenFont(path.data, 16);
  if (font) TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
  return font;
}

static bool open_faces(struct glyphs *glyphs, struct span folder, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  bool all = true;
  for (size_t f = 0; f < FACE_COUNT && all; f++)
    for (size_t w = 0; w < WEIGHT_COUNT && all; w++) {
      glyphs->faces[f][w] = open_face(&arena, folder, span_from(face_files[f][w]));
      all = glyphs->faces[f][w] != NULL;
      if (!all) error_list_add_message(errors, folder, "no font %s: %s", face_files[f][w], TTF_GetError());
    }
  for (size_t i = 0; i < FALLBACKS_MAX && all; i++) {
    TTF_Font *font = open_face(&arena, folder, arena_format(&arena, "fallback-%zu", i));
    if (font) glyphs->fallbacks[glyphs->fallback_count++] = font;
  }
  arena_free(&arena);
  return all;
}

struct glyphs *glyphs_open(struct span folder, struct error_list *errors) {
  if (TTF_Init() != 0) {
    error_list_add_message(errors, folder, "cannot draw text: %s", TTF_GetError());
    return NULL;
  }
  struct glyphs *glyphs = mem_zalloc(sizeof *glyphs);
  if (open_faces(glyphs, folder, errors)) return glyphs;
  glyphs_close(glyphs);
  return NULL;
}

void glyphs_close(struct glyphs *glyphs) {
  if (!glyphs) return;
  for (size_t f = 0; f < FACE_COUNT; f++)
    for (size_t w = 0; w < WEIGHT_COUNT; w++)
      if (glyphs->faces[f][w]) TTF_CloseFont(glyphs->faces[f][w]);
  for (size_t i = 0; i < glyphs->fallback_count; i++) TTF_CloseFont(glyphs->fallbacks[i]);
  arena_free(&glyphs->masks);
  mem_free(glyphs->table);
  mem_free(glyphs);
  TTF_Quit();
}

size_t glyphs_bytes(const struct glyphs *glyphs) {
  return arena_used_bytes(&glyphs->masks) + glyphs->capacity * sizeof *glyphs->table;
}

/* A glyph as SDL2_ttf drew it, WIDER times too wide; x and y of its first pixel from the origin. */
struct wide_glyph {
  const uint8_t *coverage;
  int32_t x, y, width, height;
};

/* Averages WIDER columns of the wide glyph into one, starting so that the glyph lies `phase` quarters of a
 * pixel further right. */
static struct glyph_mask narrowed(struct arena *arena, const struct wide_glyph *wide, int32_t phase) {
  int32_t start = wide->x + phase, left = start >= 0 ? start / WIDER : -((-start + WIDER - 1) / WIDER);
  int32_t skip = start - left * WIDER; /* empty columns before the glyph */
  int32_t width = (skip + wide->width + WIDER - 1) / WIDER;
  uint8_t *coverage = arena_zalloc(arena, (size_t)width * (size_t)wide->height);
  for (int32_t y = 0; y < wide->height; y++) {
    const uint8_t *from = wide->coverage + (ptrdiff_t)y * wide->width;
    for (int32_t x = 0; x < width; x++) {
      uint32_t sum = 0;
      for (int32_t i = x * WIDER - skip; i < (x + 1) * WIDER - skip; i++)
        if (i >= 0 && i < wide->width) sum += from[i];
      coverage[(ptrdiff_t)y * width + x] = (uint8_t)((sum + WIDER / 2) / WIDER);
    }
  }
  return (struct glyph_mask){left, wide->y, width, wide->height, coverage};
}

static void fill_phases(struct glyphs *glyphs, const struct wide_glyph *wide, struct glyph *glyph) {
  for (int32_t phase = 0; phase < GLYPH_PHASES; phase++)
    glyph->phases[phase] = narrowed(&glyphs->masks, wide, phase);
}

/* The rows of the surface that have ink, as coverage. */
static struct wide_glyph from_surface(struct arena *arena, const SDL_Surface *surface, int x, int y) {
  int first = surface->h, last = -1;
  uint8_t *coverage = arena_zalloc(arena, (size_t)surface->w * (size_t)surface->h);
  for (int row = 0; row < surface->h; row++) {
    const uint32_t *pixels =
        (const uint32_t *)((const char *)surface->pixels + (ptrdiff_t)row * surface->pitch);
    for (int column = 0; column < surface->w; column++) {
      uint32_t alpha = pixels[column] >> 24;
      coverage[(ptrdiff_t)row * surface->w + column] = (uint8_t)alpha;
      if (alpha == 0) continue;
      if (row < first) first = row;
      last = row;
    }
  }
  if (last < first) return (struct wide_glyph){.width = 0};
  return (struct wide_glyph){coverage + (ptrdiff_t)first * surface->w, x, y + first, surface->w,
                             last - first + 1};
}

static TTF_Font *font_with(struct glyphs *glyphs, enum text_face face, enum text_weight weight,
                           uint32_t code_point) {
  TTF_Font *font = glyphs->faces[face][weight];
  if (TTF_GlyphIsProvided32(font, code_point)) return font;
  for (size_t i = 0; i < glyphs->fallback_count; i++)
    if (TTF_GlyphIsProvided32(glyphs->fallbacks[i], code_point)) return glyphs->fallbacks[i];
  return NULL;
}

/* Sets the face to the size, and narrower than it is meant to be if its glyph is wider than the view's table
 * left room for: a fallback face, or another version of the face. */
static void set_size(TTF_Font *font, uint32_t size, uint32_t code_point, int32_t room) {
  int min_x, max_x, min_y, max_y, advance;
  TTF_SetFontSizeDPI(font, (int)size, DPI * WIDER, DPI);
  if (room <= 0 || TTF_GlyphMetrics32(font, code_point, &min_x, &max_x, &min_y, &max_y, &advance) != 0)
    return;
  if (advance * 100 > room * 104)
    TTF_SetFontSizeDPI(font, (int)size, (unsigned)(DPI * WIDER * room / advance), DPI);
}

/* A hollow box in place of a glyph that no face has: as wide as the room, as high as a capital. */
static struct wide_glyph missing_glyph(struct arena *arena, int32_t room, int32_t cap_height, int32_t pixel) {
  int32_t width = room * 3 / 4, height = cap_height, line = pixel > 0 ? pixel : 1;
  if (width <= 2 * WIDER * line || height <= 2 * line) return (struct wide_glyph){.width = 0};
  uint8_t *coverage = arena_zalloc(arena, (size_t)width * (size_t)height);
  for (int32_t y = 0; y < height; y++)
    for (int32_t x = 0; x < width; x++) {
      bool edge = y < line || y >= height - line || x < WIDER * line || x >= width - WIDER * line;
      coverage[(ptrdiff_t)y * width + x] = edge ? 255 : 0;
    }
  return (struct wide_glyph){coverage, (room - width) / 2, -height, width, height};
}

static void make_glyph(struct glyphs *glyphs, enum text_face face, enum text_weight weight, uint32_t size,
                       uint32_t code_point, struct glyph *glyph) {
  struct arena scratch = ARENA_EMPTY;
  struct text_style style = {face, weight, (int32_t)size}; /* the table's answer is then in the same steps */
  int32_t room = text_advance(style, code_point) * WIDER / GLYPH_SIZE_STEPS;
  struct wide_glyph wide = {.width = 0};
  TTF_Font *font = font_with(glyphs, face, weight, code_point);
  SDL_Surface *surface = NULL;
  int min_x = 0, max_x, min_y, max_y = 0, advance;
  if (font) {
    set_size(font, size, code_point, room);
    TTF_GlyphMetrics32(font, code_point, &min_x, &max_x, &min_y, &max_y, &advance);
    surface = TTF_RenderGlyph32_Blended(font, code_point, (SDL_Color){255, 255, 255, 255});
  }
  if (surface) {
    /* SDL2_ttf's surface starts at the origin, or further left or up if the glyph does. */
    int ascent = TTF_FontAscent(font);
    wide = from_surface(&scratch, surface, min_x < 0 ? min_x : 0, -(max_y > ascent ? max_y : ascent));
    SDL_FreeSurface(surface);
  } else if (!font && code_point > ' ') {
    wide = missing_glyph(&scratch, room, text_cap_height(style) / GLYPH_SIZE_STEPS,
                         (int32_t)size / (16 * GLYPH_SIZE_STEPS));
  }
  if (wide.width > 0) fill_phases(glyphs, &wide, glyph);
  arena_free(&scratch);
}

static uint64_t glyph_key(enum text_face face, enum text_weight weight, uint32_t size, uint32_t code_point) {
  return UINT64_C(1) << 63 | (uint64_t)face << 40 | (uint64_t)weight << 36 | (uint64_t)size << 21 |
         code_point;
}

static struct glyph *find_slot(struct glyph *table, size_t capacity, uint64_t key) {
  size_t i = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (capacity - 1);
  while (table[i].key != 0 && table[i].key != key) i = (i + 1) & (capacity - 1);
  return &table[i];
}

/* Room for one more, at most half full. */
static void grow_table(struct glyphs *glyphs) {
  if (glyphs->count * 2 < glyphs->capacity) return;
  size_t capacity = glyphs->capacity ? glyphs->capacity * 2 : BUCKETS_MIN;
  struct glyph *table = mem_zalloc(capacity * sizeof *table);
  for (size_t i = 0; i < glyphs->capacity; i++)
    if (glyphs->table[i].key) *find_slot(table, capacity, glyphs->table[i].key) = glyphs->table[i];
  mem_free(glyphs->table);
  glyphs->table = table;
  glyphs->capacity = capacity;
}

static void forget_all(struct glyphs *glyphs) {
  arena_reset(&glyphs->masks);
  memset(glyphs->table, 0, glyphs->capacity * sizeof *glyphs->table);
  glyphs->count = 0;
}

bool glyphs_get(struct glyphs *glyphs, enum text_face face, enum text_weight weight, uint32_t size,
                uint32_t code_point, uint32_t phase, struct glyph_mask *mask_out) {
  if (size == 0 || size >> 15) return false;
  uint64_t key = glyph_key(face, weight, size, code_point);
  struct glyph *glyph = glyphs->capacity ? find_slot(glyphs->table, glyphs->capacity, key) : NULL;
  if (!glyph || glyph->key != key) {
    if (arena_used_bytes(&glyphs->masks) > GLYPHS_BYTES_MAX) forget_all(glyphs);
    grow_table(glyphs);
    glyph = find_slot(glyphs->table, glyphs->capacity, key);
    *glyph = (struct glyph){.key = key};
    glyphs->count++;
    make_glyph(glyphs, face, weight, size, code_point, glyph);
  }
  *mask_out = glyph->phases[phase];
  return mask_out->coverage != NULL;
}
