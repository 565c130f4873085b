/* A letter that is converted under way: what caused it, which version went where, and how it is told. The run
 * is tests/rules/seven-bits.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/provenance.h"
#include "watched.h"

static struct watched run(void) {
  return watch(watched_run("../tests/rules/seven-bits.json", ""));
}

static journal_seq find_convert(const struct journal *journal) {
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++)
    if (journal_kind_at(journal, seq) == JOURNAL_CONVERT) return seq;
  fail_msg("nothing is converted");
  return 0;
}

/* The first record after it that it caused. */
static void find_effect(const struct journal *journal, journal_seq cause, struct journal_record *out) {
  for (journal_seq seq = cause + 1; seq <= journal_count(journal); seq++) {
    journal_get(journal, seq, out);
    if (out->cause == cause) return;
  }
  fail_msg("nothing comes of it");
}

static void it_stands_between_the_offer_and_the_command(void **state) {
  (void)state;
  struct watched watched = run();
  struct journal_record convert, offer, command;
  journal_get(watched.journal, find_convert(watched.journal), &convert);
  journal_get(watched.journal, convert.cause, &offer);
  find_effect(watched.journal, convert.seq, &command);
  assert_int_equal(offer.kind, JOURNAL_LINE);
  assert_true(span_equal(offer.text[0], SPAN("250 PIPELINING")));
  assert_int_equal(command.kind, JOURNAL_LINE);
  assert_true(span_starts_with(command.text[0], SPAN("MAIL FROM:<ann@a.example> SIZE=")));
  assert_int_equal(command.connection, offer.connection);
  watched_end(&watched);
}

static void each_server_gets_its_version(void **state) {
  (void)state;
  struct watched watched = run();
  struct journal_record convert, record;
  journal_get(watched.journal, find_convert(watched.journal), &convert);
  int of_new = 0, of_old = 0;
  for (journal_seq seq = convert.seq; seq <= journal_count(watched.journal); seq++) {
    if (journal_kind_at(watched.journal, seq) != JOURNAL_DATA) continue;
    journal_get(watched.journal, seq, &record);
    if (record.message != convert.message || record.host != convert.host) continue;
    of_new += record.number[2] == convert.number[0];
    of_old += record.number[2] == convert.number[1];
  }
  assert_int_equal(of_new, 1);
  assert_int_equal(of_old, 1);
  journal_seq writer;
  assert_true(span_is_ascii(journal_message_body_by(watched.world->versions, convert.number[0], &writer)));
  assert_int_equal(writer, convert.seq);
  assert_false(span_is_ascii(journal_message_body_by(watched.world->versions, convert.number[1], &writer)));
  watched_end(&watched);
}

static void it_is_told(void **state) {
  (void)state;
  struct watched watched = run();
  struct arena arena = ARENA_EMPTY;
  journal_seq convert = find_convert(watched.journal);
  struct span says = provenance_says_block(watched.world, convert, &arena);
  assert_true(
      span_equal(says, SPAN("converted to 7 bits by mail.a.example: mx.old.example does not offer 8BITMIME "
                            "(RFC 6152 3)")));
  size_t step = 0;
  for (size_t i = 1; i < watched.reel->count && !step; i++)
    if (watched.reel->steps[i].record == convert) step = i;
  assert_true(step > 0 && watched.reel->steps[step].kind == STEP_STAMP);
  struct caption caption;
  reel_caption(watched.reel, step, &arena, &caption);
  struct caption alone = caption_of_step_alone(&caption);
  assert_true(span_equal(alone.text,
                         SPAN("mx.old.example does not offer 8BITMIME. So mail.a.example writes the letter "
                              "anew in 7 bits: the same words, with every octet above 127 spelt in ASCII. "
                              "The reader’s program decodes it.")));
  assert_true(span_equal(alone.rfc, SPAN("RFC 6152 3")));
  arena_free(&arena);
  watched_end(&watched);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_stands_between_the_offer_and_the_command),
      cmocka_unit_test(each_server_gets_its_version),
      cmocka_unit_test(it_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
