/* live_service: the simulated servers' real ports: who listens where, the table, the ready file. */
#pragma once

#include "shell/live/live_internal.h"

enum live_tls_kind { LIVE_PLAIN, LIVE_STARTTLS, LIVE_IMPLICIT_TLS };

/* A listening socket: of a service one by IPv4, and one by IPv6 where the machine has that. */
enum { LIVE_DOORS = 2 };
struct live_door {
  struct live_service *service;
  uv_tcp_t socket;
  bool waiting; /* a connection has not been taken yet */
};

struct live_service {
  struct live *live;
  host_id host;
  uint16_t port;    /* simulated: 25 */
  const char *name; /* "smtp", "pop3s" … */
  enum live_tls_kind tls;
  char addresses[LIVE_DOORS][64]; /* real; empty: no such door */
  uint16_t real_port;             /* of both */
  struct live_door *doors[LIVE_DOORS];
};

/* Binds all; false and errors if one cannot be. */
bool live_service_open_all(struct live *live);
/* Takes connections that had to wait. */
void live_service_take_waiting(struct live *live);
void live_service_print_table(const struct live *live);
bool live_service_write_ready_file(const struct live *live);
void live_service_close_all(struct live *live);
