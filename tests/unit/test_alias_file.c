/* The form of an aliases file, of a .forward and of an included list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/alias_file.h"

static const char *const kinds[] = {
    [ALIAS_TO_ADDRESS] = "address", [ALIAS_TO_ITSELF] = "itself", [ALIAS_TO_FILE] = "file",
    [ALIAS_TO_PROGRAM] = "program", [ALIAS_TO_LIST] = "list",
};

/* "3 root: address evi; file /var/mail/root" a line, and at the end what is wrong. */
static void write_entries(struct span text, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct alias_reader reader = alias_file_read(text);
  struct alias_entry entry;
  while (alias_file_next(&reader, &arena, &entry)) {
    buf_format(out, "%u %.*s:", entry.line, SPAN_ARG(entry.name));
    for (size_t i = 0; i < entry.count; i++)
      buf_format(out, "%s %s %.*s", i ? ";" : "", kinds[entry.destinations[i].kind],
                 SPAN_ARG(entry.destinations[i].text));
    buf_add_char(out, '\n');
  }
  if (reader.error) buf_format(out, "line %u: %s\n", reader.error_line, alias_error_text(reader.error));
  arena_free(&arena);
}

static void expect_entries(const char *text, const char *expected) {
  struct buf out = {0};
  write_entries(span_from(text), &out);
  if (!span_equal(buf_span(&out), span_from(expected)))
    fail_msg("%s\ngives\n%.*sinstead of\n%s", text, SPAN_ARG(buf_span(&out)), expected);
  buf_free(&out);
}

static void good_files(void **state) {
  (void)state;
  expect_entries("", "");
  expect_entries("# nobody\n\n   \n  # still nobody\n", "");
  expect_entries("postmaster: root\nroot: evi", "1 postmaster: address root\n2 root: address evi\n");
  expect_entries("root:\tevi , kim@work.example,\n   # a remark\n\n\t/var/mail/root\nx: y\n",
                 "1 root: address evi; address kim@work.example; file /var/mail/root\n5 x: address y\n");
  expect_entries("help: \"|/usr/bin/tickets --queue new, urgent\"\n",
                 "1 help: program |/usr/bin/tickets --queue new, urgent\n");
  expect_entries("help: |\"/usr/bin/tickets --queue new\"\n",
                 "1 help: program |\"/usr/bin/tickets --queue new\"\n");
  expect_entries("chess: :Include: /etc/mail/lists/chess\n",
                 "1 chess: list :include:/etc/mail/lists/chess\n");
  expect_entries("evi: \\evi, Evi at home <evi@home.example>\n",
                 "1 evi: itself evi; address evi@home.example\n");
  expect_entries("\"two words\": \"a b\"@x.example, evi,,\n",
                 "1 two words: address \"a b\"@x.example; address evi\n");
  expect_entries("none:\n", "1 none:\n");
}

static void bad_files(void **state) {
  static const struct {
    const char *text, *expected;
  } cases[] = {
      {"a: b\nroot evi\n", "1 a: address b\nline 2: there is no colon behind the name\n"},
      {": evi\n", "line 1: there is no name before the colon\n"},
      {"a@b.example: evi\n", "line 1: the name has a domain: aliases are for this site's own names\n"},
      {"  evi\n", "line 1: the line begins with white space and continues nothing\n"},
      {"a: b,\n\n  \"c\n", "line 3: a quotation mark does not end\n"},
      {"a: b c\n", "line 1: this is no address, file, program or :include:\n"},
      {"a: :exclude:/x\n", "line 1: this is no address, file, program or :include:\n"},
      {"a: :include:lists/x\n", "line 1: the whole path of a file belongs here\n"},
      {"a: /var/mail/\n", "line 1: the whole path of a file belongs here\n"},
      {"a: |tickets\n", "line 1: the whole path of a file belongs here\n"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) expect_entries(cases[i].text, cases[i].expected);
}

static void lists(void **state) {
  static const struct {
    const char *text;
    enum alias_error error;
    size_t count;
    uint32_t line;
  } cases[] = {
      {"", ALIAS_OK, 0, 0},
      {"Applin@ColoState.Edu\n", ALIAS_OK, 1, 0},
      {"# the class\nbo, eva\nkim@work.example\n", ALIAS_OK, 3, 0},
      {"bo\neva kim\n", ALIAS_BAD_DESTINATION, 2, 2},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct arena arena = ARENA_EMPTY;
    struct alias_destination *items;
    size_t count;
    uint32_t line;
    enum alias_error error = alias_list_read(span_from(cases[i].text), &arena, &items, &count, &line);
    assert_int_equal(error, cases[i].error);
    assert_int_equal(count, cases[i].count);
    if (error) assert_int_equal(line, cases[i].line);
    arena_free(&arena);
  }
}

/* Whatever stands in a file: an end is reached, and no line is told of that is not there. */
static void any_bytes(void **state) {
  static const char letters[] = "ab:,\"\\#\n \t/|<>@";
  uint64_t random = 1;
  (void)state;
  for (int round = 0; round < 20000; round++) {
    char text[40];
    uint32_t lines = 1;
    for (size_t i = 0; i < sizeof text; i++) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      text[i] = letters[(random >> 33) % (sizeof letters - 1)];
      lines += text[i] == '\n';
    }
    struct arena arena = ARENA_EMPTY;
    struct alias_reader reader = alias_file_read(span_of(text, sizeof text));
    struct alias_entry entry;
    while (alias_file_next(&reader, &arena, &entry)) assert_true(entry.line >= 1 && entry.line <= lines);
    if (reader.error) assert_true(reader.error_line >= 1 && reader.error_line <= lines);
    arena_free(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_files),
      cmocka_unit_test(bad_files),
      cmocka_unit_test(lists),
      cmocka_unit_test(any_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
