/* hands: a person before the viewer: a film, its picture, and what is typed and clicked. The includer has
 * cmocka's includes before it. */
#pragma once

#include "view/viewer_model.h"

struct hands {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
  struct scene *scene;
  struct viewer_model model;
  struct draw_list picture;
};

static inline void look(struct hands *hands) {
  scene_draw(hands->scene, &hands->model.view, &hands->picture);
}

/* The journal is theirs from then on. */
static inline void hands_begin(struct hands *hands, struct journal *journal) {
  assert_non_null(journal);
  *hands = (struct hands){.journal = journal, .picture = DRAW_LIST_EMPTY};
  hands->world = world_view_new(journal);
  hands->reel = reel_new(hands->world);
  hands->scene = scene_new(hands->reel);
  viewer_model_start(&hands->model, hands->scene, hands->reel, theme_named(THEME_LIGHT));
  look(hands);
}

static inline void hands_end(struct hands *hands) {
  viewer_model_end(&hands->model);
  draw_list_free(&hands->picture);
  scene_free(hands->scene);
  reel_free(hands->reel);
  world_view_free(hands->world);
  journal_free(hands->journal);
}

static inline void act(struct hands *hands, struct input input) {
  viewer_input(&hands->model, &input, &hands->picture);
  look(hands);
}
static inline void press_with(struct hands *hands, enum key key, uint32_t modifiers) {
  act(hands, (struct input){.kind = INPUT_KEY, .key = key, .modifiers = modifiers});
}
static inline void press(struct hands *hands, enum key key) {
  press_with(hands, key, 0);
}
static inline void type(struct hands *hands, const char *text) {
  act(hands, (struct input){.kind = INPUT_TEXT, .text = span_from(text)});
}

static inline struct point place_of(struct hands *hands, uint64_t id) {
  const struct hit_region *hit = draw_list_find_hit(&hands->picture, id);
  if (!hit) fail_msg("nothing to be hit: kind %d, number %u", (int)scene_id_kind(id), scene_id_number(id));
  return rect_centre(hit->rect);
}
static inline void click(struct hands *hands, uint64_t id) {
  struct point at = place_of(hands, id);
  act(hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = at, .button = POINTER_LEFT, .clicks = 1});
  act(hands, (struct input){.kind = INPUT_POINTER_UP, .position = at, .button = POINTER_LEFT});
}

static inline void wait_until_still(struct hands *hands) {
  for (int i = 0; i < 100000 && viewer_is_moving(&hands->model); i++) viewer_tick(&hands->model, 16);
  assert_false(viewer_is_moving(&hands->model));
  look(hands);
}
static inline size_t step_of(const struct hands *hands) {
  return reel_moment(hands->reel, hands->model.view.position_ms).step;
}
