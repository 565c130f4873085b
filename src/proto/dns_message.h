/* dns_message: a question to a name server, and its answer, as data and as octets (RFC 1035 4).
 *
 *     ┌────────┬──────────┬─────────┬───────────┬────────────┐
 *     │ header │ question │ answers │ authority │ additional │
 *     └────────┴──────────┴─────────┴───────────┴────────────┘
 *
 * Encoding compresses names (4.1.4) and keeps within the size that a datagram may have: what does not fit is
 * left out, additional records silently, others with the TC flag. Decoding trusts nothing: every
 * length is checked, a compression pointer must point back, the number of records is limited.
 *
 * Ownership: spans and arrays of a decoded message lie in the arena; none point into the octets.
 * Limits: 65,535 octets, one question, DNS_MESSAGE_RECORDS_MAX records.
 */
#pragma once

#include "proto/dns_record.h"

enum {
  DNS_HEADER_SIZE = 12,
  DNS_DATAGRAM_MAX = 512,       /* without EDNS (RFC 1035 4.2.1) */
  DNS_DATAGRAM_EDNS_MAX = 1232, /* what is commonly offered with it */
  DNS_MESSAGE_MAX = 65535,
  DNS_MESSAGE_RECORDS_MAX = 1024,
};

struct dns_question {
  struct span name;
  enum dns_type type;
};

struct dns_section {
  const struct dns_record *records;
  size_t count;
};

struct dns_message {
  uint16_t id;
  uint8_t opcode;   /* 0: a standard query */
  bool is_response; /* QR */
  bool authoritative, truncated, recursion_desired, recursion_available;
  bool has_question;
  enum dns_rcode rcode;
  uint16_t datagram_max; /* EDNS: what the sender can take; 0: no EDNS */
  struct dns_question question;
  struct dns_section answers, authority, additional;
};

/* At most max octets, which must be DNS_DATAGRAM_MAX or more. False if a name is none, or data is too long.
 */
bool dns_message_encode(const struct dns_message *message, size_t max, struct buf *out);
/* On a problem, what could be read of the header is still there, for an answer with FORMERR. */
enum dns_problem dns_message_decode(struct span octets, struct arena *arena, struct dns_message *message_out);

/* What a message says about its question. */
enum dns_finding_kind {
  DNS_FOUND,
  DNS_NO_DATA, /* the name exists, but has nothing of this type (RFC 2308 2.2) */
  DNS_NO_NAME, /* NXDOMAIN: the name, or where its CNAMEs lead, does not exist */
  DNS_FAILED,  /* SERVFAIL, REFUSED, a truncated or senseless answer */
};

struct dns_finding {
  enum dns_finding_kind kind;
  enum dns_rcode rcode;
  struct dns_section chain;   /* the CNAMEs on the way, in their order */
  struct dns_section records; /* of the type asked for, in the answer's order */
  struct span name;           /* where the CNAMEs led: the records' owner */
  uint32_t ttl_s; /* how long this may be remembered: the least TTL, or RFC 2308 5; 0: not at all */
};

/* Follows the CNAMEs in the answers. Arrays in arena, or parts of the message's. */
struct dns_finding dns_message_finding(const struct dns_message *message, struct arena *arena);
