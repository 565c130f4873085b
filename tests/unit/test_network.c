/* The network: how a connection is asked for, datagrams, names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_programs.h"

/* ---- asking ---- */

static void a_connection_stands_after_one_round_trip(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  connection_id first = program_connect(&pair->client, THERE);
  program_say(&pair->client, "too early"); /* nobody hears that */
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n");
  expect_record(pair, 2, JOURNAL_CONNECT, 0, 0, HERE);
  expect_text(pair, 2, 0, "192.0.2.2");
  expect_text(pair, 2, 1, "smtp");
  expect_record(pair, 4, JOURNAL_CONNECTED, 40000, 2, HERE);
  struct journal_record connect = lab_record(&pair->lab, 2);
  assert_int_equal(connect.agent, 1);
  assert_int_equal(connect.connection, first);
  assert_int_equal(connect.number[0], THERE);
  assert_int_equal(connect.number[1], PORT);
  assert_int_equal(connect.number[2], 49152);
  struct connection_info info;
  assert_true(connection_info(pair->lab.network, first, &info));
  assert_int_equal(info.client_host, HERE);
  assert_int_equal(info.server_host, THERE);
  assert_int_equal(info.server_port, PORT);
  struct program second = {.lab = &pair->lab, .name = "second"};
  assert_int_equal(program_connect(&second, THERE), first + 1);
  assert_int_equal(lab_record(&pair->lab, 5).number[2], 49153);
  lab_free(&pair->lab);
}

static void a_host_talks_to_itself(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  network_listen(pair->lab.network, HERE, PORT, 3, program_listen, &pair->server);
  program_connect(&pair->client, HERE);
  expect_log(pair, "50 server asked\n100 client opened\n150 server opened\n");
  lab_free(&pair->lab);
}

static const struct connection_handler *refuse(void *context, connection_id id,
                                               const struct connection_info *info, void **context_out) {
  (void)context;
  (void)id;
  (void)info;
  (void)context_out;
  return NULL;
}

static void nobody_listens(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  connection_id id = program_connect(&pair->client, ELSEWHERE);
  expect_log(pair, "40000 client refused\n");
  expect_record(pair, 3, JOURNAL_REFUSED, 40000, 2, HERE);
  assert_int_equal(lab_record(&pair->lab, 3).number[0], ELSEWHERE);
  struct connection_info info;
  assert_false(connection_info(pair->lab.network, id, &info));
  assert_false(program_say(&pair->client, "hello?"));
  connection_close(pair->lab.network, id, true);
  connection_cut(pair->lab.network, id, SPAN("why"));
  network_listen(pair->lab.network, ELSEWHERE, PORT, 3, refuse, NULL);
  program_connect(&pair->client, ELSEWHERE);
  expect_log(pair, "80000 client refused\n");
  assert_int_equal(journal_count(pair->lab.journal), 5);
  lab_free(&pair->lab);
}

static void nobody_answers(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  network_set_host_up(pair->lab.network, THERE, false, SPAN("power"));
  network_set_host_up(pair->lab.network, THERE, false, SPAN("power")); /* is down already */
  program_connect(&pair->client, THERE);
  expect_log(pair, "30000000 client timed out\n");
  expect_record(pair, 2, JOURNAL_FAULT, 0, 0, THERE);
  expect_text(pair, 2, 0, "host_down");
  expect_text(pair, 2, 1, "power");
  expect_record(pair, 4, JOURNAL_TIMED_OUT, 30000000, 3, HERE);
  expect_text(pair, 4, 0, "host_down");
  network_set_host_up(pair->lab.network, THERE, true, SPAN("repaired"));
  expect_text(pair, 5, 0, "host_up");
  network_set_link_up(pair->lab.network, THERE, HERE, false, SPAN("digger"));
  expect_record(pair, 6, JOURNAL_FAULT, 30000000, 0, THERE);
  expect_text(pair, 6, 0, "link_down");
  assert_int_equal(lab_record(&pair->lab, 6).number[0], HERE);
  program_connect(&pair->client, THERE);
  expect_log(pair, "60000000 client timed out\n");
  expect_text(pair, 8, 0, "link_down");
  network_set_link_up(pair->lab.network, HERE, THERE, true, SPAN("mended"));
  program_connect(&pair->client, THERE);
  expect_log(pair, "60020000 server asked\n60040000 client opened\n60060000 server opened\n");
  lab_free(&pair->lab);
}

static void the_client_gives_up_early(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  program_connect(&pair->client, THERE);
  sim_at(pair->lab.sim, 10000, close_now, &pair->client);
  expect_log(pair, "10000 client closed\n");
  program_connect(&pair->client, THERE);
  sim_at(pair->lab.sim, sim_now(pair->lab.sim) + 30000, close_now, &pair->client);
  expect_log(pair, "40000 server asked\n50000 client closed\n70000 server closed\n");
  lab_free(&pair->lab);
}

/* ---- datagrams, names, clocks ---- */

static void log_datagram(void *context, host_id from, uint64_t tag, struct span bytes) {
  struct lab *lab = context;
  buf_format(&lab->log, "%lld from %u tag %llu: %.*s\n", (long long)sim_now(lab->sim), (unsigned)from,
             (unsigned long long)tag, SPAN_ARG(bytes));
}

static void datagrams_arrive_or_are_lost(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct network *network = pair->lab.network;
  network_on_datagram(network, THERE, 53, log_datagram, &pair->lab);
  network_send_datagram(network, HERE, THERE, 53, 77, SPAN("umich.edu MX?"));
  network_send_datagram(network, HERE, THERE, 54, 78, SPAN("nobody hears it"));
  network_send_datagram(network, HERE, ELSEWHERE, 53, 79, SPAN("nobody there"));
  expect_log(pair, "20000 from 1 tag 77: umich.edu MX?\n");
  network_send_datagram(network, HERE, THERE, 53, 80, SPAN("lost on its way"));
  sim_at(pair->lab.sim, 30000, link_goes_down, &pair->lab);
  expect_log(pair, "");
  network_send_datagram(network, HERE, THERE, 53, 81, SPAN("lost at once"));
  expect_log(pair, "");
  network_set_link_up(network, HERE, THERE, true, SPAN_EMPTY);
  sim_set_cause(pair->lab.sim, 1);
  network_send_datagram(network, HERE, THERE, 53, 82, SPAN_EMPTY);
  expect_log(pair, "60000 from 1 tag 82: \n");
  lab_free(&pair->lab);
}

static void hosts_are_found_by_name_and_address(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct network *network = pair->lab.network;
  assert_int_equal(network_host_named(network, SPAN("there.example")), THERE);
  assert_int_equal(network_host_named(network, SPAN("HERE.EXAMPLE")), HERE);
  assert_int_equal(network_host_named(network, SPAN("nowhere.example")), 0);
  assert_int_equal(network_host_named(network, SPAN("192.0.2.1")), 0);
  assert_int_equal(network_host_at(network, SPAN("192.0.2.1")), HERE);
  assert_int_equal(network_host_at(network, SPAN("2001:DB8::3")), ELSEWHERE);
  assert_int_equal(network_host_at(network, SPAN("192.0.2.3")), ELSEWHERE); /* its second */
  assert_int_equal(network_host_at(network, SPAN("192.0.2.9")), 0);
  assert_int_equal(network_host_at(network, SPAN_EMPTY), 0);
  struct ip_address octets;
  struct span written = SPAN_EMPTY;
  assert_true(ip_address_parse(SPAN("2001:DB8:0::3"), &octets));
  assert_int_equal(network_host_with(network, &octets, &written), ELSEWHERE);
  assert_true(span_equal(written, SPAN("2001:db8::3")));
  assert_true(ip_address_parse(SPAN("192.0.2.9"), &octets));
  assert_int_equal(network_host_with(network, &octets, &written), 0);
  assert_true(span_equal(network_host_address(network, ELSEWHERE, IP_V4), SPAN("192.0.2.3")));
  assert_true(span_equal(network_host_address(network, ELSEWHERE, IP_V6), SPAN("2001:db8::3")));
  assert_int_equal(network_host_address(network, HERE, IP_V6).len, 0);
  assert_int_equal(network_host_unix_us(network, HERE), 1087575775000000 - 9000000);
  assert_int_equal(network_host(network, THERE)->zone_minutes, -360);
  struct arena arena = ARENA_EMPTY;
  for (int i = 4; i <= 1000; i++)
    network_add_host(network,
                     &(struct network_host){.name = arena_format(&arena, "host%d.example", i),
                                            .address = arena_format(&arena, "10.0.%d.%d", i / 256, i % 256)});
  assert_int_equal(network_host_count(network), 1000);
  for (int i = 4; i <= 1000; i++) {
    assert_int_equal(network_host_named(network, arena_format(&arena, "HOST%d.example", i)), i);
    assert_int_equal(network_host_at(network, arena_format(&arena, "10.0.%d.%d", i / 256, i % 256)), i);
  }
  assert_int_equal(network_host_at(network, SPAN("192.0.2.3")), ELSEWHERE);
  arena_free(&arena);
  lab_free(&pair->lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_connection_stands_after_one_round_trip),
      cmocka_unit_test(a_host_talks_to_itself),
      cmocka_unit_test(nobody_listens),
      cmocka_unit_test(nobody_answers),
      cmocka_unit_test(the_client_gives_up_early),
      cmocka_unit_test(datagrams_arrive_or_are_lost),
      cmocka_unit_test(hosts_are_found_by_name_and_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
