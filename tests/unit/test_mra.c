#include "small_world.h"

#include "agents/mra.h"
#include "agents/pop3_host.h"

static const struct mail_user people[] = {
    {SPAN_INIT("janelle"), SPAN_INIT("janelle@umich.edu"), SPAN_INIT("pass"), 1},
};

struct office {
  struct small_world world;
  struct file_system *files;
  struct mail_store *store;
  struct pop3_host *pop3;
  struct mra *mra;
  struct mail_users users;
  struct agent mda, server, client;
  host_id server_host, laptop;
};

static void start_mra(struct office *office, bool leave_on_server, const char *password) {
  office->mra = mra_new(&(struct mra_config){.agent = office->client,
                                             .server = office->server_host,
                                             .user = SPAN("janelle"),
                                             .password = span_from(password),
                                             .leave_on_server = leave_on_server,
                                             .person = 1,
                                             .numbers = &office->world.numbers});
}

static struct office *office_with(bool leave_on_server, const char *password, bool has_pop3) {
  static struct office office;
  office = (struct office){.world = small_world_new(), .files = file_system_new()};
  office.server_host = add_host(&office.world, "mx.umich.edu", "192.0.2.1");
  office.laptop = add_host(&office.world, "laptop", "192.0.2.2");
  office.users = (struct mail_users){.items = people, .count = 1};
  office.mda = add_agent(&office.world, office.server_host, AGENT_MDA);
  office.server = add_agent(&office.world, office.server_host, AGENT_POP3);
  office.client = add_agent(&office.world, office.laptop, AGENT_MRA);
  office.store = mail_store_new(&office.mda, office.files, false);
  if (has_pop3)
    office.pop3 = pop3_host_new(
        &(struct pop3_host_config){.agent = office.server, .store = office.store, .users = &office.users});
  start_mra(&office, leave_on_server, password);
  return &office;
}

static struct office *office_new(bool leave_on_server) {
  return office_with(leave_on_server, "pass", true);
}

static void office_free(struct office *office) {
  mra_free(office->mra);
  pop3_host_free(office->pop3);
  mail_store_free(office->store);
  file_system_free(office->files);
  small_world_free(&office->world);
}

static void deliver(struct office *office, const char *subject) {
  struct buf header = {0};
  buf_format(&header, "Subject: %s\r\n", subject);
  struct message *message = message_new(buf_span(&header), SPAN("text\r\n.dot\r\n"));
  agent_note_compose(&office->mda, &office->world.numbers, message, SPAN("a@b"), people[0].address);
  mail_store_deliver(office->store, &office->mda, &people[0], message, SPAN("a@b"));
  message_release(message);
  buf_free(&header);
  sim_set_cause(office->world.sim, 0);
}

static void fetch(struct office *office) {
  mra_fetch(office->mra);
  sim_run(office->world.sim, -1);
}

static size_t on_server(const struct office *office) {
  return mail_store_count(office->store, &people[0]);
}

/* What the program has told its user: all remarks, a line each. */
static void expect_told(const struct office *office, const char *expected) {
  struct buf told = {0};
  for (journal_seq seq = 1; seq <= journal_count(office->world.journal); seq++) {
    struct journal_record record = record_at(&office->world, seq);
    if (record.kind != JOURNAL_NOTE || record.agent != office->client.number) continue;
    buf_add(&told, record.text[0]);
    buf_add_char(&told, '\n');
  }
  expect_span(buf_span(&told), expected);
  buf_free(&told);
}

static void fetched_and_deleted(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, "one");
  deliver(office, "two");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 2);
  expect_span(message_block(mra_message(office->mra, 0)), "Subject: one\r\n");
  expect_span(message_block(mra_message(office->mra, 1)), "Subject: two\r\n");
  assert_int_equal(on_server(office), 0);
  expect_transcript(&office->world, 0,
                    "S: +OK mx.umich.edu POP3 ready <2001.1087575775@mx.umich.edu>\n"
                    "C: USER janelle\nS: +OK janelle, and the password?\n"
                    "C: PASS pass\nS: +OK Maildrop of janelle: 2 messages (56 octets)\n"
                    "C: STAT\nS: +OK 2 56\n"
                    "C: LIST\nS: +OK 2 messages (56 octets)\nS: 1 28\nS: 2 28\nS: .\n"
                    "C: UIDL\nS: +OK Unique-ids follow\nS: 1 0000000140d316df\nS: 2 0000000240d316df\nS: .\n"
                    "C: RETR 1\nS: +OK 28 octets\nS: (version 1)\n"
                    "C: DELE 1\nS: +OK Message 1 is marked for deletion\n"
                    "C: RETR 2\nS: +OK 28 octets\nS: (version 2)\n"
                    "C: DELE 2\nS: +OK Message 2 is marked for deletion\n"
                    "C: QUIT\nS: +OK mx.umich.edu says goodbye, 0 messages left\n");
  expect_told(office, "");
  office_free(office);
}

/* The letter is the same version as in the store: a pull adds nothing (R43). */
static void retrieved_records(void **state) {
  (void)state;
  struct office *office = office_new(false);
  struct small_world *world = &office->world;
  deliver(office, "one");
  uint64_t stamps = count_records(world, JOURNAL_STAMP);
  fetch(office);
  struct journal_record retrieved = next_record(world, JOURNAL_RETRIEVED, 0);
  struct journal_record data = next_record(world, JOURNAL_DATA, 0);
  assert_int_equal(retrieved.host, office->laptop);
  assert_int_equal(retrieved.agent, office->client.number);
  assert_int_equal(retrieved.cause, data.seq);
  assert_int_equal(retrieved.time_us, data.number[1]);
  assert_int_equal(retrieved.message, 1);
  assert_int_equal(retrieved.number[0], 1);
  assert_int_equal(retrieved.number[1], 1);
  assert_int_equal(retrieved.number[2], 0);
  expect_span(retrieved.text[1], "0000000140d316df");
  struct journal_record dele = next_record(world, JOURNAL_LINE, retrieved.seq);
  expect_span(dele.text[0], "DELE 1");
  assert_int_equal(dele.cause, retrieved.seq);
  assert_int_equal(count_records(world, JOURNAL_STAMP), stamps);
  assert_int_equal(count_records(world, JOURNAL_COMPOSE), 1);
  office_free(office);
}

static void left_on_the_server(void **state) {
  (void)state;
  struct office *office = office_new(true);
  deliver(office, "one");
  fetch(office);
  assert_int_equal(next_record(&office->world, JOURNAL_RETRIEVED, 0).number[2], 1);
  deliver(office, "two");
  fetch(office);
  fetch(office);
  assert_int_equal(mra_count(office->mra), 2); /* each once */
  assert_int_equal(on_server(office), 2);
  assert_int_equal(count_records(&office->world, JOURNAL_FILE_CUT), 0);
  office_free(office);
}

static void many_are_remembered(void **state) {
  (void)state;
  struct office *office = office_new(true);
  for (int i = 0; i < 100; i++) deliver(office, "x");
  fetch(office);
  for (int i = 0; i < 50; i++) deliver(office, "x");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 150);
  assert_int_equal(count_records(&office->world, JOURNAL_RETRIEVED), 150);
  office_free(office);
}

static void nothing_there(void **state) {
  (void)state;
  struct office *office = office_new(false);
  fetch(office);
  assert_int_equal(mra_count(office->mra), 0);
  expect_told(office, "");
  assert_true(mail_store_lock(office->store, &people[0]));
  office_free(office);
}

static void asked_for_while_under_way(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, "one");
  mra_fetch(office->mra);
  mra_fetch(office->mra);
  mra_fetch(office->mra);
  sim_run(office->world.sim, -1);
  assert_int_equal(mra_count(office->mra), 1);
  assert_int_equal(count_records(&office->world, JOURNAL_CONNECT), 2);
  office_free(office);
}

/* However the bytes come in, the same is done. */
static void a_byte_at_a_time(void **state) {
  char prints[2][DIGEST_HEX_MAX];
  (void)state;
  for (int dribble = 0; dribble < 2; dribble++) {
    struct office *office = office_new(false);
    network_set_dribble(office->world.network, dribble);
    deliver(office, "one");
    deliver(office, "two");
    fetch(office);
    assert_int_equal(mra_count(office->mra), 2);
    assert_int_equal(mra_message(office->mra, 1)->version, 2);
    journal_fingerprint(office->world.journal, prints[dribble]);
    office_free(office);
  }
  assert_string_equal(prints[0], prints[1]);
}

/* ---- failures ---- */

static void a_wrong_password(void **state) {
  (void)state;
  struct office *office = office_with(false, "wrong", true);
  deliver(office, "one");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 0);
  assert_int_equal(on_server(office), 1);
  expect_told(office, "login refused: User name or password is wrong\n");
  office_free(office);
}

static void refused_and_down(void **state) {
  (void)state;
  struct office *office = office_with(false, "pass", false);
  fetch(office);
  expect_told(office, "no mail server is running there: connection refused\n");
  office_free(office);
  office = office_new(false);
  deliver(office, "one");
  network_set_host_up(office->world.network, office->server_host, false, SPAN("power"));
  fetch(office);
  expect_told(office, "the mail server does not answer\n");
  network_set_host_up(office->world.network, office->server_host, true, SPAN("power"));
  fetch(office);
  assert_int_equal(mra_count(office->mra), 1);
  office_free(office);
}

static void locked_by_another(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, "one");
  assert_true(mail_store_lock(office->store, &people[0]));
  fetch(office);
  expect_told(office, "login refused: Another session has this maildrop open\n");
  mail_store_unlock(office->store, &people[0]);
  fetch(office);
  assert_int_equal(mra_count(office->mra), 1);
  office_free(office);
}

/* Cut at every moment of a session: a letter is never lost, and never fetched twice. */
static void cut_at_every_moment(void **state) {
  (void)state;
  unsigned ends = 0;
  for (int64_t at_us = 5000; at_us < 400000; at_us += 10000) {
    struct office *office = office_new(false);
    deliver(office, "one");
    deliver(office, "two");
    mra_fetch(office->mra);
    sim_run(office->world.sim, at_us);
    connection_cut(office->world.network, next_record(&office->world, JOURNAL_CONNECT, 0).connection,
                   SPAN("test"));
    sim_run(office->world.sim, -1);
    assert_true(mra_count(office->mra) + on_server(office) >= 2);
    ends += on_server(office) == 0;
    fetch(office);
    assert_int_equal(mra_count(office->mra), 2);
    assert_int_equal(count_records(&office->world, JOURNAL_RETRIEVED), 2);
    assert_int_equal(on_server(office), 0);
    office_free(office);
  }
  assert_true(ends > 0); /* the last cuts came when all was over */
}

/* The server's host goes down in the middle of a letter. */
static void the_server_goes_down(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, "one");
  mra_fetch(office->mra);
  sim_run(office->world.sim, 155000);
  network_set_host_up(office->world.network, office->server_host, false, SPAN("power"));
  sim_run(office->world.sim, -1);
  expect_told(office, "the connection to the mail server broke\n");
  assert_int_equal(on_server(office), 1);
  network_set_host_up(office->world.network, office->server_host, true, SPAN("power"));
  fetch(office);
  assert_int_equal(mra_count(office->mra), 1);
  office_free(office);
}

/* ---- servers that are no good ---- */

struct bad_server {
  struct office *office;
  struct span says;
};

static void bad_opened(void *context, connection_id id) {
  struct bad_server *bad = context;
  agent_say(&bad->office->server, id, false, bad->says);
}
static void bad_received(void *context, connection_id id) {
  (void)context, (void)id;
}
static void bad_ended(void *context, connection_id id, enum connection_end how) {
  (void)context, (void)id, (void)how;
}
static const struct connection_handler bad_handler = {bad_opened, bad_received, bad_ended};

static const struct connection_handler *bad_listen(void *context, connection_id id,
                                                   const struct connection_info *info, void **context_out) {
  (void)id, (void)info;
  *context_out = context;
  return &bad_handler;
}

static void bad_servers(void **state) {
  static const struct {
    const char *says, *told;
  } cases[] = {
      {"", "the mail server says nothing any more\n"},
      {"-ERR busy\r\n", "the server takes nobody now: busy\n"},
      {"220 smtp.example.com ESMTP\r\n", NULL}, /* another protocol: something must be told */
      {"+OK\r\n", "the mail server says nothing any more\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct office *office = office_with(false, "pass", false);
    struct bad_server bad = {office, span_from(cases[i].says)};
    network_listen(office->world.network, office->server_host, PORT_POP3, office->server.number, bad_listen,
                   &bad);
    fetch(office);
    if (cases[i].told)
      expect_told(office, cases[i].told);
    else
      next_record(&office->world, JOURNAL_NOTE, 0);
    fetch(office); /* it is ready for another try */
    assert_int_equal(count_records(&office->world, JOURNAL_CONNECT), 2);
    office_free(office);
  }
}

static void freed_in_mid_session(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, "one");
  mra_fetch(office->mra);
  sim_run(office->world.sim, 100000);
  office_free(office);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fetched_and_deleted), cmocka_unit_test(retrieved_records),
      cmocka_unit_test(left_on_the_server),  cmocka_unit_test(many_are_remembered),
      cmocka_unit_test(nothing_there),       cmocka_unit_test(asked_for_while_under_way),
      cmocka_unit_test(a_byte_at_a_time),    cmocka_unit_test(a_wrong_password),
      cmocka_unit_test(refused_and_down),    cmocka_unit_test(locked_by_another),
      cmocka_unit_test(cut_at_every_moment), cmocka_unit_test(the_server_goes_down),
      cmocka_unit_test(bad_servers),         cmocka_unit_test(freed_in_mid_session),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
