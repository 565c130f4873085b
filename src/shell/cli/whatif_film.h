/* whatif_film: a film run again with something changed: the same scenario, with the learner's actions laid
 * over it. For the command and for the window.
 *
 *     original ◀── first change ◀── change on top of it ◀── …      each a scenario and its run
 */
#pragma once

#include "shell/cli/output.h"

enum { WHATIF_CHAIN_MAX = 20 };

/* One change. It may lie on top of another: then the changed story is what is changed. */
struct whatif_film {
  struct film film;   /* the new run */
  struct buf overlay; /* the new scenario as JSON; it extends the one below, which lies beside it */
  struct buf whole;   /* the same as one scenario that extends nothing */
  struct buf what;    /* what was changed, in words */
  struct buf all;     /* with what was changed below, in words */
  const struct whatif_film *below; /* NULL: it changes the original */
  struct span *words;              /* in the film's arena */
  size_t word_count;
  int64_t at_us;
};

/* Runs the changes that the words say, with "then" between one and another on top of it. below: NULL, or the
 * change on top of which the first lies; it lives longer. at_us: of actions that name no time; negative:
 * none. The watch may be NULL. films: room for max of them; those made are to be freed, also after an error.
 */
bool whatif_chain_run(const struct film *original, const struct whatif_film *below, const struct span *words,
                      size_t count, int64_t at_us, const struct film_watch *watch, struct whatif_film *films,
                      size_t max, size_t *made_out, struct error_list *errors);
void whatif_film_free(struct whatif_film *whatif);
/* Saves it: as an extension where the file lies beside the original or above it, else, and where it lies on
 * top of another change, as one whole scenario. */
bool whatif_film_save(const struct film *original, const struct whatif_film *whatif, const char *path,
                      struct output_rule rule, struct error_list *errors);
/* The words of an action in one text, such as "down mx1.example.edu"; quotation marks hold a word together.
 */
size_t whatif_split(struct span text, struct arena *arena, struct span *words, size_t max);
