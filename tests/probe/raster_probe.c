/* raster_probe: writes the picture of raster_scene.h as a PNG, for eyes.
 *
 *     raster_probe OUT.png [light|dark|high-contrast] [WIDTH] [HEIGHT]
 */
#include <stdio.h>

#include "raster_scene.h"
#include "shell/sdl/fonts.h"
#include "shell/sdl/screenshot.h"

static int32_t number(const char *text, int32_t otherwise) {
  uint64_t value;
  return text && span_to_u64(span_from(text), SCREENSHOT_SIDE_MAX, &value) ? (int32_t)value : otherwise;
}

int main(int argc, char **argv) {
  enum theme_name name = THEME_LIGHT;
  if (argc < 2 || (argc > 2 && !theme_from_text(span_from(argv[2]), &name))) {
    fputs("usage: raster_probe OUT.png [light|dark|high-contrast] [WIDTH] [HEIGHT]\n", stderr);
    return 2;
  }
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {.count = 0};
  struct draw_list list = DRAW_LIST_EMPTY;
  struct theme theme = theme_named(name);
  raster_scene(&list, &theme);
  struct raster *raster = raster_open(fonts_folder(&arena), &errors);
  struct buf png = {0};
  bool done = raster && screenshot_encode(raster, &list, number(argc > 3 ? argv[3] : NULL, 1600),
                                          number(argc > 4 ? argv[4] : NULL, 900), &png, &errors);
  FILE *out = done ? fopen(argv[1], "wb") : NULL;
  done = out && fwrite(png.data, 1, png.len, out) == png.len;
  if (out && fclose(out) != 0) done = false;
  buf_free(&png);
  struct buf text = BUF_CAPPED(0);
  for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &text);
  fwrite(buf_span(&text).data, 1, text.len, stderr);
  buf_free(&text);
  raster_close(raster);
  draw_list_free(&list);
  error_list_free(&errors);
  arena_free(&arena);
  return done ? 0 : 1;
}
