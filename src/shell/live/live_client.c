#include "shell/live/live_client.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static void read_address(const uv_tcp_t *socket, char *text, size_t size) {
  static const char mapped[] = "::ffff:";
  struct sockaddr_storage peer;
  int length = sizeof peer;
  snprintf(text, size, "?"); /* it has gone already */
  if (uv_tcp_getpeername(socket, (struct sockaddr *)&peer, &length) != 0) return;
  if (peer.ss_family == AF_INET6)
    uv_ip6_name((const struct sockaddr_in6 *)&peer, text, size);
  else
    uv_ip4_name((const struct sockaddr_in *)&peer, text, size);
  if (strncmp(text, mapped, sizeof mapped - 1) == 0 && strchr(text, '.'))
    memmove(text, text + sizeof mapped - 1, strlen(text) - sizeof mapped + 2);
}

unsigned live_client_number(const struct live *live, const struct live_client *client) {
  return (unsigned)(client - live->clients);
}

static void announce(const struct live *live, const struct live_client *client) {
  struct network *network = world_network(live->world);
  unsigned number = live_client_number(live, client);
  const struct network_host *host = network_host(network, outside_client_host(live->outside, number));
  bool last = number + 1 == outside_client_count(live->outside);
  printf("%s is %.*s [%.*s] in the story%s\n", client->address, SPAN_ARG(host->name), SPAN_ARG(host->address),
         last && number ? "; so is whoever comes after it: --clients gives more" : "");
  fflush(stdout);
}

struct live_client *live_client_of(struct live *live, const uv_tcp_t *socket) {
  char text[sizeof live->clients->address];
  unsigned most = outside_client_count(live->outside);
  read_address(socket, text, sizeof text);
  for (size_t i = 0; i < live->client_count; i++)
    if (strcmp(live->clients[i].address, text) == 0) return &live->clients[i];
  if (live->client_count == most) return &live->clients[most - 1];
  if (!live->clients) live->clients = mem_zalloc(most * sizeof *live->clients);
  struct live_client *client = &live->clients[live->client_count++];
  memcpy(client->address, text, sizeof text);
  client->tokens = live->config->rate_max;
  announce(live, client);
  return client;
}

void live_client_refill_all(struct live *live, uint32_t more) {
  for (size_t i = 0; i < live->client_count; i++) {
    struct live_client *client = &live->clients[i];
    uint32_t most = live->config->rate_max;
    client->tokens = client->tokens + more > most ? most : client->tokens + more;
  }
}

struct live_client *live_client_busiest(struct live *live) {
  struct live_client *busiest = NULL;
  for (size_t i = 0; i < live->client_count; i++)
    if (live->clients[i].sessions > (busiest ? busiest->sessions : 0)) busiest = &live->clients[i];
  return busiest;
}
