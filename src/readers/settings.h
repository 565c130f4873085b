/* settings: what the window remembers from one time to the next, and its text: a small JSON file.
 *
 *     file ──▶ settings_read ──▶ struct settings ──▶ the window ──▶ struct settings ──▶ settings_write ──▶
 * file
 *
 * A value that is missing, unknown or out of range is the usual one. A text that is no settings file at all
 * is an error with its place; the caller keeps such a file. Only what a person chose is in it, no scenario's
 * text.
 *
 * Ownership: texts are in the settings' own arena.
 * Limits: SETTINGS_FILMS_MAX films are remembered, the last seen first.
 */
#pragma once

#include "base/error.h"
#include "view/scene.h"

enum { SETTINGS_FILMS_MAX = 40, SETTINGS_SIZE_MAX = 1 << 20 };

/* What belongs to one scenario. */
struct settings_film {
  struct span path; /* absolute */
  struct bookmarks bookmarks;
  struct scene_moves moves;
};

struct settings {
  enum theme_name theme;
  int32_t text_percent; /* 100, 125, 150 */
  bool reduced_motion;
  int32_t speed_percent;
  enum granularity by;
  int32_t width_px, height_px; /* of the window; 0: as the screen suggests */
  struct settings_film *films; /* the last seen first */
  size_t film_count;
  struct arena arena;
};

void settings_init(struct settings *settings);
void settings_free(struct settings *settings);
/* False and an error if the text is no settings file; the settings are the usual ones then. */
bool settings_read(struct span path, struct span text, struct settings *settings_out,
                   struct error_list *errors);
void settings_write(const struct settings *settings, struct buf *out);
/* The film of that path, put in front; it is new if it was not known. */
struct settings_film *settings_film(struct settings *settings, struct span path);
