/* Quoted-printable and base64 (RFC 2045), the slide's examples among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "mail/transfer_encoding.h"

#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10

static void assert_buf(struct buf *out, struct span expected, const char *name) {
  if (!span_equal(buf_span(out), expected))
    fail_msg("%s: got \"%.*s\", expected \"%.*s\"", name, SPAN_ARG(buf_span(out)), SPAN_ARG(expected));
  buf_clear(out);
}

struct encode_case {
  const char *name;
  struct span bytes;
  bool binary;
  struct span expected;
};

static const struct encode_case qp_cases[] = {
    {"the slide's", SPAN_INIT("Don\xe2\x80\x99t panic!"), false, SPAN_INIT("Don=E2=80=99t panic!")},
    {"lines", SPAN_INIT("a\r\nb\r\n"), false, SPAN_INIT("a\r\nb\r\n")},
    {"binary", SPAN_INIT("a\r\nb"), true, SPAN_INIT("a=0D=0Ab")},
    {"equals", SPAN_INIT("1+1=2"), false, SPAN_INIT("1+1=3D2")},
    {"space at a line's end", SPAN_INIT("a \r\nb\t\r\nc "), false, SPAN_INIT("a=20\r\nb=09\r\nc=20")},
    {"space in the middle", SPAN_INIT("a b\tc"), false, SPAN_INIT("a b\tc")},
    {"bare CR and LF", SPAN_INIT("a\rb\nc"), false, SPAN_INIT("a=0Db=0Ac")},
    {"76 fit", SPAN_INIT(X70 "123456\r\n"), false, SPAN_INIT(X70 "123456\r\n")},
    {"77 do not", SPAN_INIT(X70 "1234567"), false, SPAN_INIT(X70 "12345=\r\n67")},
    {"escape at the edge",
     SPAN_INIT(X70 "123\xff"
                   "456"),
     false, SPAN_INIT(X70 "123=\r\n=FF456")},
    {"NUL", SPAN_INIT("a\0b"), false, SPAN_INIT("a=00b")},
    {"nothing", SPAN_INIT(""), false, SPAN_INIT("")},
};

static void quoted_printable_is_written(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof qp_cases / sizeof *qp_cases; i++) {
    quoted_printable_encode(qp_cases[i].bytes, qp_cases[i].binary, &out);
    assert_buf(&out, qp_cases[i].expected, qp_cases[i].name);
  }
  buf_free(&out);
}

struct decode_case {
  const char *name;
  struct span text, expected;
  uint32_t defects;
};

static const struct decode_case qp_decode_cases[] = {
    {"the slide's", SPAN_INIT("Don=E2=80=99t panic!"), SPAN_INIT("Don\xe2\x80\x99t panic!"), 0},
    {"lower case", SPAN_INIT("Don=e2=80=99t"), SPAN_INIT("Don\xe2\x80\x99t"), TRANSFER_LOWER_HEX},
    {"soft break", SPAN_INIT("a =\r\nb"), SPAN_INIT("a b"), 0},
    {"soft break and blanks", SPAN_INIT("a= \t\r\nb"), SPAN_INIT("ab"), TRANSFER_SPACE_AT_END},
    {"soft break at the end", SPAN_INIT("a="), SPAN_INIT("a"), 0},
    {"blanks at the end", SPAN_INIT("a \r\nb"), SPAN_INIT("a\r\nb"), TRANSFER_SPACE_AT_END},
    {"bad escape", SPAN_INIT("a=xyz=4"), SPAN_INIT("a=xyz=4"), TRANSFER_BAD_ESCAPE},
    {"half an escape", SPAN_INIT("a=4\r\n1"), SPAN_INIT("a=4\r\n1"), TRANSFER_BAD_ESCAPE},
    {"raw 8-bit", SPAN_INIT("caf\xe9"), SPAN_INIT("caf\xe9"), TRANSFER_BAD_OCTET},
    {"bare LF", SPAN_INIT("a\nb"), SPAN_INIT("a\r\nb"), TRANSFER_BARE_LINE_END},
    {"bare CR", SPAN_INIT("a\rb"), SPAN_INIT("a\rb"), TRANSFER_BARE_LINE_END},
    {"long line", SPAN_INIT(X70 X10), SPAN_INIT(X70 X10), TRANSFER_LINE_TOO_LONG},
    {"nothing", SPAN_INIT(""), SPAN_INIT(""), 0},
};

static const struct decode_case base64_decode_cases[] = {
    {"the slide's", SPAN_INIT("RG9u4oCZdCBwYW5pYyE=\r\n"), SPAN_INIT("Don\xe2\x80\x99t panic!"), 0},
    {"bare LF", SPAN_INIT("QUJD\nREVG"), SPAN_INIT("ABCDEF"), TRANSFER_BARE_LINE_END},
    {"group over a line end", SPAN_INIT("QU\r\nJD"), SPAN_INIT("ABC"), 0},
    {"padding missing", SPAN_INIT("QUI"), SPAN_INIT("AB"), TRANSFER_BAD_PADDING},
    {"too much padding", SPAN_INIT("QUI=="), SPAN_INIT("AB"), TRANSFER_BAD_PADDING},
    {"padding in the middle", SPAN_INIT("QQ==QQ=="), SPAN_INIT("AA"), TRANSFER_BAD_PADDING},
    {"bits left over", SPAN_INIT("QUJ="), SPAN_INIT("AB"), TRANSFER_BAD_PADDING},
    {"one letter", SPAN_INIT("Q"), SPAN_INIT(""), TRANSFER_BAD_PADDING},
    {"junk", SPAN_INIT("QU!J D"), SPAN_INIT("ABC"), TRANSFER_BAD_OCTET},
    {"only padding", SPAN_INIT("===="), SPAN_INIT(""), TRANSFER_BAD_PADDING},
    {"long line", SPAN_INIT(X70 "xxxxxxxxxx"), SPAN_INIT(""), TRANSFER_LINE_TOO_LONG},
    {"nothing", SPAN_INIT(""), SPAN_INIT(""), 0},
};

typedef bool decode_fn(struct span text, struct buf *out, uint32_t *defects_out);

static void run_decode(const struct decode_case *cases, size_t count, decode_fn *decode) {
  struct buf out = {0};
  uint32_t defects;
  for (size_t i = 0; i < count; i++) {
    assert_true(decode(cases[i].text, &out, &defects));
    if (defects != cases[i].defects) fail_msg("%s: defects %u", cases[i].name, defects);
    if (cases[i].expected.len || !(defects & TRANSFER_LINE_TOO_LONG))
      assert_buf(&out, cases[i].expected, cases[i].name);
    buf_clear(&out);
  }
  buf_free(&out);
}

static void quoted_printable_is_read(void **state) {
  (void)state;
  run_decode(qp_decode_cases, sizeof qp_decode_cases / sizeof *qp_decode_cases, quoted_printable_decode);
}

static void base64_is_read(void **state) {
  (void)state;
  run_decode(base64_decode_cases, sizeof base64_decode_cases / sizeof *base64_decode_cases,
             mime_base64_decode);
}

static void base64_is_written_in_lines(void **state) {
  (void)state;
  struct buf out = {0};
  mime_base64_encode(SPAN("Don\xe2\x80\x99t panic!"), &out);
  assert_buf(&out, SPAN("RG9u4oCZdCBwYW5pYyE=\r\n"), "the slide's");
  mime_base64_encode(SPAN("Don\xe2\x80\x99t panic!\n"), &out);
  assert_buf(&out, SPAN("RG9u4oCZdCBwYW5pYyEK\r\n"), "the slide's, with its bare LF");
  mime_base64_encode(SPAN(X10 X10 X10 X10 X10 "xxxxxxxy"), &out);
  assert_buf(&out,
             SPAN("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\neQ==\r\n"),
             "58 octets");
  buf_free(&out);
}

static void what_is_encoded_is_decoded(void **state) {
  (void)state;
  struct rng rng = rng_named(1, SPAN("transfer encoding"));
  struct buf bytes = {0}, text = {0}, again = {0};
  uint32_t defects;
  for (int round = 0; round < 500; round++) {
    buf_clear(&bytes);
    uint64_t len = rng_below(&rng, 400);
    for (uint64_t i = 0; i < len; i++) {
      static const char common[] = " \t\r\n=a.";
      bool any = rng_below(&rng, 2);
      buf_add_char(&bytes, any ? (char)rng_below(&rng, 256) : common[rng_below(&rng, sizeof common - 1)]);
    }
    for (int how = 0; how < 3; how++) {
      buf_clear(&text);
      buf_clear(&again);
      if (how < 2)
        quoted_printable_encode(buf_span(&bytes), how, &text);
      else
        mime_base64_encode(buf_span(&bytes), &text);
      assert_true(
          (how < 2 ? quoted_printable_decode : mime_base64_decode)(buf_span(&text), &again, &defects));
      assert_int_equal(defects, 0);
      assert_true(span_equal(buf_span(&bytes), buf_span(&again)));
    }
  }
  buf_free(&bytes);
  buf_free(&text);
  buf_free(&again);
}

static void a_cap_is_kept(void **state) {
  (void)state;
  struct buf out = BUF_CAPPED(3);
  uint32_t defects;
  assert_false(quoted_printable_decode(SPAN("abcd"), &out, &defects));
  buf_clear(&out);
  assert_false(mime_base64_decode(SPAN("QUJDREVG"), &out, &defects));
  buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quoted_printable_is_written),
      cmocka_unit_test(quoted_printable_is_read),
      cmocka_unit_test(base64_is_read),
      cmocka_unit_test(base64_is_written_in_lines),
      cmocka_unit_test(what_is_encoded_is_decoded),
      cmocka_unit_test(a_cap_is_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
