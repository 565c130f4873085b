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
  struct whatif_film chain[WHATIF_CHAIN_MAX]; /* each on top of the one before */
  size_t depth;
  struct span changes[WHATIF_CHAIN_MAX]; /* in words */
  struct arena outcomes;                 /* of the two stories compared last */
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

static void drop_changes(struct play_mind *mind, size_t depth) {
  while (mind->depth > depth) whatif_film_free(&mind->chain[--mind->depth]);
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

/* The new runs take their place when they are there: until then all stays as it is. */
static bool run_whatif(void *context, size_t on, struct span line, int64_t at_us,
                       const struct viewer_progress *progress, size_t *depth_out, struct buf *words_out) {
  struct play_mind *mind = context;
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct viewer_progress own = *progress;
  const struct film_watch watch = {play_tell, &own};
  struct span *words = arena_alloc(&arena, (WHATIF_WORDS_MAX + 1) * sizeof *words);
  struct whatif_film *films = arena_zalloc(&arena, WHATIF_CHAIN_MAX * sizeof *films);
  size_t count = whatif_split(line, &arena, words, WHATIF_WORDS_MAX + 1), made;
  const struct whatif_film *below = on ? &mind->chain[on - 1] : NULL;
  bool good = whatif_chain_run(mind->film, below, words, count, at_us, &watch, films, WHATIF_CHAIN_MAX - on,
                               &made, &errors);
  if (good) drop_changes(mind, on);
  for (size_t i = 0; i < made; i++) {
    if (!good) {
      whatif_film_free(&films[i]);
      continue;
    }
    struct whatif_film *film = &mind->chain[mind->depth];
    *film = films[i];
    film->below = mind->depth ? film - 1 : NULL;
    mind->changes[mind->depth++] = buf_span(&film->what);
  }
  if (!good) tell_error(&errors, words_out);
  *depth_out = mind->depth;
  error_list_free(&errors);
  arena_free(&arena);
  return good;
}

/* One after the other, each on top of the new one before it. */
static size_t rerun_whatif(void *context, size_t depth, const struct viewer_progress *progress,
                           struct buf *words_out) {
  struct play_mind *mind = context;
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct viewer_progress own = *progress;
  const struct film_watch watch = {play_tell, &own};
  struct whatif_film *old = arena_zalloc(&arena, WHATIF_CHAIN_MAX * sizeof *old);
  size_t count = depth < mind->depth ? depth : mind->depth, made;
  for (size_t i = 0; i < mind->depth; i++) old[i] = mind->chain[i];
  size_t before = mind->depth;
  mind->depth = 0;
  for (size_t i = 0; i < count; i++) {
    struct whatif_film *film = &mind->chain[i];
    const struct whatif_film *below = i ? film - 1 : NULL;
    if (!whatif_chain_run(mind->film, below, old[i].words, old[i].word_count, old[i].at_us, &watch, film, 1,
                          &made, &errors)) {
      buf_format(words_out, "Change %zu cannot be made to the new story: ", i + 1);
      tell_error(&errors, words_out);
      break;
    }
    mind->changes[mind->depth++] = buf_span(&film->what);
  }
  for (size_t i = 0; i < before; i++) whatif_film_free(&old[i]);
  error_list_free(&errors);
  arena_free(&arena);
  return mind->depth;
}

static const struct journal *story(const struct play_mind *mind, size_t depth) {
  return depth ? mind->chain[depth - 1].film.journal : mind->film->journal;
}

static void compare_whatif(void *context, size_t before, size_t after, struct viewer_whatif *out) {
  struct play_mind *mind = context;
  struct compare_outcome *outcomes = NULL;
  *out = (struct viewer_whatif){.before = story(mind, before), .after = story(mind, after)};
  arena_reset(&mind->outcomes);
  out->outcome_count = compare_outcomes(out->before, out->after, &mind->outcomes, &outcomes);
  out->outcomes = outcomes;
  const struct whatif_film *last = &mind->chain[after - 1];
  out->what = buf_span(before + 1 < after ? &last->all : &last->what);
  out->changes = mind->changes;
  out->change_count = mind->depth;
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

static bool save_whatif(void *context, size_t depth, struct buf *words_out) {
  struct play_mind *mind = context;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  const struct output_rule rule = {OUTPUT_OVER_NOTHING, mind->film};
  bool saved = false;
  for (int beside = 1; beside >= 0 && !saved; beside--) {
    struct span path = free_name(mind, "what-if", beside, &arena);
    error_list_free(&errors);
    errors = (struct error_list){0};
    saved = path.len > 0 && whatif_film_save(mind->film, &mind->chain[depth - 1], path.data, rule, &errors);
    if (saved) tell_saved(path, words_out);
  }
  if (!saved) tell_error(&errors, words_out);
  error_list_free(&errors);
  arena_free(&arena);
  return saved;
}

static bool save_attempt(void *context, size_t depth, struct span json, bool asked, struct buf *words_out) {
  struct play_mind *mind = context;
  const char *named = depth ? NULL : mind->attempt;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  if (!asked && !named) return true;
  struct span path = named ? span_from(named) : free_name(mind, "attempt", false, &arena);
  const struct output_rule rule = {OUTPUT_OVER_ATTEMPT, mind->film};
  bool saved = path.len > 0 && output_write(path.data, json, rule, &errors);
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
  drop_changes(mind, 0);
  arena_free(&mind->outcomes);
  mem_free(mind);
}

struct viewer_mind play_mind_for_viewer(struct play_mind *mind) {
  return (struct viewer_mind){.context = mind,
                              .run_whatif = run_whatif,
                              .rerun_whatif = rerun_whatif,
                              .compare_whatif = compare_whatif,
                              .save_whatif = save_whatif,
                              .save_attempt = save_attempt};
}

#endif
