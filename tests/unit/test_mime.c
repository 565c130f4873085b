/* A body taken apart: types, boundaries, encodings, and what strangers make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/mime.h"

static void parameters_are_read(void **state) {
  (void)state;
  static const struct {
    const char *value, *name, *found;
  } cases[] = {
      {"text/plain; charset=utf-8", "charset", "utf-8"},
      {"text/plain; Charset=\"us-ascii\"", "charset", "us-ascii"},
      {"text/plain; a=1; charset=x; b=2", "charset", "x"},
      {"text/plain;charset = x", "charset", "x"},
      {"multipart/mixed; boundary=\"a;b\\\"c\"; x=1", "boundary", "a;b\"c"},
      {"multipart/mixed; boundary=\"a;b\"; x=1", "x", "1"},
      {"text/plain", "charset", ""},
      {"text/plain;", "charset", ""},
      {"text/plain; charset", "charset", ""},
      {"text/plain; ;;=;", "charset", ""},
      {"text/plain; charset=\"open", "charset", "open"},
      {"", "charset", ""},
  };
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span got = mime_parameter(span_from(cases[i].value), span_from(cases[i].name), &arena);
    if (!span_equal(got, span_from(cases[i].found)))
      fail_msg("%s: got \"%.*s\"", cases[i].value, SPAN_ARG(got));
  }
  arena_free(&arena);
}

/* Each part as "depth kind type [body]". */
static void write_parts(const struct mime_part *parts, size_t count, struct buf *out) {
  static const char kinds[] = {'L', 'M', 'P', 'E'};
  for (size_t i = 0; i < count; i++)
    buf_format(out, "%u%c %.*s [%.*s]\n", parts[i].depth, kinds[parts[i].kind], SPAN_ARG(parts[i].type),
               parts[i].kind == MIME_MULTIPART ? 0 : (int)parts[i].body.len, parts[i].body.data);
}

#define MULTI "Content-Type: multipart/alternative; boundary=zot\r\n"

static void bodies_are_taken_apart(void **state) {
  (void)state;
  static const struct {
    const char *header, *body, *parts;
  } cases[] = {
      {"From: a@b\r\n", "Hello\r\n", "0L text/plain [Hello\r\n]\n"},
      {"Content-Type: text/html (a comment)\r\n", "<p>\r\n", "0L text/html [<p>\r\n]\n"},
      {MULTI,
       "before\r\n--zot\r\nContent-Type: "
       "text/plain\r\n\r\none\r\n--zot\r\n\r\ntwo\r\n\r\n--zot--\r\nafter\r\n",
       "0M multipart/alternative []\n1P text/plain [before]\n1L text/plain [one]\n1L text/plain [two\r\n]\n"
       "1E text/plain [after]\n"},
      /* the blank lines after the parts' fields are missing, as on a slide */
      {MULTI, "--zot\r\nContent-Type: text/html\r\n<b>hi</b>\r\n--zot--\r\n",
       "0M multipart/alternative []\n1L text/html [<b>hi</b>]\n"},
      {MULTI, "--zot\r\nhi\r\n--zotter\r\n",
       "0M multipart/alternative []\n1L text/plain [hi\r\n--zotter\r\n]\n"},
      {MULTI, "--zot  \r\n\r\nspaces after\r\n--zot--",
       "0M multipart/alternative []\n1L text/plain [spaces after]\n"},
      {MULTI, "no delimiter\r\n", "0L multipart/alternative [no delimiter\r\n]\n"},
      {MULTI, "--zot--\r\n", "0M multipart/alternative []\n"},
      {"Content-Type: multipart/mixed\r\n", "--\r\n", "0L multipart/mixed [--\r\n]\n"},
      {"Content-Type: multipart/mixed; boundary=a\r\n",
       "--a\r\nContent-Type: multipart/mixed; "
       "boundary=b\r\n\r\n--b\r\n\r\nin\r\n--b--\r\n--a\r\n\r\nout\r\n--a--\r\n",
       "0M multipart/mixed []\n1M multipart/mixed []\n2L text/plain [in]\n1L text/plain [out]\n"},
  };
  struct arena arena = ARENA_EMPTY;
  struct mime_part parts[MIME_PARTS_MAX];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf got = {0};
    size_t count = mime_parse(span_from(cases[i].header), span_from(cases[i].body), &arena, parts);
    write_parts(parts, count, &got);
    if (!span_equal(buf_span(&got), span_from(cases[i].parts)))
      fail_msg("case %zu: got\n%.*s", i, SPAN_ARG(buf_span(&got)));
    buf_free(&got);
  }
  arena_free(&arena);
}

static void parts_are_decoded(void **state) {
  (void)state;
  static const struct {
    const char *header, *body, *text;
    bool is_text, is_encoded;
  } cases[] = {
      {"", "Don't panic!\r\n", "Don't panic!\r\n", true, false},
      {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
       "Don=E2=80=99t panic!\r\n", "Don\xe2\x80\x99t panic!\r\n", true, true},
      {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: BASE64\r\n",
       "RG9u4oCZdCBwYW5pYyE=\r\n", "Don\xe2\x80\x99t panic!", true, true},
      {"Content-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n", "caf\xe9\r\n",
       "caf\xc3\xa9\r\n", true, false},
      {"Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n", "R0lG\r\n", "GIF", false, true},
      {"Content-Type: text/plain; charset=koi8-r\r\n", "x\r\n", "x\r\n", false, false},
      {"Content-Transfer-Encoding: x-uuencode\r\n", "x\r\n", "x\r\n", false, false},
  };
  struct arena arena = ARENA_EMPTY;
  struct mime_part parts[MIME_PARTS_MAX];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf text = {0};
    size_t count = mime_parse(span_from(cases[i].header), span_from(cases[i].body), &arena, parts);
    assert_int_equal(count, 1);
    assert_int_equal(mime_decode(&parts[0], &text), cases[i].is_text);
    assert_int_equal(mime_is_encoded(parts, count), cases[i].is_encoded);
    if (!span_equal(buf_span(&text), span_from(cases[i].text)))
      fail_msg("case %zu: got \"%.*s\"", i, SPAN_ARG(buf_span(&text)));
    buf_free(&text);
  }
  arena_free(&arena);
}

/* A body of nothing but openings: neither the list nor the stack runs over. */
static void depth_and_number_have_limits(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct mime_part parts[MIME_PARTS_MAX];
  struct buf deep = {0}, wide = {0};
  for (int i = 0; i < 200; i++) {
    buf_add_text(&deep, "--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n");
    buf_add_text(&wide, "--a\r\n\r\nx\r\n");
  }
  struct span header = SPAN("Content-Type: multipart/mixed; boundary=a\r\n");
  assert_true(mime_parse(header, buf_span(&deep), &arena, parts) <= MIME_PARTS_MAX);
  assert_int_equal(mime_parse(header, buf_span(&wide), &arena, parts), MIME_PARTS_MAX);
  buf_free(&deep);
  buf_free(&wide);
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parameters_are_read),
      cmocka_unit_test(bodies_are_taken_apart),
      cmocka_unit_test(parts_are_decoded),
      cmocka_unit_test(depth_and_number_have_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
