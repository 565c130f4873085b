/* screenshot: a picture as a PNG file, without a screen. */
#pragma once

#include "base/error.h"
#include "shell/sdl/raster.h"

enum { SCREENSHOT_SIDE_MAX = 16384 };

/* Draws the list at that size in pixels and writes it. False and an error if the file cannot be written. */
bool screenshot_write(struct raster *raster, const struct draw_list *list, int32_t width_px,
                      int32_t height_px, struct span path, struct error_list *errors);
