/* Reverse names: an address as a domain name, under in-addr.arpa and ip6.arpa. */
#include "proto/dns_name.h"

#include "base/check.h"

#define V4_SUFFIX SPAN(".in-addr.arpa")
#define V6_SUFFIX SPAN(".ip6.arpa")

static const char hex_digits[] = "0123456789abcdef";

struct span dns_name_reverse(const struct ip_address *address, struct arena *arena) {
  CHECK(address->family == IP_V4 || address->family == IP_V6);
  const uint8_t *bytes = address->bytes;
  if (address->family == IP_V4) {
    struct ip_address backwards = {.family = IP_V4, .bytes = {bytes[3], bytes[2], bytes[1], bytes[0]}};
    char reversed[IP_ADDRESS_TEXT_MAX + sizeof ".in-addr.arpa"];
    struct buf name = BUF_ON(reversed, 0);
    ip_address_write(&backwards, &name);
    buf_add(&name, V4_SUFFIX);
    return arena_copy(arena, buf_span(&name));
  }
  char text[4 * IP_V6_SIZE + 8];
  for (size_t i = 0; i < IP_V6_SIZE; i++) {
    char *four = text + 4 * i;
    uint8_t octet = bytes[IP_V6_SIZE - 1 - i];
    four[0] = hex_digits[octet & 15];
    four[2] = hex_digits[octet >> 4];
    four[1] = four[3] = '.';
  }
  memcpy(text + 4 * IP_V6_SIZE, V6_SUFFIX.data + 1, 8);
  return arena_copy(arena, span_of(text, sizeof text));
}

static bool reverse_v4(struct span labels, struct ip_address *address_out) {
  struct ip_address backwards;
  if (!ip_address_parse(labels, &backwards) || backwards.family != IP_V4) return false;
  for (size_t i = 0; i < IP_V4_SIZE; i++) address_out->bytes[i] = backwards.bytes[IP_V4_SIZE - 1 - i];
  address_out->family = IP_V4;
  return true;
}

static bool reverse_v6(struct span labels, struct ip_address *address_out) {
  if (labels.len != 4 * IP_V6_SIZE - 1) return false;
  for (size_t i = 0; i < labels.len; i++) {
    char c = ascii_lower(labels.data[i]);
    if (i % 2) {
      if (c != '.') return false;
      continue;
    }
    const char *digit = c ? strchr(hex_digits, c) : NULL;
    if (!digit) return false;
    uint8_t value = (uint8_t)(digit - hex_digits);
    uint8_t *octet = &address_out->bytes[IP_V6_SIZE - 1 - i / 4];
    *octet = (uint8_t)(i % 4 ? *octet | value << 4 : value);
  }
  address_out->family = IP_V6;
  return true;
}

bool dns_name_to_address(struct span name, struct ip_address *address_out) {
  *address_out = (struct ip_address){0};
  if (span_ends_with(name, SPAN("."))) name.len--;
  struct ip_address address = {0};
  bool known = false;
  if (span_ends_with_nocase(name, V4_SUFFIX)) {
    known = reverse_v4(span_first(name, name.len - V4_SUFFIX.len), &address);
  } else if (span_ends_with_nocase(name, V6_SUFFIX)) {
    known = reverse_v6(span_first(name, name.len - V6_SUFFIX.len), &address);
  }
  if (known) *address_out = address;
  return known;
}
