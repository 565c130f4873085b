/* viewer_internal: what the parts of the viewer's model share; for viewer_*.c alone.
 *
 *     viewer_model.c    input and time come in here
 *     viewer_keys.c     which key is which action
 *     viewer_actions.c  what an action does
 *     viewer_pointer.c  what a click, a drag and the wheel do
 *     viewer_panels.c   what opens, closes and chooses in the panels; jumps, and the way back
 *     viewer_steps.c    the way through the film
 *     viewer_marks.c    bookmarks
 *     viewer_stage.c    zoom, pan, machines that are moved
 *     viewer_copy.c     selecting and copying
 *     viewer_predict.c  questions on the way
 */
#pragma once

#include "view/viewer_keys.h"
#include "view/viewer_model.h"

size_t viewer_current_step(const struct viewer_model *model);
/* The one door for the position: another step begins with nothing scrolled away. */
void viewer_set_position(struct viewer_model *model, int64_t position_ms);
/* Neither playing nor stepping. */
void viewer_rest(struct viewer_model *model);

/* viewer_steps.c */
void viewer_step_forward(struct viewer_model *model, enum granularity by);
void viewer_step_back(struct viewer_model *model, enum granularity by);
void viewer_replay(struct viewer_model *model);
void viewer_play_or_pause(struct viewer_model *model);
void viewer_go_to_hop(struct viewer_model *model, uint32_t hop); /* from 1 */

void viewer_go_to_refusal(struct viewer_model *model, bool before);
void viewer_jump_time(struct viewer_model *model, bool earlier); /* by JUMP_US */

/* viewer_marks.c */
void viewer_bookmark(struct viewer_model *model);
void viewer_go_to_bookmark(struct viewer_model *model, bool before);

/* viewer_stage.c */
void viewer_zoom(struct viewer_model *model, bool nearer, const struct point *about); /* NULL: the middle */
void viewer_fit(struct viewer_model *model);
void viewer_pan(struct viewer_model *model, int32_t dx, int32_t dy); /* by so much of the picture */
void viewer_move_host(struct viewer_model *model, uint16_t host, struct point middle);
void viewer_move_by_key(struct viewer_model *model, int32_t right, int32_t down);
void viewer_tidy(struct viewer_model *model);

/* viewer_copy.c */
void viewer_select(struct viewer_model *model, uint32_t from, uint32_t to);
void viewer_select_by_key(struct viewer_model *model, bool up);
void viewer_copy(struct viewer_model *model);

/* viewer_actions.c. The number is for ACTION_HOP. */
void viewer_do(struct viewer_model *model, enum viewer_action action, uint32_t number);
void viewer_scroll_conversation(struct viewer_model *model, int32_t rows);
void viewer_scroll_message(struct viewer_model *model, int32_t down);

/* viewer_panels.c. Those that give a bool say whether the input was for them. */
bool viewer_panels_activate(struct viewer_model *model, uint64_t id);
bool viewer_panels_wheel(struct viewer_model *model, uint64_t id, int32_t notches);
bool viewer_panels_close(struct viewer_model *model); /* what was opened last */
void viewer_panels_step(struct viewer_model *model);  /* another step is shown */
void viewer_jump_back(struct viewer_model *model);    /* to where the last jump began */
void viewer_toggle_ladder(struct viewer_model *model);
void viewer_toggle_eavesdropper(struct viewer_model *model);
void viewer_toggle_short(struct viewer_model *model);
void viewer_toggle_raw(struct viewer_model *model);

/* viewer_predict.c. Those that give a bool say whether a question took it over. */
void viewer_toggle_predict(struct viewer_model *model);
void viewer_save_attempt(struct viewer_model *model);
bool viewer_predict_limit(struct viewer_model *model, int64_t position_ms); /* the film runs to there */
bool viewer_predict_stops(struct viewer_model *model, size_t to);           /* a step forward to there */
bool viewer_predict_do(struct viewer_model *model, enum viewer_action action, uint32_t number);
bool viewer_predict_activate(struct viewer_model *model, uint64_t id);
void viewer_predict_left(struct viewer_model *model); /* another step is shown: what is asked goes */

/* viewer_pointer.c */
void viewer_pointer(struct viewer_model *model, const struct input *input);
/* What a click on a control, or Enter with the focus on it, does. */
void viewer_activate(struct viewer_model *model, uint64_t id);
