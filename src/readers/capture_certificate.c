/* capture_certificate: a certificate that can be read but proves nothing (RFC 5280).
 *
 * Whose it is, who signed it and until when it is good are the story's; the key and the signature mean
 * nothing, and a comment that says so makes it as long as it has to be. libcrypto writes it in DER, from a
 * text with a section for each part of RFC 5280 A.1: nothing is signed, so that it is the same everywhere.
 */
#include "base/der.h"
#include "mail/date.h"
#include "readers/capture_internal.h"

enum { KEY = 256, SERIAL = 16, GOOD_DAYS = 90, SIGNER_DAYS = 3650 };
enum { NOISE_KEY = 1, NOISE_SERIAL, NOISE_SIGNATURE };

/* What is the same in each; serial, modulus and signature have been given before it. The algorithm is that of
 * RFC 4055 5, the key that of RFC 3279 2.3.1. */
static const char frame[] = "asn1 = SEQUENCE:certificate\n"
                            "[certificate]\n"
                            "content = SEQUENCE:content\n"
                            "algorithm = SEQUENCE:signed_with_rsa\n"
                            "signature = FORMAT:HEX,BITSTRING:$default::signature\n"
                            "[content]\n"
                            "version = EXPLICIT:0,INTEGER:2\n"
                            "serial = INTEGER:0x$default::serial\n"
                            "algorithm = SEQUENCE:signed_with_rsa\n"
                            "issuer = SEQUENCE:issuer\n"
                            "validity = SEQUENCE:validity\n"
                            "subject = SEQUENCE:subject\n"
                            "key = SEQUENCE:key\n"
                            "extensions = EXPLICIT:3,SEQUENCE:extensions\n"
                            "[signed_with_rsa]\n"
                            "algorithm = OID:sha256WithRSAEncryption\n"
                            "parameters = NULL\n"
                            "[key]\n"
                            "algorithm = SEQUENCE:rsa\n"
                            "key = BITWRAP,SEQUENCE:numbers\n"
                            "[rsa]\n"
                            "algorithm = OID:rsaEncryption\n"
                            "parameters = NULL\n"
                            "[numbers]\n"
                            "modulus = INTEGER:0x$default::modulus\n"
                            "exponent = INTEGER:65537\n";

struct certificate {
  const struct capture *capture;
  const struct capture_certificate *of;
  struct buf text;
};

bool capture_certificate_is_alone(const struct capture_certificate *certificate) {
  return span_equal(certificate->fault, SPAN("the certificate is signed by nobody known"));
}

static void put_noise(struct certificate *certificate, const char *name, uint32_t field, size_t octets) {
  struct buf noise = {0};
  uint32_t where = ((uint32_t)certificate->of->is_signers << 8 | field) << 20;
  capture_add_noise(certificate->capture, certificate->of->seed, where, octets, &noise);
  if (field == NOISE_KEY) { /* of its full length, and odd, as a modulus is */
    noise.data[0] = (char)(noise.data[0] | 0x80);
    noise.data[octets - 1] = (char)(noise.data[octets - 1] | 1);
  }
  buf_format(&certificate->text, "%s = %s", name, field == NOISE_SERIAL ? "01" : "");
  der_add_hex(buf_span(&noise), &certificate->text);
  buf_add_char(&certificate->text, '\n');
  buf_free(&noise);
}

/* Octets as they are, in a string with that tag: a name comes from a stranger. */
static void put_string(const char *around, const char *tag, struct span octets, struct buf *text) {
  buf_format(text, "value = %sIMPLICIT:%s,FORMAT:HEX,OCTETSTRING:", around, tag);
  der_add_hex(octets, text);
  buf_add_char(text, '\n');
}

/* RFC 5280 A.1: a common name has 64 characters at most; a longer name stands in the extension alone. */
static void put_name(const char *section, struct span common_name, struct buf *text) {
  enum { COMMON_NAME_MAX = 64 };
  buf_format(text, "[%s]\n", section);
  if (common_name.len > COMMON_NAME_MAX) return;
  buf_format(text,
             "part = SET:%s_part\n[%s_part]\nonly = SEQUENCE:%s_name\n[%s_name]\ntype = OID:commonName\n",
             section, section, section, section);
  put_string("", "12U", common_name, text); /* UTF8String */
}

/* RFC 5280 4.1.2.5: two digits of the year up to 2049. */
static void put_time(const char *name, int64_t unix_us, struct buf *text) {
  struct date_civil civil = date_to_civil(unix_us, 0);
  bool is_short = civil.year >= 1950 && civil.year < 2050;
  buf_format(text, is_short ? "%s = UTCTIME:%02d" : "%s = GENERALIZEDTIME:%04d", name,
             is_short ? civil.year % 100 : civil.year);
  buf_format(text, "%02d%02d%02d%02d%02dZ\n", civil.month, civil.day, civil.hour, civil.minute, civil.second);
}

static void put_validity(struct certificate *certificate) {
  int64_t now_us = certificate->capture->preamble->start_unix_us, days = GOOD_DAYS;
  now_us -= now_us % DATE_DAY_US;
  int64_t age = days / 3;
  if (certificate->of->is_signers)
    days = SIGNER_DAYS, age = days / 3;
  else if (span_equal(certificate->of->fault, SPAN("the certificate has expired")))
    age = days + 3;
  buf_add_text(&certificate->text, "[validity]\n");
  put_time("from", now_us - age * DATE_DAY_US, &certificate->text);
  put_time("to", now_us + (days - age) * DATE_DAY_US, &certificate->text);
}

/* Whether it may sign others (RFC 5280 4.2.1.9), whom it is for (4.2.1.6), and Netscape's comment, which
 * every reader of certificates shows. */
static void put_extensions(const struct certificate *certificate, size_t comment, struct buf *text) {
  static const char words[] =
      "Of a simulated network: the names and dates are the story's, the key and the signature mean nothing. ";
  bool is_signers = certificate->of->is_signers;
  buf_format(text, "[extensions]\nconstraints = SEQUENCE:constraints\n%scomment = SEQUENCE:comment\n",
             is_signers ? "" : "names = SEQUENCE:names\n");
  buf_format(text,
             "[constraints]\ntype = OID:basicConstraints\ncritical = BOOLEAN:TRUE\n"
             "value = OCTWRAP,SEQUENCE:basic\n[basic]\n%s",
             is_signers ? "authority = BOOLEAN:TRUE\n" : "");
  if (!is_signers) {
    buf_add_text(text, "[names]\ntype = OID:subjectAltName\nvalue = OCTWRAP,SEQUENCE:dns\n[dns]\n");
    put_string("", "2", certificate->of->name, text); /* dNSName */
  }
  buf_add_text(text, "[comment]\ntype = OID:nsComment\n");
  struct buf said = {0};
  for (size_t i = 0; i < comment; i++) buf_add_char(&said, words[i % (sizeof words - 1)]);
  put_string("OCTWRAP,", "22U", buf_span(&said), text); /* IA5String */
  buf_free(&said);
}

static void put_certificate(const struct capture *capture, const struct capture_certificate *of,
                            size_t comment, struct buf *out) {
  struct span signer = SPAN("Simulated Certificate Authority"), root = SPAN("Simulated Root Authority");
  struct certificate certificate = {.capture = capture, .of = of};
  struct buf *text = &certificate.text;
  put_noise(&certificate, "serial", NOISE_SERIAL, SERIAL - 1);
  put_noise(&certificate, "modulus", NOISE_KEY, KEY);
  put_noise(&certificate, "signature", NOISE_SIGNATURE, KEY);
  buf_add_text(text, frame);
  put_name("issuer", of->is_signers ? root : capture_certificate_is_alone(of) ? of->name : signer, text);
  put_validity(&certificate);
  put_name("subject", of->is_signers ? signer : of->name, text);
  put_extensions(&certificate, comment, text);
  buf_add_char(text, '\0');
  der_add(text->data, out);
  buf_free(text);
}

/* Lengths of more than 255 octets take the same room, so the second try fits, if any can. */
void capture_add_certificate(const struct capture *capture, const struct capture_certificate *of,
                             size_t octets, struct buf *out) {
  enum { TRY = 300 };
  size_t start = out->len;
  put_certificate(capture, of, TRY, out);
  size_t without = out->len - start - TRY;
  if (octets < without + TRY) return;
  out->len = start;
  put_certificate(capture, of, octets - without, out);
}
