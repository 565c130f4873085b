/* docs/journal.md says what journal_kinds.h says, and its example is what it says it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "journal/journal.h"
#include "journal/sources.h"

static struct buf page;

static int read_page(void **state) {
  (void)state;
  char block[4096];
  FILE *file = fopen(TESTS_DIR "/../docs/journal.md", "rb");
  if (!file) return -1;
  for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) buf_add(&page, span_of(block, got));
  fclose(file);
  return 0;
}

static int free_page(void **state) {
  (void)state;
  buf_free(&page);
  return 0;
}

/* What stands between the first two back quotes of a line. */
static struct span quoted(struct span line) {
  struct span rest = span_skip(line, span_find(line, '`') + 1);
  return span_first(rest, span_find(rest, '`'));
}

/* Every kind as the page has it, in the page's order, must be the next one of the table. */
struct listing {
  enum journal_kind kind;
  int numbers, texts;
};

static void expect_all_fields(const struct listing *listing) {
  if (listing->kind == JOURNAL_NO_KIND) return;
  const struct journal_kind_info *info = journal_kind_info(listing->kind);
  if (listing->numbers < JOURNAL_NUMBERS && info->number[listing->numbers])
    fail_msg("%s: %s is not described", info->name, info->number[listing->numbers]);
  if (listing->texts < JOURNAL_TEXTS && info->text[listing->texts])
    fail_msg("%s: %s is not described", info->name, info->text[listing->texts]);
}

static void see_kind(struct listing *listing, struct span line, bool seen[JOURNAL_KIND_COUNT]) {
  uint64_t number;
  struct span digits = span_skip(line, 5);
  expect_all_fields(listing);
  assert_true(span_to_u64(span_first(digits, span_find(digits, ' ')), JOURNAL_KIND_COUNT - 1, &number));
  *listing = (struct listing){.kind = (enum journal_kind)number};
  if (journal_kind_named(quoted(line)) != listing->kind) fail_msg("%.*s: another number", SPAN_ARG(line));
  assert_false(seen[number]);
  seen[number] = true;
}

static void see_field(struct listing *listing, struct span line) {
  const struct journal_kind_info *info = journal_kind_info(listing->kind);
  struct span name = quoted(line);
  bool is_number = span_search(line, SPAN("` | number | ")) != SPAN_NONE;
  assert_true(is_number || span_search(line, SPAN("` | text | ")) != SPAN_NONE);
  int at = is_number ? listing->numbers++ : listing->texts++;
  assert_true(at < (is_number ? JOURNAL_NUMBERS : JOURNAL_TEXTS));
  assert_true(!is_number || listing->texts == 0); /* numbers come first */
  const char *wanted = is_number ? info->number[at] : info->text[at];
  if (!wanted || !span_equal(name, span_from(wanted)))
    fail_msg("%s: %.*s instead of %s", info->name, SPAN_ARG(name), wanted ? wanted : "nothing");
}

static void every_kind_and_field(void **state) {
  (void)state;
  struct span rest = buf_span(&page), line;
  struct listing listing = {0};
  bool seen[JOURNAL_KIND_COUNT] = {false};
  while (span_next(&rest, '\n', &line)) {
    if (span_starts_with(line, SPAN("#### ")))
      see_kind(&listing, line, seen);
    else if (span_starts_with(line, SPAN("#")))
      expect_all_fields(&listing), listing.kind = JOURNAL_NO_KIND;
    else if (listing.kind != JOURNAL_NO_KIND && span_starts_with(line, SPAN("| `")))
      see_field(&listing, line);
  }
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++)
    if (!seen[kind]) fail_msg("%s is not described", journal_kind_info((enum journal_kind)kind)->name);
}

static void the_example_and_its_fingerprint(void **state) {
  (void)state;
  struct span rest = buf_span(&page), line;
  struct buf example = {0};
  struct error_list errors = {0};
  bool inside = false;
  while (span_next(&rest, '\n', &line)) {
    if (span_starts_with(line, SPAN("```")))
      inside = span_equal(line, SPAN("```jsonl"));
    else if (inside)
      buf_add(&example, line), buf_add_char(&example, '\n');
  }
  struct journal *journal = journal_read_jsonl(SPAN("docs/journal.md"), buf_span(&example), &errors);
  if (!journal) fail_msg("%.*s", SPAN_ARG(errors.items[0].message));
  char fingerprint[DIGEST_HEX_MAX];
  journal_fingerprint(journal, fingerprint);
  if (span_search(buf_span(&page), span_from(fingerprint)) == SPAN_NONE)
    fail_msg("the example's fingerprint is %s", fingerprint);
  journal_free(journal);
  buf_free(&example);
}

static void every_source(void **state) {
  (void)state;
  for (int source = 0; source < SOURCE_COUNT; source++) {
    struct buf row = {0};
    buf_format(&row, "\n| `%s` | ", source_name((enum source)source));
    if (span_search(buf_span(&page), buf_span(&row)) == SPAN_NONE)
      fail_msg("%s is not described", source_name((enum source)source));
    buf_free(&row);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_and_field),
      cmocka_unit_test(the_example_and_its_fingerprint),
      cmocka_unit_test(every_source),
  };
  return cmocka_run_group_tests(tests, read_page, free_page);
}
