/* What keys and the pointer do, as a person does it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hands.h"
#include "scenario_journal.h"
#include "view_checks.h"
#include "view_journal.h"

static void four_keys_run_a_lecture(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  for (size_t guard = 0; step_of(&hands) + 1 < hands.reel->count && guard < 500; guard++) {
    size_t before = step_of(&hands);
    press(&hands, KEY_PAGE_DOWN);
    wait_until_still(&hands);
    assert_int_equal(step_of(&hands), reel_next(hands.reel, before, BY_PHASE));
    assert_int_equal(hands.model.view.position_ms, reel_settled(hands.reel, step_of(&hands)));
  }
  assert_int_equal(step_of(&hands), hands.reel->count - 1);
  size_t before = step_of(&hands);
  press(&hands, KEY_PAGE_UP);
  assert_false(viewer_is_moving(&hands.model)); /* a step back jumps */
  assert_int_equal(step_of(&hands), reel_previous(hands.reel, before, BY_PHASE));
  type(&hands, "b");
  assert_true(hands.model.view.is_blank);
  type(&hands, "b");
  assert_false(hands.model.view.is_blank);
  hands_end(&hands);
}

static void space_plays_pauses_and_begins_again(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
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
  press(&hands, KEY_END);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  type(&hands, " ");
  assert_int_equal(hands.model.view.position_ms, 0);
  assert_true(hands.model.view.is_playing);
  hands_end(&hands);
}

static void the_pointer_goes_where_it_clicks(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
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
  press(&hands, KEY_ESCAPE);
  assert_false(hands.model.view.help_open);
  /* A header block leads to the step that wrote it. */
  press(&hands, KEY_END);
  journal_seq stamp = journal_version_record(hands.world->versions, 2);
  click(&hands, scene_id(SCENE_RECORD, stamp));
  assert_int_equal(step_of(&hands), reel_step_of_record(hands.reel, stamp));
  /* And back again to where the jump began. */
  press(&hands, KEY_BACKSPACE);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  press(&hands, KEY_BACKSPACE);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  hands_end(&hands);
}

static void a_tab_is_read_again(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  press(&hands, KEY_END);
  click(&hands, scene_id(SCENE_TAB, 1));
  assert_int_equal(hands.model.view.tab, 1);
  click(&hands, scene_id(SCENE_CURRENT, 0));
  assert_int_equal(hands.model.view.tab, 0);
  hands_end(&hands);
}

static void tab_and_enter_reach_every_control(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  uint64_t wanted = scene_id(SCENE_LAST, 0);
  for (int i = 0; i < 60 && hands.model.view.focus != wanted; i++) press(&hands, KEY_TAB);
  assert_true(hands.model.view.focus == wanted);
  press(&hands, KEY_ENTER);
  assert_int_equal(hands.model.view.position_ms, hands.reel->length_ms);
  hands_end(&hands);
}

static void digits_and_brackets_go_by_hop(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  type(&hands, "2");
  assert_int_equal(step_of(&hands), hands.reel->segments[1].first_step);
  type(&hands, "]");
  wait_until_still(&hands);
  assert_int_equal(step_of(&hands), hands.reel->segments[2].first_step - 1);
  type(&hands, "9"); /* there is no ninth */
  assert_int_equal(step_of(&hands), hands.reel->segments[2].first_step - 1);
  hands_end(&hands);
}

static void a_digit_goes_to_where_a_session_begins(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct hands hands;
  hands_begin(&hands, run_course_scenario("eight-bits", &arena)); /* its third session goes on later */
  type(&hands, "3");
  assert_int_equal(hands.reel->steps[step_of(&hands)].segment, 2);
  assert_int_equal(hands.reel->segments[4].connection, 3);
  hands_end(&hands);
  arena_free(&arena);
}

static bool says(const struct hands *hands, const char *begins) {
  for (size_t i = 0; i < hands->picture.count; i++) {
    const struct draw_command *command = &hands->picture.commands[i];
    if (command->kind == DRAW_TEXT && span_starts_with(command->as.text.text, span_from(begins))) return true;
  }
  return false;
}

/* The caption counts what the keys go by: PageDown is one further, whatever the unit. */
static void the_caption_counts_as_the_keys_go(void **state) {
  (void)state;
  static const char *const first[] = {"Phase 1 of ", "Hop 1 of 3 · step ", "Step 1 of 4"},
                           *const second[] = {"Phase 2 of ", "Hop 2 of 3 · step ", "Step 2 of 4"};
  struct hands hands;
  hands_begin(&hands, story_journal());
  for (size_t i = 0; i < 3; i++) {
    if (i > 0) type(&hands, "l");
    press(&hands, KEY_HOME);
    for (int presses = 0; presses < 2; presses++) {
      press(&hands, KEY_PAGE_DOWN);
      wait_until_still(&hands);
      const char *expected = presses ? second[i] : first[i];
      if (!says(&hands, expected)) fail_msg("nothing says \"%s\"", expected);
    }
  }
  hands_end(&hands);
}

static void a_held_key_does_not_race(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  hands.model.view.by = BY_LINE;
  for (int64_t ms = 0; ms < 1000; ms += 33)
    act(&hands,
        (struct input){.kind = INPUT_KEY, .key = KEY_RIGHT, .is_repeat = ms > 0, .time_ms = 1000 + ms});
  assert_true(step_of(&hands) <= 7);
  assert_true(step_of(&hands) >= 5);
  hands_end(&hands);
}

static void leaps_find_what_they_look_for(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  /* This story has no refusal: it says so, and stays. */
  type(&hands, "n");
  assert_int_equal(step_of(&hands), 0);
  assert_true(span_equal(hands.model.view.notice, SPAN("No refusal after this")));
  wait_until_still(&hands);
  assert_int_equal(hands.model.view.notice.len, 0);
  int64_t before = hands.reel->steps[step_of(&hands)].time_us;
  type(&hands, "j");
  int64_t after = hands.reel->steps[step_of(&hands)].time_us;
  assert_true(after > before && after <= before + JUMP_US);
  if (step_of(&hands) + 1 < hands.reel->count)
    assert_true(hands.reel->steps[step_of(&hands) + 1].time_us > before + JUMP_US || step_of(&hands) == 1);
  type(&hands, "J");
  assert_int_equal(step_of(&hands), 0);
  hands_end(&hands);
}

static void bookmarks_are_set_and_found(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  static const size_t steps[] = {9, 3, 6};
  for (size_t i = 0; i < 3; i++) {
    viewer_go_to_step(&hands.model, steps[i]);
    type(&hands, "k");
  }
  assert_int_equal(hands.model.view.bookmarks.count, 3);
  press(&hands, KEY_HOME);
  static const size_t found[] = {3, 6, 9, 9};
  for (size_t i = 0; i < 4; i++) {
    type(&hands, ">");
    assert_int_equal(step_of(&hands), found[i]);
  }
  type(&hands, "<");
  assert_int_equal(step_of(&hands), 6);
  type(&hands, "K"); /* there is no other meaning with Shift */
  assert_int_equal(hands.model.view.bookmarks.count, 2);
  click(&hands, scene_id(SCENE_BOOKMARK, 1));
  assert_int_equal(step_of(&hands), 9);
  hands_end(&hands);
}

static const struct hit_region *line_hit(const struct hands *hands, size_t nth) {
  for (size_t i = 0; i < hands->picture.hit_count; i++) {
    const struct hit_region *hit = &hands->picture.hits[i];
    if (hit->flags & HIT_TEXT && scene_id_kind(hit->id) == SCENE_STEP && nth-- == 0) return hit;
  }
  fail();
  return NULL;
}

static struct span copied(struct hands *hands) {
  act(hands,
      (struct input){.kind = INPUT_KEY, .key = KEY_CHARACTER, .modifiers = MOD_CTRL, .code_point = 'c'});
  assert_true(hands->model.wants_clipboard);
  assert_true(span_equal(hands->model.view.notice, SPAN("Copied")));
  return buf_span(&hands->model.copied);
}

static void lines_are_selected_and_copied(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  viewer_go_to_step(&hands.model, 9);
  scene_draw(hands.scene, &hands.model.view, &hands.picture);
  struct point from = rect_centre(line_hit(&hands, 1)->rect), to = rect_centre(line_hit(&hands, 3)->rect);
  size_t step = step_of(&hands);
  act(&hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = from});
  act(&hands, (struct input){.kind = INPUT_POINTER_MOVE, .position = to});
  act(&hands, (struct input){.kind = INPUT_POINTER_UP, .position = to});
  assert_int_equal(step_of(&hands), step); /* a drag is no click */
  assert_true(hands.model.view.selection.any);
  struct span text = copied(&hands), line;
  size_t lines = 0;
  while (span_next(&text, '\n', &line) && line.len) {
    lines++;
    assert_true(span_starts_with(line, SPAN("C: ")) || span_starts_with(line, SPAN("S: ")));
  }
  assert_int_equal(lines, 3);
  /* Shift and a click: one line fewer. */
  to = rect_centre(line_hit(&hands, 2)->rect);
  act(&hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = to, .modifiers = MOD_SHIFT});
  act(&hands, (struct input){.kind = INPUT_POINTER_UP, .position = to, .modifiers = MOD_SHIFT});
  text = copied(&hands);
  lines = 0;
  while (span_next(&text, '\n', &line) && line.len) lines++;
  assert_int_equal(lines, 2);
  press(&hands, KEY_ESCAPE);
  assert_false(hands.model.view.selection.any);
  /* By keys: the current line, then the one above. */
  press_with(&hands, KEY_UP, MOD_SHIFT);
  press_with(&hands, KEY_UP, MOD_SHIFT);
  assert_true(hands.model.view.selection.any);
  assert_true(hands.model.view.selection.to < hands.model.view.selection.from);
  /* A click goes to the line's step, as ever. */
  press(&hands, KEY_ESCAPE);
  uint32_t wanted = scene_id_number(line_hit(&hands, 1)->id);
  from = rect_centre(line_hit(&hands, 1)->rect);
  act(&hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = from});
  act(&hands, (struct input){.kind = INPUT_POINTER_UP, .position = from});
  assert_int_equal(step_of(&hands), wanted);
  hands_end(&hands);
}

static void point_at(struct hands *hands, uint64_t id) {
  const struct hit_region *hit = draw_list_find_hit(&hands->picture, id);
  assert_non_null(hit);
  act(hands, (struct input){.kind = INPUT_POINTER_MOVE, .position = rect_centre(hit->rect)});
}

static void the_panel_under_the_pointer_is_copied(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  press(&hands, KEY_END);
  point_at(&hands, scene_id(SCENE_AREA, AREA_MESSAGE));
  struct span text = copied(&hands);
  assert_true(span_search(text, SPAN("Received: ")) != SPAN_NONE);
  assert_true(span_search(text, SPAN("\n\n")) != SPAN_NONE);
  assert_true(span_find(text, '\r') == SPAN_NONE);
  point_at(&hands, scene_id(SCENE_AREA, AREA_STAGE));
  text = copied(&hands);
  assert_true(span_search(text, SPAN("mx.south")) != SPAN_NONE);
  point_at(&hands, scene_id(SCENE_AREA, AREA_CONVERSATION));
  text = copied(&hands);
  assert_true(span_search(text, SPAN("C: ")) != SPAN_NONE);
  hands_end(&hands);
}

static void a_remote_with_a_blank_screen(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  press(&hands, KEY_PAGE_DOWN);
  wait_until_still(&hands);
  size_t step = step_of(&hands);
  type(&hands, "."); /* what many remotes send */
  assert_true(hands.model.view.is_blank);
  press(&hands, KEY_PAGE_DOWN);
  assert_false(hands.model.view.is_blank);
  assert_int_equal(step_of(&hands), step);
  press(&hands, KEY_F5);
  assert_true(hands.model.wants_full_screen);
  hands.model.wants_full_screen = false;
  hands.model.is_full_screen = true;
  press(&hands, KEY_F5); /* fills the screen, whoever has filled it already */
  assert_false(hands.model.wants_full_screen);
  press(&hands, KEY_F11);
  assert_true(hands.model.wants_full_screen);
  hands.model.wants_full_screen = false;
  press(&hands, KEY_ESCAPE);
  assert_true(hands.model.wants_full_screen);
  assert_false(hands.model.wants_catalogue);
  hands_end(&hands);
}

static struct point middle_of_host(struct hands *hands, uint16_t host) {
  const struct layout_node *node = layout_node_of(scene_layout(hands->scene, &hands->model.view), host);
  assert_non_null(node);
  return rect_centre(node->card);
}

static bool near(struct point a, struct point b) {
  return point_distance(a, b) <= DU(2); /* pins are whole units */
}

static void a_machine_is_dragged(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  struct point from = middle_of_host(&hands, 1), grip = {from.x + DU(9), from.y - DU(7)};
  uint64_t before = draw_list_hash(&hands.picture);
  act(&hands, (struct input){.kind = INPUT_POINTER_DOWN, .position = grip});
  struct point to = {grip.x + DU(300), grip.y - DU(10)};
  act(&hands, (struct input){.kind = INPUT_POINTER_MOVE, .position = to});
  act(&hands, (struct input){.kind = INPUT_POINTER_UP, .position = to});
  assert_true(near(middle_of_host(&hands, 1), (struct point){from.x + DU(300), from.y - DU(10)}));
  assert_int_equal(hands.model.view.moves.count, 1);
  /* With the keys: the machine that has the focus. */
  hands.model.view.focus = scene_id(SCENE_HOST, 1);
  struct point now = middle_of_host(&hands, 1);
  press_with(&hands, KEY_RIGHT, MOD_CTRL);
  assert_true(middle_of_host(&hands, 1).x > now.x);
  hands.model.view.focus = 0;
  hands.model.view.hover = 0;
  type(&hands, "X");
  assert_true(draw_list_hash(&hands.picture) == before);
  hands_end(&hands);
}

static void the_stage_zooms_about_the_pointer(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  uint64_t before = draw_list_hash(&hands.picture);
  /* Not every place can stay: one near the middle can. */
  int32_t strip;
  struct rect stage = scene_stage(hands.scene, &hands.model.view, &strip);
  struct point at = {stage.x + stage.w / 2 + DU(40), stage.y + (stage.h - strip) / 2 - DU(30)};
  struct layout_wish wish = scene_wish(&hands.model.view);
  struct point under = layout_unzoomed(stage, strip, &wish, at);
  act(&hands, (struct input){.kind = INPUT_WHEEL, .position = at, .wheel_y = 64, .modifiers = MOD_CTRL});
  assert_int_equal(hands.model.view.zoom_percent, 125);
  wish = scene_wish(&hands.model.view);
  assert_true(near(layout_unzoomed(stage, strip, &wish, at), under));
  type(&hands, "z");
  type(&hands, "z");
  /* Drag of the background: what was under the pointer comes along. */
  struct point centre = hands.model.view.zoom_centre;
  viewer_go_to_step(&hands.model, 0);
  press_with(&hands, KEY_RIGHT, MOD_CTRL);
  assert_true(hands.model.view.zoom_centre.x > centre.x);
  type(&hands, "Z");
  type(&hands, "Z");
  type(&hands, "Z");
  assert_int_equal(hands.model.view.zoom_percent, 100);
  assert_true(draw_list_hash(&hands.picture) == before);
  hands_end(&hands);
}

/* The last row of the table is on the page, at every size. */
static void the_help_fits(void **state) {
  (void)state;
  static const struct {
    int32_t width, height, percent;
  } sizes[] = {{1600, 900, 100},  {1024, 768, 100}, {1280, 720, 100}, {1600, 900, 150},
               {3840, 2160, 125}, {1024, 768, 125}, {1024, 768, 150}, {1280, 720, 150}};
  struct hands hands;
  hands_begin(&hands, story_journal());
  hands.model.view.help_open = true;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    scene_size(sizes[i].width, sizes[i].height, sizes[i].percent, &hands.model.view.width,
               &hands.model.view.height);
    hands.model.view.help_open = false;
    scene_draw(hands.scene, &hands.model.view, &hands.picture);
    size_t cut = count_cut(&hands.picture), rows = 0; /* by what lies below */
    hands.model.view.help_open = true;
    scene_draw(hands.scene, &hands.model.view, &hands.picture);
    for (size_t k = 0; k < hands.picture.count; k++) {
      const struct draw_command *command = &hands.picture.commands[k];
      rows += command->kind == DRAW_TEXT && span_equal(command->as.text.text, SPAN("end the program"));
    }
    assert_int_equal(rows, 1);
    assert_int_equal(check_sizes(&hands.picture, "help"), 0);
    assert_int_equal(count_cut(&hands.picture) - cut, 0);
  }
  hands_end(&hands);
}

static bool shows(const struct draw_list *picture, struct span words) {
  for (size_t i = 0; i < picture->count; i++)
    if (picture->commands[i].kind == DRAW_TEXT && span_equal(picture->commands[i].as.text.text, words))
      return true;
  return false;
}

static void a_control_says_what_it_does(void **state) {
  (void)state;
  struct hands hands;
  hands_begin(&hands, story_journal());
  assert_false(shows(&hands.picture, SPAN("Home")));
  point_at(&hands, scene_id(SCENE_FIRST, 0));
  assert_true(shows(&hands.picture, SPAN("To the beginning")));
  assert_true(shows(&hands.picture, SPAN("Home"))); /* its key */
  act(&hands, (struct input){.kind = INPUT_POINTER_LEAVE});
  assert_false(shows(&hands.picture, SPAN("Home")));
  hands.model.view.focus = scene_id(SCENE_PLAY, 0);
  scene_draw(hands.scene, &hands.model.view, &hands.picture);
  assert_true(shows(&hands.picture, SPAN("Space")));
  hands_end(&hands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(four_keys_run_a_lecture),
      cmocka_unit_test(space_plays_pauses_and_begins_again),
      cmocka_unit_test(the_pointer_goes_where_it_clicks),
      cmocka_unit_test(a_tab_is_read_again),
      cmocka_unit_test(tab_and_enter_reach_every_control),
      cmocka_unit_test(digits_and_brackets_go_by_hop),
      cmocka_unit_test(a_digit_goes_to_where_a_session_begins),
      cmocka_unit_test(the_caption_counts_as_the_keys_go),
      cmocka_unit_test(a_held_key_does_not_race),
      cmocka_unit_test(leaps_find_what_they_look_for),
      cmocka_unit_test(bookmarks_are_set_and_found),
      cmocka_unit_test(lines_are_selected_and_copied),
      cmocka_unit_test(the_panel_under_the_pointer_is_copied),
      cmocka_unit_test(a_remote_with_a_blank_screen),
      cmocka_unit_test(a_machine_is_dragged),
      cmocka_unit_test(the_stage_zooms_about_the_pointer),
      cmocka_unit_test(the_help_fits),
      cmocka_unit_test(a_control_says_what_it_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
