/* Machines that are set up anew: what the scenario says of it, what a machine's settings are at each moment,
 * and the words for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "course_film.h"
#include "scenario_files.h"
#include "view/fault_words.h"
#include "view/world_machine.h"

static void read_from_a_scenario(void **state) {
  (void)state;
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  struct scenario *s = scenario_load(SPAN(TESTS_DIR "/scenarios/in-the-list.json"), &reader, &errors);
  assert_non_null(s);
  assert_int_equal(s->host_change_count, 1);
  const struct scenario_host_change *change = &s->host_changes[0];
  assert_true(change->at_us == INT64_C(1200000000));
  assert_true(span_equal(change->host, SPAN("a.example")) && span_equal(change->why, SPAN("complaints")));
  assert_true(change->sets_open_relay && !change->open_relay);
  assert_true(change->sets_policies && change->policies.count == 0);
  assert_true(change->sets_relays_from && change->relays_from.count == 2);
  assert_true(span_equal(change->relays_from.items[0], SPAN("2001:db8::/32")));
  assert_true(span_equal(change->relays_from.items[1], SPAN("pc")));
  scenario_free(s);
}

static struct span setting_at(struct course_film *film, uint16_t host, journal_seq at, const char *name) {
  struct journal_setting *settings;
  struct span value = SPAN("none of that name");
  size_t found = 0, count = world_settings(film->world, host, at, &film->arena, &settings);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(settings[i].host, host);
    if (!span_equal(settings[i].name, span_from(name))) continue;
    value = settings[i].value;
    found++;
  }
  assert_true(found <= 1);
  return value;
}

static void expect_setting(struct course_film *film, uint16_t host, journal_seq at, const char *name,
                           const char *value) {
  struct span found = setting_at(film, host, at, name);
  if (!span_equal(found, span_from(value)))
    fail_msg("%s of host %u at record %u is \"%.*s\"", name, host, at, SPAN_ARG(found));
}

static void settings_are_those_of_the_moment(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "open-relay");
  uint16_t relay = host_named(film.world, "mail.school.example");
  uint16_t college = host_named(film.world, "mx.college.example");
  journal_seq closed = first_record(film.world, JOURNAL_SETTING_CHANGED, relay);
  journal_seq blocks = first_record(film.world, JOURNAL_SETTING_CHANGED, college);
  journal_seq end = journal_count(film.journal);
  expect_setting(&film, relay, closed - 1, "open_relay", "true");
  expect_setting(&film, relay, closed, "open_relay", "false");
  expect_setting(&film, relay, closed - 1, "open_relay", "true"); /* back again */
  expect_setting(&film, relay, end, "relays_from", "192.0.2.0/24");
  expect_setting(&film, college, blocks - 1, "policies", "none of that name");
  expect_setting(
      &film, college, blocks, "policies",
      "rcpt from 192.0.2.25: 550 5.7.1 <carol@college.example>... Mail from 192.0.2.25 refused: open "
      "relay, blocked");
  expect_setting(&film, college, end, "policies", "");
  expect_setting(&film, college, end, "open_relay", "none of that name");
  course_film_end(&film);
}

struct words_case {
  const char *name, *text, *why, *words;
};

static const struct words_case words_cases[] = {
    {"open_relay", "false", "complaints", "School server B no longer relays for everybody: complaints"},
    {"open_relay", "true", "", "School server B relays for everybody now"},
    {"relays_from", "pc\n192.0.2.0/24", "", "School server B relays for pc; 192.0.2.0/24 now"},
    {"relays_from", "", "", "School server B relays for no client of its own now"},
    {"policies", "", "", "School server B has no planned answers any more"},
    {"policies", "rcpt: 550 No", "spam", "School server B is set up anew, policies: rcpt: 550 No: spam"},
};

static void said_in_words(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "open-relay");
  for (size_t i = 0; i < sizeof words_cases / sizeof *words_cases; i++) {
    const struct words_case *one = &words_cases[i];
    struct journal_record record = {
        .kind = JOURNAL_SETTING_CHANGED,
        .host = host_named(film.world, "mail.school.example"),
        .text = {span_from(one->name), span_from(one->text), span_from(one->why)}};
    struct span words = setting_words(film.world->preamble, &record, FAULT_HOSTS_BY_LABEL, &film.arena);
    if (!span_equal(words, span_from(one->words))) fail_msg("%.*s", SPAN_ARG(words));
  }
  course_film_end(&film);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(read_from_a_scenario),
      cmocka_unit_test(settings_are_those_of_the_moment),
      cmocka_unit_test(said_in_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
