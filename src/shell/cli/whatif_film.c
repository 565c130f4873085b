#define _XOPEN_SOURCE 700
#include "shell/cli/whatif_film.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "world/whatif.h"
#include "world/world.h"

enum { OVERLAYS = 2 };

/* A reader that finds files which nobody has saved: the overlay, beside the scenario that it extends; and
 * that scenario itself where it is a changed one. */
struct overlaid {
  struct scenario_reader real;
  struct span paths[OVERLAYS], texts[OVERLAYS];
};

static bool read_overlaid(void *context, struct span path, size_t size_max, struct arena *arena,
                          struct span *bytes_out, struct error_list *errors) {
  const struct overlaid *overlaid = context;
  for (int i = 0; i < OVERLAYS; i++) {
    if (!span_equal(path, overlaid->paths[i])) continue;
    *bytes_out = overlaid->texts[i];
    return true;
  }
  return overlaid->real.read_file(overlaid->real.context, path, size_max, arena, bytes_out, errors);
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

static const char below_name[] = "what-if below";

static struct whatif_source source_of(const struct film *original, const struct whatif_film *whatif,
                                      struct span extends) {
  const struct whatif_film *below = whatif->below;
  const struct film *changed = below ? &below->film : original;
  return (struct whatif_source){.scenario = changed->scenario,
                                .journal = changed->journal,
                                .extends = extends,
                                .at_us = whatif->at_us,
                                .so_far = below ? buf_span(&below->all) : SPAN_EMPTY,
                                .original = original->scenario->title};
}

/* Nobody has seen the overlay's file: its line says nothing, its pointer does. */
static void hide_place(struct error_list *errors, struct span overlay) {
  for (size_t i = 0; i < errors->count; i++) {
    if (!span_equal(errors->items[i].file, overlay)) continue;
    errors->items[i].file = SPAN("what if");
    errors->items[i].line = errors->items[i].column = 0;
  }
}

/* overlay: the JSON that lies on top. */
static struct overlaid overlay_reader(const struct film *original, const struct whatif_film *whatif,
                                      struct span overlay, struct arena *arena) {
  struct span folder = folder_of(original->scenario->file);
  struct overlaid overlaid = {.real = files_scenario_reader(arena)};
  overlaid.paths[0] = arena_format(arena, "%.*swhat-if:overlay", SPAN_ARG(folder));
  overlaid.texts[0] = overlay;
  overlaid.paths[1] = overlaid.texts[1] = SPAN_EMPTY;
  if (!whatif->below) return overlaid;
  overlaid.paths[1] = arena_format(arena, "%.*s%s", SPAN_ARG(folder), below_name);
  overlaid.texts[1] = buf_span(&whatif->below->whole);
  return overlaid;
}

static void keep_words(struct whatif_film *whatif, const struct span *words, size_t count) {
  struct arena *arena = &whatif->film.arena;
  whatif->words = arena_alloc(arena, (count + 1) * sizeof *whatif->words);
  whatif->word_count = count;
  for (size_t i = 0; i < count; i++) whatif->words[i] = arena_copy(arena, words[i]);
}

/* Reads the scenario that lies over the other, and writes it as a whole. */
static bool load_overlaid(const struct film *original, struct whatif_film *whatif,
                          struct error_list *errors) {
  struct overlaid overlaid =
      overlay_reader(original, whatif, buf_span(&whatif->overlay), &whatif->film.arena);
  struct scenario_reader reader = overlaid.real;
  reader.read_file = read_overlaid;
  reader.context = &overlaid;
  whatif->film.scenario = scenario_load(overlaid.paths[0], &reader, errors);
  bool good =
      whatif->film.scenario && scenario_write_whole(overlaid.paths[0], &reader, &whatif->whole, errors);
  hide_place(errors, overlaid.paths[0]);
  return good;
}

/* False with errors; nothing is to be freed then. */
static bool run_change(const struct film *original, const struct span *words, size_t count,
                       const struct film_watch *watch, struct whatif_film *out, struct error_list *errors) {
  const struct whatif_film *below = out->below;
  if (!has_scenario(original, errors)) return false;
  struct span file = original->scenario->file;
  keep_words(out, words, count);
  struct whatif_source source =
      source_of(original, out, below ? span_from(below_name) : span_skip(file, folder_of(file).len));
  bool good = whatif_overlay(&source, out->words, count, &out->overlay, &out->what, errors) &&
              load_overlaid(original, out, errors);
  if (!good) {
    whatif_film_free(out);
    return false;
  }
  if (below) buf_format(&out->all, "%.*s, then ", SPAN_ARG(buf_span(&below->all)));
  buf_add(&out->all, buf_span(&out->what));
  film_run(&out->film, JOURNAL_FULL, -1, watch);
  return true;
}

static bool too_many(struct error_list *errors) {
  error_list_add(errors, &(struct error){.file = SPAN("what if"),
                                         .message = SPAN("too many changes on top of one another"),
                                         .expected = SPAN("at most 20"),
                                         .hint = SPAN("save the story and go on from there")});
  return false;
}

bool whatif_chain_run(const struct film *original, const struct whatif_film *below, const struct span *words,
                      size_t count, int64_t at_us, const struct film_watch *watch, struct whatif_film *films,
                      size_t max, size_t *made_out, struct error_list *errors) {
  *made_out = 0;
  for (size_t first = 0, next; first <= count; first = next + 1) {
    next = first;
    /* Of too many words some are missing: they are complained about as they are. */
    while (next < count && (count > WHATIF_WORDS_MAX || !span_equal(words[next], SPAN("then")))) next++;
    if (*made_out == max) return too_many(errors);
    struct whatif_film *film = &films[*made_out];
    *film = (struct whatif_film){.below = *made_out ? film - 1 : below, .at_us = at_us};
    if (!run_change(original, words + first, next - first, watch, film, errors)) return false;
    ++*made_out;
  }
  return true;
}

void whatif_film_free(struct whatif_film *whatif) {
  film_free(&whatif->film);
  buf_free(&whatif->overlay);
  buf_free(&whatif->whole);
  buf_free(&whatif->what);
  buf_free(&whatif->all);
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

bool whatif_film_save(const struct film *original, const struct whatif_film *whatif, const char *path,
                      struct output_rule rule, struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  struct buf overlay = {0}, what = {0};
  struct span file = original->scenario->file, extends = path_from(path, file, &arena);
  bool extends_it = !whatif->below && extends.len > 0 && span_find(extends, ':') == SPAN_NONE;
  struct whatif_source source = source_of(original, whatif, extends);
  bool good =
      !extends_it || whatif_overlay(&source, whatif->words, whatif->word_count, &overlay, &what, errors);
  good = good && output_write(path, extends_it ? buf_span(&overlay) : buf_span(&whatif->whole), rule, errors);
  buf_free(&overlay);
  buf_free(&what);
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
