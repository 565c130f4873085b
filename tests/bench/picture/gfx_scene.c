/* The picture by SDL2_gfx on SDL's software renderer, each row of text a texture made once: the peer. */
#include "picture.h"

#ifdef WITH_SDL2_GFX

#include <SDL2/SDL2_gfxPrimitives.h>
#include <SDL2/SDL_ttf.h>

#include "base/mem.h"

struct gfx_scene {
  const struct picture *picture;
  SDL_Surface *surface;
  SDL_Renderer *renderer;
  SDL_Texture *rows[PICTURE_ROWS];
  SDL_Rect places[PICTURE_ROWS];
};

static SDL_Color colour_of(uint32_t c) {
  return (SDL_Color){(uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c, 255};
}

struct gfx_scene *gfx_scene_open(const struct picture *picture, struct span font_folder) {
  struct arena arena = ARENA_EMPTY;
  struct gfx_scene *s = mem_zalloc(sizeof *s);
  TTF_Init();
  TTF_Font *font = TTF_OpenFont(arena_format(&arena, "%.*s/mono-regular.font", SPAN_ARG(font_folder)).data,
                                PICTURE_TEXT_PX);
  s->picture = picture;
  s->surface = SDL_CreateRGBSurfaceWithFormat(0, PICTURE_WIDTH, PICTURE_HEIGHT, 32, SDL_PIXELFORMAT_ARGB8888);
  s->renderer = SDL_CreateSoftwareRenderer(s->surface);
  for (size_t i = 0; i < PICTURE_ROWS && font; i++) {
    const struct picture_row *r = &picture->rows[i];
    SDL_Surface *text = TTF_RenderUTF8_Blended(font, r->text, colour_of(r->colour));
    s->places[i] = (SDL_Rect){r->x, r->baseline - TTF_FontAscent(font), text->w, text->h};
    s->rows[i] = SDL_CreateTextureFromSurface(s->renderer, text);
    SDL_FreeSurface(text);
  }
  if (font) TTF_CloseFont(font);
  TTF_Quit();
  arena_free(&arena);
  return s;
}

static void box(SDL_Renderer *renderer, const struct picture_box *b) {
  SDL_Color border = colour_of(b->border), fill = colour_of(b->fill);
  int16_t x = (int16_t)b->rect.x, y = (int16_t)b->rect.y, right = (int16_t)(b->rect.x + b->rect.w - 1);
  int16_t bottom = (int16_t)(b->rect.y + b->rect.h - 1), w = (int16_t)b->border_width,
          radius = (int16_t)b->radius;
  roundedBoxRGBA(renderer, x, y, right, bottom, radius, border.r, border.g, border.b, 255);
  roundedBoxRGBA(renderer, (int16_t)(x + w), (int16_t)(y + w), (int16_t)(right - w), (int16_t)(bottom - w),
                 radius, fill.r, fill.g, fill.b, 255);
}

void gfx_scene_frame(struct gfx_scene *s) {
  SDL_Color background = colour_of(s->picture->background);
  SDL_SetRenderDrawColor(s->renderer, background.r, background.g, background.b, 255);
  SDL_RenderClear(s->renderer);
  for (size_t i = 0; i < PICTURE_BOXES; i++) box(s->renderer, &s->picture->boxes[i]);
  for (size_t i = 0; i < PICTURE_LINES; i++) {
    const struct picture_line *l = &s->picture->lines[i];
    SDL_Color c = colour_of(l->colour);
    thickLineRGBA(s->renderer, (int16_t)l->from.x, (int16_t)l->from.y, (int16_t)l->to.x, (int16_t)l->to.y,
                  (uint8_t)l->width, c.r, c.g, c.b, 255);
  }
  for (size_t i = 0; i < PICTURE_ROWS; i++)
    if (s->rows[i]) SDL_RenderCopy(s->renderer, s->rows[i], NULL, &s->places[i]);
  SDL_RenderPresent(s->renderer);
}

void gfx_scene_close(struct gfx_scene *s) {
  if (!s) return;
  for (size_t i = 0; i < PICTURE_ROWS; i++)
    if (s->rows[i]) SDL_DestroyTexture(s->rows[i]);
  SDL_DestroyRenderer(s->renderer);
  SDL_FreeSurface(s->surface);
  mem_free(s);
}

#else

struct gfx_scene *gfx_scene_open(const struct picture *picture, struct span font_folder) {
  (void)picture;
  (void)font_folder;
  return NULL;
}
void gfx_scene_frame(struct gfx_scene *scene) {
  (void)scene;
}
void gfx_scene_close(struct gfx_scene *scene) {
  (void)scene;
}

#endif
