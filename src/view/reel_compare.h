/* reel_compare: two films of the same world, side by side: which steps are the same in both, which differ,
 * where they first part.
 *
 *     before   1 2 3 4 5 6     7 8            rows: each a step of the one, of the other, or of both
 *     after    1 2 3     4 5 6 7 8
 *
 * Steps are matched by what they mean: the kind of thing, who does it to whom, what it is about. Times,
 * queue ids, dates and numbers of records do not count, since all of them shift when something happens
 * earlier or later. Matched steps that say other words are marked so. The order of each film is kept.
 *
 * Ownership: borrows both reels. Never changes once made. Where the two differ by more steps than
 * COMPARE_CELLS_MAX allows to weigh, they are matched by the steps that occur once in each.
 */
#pragma once

#include "view/reel.h"

#define COMPARE_NO_STEP   SIZE_MAX
#define COMPARE_CELLS_MAX ((size_t)4000000)

enum compare_mark { COMPARE_SAME, COMPARE_WORDS, COMPARE_BEFORE_ONLY, COMPARE_AFTER_ONLY };

struct compare_row {
  enum compare_mark mark;
  size_t before, after; /* steps; COMPARE_NO_STEP: this film has none here */
};

struct reel_compare {
  const struct reel *before, *after;
  struct compare_row *rows;
  size_t count;
  size_t *row_of_before, *row_of_after; /* by step */
  size_t first;                         /* the first row that differs; count: none does */
  size_t same, words, before_only, after_only;
};

struct reel_compare *reel_compare_new(const struct reel *before, const struct reel *after);
void reel_compare_free(struct reel_compare *compare);
/* The row in which a step of one of the films stands. */
size_t reel_compare_row(const struct reel_compare *compare, bool is_after, size_t step);
/* A text without what shifts with time: queue ids, dates, sizes. For who compares. */
struct span reel_compare_words(struct span text, struct arena *arena);
