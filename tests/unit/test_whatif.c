/* whatif: words to the scenario that is laid over another, and complaints about words. */
#include "world/whatif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario_files.h"
#include "world/world.h"

static struct scenario *scenario;
static struct journal *journal;

static int set_up(void **state) {
  (void)state;
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  scenario = scenario_load(SPAN(TESTS_DIR "/../scenarios/mx-failover.json"), &reader, &errors);
  if (!scenario) return -1;
  journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  world_run(world, -1);
  world_free(world);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  journal_free(journal);
  scenario_free(scenario);
  return 0;
}

static size_t split(struct span text, struct span *words) {
  size_t count = 0;
  while (text.len && span_next(&text, ' ', &words[count])) count++;
  return count;
}

/* ~ in an edit stands for a space. */
static bool overlay(const char *text, int64_t at_us, struct buf *json, struct buf *what,
                    struct error_list *errors) {
  static char copy[4096];
  struct span words[256];
  snprintf(copy, sizeof copy, "%s", text);
  size_t count = split(span_from(copy), words);
  for (char *c = copy; *c; c++)
    if (*c == '~') *c = ' ';
  const struct whatif_source source = {
      scenario, journal, SPAN("mx-failover.json"), at_us, .so_far = SPAN_EMPTY, .original = SPAN_EMPTY};
  return whatif_overlay(&source, words, count, json, what, errors);
}

struct good_case {
  const char *words;
  const char *what;
  const char *in_json; /* a part of it */
};

static const struct good_case good_cases[] = {
    {"down mx1.example.edu", "mx1.example.edu goes down at 1m",
     "\"at\": \"1m\", \"host\": \"mx1.example.edu\" }"},
    {"DOWN MX1.Example.edu at 5s for 1h30m", "mx1.example.edu goes down at 5s for 90m",
     "{ \"at\": \"5s\", \"host\": \"mx1.example.edu\", \"for\": \"90m\" }"},
    {"up mx1.example.edu for 2m at 0s", "mx1.example.edu comes up at 0s for 2m",
     "\"is\": \"up\", \"for\": \"2m\""},
    {"cut mx1.example.edu--mx2.example.edu", "the path from mx1.example.edu to mx2.example.edu is cut at 1m",
     "\"link\": [\"mx1.example.edu\", \"mx2.example.edu\"] }"},
    {"mend mx1.example.edu--mx2.example.edu",
     "the path from mx1.example.edu to mx2.example.edu is mended at 1m", "\"is\": \"up\""},
    {"dns set example.edu MX 5 mx2.example.edu ttl 60 at 90s",
     "example.edu has the record MX 5 mx2.example.edu at 90s",
     "{ \"at\": \"90s\", \"name\": \"example.edu\", \"set\": { \"record\": \"MX 5 mx2.example.edu\", "
     "\"ttl_s\": 60 } }"},
    {"dns add example.edu A 192.0.2.7", "example.edu has one record more, A 192.0.2.7 at 1m",
     "\"add\": \"A 192.0.2.7\""},
    {"dns remove example.edu MX", "example.edu loses its MX records at 1m", "\"remove\": \"MX\""},
    {"dns remove example.edu MX 10 mx1.example.edu",
     "example.edu loses its record MX 10 mx1.example.edu at 1m", "\"remove\": \"MX 10 mx1.example.edu\""},
    {"dns remove example.edu", "example.edu loses its DNS records at 1m", "\"remove\": [\"A\", "},
    {"resend 1 subject=Still~there? cc=ann,x@y.example",
     "letter 1 is sent once more with cc \"ann,x@y.example\", subject \"Still there?\" at 1m",
     "{ \"at\": \"1m\", \"who\": \"ann\", \"does\": \"send\", \"to\": [\"ben\"], \"cc\": [\"ann\", "
     "\"x@y.example\"], "
     "\"subject\": \"Still there?\", \"text\": \"Just trying.\\n\" }"},
    {"resend 1 from MX2.example.edu subject=Now envelope_to=ben,x@y.example at 20m",
     "the copy of letter 1 at mx2.example.edu is sent on from there to mx1.example.edu with subject \"Now\", "
     "envelope_to \"ben,x@y.example\" at 20m",
     "\"from_host\": \"mx2.example.edu\", \"to_host\": \"mx1.example.edu\", \"port\": 25, \"lines\": "
     "[\"EHLO mx2.example.edu\", \"MAIL FROM:<ann@sender.example>\", \"RCPT TO:<ben@example.edu>\", "
     "\"RCPT TO:<x@y.example>\", \"DATA\", \"Received: from smtp.sender.example"},
    {"resend 1 from mx2.example.edu fields=X-By:~hand text=.one\\ntwo to_host=store.sender.example port=24 "
     "reverse_path=<> at 20m",
     "the copy of letter 1 at mx2.example.edu is sent on from there with text \".one …\", "
     "reverse_path \"<>\", fields \"X-By: hand\", to_host \"store.sender.example\", port \"24\" at 20m",
     "\"X-By: hand\", \"\", \"..one\", \"two\", \".\", \"QUIT\"] }"},
    {"resend 2 at 3h", "letter 2 is sent once more at 3h", "\"subject\": \"And now?\""},
    {"resend 1 text=One\\nTwo no_date=true",
     "letter 1 is sent once more with text \"One …\", no_date \"true\" at 1m",
     "\"text\": \"One\\nTwo\", \"no_date\": true"},
    {"script 2 at=3h to=nobody@example.edu",
     "entry 2 of the script is done with at \"3h\", to \"nobody@example.edu\"",
     "\"2\": { \"at\": \"3h\", \"to\": [\"nobody@example.edu\"] }"},
    {"script 1 never", "entry 1 of the script is never done", "\"1\": null"},
    {"down mx1.example.edu and up mx2.example.edu at 2m",
     "mx1.example.edu goes down at 1m, and mx2.example.edu comes up at 2m",
     "\"what if 2\": { \"at\": \"2m\""},
};

static void words_become_a_scenario(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_cases / sizeof *good_cases; i++) {
    const struct good_case *one = &good_cases[i];
    struct buf json = {0}, what = {0};
    struct error_list errors = {0};
    if (!overlay(one->words, 60000000, &json, &what, &errors)) fail_msg("%s: refused", one->words);
    if (!span_equal(buf_span(&what), span_from(one->what)))
      fail_msg("%s: \"%.*s\"", one->words, SPAN_ARG(buf_span(&what)));
    if (span_search(buf_span(&json), span_from(one->in_json)) == SPAN_NONE)
      fail_msg("%s: %.*s", one->words, SPAN_ARG(buf_span(&json)));
    buf_free(&json);
    buf_free(&what);
    error_list_free(&errors);
  }
}

struct bad_case {
  const char *words, *message, *hint;
};

static const struct bad_case bad_cases[] = {
    {"", "what shall happen?", ""},
    {"and", "what shall happen?", ""},
    {"down", "there is no machine \"\"", NULL},
    {"dwon mx1.example.edu", "\"dwon\" is nothing that can be changed", "did you mean \"down\"?"},
    {"down mx1.exampel.edu", "there is no machine \"mx1.exampel.edu\"", "did you mean \"mx1.example.edu\"?"},
    {"down mx1.example.edu at noon", "\"noon\" after \"at\" is no time", ""},
    {"down mx1.example.edu for", "\"\" after \"for\" is no time", ""},
    {"down mx1.example.edu at -5s", "\"-5s\" after \"at\" is no time", ""},
    {"down mx1.example.edu down mx2.example.edu", "\"down\" does not belong here", NULL},
    {"down mx1.example.edu and", "what shall happen?", ""},
    {"cut mx1.example.edu", "\"mx1.example.edu\" is no path between two machines", ""},
    {"cut mx1.example.edu--mx1.example.edu", "a path from mx1.example.edu to itself", ""},
    {"dns", "what shall happen to the DNS?", ""},
    {"dns set", "whose records?", ""},
    {"dns set example.edu", "which record shall example.edu have?", ""},
    {"dns set example.edu MX", "which record shall example.edu have?", ""},
    {"dns set example.edu MX ten mx", "\"MX ten mx\" is no DNS record", NULL},
    {"dns add example.edu LETTER x", "\"LETTER\" is no type of DNS record", ""},
    {"dns add example.edu A 192.0.2.7 ttl soon", "\"soon\" after \"ttl\" is none", ""},
    {"resend", "\"\" is no number of a letter", ""},
    {"resend 1 from mx1.example.edu at 1m", "mx1.example.edu has no copy of letter 1 at that time", NULL},
    {"resend 1 from nowhere.example", "there is no machine \"nowhere.example\"", NULL},
    {"resend x from mx2.example.edu", "\"x\" is no number of a letter", NULL},
    {"resend 1 from smtp.sender.example bcc=x at 90m", "a copy that is sent on has no \"bcc\"", NULL},
    {"resend 99", "there is no letter 99 in this run", NULL},
    {"resend 1 subject", "\"subject\" is no edit", NULL},
    {"resend 1 subjekt=x", "a letter has no \"subjekt\"", "did you mean \"subject\"?"},
    {"resend 1 no_date=perhaps", "no_date cannot be \"perhaps\"", ""},
    {"script 3 never", "the script has 2 entries; \"3\" is none", ""},
    {"script 1", "what shall entry 1 of the script say?", NULL},
    {"script 1 port=70000", "port cannot be \"70000\"", ""},
};

static void bad_words_are_explained(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
    const struct bad_case *one = &bad_cases[i];
    struct buf json = {0}, what = {0};
    struct error_list errors = {0};
    if (overlay(one->words, -1, &json, &what, &errors)) fail_msg("%s: taken", one->words);
    assert_int_equal(errors.count, 1);
    if (!span_starts_with(errors.items[0].message, span_from(one->message)))
      fail_msg("%s: %.*s", one->words, SPAN_ARG(errors.items[0].message));
    if (one->hint && !span_equal(errors.items[0].hint, span_from(one->hint)))
      fail_msg("%s: try %.*s", one->words, SPAN_ARG(errors.items[0].hint));
    buf_free(&json);
    buf_free(&what);
    error_list_free(&errors);
  }
}

/* A report of failure has no entry of the script behind it. */
static void reports_are_not_resent(void **state) {
  (void)state;
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  struct scenario *kept = scenario;
  struct journal *kept_journal = journal;
  scenario = scenario_load(SPAN(TESTS_DIR "/../scenarios/returned-mail.json"), &reader, &errors);
  assert_non_null(scenario);
  journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  world_run(world, -1);
  world_free(world);
  struct buf json = {0}, what = {0};
  assert_false(overlay("resend 2", -1, &json, &what, &errors));
  assert_true(span_starts_with(errors.items[0].message, SPAN("letter 2 was written by a program")));
  buf_free(&json);
  buf_free(&what);
  error_list_free(&errors);
  scenario_free(scenario);
  journal_free(journal);
  scenario = kept;
  journal = kept_journal;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(words_become_a_scenario),
                                     cmocka_unit_test(bad_words_are_explained),
                                     cmocka_unit_test(reports_are_not_resent)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
