/* Fields of a header block: finding, unfolding, folding, and lines that are not fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/header.h"
#include "mail/message.h"

struct block_case {
  const char *name, *block;
  const char
      *expected;    /* "name=value/lines" for a field, "!line" for junk, joined by "; " (¶ for line ends) */
  const char *rest; /* what is left at the end */
};

static const struct block_case block_cases[] = {
    {"one", "A: 1\r\n", "A=1/1", ""},
    {"two", "A: 1\r\nB: 2\r\n", "A=1/1; B=2/1", ""},
    {"bare LF", "A: 1\nB: 2\n\nbody", "A=1/1; B=2/1", "body"},
    {"ends at the empty line", "A: 1\r\n\r\nB: 2\r\n", "A=1/1", "B: 2\r\n"},
    {"nothing", "", "", ""},
    {"only the empty line", "\r\nA: 1\r\n", "", "A: 1\r\n"},
    {"unfinished line", "A: 1", "A=1/1", ""},
    {"unfinished name", "A", "!A", ""},
    {"no space", "A:1\r\n", "A=1/1", ""},
    {"no value", "A:\r\nB: \r\n", "A=/1; B=/1", ""},
    {"more space", "A:   1  \r\n", "A=  1  /1", ""},
    {"tab", "A:\t1\r\n", "A=\t1/1", ""},
    {"folded", "A: 1\r\n 2\r\n\t3\r\nB: 4\r\n", "A=1¶ 2¶\t3/3; B=4/1", ""},
    {"folded from the start", "A:\r\n 1\r\n", "A=¶ 1/2", ""},
    {"a continuation of blanks", "A: 1\r\n \r\nB: 2\r\n", "A=1¶ /2; B=2/1", ""},
    {"space before the colon", "A : 1\r\n", "A=1/1", ""},
    {"colons in the value", "A: b: c\r\n", "A=b: c/1", ""},
    {"odd name", "X-(\"@!#}: 1\r\n", "X-(\"@!#}=1/1", ""},
    {"a line that is no field", "A: 1\r\nhello there\r\nB: 2\r\n", "A=1/1; !hello there; B=2/1", ""},
    {"continuation of nothing", " 1\r\nA: 2\r\n", "! 1; A=2/1", ""},
    {"continuation of no field", "hello\r\n there\r\nA: 2\r\n", "!hello; ! there; A=2/1", ""},
    {"no name", ": 1\r\nA: 2\r\n", "!: 1; A=2/1", ""},
    {"space in the name", "A b: 1\r\nC: 2\r\n", "!A b: 1; C=2/1", ""},
    {"8-bit name", "\xc3\xa9: 1\r\nC: 2\r\n", "!\xc3\xa9: 1; C=2/1", ""},
    {"8-bit value", "A: \xc3\xa9\xff\r\n", "A=\xc3\xa9\xff/1", ""},
    {"From_ line", "From jack Fri Jun 18 10:22:55 2004\nA: 1\n", "!From jack Fri Jun 18 10:22:55 2004; A=1/1",
     ""},
    {"bare CR", "A: 1\r2\r\nB: 3\r\n", "A=1\r2/1; B=3/1", ""},
    {"two CRs", "A: 1\r\r\nB: 3\r\n", "A=1\r/1; B=3/1", ""},
    {"a lone CR is no empty line", "A: 1\r\n\rB: 2\r\n", "A=1/1; !\rB: 2", ""},
};

static void add_visible(struct buf *out, struct span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '\r' && i + 1 < text.len && text.data[i + 1] == '\n') continue;
    if (text.data[i] == '\n')
      buf_add_text(out, "¶");
    else
      buf_add_char(out, text.data[i]);
  }
}

static void add_item(struct buf *out, enum header_item item, const struct header_field *field) {
  if (out->len) buf_add_text(out, "; ");
  if (item == HEADER_JUNK) {
    size_t len = field->text.len;
    while (len && (field->text.data[len - 1] == '\n' || field->text.data[len - 1] == '\r')) len--;
    buf_add_char(out, '!');
    buf_add(out, span_first(field->text, len));
    return;
  }
  buf_add(out, field->name);
  buf_add_char(out, '=');
  add_visible(out, field->value);
  buf_format(out, "/%u", field->lines);
}

static void blocks(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof block_cases / sizeof *block_cases; i++) {
    const struct block_case *c = &block_cases[i];
    struct header_reader reader = header_read(span_from(c->block));
    struct header_field field;
    enum header_item item;
    size_t expected_at = 0;
    buf_clear(&out);
    while ((item = header_next(&reader, &field)) != HEADER_END) {
      assert_int_equal(field.offset, expected_at);
      expected_at += field.text.len;
      add_item(&out, item, &field);
    }
    if (!span_equal(buf_span(&out), span_from(c->expected)))
      fail_msg("%s: got %.*s, expected %s", c->name, SPAN_ARG(buf_span(&out)), c->expected);
    if (!span_equal(span_skip(reader.block, reader.at), span_from(c->rest))) fail_msg("%s: rest", c->name);
  }
  buf_free(&out);
}

static void fields_are_found_by_name(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct header_field field;
  struct span block =
      SPAN("Received: a\r\nX: 1\r\njunk\r\nRECEIVED: b\r\nSubject: one\r\n two\r\n\r\nTo: body\r\n");
  struct header_reader reader = header_read(block);
  assert_true(header_next_named(&reader, SPAN("received"), &field));
  assert_true(span_equal(field.value, SPAN("a")));
  assert_true(header_next_named(&reader, SPAN("received"), &field));
  assert_true(span_equal(field.value, SPAN("b")));
  assert_false(header_next_named(&reader, SPAN("received"), &field));
  assert_true(span_equal(header_value(block, SPAN("SUBJECT"), &arena), SPAN("one two")));
  assert_int_equal(header_value(block, SPAN("To"), &arena).len, 0);
  assert_false(header_find(block, SPAN("Sub"), &field));
  arena_free(&arena);
}

static void fields_are_found_in_a_message(void **state) {
  (void)state;
  struct message *first = message_new(SPAN("From: a\r\nTo: b\r\n"), SPAN_EMPTY);
  struct message *second = message_put_on_top(first, SPAN("Received: x\r\n"));
  struct header_field field;
  const struct message *version;
  assert_true(header_find_in_message(second, SPAN("to"), &field, &version));
  assert_ptr_equal(version, first);
  assert_true(header_find_in_message(second, SPAN("Received"), &field, &version));
  assert_ptr_equal(version, second);
  assert_false(header_find_in_message(second, SPAN("Cc"), &field, NULL));
  message_release(first);
  message_release(second);
}

struct unfold_case {
  const char *value, *expected;
};

static const struct unfold_case unfold_cases[] = {
    {"one", "one"},
    {"  one\t", "one"},
    {"one\r\n two", "one two"},
    {"one\n\ttwo", "one\ttwo"},
    {"one \r\n  two\r\n three\r\n", "one   two three"},
    {"\r\n one", "one"},
    {"one\r\n \r\n two", "one  two"},
    {"one\rtwo\r\n three", "one\rtwo three"},
    {"\r\n \r\n", ""},
    {"", ""},
};

static void values_are_unfolded(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof unfold_cases / sizeof *unfold_cases; i++) {
    struct span got = header_unfold(span_from(unfold_cases[i].value), &arena);
    if (!span_equal(got, span_from(unfold_cases[i].expected)))
      fail_msg("got \"%.*s\", expected \"%s\"", SPAN_ARG(got), unfold_cases[i].expected);
  }
  arena_free(&arena);
}

static void names_and_values_are_judged(void **state) {
  (void)state;
  assert_true(header_name_is_valid(SPAN("X-Mailer")));
  assert_false(header_name_is_valid(SPAN("")));
  assert_false(header_name_is_valid(SPAN("A b")));
  assert_false(header_name_is_valid(SPAN("A:")));
  assert_false(header_name_is_valid(SPAN("A\r\n")));
  assert_false(header_name_is_valid(SPAN("caf\xc3\xa9")));
  assert_true(header_value_is_safe(SPAN("one\r\n two")));
  assert_true(header_value_is_safe(SPAN("")));
  assert_false(header_value_is_safe(SPAN("one\r\nBcc: two")));
  assert_false(header_value_is_safe(SPAN("one\r\n")));
  assert_false(header_value_is_safe(SPAN("one\n two")));
  assert_false(header_value_is_safe(SPAN("one\rtwo")));
  assert_false(header_value_is_safe(SPAN("one\0two")));
}

struct fold_case {
  const char *name, *value;
  size_t width;
  const char *expected;
};

static const struct fold_case fold_cases[] = {
    {"short", "one two", 78, "S: one two\r\n"},
    {"exact", "one two", 10, "S: one two\r\n"},
    {"one too many", "one two", 9, "S: one\r\n two\r\n"},
    {"twice", "one two three four", 12, "S: one two\r\n three four\r\n"},
    {"a long word", "onetwothreefour five", 10, "S: onetwothreefour\r\n five\r\n"},
    {"no space at all", "onetwothreefour", 5, "S: onetwothreefour\r\n"},
    {"runs of space", "one   two", 8, "S: one\r\n   two\r\n"},
    {"space at the end", "one two      ", 8, "S: one\r\n two      \r\n"},
    {"space at the start", "     one", 5, "S:      one\r\n"},
    {"tab", "one\ttwo", 6, "S: one\r\n\ttwo\r\n"},
    {"width of nothing", "a b", 0, "S: a\r\n b\r\n"},
    {"empty", "", 78, "S: \r\n"},
};

static void values_are_folded(void **state) {
  (void)state;
  struct buf out = {0};
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof fold_cases / sizeof *fold_cases; i++) {
    const struct fold_case *c = &fold_cases[i];
    buf_clear(&out);
    header_fold(SPAN("S"), span_from(c->value), c->width, &out);
    if (!span_equal(buf_span(&out), span_from(c->expected)))
      fail_msg("%s: got \"%.*s\"", c->name, SPAN_ARG(buf_span(&out)));
    struct span again = header_value(buf_span(&out), SPAN("S"), &arena);
    assert_true(span_equal(again, span_trim(span_from(c->value))));
  }
  arena_free(&arena);
  buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks),
      cmocka_unit_test(fields_are_found_by_name),
      cmocka_unit_test(fields_are_found_in_a_message),
      cmocka_unit_test(values_are_unfolded),
      cmocka_unit_test(names_and_values_are_judged),
      cmocka_unit_test(values_are_folded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
