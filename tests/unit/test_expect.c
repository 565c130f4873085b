/* expect: each kind of expectation, met and not met, over one small run written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "readers/expect.h"

enum { A = 1, B };

static journal_seq add(struct journal *journal, struct journal_record record) {
  return journal_append(journal, &record);
}

/* Letter 3 goes to all@b.example, which is an alias of ben. */
static void add_aliased(struct journal *journal) {
  static const struct {
    enum journal_kind kind;
    uint16_t host, agent;
    int64_t number[2];
    struct span text[4];
  } steps[] = {
      {JOURNAL_ACCEPTED, A, 1, {5, 9}, {SPAN_INIT("Q5"), SPAN_INIT(""), SPAN_INIT("all@b.example")}},
      {JOURNAL_ROUTED,
       A,
       1,
       {0},
       {SPAN_INIT("Q5"), SPAN_INIT("all@b.example"), SPAN_INIT("b.example"), SPAN_INIT("a")}},
      {JOURNAL_ACCEPTED, B, 2, {5, 9}, {SPAN_INIT("Q6"), SPAN_INIT(""), SPAN_INIT("all@b.example")}},
      {JOURNAL_EXPANDED,
       B,
       2,
       {0},
       {SPAN_INIT("Q6"), SPAN_INIT("all@b.example"), SPAN_INIT("ben@b.example"), SPAN_INIT("alias")}},
      {JOURNAL_RELAYED, A, 1, {B}, {SPAN_INIT("Q5"), SPAN_INIT("all@b.example"), SPAN_INIT("b.example")}},
      {JOURNAL_DELIVERED,
       B,
       2,
       {5, 1},
       {SPAN_INIT("Q6"), SPAN_INIT("ben@b.example"), SPAN_INIT("mbox"), SPAN_INIT("/var/mail/ben")}},
  };
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    add(journal, (struct journal_record){
                     .time_us = 7000000,
                     .kind = (uint16_t)steps[i].kind,
                     .host = steps[i].host,
                     .agent = steps[i].agent,
                     .message = 3,
                     .number = {steps[i].number[0], steps[i].number[1]},
                     .text = {steps[i].text[0], steps[i].text[1], steps[i].text[2], steps[i].text[3]}});
}

/* Letter 1 goes from A to B by MX and is delivered to ben; letter 2 is refused by B and bounces at A.
 * Long because: it is one run, told record by record. */
static struct journal *run_with(const char *json) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  add(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("test")}});
  add(journal, (struct journal_record){
                   .kind = JOURNAL_HOST, .host = A, .text = {SPAN("a.example"), SPAN("192.0.2.1")}});
  add(journal, (struct journal_record){
                   .kind = JOURNAL_HOST, .host = B, .text = {SPAN("b.example"), SPAN("192.0.2.2")}});
  add(journal, (struct journal_record){.kind = JOURNAL_AGENT, .host = A, .agent = 1, .text = {SPAN("mta")}});
  add(journal, (struct journal_record){.kind = JOURNAL_AGENT, .host = B, .agent = 2, .text = {SPAN("mta")}});
  add(journal, (struct journal_record){.kind = JOURNAL_AGENT, .host = B, .agent = 3, .text = {SPAN("mda")}});
  add(journal, (struct journal_record){
                   .kind = JOURNAL_PERSON, .host = B, .text = {SPAN("ben"), SPAN("ben@b.example")}});
  add(journal,
      (struct journal_record){.kind = JOURNAL_EXPECTATION, .number = {7}, .text = {span_from(json)}});
  journal_seq composed =
      add(journal,
          (struct journal_record){.kind = JOURNAL_COMPOSE,
                                  .host = A,
                                  .agent = 1,
                                  .message = 1,
                                  .number = {1},
                                  .text = {SPAN("From: ann@a.example\r\nSubject: Two\r\n words\r\n"),
                                           SPAN("Hello\r\n"), SPAN("ann@a.example"), SPAN("ben@b.example")}});
  add(journal, (struct journal_record){.kind = JOURNAL_ACCEPTED,
                                       .host = A,
                                       .agent = 1,
                                       .message = 1,
                                       .number = {1, 9},
                                       .text = {SPAN("Q1"), SPAN("ann@a.example"), SPAN("ben@b.example")}});
  journal_seq routed = add(journal, (struct journal_record){.kind = JOURNAL_ROUTED,
                                                            .cause = composed,
                                                            .host = A,
                                                            .agent = 1,
                                                            .message = 1,
                                                            .text = {SPAN("Q1"), SPAN("ben@b.example"),
                                                                     SPAN("b.example"), SPAN("mx")}});
  add(journal, (struct journal_record){.time_us = 2000000,
                                       .kind = JOURNAL_STAMP,
                                       .cause = routed,
                                       .host = B,
                                       .agent = 2,
                                       .message = 1,
                                       .number = {2, 1},
                                       .text = {SPAN("Received: from a.example by b.example; now\r\n")}});
  add(journal, (struct journal_record){.time_us = 2000000,
                                       .kind = JOURNAL_ACCEPTED,
                                       .host = B,
                                       .agent = 2,
                                       .message = 1,
                                       .number = {2, 9},
                                       .text = {SPAN("Q2"), SPAN("ann@a.example"), SPAN("ben@b.example")}});
  add(journal, (struct journal_record){.time_us = 2000000,
                                       .kind = JOURNAL_RELAYED,
                                       .host = A,
                                       .agent = 1,
                                       .message = 1,
                                       .number = {B},
                                       .text = {SPAN("Q1"), SPAN("ben@b.example"), SPAN("b.example")}});
  add(journal, (struct journal_record){
                   .time_us = 3000000,
                   .kind = JOURNAL_DELIVERED,
                   .host = B,
                   .agent = 3,
                   .message = 1,
                   .number = {2, 1},
                   .text = {SPAN(""), SPAN("ben@b.example"), SPAN("mbox"), SPAN("/var/mail/ben")}});
  add(journal, (struct journal_record){.time_us = 3000000,
                                       .kind = JOURNAL_RELAYED,
                                       .host = B,
                                       .agent = 2,
                                       .message = 1,
                                       .number = {B},
                                       .text = {SPAN("Q2"), SPAN("ben@b.example"), SPAN("b.example")}});
  add(journal, (struct journal_record){
                   .time_us = 4000000,
                   .kind = JOURNAL_ACCEPTED,
                   .host = A,
                   .agent = 1,
                   .message = 2,
                   .number = {3, 9},
                   .text = {SPAN("Q3"), SPAN("ann@a.example"), SPAN("bne@b.example\nlate@b.example")}});
  add(journal, (struct journal_record){.time_us = 5000000,
                                       .kind = JOURNAL_DECISION,
                                       .host = B,
                                       .agent = 2,
                                       .number = {550},
                                       .text = {SPAN("rcpt"), SPAN("bne@b.example"), SPAN("reject"),
                                                SPAN("unknown_user"), SPAN("5.1.1")}});
  add(journal, (struct journal_record){
                   .time_us = 5000000,
                   .kind = JOURNAL_BOUNCED,
                   .host = A,
                   .agent = 1,
                   .message = 2,
                   .number = {550},
                   .text = {SPAN("Q3"), SPAN("bne@b.example"), SPAN("no such user"), SPAN("5.1.1")}});
  add(journal, (struct journal_record){.time_us = 6000000,
                                       .kind = JOURNAL_RETRIEVED,
                                       .host = B,
                                       .agent = 3,
                                       .message = 1,
                                       .number = {2, 1},
                                       .text = {SPAN("/var/mail/ben"), SPAN("u1")}});
  add_aliased(journal);
  return journal;
}

static const struct {
  const char *json;
  bool met;
  const char *reason; /* a part of it, when not met */
} cases[] = {
    {"{\"message\":1,\"delivered_to\":\"ben\"}", true, ""},
    {"{\"message\":1,\"delivered_to\":\"ben@b.example\",\"via\":[\"a.example\",\"b.example\"]}", true, ""},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"via\":[\"b.example\"]}", false, "a.example → b.example"},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"because\":\"mx\",\"within\":\"3s\"}", true, ""},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"because\":\"smarthost\"}", false, "last: \"mx\""},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"within\":\"2s\"}", false, "took 3s"},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"within\":\"10ms\"}", false, "took 3s"},
    {"{\"message\":3,\"delivered_to\":\"ben\",\"because\":\"alias\"}", true, ""},
    {"{\"message\":1,\"delivered_to\":\"ben\",\"because\":\"alias\"}", false, "last: \"mx\""},
    {"{\"message\":3,\"delivered_to\":\"ben\",\"via\":[\"a.example\",\"b.example\"],\"because\":\"a\"}", true,
     ""},
    {"{\"message\":3,\"delivered_to\":\"ben\",\"because\":\"mx\"}", false, "last: \"a\""},
    {"{\"message\":2,\"delivered_to\":\"bne@b.example\"}", false, "is bounced at a.example"},
    {"{\"message\":9,\"delivered_to\":\"ben\"}", false, "there is no letter 9, only 3"},
    {"{\"message\":9,\"header\":\"Subject\"}", false, "there is no letter 9, only 3"},
    {"{\"message\":9,\"still_queued_at\":\"a.example\"}", false, "there is no letter 9, only 3"},
    {"{\"message\":1,\"delivered_to\":\"bo@c.example\"}", false,
     "letter 1 is not for bo@c.example but for ben@b.example (from ann@a.example)"},
    {"{\"message\":2,\"delivered_to\":\"bo@c.example\"}", false, "no server ever accepted it"},
    {"{\"message\":2,\"bounced\":\"bne@b.example\",\"code\":550,\"enhanced\":\"5.1.1\"}", true, ""},
    {"{\"message\":2,\"bounced\":\"bne@b.example\",\"code\":554}", false, "code 550"},
    {"{\"message\":2,\"bounced\":\"bne@b.example\",\"enhanced\":\"5.7.1\"}", false, "status 5.1.1"},
    {"{\"message\":2,\"expired\":\"bne@b.example\"}", false, "is bounced"},
    {"{\"message\":2,\"still_queued_at\":\"a.example\",\"recipient\":\"late@b.example\"}", true, ""},
    {"{\"message\":2,\"still_queued_at\":\"b.example\"}", false, "not in the queue"},
    {"{\"refused_by\":\"b.example\",\"code\":550,\"recipient\":\"bne@b.example\"}", true, ""},
    {"{\"refused_by\":\"b.example\",\"code\":554}", false, "refused nothing"},
    {"{\"message\":1,\"header\":\"Subject\",\"equals\":\"Two words\"}", true, ""},
    {"{\"message\":1,\"header\":\"Subject\",\"contains\":\"three\"}", false,
     "none fits; the letter says Subject: Two words"},
    {"{\"message\":1,\"header\":\"received\",\"count\":1}", true, ""},
    {"{\"message\":1,\"header\":\"Received\",\"count\":0,\"at\":\"a.example\"}", true, ""},
    {"{\"message\":1,\"header\":\"Bcc\"}", false, "no field"},
    {"{\"message\":1,\"header\":\"Received\",\"written_by\":\"b.example\",\"count\":1}", true, ""},
    {"{\"message\":1,\"header\":\"Received\",\"written_by\":\"a.example\",\"count\":0}", true, ""},
    {"{\"message\":1,\"header\":\"Received\",\"written_by\":\"a.example\"}", false, "from a.example"},
    {"{\"message\":1,\"header\":\"Subject\",\"written_by\":\"A.example\",\"contains\":\"Two\"}", true, ""},
    {"{\"message\":1,\"header\":\"Subject\",\"written_by\":\"b.example\",\"count\":1}", false,
     "0 such fields \"Subject\", not 1"},
    {"{\"message\":1,\"header_block\":[\"From: ann@a.example\",\"Subject: Two\",\" "
     "words\"],\"at\":\"a.example\"}",
     true, ""},
    {"{\"message\":1,\"header_block\":[\"From: ann@a.example\"],\"at\":\"a.example\"}", false, "line 2"},
    {"{\"record\":\"stamp host=b.example\",\"count\":1,\"caused_by\":\"routed because=mx\"}", true, ""},
    {"{\"record\":\"stamp host=b.example\",\"caused_by\":\"routed because=local\"}", false, "another cause"},
    {"{\"record\":\"routed\",\"before\":\"delivered\"}", true, ""},
    {"{\"record\":\"delivered\",\"before\":\"routed\"}", false, "comes after"},
    {"{\"record\":\"accepted\",\"at_least\":6}", false, "only 5 records match, not 6"},
    {"{\"record\":\"stamp host=b.example\",\"at_least\":2}", false, "only 1 record matches, not 2"},
    {"{\"record\":\"accepted\",\"at_most\":2}", false, "5 records match, more than 2"},
    {"{\"record\":\"nonsense\"}", false, "pattern"},
    {"{\"fetched_by\":\"ben\",\"messages\":1}", true, ""},
    {"{\"fetched_by\":\"ben\",\"messages\":2}", false, "ben has fetched 1 letter, not 2"},
    {"{\"fetched_by\":\"ann\"}", false, "ann has fetched nothing"},
    {"{\"fetched_by\":\"ben\",\"messages\":2,\"why\":\"two were sent\"}", false, "two were sent"},
    {"{\"audit\":\"conserved\"}", true, ""},
    {"{\"surprise\":1}", false, "nothing that can be judged"},
    {"[1]", false, "not a JSON object"},
    {"{", false, "not JSON"},
};

static void test_cases(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct journal *journal = run_with(cases[i].json);
    struct arena arena = ARENA_EMPTY;
    struct expect_result *results;
    assert_int_equal(expect_judge(journal, &arena, &results), 1);
    if (results[0].met != cases[i].met ||
        span_search(results[0].reason, span_from(cases[i].reason)) == SPAN_NONE) {
      print_error("%s: %s, \"%.*s\"\n", cases[i].json, results[0].met ? "met" : "not met",
                  SPAN_ARG(results[0].reason));
      fail();
    }
    assert_int_equal(results[0].line, 7);
    arena_free(&arena);
    journal_free(journal);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
