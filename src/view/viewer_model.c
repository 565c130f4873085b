#include "view/viewer_model.h"

static size_t current_step(const struct viewer_model *model) {
  return reel_moment(model->reel, model->view.position_ms).step;
}

static int64_t within(const struct viewer_model *model, int64_t position_ms) {
  return position_ms < 0 ? 0 : position_ms > model->reel->length_ms ? model->reel->length_ms : position_ms;
}

/* The one door for the position: another step begins with nothing scrolled away. */
static void set_position(struct viewer_model *model, int64_t position_ms) {
  size_t before = current_step(model);
  model->view.position_ms = within(model, position_ms);
  if (current_step(model) == before) return;
  model->view.tab = 0;
  model->view.conversation_scroll = 0;
  model->view.message_scroll = 0;
}

static void rest(struct viewer_model *model) {
  model->is_stepping = false;
  model->view.is_playing = false;
  model->remainder_ms = 0;
}

void viewer_go_to(struct viewer_model *model, int64_t position_ms) {
  rest(model);
  set_position(model, position_ms);
}

void viewer_go_to_step(struct viewer_model *model, size_t step) {
  if (step >= model->reel->count) step = model->reel->count - 1;
  viewer_go_to(model, reel_settled(model->reel, step));
}

void viewer_model_start(struct viewer_model *model, struct scene *scene, const struct reel *reel,
                        struct theme theme) {
  *model = (struct viewer_model){.scene = scene, .reel = reel};
  model->view = (struct scene_view){.theme = theme,
                                    .speed_percent = 100,
                                    .by = BY_PHASE,
                                    .text_percent = 100,
                                    .width = DU(1600),
                                    .height = DU(900)};
}

/* ---- steps ---- */

static void step_forward(struct viewer_model *model, enum granularity by) {
  if (model->is_stepping) set_position(model, model->stop_ms); /* the one under way is over */
  size_t from = current_step(model), to = reel_next(model->reel, from, by);
  int64_t stop = reel_settled(model->reel, to);
  rest(model);
  if (to == from) {
    set_position(model, model->reel->length_ms);
    return;
  }
  int64_t start = model->reel->steps[from + 1].film_ms;
  model->is_stepping = true;
  model->stop_ms = stop;
  model->rate = (stop - start + STEP_PLAY_MS - 1) / STEP_PLAY_MS;
  if (model->rate < 1) model->rate = 1;
  set_position(model, model->view.theme.reduced_motion ? stop : start);
}

static void step_back(struct viewer_model *model, enum granularity by) {
  viewer_go_to_step(model, reel_previous(model->reel, current_step(model), by));
}

static void replay(struct viewer_model *model) {
  size_t step = current_step(model);
  rest(model);
  model->is_stepping = true;
  model->rate = 1;
  model->stop_ms = reel_settled(model->reel, step);
  set_position(model, model->reel->steps[step].film_ms);
}

static void go_to_hop(struct viewer_model *model, uint32_t hop) {
  if (hop < 1 || hop > model->reel->segment_count) return;
  viewer_go_to_step(model, model->reel->segments[hop - 1].first_step);
}

static void play_or_pause(struct viewer_model *model) {
  bool was_playing = model->view.is_playing;
  bool at_end = model->view.position_ms >= model->reel->length_ms;
  rest(model);
  if (was_playing) return;
  if (at_end) set_position(model, 0);
  model->view.is_playing = true;
}

/* ---- looks ---- */

static void change_speed(struct viewer_model *model, bool faster) {
  int32_t speed = faster ? model->view.speed_percent * 2 : model->view.speed_percent / 2;
  if (speed >= SPEED_MIN && speed <= SPEED_MAX) model->view.speed_percent = speed;
}

static void change_theme(struct viewer_model *model) {
  const struct theme *old = &model->view.theme;
  struct theme next = theme_named((enum theme_name)((old->name + 1) % THEME_COUNT));
  next.reduced_motion = old->reduced_motion;
  model->view.theme = next;
}

static void change_text(struct viewer_model *model, int32_t by) {
  int32_t percent = by ? model->view.text_percent + by : 100;
  if (percent < 100 || percent > 150) return;
  model->view.text_percent = percent;
  model->wants_resize = true;
}

static void change_panel(struct viewer_model *model) {
  model->view.panel = model->view.panel == PANEL_MESSAGE ? PANEL_CONVERSATION : PANEL_MESSAGE;
}

static void scroll_conversation(struct viewer_model *model, int32_t rows) {
  int32_t most = scene_limits(model->scene).conversation_rows, now = model->view.conversation_scroll + rows;
  model->view.conversation_scroll = now < 0 ? 0 : now > most ? most : now;
}

static void scroll_message(struct viewer_model *model, int32_t down) {
  int32_t most = scene_limits(model->scene).message_down, now = model->view.message_scroll + down;
  model->view.message_scroll = now < 0 ? 0 : now > most ? most : now;
}

/* ---- what a control does ---- */

static void activate(struct viewer_model *model, uint64_t id) {
  switch (scene_id_kind(id)) {
  case SCENE_FIRST: viewer_go_to(model, 0); break;
  case SCENE_PLAY: play_or_pause(model); break;
  case SCENE_LAST: viewer_go_to(model, model->reel->length_ms); break;
  case SCENE_TEXT_SMALLER: change_text(model, -25); break;
  case SCENE_TEXT_LARGER: change_text(model, 25); break;
  case SCENE_THEME: change_theme(model); break;
  case SCENE_HELP: model->view.help_open = !model->view.help_open; break;
  case SCENE_STEP: viewer_go_to_step(model, scene_id_number(id)); break;
  case SCENE_TAB: {
    const struct session *shown =
        world_session(model->reel->world, model->reel->steps[current_step(model)].connection);
    model->view.tab = shown && shown->tab == scene_id_number(id) ? 0 : scene_id_number(id);
    model->view.conversation_scroll = 0;
    break;
  }
  case SCENE_PANEL: change_panel(model); break;
  case SCENE_CURRENT:
    model->view.tab = 0;
    model->view.conversation_scroll = 0;
    break;
  case SCENE_NOTHING:
  case SCENE_TIMELINE:
  case SCENE_HOST:
  case SCENE_STAGE:
  case SCENE_CONVERSATION:
  case SCENE_MESSAGE:
  case SCENE_CATALOGUE:
  case SCENE_HIT_COUNT: break;
  }
}

static void move_focus(struct viewer_model *model, const struct draw_list *picture, bool back) {
  size_t count = picture->hit_count, at = SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (model->view.focus && picture->hits[i].id == model->view.focus) at = i;
  for (size_t tried = 0; tried < count; tried++) {
    if (at == SIZE_MAX)
      at = back ? count - 1 : 0;
    else
      at = back ? (at + count - 1) % count : (at + 1) % count;
    if (!(picture->hits[at].flags & HIT_FOCUSABLE)) continue;
    model->view.focus = picture->hits[at].id;
    return;
  }
}

/* ---- keys ---- */

static void on_text(struct viewer_model *model, struct span text) {
  if (text.len != 1) return;
  char c = ascii_lower(text.data[0]);
  if (ascii_is_digit(c) && c != '0') {
    go_to_hop(model, (uint32_t)(c - '0'));
    return;
  }
  switch (c) {
  case ' ': play_or_pause(model); break;
  case '0': model->view.speed_percent = 100; break;
  case '+':
  case '=': change_speed(model, true); break;
  case '-': change_speed(model, false); break;
  case '[': step_back(model, BY_HOP); break;
  case ']': step_forward(model, BY_HOP); break;
  case 'b': model->view.is_blank = !model->view.is_blank; break;
  case 'f': model->wants_full_screen = true; break;
  case 'l': model->view.by = (enum granularity)((model->view.by + 1) % GRANULARITY_COUNT); break;
  case 'p': change_panel(model); break;
  case 'r': replay(model); break;
  case 't': change_theme(model); break;
  case '?': model->view.help_open = !model->view.help_open; break;
  default: break;
  }
}

static void on_escape(struct viewer_model *model) {
  struct scene_view *view = &model->view;
  if (view->is_blank)
    view->is_blank = false;
  else if (view->help_open)
    view->help_open = false;
  else if (view->tab || view->conversation_scroll || view->message_scroll)
    view->tab = 0, view->conversation_scroll = view->message_scroll = 0;
  else if (view->focus)
    view->focus = 0;
  else
    model->wants_catalogue = true;
}

/* A key that is held steps a few times a second, not as often as the keyboard repeats it. */
static bool comes_too_fast(struct viewer_model *model, const struct input *input) {
  if (input->is_repeat && input->time_ms - model->last_step_ms < HELD_KEY_MS) return true;
  model->last_step_ms = input->time_ms;
  return false;
}

static void on_character(struct viewer_model *model, uint32_t code_point) {
  switch (code_point) {
  case '+':
  case '=': change_text(model, 25); break;
  case '-': change_text(model, -25); break;
  case '0': change_text(model, 0); break;
  case 'q': model->wants_quit = true; break;
  default: break;
  }
}

static void on_key(struct viewer_model *model, const struct input *input, const struct draw_list *picture) {
  enum granularity by = input->modifiers & MOD_SHIFT ? BY_HOP : model->view.by;
  switch ((int)input->key) {
  case KEY_RIGHT:
  case KEY_PAGE_DOWN:
    if (!comes_too_fast(model, input)) step_forward(model, by);
    break;
  case KEY_LEFT:
  case KEY_PAGE_UP:
    if (!comes_too_fast(model, input)) step_back(model, by);
    break;
  case KEY_UP: scroll_conversation(model, 1); break;
  case KEY_DOWN: scroll_conversation(model, -1); break;
  case KEY_HOME: viewer_go_to(model, 0); break;
  case KEY_END: viewer_go_to(model, model->reel->length_ms); break;
  case KEY_F1: model->view.help_open = !model->view.help_open; break;
  case KEY_F11: model->wants_full_screen = true; break;
  case KEY_ESCAPE: on_escape(model); break;
  case KEY_TAB: move_focus(model, picture, (input->modifiers & MOD_SHIFT) != 0); break;
  case KEY_ENTER: activate(model, model->view.focus); break;
  case KEY_CHARACTER:
    if (input->modifiers & MOD_CTRL) on_character(model, input->code_point);
    break;
  default: break;
  }
}

/* ---- the pointer ---- */

static void scrub(struct viewer_model *model, struct point point) {
  viewer_go_to(model, scene_timeline_position(model->scene, model->view.width, model->view.height, point));
}

static void on_pointer_down(struct viewer_model *model, const struct input *input,
                            const struct draw_list *picture) {
  const struct hit_region *hit = draw_list_hit(picture, input->position);
  if (!hit || input->button != POINTER_LEFT) return;
  model->view.focus = 0;
  if (scene_id_kind(hit->id) == SCENE_TIMELINE) {
    model->is_scrubbing = true;
    scrub(model, input->position);
    return;
  }
  activate(model, hit->id);
}

static void on_wheel(struct viewer_model *model, const struct input *input, const struct draw_list *picture) {
  const struct hit_region *under = NULL;
  for (size_t i = 0; i < picture->hit_count; i++) {
    const struct hit_region *hit = &picture->hits[i];
    bool wheels = hit->flags & HIT_SCROLLS || scene_id_kind(hit->id) == SCENE_TIMELINE;
    if (wheels && rect_contains(hit->rect, input->position)) under = hit;
  }
  if (!under || input->wheel_y == 0) return;
  bool up = input->wheel_y > 0;
  int32_t notches = input->wheel_y / 64 ? input->wheel_y / 64 : (up ? 1 : -1);
  if (scene_id_kind(under->id) == SCENE_CONVERSATION) scroll_conversation(model, 2 * notches);
  if (scene_id_kind(under->id) == SCENE_MESSAGE) scroll_message(model, -DU(48) * notches);
  if (scene_id_kind(under->id) != SCENE_TIMELINE) return;
  size_t step = current_step(model);
  viewer_go_to_step(model,
                    up ? reel_previous(model->reel, step, BY_LINE) : reel_next(model->reel, step, BY_LINE));
}

void viewer_input(struct viewer_model *model, const struct input *input, const struct draw_list *picture) {
  switch (input->kind) {
  case INPUT_KEY: on_key(model, input, picture); break;
  case INPUT_TEXT: on_text(model, input->text); break;
  case INPUT_POINTER_DOWN: on_pointer_down(model, input, picture); break;
  case INPUT_POINTER_UP: model->is_scrubbing = false; break;
  case INPUT_POINTER_MOVE: {
    const struct hit_region *hit = draw_list_hit(picture, input->position);
    model->view.pointer = input->position;
    model->view.hover = hit ? hit->id : 0;
    if (model->is_scrubbing) scrub(model, input->position);
    break;
  }
  case INPUT_POINTER_LEAVE: model->view.hover = 0; break;
  case INPUT_WHEEL: on_wheel(model, input, picture); break;
  case INPUT_QUIT: model->wants_quit = true; break;
  case INPUT_RESIZE:
  case INPUT_DROP_FILE:
  case INPUT_KIND_COUNT: break;
  }
}

/* ---- time ---- */

void viewer_tick(struct viewer_model *model, int64_t elapsed_ms) {
  if (!viewer_is_moving(model)) return;
  if (elapsed_ms > 250) elapsed_ms = 250; /* after a pause of the machine the film goes on where it was */
  int64_t rate = model->is_stepping ? model->rate : 1;
  model->remainder_ms += elapsed_ms * model->view.speed_percent * rate;
  int64_t position = model->view.position_ms + model->remainder_ms / 100;
  model->remainder_ms %= 100;
  int64_t stop = model->is_stepping ? model->stop_ms : model->reel->length_ms;
  if (position >= stop) {
    position = stop;
    rest(model);
  }
  set_position(model, position);
}

bool viewer_is_moving(const struct viewer_model *model) {
  return model->view.is_playing || model->is_stepping;
}
