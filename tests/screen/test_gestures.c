/* What is typed, clicked and pointed at before a picture is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../unit/hands.h"
#include "../unit/view_journal.h"
#include "shell/sdl/gestures.h"

static void begin(struct hands *hands) {
  hands_begin(hands, story_journal());
  viewer_go_to(&hands->model, hands->reel->length_ms);
}

static bool make(struct hands *hands, const char *keys, const char *click, const char *point,
                 size_t *errors_out) {
  const struct gestures gestures = {span_from(keys), span_from(click), span_from(point)};
  struct error_list errors = {0};
  bool made = gestures_make(&gestures, &hands->model, &hands->picture, &errors);
  *errors_out = errors.count;
  error_list_free(&errors);
  return made;
}

static void keys_are_typed(void **state) {
  (void)state;
  struct hands hands;
  size_t errors;
  begin(&hands);
  assert_true(make(&hands, "se", "", "", &errors));
  assert_int_equal(hands.model.view.stage, STAGE_LADDER);
  assert_true(hands.model.view.eavesdrops);
  hands_end(&hands);
}

static void labels_are_clicked_and_pointed_at(void **state) {
  (void)state;
  struct hands hands;
  size_t errors;
  begin(&hands);
  assert_true(make(&hands, "", "post.north.example|Close: back|mx.south.example", "Close", &errors));
  assert_int_equal(hands.model.view.machine, 3);
  assert_int_equal(scene_id_kind(hands.model.view.hover), SCENE_MACHINE_CLOSE);
  hands_end(&hands);
}

static void what_is_not_there_is_said(void **state) {
  (void)state;
  struct hands hands;
  size_t errors;
  begin(&hands);
  assert_false(make(&hands, "", "no such thing", "", &errors));
  assert_int_equal(errors, 1);
  assert_true(make(&hands, "", "", "", &errors));
  assert_int_equal(errors, 0);
  hands_end(&hands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_are_typed),
      cmocka_unit_test(labels_are_clicked_and_pointed_at),
      cmocka_unit_test(what_is_not_there_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
