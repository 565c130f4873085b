#include "journal/narrator.h"

void narrator_begin(struct narrator *narrator, const struct journal_preamble *preamble) {
  size_t count = preamble->narration_count;
  struct error error;
  *narrator = (struct narrator){.arena = ARENA_EMPTY, .preamble = preamble};
  narrator->matches = arena_zalloc(&narrator->arena, (count + 1) * sizeof *narrator->matches);
  narrator->usable = arena_zalloc(&narrator->arena, count + 1);
  narrator->met = arena_zalloc(&narrator->arena, (count + 1) * sizeof *narrator->met);
  for (size_t i = 0; i < count; i++) {
    struct match *match = &narrator->matches[i];
    narrator->usable[i] = match_parse(preamble->narrations[i].when, &narrator->arena, match, &error);
    if (!narrator->usable[i]) continue;
    if (match->kind != JOURNAL_NO_KIND) narrator->kinds[match->kind] = true;
    for (size_t k = 0; match->kind == JOURNAL_NO_KIND && k < JOURNAL_KIND_COUNT; k++)
      narrator->kinds[k] = true;
  }
}

void narrator_end(struct narrator *narrator) {
  arena_free(&narrator->arena);
}

uint32_t narrator_hear(struct narrator *narrator, const struct journal_record *record) {
  uint32_t found = 0;
  if (!narrator->kinds[record->kind]) return 0;
  for (size_t i = 0; i < narrator->preamble->narration_count; i++) {
    if (!narrator->usable[i] || !match_record(&narrator->matches[i], narrator->preamble, record)) continue;
    int64_t nth = narrator->preamble->narrations[i].nth;
    narrator->met[i]++;
    if (!found && (nth == 0 || nth == narrator->met[i])) found = (uint32_t)i + 1;
  }
  return found;
}
