#include "shell/live/live_service.h"

#include <stdio.h>
#include <string.h>

#include "agents/agent.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "shell/live/live_session.h"

enum {
  BACKLOG = 1024,
  PORT_TRIES = 20,
};

/* What a role offers outside. */
static const struct {
  uint32_t role;
  uint16_t port;
  const char *name;
  enum live_tls_kind tls;
} kinds[] = {
    {ROLE_MTA, PORT_SMTP, "smtp", LIVE_STARTTLS},
    {ROLE_MSA, PORT_SUBMISSION, "submission", LIVE_STARTTLS},
    {ROLE_MSA, PORT_SUBMISSIONS, "submissions", LIVE_IMPLICIT_TLS},
    {ROLE_MDA, PORT_LMTP, "lmtp", LIVE_PLAIN},
    {ROLE_POP3, PORT_POP3, "pop3", LIVE_STARTTLS},
    {ROLE_POP3, PORT_POP3S, "pop3s", LIVE_IMPLICIT_TLS},
    {ROLE_IMAP, PORT_IMAP, "imap", LIVE_STARTTLS},
    {ROLE_IMAP, PORT_IMAPS, "imaps", LIVE_IMPLICIT_TLS},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static const char *const tls_names[] = {
    [LIVE_PLAIN] = "none", [LIVE_STARTTLS] = "starttls", [LIVE_IMPLICIT_TLS] = "implicit"};

static const char *const tls_in_json[] = {
    [LIVE_PLAIN] = "false", [LIVE_STARTTLS] = "\"starttls\"", [LIVE_IMPLICIT_TLS] = "\"implicit\""};

/* ---- connections ---- */

static void take(struct live_door *door) {
  struct live *live = door->service->live;
  if (live->tokens == 0) {
    door->waiting = true; /* libuv does not ask again before it has been taken */
    return;
  }
  door->waiting = false;
  live->tokens--;
  if (live->session_count >= live->config->connections_max) live_session_evict(live);
  live_session_accept(live, door->service, &door->socket);
}

static void on_connection(uv_stream_t *listener, int status) {
  struct live_door *door = listener->data;
  if (status == 0 && !door->service->live->stopping) take(door);
}

void live_service_take_waiting(struct live *live) {
  for (size_t i = 0; i < live->service_count; i++)
    for (int d = 0; d < LIVE_DOORS; d++)
      if (live->services[i].doors[d] && live->services[i].doors[d]->waiting) take(live->services[i].doors[d]);
}

/* ---- opening ---- */

static bool is_gateway(const struct live *live, struct span host) {
  for (size_t i = 0; i < live->config->gateway_count; i++)
    if (span_equal_nocase(live->config->gateways[i].host, host)) return true;
  return false;
}

static void list_services(struct live *live) {
  const struct scenario *scenario = live->scenario;
  size_t capacity = 0;
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    if (is_gateway(live, host->name)) continue;
    bool tls = tls_use_serves(host->tls.said ? &host->tls.use : NULL);
    for (size_t k = 0; k < KIND_COUNT; k++) {
      if (!(host->roles & kinds[k].role) || (kinds[k].tls == LIVE_IMPLICIT_TLS && !tls)) continue;
      live->services = mem_grow(live->services, &capacity, live->service_count + 1, sizeof *live->services);
      live->services[live->service_count++] = (struct live_service){
          .live = live,
          .host = network_host_named(world_network(live->world), host->name),
          .port = kinds[k].port,
          .name = kinds[k].name,
          .tls = tls ? kinds[k].tls : LIVE_PLAIN,
      };
    }
  }
}

/* What is in the way, and what can be done about it. */
static bool complain(const struct live_service *service, const char *address, uint16_t port, int code) {
  struct live *live = service->live;
  struct arena arena = ARENA_EMPTY;
  bool in_use = code == UV_EADDRINUSE, privileged = code == UV_EACCES;
  error_list_add(live->errors,
                 &(struct error){
                     .file = SPAN("live"),
                     .message = arena_format(&arena, "cannot listen on %s port %u for %s: %s", address,
                                             (unsigned)port, service->name, uv_strerror(code)),
                     .hint = in_use ? SPAN("another --base-port, or none: then whatever is free; or end the "
                                           "program that has the port (ss -ltnp shows it)")
                             : privileged ? SPAN("a --base-port of 1024 or more, which needs no privilege")
                                          : SPAN_EMPTY,
                 });
  arena_free(&arena);
  return false;
}

static const char *const loopbacks[LIVE_DOORS] = {"127.0.0.1", "::1"}, *const everywhere[LIVE_DOORS] = {
                                                                           "0.0.0.0", "::"};

static const char *address_of(const struct live *live, int which) {
  return live->config->anywhere ? everywhere[which] : loopbacks[which];
}

static uint16_t port_of(const struct live_door *door) {
  struct sockaddr_storage bound;
  int length = sizeof bound;
  if (uv_tcp_getsockname(&door->socket, (struct sockaddr *)&bound, &length)) return 0;
  return ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                           : ((struct sockaddr_in *)&bound)->sin_port);
}

static void free_door(uv_handle_t *handle) {
  mem_free(handle->data);
}

static void close_door(struct live_service *service, int which) {
  struct live_door *door = service->doors[which];
  service->doors[which] = NULL;
  if (door) uv_close((uv_handle_t *)&door->socket, free_door);
}

/* 0, or libuv's error. */
static int open_door(struct live_service *service, int which, uint16_t port) {
  struct live_door *door = service->doors[which] = mem_zalloc(sizeof *door);
  struct sockaddr_in address;
  struct sockaddr_in6 address6;
  uv_ip4_addr(address_of(service->live, 0), port, &address);
  uv_ip6_addr(address_of(service->live, 1), port, &address6);
  door->service = service;
  uv_tcp_init(&service->live->loop, &door->socket);
  door->socket.data = door;
  int code = which == 0 ? uv_tcp_bind(&door->socket, (struct sockaddr *)&address, 0)
                        : uv_tcp_bind(&door->socket, (struct sockaddr *)&address6, UV_TCP_IPV6ONLY);
  if (!code) code = uv_listen((uv_stream_t *)&door->socket, BACKLOG, on_connection);
  if (code) close_door(service, which);
  return code;
}

/* The same port by IPv4 and by IPv6; a machine without IPv6 does without. If any will do, and what was free
 * for the one is taken for the other, the next is tried. */
static bool open_service(struct live_service *service, uint16_t wanted) {
  const struct live *live = service->live;
  for (int tries = 0;; tries++) {
    int code = open_door(service, 0, wanted);
    if (code) return complain(service, address_of(live, 0), wanted, code);
    service->real_port = port_of(service->doors[0]);
    code = open_door(service, 1, service->real_port);
    bool without = code == UV_EADDRNOTAVAIL || code == UV_EAFNOSUPPORT;
    if (code == UV_EADDRINUSE && !wanted && tries < PORT_TRIES) {
      close_door(service, 0);
      continue;
    }
    if (code && !without) return complain(service, address_of(live, 1), service->real_port, code);
    for (int which = 0; which < LIVE_DOORS; which++)
      if (service->doors[which])
        snprintf(service->addresses[which], sizeof service->addresses[which], "%s", address_of(live, which));
    return true;
  }
}

bool live_service_open_all(struct live *live) {
  list_services(live);
  if (live->service_count == 0) {
    error_list_add(live->errors, &(struct error){
                                     .file = live->scenario->file,
                                     .message = SPAN("no host of this scenario has a server"),
                                     .expected = SPAN("\"runs\" with mta, msa, mda, pop3 or imap"),
                                 });
    return false;
  }
  for (size_t i = 0; i < live->service_count; i++) {
    uint32_t port = live->config->base_port ? live->config->base_port + (uint32_t)i : 0;
    if (port > UINT16_MAX) {
      error_list_add_message(live->errors, SPAN("live"), "%zu ports from %u on do not fit below 65536",
                             live->service_count, (unsigned)live->config->base_port);
      return false;
    }
    if (!open_service(&live->services[i], (uint16_t)port)) return false;
  }
  return true;
}

void live_service_close_all(struct live *live) {
  for (size_t i = 0; i < live->service_count; i++)
    for (int which = 0; which < LIVE_DOORS; which++) close_door(&live->services[i], which);
}

/* ---- telling ---- */

static struct span host_name(const struct live *live, const struct live_service *service) {
  return network_host(world_network(live->world), service->host)->name;
}

void live_service_print_table(const struct live *live) {
  int width = 4;
  for (size_t i = 0; i < live->service_count; i++) {
    int length = (int)host_name(live, &live->services[i]).len;
    if (length > width) width = length;
  }
  printf("%-*s  %-11s  %-15s  %5s  %s\n", width, "host", "service", "addresses", "port", "TLS");
  for (size_t i = 0; i < live->service_count; i++) {
    const struct live_service *service = &live->services[i];
    struct span name = host_name(live, service);
    char addresses[2 * sizeof service->addresses[0] + sizeof ", "];
    snprintf(addresses, sizeof addresses, "%s%s%s", service->addresses[0],
             service->addresses[1][0] ? ", " : "", service->addresses[1]);
    printf("%.*s%*s  %-11s  %-15s  %5u  %s\n", SPAN_ARG(name), width - (int)name.len, "", service->name,
           addresses, (unsigned)service->real_port, tls_names[service->tls]);
  }
  fflush(stdout);
}

bool live_service_write_ready_file(const struct live *live) {
  struct buf text = {0};
  buf_add_char(&text, '[');
  for (size_t i = 0; i < live->service_count; i++) {
    const struct live_service *service = &live->services[i];
    buf_add_text(&text, i ? ",\n {\"host\":" : "\n {\"host\":");
    json_write_octets(host_name(live, service), &text);
    buf_format(&text, ",\"service\":\"%s\",\"address\":\"%s\",", service->name, service->addresses[0]);
    if (service->addresses[1][0]) buf_format(&text, "\"address6\":\"%s\",", service->addresses[1]);
    buf_format(&text, "\"port\":%u,\"tls\":%s}", (unsigned)service->real_port, tls_in_json[service->tls]);
  }
  buf_add_text(&text, "\n]\n");
  bool well = live->config->write_file(live->config->ready_file, buf_span(&text), live->errors);
  buf_free(&text);
  return well;
}
