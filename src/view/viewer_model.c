#include "view/viewer_model.h"

#include "view/viewer_internal.h"

/* ---- the position ---- */

size_t viewer_current_step(const struct viewer_model *model) {
  return reel_moment(model->reel, model->view.position_ms).step;
}

static int64_t within(const struct viewer_model *model, int64_t position_ms) {
  return position_ms < 0 ? 0 : position_ms > model->reel->length_ms ? model->reel->length_ms : position_ms;
}

void viewer_set_position(struct viewer_model *model, int64_t position_ms) {
  size_t before = viewer_current_step(model);
  model->view.position_ms = within(model, position_ms);
  if (viewer_current_step(model) == before) return;
  model->view.tab = 0;
  model->view.selection.any = false;
  model->view.conversation_scroll = 0;
  model->view.message_scroll = 0;
  viewer_panels_step(model);
  viewer_predict_left(model);
}

void viewer_rest(struct viewer_model *model) {
  model->is_stepping = false;
  model->view.is_playing = false;
  model->remainder_ms = 0;
}

void viewer_go_to(struct viewer_model *model, int64_t position_ms) {
  viewer_rest(model);
  viewer_set_position(model, position_ms);
}

void viewer_go_to_step(struct viewer_model *model, size_t step) {
  if (step >= model->reel->count) step = model->reel->count - 1;
  viewer_go_to(model, reel_settled(model->reel, step));
}

void viewer_model_start(struct viewer_model *model, struct scene *scene, const struct reel *reel,
                        struct theme theme) {
  *model = (struct viewer_model){.scene = scene, .reel = reel, .play = {.asked = PREDICT_NONE}};
  model->view = (struct scene_view){.theme = theme,
                                    .speed_percent = 100,
                                    .by = BY_PHASE,
                                    .text_percent = 100,
                                    .width = DU(1600),
                                    .height = DU(900),
                                    .notice = SPAN_EMPTY};
}

void viewer_model_end(struct viewer_model *model) {
  buf_free(&model->copied);
  predict_play_end(&model->play);
  whatif_menu_close(&model->menu);
  predict_free(model->predict);
}

void viewer_say(struct viewer_model *model, struct span words) {
  if (words.len > sizeof model->notice) words = span_first(words, sizeof model->notice);
  memcpy(model->notice, words.data, words.len);
  model->view.notice = span_of(model->notice, words.len);
  model->notice_left_ms = NOTICE_MS;
}

/* ---- input ---- */

static bool is_step(enum viewer_action action) {
  return action == ACTION_FORWARD || action == ACTION_BACK || action == ACTION_HOP_FORWARD ||
         action == ACTION_HOP_BACK;
}

/* A key that is held steps a few times a second, not as often as the keyboard repeats it. */
static bool comes_too_fast(struct viewer_model *model, const struct input *input) {
  if (input->is_repeat && input->time_ms - model->last_step_ms < HELD_KEY_MS) return true;
  model->last_step_ms = input->time_ms;
  return false;
}

/* A remote sends F5 to begin: it never ends a full screen that somebody has begun. */
static bool fills_again(const struct viewer_model *model, const struct input *input) {
  return model->is_full_screen && input->kind == INPUT_KEY && input->key == KEY_F5;
}

static void on_key(struct viewer_model *model, const struct input *input) {
  uint32_t number;
  const struct viewer_key *row = viewer_key_for(input, &number);
  if (!row || (is_step(row->action) && comes_too_fast(model, input)) || fills_again(model, input)) return;
  /* As with slides: the next step's key brings a blank screen back, and no more. */
  if (model->view.is_blank && is_step(row->action))
    model->view.is_blank = false;
  else
    viewer_do(model, row->action, number);
}

void viewer_input(struct viewer_model *model, const struct input *input, const struct draw_list *picture) {
  if (whatif_menu_input(&model->menu, input, picture)) {
    model->wants_whatif = model->wants_whatif || model->menu.wants_run;
    model->menu.wants_run = false;
    return;
  }
  model->picture = picture;
  switch (input->kind) {
  case INPUT_KEY:
  case INPUT_TEXT: on_key(model, input); break;
  case INPUT_POINTER_DOWN:
  case INPUT_POINTER_UP:
  case INPUT_POINTER_MOVE:
  case INPUT_POINTER_LEAVE:
  case INPUT_WHEEL: viewer_pointer(model, input); break;
  case INPUT_QUIT: model->wants_quit = true; break;
  case INPUT_RESIZE:
  case INPUT_PASTE:
  case INPUT_DROP_FILE:
  case INPUT_KIND_COUNT: break;
  }
  model->picture = NULL;
}

/* ---- time ---- */

static void tick_notice(struct viewer_model *model, int64_t elapsed_ms) {
  if (model->notice_left_ms <= 0) return;
  model->notice_left_ms -= elapsed_ms;
  if (model->notice_left_ms <= 0) model->view.notice = SPAN_EMPTY;
}

void viewer_tick(struct viewer_model *model, int64_t elapsed_ms) {
  tick_notice(model, elapsed_ms);
  if (!model->view.is_playing && !model->is_stepping) return;
  if (elapsed_ms > 250) elapsed_ms = 250; /* after a pause of the machine the film goes on where it was */
  int64_t rate = model->is_stepping ? model->rate : 1;
  model->remainder_ms += elapsed_ms * model->view.speed_percent * rate;
  int64_t position = model->view.position_ms + model->remainder_ms / 100;
  model->remainder_ms %= 100;
  int64_t stop = model->is_stepping ? model->stop_ms : model->reel->length_ms;
  if (viewer_predict_limit(model, position < stop ? position : stop)) return;
  if (position >= stop) {
    position = stop;
    viewer_rest(model);
  }
  viewer_set_position(model, position);
}

bool viewer_is_moving(const struct viewer_model *model) {
  return model->view.is_playing || model->is_stepping || model->notice_left_ms > 0;
}
