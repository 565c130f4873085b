/* The journal: what goes in comes out, in order, and has one fingerprint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "journal_samples.h"

static void assert_same(const struct journal_record *a, const struct journal_record *b) {
  assert_int_equal(a->time_us, b->time_us);
  assert_int_equal(a->kind, b->kind);
  assert_int_equal(a->cause, b->cause);
  assert_int_equal(a->host, b->host);
  assert_int_equal(a->agent, b->agent);
  assert_int_equal(a->connection, b->connection);
  assert_int_equal(a->message, b->message);
  for (int i = 0; i < JOURNAL_NUMBERS; i++) assert_int_equal(a->number[i], b->number[i]);
  for (int i = 0; i < JOURNAL_TEXTS; i++) assert_true(span_equal(a->text[i], b->text[i]));
}

static void what_goes_in_comes_out(void **state) {
  (void)state;
  enum { RECORDS = 70000, POOL = 3 << 20 }; /* beyond a page of the index, and texts beyond a chunk */
  struct rng rng = rng_named(1, SPAN("journal"));
  char *pool = mem_alloc(POOL);
  for (size_t i = 0; i < POOL; i++) pool[i] = (char)(rng_next(&rng) & 255);
  struct journal_record *kept = mem_alloc(RECORDS * sizeof *kept);
  struct span *first_text = mem_alloc(RECORDS * sizeof *first_text);
  struct journal *journal = new_journal(JOURNAL_FULL);
  int64_t time_us = 0;
  for (journal_seq i = 0; i < RECORDS; i++) {
    if (rng_chance(&rng, 300000)) time_us += (int64_t)rng_below(&rng, 1 << 20);
    if (rng_chance(&rng, 1000))
      time_us += (int64_t)rng_below(&rng, (uint64_t)1 << 34); /* hours, as of a queue */
    struct span bytes = span_of(pool, i % 1000 == 0 ? POOL : 300);
    kept[i] = random_record(&rng, bytes, time_us, journal_count(journal));
    assert_int_equal(journal_append(journal, &kept[i]), i + 2);
    struct journal_record back;
    journal_get(journal, i + 2, &back);
    first_text[i] = back.text[0];
  }
  uint64_t total = 0;
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++)
    total += journal_count_of(journal, (enum journal_kind)kind);
  assert_int_equal(total, journal_count(journal));
  for (journal_seq i = 0; i < RECORDS; i++) {
    struct journal_record back;
    journal_get(journal, i + 2, &back);
    assert_int_equal(back.seq, i + 2);
    assert_same(&back, &kept[i]);
    assert_ptr_equal(back.text[0].data, first_text[i].data); /* nothing has moved */
    assert_int_equal(journal_kind_at(journal, i + 2), kept[i].kind);
    assert_int_equal(journal_time_at(journal, i + 2), kept[i].time_us);
  }
  journal_free(journal);
  mem_free(first_text);
  mem_free(kept);
  mem_free(pool);
}

static void time_is_found(void **state) {
  (void)state;
  static const int64_t times[] = {0, 0, 5, 5, 5, 9, 100};
  struct journal *journal = journal_new(JOURNAL_FULL);
  assert_int_equal(journal_at_time(journal, 50), 0);
  journal_append(journal, &sample_scenario);
  for (size_t i = 1; i < sizeof times / sizeof *times; i++)
    journal_append(journal, &(struct journal_record){.kind = JOURNAL_NOTE, .time_us = times[i]});
  static const struct {
    int64_t time_us;
    journal_seq seq;
  } cases[] = {{-1, 0}, {0, 2}, {4, 2}, {5, 5}, {8, 5}, {9, 6}, {99, 6}, {100, 7}, {INT64_MAX, 7}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(journal_at_time(journal, cases[i].time_us), cases[i].seq);
  journal_free(journal);
}

/* An entry of the index counts the time in 32 bits. */
static void far_times_are_kept(void **state) {
  (void)state;
  static const int64_t times[] = {0,
                                  UINT32_MAX - 1,
                                  UINT32_MAX,
                                  (int64_t)UINT32_MAX + 1,
                                  3 * (int64_t)UINT32_MAX,
                                  4 * (int64_t)UINT32_MAX,
                                  4 * (int64_t)UINT32_MAX + 1,
                                  JOURNAL_INTEGER_MAX};
  struct journal *journal = new_journal(JOURNAL_FULL);
  for (journal_seq i = 0; i < sizeof times / sizeof *times; i++)
    journal_append(journal, &(struct journal_record){.kind = JOURNAL_NOTE, .time_us = times[i]});
  for (journal_seq i = 0; i < sizeof times / sizeof *times; i++) {
    struct journal_record record;
    journal_get(journal, i + 2, &record);
    assert_int_equal(record.time_us, times[i]);
    assert_int_equal(journal_time_at(journal, i + 2), times[i]);
    assert_int_equal(journal_at_time(journal, times[i]), i + 2);
  }
  journal_free(journal);
}

/* Over several pages of the index, each twice as large as the one before. */
static void each_of_many_is_found(void **state) {
  (void)state;
  enum { MANY = 500000 };
  struct journal *journal = new_journal(JOURNAL_FULL);
  for (int64_t i = 2; i <= MANY; i++)
    journal_append(journal, &(struct journal_record){.kind = JOURNAL_CLOSED, .time_us = i, .number = {i}});
  for (journal_seq seq = 2; seq <= MANY; seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    assert_true(record.kind == JOURNAL_CLOSED && record.time_us == seq && record.number[0] == seq);
    assert_int_equal(journal_time_at(journal, seq), seq);
  }
  journal_free(journal);
}

/* The bytes are written out here, by docs/journal.md, and hashed by the other door of digest.h. */
static void fingerprint_is_of_the_canonical_form(void **state) {
  (void)state;
  static const char canonical[] =
      "\x01\x00\x00\x00\x00\x00\x00" /* scenario, no time passed, no cause, host, agent, connection, message
                                      */
      "\x02"                         /* format 1 */
      "\x80\xd7\xe1\xfb\x9e\xc9\xee\x03"     /* start */
      "\x0d"                                 /* seed -7 */
      "\x01T\x00\x00\x00\x00"                /* title, then empty texts */
      "\x16\xac\x02\x01\x02\x03\x80\x01\x05" /* line, 300 us later, cause one before, 2, 3, 128, 5 */
      "\x02\xe8\x07\x00"                     /* side 1, arrives_us 500, bare_lf 0 */
      "\x04Hi\0\xff";
  struct journal *journal = journal_new(JOURNAL_FULL);
  journal_append(journal, &(struct journal_record){.kind = JOURNAL_SCENARIO,
                                                   .number = {99, 1087575775000000, -7},
                                                   .text = {SPAN_INIT("T")}});
  journal_append(journal, &(struct journal_record){.kind = JOURNAL_LINE,
                                                   .time_us = 300,
                                                   .cause = 1,
                                                   .host = 2,
                                                   .agent = 3,
                                                   .connection = 128,
                                                   .message = 5,
                                                   .number = {1, 500, 0},
                                                   .text = {SPAN_INIT("Hi\0\xff")}});
  char got[DIGEST_HEX_MAX], wanted[DIGEST_HEX_MAX];
  journal_fingerprint(journal, got);
  digest_sha256_hex(span_of(canonical, sizeof canonical - 1), wanted);
  assert_string_equal(got, wanted);
  journal_free(journal);
}

static void modes_agree(void **state) {
  (void)state;
  struct rng rng = rng_named(2, SPAN("journal"));
  static char pool[200000];
  struct journal *full = new_journal(JOURNAL_FULL), *digest = new_journal(JOURNAL_DIGEST),
                 *count = new_journal(JOURNAL_COUNT);
  for (journal_seq i = 1; i < 5000; i++) {
    struct span bytes = span_of(pool, i % 100 == 0 ? sizeof pool : 300);
    struct journal_record record = random_record(&rng, bytes, i, i);
    assert_int_equal(journal_append(full, &record), i + 1);
    assert_int_equal(journal_append(digest, &record), i + 1);
    assert_int_equal(journal_append(count, &record), i + 1);
    if (i % 1000 && i > 10) continue; /* asking on the way changes nothing */
    char a[DIGEST_HEX_MAX], b[DIGEST_HEX_MAX];
    journal_fingerprint(full, a);
    journal_fingerprint(digest, b);
    assert_string_equal(a, b);
  }
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    uint64_t wanted = journal_count_of(full, (enum journal_kind)kind);
    assert_int_equal(journal_count_of(digest, (enum journal_kind)kind), wanted);
    assert_int_equal(journal_count_of(count, (enum journal_kind)kind), wanted);
  }
  assert_int_equal(journal_mode_of(digest), JOURNAL_DIGEST);
  journal_free(full);
  journal_free(digest);
  journal_free(count);
}

/* Each member of a record, changed alone, changes the fingerprint. */
static void fingerprint_sees_every_member(void **state) {
  (void)state;
  struct journal_record base = {.time_us = 10, .kind = JOURNAL_ROUTED, .cause = 1, .host = 1, .agent = 1};
  struct journal_record changed[10 + 2 + 6];
  size_t count = 0;
#define CHANGE(member, value)                                                                                \
  changed[count] = base;                                                                                     \
  changed[count++].member = (value)
  CHANGE(time_us, 10);
  CHANGE(time_us, 11);
  CHANGE(kind, JOURNAL_RELAYED);
  CHANGE(cause, 0);
  CHANGE(host, 2);
  CHANGE(agent, 2);
  CHANGE(connection, 1);
  CHANGE(message, 1);
  for (int i = 0; i < 2; i++) {
    CHANGE(number[i], -1);
  }
  for (int i = 0; i < 6; i++) {
    CHANGE(text[i], SPAN("x"));
  }
#undef CHANGE
  char seen[10 + 2 + 6][DIGEST_HEX_MAX];
  for (size_t i = 0; i < count; i++) {
    struct journal *journal = new_journal(JOURNAL_FULL);
    journal_append(journal, &changed[i]);
    journal_fingerprint(journal, seen[i]);
    for (size_t j = 0; j < i; j++) assert_string_not_equal(seen[i], seen[j]);
    journal_free(journal);
  }
}

static void kinds_are_in_order(void **state) {
  (void)state;
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    const struct journal_kind_info *info = journal_kind_info((enum journal_kind)kind);
    assert_non_null(info->name); /* no number left out */
    assert_int_equal(journal_kind_named(span_from(info->name)), kind);
  }
  assert_int_equal(journal_kind_named(SPAN("no such kind")), JOURNAL_NO_KIND);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_goes_in_comes_out),
      cmocka_unit_test(time_is_found),
      cmocka_unit_test(each_of_many_is_found),
      cmocka_unit_test(far_times_are_kept),
      cmocka_unit_test(fingerprint_is_of_the_canonical_form),
      cmocka_unit_test(modes_agree),
      cmocka_unit_test(fingerprint_sees_every_member),
      cmocka_unit_test(kinds_are_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
