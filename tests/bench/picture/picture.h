/* picture: the picture that is timed: 80 boxes, 120 lines, 2,000 glyphs in 40 rows, on 1920×1080 pixels. */
#pragma once

#include "view/draw_list.h"

enum {
  PICTURE_WIDTH = 1920,
  PICTURE_HEIGHT = 1080,
  PICTURE_BOXES = 80,
  PICTURE_LINES = 120,
  PICTURE_ROWS = 40,
  PICTURE_ROW_GLYPHS = 50,
  PICTURE_TEXT_PX = 19
};

struct picture_box {
  struct rect rect; /* in whole pixels */
  int32_t radius, border_width;
  uint32_t fill, border;
};
struct picture_line {
  struct point from, to;
  int32_t width;
  uint32_t colour;
};
struct picture_row {
  int32_t x, baseline;
  char text[PICTURE_ROW_GLYPHS + 1];
  uint32_t colour;
};

struct picture {
  uint32_t background;
  struct picture_box boxes[PICTURE_BOXES];
  struct picture_line lines[PICTURE_LINES];
  struct picture_row rows[PICTURE_ROWS];
};

void picture_make(struct picture *picture);
/* As the viewer would ask for it. */
void picture_list(const struct picture *picture, struct draw_list *list);

/* The contestants beside ours; each draws `frames` frames. The yardstick has every mask ready and only puts
 * colour where it is told. SDL2_gfx draws shapes by itself and copies a texture for each row of text. */
struct yardstick;
struct yardstick *yardstick_open(const struct picture *picture, struct span font_folder);
void yardstick_frame(struct yardstick *yardstick);
void yardstick_close(struct yardstick *yardstick);

struct gfx_scene;
struct gfx_scene *gfx_scene_open(const struct picture *picture,
                                 struct span font_folder); /* NULL: not built in */
void gfx_scene_frame(struct gfx_scene *scene);
void gfx_scene_close(struct gfx_scene *scene);
