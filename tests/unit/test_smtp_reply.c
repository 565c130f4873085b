/* SMTP replies: written, taken apart, and the words for each occasion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/template.h"
#include "proto/smtp_reply.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void writes(void **state) {
  (void)state;
  static const struct {
    const char *name;
    struct smtp_reply reply;
    const char *expected;
  } cases[] = {
      {"one line", {250, SPAN_INIT(""), SPAN_INIT("ok")}, "250 ok\r\n"},
      {"enhanced", {550, SPAN_INIT("5.1.1"), SPAN_INIT("who?")}, "550 5.1.1 who?\r\n"},
      {"three lines", {250, SPAN_INIT(""), SPAN_INIT("a\nb\nc")}, "250-a\r\n250-b\r\n250 c\r\n"},
      {"enhanced on every line (RFC 2034 4)",
       {214, SPAN_INIT("2.0.0"), SPAN_INIT("a\nb")},
       "214-2.0.0 a\r\n214 2.0.0 b\r\n"},
      {"no words", {354, SPAN_INIT(""), SPAN_INIT("")}, "354 \r\n"},
      {"no span", {354, {NULL, 0}, {NULL, 0}}, "354 \r\n"},
      {"never a line end of a stranger", {501, SPAN_INIT(""), SPAN_INIT("a\rb\0c\xc3")}, "501 a?b?c?\r\n"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct buf out = BUF_CAPPED(0);
    smtp_reply_write(&cases[i].reply, &out);
    if (!span_equal(buf_span(&out), span_from(cases[i].expected)))
      fail_msg("%s: got \"%.*s\"", cases[i].name, SPAN_ARG(buf_span(&out)));
    buf_free(&out);
  }
}

/* Every octet at every distance from the start, since the writer looks at many at a step. */
static void writes_printable_octets_only(void **state) {
  (void)state;
  for (unsigned octet = 0; octet < 256; octet++)
    for (size_t at = 0; at < 19; at++) {
      char text[] = "aZ 09~!aZ 09~!aZ 09";
      if (octet == '\n') continue;
      text[at] = (char)octet;
      struct smtp_reply reply = {250, SPAN(""), span_of(text, 19)};
      struct buf out = BUF_CAPPED(0);
      smtp_reply_write(&reply, &out);
      bool printable = octet == '\t' || (octet >= 32 && octet <= 126);
      text[at] = printable ? (char)octet : '?';
      assert_int_equal(out.len, 25);
      assert_memory_equal(out.data + 4, text, 19);
      buf_free(&out);
    }
}

static void folds_long_lines(void **state) {
  (void)state;
  char long_text[1200];
  memset(long_text, 'x', sizeof long_text);
  struct smtp_reply reply = {250, SPAN("2.1.5"), span_of(long_text, sizeof long_text)};
  struct buf out = BUF_CAPPED(0);
  smtp_reply_write(&reply, &out);
  size_t octets = 0, lines = 0;
  struct span rest = buf_span(&out), line;
  while (span_next(&rest, '\n', &line) && rest.data) {
    uint16_t code;
    bool more;
    struct span text;
    assert_true(line.len + 1 <= SMTP_REPLY_LINE_MAX);
    assert_true(smtp_reply_parse_line(span_first(line, line.len - 1), &code, &more, &text));
    assert_int_equal(code, 250);
    assert_int_equal(more, rest.len > 0);
    assert_true(span_equal(smtp_enhanced_take(code, &text), SPAN("2.1.5")));
    octets += text.len;
    lines++;
  }
  assert_int_equal(octets, sizeof long_text);
  assert_int_equal(lines, 3);
  buf_free(&out);
}

static void splits(void **state) {
  (void)state;
  static const struct {
    const char *words;
    bool good;
    uint16_t code;
    const char *enhanced, *text;
  } cases[] = {
      {"250 2.1.0 ok", true, 250, "2.1.0", "ok"},
      {"250 ok then", true, 250, "", "ok then"},
      {"250", true, 250, "", ""},
      {"550 5.1.1", true, 550, "5.1.1", ""},
      {"550 5.123.456 x", true, 550, "5.123.456", "x"},
      {"550 4.1.1 other class", true, 550, "", "4.1.1 other class"},
      {"250 2.1 x", true, 250, "", "2.1 x"},
      {"250 2.1.0x", true, 250, "", "2.1.0x"},
      {"250 2.1234.0 x", true, 250, "", "2.1234.0 x"},
      {"354 3.0.0", true, 354, "3.0.0", ""},
      {"hello", false, 0, "", "hello"},
      {"150 early", false, 0, "", "150 early"},
      {"650 late", false, 0, "", "650 late"},
      {"2500", false, 0, "", "2500"},
      {"25", false, 0, "", "25"},
      {"", false, 0, "", ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct smtp_reply reply;
    bool good = smtp_reply_split(span_from(cases[i].words), &reply);
    if (good != cases[i].good || reply.code != cases[i].code ||
        !span_equal(reply.enhanced, span_from(cases[i].enhanced)) ||
        !span_equal(reply.text, span_from(cases[i].text)))
      fail_msg("\"%s\": %d, %u, \"%.*s\"", cases[i].words, good, reply.code, SPAN_ARG(reply.text));
  }
}

static void reads_lines(void **state) {
  (void)state;
  static const struct {
    const char *line;
    bool good;
    uint16_t code;
    bool more;
    const char *text;
  } cases[] = {
      {"250 ok", true, 250, false, "ok"},
      {"250-ok", true, 250, true, "ok"},
      {"250", true, 250, false, ""},
      {"250-", true, 250, true, ""},
      {"599 x", true, 599, false, "x"},
      {"250ok", false, 0, false, ""},
      {"ok", false, 0, false, ""},
      {"", false, 0, false, ""},
      {" 250 ok", false, 0, false, ""},
      {"100 x", false, 0, false, ""},
      {"250  two spaces", true, 250, false, " two spaces"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    uint16_t code = 0;
    bool more = false;
    struct span text = SPAN_EMPTY;
    bool good = smtp_reply_parse_line(span_from(cases[i].line), &code, &more, &text);
    if (good != cases[i].good || code != cases[i].code || more != cases[i].more ||
        !span_equal(text, span_from(cases[i].text)))
      fail_msg("\"%s\": %d, %u, %d, \"%.*s\"", cases[i].line, good, code, more, SPAN_ARG(text));
  }
}

/* Each occasion has words of its own, with a code and names that exist. */
static void neutral_words(void **state) {
  (void)state;
  static const struct span names[] = {SPAN_INIT("host"),      SPAN_INIT("client"),  SPAN_INIT("helo"),
                                      SPAN_INIT("address"),   SPAN_INIT("id"),      SPAN_INIT("date"),
                                      SPAN_INIT("size"),      SPAN_INIT("verb"),    SPAN_INIT("user"),
                                      SPAN_INIT("version"),   SPAN_INIT("limit"),   SPAN_INIT("line"),
                                      SPAN_INIT("parameter"), SPAN_INIT("keyword"), SPAN_INIT("value")};
  for (unsigned i = 0; i < SMTP_TEXT_COUNT; i++) {
    struct smtp_reply reply;
    struct span bad, words = smtp_texts_neutral.text[i];
    const char *key = smtp_text_key((enum smtp_text)i);
    if (!smtp_reply_split(words, &reply)) fail_msg("%s: no code", key);
    if (!template_check(words, names, COUNT(names), &bad)) fail_msg("%s: %.*s", key, SPAN_ARG(bad));
    assert_int_equal(smtp_text_named(span_from(key)), i);
  }
  assert_int_equal(smtp_text_named(SPAN("no_such_key")), SMTP_TEXT_COUNT);
  assert_string_equal(smtp_text_key(SMTP_TEXT_RCPT_UNKNOWN), "rcpt_unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes),           cmocka_unit_test(writes_printable_octets_only),
      cmocka_unit_test(folds_long_lines), cmocka_unit_test(splits),
      cmocka_unit_test(reads_lines),      cmocka_unit_test(neutral_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
