/* frame: one Ethernet frame, as a listener on the wire would see it: IPv4 or IPv6, TCP or UDP.
 *
 *     ┌──────────┬────────────┬──────────────┬─────────┐
 *     │ Ethernet │ IPv4, IPv6 │ TCP, UDP     │ payload │   all checksums right (RFC 1071)
 *     └──────────┴────────────┴──────────────┴─────────┘
 *
 * Knows no time and no file. Both ends have addresses of one family (CHECKed).
 * Limits: a payload that fits a datagram (65,535 octets with its heads; the rest is cut).
 */
#pragma once

#include "base/buf.h"
#include "base/ip_address.h"

enum {
  FRAME_MAC_SIZE = 6,
  FRAME_MTU = 1500,
  FRAME_IPV4_HEAD = 20,
  FRAME_IPV6_HEAD = 40,
  FRAME_TCP_HEAD = 20
};
/* RFC 9293 3.1. */
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct frame_end {
  uint8_t mac[FRAME_MAC_SIZE];
  struct ip_address address;
  uint16_t port;
};

struct frame_tcp {
  uint32_t sequence, acknowledgement;
  uint8_t flags;
  uint16_t window;
  struct span options; /* a multiple of four octets, at most 40 */
};

/* The most that a TCP segment may hold on an Ethernet (RFC 9293 3.7.1): what the MSS option says. */
uint16_t frame_mss(enum ip_family family);
/* Each adds one frame. ident: the IPv4 identification. */
void frame_add_tcp(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                   const struct frame_tcp *tcp, struct span payload, struct buf *out);
void frame_add_udp(const struct frame_end *from, const struct frame_end *to, uint16_t ident,
                   struct span payload, struct buf *out);
