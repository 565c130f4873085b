/* TLS on a simulated connection: who hears what when, what the line shows, and what goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "network_programs.h"

/* ---- lengths ---- */

static void lengths_are_those_of_the_rfcs(void **state) {
  static const struct {
    enum tls_version version;
    uint64_t plain, octets;
    uint32_t records;
  } cases[] = {
      {TLS_1_3, 0, 0, 0},  {TLS_1_3, 1, 23, 1},        {TLS_1_3, 16384, 16406, 1}, {TLS_1_3, 16385, 16429, 2},
      {TLS_1_2, 1, 30, 1}, {TLS_1_2, 16384, 16413, 1}, {TLS_1_2, 40000, 40087, 3},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct tls_size size = tls_data_size(cases[i].version, cases[i].plain);
    assert_int_equal(size.octets, cases[i].octets);
    assert_int_equal(size.records, cases[i].records);
  }
}

static void flights_are_as_documented(void **state) {
  static const uint32_t octets_1_3[] = {517, 2877, 80}, octets_1_2[] = {517, 2789, 93, 51};
  (void)state;
  assert_int_equal(tls_flights(TLS_1_3), 3);
  assert_int_equal(tls_flights(TLS_1_2), 4);
  for (unsigned i = 0; i < 3; i++) assert_int_equal(tls_flight_size(TLS_1_3, i + 1).octets, octets_1_3[i]);
  for (unsigned i = 0; i < 4; i++) assert_int_equal(tls_flight_size(TLS_1_2, i + 1).octets, octets_1_2[i]);
}

/* ---- certificates ---- */

static void certificates_fit_names(void **state) {
  static const struct {
    const char *name, *wanted;
    bool expired, self_signed;
    const char *fault;
  } cases[] = {
      {"mx.umich.edu", "mx.umich.edu", false, false, ""},
      {"MX.Umich.edu", "mx.umich.EDU", false, false, ""},
      {"*.umich.edu", "mx.umich.edu", false, false, ""},
      {"*.umich.edu", "umich.edu", false, false, "the certificate is for another name"},
      {"*.umich.edu", "a.b.umich.edu", false, false, "the certificate is for another name"},
      {"*.umich.edu", ".umich.edu", false, false, "the certificate is for another name"},
      {"mx.umich.edu", "mx.umich.example", false, false, "the certificate is for another name"},
      {"mx.umich.edu", "mx.umich.edu", true, false, "the certificate has expired"},
      {"mx.umich.edu", "mx.umich.edu", true, true, "the certificate is signed by nobody known"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct span name = span_from(cases[i].name);
    struct tls_certificate certificate = {&name, 1, cases[i].expired, cases[i].self_signed};
    struct span fault = tls_certificate_fault(&certificate, span_from(cases[i].wanted));
    if (!span_equal(fault, span_from(cases[i].fault))) print_error("case %zu\n", i);
    assert_true(span_equal(fault, span_from(cases[i].fault)));
  }
}

/* ---- a client and a server under TLS ---- */

static const struct span server_names[] = {SPAN_INIT("there.example")};
static struct tls_certificate certificate;
static struct tls_terms client_terms, server_terms;
static struct pair *now;

static void settled(struct program *program, struct span fault) {
  buf_format(&program->lab->log, "%lld %s %s%.*s\n", (long long)sim_now(program->lab->sim), program->name,
             fault.len ? "fails: " : "is secure", SPAN_ARG(fault));
  if (fault.len) close_now(program);
}
static void client_settled(void *context, connection_id id, struct span fault) {
  (void)id;
  settled(context, fault);
  if (!fault.len) program_say(context, "hello\n");
}
static void server_settled(void *context, connection_id id, struct span fault) {
  (void)id;
  settled(context, fault);
}

static void start_client(struct program *program) {
  assert_true(connection_start_tls(program->lab->network, program->id, true, &client_terms));
}
static void start_server(struct program *program) {
  assert_true(connection_start_tls(program->lab->network, program->id, false, &server_terms));
}

static struct pair *secure_pair(enum tls_version client, enum tls_version server) {
  certificate = (struct tls_certificate){server_names, 1, false, false};
  client_terms = (struct tls_terms){.version = client,
                                    .wanted = SPAN("there.example"),
                                    .checks = true,
                                    .how = SPAN("implicit"),
                                    .settled = client_settled};
  server_terms = (struct tls_terms){
      .version = server, .certificate = &certificate, .how = SPAN_EMPTY, .settled = server_settled};
  now = pair_new();
  now->client.opened = start_client;
  now->server.opened = start_server;
  return now;
}

/* Latency is 20 ms: the connection stands after 40, and one round trip later the client speaks. */
static void one_round_trip(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n80000 client is secure\n"
                   "100000 server is secure\n100000 server hears hello\n\n");
  lab_free(&pair->lab);
}

static void two_round_trips_with_the_older(void **state) {
  static const enum tls_version versions[][2] = {{TLS_1_2, TLS_1_3}, {TLS_1_3, TLS_1_2}, {TLS_1_2, TLS_1_2}};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    struct pair *pair = secure_pair(versions[i][0], versions[i][1]);
    program_connect(&pair->client, THERE);
    expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n100000 server is secure\n"
                     "120000 client is secure\n140000 server hears hello\n\n");
    assert_int_equal(connection_tls(pair->lab.network, pair->client.id, true), TLS_1_2);
    lab_free(&pair->lab);
  }
}

static size_t count(const struct lab *lab, enum journal_kind kind) {
  return (size_t)journal_count_of(lab->journal, kind);
}

static struct journal_record nth_record(const struct lab *lab, enum journal_kind kind, size_t nth) {
  for (journal_seq seq = 1; seq <= journal_count(lab->journal); seq++)
    if (journal_kind_at(lab->journal, seq) == kind && nth-- == 1) return lab_record(lab, seq);
  fail();
  return (struct journal_record){0};
}

static void expect_record_text(struct span found, const char *expected) {
  assert_int_equal(found.len, strlen(expected));
  assert_memory_equal(found.data, expected, found.len);
}

/* Hello, the server's flight, the client's, six octets of data, two goodbyes; every record says what caused
 * it. */
static void the_line_shows_lengths(void **state) {
  static const struct {
    int64_t side, octets, records;
    const char *content, *visible;
  } shown[] = {
      {0, 517, 1, "handshake", "ClientHello, server name there.example"},
      {1, 2877, 3, "handshake", "ServerHello"},
      {0, 80, 2, "handshake", ""},
      {0, 28, 1, "data", ""},
      {0, 24, 1, "alert", ""},
  };
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  close_now(&pair->client);
  sim_run(pair->lab.sim, -1);
  assert_int_equal(count(&pair->lab, JOURNAL_TLS_RECORD), 5);
  for (size_t i = 0; i < 5; i++) {
    struct journal_record record = nth_record(&pair->lab, JOURNAL_TLS_RECORD, i + 1);
    assert_int_equal(record.number[0], shown[i].side);
    assert_int_equal(record.number[1], record.time_us + 20000);
    assert_int_equal(record.number[2], shown[i].octets);
    assert_int_equal(record.number[3], shown[i].records);
    expect_record_text(record.text[0], shown[i].content);
    expect_record_text(record.text[1], shown[i].visible);
  }
  struct journal_record tls = nth_record(&pair->lab, JOURNAL_TLS, 1);
  assert_int_equal(tls.number[0], 13);
  assert_int_equal(tls.number[1], 1);
  assert_int_equal(tls.cause, nth_record(&pair->lab, JOURNAL_TLS_RECORD, 2).seq);
  struct journal_record line = nth_record(&pair->lab, JOURNAL_LINE, 1);
  assert_int_equal(line.cause, tls.seq);
  assert_int_equal(nth_record(&pair->lab, JOURNAL_TLS_RECORD, 4).cause, line.seq);
  expect_record_text(tls.text[1], "TLS_AES_256_GCM_SHA384");
  expect_record_text(tls.text[2], "there.example");
  expect_record_text(tls.text[3], "");
  lab_free(&pair->lab);
}

/* At 1,000 octets a second, 28 octets of data take 28 ms behind the 80 of the client's flight. */
static void octets_of_records_take_time(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  network_set_default_path(pair->lab.network, 20000, 1000);
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "3474000 client is secure\n3574000 server is secure\n3602000 server hears hello\n\n");
  lab_free(&pair->lab);
}

/* ---- what goes wrong ---- */

static void a_bad_certificate_ends_it(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  client_terms.wanted = SPAN("elsewhere.example");
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "80000 client fails: the certificate is for another name\n80000 client closed\n"
                   "100000 server fails: the other side broke off the handshake\n100000 server closed\n");
  assert_int_equal(count(&pair->lab, JOURNAL_TLS), 0);
  struct journal_record failed = nth_record(&pair->lab, JOURNAL_TLS_FAILED, 1);
  assert_int_equal(failed.number[0], 0);
  expect_record_text(failed.text[0], "implicit");
  expect_record_text(failed.text[1], "the certificate is for another name");
  expect_record_text(failed.text[2], "there.example");
  lab_free(&pair->lab);
}

static void who_does_not_check_goes_on(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  certificate.expired = true;
  client_terms.checks = false;
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  struct journal_record tls = nth_record(&pair->lab, JOURNAL_TLS, 1);
  assert_int_equal(tls.number[1], 0);
  expect_record_text(tls.text[3], "the certificate has expired");
  lab_free(&pair->lab);
}

static void greet(struct program *program) {
  program_say(program, "220 hello\n");
}

/* A client that wants TLS at once, at a port where it begins later: the greeting is no record of TLS. */
static void a_greeting_is_no_tls(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  pair->server.opened = greet;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "80000 client fails: what came is not TLS\n80000 client closed\n100000 server closed\n");
  lab_free(&pair->lab);
}

/* The other way round both wait; who speaks first is found out. */
static void plain_words_are_no_tls(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  pair->client.opened = greet;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "60000 server fails: what came is not TLS\n60000 server closed\n80000 client closed\n");
  assert_int_equal(nth_record(&pair->lab, JOURNAL_TLS_FAILED, 1).number[0], 1);
  lab_free(&pair->lab);
}

static void a_cut_line_ends_a_handshake(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  program_connect(&pair->client, THERE);
  sim_at(pair->lab.sim, 50000, host_there_goes_down, &pair->lab);
  expect_log(pair, "20000 server asked\n40000 client opened\n50000 server cut\n60050000 client cut\n");
  lab_free(&pair->lab);
}

/* ---- somebody on the path ---- */

static void offer(struct program *program) {
  program_say(program, "250-mx\r\n250-STARTTLS\r\n250 XSTARTTLS\r\n");
}

static void offers_are_overwritten(void **state) {
  (void)state;
  struct pair *pair = secure_pair(TLS_1_3, TLS_1_3);
  pair->client.opened = NULL;
  pair->server.opened = offer;
  network_set_link_strips_tls(pair->lab.network, HERE, THERE, true, SPAN("a firewall"));
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "80000 client hears 250-mx\r\n250-XXXXXXXX\r\n250 XSTARTTLS\r\n\n");
  assert_int_equal(count(&pair->lab, JOURNAL_FAULT), 1);
  assert_int_equal(count(&pair->lab, JOURNAL_NOTE), 1);
  network_set_link_strips_tls(pair->lab.network, HERE, THERE, false, SPAN("a firewall"));
  network_set_link_strips_tls(pair->lab.network, HERE, THERE, false, SPAN("again"));
  offer(&pair->server);
  sim_run(pair->lab.sim, -1);
  assert_int_equal(count(&pair->lab, JOURNAL_FAULT), 2);
  assert_int_equal(count(&pair->lab, JOURNAL_NOTE), 1);
  lab_free(&pair->lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lengths_are_those_of_the_rfcs),  cmocka_unit_test(flights_are_as_documented),
      cmocka_unit_test(certificates_fit_names),         cmocka_unit_test(one_round_trip),
      cmocka_unit_test(two_round_trips_with_the_older), cmocka_unit_test(the_line_shows_lengths),
      cmocka_unit_test(octets_of_records_take_time),    cmocka_unit_test(a_bad_certificate_ends_it),
      cmocka_unit_test(who_does_not_check_goes_on),     cmocka_unit_test(a_greeting_is_no_tls),
      cmocka_unit_test(plain_words_are_no_tls),         cmocka_unit_test(a_cut_line_ends_a_handshake),
      cmocka_unit_test(offers_are_overwritten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
