/* Reads anything as a pattern; what is taken is tried on a record of each kind. The first line is the
 * pattern, the rest is what the records say. */
#include "base/check.h"
#include "journal/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct journal *one_of_each(struct span text) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    const struct journal_kind_info *info = journal_kind_info((enum journal_kind)kind);
    struct journal_record record = {
        .kind = (uint16_t)kind, .host = 1, .agent = 1, .cause = (journal_seq)kind - 1};
    for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) record.number[i] = (int64_t)text.len % 3;
    for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) record.text[i] = text;
    journal_append(journal, &record);
  }
  return journal;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena arena = ARENA_EMPTY;
  struct match match;
  struct error error = {0};
  struct span text = span_of((const char *)data, size), pattern;
  if (!span_next(&text, '\n', &pattern)) return 0;
  if (!text.data) text = SPAN_EMPTY;
  if (match_parse(pattern, &arena, &match, &error)) {
    struct journal *journal = one_of_each(text);
    struct journal_preamble *preamble = journal_preamble_new(journal);
    journal_seq seq = 0;
    while ((seq = match_next(&match, preamble, journal, seq + 1)) != 0)
      CHECK(match.kind == JOURNAL_NO_KIND || match.kind == journal_kind_at(journal, seq));
    match_names_exist(&match, preamble, &arena, &error);
    journal_preamble_free(preamble);
    journal_free(journal);
  } else {
    struct buf out = {0};
    CHECK(error.column >= 1 && error.column <= pattern.len + 1 && error.message.len);
    error_format(&error, &out);
    buf_free(&out);
  }
  arena_free(&arena);
  return 0;
}
