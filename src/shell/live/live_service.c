#include "shell/live/live_service.h"

#include <stdio.h>
#include <string.h>

#include "agents/agent.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "shell/live/live_session.h"

enum { BACKLOG = 1024 };

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
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static const char *const tls_names[] = {
    [LIVE_PLAIN] = "none", [LIVE_STARTTLS] = "starttls", [LIVE_IMPLICIT_TLS] = "implicit"};

static const char *const tls_in_json[] = {
    [LIVE_PLAIN] = "false", [LIVE_STARTTLS] = "\"starttls\"", [LIVE_IMPLICIT_TLS] = "\"implicit\""};

/* ---- connections ---- */

static void take(struct live_service *service) {
  struct live *live = service->live;
  if (live->tokens == 0) {
    service->waiting = true; /* libuv does not ask again before it has been taken */
    return;
  }
  service->waiting = false;
  live->tokens--;
  if (live->session_count >= live->config->connections_max) live_session_evict(live);
  live_session_accept(live, service, &service->socket);
}

static void on_connection(uv_stream_t *listener, int status) {
  struct live_service *service = listener->data;
  if (status == 0 && !service->live->stopping) take(service);
}

void live_service_take_waiting(struct live *live) {
  for (size_t i = 0; i < live->service_count; i++)
    if (live->services[i].waiting) take(&live->services[i]);
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

static bool complain(struct live *live, const char *what, int code) {
  error_list_add_message(live->errors, SPAN("live"), "%s: %s", what, uv_strerror(code));
  return false;
}

static bool read_back_address(struct live_service *service) {
  struct sockaddr_storage bound;
  int length = sizeof bound;
  int code = uv_tcp_getsockname(&service->socket, (struct sockaddr *)&bound, &length);
  if (code) return complain(service->live, "no address", code);
  uv_ip4_name((struct sockaddr_in *)&bound, service->address, sizeof service->address);
  const unsigned char *port = (const unsigned char *)&((struct sockaddr_in *)&bound)->sin_port;
  service->real_port = (uint16_t)(port[0] << 8 | port[1]);
  return true;
}

static bool open_service(struct live_service *service, uint16_t wanted) {
  struct live *live = service->live;
  struct sockaddr_in address;
  char what[128];
  uv_ip4_addr(live->config->anywhere ? "0.0.0.0" : "127.0.0.1", wanted, &address);
  uv_tcp_init(&live->loop, &service->socket);
  service->socket.data = service;
  int code = uv_tcp_bind(&service->socket, (const struct sockaddr *)&address, 0);
  if (!code) code = uv_listen((uv_stream_t *)&service->socket, BACKLOG, on_connection);
  if (!code) return read_back_address(service);
  snprintf(what, sizeof what, "cannot listen on port %u for %s", (unsigned)wanted, service->name);
  return complain(live, what, code);
}

bool live_service_open_all(struct live *live) {
  list_services(live);
  if (live->service_count == 0) {
    error_list_add(live->errors, &(struct error){
                                     .file = live->scenario->file,
                                     .message = SPAN("no host of this scenario has a server"),
                                     .expected = SPAN("\"runs\" with mta, msa, mda or pop3"),
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
  for (size_t i = 0; i < live->service_count; i++) {
    uv_handle_t *handle = (uv_handle_t *)&live->services[i].socket;
    if (handle->loop && !uv_is_closing(handle)) uv_close(handle, NULL);
  }
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
  printf("%-*s  %-11s  %-15s  %5s  %s\n", width, "host", "service", "address", "port", "TLS");
  for (size_t i = 0; i < live->service_count; i++) {
    const struct live_service *service = &live->services[i];
    struct span name = host_name(live, service);
    printf("%.*s%*s  %-11s  %-15s  %5u  %s\n", SPAN_ARG(name), width - (int)name.len, "", service->name,
           service->address, (unsigned)service->real_port, tls_names[service->tls]);
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
    buf_format(&text, ",\"service\":\"%s\",\"address\":\"%s\",\"port\":%u,\"tls\":%s}", service->name,
               service->address, (unsigned)service->real_port, tls_in_json[service->tls]);
  }
  buf_add_text(&text, "\n]\n");
  bool well = live->config->write_file(live->config->ready_file, buf_span(&text), live->errors);
  buf_free(&text);
  return well;
}
