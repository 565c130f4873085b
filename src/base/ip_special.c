#include "base/ip_special.h"

static const struct ip_special blocks[] = {
    {"10.0.0.0/8", "private", "a private address", "RFC 1918", false},
    {"172.16.0.0/12", "private", "a private address", "RFC 1918", false},
    {"192.168.0.0/16", "private", "a private address", "RFC 1918", false},
    {"100.64.0.0/10", "shared", "an address inside a provider's network", "RFC 6598", false},
    {"127.0.0.0/8", "loopback", "the machine itself", "RFC 1122 3.2.1.3", true},
    {"169.254.0.0/16", "link-local", "an address of one cable only", "RFC 3927", false},
    {"192.0.2.0/24", "documentation", "an address for documents only", "RFC 5737", false},
    {"198.51.100.0/24", "documentation", "an address for documents only", "RFC 5737", false},
    {"203.0.113.0/24", "documentation", "an address for documents only", "RFC 5737", false},
    {"198.18.0.0/15", "benchmarking", "an address for tests only", "RFC 2544", false},
    {"0.0.0.0/8", "reserved", "no machine's address", "RFC 1122 3.2.1.3", false},
    {"224.0.0.0/4", "multicast", "a group's address, no machine's", "RFC 5771", false},
    {"240.0.0.0/4", "reserved", "no machine's address", "RFC 1112 4", false},
    {"::1/128", "loopback", "the machine itself", "RFC 4291 2.5.3", true},
    {"::/128", "reserved", "no machine's address", "RFC 4291 2.5.2", false},
    {"fc00::/7", "private", "a private address", "RFC 4193", false},
    {"fe80::/10", "link-local", "an address of one cable only", "RFC 4291 2.5.6", false},
    {"2001:db8::/32", "documentation", "an address for documents only", "RFC 3849", false},
    {"3fff::/20", "documentation", "an address for documents only", "RFC 9637", false},
    {"ff00::/8", "multicast", "a group's address, no machine's", "RFC 4291 2.7", false},
};

/* "::ffff:192.0.2.1" is an IPv4 address (RFC 4291 2.5.5.2), and 2002:c000:201:: is a network behind one
 * (RFC 3056 2): of both it is the IPv4 address that tells. */
static struct ip_address inner(const struct ip_address *address) {
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (address->family != IP_V6) return *address;
  if (memcmp(address->bytes, mapped, sizeof mapped) == 0)
    return ip_address_from_bytes(IP_V4, address->bytes + sizeof mapped);
  if (address->bytes[0] == 0x20 && address->bytes[1] == 0x02)
    return ip_address_from_bytes(IP_V4, address->bytes + 2);
  return *address;
}

const struct ip_special *ip_special_find(const struct ip_address *address) {
  struct ip_address own = inner(address);
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    struct ip_network network;
    if (ip_network_parse(span_from(blocks[i].network), &network) && ip_network_has(&network, &own))
      return &blocks[i];
  }
  return NULL;
}
