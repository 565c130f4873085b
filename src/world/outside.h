/* outside: the door of a world: real programs come in by it as clients, and simulated programs go out by it
 * to real servers.
 *
 *     real client ══▶ shell/live ── outside_connect, outside_say … ──▶ host "outside" ⇄ simulated server
 *     another     ══▶                                               ──▶ host "outside-2" ⇄ …
 *                                ◀─ opened(), heard(), ended() ──────
 *     real server ══▶ shell/live ── outside_say … ──▶ gateway host ⇄ simulated client
 *                                ◀─ called(), heard(), ended() ──
 *
 * What comes in is the one thing that a scenario does not say, so all of it is in the journal, as the records
 * of an agent whose software is PREAMBLE_OUTSIDE: its CONNECT, LINE and CLOSED, and a CUT whose reason is
 * OUTSIDE_RESET. Each input has a microsecond of its own: everything planned for that time has happened
 * before it. So a scenario and the records of the outside give the same run again (world/replay.h).
 *
 * A real client that asks for STARTTLS or STLS and hears that it may, or that calls a port where TLS comes
 * first, is under TLS in the world, too: handshake and records are simulated, as for everybody there, while
 * the socket has real ones of its own.
 *
 * A gateway is a host of the scenario whose programs are not simulated: its ports are answered by a real
 * server. A simulated client that calls there is connected at once; if the real server cannot be had, the
 * connection is cut afterwards. When such a client says the hello of TLS, the real server is asked by a real
 * handshake; what it has shown for itself is an input, and the world's handshake goes on with that:
 *
 *     client ── ClientHello ──▶ gateway ── hello() ──▶ shell/live ══ ClientHello ══▶ real server
 *     client ◀─ Certificate … ─ gateway ◀─ outside_show_certificate ─ shell/live ◀══ Certificate … ══
 *
 * So the client's policy (agents/tls_use.h) judges the real certificate. The input is a CERTIFICATE record,
 * or a TLS_FAILED if the real handshake came to nothing.
 *
 * Ownership: the world owns its outside. Limits are the business of who lets programs in (shell/live).
 */
#pragma once

#include "journal/preamble.h"
#include "sim/network.h"
#include "world/scenario.h"

struct outside;
struct world;

#define OUTSIDE_RESET  "reset from outside"
#define OUTSIDE_NO_TLS "the real server's handshake came to nothing: " /* and why */

/* What real programs are told, always as simulated events. peer is what outside_connect was given, or what
 * called() gave. All NULL in a replay. */
struct outside_events {
  /* From here on, what is on the socket is under TLS; nothing may be said until opened() comes, once more. */
  void (*secure)(void *peer, connection_id id);
  void (*opened)(void *peer, connection_id id); /* the connection stands: bytes may be said */
  /* A simulated client wants TLS from a gateway: the real server is to be asked for it, for a host of that
   * name and in no newer version, and nothing may be said until opened() comes, once more. */
  void (*hello)(void *peer, connection_id id, enum tls_version version, struct span wanted);
  /* Either bytes, or a message whose wire form is said (the receiver retains it). */
  void (*heard)(void *peer, connection_id id, struct span bytes, struct message *message);
  void (*ended)(void *peer, connection_id id, enum connection_end how); /* nothing comes after it */
  /* A simulated program has connected to a gateway. */
  void *(*called)(void *context, connection_id id, host_id host, uint16_t port);
};

/* context: for called(). */
void outside_set_events(struct outside *outside, const struct outside_events *events, void *context);

/* Real clients come from hosts that are numbered from 0: "outside", "outside-2" … Which of them a real
 * address is, the caller decides. */
enum { OUTSIDE_CLIENTS_MAX = 200 };
unsigned outside_client_count(const struct outside *outside);
host_id outside_client_host(const struct outside *outside, unsigned client);

/* All of these first run the world up to at_us, or to the first microsecond after the last input if that is
 * later, then do what is asked, as one event. False (or 0) if a limit of the run was reached. What is said on
 * a connection that has ended is lost without a trace. */
connection_id outside_connect(struct outside *outside, int64_t at_us, unsigned client, host_id host,
                              uint16_t port, void *peer);
bool outside_say(struct outside *outside, int64_t at_us, connection_id id, struct span bytes);
bool outside_close(struct outside *outside, int64_t at_us, connection_id id);
/* The peer is told nothing more, not even of the end. */
bool outside_reset(struct outside *outside, int64_t at_us, connection_id id);
/* What the real server showed in the handshake (copied). */
bool outside_show_certificate(struct outside *outside, int64_t at_us, connection_id id,
                              enum tls_version version, const struct tls_certificate *certificate);
/* The handshake with the real server came to nothing. As after a reset, the peer is told nothing more. */
bool outside_fail_tls(struct outside *outside, int64_t at_us, connection_id id, struct span why);
/* When the last input was made. */
int64_t outside_last_us(const struct outside *outside);

/* The protocol that is spoken on a port, as in CONNECT: "smtp", "submission", "lmtp", "pop3", "imap" …; else
 * "tcp".
 */
struct span outside_protocol(uint16_t port);

/* ---- for the world (world.c, preamble.c, build.c) ---- */

/* A world that is open: the names of its gateways, which must be hosts of the scenario, and how many hosts
 * real clients can come from (0 is 1, too). */
struct opening {
  const struct span *gateways;
  size_t gateway_count;
  size_t client_count;
};

struct outside *outside_new(struct world *world);
void outside_free(struct outside *outside);
