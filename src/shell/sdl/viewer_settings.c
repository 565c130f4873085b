/* What the window remembers: from the settings into the picture, and back. */
#include "shell/sdl/viewer_parts.h"

void viewer_take_settings(struct viewer *viewer) {
  struct settings *settings = viewer->home->settings;
  struct scene_view *view = &viewer->model.view;
  const struct settings_film *film = settings_film(settings, viewer->home->path(viewer->home->context));
  view->speed_percent = settings->speed_percent;
  view->by = settings->by;
  view->bookmarks = film->bookmarks;
  view->moves = film->moves;
}

/* The names' memory is the film's; the settings live longer. */
static void keep_moves(struct settings *settings, struct settings_film *film,
                       const struct scene_moves *moves) {
  for (uint32_t i = 0; i < moves->count; i++) {
    struct layout_pin *kept = &film->moves.items[i];
    bool same = i < film->moves.count && span_equal(kept->host, moves->items[i].host);
    struct span host = same ? kept->host : arena_copy(&settings->arena, moves->items[i].host);
    *kept = (struct layout_pin){host, moves->items[i].x, moves->items[i].y};
  }
  film->moves.count = moves->count;
}

static void collect_film(const struct viewer *viewer, struct settings *settings) {
  const struct scene_view *view = &viewer->model.view;
  struct settings_film *film = settings_film(settings, viewer->home->path(viewer->home->context));
  /* Bookmarks in another story are not this file's. */
  if (!viewer->second.is_watched) film->bookmarks = view->bookmarks;
  keep_moves(settings, film, &view->moves);
  settings->theme = view->theme.name;
  settings->reduced_motion = view->theme.reduced_motion;
  settings->text_percent = view->text_percent;
  settings->speed_percent = view->speed_percent;
  settings->by = view->by;
}

static void collect(const struct viewer *viewer, struct settings *settings) {
  if (viewer->world) {
    collect_film(viewer, settings);
  } else {
    settings->theme = viewer->catalogue.theme.name;
    settings->text_percent = viewer->catalogue.text_percent;
  }
  if (viewer->window && !window_is_full_screen(viewer->window))
    window_size(viewer->window, &settings->width_px, &settings->height_px);
}

void viewer_keep_settings(struct viewer *viewer) {
  struct buf text = {.data = NULL};
  viewer->changed_at_ms = -1;
  collect(viewer, viewer->home->settings);
  settings_write(viewer->home->settings, &text);
  if (!span_equal(buf_span(&text), buf_span(&viewer->saved))) {
    viewer->home->save(viewer->home->context);
    buf_clear(&viewer->saved);
    buf_add(&viewer->saved, buf_span(&text));
  }
  buf_free(&text);
}
