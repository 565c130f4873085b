#include "shell/sdl/viewer.h"

#include "shell/sdl/fonts.h"
#include "shell/sdl/screenshot.h"
#include "shell/sdl/window.h"
#include "view/viewer_model.h"

struct viewer {
  struct window *window;
  struct viewer_source source;
  struct catalogue_view catalogue;
  struct buf words;         /* of the catalogue's message */
  struct world_view *world; /* of the film; NULL: the catalogue is open */
  struct reel *reel;
  struct scene *scene;
  struct viewer_model model;
  int64_t last_ms;
  int32_t width_px, height_px;
  bool wants_quit;
};

/* ---- a film ---- */

static void film_begin(struct viewer *viewer, const struct journal *journal, struct theme theme) {
  viewer->world = world_view_new(journal);
  viewer->reel = reel_new(viewer->world);
  viewer->scene = scene_new(viewer->reel);
  viewer_model_start(&viewer->model, viewer->scene, viewer->reel, theme);
}

static void film_end(struct viewer *viewer) {
  viewer_model_end(&viewer->model);
  scene_free(viewer->scene);
  reel_free(viewer->reel);
  world_view_free(viewer->world);
  viewer->scene = NULL;
  viewer->reel = NULL;
  viewer->world = NULL;
}

static void go_to_start(struct viewer *viewer, const struct viewer_options *options) {
  viewer->model.view.text_percent = options->text_percent;
  if (options->by_line) viewer->model.view.by = BY_LINE;
  if (options->step >= 0)
    viewer_go_to_step(&viewer->model, (size_t)options->step);
  else if (options->at_us >= 0)
    viewer_go_to_step(&viewer->model, reel_step_at_time(viewer->reel, options->at_us));
}

static void open_chosen(struct viewer *viewer) {
  viewer->catalogue.has_chosen = false;
  buf_clear(&viewer->words);
  const struct journal *journal =
      viewer->source.open(viewer->source.context, viewer->catalogue.selected, &viewer->words);
  viewer->catalogue.message = buf_span(&viewer->words);
  if (!journal) return;
  film_begin(viewer, journal, viewer->catalogue.theme);
  window_set_title(viewer->window, viewer->world->preamble->title);
}

static void leave_film(struct viewer *viewer) {
  viewer->model.wants_catalogue = false;
  if (!viewer->source.count) return;
  viewer->catalogue.theme = viewer->model.view.theme;
  film_end(viewer);
  window_set_title(viewer->window, SPAN("Waystation"));
}

/* ---- the window's questions ---- */

static void on_input(void *context, const struct input *input) {
  struct viewer *viewer = context;
  if (!viewer->world) {
    scene_catalogue_input(&viewer->catalogue, input, window_picture(viewer->window));
    viewer->wants_quit = viewer->wants_quit || viewer->catalogue.wants_quit;
    if (viewer->catalogue.has_chosen) open_chosen(viewer);
    return;
  }
  struct viewer_model *model = &viewer->model;
  model->is_full_screen = window_is_full_screen(viewer->window);
  viewer_input(model, input, window_picture(viewer->window));
  if (model->wants_full_screen)
    window_set_full_screen(viewer->window, !window_is_full_screen(viewer->window));
  model->wants_full_screen = false;
  if (model->wants_clipboard && !window_set_clipboard(buf_span(&model->copied)))
    viewer_say(model, SPAN("The system’s clipboard cannot be reached"));
  model->wants_clipboard = false;
  viewer->wants_quit = viewer->wants_quit || model->wants_quit;
  if (model->wants_catalogue) leave_film(viewer);
}

static void measure(void *context, int32_t width_px, int32_t height_px, int32_t *width_out,
                    int32_t *height_out) {
  struct viewer *viewer = context;
  int32_t percent = viewer->world ? viewer->model.view.text_percent : 100;
  scene_size(width_px, height_px, percent, width_out, height_out);
}

static void draw(void *context, int64_t now_ms, int32_t width, int32_t height, struct draw_list *list) {
  struct viewer *viewer = context;
  int64_t elapsed = now_ms - viewer->last_ms;
  viewer->last_ms = now_ms;
  if (!viewer->world) {
    viewer->catalogue.width = width;
    viewer->catalogue.height = height;
    scene_catalogue_draw(&viewer->catalogue, list);
    return;
  }
  viewer_tick(&viewer->model, elapsed);
  viewer->model.view.width = width;
  viewer->model.view.height = height;
  scene_draw(viewer->scene, &viewer->model.view, list);
}

static bool is_moving(void *context) {
  const struct viewer *viewer = context;
  return viewer->world && viewer_is_moving(&viewer->model);
}

static bool wants_to_quit(void *context) {
  const struct viewer *viewer = context;
  return viewer->wants_quit;
}

/* ---- doors ---- */

static struct raster *open_raster(struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  struct span folder = fonts_folder(&arena);
  struct raster *raster = NULL;
  if (folder.len)
    raster = raster_open(folder, errors);
  else
    error_list_add_message(errors, SPAN_EMPTY, "the fonts are not where they were put when this was built");
  arena_free(&arena);
  return raster;
}

static void viewer_clear(struct viewer *viewer) {
  film_end(viewer);
  buf_free(&viewer->words);
}

bool viewer_run(const struct viewer_options *options, const struct journal *journal,
                const struct viewer_source *source, struct error_list *errors) {
  struct viewer viewer = {.window = NULL};
  struct raster *raster = open_raster(errors);
  if (!raster) return false;
  if (source) viewer.source = *source;
  viewer.catalogue = (struct catalogue_view){.items = viewer.source.items,
                                             .count = viewer.source.count,
                                             .message = SPAN_EMPTY,
                                             .theme = options->theme};
  if (journal) {
    film_begin(&viewer, journal, options->theme);
    go_to_start(&viewer, options);
  }
  const struct window_options window_options = {.title = journal ? viewer.world->preamble->title
                                                                 : SPAN("Waystation"),
                                                .width_px = options->width_px,
                                                .height_px = options->height_px};
  const struct window_app app = {.context = &viewer,
                                 .on_input = on_input,
                                 .draw = draw,
                                 .measure = measure,
                                 .is_moving = is_moving,
                                 .wants_to_quit = wants_to_quit};
  viewer.window = window_open(&window_options, &app, raster, errors);
  bool opened = viewer.window != NULL;
  if (opened) {
    window_run(viewer.window);
    window_close(viewer.window);
  }
  viewer_clear(&viewer);
  raster_close(raster);
  return opened;
}

bool viewer_screenshot(const struct viewer_options *options, const struct journal *journal, struct span path,
                       struct error_list *errors) {
  struct viewer viewer = {.window = NULL};
  struct draw_list picture = DRAW_LIST_EMPTY;
  struct raster *raster = open_raster(errors);
  if (!raster) return false;
  int32_t width_px = options->width_px > 0 ? options->width_px : 1600;
  int32_t height_px = options->height_px > 0 ? options->height_px : 900;
  film_begin(&viewer, journal, options->theme);
  go_to_start(&viewer, options);
  struct scene_view *view = &viewer.model.view;
  scene_size(width_px, height_px, options->text_percent, &view->width, &view->height);
  bool written = gestures_make(&options->gestures, &viewer.model, &picture, errors) &&
                 screenshot_write(raster, &picture, width_px, height_px, path, errors);
  draw_list_free(&picture);
  viewer_clear(&viewer);
  raster_close(raster);
  return written;
}
