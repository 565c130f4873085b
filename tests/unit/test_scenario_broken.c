/* Broken scenarios: each file of tests/broken is refused, with the errors that stand in the .expect beside
 * it:
 *
 *     5:7 /hosts/mx.umich.edu/mails_for: unknown key "mails_for"
 *       try: did you mean "mail_for"?
 *
 * Those of tests/slips are read, with such lines as warnings.
 *
 * After a change of words, `test_scenario_broken --write` writes the .expect files again; read the
 * difference before you keep it. What is too large for a file is made here. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scenario_files.h"

#define BROKEN_DIR TESTS_DIR "/broken/"
#define SLIPS_DIR  TESTS_DIR "/slips/"

static struct span base_name(struct span path) {
  size_t slash = span_find_last(path, '/');
  return slash == SPAN_NONE ? path : span_skip(path, slash + 1);
}

static void write_errors(const struct error_list *errors, struct span main_file, struct buf *out) {
  for (size_t i = 0; i < errors->count; i++) {
    const struct error *error = &errors->items[i];
    if (!span_equal(error->file, main_file)) {
      buf_add(out, base_name(error->file));
      buf_add_char(out, ':');
    }
    buf_format(out, "%u:%u ", error->line, error->column);
    if (error->pointer.len) buf_format(out, "%.*s: ", SPAN_ARG(error->pointer));
    buf_format(out, "%.*s\n", SPAN_ARG(error->message));
    if (error->line && !error->hint.len) buf_add_text(out, "  (no hint)\n");
    if (error->hint.len) buf_format(out, "  try: %.*s\n", SPAN_ARG(error->hint));
  }
}

static struct buf errors_of(const char *path) {
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  struct buf text = {0};
  struct scenario *scenario = scenario_load(span_from(path), &reader, &errors);
  if (scenario) buf_add_text(&text, "no error\n");
  write_errors(scenario ? &scenario->warnings : &errors, span_from(path), &text);
  scenario_free(scenario);
  error_list_free(&errors);
  return text;
}

static int is_json(const struct dirent *entry) {
  return span_ends_with(span_from(entry->d_name), SPAN(".json"));
}

/* "trailing-comma.json" beside "trailing-comma.expect" */
static void expect_path(const char *dir, const char *name, char *path_out, size_t size) {
  snprintf(path_out, size, "%s%.*s.expect", dir, (int)strlen(name) - 5, name);
}

static void check_one(const char *dir, const char *name) {
  char path[512], expect[512];
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct span expected = SPAN_EMPTY;
  snprintf(path, sizeof path, "%s%s", dir, name);
  expect_path(dir, name, expect, sizeof expect);
  struct buf got = errors_of(path);
  bool read = read_real_file(NULL, span_from(expect), 1 << 20, &arena, &expected, &errors);
  if (!read) fail_msg("%s: no .expect file", name);
  if (!span_equal(buf_span(&got), expected))
    fail_msg("%s: got\n%.*sexpected\n%.*s", name, SPAN_ARG(buf_span(&got)), SPAN_ARG(expected));
  buf_free(&got);
  arena_free(&arena);
  error_list_free(&errors);
}

static void for_each_file(const char *dir, void (*visit)(const char *dir, const char *name),
                          size_t *count_out) {
  struct dirent **entries = NULL;
  int count = scandir(dir, &entries, is_json, alphasort);
  assert_true(count > 0);
  for (int i = 0; i < count; i++) {
    visit(dir, entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  *count_out = (size_t)count;
}

static void files(void **state) {
  size_t count;
  (void)state;
  for_each_file(BROKEN_DIR, check_one, &count);
  assert_true(count >= 60);
}

static void slips(void **state) {
  size_t count;
  (void)state;
  for_each_file(SLIPS_DIR, check_one, &count);
  assert_true(count >= 5);
}

static void write_one(const char *dir, const char *name) {
  char path[512], expect[512];
  snprintf(path, sizeof path, "%s%s", dir, name);
  expect_path(dir, name, expect, sizeof expect);
  struct buf text = errors_of(path);
  FILE *file = fopen(expect, "wb");
  if (file) fwrite(text.data, 1, text.len, file);
  if (file) fclose(file);
  buf_free(&text);
}

/* ---- what is too large for a file ---- */

struct memory_file {
  struct span text;
};

static bool read_memory(void *context, struct span path, size_t size_max, struct arena *arena,
                        struct span *bytes_out, struct error_list *errors) {
  const struct memory_file *file = context;
  if (span_ends_with(path, SPAN(".json")) && span_starts_with(path, SPAN("software/")))
    return read_real_file(NULL, span_from(TESTS_DIR "/../assets/software/neutral.json"), size_max, arena,
                          bytes_out, errors);
  *bytes_out = file->text; /* a careless reader that does not look at size_max */
  return true;
}

/* With at most so many errors. */
static void refuse_with(struct span text, const char *wanted, size_t errors_max) {
  struct memory_file file = {text};
  struct scenario_reader reader = {
      .read_file = read_memory, .context = &file, .software_dir = SPAN("software")};
  struct error_list errors = {0};
  struct buf got = {0};
  struct scenario *scenario = scenario_load(SPAN("memory.json"), &reader, &errors);
  write_errors(&errors, SPAN("memory.json"), &got);
  if (scenario || span_search(buf_span(&got), span_from(wanted)) == SPAN_NONE)
    fail_msg("expected \"%s\", got\n%.*s", wanted, SPAN_ARG(buf_span(&got)));
  assert_true(errors.count <= errors_max);
  scenario_free(scenario);
  buf_free(&got);
  error_list_free(&errors);
}

static void refuse(struct span text, const char *wanted) {
  refuse_with(text, wanted, ERROR_LIST_MAX);
}

/* Files that an editor, or a check of this repository's own files, would mend. */
static void unusual_bytes(void **state) {
  (void)state;
  refuse(SPAN("  \n\n"), "3:1 the file is empty");
  refuse(SPAN("\xef\xbb\xbf"), "the file is empty");
  refuse(SPAN("{\"title\": \"Jack wri"), "1:11 /title: this text has no closing quote");
  refuse(SPAN("\xff\xfe{\0}\0"), "1:1 the file is in UTF-16");
  refuse(SPAN("\xff\xfe{\0\"\0t\0i\0t\0l\0e\0\"\0:\0"
              "1\0}\0"),
         "1:1 the file is in UTF-16");
  refuse(SPAN("\xfe\xff\0{\0}"), "1:1 the file is in UTF-16");
  refuse(SPAN("\0"), "1:1 a NUL byte");
  refuse(SPAN("{\r\n  \"a\": 1,\r\n}\r\n"), "2:9 /a: a comma after the last entry");
}

static struct buf repeated(const char *piece, size_t times) {
  struct buf text = {0};
  for (size_t i = 0; i < times; i++) buf_add_text(&text, piece);
  return text;
}

static void hundred_megabytes(void **state) {
  (void)state;
  struct buf text = repeated("                                                                ", 100 << 14);
  refuse(buf_span(&text), "larger than 16 MiB");
  buf_free(&text);
}

static void deep(void **state) {
  (void)state;
  struct buf lists = repeated("[", 1000000), objects = repeated("{\"a\":", 1000000);
  refuse(buf_span(&lists), "/0: too many brackets inside one another");
  refuse(buf_span(&objects), "too many brackets inside one another");
  buf_free(&lists);
  buf_free(&objects);
}

/* As deep as is allowed, where every level is wrong. */
static void just_deep_enough(void **state) {
  (void)state;
  struct buf text = {0};
  buf_add_text(&text, "{\"waystation\":");
  for (int i = 0; i < 63; i++) buf_add_text(&text, "[");
  for (int i = 0; i < 63; i++) buf_add_text(&text, "]");
  buf_add_text(&text, "}");
  refuse(buf_span(&text), "1:15 /waystation: an unknown version");
  buf_free(&text);
}

/* A million mistakes: a hundred are told, the rest are counted, and it does not take for ever. */
static void million_mistakes(void **state) {
  (void)state;
  struct buf text = {0};
  buf_add_text(&text, "{\"waystation\":1,\"title\":\"x\",\"hosts\":{\"a\":{\"runs\":\"mta\"}},\"script\":[0");
  for (int i = 0; i < 99999; i++) buf_add_text(&text, ",{\"who\":\"nobody\",\"to\":[\"x\",\"y\"]}");
  buf_add_text(&text, "]}");
  refuse(buf_span(&text), "/script/0: a number where something else belongs");
  buf_free(&text);
}

static void too_many(void **state) {
  (void)state;
  struct buf script = {0}, hosts = {0}, keys = {0};
  buf_add_text(&script,
               "{\"waystation\":1,\"title\":\"x\",\"hosts\":{\"a\":{\"runs\":\"mta\"}},\"script\":[0");
  for (int i = 0; i < 100000; i++) buf_add_text(&script, ",0");
  buf_add_text(&script, "]}");
  refuse(buf_span(&script), "100001 entries of \"script\"");
  buf_add_text(&hosts, "{\"waystation\":1,\"title\":\"x\",\"hosts\":{\"h\":{}");
  for (int i = 0; i < 2000; i++) buf_format(&hosts, ",\"h%d\":{}", i);
  buf_add_text(&hosts, "},\"people\":{\"u\":{\"address\":\"u@h1\",\"uses\":\"h1\"}}}");
  refuse_with(buf_span(&hosts), "2001 hosts", 1); /* that h1 has not been read is not the file's fault */
  buf_add_text(&keys, "{\"k\":0");
  for (int i = 0; i < 300000; i++) buf_format(&keys, ",\"k%d\":0", i);
  buf_add_text(&keys, ",\"k7\":0}");
  refuse(buf_span(&keys), "the key \"k7\" stands twice");
  buf_free(&script);
  buf_free(&hosts);
  buf_free(&keys);
}

static void long_text(void **state) {
  (void)state;
  struct buf text = {0};
  buf_add_text(&text, "{\"waystation\":1,\"title\":\"");
  for (int i = 0; i < 2000; i++) buf_add_text(&text, "long ");
  buf_add_text(&text, "\",\"summary\":\"");
  for (int i = 0; i < 300000; i++) buf_add_text(&text, "long ");
  buf_add_text(&text, "\",\"hosts\":{\"a\":{\"runs\":\"mta\"}}}");
  refuse(buf_span(&text), "/title: the text is too long");
  refuse(buf_span(&text), "/summary: the text is too long");
  buf_free(&text);
}

/* Every file, cut off after every octet, gives an error and nothing worse. */
static void cut_anywhere(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct span text;
  assert_true(read_real_file(NULL, span_from(TESTS_DIR "/scenarios/jack-writes-to-janelle.json"), 1 << 20,
                             &arena, &text, &errors));
  for (size_t length = 0; length + 2 < text.len; length++) refuse(span_first(text, length), ":");
  arena_free(&arena);
  error_list_free(&errors);
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "--write") == 0) {
    size_t written;
    for_each_file(BROKEN_DIR, write_one, &written);
    for_each_file(SLIPS_DIR, write_one, &written);
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files),
      cmocka_unit_test(slips),
      cmocka_unit_test(unusual_bytes),
      cmocka_unit_test(hundred_megabytes),
      cmocka_unit_test(deep),
      cmocka_unit_test(just_deep_enough),
      cmocka_unit_test(million_mistakes),
      cmocka_unit_test(too_many),
      cmocka_unit_test(long_text),
      cmocka_unit_test(cut_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
