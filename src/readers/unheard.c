#include "readers/unheard.h"

#include "journal/narrator.h"

static struct span why_silent(const struct narrator *narrator, size_t number, const char *what,
                              struct arena *arena) {
  int64_t nth = narrator->preamble->narrations[number].nth, met = narrator->met[number];
  if (met == 0) return SPAN("no record of the run matches \"when\"");
  if (nth > met)
    return arena_format(arena, "\"nth\" is %lld, and \"when\" matches only %lld records", (long long)nth,
                        (long long)met);
  return arena_format(arena, "another %s, before it in the list, speaks at the same record", what);
}

/* Of the preamble's narrations. */
static size_t unheard_of(const struct journal *journal, const struct journal_preamble *preamble,
                         const char *what, struct arena *arena, struct unheard **unheard_out) {
  size_t total = preamble->narration_count, count = 0;
  struct unheard *unheard = *unheard_out = arena_alloc(arena, (total + 1) * sizeof *unheard);
  bool *spoke = arena_zalloc(arena, total + 1);
  struct narrator narrator;
  narrator_begin(&narrator, preamble);
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    if (!narrator.kinds[journal_kind_at(journal, seq)]) continue;
    journal_get(journal, seq, &record);
    uint32_t speaks = narrator_hear(&narrator, &record);
    if (speaks) spoke[speaks - 1] = true;
  }
  for (size_t i = 0; i < total; i++) {
    if (spoke[i]) continue;
    unheard[count++] = (struct unheard){(uint32_t)i, arena_copy(arena, preamble->narrations[i].say),
                                        why_silent(&narrator, i, what, arena)};
  }
  narrator_end(&narrator);
  return count;
}

size_t narrations_unheard(const struct journal *journal, struct arena *arena, struct unheard **unheard_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  size_t count = unheard_of(journal, preamble, "narration", arena, unheard_out);
  journal_preamble_free(preamble);
  return count;
}

/* A question waits for its record as a narration does; so it is looked for as one. */
size_t questions_unasked(const struct journal *journal, struct arena *arena, struct unheard **unheard_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct journal_preamble asking = *preamble;
  asking.narration_count = preamble->question_count;
  asking.narrations = arena_alloc(arena, (asking.narration_count + 1) * sizeof *asking.narrations);
  for (size_t i = 0; i < asking.narration_count; i++) {
    const struct journal_question *question = &preamble->questions[i];
    asking.narrations[i] = (struct journal_narration){
        .record = question->record, .nth = question->nth, .when = question->when, .say = question->ask};
  }
  size_t count = unheard_of(journal, &asking, "question", arena, unheard_out);
  journal_preamble_free(preamble);
  return count;
}
