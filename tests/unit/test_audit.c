/* audit: books that balance, and every way in which they can fail to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "readers/audit.h"

enum { HOST_A = 1, HOST_B, AGENT_A = 1, AGENT_B, AGENT_B_MDA };

static void note(struct journal *journal, enum journal_kind kind, uint16_t host, uint16_t agent,
                 int64_t number, const char *id, const char *second, const char *third) {
  struct journal_record record = {.kind = (uint16_t)kind, .host = host, .agent = agent, .message = 1};
  const struct journal_kind_info *info = journal_kind_info(kind);
  if (info->number[0]) record.number[0] = number;
  record.text[0] = span_from(id);
  if (info->text[1]) record.text[1] = span_from(second);
  if (info->text[2]) record.text[2] = span_from(third);
  journal_append(journal, &record);
}

static struct journal *journal_begun(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  journal_append(journal, &(struct journal_record){.kind = JOURNAL_SCENARIO});
  return journal;
}

static void accept(struct journal *journal, uint16_t host, uint16_t agent, const char *recipients) {
  note(journal, JOURNAL_ACCEPTED, host, agent, 1, "Q1", "ann@a.example", recipients);
}

static struct audit audit_of(struct journal *journal, struct arena *arena) {
  return audit_make(journal, 0, arena);
}

/* A takes it, B's server takes it over, B's delivery agent stores it. */
static struct journal *whole_journey(void) {
  struct journal *journal = journal_begun();
  accept(journal, HOST_A, AGENT_A, "ben@b.example");
  accept(journal, HOST_B, AGENT_B, "ben@b.example");
  note(journal, JOURNAL_RELAYED, HOST_A, AGENT_A, HOST_B, "Q1", "ben@b.example", "b.example");
  note(journal, JOURNAL_DELIVERED, HOST_B, AGENT_B_MDA, 1, "", "ben@b.example", "mbox");
  note(journal, JOURNAL_RELAYED, HOST_B, AGENT_B, HOST_B, "Q1", "ben@b.example", "b.example");
  return journal;
}

static void test_conserved(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = whole_journey();
  struct audit audit = audit_of(journal, &arena);
  assert_int_equal(audit.fault_count, 0);
  assert_int_equal(audit.debt_count, 3);
  assert_int_equal(audit.debts[0].state, AUDIT_RELAYED);
  assert_int_equal(audit.debts[1].state, AUDIT_RELAYED);
  assert_int_equal(audit.debts[2].state, AUDIT_DELIVERED);
  arena_free(&arena);
  journal_free(journal);
}

static void test_still_queued(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = journal_begun();
  accept(journal, HOST_A, AGENT_A, "ben@b.example\ncleo@c.example");
  note(journal, JOURNAL_BOUNCED, HOST_A, AGENT_A, 550, "Q1", "cleo@c.example", "no such user");
  struct audit audit = audit_of(journal, &arena);
  assert_int_equal(audit.fault_count, 0);
  assert_int_equal(audit.debts[0].state, AUDIT_QUEUED);
  assert_int_equal(audit.debts[1].state, AUDIT_BOUNCED);
  arena_free(&arena);
  journal_free(journal);
}

static void test_lost_on_the_way(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = journal_begun();
  accept(journal, HOST_A, AGENT_A, "ben@b.example");
  note(journal, JOURNAL_RELAYED, HOST_A, AGENT_A, HOST_B, "Q1", "ben@b.example", "b.example");
  struct audit audit = audit_of(journal, &arena);
  assert_int_equal(audit.fault_count, 1);
  assert_int_equal(audit.faults[0].record, 3);
  arena_free(&arena);
  journal_free(journal);
}

/* Handed to its own delivery agent, which never stored it: the host's own books must not count as a taker. */
static void test_lost_between_programs_of_one_host(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = journal_begun();
  accept(journal, HOST_B, AGENT_B, "ben@b.example");
  note(journal, JOURNAL_RELAYED, HOST_B, AGENT_B, HOST_B, "Q1", "ben@b.example", "b.example");
  assert_int_equal(audit_of(journal, &arena).fault_count, 1);
  arena_free(&arena);
  journal_free(journal);
}

static void test_two_fates(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = whole_journey();
  note(journal, JOURNAL_BOUNCED, HOST_A, AGENT_A, 550, "Q1", "ben@b.example", "late");
  assert_int_equal(audit_of(journal, &arena).fault_count, 1);
  arena_free(&arena);
  journal_free(journal);
}

static void test_fate_without_debt(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = journal_begun();
  note(journal, JOURNAL_EXPIRED, HOST_A, AGENT_A, 0, "Q1", "ben@b.example", "old");
  assert_int_equal(audit_of(journal, &arena).fault_count, 1);
  arena_free(&arena);
  journal_free(journal);
}

static void test_alias_opens_new_debts(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct journal *journal = journal_begun();
  accept(journal, HOST_A, AGENT_A, "staff@a.example");
  note(journal, JOURNAL_EXPANDED, HOST_A, AGENT_A, 0, "Q1", "staff@a.example", "x@a.example\ny@a.example");
  struct audit audit = audit_of(journal, &arena);
  assert_int_equal(audit.debt_count, 3);
  assert_int_equal(audit.debts[0].state, AUDIT_EXPANDED);
  assert_int_equal(audit.debts[2].state, AUDIT_QUEUED);
  arena_free(&arena);
  journal_free(journal);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_conserved),
      cmocka_unit_test(test_still_queued),
      cmocka_unit_test(test_lost_on_the_way),
      cmocka_unit_test(test_lost_between_programs_of_one_host),
      cmocka_unit_test(test_two_fates),
      cmocka_unit_test(test_fate_without_debt),
      cmocka_unit_test(test_alias_opens_new_debts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
