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
  if (viewer_predict_activate(model, id) || viewer_panels_activate(model, id)) return;
  switch ((int)scene_id_kind(id)) {
  case SCENE_FIRST: viewer_do(model, ACTION_BEGINNING, 0); break;
  case SCENE_PLAY: viewer_do(model, ACTION_PLAY, 0); break;
  case SCENE_LAST: viewer_do(model, ACTION_END, 0); break;
  case SCENE_TEXT_SMALLER: viewer_do(model, ACTION_TEXT_SMALLER, 0); break;
  case SCENE_TEXT_LARGER: viewer_do(model, ACTION_TEXT_LARGER, 0); break;
  case SCENE_THEME: viewer_do(model, ACTION_THEME, 0); break;
  case SCENE_HELP: viewer_do(model, ACTION_HELP, 0); break;
  case SCENE_TAB: choose_tab(model, number); break;
  case SCENE_PANEL: viewer_do(model, ACTION_PANEL, 0); break;
  case SCENE_CURRENT: viewer_do(model, ACTION_CURRENT, 0); break;
  case SCENE_BOOKMARK:
    if (number < model->view.bookmarks.count)
      viewer_go_to_step(model, reel_step_of_record(model->reel, model->view.bookmarks.records[number]));
    break;
  default: break;
  }
}

static void scrub(struct viewer_model *model, struct point point) {
  viewer_go_to(model, scene_timeline_position(model->scene, model->view.width, model->view.height, point));
}

/* A line of the conversation: a click goes to its step, a drag selects from it, Shift selects up to it. */
static bool is_line(const struct hit_region *hit) {
  return hit && scene_id_kind(hit->id) == SCENE_STEP && hit->flags & HIT_TEXT;
}

static void select_from(struct viewer_model *model, const struct hit_region *hit, bool extends) {
  uint32_t step = scene_id_number(hit->id);
  struct line_selection *selection = &model->view.selection;
  model->drag = DRAG_LINES;
  model->drag_id = hit->id;
  if (extends)
    viewer_select(model, selection->any ? selection->from : (uint32_t)viewer_current_step(model), step);
  model->has_dragged = extends;
}

/* A machine: a click asks what it is, a drag moves it. */
static void grip_host(struct viewer_model *model, const struct hit_region *hit, struct point at) {
  const struct layout_node *node =
      layout_node_of(scene_layout(model->scene, &model->view), (uint16_t)scene_id_number(hit->id));
  if (!node) return;
  struct point middle = rect_centre(node->card);
  model->drag = DRAG_HOST;
  model->drag_id = hit->id;
  model->drag_from = at;
  model->drag_grip = (struct point){middle.x - at.x, middle.y - at.y};
}

static void on_down(struct viewer_model *model, const struct input *input) {
  const struct hit_region *hit = draw_list_hit(model->picture, input->position);
  if (!hit || input->button != POINTER_LEFT) return;
  model->view.focus = 0;
  model->has_dragged = false;
  if (scene_id_kind(hit->id) == SCENE_TIMELINE) {
    model->drag = DRAG_SCRUB;
    scrub(model, input->position);
  } else if (is_line(hit)) {
    select_from(model, hit, (input->modifiers & MOD_SHIFT) != 0);
  } else if (scene_id_kind(hit->id) == SCENE_HOST) {
    grip_host(model, hit, input->position);
  } else if (scene_id_kind(hit->id) == SCENE_STAGE) {
    model->drag = DRAG_PAN;
    model->drag_from = input->position;
  } else {
    viewer_activate(model, hit->id);
  }
}

static void on_up(struct viewer_model *model) {
  enum viewer_drag was = model->drag;
  model->drag = DRAG_NONE;
  if ((was != DRAG_LINES && was != DRAG_HOST) || model->has_dragged) return;
  if (was == DRAG_LINES) model->view.selection.any = false;
  viewer_activate(model, model->drag_id);
}

enum { DRAG_BEGINS = 6 * 64 }; /* a hand is never quite still */

static void drag_stage(struct viewer_model *model, struct point at) {
  if (!model->has_dragged && point_distance(at, model->drag_from) < DRAG_BEGINS) return;
  model->has_dragged = true;
  if (model->drag == DRAG_HOST) {
    struct point middle = {at.x + model->drag_grip.x, at.y + model->drag_grip.y};
    viewer_move_host(model, (uint16_t)scene_id_number(model->drag_id), middle);
    return;
  }
  viewer_pan(model, model->drag_from.x - at.x, model->drag_from.y - at.y);
  model->drag_from = at;
}

static void on_move(struct viewer_model *model, const struct input *input) {
  const struct hit_region *hit = draw_list_hit(model->picture, input->position);
  model->view.pointer = input->position;
  model->view.hover = hit ? hit->id : 0;
  if (model->drag == DRAG_SCRUB) scrub(model, input->position);
  if (model->drag == DRAG_HOST || model->drag == DRAG_PAN) drag_stage(model, input->position);
  if (model->drag != DRAG_LINES || !is_line(hit)) return;
  if (hit->id == model->drag_id && !model->has_dragged) return;
  model->has_dragged = true;
  uint32_t from = model->view.selection.any ? model->view.selection.from : scene_id_number(model->drag_id);
  viewer_select(model, from, scene_id_number(hit->id));
}

/* The topmost region under the pointer that answers to the wheel. */
static const struct hit_region *wheel_target(const struct draw_list *picture, struct point point) {
  const struct hit_region *under = NULL;
  for (size_t i = 0; i < picture->hit_count; i++) {
    const struct hit_region *hit = &picture->hits[i];
    enum scene_hit kind = scene_id_kind(hit->id);
    bool wheels = hit->flags & HIT_SCROLLS || kind == SCENE_TIMELINE || kind == SCENE_STAGE;
    if (wheels && rect_contains(hit->rect, point)) under = hit;
  }
  return under;
}

static void on_wheel(struct viewer_model *model, const struct input *input) {
  const struct hit_region *under = wheel_target(model->picture, input->position);
  if (!under || input->wheel_y == 0) return;
  bool up = input->wheel_y > 0;
  int32_t notches = input->wheel_y / 64 ? input->wheel_y / 64 : (up ? 1 : -1);
  if (viewer_panels_wheel(model, under->id, notches)) return;
  switch ((int)scene_id_kind(under->id)) {
  case SCENE_CONVERSATION: viewer_scroll_conversation(model, 2 * notches); break;
  case SCENE_MESSAGE: viewer_scroll_message(model, -DU(48) * notches); break;
  case SCENE_STAGE:
    if (input->modifiers & MOD_CTRL) viewer_zoom(model, up, &input->position);
    break;
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
  case INPUT_POINTER_UP: on_up(model); break;
  case INPUT_POINTER_MOVE: on_move(model, input); break;
  case INPUT_POINTER_LEAVE: model->view.hover = 0; break;
  case INPUT_WHEEL: on_wheel(model, input); break;
  default: break;
  }
}
