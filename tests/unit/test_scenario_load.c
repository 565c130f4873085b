/* What a struct scenario says of a file: the keys, their defaults, what is derived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario_files.h"

static void fail_with(const struct error_list *errors) {
  struct buf text = {0};
  for (size_t i = 0; i < errors->count; i++) error_format(&errors->items[i], &text);
  fprintf(stderr, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
  fail_msg("%zu errors", errors->total);
}

static struct scenario *load(const char *path) {
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  struct scenario *scenario = scenario_load(span_from(path), &reader, &errors);
  if (!scenario) fail_with(&errors);
  error_list_free(&errors);
  return scenario;
}

#define assert_span(got, expected)                                                                           \
  do {                                                                                                       \
    struct span got_span = (got);                                                                            \
    if (!span_equal(got_span, span_from(expected)))                                                          \
      fail_msg("%s:%d: got \"%.*s\", expected \"%s\"", __FILE__, __LINE__, SPAN_ARG(got_span), expected);    \
  } while (0)

static void short_example(void **state) {
  (void)state;
  struct scenario *s = load(TESTS_DIR "/scenarios/jack-writes-to-janelle.json");
  assert_span(s->title, "Jack writes to Janelle");
  assert_true(s->start_unix_us == INT64_C(1087575775000000));
  assert_int_equal(s->zone_minutes, -360);
  assert_int_equal(s->host_count, 4);
  assert_span(s->hosts[0].name, "jack-laptop");
  assert_span(s->hosts[0].region, "comcast.net");
  assert_span(s->hosts[0].icon, "laptop");
  assert_span(s->hosts[0].address, "192.0.2.1");
  assert_span(s->hosts[0].submits_to, "smtp.comcast.net");
  assert_span(s->hosts[1].software->name, "postfix");
  assert_true(s->hosts[1].require_auth);
  assert_span(s->hosts[2].delivers_to, "mx.umich.edu");
  assert_span(s->hosts[3].pop3_from, "mx.umich.edu");
  assert_span(s->hosts[3].submits_to, "mx.umich.edu");
  assert_int_equal(s->hosts[2].relays_from.count, 1);
  assert_int_equal(s->action_count, 2);
  assert_true(s->actions[1].at_us == INT64_C(600000000));
  assert_int_equal(s->actions[1].verb, VERB_FETCH);
  assert_span(s->people[1].mailbox, "janelle");
  assert_int_equal(s->expectations[0].line, 16);
  for (size_t i = 0; i < s->dns_count; i++)
    printf("%.*s %.*s %.*s\n", SPAN_ARG(s->dns[i].name), SPAN_ARG(s->dns[i].type), SPAN_ARG(s->dns[i].data));
  scenario_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(short_example)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
