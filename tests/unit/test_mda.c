#include "small_world.h"

#include "agents/mda.h"
#include "journal/sources.h"

static const struct mail_user people[] = {
    {SPAN_INIT("janelle"), SPAN_INIT("janelle@umich.edu"), SPAN_INIT("pass"), 1},
    {SPAN_INIT("bob"), SPAN_INIT("bob@umich.edu"), SPAN_INIT(""), 2},
    {SPAN_INIT("bob-cs"), SPAN_INIT("bob@cs.umich.edu"), SPAN_INIT(""), 3},
    {SPAN_INIT("a b"), SPAN_INIT("ab@umich.edu"), SPAN_INIT(""), 4},
};

struct office {
  struct small_world world;
  struct file_system *files;
  struct mail_store *store;
  struct mda *mda;
  struct mail_users users;
  struct agent agent, client;
  struct message *message;
  host_id server;
};

/* Everything but the MDA, so that a test may change the software first. */
static struct office *office_new(void) {
  static struct office office;
  office = (struct office){.world = small_world_new(), .files = file_system_new()};
  office.server = add_host(&office.world, "mx.umich.edu", "192.0.2.1");
  office.users = (struct mail_users){.items = people, .count = sizeof people / sizeof *people};
  office.agent = add_agent(&office.world, office.server, AGENT_MDA);
  office.client = add_agent(&office.world, office.server, AGENT_MTA);
  office.message = message_new(SPAN("Subject: lunch\r\n"), SPAN("Friday?\r\n"));
  agent_note_compose(&office.client, &office.world.numbers, office.message, SPAN("jack@comcast.net"),
                     SPAN("janelle@umich.edu"));
  sim_set_cause(office.world.sim, 0);
  return &office;
}

static void start_mda(struct office *office, bool maildir, struct policy_list policies) {
  office->store = mail_store_new(&office->agent, office->files, maildir);
  office->mda = mda_new(&(struct mda_config){.agent = office->agent,
                                             .store = office->store,
                                             .users = &office->users,
                                             .numbers = &office->world.numbers,
                                             .policies = policies});
}

static void office_free(struct office *office) {
  mda_free(office->mda);
  mail_store_free(office->store);
  file_system_free(office->files);
  message_release(office->message);
  small_world_free(&office->world);
}

static struct visitor run(struct office *office, const char *const *lines) {
  static struct visitor visitor;
  visitor = (struct visitor){.message = office->message};
  visitor_start(&visitor, &office->world, &office->client, office->server, PORT_LMTP, lines);
  sim_run(office->world.sim, -1);
  assert_true(visitor.opened);
  return visitor;
}

/* The codes of the server's replies, a space after each; of a reply of several lines, its last. */
static void expect_codes(const struct office *office, const char *expected) {
  struct buf codes = {0};
  for (journal_seq seq = 1; seq <= journal_count(office->world.journal); seq++) {
    struct journal_record record = record_at(&office->world, seq);
    if (record.kind != JOURNAL_LINE || record.number[0] == 0) continue;
    if (record.text[0].len > 3 && record.text[0].data[3] == '-') continue;
    buf_add(&codes, span_first(record.text[0], 3));
    buf_add_char(&codes, ' ');
  }
  expect_span(buf_span(&codes), expected);
  buf_free(&codes);
}

static void expect_file(const struct office *office, const char *path, const char *expected) {
  struct buf contents = {0};
  assert_true(file_system_read(office->files, span_from(path), &contents));
  expect_span(buf_span(&contents), expected);
  buf_free(&contents);
}

static void a_delivery(void **state) {
  (void)state;
  struct office *office = office_new();
  start_mda(office, false, (struct policy_list){0});
  static const char *const lines[] = {"LHLO mx.umich.edu",
                                      "MAIL FROM:<jack@comcast.net>",
                                      "RCPT TO:<Janelle@umich.edu>",
                                      "DATA",
                                      "(message)",
                                      "QUIT",
                                      NULL};
  run(office, lines);
  expect_codes(office, "220 250 250 250 354 250 221 ");
  expect_file(office, "/var/mail/janelle",
              "From jack@comcast.net Fri Jun 18 10:23:00 2004\n"
              "Return-Path: <jack@comcast.net>\nDelivered-To: Janelle@umich.edu\n"
              "Subject: lunch\n\nFriday?\n\n");
  struct journal_record delivered = next_record(&office->world, JOURNAL_DELIVERED, 0);
  assert_int_equal(delivered.host, office->server);
  assert_int_equal(delivered.agent, office->agent.number);
  assert_int_equal(delivered.message, office->message->number);
  assert_int_equal(delivered.number[0], 2);
  assert_int_equal(delivered.number[1], 1);
  expect_span(delivered.text[1], "Janelle@umich.edu");
  expect_span(delivered.text[2], "mbox");
  expect_span(delivered.text[3], "/var/mail/janelle");
  office_free(office);
}

/* DATA, then STAMP, FILE_WRITE, DELIVERED, and the reply: each because of the one before. */
static void the_chain_of_causes(void **state) {
  (void)state;
  struct office *office = office_new();
  struct small_world *world = &office->world;
  start_mda(office, false, (struct policy_list){0});
  static const char *const lines[] = {
      "LHLO a",
      "MAIL FROM:<jack@comcast.net>\r\nRCPT TO:<janelle@umich.edu>\r\nRCPT TO:<bob@umich.edu>\r\nDATA",
      "(message)", "QUIT", NULL};
  run(office, lines);
  journal_seq data = next_record(world, JOURNAL_DATA, 0).seq, after = data;
  static const char *const rcpts[] = {"RCPT TO:<janelle@umich.edu>", "RCPT TO:<bob@umich.edu>"};
  for (unsigned i = 0; i < 2; i++) {
    struct journal_record stamp = next_record(world, JOURNAL_STAMP, after);
    struct journal_record written = next_record(world, JOURNAL_FILE_WRITE, stamp.seq);
    struct journal_record delivered = next_record(world, JOURNAL_DELIVERED, written.seq);
    struct journal_record reply = next_record(world, JOURNAL_LINE, delivered.seq);
    assert_int_equal(stamp.cause, data); /* each recipient's by itself */
    assert_int_equal(stamp.number[0], 2 + i);
    assert_int_equal(stamp.number[1], 1);
    assert_int_equal(written.cause, stamp.seq);
    assert_int_equal(delivered.cause, written.seq);
    expect_span(span_first(reply.text[0], 3), "250");

    struct span rest = stamp.text[1];
    struct source_token token;
    assert_true(sources_next(&rest, &token));
    expect_span(token.clause, "Return-Path");
    expect_span(span_slice(stamp.text[0], token.offset, token.length), "<jack@comcast.net>");
    assert_int_equal(token.source, SOURCE_MAIL);
    expect_span(record_at(world, token.record).text[0], "MAIL FROM:<jack@comcast.net>");
    assert_true(sources_next(&rest, &token));
    expect_span(token.clause, "Delivered-To");
    expect_span(span_slice(stamp.text[0], token.offset, token.length),
                i ? "bob@umich.edu" : "janelle@umich.edu");
    assert_int_equal(token.source, SOURCE_RCPT);
    expect_span(record_at(world, token.record).text[0], rcpts[i]);
    assert_false(sources_next(&rest, &token));
    after = delivered.seq;
  }
  office_free(office);
}

static void recipients(void **state) {
  static const struct {
    const char *rcpt, *codes, *path; /* path NULL: refused */
  } cases[] = {
      {"RCPT TO:<janelle@umich.edu>", "250", "/var/mail/janelle"},
      {"RCPT TO:<JANELLE@Other.Example>", "250", "/var/mail/janelle"}, /* by its local part */
      {"RCPT TO:<bob@cs.umich.edu>", "250", "/var/mail/bob-cs"},       /* the whole address first */
      {"RCPT TO:<bob@x.umich.edu>", "250", "/var/mail/bob"},
      {"RCPT TO:<\"a b\"@umich.edu>", "250", "/var/mail/a b"},
      {"RCPT TO:<Postmaster>", "250", "/var/mail/postmaster"},
      {"RCPT TO:<postmaster@umich.edu>", "250", "/var/mail/postmaster"},
      {"RCPT TO:<nobody@umich.edu>", "550", NULL},
      {"RCPT TO:<janelle.x@umich.edu>", "550", NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct office *office = office_new();
    start_mda(office, false, (struct policy_list){0});
    const char *lines[] = {"LHLO a", "MAIL FROM:<>", cases[i].rcpt, "DATA", "(message)", "QUIT", NULL};
    if (!cases[i].path) lines[3] = "QUIT", lines[4] = NULL;
    run(office, lines);
    struct journal_record decision = next_record(&office->world, JOURNAL_DECISION, 0);
    expect_span(decision.text[0], "rcpt");
    if (cases[i].path) {
      expect_codes(office, "220 250 250 250 354 250 221 ");
      expect_span(next_record(&office->world, JOURNAL_DELIVERED, 0).text[3], cases[i].path);
      assert_int_equal(file_system_piece_count(office->files, span_from(cases[i].path)), 1);
    } else {
      expect_codes(office, "220 250 250 550 221 ");
      expect_span(decision.text[3], "unknown_user");
      assert_int_equal(count_records(&office->world, JOURNAL_DELIVERED), 0);
    }
    office_free(office);
  }
}

/* One reply a recipient, also for a report (null reverse-path), into a Maildir. */
static void one_reply_a_recipient(void **state) {
  (void)state;
  struct office *office = office_new();
  start_mda(office, true, (struct policy_list){0});
  static const char *const lines[] = {"LHLO a",
                                      "MAIL FROM:<>",
                                      "RCPT TO:<janelle@umich.edu>",
                                      "RCPT TO:<nobody@umich.edu>",
                                      "RCPT TO:<bob@umich.edu>",
                                      "DATA",
                                      "(message)",
                                      "MAIL FROM:<a@b>",
                                      "RCPT TO:<bob@umich.edu>",
                                      "RSET",
                                      "QUIT",
                                      NULL};
  run(office, lines);
  expect_codes(office, "220 250 250 250 550 250 354 250 250 250 250 250 221 ");
  assert_int_equal(count_records(&office->world, JOURNAL_DELIVERED), 2);
  assert_int_equal(mail_store_count(office->store, &people[0]), 1);
  assert_int_equal(mail_store_count(office->store, &people[1]), 1);
  struct journal_record delivered = next_record(&office->world, JOURNAL_DELIVERED, 0);
  expect_span(delivered.text[2], "maildir");
  struct maildrop_entry entry;
  mail_store_entry(office->store, &people[1], 0, &entry);
  expect_span(message_block(entry.message), "Return-Path: <>\r\nDelivered-To: bob@umich.edu\r\n");
  office_free(office);
}

static void software_that_stamps_nothing(void **state) {
  (void)state;
  struct office *office = office_new();
  office->world.software.adds_return_path = office->world.software.adds_delivered_to = false;
  start_mda(office, false, (struct policy_list){0});
  static const char *const lines[] = {
      "LHLO a", "MAIL FROM:<jack@comcast.net>", "RCPT TO:<janelle@umich.edu>", "DATA", "(message)", "QUIT",
      NULL};
  run(office, lines);
  assert_int_equal(count_records(&office->world, JOURNAL_STAMP), 0);
  assert_int_equal(next_record(&office->world, JOURNAL_DELIVERED, 0).number[0], office->message->version);
  office_free(office);
}

/* Its MTA has let a bare CR in (qmail), and answers for the letter: the mailbox takes it as it is. */
static void what_its_own_mta_keeps(void **state) {
  (void)state;
  struct office *office = office_new();
  office->world.software.server.bare_newlines = SMTP_BARE_HANG_UP;
  message_release(office->message);
  office->message = message_new(SPAN("Subject: lunch\r\n"), SPAN("Fri\rday?\r\n"));
  agent_note_compose(&office->client, &office->world.numbers, office->message, SPAN("jack@comcast.net"),
                     SPAN("janelle@umich.edu"));
  start_mda(office, false, (struct policy_list){0});
  static const char *const lines[] = {
      "LHLO a", "MAIL FROM:<jack@comcast.net>", "RCPT TO:<janelle@umich.edu>", "DATA", "(message)", "QUIT",
      NULL};
  run(office, lines);
  expect_codes(office, "220 250 250 250 354 250 221 ");
  office_free(office);
}

/* A full disk for one of two: 452 for her, 250 for him. */
static void planned_refusals(void **state) {
  (void)state;
  struct office *office = office_new();
  struct policy policies[] = {{.on = SPAN("rcpt"),
                               .match = SPAN("janelle@*"),
                               .reply = {452, SPAN("4.2.2"), SPAN("Mailbox full")},
                               .because = SPAN("full"),
                               .times = 1}};
  start_mda(office, false, (struct policy_list){policies, 1});
  static const char *const lines[] = {"LHLO a",
                                      "MAIL FROM:<a@b>",
                                      "RCPT TO:<janelle@umich.edu>",
                                      "RCPT TO:<bob@umich.edu>",
                                      "DATA",
                                      "(message)",
                                      "MAIL FROM:<a@b>",
                                      "RCPT TO:<janelle@umich.edu>",
                                      "DATA",
                                      "(message)",
                                      "QUIT",
                                      NULL};
  run(office, lines);
  expect_codes(office, "220 250 250 452 250 354 250 250 250 354 250 221 ");
  assert_int_equal(mail_store_count(office->store, &people[0]), 1);
  assert_int_equal(mail_store_count(office->store, &people[1]), 1);
  office_free(office);
}

/* However the bytes come in, the same is delivered and noted. */
static void a_byte_at_a_time(void **state) {
  static const char *const lines[] = {"LHLO a", "MAIL FROM:<a@b>\r\nRCPT TO:<janelle@umich.edu>\r\nDATA",
                                      "(message)", "QUIT", NULL};
  char prints[2][DIGEST_HEX_MAX];
  (void)state;
  for (int dribble = 0; dribble < 2; dribble++) {
    struct office *office = office_new();
    start_mda(office, false, (struct policy_list){0});
    network_set_dribble(office->world.network, dribble);
    run(office, lines);
    assert_int_equal(count_records(&office->world, JOURNAL_DELIVERED), 1);
    journal_fingerprint(office->world.journal, prints[dribble]);
    office_free(office);
  }
  assert_string_equal(prints[0], prints[1]);
}

/* Cut before the final dot, nothing is delivered; the session's memory is given back (ASan looks). */
static void cut_in_the_middle(void **state) {
  (void)state;
  struct office *office = office_new();
  start_mda(office, false, (struct policy_list){0});
  static const char *const lines[] = {
      "LHLO a", "MAIL FROM:<a@b>", "RCPT TO:<janelle@umich.edu>", "DATA", "Subject: half", "(cut)", NULL};
  struct visitor visitor = run(office, lines);
  assert_true(visitor.ended);
  assert_int_equal(count_records(&office->world, JOURNAL_DELIVERED), 0);
  assert_int_equal(mail_store_count(office->store, &people[0]), 0);
  office_free(office);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_delivery),
      cmocka_unit_test(the_chain_of_causes),
      cmocka_unit_test(recipients),
      cmocka_unit_test(one_reply_a_recipient),
      cmocka_unit_test(software_that_stamps_nothing),
      cmocka_unit_test(what_its_own_mta_keeps),
      cmocka_unit_test(planned_refusals),
      cmocka_unit_test(a_byte_at_a_time),
      cmocka_unit_test(cut_in_the_middle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
