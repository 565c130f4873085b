#include "shell/sdl/viewer.h"

#include <SDL2/SDL.h>
#include <stdio.h>

#include "shell/sdl/fonts.h"
#include "shell/sdl/screenshot.h"
#include "shell/sdl/viewer_parts.h"

enum { SAVE_AFTER_MS = 1000 };

/* ---- input ---- */

/* What is asked of the system. */
static void do_wishes(struct viewer *viewer) {
  struct viewer_model *model = &viewer->model;
  if (model->wants_full_screen)
    window_set_full_screen(viewer->window, !window_is_full_screen(viewer->window));
  model->wants_full_screen = false;
  if (model->wants_clipboard && !window_set_clipboard(buf_span(&model->copied)))
    viewer_say(model, SPAN("The system’s clipboard cannot be reached"));
  model->wants_clipboard = false;
  viewer->wants_quit = viewer->wants_quit || model->wants_quit;
}

static void keep_positions(struct viewer *viewer) {
  const struct viewer_home *home = viewer->home;
  struct viewer_model *model = &viewer->model;
  struct layout_pin pins[LAYOUT_HOSTS_MAX];
  size_t count = viewer_positions(model, pins, LAYOUT_HOSTS_MAX);
  struct buf words = {.data = NULL};
  model->wants_positions = false;
  /* Where no file can be written, the person gets the lines to paste. */
  if (!home->keep_positions(home->context, pins, count, &words)) {
    buf_clear(&model->copied);
    viewer_positions_text(pins, count, &model->copied);
    window_set_clipboard(buf_span(&model->copied));
  }
  viewer_say(model, buf_span(&words));
  buf_free(&words);
}

static void film_input(struct viewer *viewer, const struct input *input) {
  struct viewer_model *model = &viewer->model;
  model->is_full_screen = window_is_full_screen(viewer->window);
  viewer_input(model, input, window_picture(viewer->window));
  do_wishes(viewer);
  if (model->wants_positions) keep_positions(viewer);
  viewer_mind_keep(&viewer->home->mind, model, &viewer->second);
  if (!model->wants_catalogue) return;
  if (viewer->second.is_watched)
    viewer_leave_second(viewer);
  else
    viewer_show_catalogue(viewer);
}

static void catalogue_input(struct viewer *viewer, const struct input *input) {
  struct catalogue_view *catalogue = &viewer->catalogue;
  scene_catalogue_input(catalogue, input, window_picture(viewer->window));
  viewer->wants_quit = viewer->wants_quit || catalogue->wants_quit;
  if (catalogue->wants_full_screen)
    window_set_full_screen(viewer->window, !window_is_full_screen(viewer->window));
  if (catalogue->fills_screen && !window_is_full_screen(viewer->window))
    window_set_full_screen(viewer->window, true);
  catalogue->wants_full_screen = catalogue->fills_screen = false;
  if (catalogue->has_chosen) viewer_want(viewer, catalogue->items[catalogue->chosen].path);
  catalogue->has_chosen = false;
}

static bool closes_problems(const struct input *input) {
  return (input->kind == INPUT_KEY && (input->key == KEY_ESCAPE || input->key == KEY_ENTER)) ||
         input->kind == INPUT_POINTER_DOWN;
}

static void on_input(void *context, const struct input *input) {
  struct viewer *viewer = context;
  if (input->kind == INPUT_QUIT) viewer->wants_quit = true;
  if (viewer->is_loading) return;
  if (input->kind != INPUT_POINTER_MOVE) viewer->changed_at_ms = viewer->now_ms;
  if (input->kind == INPUT_DROP_FILE) {
    viewer_want(viewer, input->text);
    return;
  }
  if (viewer->shows_problems && closes_problems(input)) {
    viewer_close_problems(viewer);
    return;
  }
  if (viewer->second.is_shown)
    viewer_page_input(viewer, input);
  else if (viewer->world)
    film_input(viewer, input);
  else
    catalogue_input(viewer, input);
}

/* ---- pictures ---- */

static void measure(void *context, int32_t width_px, int32_t height_px, int32_t *width_out,
                    int32_t *height_out) {
  struct viewer *viewer = context;
  int32_t percent = viewer->world ? viewer->model.view.text_percent : viewer->catalogue.text_percent;
  scene_size(width_px, height_px, percent, width_out, height_out);
}

static void draw(void *context, int64_t now_ms, int32_t width, int32_t height, struct draw_list *list) {
  struct viewer *viewer = context;
  int64_t elapsed = now_ms - viewer->last_ms;
  viewer->now_ms = viewer->last_ms = now_ms;
  const struct theme *theme = viewer->world ? &viewer->model.view.theme : &viewer->catalogue.theme;
  if (viewer->second.is_shown) {
    viewer->second.page.width = width;
    viewer->second.page.height = height;
    scene_compare_draw(&viewer->second.page, list);
  } else if (viewer->world) {
    if (!viewer->is_loading) viewer_tick(&viewer->model, elapsed);
    viewer->model.view.width = width;
    viewer->model.view.height = height;
    scene_draw(viewer->scene, &viewer->model.view, list);
  } else {
    viewer->catalogue.width = width;
    viewer->catalogue.height = height;
    scene_catalogue_draw(&viewer->catalogue, list);
  }
  if (viewer->is_loading)
    scene_overlay_progress(theme, SPAN("One moment"), buf_span(&viewer->progress), list);
  else if (viewer->shows_problems)
    scene_overlay_problems(theme, SPAN("This file has a mistake"), viewer->problems, viewer->problem_count,
                           viewer->errors.total, list);
}

static bool is_moving(void *context) {
  const struct viewer *viewer = context;
  return viewer->wanted.len > 0 || (viewer->world && viewer_is_moving(&viewer->model));
}

static bool wants_to_quit(void *context) {
  const struct viewer *viewer = context;
  return viewer->wants_quit;
}

static void run_whatif(struct viewer *viewer) {
  if (!viewer->world || !viewer->model.wants_whatif) return;
  const struct viewer_progress progress = viewer_begin_long(viewer);
  viewer_mind_run(&viewer->home->mind, &viewer->model, &viewer->second, &progress);
  viewer->is_loading = false;
  if (viewer->second.is_shown && viewer->second.is_watched) viewer_leave_second(viewer);
}

/* Between two pictures: what may take long, and what can wait. */
static void between(void *context) {
  struct viewer *viewer = context;
  if (viewer->is_loading) return;
  if (viewer->options->tells_pictures) viewer_tell_picture(viewer);
  viewer_watch_file(viewer);
  run_whatif(viewer);
  if (viewer->wanted.len && !viewer_open_wanted(viewer)) viewer_show_problems(viewer);
  if (viewer->changed_at_ms >= 0 && viewer->now_ms - viewer->changed_at_ms >= SAVE_AFTER_MS)
    viewer_keep_settings(viewer);
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

bool viewer_open_window(struct viewer *viewer, struct error_list *errors) {
  const struct settings *settings = viewer->home->settings;
  const struct viewer_options *options = viewer->options;
  bool given = options->width_px > 0;
  const struct window_options window_options = {
      .title = viewer->world ? viewer->world->preamble->title : SPAN("Waystation"),
      .width_px = given ? options->width_px : settings->width_px,
      .height_px = given ? options->height_px : settings->height_px};
  const struct window_app app = {.context = viewer,
                                 .on_input = on_input,
                                 .draw = draw,
                                 .measure = measure,
                                 .is_moving = is_moving,
                                 .wants_to_quit = wants_to_quit,
                                 .between = between};
  viewer->window = window_open(&window_options, &app, viewer->raster, errors);
  return viewer->window != NULL;
}

static bool has_step(const struct viewer *viewer, int64_t step, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  size_t count = viewer->reel->count;
  bool has = step < 0 || (uint64_t)step < count;
  if (!has)
    error_list_add(errors, &(struct error){
                               .message = arena_format(&arena, "there is no step %lld", (long long)step),
                               .expected = arena_format(&arena, "0 to %zu", count ? count - 1 : 0),
                           });
  arena_free(&arena);
  return has;
}

static void go_to_start(struct viewer *viewer, const struct viewer_options *options) {
  viewer->model.view.by = options->by;
  if (options->step >= 0)
    viewer_go_to_step(&viewer->model, (size_t)options->step);
  else if (options->at_us >= 0)
    viewer_go_to_step(&viewer->model, reel_step_at_time(viewer->reel, options->at_us));
}

static void viewer_clear(struct viewer *viewer) {
  viewer_second_end(&viewer->second);
  viewer_film_end(viewer);
  error_list_free(&viewer->errors);
  buf_free(&viewer->wanted);
  buf_free(&viewer->failed);
  buf_free(&viewer->progress);
  buf_free(&viewer->saved);
  if (viewer->raster) raster_close(viewer->raster);
}

static void viewer_init(struct viewer *viewer, const struct viewer_options *options) {
  *viewer = (struct viewer){.options = options, .changed_at_ms = -1};
  viewer->catalogue = (struct catalogue_view){
      .message = SPAN_EMPTY, .theme = options->theme, .text_percent = options->text_percent};
}

static void move_errors(struct viewer *viewer, struct error_list *errors) {
  for (size_t i = 0; i < viewer->errors.count; i++) error_list_add(errors, &viewer->errors.items[i]);
}

/* The film of that path, or the catalogue. */
static enum viewer_end begin(struct viewer *viewer, struct span path, struct error_list *errors) {
  viewer->raster = open_raster(errors);
  if (!viewer->raster) return VIEWER_NO_WINDOW;
  if (!path.len) {
    viewer_show_catalogue(viewer);
    return VIEWER_WELL;
  }
  viewer_want(viewer, path);
  if (!viewer_open_wanted(viewer)) {
    move_errors(viewer, errors);
    return VIEWER_BAD_FILE;
  }
  if (!has_step(viewer, viewer->options->step, errors)) return VIEWER_BAD_WISH;
  go_to_start(viewer, viewer->options);
  return VIEWER_WELL;
}

enum viewer_end viewer_run(const struct viewer_options *options, const struct viewer_home *home,
                           struct span path, struct error_list *errors) {
  struct viewer viewer;
  if (!window_begin(errors)) return VIEWER_NO_WINDOW;
  viewer_init(&viewer, options);
  viewer.home = home;
  enum viewer_end end = begin(&viewer, path, errors);
  if (end == VIEWER_WELL && !viewer.window && !viewer_open_window(&viewer, errors)) end = VIEWER_NO_WINDOW;
  if (end == VIEWER_WELL) {
    window_set_title(viewer.window, viewer.world ? viewer.world->preamble->title : SPAN("Waystation"));
    window_run(viewer.window);
    viewer_keep_settings(&viewer);
    if (options->tells_times) window_tell_times(viewer.window, stderr);
  }
  window_close(viewer.window);
  viewer.window = NULL;
  viewer_clear(&viewer);
  window_end();
  return end;
}

static enum viewer_end make_picture(struct viewer *viewer, struct buf *png, struct error_list *errors) {
  const struct viewer_options *options = viewer->options;
  struct draw_list picture = DRAW_LIST_EMPTY;
  int32_t width_px = options->width_px > 0 ? options->width_px : 1600;
  int32_t height_px = options->height_px > 0 ? options->height_px : 900;
  struct scene_view *view = &viewer->model.view;
  enum viewer_end end = VIEWER_BAD_WISH;
  scene_size(width_px, height_px, options->text_percent, &view->width, &view->height);
  if (gestures_make(&options->gestures, &viewer->model, &picture, errors))
    end = screenshot_encode(viewer->raster, &picture, width_px, height_px, png, errors) ? VIEWER_WELL
                                                                                        : VIEWER_NO_WINDOW;
  draw_list_free(&picture);
  return end;
}

enum viewer_end viewer_screenshot(const struct viewer_options *options, const struct journal *journal,
                                  struct buf *png, struct error_list *errors) {
  struct viewer viewer;
  enum viewer_end end = VIEWER_BAD_WISH;
  viewer_init(&viewer, options);
  viewer.raster = open_raster(errors);
  if (!viewer.raster) return VIEWER_NO_WINDOW;
  viewer_film_begin(&viewer, journal);
  if (has_step(&viewer, options->step, errors)) {
    go_to_start(&viewer, options);
    end = make_picture(&viewer, png, errors);
  }
  viewer_clear(&viewer);
  return end;
}

bool viewer_encode(const struct draw_list *picture, int32_t width_px, int32_t height_px, struct buf *png,
                   struct error_list *errors) {
  struct raster *raster = open_raster(errors);
  bool well = raster && screenshot_encode(raster, picture, width_px, height_px, png, errors);
  if (raster) raster_close(raster);
  return well;
}
