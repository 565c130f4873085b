/* What opens, closes and chooses in the panels; jumps to where a thing was made, and the way back. */
#include "view/viewer_internal.h"

static int32_t moved(int32_t value, int32_t by, int32_t most) {
  int32_t now = value + by;
  return now < 0 ? 0 : now > most ? most : now;
}

/* ---- jumps, and back ---- */

static void remember(struct viewer_model *model) {
  if (model->trail_count == VIEWER_TRAIL_MAX) {
    memmove(model->trail, model->trail + 1, (VIEWER_TRAIL_MAX - 1) * sizeof *model->trail);
    model->trail_count--;
  }
  model->trail[model->trail_count++] = model->view.position_ms;
}

static void jump(struct viewer_model *model, uint64_t id) {
  size_t step;
  if (!scene_leads_to(model->scene, id, &step)) return;
  int64_t there = reel_settled(model->reel, step);
  if (there == model->view.position_ms) return;
  remember(model);
  viewer_go_to(model, there);
}

void viewer_jump_back(struct viewer_model *model) {
  if (model->trail_count) viewer_go_to(model, model->trail[--model->trail_count]);
}

/* ---- what is open ---- */

static void open_machine(struct viewer_model *model, uint16_t host) {
  struct scene_view *view = &model->view;
  view->machine = view->machine == host ? 0 : host;
  view->machine_scroll = 0;
  if (view->machine) view->panel = PANEL_MESSAGE; /* it stands there */
}

static void choose_letter(struct viewer_model *model, uint32_t letter) {
  model->view.letter = letter;
  model->view.layer = 0;
  model->view.copy = 0;
  model->view.message_scroll = 0;
}

void viewer_toggle_ladder(struct viewer_model *model) {
  model->view.stage = model->view.stage == STAGE_LADDER ? STAGE_MACHINES : STAGE_LADDER;
  model->view.ladder_scroll = 0;
}

void viewer_toggle_eavesdropper(struct viewer_model *model) {
  model->view.eavesdrops = !model->view.eavesdrops;
  model->view.conversation_scroll = 0;
  if (model->view.eavesdrops) model->view.panel = PANEL_CONVERSATION;
}

/* On the line itself: its newest session, until asked again. */
static void listen_to(struct viewer_model *model, uint32_t tab) {
  bool already = model->view.eavesdrops && model->view.tab == tab;
  model->view.eavesdrops = already;
  viewer_toggle_eavesdropper(model);
  model->view.tab = already ? 0 : tab;
}

void viewer_toggle_short(struct viewer_model *model) {
  model->view.is_short = !model->view.is_short;
  model->view.message_scroll = 0;
}

void viewer_toggle_raw(struct viewer_model *model) {
  model->view.is_raw = !model->view.is_raw;
}

void viewer_panels_step(struct viewer_model *model) {
  model->view.ladder_scroll = 0;
  model->view.layer = 0;
  model->view.copy = 0;
}

bool viewer_panels_close(struct viewer_model *model) {
  struct scene_view *view = &model->view;
  if (view->machine)
    open_machine(model, view->machine);
  else if (view->letter || view->layer || view->copy)
    choose_letter(model, 0);
  else if (view->eavesdrops)
    viewer_toggle_eavesdropper(model);
  else if (view->stage == STAGE_LADDER)
    viewer_toggle_ladder(model);
  else
    return false;
  return true;
}

bool viewer_panels_activate(struct viewer_model *model, uint64_t id) {
  struct scene_view *view = &model->view;
  switch ((int)scene_id_kind(id)) {
  case SCENE_STEP:
  case SCENE_RECORD:
  case SCENE_TOKEN: jump(model, id); break;
  case SCENE_HOST:
  case SCENE_OPEN: open_machine(model, (uint16_t)scene_id_number(id)); break;
  case SCENE_MACHINE_CLOSE: open_machine(model, view->machine); break;
  case SCENE_LETTER: choose_letter(model, scene_id_number(id)); break;
  case SCENE_LAYER:
    view->layer = view->layer == scene_id_number(id) ? 0 : scene_id_number(id);
    view->message_scroll = 0;
    break;
  case SCENE_COPY:
    view->copy = (uint16_t)scene_id_number(id);
    view->layer = 0;
    view->message_scroll = 0;
    break;
  case SCENE_SHORT: viewer_toggle_short(model); break;
  case SCENE_RAW: viewer_toggle_raw(model); break;
  case SCENE_LADDER: viewer_toggle_ladder(model); break;
  case SCENE_EAVESDROP: viewer_toggle_eavesdropper(model); break;
  case SCENE_LISTEN: listen_to(model, scene_id_number(id)); break;
  default: return false;
  }
  return true;
}

bool viewer_panels_wheel(struct viewer_model *model, uint64_t id, int32_t notches) {
  struct scene_limits limits = scene_limits(model->scene);
  struct scene_view *view = &model->view;
  switch ((int)scene_id_kind(id)) {
  case SCENE_MACHINE:
    view->machine_scroll = moved(view->machine_scroll, -DU(48) * notches, limits.machine_down);
    break;
  case SCENE_LADDER_SCROLL:
    view->ladder_scroll = moved(view->ladder_scroll, 2 * notches, limits.ladder_rows);
    break;
  default: return false;
  }
  return true;
}
