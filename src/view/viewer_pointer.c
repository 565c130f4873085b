/* What clicks, drags and the wheel do. */
#include "view/viewer_internal.h"

/* A tab is opened, or closed again; the moment's own needs none. */
static void choose_tab(struct viewer_model *model, uint32_t tab) {
  const struct session *shown =
      world_session(model->reel->world, model->reel->steps[viewer_current_step(model)].connection);
  model->view.tab = shown && shown->tab == tab ? 0 : tab;
  model->view.conversation_scroll = 0;
}

/* In the order of enum scene_hit. What is not here answers to something else than a click. */
void viewer_activate(struct viewer_model *model, uint64_t id) {
  uint32_t number = scene_id_number(id);
  switch ((int)scene_id_kind(id)) {
  case SCENE_FIRST: viewer_do(model, ACTION_BEGINNING, 0); break;
  case SCENE_PLAY: viewer_do(model, ACTION_PLAY, 0); break;
  case SCENE_LAST: viewer_do(model, ACTION_END, 0); break;
  case SCENE_TEXT_SMALLER: viewer_do(model, ACTION_TEXT_SMALLER, 0); break;
  case SCENE_TEXT_LARGER: viewer_do(model, ACTION_TEXT_LARGER, 0); break;
  case SCENE_THEME: viewer_do(model, ACTION_THEME, 0); break;
  case SCENE_HELP: viewer_do(model, ACTION_HELP, 0); break;
  case SCENE_STEP: viewer_go_to_step(model, number); break;
  case SCENE_TAB: choose_tab(model, number); break;
  case SCENE_PANEL: viewer_do(model, ACTION_PANEL, 0); break;
  case SCENE_CURRENT: choose_tab(model, 0); break;
  default: break;
  }
}

static void scrub(struct viewer_model *model, struct point point) {
  viewer_go_to(model, scene_timeline_position(model->scene, model->view.width, model->view.height, point));
}

static void on_down(struct viewer_model *model, const struct input *input) {
  const struct hit_region *hit = draw_list_hit(model->picture, input->position);
  if (!hit || input->button != POINTER_LEFT) return;
  model->view.focus = 0;
  if (scene_id_kind(hit->id) == SCENE_TIMELINE) {
    model->is_scrubbing = true;
    scrub(model, input->position);
    return;
  }
  viewer_activate(model, hit->id);
}

static void on_move(struct viewer_model *model, const struct input *input) {
  const struct hit_region *hit = draw_list_hit(model->picture, input->position);
  model->view.pointer = input->position;
  model->view.hover = hit ? hit->id : 0;
  if (model->is_scrubbing) scrub(model, input->position);
}

/* The topmost region under the pointer that answers to the wheel. */
static const struct hit_region *wheel_target(const struct draw_list *picture, struct point point) {
  const struct hit_region *under = NULL;
  for (size_t i = 0; i < picture->hit_count; i++) {
    const struct hit_region *hit = &picture->hits[i];
    bool wheels = hit->flags & HIT_SCROLLS || scene_id_kind(hit->id) == SCENE_TIMELINE;
    if (wheels && rect_contains(hit->rect, point)) under = hit;
  }
  return under;
}

static void on_wheel(struct viewer_model *model, const struct input *input) {
  const struct hit_region *under = wheel_target(model->picture, input->position);
  if (!under || input->wheel_y == 0) return;
  bool up = input->wheel_y > 0;
  int32_t notches = input->wheel_y / 64 ? input->wheel_y / 64 : (up ? 1 : -1);
  switch ((int)scene_id_kind(under->id)) {
  case SCENE_CONVERSATION: viewer_scroll_conversation(model, 2 * notches); break;
  case SCENE_MESSAGE: viewer_scroll_message(model, -DU(48) * notches); break;
  case SCENE_TIMELINE: {
    size_t step = viewer_current_step(model);
    viewer_go_to_step(model,
                      up ? reel_previous(model->reel, step, BY_LINE) : reel_next(model->reel, step, BY_LINE));
    break;
  }
  default: break;
  }
}

void viewer_pointer(struct viewer_model *model, const struct input *input) {
  switch ((int)input->kind) {
  case INPUT_POINTER_DOWN: on_down(model, input); break;
  case INPUT_POINTER_UP: model->is_scrubbing = false; break;
  case INPUT_POINTER_MOVE: on_move(model, input); break;
  case INPUT_POINTER_LEAVE: model->view.hover = 0; break;
  case INPUT_WHEEL: on_wheel(model, input); break;
  default: break;
  }
}
