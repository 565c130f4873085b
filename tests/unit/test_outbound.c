/* outbound: how many sessions a program opens with one server, and which letters follow each other in them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include <stdio.h>

#include "agents/agent.h"
#include "readers/audit.h"
#include "sim/network.h"
#include "world/scenario_load.h"
#include "world/world.h"

#define ROOT TESTS_DIR "/.."

enum { LETTERS = 50 };

/* ---- a world in which one program has much to say to one server ---- */

static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  if (span_equal(path, SPAN("many.json"))) {
    *bytes_out = buf_span(context);
    return true;
  }
  FILE *file = fopen(arena_text(arena, path), "rb");
  if (!file) {
    error_list_add_message(errors, path, "cannot open");
    return false;
  }
  char *bytes = arena_alloc(arena, size_max);
  *bytes_out = span_of(bytes, fread(bytes, 1, size_max, file));
  fclose(file);
  return true;
}

/* JSON: the software of the relay and of the exchanger (NULL: neutral), and faults (NULL: none). */
struct setting {
  const char *relay, *exchanger, *faults;
  bool dribble;
};

static void write_scenario(struct buf *out, const struct setting *setting) {
  buf_format(out,
             "{ \"waystation\": 1, \"title\": \"Many\", \"start\": \"2004-06-18T10:22:55-06:00\",\n"
             "  \"hosts\": {\n"
             "    \"pc\": { \"runs\": [\"mua\"], \"submits_to\": \"relay.example\" },\n"
             "    \"relay.example\": { \"runs\": [\"mta\"], \"software\": %s, \"relays_from\": [\"pc\"] },\n"
             "    \"mx.example\": { \"runs\": [\"mta\", \"mda\"], \"software\": %s, \"mail_for\": "
             "[\"mx.example\"] } },\n"
             "  \"people\": { \"u\": { \"address\": \"u@relay.example\", \"uses\": \"pc\" },\n"
             "              \"v\": { \"address\": \"v@mx.example\" } },\n"
             "  \"faults\": [ %s ], \"script\": [ ",
             setting->relay, setting->exchanger ? setting->exchanger : "\"neutral\"",
             setting->faults ? setting->faults : "");
  for (int i = 0; i < LETTERS; i++)
    buf_format(out,
               "%s{ \"at\": \"1s\", \"who\": \"u\", \"does\": \"send\", \"to\": \"v\", \"subject\": \"%d\", "
               "\"text\": \"x\" }",
               i ? ", " : "", i + 1);
  buf_add_text(out, " ] }\n");
}

static struct journal *run(const struct setting *setting) {
  struct buf text = {0}, report = {0};
  struct error_list errors = {0};
  struct scenario_reader reader = {
      .read_file = read_file, .context = &text, .software_dir = SPAN(ROOT "/assets/software")};
  write_scenario(&text, setting);
  struct scenario *scenario = scenario_load(SPAN("many.json"), &reader, &errors);
  for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &report);
  if (!scenario) print_error("%.*s", SPAN_ARG(buf_span(&report)));
  assert_non_null(scenario);
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  network_set_dribble(world_network(world), setting->dribble);
  world_run(world, -1);
  world_free(world);
  scenario_free(scenario);
  error_list_free(&errors);
  buf_free(&report);
  buf_free(&text);
  return journal;
}

/* ---- what the journal says of the sessions from the relay to the exchanger ---- */

struct count {
  unsigned sessions, most_at_once, letters;
};

static bool is_over(enum journal_kind kind) {
  return kind == JOURNAL_CLOSED || kind == JOURNAL_CUT || kind == JOURNAL_REFUSED ||
         kind == JOURNAL_TIMED_OUT;
}

static struct count count_sessions(const struct journal *journal) {
  struct count count = {0};
  bool *is_open = test_calloc(journal_count(journal) + 1, sizeof *is_open);
  unsigned open = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    bool asks = record.kind == JOURNAL_CONNECT && record.host == 2 && record.number[1] == PORT_SMTP;
    if (asks) {
      is_open[record.connection] = true;
      count.sessions++;
      if (++open > count.most_at_once) count.most_at_once = open;
    }
    if (record.kind == JOURNAL_DATA && is_open[record.connection]) count.letters++;
    if (is_over((enum journal_kind)record.kind) && is_open[record.connection]) {
      is_open[record.connection] = false;
      open--;
    }
  }
  test_free(is_open);
  return count;
}

static void check_all_arrived(const struct journal *journal) {
  assert_int_equal(journal_count_of(journal, JOURNAL_DELIVERED), LETTERS);
  struct arena arena = ARENA_EMPTY;
  assert_int_equal(audit_make(journal, 0, &arena).fault_count, 0);
  arena_free(&arena);
}

/* ---- the cases ---- */

struct habit {
  const char *name, *software;
  unsigned sessions, most_at_once;
};

static const struct habit habits[] = {
    {"a few sessions, used again", "\"postfix\"", 20, 20},
    {"three, used again", "{ \"like\": \"postfix\", \"client\": { \"sessions\": 3 } }", 3, 3},
    {"one, used again", "{ \"like\": \"neutral\", \"client\": { \"sessions\": 1 } }", 1, 1},
    {"a few, each for one letter", "\"qmail\"", LETTERS, 20},
    {"one for each letter", "\"exim\"", LETTERS, LETTERS},
    {"used again, but any number", "{ \"like\": \"postfix\", \"client\": { \"sessions\": 0 } }", LETTERS,
     LETTERS},
};

static void sessions_are_the_softwares(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
    struct journal *journal = run(&(struct setting){.relay = habits[i].software});
    struct count count = count_sessions(journal);
    if (count.sessions != habits[i].sessions || count.most_at_once != habits[i].most_at_once)
      print_error("%s: %u sessions, %u at once\n", habits[i].name, count.sessions, count.most_at_once);
    assert_int_equal(count.sessions, habits[i].sessions);
    assert_int_equal(count.most_at_once, habits[i].most_at_once);
    assert_int_equal(count.letters, LETTERS);
    check_all_arrived(journal);
    journal_free(journal);
  }
}

/* Whatever the scheme, and however many letters a session brings: no two at a host have one name. */
static void no_two_queue_ids_are_the_same(void **state) {
  (void)state;
  static const char *const schemes[] = {"postfix", "exim",         "qmail",
                                        "neutral", "sendmail-8.8", "sendmail-8.12"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    char software[100];
    snprintf(software, sizeof software,
             "{ \"like\": \"%s\", \"client\": { \"sessions\": 2, \"reuses\": true } }", schemes[i]);
    struct journal *journal = run(&(struct setting){.relay = software, .exchanger = software});
    for (journal_seq a = 1; a <= journal_count(journal); a++) {
      struct journal_record first, second;
      journal_get(journal, a, &first);
      if (first.kind != JOURNAL_ACCEPTED) continue;
      for (journal_seq b = a + 1; b <= journal_count(journal); b++) {
        if (journal_kind_at(journal, b) != JOURNAL_ACCEPTED) continue;
        journal_get(journal, b, &second);
        if (first.host != second.host || !span_equal(first.text[0], second.text[0])) continue;
        print_error("%s: %.*s twice\n", schemes[i], SPAN_ARG(first.text[0]));
        fail();
      }
    }
    check_all_arrived(journal);
    journal_free(journal);
  }
}

/* A letter that waited is sent because of its own attempt, not because of the letter before it. */
static void each_turn_has_its_own_cause(void **state) {
  (void)state;
  struct journal *journal =
      run(&(struct setting){.relay = "{ \"like\": \"neutral\", \"client\": { \"sessions\": 1 } }"});
  unsigned turns = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record line, cause;
    journal_get(journal, seq, &line);
    if (line.kind != JOURNAL_LINE || line.host != 2 || line.number[0] != 0) continue;
    if (!span_starts_with(line.text[0], SPAN("MAIL FROM"))) continue;
    journal_get(journal, line.cause, &cause);
    if (turns++ == 0) continue; /* the first is because of the reply to EHLO */
    assert_int_equal(cause.kind, JOURNAL_ATTEMPT);
  }
  assert_int_equal(turns, LETTERS);
  journal_free(journal);
}

static void bytes_one_by_one_change_nothing(void **state) {
  (void)state;
  char whole[DIGEST_HEX_MAX], dribbled[DIGEST_HEX_MAX];
  struct journal *a = run(&(struct setting){.relay = "\"postfix\""});
  struct journal *b = run(&(struct setting){.relay = "\"postfix\"", .dribble = true});
  journal_fingerprint(a, whole);
  journal_fingerprint(b, dribbled);
  assert_string_equal(whole, dribbled);
  journal_free(a);
  journal_free(b);
}

/* The server goes away amid the letters: those that wait are tried, fail as the others do, and come later. */
static void a_server_that_falls_loses_nothing(void **state) {
  (void)state;
  static const char fall[] = "{ \"at\": \"1.5s\", \"until\": \"10m\", \"host\": \"mx.example\" }";
  static const char *const software[] = {"\"postfix\"", "\"qmail\"", "\"exim\"",
                                         "{ \"like\": \"neutral\", \"client\": { \"sessions\": 2 } }"};
  for (size_t i = 0; i < sizeof software / sizeof *software; i++) {
    struct journal *journal = run(&(struct setting){.relay = software[i], .faults = fall});
    assert_true(journal_count_of(journal, JOURNAL_DEFERRED) > 0);
    check_all_arrived(journal);
    journal_free(journal);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sessions_are_the_softwares),        cmocka_unit_test(no_two_queue_ids_are_the_same),
      cmocka_unit_test(each_turn_has_its_own_cause),       cmocka_unit_test(bytes_one_by_one_change_nothing),
      cmocka_unit_test(a_server_that_falls_loses_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
