/* A message in 7 bits (RFC 6152 3): what is encoded and how, which fields change, and how far the rules go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/same_content.h"
#include "mail/mime_7bit.h"

#define E_ACUTE "\xc3\xa9"
#define MIME    "MIME-Version: 1.0\r\n"
#define TEXT_8  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
#define TEXT_QP "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
#define MIXED   "Content-Type: multipart/mixed; boundary=zot\r\n"

enum { ALL = MIME_7BIT_ALL, MIMED = MIME_7BIT_MIME, LABELLED = MIME_7BIT_LABELLED };

struct conversion_case {
  const char *name;
  int reach;
  const char *header, *body;
  const char *new_header, *new_body; /* NULL: as it was; "!": it cannot be */
};

static const struct conversion_case cases[] = {
    {"ASCII needs nothing", ALL, "From: a@b\r\n", "Hello\r\n", NULL, NULL},
    {"a text", ALL, MIME TEXT_8, "Caf" E_ACUTE ", and what belongs to it\r\n", MIME TEXT_QP,
     "Caf=C3=A9, and what belongs to it\r\n"},
    {"the new field comes last, a second old one goes", ALL,
     MIME "Content-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=utf-8\r\n"
          "content-transfer-encoding:\r\n 8bit\r\nX: y\r\n",
     "only an " E_ACUTE " here\r\n",
     MIME "Content-Type: text/plain; charset=utf-8\r\nX: y\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n",
     "only an =C3=A9 here\r\n"},
    {"no MIME fields at all", ALL, "From: a@b\r\n", "na\xefve enough\r\n",
     "From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n",
     "na=EFve enough\r\n"},
    {"a type without a charset", ALL, MIME "Content-Type: text/html;\r\n", "<p>na\xefve\r\n",
     MIME "Content-Type: text/html;\r\n\tcharset=unknown-8bit\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n",
     "<p>na=EFve\r\n"},
    {"many octets: base64", ALL, MIME TEXT_8, E_ACUTE E_ACUTE E_ACUTE "\r\n",
     MIME "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
     "w6nDqcOpDQo=\r\n"},
    {"binary: base64", ALL, MIME "Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n",
     "abcdefghijklmnopqr\xff\r\n",
     MIME "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n",
     "YWJjZGVmZ2hpamtsbW5vcHFy/w0K\r\n"},
    {"called 8bit, and is not", ALL, MIME TEXT_8, "Hello\r\n",
     MIME "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n", "Hello\r\n"},
    {"called quoted-printable, with octets that are not", ALL,
     MIME "Content-Transfer-Encoding: quoted-printable\r\n", "=C3=A9 " E_ACUTE "\r\n",
     MIME "Content-Type: text/plain; charset=unknown-8bit\r\nContent-Transfer-Encoding: base64\r\n",
     "w6kgw6kNCg==\r\n"},
    {"a multipart, part by part", ALL, MIME MIXED "Content-Transfer-Encoding: 8bit\r\n",
     "pr" E_ACUTE "amble\r\n--zot\r\n" TEXT_8 "\r\nThe caf" E_ACUTE
     " at noon\r\n--zot\r\n\r\nplain\r\n--zot\r\n"
     "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--zot--\r\n\xe9pilogue\r\n",
     MIME MIXED "Content-Transfer-Encoding: 7bit\r\n",
     "pr??amble\r\n--zot\r\n" TEXT_QP "\r\nThe caf=C3=A9 at noon\r\n--zot\r\n\r\nplain\r\n--zot\r\n"
     "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--zot--\r\n?pilogue\r\n"},
    {"base64 in a part: the last line end is the delimiter's", ALL, MIME MIXED,
     "--zot\r\n" TEXT_8 "\r\n" E_ACUTE "\r\n--zot--\r\n", MIME MIXED,
     "--zot\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nw6k=\r\n"
     "--zot--\r\n"},
    {"the empty line is missing", ALL, MIME MIXED,
     "--zot\r\nContent-Type: text/html; charset=utf-8\r\n<p>a caf" E_ACUTE " at noon\r\n--zot--\r\n",
     MIME MIXED,
     "--zot\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
     "<p>a caf=C3=A9 at noon\r\n--zot--\r\n"},
    {"a message in a message", ALL,
     MIME "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n",
     "Subject: x\r\n\r\nThe caf\xe9 at noon\r\n",
     MIME "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n",
     "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\nThe caf=E9 at noon\r\n"},
    {"a digest's parts are messages", ALL, MIME "Content-Type: multipart/digest; boundary=zot\r\n",
     "--zot\r\n\r\nSubject: x\r\n\r\nThe caf\xe9 at noon\r\n--zot--\r\n",
     MIME "Content-Type: multipart/digest; boundary=zot\r\n",
     "--zot\r\n\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\nThe caf=E9 at noon\r\n--zot--\r\n"},
    {"what is signed stays as it was signed", ALL, MIME "Content-Type: multipart/signed; boundary=zot\r\n",
     "--zot\r\n\r\n" E_ACUTE "\r\n--zot\r\n\r\nx\r\n--zot--\r\n", "!", NULL},
    {"a piece of a message", ALL, MIME "Content-Type: message/partial\r\n", E_ACUTE "\r\n", "!", NULL},
    {"a multipart without delimiters", ALL, MIME MIXED, E_ACUTE "\r\n", "!", NULL},
    {"words in fields", ALL, "From: Andr" E_ACUTE " <a@b>\r\nSubject: Caf" E_ACUTE "\r\nX-A: caf\xe9\r\n",
     "x\r\n",
     "From: =?UTF-8?Q?Andr=C3=A9?= <a@b>\r\nSubject: =?UTF-8?Q?Caf=C3=A9?=\r\nX-A: "
     "=?unknown-8bit?Q?caf=E9?=\r\n",
     "x\r\n"},
    {"parameters", ALL,
     "Content-Type: text/plain; name=\"caf" E_ACUTE
     ".txt\"; x=\"y z\"\r\nContent-Disposition: attachment;\r\n"
     " filename=\"a long name of a caf\xe9 that has a garden, and tables in it\"\r\n",
     "x\r\n",
     "Content-Type: text/plain;\r\n\tname*=utf-8''caf%C3%A9.txt;\r\n\tx=\"y z\"\r\n"
     "Content-Disposition: attachment;\r\n"
     "\tfilename*0*=unknown-8bit''a%20long%20name%20of%20a%20caf%E9%20that%20;\r\n"
     "\tfilename*1*=has%20a%20garden%2C%20and%20tables%20in%20i;\r\n\tfilename*2*=t\r\n",
     "x\r\n"},
    {"an address", ALL, "From: andr" E_ACUTE "@b\r\n", "x\r\n", "!", NULL},
    {"an id", ALL, "Message-ID: <" E_ACUTE "@b>\r\n", "x\r\n", "!", NULL},

    {"sendmail: a letter without MIME goes as it is", MIMED, "From: a@b\r\n", "na\xefve\r\n", NULL, NULL},
    {"sendmail: one that is MIME does not", MIMED, MIME TEXT_8, "The caf" E_ACUTE " at noon\r\n",
     MIME TEXT_QP, "The caf=C3=A9 at noon\r\n"},
    {"sendmail: nor what does not say so", MIMED, MIME, "The caf\xe9 at noon\r\n",
     MIME "Content-Transfer-Encoding: quoted-printable\r\n", "The caf=E9 at noon\r\n"},
    {"sendmail: something signed goes as it is", MIMED,
     MIME "Content-Type: multipart/signed; boundary=zot\r\n",
     "--zot\r\n" TEXT_8 "\r\n" E_ACUTE "\r\n--zot--\r\n", NULL, NULL},
    {"sendmail: fields stay", MIMED, MIME "Subject: Caf" E_ACUTE "\r\n" TEXT_8,
     "The caf" E_ACUTE " at noon\r\n", MIME "Subject: Caf" E_ACUTE "\r\n" TEXT_QP,
     "The caf=C3=A9 at noon\r\n"},

    {"Postfix: what is not called 8bit goes as it is", LABELLED, MIME, "The caf" E_ACUTE " at noon\r\n", NULL,
     NULL},
    {"Postfix: never base64", LABELLED, TEXT_8, E_ACUTE E_ACUTE "\r\n", TEXT_QP, "=C3=A9=C3=A9\r\n"},
    {"Postfix: by the label, not by the octets", LABELLED, MIME TEXT_8, "1 + 1 = 2\r\n", MIME TEXT_QP,
     "1 + 1 =3D 2\r\n"},
    {"Postfix: a multipart", LABELLED, MIME MIXED "Content-Transfer-Encoding: 8bit\r\n",
     "pr\xe9\r\n--zot\r\n" TEXT_8 "\r\n" E_ACUTE "\r\n--zot\r\n\r\n\xe9\r\n--zot--\r\n",
     MIME MIXED "Content-Transfer-Encoding: 7bit\r\n",
     "pr\xe9\r\n--zot\r\n" TEXT_QP "\r\n=C3=A9\r\n--zot\r\n\r\n\xe9\r\n--zot--\r\n"},
};

static void messages_are_converted(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct conversion_case *c = &cases[i];
    struct mime_7bit_rules rules = {.reach = (enum mime_7bit_reach)c->reach};
    struct buf header = {0}, body = {0};
    const char *why;
    enum mime_7bit_result result =
        mime_to_7bit(span_from(c->header), span_from(c->body), &rules, &header, &body, &why);
    enum mime_7bit_result wanted = !c->new_header               ? MIME_7BIT_AS_IT_WAS
                                   : strcmp(c->new_header, "!") ? MIME_7BIT_CONVERTED
                                                                : MIME_7BIT_IMPOSSIBLE;
    if (result != wanted) fail_msg("%s: result %d (%s)", c->name, result, why ? why : "");
    if (result == MIME_7BIT_CONVERTED) {
      if (!span_equal(buf_span(&header), span_from(c->new_header)))
        fail_msg("%s: header\n%.*s", c->name, SPAN_ARG(buf_span(&header)));
      if (!span_equal(buf_span(&body), span_from(c->new_body)))
        fail_msg("%s: body\n%.*s", c->name, SPAN_ARG(buf_span(&body)));
    }
    buf_free(&header);
    buf_free(&body);
  }
}

static void a_program_may_leave_its_name(void **state) {
  (void)state;
  struct mime_7bit_rules rules = {.reach = MIME_7BIT_MIME,
                                  .remark_quoted_printable =
                                      SPAN("X-MIME-Autoconverted: to quoted-printable"),
                                  .remark_base64 = SPAN("X-MIME-Autoconverted: to base64")};
  struct buf header = {0}, body = {0};
  const char *why;
  assert_int_equal(mime_to_7bit(SPAN(MIME MIXED),
                                SPAN("--zot\r\n" TEXT_8 "\r\nThe caf" E_ACUTE " at noon\r\n--zot\r\n" TEXT_8
                                     "\r\n" E_ACUTE "\r\n--zot--\r\n"),
                                &rules, &header, &body, &why),
                   MIME_7BIT_CONVERTED);
  assert_true(span_equal(buf_span(&header), SPAN(MIME MIXED)));
  struct span wanted =
      SPAN("--zot\r\n" TEXT_QP
           "X-MIME-Autoconverted: to quoted-printable\r\n\r\nThe caf=C3=A9 at noon\r\n--zot\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
           "X-MIME-Autoconverted: to base64\r\n\r\nw6k=\r\n--zot--\r\n");
  assert_true(span_equal(buf_span(&body), wanted));
  buf_free(&header);
  buf_free(&body);
}

/* Whoever decodes it gets what was there, also where a soft break falls before two hyphens. */
static void no_delimiter_appears(void **state) {
  (void)state;
  for (size_t len = 60; len < 90; len++) {
    struct buf text = {0}, header = {0}, body = {0};
    struct mime_7bit_rules rules = {.reach = MIME_7BIT_ALL};
    const char *why;
    buf_add_text(&text, "--zot\r\n" TEXT_8 "\r\n" E_ACUTE);
    for (size_t i = 0; i < len; i++) buf_add_char(&text, 'x');
    buf_add_text(&text, "--zot\r\n--zot--\r\n");
    assert_int_equal(mime_to_7bit(SPAN(MIME MIXED), buf_span(&text), &rules, &header, &body, &why),
                     MIME_7BIT_CONVERTED);
    check_same_content(SPAN(MIME MIXED), buf_span(&text), buf_span(&header), buf_span(&body), 0);
    buf_free(&text);
    buf_free(&header);
    buf_free(&body);
  }
}

/* No stack, and no time, is used up by what a stranger nests. */
static void depth_has_a_limit(void **state) {
  (void)state;
  struct buf text = {0}, header = {0}, body = {0};
  struct mime_7bit_rules rules = {.reach = MIME_7BIT_ALL};
  const char *why;
  for (int i = 0; i < 10000; i++) buf_add_text(&text, "Content-Type: message/rfc822\r\n\r\n");
  buf_add_text(&text, E_ACUTE "\r\n");
  assert_int_equal(
      mime_to_7bit(SPAN("Content-Type: message/rfc822\r\n"), buf_span(&text), &rules, &header, &body, &why),
      MIME_7BIT_IMPOSSIBLE);
  buf_clear(&header);
  buf_clear(&body);
  rules.reach = MIME_7BIT_LABELLED; /* who is not strict lets it go as it is */
  assert_int_equal(
      mime_to_7bit(SPAN("Content-Type: message/rfc822\r\n"), buf_span(&text), &rules, &header, &body, &why),
      MIME_7BIT_AS_IT_WAS);
  buf_free(&text);
  buf_free(&header);
  buf_free(&body);
}

static void too_large_is_too_large(void **state) {
  (void)state;
  struct buf header = {0}, body = BUF_CAPPED(100), text = {0};
  struct mime_7bit_rules rules = {.reach = MIME_7BIT_LABELLED};
  const char *why;
  for (int i = 0; i < 60; i++) buf_add_text(&text, E_ACUTE);
  buf_add_text(&text, "\r\n");
  assert_int_equal(mime_to_7bit(SPAN(TEXT_8), buf_span(&text), &rules, &header, &body, &why),
                   MIME_7BIT_IMPOSSIBLE);
  buf_free(&header);
  buf_free(&body);
  buf_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages_are_converted), cmocka_unit_test(a_program_may_leave_its_name),
      cmocka_unit_test(no_delimiter_appears),   cmocka_unit_test(depth_has_a_limit),
      cmocka_unit_test(too_large_is_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
