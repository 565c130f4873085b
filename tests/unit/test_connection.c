/* Connections: when what is said is heard, and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_programs.h"

/* ---- saying and hearing ---- */

static void say_twice(struct program *program) {
  struct buf thousand = {0};
  while (thousand.len < 1000) buf_add_char(&thousand, 'x');
  journal_seq said = program_say_bytes(program, buf_span(&thousand));
  buf_free(&thousand);
  assert_int_equal(lab_record(program->lab, said).number[1], sim_now(program->lab->sim) + 10000 + 1000000);
  said = program_say(program, "second\r\n");
  assert_int_equal(lab_record(program->lab, said).number[1], sim_now(program->lab->sim) + 10000 + 1008000);
}

static void sends_follow_each_other(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  network_add_link(pair->lab.network, &(struct network_link){THERE, HERE, 10000, 1000});
  pair->client.opened = say_twice;
  program_connect(&pair->client, THERE);
  expect_log(pair, "10000 server asked\n20000 client opened\n30000 server opened\n"
                   "1030000 server hears xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                   "1038000 server hears second\r\n\n");
  lab_free(&pair->lab);
}

static void say_three(struct program *program) {
  assert_int_equal(program_say(program, "a"), 4);
  assert_int_equal(program_say(program, "b"), 5);
  assert_int_equal(program_say(program, "c"), 6);
}

static void log_cause(struct program *program) {
  buf_format(&program->lab->log, "because of %u\n", (unsigned)sim_cause(program->lab->sim));
}

static void each_piece_is_heard_because_of_its_own_record(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->client.opened = say_three;
  pair->server.received = log_cause;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "60000 server hears a\nbecause of 4\n60000 server hears b\nbecause of 5\n"
                   "60000 server hears c\nbecause of 6\n");
  assert_int_equal(sim_event_count(pair->lab.sim), 3); /* SYN, SYN_ACK, and the rest at once */
  lab_free(&pair->lab);
}

static void the_order_holds_when_the_link_gets_faster(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct network_link link = {HERE, THERE, 50000, 0};
  network_add_link(pair->lab.network, &link);
  stand(pair);
  program_say(&pair->client, "first");
  sim_run(pair->lab.sim, sim_now(pair->lab.sim) + 1000);
  link.latency_us = 10;
  network_add_link(pair->lab.network, &link);
  program_say(&pair->client, "second");
  expect_log(pair, "200000 server hears first\n200000 server hears second\n");
  lab_free(&pair->lab);
}

static void say_later(void *context) {
  program_say(context, "ef");
}

static void say_in_parts(struct program *program) {
  program_say(program, "ab");
  program_say(program, "cd");
  sim_after(program->lab->sim, 5000, say_later, program);
}

static void take_three(struct program *program) {
  struct span bytes;
  struct message *message;
  assert_true(connection_peek(program->lab->network, program->id, program->is_client, &bytes, &message));
  if (bytes.len >= 4) connection_consume(program->lab->network, program->id, program->is_client, 3);
}

static void what_is_left_is_seen_again(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->client.opened = say_in_parts;
  pair->server.keeps = true;
  pair->server.received = take_three;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "60000 server hears ab\n60000 server hears abcd\n65000 server hears def\n");
  lab_free(&pair->lab);
}

static void what_is_left_may_grow_large(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->server.keeps = true;
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  struct buf said = {0};
  struct rng rng = sim_rng(pair->lab.sim, SPAN("said"));
  while (said.len < 300000) {
    char piece[700];
    for (size_t i = 0; i < sizeof piece; i++) piece[i] = (char)rng_next(&rng);
    struct span part = span_of(piece, (size_t)rng_below(&rng, sizeof piece));
    buf_add(&said, part);
    assert_true(program_say_bytes(&pair->client, part));
    sim_run(pair->lab.sim, sim_now(pair->lab.sim) + rng_between(&rng, 0, 9000));
  }
  sim_run(pair->lab.sim, -1);
  struct span heard;
  struct message *message;
  assert_true(connection_peek(pair->lab.network, pair->server.id, false, &heard, &message));
  assert_int_equal(heard.len, said.len);
  assert_memory_equal(heard.data, said.data, said.len);
  buf_free(&said);
  lab_free(&pair->lab);
}

/* ---- messages by reference ---- */

static struct message *letter(void) {
  return message_new(SPAN("From: jack@comcast.net\r\n"), SPAN("Lunch?\r\n.dots\r\n"));
}

static void a_message_travels_as_its_bytes_would(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct network *network = pair->lab.network;
  network_set_default_path(network, 20000, 1000);
  pair->server.keeps = true;
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  struct message *message = letter(), *seen;
  size_t octets = message_wire_size(message);
  int64_t begin_us = sim_now(pair->lab.sim);
  program_say(&pair->client, "a");
  journal_seq said = program_say_message(&pair->client, message);
  program_say(&pair->client, "z");
  int64_t arrival_us = begin_us + 20000 + 1000 * (1 + (int64_t)octets);
  assert_int_equal(lab_record(&pair->lab, said).number[1], arrival_us);
  sim_run(pair->lab.sim, -1);
  assert_int_equal(sim_now(pair->lab.sim), arrival_us + 1000);
  struct span bytes;
  assert_true(connection_peek(network, pair->server.id, false, &bytes, &seen));
  assert_int_equal(bytes.len, 1);
  connection_flatten(network, pair->server.id, false); /* no message is in front: nothing happens */
  connection_consume(network, pair->server.id, false, 1);
  assert_true(connection_peek(network, pair->server.id, false, &bytes, &seen));
  assert_int_equal(bytes.len, 0);
  assert_ptr_equal(seen, message);
  assert_null(connection_flattened(network, pair->server.id, false));
  connection_flatten(network, pair->server.id, false);
  assert_ptr_equal(connection_flattened(network, pair->server.id, false), message);
  struct buf wire = {0};
  message_write_wire(message, &wire);
  buf_add_char(&wire, 'z');
  assert_true(connection_peek(network, pair->server.id, false, &bytes, &seen));
  assert_null(seen);
  assert_true(span_equal(bytes, buf_span(&wire)));
  buf_free(&wire);
  connection_close(network, pair->client.id, true);
  connection_close(network, pair->server.id, false);
  sim_run(pair->lab.sim, -1);
  assert_int_equal(message->references, 1);
  message_release(message);
  lab_free(&pair->lab);
}

static void a_message_may_be_taken_whole_or_be_lost(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct message *message = letter();
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  pair->lab.log.len = 0;
  program_say_message(&pair->client, message);
  expect_log(pair, "80000 server hears a message\n");
  assert_int_equal(message->references, 1);
  program_say_message(&pair->client, message);
  assert_int_equal(message->references, 2);
  connection_cut(pair->lab.network, pair->client.id, SPAN("why"));
  assert_int_equal(message->references, 1);
  message_release(message);
  lab_free(&pair->lab);
}

/* ---- ends ---- */

static void say_goodbye(struct program *program) {
  note(program, "goodbye");
  program_say(program, "goodbye");
  connection_close(program->lab->network, program->id, program->is_client);
  program_say(program, "more");                                             /* nobody hears that */
  connection_close(program->lab->network, program->id, program->is_client); /* is closed already */
}

static void what_was_sent_before_closing_still_arrives(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  network_set_default_path(pair->lab.network, 20000, 1000);
  pair->server.opened = say_goodbye;
  connection_id id = program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n60000 server closed\n"
                   "87000 client hears goodbye\n87000 client closed\n");
  expect_record(pair, 6, JOURNAL_CLOSED, 60000, 4, THERE);
  struct journal_record closed = lab_record(&pair->lab, 6);
  assert_int_equal(closed.number[0], 1);
  assert_int_equal(closed.agent, 2);
  assert_int_equal(closed.connection, id);
  assert_int_equal(journal_count_of(pair->lab.journal, JOURNAL_CLOSED), 1);
  struct connection_info info;
  assert_false(connection_info(pair->lab.network, id, &info));
  lab_free(&pair->lab);
}

static void read_now(void *context) {
  struct program *program = context;
  program->keeps = false;
  program_read(program);
}

static void the_end_waits_until_all_is_read(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->server.opened = say_goodbye;
  pair->client.keeps = true;
  program_connect(&pair->client, THERE);
  sim_at(pair->lab.sim, 500000, read_now, &pair->client);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n60000 server closed\n"
                   "80000 client hears goodbye\n500000 client hears goodbye\n500000 client closed\n");
  lab_free(&pair->lab);
}

static void both_may_close_at_once(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->server.opened = say_goodbye;
  program_connect(&pair->client, THERE);
  sim_at(pair->lab.sim, 70000, close_now, &pair->client);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n60000 server closed\n"
                   "70000 client closed\n");
  assert_int_equal(journal_count_of(pair->lab.journal, JOURNAL_CLOSED), 2);
  lab_free(&pair->lab);
}

static void connect_again(void *context, connection_id id, enum connection_end how) {
  struct program *program = context;
  program_ended(context, id, how);
  if (id < 4) assert_int_equal(program_connect(program, ELSEWHERE), id + 1);
}

static void a_place_is_free_when_the_end_is_told(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  struct network *network = pair->lab.network;
  static const struct connection_handler again = {program_opened, program_received, connect_again};
  pair->client.is_client = true;
  pair->client.id = network_connect(network, HERE, 1, ELSEWHERE, PORT, SPAN("smtp"), &again, &pair->client);
  assert_int_equal(network_connection_count(network), 1);
  expect_log(pair, "40000 client refused\n80000 client refused\n");
  assert_int_equal(network_connection_count(network), 0);
  lab_free(&pair->lab);
}

static void say_and_cut(struct program *program) {
  note(program, "cutting");
  program_say(program, "lost");
  connection_cut(program->lab->network, program->id, SPAN("scissors"));
  assert_false(program_say(program, "more"));
}

static void a_cut_loses_what_is_on_its_way(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->server.opened = say_and_cut;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n60000 server cut\n"
                   "60000 client cut\n");
  expect_record(pair, 6, JOURNAL_CUT, 60000, 4, HERE);
  expect_record(pair, 7, JOURNAL_CUT, 60000, 4, THERE);
  expect_text(pair, 7, 0, "scissors");
  assert_int_equal(lab_record(&pair->lab, 7).number[0], 1);
  lab_free(&pair->lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sends_follow_each_other),
      cmocka_unit_test(each_piece_is_heard_because_of_its_own_record),
      cmocka_unit_test(the_order_holds_when_the_link_gets_faster),
      cmocka_unit_test(what_is_left_is_seen_again),
      cmocka_unit_test(what_is_left_may_grow_large),
      cmocka_unit_test(a_message_travels_as_its_bytes_would),
      cmocka_unit_test(a_message_may_be_taken_whole_or_be_lost),
      cmocka_unit_test(what_was_sent_before_closing_still_arrives),
      cmocka_unit_test(the_end_waits_until_all_is_read),
      cmocka_unit_test(both_may_close_at_once),
      cmocka_unit_test(a_place_is_free_when_the_end_is_told),
      cmocka_unit_test(a_cut_loses_what_is_on_its_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
