/* The retrieval agent by IMAP, and the IMAP server of the same world. */
#include "small_world.h"

#include "agents/imap_host.h"
#include "agents/mra.h"

static const struct mail_user people[] = {
    {SPAN_INIT("janelle"), SPAN_INIT("janelle@umich.edu"), SPAN_INIT("pass"), 1},
};

struct office {
  struct small_world world;
  struct file_system *files;
  struct mail_store *store;
  struct imap_host *imap;
  struct mail_users users;
  struct mra *mra;
  struct agent mda;
  host_id server, laptop;
};

static struct office *office_new(bool leave, const char *password) {
  static struct office office;
  office = (struct office){.world = small_world_new(), .files = file_system_new()};
  office.server = add_host(&office.world, "mx.umich.edu", "192.0.2.1");
  office.laptop = add_host(&office.world, "laptop", "192.0.2.2");
  office.users = (struct mail_users){.items = people, .count = 1};
  office.mda = add_agent(&office.world, office.server, AGENT_MDA);
  office.store = mail_store_new(&office.mda, office.files, true);
  office.imap =
      imap_host_new(&(struct imap_host_config){.agent = add_agent(&office.world, office.server, AGENT_IMAP),
                                               .store = office.store,
                                               .users = &office.users,
                                               .numbers = &office.world.numbers});
  office.mra = mra_new(&(struct mra_config){.agent = add_agent(&office.world, office.laptop, AGENT_MRA),
                                            .server = office.server,
                                            .by_imap = true,
                                            .user = SPAN("janelle"),
                                            .password = span_from(password),
                                            .leave_on_server = leave,
                                            .person = 1,
                                            .numbers = &office.world.numbers});
  return &office;
}

static void office_free(struct office *office) {
  mra_free(office->mra);
  imap_host_free(office->imap);
  mail_store_free(office->store);
  file_system_free(office->files);
  small_world_free(&office->world);
}

static struct message *deliver(struct office *office, const char *subject) {
  struct buf header = {0};
  buf_format(&header, "Subject: %s\r\n", subject);
  struct message *message = message_new(buf_span(&header), SPAN("text\r\n.dot\r\n"));
  agent_note_compose(&office->mda, &office->world.numbers, message, SPAN("a@b"), people[0].address);
  mail_store_deliver(office->store, &office->mda, &people[0], message, SPAN("a@b"));
  message_release(message); /* the store has it */
  buf_free(&header);
  return message;
}

static void fetch(struct office *office) {
  mra_fetch(office->mra);
  sim_run(office->world.sim, -1);
}

/* What has been read stays on the server, and has been seen; the next time only what is new is read. */
static void left_there(void **state) {
  (void)state;
  struct office *office = office_new(true, "pass");
  struct message *one = deliver(office, "one");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 1);
  assert_ptr_equal(mra_message(office->mra, 0), one); /* the very version that was delivered */
  struct maildrop_entry entry;
  mail_store_entry(office->store, &people[0], 0, &entry);
  assert_int_equal(entry.flags, LETTER_SEEN);
  fetch(office);
  assert_int_equal(mra_count(office->mra), 1);
  struct message *two = deliver(office, "two");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 2);
  assert_ptr_equal(mra_message(office->mra, 1), two);
  struct journal_record retrieved = next_record(&office->world, JOURNAL_RETRIEVED, 0);
  assert_int_equal(retrieved.number[0], 1);
  assert_int_equal(retrieved.number[2], 1);
  expect_span(retrieved.text[1], "1");
  office_free(office);
}

/* Deleted once it has arrived: marked, then removed. */
static void taken_away(void **state) {
  (void)state;
  struct office *office = office_new(false, "pass");
  deliver(office, "one");
  deliver(office, "two");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 2);
  assert_int_equal(mail_store_count(office->store, &people[0]), 0);
  struct journal_record removed = next_record(&office->world, JOURNAL_FILE_REMOVE, 0);
  expect_span(record_at(&office->world, removed.cause).text[0], "a7 UID EXPUNGE 1:2");
  office_free(office);
}

static void refused(void **state) {
  (void)state;
  struct office *office = office_new(true, "wrong");
  deliver(office, "one");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 0);
  struct journal_record note = next_record(&office->world, JOURNAL_NOTE, 0);
  expect_span(note.text[0], "login refused: User name or password is wrong");
  assert_int_equal(count_records(&office->world, JOURNAL_NOTE), 1);
  office_free(office);
}

/* A cut in the middle: what had arrived whole counts, the rest is read the next time. */
static void cut_off(void **state) {
  (void)state;
  struct office *office = office_new(true, "pass");
  deliver(office, "one");
  deliver(office, "two");
  mra_fetch(office->mra);
  while (mra_count(office->mra) == 0) sim_run(office->world.sim, sim_now(office->world.sim) + 1000);
  struct journal_record connect = next_record(&office->world, JOURNAL_CONNECT, 0);
  connection_cut(office->world.network, connect.connection, SPAN("test"));
  sim_run(office->world.sim, -1);
  assert_int_equal(mra_count(office->mra), 1);
  struct journal_record note = next_record(&office->world, JOURNAL_NOTE, 0);
  expect_span(note.text[0], "the connection to the mail server broke");
  fetch(office);
  assert_int_equal(mra_count(office->mra), 2);
  office_free(office);
}

static void nobody_there(void **state) {
  (void)state;
  struct office *office = office_new(true, "pass");
  network_set_host_up(office->world.network, office->server, false, SPAN("test"));
  fetch(office);
  struct journal_record note = next_record(&office->world, JOURNAL_NOTE, 0);
  expect_span(note.text[0], "the mail server does not answer");
  office_free(office);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(left_there), cmocka_unit_test(taken_away),   cmocka_unit_test(refused),
      cmocka_unit_test(cut_off),    cmocka_unit_test(nobody_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
