/* Selecting lines of the conversation, and copying. */
#include "view/copy_text.h"
#include "view/viewer_internal.h"

/* ---- what the conversation shows ---- */

static bool shows_names(const struct viewer_model *model) {
  const struct step *step = &model->reel->steps[viewer_current_step(model)];
  return !model->view.tab && (step->phase_class == PHASE_NAMES || step->kind == STEP_ROUTED);
}

/* Its connection; 0 for questions to name servers. */
static uint32_t shown_connection(const struct viewer_model *model) {
  const struct world_view *world = model->reel->world;
  if (shows_names(model)) return 0;
  if (model->view.tab >= 1 && model->view.tab <= world->tab_count)
    return world_tab(world, model->view.tab)->connection;
  return model->reel->steps[viewer_current_step(model)].connection;
}

/* ---- selecting ---- */

void viewer_select(struct viewer_model *model, uint32_t from, uint32_t to) {
  model->view.selection = (struct line_selection){.any = true, .from = from, .to = to};
}

static bool is_line_of(const struct step *step, uint32_t connection) {
  if (!connection)
    return step->kind == STEP_QUESTION || step->kind == STEP_ANSWER || step->kind == STEP_ROUTED;
  return step->own == connection && (step->kind == STEP_LINE || step->kind == STEP_DATA);
}

/* The first time it takes the current line, then one more in that direction, as far as has been heard. */
void viewer_select_by_key(struct viewer_model *model, bool up) {
  struct line_selection *selection = &model->view.selection;
  uint32_t connection = shown_connection(model);
  size_t now = viewer_current_step(model), at = selection->any ? selection->to : now;
  viewer_rest(model);
  while (!selection->any && at > 0 && !is_line_of(&model->reel->steps[at], connection)) at--;
  if (!selection->any) {
    if (at > 0) viewer_select(model, (uint32_t)at, (uint32_t)at);
    return;
  }
  size_t next = at;
  do {
    if (up ? next == 0 : next >= now) return;
    next = up ? next - 1 : next + 1;
  } while (!is_line_of(&model->reel->steps[next], connection));
  selection->to = (uint32_t)next;
}

/* ---- copying ---- */

static void copy_selection(struct viewer_model *model) {
  const struct line_selection *selection = &model->view.selection;
  bool back = selection->from > selection->to;
  copy_lines(model->reel, shown_connection(model), back ? selection->to : selection->from,
             back ? selection->from : selection->to, &model->copied);
}

/* The topmost panel that holds the focus, else the pointer; NULL if neither is on one. */
static const struct hit_region *chosen_panel(const struct viewer_model *model) {
  const struct draw_list *picture = model->picture;
  const struct hit_region *focused =
      model->view.focus ? draw_list_find_hit(picture, model->view.focus) : NULL;
  struct point at = focused ? rect_centre(focused->rect) : model->view.pointer;
  const struct hit_region *found = NULL;
  for (size_t i = 0; i < picture->hit_count; i++)
    if (picture->hits[i].flags & HIT_PANEL && rect_contains(picture->hits[i].rect, at))
      found = &picture->hits[i];
  return found;
}

static void copy_panel(struct viewer_model *model) {
  const struct hit_region *panel = chosen_panel(model);
  if (!panel) panel = draw_list_find_hit(model->picture, scene_id(SCENE_AREA, AREA_CAPTION));
  if (!panel) return;
  size_t now = viewer_current_step(model);
  if (panel->id == scene_id(SCENE_AREA, AREA_CONVERSATION))
    copy_lines(model->reel, shown_connection(model), 0, now, &model->copied);
  else if (panel->id == scene_id(SCENE_AREA, AREA_MESSAGE))
    copy_message(model->reel, now, &model->copied);
  if (!model->copied.len) copy_picture(model->picture, panel->rect, &model->copied);
}

void viewer_copy(struct viewer_model *model) {
  buf_clear(&model->copied);
  if (model->view.selection.any)
    copy_selection(model);
  else
    copy_panel(model);
  model->wants_clipboard = model->copied.len > 0;
  viewer_say(model, model->wants_clipboard ? SPAN("Copied") : SPAN("There is nothing to copy"));
}
