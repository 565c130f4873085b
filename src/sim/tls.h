/* tls: what TLS is to the simulation: who trusts which certificate, and what can be seen of it on the line.
 *
 *     TLS 1.3 (RFC 8446 2)                        TLS 1.2 (RFC 5246 7.3)
 *       │ ── ClientHello ───────────────▶ │         │ ── ClientHello ───────────────▶ │
 *       │ ◀── ServerHello, {Certificate, │          │ ◀── ServerHello, Certificate … ─ │
 *       │      Finished} ──────────────── │         │ ── ClientKeyExchange, Finished ▶ │
 *       │ ── {Finished}, and data ──────▶ │         │ ◀────────────────── Finished ── │
 *                  one round trip                    two; then data
 *
 * Nothing is encrypted: a simulated wire has no thieves but those that the story tells of. What counts is who
 * can read what, how long it takes, and how many octets pass: those of a full handshake by ECDHE and an RSA
 * certificate with one above it, then records under AES-256-GCM. Sessions are not resumed, and no ticket is
 * given.
 *
 * Pure: nothing here knows a connection.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum tls_version { TLS_NONE = 0, TLS_1_2 = 12, TLS_1_3 = 13 };

struct tls_certificate {
  const struct span *names; /* of hosts; "*.umich.edu" stands for one label (RFC 9525 6.3) */
  size_t name_count;
  bool expired;
  bool self_signed; /* or signed by nobody whom the client knows */
};
/* What is wrong with it, for a client that wants that name; empty: nothing. */
struct span tls_certificate_fault(const struct tls_certificate *certificate, struct span wanted);

/* The flights of a full handshake, counted from 1; the client's are odd. TLS stands for the client when it
 * has the last that comes to it, for the server likewise. */
enum { TLS_HELLO = 1, TLS_SERVER_FLIGHT = 2, TLS_CLIENT_FLIGHT = 3, TLS_SERVER_FINISHED = 4 };
unsigned tls_flights(enum tls_version version);
struct tls_size {
  uint64_t octets;
  uint32_t records;
};
struct tls_size tls_flight_size(enum tls_version version, unsigned flight);
/* What of a flight anybody on the line can read: "ClientHello", "ServerHello, Certificate". */
struct span tls_flight_visible(enum tls_version version, unsigned flight);
/* So many octets of a program's, written at once. */
struct tls_size tls_data_size(enum tls_version version, uint64_t plain);
struct tls_size tls_alert_size(enum tls_version version); /* of one under the session's keys */

struct span tls_version_name(enum tls_version version); /* "TLSv1.3" */
struct span tls_suite_name(enum tls_version version);   /* "TLS_AES_256_GCM_SHA384" */
