#include "readers/frame.h"

#include "base/check.h"

enum {
  ETHERTYPE_IPV4 = 0x0800,
  ETHERTYPE_IPV6 = 0x86dd,
  PROTOCOL_TCP = 6,
  PROTOCOL_UDP = 17,
  UDP_HEAD = 8,
  HOPS = 64,
  DATAGRAM_MAX = 65535
};

static void put_u8(struct buf *out, unsigned value) {
  buf_add_char(out, (char)(value & 255));
}

static void put_u16(struct buf *out, unsigned value) {
  put_u8(out, value >> 8);
  put_u8(out, value);
}

static void put_u32(struct buf *out, uint32_t value) {
  put_u16(out, value >> 16);
  put_u16(out, value & 0xffff);
}

static void put_u16_at(struct buf *out, size_t at, unsigned value) {
  out->data[at] = (char)(value >> 8);
  out->data[at + 1] = (char)value;
}

/* ---- checksums: the ones' complement of the ones' complement sum of 16-bit words (RFC 1071) ---- */

static uint32_t sum(uint32_t so_far, struct span octets) {
  for (size_t i = 0; i < octets.len; i++)
    so_far += (uint32_t)(unsigned char)octets.data[i] << (i % 2 ? 0 : 8);
  return so_far;
}

static unsigned folded(uint32_t total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return ~total & 0xffff;
}

static struct span address_octets(const struct frame_end *end) {
  return span_of((const char *)end->address.bytes, ip_address_size(&end->address));
}

/* Over the addresses, the protocol and the length, too (RFC 9293 3.1, RFC 8200 8.1). */
static unsigned transport_checksum(const struct frame_end *from, const struct frame_end *to,
                                   unsigned protocol, struct span segment) {
  uint32_t total = sum(sum(0, address_octets(from)), address_octets(to));
  return folded(sum(total + protocol + (uint32_t)segment.len, segment));
}

/* ---- heads ---- */

static void put_ipv4(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                     unsigned protocol, size_t payload, struct buf *out) {
  size_t start = out->len;
  put_u16(out, 0x4500);
  put_u16(out, (unsigned)(FRAME_IPV4_HEAD + payload));
  put_u16(out, ident);
  put_u16(out, 0x4000); /* don't fragment */
  put_u8(out, HOPS);
  put_u8(out, protocol);
  put_u16(out, 0);
  buf_add(out, address_octets(from));
  buf_add(out, address_octets(to));
  put_u16_at(out, start + 10, folded(sum(0, span_of(out->data + start, FRAME_IPV4_HEAD))));
}

static void put_ipv6(const struct frame_end *from, const struct frame_end *to, unsigned protocol,
                     size_t payload, struct buf *out) {
  put_u32(out, 0x60000000);
  put_u16(out, (unsigned)payload);
  put_u8(out, protocol);
  put_u8(out, HOPS);
  buf_add(out, address_octets(from));
  buf_add(out, address_octets(to));
}

/* Ethernet and IP, for so many octets of what follows. */
static void put_heads(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                      unsigned protocol, size_t payload, struct buf *out) {
  bool is_v6 = from->address.family == IP_V6;
  CHECK(from->address.family != IP_NONE && from->address.family == to->address.family);
  buf_add(out, span_of((const char *)to->mac, FRAME_MAC_SIZE));
  buf_add(out, span_of((const char *)from->mac, FRAME_MAC_SIZE));
  put_u16(out, is_v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
  if (is_v6)
    put_ipv6(from, to, protocol, payload, out);
  else
    put_ipv4(from, to, ident, protocol, payload, out);
}

/* ---- frames ---- */

uint16_t frame_mss(enum ip_family family) {
  return FRAME_MTU - FRAME_TCP_HEAD - (family == IP_V6 ? FRAME_IPV6_HEAD : FRAME_IPV4_HEAD);
}

void frame_add_tcp(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                   const struct frame_tcp *tcp, struct span payload, struct buf *out) {
  size_t head = FRAME_TCP_HEAD + tcp->options.len;
  CHECK(tcp->options.len % 4 == 0 && tcp->options.len <= 40);
  payload = span_first(payload, DATAGRAM_MAX - FRAME_IPV6_HEAD - head);
  put_heads(from, to, ident, PROTOCOL_TCP, head + payload.len, out);
  size_t start = out->len;
  put_u16(out, from->port);
  put_u16(out, to->port);
  put_u32(out, tcp->sequence);
  put_u32(out, tcp->acknowledgement);
  put_u8(out, (unsigned)(head / 4) << 4);
  put_u8(out, tcp->flags);
  put_u16(out, tcp->window);
  put_u16(out, 0); /* the checksum, below */
  put_u16(out, 0); /* nothing is urgent */
  buf_add(out, tcp->options);
  buf_add(out, payload);
  struct span segment = span_of(out->data + start, head + payload.len);
  put_u16_at(out, start + 16, transport_checksum(from, to, PROTOCOL_TCP, segment));
}

void frame_add_udp(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                   struct span payload, struct buf *out) {
  payload = span_first(payload, DATAGRAM_MAX - FRAME_IPV6_HEAD - UDP_HEAD);
  put_heads(from, to, ident, PROTOCOL_UDP, UDP_HEAD + payload.len, out);
  size_t start = out->len;
  put_u16(out, from->port);
  put_u16(out, to->port);
  put_u16(out, (unsigned)(UDP_HEAD + payload.len));
  put_u16(out, 0);
  buf_add(out, payload);
  unsigned checksum =
      transport_checksum(from, to, PROTOCOL_UDP, span_of(out->data + start, UDP_HEAD + payload.len));
  put_u16_at(out, start + 6, checksum ? checksum : 0xffff); /* 0 says that there is none (RFC 768) */
}
