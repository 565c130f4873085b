/* The network: when what arrives, how connections begin and end, and what goes down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network_programs.h"

struct pair { /* a lab with a client here and a server there */
  struct lab lab;
  struct program client, server;
};

static struct pair *pair_new(void) {
  static struct pair pair;
  pair = (struct pair){.lab = lab_new()};
  pair.client = (struct program){.lab = &pair.lab, .name = "client"};
  pair.server = (struct program){.lab = &pair.lab, .name = "server"};
  network_listen(pair.lab.network, THERE, PORT, 2, program_listen, &pair.server);
  return &pair;
}

/* Runs to the end and compares the log. */
static void expect_log(struct pair *pair, const char *expected) {
  assert_int_equal(sim_run(pair->lab.sim, -1), SIM_QUIET);
  buf_add_char(&pair->lab.log, 0);
  assert_string_equal(pair->lab.log.data, expected);
  pair->lab.log.len = 0;
}

static void expect_record(struct pair *pair, journal_seq seq, enum journal_kind kind, int64_t time_us,
                          journal_seq cause, uint16_t host) {
  struct journal_record record = lab_record(&pair->lab, seq);
  assert_string_equal(journal_kind_info((enum journal_kind)record.kind)->name, journal_kind_info(kind)->name);
  assert_int_equal(record.time_us, time_us);
  assert_int_equal(record.cause, cause);
  assert_int_equal(record.host, host);
  assert_int_equal(record.seq, seq);
}

static void expect_text(struct pair *pair, journal_seq seq, int text, const char *expected) {
  struct span said = lab_record(&pair->lab, seq).text[text];
  assert_int_equal(said.len, strlen(expected));
  assert_memory_equal(said.data, expected, said.len);
}

/* ---- asking ---- */

static void a_connection_stands_after_one_round_trip(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  connection_id first = program_connect(&pair->client, THERE);
  assert_false(program_say(&pair->client, "too early"));
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n");
  expect_record(pair, 2, JOURNAL_CONNECT, 0, 0, HERE);
  expect_text(pair, 2, 0, "192.0.2.2");
  expect_text(pair, 2, 1, "smtp");
  expect_record(pair, 3, JOURNAL_CONNECTED, 40000, 2, HERE);
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
  assert_int_equal(lab_record(&pair->lab, 4).number[2], 49153);
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

static void host_there_goes_down(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, THERE, false, SPAN("power"));
}
static void host_there_comes_back(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, THERE, true, SPAN("power"));
}
static void host_here_goes_down(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, HERE, false, SPAN("power"));
}
static void link_goes_down(void *context) {
  struct lab *lab = context;
  network_set_link_up(lab->network, HERE, THERE, false, SPAN("digger"));
}

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

static void close_now(void *context) {
  struct program *program = context;
  connection_close(program->lab->network, program->id, program->is_client);
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

/* ---- saying and hearing ---- */

static void say_twice(struct program *program) {
  assert_int_equal(connection_arrival_us(program->lab->network, program->id, program->is_client, 1000),
                   sim_now(program->lab->sim) + 10000 + 1000000);
  struct buf thousand = {0};
  while (thousand.len < 1000) buf_add_char(&thousand, 'x');
  assert_true(connection_send(program->lab->network, program->id, program->is_client, buf_span(&thousand)));
  buf_free(&thousand);
  assert_int_equal(connection_arrival_us(program->lab->network, program->id, program->is_client, 500),
                   sim_now(program->lab->sim) + 10000 + 1500000);
  assert_true(program_say(program, "second\r\n"));
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

static void note(struct program *program, const char *text) {
  struct journal_record record = {.kind = JOURNAL_NOTE, .text = {span_from(text)}};
  sim_note_cause(program->lab->sim, &record);
}

static void say_three_for_two_reasons(struct program *program) {
  note(program, "one reason");
  program_say(program, "a");
  program_say(program, "b");
  note(program, "another");
  program_say(program, "c");
}

static void log_cause(struct program *program) {
  buf_format(&program->lab->log, "because of %u\n", (unsigned)sim_cause(program->lab->sim));
}

static void each_piece_is_heard_because_of_its_own_record(void **state) {
  (void)state;
  struct pair *pair = pair_new();
  pair->client.opened = say_three_for_two_reasons;
  pair->server.received = log_cause;
  program_connect(&pair->client, THERE);
  expect_log(pair, "20000 server asked\n40000 client opened\n60000 server opened\n"
                   "60000 server hears ab\nbecause of 4\n60000 server hears c\nbecause of 5\n");
  assert_int_equal(sim_event_count(pair->lab.sim), 3); /* SYN, SYN_ACK, and the rest at once */
  lab_free(&pair->lab);
}

static void say_later(void *context) {
  program_say(context, "ef");
}

static void say_in_parts(struct program *program) {
  note(program, "first");
  program_say(program, "ab");
  note(program, "second");
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
    assert_true(connection_send(pair->lab.network, pair->client.id, true, part));
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
  int64_t arrival_us = connection_arrival_us(network, pair->client.id, true, octets);
  program_say(&pair->client, "a");
  assert_true(connection_send_message(network, pair->client.id, true, message));
  program_say(&pair->client, "z");
  sim_run(pair->lab.sim, -1);
  assert_int_equal(sim_now(pair->lab.sim), arrival_us + 2000);
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
  connection_send_message(pair->lab.network, pair->client.id, true, message);
  expect_log(pair, "80000 server hears a message\n");
  assert_int_equal(message->references, 1);
  connection_send_message(pair->lab.network, pair->client.id, true, message);
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
  assert_false(program_say(program, "more"));
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
  expect_record(pair, 5, JOURNAL_CLOSED, 60000, 4, THERE);
  struct journal_record closed = lab_record(&pair->lab, 5);
  assert_int_equal(closed.number[0], 1);
  assert_int_equal(closed.agent, 2);
  assert_int_equal(closed.connection, id);
  assert_int_equal(journal_count(pair->lab.journal), 5);
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
  expect_record(pair, 5, JOURNAL_CUT, 60000, 4, HERE);
  expect_record(pair, 6, JOURNAL_CUT, 60000, 4, THERE);
  expect_text(pair, 6, 0, "scissors");
  assert_int_equal(lab_record(&pair->lab, 6).number[0], 1);
  lab_free(&pair->lab);
}

/* ---- what goes down ---- */

static void stand(struct pair *pair) {
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  pair->lab.log.len = 0;
}

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
  expect_record(pair, 4, JOURNAL_FAULT, 70000, 0, THERE);
  expect_record(pair, 5, JOURNAL_CUT, 70000, 4, THERE);
  expect_text(pair, 5, 0, "host down");
  expect_record(pair, 6, JOURNAL_CUT, 60070000, 4, HERE);
  expect_text(pair, 6, 0, "no answer");
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
  expect_record(pair, 6, JOURNAL_CUT, 60070000, 4, THERE);
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
  assert_int_equal(network_host_at(network, SPAN("192.0.2.9")), 0);
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
  arena_free(&arena);
  lab_free(&pair->lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_connection_stands_after_one_round_trip),
      cmocka_unit_test(a_host_talks_to_itself),
      cmocka_unit_test(nobody_listens),
      cmocka_unit_test(nobody_answers),
      cmocka_unit_test(something_goes_down_during_the_handshake),
      cmocka_unit_test(the_client_gives_up_early),
      cmocka_unit_test(sends_follow_each_other),
      cmocka_unit_test(each_piece_is_heard_because_of_its_own_record),
      cmocka_unit_test(what_is_left_is_seen_again),
      cmocka_unit_test(what_is_left_may_grow_large),
      cmocka_unit_test(a_message_travels_as_its_bytes_would),
      cmocka_unit_test(a_message_may_be_taken_whole_or_be_lost),
      cmocka_unit_test(what_was_sent_before_closing_still_arrives),
      cmocka_unit_test(the_end_waits_until_all_is_read),
      cmocka_unit_test(both_may_close_at_once),
      cmocka_unit_test(a_cut_loses_what_is_on_its_way),
      cmocka_unit_test(a_host_goes_down),
      cmocka_unit_test(a_host_comes_back_and_knows_nothing),
      cmocka_unit_test(a_link_goes_down),
      cmocka_unit_test(others_go_on),
      cmocka_unit_test(cuts_come_in_the_order_of_numbers),
      cmocka_unit_test(datagrams_arrive_or_are_lost),
      cmocka_unit_test(hosts_are_found_by_name_and_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
