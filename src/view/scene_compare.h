/* scene_compare: two stories side by side, line by line: as it was, and what if.
 *
 *     ┌ What if mx1 comes up at 90s?      Change Watch  Save Back ┐
 *     ├ As it was ▸ 1 mx2 goes down ▸ 2 mx1 comes up ─────────────┤   once there are several
 *     ├ as it was ──────────────────┬ what if ────────────────────┤
 *     │  00:01:30  C: MAIL FROM …   │  00:01:30  C: MAIL FROM …   │   the same
 *     │− 00:01:30  asks for …       │                             │   gone
 *     │                             │+ 00:02:00  is there again   │   new
 *     ├ the step in words ──────────┼ the step in words ──────────┤
 *     ├ what became of the letters ─┴─────────────────────────────┤
 *
 * A page of its own, as the catalogue is. A pure function of the view; the steps of both stories are gone
 * through together. What to do (watch, save, back) is the shell's.
 *
 * Ownership: borrows the comparison and the outcomes.
 */
#pragma once

#include "view/input.h"
#include "view/reel_compare.h"
#include "view/scene.h"

/* What became of a letter for one recipient, in words, in both stories. */
struct compare_outcome {
  struct span letter, before, after;
  bool same;
};

enum compare_do {
  COMPARE_STAY,
  COMPARE_BACK,    /* to one change less */
  COMPARE_DEPTH,   /* to so many changes: wanted_depth */
  COMPARE_MORE,    /* change something more, from here */
  COMPARE_AGAINST, /* with the original, or with the story before the last change */
  COMPARE_SAVE,
  COMPARE_WATCH,
  COMPARE_QUIT,
  COMPARE_FULL_SCREEN,
  COMPARE_FILL_SCREEN /* a remote's: it never ends a full screen */
};

struct compare_view {
  const struct reel_compare *compare;
  struct span what; /* what was changed */
  const struct compare_outcome *outcomes;
  size_t outcome_count;
  const struct span *changes; /* all that were made on top of one another, from the first */
  size_t change_count;
  size_t depth;       /* how many of them the new story has */
  bool with_original; /* the left one is as it was before all changes */
  size_t wanted_depth;
  size_t row; /* the one that both stories are at */
  int32_t width, height;
  struct theme theme;
  uint64_t hover, focus;
  struct span notice; /* "Saved: …" */
  bool is_blank;
  enum compare_do wants; /* for the shell: it does and clears it */
};

/* Begins at the first difference. */
void scene_compare_begin(struct compare_view *view, const struct reel_compare *compare, struct theme theme);
void scene_compare_draw(const struct compare_view *view, struct draw_list *list);
void scene_compare_input(struct compare_view *view, const struct input *input,
                         const struct draw_list *picture);
/* The step of the new story to watch from here. */
size_t scene_compare_step(const struct compare_view *view);
