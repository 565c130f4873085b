/* picture: what the viewer shows of a journal at a step, as a draw list, without a viewer.
 *
 * Ownership: borrows the journal.
 */
#pragma once

#include "view/scene.h"

struct picture;

struct picture *picture_new(const struct journal *journal);
void picture_free(struct picture *picture);
const struct reel *picture_reel(const struct picture *picture);

struct picture_options {
  struct theme theme;
  int32_t width_px, height_px, text_percent; /* as scene_size has it */
  bool ladder;                               /* the sessions as a ladder, in place of the machines */
};
/* The settled end of a step. */
void picture_draw(struct picture *picture, size_t step, const struct picture_options *options,
                  struct draw_list *list);
/* The step that shows the record; a step's caption, for who cannot see the picture. */
size_t picture_step_of(const struct picture *picture, journal_seq record);
void picture_words(const struct picture *picture, size_t step, struct buf *out);
