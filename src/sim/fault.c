#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "sim/network_parts.h"

/* What goes down takes its connections with it. A host that goes down forgets them at once. Whoever is at
 * the other end, or at either end of a dead line, hears nothing: it finds out when it has waited too
 * long, or when it says something and the other host, up again, answers that it knows of no such
 * connection. */

struct affected {
  struct connection **connections;
  size_t count, capacity;
};

static int by_id(const void *a, const void *b) {
  connection_id x = (*(struct connection *const *)a)->id, y = (*(struct connection *const *)b)->id;
  return (x > y) - (x < y);
}

static bool touches(const struct connection *connection, host_id a, host_id b) {
  host_id client = connection->sides[CLIENT].host, server = connection->sides[SERVER].host;
  if (b == 0) return client == a || server == a;
  return (client == a && server == b) || (client == b && server == a);
}

/* The connections of a host, or (b not 0) between two, in the order of their numbers. */
static struct affected find_affected(const struct network *network, host_id a, host_id b) {
  struct affected found = {0};
  for (size_t i = 0; i < network->slab_count; i++) {
    for (int k = 0; k < CONNECTIONS_A_SLAB; k++) {
      struct connection *connection = &network->slabs[i][k];
      if (connection->id == 0 || !touches(connection, a, b)) continue;
      found.connections =
          mem_grow(found.connections, &found.capacity, found.count + 1, sizeof *found.connections);
      found.connections[found.count++] = connection;
    }
  }
  if (found.count > 0) qsort(found.connections, found.count, sizeof *found.connections, by_id);
  return found;
}

static void break_connection(struct connection *connection, enum unreachable why) {
  struct network *network = connection->network;
  connection->broken = true;
  for (int side = CLIENT; side <= SERVER; side++) {
    host_id host = connection->sides[side].host; /* 0: nobody, who is told nothing either */
    if (!host || network_host_is_up(network, host))
      connection_break_later(connection, side, why);
    else
      connection_break_now(connection, side, SPAN("host down"));
  }
  connection_settle(connection);
}

static journal_seq note_fault(struct network *network, host_id a, host_id b, struct span what,
                              struct span why) {
  struct journal_record record = {.kind = JOURNAL_FAULT, .host = a, .number = {b}, .text = {what, why}};
  return sim_note(network->sim, &record);
}

/* Notes the fault and, if something went down, breaks what depends on it, because of it. */
static void fault(struct network *network, host_id a, host_id b, bool up, struct span why) {
  struct sim *sim = network->sim;
  struct span what = b ? up ? SPAN("link_up") : SPAN("link_down") : up ? SPAN("host_up") : SPAN("host_down");
  journal_seq before = sim_cause(sim);
  sim_set_cause(sim, note_fault(network, a, b, what, why));
  if (!up) {
    struct affected affected = find_affected(network, a, b);
    for (size_t i = 0; i < affected.count; i++)
      break_connection(affected.connections[i], b ? LINK_DOWN : HOST_DOWN);
    mem_free(affected.connections);
  }
  sim_set_cause(sim, before);
}

void network_set_host_up(struct network *network, host_id id, bool up, struct span why) {
  struct host *host = network_find_host(network, id);
  if (host->down == !up) return;
  host->down = !up;
  fault(network, id, 0, up, why);
}

void network_set_link_up(struct network *network, host_id a, host_id b, bool up, struct span why) {
  network_find_host(network, a);
  network_find_host(network, b);
  struct path *path = network_own_path(network, a, b);
  if (path->down == !up) return;
  path->down = !up;
  fault(network, a, b, up, why);
}

void network_set_link_strips_tls(struct network *network, host_id a, host_id b, bool strips,
                                 struct span why) {
  network_find_host(network, a);
  network_find_host(network, b);
  struct path *path = network_own_path(network, a, b);
  if (path->strips_tls == strips) return;
  path->strips_tls = strips;
  if (strips) network->any_strips_tls = true;
  note_fault(network, a, b, strips ? SPAN("tls_stripped") : SPAN("tls_let_through"), why);
}
