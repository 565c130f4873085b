#include "small_world.h"

#include "agents/mail_store.h"
#include "journal_files.h"

static const struct mail_user janelle = {SPAN_INIT("janelle"), SPAN_INIT("janelle@umich.edu"),
                                         SPAN_INIT("pass"), 1};
static const struct mail_user bob = {SPAN_INIT("bob"), SPAN_INIT("bob@umich.edu"), SPAN_INIT(""), 2};

struct office {
  struct small_world world;
  struct agent agent;
  struct file_system *files;
  struct mail_store *store;
};

static struct office office_named(bool maildir, const char *host) {
  struct office office = {.world = small_world_new(), .files = file_system_new()};
  office.agent = add_agent(&office.world, add_host(&office.world, host, "192.0.2.1"), AGENT_MDA);
  office.store = mail_store_new(&office.agent, office.files, maildir);
  return office;
}

static struct office office_new(bool maildir) {
  return office_named(maildir, "mx.umich.edu");
}

static void office_free(struct office *office) {
  mail_store_free(office->store);
  file_system_free(office->files);
  small_world_free(&office->world);
}

static void nothing(void *context) {
  (void)context;
}

static void wait_us(struct office *office, int64_t us) {
  sim_after(office->world.sim, us, nothing, NULL);
  sim_run(office->world.sim, -1);
}

/* Delivers a letter with that subject; gives the path in a buffer of the caller. */
static void deliver(struct office *office, const struct mail_user *user, const char *subject,
                    const char *reverse_path, struct buf *path_out) {
  struct buf header = {0};
  buf_format(&header, "Subject: %s\r\n", subject);
  struct message *message = message_new(buf_span(&header), SPAN("text\r\n"));
  agent_note_compose(&office->agent, &office->world.numbers, message, span_from(reverse_path), user->address);
  struct span path =
      mail_store_deliver(office->store, &office->agent, user, message, span_from(reverse_path));
  buf_clear(path_out);
  buf_add(path_out, path);
  message_release(message);
  buf_free(&header);
}

static void expect_file(const struct office *office, const char *path, const char *expected) {
  struct buf contents = {0};
  assert_true(file_system_read(office->files, span_from(path), &contents));
  expect_span(buf_span(&contents), expected);
  buf_free(&contents);
}

static void expect_subject(struct office *office, const struct mail_user *user, size_t index,
                           const char *subject) {
  struct maildrop_entry entry;
  mail_store_entry(office->store, user, index, &entry);
  struct span block = message_block(entry.message);
  expect_span(span_slice(block, 9, block.len - 11), subject);
}

static void mbox(void **state) {
  (void)state;
  struct office office = office_new(false);
  struct buf path = {0};
  assert_false(mail_store_is_maildir(office.store));
  assert_int_equal(mail_store_count(office.store, &janelle), 0);
  deliver(&office, &janelle, "one", "jack@comcast.net", &path);
  expect_span(buf_span(&path), "/var/mail/janelle");
  wait_us(&office, INT64_C(86400) * 1000000 - 1);
  deliver(&office, &janelle, "two", "", &path);
  deliver(&office, &bob, "three", "jack@comcast.net", &path);
  expect_span(buf_span(&path), "/var/mail/bob");
  expect_file(&office, "/var/mail/janelle",
              "From jack@comcast.net Fri Jun 18 10:22:55 2004\nSubject: one\n\ntext\n\n"
              "From MAILER-DAEMON Sat Jun 19 10:22:54 2004\nSubject: two\n\ntext\n\n");
  assert_int_equal(mail_store_count(office.store, &janelle), 2);
  assert_int_equal(mail_store_count(office.store, &bob), 1);
  expect_subject(&office, &janelle, 1, "two");
  expect_subject(&office, &bob, 0, "three");
  buf_free(&path);
  office_free(&office);
}

static void mbox_unique_ids(void **state) {
  (void)state;
  struct office office = office_new(false);
  struct buf path = {0};
  struct maildrop_entry entry;
  deliver(&office, &janelle, "one", "a@b", &path);
  wait_us(&office, 5000000);
  deliver(&office, &janelle, "two", "a@b", &path);
  mail_store_entry(office.store, &janelle, 0, &entry);
  expect_span(entry.unique_id, "0000000140d316df"); /* 1087575775 in hexadecimal */
  expect_span(entry.path, "/var/mail/janelle");
  mail_store_remove(office.store, &office.agent, &janelle, 1);
  deliver(&office, &janelle, "three", "a@b", &path);
  mail_store_entry(office.store, &janelle, 1, &entry);
  expect_span(entry.unique_id, "0000000340d316df"); /* 2 is never given again */
  buf_free(&path);
  office_free(&office);
}

static void maildir(void **state) {
  (void)state;
  struct office office = office_new(true);
  struct buf path = {0};
  struct maildrop_entry entry;
  assert_true(mail_store_is_maildir(office.store));
  wait_us(&office, 22955);
  deliver(&office, &janelle, "one", "jack@comcast.net", &path);
  expect_span(buf_span(&path), "/home/janelle/Maildir/new/1087575775.M22955P1001Q1.mx.umich.edu");
  expect_file(&office, "/home/janelle/Maildir/new/1087575775.M22955P1001Q1.mx.umich.edu",
              "Subject: one\n\ntext\n");
  struct journal_record written = next_record(&office.world, JOURNAL_FILE_WRITE, 0);
  struct journal_record renamed = next_record(&office.world, JOURNAL_FILE_RENAME, written.seq);
  expect_span(written.text[0], "/home/janelle/Maildir/tmp/1087575775.M22955P1001Q1.mx.umich.edu");
  expect_span(written.text[2], "maildir");
  assert_int_equal(renamed.cause, written.seq);
  assert_int_equal(sim_cause(office.world.sim), renamed.seq);

  deliver(&office, &janelle, "two", "", &path); /* in the same microsecond: still another name */
  expect_span(buf_span(&path), "/home/janelle/Maildir/new/1087575775.M22955P1001Q2.mx.umich.edu");

  mail_store_mark_seen(office.store, &office.agent, &janelle, 0);
  mail_store_entry(office.store, &janelle, 0, &entry);
  expect_span(entry.path, "/home/janelle/Maildir/cur/1087575775.M22955P1001Q1.mx.umich.edu:2,S");
  expect_span(entry.unique_id, "1087575775.M22955P1001Q1.mx.umich.edu");
  expect_file(&office, "/home/janelle/Maildir/cur/1087575775.M22955P1001Q1.mx.umich.edu:2,S",
              "Subject: one\n\ntext\n");
  uint64_t renames = count_records(&office.world, JOURNAL_FILE_RENAME);
  mail_store_mark_seen(office.store, &office.agent, &janelle, 0); /* once is enough */
  assert_int_equal(count_records(&office.world, JOURNAL_FILE_RENAME), renames);

  mail_store_remove(office.store, &office.agent, &janelle, 0);
  assert_int_equal(mail_store_count(office.store, &janelle), 1);
  assert_int_equal(count_records(&office.world, JOURNAL_FILE_REMOVE), 1);
  expect_subject(&office, &janelle, 0, "two");
  buf_free(&path);
  office_free(&office);
}

static void unique_ids_fit_pop3(void **state) {
  (void)state;
  struct office office =
      office_named(true, "a-host-with-a-rather-long-name.and-a.department.university.example");
  struct buf path = {0};
  struct maildrop_entry entry;
  deliver(&office, &janelle, "one", "a@b", &path);
  mail_store_entry(office.store, &janelle, 0, &entry);
  expect_span(entry.unique_id, "1087575775.M0P1001Q1");
  buf_free(&path);
  office_free(&office);
}

static void an_mbox_does_not_know_what_is_seen(void **state) {
  (void)state;
  struct office office = office_new(false);
  struct buf path = {0};
  deliver(&office, &janelle, "one", "a@b", &path);
  journal_seq before = journal_count(office.world.journal);
  mail_store_mark_seen(office.store, &office.agent, &janelle, 0);
  assert_int_equal(journal_count(office.world.journal), before);
  buf_free(&path);
  office_free(&office);
}

/* One session at a time; a delivery meanwhile goes to the end. */
static void locking(void **state) {
  (void)state;
  struct office office = office_new(false);
  struct buf path = {0};
  deliver(&office, &janelle, "one", "a@b", &path);
  assert_true(mail_store_lock(office.store, &janelle));
  assert_false(mail_store_lock(office.store, &janelle));
  assert_true(mail_store_lock(office.store, &bob)); /* who never had mail */
  deliver(&office, &janelle, "two", "a@b", &path);
  mail_store_remove(office.store, &office.agent, &janelle, 0);
  mail_store_unlock(office.store, &janelle);
  assert_int_equal(mail_store_count(office.store, &janelle), 1);
  expect_subject(&office, &janelle, 0, "two");
  assert_true(mail_store_lock(office.store, &janelle));
  assert_int_equal(mail_store_count(office.store, &bob), 0);
  buf_free(&path);
  office_free(&office);
}

static const struct mail_user *user_number(struct mail_user *user, struct buf *name, uint64_t number) {
  buf_clear(name);
  buf_format(name, "u%d", (int)number);
  *user = (struct mail_user){.name = buf_span(name), .address = SPAN("x@y")};
  return user;
}

/* After each of some hundred changes, all files of the host are what the records say they are. */
static void files_from_records(void **state) {
  (void)state;
  for (int maildir = 0; maildir < 2; maildir++) {
    struct office office = office_new(maildir);
    struct rng rng = rng_named(11, SPAN("changes"));
    struct buf path = {0}, name = {0};
    struct mail_user user;
    for (int step = 0; step < 150; step++) {
      user_number(&user, &name, rng_below(&rng, 3));
      size_t count = mail_store_count(office.store, &user);
      if (count == 0 || (count < 12 && rng_chance(&rng, 500000)))
        deliver(&office, &user, "x", "a@b", &path);
      else if (rng_chance(&rng, 500000))
        mail_store_mark_seen(office.store, &office.agent, &user, (size_t)rng_below(&rng, count));
      else
        mail_store_remove(office.store, &office.agent, &user, (size_t)rng_below(&rng, count));
      struct journal_files made;
      journal_files_make(office.world.journal, office.agent.host, journal_count(office.world.journal), &made);
      for (size_t i = 0; i < made.count; i++) {
        struct buf contents = {0};
        assert_true(file_system_read(office.files, made.items[i].path, &contents));
        assert_true(span_equal(buf_span(&contents), buf_span(&made.items[i].contents)));
        buf_free(&contents);
      }
      struct maildrop_entry entry;
      count = mail_store_count(office.store, &user);
      for (size_t i = 0; i < count; i++) {
        mail_store_entry(office.store, &user, i, &entry);
        assert_non_null(journal_file_at(&made, entry.path));
      }
      journal_files_free(&made);
    }
    buf_free(&path);
    buf_free(&name);
    office_free(&office);
  }
}

static void many_users(void **state) {
  enum { USERS = 1000 };
  (void)state;
  struct office office = office_new(false);
  struct buf path = {0}, name = {0};
  struct mail_user user;
  for (uint64_t i = 0; i < USERS; i++) deliver(&office, user_number(&user, &name, i), "x", "a@b", &path);
  for (uint64_t i = 0; i < USERS; i++)
    assert_int_equal(mail_store_count(office.store, user_number(&user, &name, i)), 1);
  assert_int_equal(mail_store_count(office.store, user_number(&user, &name, USERS)), 0);
  buf_free(&path);
  buf_free(&name);
  office_free(&office);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mbox),
      cmocka_unit_test(mbox_unique_ids),
      cmocka_unit_test(maildir),
      cmocka_unit_test(unique_ids_fit_pop3),
      cmocka_unit_test(an_mbox_does_not_know_what_is_seen),
      cmocka_unit_test(locking),
      cmocka_unit_test(files_from_records),
      cmocka_unit_test(many_users),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
