#include "small_world.h"

#include "agents/file_system.h"
#include "journal_files.h"

struct disk {
  struct small_world world;
  struct agent agent;
  struct file_system *files;
};

static struct disk disk_new(void) {
  struct disk disk = {.world = small_world_new(), .files = file_system_new()};
  disk.agent = add_agent(&disk.world, add_host(&disk.world, "mx.umich.edu", "192.0.2.1"), AGENT_MDA);
  return disk;
}

static void disk_free(struct disk *disk) {
  file_system_free(disk->files);
  small_world_free(&disk->world);
}

static void expect_file(const struct disk *disk, const char *path, const char *expected) {
  struct buf contents = {0};
  assert_true(file_system_read(disk->files, span_from(path), &contents));
  expect_span(buf_span(&contents), expected);
  assert_int_equal(file_system_size(disk->files, span_from(path)), contents.len);
  buf_free(&contents);
}

/* Every file that the records give is there, with the same contents. */
static void expect_same_as_journal(const struct disk *disk, size_t file_count) {
  struct journal_files made;
  journal_files_make(disk->world.journal, disk->agent.host, journal_count(disk->world.journal), &made);
  assert_int_equal(made.count, file_count);
  for (size_t i = 0; i < made.count; i++) {
    struct buf contents = {0};
    assert_true(file_system_read(disk->files, made.items[i].path, &contents));
    assert_int_equal(file_system_size(disk->files, made.items[i].path), contents.len);
    assert_int_equal(contents.len, made.items[i].contents.len);
    assert_true(span_equal(buf_span(&contents), buf_span(&made.items[i].contents)));
    buf_free(&contents);
  }
  journal_files_free(&made);
}

static struct message *compose(struct disk *disk, const char *header, const char *body) {
  struct message *message = message_new(span_from(header), span_from(body));
  agent_note_compose(&disk->agent, &disk->world.numbers, message, SPAN("a@b"), SPAN("c@d"));
  return message;
}

static void forms(void **state) {
  static const struct {
    enum file_form form;
    const char *header, *body, *expected;
  } cases[] = {
      {FILE_PLAIN, "Subject: x\r\n", "one\r\n\r\ntwo\r\n", "Subject: x\n\none\n\ntwo\n"},
      {FILE_PLAIN, "", "From here\r\n", "\nFrom here\n"},
      {FILE_MAILDIR, "Subject: x\r\n", "From here\r\n", "Subject: x\n\nFrom here\n"},
      {FILE_MAILDIR, "Subject: x\r\n", "", "Subject: x\n\n"},
      {FILE_MBOX, "Subject: x\r\n", "", "Subject: x\n\n\n"},
      {FILE_MBOX, "From: a@b\r\n", "From here\r\n>From there\r\n>>From\r\nFrom\r\n> From us\r\n",
       "From: a@b\n\n>From here\n>>From there\n>>From\nFrom\n> From us\n\n"},
      {FILE_MBOX, "Subject: a\r\n From b\r\n", "a\rb\r\nx From y\r\n",
       "Subject: a\n From b\n\na\rb\nx From y\n\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct disk disk = disk_new();
    struct message *message = compose(&disk, cases[i].header, cases[i].body);
    file_system_append(disk.files, &disk.agent, SPAN("/f"), SPAN_EMPTY, message, cases[i].form);
    message_release(message);
    expect_file(&disk, "/f", cases[i].expected);
    expect_same_as_journal(&disk, 1);
    disk_free(&disk);
  }
}

static void bytes_and_versions(void **state) {
  (void)state;
  struct disk disk = disk_new();
  struct message *first = compose(&disk, "Subject: 1\r\n", "one\r\n");
  struct message *stamped = message_put_on_top(first, SPAN("Delivered-To: x\r\n"));
  agent_note_stamp(&disk.agent, &disk.world.numbers, stamped, first->version, SPAN_EMPTY);
  file_system_append(disk.files, &disk.agent, SPAN("/var/mail/x"), SPAN("From a\n"), first, FILE_MBOX);
  journal_seq second =
      file_system_append(disk.files, &disk.agent, SPAN("/var/mail/x"), SPAN("From b\n"), stamped, FILE_MBOX);
  file_system_append(disk.files, &disk.agent, SPAN("/etc/aliases"), SPAN("root: x\n"), NULL, FILE_PLAIN);
  message_release(first);
  message_release(stamped);
  expect_file(&disk, "/var/mail/x",
              "From a\nSubject: 1\n\none\n\nFrom b\nDelivered-To: x\nSubject: 1\n\none\n\n");
  expect_file(&disk, "/etc/aliases", "root: x\n");
  expect_same_as_journal(&disk, 2);
  assert_int_equal(file_system_piece_count(disk.files, SPAN("/var/mail/x")), 2);

  struct journal_record record = record_at(&disk.world, second);
  assert_int_equal(record.kind, JOURNAL_FILE_WRITE);
  assert_int_equal(record.message, 1);
  assert_int_equal(record.number[0], strlen("From a\nSubject: 1\n\none\n\n"));
  assert_int_equal(record.number[1], 2);
  expect_span(record.text[0], "/var/mail/x");
  expect_span(record.text[1], "From b\n"); /* the message is not in it */
  expect_span(record.text[2], "mbox");
  disk_free(&disk);
}

static void cutting(void **state) {
  (void)state;
  struct disk disk = disk_new();
  struct message *message = compose(&disk, "Subject: 1\r\n", "one\r\n");
  struct span path = SPAN("/m");
  file_system_append(disk.files, &disk.agent, path, SPAN("a\n"), NULL, FILE_PLAIN);
  file_system_append(disk.files, &disk.agent, path, SPAN("b\n"), message, FILE_MBOX);
  file_system_append(disk.files, &disk.agent, path, SPAN("c\n"), NULL, FILE_PLAIN);
  file_system_append(disk.files, &disk.agent, path, SPAN("d\n"), message, FILE_PLAIN);
  message_release(message);
  journal_seq cut = file_system_cut(disk.files, &disk.agent, path, 1);
  struct journal_record record = record_at(&disk.world, cut);
  assert_int_equal(record.number[0], 2);
  assert_int_equal(record.number[1], strlen("b\nSubject: 1\n\none\n\n"));
  assert_int_equal(record.message, 1);
  expect_file(&disk, "/m", "a\nc\nd\nSubject: 1\n\none\n");
  expect_same_as_journal(&disk, 1);
  file_system_cut(disk.files, &disk.agent, path, 2);
  expect_file(&disk, "/m", "a\nc\n");
  file_system_append(disk.files, &disk.agent, path, SPAN("e\n"), NULL, FILE_PLAIN);
  file_system_cut(disk.files, &disk.agent, path, 0);
  expect_file(&disk, "/m", "c\ne\n");
  file_system_cut(disk.files, &disk.agent, path, 0);
  file_system_cut(disk.files, &disk.agent, path, 0);
  expect_file(&disk, "/m", ""); /* empty, but there */
  assert_true(file_system_exists(disk.files, path));
  expect_same_as_journal(&disk, 1);
  disk_free(&disk);
}

static void removing_and_renaming(void **state) {
  (void)state;
  struct disk disk = disk_new();
  struct message *message = compose(&disk, "Subject: 1\r\n", "one\r\n");
  file_system_append(disk.files, &disk.agent, SPAN("/tmp/1"), SPAN_EMPTY, message, FILE_MAILDIR);
  message_release(message);
  journal_seq renamed = file_system_rename(disk.files, &disk.agent, SPAN("/tmp/1"), SPAN("/new/1"));
  assert_int_equal(record_at(&disk.world, renamed).message, 1);
  assert_false(file_system_exists(disk.files, SPAN("/tmp/1")));
  expect_file(&disk, "/new/1", "Subject: 1\n\none\n");
  file_system_append(disk.files, &disk.agent, SPAN("/new/2"), SPAN("two"), NULL, FILE_PLAIN);
  file_system_rename(disk.files, &disk.agent, SPAN("/new/2"), SPAN("/new/1")); /* replaces */
  expect_file(&disk, "/new/1", "two");
  file_system_rename(disk.files, &disk.agent, SPAN("/new/1"), SPAN("/new/1"));
  expect_file(&disk, "/new/1", "two");
  expect_same_as_journal(&disk, 1);
  file_system_remove(disk.files, &disk.agent, SPAN("/new/1"));
  assert_false(file_system_exists(disk.files, SPAN("/new/1")));
  assert_int_equal(file_system_size(disk.files, SPAN("/new/1")), 0);
  assert_int_equal(file_system_piece_count(disk.files, SPAN("/new/1")), 0);
  struct buf nothing = {0};
  assert_false(file_system_read(disk.files, SPAN("/new/1"), &nothing));
  expect_same_as_journal(&disk, 0);
  disk_free(&disk);
}

static void an_empty_file(void **state) {
  (void)state;
  struct disk disk = disk_new();
  file_system_append(disk.files, &disk.agent, SPAN("/empty"), SPAN_EMPTY, NULL, FILE_PLAIN);
  assert_true(file_system_exists(disk.files, SPAN("/empty")));
  expect_file(&disk, "/empty", "");
  assert_false(file_system_exists(disk.files, SPAN("/other")));
  expect_same_as_journal(&disk, 1);
  disk_free(&disk);
}

/* The same cause for all, and it stays: who changes files says what is because of what. */
static void causes_stay(void **state) {
  (void)state;
  struct disk disk = disk_new();
  sim_set_cause(disk.world.sim, 1);
  journal_seq a = file_system_append(disk.files, &disk.agent, SPAN("/a"), SPAN("x"), NULL, FILE_PLAIN);
  journal_seq b = file_system_rename(disk.files, &disk.agent, SPAN("/a"), SPAN("/b"));
  assert_int_equal(record_at(&disk.world, a).cause, 1);
  assert_int_equal(record_at(&disk.world, b).cause, 1);
  assert_int_equal(sim_cause(disk.world.sim), 1);
  disk_free(&disk);
}

/* A model with an array beside it: thousands of names come and go, collide, and are found again. */
static void many_names(void **state) {
  enum { NAMES = 700, STEPS = 20000 };
  static bool there[NAMES];
  (void)state;
  memset(there, 0, sizeof there);
  struct disk disk = disk_new();
  struct rng rng = rng_named(7, SPAN("names"));
  struct buf path = {0}, to = {0};
  for (int step = 0; step < STEPS; step++) {
    size_t name = (size_t)rng_below(&rng, NAMES), other = (size_t)rng_below(&rng, NAMES);
    buf_clear(&path), buf_clear(&to);
    buf_format(&path, "/home/u%zu", name);
    buf_format(&to, "/home/u%zu", other);
    assert_int_equal(file_system_exists(disk.files, buf_span(&path)), there[name]);
    if (!there[name]) {
      file_system_append(disk.files, &disk.agent, buf_span(&path), SPAN("x"), NULL, FILE_PLAIN);
      there[name] = true;
    } else if (rng_chance(&rng, 500000)) {
      file_system_remove(disk.files, &disk.agent, buf_span(&path));
      there[name] = false;
    } else {
      file_system_rename(disk.files, &disk.agent, buf_span(&path), buf_span(&to));
      there[name] = false;
      there[other] = true;
    }
  }
  for (size_t name = 0; name < NAMES; name++) {
    buf_clear(&path);
    buf_format(&path, "/home/u%zu", name);
    assert_int_equal(file_system_exists(disk.files, buf_span(&path)), there[name]);
  }
  buf_free(&path);
  buf_free(&to);
  disk_free(&disk);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forms),         cmocka_unit_test(bytes_and_versions),
      cmocka_unit_test(cutting),       cmocka_unit_test(removing_and_renaming),
      cmocka_unit_test(an_empty_file), cmocka_unit_test(causes_stay),
      cmocka_unit_test(many_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
