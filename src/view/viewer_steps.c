/* The way through the film: steps, hops, play and pause. */
#include "view/viewer_internal.h"

void viewer_step_forward(struct viewer_model *model, enum granularity by) {
  if (model->is_stepping) { /* the one under way is over, but for a question on its way */
    if (viewer_predict_limit(model, model->stop_ms)) return;
    viewer_set_position(model, model->stop_ms);
  }
  size_t from = viewer_current_step(model), to = reel_next(model->reel, from, by);
  int64_t stop = reel_settled(model->reel, to);
  viewer_rest(model);
  if (to == from) {
    viewer_set_position(model, model->reel->length_ms);
    return;
  }
  if (viewer_predict_stops(model, to)) return;
  int64_t start = model->reel->steps[from + 1].film_ms;
  model->is_stepping = true;
  model->stop_ms = stop;
  model->rate = (stop - start + STEP_PLAY_MS - 1) / STEP_PLAY_MS;
  if (model->rate < 1) model->rate = 1;
  viewer_set_position(model, model->view.theme.reduced_motion ? stop : start);
}

void viewer_step_back(struct viewer_model *model, enum granularity by) {
  viewer_go_to_step(model, reel_previous(model->reel, viewer_current_step(model), by));
}

void viewer_replay(struct viewer_model *model) {
  size_t step = viewer_current_step(model);
  viewer_rest(model);
  model->is_stepping = true;
  model->rate = 1;
  model->stop_ms = reel_settled(model->reel, step);
  viewer_set_position(model, model->reel->steps[step].film_ms);
}

void viewer_go_to_hop(struct viewer_model *model, uint32_t hop) {
  const struct reel *reel = model->reel;
  if (hop < 1 || hop > reel->world->tab_count) return;
  const struct session *session = world_tab(reel->world, hop);
  for (size_t i = 0; i < reel->segment_count; i++) {
    if (reel->segments[i].connection != session->connection) continue;
    viewer_go_to_step(model, reel->segments[i].first_step); /* the first: a session may go on later */
    return;
  }
}

void viewer_play_or_pause(struct viewer_model *model) {
  bool was_playing = model->view.is_playing;
  bool at_end = model->view.position_ms >= model->reel->length_ms;
  viewer_rest(model);
  if (was_playing) return;
  if (at_end) viewer_set_position(model, 0);
  model->view.is_playing = true;
}

/* ---- leaps ---- */

void viewer_go_to_refusal(struct viewer_model *model, bool before) {
  size_t from = viewer_current_step(model), to = reel_refusal(model->reel, from, before);
  if (to == from)
    viewer_say(model, before ? SPAN("No refusal before this") : SPAN("No refusal after this"));
  else
    viewer_go_to_step(model, to);
}

/* To what has happened by then; if that is nothing, to whatever comes next. */
void viewer_jump_time(struct viewer_model *model, bool earlier) {
  const struct reel *reel = model->reel;
  size_t from = viewer_current_step(model);
  int64_t now = reel->steps[from].time_us, then = now + (earlier ? -(int64_t)JUMP_US : (int64_t)JUMP_US);
  size_t to = then < 0 ? 0 : reel_step_at_time(reel, then);
  if (to == from) to = earlier ? reel_previous(reel, from, BY_LINE) : reel_next(reel, from, BY_LINE);
  if (to == from)
    viewer_say(model, earlier ? SPAN("The story begins here") : SPAN("Nothing comes after this"));
  viewer_go_to_step(model, to);
}
