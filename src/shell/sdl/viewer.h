/* viewer: the window's programme: the catalogue, a film, and the way between them.
 *
 *     window ──▶ viewer ──▶ catalogue page ──▶ home.open ──▶ journal
 *                       ──▶ journal → world_view → reel → scene, driven by viewer_model
 *                       ◀─▶ settings ──▶ home.save
 *
 * Only glue: what is seen and how it answers is decided in view/. A file that changes on disk is opened
 * again; if it has a mistake by then, the mistake is shown and the old picture stays.
 *
 * Ownership: journals and settings are the home's.
 */
#pragma once

#include <stdio.h>

#include "journal/journal.h"
#include "readers/settings.h"
#include "shell/sdl/gestures.h"
#include "shell/sdl/raster.h"
#include "shell/sdl/viewer_mind.h"
#include "view/scene_catalogue.h"

/* What was said on the command line. The rest is as the settings have it. */
struct viewer_options {
  struct theme theme;
  int32_t width_px, height_px; /* 0: as it was last time, or as the screen suggests */
  int32_t text_percent;        /* 100, 125, 150 */
  int64_t at_us;               /* begin there; negative: not given */
  int64_t step;                /* begin at its settled end; negative: not given */
  enum granularity by;
  bool tells_times;         /* say at the end how long pictures took */
  bool tells_pictures;      /* say each picture in words on standard output */
  struct gestures gestures; /* before a screenshot */
};

/* Where films come from and settings go. */
struct viewer_home {
  void *context;
  struct settings *settings;
  void (*save)(void *context); /* the settings have changed */
  /* The catalogue, and how many of its last items are the ones seen last. */
  size_t (*list)(void *context, const struct catalogue_item **items_out);
  /* The journal of a file; the one before stays valid until settle. NULL and errors if it cannot be had. */
  const struct journal *(*open)(void *context, struct span path, const struct viewer_progress *progress,
                                struct error_list *errors);
  void (*settle)(void *context);
  struct span (*path)(void *context); /* of the file opened last; absolute */
  /* Another number when that file, or one that it extends, has changed on disk; or the file tried last, which
   * had a mistake. */
  uint64_t (*stamp)(void *context, bool of_tried);
  uint64_t (*stamp_read)(void *context); /* of the one tried last, as it was when it was read */
  /* Saves the machines' places, or says in words why not. */
  bool (*keep_positions)(void *context, const struct layout_pin *pins, size_t count, struct buf *words_out);
  struct viewer_mind mind; /* what if, and attempts; its context is its own */
};

enum viewer_end {
  VIEWER_WELL,
  VIEWER_BAD_FILE,
  VIEWER_BAD_WISH, /* a step, a label that is not there */
  VIEWER_NO_WINDOW /* or the picture cannot be written */
};

/* Until the person closes the window. Begins with the file, or with the catalogue if the path is empty. */
enum viewer_end viewer_run(const struct viewer_options *options, const struct viewer_home *home,
                           struct span path, struct error_list *errors);
/* One picture as PNG; needs no display. */
enum viewer_end viewer_screenshot(const struct viewer_options *options, const struct journal *journal,
                                  struct buf *png, struct error_list *errors);
/* Any picture, scaled to fit so many pixels. */
bool viewer_encode(const struct draw_list *picture, int32_t width_px, int32_t height_px, struct buf *png,
                   struct error_list *errors);
