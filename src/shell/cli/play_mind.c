#define _XOPEN_SOURCE 700 /* realpath */
#include "shell/cli/play_mind.h"

#ifdef WAYSTATION_VIEWER

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "readers/compare.h"
#include "shell/cli/whatif_film.h"
#include "world/whatif.h"

struct play_mind {
  const struct film *film;
  const char *attempt;
  struct arena arena; /* of the run below */
  struct whatif_film second;
  bool has_second;
  struct span words[WHATIF_WORDS_MAX + 1];
  size_t word_count;
  int64_t at_us;
};

/* The first mistake, as a sentence for the window. */
static void tell_error(const struct error_list *errors, struct buf *words_out) {
  const struct error *error = errors->count ? &errors->items[0] : NULL;
  if (!error) {
    buf_add_text(words_out, "It cannot be run.");
    return;
  }
  buf_add(words_out, error->message);
  if (error->expected.len) buf_format(words_out, ". Expected: %.*s", SPAN_ARG(error->expected));
  if (error->hint.len) buf_format(words_out, ". Try: %.*s", SPAN_ARG(error->hint));
}

static void end_second(struct play_mind *mind) {
  if (mind->has_second) whatif_film_free(&mind->second);
  mind->has_second = false;
  arena_reset(&mind->arena);
}

void play_tell(void *progress, int64_t simulated_us, uint32_t records) {
  const struct viewer_progress *told = progress;
  char room[100];
  struct buf words = BUF_ON(room, sizeof room);
  int64_t s = simulated_us / 1000000;
  buf_format(&words, "simulated %lld:%02lld:%02lld, %u records", (long long)(s / 3600),
             (long long)(s / 60 % 60), (long long)(s % 60), records);
  told->tell(told->context, buf_span(&words));
}

static bool run_whatif(void *context, struct span line, int64_t at_us, const struct viewer_progress *progress,
                       struct viewer_whatif *out, struct buf *words_out) {
  struct play_mind *mind = context;
  struct error_list errors = {0};
  struct compare_outcome *outcomes = NULL;
  struct viewer_progress own = *progress;
  const struct film_watch watch = {play_tell, &own};
  end_second(mind);
  mind->word_count = whatif_split(line, &mind->arena, mind->words, WHATIF_WORDS_MAX + 1);
  mind->at_us = at_us;
  mind->has_second =
      whatif_film_run(mind->film, mind->words, mind->word_count, at_us, &watch, &mind->second, &errors);
  if (mind->has_second) {
    const struct journal *journal = mind->second.film.journal;
    size_t count = compare_outcomes(mind->film->journal, journal, &mind->arena, &outcomes);
    *out = (struct viewer_whatif){journal, buf_span(&mind->second.what), outcomes, count};
  } else {
    tell_error(&errors, words_out);
  }
  error_list_free(&errors);
  return mind->has_second;
}

/* ---- files ---- */

/* "mx-failover" of "…/mx-failover.json". */
static struct span bare_name(struct span path) {
  size_t slash = span_find_last(path, '/');
  struct span name = span_skip(path, slash == SPAN_NONE ? 0 : slash + 1);
  size_t dot = span_find_last(name, '.');
  return span_first(name, dot == SPAN_NONE || dot == 0 ? name.len : dot);
}

/* A name that is not taken, in the scenario's folder, or in this one. */
static struct span free_name(const struct play_mind *mind, const char *kind, bool beside,
                             struct arena *arena) {
  struct span file = mind->film->scenario ? mind->film->scenario->file : SPAN("story.json");
  size_t slash = span_find_last(file, '/');
  struct span folder = beside && slash != SPAN_NONE ? span_first(file, slash + 1) : SPAN_EMPTY;
  for (int i = 1; i < 1000; i++) {
    struct span number = i == 1 ? SPAN_EMPTY : arena_format(arena, "-%d", i);
    struct span path = arena_format(arena, "%.*s%.*s-%s%.*s.json", SPAN_ARG(folder),
                                    SPAN_ARG(bare_name(file)), kind, SPAN_ARG(number));
    if (access(path.data, F_OK) != 0) return path;
  }
  return SPAN_EMPTY;
}

static void tell_saved(struct span path, struct buf *words_out) {
  char real[PATH_MAX];
  struct arena arena = ARENA_EMPTY;
  const char *name = arena_text(&arena, path);
  buf_format(words_out, "Saved: %s", realpath(name, real) ? real : name);
  arena_free(&arena);
}

static bool save_whatif(void *context, struct buf *words_out) {
  struct play_mind *mind = context;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  bool saved = false;
  for (int beside = 1; beside >= 0 && !saved && mind->has_second; beside--) {
    struct span path = free_name(mind, "what-if", beside, &arena);
    error_list_free(&errors);
    errors = (struct error_list){0};
    saved = path.len > 0 &&
            whatif_film_save(mind->film, mind->words, mind->word_count, mind->at_us, path.data, &errors);
    if (saved) tell_saved(path, words_out);
  }
  if (!saved) tell_error(&errors, words_out);
  error_list_free(&errors);
  arena_free(&arena);
  return saved;
}

static bool save_attempt(void *context, struct span json, bool asked, struct buf *words_out) {
  struct play_mind *mind = context;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  if (!asked && !mind->attempt) return true;
  struct span path = mind->attempt ? span_from(mind->attempt) : free_name(mind, "attempt", false, &arena);
  bool saved = path.len > 0 && files_write(path.data, json, &errors);
  if (saved)
    tell_saved(path, words_out);
  else
    tell_error(&errors, words_out);
  error_list_free(&errors);
  arena_free(&arena);
  return saved;
}

/* ---- doors ---- */

struct play_mind *play_mind_new(const struct film *film, const char *attempt) {
  struct play_mind *mind = mem_zalloc(sizeof *mind);
  mind->film = film;
  mind->attempt = attempt;
  return mind;
}

void play_mind_free(struct play_mind *mind) {
  if (!mind) return;
  end_second(mind);
  arena_free(&mind->arena);
  mem_free(mind);
}

struct viewer_mind play_mind_for_viewer(struct play_mind *mind) {
  return (struct viewer_mind){
      .context = mind, .run_whatif = run_whatif, .save_whatif = save_whatif, .save_attempt = save_attempt};
}

#endif
