/* What a journal says of the world at any of its records, asked in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "view/world_view.h"
#include "view_journal.h"

static journal_seq first_of(const struct journal *journal, enum journal_kind kind, uint16_t host) {
  struct journal_record record;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    journal_get(journal, seq, &record);
    if (record.kind == kind && (host == 0 || record.host == host)) return seq;
  }
  fail_msg("no such record");
  return 0;
}

static uint16_t holder(const struct world_view *world, journal_seq at) {
  struct letter_state letter;
  return world_letter_at(world, 1, at, &letter) ? letter.places[letter.focus].host : 0;
}

static void the_letter_travels(void **state) {
  (void)state;
  struct journal *journal = story_journal();
  struct world_view *world = world_view_new(journal);
  struct letter_state letter;
  journal_seq compose = first_of(journal, JOURNAL_COMPOSE, 1), last = journal_count(journal);
  assert_false(world_letter_at(world, 1, compose - 1, &letter));
  assert_int_equal(holder(world, compose), 1);
  assert_int_equal(holder(world, first_of(journal, JOURNAL_ACCEPTED, 2)), 2);
  assert_int_equal(holder(world, first_of(journal, JOURNAL_ACCEPTED, 3)), 3);
  assert_int_equal(holder(world, last), 4);
  assert_int_equal(holder(world, compose), 1); /* and back */
  /* Between its acceptance and the reply that says so, both have it. */
  assert_true(world_letter_at(world, 1, first_of(journal, JOURNAL_ACCEPTED, 3), &letter));
  assert_int_equal(letter.count, 2);
  assert_false(letter.places[letter.focus].is_delivered);
  assert_true(world_letter_at(world, 1, first_of(journal, JOURNAL_DELIVERED, 3), &letter));
  assert_true(letter.places[letter.focus].is_delivered);
  assert_true(world_letter_at(world, 1, last, &letter));
  assert_int_equal(letter.count, 1); /* the server did not keep it */
  assert_int_equal(letter.version, 4);
  assert_false(world_letter_at(world, 9, last, &letter));
  world_view_free(world);
  journal_free(journal);
}

static void sessions_and_hops(void **state) {
  (void)state;
  struct journal *journal = story_journal();
  struct world_view *world = world_view_new(journal);
  assert_int_equal(world->session_count, 3);
  assert_int_equal(world->tab_count, 3);
  const struct session *pull = world_session(world, 3);
  assert_non_null(pull);
  assert_true(pull->is_pull);
  assert_int_equal(pull->client, 4);
  assert_int_equal(pull->server, 3);
  assert_int_equal(pull->message, 1);
  assert_null(world_session(world, 77));
  for (uint16_t host = 1; host <= 4; host++) assert_int_equal(world_hop(world, host), host);
  assert_int_equal(world_hop(world, 5), 0);
  assert_int_equal(world_hop(world, 60000), 0);
  const struct session *first = world_tab(world, 1);
  assert_int_equal(world_session_heard(world, first, first->opened), 1);
  assert_int_equal(world_session_heard(world, first, first->opened - 1), 0);
  assert_int_equal(world_session_heard(world, first, journal_count(journal)), first->count);
  assert_true(world_session_open(first, first->opened));
  assert_false(world_session_open(first, first->ended));
  assert_int_equal(world->link_count, 3);
  world_view_free(world);
  journal_free(journal);
}

static void authors_of_a_version(void **state) {
  (void)state;
  struct journal *journal = story_journal();
  struct world_view *world = world_view_new(journal);
  uint16_t hosts[8];
  assert_int_equal(world_authors(world, 4, hosts, 8), 3);
  assert_int_equal(hosts[0], 3);
  assert_int_equal(hosts[1], 2);
  assert_int_equal(hosts[2], 1);
  assert_int_equal(world_authors(world, 1, hosts, 8), 1);
  assert_int_equal(world_authors(world, 99, hosts, 8), 0);
  world_view_free(world);
  journal_free(journal);
}

static struct journal *rewritten_journal(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("Rewritten")}});
  note_host(journal, 1, "a", "", "laptop");
  note_host(journal, 2, "b", "", "server");
  note(journal,
       (struct journal_record){.kind = JOURNAL_COMPOSE,
                               .host = 1,
                               .message = 1,
                               .number = {1},
                               .text = {SPAN("From: a\r\nTo: b,\r\n c\r\nSubject: x\r\n"), SPAN("")}});
  note(journal, (struct journal_record){
                    .kind = JOURNAL_REWRITE,
                    .host = 2,
                    .message = 1,
                    .number = {2, 1},
                    .text = {SPAN("From: a@b\r\nTo: b,\r\n c\r\nSubject: x\r\n"), SPAN("gateway")}});
  return journal;
}

static void a_rewritten_field_has_a_new_author(void **state) {
  (void)state;
  struct journal *journal = rewritten_journal();
  struct world_view *world = world_view_new(journal);
  struct journal_block block, part;
  assert_true(journal_message_block(world->versions, 2, &block));
  struct span rest = block.fields;
  assert_true(world_next_part(world, &block, &rest, &part));
  assert_int_equal(part.host, 2);
  assert_true(span_equal(part.fields, SPAN("From: a@b\r\n")));
  assert_true(world_next_part(world, &block, &rest, &part));
  assert_int_equal(part.host, 1);
  assert_true(span_equal(part.fields, SPAN("To: b,\r\n c\r\nSubject: x\r\n")));
  assert_false(world_next_part(world, &block, &rest, &part));
  world_view_free(world);
  journal_free(journal);
}

static void hosts_go_down_and_come_back(void **state) {
  (void)state;
  struct journal *journal = rewritten_journal();
  journal_seq before = journal_count(journal);
  journal_seq down =
      note(journal, (struct journal_record){.kind = JOURNAL_FAULT, .host = 2, .text = {SPAN("host_down")}});
  journal_seq up =
      note(journal, (struct journal_record){.kind = JOURNAL_FAULT, .host = 2, .text = {SPAN("host_up")}});
  struct world_view *world = world_view_new(journal);
  assert_false(world_host_down(world, 2, before));
  assert_true(world_host_down(world, 2, down));
  assert_false(world_host_down(world, 1, down));
  assert_false(world_host_down(world, 2, up));
  world_view_free(world);
  journal_free(journal);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_letter_travels),          cmocka_unit_test(sessions_and_hops),
      cmocka_unit_test(authors_of_a_version),        cmocka_unit_test(a_rewritten_field_has_a_new_author),
      cmocka_unit_test(hosts_go_down_and_come_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
