/* raster: plays a draw list into pixels.
 *
 * Everything is drawn here, on the processor: rounded boxes and soft shadows by masks of distance that are
 * made once and stretched in nine slices, strokes and polygons by coverage, text from masks of glyphs. Needs
 * no screen and no video of SDL; the window and the PNG writer both call it.
 *
 *     draw_list ──▶ raster_draw ──▶ pixmap
 *                     │   │
 *        masks of corners  masks of glyphs        kept from frame to frame
 *
 * The picture is scaled by one factor to fit the pixmap, and centred in it. Edges of boxes are moved to
 * whole pixels, borders are at least one pixel wide; strokes, circles and polygons stay where they are.
 */
#pragma once

#include "base/error.h"
#include "shell/sdl/pixmap.h"
#include "view/draw_list.h"

struct raster;

/* The folder holds the faces; if it is empty nothing but text is drawn, which geometry tests use. NULL and an
 * error if a face cannot be read. */
struct raster *raster_open(struct span font_folder, struct error_list *errors);
void raster_close(struct raster *raster);

void raster_draw(struct raster *raster, const struct draw_list *list, const struct pixmap *to);
/* Memory that is kept between frames. */
size_t raster_bytes(const struct raster *raster);

/* How the picture lies in so many pixels. */
struct raster_fit {
  float scale;  /* pixels for 1/64 unit */
  float dx, dy; /* where the picture's corner is */
};
struct raster_fit raster_fit(const struct draw_list *list, int32_t width_px, int32_t height_px);
/* The point of the picture under a pixel. */
struct point raster_fit_point(struct raster_fit fit, float x_px, float y_px);
/* The pixel over a point of the picture. */
void raster_fit_pixel(struct raster_fit fit, struct point point, float *x_px_out, float *y_px_out);
