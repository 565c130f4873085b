/* The mind of the viewer: predict mode, the menu of what could be otherwise, two stories side by side; by
 * keys and clicks, and what each looks like: nothing over anything, as it was kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "golden_picture.h"
#include "hands.h"
#include "readers/compare.h"
#include "view/scene_compare.h"
#include "view_checks.h"
#include "watched.h"

static void begin(struct hands *hands, const char *name) {
  hands_begin(hands, watched_run(name, ""));
}
static size_t asked_step(const struct hands *hands) {
  return hands->model.play.asked == PREDICT_NONE
             ? 0
             : hands->model.predict->questions[hands->model.play.asked].step;
}

/* ---- predict ---- */

static void it_stops_and_asks(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover.json");
  type(&hands, "q");
  assert_true(hands.model.play.is_on);
  type(&hands, " "); /* play */
  wait_until_still(&hands);
  size_t asked = asked_step(&hands);
  assert_true(asked > 0);
  assert_int_equal(step_of(&hands), asked - 1); /* the answer is not seen yet */
  assert_true(reel_is_settled(hands.reel, hands.model.view.position_ms));
  type(&hands, "1");
  assert_true(hands.model.play.is_revealed);
  assert_true(hands.model.wants_attempt_kept);
  assert_int_equal(step_of(&hands), asked - 1);
  type(&hands, " "); /* and the film plays on, since it was playing */
  assert_true(hands.model.view.is_playing);
  assert_int_equal(step_of(&hands), asked);
  wait_until_still(&hands);
  assert_true(asked_step(&hands) > asked);
  hands_end(&hands);
}

/* A lecture: PageDown until it asks, a show of hands, PageDown reveals, PageDown goes on. */
static void page_down_to_the_end(bool patiently) {
  struct hands hands;
  begin(&hands, "mx-failover.json");
  type(&hands, "q");
  size_t asked = 0, revealed = 0;
  for (int i = 0; i < 2000 && step_of(&hands) + 1 < hands.reel->count; i++) {
    bool was_asked = hands.model.play.asked != PREDICT_NONE && !hands.model.play.is_revealed;
    press(&hands, KEY_PAGE_DOWN);
    if (was_asked) {
      assert_true(hands.model.play.is_revealed);
      revealed++;
    }
    if (patiently) wait_until_still(&hands);
    asked += !was_asked && hands.model.play.asked != PREDICT_NONE && !hands.model.play.is_revealed;
  }
  assert_int_equal(asked, hands.model.predict->count); /* each once, none passed over */
  assert_int_equal(revealed, hands.model.predict->count);
  assert_int_equal(predict_play_score(&hands.model.play).answered, 0);
  hands_end(&hands);
}

static void a_remote_is_enough(void **state) {
  (void)state;
  page_down_to_the_end(true);
}

/* Who presses again before a step is over skips the rest of the step, and no question. */
static void an_impatient_finger_passes_over_none(void **state) {
  (void)state;
  page_down_to_the_end(false);
}

/* Two questions before one step: the second comes when the first is done with, and then the step. */
static void two_questions_before_one_step(void **state) {
  (void)state;
  for (int plays = 0; plays < 2; plays++) {
    struct hands hands;
    hands_begin(
        &hands,
        watched_run("overlay",
                    "{\"waystation\":1,\"extends\":\"jack-to-janelle.json\",\"questions\":["
                    "{\"when\":\"connect port=587\",\"ask\":\"A?\",\"answer\":\"1\",\"others\":[\"2\"]},"
                    "{\"when\":\"connect port=587\",\"ask\":\"B?\",\"answer\":\"1\",\"others\":[\"2\"]}]}"));
    type(&hands, "q");
    if (plays) type(&hands, " ");
    for (int i = 0; i < 3 && hands.model.play.asked == PREDICT_NONE; i++) {
      if (!plays) press(&hands, KEY_PAGE_DOWN);
      wait_until_still(&hands);
    }
    size_t step = asked_step(&hands);
    assert_int_equal(hands.model.play.asked, 0);
    assert_true(step > 0);
    type(&hands, "1");
    press(&hands, KEY_PAGE_DOWN);
    assert_int_equal(hands.model.play.asked, 1);
    assert_int_equal(asked_step(&hands), step);
    assert_false(hands.model.play.is_revealed);
    assert_int_equal(step_of(&hands), step - 1);
    press(&hands, KEY_PAGE_DOWN); /* nobody answers */
    assert_true(hands.model.play.is_revealed);
    press(&hands, KEY_PAGE_DOWN);
    assert_int_equal(hands.model.play.asked, PREDICT_NONE);
    assert_int_equal(step_of(&hands), step);
    assert_int_equal(hands.model.view.is_playing, plays);
    hands_end(&hands);
  }
}

static void answers_by_all_means(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle.json");
  type(&hands, "q");
  for (int i = 0; i < 4; i++) {
    type(&hands, " ");
    wait_until_still(&hands);
    size_t question = hands.model.play.asked;
    assert_true(question != PREDICT_NONE);
    switch (i) {
    case 0: /* the mouse */
      click(&hands, scene_id(SCENE_CHOICE, 2));
      assert_int_equal(hands.model.play.given[question].choice, 2);
      break;
    case 1: /* arrows and Enter */
      press(&hands, KEY_DOWN);
      press(&hands, KEY_ENTER);
      assert_int_equal(hands.model.play.given[question].choice, 1);
      break;
    case 2: /* Tab and Enter */
      for (int k = 0; k < 200 && scene_id_kind(hands.model.view.focus) != SCENE_CHOICE; k++)
        press(&hands, KEY_TAB);
      press(&hands, KEY_ENTER);
      assert_int_equal(hands.model.play.given[question].choice, 0);
      hands.model.view.focus = 0;
      break;
    default: /* the button */
      click(&hands, scene_id(SCENE_REVEAL, 0));
      assert_int_equal(hands.model.play.given[question].state, PREDICT_SHOWN);
    }
    assert_true(hands.model.play.is_revealed);
  }
  press(&hands, KEY_LEFT); /* a step back takes it off */
  assert_int_equal(hands.model.play.asked, PREDICT_NONE);
  press(&hands, KEY_END); /* a jump asks nothing */
  assert_int_equal(hands.model.play.asked, PREDICT_NONE);
  type(&hands, "q");
  assert_null(hands.model.view.predict);
  assert_int_equal(predict_play_score(&hands.model.play).answered, 3);
  type(&hands, "a");
  assert_true(hands.model.wants_attempt);
  hands_end(&hands);
}

/* ---- pictures ---- */

static const struct {
  int32_t width_px, height_px, text;
  enum theme_name theme;
} sizes[] = {{1600, 900, 100, THEME_LIGHT},
             {1024, 768, 100, THEME_DARK},
             {1600, 900, 150, THEME_HIGH_CONTRAST},
             {1280, 720, 125, THEME_LIGHT},
             {3840, 2160, 100, THEME_DARK}};

/* From the last veil on, if there is one: what it covers need not be read. */
static void check(const struct draw_list *list, const char *what, size_t which) {
  struct draw_list upper = *list;
  for (size_t i = 0; i < list->count; i++)
    if (list->commands[i].kind == DRAW_BOX && list->commands[i].as.box.fill == 0x80000000) {
      upper.commands = &list->commands[i];
      upper.count = list->count - i;
    }
  assert_int_equal(check_picture(&upper, what, which), 0);
}

/* What is seen. What can be hit has numbers that others change. */
static void check_golden(const char *name, const struct draw_list *picture) {
  struct draw_list seen = *picture;
  seen.hit_count = 0;
  check_golden_picture(name, &seen);
}

static void pictures_are_as_kept(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover.json");
  type(&hands, "q");
  press(&hands, KEY_PAGE_DOWN);
  wait_until_still(&hands);
  for (int i = 0; i < 4 && hands.model.play.asked == PREDICT_NONE; i++) {
    press(&hands, KEY_PAGE_DOWN);
    wait_until_still(&hands);
  }
  check_golden("question", &hands.picture);
  type(&hands, "1");
  hands.model.view.theme = theme_named(THEME_DARK);
  look(&hands);
  check_golden("question-answered", &hands.picture);
  press(&hands, KEY_ESCAPE);
  viewer_go_to_step(&hands.model, 35);
  hands.model.view.notice = SPAN_EMPTY;
  type(&hands, "w");
  check_golden("whatif-menu", &hands.picture);
  hands_end(&hands);
}

/* Where it is written stands last: if that is above the button, all of the reason is. */
static bool reason_is_seen(const struct hands *hands, struct arena *arena) {
  struct predict_words words;
  predict_words(hands->model.predict, hands->model.play.asked, arena, &words);
  const struct hit_region *button = draw_list_find_hit(&hands->picture, scene_id(SCENE_REVEAL, 0));
  return !words.rfc.len || writes_above(&hands->picture, words.rfc, button->rect.y);
}

static void every_question_is_in_order(void **state) {
  (void)state;
  struct hands hands;
  struct arena arena = ARENA_EMPTY;
  begin(&hands, "jack-to-janelle.json");
  type(&hands, "q");
  wait_until_still(&hands); /* the notice is gone */
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    struct scene_view *view = &hands.model.view;
    scene_size(sizes[s].width_px, sizes[s].height_px, sizes[s].text, &view->width, &view->height);
    view->theme = theme_named(sizes[s].theme);
    for (size_t i = 0; i < hands.model.predict->count; i++) {
      viewer_go_to_step(&hands.model, hands.model.predict->questions[i].step - 1);
      predict_play_ask(&hands.model.play, i);
      hands.model.play.is_revealed = false;
      look(&hands);
      check(&hands.picture, "question", i);
      hands.model.play.given[i] = (struct predict_given){PREDICT_ANSWERED, (uint8_t)(i % 3)};
      hands.model.play.is_revealed = true;
      look(&hands);
      check(&hands.picture, "answer", i);
      if (!reason_is_seen(&hands, &arena)) fail_msg("question %zu, size %zu: the reason is cut off", i, s);
    }
  }
  arena_free(&arena);
  hands_end(&hands);
}

/* ---- what if ---- */

static void the_menu_takes_words(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover.json");
  viewer_go_to_step(&hands.model, 35);
  type(&hands, "w");
  struct whatif_menu *menu = &hands.model.menu;
  assert_true(menu->is_open && menu->count > 4);
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu"))); /* it is down now */
  press(&hands, KEY_DOWN);
  assert_int_equal(menu->chosen, 1);
  press(&hands, KEY_UP);
  press(&hands, KEY_END);
  type(&hands, " for 5m");
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu for 5m")));
  press(&hands, KEY_BACKSPACE);
  press(&hands, KEY_BACKSPACE);
  type(&hands, "é");
  press(&hands, KEY_LEFT);
  press(&hands, KEY_LEFT);
  type(&hands, "9");
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu for9 é")));
  press(&hands, KEY_END);
  press(&hands, KEY_BACKSPACE);
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu for9 ")));
  /* Looking at a suggestion does not lose what was written. */
  press(&hands, KEY_DOWN);
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu")));
  press(&hands, KEY_UP);
  assert_int_equal(menu->chosen, 0);
  for (size_t i = 0; i < menu->count; i++) press(&hands, KEY_DOWN);
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu for9 ")));
  act(&hands, (struct input){.kind = INPUT_PASTE, .text = SPAN("and\r\ndown")});
  assert_true(span_equal(whatif_menu_line(menu), SPAN("up mx1.example.edu for9 and  down")));
  press(&hands, KEY_ENTER);
  assert_true(hands.model.wants_whatif);
  whatif_menu_complain(menu, SPAN("no such thing"));
  look(&hands);
  check(&hands.picture, "menu", 0);
  press(&hands, KEY_ESCAPE);
  assert_false(menu->is_open);
  act(&hands, (struct input){.kind = INPUT_PASTE, .text = SPAN("w")}); /* no key, and no line to write in */
  assert_false(menu->is_open);
  type(&hands, "w");
  click(&hands, scene_id(SCENE_WHATIF_ITEM, 1));
  assert_int_equal(menu->chosen, 1);
  hands.model.wants_whatif = false;
  click(&hands, scene_id(SCENE_WHATIF_RUN, 0));
  assert_true(hands.model.wants_whatif);
  hands_end(&hands);
}

/* More than fits, and the keys that a long line needs. */
static void the_menu_s_line_has_an_end(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle.json");
  type(&hands, "w");
  for (int i = 0; i < 2000; i++) type(&hands, "x");
  assert_true(hands.model.menu.length <= WHATIF_LINE_MAX);
  press(&hands, KEY_HOME);
  for (int i = 0; i < 2000; i++) press(&hands, KEY_DELETE);
  assert_int_equal(hands.model.menu.length, 0);
  press(&hands, KEY_BACKSPACE);
  press(&hands, KEY_ENTER); /* nothing to run */
  assert_false(hands.model.wants_whatif);
  hands_end(&hands);
}

/* Suggestions make room for the line, and the one that is chosen is seen. */
static void a_flat_window_has_room_for_the_line(void **state) {
  (void)state;
  static const int32_t flat[][2] = {{1600, 300}, {640, 360}, {1024, 400}};
  struct hands hands;
  begin(&hands, "jack-to-janelle.json");
  viewer_go_to_step(&hands.model, 100);
  for (size_t s = 0; s < sizeof flat / sizeof *flat; s++) {
    struct scene_view *view = &hands.model.view;
    struct whatif_menu *menu = &hands.model.menu;
    scene_size(flat[s][0], flat[s][1], 100, &view->width, &view->height);
    type(&hands, "w");
    for (size_t i = 0; i < menu->count; i++) {
      bool is_seen = false;
      for (size_t k = 0; k < hands.picture.count; k++) {
        const struct draw_command *command = &hands.picture.commands[k];
        is_seen = is_seen ||
                  (command->kind == DRAW_TEXT && span_equal(command->as.text.text, whatif_menu_line(menu)) &&
                   command->as.text.baseline.y < view->height - DU(20));
      }
      assert_true(is_seen);
      assert_non_null(
          draw_list_find_hit(&hands.picture, scene_id(SCENE_WHATIF_ITEM, (uint32_t)menu->chosen)));
      press(&hands, KEY_DOWN);
    }
    press(&hands, KEY_ESCAPE);
  }
  hands_end(&hands);
}

static void menus_are_in_order(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle.json");
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    struct scene_view *view = &hands.model.view;
    scene_size(sizes[s].width_px, sizes[s].height_px, sizes[s].text, &view->width, &view->height);
    view->theme = theme_named(sizes[s].theme);
    for (size_t step = 0; step < hands.reel->count; step += 7) {
      viewer_go_to_step(&hands.model, step);
      type(&hands, "w");
      assert_true(hands.model.menu.count > 0);
      check(&hands.picture, "menu", step);
      press(&hands, KEY_ESCAPE);
    }
  }
  hands_end(&hands);
}

/* ---- side by side ---- */

static enum compare_do typed(struct compare_view *view, const char *text, struct draw_list *picture) {
  view->wants = COMPARE_STAY;
  scene_compare_input(view, &(struct input){.kind = INPUT_TEXT, .text = span_from(text)}, picture);
  scene_compare_draw(view, picture);
  return view->wants;
}

/* The chain of changes: each can be gone to, whether or not it is part of the story that is shown. */
static void several_changes(struct compare_view *view, struct draw_list *picture) {
  struct span changes[12];
  view->row = 0;
  assert_int_equal(typed(view, "c", picture), COMPARE_STAY); /* with one change there is nothing to choose */
  assert_null(draw_list_find_hit(picture, scene_id(SCENE_COMPARE_CHANGE, 0)));
  changes[0] = SPAN("the power is back after 90 seconds");
  for (int i = 1; i < 12; i++) changes[i] = SPAN("smtp.sender.example goes down at 00:01:00.315 for 10m");
  view->changes = changes;
  view->change_count = 12;
  view->depth = 2;
  view->with_original = false;
  view->theme = theme_named(THEME_LIGHT);
  view->width = DU(1600);
  view->height = DU(900);
  scene_compare_draw(view, picture);
  check_golden("compare-chain", picture);
  assert_int_equal(typed(view, "c", picture), COMPARE_AGAINST);
  assert_int_equal(typed(view, "w", picture), COMPARE_MORE);
  scene_compare_input(view, &(struct input){.kind = INPUT_KEY, .key = KEY_F5}, picture);
  assert_int_equal(view->wants, COMPARE_FILL_SCREEN);
  assert_int_equal(typed(view, "2", picture), COMPARE_STAY); /* there already */
  assert_int_equal(typed(view, "1", picture), COMPARE_DEPTH);
  assert_int_equal(view->wanted_depth, 1);
  assert_int_equal(typed(view, "0", picture), COMPARE_DEPTH);
  assert_int_equal(view->wanted_depth, 0);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    scene_size(sizes[s].width_px, sizes[s].height_px, sizes[s].text, &view->width, &view->height);
    view->theme = theme_named(sizes[s].theme);
    for (view->depth = 1; view->depth <= 12; view->depth++) {
      scene_compare_draw(view, picture);
      check(picture, "chain", view->depth);
      view->focus = 0;
      for (int i = 0; i < 3; i++) { /* the ring is seen in every theme */
        struct draw_list before = *picture;
        *picture = DRAW_LIST_EMPTY;
        scene_compare_input(view, &(struct input){.kind = INPUT_KEY, .key = KEY_TAB}, &before);
        scene_compare_draw(view, picture);
        assert_false(draw_list_equal(&before, picture));
        draw_list_free(&before);
      }
      assert_non_null(draw_list_find_hit(picture, scene_id(SCENE_COMPARE_CHANGE, (uint32_t)view->depth)));
      assert_non_null(draw_list_find_hit(picture, scene_id(SCENE_COMPARE_CHANGE, 0)));
    }
  }
}

static void two_stories(void **state) {
  (void)state;
  struct watched before = watch(watched_run("mx-failover.json", ""));
  struct watched after = watch(watched_run(
      "overlay",
      "{\"waystation\":1,\"extends\":\"mx-failover.json\",\"faults\":{\"1\":{\"until\":\"90s\"}}}"));
  struct reel_compare *compare = reel_compare_new(before.reel, after.reel);
  struct arena arena = ARENA_EMPTY;
  struct compare_outcome *outcomes;
  struct compare_view view;
  struct draw_list picture = DRAW_LIST_EMPTY;
  scene_compare_begin(&view, compare, theme_named(THEME_LIGHT));
  view.what = SPAN("the power is back after 90 seconds");
  view.outcome_count = compare_outcomes(before.journal, after.journal, &arena, &outcomes);
  view.outcomes = outcomes;
  assert_int_equal(view.outcome_count, 2);
  assert_int_equal(view.row, compare->first);
  view.width = DU(1600);
  view.height = DU(900);
  scene_compare_draw(&view, &picture);
  check_golden("compare", &picture);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    scene_size(sizes[s].width_px, sizes[s].height_px, sizes[s].text, &view.width, &view.height);
    view.theme = theme_named(sizes[s].theme);
    for (size_t row = 0; row < compare->count; row += 5) {
      view.row = row;
      scene_compare_draw(&view, &picture);
      check(&picture, "compare", row);
    }
  }
  view.row = 0;
  scene_compare_input(&view, &(struct input){.kind = INPUT_TEXT, .text = SPAN("n")}, &picture);
  assert_int_equal(view.row, compare->first);
  scene_compare_input(&view, &(struct input){.kind = INPUT_KEY, .key = KEY_PAGE_DOWN}, &picture);
  assert_int_equal(view.row, compare->first + 1);
  scene_compare_input(&view, &(struct input){.kind = INPUT_KEY, .key = KEY_END}, &picture);
  assert_int_equal(view.row, compare->count - 1);
  assert_int_equal(scene_compare_step(&view), after.reel->count - 1);
  scene_compare_input(&view, &(struct input){.kind = INPUT_TEXT, .text = SPAN("s")}, &picture);
  assert_int_equal(view.wants, COMPARE_SAVE);
  scene_compare_input(&view, &(struct input){.kind = INPUT_KEY, .key = KEY_ENTER}, &picture);
  assert_int_equal(view.wants, COMPARE_WATCH);
  scene_compare_input(&view, &(struct input){.kind = INPUT_KEY, .key = KEY_ESCAPE}, &picture);
  assert_int_equal(view.wants, COMPARE_BACK);
  several_changes(&view, &picture);
  draw_list_free(&picture);
  arena_free(&arena);
  reel_compare_free(compare);
  watched_end(&after);
  watched_end(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_stops_and_asks),
      cmocka_unit_test(a_remote_is_enough),
      cmocka_unit_test(an_impatient_finger_passes_over_none),
      cmocka_unit_test(two_questions_before_one_step),
      cmocka_unit_test(answers_by_all_means),
      cmocka_unit_test(every_question_is_in_order),
      cmocka_unit_test(the_menu_takes_words),
      cmocka_unit_test(the_menu_s_line_has_an_end),
      cmocka_unit_test(a_flat_window_has_room_for_the_line),
      cmocka_unit_test(menus_are_in_order),
      cmocka_unit_test(two_stories),
      cmocka_unit_test(pictures_are_as_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
