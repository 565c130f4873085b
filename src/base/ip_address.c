#include "base/ip_address.h"

#include "base/check.h"

enum { GROUPS = IP_V6_SIZE / 2 };

/* Four times one to three digits: the commonest of all texts here, so digit by digit. */
static bool parse_v4(struct span text, uint8_t *bytes_out) {
  size_t at = 0;
  for (int i = 0; i < IP_V4_SIZE; i++) {
    if (i > 0 && (at == text.len || text.data[at++] != '.')) return false;
    size_t start = at;
    unsigned value = 0;
    for (; at < text.len && at - start < 3 && ascii_is_digit(text.data[at]); at++)
      value = value * 10 + (unsigned)(text.data[at] - '0');
    if (at == start || value > 255 || (at - start > 1 && text.data[start] == '0')) return false;
    bytes_out[i] = (uint8_t)value;
  }
  return at == text.len;
}

static int hex_value(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_group(struct span text, uint8_t bytes_out[2]) {
  if (text.len == 0 || text.len > 4) return false;
  unsigned value = 0;
  for (size_t i = 0; i < text.len; i++) {
    int digit = hex_value(text.data[i]);
    if (digit < 0) return false;
    value = value << 4 | (unsigned)digit;
  }
  bytes_out[0] = (uint8_t)(value >> 8);
  bytes_out[1] = (uint8_t)value;
  return true;
}

/* Groups separated by single colons, the last perhaps an IPv4 address. Gives the octets read, or -1;
 * an empty text is no group at all. */
static int parse_groups(struct span text, uint8_t bytes_out[IP_V6_SIZE]) {
  int count = 0;
  while (text.len > 0) {
    size_t colon = span_find(text, ':');
    struct span group = colon == SPAN_NONE ? text : span_first(text, colon);
    bool last = colon == SPAN_NONE;
    if (last && span_find(group, '.') != SPAN_NONE) {
      if (count > IP_V6_SIZE - IP_V4_SIZE || !parse_v4(group, bytes_out + count)) return -1;
      return count + IP_V4_SIZE;
    }
    if (count > IP_V6_SIZE - 2 || !parse_group(group, bytes_out + count)) return -1;
    count += 2;
    if (last) return count;
    text = span_skip(text, colon + 1);
    if (text.len == 0) return -1; /* ends in a single colon */
  }
  return count;
}

static bool parse_v6(struct span text, uint8_t bytes_out[IP_V6_SIZE]) {
  size_t gap = span_search(text, SPAN("::"));
  if (gap == SPAN_NONE) return parse_groups(text, bytes_out) == IP_V6_SIZE;

  struct span left = span_first(text, gap), right = span_skip(text, gap + 2);
  uint8_t before[IP_V6_SIZE], after[IP_V6_SIZE];
  if (span_find(left, '.') != SPAN_NONE) return false; /* an IPv4 part stands last only */
  int front = parse_groups(left, before), back = parse_groups(right, after);
  if (front < 0 || back < 0 || front + back > IP_V6_SIZE - 2) return false; /* "::" is at least one group */
  memset(bytes_out, 0, IP_V6_SIZE);
  memcpy(bytes_out, before, (size_t)front);
  memcpy(bytes_out + IP_V6_SIZE - back, after, (size_t)back);
  return true;
}

bool ip_address_parse(struct span text, struct ip_address *address_out) {
  *address_out = (struct ip_address){0};
  if (text.len == 0 || text.len > IP_ADDRESS_TEXT_MAX) return false;
  bool is_v6 = span_find(text, ':') != SPAN_NONE;
  struct ip_address address = {.family = is_v6 ? IP_V6 : IP_V4};
  if (!(is_v6 ? parse_v6(text, address.bytes) : parse_v4(text, address.bytes))) return false;
  *address_out = address;
  return true;
}

static void write_v4(const uint8_t *bytes, struct buf *out) {
  char text[sizeof "255.255.255.255"], *to = text;
  for (int i = 0; i < IP_V4_SIZE; i++) {
    if (i > 0) *to++ = '.';
    if (bytes[i] >= 100) *to++ = (char)('0' + bytes[i] / 100);
    if (bytes[i] >= 10) *to++ = (char)('0' + bytes[i] / 10 % 10);
    *to++ = (char)('0' + bytes[i] % 10);
  }
  buf_add(out, span_of(text, (size_t)(to - text)));
}

/* Four bits a digit, without leading zeros. */
static void write_group(unsigned value, struct buf *out) {
  static const char digits[] = "0123456789abcdef";
  for (int shift = 12; shift >= 0; shift -= 4) {
    if (shift == 0 || value >> shift) buf_add_char(out, digits[value >> shift & 15]);
  }
}

/* The longest run of at least two zero groups; the first of equals (RFC 5952 4.2.3). */
static int longest_zero_run(const unsigned groups[GROUPS], int *len_out) {
  int best = -1, best_len = 1;
  for (int i = 0; i < GROUPS; i++) {
    int len = 0;
    while (i + len < GROUPS && groups[i + len] == 0) len++;
    if (len > best_len) {
      best = i;
      best_len = len;
    }
    i += len;
  }
  *len_out = best_len;
  return best;
}

static bool is_mapped_v4(const uint8_t *bytes) {
  static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
  return memcmp(bytes, prefix, sizeof prefix) == 0;
}

static void write_v6(const uint8_t *bytes, struct buf *out) {
  if (is_mapped_v4(bytes)) { /* RFC 5952 5 */
    buf_add_text(out, "::ffff:");
    write_v4(bytes + 12, out);
    return;
  }
  unsigned groups[GROUPS];
  for (int i = 0; i < GROUPS; i++) groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
  int run_len, run = longest_zero_run(groups, &run_len);
  for (int i = 0; i < GROUPS; i++) {
    if (i == run) {
      buf_add_text(out, "::");
      i += run_len - 1;
      continue;
    }
    if (i > 0 && i != run + run_len) buf_add_char(out, ':');
    write_group(groups[i], out);
  }
}

void ip_address_write(const struct ip_address *address, struct buf *out) {
  CHECK(address->family == IP_V4 || address->family == IP_V6);
  if (address->family == IP_V4)
    write_v4(address->bytes, out);
  else
    write_v6(address->bytes, out);
}

struct ip_address ip_address_from_bytes(enum ip_family family, const void *bytes) {
  struct ip_address address = {.family = family};
  memcpy(address.bytes, bytes, ip_address_size(&address));
  return address;
}

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, ip_address_size(a)) == 0;
}

/* ---- networks ---- */

bool ip_network_has(const struct ip_network *network, const struct ip_address *address) {
  if (address->family != network->first.family) return false;
  for (unsigned bit = 0; bit < network->bits; bit += 8) {
    unsigned left = network->bits - bit, mask = left < 8 ? 0xffu << (8 - left) & 0xffu : 0xffu;
    if ((address->bytes[bit / 8] ^ network->first.bytes[bit / 8]) & mask) return false;
  }
  return true;
}

static bool is_zero_behind(const struct ip_network *network) {
  for (size_t bit = network->bits; bit < ip_address_size(&network->first) * 8; bit++)
    if (network->first.bytes[bit / 8] >> (7 - bit % 8) & 1) return false;
  return true;
}

bool ip_network_parse(struct span text, struct ip_network *network_out) {
  size_t slash = span_find(text, '/');
  uint64_t bits;
  if (slash == SPAN_NONE || !ip_address_parse(span_first(text, slash), &network_out->first)) return false;
  struct span digits = span_skip(text, slash + 1);
  if (digits.len > 1 && digits.data[0] == '0') return false;
  if (!span_to_u64(digits, ip_address_size(&network_out->first) * 8, &bits)) return false;
  network_out->bits = (unsigned)bits;
  return is_zero_behind(network_out);
}
