/* Patterns over records, and the preamble that their names are looked up in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/match.h"
#include "journal_samples.h"

struct fixture {
  struct journal *journal;
  struct journal_preamble *preamble;
};

static void add_host(struct journal *journal, struct span name, struct span label) {
  journal_append(journal, &(struct journal_record){.kind = JOURNAL_HOST, .text = {name, SPAN_EMPTY, label}});
}

static struct fixture new_fixture(void) {
  struct fixture f = {.journal = new_journal(JOURNAL_FULL)};
  add_host(f.journal, SPAN("jack-laptop"), SPAN("Jack"));
  add_host(f.journal, SPAN("smtp.comcast.net"), SPAN_EMPTY);
  journal_append(
      f.journal,
      &(struct journal_record){.kind = JOURNAL_AGENT, .host = 1, .number = {25}, .text = {SPAN_INIT("mua")}});
  journal_append(
      f.journal,
      &(struct journal_record){.kind = JOURNAL_AGENT, .host = 2, .number = {25}, .text = {SPAN_INIT("mta")}});
  journal_append(
      f.journal,
      &(struct journal_record){.kind = JOURNAL_LINK, .number = {1, 2, 20000, 0}, .text = {SPAN_INIT("DSL")}});
  journal_append(f.journal,
                 &(struct journal_record){.kind = JOURNAL_PERSON,
                                          .host = 1,
                                          .text = {SPAN_INIT("jack"), SPAN_INIT("jack@comcast.net")}});
  journal_append(f.journal, &(struct journal_record){.kind = JOURNAL_NARRATION,
                                                     .number = {1},
                                                     .text = {SPAN_INIT("connect"), SPAN_INIT("Hello.")}});
  journal_append(f.journal, &(struct journal_record){
                                .kind = JOURNAL_EXPECTATION, .number = {40}, .text = {SPAN_INIT("{}")}});
  journal_append(f.journal, &(struct journal_record){.kind = JOURNAL_ACTION, .number = {1}});
  add_host(f.journal, SPAN("too-late"), SPAN_EMPTY);
  f.preamble = journal_preamble_new(f.journal);
  return f;
}

static void free_fixture(struct fixture *f) {
  journal_preamble_free(f->preamble);
  journal_free(f->journal);
}

static void preamble_is_read(void **state) {
  (void)state;
  struct fixture f = new_fixture();
  const struct journal_preamble *p = f.preamble;
  assert_true(span_equal(p->title, SPAN("A letter")));
  assert_true(span_equal(p->teaches, SPAN("R26")));
  assert_int_equal(p->start_unix_us, 1087575775000000);
  assert_int_equal(p->seed, 7);
  assert_int_equal(p->last, 9);
  assert_int_equal(p->host_count, 2);
  assert_int_equal(p->agent_count, 2);
  assert_int_equal(p->link_count, 1);
  assert_int_equal(p->links[0].host_b, 2);
  assert_int_equal(p->links[0].latency_us, 20000);
  assert_int_equal(p->narration_count, 1);
  assert_true(span_equal(p->narrations[0].say, SPAN("Hello.")));
  assert_int_equal(p->expectation_count, 1);
  assert_int_equal(p->expectations[0].line, 40);
  assert_true(span_equal(journal_host_name(p, 2), SPAN("smtp.comcast.net")));
  assert_true(span_equal(journal_host_label(p, 1), SPAN("Jack")));
  assert_true(span_equal(journal_host_label(p, 2), SPAN("smtp.comcast.net")));
  assert_true(span_equal(journal_agent_role(p, 2), SPAN("mta")));
  assert_int_equal(journal_agent(p, 2)->host, 2);
  assert_true(span_equal(journal_person_name(p, 1), SPAN("jack")));
  assert_int_equal(journal_person(p, 1)->record, 7);
  assert_int_equal(journal_host_named(p, SPAN("SMTP.Comcast.NET")), 2);
  assert_int_equal(journal_host_named(p, SPAN("too-late")), 0);
  free_fixture(&f);
}

static void numbers_without_an_entry(void **state) {
  (void)state;
  struct fixture f = new_fixture();
  static const int64_t numbers[] = {0, 3, -1, INT64_MIN, INT64_MAX, 65536};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    assert_null(journal_host(f.preamble, numbers[i]));
    assert_null(journal_agent(f.preamble, numbers[i]));
    assert_null(journal_person(f.preamble, numbers[i]));
    assert_int_equal(journal_host_label(f.preamble, numbers[i]).len, 0);
  }
  free_fixture(&f);
  struct journal *empty = journal_new(JOURNAL_FULL);
  struct journal_preamble *preamble = journal_preamble_new(empty);
  assert_int_equal(preamble->last, 0);
  assert_int_equal(preamble->host_count, 0);
  journal_preamble_free(preamble);
  journal_free(empty);
}

static const struct journal_record connect = {
    .kind = JOURNAL_CONNECT,
    .host = 1,
    .agent = 1,
    .connection = 4,
    .cause = 3,
    .number = {2, 587, 40001},
    .text = {SPAN_INIT("192.0.2.25"), SPAN_INIT("smtp")},
};
static const struct journal_record line = {
    .kind = JOURNAL_LINE,
    .host = 2,
    .agent = 2,
    .connection = 4,
    .message = 1,
    .number = {1, -5, 0},
    .text = {SPAN_INIT("250 \"ok\" * \\ aXbXcXb\r\n")},
};
static const struct journal_record action = {
    .kind = JOURNAL_ACTION, .number = {1}, .text = {SPAN_INIT("send")}};

static const struct {
  const char *pattern;
  const struct journal_record *record;
  bool matches;
} cases[] = {
    {"connect", &connect, true},
    {"line", &connect, false},
    {"*", &connect, true},
    {"  connect  host=jack-laptop \t to_host=smtp.comcast.net port=587 ", &connect, true},
    {"connect host=JACK-Laptop", &connect, true},
    {"connect host=jack", &connect, false},
    {"connect host=jack-laptop port=25", &connect, false},
    {"connect to_host=*.COMCAST.net", &connect, true},
    {"connect to_host=*.comcast.*", &connect, true},
    {"connect to_host=s*t.net", &connect, true},
    {"connect to_host=*.edu", &connect, false},
    {"connect to_host~CAST", &connect, true},
    {"connect agent=mua", &connect, true},
    {"connect agent=MUA", &connect, false},
    {"connect agent!=mua", &connect, false},
    {"connect agent!=mta", &connect, true},
    {"connect port=5*", &connect, true},
    {"connect port~8", &connect, true},
    {"connect port!~8", &connect, false},
    {"connect connection=4 cause=3 message=0", &connect, true},
    {"connect protocol=smtp", &connect, true},
    {"connect protocol=SMTP", &connect, false},
    {"connect protocol=", &connect, false},
    {"connect protocol=\"\"", &connect, false},
    {"connect protocol=*", &connect, true},
    {"connect protocol=**s**p**", &connect, true},
    {"* port=587", &connect, true},
    {"* port=587", &line, false},
    {"* port!=587", &line, false}, /* no such field: no match, whatever the operator */
    {"* to_host=smtp.comcast.net", &connect, true},
    {"line side=server", &line, true},
    {"line side=client", &line, false},
    {"line side!=client", &line, true},
    {"line arrives_us=-5", &line, true},
    {"line arrives_us=-*", &line, true},
    {"line text~\"\\\"ok\\\" \\*\"", &line, true},
    {"line text~\\\"ok\\\"", &line, true},
    {"line text=\"250 \\\"ok\\\" \\* \\\\ aXbXcXb\\r\\n\"", &line, true},
    {"line text=\"*\\r\\n\"", &line, true},
    {"line text=\"*\\*\"", &line, false},
    {"line text~X*X*X*b", &line, true},
    {"line text~X*X*X*X", &line, false},
    {"line text=250*250*", &line, false},
    {"line text~a\"b", &line, false},
    {"action person=jack", &action, true},
    {"action person=jac", &action, false},
    {"action person=ja*", &action, true},
    {"action what=", &action, true},
    {"action what=\"\" does=send", &action, true},
    {"action host=", &action, true}, /* about no host */
    {"action host=*", &action, true},
    {"action host=?", &action, false},
};

static void matches(void **state) {
  (void)state;
  struct fixture f = new_fixture();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct arena arena = ARENA_EMPTY;
    struct match match;
    struct error error;
    if (!match_parse(span_from(cases[i].pattern), &arena, &match, &error))
      fail_msg("%s: %.*s", cases[i].pattern, SPAN_ARG(error.message));
    if (match_record(&match, f.preamble, cases[i].record) != cases[i].matches)
      fail_msg("%s: %s", cases[i].pattern, cases[i].matches ? "should match" : "should not match");
    arena_free(&arena);
  }
  free_fixture(&f);
}

static const struct {
  const char *pattern;
  uint32_t column;
  const char *message, *expected, *hint;
} mistakes[] = {
    {"", 1, "no kind of record", "a kind of record (docs/journal.md), or *", ""},
    {"  =", 3, "no kind of record", "a kind of record (docs/journal.md), or *", ""},
    {"conect", 1, "unknown kind \"conect\"", "a kind of record (docs/journal.md), or *", "connect"},
    {" zzz", 2, "unknown kind \"zzz\"", "a kind of record (docs/journal.md), or *", ""},
    {"connect=", 8, "something right after the kind", "a space, then KEY=VALUE", ""},
    {"*x", 2, "something right after the kind", "a space, then KEY=VALUE", ""},
    {"connect prot=587", 9, "unknown key \"prot\"",
     "one of host, agent, message, connection, cause, to_host, port, from_port, to_address, protocol",
     "port"},
    {"connect text=a", 9, "unknown key \"text\"",
     "one of host, agent, message, connection, cause, to_host, port, from_port, to_address, protocol", ""},
    {"* recipent=a", 3, "unknown key \"recipent\"",
     "a field of any kind (docs/journal.md), or host, agent, message, connection, cause", "recipient"},
    {"connect port", 13, "no operator after \"port\"", "= ~ != or !~", ""},
    {"connect port =587", 13, "no operator after \"port\"", "= ~ != or !~", ""},
    {"connect port!587", 13, "no operator after \"port\"", "= ~ != or !~", ""},
    {"connect =587", 9, "no key", "KEY=VALUE or KEY~PART", ""},
    {"connect port=smtp", 14, "not a number: \"smtp\"", "decimal digits, or * among them", ""},
    {"connect port=", 14, "not a number: \"\"", "decimal digits, or * among them", ""},
    {"line side=c", 11, "unknown side \"c\"", "client or server", ""},
    {"line text~\"a b", 11, "a quotation mark without its fellow", "\" at the end", ""},
    {"line text~\"a\"b", 14, "something right after the quotation mark", "a space", ""},
    {"line text~a\\b", 12, "unknown escape", "\\\" \\\\ \\* \\r \\n or \\t", ""},
    {"line text~a\\", 12, "unknown escape", "\\\" \\\\ \\* \\r \\n or \\t", ""},
    {"note text=a text=a text=a text=a text=a text=a text=a text=a text=a text=a text=a text=a text=a text=a "
     "text=a text=a text=a",
     6 + 16 * 7, "too many terms", "at most 16", ""},
    {"note text=****************************************************************", 74, "too many *",
     "at most 60 in a value", ""},
};

static void mistakes_are_told(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    struct arena arena = ARENA_EMPTY;
    struct match match;
    struct error error = {0};
    if (match_parse(span_from(mistakes[i].pattern), &arena, &match, &error))
      fail_msg("taken: %s", mistakes[i].pattern);
    if (error.column != mistakes[i].column || !span_equal(error.message, span_from(mistakes[i].message)) ||
        !span_equal(error.expected, span_from(mistakes[i].expected)) ||
        !span_equal(error.hint, span_from(mistakes[i].hint)))
      fail_msg("%s: said %u: %.*s (%.*s) (%.*s)", mistakes[i].pattern, error.column, SPAN_ARG(error.message),
               SPAN_ARG(error.expected), SPAN_ARG(error.hint));
    arena_free(&arena);
  }
  static char long_pattern[MATCH_TEXT_MAX + 1];
  struct match match;
  struct error error;
  memset(long_pattern, ' ', sizeof long_pattern);
  assert_false(match_parse(span_of(long_pattern, sizeof long_pattern), &(struct arena){0}, &match, &error));
  assert_true(span_equal(error.message, SPAN("too long")));
}

static const struct {
  const char *pattern;
  uint32_t column; /* 0: all names exist */
  const char *message, *hint;
} names[] = {
    {"connect host=jack-laptop to_host=SMTP.comcast.net agent=mta", 0, "", ""},
    {"connect host=jack-laptpo", 9, "unknown host \"jack-laptpo\"", "jack-laptop"},
    {"connect host=* to_host=smtp.comcast.com", 16, "unknown host \"smtp.comcast.com\"", "smtp.comcast.net"},
    {"connect host~laptpo", 0, "", ""},
    {"connect agent=mda", 9, "unknown agent \"mda\"", "mua"},
    {"action person=janelle", 8, "unknown person \"janelle\"", ""},
    {"action person= host=", 0, "", ""},
};

static void names_are_checked(void **state) {
  (void)state;
  struct fixture f = new_fixture();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct arena arena = ARENA_EMPTY;
    struct match match;
    struct error error = {0};
    assert_true(match_parse(span_from(names[i].pattern), &arena, &match, &error));
    assert_int_equal(match_names_exist(&match, f.preamble, &arena, &error), names[i].column == 0);
    assert_int_equal(error.column, names[i].column);
    if (!span_equal(error.message, span_from(names[i].message)) ||
        !span_equal(error.hint, span_from(names[i].hint)))
      fail_msg("%s: %.*s, %.*s", names[i].pattern, SPAN_ARG(error.message), SPAN_ARG(error.hint));
    arena_free(&arena);
  }
  free_fixture(&f);
}

static void the_next_match(void **state) {
  (void)state;
  struct fixture f = new_fixture();
  struct arena arena = ARENA_EMPTY;
  struct match match;
  struct error error;
  assert_true(match_parse(SPAN("host name=*a*"), &arena, &match, &error));
  assert_int_equal(match_next(&match, f.preamble, f.journal, 0), 2);
  assert_int_equal(match_next(&match, f.preamble, f.journal, 2), 2);
  assert_int_equal(match_next(&match, f.preamble, f.journal, 3), 3);
  assert_int_equal(match_next(&match, f.preamble, f.journal, 4), 11);
  assert_int_equal(match_next(&match, f.preamble, f.journal, 12), 0);
  arena_free(&arena);
  free_fixture(&f);
}

/* After *, a key must mean the same in all kinds. */
static void a_field_is_number_or_text(void **state) {
  (void)state;
  for (int a = 1; a < JOURNAL_KIND_COUNT; a++)
    for (int b = 1; b < JOURNAL_KIND_COUNT; b++) {
      const struct journal_kind_info *x = journal_kind_info((enum journal_kind)a);
      const struct journal_kind_info *y = journal_kind_info((enum journal_kind)b);
      for (int i = 0; i < JOURNAL_NUMBERS && x->number[i]; i++)
        for (int j = 0; j < JOURNAL_TEXTS && y->text[j]; j++)
          assert_string_not_equal(x->number[i], y->text[j]);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(preamble_is_read),
      cmocka_unit_test(numbers_without_an_entry),
      cmocka_unit_test(matches),
      cmocka_unit_test(mistakes_are_told),
      cmocka_unit_test(names_are_checked),
      cmocka_unit_test(the_next_match),
      cmocka_unit_test(a_field_is_number_or_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
