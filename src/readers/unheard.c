#include "readers/unheard.h"

#include "journal/narrator.h"

static struct span why_silent(const struct narrator *narrator, size_t number, struct arena *arena) {
  int64_t nth = narrator->preamble->narrations[number].nth, met = narrator->met[number];
  if (met == 0) return SPAN("no record of the run matches \"when\"");
  if (nth > met)
    return arena_format(arena, "\"nth\" is %lld, and \"when\" matches only %lld records", (long long)nth,
                        (long long)met);
  return SPAN("another narration, before it in the list, speaks at the same record");
}

size_t narrations_unheard(const struct journal *journal, struct arena *arena, struct unheard **unheard_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
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
                                        why_silent(&narrator, i, arena)};
  }
  narrator_end(&narrator);
  journal_preamble_free(preamble);
  return count;
}
