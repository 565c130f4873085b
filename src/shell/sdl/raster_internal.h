/* raster_internal: what the files of the rasteriser share. For raster*.c alone. */
#pragma once

#include "shell/sdl/glyphs.h"
#include "shell/sdl/raster.h"

/* The coverage of one stroke or polygon before it is blended: so that where its pieces overlap nothing is
 * drawn twice. Only as large as the shape, so that it stays near the processor; all zero between shapes. */
struct coverage {
  struct edges area; /* of the pixmap, that it stands for */
  int32_t stride;
  uint8_t *at;
  size_t capacity;
  struct coverage_row {
    int32_t left, right; /* touched, in the pixmap's columns; left ≥ right if nothing */
  } * rows;
  size_t row_capacity;
  float *sums; /* of a polygon's scanlines */
  size_t sums_capacity;
};

/* Coverage of a round corner's pixels, from the corner inwards, and of what lies inside the border. */
struct corner_mask {
  uint32_t radius; /* in 1/8 pixel */
  int32_t border;
  int32_t size; /* pixels a side */
  const uint8_t *outer, *inner;
};

struct shadow_mask {
  uint32_t radius, blur; /* in 1/8 pixel */
  int32_t size;
  const uint8_t *coverage; /* of the top left corner, from the outside inwards */
};

enum { CORNER_MASKS_MAX = 64, SHADOW_MASKS_MAX = 32 };

struct raster {
  struct glyphs *glyphs; /* NULL: no text */
  struct coverage coverage;
  struct draw_list icon; /* the icon being drawn, as shapes */
  struct arena masks;
  struct corner_mask corners[CORNER_MASKS_MAX];
  size_t corner_count;
  struct shadow_mask shadows[SHADOW_MASKS_MAX];
  size_t shadow_count;
};

/* One picture being drawn. */
struct canvas {
  struct raster *raster;
  struct pixmap to;
  struct raster_fit fit;
  struct edges clip;
  uint32_t alpha; /* 0 … 255 */
  struct edges clips[DRAW_STACK_MAX + 1];
  uint32_t alphas[DRAW_STACK_MAX + 1];
  uint32_t clip_depth, alpha_depth;
};

struct fpoint {
  float x, y;
};

static inline float canvas_length(const struct canvas *canvas, int32_t length) {
  return (float)length * canvas->fit.scale;
}
static inline struct fpoint canvas_point(const struct canvas *canvas, struct point p) {
  return (struct fpoint){(float)p.x * canvas->fit.scale + canvas->fit.dx,
                         (float)p.y * canvas->fit.scale + canvas->fit.dy};
}
int32_t round_to_pixel(float value);
/* The edges of a rectangle, on whole pixels; at least one pixel each way. */
struct edges canvas_snap(const struct canvas *canvas, struct rect rect);

void raster_box(struct canvas *canvas, const struct draw_box *box);
/* If the next command is an opaque box, the shadow behind it is not drawn. */
void raster_shadow(struct canvas *canvas, const struct draw_shadow *shadow, const struct draw_command *next);
void raster_circle(struct canvas *canvas, const struct draw_circle *circle);
void raster_stroke(struct canvas *canvas, const struct draw_stroke *stroke);
void raster_polygon(struct canvas *canvas, const struct draw_polygon *polygon);
void raster_text(struct canvas *canvas, const struct draw_text *text);
void raster_command(struct canvas *canvas, const struct draw_command *command,
                    const struct draw_command *next);

/* Coverage (raster_coverage.c). First the area that the shape may touch, inside the clip; false if it is
 * empty. */
bool coverage_begin(struct coverage *coverage, struct edges area);
void coverage_free(struct coverage *coverage);
/* The line from a to b, `half` wide to each side; round or cut straight at its ends. */
struct capsule {
  struct fpoint a, b;
  float half;
  bool cut_a, cut_b;
};
void coverage_capsule(struct coverage *coverage, const struct capsule *capsule);
void coverage_polygon(struct coverage *coverage, const struct fpoint *points, size_t count);
/* Puts the colour where something is covered, and empties the coverage. */
void coverage_blend(struct coverage *coverage, const struct pixmap *to, uint32_t colour, uint32_t alpha);
/* The pixels within `margin` of any of the points. */
struct edges edges_around(const struct fpoint *points, size_t count, float margin);
