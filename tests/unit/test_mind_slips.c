/* The mind of the viewer, where a finger slips or two things happen at once: a digit too early, a question
 * while another connection speaks, words typed over a suggestion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hands.h"
#include "view/copy_text.h"
#include "watched.h"

static void begin(struct hands *hands, const char *name) {
  hands_begin(hands, watched_run(name, ""));
}

/* A digit is an answer as long as Predict is on: a moment too early or too late it is nothing. */
static void a_digit_never_jumps(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle.json");
  type(&hands, "q");
  size_t before = step_of(&hands);
  assert_int_equal(hands.model.play.asked, PREDICT_NONE);
  type(&hands, "3");
  assert_int_equal(step_of(&hands), before);
  assert_true(hands.model.view.notice.len > 0);
  for (int i = 0; i < 20 && hands.model.play.asked == PREDICT_NONE; i++) {
    press(&hands, KEY_PAGE_DOWN);
    type(&hands, "2"); /* in the middle of a step, too; if it is at a question, it answers */
    wait_until_still(&hands);
  }
  assert_int_equal(hands.model.play.asked, 0);
  type(&hands, "2");
  before = step_of(&hands);
  type(&hands, "9"); /* answered already; and there is no ninth choice */
  assert_int_equal(step_of(&hands), before);
  assert_int_equal(hands.model.play.given[0].choice, 1);
  type(&hands, "q");
  type(&hands, "3"); /* off: a hop */
  assert_true(step_of(&hands) > before);
  hands_end(&hands);
}

/* The words on the caption's card, in one line. */
static struct span caption_words(struct hands *hands, struct arena *arena) {
  const struct hit_region *card = draw_list_find_hit(&hands->picture, scene_id(SCENE_AREA, AREA_CAPTION));
  struct buf words = {0};
  assert_non_null(card);
  copy_picture(&hands->picture, card->rect, &words);
  for (size_t i = 0; i < words.len; i++)
    if (words.data[i] == '\n') words.data[i] = ' ';
  struct span copy = arena_copy(arena, buf_span(&words));
  buf_free(&words);
  return copy;
}

/* Where a sender asks for the next server's name before the last has said goodbye, the question is about the
 * goodbye. */
static const struct {
  const char *scenario;
  size_t question;
  const char *stands, *does_not;
} beside[] = {
    {"jack-to-janelle.json", 1, "It hands the letter to Comcast", "Nobody has given the address"},
    {"jack-to-janelle.json", 9, "The client is done, and says so", "mta.comcast.net has the address"},
    {"jack-to-janelle.json", 10, "mta.comcast.net has the address", "The client is done"},
    {"mx-failover.json", 9, "The client is done, and says so", "Two MX records"},
};

static void a_question_stands_beside_its_own_caption(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
    struct hands hands;
    struct arena arena = ARENA_EMPTY;
    begin(&hands, beside[i].scenario);
    type(&hands, "q");
    for (int k = 0; k < 500 && hands.model.play.asked != beside[i].question - 1; k++) {
      press(&hands, KEY_PAGE_DOWN);
      wait_until_still(&hands);
    }
    struct span words = caption_words(&hands, &arena);
    if (span_search(words, span_from(beside[i].stands)) == SPAN_NONE ||
        span_search(words, span_from(beside[i].does_not)) != SPAN_NONE)
      fail_msg("%s, question %zu: %.*s", beside[i].scenario, beside[i].question, SPAN_ARG(words));
    arena_free(&arena);
    hands_end(&hands);
  }
}

/* A suggestion stands in the line as if selected: what is typed replaces it, who wants to change it begins
 * with a key that moves or rubs out. */
static void a_suggestion_is_there_to_be_replaced(void **state) {
  (void)state;
  static const struct {
    enum key key;
    const char *then;
  } cases[] = {
      {KEY_NONE, "x"},
      {KEY_END, "up mx1.example.edux"},
      {KEY_RIGHT, "up mx1.example.edux"},
      {KEY_LEFT, "up mx1.example.edxu"},
      {KEY_HOME, "xup mx1.example.edu"},
      {KEY_BACKSPACE, "up mx1.example.edx"},
      {KEY_DELETE, "x"},
  };
  struct hands hands;
  begin(&hands, "mx-failover.json");
  viewer_go_to_step(&hands.model, 35);
  struct whatif_menu *menu = &hands.model.menu;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int k = 0; k < 3; k++) { /* as it is opened, clicked, pasted over */
      type(&hands, "w");
      if (k == 1) click(&hands, scene_id(SCENE_WHATIF_ITEM, 0));
      assert_true(menu->is_selected);
      if (cases[i].key) press(&hands, cases[i].key);
      assert_int_equal(menu->is_selected, cases[i].key == KEY_NONE);
      if (k == 2)
        act(&hands, (struct input){.kind = INPUT_PASTE, .text = SPAN("x")});
      else
        type(&hands, "x");
      if (!span_equal(whatif_menu_line(menu), span_from(cases[i].then)))
        fail_msg("%zu: %.*s", i, SPAN_ARG(whatif_menu_line(menu)));
      assert_false(menu->is_selected);
      type(&hands, "y"); /* goes on, and does not replace once more */
      assert_int_equal(menu->length, strlen(cases[i].then) + 1);
      /* Back from a suggestion, what was written by hand is there to be gone on with. */
      press(&hands, KEY_DOWN);
      assert_true(menu->is_selected);
      for (size_t n = 0; n < menu->count; n++) press(&hands, KEY_DOWN);
      assert_int_equal(menu->chosen, menu->count);
      assert_false(menu->is_selected);
      press(&hands, KEY_ESCAPE);
    }
  }
  hands_end(&hands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_digit_never_jumps),
      cmocka_unit_test(a_question_stands_beside_its_own_caption),
      cmocka_unit_test(a_suggestion_is_there_to_be_replaced),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
