/* network: hosts, the links between them, and connections over them, as simulated.
 *
 * A connection is an ordered byte stream in both directions (TCP as its users see it). It is asked for,
 * then it stands, is refused (nobody listens) or times out (host or link down); later one side closes it,
 * or a fault cuts it. What is sent arrives after the latency of the path plus its size over the
 * bandwidth, in order. A message may be sent by reference: it travels as its wire form
 * (message_write_wire) would, with the same size and time, and the receiver may read it as bytes or
 * take it whole.
 *
 *     agent A ── connection_say ───▶ [ link: latency, bandwidth, up? ] ──▶ received() ── agent B
 *
 *     client                                server
 *       │ ──────── SYN ───────────────────▶ │  listen_fn: takes it or not
 *       │ ◀──────────── SYN, ACK, or RST ── │
 *       │  CONNECTED, opened(): one round trip (or REFUSED, ended())
 *       │ ──────── ACK, first bytes ──────▶ │  opened(): one and a half
 *
 * - A send leaves when what its side sent before has left, and takes its size over the bandwidth to do so;
 *   it is heard, whole, one latency later. The connections of a link do not slow each other down.
 * - A connection goes by IPv6 where both hosts have such an address and none was chosen, else by IPv4 (RFC
 * 6724).
 * - A connection asked of a host that is down or cut off, or of an address that no host has, times out after
 *   CONNECT_TIMEOUT_US; one between hosts of which one has IPv4 and the other IPv6 only, at once. A listener
 *   survives its host's going down: a host that comes back listens again.
 * - A host that goes down forgets its connections: its own programs are told at once. The other end is
 *   not: what it says is lost, until it has waited for SILENCE_TIMEOUT_US, or says something after the host
 *   is up again, which then answers that it knows of no such connection. So it is with both ends when a
 *   link goes down, even for a moment.
 *
 * A connection that stands can be put under TLS by both sides, at any time once. From then on each send, or
 * all that is written at once, is a write of its own: it takes the octets of its records, and arrives whole.
 *
 * Notes to the journal CONNECT, CONNECTED, REFUSED, TIMED_OUT, CLOSED, CUT, TLS, TLS_RECORD, TLS_FAILED,
 * FAULT; of what is *said* those who say it give the record (connection_say).
 *
 * Ownership: the network owns hosts and connections. A connection number is never used again in a run;
 * calls with the number of one that has ended do nothing and return false.
 */
#pragma once

#include "base/ip_address.h"
#include "mail/message.h"
#include "sim/sim.h"
#include "sim/tls.h"

enum {
  NETWORK_HOSTS_MAX = 4096,
  CONNECT_TIMEOUT_US = 30 * 1000000,
  SILENCE_TIMEOUT_US = 60 * 1000000, /* for an established connection */
};

typedef uint32_t connection_id;
typedef uint16_t host_id; /* from 1, as in the journal */

struct network;

struct network_host {
  struct span name;           /* "mx.umich.edu"; borrowed */
  struct span address;        /* "198.51.100.7"; borrowed */
  const struct span *further; /* more addresses, of either family; borrowed */
  size_t further_count;
  int64_t clock_offset_us;
  int32_t zone_minutes;  /* east of Greenwich, at the scenario's start */
  struct span zone_name; /* "MDT", or empty; borrowed */
};

enum connection_end {
  CONNECTION_REFUSED,
  CONNECTION_TIMED_OUT,
  CONNECTION_CLOSED, /* this side closed, or the other did and all that it had sent has been consumed */
  CONNECTION_CUT,    /* broken: what was on its way is lost */
};

/* Called as simulated events, never from within the caller's own call; the present cause is then the record
 * of what was said or done at the other end. What arrives at one time is one event; received() is called
 * once for each record that it was sent because of. Each side that has a handler gets ended() once, the
 * side that closes too, and nothing after it. */
struct connection_handler {
  void (*opened)(void *context, connection_id id);
  void (*received)(void *context, connection_id id); /* there is something new to peek at */
  void (*ended)(void *context, connection_id id, enum connection_end how); /* the number is dead after this */
};

struct connection_info {
  host_id client_host, server_host; /* server_host 0: no host has the address */
  uint16_t client_port, server_port;
  struct span client_address; /* borrowed from the network */
};

/* A server accepts by giving its handler, or refuses by giving NULL. Of the handler opened() is called next,
 * or ended(), if the client has gone meanwhile. */
typedef const struct connection_handler *listen_fn(void *context, connection_id id,
                                                   const struct connection_info *info, void **context_out);

struct network *network_new(struct sim *sim);
void network_free(struct network *network);
struct sim *network_sim(const struct network *network);
/* For tests: whatever arrives is told a byte at a time, all at the time at which it would have arrived
 * whole, and messages as their bytes. A program that reads streams as it should, and consumes no more than it
 * acts on, notes the same journal. */
void network_set_dribble(struct network *network, bool dribble);

host_id network_add_host(struct network *network, const struct network_host *host);
const struct network_host *network_host(const struct network *network, host_id id);
uint16_t network_host_count(const struct network *network);
host_id network_host_named(const struct network *network, struct span name); /* 0 if none; any letter case */
host_id network_host_at(const struct network *network, struct span address); /* 0 if none */
/* The host with that address, and how the address is written there (borrowed from the host); 0, and nothing
 * given, if there is none. */
host_id network_host_with(const struct network *network, const struct ip_address *address,
                          struct span *text_out);
/* A host's first address of a family; empty if it has none. */
struct span network_host_address(const struct network *network, host_id id, enum ip_family family);
/* Is this text one of the host's addresses? */
bool network_host_has(const struct network *network, host_id id, struct span address);
/* The host's own idea of the time, for its stamps. */
int64_t network_host_unix_us(const struct network *network, host_id id);

struct network_link {
  host_id a, b;
  int64_t latency_us;       /* one way */
  int64_t bytes_per_second; /* 0: no limit */
};
/* Hosts without a link of their own talk over the default path, a host with itself over its loopback. */
void network_set_default_path(struct network *network, int64_t latency_us, int64_t bytes_per_second);
void network_add_link(struct network *network, const struct network_link *link);
void network_set_host_up(struct network *network, host_id id, bool up,
                         struct span why); /* notes FAULT; cuts its connections */
void network_set_link_up(struct network *network, host_id a, host_id b, bool up, struct span why);
bool network_host_is_up(const struct network *network, host_id id);
/* Somebody on the path overwrites a server's offers of TLS with X's (STRIPTLS), or no longer; notes FAULT.
 * Each time that it happens there is a NOTE, which is why the client does what it does then. */
void network_set_link_strips_tls(struct network *network, host_id a, host_id b, bool strips, struct span why);

void network_listen(struct network *network, host_id host, uint16_t port, uint16_t agent, listen_fn *fn,
                    void *context);

/* Asks for a connection; protocol ("smtp") is for the journal. The answer comes by the handler. */
connection_id network_connect(struct network *network, host_id from, uint16_t agent, host_id to,
                              uint16_t port, struct span protocol, const struct connection_handler *handler,
                              void *context);
/* The same, at one address of the host's, or (to 0) at an address that nobody has. */
connection_id network_connect_address(struct network *network, host_id from, uint16_t agent, host_id to,
                                      struct span address, uint16_t port, struct span protocol,
                                      const struct connection_handler *handler, void *context);

/* Says bytes, which are copied, or a message's wire form, by reference (takes its own). The record tells of
 * it: a LINE or DATA, of which its place on the connection is filled in here (connection, side, arrives_us),
 * with the present cause. What the other side does when it hears it, it does because of that record. Gives
 * the record; 0, and nothing noted, if the connection is over for both sides. There is no window: what is on
 * its way is bounded by what the programs say. */
journal_seq connection_say(struct network *network, connection_id id, bool from_client,
                           struct journal_record *record, struct span bytes);
journal_seq connection_say_message(struct network *network, connection_id id, bool from_client,
                                   struct journal_record *record, struct message *message);
/* The side says as many octets next, in several words, and writes them at once: under TLS they are heard
 * together, and the line shows one length for all of them, because of the last. In the clear it is nothing.
 */
void connection_write_at_once(struct network *network, connection_id id, bool from_client, size_t octets);
/* Only notes the record, in the same way: of the first octets of so many that will now be said as one. */
journal_seq connection_note_part(struct network *network, connection_id id, bool from_client,
                                 struct journal_record *record, size_t octets, size_t whole);

/* What has arrived and is not consumed yet. A message by reference comes alone: *message_out is then
 * not NULL (borrowed) and the span is empty. False if there is nothing. What is left is seen again, with
 * what has arrived behind it. The span is borrowed until the next call on the connection. */
bool connection_peek(struct network *network, connection_id id, bool to_client, struct span *bytes_out,
                     struct message **message_out);
/* Consumes that many bytes of the span, or the message (count is ignored). */
void connection_consume(struct network *network, connection_id id, bool to_client, size_t count);
/* Turns a message at the front into bytes, for a receiver that wants to read it as such. */
void connection_flatten(struct network *network, connection_id id, bool to_client);
/* The message that was last turned into bytes for that side (borrowed), so that who has read it from them
 * can know it again; NULL if none was. */
struct message *connection_flattened(const struct network *network, connection_id id, bool to_client);
/* For who sends a message as bytes of its own making, with other words around it (IMAP): this is the one they
 * are of. A reference is kept. */
void connection_sends_text_of(struct network *network, connection_id id, bool to_client,
                              struct message *message);

/* How a side wants TLS. Copied; the certificate must stay as long as the network, and `how` is a constant. */
struct tls_terms {
  enum tls_version version;                  /* the newest that it speaks; the older of both is spoken */
  const struct tls_certificate *certificate; /* a server's own */
  struct span wanted;                        /* a client's: the name that it wants to talk to */
  bool checks;                               /* a client's: it breaks off if the certificate has a fault */
  struct span how;                           /* a client's: "STARTTLS", "STLS", "implicit" */
  /* A server's that has to ask somebody first; NULL: it answers by itself. Called once, with the context of
   * the side's handler, when the client's hello has come: what it speaks, and the name that it wants. Nothing
   * is answered before connection_answer_hello or connection_refuse_hello. */
  void (*hello)(void *context, connection_id id, enum tls_version version, struct span wanted);
  /* A server's: what has come in the clear by the moment in which it wants TLS is thrown away, as Postfix and
   * Exim do with what a client says behind STARTTLS (RFC 3207 4.2, CVE-2011-0411). */
  bool forgets_plain;
  /* Called once, with the context of the side's handler. An empty fault: TLS stands. Any other: it does not,
   * and the program has nothing left to do but close. */
  void (*settled)(void *context, connection_id id, struct span fault);
};
/* The side wants TLS now, and must send nothing until it is settled: a client says ClientHello, a server
 * waits for it. What comes in the clear meanwhile is a fault (but for forgets_plain). False if the connection
 * does not stand for that side. */
bool connection_start_tls(struct network *network, connection_id id, bool by_client,
                          const struct tls_terms *terms);
/* The answer of a server that was told of the hello: with this certificate, which must stay as long as the
 * network, and no newer version than that; or not at all, and why (a constant). False if the connection waits
 * for no such answer. */
bool connection_answer_hello(struct network *network, connection_id id, enum tls_version version,
                             const struct tls_certificate *certificate);
bool connection_refuse_hello(struct network *network, connection_id id, struct span why);
/* What that side's words are under: TLS_NONE if they are in the clear. */
enum tls_version connection_tls(const struct network *network, connection_id id, bool from_client);
/* The record of the handshake that the client has made; 0: none. */
journal_seq connection_tls_record(const struct network *network, connection_id id);

/* What was sent still arrives, then the other side hears of the end. What this side has not consumed is lost.
 */
void connection_close(struct network *network, connection_id id, bool by_client);
/* Breaks it now, for both sides; what was on its way is lost. */
void connection_cut(struct network *network, connection_id id, struct span why);
uint32_t network_connection_count(const struct network *network); /* not over yet */
/* False once it is over for both sides. */
bool connection_info(const struct network *network, connection_id id, struct connection_info *info_out);

/* Datagrams (DNS): delivered after the path's latency, or lost when a host or link is down. */
typedef void datagram_fn(void *context, host_id from, uint64_t tag, struct span bytes);
void network_on_datagram(struct network *network, host_id host, uint16_t port, datagram_fn *fn,
                         void *context);
void network_send_datagram(struct network *network, host_id from, host_id to, uint16_t port, uint64_t tag,
                           struct span bytes);
