/* viewer: the window's programme: the catalogue, a film, and the way between them.
 *
 *     window ──▶ viewer ──▶ catalogue page ──▶ source.open ──▶ journal
 *                       ──▶ journal → world_view → reel → scene, driven by viewer_model
 *
 * Only glue: what is seen and how it answers is decided in view/. Ownership: journals are the caller's.
 */
#pragma once

#include "journal/journal.h"
#include "shell/sdl/gestures.h"
#include "shell/sdl/raster.h"
#include "view/scene_catalogue.h"

struct viewer_options {
  struct theme theme;
  int32_t width_px, height_px; /* 0: as the screen suggests */
  int32_t text_percent;        /* 100, 125, 150 */
  int64_t at_us;               /* begin there; negative: not given */
  int64_t step;                /* begin at its settled end; negative: not given */
  bool by_line;
  struct gestures gestures; /* before a screenshot */
};

/* Where films come from when the window begins with the catalogue. */
struct viewer_source {
  const struct catalogue_item *items;
  size_t count;
  /* The journal of an item, valid until the next call; NULL if it cannot be had, with a line of words. */
  const struct journal *(*open)(void *context, size_t item, struct buf *words_out);
  void *context;
};

/* Until the person closes the window. Begins with the journal, or with the catalogue if it is NULL. False and
 * an error if there is no display or no font. */
bool viewer_run(const struct viewer_options *options, const struct journal *journal,
                const struct viewer_source *source, struct error_list *errors);
/* One picture into a PNG file; needs no display. */
bool viewer_screenshot(const struct viewer_options *options, const struct journal *journal, struct span path,
                       struct error_list *errors);
