#include "base/der.h"

#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/conf.h>
#include <openssl/x509v3.h>

#include "base/check.h"

void der_add(const char *text, struct buf *out) {
  size_t length = span_from(text).len;
  CHECK(length <= INT_MAX);
  BIO *source = BIO_new_mem_buf(text, (int)length);
  CONF *sections = NCONF_new(NULL);
  CHECK(source && sections && NCONF_load_bio(sections, source, NULL) == 1);
  char *first = NCONF_get_string(sections, "default", "asn1");
  ASN1_TYPE *item = first ? ASN1_generate_nconf(first, sections) : NULL;
  CHECK(item);
  unsigned char *octets = NULL;
  int count = i2d_ASN1_TYPE(item, &octets);
  CHECK(count > 0);
  buf_add(out, span_of((const char *)octets, (size_t)count));
  OPENSSL_free(octets);
  ASN1_TYPE_free(item);
  NCONF_free(sections);
  BIO_free(source);
}

void der_add_hex(struct span octets, struct buf *text) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < octets.len; i++) {
    unsigned char octet = (unsigned char)octets.data[i];
    buf_add_char(text, digits[octet >> 4]);
    buf_add_char(text, digits[octet & 15]);
  }
}
