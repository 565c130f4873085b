#define _XOPEN_SOURCE 700 /* realpath */
#include "shell/cli/play_home.h"

#ifdef WAYSTATION_VIEWER

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "shell/cli/catalogue.h"
#include "shell/cli/output.h"
#include "shell/cli/play_mind.h"
#include "shell/sdl/preferences.h"
#include "view/viewer_model.h"

struct play_home {
  struct arena arena;
  struct settings settings;
  struct span settings_path; /* empty: nowhere to keep them */
  struct film film, former;
  struct film tried; /* what was read of a file that has a mistake; no more than that */
  struct span film_path;
  struct arena film_arena; /* of the path */
  struct catalogue_entry *entries;
  size_t entry_count;
  bool has_entries;
  int64_t at_us; /* asked for; negative once a film is there */
  struct catalogue_item *items;
  struct play_mind *mind;
};

/* The same file has one name, however it was called. */
static struct span absolute(const char *path, struct arena *arena) {
  char room[PATH_MAX];
  const char *found = realpath(path, room);
  return arena_copy(arena, span_from(found ? found : path));
}

/* ---- settings ---- */

/* A name that is not taken: "settings.json.kept", "….kept2" … */
static void put_aside(struct play_home *home) {
  for (int i = 1; i < 100; i++) {
    struct span name = i == 1 ? arena_format(&home->arena, "%.*s.kept", SPAN_ARG(home->settings_path))
                              : arena_format(&home->arena, "%.*s.kept%d", SPAN_ARG(home->settings_path), i);
    if (access(name.data, F_OK) == 0) continue;
    if (rename(home->settings_path.data, name.data) == 0)
      fprintf(stderr, "waystation play: the settings could not be read; they are kept as %s\n", name.data);
    return;
  }
}

static void load_settings(struct play_home *home) {
  struct error_list errors = {0};
  struct span text;
  settings_init(&home->settings);
  if (!home->settings_path.len || access(home->settings_path.data, F_OK) != 0) return;
  settings_free(&home->settings);
  bool well = files_read(home->settings_path, SETTINGS_SIZE_MAX, &home->arena, &text, &errors);
  if (well)
    well = settings_read(home->settings_path, text, &home->settings, &errors);
  else
    settings_init(&home->settings);
  files_print_errors(&errors);
  error_list_free(&errors);
  if (!well) put_aside(home);
}

static void save(void *context) {
  struct play_home *home = context;
  struct error_list errors = {0};
  struct buf text = {0};
  if (!home->settings_path.len) return;
  settings_write(&home->settings, &text);
  const struct output_rule rule = {.over = OUTPUT_OVER_ALL};
  if (!output_write(home->settings_path.data, buf_span(&text), rule, &errors)) {
    files_print_errors(&errors);
    home->settings_path = SPAN_EMPTY; /* once is enough */
  }
  buf_free(&text);
  error_list_free(&errors);
}

/* ---- films ---- */

static const struct journal *open_film(void *context, struct span path,
                                       const struct viewer_progress *progress, struct error_list *errors) {
  struct play_home *home = context;
  struct viewer_progress own = *progress;
  const struct film_watch watch = {play_tell, &own};
  struct arena arena = ARENA_EMPTY;
  struct film film;
  char *name = arena_text(&arena, path);
  bool well = film_open(name, JOURNAL_FULL, -1, &watch, errors, &film);
  film_free(&home->tried);
  if (well) {
    film_free(&home->former);
    home->former = home->film;
    home->film = film;
    film_tell_end(&home->film, "play", home->at_us);
    home->at_us = -1;
    struct span found = absolute(files_find(name, &arena).data, &arena);
    arena_reset(&home->film_arena);
    home->film_path = arena_copy(&home->film_arena, found);
  } else {
    home->tried = film;
  }
  arena_free(&arena);
  return well ? home->film.journal : NULL;
}

static void settle(void *context) {
  struct play_home *home = context;
  film_free(&home->former);
}

static struct span film_path(void *context) {
  return ((struct play_home *)context)->film_path;
}

static uint64_t stamp(void *context, bool of_tried) {
  const struct play_home *home = context;
  return film_stamp(of_tried ? &home->tried : &home->film);
}

static uint64_t stamp_read(void *context) {
  const struct play_home *home = context;
  return home->tried.path_count ? home->tried.stamp : home->film.stamp;
}

/* ---- the catalogue ---- */

static bool is_known(const struct play_home *home, size_t count, struct span path) {
  for (size_t i = 0; i < count; i++)
    if (span_equal(home->items[i].path, path)) return true;
  return false;
}

/* The scenarios of the course, then the files seen last that are none of them. */
static size_t list(void *context, const struct catalogue_item **items_out) {
  struct play_home *home = context;
  if (!home->has_entries)
    home->entry_count =
        catalogue_read(files_data_dir("scenarios", &home->arena), &home->arena, &home->entries);
  home->has_entries = true;
  size_t most = home->entry_count + home->settings.film_count + 1, count = 0;
  home->items = arena_zalloc(&home->arena, most * sizeof *home->items);
  for (; count < home->entry_count; count++) {
    const struct catalogue_entry *entry = &home->entries[count];
    home->items[count] = (struct catalogue_item){entry->title, entry->subtitle, entry->topic, entry->teaches,
                                                 absolute(entry->path.data, &home->arena)};
  }
  for (size_t i = 0; i < home->settings.film_count; i++) {
    struct span path = home->settings.films[i].path;
    char *name = arena_text(&home->arena, path);
    if (is_known(home, count, path) || access(name, R_OK) != 0) continue;
    size_t slash = span_find_last(path, '/');
    struct span copy = span_from(name);
    home->items[count++] =
        (struct catalogue_item){.title = span_skip(copy, slash == SPAN_NONE ? 0 : slash + 1),
                                .subtitle = span_first(copy, slash == SPAN_NONE ? 0 : slash),
                                .topic = SPAN_EMPTY,
                                .teaches = SPAN_EMPTY,
                                .path = copy};
  }
  *items_out = home->items;
  return count;
}

/* ---- positions ---- */

/* "jack.json" → "jack-arranged.json", or with the first number that is free. */
static struct span name_beside(struct span path, struct arena *arena) {
  struct span stem = span_first(path, path.len - 5);
  for (int i = 1; i < 100; i++) {
    struct span name = i == 1 ? arena_format(arena, "%.*s-arranged.json", SPAN_ARG(stem))
                              : arena_format(arena, "%.*s-arranged-%d.json", SPAN_ARG(stem), i);
    if (access(name.data, F_OK) != 0) return name;
  }
  return SPAN_EMPTY;
}

/* A scenario that extends the one shown by the positions: the one shown stays as it is. */
static bool keep_positions(void *context, const struct layout_pin *pins, size_t count,
                           struct buf *words_out) {
  struct play_home *home = context;
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct buf text = {0};
  struct span path = home->film_path;
  struct span name = span_ends_with(path, SPAN(".json")) ? name_beside(path, &arena) : SPAN_EMPTY;
  size_t slash = span_find_last(path, '/');
  struct span base = span_skip(path, slash == SPAN_NONE ? 0 : slash + 1);
  buf_format(&text, "{\n  \"waystation\": 1,\n  \"extends\": \"%.*s\",\n  \"hosts\": {\n", SPAN_ARG(base));
  viewer_positions_text(pins, count, &text);
  buf_add_text(&text, "  }\n}\n");
  const struct output_rule rule = {OUTPUT_OVER_NOTHING, &home->film};
  bool well = name.len && output_write(name.data, buf_span(&text), rule, &errors);
  if (well)
    buf_format(words_out, "Saved as %.*s, which extends %.*s",
               SPAN_ARG(span_skip(name, slash == SPAN_NONE ? 0 : slash + 1)), SPAN_ARG(base));
  else
    buf_add_text(words_out, "No file can be written there: the positions are copied, to be pasted");
  buf_free(&text);
  arena_free(&arena);
  error_list_free(&errors);
  return well;
}

/* ---- doors ---- */

struct play_home *play_home_new(const char *attempt, int64_t at_us) {
  struct play_home *home = mem_zalloc(sizeof *home);
  home->at_us = at_us;
  home->mind = play_mind_new(&home->film, attempt);
  home->settings_path = preferences_path(&home->arena);
  load_settings(home);
  return home;
}

void play_home_free(struct play_home *home) {
  play_mind_free(home->mind);
  film_free(&home->film);
  film_free(&home->former);
  film_free(&home->tried);
  settings_free(&home->settings);
  arena_free(&home->film_arena);
  arena_free(&home->arena);
  mem_free(home);
}

struct settings *play_home_settings(struct play_home *home) {
  return &home->settings;
}

struct viewer_home play_home_for_viewer(struct play_home *home) {
  return (struct viewer_home){.context = home,
                              .settings = &home->settings,
                              .save = save,
                              .list = list,
                              .open = open_film,
                              .settle = settle,
                              .path = film_path,
                              .stamp = stamp,
                              .stamp_read = stamp_read,
                              .keep_positions = keep_positions,
                              .mind = play_mind_for_viewer(home->mind)};
}

#endif
