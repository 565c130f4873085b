#include "shell/sdl/screenshot.h"

#include <SDL2/SDL_image.h>

static bool save(SDL_Surface *surface, struct span path, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  bool saved = IMG_SavePNG(surface, arena_text(&arena, path)) == 0;
  if (!saved) error_list_add_message(errors, path, "cannot write the picture: %s", SDL_GetError());
  arena_free(&arena);
  return saved;
}

bool screenshot_write(struct raster *raster, const struct draw_list *list, int32_t width_px,
                      int32_t height_px, struct span path, struct error_list *errors) {
  if (width_px < 1 || height_px < 1 || width_px > SCREENSHOT_SIDE_MAX || height_px > SCREENSHOT_SIDE_MAX) {
    error_list_add_message(errors, path, "a picture of %d×%d pixels; expected 1×1 to %d×%d", (int)width_px,
                           (int)height_px, SCREENSHOT_SIDE_MAX, SCREENSHOT_SIDE_MAX);
    return false;
  }
  /* Without alpha, so that the file is no larger than it must be. */
  SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
  if (!surface) {
    error_list_add_message(errors, path, "no memory for the picture: %s", SDL_GetError());
    return false;
  }
  struct pixmap to = {surface->pixels, width_px, height_px, surface->pitch / 4};
  raster_draw(raster, list, &to);
  bool saved = save(surface, path, errors);
  SDL_FreeSurface(surface);
  return saved;
}
