/* The panels: where things lead, who lights up, and that each is a function of the moment alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "course_film.h"
#include "golden_picture.h"
#include "hands.h"
#include "view/provenance.h"
#include "view_checks.h"

static void begin(struct hands *hands, const char *scenario) {
  struct arena arena = ARENA_EMPTY;
  hands_begin(hands, run_course_scenario(scenario, &arena));
  arena_free(&arena);
}

static void point_at(struct hands *hands, uint64_t id) {
  act(hands, (struct input){.kind = INPUT_POINTER_MOVE, .position = place_of(hands, id)});
}

/* Whether something in the picture leads to a record. */
static bool leads_to(const struct hands *hands, journal_seq record) {
  for (size_t i = 0; i < hands->picture.hit_count; i++) {
    uint64_t id = hands->picture.hits[i].id;
    if (scene_id_kind(id) == SCENE_RECORD && scene_id_number(id) == record) return true;
  }
  return false;
}

static uint16_t host_of(const struct hands *hands, const char *name) {
  return host_named(hands->world, name);
}
static journal_seq record_of(const struct hands *hands, enum journal_kind kind, const char *name) {
  return first_record(hands->world, kind, host_of(hands, name));
}

static void show_record(struct hands *hands, journal_seq seq) {
  viewer_go_to_step(&hands->model, reel_step_of_record(hands->reel, seq));
  look(hands);
}

/* Pointing at a header's block brings up its tokens; each leads to the record that it was taken from. */
static void tokens_lead_to_their_sources(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "the-lie-in-helo");
  journal_seq stamp = record_of(&hands, JOURNAL_STAMP, "mailhost.isse.gmu.edu");
  show_record(&hands, stamp);
  struct source_token token;
  int followed = 0;
  for (uint16_t i = 0; provenance_token_of(hands.world, stamp, i, &token); i++) {
    if (!token.record) continue;
    show_record(&hands, stamp);
    int64_t before = hands.model.view.position_ms;
    point_at(&hands, scene_id(SCENE_RECORD, stamp));
    click(&hands, scene_id_of_part(SCENE_TOKEN, stamp, i));
    assert_int_equal(step_of(&hands), reel_step_of_record(hands.reel, token.record));
    if (hands.model.view.position_ms == before) continue; /* made by this very step */
    press(&hands, KEY_BACKSPACE);
    assert_int_equal(hands.model.view.position_ms, before);
    followed++;
  }
  assert_true(followed >= 3);
  hands_end(&hands);
}

/* The machine that wrote what is pointed at has a second ring: the picture differs on its card alone. */
static void the_author_lights_up(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle");
  journal_seq stamp = record_of(&hands, JOURNAL_STAMP, "smtp.comcast.net");
  show_record(&hands, record_of(&hands, JOURNAL_ACCEPTED, "mx.umich.edu"));
  const struct hit_region *card =
      draw_list_find_hit(&hands.picture, scene_id(SCENE_HOST, host_of(&hands, "smtp.comcast.net")));
  assert_non_null(card);
  struct rect ring = rect_inset(card->rect, -DU(7), -DU(7));
  for (int pointed = 0; pointed <= 1; pointed++) {
    bool found = false;
    if (pointed) point_at(&hands, scene_id(SCENE_RECORD, stamp));
    for (size_t i = 0; i < hands.picture.count; i++) {
      const struct draw_command *command = &hands.picture.commands[i];
      found = found || (command->kind == DRAW_BOX && rect_equal(command->as.box.rect, ring));
    }
    assert_int_equal(found, pointed);
  }
  hands_end(&hands);
}

/* What is written in a machine's panel leads to the step that made it; Esc closes the panel. */
static void a_machine_is_opened_and_closed(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover");
  uint16_t host = host_of(&hands, "mx2.example.edu");
  journal_seq deferred = record_of(&hands, JOURNAL_DEFERRED, "mx2.example.edu");
  show_record(&hands, deferred);
  click(&hands, scene_id(SCENE_HOST, host));
  assert_int_equal(hands.model.view.machine, host);
  press(&hands, KEY_RIGHT); /* somewhere else; the panel stays and is of that moment */
  viewer_go_to(&hands.model, hands.model.stop_ms);
  show_record(&hands, deferred);
  assert_true(leads_to(&hands, deferred));
  press(&hands, KEY_ESCAPE);
  assert_int_equal(hands.model.view.machine, 0);
  assert_null(draw_list_find_hit(&hands.picture, scene_id(SCENE_MACHINE_CLOSE, 0)));
  hands_end(&hands);
}

/* Layer by layer: what the author's program wrote has no Received; each hop adds one. */
static void a_letter_has_layers(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle");
  show_record(&hands, record_of(&hands, JOURNAL_ACCEPTED, "mx.umich.edu"));
  static const size_t expected[] = {0, 1, 2, 3};
  for (uint32_t layer = 1; layer <= 4; layer++) {
    size_t received = 0;
    click(&hands, scene_id(SCENE_LAYER, layer));
    assert_int_equal(hands.model.view.layer, layer);
    for (size_t i = 0; i < hands.picture.hit_count; i++)
      received += span_starts_with(hands.picture.hits[i].label, SPAN("Received: "));
    assert_int_equal(received, expected[layer - 1]);
  }
  click(&hands, scene_id(SCENE_LAYER, 4));
  assert_int_equal(hands.model.view.layer, 0);
  hands_end(&hands);
}

/* Frodo's copy stays where it was sent, the others' goes on; each machine has a version of its own. */
static void a_letter_has_copies(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "envelope-and-header");
  uint16_t shire = host_of(&hands, "mail.shire.example"), rivendell = host_of(&hands, "mx.rivendell.example");
  journal_seq stamp = record_of(&hands, JOURNAL_STAMP, "mx.rivendell.example");
  assert_null(draw_list_find_hit(&hands.picture, scene_id(SCENE_COPY, shire)));
  show_record(&hands, record_of(&hands, JOURNAL_ACCEPTED, "mx.rivendell.example"));
  assert_true(leads_to(&hands, stamp));
  click(&hands, scene_id(SCENE_COPY, shire));
  assert_int_equal(hands.model.view.copy, shire);
  assert_false(leads_to(&hands, stamp)); /* the other machine's stamp is not on this one */
  /* What if begins with the copy that is shown. */
  type(&hands, "w");
  size_t at = SIZE_MAX;
  for (size_t i = hands.model.menu.count; i-- > 0;)
    if (span_starts_with(hands.model.menu.items[i].words, SPAN("resend 1 from "))) at = i;
  assert_true(at != SIZE_MAX);
  assert_true(span_starts_with(hands.model.menu.items[at].words,
                               SPAN("resend 1 from mail.shire.example \"envelope_to=")));
  press(&hands, KEY_ESCAPE);
  click(&hands, scene_id(SCENE_COPY, rivendell));
  assert_true(leads_to(&hands, stamp));
  click(&hands, scene_id(SCENE_COPY, shire));
  press(&hands, KEY_ESCAPE);
  assert_int_equal(hands.model.view.copy, 0);
  click(&hands, scene_id(SCENE_COPY, shire));
  press(&hands, KEY_LEFT); /* another step shows its own */
  assert_int_equal(hands.model.view.copy, 0);
  hands_end(&hands);
}

/* The nth record of a kind of a letter. */
static journal_seq letter_record(const struct hands *hands, uint32_t message, enum journal_kind kind,
                                 int nth) {
  struct journal_record record;
  for (journal_seq seq = 1; seq <= journal_count(hands->journal); seq++) {
    if (journal_kind_at(hands->journal, seq) != kind) continue;
    journal_get(hands->journal, seq, &record);
    if (record.message == message && --nth == 0) return seq;
  }
  fail_msg("letter %u has no such record", message);
  return 0;
}

/* A letter for two servers, in 7 bits for one of them. Its sender has it as it was, and shows the other
 * version in the sessions that carry it: at the first try, which is put off, and at the second. */
static void a_letter_in_7_bits_is_shown_where_it_is(void **state) {
  (void)state;
  struct hands hands;
  struct arena arena = ARENA_EMPTY;
  hands_begin(&hands, run_scenario(TESTS_DIR "/rules/seven-bits.json", &arena));
  journal_seq convert = letter_record(&hands, 1, JOURNAL_CONVERT, 1);
  show_record(&hands, convert);
  assert_true(leads_to(&hands, convert));
  show_record(&hands, letter_record(&hands, 1, JOURNAL_DATA, 2)); /* to mx.new.example, as it is */
  assert_true(leads_to(&hands, letter_record(&hands, 1, JOURNAL_COMPOSE, 1)));
  assert_false(leads_to(&hands, convert));
  show_record(&hands, letter_record(&hands, 1, JOURNAL_ATTEMPT, 4)); /* it has waited */
  assert_int_equal(hands.reel->steps[step_of(&hands)].time_us, INT64_C(1801860000));
  assert_false(leads_to(&hands, convert));
  show_record(&hands, letter_record(&hands, 1, JOURNAL_DATA, 4)); /* to mx.old.example, at last */
  assert_true(leads_to(&hands, convert));
  /* A person's program converts, too; what it wrote is the letter before that. */
  convert = letter_record(&hands, 5, JOURNAL_CONVERT, 1);
  show_record(&hands, letter_record(&hands, 5, JOURNAL_COMPOSE, 1));
  assert_false(leads_to(&hands, convert));
  show_record(&hands, convert);
  assert_true(leads_to(&hands, convert));
  hands_end(&hands);
  arena_free(&arena);
}

static bool says(const struct hands *hands, const char *words) {
  struct buf dump = {0};
  draw_list_dump(&hands->picture, &dump);
  bool found = span_search(buf_span(&dump), span_from(words)) != SPAN_NONE;
  buf_free(&dump);
  return found;
}

/* Below a field with encoded words stands what people are shown of it; D takes that away. */
static void encoded_words_are_read(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "eight-bits");
  show_record(&hands, letter_record(&hands, 1, JOURNAL_COMPOSE, 1));
  wait_until_still(&hands);
  assert_true(says(&hands, "=?UTF-8?Q?Caf=C3=A9?= at noon?"));
  assert_true(says(&hands, "reads: Café at noon?"));
  type(&hands, "d");
  assert_true(says(&hands, "=?UTF-8?Q?Caf=C3=A9?= at noon?"));
  assert_false(says(&hands, "reads: "));
  hands_end(&hands);
}

static void another_letter_is_chosen(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle");
  press(&hands, KEY_END);
  click(&hands, scene_id(SCENE_LETTER, 1));
  assert_int_equal(hands.model.view.letter, 1);
  assert_true(leads_to(&hands, record_of(&hands, JOURNAL_COMPOSE, "jack-laptop")));
  press(&hands, KEY_ESCAPE);
  assert_int_equal(hands.model.view.letter, 0);
  hands_end(&hands);
}

static void ladder_and_eavesdropper_toggle(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle");
  press(&hands, KEY_END);
  type(&hands, "s");
  assert_int_equal(hands.model.view.stage, STAGE_LADDER);
  assert_null(draw_list_find_hit(&hands.picture, scene_id(SCENE_STAGE, 0)));
  const struct hit_region *rows = draw_list_find_hit(&hands.picture, scene_id(SCENE_LADDER_SCROLL, 0));
  assert_non_null(rows);
  act(&hands, (struct input){.kind = INPUT_WHEEL, .position = rect_centre(rows->rect), .wheel_y = 5 * 64});
  assert_int_equal(hands.model.view.ladder_scroll, 10);
  click(&hands, scene_id(SCENE_LADDER, 0));
  assert_int_equal(hands.model.view.stage, STAGE_MACHINES);
  type(&hands, "E");
  assert_true(hands.model.view.eavesdrops);
  press(&hands, KEY_ESCAPE);
  assert_false(hands.model.view.eavesdrops);
  hands_end(&hands);
}

/* A click on a link's label listens in on its newest session; another click stops. */
static void a_link_is_listened_to(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "jack-to-janelle");
  press(&hands, KEY_END);
  click(&hands, scene_id(SCENE_LISTEN, 1));
  assert_true(hands.model.view.eavesdrops);
  assert_int_equal(hands.model.view.tab, 1);
  click(&hands, scene_id(SCENE_LISTEN, 1));
  assert_false(hands.model.view.eavesdrops);
  assert_int_equal(hands.model.view.tab, 0);
  hands_end(&hands);
}

/* Tab comes past everything that a click could use in an open panel. */
static void the_keyboard_reaches_everything(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover");
  show_record(&hands, record_of(&hands, JOURNAL_DEFERRED, "mx2.example.edu"));
  type(&hands, "s");
  click(&hands, scene_id(SCENE_OPEN, host_of(&hands, "mx2.example.edu")));
  /* The arrows scroll the panel that has the focus. */
  hands.model.view.focus = scene_id(SCENE_MACHINE_CLOSE, 0);
  press(&hands, KEY_DOWN);
  assert_int_equal(hands.model.view.machine_scroll, DU(48));
  hands.model.view.focus = scene_id(SCENE_OPEN, host_of(&hands, "mx2.example.edu"));
  press(&hands, KEY_UP);
  assert_int_equal(hands.model.view.ladder_scroll, 2);
  press(&hands, KEY_DOWN);
  static const enum scene_hit kinds[] = {SCENE_RECORD, SCENE_STEP,          SCENE_OPEN,
                                         SCENE_LADDER, SCENE_MACHINE_CLOSE, SCENE_EAVESDROP};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    bool reached = false;
    hands.model.view.focus = 0;
    for (size_t i = 0; i < hands.picture.hit_count && !reached; i++) {
      press(&hands, KEY_TAB);
      reached = scene_id_kind(hands.model.view.focus) == kinds[k];
    }
    if (!reached) fail_msg("Tab never comes to kind %d", (int)kinds[k]);
  }
  hands_end(&hands);
}

/* With panels open, too: back equals forward, and any jump is as good. */
static void panels_are_functions_of_the_moment(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "returned-mail");
  struct scene_view *view = &hands.model.view;
  struct rng rng = rng_named(5, SPAN("panels"));
  uint64_t *seen = mem_zalloc(hands.reel->count * sizeof *seen);
  view->machine = 2;
  view->eavesdrops = true;
  view->stage = STAGE_LADDER;
  for (size_t i = 0; i < hands.reel->count; i++) {
    view->position_ms = reel_settled(hands.reel, i);
    look(&hands);
    seen[i] = draw_list_hash(&hands.picture);
  }
  for (size_t k = 0; k < 2 * hands.reel->count; k++) {
    size_t i = k < hands.reel->count ? hands.reel->count - 1 - k : (size_t)rng_below(&rng, hands.reel->count);
    view->position_ms = reel_settled(hands.reel, i);
    look(&hands);
    assert_int_equal(seen[i], draw_list_hash(&hands.picture));
  }
  mem_free(seen);
  hands_end(&hands);
}

/* A name that is too wide for a column's head is divided behind a dot, and not in the middle of a label. */
static void names_are_divided_at_their_dots(void **state) {
  (void)state;
  struct hands hands;
  struct arena arena = ARENA_EMPTY;
  hands_begin(&hands, run_scenario(TESTS_DIR "/shapes/backup-mx.json", &arena));
  arena_free(&arena);
  press(&hands, KEY_END);
  scene_size(1280, 720, 100, &hands.model.view.width, &hands.model.view.height);
  type(&hands, "s");
  assert_true(says(&hands, "\"smtp.sender.\""));
  hands_end(&hands);
}

/* The panels at telling moments, as lists of commands. WRITE_GOLDEN=1 keeps new ones. */
static void panels_are_as_kept(void **state) {
  (void)state;
  struct hands hands;
  begin(&hands, "mx-failover");
  show_record(&hands, record_of(&hands, JOURNAL_DEFERRED, "mx2.example.edu"));
  click(&hands, scene_id(SCENE_HOST, host_of(&hands, "mx2.example.edu")));
  check_golden_picture("machine", &hands.picture);
  type(&hands, "s");
  hands.model.view.theme = theme_named(THEME_DARK);
  hands.model.view.machine = 0;
  look(&hands);
  check_golden_picture("ladder", &hands.picture);
  hands_end(&hands);
  begin(&hands, "jack-to-janelle");
  viewer_go_to_step(&hands.model, 15);
  type(&hands, "e");
  check_golden_picture("eavesdropper", &hands.picture);
  hands_end(&hands);
  begin(&hands, "the-lie-in-helo");
  journal_seq stamp = record_of(&hands, JOURNAL_STAMP, "mailhost.isse.gmu.edu");
  show_record(&hands, stamp);
  point_at(&hands, scene_id(SCENE_RECORD, stamp));
  point_at(&hands, scene_id_of_part(SCENE_TOKEN, stamp, 0));
  hands.model.view.theme = theme_named(THEME_HIGH_CONTRAST);
  look(&hands);
  check_golden_picture("claim", &hands.picture);
  hands_end(&hands);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tokens_lead_to_their_sources),
      cmocka_unit_test(the_author_lights_up),
      cmocka_unit_test(a_machine_is_opened_and_closed),
      cmocka_unit_test(a_letter_has_layers),
      cmocka_unit_test(a_letter_has_copies),
      cmocka_unit_test(a_letter_in_7_bits_is_shown_where_it_is),
      cmocka_unit_test(encoded_words_are_read),
      cmocka_unit_test(another_letter_is_chosen),
      cmocka_unit_test(ladder_and_eavesdropper_toggle),
      cmocka_unit_test(names_are_divided_at_their_dots),
      cmocka_unit_test(a_link_is_listened_to),
      cmocka_unit_test(the_keyboard_reaches_everything),
      cmocka_unit_test(panels_are_functions_of_the_moment),
      cmocka_unit_test(panels_are_as_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
