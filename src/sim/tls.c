#include "sim/tls.h"

#include "base/check.h"

enum {
  RECORD_MAX = 16384,  /* octets of a program's in one record (RFC 8446 5.1) */
  RECORD_HEADER = 5,   /* type, version, length */
  TAG = 16,            /* of AES-GCM */
  EXPLICIT_NONCE = 8,  /* before each record of TLS 1.2 (RFC 5288 3) */
  INNER_TYPE = 1,      /* within each record of TLS 1.3 (RFC 8446 5.2) */
  CERTIFICATES = 2400, /* a server's, by RSA with 2048 bits, and the one above it, in a Certificate message */
  CLIENT_HELLO = 512,  /* clients pad it to that (RFC 7685) */
  CHANGE_CIPHER_SPEC = 6, /* a record; in TLS 1.3 only to please middleboxes (RFC 8446 D.4) */
  ALERT = 2,
};

/* ---- certificates ---- */

static bool name_fits(struct span name, struct span wanted) {
  if (span_equal_nocase(name, wanted)) return true;
  if (!span_starts_with(name, SPAN("*."))) return false;
  size_t dot = span_find(wanted, '.');
  return dot != SPAN_NONE && dot > 0 && span_equal_nocase(span_skip(name, 1), span_skip(wanted, dot));
}

struct span tls_certificate_fault(const struct tls_certificate *certificate, struct span wanted) {
  bool fits = false;
  for (size_t i = 0; i < certificate->name_count; i++) fits |= name_fits(certificate->names[i], wanted);
  if (certificate->self_signed) return SPAN("the certificate is signed by nobody known");
  if (certificate->expired) return SPAN("the certificate has expired");
  return fits ? SPAN_EMPTY : SPAN("the certificate is for another name");
}

/* ---- lengths ---- */

static uint32_t protected_octets(enum tls_version version) {
  return RECORD_HEADER + TAG + (version == TLS_1_3 ? (uint32_t)INNER_TYPE : (uint32_t)EXPLICIT_NONCE);
}

struct tls_size tls_data_size(enum tls_version version, uint64_t plain) {
  uint64_t records = (plain + RECORD_MAX - 1) / RECORD_MAX;
  return (struct tls_size){plain + records * protected_octets(version), (uint32_t)records};
}

struct tls_size tls_alert_size(enum tls_version version) {
  return (struct tls_size){ALERT + protected_octets(version), 1};
}

struct flight {
  uint32_t plain_records, plain; /* in the clear, without headers; a ChangeCipherSpec is counted by itself */
  uint32_t specs;
  uint32_t sealed_records, sealed;
  struct span visible;
};

/* With SHA-384 and X25519: Finished has 4 + 48 octets in TLS 1.3, 4 + 12 in TLS 1.2; a signature by RSA 256.
 */
static const struct flight flights_1_3[] = {
    [TLS_HELLO] = {1, CLIENT_HELLO, 0, 0, 0, SPAN_INIT("ClientHello")},
    [TLS_SERVER_FLIGHT] = {1, 122, 1, 1, 6 + CERTIFICATES + 264 + 52, SPAN_INIT("ServerHello")},
    [TLS_CLIENT_FLIGHT] = {0, 0, 1, 1, 52, SPAN_INIT("")},
};
static const struct flight flights_1_2[] = {
    [TLS_HELLO] = {1, CLIENT_HELLO, 0, 0, 0, SPAN_INIT("ClientHello")},
    [TLS_SERVER_FLIGHT] = {4, 65 + CERTIFICATES + 300 + 4, 0, 0, 0, SPAN_INIT("ServerHello, Certificate")},
    [TLS_CLIENT_FLIGHT] = {1, 37, 1, 1, 16, SPAN_INIT("ClientKeyExchange")},
    [TLS_SERVER_FINISHED] = {0, 0, 1, 1, 16, SPAN_INIT("")},
};

unsigned tls_flights(enum tls_version version) {
  return version == TLS_1_3 ? TLS_CLIENT_FLIGHT : TLS_SERVER_FINISHED;
}

static const struct flight *flight_of(enum tls_version version, unsigned flight) {
  CHECK(flight >= TLS_HELLO && flight <= tls_flights(version));
  return version == TLS_1_3 ? &flights_1_3[flight] : &flights_1_2[flight];
}

struct tls_size tls_flight_size(enum tls_version version, unsigned flight) {
  const struct flight *of = flight_of(version, flight);
  uint32_t octets = of->plain_records * RECORD_HEADER + of->plain + of->specs * CHANGE_CIPHER_SPEC +
                    of->sealed_records * protected_octets(version) + of->sealed;
  return (struct tls_size){octets, of->plain_records + of->specs + of->sealed_records};
}

struct span tls_flight_visible(enum tls_version version, unsigned flight) {
  return flight_of(version, flight)->visible;
}

/* ---- names ---- */

struct span tls_version_name(enum tls_version version) {
  switch (version) {
  case TLS_NONE: return SPAN_EMPTY;
  case TLS_1_2: return SPAN("TLSv1.2");
  case TLS_1_3: return SPAN("TLSv1.3");
  }
  UNREACHABLE();
}

struct span tls_suite_name(enum tls_version version) {
  switch (version) {
  case TLS_NONE: return SPAN_EMPTY;
  case TLS_1_2: return SPAN("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  case TLS_1_3: return SPAN("TLS_AES_256_GCM_SHA384");
  }
  UNREACHABLE();
}
