#define _XOPEN_SOURCE 700
#include "shell/cli/whatif_film.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "world/whatif.h"
#include "world/world.h"

/* A reader that finds one more file: the overlay, beside the scenario that it extends. */
struct overlaid {
  struct scenario_reader real;
  struct span path, text;
};

static bool read_overlaid(void *context, struct span path, size_t size_max, struct arena *arena,
                          struct span *bytes_out, struct error_list *errors) {
  const struct overlaid *overlaid = context;
  if (!span_equal(path, overlaid->path))
    return overlaid->real.read_file(overlaid->real.context, path, size_max, arena, bytes_out, errors);
  *bytes_out = overlaid->text;
  return true;
}

static struct span folder_of(struct span path) {
  size_t slash = span_find_last(path, '/');
  return slash == SPAN_NONE ? SPAN_EMPTY : span_first(path, slash + 1);
}

static bool has_scenario(const struct film *original, struct error_list *errors) {
  if (original->scenario) return true;
  error_list_add(errors, &(struct error){.file = SPAN("what if"),
                                         .message = SPAN("a saved journal cannot be run again"),
                                         .expected = SPAN("a scenario"),
                                         .hint = SPAN("take the scenario that the journal is a run of")});
  return false;
}

static struct whatif_source source_of(const struct film *original, struct span extends, int64_t at_us) {
  return (struct whatif_source){
      .scenario = original->scenario, .journal = original->journal, .extends = extends, .at_us = at_us};
}

/* Nobody has seen the overlay's file: its line says nothing, its pointer does. */
static void hide_place(struct error_list *errors, struct span overlay) {
  for (size_t i = 0; i < errors->count; i++) {
    if (!span_equal(errors->items[i].file, overlay)) continue;
    errors->items[i].file = SPAN("what if");
    errors->items[i].line = errors->items[i].column = 0;
  }
}

static struct overlaid overlay_reader(const struct film *original, struct arena *arena) {
  struct span file = original->scenario->file;
  return (struct overlaid){.real = files_scenario_reader(arena),
                           .path = arena_format(arena, "%.*swhat-if:overlay", SPAN_ARG(folder_of(file)))};
}

bool whatif_film_run(const struct film *original, const struct span *words, size_t count, int64_t at_us,
                     const struct film_watch *watch, struct whatif_film *out, struct error_list *errors) {
  *out = (struct whatif_film){.overlay = {0}};
  if (!has_scenario(original, errors)) return false;
  struct span file = original->scenario->file;
  struct whatif_source source = source_of(original, span_skip(file, folder_of(file).len), at_us);
  bool good = whatif_overlay(&source, words, count, &out->overlay, &out->what, errors);
  if (good) {
    struct overlaid overlaid = overlay_reader(original, &out->film.arena);
    overlaid.text = buf_span(&out->overlay);
    struct scenario_reader reader = {read_overlaid, &overlaid, overlaid.real.software_dir};
    out->film.scenario = scenario_load(overlaid.path, &reader, errors);
    good = out->film.scenario != NULL;
    hide_place(errors, overlaid.path);
  }
  if (!good) {
    whatif_film_free(out);
    return false;
  }
  film_run(&out->film, JOURNAL_FULL, -1, watch);
  return true;
}

void whatif_film_free(struct whatif_film *whatif) {
  film_free(&whatif->film);
  buf_free(&whatif->overlay);
  buf_free(&whatif->what);
  *whatif = (struct whatif_film){.overlay = {0}};
}

/* ---- saving ---- */

static struct span real_folder(struct span path, struct arena *arena) {
  char real[PATH_MAX];
  struct span folder = folder_of(path);
  const char *name = folder.len ? arena_text(arena, folder) : ".";
  if (!realpath(name, real)) return SPAN_EMPTY;
  return arena_format(arena, "%s%s", real, span_equal(span_from(real), SPAN("/")) ? "" : "/");
}

/* The original's path from the new file, if it lies beside it or below; else empty. */
static struct span path_from(const char *path, struct span original, struct arena *arena) {
  struct span here = real_folder(span_from(path), arena), there = real_folder(original, arena);
  if (!here.len || !there.len || !span_starts_with(there, here)) return SPAN_EMPTY;
  const struct span pieces[] = {span_skip(there, here.len), span_skip(original, folder_of(original).len)};
  return arena_join(arena, pieces, 2);
}

static bool write_whole(const struct film *original, struct span overlay, struct buf *out,
                        struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  struct overlaid overlaid = overlay_reader(original, &arena);
  overlaid.text = overlay;
  struct scenario_reader reader = {read_overlaid, &overlaid, overlaid.real.software_dir};
  bool good = scenario_write_whole(overlaid.path, &reader, out, errors);
  arena_free(&arena);
  return good;
}

bool whatif_film_save(const struct film *original, const struct span *words, size_t count, int64_t at_us,
                      const char *path, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  struct buf overlay = {0}, what = {0}, whole = {0};
  if (!has_scenario(original, errors)) return false;
  struct span file = original->scenario->file, extends = path_from(path, file, &arena);
  bool is_beside = extends.len > 0 && span_find(extends, ':') == SPAN_NONE;
  struct whatif_source source =
      source_of(original, is_beside ? extends : span_skip(file, folder_of(file).len), at_us);
  bool good = whatif_overlay(&source, words, count, &overlay, &what, errors);
  if (good && !is_beside) good = write_whole(original, buf_span(&overlay), &whole, errors);
  good = good && files_write(path, is_beside ? buf_span(&overlay) : buf_span(&whole), errors);
  buf_free(&overlay);
  buf_free(&what);
  buf_free(&whole);
  arena_free(&arena);
  return good;
}

/* ---- words ---- */

size_t whatif_split(struct span text, struct arena *arena, struct span *words, size_t max) {
  size_t count = 0;
  for (size_t at = 0; at < text.len && count < max;) {
    struct buf word = {0};
    bool quoted = false, any = false;
    while (at < text.len && ascii_is_space(text.data[at])) at++;
    for (; at < text.len && (quoted || !ascii_is_space(text.data[at])); at++) {
      any = true;
      if (text.data[at] == '"')
        quoted = !quoted;
      else
        buf_add_char(&word, text.data[at]);
    }
    if (any) words[count++] = arena_copy(arena, buf_span(&word));
    buf_free(&word);
  }
  return count;
}
