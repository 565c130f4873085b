#include "journal/journal_kinds.h"

#include "base/check.h"
#include "journal/journal.h"

static const struct journal_kind_info kinds[JOURNAL_KIND_COUNT] = {
#define KIND(number, constant, name, meaning, numbers, texts)                                                \
  [JOURNAL_##constant] = {name, meaning, numbers, texts},
    JOURNAL_KINDS(KIND)
#undef KIND
};

const struct journal_kind_info *journal_kind_info(enum journal_kind kind) {
  CHECK(kind > JOURNAL_NO_KIND && kind < JOURNAL_KIND_COUNT);
  return &kinds[kind];
}

enum journal_kind journal_kind_named(struct span name) {
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++)
    if (span_equal(name, span_from(kinds[kind].name))) return (enum journal_kind)kind;
  return JOURNAL_NO_KIND;
}
