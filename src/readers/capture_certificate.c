/* capture_certificate: a certificate that can be read but proves nothing (RFC 5280), in DER (X.690).
 *
 * Whose it is, who signed it and until when it is good are the story's; the key and the signature mean
 * nothing, and a comment that says so makes it as long as it has to be.
 */
#include "mail/date.h"
#include "readers/capture_internal.h"

enum {
  INTEGER = 2,
  BITS = 3,
  OCTETS = 4,
  NOTHING = 5,
  OBJECT = 6,
  UTF8 = 12,
  IA5 = 22,
  UTC_TIME = 23,
  TIME = 24
};
enum { SEQUENCE = 0x30, SET = 0x31, VERSION = 0xa0, EXTENSIONS = 0xa3, DNS_NAME = 0x82 };
enum { KEY = 256, EXPONENT = 65537, SERIAL = 16, GOOD_DAYS = 90, SIGNER_DAYS = 3650 };

/* ---- DER ---- */

static void put_length(size_t length, struct buf *out) {
  unsigned octets = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
  if (length >= 128) buf_add_char(out, (char)(0x80 | octets));
  while (octets--) buf_add_char(out, (char)(length >> 8 * octets));
}

static void put_item(unsigned tag, struct span content, struct buf *out) {
  buf_add_char(out, (char)tag);
  put_length(content.len, out);
  buf_add(out, content);
}

/* What was written since then becomes the content of an item. */
static void wrap(unsigned tag, size_t start, struct buf *out) {
  struct buf content = {0};
  buf_add(&content, span_skip(buf_span(out), start));
  out->len = start;
  put_item(tag, buf_span(&content), out);
  buf_free(&content);
}

static void put_object(const char *octets, size_t count, struct buf *out) {
  put_item(OBJECT, span_of(octets, count), out);
}
#define PUT_OBJECT(text, out) put_object(text, sizeof(text) - 1, out)

/* ---- parts ---- */

struct certificate {
  const struct capture *capture;
  const struct capture_certificate *of;
  struct buf *out;
};

static void put_noise(const struct certificate *certificate, uint32_t field, size_t octets) {
  capture_add_noise(certificate->capture, certificate->of->seed,
                    ((uint32_t)certificate->of->is_signers << 8 | field) << 20, octets, certificate->out);
}

/* sha256WithRSAEncryption (RFC 4055 5). */
static void put_algorithm(struct buf *out) {
  size_t start = out->len;
  PUT_OBJECT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", out);
  put_item(NOTHING, SPAN_EMPTY, out);
  wrap(SEQUENCE, start, out);
}

/* RFC 5280 A.1: a common name has 64 characters at most; a longer name stands in the extension alone. */
static void put_name(struct span common_name, struct buf *out) {
  enum { COMMON_NAME_MAX = 64 };
  size_t start = out->len;
  if (common_name.len > COMMON_NAME_MAX) {
    put_item(SEQUENCE, SPAN_EMPTY, out);
    return;
  }
  PUT_OBJECT("\x55\x04\x03", out);
  put_item(UTF8, common_name, out);
  wrap(SEQUENCE, start, out);
  wrap(SET, start, out);
  wrap(SEQUENCE, start, out);
}

/* RFC 5280 4.1.2.5: two digits of the year up to 2049. */
static void put_time(int64_t unix_us, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, 0);
  bool is_short = civil.year >= 1950 && civil.year < 2050;
  size_t start = out->len;
  buf_format(out, is_short ? "%02d" : "%04d", is_short ? civil.year % 100 : civil.year);
  buf_format(out, "%02d%02d%02d%02d%02dZ", civil.month, civil.day, civil.hour, civil.minute, civil.second);
  wrap(is_short ? UTC_TIME : TIME, start, out);
}

static void put_validity(const struct certificate *certificate) {
  int64_t now_us = certificate->capture->preamble->start_unix_us, days = GOOD_DAYS;
  now_us -= now_us % DATE_DAY_US;
  int64_t age = days / 3;
  if (certificate->of->is_signers)
    days = SIGNER_DAYS, age = days / 3;
  else if (span_equal(certificate->of->fault, SPAN("the certificate has expired")))
    age = days + 3;
  size_t start = certificate->out->len;
  put_time(now_us - age * DATE_DAY_US, certificate->out);
  put_time(now_us + (days - age) * DATE_DAY_US, certificate->out);
  wrap(SEQUENCE, start, certificate->out);
}

/* RFC 3279 2.3.1. */
static void put_key(const struct certificate *certificate) {
  struct buf *out = certificate->out;
  size_t start = out->len;
  PUT_OBJECT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", out);
  put_item(NOTHING, SPAN_EMPTY, out);
  wrap(SEQUENCE, start, out);
  size_t bits = out->len;
  buf_add_char(out, '\0'); /* no unused bits */
  size_t numbers = out->len;
  buf_add_char(out, '\0'); /* positive, as its first bit is set */
  put_noise(certificate, 1, KEY);
  out->data[numbers + 1] = (char)(out->data[numbers + 1] | 0x80);
  out->data[out->len - 1] = (char)(out->data[out->len - 1] | 1);
  wrap(INTEGER, numbers, out);
  put_item(INTEGER, SPAN("\x01\x00\x01"), out);
  wrap(SEQUENCE, numbers, out);
  wrap(BITS, bits, out);
  wrap(SEQUENCE, start, out);
}

static void end_extension(size_t start, size_t content, struct buf *out) {
  wrap(OCTETS, content, out);
  wrap(SEQUENCE, start, out);
}

/* RFC 5280 4.2.1.9. */
static void put_basic_constraints(bool is_signers, struct buf *out) {
  size_t start = out->len;
  PUT_OBJECT("\x55\x1d\x13", out);
  put_item(1, SPAN("\xff"), out); /* critical */
  size_t content = out->len;
  if (is_signers) put_item(1, SPAN("\xff"), out);
  wrap(SEQUENCE, content, out);
  end_extension(start, content, out);
}

/* RFC 5280 4.2.1.6. */
static void put_host_names(struct span name, struct buf *out) {
  size_t start = out->len;
  PUT_OBJECT("\x55\x1d\x11", out);
  size_t content = out->len;
  put_item(DNS_NAME, name, out);
  wrap(SEQUENCE, content, out);
  end_extension(start, content, out);
}

/* Netscape's comment, which every reader of certificates shows. */
static void put_comment(size_t octets, struct buf *out) {
  static const char words[] =
      "Of a simulated network: the names and dates are the story's, the key and the signature mean nothing. ";
  size_t start = out->len;
  PUT_OBJECT("\x60\x86\x48\x01\x86\xf8\x42\x01\x0d", out);
  size_t content = out->len;
  for (size_t i = 0; i < octets; i++) buf_add_char(out, words[i % (sizeof words - 1)]);
  wrap(IA5, content, out);
  end_extension(start, content, out);
}

static void put_extensions(const struct certificate *certificate, size_t comment) {
  struct buf *out = certificate->out;
  size_t start = out->len;
  put_basic_constraints(certificate->of->is_signers, out);
  if (!certificate->of->is_signers) put_host_names(certificate->of->name, out);
  if (comment) put_comment(comment, out);
  wrap(SEQUENCE, start, out);
  wrap(EXTENSIONS, start, out);
}

/* ---- the whole ---- */

bool capture_certificate_is_alone(const struct capture_certificate *certificate) {
  return span_equal(certificate->fault, SPAN("the certificate is signed by nobody known"));
}

static void put_content(const struct certificate *certificate, size_t comment) {
  const struct capture_certificate *of = certificate->of;
  struct span signer = SPAN("Simulated Certificate Authority"), root = SPAN("Simulated Root Authority");
  struct buf *out = certificate->out;
  size_t start = out->len;
  put_item(INTEGER, SPAN("\x02"), out); /* version 3 */
  wrap(VERSION, start, out);
  size_t serial = out->len;
  buf_add_char(out, '\x01');
  put_noise(certificate, 2, SERIAL - 1);
  wrap(INTEGER, serial, out);
  put_algorithm(out);
  put_name(of->is_signers ? root : capture_certificate_is_alone(of) ? of->name : signer, out);
  put_validity(certificate);
  put_name(of->is_signers ? signer : of->name, out);
  put_key(certificate);
  put_extensions(certificate, comment);
  wrap(SEQUENCE, start, out);
}

static void put_certificate(const struct certificate *certificate, size_t comment) {
  struct buf *out = certificate->out;
  size_t start = out->len;
  put_content(certificate, comment);
  put_algorithm(out);
  size_t bits = out->len;
  buf_add_char(out, '\0');
  put_noise(certificate, 3, KEY);
  wrap(BITS, bits, out);
  wrap(SEQUENCE, start, out);
}

/* Lengths of more than 255 octets take the same room, so the second try fits, if any can. */
void capture_add_certificate(const struct capture *capture, const struct capture_certificate *of,
                             size_t octets, struct buf *out) {
  enum { TRY = 300 };
  struct certificate certificate = {capture, of, out};
  size_t start = out->len;
  put_certificate(&certificate, TRY);
  size_t without = out->len - start - TRY;
  if (octets < without + TRY) return;
  out->len = start;
  put_certificate(&certificate, octets - without);
}
