#include "readers/unheard.h"

#include "journal/narrator.h"
#include "view/predict.h"

/* Empty: its pattern is met as often as it wants. */
static struct span why_never_met(const struct narrator *narrator, size_t number, struct arena *arena) {
  int64_t nth = narrator->preamble->narrations[number].nth, met = narrator->met[number];
  if (met == 0) return SPAN("no record of the run matches \"when\"");
  if (nth <= met) return SPAN_EMPTY;
  return arena_format(arena, "\"nth\" is %lld, and \"when\" matches only %lld records", (long long)nth,
                      (long long)met);
}

/* Hears the whole run; spoke_out, if not NULL: by narration, whether it speaks. */
static void hear_all(struct narrator *narrator, const struct journal *journal, bool *spoke_out) {
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    if (!narrator->kinds[journal_kind_at(journal, seq)]) continue;
    journal_get(journal, seq, &record);
    uint32_t speaks = narrator_hear(narrator, &record);
    if (speaks && spoke_out) spoke_out[speaks - 1] = true;
  }
}

size_t narrations_unheard(const struct journal *journal, struct arena *arena, struct unheard **unheard_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  size_t total = preamble->narration_count, count = 0;
  struct unheard *unheard = *unheard_out = arena_alloc(arena, (total + 1) * sizeof *unheard);
  bool *spoke = arena_zalloc(arena, total + 1);
  struct narrator narrator;
  narrator_begin(&narrator, preamble);
  hear_all(&narrator, journal, spoke);
  for (size_t i = 0; i < total; i++) {
    if (spoke[i]) continue;
    struct span why = why_never_met(&narrator, i, arena);
    if (!why.len) why = SPAN("another narration, before it in the list, speaks at the same record");
    unheard[count++] = (struct unheard){(uint32_t)i, arena_copy(arena, preamble->narrations[i].say), why};
  }
  narrator_end(&narrator);
  journal_preamble_free(preamble);
  return count;
}

/* What predict mode asks in this run; by question of the scenario. *cut_off_out: it asks no more after that.
 */
static void see_what_is_asked(const struct journal *journal, bool *asked, bool *cut_off_out) {
  struct world_view *world = world_view_new(journal);
  struct reel *reel = reel_new(world);
  struct predict *predict = predict_new(reel);
  for (size_t i = 0; i < predict->count; i++)
    if (predict->questions[i].kind == PREDICT_SCENARIO) asked[predict->questions[i].asked] = true;
  *cut_off_out = predict->count == PREDICT_QUESTIONS_MAX;
  predict_free(predict);
  reel_free(reel);
  world_view_free(world);
}

static void list_unasked(const struct journal *journal, const struct journal_preamble *preamble,
                         const bool *asked, bool is_cut_off, struct arena *arena, struct unheard *unheard,
                         size_t *count) {
  /* A question waits for its record as a narration does; so it is looked for as one. */
  struct journal_preamble asking = *preamble;
  struct narrator narrator;
  asking.narration_count = preamble->question_count;
  asking.narrations = arena_alloc(arena, (asking.narration_count + 1) * sizeof *asking.narrations);
  for (size_t i = 0; i < asking.narration_count; i++) {
    const struct journal_question *question = &preamble->questions[i];
    asking.narrations[i] = (struct journal_narration){
        .record = question->record, .nth = question->nth, .when = question->when, .say = question->ask};
  }
  narrator_begin(&narrator, &asking);
  hear_all(&narrator, journal, NULL);
  for (size_t i = 0; i < preamble->question_count; i++) {
    if (asked[i]) continue;
    struct span why = why_never_met(&narrator, i, arena);
    if (!why.len)
      why = is_cut_off
                ? arena_format(arena, "no more than %d questions are asked of one run", PREDICT_QUESTIONS_MAX)
                : SPAN("no step comes after the record that \"when\" matches");
    unheard[(*count)++] = (struct unheard){(uint32_t)i, arena_copy(arena, preamble->questions[i].ask), why};
  }
  narrator_end(&narrator);
}

size_t questions_unasked(const struct journal *journal, struct arena *arena, struct unheard **unheard_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  size_t total = preamble->question_count, count = 0;
  bool is_cut_off = false, *asked = arena_zalloc(arena, total + 1);
  *unheard_out = arena_alloc(arena, (total + 1) * sizeof **unheard_out);
  if (total) {
    see_what_is_asked(journal, asked, &is_cut_off);
    list_unasked(journal, preamble, asked, is_cut_off, arena, *unheard_out, &count);
  }
  journal_preamble_free(preamble);
  return count;
}
