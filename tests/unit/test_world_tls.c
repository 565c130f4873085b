/* TLS in a whole world: what each policy of a client makes of each server, and what passwords may cross. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "scenario_files.h"
#include "world/world.h"

static struct span scenario_text;

static bool read_made(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  if (!span_equal(path, SPAN("made.json")))
    return read_real_file(context, path, size_max, arena, bytes_out, errors);
  *bytes_out = arena_copy(arena, scenario_text);
  return true;
}

/* Jack hands in a letter at `msa`, which passes it on to `mx`, from where Janelle fetches it. */
static struct journal *run(struct span json, bool dribble) {
  struct error_list errors = {0};
  struct scenario_reader reader = {
      .read_file = read_made, .context = NULL, .software_dir = span_from(TESTS_DIR "/../assets/software")};
  scenario_text = json;
  struct scenario *scenario = scenario_load(SPAN("made.json"), &reader, &errors);
  if (!scenario) {
    struct buf text = {0};
    for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &text);
    print_error("%.*s", SPAN_ARG(buf_span(&text)));
    fail();
  }
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  network_set_dribble(world_network(world), dribble);
  world_run(world, -1);
  world_free(world);
  scenario_free(scenario);
  error_list_free(&errors);
  return journal;
}

static struct span jack_and_janelle(struct arena *arena, const char *laptop, const char *msa, const char *mx,
                                    const char *reader, const char *more) {
  return arena_format(
      arena,
      "{\"waystation\":1,\"title\":\"t\",\"until\":\"2h\",\"hosts\":{"
      "\"laptop\":{%s},"
      "\"msa.a.example\":{\"runs\":[\"msa\",\"mta\"]%s},"
      "\"mx.b.example\":{\"runs\":[\"mta\",\"mda\",\"pop3\"],\"mail_for\":\"b.example\"%s},"
      "\"reader\":{%s}},"
      "\"people\":{\"jack\":{\"address\":\"jack@a.example\",\"uses\":\"laptop\"},"
      "\"janelle\":{\"address\":\"janelle@b.example\",\"uses\":\"reader\"}},"
      "\"script\":[{\"at\":\"0s\",\"who\":\"jack\",\"does\":\"send\",\"to\":\"janelle\",\"text\":\"Hi\"},"
      "{\"at\":\"10m\",\"who\":\"janelle\",\"does\":\"fetch\"}]%s}",
      laptop, msa, mx, reader, more);
}

/* How many connections to that port came under TLS. */
static size_t secure_to(const struct journal *journal, int64_t port) {
  size_t count = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record tls, connect;
    journal_get(journal, seq, &tls);
    if (tls.kind != JOURNAL_TLS) continue;
    for (journal_seq before = 1; before < seq; before++) {
      journal_get(journal, before, &connect);
      if (connect.kind == JOURNAL_CONNECT && connect.connection == tls.connection)
        count += connect.number[1] == port;
    }
  }
  return count;
}

static bool some_text_has(const struct journal *journal, enum journal_kind kind, int text, const char *part) {
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    if (record.kind == kind && span_search(record.text[text], span_from(part)) != SPAN_NONE) return true;
  }
  return false;
}

/* ---- from server to server ---- */

#define GOOD         ",\"tls\":true"
#define BAD          ",\"tls\":{\"certificate\":{\"names\":\"other.example\"}}"
#define OLD          ",\"tls\":{\"certificate\":{\"expired\":true}}"
#define SELF         ",\"tls\":{\"certificate\":{\"self_signed\":true}}"
#define NONE         ""
#define STRIPPED     ",\"faults\":[{\"at\":\"0s\",\"strip_tls\":[\"msa.a.example\",\"mx.b.example\"]}]"
#define PLAIN_LAPTOP "\"submits_to\":\"msa.a.example\",\"tls\":{\"client\":\"opportunistic\"}"
#define PLAIN_READER "\"reads_from\":{\"pop3\":\"mx.b.example\"},\"tls\":{\"client\":\"opportunistic\"}"

enum outcome { SECURE, CLEAR, WAITS };

static void what_a_relay_makes_of_a_server(void **state) {
  static const struct {
    const char *policy, *server, *more;
    enum outcome outcome;
    const char *why; /* of waiting */
  } cases[] = {
      {"never", GOOD, "", CLEAR, ""},
      {"opportunistic", GOOD, "", SECURE, ""},
      {"opportunistic", BAD, "", SECURE, ""},
      {"opportunistic", OLD, "", SECURE, ""},
      {"opportunistic", SELF, "", SECURE, ""},
      {"opportunistic", NONE, "", CLEAR, ""},
      {"opportunistic", GOOD, STRIPPED, CLEAR, ""},
      {"required", GOOD, "", SECURE, ""},
      {"required", SELF, "", SECURE, ""},
      {"required", NONE, "", WAITS, "offers no STARTTLS"},
      {"required", GOOD, STRIPPED, WAITS, "offers no STARTTLS"},
      {"verified", GOOD, "", SECURE, ""},
      {"verified", BAD, "", WAITS, "another name"},
      {"verified", OLD, "", WAITS, "expired"},
      {"verified", SELF, "", WAITS, "nobody known"},
      {"verified", NONE, "", WAITS, "offers no STARTTLS"},
      {"verified", GOOD, STRIPPED, WAITS, "offers no STARTTLS"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct arena arena = ARENA_EMPTY;
    char msa[80];
    snprintf(msa, sizeof msa, ",\"tls\":{\"client\":\"%s\"}", cases[i].policy);
    struct journal *journal =
        run(jack_and_janelle(&arena, PLAIN_LAPTOP, msa, cases[i].server, PLAIN_READER, cases[i].more), false);
    if (cases[i].outcome == WAITS) {
      assert_int_equal(journal_count_of(journal, JOURNAL_DELIVERED), 0);
      assert_true(some_text_has(journal, JOURNAL_DEFERRED, 2, cases[i].why));
      assert_int_equal(secure_to(journal, 25), 0);
    } else {
      assert_int_equal(journal_count_of(journal, JOURNAL_DELIVERED), 1);
      assert_int_equal(secure_to(journal, 25), cases[i].outcome == SECURE);
      assert_int_equal(some_text_has(journal, JOURNAL_STAMP, 0, "with ESMTPS tls TLS_AES_256_GCM_SHA384"),
                       cases[i].outcome == SECURE);
    }
    journal_free(journal);
    arena_free(&arena);
  }
}

/* ---- from mail programs to servers ---- */

static void what_a_mail_program_makes_of_a_server(void **state) {
  static const struct {
    const char *laptop, *server;
    int64_t port;
    bool secure;
    const char *with; /* empty: not handed in */
  } cases[] = {
      {"\"submits_to\":\"msa.a.example\"", NONE, 587, false, "with ESMTPA id"},
      {"\"submits_to\":\"msa.a.example\",\"tls\":true", GOOD, 587, true, "with ESMTPSA tls"},
      {"\"submits_to\":{\"submission\":\"msa.a.example\"},\"tls\":true", GOOD, 587, true, "with ESMTPSA tls"},
      {"\"submits_to\":{\"submissions\":\"msa.a.example\"}", GOOD, 465, true, "with ESMTPSA tls"},
      {"\"submits_to\":{\"submissions\":\"msa.a.example\"},\"tls\":true", GOOD, 465, true,
       "with ESMTPSA tls"},
      {"\"submits_to\":{\"submissions\":\"msa.a.example\"}", BAD, 465, false, ""},
      {"\"submits_to\":{\"submissions\":\"msa.a.example\"},\"tls\":{\"client\":\"required\"}", BAD, 465, true,
       "with ESMTPSA tls"},
      {"\"submits_to\":\"msa.a.example\",\"tls\":true", SELF, 587, false, ""},
      {"\"submits_to\":\"msa.a.example\",\"tls\":true", NONE, 587, false, ""},
      /* A server that takes no password in the clear offers no AUTH there: RFC 8314 4.1. */
      {"\"submits_to\":\"msa.a.example\"", GOOD, 587, false, ""},
      {"\"submits_to\":\"msa.a.example\"", ",\"tls\":{\"before_auth\":false}", 587, false, "with ESMTPA id"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct arena arena = ARENA_EMPTY;
    struct journal *journal =
        run(jack_and_janelle(&arena, cases[i].laptop, cases[i].server, NONE, PLAIN_READER, ""), false);
    bool handed_in = cases[i].with[0] != 0;
    if (handed_in != (journal_count_of(journal, JOURNAL_DELIVERED) == 1)) print_error("case %zu\n", i);
    assert_int_equal(journal_count_of(journal, JOURNAL_DELIVERED), handed_in);
    assert_int_equal(secure_to(journal, cases[i].port), cases[i].secure);
    if (handed_in) assert_true(some_text_has(journal, JOURNAL_STAMP, 0, cases[i].with));
    if (!handed_in) assert_true(some_text_has(journal, JOURNAL_NOTE, 0, "stays in the outbox"));
    journal_free(journal);
    arena_free(&arena);
  }
}

static void what_a_reader_makes_of_a_server(void **state) {
  static const struct {
    const char *reader, *server;
    int64_t port;
    bool secure, fetched;
    const char *note;
  } cases[] = {
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"}", NONE, 110, false, true, ""},
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"},\"tls\":true", GOOD, 110, true, true, ""},
      {"\"reads_from\":{\"pop3s\":\"mx.b.example\"}", GOOD, 995, true, true, ""},
      {"\"reads_from\":{\"pop3s\":\"mx.b.example\"}", OLD, 995, false, false,
       "no TLS: the certificate has expired"},
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"},\"tls\":true", NONE, 110, false, false, "no TLS"},
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"},\"tls\":{\"client\":\"opportunistic\"}", NONE, 110, false,
       true, ""},
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"}", GOOD, 110, false, false, "login refused"},
      {"\"reads_from\":{\"pop3\":\"mx.b.example\"}", ",\"tls\":{\"before_auth\":false}", 110, false, true,
       ""},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct arena arena = ARENA_EMPTY;
    struct journal *journal =
        run(jack_and_janelle(&arena, PLAIN_LAPTOP, NONE, cases[i].server, cases[i].reader, ""), false);
    if (cases[i].fetched != (journal_count_of(journal, JOURNAL_RETRIEVED) == 1)) print_error("case %zu\n", i);
    assert_int_equal(journal_count_of(journal, JOURNAL_RETRIEVED), cases[i].fetched);
    assert_int_equal(secure_to(journal, cases[i].port), cases[i].secure);
    if (cases[i].note[0]) assert_true(some_text_has(journal, JOURNAL_NOTE, 0, cases[i].note));
    journal_free(journal);
    arena_free(&arena);
  }
}

/* ---- passwords, and what the line shows ---- */

static void no_password_is_said_in_the_clear(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal =
      run(jack_and_janelle(&arena, "\"submits_to\":{\"submissions\":\"msa.a.example\"}", GOOD, GOOD,
                           "\"reads_from\":{\"pop3s\":\"mx.b.example\"}", ""),
          false);
  size_t sealed = 0, said = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record, cause;
    journal_get(journal, seq, &record);
    said += record.kind == JOURNAL_LINE && span_starts_with(record.text[0], SPAN("PASS "));
    said += record.kind == JOURNAL_LINE && span_starts_with(record.text[0], SPAN("AUTH PLAIN "));
    if (record.kind != JOURNAL_TLS_RECORD || !record.cause) continue;
    journal_get(journal, record.cause, &cause);
    sealed += cause.kind == JOURNAL_LINE && span_starts_with(cause.text[0], SPAN("PASS "));
    sealed += cause.kind == JOURNAL_LINE && span_starts_with(cause.text[0], SPAN("AUTH PLAIN "));
  }
  assert_int_equal(said, 2);
  assert_int_equal(sealed, 2);
  journal_free(journal);
  arena_free(&arena);
}

static void a_byte_at_a_time_makes_no_difference(void **state) {
  (void)state;
  for (int older = 0; older < 2; older++) {
    struct arena arena = ARENA_EMPTY;
    char whole[DIGEST_HEX_MAX], bytes[DIGEST_HEX_MAX];
    const char *server = older ? ",\"tls\":{\"version\":\"1.2\"}" : GOOD;
    struct span json =
        jack_and_janelle(&arena, "\"submits_to\":\"msa.a.example\",\"tls\":true", server, server,
                         "\"reads_from\":{\"pop3\":\"mx.b.example\"},\"tls\":true", "");
    struct journal *first = run(json, false), *second = run(json, true);
    journal_fingerprint(first, whole);
    journal_fingerprint(second, bytes);
    assert_string_equal(whole, bytes);
    assert_int_equal(journal_count_of(first, JOURNAL_TLS), 3);
    journal_free(first);
    journal_free(second);
    arena_free(&arena);
  }
}

/* A reply of several lines is one record of TLS: no line of it is there before all of it is. */
static void a_reply_arrives_as_one(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal =
      run(jack_and_janelle(&arena, "\"submits_to\":{\"submissions\":\"msa.a.example\"}", GOOD, NONE,
                           PLAIN_READER, ",\"network\":{\"bytes_per_second\":1000}"),
          false);
  size_t replies = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record sealed, last, line;
    journal_get(journal, seq, &sealed);
    if (sealed.kind != JOURNAL_TLS_RECORD || !span_equal(sealed.text[0], SPAN("data")) ||
        journal_kind_at(journal, sealed.cause) != JOURNAL_LINE)
      continue;
    journal_get(journal, sealed.cause, &last);
    for (journal_seq before = sealed.cause; before > 1; before--) {
      journal_get(journal, before, &line);
      bool goes_on = line.seq == last.seq || (line.text[0].len > 3 && line.text[0].data[3] == '-');
      if (line.kind != JOURNAL_LINE || line.time_us != last.time_us || !line.number[0] || !goes_on) break;
      assert_int_equal(line.number[1], sealed.number[1]);
      replies += span_starts_with(line.text[0], SPAN("250-"));
    }
  }
  assert_in_range(replies, 3, 100);
  journal_free(journal);
  arena_free(&arena);
}

/* A mail program that is set to the wrong one of two ports. */
static void the_wrong_port(void **state) {
  (void)state;
  static const char typed[] = "{\"waystation\":1,\"title\":\"t\",\"hosts\":{\"msa.a.example\":{\"runs\":["
                              "\"msa\",\"mta\"],\"tls\":true},"
                              "\"pc\":{\"runs\":\"mua\",\"submits_to\":\"msa.a.example\"}},"
                              "\"people\":{\"jack\":{\"address\":\"jack@a.example\",\"uses\":\"pc\"}},"
                              "\"script\":[{\"at\":\"0s\",\"who\":\"jack\",\"does\":\"type\",\"to_host\":"
                              "\"msa.a.example\",\"port\":465,"
                              "\"lines\":[\"EHLO x\"]}]}";
  struct journal *journal = run(span_from(typed), false);
  assert_true(some_text_has(journal, JOURNAL_TLS_FAILED, 1, "what came is not TLS"));
  assert_int_equal(journal_count_of(journal, JOURNAL_LINE), 1);
  journal_free(journal);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_relay_makes_of_a_server),
      cmocka_unit_test(what_a_mail_program_makes_of_a_server),
      cmocka_unit_test(what_a_reader_makes_of_a_server),
      cmocka_unit_test(no_password_is_said_in_the_clear),
      cmocka_unit_test(a_byte_at_a_time_makes_no_difference),
      cmocka_unit_test(a_reply_arrives_as_one),
      cmocka_unit_test(the_wrong_port),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
