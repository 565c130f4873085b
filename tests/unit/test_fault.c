/* Hosts and links that go down, and who finds out when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_programs.h"

/* When, during the handshake, what goes down; and what each side hears of it. */
static const struct handshake_case {
  int64_t at_us;
  event_fn *fault;
  const char *log;
} handshake_cases[] = {
    {10000, host_there_goes_down, "30000000 client timed out\n"},
    {30000, host_there_goes_down, "20000 server asked\n30000 server cut\n30000000 client timed out\n"},
    {50000, host_there_goes_down,
     "20000 server asked\n40000 client opened\n50000 server cut\n60050000 client cut\n"},
    {10000, host_here_goes_down, "10000 client cut\n"},
    {30000, host_here_goes_down, "20000 server asked\n30000 client cut\n60030000 server cut\n"},
    {10000, link_goes_down, "30000000 client timed out\n"},
    {30000, link_goes_down, "20000 server asked\n30000000 client timed out\n60030000 server cut\n"},
};

static void something_goes_down_during_the_handshake(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof handshake_cases / sizeof handshake_cases[0]; i++) {
    struct pair *pair = pair_new();
    connection_id id = program_connect(&pair->client, THERE);
    sim_at(pair->lab.sim, handshake_cases[i].at_us, handshake_cases[i].fault, &pair->lab);
    expect_log(pair, handshake_cases[i].log);
    struct connection_info info;
    assert_false(connection_info(pair->lab.network, id, &info));
    lab_free(&pair->lab);
  }
}

/* ---- what goes down ---- */

static void say_hello(void *context) {
  program_say(context, "hello");
}

static void a_host_goes_down(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  stand(pair);
  program_say(&pair->client, "on its way");
  sim_at(pair->lab.sim, 70000, host_there_goes_down, &pair->lab);
  sim_at(pair->lab.sim, 90000, say_hello, &pair->client);
  expect_log(pair, "70000 server cut\n60070000 client cut\n");
  expect_record(pair, 5, JOURNAL_FAULT, 70000, 0, THERE);
  expect_record(pair, 6, JOURNAL_CUT, 70000, 5, THERE);
  expect_text(pair, 6, 0, "host down");
  expect_record(pair, 8, JOURNAL_CUT, 60070000, 5, HERE);
  expect_text(pair, 8, 0, "no answer");
  lab_free(&pair->lab);
}

static void a_host_comes_back_and_knows_nothing(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  stand(pair);
  sim_at(pair->lab.sim, 70000, host_there_goes_down, &pair->lab);
  sim_at(pair->lab.sim, 80000, say_hello, &pair->client);
  sim_at(pair->lab.sim, 5000000, host_there_comes_back, &pair->lab);
  sim_at(pair->lab.sim, 6000000, say_hello, &pair->client);
  sim_at(pair->lab.sim, 6010000, say_hello, &pair->client);
  expect_log(pair, "70000 server cut\n6040000 client cut\n");
  expect_text(pair, journal_count(pair->lab.journal), 0, "reset by the other host");
  program_connect(&pair->client, THERE); /* it listens again */
  expect_log(pair, "6060000 server asked\n6080000 client opened\n6100000 server opened\n");
  lab_free(&pair->lab);
}

static void a_link_goes_down(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  stand(pair);
  program_say(&pair->client, "on its way");
  sim_at(pair->lab.sim, 70000, link_goes_down, &pair->lab);
  sim_at(pair->lab.sim, 100000, close_now, &pair->client);
  expect_log(pair, "100000 client closed\n60070000 server cut\n");
  expect_record(pair, 7, JOURNAL_CUT, 60070000, 5, THERE);
  lab_free(&pair->lab);
}

static void others_go_on(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct program other = {.lab = &pair->lab, .name = "other"};
  struct program reader = {.lab = &pair->lab, .name = "reader"};
  network_listen(pair->lab.network, ELSEWHERE, PORT, 3, program_listen, &reader);
  stand(pair);
  program_connect(&other, ELSEWHERE);
  sim_run(pair->lab.sim, -1);
  pair->lab.log.len = 0;
  host_there_goes_down(&pair->lab);
  program_say(&other, "hello");
  expect_log(pair, "120000 server cut\n140000 reader hears hello\n60120000 client cut\n");
  lab_free(&pair->lab);
}

static void cuts_come_in_the_order_of_numbers(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  enum { COUNT = 200 };
  static struct program clients[COUNT];
  for (int i = 0; i < COUNT; i++) {
    clients[i] = (struct program){.lab = &pair->lab, .name = "client"};
    program_connect(&clients[i], THERE);
  }
  sim_run(pair->lab.sim, -1);
  for (int i = 0; i < COUNT; i += 3) { /* their places are used again by later ones */
    close_now(&clients[i]);
    sim_run(pair->lab.sim, -1);
    program_connect(&clients[i], THERE);
    sim_run(pair->lab.sim, -1);
  }
  host_here_goes_down(&pair->lab);
  uint32_t before = 0;
  int cuts = 0;
  for (journal_seq seq = 2; seq <= journal_count(pair->lab.journal); seq++) {
    struct journal_record record = lab_record(&pair->lab, seq);
    if (record.kind != JOURNAL_CUT) continue;
    assert_true(record.connection > before);
    before = record.connection;
    cuts++;
  }
  assert_int_equal(cuts, COUNT);
  lab_free(&pair->lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(something_goes_down_during_the_handshake),
      cmocka_unit_test(a_host_goes_down),
      cmocka_unit_test(a_host_comes_back_and_knows_nothing),
      cmocka_unit_test(a_link_goes_down),
      cmocka_unit_test(others_go_on),
      cmocka_unit_test(cuts_come_in_the_order_of_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
