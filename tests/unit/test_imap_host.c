#include "small_world.h"

#include "agents/imap_host.h"
#include "agents/pop3_host.h"

static const struct mail_user people[] = {
    {SPAN_INIT("janelle"), SPAN_INIT("janelle@umich.edu"), SPAN_INIT("pass"), 1},
    {SPAN_INIT("bob"), SPAN_INIT("bob@umich.edu"), SPAN_INIT(""), 2},
};

struct office {
  struct small_world world;
  struct file_system *files;
  struct mail_store *store;
  struct imap_host *imap;
  struct pop3_host *pop3;
  struct mail_users users;
  struct agent mda, client;
  host_id server, laptop;
};

static struct office *office_new(bool maildir) {
  static struct office office;
  office = (struct office){.world = small_world_new(), .files = file_system_new()};
  office.server = add_host(&office.world, "mx.umich.edu", "192.0.2.1");
  office.laptop = add_host(&office.world, "laptop", "192.0.2.2");
  office.users = (struct mail_users){.items = people, .count = 2};
  office.mda = add_agent(&office.world, office.server, AGENT_MDA);
  struct agent imap = add_agent(&office.world, office.server, AGENT_IMAP);
  struct agent pop3 = add_agent(&office.world, office.server, AGENT_POP3);
  office.client = add_agent(&office.world, office.laptop, AGENT_MRA);
  office.store = mail_store_new(&office.mda, office.files, maildir);
  office.imap = imap_host_new(&(struct imap_host_config){
      .agent = imap, .store = office.store, .users = &office.users, .numbers = &office.world.numbers});
  office.pop3 =
      pop3_host_new(&(struct pop3_host_config){.agent = pop3, .store = office.store, .users = &office.users});
  return &office;
}

static void office_free(struct office *office) {
  imap_host_free(office->imap);
  pop3_host_free(office->pop3);
  mail_store_free(office->store);
  file_system_free(office->files);
  small_world_free(&office->world);
}

static void deliver(struct office *office, const struct mail_user *user, const char *subject) {
  struct buf header = {0};
  buf_format(&header, "Subject: %s\r\n", subject);
  struct message *message = message_new(buf_span(&header), SPAN("text\r\n.dot\r\n"));
  agent_note_compose(&office->mda, &office->world.numbers, message, SPAN("a@b"), user->address);
  mail_store_deliver(office->store, &office->mda, user, message, SPAN("a@b"));
  message_release(message);
  buf_free(&header);
}

static void deliver_one(void *context) {
  deliver(context, &people[0], "later");
}

static void visit(struct office *office, struct visitor *visitor, uint16_t port, const char *const *lines) {
  visitor_start(visitor, &office->world, &office->client, office->server, port, lines);
}

static void run(struct office *office, struct visitor *visitor, const char *const *lines) {
  visit(office, visitor, PORT_IMAP, lines);
  sim_run(office->world.sim, -1);
}

#define GREETING                                                                                             \
  "S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL- ENABLE IDLE AUTH=PLAIN] mx.umich.edu IMAP "      \
  "ready\n"
#define LOGGED_IN                                                                                            \
  "S: a OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL- ENABLE IDLE NAMESPACE UNSELECT UIDPLUS ESEARCH " \
  "SEARCHRES LIST-EXTENDED LIST-STATUS MOVE STATUS=SIZE BINARY] Logged in\n"

static void a_session(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, &people[0], "one");
  deliver(office, &people[0], "two");
  static const char *const lines[] = {"a LOGIN janelle pass",
                                      "b SELECT INBOX",
                                      "c FETCH 1:2 (UID RFC822.SIZE INTERNALDATE)",
                                      "d FETCH 1 BODY[]",
                                      "e STORE 2 +FLAGS (\\Deleted)",
                                      "f EXPUNGE",
                                      "g LOGOUT",
                                      NULL};
  struct visitor visitor = {0};
  run(office, &visitor, lines);
  assert_true(visitor.ended);
  assert_int_equal(visitor.how, CONNECTION_CLOSED);
  expect_transcript(
      &office->world, visitor.connection,
      GREETING
      "C: a LOGIN janelle pass\n" LOGGED_IN "C: b SELECT INBOX\n"
      "S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
      "S: * 2 EXISTS\nS: * 2 RECENT\nS: * OK [UNSEEN 1] The first that has not been seen\n"
      "S: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] These are kept\n"
      "S: * OK [UIDVALIDITY 1087575775] Unique identifiers are good as long as this stays\n"
      "S: * OK [UIDNEXT 3] The next unique identifier\nS: b OK [READ-WRITE] SELECT done\n"
      "C: c FETCH 1:2 (UID RFC822.SIZE INTERNALDATE)\n"
      "S: * 1 FETCH (UID 1 RFC822.SIZE 28 INTERNALDATE \"18-Jun-2004 10:22:55 -0600\")\n"
      "S: * 2 FETCH (UID 2 RFC822.SIZE 28 INTERNALDATE \"18-Jun-2004 10:22:55 -0600\")\n"
      "S: c OK FETCH done\n"
      "C: d FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {28}\nS: Subject: one\nS: \nS: text\nS: .dot\n"
      "S:  FLAGS (\\Seen \\Recent))\nS: d OK FETCH done\n"
      "C: e STORE 2 +FLAGS (\\Deleted)\nS: * 2 FETCH (FLAGS (\\Deleted \\Recent))\nS: e OK STORE done\n"
      "C: f EXPUNGE\nS: * 2 EXPUNGE\nS: f OK EXPUNGE done\n"
      "C: g LOGOUT\nS: * BYE Goodbye\nS: g OK Logged out\n");
  struct buf contents = {0};
  assert_true(file_system_read(office->files, SPAN("/var/mail/janelle"), &contents));
  expect_span(buf_span(&contents), "From a@b Fri Jun 18 10:22:55 2004\nSubject: one\n\ntext\n.dot\n\n");
  buf_free(&contents);
  office_free(office);
}

/* A reply is because of the command it answers, a change in the store because of it, too. */
static void causes(void **state) {
  (void)state;
  struct office *office = office_new(false);
  struct small_world *world = &office->world;
  deliver(office, &people[0], "one");
  static const char *const lines[] = {"a LOGIN janelle pass",
                                      "b SELECT INBOX",
                                      "c STORE 1 FLAGS.SILENT (\\Deleted)",
                                      "d CLOSE",
                                      "e LOGOUT",
                                      NULL};
  struct visitor visitor = {0};
  run(office, &visitor, lines);
  struct journal_record login = next_record(world, JOURNAL_DECISION, 0);
  expect_span(record_at(world, login.cause).text[0], "a LOGIN janelle pass");
  expect_span(login.text[0], "login");
  expect_span(login.text[2], "accept");
  struct journal_record welcome = next_record(world, JOURNAL_LINE, login.seq);
  assert_int_equal(welcome.cause, login.seq);
  struct journal_record cut = next_record(world, JOURNAL_FILE_CUT, 0);
  expect_span(record_at(world, cut.cause).text[0], "d CLOSE");
  office_free(office);
}

static void logins_refused(void **state) {
  static const struct {
    const char *line, *because;
  } cases[] = {
      {"a LOGIN janelle wrong", "wrong_password"},
      {"a LOGIN nobody pass", "unknown_user"},
      {"a LOGIN bob x", "no_password"},
      {"a LOGIN bob \"\"", "no_password"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct office *office = office_new(false);
    const char *lines[] = {cases[i].line, "b LOGOUT", NULL};
    struct visitor visitor = {0};
    run(office, &visitor, lines);
    struct journal_record decision = next_record(&office->world, JOURNAL_DECISION, 0);
    expect_span(decision.text[2], "reject");
    expect_span(decision.text[3], cases[i].because);
    struct journal_record reply = next_record(&office->world, JOURNAL_LINE, decision.seq);
    assert_int_equal(reply.cause, decision.seq);
    expect_span(span_first(reply.text[0], 28), "a NO [AUTHENTICATIONFAILED] ");
    office_free(office);
  }
}

/* In a Maildir flags are in the file's name, and stay there for the next session; \Recent does not. */
static void flags_last(void **state) {
  (void)state;
  struct office *office = office_new(true);
  deliver(office, &people[0], "one");
  static const char *const first[] = {"a LOGIN janelle pass",
                                      "b EXAMINE INBOX",
                                      "c SELECT INBOX",
                                      "d STORE 1 FLAGS (\\Seen \\Answered \\Flagged)",
                                      "e LOGOUT",
                                      NULL};
  static const char *const second[] = {"a LOGIN janelle pass", "b SELECT INBOX", "c FETCH 1 FLAGS",
                                       "d LOGOUT", NULL};
  struct visitor one = {0}, two = {0};
  run(office, &one, first);
  assert_true(file_system_exists(office->files,
                                 SPAN("/home/janelle/Maildir/cur/1087575775.M0P1001Q1.mx.umich.edu:2,FRS")));
  journal_seq before = journal_count(office->world.journal);
  run(office, &two, second);
  struct journal_record line = next_record(&office->world, JOURNAL_LINE, before);
  while (!span_starts_with(line.text[0], SPAN("* 1 FETCH")))
    line = next_record(&office->world, JOURNAL_LINE, line.seq);
  expect_span(line.text[0], "* 1 FETCH (FLAGS (\\Answered \\Flagged \\Seen))");
  office_free(office);
}

/* A client that idles hears of a new letter as it is delivered, and because of it. */
static void idling(void **state) {
  (void)state;
  struct office *office = office_new(false);
  static const char *const lines[] = {
      "a LOGIN janelle pass", "b SELECT INBOX", "c IDLE", "(wait)", "DONE", "d LOGOUT", NULL};
  struct visitor visitor = {0};
  visit(office, &visitor, PORT_IMAP, lines);
  sim_after(office->world.sim, VISITOR_PACE_US * 9 / 2, deliver_one, office);
  sim_run(office->world.sim, -1);
  struct journal_record written = next_record(&office->world, JOURNAL_FILE_WRITE, 0);
  struct journal_record exists = next_record(&office->world, JOURNAL_LINE, written.seq);
  expect_span(exists.text[0], "* 1 EXISTS");
  assert_int_equal(exists.cause, written.seq);
  struct journal_record recent = next_record(&office->world, JOURNAL_LINE, exists.seq);
  expect_span(recent.text[0], "* 1 RECENT");
  office_free(office);
}

/* While a POP3 session has the maildrop nothing is removed by IMAP; what POP3 removes, IMAP is told of. */
static void beside_pop3(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, &people[0], "one");
  deliver(office, &people[0], "two");
  static const char *const pop3[] = {"USER janelle", "PASS pass", "DELE 1", "(wait)", "(wait)",
                                     "(wait)",       "(wait)",    "(wait)", "QUIT",   NULL};
  static const char *const imap[] = {"a LOGIN janelle pass",
                                     "b SELECT INBOX",
                                     "c STORE 2 FLAGS.SILENT (\\Deleted)",
                                     "d EXPUNGE",
                                     "(wait)",
                                     "(wait)",
                                     "(wait)",
                                     "(wait)",
                                     "e NOOP",
                                     "f EXPUNGE",
                                     "g LOGOUT",
                                     NULL};
  struct visitor one = {0}, two = {0};
  visit(office, &one, PORT_POP3, pop3);
  visit(office, &two, PORT_IMAP, imap);
  sim_run(office->world.sim, -1);
  struct journal_record no = {0};
  do no = next_record(&office->world, JOURNAL_DECISION, no.seq);
  while (!span_equal(no.text[0], SPAN("maildrop")));
  expect_span(no.text[4], "INUSE");
  struct journal_record reply = next_record(&office->world, JOURNAL_LINE, no.seq);
  expect_span(reply.text[0], "d NO [INUSE] A POP3 session has the maildrop: nothing can be removed now");
  struct journal_record removed = next_record(&office->world, JOURNAL_FILE_CUT, 0);
  struct journal_record told = next_record(&office->world, JOURNAL_LINE, removed.seq);
  while (!span_starts_with(told.text[0], SPAN("* 1 EXPUNGE")))
    told = next_record(&office->world, JOURNAL_LINE, told.seq);
  assert_int_equal(told.connection, two.connection);
  assert_int_equal(mail_store_count(office->store, &people[0]), 0);
  office_free(office);
}

/* What a client puts in is a letter of its own. */
static void put_in(void **state) {
  (void)state;
  struct office *office = office_new(false);
  static const char *const lines[] = {
      "a LOGIN janelle pass",
      "b SELECT INBOX",
      "c APPEND INBOX (\\Seen) \"18-Jun-2004 09:00:00 -0600\" {15+}\r\nSubject: mine\r\n",
      "d COPY 1 INBOX",
      "e APPEND Sent {1+}\r\nx",
      "f CREATE Sent",
      "g MOVE 1 INBOX",
      "h LOGOUT",
      NULL};
  struct visitor visitor = {0};
  run(office, &visitor, lines);
  static const char *const answers[] = {
      "c OK [APPENDUID 1087575777 1] Done", "d OK [COPYUID 1087575777 1 2] Done",
      "e NO [NONEXISTENT] There is no mailbox here but INBOX",
      "f NO [CANNOT] Each user has one mailbox here, INBOX", "g NO [CANNOT] They are in INBOX already"};
  struct journal_record line = {0};
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    do line = next_record(&office->world, JOURNAL_LINE, line.seq);
    while (!span_equal(line.text[0], span_from(answers[i])));
  }
  assert_int_equal(count_records(&office->world, JOURNAL_COMPOSE), 1);
  struct maildrop_entry entry;
  mail_store_entry(office->store, &people[0], 0, &entry);
  assert_int_equal(entry.delivered_unix_us, SMALL_WORLD_START_US - INT64_C(4975) * 1000000);
  assert_int_equal(entry.flags, LETTER_SEEN);
  office_free(office);
}

/* Half an hour without a word ends the session; what was marked stays. */
static void silence(void **state) {
  (void)state;
  struct office *office = office_new(false);
  deliver(office, &people[0], "one");
  static const char *const lines[] = {"a LOGIN janelle pass", "b SELECT INBOX", "c STORE 1 FLAGS (\\Deleted)",
                                      NULL};
  struct visitor visitor = {0};
  run(office, &visitor, lines);
  struct journal_record note = next_record(&office->world, JOURNAL_NOTE, 0);
  expect_span(note.text[0], "silent for half an hour: logged out");
  struct journal_record bye = next_record(&office->world, JOURNAL_LINE, note.seq);
  expect_span(bye.text[0], "* BYE Logged out for inactivity");
  assert_int_equal(mail_store_count(office->store, &people[0]), 1);
  office_free(office);
}

/* A user's sessions know nothing of another's letters. */
static void two_users(void **state) {
  (void)state;
  struct office *office = office_new(true);
  deliver(office, &people[1], "for bob");
  static const char *const lines[] = {"a LOGIN janelle pass", "b STATUS INBOX (MESSAGES UIDNEXT)", "c LOGOUT",
                                      NULL};
  struct visitor visitor = {0};
  run(office, &visitor, lines);
  struct journal_record line = {0};
  do line = next_record(&office->world, JOURNAL_LINE, line.seq);
  while (!span_starts_with(line.text[0], SPAN("* STATUS")));
  expect_span(line.text[0], "* STATUS INBOX (MESSAGES 0 UIDNEXT 1)");
  office_free(office);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session),  cmocka_unit_test(causes),  cmocka_unit_test(logins_refused),
      cmocka_unit_test(flags_last), cmocka_unit_test(idling),  cmocka_unit_test(beside_pop3),
      cmocka_unit_test(put_in),     cmocka_unit_test(silence), cmocka_unit_test(two_users),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
