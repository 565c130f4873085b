#include "base/check.h"
#include "base/mem.h"
#include "sim/network_parts.h"

enum {
  LATENCY_US = 20000,      /* of the default path until it is set */
  LOOPBACK_US = 50,        /* from a host to itself */
  EPHEMERAL_FIRST = 49152, /* ports of clients (RFC 6335 section 6) */
  EPHEMERAL_LAST = 65535,
};

struct network *network_new(struct sim *sim) {
  struct network *network = mem_zalloc(sizeof *network);
  network->sim = sim;
  network->at_hand_id = NEVER_GIVEN;
  network->default_path = (struct path){.latency_us = LATENCY_US, .is_default = true};
  network->loopback = (struct path){.latency_us = LOOPBACK_US};
  return network;
}

void network_free(struct network *network) {
  if (!network) return;
  connection_free_all(network);
  datagram_free_all(network);
  for (size_t i = 0; i < network->host_count; i++) {
    mem_free(network->hosts[i]->listeners);
    mem_free(network->hosts[i]->receivers);
  }
  mem_free(network->hosts);
  mem_free(network->names);
  mem_free(network->addresses);
  id_map_free(&network->paths);
  id_map_free(&network->connections);
  arena_free(&network->arena);
  mem_free(network);
}

struct sim *network_sim(const struct network *network) {
  return network->sim;
}

void network_set_dribble(struct network *network, bool dribble) {
  network->dribble = dribble;
}

/* ---- hosts ---- */

struct host *network_find_host(const struct network *network, host_id id) {
  CHECK(id >= 1 && id <= network->host_count);
  return network->hosts[id - 1];
}

const struct network_host *network_host(const struct network *network, host_id id) {
  return &network_find_host(network, id)->told;
}
uint16_t network_host_count(const struct network *network) {
  return (uint16_t)network->host_count;
}
bool network_host_is_up(const struct network *network, host_id id) {
  return !network_find_host(network, id)->down;
}
int64_t network_host_unix_us(const struct network *network, host_id id) {
  return sim_unix_us(network->sim) + network_find_host(network, id)->told.clock_offset_us;
}

bool network_host_has(const struct network *network, host_id id, struct span address) {
  const struct network_host *host = network_host(network, id);
  bool has = host->address.len && span_equal_nocase(host->address, address);
  for (size_t i = 0; i < host->further_count && !has; i++) has = span_equal_nocase(host->further[i], address);
  return has;
}

struct span network_host_address(const struct network *network, host_id id, enum ip_family family) {
  return network_find_host(network, id)->first[family];
}

/* ---- hosts by name and by address ---- */

/* Where the host with that name is in the table, or the free place where it would be. */
static host_id *find_name(const struct network *network, struct span name) {
  size_t at = span_hash_nocase(name) & (network->table_slots - 1);
  while (network->names[at] && !span_equal_nocase(network_host(network, network->names[at])->name, name))
    at = (at + 1) & (network->table_slots - 1);
  return &network->names[at];
}

/* The same of an address. */
static struct address_entry *find_address(const struct network *network, const struct ip_address *address) {
  struct span octets = span_of((const char *)address->bytes, ip_address_size(address));
  size_t at = span_hash(octets) & (network->table_slots - 1);
  while (network->addresses[at].host && !ip_address_equal(&network->addresses[at].address, address))
    at = (at + 1) & (network->table_slots - 1);
  return &network->addresses[at];
}

static void index_address(struct network *network, host_id id, struct span text) {
  struct address_entry added = {.host = id, .text = text};
  if (!ip_address_parse(text, &added.address)) return; /* it has none */
  struct address_entry *place = find_address(network, &added.address);
  if (!place->host) *place = added;
}

/* The first of a name, or of an address, keeps it. */
static void index_host(struct network *network, host_id id) {
  const struct network_host *host = network_host(network, id);
  host_id *place = find_name(network, host->name);
  if (*place == 0) *place = id;
  index_address(network, id, host->address);
  for (size_t i = 0; i < host->further_count; i++) index_address(network, id, host->further[i]);
}

static void enlarge_index(struct network *network) {
  mem_free(network->names);
  mem_free(network->addresses);
  network->table_slots = network->table_slots ? network->table_slots : 64;
  while (2 * (network->host_count + network->further_count) > network->table_slots) network->table_slots *= 2;
  network->names = mem_zalloc(network->table_slots * sizeof *network->names);
  network->addresses = mem_zalloc(network->table_slots * sizeof *network->addresses);
  for (size_t id = 1; id <= network->host_count; id++) index_host(network, (host_id)id);
}

host_id network_host_named(const struct network *network, struct span name) {
  return network->host_count ? *find_name(network, name) : 0;
}

host_id network_host_with(const struct network *network, const struct ip_address *address,
                          struct span *text_out) {
  const struct address_entry *found = network->host_count ? find_address(network, address) : NULL;
  if (!found || !found->host) return 0;
  *text_out = found->text;
  return found->host;
}

host_id network_host_at(const struct network *network, struct span address) {
  struct ip_address octets;
  struct span text;
  return ip_address_parse(address, &octets) ? network_host_with(network, &octets, &text) : 0;
}

static void find_families(struct host *host) {
  for (size_t i = host->told.further_count; i-- > 0;)
    host->first[ip_family_of_text(host->told.further[i])] = host->told.further[i];
  host->first[ip_family_of_text(host->told.address)] = host->told.address;
}

host_id network_add_host(struct network *network, const struct network_host *host) {
  CHECK(network->host_count < NETWORK_HOSTS_MAX);
  network->hosts =
      mem_grow(network->hosts, &network->host_capacity, network->host_count + 1, sizeof *network->hosts);
  struct host *added = arena_alloc(&network->arena, sizeof *added);
  *added = (struct host){.told = *host, .last_port = EPHEMERAL_FIRST - 1};
  find_families(added);
  network->further_count += host->further_count;
  network->hosts[network->host_count++] = added;
  host_id id = (host_id)network->host_count;
  if ((network->host_count + network->further_count) * 2 > network->table_slots)
    enlarge_index(network);
  else
    index_host(network, id);
  return id;
}

uint16_t network_next_port(struct network *network, host_id id) {
  struct host *host = network_find_host(network, id);
  host->last_port = host->last_port == EPHEMERAL_LAST ? EPHEMERAL_FIRST : (uint16_t)(host->last_port + 1);
  return host->last_port;
}

/* ---- paths ---- */

static uint32_t pair_of(host_id a, host_id b) {
  return a < b ? (uint32_t)a << 16 | b : (uint32_t)b << 16 | a;
}

const struct path *network_path(const struct network *network, host_id a, host_id b) {
  const struct path *path = id_map_get(&network->paths, pair_of(a, b));
  if (path && !path->is_default) return path;
  return a == b ? &network->loopback : &network->default_path;
}

struct path *network_own_path(struct network *network, host_id a, host_id b) {
  struct path *path = id_map_get(&network->paths, pair_of(a, b));
  if (path) return path;
  path = arena_zalloc(&network->arena, sizeof *path);
  path->is_default = true;
  id_map_put(&network->paths, pair_of(a, b), path);
  return path;
}

enum unreachable network_obstacle(const struct network *network, host_id from, host_id to) {
  if (to == 0) return NO_HOST;
  if (!network_host_is_up(network, from) || !network_host_is_up(network, to)) return HOST_DOWN;
  const struct path *path = id_map_get(&network->paths, pair_of(from, to));
  return path && path->down ? LINK_DOWN : REACHABLE;
}

bool network_strips_tls(const struct network *network, host_id a, host_id b) {
  if (!network->any_strips_tls) return false;
  const struct path *path = id_map_get(&network->paths, pair_of(a, b));
  return path && path->strips_tls;
}

void network_set_default_path(struct network *network, int64_t latency_us, int64_t bytes_per_second) {
  CHECK(latency_us >= 0 && bytes_per_second >= 0);
  network->default_path.latency_us = latency_us;
  network->default_path.bytes_per_second = bytes_per_second;
}

void network_add_link(struct network *network, const struct network_link *link) {
  CHECK(link->latency_us >= 0 && link->bytes_per_second >= 0);
  network_find_host(network, link->a);
  network_find_host(network, link->b);
  struct path *path = network_own_path(network, link->a, link->b);
  path->latency_us = link->latency_us;
  path->bytes_per_second = link->bytes_per_second;
  path->is_default = false;
}

/* ---- who listens ---- */

const struct listener *network_listener(const struct network *network, host_id id, uint16_t port) {
  const struct host *host = network_find_host(network, id);
  for (size_t i = 0; i < host->listener_count; i++)
    if (host->listeners[i].port == port) return &host->listeners[i];
  return NULL;
}

void network_listen(struct network *network, host_id id, uint16_t port, uint16_t agent, listen_fn *fn,
                    void *context) {
  struct host *host = network_find_host(network, id);
  CHECK(!network_listener(network, id, port));
  host->listeners =
      mem_grow(host->listeners, &host->listener_capacity, host->listener_count + 1, sizeof *host->listeners);
  host->listeners[host->listener_count++] = (struct listener){port, agent, fn, context};
}

const struct receiver *network_receiver(const struct network *network, host_id id, uint16_t port) {
  const struct host *host = network_find_host(network, id);
  for (size_t i = 0; i < host->receiver_count; i++)
    if (host->receivers[i].port == port) return &host->receivers[i];
  return NULL;
}

void network_on_datagram(struct network *network, host_id id, uint16_t port, datagram_fn *fn, void *context) {
  struct host *host = network_find_host(network, id);
  CHECK(!network_receiver(network, id, port));
  host->receivers =
      mem_grow(host->receivers, &host->receiver_capacity, host->receiver_count + 1, sizeof *host->receivers);
  host->receivers[host->receiver_count++] = (struct receiver){port, fn, context};
}
