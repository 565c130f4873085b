/* picture: what the viewer shows of a journal at a step, as a draw list, without a viewer.
 *
 * Ownership: borrows the journal.
 */
#pragma once

#include "view/scene.h"
#include "view/scene_session.h"

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
/* The session with that number, NULL if there is none; the nth, from 1, that carries a letter. */
const struct session *picture_session(const struct picture *picture, uint32_t connection);
const struct session *picture_session_of_letter(const struct picture *picture, uint32_t message,
                                                uint32_t nth);
/* The whole of it as a ladder (scene_session.h), up to a record. */
bool picture_draw_session(const struct picture *picture, const struct session *session,
                          const struct theme *theme, const struct session_rungs_options *options,
                          struct draw_list *list, int64_t *height_out);
void picture_session_words(const struct picture *picture, const struct session *session,
                           const struct session_rungs_options *options, struct buf *out);
/* The step that shows the record; a step's caption, for who cannot see the picture. */
size_t picture_step_of(const struct picture *picture, journal_seq record);
void picture_words(const struct picture *picture, size_t step, struct buf *out);
