/* DER of a text: what X.690 says it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/der.h"

static void expect(const char *text, struct span octets) {
  struct buf out = {0};
  buf_add_char(&out, '!'); /* it appends */
  der_add(text, &out);
  assert_int_equal(out.len, octets.len + 1);
  assert_memory_equal(out.data + 1, octets.data, octets.len);
  buf_free(&out);
}

static void items(void **state) {
  (void)state;
  expect("asn1 = NULL\n", SPAN("\x05\x00"));
  expect("asn1 = INTEGER:0x80\n", SPAN("\x02\x02\x00\x80")); /* 8.3: positive */
  expect("asn1 = IMPLICIT:2,FORMAT:HEX,OCTETSTRING:613d0a\n", SPAN("\x82\x03"
                                                                   "a=\n"));
  expect("asn1 = SEQUENCE:one\n[one]\nname = OID:commonName\nempty = SET:none\n[none]\n",
         SPAN("\x30\x07\x06\x03\x55\x04\x03\x31\x00"));
}

static void long_lengths(void **state) { /* 8.1.3.5 */
  (void)state;
  struct buf octets = {0}, text = {0}, wanted = {0};
  for (int i = 0; i < 20000; i++) buf_add_char(&octets, (char)i);
  buf_add_text(&text, "asn1 = FORMAT:HEX,OCTETSTRING:");
  der_add_hex(buf_span(&octets), &text);
  buf_add(&text, SPAN("\n\0"));
  buf_add(&wanted, SPAN("\x04\x82\x4e\x20"));
  buf_add(&wanted, buf_span(&octets));
  expect(text.data, buf_span(&wanted));
  buf_free(&octets);
  buf_free(&text);
  buf_free(&wanted);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(items), cmocka_unit_test(long_lengths)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
