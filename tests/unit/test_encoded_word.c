/* Encoded words (RFC 2047), read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "mail/encoded_word.h"

struct text_case {
  const char *from, *to;
};

static const struct text_case read_cases[] = {
    {"plain", "plain"},
    {"", ""},
    {"=?UTF-8?Q?Don=E2=80=99t?= panic!", "Don\xe2\x80\x99t panic!"},
    {"=?utf-8?q?Don=e2=80=99t?=", "Don\xe2\x80\x99t"},
    {"=?UTF-8?B?RG9u4oCZdA==?=", "Don\xe2\x80\x99t"},
    {"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xc3\xa9 Pirard"},
    {"=?US-ASCII?Q?a_b=5Fc?=", "a b_c"},
    {"=?utf-8*en?Q?a?=", "a"},
    {"(=?utf-8?Q?a?=)", "(a)"},
    /* the examples of RFC 2047 8 */
    {"=?utf-8?Q?a?= b", "a b"},
    {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
    {"=?utf-8?Q?a?=  \t =?utf-8?Q?b?=", "ab"},
    {"=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b"},
    {"=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b"},
    {"x =?utf-8?Q?a?= ", "x a "},
    /* not encoded words, or not to be decoded */
    {"=?koi8-r?Q?a?=", "=?koi8-r?Q?a?="},
    {"=?utf-8?Q?=E2?=", "=?utf-8?Q?=E2?="},
    {"=?us-ascii?Q?=E2?=", "=?us-ascii?Q?=E2?="},
    {"=?utf-8?B?A?=", "=?utf-8?B?A?="},
    {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
    {"=?utf-8?Q?a b?=", "=?utf-8?Q?a b?="},
    {"=?utf-8?Q?=4?=", "=?utf-8?Q?=4?="},
    {"=?utf-8?Q?a", "=?utf-8?Q?a"},
    {"=?utf-8?Q", "=?utf-8?Q"},
    {"=?", "=?"},
    {"=?=?=?", "=?=?=?"},
    {"=?utf-8?Q?"
     "?=",
     ""},
    {"=?koi8-r?Q?a?= =?utf-8?Q?b?=", "=?koi8-r?Q?a?= b"},
};

static void words_are_read(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof read_cases / sizeof *read_cases; i++) {
    struct span got = encoded_word_read(span_from(read_cases[i].from), &arena);
    if (!span_equal(got, span_from(read_cases[i].to)))
      fail_msg("%s: got \"%.*s\"", read_cases[i].from, SPAN_ARG(got));
  }
  arena_free(&arena);
}

static const struct text_case write_cases[] = {
    {"Lunch?", "Lunch?"},
    {"", ""},
    {"Don\xe2\x80\x99t panic!", "=?UTF-8?Q?Don=E2=80=99t?= panic!"},
    {"at the caf\xc3\xa9 of Andr\xc3\xa9 now", "at the =?UTF-8?Q?caf=C3=A9_of_Andr=C3=A9?= now"},
    {"=?utf-8?Q?a?=", "=?UTF-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?="},
    {"bad \xff octet", "bad =?unknown-8bit?Q?=FF?= octet"},
    {"a\r\nBcc: b", "=?UTF-8?Q?a=EF=BF=BD=EF=BF=BDBcc=3A?= b"},
    {"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
     "=?UTF-8?Q?=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC?= =?UTF-8?Q?=E2=82=AC?="},
};

static const struct text_case name_cases[] = {
    {"Bilbo Baggins", "Bilbo Baggins"},
    {"Dr. Indrajit Ray", "\"Dr. Indrajit Ray\""},
    {"Baggins, Bilbo", "\"Baggins, Bilbo\""},
    {"a \"b\" \\", "\"a \\\"b\\\" \\\\\""},
    {"Andr\xc3\xa9 P.", "=?UTF-8?Q?Andr=C3=A9_P=2E?="},
    {" x", "\" x\""},
    {"x  y", "\"x  y\""},
    {"", "\"\""},
};

/* As a person's name goes into a list of addresses, before the field is encoded. */
static const struct text_case quote_cases[] = {
    {"Bilbo Baggins", "Bilbo Baggins"},
    {"Janelle Smith, PhD", "\"Janelle Smith, PhD\""},
    {"Bob (the builder)", "\"Bob (the builder)\""},
    {"a \"b\" \\", "\"a \\\"b\\\" \\\\\""},
    {"Andr\xc3\xa9", "Andr\xc3\xa9"},
    {"Andr\xc3\xa9, Jr.", "\"Andr\xc3\xa9, Jr.\""},
};

static void run_write(const struct text_case *cases, size_t count, void (*write)(struct span, struct buf *)) {
  struct buf out = {0};
  for (size_t i = 0; i < count; i++) {
    buf_clear(&out);
    write(span_from(cases[i].from), &out);
    if (!span_equal(buf_span(&out), span_from(cases[i].to)))
      fail_msg("%s: got \"%.*s\"", cases[i].from, SPAN_ARG(buf_span(&out)));
  }
  buf_free(&out);
}

static void words_are_written(void **state) {
  (void)state;
  run_write(write_cases, sizeof write_cases / sizeof *write_cases, encoded_word_write);
}

static void names_are_written(void **state) {
  (void)state;
  run_write(name_cases, sizeof name_cases / sizeof *name_cases, display_name_write);
}

static void names_are_quoted(void **state) {
  (void)state;
  run_write(quote_cases, sizeof quote_cases / sizeof *quote_cases, display_name_quote);
}

static void what_is_written_is_read(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "a", " ",  "=?",   "?=",           "_", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\xa7",
      "=", "\"", "word", "=?utf-8?Q?x?="};
  struct rng rng = rng_named(1, SPAN("encoded words"));
  struct buf text = {0}, out = {0};
  for (int round = 0; round < 2000; round++) {
    struct arena arena = ARENA_EMPTY;
    buf_clear(&text);
    buf_clear(&out);
    for (uint64_t n = rng_below(&rng, 40); n > 0; n--)
      buf_add_text(&text, pieces[rng_below(&rng, sizeof pieces / sizeof *pieces)]);
    encoded_word_write(buf_span(&text), &out);
    struct span again = encoded_word_read(buf_span(&out), &arena);
    if (!span_equal(again, buf_span(&text))) fail_msg("%.*s", SPAN_ARG(buf_span(&out)));
    struct span rest = buf_span(&out), word;
    while (span_next(&rest, ' ', &word))
      if (span_starts_with(word, SPAN("=?"))) assert_true(word.len <= ENCODED_WORD_MAX);
    arena_free(&arena);
  }
  buf_free(&text);
  buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_read),          cmocka_unit_test(words_are_written),
      cmocka_unit_test(names_are_written),       cmocka_unit_test(names_are_quoted),
      cmocka_unit_test(what_is_written_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
