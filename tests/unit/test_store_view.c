/* Letters in the stores of journals made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "readers/store_view.h"

struct run {
  struct journal *journal;
  struct journal_versions *versions;
  struct journal_preamble *preamble;
  struct store_view view;
};

static void note(struct journal *journal, struct journal_record record) {
  journal_append(journal, &record);
}

/* Two letters, versions 1 and 2; one host, two hours east of UTC. */
static struct journal *two_letters(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .number = {1, 1000000000000000}});
  note(journal,
       (struct journal_record){
           .kind = JOURNAL_HOST, .host = 1, .number = {0, 120}, .text = {SPAN("mx"), SPAN("192.0.2.1")}});
  note(journal,
       (struct journal_record){.kind = JOURNAL_COMPOSE,
                               .message = 1,
                               .number = {1},
                               .text = {SPAN("Return-Path: <a@b>\r\nA: 1\r\n"), SPAN("From one\r\n")}});
  note(journal, (struct journal_record){.kind = JOURNAL_COMPOSE,
                                        .message = 2,
                                        .number = {2},
                                        .text = {SPAN("B: 2\r\n"), SPAN("two\r\n")}});
  return journal;
}

static void put(struct journal *journal, int64_t offset, int64_t version, const char *path, const char *bytes,
                const char *form) {
  note(journal, (struct journal_record){.kind = JOURNAL_FILE_WRITE,
                                        .host = 1,
                                        .message = (uint32_t)version,
                                        .number = {offset, version},
                                        .text = {span_from(path), span_from(bytes), span_from(form)}});
}

static struct run look(struct journal *journal) {
  struct run run = {.journal = journal,
                    .versions = journal_versions_new(journal),
                    .preamble = journal_preamble_new(journal)};
  run.view = store_view_make(journal, run.versions, 0);
  return run;
}

static void end(struct run *run) {
  store_view_free(&run->view);
  journal_versions_free(run->versions);
  journal_preamble_free(run->preamble);
  journal_free(run->journal);
}

static void expect_mbox(struct run *run, size_t letter, const char *wanted) {
  struct buf text = {0};
  stored_letter_write_mbox(&run->view.letters[letter], run->preamble, run->versions, &text);
  buf_add_char(&text, '\0');
  assert_string_equal(text.data, wanted);
  buf_free(&text);
}

static void test_mbox(void **state) {
  (void)state;
  struct journal *journal = two_letters();
  put(journal, 0, 1, "/var/mail/a", "From a@b Sun Sep  9 03:46:40 2001\n", "mbox");
  put(journal, 78, 2, "/var/mail/a", "From c@d Sun Sep  9 03:46:41 2001\n", "mbox");
  note(journal, (struct journal_record){.kind = JOURNAL_DELIVERED,
                                        .host = 1,
                                        .number = {2, 7},
                                        .text = {SPAN(""), SPAN("a@mx"), SPAN("mbox"), SPAN("/var/mail/a")}});
  struct run run = look(journal);
  assert_int_equal(run.view.count, 2);
  expect_mbox(&run, 0, "From a@b Sun Sep  9 03:46:40 2001\nReturn-Path: <a@b>\nA: 1\n\n>From one\n\n");
  assert_int_equal(run.view.letters[0].person, 0);
  assert_int_equal(run.view.letters[1].person, 7);
  assert_false(stored_letter_is_seen(&run.view.letters[1]));
  end(&run);
}

/* The first is taken out: the second moves up, and is what the next cut takes. */
static void test_cut(void **state) {
  (void)state;
  struct journal *journal = two_letters();
  const char first[] = "From a@b Sun Sep  9 03:46:40 2001\nReturn-Path: <a@b>\nA: 1\n\n>From one\n\n";
  put(journal, 0, 1, "/var/mail/a", "From a@b Sun Sep  9 03:46:40 2001\n", "mbox");
  put(journal, sizeof first - 1, 2, "/var/mail/a", "From c@d Sun Sep  9 03:46:41 2001\n", "mbox");
  note(journal, (struct journal_record){.kind = JOURNAL_FILE_CUT,
                                        .host = 1,
                                        .number = {0, sizeof first - 1},
                                        .text = {SPAN("/var/mail/a")}});
  struct run run = look(journal);
  assert_true(run.view.letters[0].is_gone);
  assert_false(run.view.letters[1].is_gone);
  store_view_free(&run.view);
  note(journal, (struct journal_record){
                    .kind = JOURNAL_FILE_CUT, .host = 1, .number = {0, 20}, .text = {SPAN("/var/mail/a")}});
  run.view = store_view_make(journal, run.versions, 0);
  assert_true(run.view.letters[1].is_gone);
  end(&run);
}

static void test_maildir(void **state) {
  (void)state;
  struct journal *journal = two_letters();
  put(journal, 0, 1, "/home/a/Maildir/tmp/1.x", "", "maildir");
  put(journal, 0, 2, "/home/a/Maildir/new/2.x", "", "maildir");
  note(journal, (struct journal_record){
                    .kind = JOURNAL_FILE_RENAME,
                    .host = 1,
                    .text = {SPAN("/home/a/Maildir/tmp/1.x"), SPAN("/home/a/Maildir/cur/1.x:2,FS")}});
  note(journal, (struct journal_record){
                    .kind = JOURNAL_FILE_REMOVE, .host = 1, .text = {SPAN("/home/a/Maildir/new/2.x")}});
  struct run run = look(journal);
  struct buf name = {0};
  assert_true(stored_letter_is_seen(&run.view.letters[0]));
  assert_true(run.view.letters[1].is_gone);
  stored_letter_write_name(&run.view.letters[0], run.preamble, &name);
  assert_true(span_equal(buf_span(&name), SPAN("1.x")));
  buf_free(&name);
  /* Its From_ line says what Return-Path does, and the host's own time. */
  expect_mbox(&run, 0, "From a@b Sun Sep  9 03:46:40 2001\nReturn-Path: <a@b>\nA: 1\n\n>From one\n\n");
  end(&run);
}

static void test_retrieved(void **state) {
  (void)state;
  struct journal *journal = two_letters();
  note(journal,
       (struct journal_record){
           .time_us = 1500000, .kind = JOURNAL_RETRIEVED, .host = 1, .message = 2, .number = {2, 3}});
  struct run run = look(journal);
  struct buf name = {0};
  assert_int_equal(run.view.count, 1);
  assert_true(stored_letter_is_seen(&run.view.letters[0]));
  stored_letter_write_name(&run.view.letters[0], run.preamble, &name);
  assert_true(span_equal(buf_span(&name), SPAN("1000000001.M500000R5.mx")));
  buf_free(&name);
  expect_mbox(&run, 0, "From MAILER-DAEMON Sun Sep  9 03:46:41 2001\nB: 2\n\ntwo\n\n");
  end(&run);
}

/* No name of a stranger's leads out of the folder. */
static void test_names(void **state) {
  (void)state;
  static const struct {
    const char *path, *name;
  } cases[] = {
      {"/new/..", "_."}, {"/new/.hidden", "_hidden"}, {"/new/a b\n\\c", "a_b__c"}, {"/new/\xC3\xA9", "__"},
      {"..", "_."},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct journal *journal = two_letters();
    put(journal, 0, 1, cases[i].path, "", "maildir");
    struct run run = look(journal);
    struct buf name = {0};
    stored_letter_write_name(&run.view.letters[0], run.preamble, &name);
    assert_true(span_equal(buf_span(&name), span_from(cases[i].name)));
    buf_free(&name);
    end(&run);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mbox),      cmocka_unit_test(test_cut),   cmocka_unit_test(test_maildir),
      cmocka_unit_test(test_retrieved), cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
