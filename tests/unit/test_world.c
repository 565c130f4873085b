/* world: every scenario of the course and of the rules, as a whole: the same journal twice, the same journal
 * when each byte arrives by itself, nothing lost, and what it expects comes true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>

#include "base/mem.h"
#include "readers/audit.h"
#include "readers/expect.h"
#include "sim/network.h"
#include "world/scenario_load.h"
#include "world/world.h"

#define ROOT TESTS_DIR "/.."

static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  (void)context;
  FILE *file = fopen(arena_text(arena, path), "rb");
  if (!file) {
    error_list_add_message(errors, path, "cannot open");
    return false;
  }
  struct buf bytes = BUF_CAPPED(size_max);
  char block[4096];
  size_t count;
  while ((count = fread(block, 1, sizeof block, file)) > 0) buf_add(&bytes, span_of(block, count));
  fclose(file);
  *bytes_out = arena_copy(arena, buf_span(&bytes));
  buf_free(&bytes);
  return true;
}

static struct scenario *load(const char *path) {
  struct error_list errors = {0};
  struct scenario_reader reader = {.read_file = read_file, .software_dir = SPAN(ROOT "/assets/software")};
  struct scenario *scenario = scenario_load(span_from(path), &reader, &errors);
  if (!scenario) {
    struct buf text = {0};
    for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &text);
    print_error("%.*s", SPAN_ARG(buf_span(&text)));
    fail();
  }
  error_list_free(&errors);
  return scenario;
}

static struct journal *run(const struct scenario *scenario, bool dribble) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new(scenario, journal);
  network_set_dribble(world_network(world), dribble);
  world_run(world, -1);
  world_free(world);
  return journal;
}

static void assert_same(const struct journal *a, const struct journal *b, const char *path) {
  struct buf left = {0}, right = {0};
  for (journal_seq seq = 1; seq <= journal_count(a) && seq <= journal_count(b); seq++) {
    struct journal_record record;
    buf_clear(&left);
    buf_clear(&right);
    journal_get(a, seq, &record);
    journal_record_to_json(&record, &left);
    journal_get(b, seq, &record);
    journal_record_to_json(&record, &right);
    if (span_equal(buf_span(&left), buf_span(&right))) continue;
    print_error("%s, record %u:\n%.*s\n%.*s\n", path, seq, SPAN_ARG(buf_span(&left)),
                SPAN_ARG(buf_span(&right)));
    fail();
  }
  assert_int_equal(journal_count(a), journal_count(b));
  buf_free(&left);
  buf_free(&right);
}

static void check_truths(const struct journal *journal, const char *path) {
  struct arena arena = ARENA_EMPTY;
  struct expect_result *results;
  size_t count = expect_judge(journal, &arena, &results);
  if (count == 0) print_error("%s expects nothing\n", path);
  assert_true(count > 0);
  for (size_t i = 0; i < count; i++) {
    if (results[i].met) continue;
    print_error("%s:%lld %.*s\n", path, (long long)results[i].line, SPAN_ARG(results[i].reason));
    fail();
  }
  assert_int_equal(audit_make(journal, 0, &arena).fault_count, 0);
  arena_free(&arena);
}

/* Broken off in the midst of it, a run has noted the beginning of the whole, and leaves no memory behind
 * (what the leak sanitizer sees). */
static void check_broken_off(const struct scenario *scenario, const struct journal *whole) {
  static const int64_t moments_us[] = {50000, 200000, 500000, 1500000, 2800000, 31000000, 90400000};
  for (size_t i = 0; i < sizeof moments_us / sizeof *moments_us; i++) {
    struct journal *journal = journal_new(JOURNAL_FULL);
    struct world *world = world_new(scenario, journal);
    world_run(world, moments_us[i]);
    world_free(world);
    journal_seq last = journal_count(journal);
    for (journal_seq seq = 1; seq < last && seq <= journal_count(whole); seq++) {
      assert_int_equal(journal_kind_at(journal, seq), journal_kind_at(whole, seq));
      assert_int_equal(journal_time_at(journal, seq), journal_time_at(whole, seq));
    }
    journal_free(journal);
  }
}

static void check_scenario(const char *path) {
  struct scenario *scenario = load(path);
  struct journal *once = run(scenario, false), *again = run(scenario, false), *dribbled = run(scenario, true);
  assert_same(once, again, path);
  assert_same(once, dribbled, path);
  check_truths(once, path);
  check_broken_off(scenario, once);
  journal_free(once);
  journal_free(again);
  journal_free(dribbled);
  scenario_free(scenario);
}

static void check_folder(const char *folder_path, size_t at_least) {
  DIR *folder = opendir(folder_path);
  struct dirent *entry;
  size_t count = 0;
  assert_non_null(folder);
  while ((entry = readdir(folder))) {
    struct span name = span_from(entry->d_name);
    struct arena arena = ARENA_EMPTY;
    if (!span_ends_with(name, SPAN(".json"))) continue;
    check_scenario(arena_format(&arena, "%s/%s", folder_path, entry->d_name).data);
    arena_free(&arena);
    count++;
  }
  closedir(folder);
  assert_true(count >= at_least);
}

static void test_course(void **state) {
  (void)state;
  check_folder(ROOT "/scenarios", 10);
}

/* Among them letters that are converted to 7 bits under way (seven-bits.json, seven-bits-by-software.json).
 */
static void test_rules(void **state) {
  (void)state;
  check_folder(TESTS_DIR "/rules", 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_course), cmocka_unit_test(test_rules)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
