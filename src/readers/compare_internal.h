/* compare_internal: what the two forms of a comparison share; for compare*.c alone. */
#pragma once

#include "readers/compare.h"
#include "readers/outcome.h"
#include "view/reel_compare.h"

struct story {
  const struct journal *journal;
  struct world_view *world;
  struct reel *reel;
  struct outcome *outcomes;
  size_t outcome_count;
};

/* One letter's recipient in both runs; an index is SIZE_MAX where there is none. */
struct outcome_pair {
  size_t before, after;
  bool same; /* the same end by the same way; how long it took may differ */
};

struct comparison {
  struct arena arena;
  struct story before, after;
  struct reel_compare *steps;
  struct outcome_pair *pairs;
  size_t pair_count;
};

struct comparison comparison_make(const struct journal *before, const struct journal *after);
void comparison_free(struct comparison *c);
/* The step as one line: "00:01:00.125  mx1.example.edu  S: 250 2.1.5 Ok". */
struct span comparison_line(struct comparison *c, const struct story *story, size_t step);
