/* screenshot: a picture as PNG, without a screen. */
#pragma once

#include "base/error.h"
#include "shell/sdl/raster.h"

enum { SCREENSHOT_SIDE_MAX = 16384 };

/* Draws the list at that size in pixels; the file's octets are added to png. False and an error if the size
 * is none, or there is no memory. */
bool screenshot_encode(struct raster *raster, const struct draw_list *list, int32_t width_px,
                       int32_t height_px, struct buf *png, struct error_list *errors);
