/* ip_address: an IPv4 or IPv6 address, as octets and as text.
 *
 * Reads what a person or a header writes, writes one form only: dotted decimal without leading zeros,
 * or RFC 5952 (lower case, the longest run of zero groups as "::", "::ffff:192.0.2.1" for a mapped
 * IPv4 address). Knows nothing of names, ports, brackets or interfaces ("%eth0" is refused).
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum ip_family { IP_NONE, IP_V4, IP_V6 };

enum { IP_V4_SIZE = 4, IP_V6_SIZE = 16, IP_ADDRESS_TEXT_MAX = 45 };

struct ip_address {
  enum ip_family family;
  uint8_t bytes[IP_V6_SIZE]; /* network order; IPv4 has its four first, the rest are zero */
};

/* The whole text as an address. IPv4 needs four decimal parts without leading zeros ("010" is octal to
 * some and decimal to others); IPv6 any of the forms of RFC 4291 2.2. */
bool ip_address_parse(struct span text, struct ip_address *address_out);
void ip_address_write(const struct ip_address *address, struct buf *out);

static inline size_t ip_address_size(const struct ip_address *address) {
  return address->family == IP_V6 ? IP_V6_SIZE : address->family == IP_V4 ? IP_V4_SIZE : 0;
}
/* Of a text that is an address already; an empty one has none. */
static inline enum ip_family ip_family_of_text(struct span address) {
  if (!address.len) return IP_NONE;
  return span_find(address, ':') == SPAN_NONE ? IP_V4 : IP_V6;
}
struct ip_address ip_address_from_bytes(enum ip_family family, const void *bytes);
bool ip_address_equal(const struct ip_address *a, const struct ip_address *b);

/* All addresses that begin as one does: "192.0.2.0/24" (RFC 4632 3.1), "2001:db8::/32" (RFC 4291 2.3). */
struct ip_network {
  struct ip_address first;
  unsigned bits; /* that they have in common */
};

/* The bits behind the prefix must be 0, so that one network has one name. */
bool ip_network_parse(struct span text, struct ip_network *network_out);
bool ip_network_has(const struct ip_network *network, const struct ip_address *address);
