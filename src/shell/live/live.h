/* live: the simulated servers of a scenario on real ports, for real mail programs.
 *
 *     mutt, swaks, nc … ⇄ socket ⇄ live_session ⇄ world/outside ⇄ simulated servers
 *     Postfix, Dovecot … ⇄ socket ⇄ live_session ⇄ gateway host ⇄ simulated clients
 *
 * One thread, one libuv loop. In each round: what has come in from sockets is put into the world, the world
 * runs up to the clock, what is new in the journal goes into its file, and only then what the simulated
 * programs said goes out to sockets: a reply that a real program has seen is in the journal.
 *
 * Files: live.c (the loop), live_clock (simulated time by the wall clock), live_service (ports, table, ready
 * file), live_session and live_limits (one socket),
 * live_client (whom a real address is in the story), live_output (what waits to be sent), live_tls,
 * live_gateway (calls to real servers), live_journal (the file), live_console (words typed at it).
 *
 * Only the loopback, unless `anywhere`. Nothing that comes in is executed, or written anywhere but in the
 * journal.
 */
#pragma once

#include "base/error.h"
#include "journal/journal.h"
#include "world/scenario.h"

enum {
  LIVE_CONNECTIONS_MAX = 4096, /* at once; then of whoever has most the one that is silent longest goes */
  LIVE_RATE_MAX = 2000,        /* connections taken in a second from one address; the others wait */
  LIVE_LINE_MAX = 64 * 1024,   /* octets without a line end */
  LIVE_UNANSWERED_MAX = 256 * 1024 * 1024, /* said on all connections and not answered yet */
  LIVE_OUTPUT_MAX = 256 * 1024 * 1024,     /* waiting for slow readers */
  LIVE_OUTPUT_PIECES_MAX = 20000,          /* waiting for one of them */
  LIVE_IDLE_S = 600,                       /* without a word from the client, by the wall clock */
  LIVE_STALL_S = 60,                       /* without reading what waits for it */
  LIVE_HANDSHAKE_S = 30,                   /* for a handshake of TLS, from its beginning to its end */
  LIVE_SESSION_S = 4 * 3600,               /* in all */
  LIVE_GATEWAYS_MAX = 16,
  LIVE_CLIENTS = 16, /* real addresses that are hosts of their own, if nothing is said */
  LIVE_RATES = 4,    /* all clients together may connect so many times as often as one */
};
#define LIVE_TOTAL_MAX ((uint64_t)2 * 1024 * 1024 * 1024) /* octets from outside, in a run */

struct live_gateway_config {
  struct span host; /* of the scenario */
  uint16_t port;    /* simulated: 25 */
  struct span address;
  uint16_t real_port;
};

struct live_config {
  int64_t until_us;         /* of simulated time; negative: until told to stop */
  int64_t speed_millionths; /* simulated microseconds in a real second */
  bool paused;              /* begins so */
  bool console;             /* words are read from standard input */
  int64_t window_process;   /* the run ends when this child of ours does; 0: none */
  bool anywhere;            /* all interfaces, not only the loopback */
  uint16_t base_port;       /* 0: whatever is free */
  uint32_t connections_max, rate_max, idle_s, clients;
  const char *ready_file, *journal_file; /* NULL: none */
  const char *cert_file, *key_file;      /* NULL: made on the spot */
  const char *trust_file; /* who may sign the certificates of real servers; NULL: as the system has it */
  /* Writes a file whole or not at all. */
  bool (*write_file)(const char *path, struct span bytes, struct error_list *errors);
  const struct live_gateway_config *gateways;
  size_t gateway_count;
};

struct live_report {
  bool served;         /* false: it has never come to that */
  bool limit_reached;  /* of the simulation, or LIVE_TOTAL_MAX */
  bool is_input_wrong; /* nothing was served, since the certificate or its key is none */
  const char *why;     /* it stopped */
  uint64_t connections, octets_in;
  uint64_t evicted;   /* hung up on to make room */
  uint64_t cut_short; /* hung up on at a limit */
  uint32_t open;      /* at the end */
};

/* Runs until a signal, a limit or until_us. The journal is the caller's, empty, and full afterwards. False
 * after errors: nothing was, or nothing more can be, served. */
bool live_run(const struct scenario *scenario, struct journal *journal, const struct live_config *config,
              struct live_report *report_out, struct error_list *errors);

/* "HOST:PORT=ADDRESS:PORT", several with commas between: a port of a host of the scenario, and where it
 * really is. Only loopback addresses, unless `anywhere`. False and errors if it is not that. The spans are of
 * the text. */
bool live_gateway_parse(struct span text, bool anywhere, const struct scenario *scenario,
                        struct live_gateway_config *gateways, size_t *count_out, struct error_list *errors);
