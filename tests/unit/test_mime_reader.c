/* Of several forms of a message, which a program shows; and the words of HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "mail/html_text.h"
#include "mail/mime_reader.h"

/* Each part as it is shown: T without HTML, H with it, B by both, - by neither. */
static void check(const char *header, const char *body, const char *expected) {
  struct arena arena = ARENA_EMPTY;
  struct mime_part parts[MIME_PARTS_MAX];
  bool text[MIME_PARTS_MAX], html[MIME_PARTS_MAX];
  char got[MIME_PARTS_MAX + 1];
  size_t count = mime_parse(span_from(header), span_from(body), &arena, parts);
  mime_shown_by(parts, count, MIME_READER_TEXT, text);
  mime_shown_by(parts, count, MIME_READER_HTML, html);
  for (size_t i = 0; i < count; i++) got[i] = text[i] ? (html[i] ? 'B' : 'T') : html[i] ? 'H' : '-';
  got[count] = 0;
  assert_string_equal(got, expected);
  arena_free(&arena);
}

#define FORMS    "Content-Type: multipart/alternative; boundary=zot\r\n"
#define MIXED    "Content-Type: multipart/mixed; boundary=zot\r\n"
#define PART(t)  "--zot\r\nContent-Type: " t "\r\n\r\nx\r\n"
#define INNER(t) "--in\r\nContent-Type: " t "\r\n\r\nx\r\n"
#define END      "--zot--\r\n"

/* RFC 2046 5.1.4: the last form that can be shown. */
static void test_forms(void **state) {
  (void)state;
  check("", "Hello\r\n", "B");
  check("Content-Type: text/html\r\n", "<p>\r\n", "B"); /* without HTML: as it stands */
  check(FORMS, "before\r\n" PART("text/plain") PART("text/html") END "after\r\n", "--TH-");
  check(FORMS, PART("text/html") PART("text/plain") END, "--B");
  check(FORMS, PART("text/plain") PART("image/gif") END, "-B-");
  check(FORMS, PART("text/plain") PART("TEXT/HTML") PART("application/pdf") END, "-TH-");
}

/* Nothing that it can show: the first form. */
static void test_none_to_show(void **state) {
  (void)state;
  check(FORMS, PART("text/html") END, "-B");
  check(FORMS, PART("image/gif") PART("image/png") END, "-B-");
}

static void test_inside_others(void **state) {
  (void)state;
  check(MIXED, PART("text/plain") PART("image/gif") END, "-BB");
  check(MIXED,
        "--zot\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n" INNER("text/plain")
            INNER("text/html") "--in--\r\n" PART("image/gif") END,
        "--THB");
  check(FORMS,
        PART("text/plain") "--zot\r\nContent-Type: multipart/related; boundary=in\r\n\r\n" INNER("text/html")
            INNER("image/gif") "--in--\r\n" END,
        "-T-HH");
}

static void test_words(void **state) {
  (void)state;
  static const struct {
    const char *html, *words;
  } cases[] = {
      {"I <em>really</em> like\r\n<font color=red>comic books</font>.\r\n", "I *really* like comic books.\n"},
      {"", ""},
      {"plain", "plain\n"},
      {"<p>one</p>\n<p>two<br>three", "one\ntwo\nthree\n"},
      {"<ul><li>a<li>b</ul>c", "a\nb\nc\n"},
      {"<b>x</b>y", "*x*y\n"},
      {"a &lt; b &amp;&nbsp;c &quot;&apos;", "a < b & c \"'\n"},
      {"Don&#8217;t &#x1F600;", "Don\xe2\x80\x99t \xf0\x9f\x98\x80\n"},
      {"&#0; &#x110000; &#xD800; &unknown; &amp", "&#0; &#x110000; &#xD800; &unknown; &amp\n"},
      {"a < b, 1<2", "a < b, 1<2\n"},
      {"a<!-- <p> -->b<!-- open", "ab\n"},
      {"<style>p { }</style><title>t</title>x<script>if (a</b) 1;</script>y", "xy\n"},
      {"<script>open", ""},
      {"<!DOCTYPE html><html lang=en>x</html", "x\n"},
      {"x<img alt='", "x\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf words = {0};
    html_text(span_from(cases[i].html), &words);
    buf_add_char(&words, 0);
    assert_string_equal(words.data, cases[i].words);
    buf_free(&words);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_none_to_show),
      cmocka_unit_test(test_inside_others),
      cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
