/* bench_picture: a frame of 1920×1080 pixels without a GPU: ours, beside the bare blits that it is made of
 * and beside SDL2_gfx. Then a frame of the viewer as it looks, and what is paid when nothing has changed. */
#include "../bench_frame.h"
#include "base/mem.h"
#include "picture.h"
#include "raster_scene.h"
#include "shell/sdl/fonts.h"
#include "shell/sdl/raster.h"

enum { FRAMES = 40 };

static struct picture picture;

static struct span font_folder(void) {
  static struct arena arena;
  return fonts_folder(&arena);
}

struct ours {
  struct raster *raster;
  struct draw_list list;
  struct pixmap to;
};

static struct ours ours_open(void) {
  struct error_list errors = {.count = 0};
  uint32_t *pixels = mem_alloc(sizeof *pixels * PICTURE_WIDTH * PICTURE_HEIGHT);
  return (struct ours){raster_open(font_folder(), &errors),
                       DRAW_LIST_EMPTY,
                       {pixels, PICTURE_WIDTH, PICTURE_HEIGHT, PICTURE_WIDTH}};
}

static void ours_close(struct ours *ours) {
  raster_close(ours->raster);
  draw_list_free(&ours->list);
  mem_free(ours->to.pixels);
}

/* Making the list counts: the viewer makes one for each frame. */
static void our_frames(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct ours ours = ours_open();
  picture_list(&picture, &ours.list);
  raster_draw(ours.raster, &ours.list, &ours.to);
  bench_start(watch);
  for (int i = 0; i < FRAMES; i++) {
    picture_list(&picture, &ours.list);
    raster_draw(ours.raster, &ours.list, &ours.to);
  }
  bench_stop(watch, FRAMES);
  ours_close(&ours);
}

static void bare_blits(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct yardstick *yardstick = yardstick_open(&picture, font_folder());
  if (!yardstick) return;
  yardstick_frame(yardstick);
  bench_start(watch);
  for (int i = 0; i < FRAMES; i++) yardstick_frame(yardstick);
  bench_stop(watch, FRAMES);
  yardstick_close(yardstick);
}

static void gfx_frames(struct bench_watch *watch, const void *argument) {
  (void)argument;
  struct gfx_scene *scene = gfx_scene_open(&picture, font_folder());
  if (!scene) return;
  gfx_scene_frame(scene);
  bench_start(watch);
  for (int i = 0; i < FRAMES; i++) gfx_scene_frame(scene);
  bench_stop(watch, FRAMES);
  gfx_scene_close(scene);
}

static void viewer_frames(struct bench_watch *watch, const void *argument) {
  const struct theme theme = theme_named(*(const enum theme_name *)argument);
  struct ours ours = ours_open();
  raster_scene(&ours.list, &theme);
  raster_draw(ours.raster, &ours.list, &ours.to);
  bench_start(watch);
  for (int i = 0; i < FRAMES; i++) {
    raster_scene(&ours.list, &theme);
    raster_draw(ours.raster, &ours.list, &ours.to);
  }
  bench_stop(watch, FRAMES);
  bench_note(watch, "kept_bytes", raster_bytes(ours.raster));
  ours_close(&ours);
}

/* The faces opened and every glyph drawn for the first time. */
static void first_frames(struct bench_watch *watch, const void *argument) {
  const struct theme theme = theme_named(*(const enum theme_name *)argument);
  for (int i = 0; i < 3; i++) {
    bench_start(watch);
    struct ours ours = ours_open();
    raster_scene(&ours.list, &theme);
    raster_draw(ours.raster, &ours.list, &ours.to);
    bench_stop(watch, 1);
    ours_close(&ours);
  }
}

static void unchanged_frames(struct bench_watch *watch, const void *argument) {
  const struct theme theme = theme_named(*(const enum theme_name *)argument);
  struct draw_list a = DRAW_LIST_EMPTY, b = DRAW_LIST_EMPTY;
  uint64_t equal = 0;
  raster_scene(&a, &theme);
  bench_start(watch);
  for (int i = 0; i < FRAMES; i++) {
    raster_scene(&b, &theme);
    equal += draw_list_equal(&a, &b);
  }
  bench_stop(watch, equal);
  draw_list_free(&a);
  draw_list_free(&b);
}

int main(int argc, char **argv) {
  static const enum theme_name light = THEME_LIGHT;
  static const struct bench_case cases[] = {
      {"frame: 80 boxes, 120 lines, 2,000 glyphs",
       "frames",
       0,
       {{.name = "ours", .run = our_frames, .apart = true, .at_most_bytes = 64 << 20},
        {.name = "bare blits", .run = bare_blits, .at_least = 1 / 1.3},
        {.name = "SDL2_gfx", .run = gfx_frames, .at_least = 2}}},
      {"frame: the viewer",
       "frames",
       0,
       {{.name = "drawn", .run = viewer_frames, .argument = &light},
        {.name = "first", .run = first_frames, .argument = &light},
        {.name = "unchanged", .run = unchanged_frames, .argument = &light}}},
  };
  picture_make(&picture);
  return bench_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
