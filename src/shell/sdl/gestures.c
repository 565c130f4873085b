#include "shell/sdl/gestures.h"

static void draw(struct viewer_model *model, struct draw_list *picture) {
  scene_draw(model->scene, &model->view, picture);
}

/* What has begun to move arrives. */
static void settle(struct viewer_model *model, struct draw_list *picture) {
  if (model->is_stepping) viewer_go_to(model, model->stop_ms);
  draw(model, picture);
}

static void type(struct viewer_model *model, struct span keys, struct draw_list *picture) {
  for (size_t i = 0; i < keys.len; i++) {
    const struct input input = {.kind = INPUT_TEXT, .text = span_slice(keys, i, 1)};
    viewer_input(model, &input, picture);
    settle(model, picture);
  }
}

/* What is called so, or else the first whose name has that in it. */
static const struct hit_region *find_label(const struct draw_list *picture, struct span words) {
  for (size_t i = 0; i < picture->hit_count; i++)
    if (span_equal(picture->hits[i].label, words)) return &picture->hits[i];
  for (size_t i = 0; i < picture->hit_count; i++)
    if (span_search(picture->hits[i].label, words) != SPAN_NONE) return &picture->hits[i];
  return NULL;
}

static void use_pointer(struct viewer_model *model, enum input_kind kind, struct point at,
                        struct draw_list *picture) {
  const struct input input = {.kind = kind, .position = at, .button = POINTER_LEFT, .clicks = 1};
  viewer_input(model, &input, picture);
}

static bool go_to(struct viewer_model *model, struct span places, bool clicks, struct draw_list *picture,
                  struct error_list *errors) {
  struct span words;
  while (span_next(&places, '|', &words)) {
    if (!words.len) continue;
    const struct hit_region *hit = find_label(picture, words);
    if (!hit) {
      error_list_add_message(errors, SPAN_EMPTY, "nothing in the picture is called \"%.*s\"",
                             SPAN_ARG(words));
      return false;
    }
    struct point at = rect_centre(hit->rect);
    use_pointer(model, INPUT_POINTER_MOVE, at, picture);
    if (clicks) {
      use_pointer(model, INPUT_POINTER_DOWN, at, picture);
      use_pointer(model, INPUT_POINTER_UP, at, picture);
      use_pointer(model, INPUT_POINTER_LEAVE, at, picture);
    }
    settle(model, picture);
  }
  return true;
}

bool gestures_make(const struct gestures *gestures, struct viewer_model *model, struct draw_list *picture,
                   struct error_list *errors) {
  draw(model, picture);
  type(model, gestures->keys, picture);
  return go_to(model, gestures->click, true, picture, errors) &&
         go_to(model, gestures->point, false, picture, errors);
}
