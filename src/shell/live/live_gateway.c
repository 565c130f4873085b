#include "shell/live/live_gateway.h"

#include "agents/agent.h"
#include "shell/live/live_session.h"

/* ---- calls ---- */

static void *called(void *context, connection_id id, host_id host, uint16_t port) {
  struct live *live = context;
  struct span name = network_host(world_network(live->world), host)->name;
  struct sockaddr_in address;
  char text[64];
  for (size_t i = 0; i < live->config->gateway_count; i++) {
    const struct live_gateway_config *gateway = &live->config->gateways[i];
    if (gateway->port != port || !span_equal_nocase(gateway->host, name)) continue;
    if (gateway->address.len >= sizeof text) continue;
    memcpy(text, gateway->address.data, gateway->address.len);
    text[gateway->address.len] = 0;
    if (uv_ip4_addr(text, gateway->real_port, &address) == 0)
      return live_session_call(live, id, (const struct sockaddr *)&address);
  }
  return live_session_call(live, id, NULL);
}

const struct outside_events live_gateway_events = {
    .secure = live_session_secure,
    .opened = live_session_opened,
    .hello = live_session_hello,
    .heard = live_session_heard,
    .ended = live_session_ended,
    .called = called,
};

/* ---- what was asked for ---- */

static bool complain(struct error_list *errors, struct span item, const char *what, const char *expected) {
  struct arena arena = ARENA_EMPTY;
  error_list_add(errors, &(struct error){
                             .file = SPAN("--gateway"),
                             .message = arena_format(&arena, "%.*s: %s", SPAN_ARG(item), what),
                             .expected = span_from(expected),
                         });
  arena_free(&arena);
  return false;
}

static bool split_port(struct span text, struct span *name_out, uint16_t *port_out) {
  size_t colon = span_find_last(text, ':');
  uint64_t port;
  if (colon == SPAN_NONE || colon == 0 || !span_to_u64(span_skip(text, colon + 1), UINT16_MAX, &port) ||
      port == 0)
    return false;
  *name_out = span_first(text, colon);
  *port_out = (uint16_t)port;
  return true;
}

static const struct scenario_host *find_host(const struct scenario *scenario, struct span name) {
  for (size_t i = 0; i < scenario->host_count; i++)
    if (span_equal_nocase(scenario->hosts[i].name, name)) return &scenario->hosts[i];
  return NULL;
}

static bool check_host(struct span item, const struct live_gateway_config *gateway,
                       const struct scenario *scenario, struct error_list *errors) {
  const struct scenario_host *host = find_host(scenario, gateway->host);
  if (!host) return complain(errors, item, "the scenario has no such host", "one of its hosts");
  if (host->roles & (ROLE_MUA | ROLE_MRA | ROLE_DNS))
    return complain(errors, item, "a person's machine or a name server cannot be a gateway",
                    "a host that runs nothing but mta, msa, mda, pop3 or imap");
  static const struct {
    uint16_t port;
    uint32_t role;
  } ports[] = {
      {PORT_SMTP, ROLE_MTA},  {PORT_SUBMISSION, ROLE_MSA}, {PORT_SUBMISSIONS, ROLE_MSA},
      {PORT_LMTP, ROLE_MDA},  {PORT_POP3, ROLE_POP3},      {PORT_POP3S, ROLE_POP3},
      {PORT_IMAP, ROLE_IMAP}, {PORT_IMAPS, ROLE_IMAP},
  };
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
    if (gateway->port == ports[i].port && host->roles & ports[i].role) return true;
  return complain(errors, item, "the host has no server on that port",
                  "25 mta, 587 or 465 msa, 24 mda, 110 or 995 pop3, 143 or 993 imap");
}

static bool parse_one(struct span item, bool anywhere, const struct scenario *scenario,
                      struct live_gateway_config *gateway, struct error_list *errors) {
  size_t equals = span_find(item, '=');
  bool well = equals != SPAN_NONE && split_port(span_first(item, equals), &gateway->host, &gateway->port) &&
              split_port(span_skip(item, equals + 1), &gateway->address, &gateway->real_port);
  if (!well)
    return complain(errors, item, "this is no gateway",
                    "HOST:PORT=ADDRESS:PORT, as in mx.example.net:25=127.0.0.1:2525");
  struct sockaddr_in address;
  char text[64] = {0};
  if (gateway->address.len < sizeof text) memcpy(text, gateway->address.data, gateway->address.len);
  if (!text[0] || uv_ip4_addr(text, gateway->real_port, &address) != 0)
    return complain(errors, item, "this is no IPv4 address", "127.0.0.1 and a port");
  if (!anywhere && !span_starts_with_nocase(gateway->address, SPAN("127.")))
    return complain(errors, item, "this is not the loopback",
                    "an address in 127.0.0.0/8, or --listen-anywhere as well");
  return check_host(item, gateway, scenario, errors);
}

bool live_gateway_parse(struct span text, bool anywhere, const struct scenario *scenario,
                        struct live_gateway_config *gateways, size_t *count_out, struct error_list *errors) {
  struct span item;
  *count_out = 0;
  while (span_next(&text, ',', &item)) {
    if (*count_out == LIVE_GATEWAYS_MAX) return complain(errors, item, "too many gateways", "at most 16");
    if (!parse_one(item, anywhere, scenario, &gateways[*count_out], errors)) return false;
    ++*count_out;
  }
  return true;
}
