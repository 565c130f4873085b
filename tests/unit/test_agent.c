#include "small_world.h"

/* A client that says nothing by itself, and a server that answers each line with "ok". */
struct talk {
  struct small_world world;
  struct agent client, server;
  connection_id connection;
  journal_seq heard_because; /* the cause when the client last heard something */
  unsigned heard_count;
  bool opened, ended;
};

static void client_opened(void *context, connection_id id) {
  struct talk *talk = context;
  (void)id;
  talk->opened = true;
}

static void client_received(void *context, connection_id id) {
  struct talk *talk = context;
  struct span bytes;
  struct message *message;
  talk->heard_because = sim_cause(talk->world.sim);
  talk->heard_count++;
  while (connection_peek(talk->world.network, id, true, &bytes, &message))
    connection_consume(talk->world.network, id, true, bytes.len);
}

static void client_ended(void *context, connection_id id, enum connection_end how) {
  struct talk *talk = context;
  (void)id, (void)how;
  talk->ended = true;
}

static void server_opened(void *context, connection_id id) {
  (void)context, (void)id;
}

static void server_received(void *context, connection_id id) {
  struct talk *talk = context;
  struct span bytes;
  struct message *message;
  while (connection_peek(talk->world.network, id, false, &bytes, &message))
    connection_consume(talk->world.network, id, false, bytes.len);
  agent_say(&talk->server, id, false, SPAN("ok\r\n"));
}

static void server_ended(void *context, connection_id id, enum connection_end how) {
  (void)context, (void)id, (void)how;
}

static const struct connection_handler client_handler = {client_opened, client_received, client_ended};
static const struct connection_handler server_handler = {server_opened, server_received, server_ended};

static const struct connection_handler *on_listen(void *context, connection_id id,
                                                  const struct connection_info *info, void **context_out) {
  (void)id, (void)info;
  *context_out = context;
  return &server_handler;
}

static struct talk *talk_new(void) {
  static struct talk talk;
  talk = (struct talk){.world = small_world_new()};
  host_id a = add_host(&talk.world, "a.example", "192.0.2.1");
  host_id b = add_host(&talk.world, "b.example", "192.0.2.2");
  talk.client = add_agent(&talk.world, a, AGENT_MUA);
  talk.server = add_agent(&talk.world, b, AGENT_MTA);
  network_listen(talk.world.network, b, PORT_SMTP, talk.server.number, on_listen, &talk);
  talk.connection = network_connect(talk.world.network, a, talk.client.number, b, PORT_SMTP, SPAN("smtp"),
                                    &client_handler, &talk);
  sim_run(talk.world.sim, -1);
  assert_true(talk.opened);
  return &talk;
}

static void role_names(void **state) {
  (void)state;
  assert_string_equal(agent_role_name(AGENT_MUA), "mua");
  assert_string_equal(agent_role_name(AGENT_POP3), "pop3");
  assert_string_equal(agent_role_name(AGENT_RESOLVER), "resolver");
}

static void lines_are_noted_one_by_one(void **state) {
  (void)state;
  struct talk *talk = talk_new();
  journal_seq before = journal_count(talk->world.journal);
  int64_t now = sim_now(talk->world.sim);
  agent_say(&talk->client, talk->connection, true, SPAN("HELO a\r\n\r\nbare\nunfinished"));
  static const struct {
    const char *text;
    int64_t bare_lf;
  } lines[] = {{"HELO a", 0}, {"", 0}, {"bare", 1}, {"unfinished", 2}};
  assert_int_equal(journal_count(talk->world.journal), before + 4);
  for (journal_seq i = 0; i < 4; i++) {
    struct journal_record record = record_at(&talk->world, before + 1 + i);
    assert_int_equal(record.kind, JOURNAL_LINE);
    assert_int_equal(record.host, talk->client.host);
    assert_int_equal(record.agent, talk->client.number);
    assert_int_equal(record.connection, talk->connection);
    assert_int_equal(record.number[0], 0);
    assert_int_equal(record.number[1], now + SMALL_WORLD_LATENCY_US);
    assert_int_equal(record.number[2], lines[i].bare_lf);
    expect_span(record.text[0], lines[i].text);
  }
  small_world_free(&talk->world);
}

/* The reply is because of the line, and what the client does next because of the reply. */
static void causes_travel(void **state) {
  (void)state;
  struct talk *talk = talk_new();
  journal_seq before = sim_cause(talk->world.sim);
  journal_seq said = agent_say(&talk->client, talk->connection, true, SPAN("one\r\ntwo\r\n"));
  assert_int_equal(said, journal_count(talk->world.journal));
  assert_int_equal(sim_cause(talk->world.sim), before);
  sim_run(talk->world.sim, -1);
  struct journal_record first = next_record(&talk->world, JOURNAL_LINE, said);
  struct journal_record second = next_record(&talk->world, JOURNAL_LINE, first.seq);
  assert_int_equal(first.cause, said - 1); /* pipelined, yet each is answered by itself */
  assert_int_equal(second.cause, said);
  assert_int_equal(second.number[0], 1);
  assert_int_equal(talk->heard_because, second.seq);
  small_world_free(&talk->world);
}

/* A server's lines are one reply: heard once, because of its last line. */
static void a_reply_is_heard_whole(void **state) {
  (void)state;
  struct talk *talk = talk_new();
  sim_set_cause(talk->world.sim, 0);
  journal_seq last = agent_say(&talk->server, talk->connection, false, SPAN("250-one\r\n250 two\r\n"));
  sim_run(talk->world.sim, -1);
  assert_int_equal(talk->heard_because, last);
  assert_int_equal(talk->heard_count, 1);
  small_world_free(&talk->world);
}

static void nothing_is_said_on_a_dead_connection(void **state) {
  (void)state;
  struct talk *talk = talk_new();
  struct message *message = message_new(SPAN("Subject: late\r\n"), SPAN_EMPTY);
  connection_cut(talk->world.network, talk->connection, SPAN("test"));
  sim_run(talk->world.sim, -1);
  assert_true(talk->ended);
  journal_seq before = journal_count(talk->world.journal);
  assert_int_equal(agent_say(&talk->client, talk->connection, true, SPAN("hello\r\n")), 0);
  assert_int_equal(agent_say_message(&talk->client, talk->connection, true, message), 0);
  assert_int_equal(journal_count(talk->world.journal), before);
  message_release(message);
  small_world_free(&talk->world);
}

static void versions_are_numbered_and_signed(void **state) {
  (void)state;
  struct talk *talk = talk_new();
  struct small_world *world = &talk->world;
  struct message *first = message_new(SPAN("Subject: one\r\n"), SPAN("text\r\n"));
  agent_note_compose(&talk->client, &world->numbers, first, SPAN("jack@comcast.net"), SPAN("a@b\nc@d"));
  journal_seq composed = sim_cause(world->sim);
  struct journal_record compose = record_at(world, composed);
  assert_int_equal(compose.kind, JOURNAL_COMPOSE);
  assert_int_equal(compose.message, 1);
  assert_int_equal(compose.number[0], 1);
  expect_span(compose.text[0], "Subject: one\r\n");
  expect_span(compose.text[1], "text\r\n");
  expect_span(compose.text[2], "jack@comcast.net");
  expect_span(compose.text[3], "a@b\nc@d");
  assert_int_equal(compose.agent, talk->client.number);

  struct message *second = message_put_on_top(first, SPAN("Received: by b\r\n"));
  journal_seq stamped = agent_note_stamp(&talk->server, &world->numbers, second, first->version,
                                         SPAN("10 2 by configuration 0\n"));
  struct journal_record stamp = record_at(world, stamped);
  assert_int_equal(stamp.kind, JOURNAL_STAMP);
  assert_int_equal(stamp.agent, talk->server.number);
  assert_int_equal(stamp.cause, composed);
  assert_int_equal(sim_cause(world->sim), composed);
  assert_int_equal(stamp.message, 1);
  assert_int_equal(stamp.number[0], 2);
  assert_int_equal(stamp.number[1], 1);
  expect_span(stamp.text[0], "Received: by b\r\n");

  journal_seq data = agent_say_message(&talk->client, talk->connection, true, second);
  struct journal_record record = record_at(world, data);
  assert_int_equal(record.kind, JOURNAL_DATA);
  assert_int_equal(record.message, 1);
  assert_int_equal(record.number[1], sim_now(world->sim) + SMALL_WORLD_LATENCY_US);
  assert_int_equal(record.number[2], 2);
  assert_int_equal(record.number[3], message_wire_size(second));
  message_release(first);
  message_release(second);
  small_world_free(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(role_names),
      cmocka_unit_test(lines_are_noted_one_by_one),
      cmocka_unit_test(causes_travel),
      cmocka_unit_test(a_reply_is_heard_whole),
      cmocka_unit_test(nothing_is_said_on_a_dead_connection),
      cmocka_unit_test(versions_are_numbered_and_signed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
