/* The mind: predict mode, questions on the way through the film; and the menu of what could be otherwise. */
#include "view/viewer_internal.h"

static struct predict_play *play_of(struct viewer_model *model) {
  return &model->play;
}

static void ask(struct viewer_model *model, size_t question, int64_t position_ms, bool resumes) {
  viewer_rest(model);
  viewer_set_position(model, position_ms);
  model->predict_resumes = resumes;
  predict_play_ask(play_of(model), question);
  model->view.focus = 0;
}

bool viewer_predict_limit(struct viewer_model *model, int64_t position_ms) {
  struct predict_play *play = play_of(model);
  if (!play->is_on || play->asked != PREDICT_NONE) return false;
  size_t question = predict_play_next(play, viewer_current_step(model) + 1);
  if (question == PREDICT_NONE) return false;
  size_t step = play->predict->questions[question].step;
  int64_t begins = model->reel->steps[step].film_ms;
  if (position_ms < begins) return false;
  ask(model, question, begins - 1, model->view.is_playing);
  return true;
}

bool viewer_predict_stops(struct viewer_model *model, size_t to) {
  struct predict_play *play = play_of(model);
  size_t from = viewer_current_step(model);
  if (!play->is_on) return false;
  size_t question = predict_play_next(play, from + 1);
  if (question == PREDICT_NONE) return false;
  size_t step = play->predict->questions[question].step;
  bool at_once = step == from + 1 || model->view.theme.reduced_motion;
  if (step > to || !at_once) return false;
  ask(model, question, reel_settled(model->reel, step - 1), false);
  return true;
}

void viewer_predict_left(struct viewer_model *model) {
  predict_play_close(play_of(model));
}

static void switch_off(struct viewer_model *model) {
  struct predict_play *play = play_of(model);
  predict_play_close(play);
  play->is_on = false;
  model->view.predict = NULL;
}

void viewer_toggle_predict(struct viewer_model *model) {
  struct predict_play *play = play_of(model);
  if (play->is_on) {
    switch_off(model);
    viewer_say(model, SPAN("No more questions; what was answered is kept"));
    return;
  }
  if (!model->predict) model->predict = predict_new(model->reel);
  if (model->predict->count == 0) {
    viewer_say(model, SPAN("There is nothing to predict in this story"));
    return;
  }
  predict_play_begin(play, model->predict);
  model->view.predict = play;
  if (!viewer_predict_stops(model, viewer_current_step(model) + 1))
    viewer_say(model, SPAN("Predict: the story stops and asks. Step on, or play"));
}

void viewer_take_answers(struct viewer_model *model, const struct predict_given *answers, size_t count,
                         bool asks) {
  if (count == 0) return;
  model->predict = predict_new(model->reel);
  predict_play_begin(&model->play, model->predict);
  for (size_t i = 0; i < count && i < model->predict->count; i++) model->play.given[i] = answers[i];
  model->play.is_on = asks;
  model->view.predict = asks ? &model->play : NULL;
}

/* The next question before the same step; or else the step comes, and the film goes on as before. */
static void go_on(struct viewer_model *model) {
  struct predict_play *play = play_of(model);
  size_t step = play->predict->questions[play->asked].step, next = predict_play_next(play, step);
  predict_play_close(play);
  if (next != PREDICT_NONE && play->predict->questions[next].step == step) {
    ask(model, next, model->view.position_ms, model->predict_resumes);
  } else if (model->predict_resumes) {
    viewer_set_position(model, model->reel->steps[step].film_ms);
    model->view.is_playing = true;
  } else {
    viewer_step_forward(model, BY_LINE);
  }
}

static void answer(struct viewer_model *model, size_t choice) {
  if (predict_play_answer(play_of(model), choice)) model->wants_attempt_kept = true;
}

static void reveal_or_go_on(struct viewer_model *model) {
  struct predict_play *play = play_of(model);
  if (play->is_revealed) {
    go_on(model);
    return;
  }
  predict_play_show(play);
  model->wants_attempt_kept = true;
}

static void point_at(struct viewer_model *model, int by) {
  struct predict_play *play = play_of(model);
  struct arena arena = ARENA_EMPTY;
  struct predict_words words;
  predict_words(play->predict, play->asked, &arena, &words);
  if (words.count && !play->is_revealed)
    play->pointed = (play->pointed + words.count + (by < 0 ? words.count - 1 : 1)) % words.count;
  arena_free(&arena);
}

/* Enter: what has the focus, else the choice that is pointed at. */
static bool press(struct viewer_model *model) {
  struct predict_play *play = play_of(model);
  if (model->view.focus) return false;
  if (play->is_revealed)
    go_on(model);
  else
    answer(model, play->pointed);
  return true;
}

/* Between two questions a digit is one that comes too early or too late: it must not throw the story
 * elsewhere. */
static bool keep_digit(struct viewer_model *model, enum viewer_action action) {
  if (!play_of(model)->is_on || action != ACTION_HOP) return false;
  viewer_say(model, SPAN("Digits answer questions now: [ and ] go by hop"));
  return true;
}

bool viewer_predict_do(struct viewer_model *model, enum viewer_action action, uint32_t number) {
  if (play_of(model)->asked == PREDICT_NONE) return keep_digit(model, action);
  switch ((int)action) {
  case ACTION_HOP: answer(model, number - 1); return true;
  case ACTION_ACTIVATE: return press(model);
  case ACTION_FORWARD:
  case ACTION_HOP_FORWARD:
  case ACTION_PLAY: reveal_or_go_on(model); return true;
  case ACTION_SCROLL_UP: point_at(model, -1); return true;
  case ACTION_SCROLL_DOWN: point_at(model, 1); return true;
  case ACTION_CLOSE:
    if (model->view.is_blank || model->view.help_open) return false;
    switch_off(model);
    return true;
  case ACTION_BACK: predict_play_close(play_of(model)); return false;
  default: return false;
  }
}

bool viewer_predict_activate(struct viewer_model *model, uint64_t id) {
  switch ((int)scene_id_kind(id)) {
  case SCENE_PREDICT: viewer_toggle_predict(model); return true;
  case SCENE_WHATIF: viewer_open_whatif(model); return true;
  case SCENE_CHOICE:
    if (play_of(model)->asked != PREDICT_NONE) answer(model, scene_id_number(id));
    return true;
  case SCENE_REVEAL:
    if (play_of(model)->asked != PREDICT_NONE) reveal_or_go_on(model);
    return true;
  case SCENE_QUESTION: return true; /* the card itself: nothing below it is meant */
  default: return false;
  }
}

void viewer_open_whatif(struct viewer_model *model) {
  viewer_rest(model);
  whatif_menu_open(&model->menu, model->reel, &model->view);
  model->view.whatif = &model->menu;
}

void viewer_save_attempt(struct viewer_model *model) {
  if (!model->predict) {
    viewer_say(model, SPAN("Nothing has been asked yet: Q begins"));
    return;
  }
  model->wants_attempt = true;
}
