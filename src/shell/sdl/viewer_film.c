/* Films: opened, read again when their file changes, left for the catalogue. */
#include <SDL2/SDL.h>

#include "shell/sdl/viewer_parts.h"

enum { PROGRESS_AFTER_MS = 500, PROGRESS_EVERY_MS = 100, STAMP_EVERY_MS = 500 };

void viewer_film_begin(struct viewer *viewer, const struct journal *journal) {
  viewer->world = world_view_new(journal);
  viewer->reel = reel_new(viewer->world);
  viewer->scene = scene_new(viewer->reel);
  viewer_model_start(&viewer->model, viewer->scene, viewer->reel, viewer->catalogue.theme);
  viewer->model.view.text_percent = viewer->catalogue.text_percent;
}

void viewer_film_end(struct viewer *viewer) {
  if (!viewer->world) return;
  viewer->catalogue.theme = viewer->model.view.theme;
  viewer->catalogue.text_percent = viewer->model.view.text_percent;
  viewer_model_end(&viewer->model);
  scene_free(viewer->scene);
  reel_free(viewer->reel);
  world_view_free(viewer->world);
  viewer->scene = NULL;
  viewer->reel = NULL;
  viewer->world = NULL;
}

/* ---- mistakes ---- */

void viewer_close_problems(struct viewer *viewer) {
  viewer->shows_problems = false;
  error_list_free(&viewer->errors);
  viewer->errors = (struct error_list){.items = NULL};
}

static struct span place_of(const struct error *error, struct arena *arena) {
  size_t slash = span_find_last(error->file, '/');
  struct span name = slash == SPAN_NONE ? error->file : span_skip(error->file, slash + 1);
  struct buf words = {.data = NULL};
  buf_add(&words, name);
  if (error->line) buf_format(&words, ":%u", error->line);
  if (error->column) buf_format(&words, ":%u", error->column);
  if (error->pointer.len) buf_format(&words, "  %.*s", SPAN_ARG(error->pointer));
  struct span copy = arena_copy(arena, buf_span(&words));
  buf_free(&words);
  return copy;
}

void viewer_show_problems(struct viewer *viewer) {
  struct error_list *errors = &viewer->errors;
  viewer->problems = arena_zalloc(&errors->arena, (errors->count + 1) * sizeof *viewer->problems);
  viewer->problem_count = errors->count;
  for (size_t i = 0; i < errors->count; i++) {
    const struct error *error = &errors->items[i];
    viewer->problems[i] = (struct overlay_problem){place_of(error, &errors->arena), error->message,
                                                   error->expected, error->hint};
  }
  viewer->shows_problems = true;
}

/* ---- opening ---- */

/* Nothing is shown of what is quick. A window that is not there yet comes for this. */
static void tell_progress(void *context, struct span words) {
  struct viewer *viewer = context;
  uint32_t now = SDL_GetTicks();
  if (now - viewer->loading_since < PROGRESS_AFTER_MS || now - viewer->told_at < PROGRESS_EVERY_MS) return;
  viewer->told_at = now;
  buf_clear(&viewer->progress);
  buf_add(&viewer->progress, words);
  if (!viewer->window && !viewer_open_window(viewer, &viewer->errors)) return;
  window_tick(viewer->window);
}

struct viewer_progress viewer_begin_long(struct viewer *viewer) {
  viewer->is_loading = true;
  viewer->loading_since = SDL_GetTicks();
  buf_clear(&viewer->progress);
  return (struct viewer_progress){tell_progress, viewer};
}

void viewer_want(struct viewer *viewer, struct span path) {
  buf_clear(&viewer->wanted);
  buf_add(&viewer->wanted, path);
}

/* A film that is read again goes on at the same step, if the story is the same up to there, else at the same
 * time. Who was at the end of a journal stays at its end: it is being written. */
struct place {
  bool is_known;
  bool follows;
  size_t step;
  int64_t time_us;
  struct scene_view view;
};

static struct place place_now(const struct viewer *viewer, struct span path) {
  struct place place = {.is_known = false};
  if (!viewer->world || !span_equal(viewer->home->path(viewer->home->context), path)) return place;
  place.is_known = true;
  place.view = viewer->model.view;
  place.step = reel_moment(viewer->reel, place.view.position_ms).step;
  place.time_us = viewer->reel->steps[place.step].time_us;
  place.follows = span_ends_with(path, SPAN(".jsonl")) && place.step + 1 == viewer->reel->count;
  return place;
}

static void go_back_to(struct viewer *viewer, const struct place *place) {
  struct scene_view *view = &viewer->model.view;
  const struct reel *reel = viewer->reel;
  view->panel = place->view.panel;
  view->zoom_percent = place->view.zoom_percent;
  view->zoom_centre = place->view.zoom_centre;
  if (place->follows) {
    viewer_go_to_step(&viewer->model, reel->count - 1);
    return;
  }
  bool is_same = place->step < reel->count && reel->steps[place->step].time_us == place->time_us;
  viewer_go_to_step(&viewer->model, is_same ? place->step : reel_step_at_time(reel, place->time_us));
  viewer_say(&viewer->model, SPAN("The file has changed: this is the new story"));
}

bool viewer_open_wanted(struct viewer *viewer) {
  const struct viewer_home *home = viewer->home;
  struct arena arena = ARENA_EMPTY;
  struct span path = arena_copy(&arena, buf_span(&viewer->wanted));
  struct place place = place_now(viewer, path);
  struct viewer_second old = {.depth = 0};
  buf_clear(&viewer->wanted);
  viewer_close_problems(viewer);
  if (viewer->world) viewer_keep_settings(viewer);
  const struct viewer_progress progress = viewer_begin_long(viewer);
  const struct journal *journal = home->open(home->context, path, &progress, &viewer->errors);
  if (journal) {
    tell_progress(viewer, SPAN("cutting the story into steps"));
    if (place.is_known) old = viewer_second_take(&viewer->second);
    viewer_second_end(&viewer->second);
    viewer_film_end(viewer);
    home->settle(home->context);
    viewer_film_begin(viewer, journal);
    viewer_take_settings(viewer);
    if (place.is_known) go_back_to(viewer, &place);
    if (old.depth) viewer_second_again(viewer, &old, place.time_us);
    if (viewer->window) window_set_title(viewer->window, viewer->world->preamble->title);
  }
  viewer->failed_stamp = home->stamp_read(home->context);
  viewer->stamp = journal ? viewer->failed_stamp : home->stamp(home->context, false);
  buf_clear(&viewer->failed);
  if (!journal) buf_add(&viewer->failed, path);
  viewer->is_loading = false;
  arena_free(&arena);
  return journal != NULL;
}

void viewer_show_catalogue(struct viewer *viewer) {
  const struct viewer_home *home = viewer->home;
  struct catalogue_view *catalogue = &viewer->catalogue;
  if (viewer->world) viewer_keep_settings(viewer);
  viewer_second_end(&viewer->second);
  viewer_film_end(viewer);
  size_t count = home->list(home->context, &catalogue->items), recent = 0;
  catalogue->count = count;
  /* The ones seen last, as far as they are in the list. */
  for (size_t f = 0; f < home->settings->film_count && recent < CATALOGUE_RECENT_MAX; f++)
    for (size_t i = 0; i < count; i++)
      if (span_equal(catalogue->items[i].path, home->settings->films[f].path)) {
        catalogue->recent[recent++] = i;
        break;
      }
  catalogue->recent_count = recent;
  catalogue->search_length = 0;
  catalogue->selected = 0;
  catalogue->focus = 0;
  catalogue->asks_to_quit = false;
  catalogue->scroll_is_free = false;
  if (viewer->window) window_set_title(viewer->window, SPAN("Waystation"));
}

/* The film's own file; and one that had a mistake, while that is shown or if it is the same file. */
void viewer_watch_file(struct viewer *viewer) {
  const struct viewer_home *home = viewer->home;
  struct span failed = buf_span(&viewer->failed);
  bool is_own = viewer->world && span_equal(failed, home->path(home->context));
  if (viewer->now_ms - viewer->stamp_at_ms < STAMP_EVERY_MS) return;
  viewer->stamp_at_ms = viewer->now_ms;
  if (failed.len && (viewer->shows_problems || is_own) &&
      home->stamp(home->context, true) != viewer->failed_stamp)
    viewer_want(viewer, failed);
  else if (viewer->world && home->stamp(home->context, false) != viewer->stamp)
    viewer_want(viewer, home->path(home->context));
}
