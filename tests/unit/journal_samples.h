/* journal_samples: records for the journal's tests. */
#pragma once

#include "base/rng.h"
#include "journal/journal.h"

static const struct journal_record sample_scenario = {
    .kind = JOURNAL_SCENARIO,
    .number = {JOURNAL_FORMAT, 1087575775000000, 7},
    .text = {SPAN_INIT("A letter"), SPAN_INIT(""), SPAN_INIT("R26")},
};

static inline struct journal *new_journal(enum journal_mode mode) {
  struct journal *journal = journal_new(mode);
  journal_append(journal, &sample_scenario);
  return journal;
}

/* A record of any kind with random contents; its texts are slices of the pool. */
static inline struct journal_record random_record(struct rng *rng, struct span pool, int64_t time_us,
                                                  journal_seq before) {
  enum journal_kind kind = (enum journal_kind)(2 + rng_below(rng, JOURNAL_KIND_COUNT - 2));
  const struct journal_kind_info *info = journal_kind_info(kind);
  struct journal_record record = {
      .time_us = time_us,
      .kind = (uint16_t)kind,
      .cause = (journal_seq)rng_below(rng, (uint64_t)before + 1),
      .host = (uint16_t)(rng_next(rng) >> rng_between(rng, 0, 63)),
      .agent = (uint16_t)(rng_next(rng) >> rng_between(rng, 0, 63)),
      .connection = (uint32_t)(rng_next(rng) >> rng_between(rng, 0, 63)),
      .message = (uint32_t)(rng_next(rng) >> rng_between(rng, 0, 63)),
  };
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) {
    uint64_t number = rng_next(rng) >> rng_between(rng, 0, 63);
    memcpy(&record.number[i], &number, sizeof number);
  }
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) {
    size_t len = (size_t)(rng_below(rng, pool.len) >> rng_between(rng, 0, 30));
    record.text[i] = span_slice(pool, (size_t)rng_below(rng, pool.len - len), len);
  }
  return record;
}
