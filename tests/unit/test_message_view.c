/* Versions of a message, from the journal alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/message_view.h"
#include "journal_samples.h"

static journal_seq compose(struct journal *journal, uint32_t message, int64_t version) {
  return journal_append(journal, &(struct journal_record){
                                     .kind = JOURNAL_COMPOSE,
                                     .host = 1,
                                     .agent = 1,
                                     .message = message,
                                     .number = {version},
                                     .text = {SPAN_INIT("Subject: Lunch?\r\n"), SPAN_INIT("Friday?\r\n")}});
}

static journal_seq stamp(struct journal *journal, uint32_t message, int64_t version, int64_t parent,
                         struct span block) {
  return journal_append(journal, &(struct journal_record){.kind = JOURNAL_STAMP,
                                                          .host = 2,
                                                          .agent = 3,
                                                          .message = message,
                                                          .number = {version, parent},
                                                          .text = {block, SPAN_INIT("0 1 by clock 0\n")}});
}

static journal_seq rewrite(struct journal *journal, int64_t version, int64_t parent, struct span header) {
  return journal_append(journal, &(struct journal_record){.kind = JOURNAL_REWRITE,
                                                          .message = 1,
                                                          .number = {version, parent},
                                                          .text = {header, SPAN_INIT("gateway")}});
}

static void assert_whole(const struct journal_versions *versions, int64_t version, const char *wanted) {
  struct buf whole = {0};
  journal_message_write(versions, version, &whole);
  assert_int_equal(whole.len, strlen(wanted));
  assert_memory_equal(whole.data, wanted, whole.len);
  if (journal_version_record(versions, version))
    assert_int_equal(journal_message_size(versions, version), whole.len);
  buf_free(&whole);
}

static void blocks_accumulate(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  journal_seq first = compose(journal, 1, 1);
  stamp(journal, 1, 2, 1, SPAN("Received: by a\r\n"));
  journal_seq third = stamp(journal, 1, 3, 2, SPAN("Received: by b\r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  struct journal_block block;
  assert_true(journal_message_block(versions, 3, &block));
  assert_int_equal(block.record, third);
  assert_int_equal(block.kind, JOURNAL_STAMP);
  assert_int_equal(block.host, 2);
  assert_int_equal(block.agent, 3);
  assert_int_equal(block.under, 2);
  assert_true(span_equal(block.fields, SPAN("Received: by b\r\n")));
  assert_true(span_equal(block.sources, SPAN("0 1 by clock 0\n")));
  assert_true(journal_message_block(versions, 2, &block) && block.under == 1);
  assert_true(journal_message_block(versions, 1, &block) && block.under == 0 && block.record == first);
  assert_int_equal(block.sources.len, 0);
  assert_whole(versions, 1, "Subject: Lunch?\r\n\r\nFriday?\r\n");
  assert_whole(versions, 3, "Received: by b\r\nReceived: by a\r\nSubject: Lunch?\r\n\r\nFriday?\r\n");
  journal_versions_free(versions);
  journal_free(journal);
}

static void a_rewrite_replaces_the_header(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  compose(journal, 1, 1);
  stamp(journal, 1, 2, 1, SPAN("Received: by a\r\n"));
  rewrite(journal, 3, 2, SPAN("X: y\r\n"));
  stamp(journal, 1, 4, 3, SPAN("Received: by b\r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  struct journal_block block;
  assert_true(journal_message_block(versions, 3, &block));
  assert_int_equal(block.under, 0);
  assert_int_equal(block.parent, 2);
  assert_whole(versions, 4, "Received: by b\r\nX: y\r\n\r\nFriday?\r\n");
  journal_versions_free(versions);
  journal_free(journal);
}

static journal_seq author(const struct journal_versions *versions, int64_t version, const char *field) {
  struct journal_block block;
  assert_true(journal_message_block(versions, version, &block));
  return journal_field_author(versions, &block, span_from(field)).record;
}

static void a_field_keeps_its_author_through_a_rewrite(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  journal_seq first = compose(journal, 1, 1);
  journal_seq second = stamp(journal, 1, 2, 1, SPAN("Received: by a\r\n\twith SMTP\r\n"));
  journal_seq third =
      rewrite(journal, 3, 2, SPAN("Received: by a\r\n\twith SMTP\r\nX: y\r\nSubject: Lunch?\r\n"));
  journal_seq fourth = rewrite(journal, 4, 3, SPAN("X: y\r\nSubject: Lunch? \r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  assert_int_equal(author(versions, 3, "Subject: Lunch?\r\n"), first);
  assert_int_equal(author(versions, 3, "Received: by a\r\n\twith SMTP\r\n"), second);
  assert_int_equal(author(versions, 3, "X: y\r\n"), third);
  assert_int_equal(author(versions, 4, "X: y\r\n"), third);
  assert_int_equal(author(versions, 4, "Subject: Lunch? \r\n"), fourth);
  assert_int_equal(author(versions, 1, "Subject: Lunch?\r\n"), first);
  journal_versions_free(versions);
  journal_free(journal);
}

/* In 7 bits: another body, and the fields that were there before keep their authors. */
static void a_conversion_replaces_header_and_body(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  journal_seq first = compose(journal, 1, 1), writer;
  journal_seq second = journal_append(
      journal, &(struct journal_record){.kind = JOURNAL_CONVERT,
                                        .message = 1,
                                        .number = {2, 1},
                                        .text = {SPAN_INIT("Subject: Lunch?\r\nX: y\r\n"),
                                                 SPAN_INIT("Friday=3F\r\n"), SPAN_INIT("mx wants it")}});
  stamp(journal, 1, 3, 2, SPAN("Received: by b\r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  assert_whole(versions, 1, "Subject: Lunch?\r\n\r\nFriday?\r\n");
  assert_whole(versions, 3, "Received: by b\r\nSubject: Lunch?\r\nX: y\r\n\r\nFriday=3F\r\n");
  assert_int_equal(author(versions, 2, "Subject: Lunch?\r\n"), first);
  assert_int_equal(author(versions, 2, "X: y\r\n"), second);
  journal_message_body_by(versions, 3, &writer);
  assert_int_equal(writer, second);
  journal_message_body_by(versions, 1, &writer);
  assert_int_equal(writer, first);
  journal_message_body_by(versions, 9, &writer);
  assert_int_equal(writer, 0);
  journal_versions_free(versions);
  journal_free(journal);
}

static void fields_are_taken_with_their_continuations(void **state) {
  (void)state;
  struct span fields = SPAN("A: 1\r\n\tmore\r\n and more\r\nB: 2\r\nC: no end"), field;
  assert_true(journal_next_field(&fields, &field) &&
              span_equal(field, SPAN("A: 1\r\n\tmore\r\n and more\r\n")));
  assert_true(journal_next_field(&fields, &field) && span_equal(field, SPAN("B: 2\r\n")));
  assert_true(journal_next_field(&fields, &field) && span_equal(field, SPAN("C: no end")));
  assert_false(journal_next_field(&fields, &field));
}

static void the_index_grows_with_the_journal(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  struct journal_versions *versions = journal_versions_new(journal);
  struct journal_block block;
  assert_false(journal_message_block(versions, 1, &block));
  compose(journal, 1, 1);
  compose(journal, 2, 2);
  journal_versions_update(versions);
  journal_versions_update(versions);
  stamp(journal, 1, 3, 1, SPAN("Received: by a\r\n"));
  journal_versions_update(versions);
  assert_whole(versions, 3, "Received: by a\r\nSubject: Lunch?\r\n\r\nFriday?\r\n");
  journal_versions_free(versions);
  journal_free(journal);
}

static void the_newest_version_of_a_letter(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  journal_seq first = compose(journal, 1, 1);
  journal_seq second = compose(journal, 2, 2);
  journal_seq third = stamp(journal, 1, 3, 1, SPAN("A: b\r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  assert_int_equal(journal_message_newest(versions, 1, first - 1), 0);
  assert_int_equal(journal_message_newest(versions, 1, first), 1);
  assert_int_equal(journal_message_newest(versions, 1, second), 1);
  assert_int_equal(journal_message_newest(versions, 1, third), 3);
  assert_int_equal(journal_message_newest(versions, 1, UINT32_MAX), 3);
  assert_int_equal(journal_message_newest(versions, 2, first), 0);
  assert_int_equal(journal_message_newest(versions, 2, UINT32_MAX), 2);
  assert_int_equal(journal_message_newest(versions, 3, UINT32_MAX), 0);
  journal_versions_free(versions);
  journal_free(journal);
}

/* Nothing that a journal claims makes a walk endless or leads astray. */
static void a_strangers_journal(void **state) {
  (void)state;
  struct journal *journal = new_journal(JOURNAL_FULL);
  compose(journal, 1, 9);
  stamp(journal, 1, 7, 7, SPAN("A: its own parent\r\n"));
  stamp(journal, 1, 5, 6, SPAN("B: a parent yet to come\r\n"));
  stamp(journal, 1, 6, 5, SPAN("C: over B\r\n"));
  stamp(journal, 1, 8, 99, SPAN("D: no parent\r\n"));
  stamp(journal, 1, 9, 8, SPAN("E: a second version 9\r\n"));
  stamp(journal, 1, 0, 9, SPAN("F: version 0\r\n"));
  stamp(journal, 1, INT64_MIN, 9, SPAN("G: \r\n"));
  struct journal_versions *versions = journal_versions_new(journal);
  assert_whole(versions, 7, "A: its own parent\r\n\r\n");
  assert_whole(versions, 5, "B: a parent yet to come\r\n\r\n");
  assert_whole(versions, 6, "C: over B\r\nB: a parent yet to come\r\n\r\n");
  assert_whole(versions, 8, "D: no parent\r\n\r\n");
  assert_whole(versions, 9, "Subject: Lunch?\r\n\r\nFriday?\r\n");
  assert_whole(versions, 0, "\r\n");
  assert_int_equal(journal_message_size(versions, 0), 0);
  assert_whole(versions, INT64_MIN, "G: \r\nSubject: Lunch?\r\n\r\nFriday?\r\n");
  journal_versions_free(versions);
  journal_free(journal);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_accumulate),
      cmocka_unit_test(a_rewrite_replaces_the_header),
      cmocka_unit_test(a_field_keeps_its_author_through_a_rewrite),
      cmocka_unit_test(a_conversion_replaces_header_and_body),
      cmocka_unit_test(fields_are_taken_with_their_continuations),
      cmocka_unit_test(the_index_grows_with_the_journal),
      cmocka_unit_test(the_newest_version_of_a_letter),
      cmocka_unit_test(a_strangers_journal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
