/* viewer_mind: the window's doors to what the view cannot do itself: run a story again with something
 * changed, and that story again, save that scenario, keep an attempt at the questions.
 *
 *     viewer_model ── the menu's line ──▶ run_whatif ──▶ a chain of journals ──▶ reel_compare ──▶ page
 *                  ── answers ──────────▶ save_attempt
 *
 * The functions are given by whoever opens the window (shell/cli): the window knows no scenario. Each may be
 * NULL: it cannot be done then.
 */
#pragma once

#include "journal/journal.h"
#include "view/scene_compare.h"
#include "view/viewer_model.h"

/* To be called now and then by what takes long, with how far it is. */
struct viewer_progress {
  void (*tell)(void *context, struct span words);
  void *context;
};

/* Two stories of the chain, side by side. */
struct viewer_whatif {
  const struct journal *before, *after;
  struct span what; /* what was changed between them, in words */
  const struct compare_outcome *outcomes;
  size_t outcome_count;
  const struct span *changes; /* all of the chain, in words, from the first */
  size_t change_count;
};

/* Stories have a depth: 0 is the one in the file, n the one after n changes on top of one another. */
struct viewer_mind {
  void *context;
  /* Runs the story of depth `on` again, with the line's actions, those without a time at at_us: that is the
   * story of the next depth from now on, and the last; or of several depths, where the line has "then" in it.
   * False with a few words about what is wrong; nothing has changed then. */
  bool (*run_whatif)(void *context, size_t on, struct span line, int64_t at_us,
                     const struct viewer_progress *progress, size_t *depth_out, struct buf *words_out);
  /* The file is another one than when the chain was made: makes the same changes, `depth` of them, to it. At
   * the first that cannot be made the chain ends, with words about why. Returns how many there are now. */
  size_t (*rerun_whatif)(void *context, size_t depth, const struct viewer_progress *progress,
                         struct buf *words_out);
  /* before < after. What is given is valid until the next run, the outcomes until the next comparison. */
  void (*compare_whatif)(void *context, size_t before, size_t after, struct viewer_whatif *out);
  /* Saves the scenario of that depth; the words say where, or what is wrong. */
  bool (*save_whatif)(void *context, size_t depth, struct buf *words_out);
  /* Saves an attempt (JSON). asked: the person wants it saved, and hears of it; else it is kept if a place
   * was named. That place is for the story in the file: answers to a changed one (depth) do not go there. */
  bool (*save_attempt)(void *context, size_t depth, struct span json, bool asked, struct buf *words_out);
};

/* The changed stories, while one of them is compared or watched. */
struct viewer_second {
  size_t depth; /* of the changed story that is compared or watched; 0: there is none */
  const struct journal *original, *now; /* of depth 0, and of that depth */
  struct world_view *worlds[2];         /* of their own, since the film in the window comes and goes */
  struct reel *reels[2];
  struct reel_compare *compare;
  bool is_shown; /* the page is what the window shows */
  struct compare_view page;
  bool is_watched;               /* the changed story is the film in the window */
  size_t first_step;             /* of the original: where to go back to */
  int64_t first_us;              /* when that is */
  struct predict_given *answers; /* to the original's questions, while it is not the film */
  size_t answer_count;
  bool asks;
  struct buf words; /* of the page's notice */
};

/* Saves an attempt at the story that is watched, if the model wants that. */
void viewer_mind_keep(const struct viewer_mind *mind, struct viewer_model *model,
                      const struct viewer_second *second);
/* Runs what the menu says, if the model wants that; the page is shown after it. */
void viewer_mind_run(const struct viewer_mind *mind, struct viewer_model *model, struct viewer_second *second,
                     const struct viewer_progress *progress);
/* Saves the changed scenario; the page says where. */
void viewer_mind_save(const struct viewer_mind *mind, struct viewer_second *second);
/* Compares the story of another depth, with the one before it or with the original. */
void viewer_mind_compare(const struct viewer_mind *mind, struct viewer_second *second, size_t depth,
                         bool with_original, const struct viewer_progress *progress);
/* The changed stories are made anew, on the story of a file that is another one now, which is the film: the
 * second is as `old` was, and at most as deep. False with nothing: no change can be made to that story. */
bool viewer_mind_again(const struct viewer_mind *mind, const struct viewer_second *old,
                       const struct viewer_model *model, const struct viewer_progress *progress,
                       struct viewer_second *second);
/* Ends the comparison, whose journals may go then, and hands out the rest; the second is nothing then. */
struct viewer_second viewer_second_take(struct viewer_second *second);
void viewer_second_end(struct viewer_second *second);
