/* short_header: what a mail program shows in place of a header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "base/buf.h"
#include "mail/short_header.h"

static void check(const char *header, const char *expected, size_t hidden) {
  struct arena arena = ARENA_EMPTY;
  struct short_field fields[SHORT_HEADER_MAX];
  size_t others, count = short_header(span_from(header), &arena, fields, &others);
  struct buf text = {0};
  for (size_t i = 0; i < count; i++)
    buf_format(&text, "%.*s: %.*s\n", SPAN_ARG(fields[i].name), SPAN_ARG(fields[i].value));
  buf_add_char(&text, 0);
  assert_string_equal(text.data, expected);
  assert_int_equal(others, hidden);
  buf_free(&text);
  arena_free(&arena);
}

/* The slide "Email header (envelope)": four fields of the fifteen. */
static void test_marta(void **state) {
  (void)state;
  check("Received: from eps.udl.es by eps.udl.es\r\n\tid MAA22736; Wed, 16 Jun 2004 12:34:40 +0200\r\n"
        "Date: Wed, 16 Jun 2004 12:34:49 +0200\r\nFrom: Marta Oliva <oliva@eps.udl.es>\r\n"
        "To: \"Dr. Indrajit Ray\" <indrajit@CS.ColoState.EDU>\r\n"
        "Subject: Re: Registration to the 18th Annual\r\n IFIP WG 11.3 WC\r\n",
        "Date: Wed, 16 Jun 2004 12:34:49 +0200\nFrom: Marta Oliva <oliva@eps.udl.es>\n"
        "To: Dr. Indrajit Ray <indrajit@CS.ColoState.EDU>\n"
        "Subject: Re: Registration to the 18th Annual IFIP WG 11.3 WC\n",
        1);
}

static void test_names(void **state) {
  (void)state;
  check("From: bbag@shire.example (Bilbo Baggins)\r\n", "From: Bilbo Baggins <bbag@shire.example>\n", 0);
  check("From: bbag@shire.example\r\n", "From: bbag@shire.example\n", 0);
  check("To: =?UTF-8?Q?Ana_Mar=C3=ADa?= <ana@madrid.example>,\r\n\tbob@isse.gmu.edu\r\n",
        "To: Ana María <ana@madrid.example>, bob@isse.gmu.edu\n", 0);
  check("Subject: =?UTF-8?Q?a=0D=0AFrom:_b?=\r\n", "Subject: a  From: b\n", 0);
  check("Subject: =?UTF-8?Q?Caf=C3=A9?=\tat noon?\nX: y\n", "Subject: Café at noon?\n", 1);
}

/* What is no plain list stands as it is written; what is not there is not shown. */
static void test_as_it_stands(void **state) {
  (void)state;
  check("To: friends: jack@comcast.net, ann@x.example;\r\n",
        "To: friends: jack@comcast.net, ann@x.example;\n", 0);
  check("To: undisclosed recipients\r\n", "To: undisclosed recipients\n", 0);
  check("To: \r\nno field\r\n", "To: \n", 0);
  check("", "", 0);
  check("From: a@b.example\r\nFrom: c@d.example\r\n", "From: a@b.example\n", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_marta),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_as_it_stands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
