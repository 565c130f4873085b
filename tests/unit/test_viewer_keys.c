/* The table of keys: every chord means one action, every action can be reached, the help has words for all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "view/viewer_keys.h"

/* As the window would report the chord. */
static struct input input_of(const struct viewer_chord *chord, char text[4]) {
  if (chord->key) {
    return (struct input){
        .kind = INPUT_KEY, .key = chord->key, .modifiers = chord->modifiers, .code_point = chord->code_point};
  }
  text[0] = (char)chord->code_point;
  struct span typed = chord->code_point == 0x2212 ? SPAN("−") : span_of(text, 1);
  return (struct input){.kind = INPUT_TEXT, .text = typed};
}

static void every_chord_means_its_own_row(void **state) {
  (void)state;
  for (size_t i = 0; i < viewer_key_count; i++) {
    for (size_t k = 0; k < VIEWER_CHORDS_MAX; k++) {
      const struct viewer_chord *chord = &viewer_keys[i].chords[k];
      char text[4];
      uint32_t number;
      if (!chord->key && !chord->code_point) break;
      struct input input = input_of(chord, text);
      assert_ptr_equal(viewer_key_for(&input, &number), &viewer_keys[i]);
    }
  }
}

static void every_action_has_a_key(void **state) {
  (void)state;
  bool found[ACTION_COUNT] = {false};
  for (size_t i = 0; i < viewer_key_count; i++) {
    assert_false(found[viewer_keys[i].action]);
    found[viewer_keys[i].action] = true;
  }
  for (unsigned action = ACTION_NONE + 1; action < ACTION_COUNT; action++) assert_true(found[action]);
}

static void every_row_has_words(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < viewer_key_count; i++) {
    assert_true(viewer_key_words(&viewer_keys[i], &arena).len > 0);
    assert_true(viewer_keys[i].help.len > 0);
    assert_true(viewer_keys[i].group < KEYS_GROUP_COUNT);
    if (i > 0) assert_true(viewer_keys[i].group >= viewer_keys[i - 1].group);
  }
  arena_free(&arena);
}

struct typed_case {
  const char *text;
  enum viewer_action action;
  uint32_t number;
};

static void typing_means_what_it_says(void **state) {
  (void)state;
  static const struct typed_case cases[] = {
      {"T", ACTION_THEME, 0}, {"t", ACTION_THEME, 0}, {"7", ACTION_HOP, 7}, {"0", ACTION_NORMAL_SPEED, 0},
      {"ä", ACTION_NONE, 0},  {"", ACTION_NONE, 0},   {"~", ACTION_NONE, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct input input = {.kind = INPUT_TEXT, .text = span_from(cases[i].text)};
    uint32_t number;
    const struct viewer_key *row = viewer_key_for(&input, &number);
    assert_int_equal(row ? row->action : ACTION_NONE, cases[i].action);
    assert_int_equal(number, cases[i].number);
  }
}

/* ---- the table in docs/commands.md ---- */

enum { PAGE_MAX = 1 << 20 };

static struct span read_page(const char *path, struct arena *arena) {
  char *text = arena_alloc(arena, PAGE_MAX);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t len = fread(text, 1, PAGE_MAX, file);
  fclose(file);
  return span_of(text, len);
}

static void write_table(struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < viewer_key_count; i++) {
    bool begins = i == 0 || viewer_keys[i].group != viewer_keys[i - 1].group;
    if (begins)
      buf_format(out, "\n| %.*s | |\n|---|---|\n", SPAN_ARG(viewer_key_group_name(viewer_keys[i].group)));
    buf_format(out, "| %.*s | %.*s |\n", SPAN_ARG(viewer_key_words(&viewer_keys[i], &arena)),
               SPAN_ARG(viewer_keys[i].help));
  }
  buf_add_text(out, "\n");
  arena_free(&arena);
}

/* WRITE_GOLDEN=1 writes it anew. */
static void the_document_has_the_same_keys(void **state) {
  (void)state;
  static const char path[] = TESTS_DIR "/../docs/commands.md";
  struct arena arena = ARENA_EMPTY;
  struct span page = read_page(path, &arena), begin = SPAN("<!-- keys -->\n"),
              end = SPAN("<!-- keys end -->");
  size_t from = span_search(page, begin), to = span_search(page, end);
  assert_true(from != SPAN_NONE && to != SPAN_NONE && to > from);
  from += begin.len;
  struct buf table = {0};
  write_table(&table);
  if (getenv("WRITE_GOLDEN")) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(page.data, 1, from, file);
    fwrite(table.data, 1, table.len, file);
    fwrite(page.data + to, 1, page.len - to, file);
    fclose(file);
  } else if (!span_equal(span_slice(page, from, to - from), buf_span(&table))) {
    fail_msg("docs/commands.md has other keys than src/view/viewer_keys.c: WRITE_GOLDEN=1 mends it");
  }
  buf_free(&table);
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_chord_means_its_own_row),
      cmocka_unit_test(every_action_has_a_key),
      cmocka_unit_test(every_row_has_words),
      cmocka_unit_test(typing_means_what_it_says),
      cmocka_unit_test(the_document_has_the_same_keys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
