/* What each action does. One function an action, one table of them. */
#include "base/check.h"
#include "view/viewer_internal.h"

/* ---- the film ---- */

static void forward(struct viewer_model *model) {
  viewer_step_forward(model, model->view.by);
}
static void back(struct viewer_model *model) {
  viewer_step_back(model, model->view.by);
}
static void hop_forward(struct viewer_model *model) {
  viewer_step_forward(model, BY_HOP);
}
static void hop_back(struct viewer_model *model) {
  viewer_step_back(model, BY_HOP);
}
static void beginning(struct viewer_model *model) {
  viewer_go_to(model, 0);
}
static void end(struct viewer_model *model) {
  viewer_go_to(model, model->reel->length_ms);
}
static void next_granularity(struct viewer_model *model) {
  model->view.by = (enum granularity)((model->view.by + 1) % GRANULARITY_COUNT);
}

static void set_speed(struct viewer_model *model, int32_t speed) {
  if (speed >= SPEED_MIN && speed <= SPEED_MAX) model->view.speed_percent = speed;
}
static void faster(struct viewer_model *model) {
  set_speed(model, model->view.speed_percent * 2);
}
static void slower(struct viewer_model *model) {
  set_speed(model, model->view.speed_percent / 2);
}
static void normal_speed(struct viewer_model *model) {
  set_speed(model, 100);
}

static void refusal_next(struct viewer_model *model) {
  viewer_go_to_refusal(model, false);
}
static void refusal_previous(struct viewer_model *model) {
  viewer_go_to_refusal(model, true);
}
static void later(struct viewer_model *model) {
  viewer_jump_time(model, false);
}
static void earlier(struct viewer_model *model) {
  viewer_jump_time(model, true);
}
static void bookmark_next(struct viewer_model *model) {
  viewer_go_to_bookmark(model, false);
}
static void bookmark_previous(struct viewer_model *model) {
  viewer_go_to_bookmark(model, true);
}

/* ---- panels ---- */

void viewer_scroll_conversation(struct viewer_model *model, int32_t rows) {
  int32_t most = scene_limits(model->scene).conversation_rows, now = model->view.conversation_scroll + rows;
  model->view.conversation_scroll = now < 0 ? 0 : now > most ? most : now;
}
void viewer_scroll_message(struct viewer_model *model, int32_t down) {
  int32_t most = scene_limits(model->scene).message_down, now = model->view.message_scroll + down;
  model->view.message_scroll = now < 0 ? 0 : now > most ? most : now;
}
/* The panel that has the focus; else the one under the pointer; else the conversation. */
static void scroll(struct viewer_model *model, int32_t up) {
  const struct hit_region *focused = draw_list_find_hit(model->picture, model->view.focus);
  const struct hit_region *message = draw_list_find_hit(model->picture, scene_id(SCENE_AREA, AREA_MESSAGE));
  struct point at = focused && model->view.focus ? rect_centre(focused->rect) : model->view.pointer;
  bool conversation = draw_list_find_hit(model->picture, scene_id(SCENE_AREA, AREA_CONVERSATION)) != NULL;
  bool in_message = message && (!conversation || rect_contains(message->rect, at));
  const struct hit_region *ladder = draw_list_find_hit(model->picture, scene_id(SCENE_LADDER_SCROLL, 0));
  if (in_message && model->view.machine)
    viewer_panels_wheel(model, scene_id(SCENE_MACHINE, 0), up);
  else if (ladder && rect_contains(ladder->rect, at))
    viewer_panels_wheel(model, ladder->id, up);
  else if (in_message)
    viewer_scroll_message(model, -up * DU(48));
  else
    viewer_scroll_conversation(model, up);
}
static void scroll_up(struct viewer_model *model) {
  scroll(model, 1);
}
static void scroll_down(struct viewer_model *model) {
  scroll(model, -1);
}
static void current(struct viewer_model *model) {
  model->view.tab = 0;
  model->view.conversation_scroll = model->view.message_scroll = 0;
}
static void select_up(struct viewer_model *model) {
  viewer_select_by_key(model, true);
}
static void select_down(struct viewer_model *model) {
  viewer_select_by_key(model, false);
}
static void other_panel(struct viewer_model *model) {
  model->view.panel = model->view.panel == PANEL_MESSAGE ? PANEL_CONVERSATION : PANEL_MESSAGE;
}

/* ---- the stage ---- */

static void zoom_in(struct viewer_model *model) {
  viewer_zoom(model, true, NULL);
}
static void zoom_out(struct viewer_model *model) {
  viewer_zoom(model, false, NULL);
}
static void move_left(struct viewer_model *model) {
  viewer_move_by_key(model, -1, 0);
}
static void move_right(struct viewer_model *model) {
  viewer_move_by_key(model, 1, 0);
}
static void move_up(struct viewer_model *model) {
  viewer_move_by_key(model, 0, -1);
}
static void move_down(struct viewer_model *model) {
  viewer_move_by_key(model, 0, 1);
}
static void save_positions(struct viewer_model *model) {
  model->wants_positions = true;
}

/* ---- looks ---- */

static void set_text(struct viewer_model *model, int32_t percent) {
  if (percent < 100 || percent > 150) return;
  model->view.text_percent = percent;
  model->wants_resize = true;
}
static void text_larger(struct viewer_model *model) {
  set_text(model, model->view.text_percent + 25);
}
static void text_smaller(struct viewer_model *model) {
  set_text(model, model->view.text_percent - 25);
}
static void text_normal(struct viewer_model *model) {
  set_text(model, 100);
}
static void next_theme(struct viewer_model *model) {
  const struct theme *old = &model->view.theme;
  struct theme next = theme_named((enum theme_name)((old->name + 1) % THEME_COUNT));
  next.reduced_motion = old->reduced_motion;
  model->view.theme = next;
}
static void motion(struct viewer_model *model) {
  bool reduced = !model->view.theme.reduced_motion;
  model->view.theme.reduced_motion = reduced;
  viewer_say(model, reduced ? SPAN("Less motion") : SPAN("Motion as usual"));
}

/* ---- the window ---- */

static void move_focus(struct viewer_model *model, bool back_wards) {
  const struct draw_list *picture = model->picture;
  size_t count = picture->hit_count, at = SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (model->view.focus && picture->hits[i].id == model->view.focus) at = i;
  for (size_t tried = 0; tried < count; tried++) {
    if (at == SIZE_MAX)
      at = back_wards ? count - 1 : 0;
    else
      at = back_wards ? (at + count - 1) % count : (at + 1) % count;
    if (!(picture->hits[at].flags & HIT_FOCUSABLE)) continue;
    model->view.focus = picture->hits[at].id;
    return;
  }
}
static void focus_next(struct viewer_model *model) {
  move_focus(model, false);
}
static void focus_previous(struct viewer_model *model) {
  move_focus(model, true);
}
static void press_focused(struct viewer_model *model) {
  viewer_activate(model, model->view.focus);
}
static void full_screen(struct viewer_model *model) {
  model->wants_full_screen = true;
}
static void blank(struct viewer_model *model) {
  model->view.is_blank = !model->view.is_blank;
}
static void help(struct viewer_model *model) {
  model->view.help_open = !model->view.help_open;
}
static void quit(struct viewer_model *model) {
  model->wants_quit = true;
}

/* The innermost thing that is open is closed, one at a time. */
static void close(struct viewer_model *model) {
  struct scene_view *view = &model->view;
  if (view->is_blank)
    view->is_blank = false;
  else if (view->help_open)
    view->help_open = false;
  else if (view->tab || view->conversation_scroll || view->message_scroll)
    view->tab = 0, view->conversation_scroll = view->message_scroll = 0;
  else if (view->selection.any)
    view->selection.any = false;
  else if (viewer_panels_close(model))
    return;
  else if (view->focus)
    view->focus = 0;
  else if (model->is_full_screen)
    model->wants_full_screen = true; /* changes it */
  else
    model->wants_catalogue = true;
}

/* ---- all ---- */

static void (*const does[ACTION_COUNT])(struct viewer_model *) = {
    [ACTION_PLAY] = viewer_play_or_pause,
    [ACTION_FORWARD] = forward,
    [ACTION_BACK] = back,
    [ACTION_HOP_FORWARD] = hop_forward,
    [ACTION_HOP_BACK] = hop_back,
    [ACTION_BEGINNING] = beginning,
    [ACTION_END] = end,
    [ACTION_AGAIN] = viewer_replay,
    [ACTION_REFUSAL_NEXT] = refusal_next,
    [ACTION_REFUSAL_PREVIOUS] = refusal_previous,
    [ACTION_LATER] = later,
    [ACTION_EARLIER] = earlier,
    [ACTION_BOOKMARK] = viewer_bookmark,
    [ACTION_BOOKMARK_NEXT] = bookmark_next,
    [ACTION_BOOKMARK_PREVIOUS] = bookmark_previous,
    [ACTION_GRANULARITY] = next_granularity,
    [ACTION_FASTER] = faster,
    [ACTION_SLOWER] = slower,
    [ACTION_NORMAL_SPEED] = normal_speed,
    [ACTION_SCROLL_UP] = scroll_up,
    [ACTION_SCROLL_DOWN] = scroll_down,
    [ACTION_CURRENT] = current,
    [ACTION_SELECT_UP] = select_up,
    [ACTION_SELECT_DOWN] = select_down,
    [ACTION_COPY] = viewer_copy,
    [ACTION_PANEL] = other_panel,
    [ACTION_LADDER] = viewer_toggle_ladder,
    [ACTION_EAVESDROP] = viewer_toggle_eavesdropper,
    [ACTION_SHORT] = viewer_toggle_short,
    [ACTION_RAW] = viewer_toggle_raw,
    [ACTION_JUMP_BACK] = viewer_jump_back,
    [ACTION_ZOOM_IN] = zoom_in,
    [ACTION_ZOOM_OUT] = zoom_out,
    [ACTION_FIT] = viewer_fit,
    [ACTION_MOVE_LEFT] = move_left,
    [ACTION_MOVE_RIGHT] = move_right,
    [ACTION_MOVE_UP] = move_up,
    [ACTION_MOVE_DOWN] = move_down,
    [ACTION_TIDY] = viewer_tidy,
    [ACTION_SAVE_POSITIONS] = save_positions,
    [ACTION_TEXT_LARGER] = text_larger,
    [ACTION_TEXT_SMALLER] = text_smaller,
    [ACTION_TEXT_NORMAL] = text_normal,
    [ACTION_THEME] = next_theme,
    [ACTION_MOTION] = motion,
    [ACTION_WHATIF] = viewer_open_whatif,
    [ACTION_PREDICT] = viewer_toggle_predict,
    [ACTION_SAVE_ATTEMPT] = viewer_save_attempt,
    [ACTION_FOCUS_NEXT] = focus_next,
    [ACTION_FOCUS_PREVIOUS] = focus_previous,
    [ACTION_ACTIVATE] = press_focused,
    [ACTION_FULL_SCREEN] = full_screen,
    [ACTION_BLANK] = blank,
    [ACTION_HELP] = help,
    [ACTION_CLOSE] = close,
    [ACTION_QUIT] = quit,
};

void viewer_do(struct viewer_model *model, enum viewer_action action, uint32_t number) {
  CHECK(action < ACTION_COUNT);
  if (viewer_predict_do(model, action, number)) return;
  if (action == ACTION_HOP) viewer_go_to_hop(model, number);
  if (does[action]) does[action](model);
}
