/* capture: what a listener beside all machines would have seen on the wire, from the journal alone.
 *
 *     journal ──▶ CONNECT, LINE, DATA, CLOSED, CUT …  ──▶ TCP: SYN, segments, ACK, FIN, RST ──┐
 *                 DNS_QUERY, DNS_ANSWER               ──▶ UDP: the datagram as it was sent  ──┴─▶ frames
 *
 * The journal says what was said, and when it was heard whole. Between the two stands a TCP that is
 * played again here, with the simulation's times: three packets to begin (RFC 9293 3.5), segments no larger
 * than the MSS, an acknowledgement of every second one or after 40 ms (RFC 9293 3.8.6.3), FIN or RST at
 * the end. Nothing is sent twice but what was lost: a SYN that nobody answered, a line said to a host that is
 * down (RFC 6298: after 1 s, 3 s, 7 s …). Each frame bears the time at which its last octet left its sender.
 *
 * What TLS hides stays hidden: records of the right length, their octets without meaning. What it does not
 * hide can be read: versions, cipher suite, the name that the client wants, and up to TLS 1.2 the
 * certificate. Addresses are the hosts'; MACs come from the host's number, initial sequence numbers from a
 * hash of seed and connection. Nothing is drawn by chance: the same journal always gives the same octets.
 *
 * Ownership: a frame is borrowed until the sink returns. Limits: those of the journal.
 */
#pragma once

#include "base/error.h"
#include "journal/journal.h"

struct capture_options {
  uint16_t host;       /* only what it sends or is sent; 0: all */
  uint32_t connection; /* only this one, and no DNS; 0: all */
  journal_seq last;    /* up to this record; 0: to the end */
};

struct capture_counts {
  uint64_t frames, connections, datagrams;
  uint64_t datagrams_missing; /* of an old journal, which has not kept their octets */
};

/* A frame at a time in microseconds since the scenario's start; never earlier than the one before. False:
 * stop.
 */
typedef bool capture_sink(void *context, int64_t time_us, struct span frame);

/* False if the sink stopped it. */
bool capture_write(const struct journal *journal, const struct capture_options *options, capture_sink *sink,
                   void *context, struct capture_counts *counts_out);
