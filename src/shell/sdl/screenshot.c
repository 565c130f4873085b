#include "shell/sdl/screenshot.h"

#include <SDL2/SDL_image.h>

/* What SDL wants of a file, as a buf: PNG is written from its first octet to its last. */
static size_t write_to_buf(SDL_RWops *file, const void *data, size_t size, size_t count) {
  struct buf *png = file->hidden.unknown.data1;
  return buf_add(png, span_of(data, size * count)) ? count : 0;
}

static Sint64 place_in_buf(SDL_RWops *file, Sint64 offset, int whence) {
  const struct buf *png = file->hidden.unknown.data1;
  return offset == 0 && whence != RW_SEEK_SET ? (Sint64)png->len : -1;
}

static int close_nothing(SDL_RWops *file) {
  SDL_FreeRW(file);
  return 0;
}

static bool encode(SDL_Surface *surface, struct buf *png, struct error_list *errors) {
  SDL_RWops *file = SDL_AllocRW();
  bool well = false;
  if (file) {
    file->type = SDL_RWOPS_UNKNOWN;
    file->write = write_to_buf;
    file->seek = place_in_buf;
    file->close = close_nothing;
    file->hidden.unknown.data1 = png;
    well = IMG_SavePNG_RW(surface, file, 1) == 0;
  }
  if (!well) error_list_add_message(errors, SPAN_EMPTY, "cannot make the picture: %s", SDL_GetError());
  return well;
}

bool screenshot_encode(struct raster *raster, const struct draw_list *list, int32_t width_px,
                       int32_t height_px, struct buf *png, struct error_list *errors) {
  if (width_px < 1 || height_px < 1 || width_px > SCREENSHOT_SIDE_MAX || height_px > SCREENSHOT_SIDE_MAX) {
    error_list_add_message(errors, SPAN_EMPTY, "a picture of %d×%d pixels; expected 1×1 to %d×%d",
                           (int)width_px, (int)height_px, SCREENSHOT_SIDE_MAX, SCREENSHOT_SIDE_MAX);
    return false;
  }
  /* Without alpha, so that the file is no larger than it must be. */
  SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
  if (!surface) {
    error_list_add_message(errors, SPAN_EMPTY, "no memory for the picture: %s", SDL_GetError());
    return false;
  }
  struct pixmap to = {surface->pixels, width_px, height_px, surface->pitch / 4};
  raster_draw(raster, list, &to);
  bool well = encode(surface, png, errors);
  SDL_FreeSurface(surface);
  return well;
}
