/* What keys and the pointer do, as a person does it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "view/viewer_model.h"
#include "view_journal.h"

struct hands {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
  struct scene *scene;
  struct viewer_model model;
  struct draw_list picture;
};

static void begin(struct hands *hands) {
  *hands = (struct hands){.journal = story_journal(), .picture = DRAW_LIST_EMPTY};
  hands->world = world_view_new(hands->journal);
  hands->reel = reel_new(hands->world);
  hands->scene = scene_new(hands->reel);
  viewer_model_start(&hands->model, hands->scene, hands->reel, theme_named(THEME_LIGHT));
  scene_draw(hands->scene, &hands->model.view, &hands->picture);
}

static void end(struct hands *hands) {
  draw_list_free(&hands->picture);
  scene_free(hands->scene);
  reel_free(hands->reel);
  world_view_free(hands->world);
  journal_free(hands->journal);
}

static void act(struct hands *hands, struct input input) {
  viewer_input(&hands->model, &input, &hands->picture);
  scene_draw(hands->scene, &hands->model.view, &hands->picture);
}
static void press(struct hands *hands, enum key key, uint32_t modifiers) {
  act(hands, (struct input){.kind = INPUT_KEY, .key = key, .modifiers = modifiers});
}
static void type(struct hands *hands, const char *text) {
  act(hands, (struct input){.kind = INPUT_TEXT, .text = span_from(text)});
}
static void wait_until_still(struct hands *hands) {
  for (int i = 0; i < 10000 && viewer_is_moving(&hands->model); i++) viewer_tick(&hands->model, 16);
  assert_false(viewer_is_moving(&hands->model));
}
static size_t step_of(const struct hands *hands) {
  return reel_moment(hands->reel, hands->model.view.position_ms).step;
}
static void click(struct hands *hands, uint64_t id) {
  const struct hit_region *hit = draw_list_find_hit(&hands->picture, id);
  assert_non_null(hit);
  struct point at = rect_centre(hit->rect);
  act(hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = at});
  act(hands, (struct input){.kind = INPUT_POINTER_UP, .position = at});
}

static void four_keys_run_a_lecture(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  for (size_t guard = 0; step_of(&hands) + 1 < hands.reel->count && guard < 500; guard++) {
    size_t before = step_of(&hands);
    press(&hands, KEY_PAGE_DOWN, 0);
    wait_until_still(&hands);
    assert_int_equal(step_of(&hands), reel_next(hands.reel, before, BY_PHASE));
    assert_int_equal(hands.model.view.position_ms, reel_settled(hands.reel, step_of(&hands)));
  }
  assert_int_equal(step_of(&hands), hands.reel->count - 1);
  size_t before = step_of(&hands);
  press(&hands, KEY_PAGE_UP, 0);
  assert_false(viewer_is_moving(&hands.model)); /* a step back jumps */
  assert_int_equal(step_of(&hands), reel_previous(hands.reel, before, BY_PHASE));
  type(&hands, "b");
  assert_true(hands.model.view.is_blank);
  type(&hands, "b");
  assert_false(hands.model.view.is_blank);
  end(&hands);
}

static void space_plays_pauses_and_begins_again(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  type(&hands, " ");
  assert_true(hands.model.view.is_playing);
  viewer_tick(&hands.model, 100);
  assert_int_equal(hands.model.view.position_ms, 100);
  type(&hands, "+");
  viewer_tick(&hands.model, 100);
  assert_int_equal(hands.model.view.position_ms, 300);
  type(&hands, "0");
  type(&hands, "-");
  viewer_tick(&hands.model, 100);
  assert_int_equal(hands.model.view.position_ms, 350);
  type(&hands, " ");
  assert_false(viewer_is_moving(&hands.model));
  press(&hands, KEY_END, 0);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  type(&hands, " ");
  assert_int_equal(hands.model.view.position_ms, 0);
  assert_true(hands.model.view.is_playing);
  end(&hands);
}

static void the_pointer_goes_where_it_clicks(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  click(&hands, scene_id(SCENE_LAST, 0));
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  click(&hands, scene_id(SCENE_FIRST, 0));
  assert_int_equal(hands.model.view.position_ms, 0);
  click(&hands, scene_id(SCENE_TIMELINE, 0)); /* its middle */
  int64_t middle = hands.model.view.position_ms;
  assert_true(middle > hands.reel->length_ms / 3 && middle < hands.reel->length_ms * 2 / 3);
  click(&hands, scene_id(SCENE_THEME, 0));
  assert_int_equal(hands.model.view.theme.name, THEME_DARK);
  click(&hands, scene_id(SCENE_HELP, 0));
  assert_true(hands.model.view.help_open);
  press(&hands, KEY_ESCAPE, 0);
  assert_false(hands.model.view.help_open);
  /* A header block leads to the step that wrote it. */
  press(&hands, KEY_END, 0);
  size_t stamp = reel_step_of_record(hands.reel, journal_version_record(hands.world->versions, 2));
  click(&hands, scene_id(SCENE_STEP, (uint32_t)stamp));
  assert_int_equal(step_of(&hands), stamp);
  end(&hands);
}

static void a_tab_is_read_again(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  press(&hands, KEY_END, 0);
  click(&hands, scene_id(SCENE_TAB, 1));
  assert_int_equal(hands.model.view.tab, 1);
  click(&hands, scene_id(SCENE_CURRENT, 0));
  assert_int_equal(hands.model.view.tab, 0);
  end(&hands);
}

static void tab_and_enter_reach_every_control(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  uint64_t wanted = scene_id(SCENE_LAST, 0);
  for (int i = 0; i < 60 && hands.model.view.focus != wanted; i++) press(&hands, KEY_TAB, 0);
  assert_true(hands.model.view.focus == wanted);
  press(&hands, KEY_ENTER, 0);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  end(&hands);
}

static void digits_and_brackets_go_by_hop(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  type(&hands, "2");
  assert_int_equal(step_of(&hands), hands.reel->segments[1].first_step);
  type(&hands, "]");
  wait_until_still(&hands);
  assert_int_equal(step_of(&hands), hands.reel->segments[2].first_step - 1);
  type(&hands, "9"); /* there is no ninth */
  assert_int_equal(step_of(&hands), hands.reel->segments[2].first_step - 1);
  end(&hands);
}

static void a_held_key_does_not_race(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands);
  hands.model.view.by = BY_LINE;
  for (int64_t ms = 0; ms < 1000; ms += 33)
    act(&hands,
        (struct input){.kind = INPUT_KEY, .key = KEY_RIGHT, .is_repeat = ms > 0, .time_ms = 1000 + ms});
  assert_true(step_of(&hands) <= 7);
  assert_true(step_of(&hands) >= 5);
  end(&hands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(four_keys_run_a_lecture),
      cmocka_unit_test(space_plays_pauses_and_begins_again),
      cmocka_unit_test(the_pointer_goes_where_it_clicks),
      cmocka_unit_test(a_tab_is_read_again),
      cmocka_unit_test(tab_and_enter_reach_every_control),
      cmocka_unit_test(digits_and_brackets_go_by_hop),
      cmocka_unit_test(a_held_key_does_not_race),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
