/* whatif_film: a film run again with something changed: the same scenario, with the learner's actions laid
 * over it. For the command and for the window.
 */
#pragma once

#include "shell/cli/files.h"

struct whatif_film {
  struct film film;   /* the new run */
  struct buf overlay; /* the new scenario as JSON; it extends the old one, which lies beside it */
  struct buf what;    /* what was changed, in words */
};

/* False with errors; nothing is to be freed then. at_us: of actions that name no time; negative: none. The
 * watch may be NULL. */
bool whatif_film_run(const struct film *original, const struct span *words, size_t count, int64_t at_us,
                     const struct film_watch *watch, struct whatif_film *out, struct error_list *errors);
void whatif_film_free(struct whatif_film *whatif);
/* Saves it: as an extension where the file lies beside the original or above it, else as one whole scenario.
 */
bool whatif_film_save(const struct film *original, const struct span *words, size_t count, int64_t at_us,
                      const char *path, struct error_list *errors);
/* The words of an action in one text, such as "down mx1.example.edu"; quotation marks hold a word together.
 */
size_t whatif_split(struct span text, struct arena *arena, struct span *words, size_t max);
