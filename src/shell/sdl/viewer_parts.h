/* viewer_parts: what the parts of the viewer share; for viewer*.c alone. */
#pragma once

#include "shell/sdl/viewer.h"
#include "shell/sdl/window.h"
#include "view/scene_overlay.h"
#include "view/viewer_model.h"

struct viewer {
  struct window *window; /* NULL while none is needed */
  struct raster *raster;
  const struct viewer_home *home;
  const struct viewer_options *options;
  struct catalogue_view catalogue;
  struct world_view *world; /* of the film; NULL: the catalogue is open */
  struct reel *reel;
  struct scene *scene;
  struct viewer_model model;
  struct viewer_second second; /* the story with something changed */

  struct buf wanted; /* the path of what shall be opened; empty: nothing */
  bool wants_quit;
  int64_t now_ms, last_ms;
  int32_t width_px, height_px;

  /* While something is read. */
  bool is_loading;
  uint32_t loading_since, told_at; /* ticks of SDL */
  struct buf progress;

  /* Mistakes that are shown. */
  struct error_list errors;
  struct overlay_problem *problems;
  size_t problem_count;
  bool shows_problems;

  uint64_t stamp;    /* of the file that the film is from */
  struct buf failed; /* the path of the one tried last, which had a mistake; empty: it had none */
  uint64_t failed_stamp;
  int64_t stamp_at_ms;
  uint64_t told_frames;  /* pictures drawn when the last one was told in words */
  struct buf saved;      /* the settings as they were saved */
  int64_t changed_at_ms; /* when they may have changed; negative: they have not */
};

/* viewer_film.c */
void viewer_film_begin(struct viewer *viewer, const struct journal *journal);
void viewer_film_end(struct viewer *viewer);
/* Something begins that may take long: until is_loading is unset no input is taken, and the progress is
 * shown. */
struct viewer_progress viewer_begin_long(struct viewer *viewer);
/* Opens what is wanted. False if it cannot be had; then viewer->errors says why. */
bool viewer_open_wanted(struct viewer *viewer);
void viewer_want(struct viewer *viewer, struct span path);
void viewer_show_catalogue(struct viewer *viewer);
void viewer_show_problems(struct viewer *viewer);
void viewer_close_problems(struct viewer *viewer);
/* Whether the file has changed on disk: it is wanted again then. Looks twice a second at most. */
void viewer_watch_file(struct viewer *viewer);

/* viewer_whatif.c */
void viewer_page_input(struct viewer *viewer, const struct input *input);
void viewer_leave_second(struct viewer *viewer); /* from watching the new story back to the page */
/* The file has changed, and its new story is the film. What was compared or watched of the changed stories is
 * so again, with the same changes to the new story; `old` is ended, `at_us` the time that was watched. */
void viewer_second_again(struct viewer *viewer, struct viewer_second *old, int64_t at_us);

/* viewer_settings.c */
void viewer_take_settings(struct viewer *viewer); /* into a film that has begun */
void viewer_keep_settings(struct viewer *viewer); /* saves what has changed */

/* viewer_tell.c */
void viewer_tell_picture(struct viewer *viewer); /* on standard output, once it is at rest */

/* viewer.c */
bool viewer_open_window(struct viewer *viewer, struct error_list *errors);
