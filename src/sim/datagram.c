#include "base/mem.h"
#include "sim/network_parts.h"

/* On its way: the bytes follow. */
struct datagram {
  struct datagram *next, *previous;
  struct network *network;
  uint64_t tag;
  size_t len;
  host_id from, to;
  uint16_t port;
  char bytes[];
};

static void free_one(struct datagram *datagram) {
  if (datagram->next) datagram->next->previous = datagram->previous;
  if (datagram->previous)
    datagram->previous->next = datagram->next;
  else
    datagram->network->datagrams = datagram->next;
  mem_give(datagram, sizeof *datagram + datagram->len);
}

void datagram_free_all(struct network *network) {
  while (network->datagrams) free_one(network->datagrams);
}

static void arrive(void *context) {
  struct datagram *datagram = context;
  struct network *network = datagram->network;
  const struct receiver *receiver = network_receiver(network, datagram->to, datagram->port);
  if (receiver && network_obstacle(network, datagram->from, datagram->to) == REACHABLE)
    receiver->fn(receiver->context, datagram->from, datagram->tag, span_of(datagram->bytes, datagram->len));
  free_one(datagram);
}

void network_send_datagram(struct network *network, host_id from, host_id to, uint16_t port, uint64_t tag,
                           struct span bytes) {
  if (network_obstacle(network, from, to) != REACHABLE) return;
  const struct path *path = network_path(network, from, to);
  struct datagram *datagram = mem_take(sizeof *datagram + bytes.len);
  *datagram = (struct datagram){.next = network->datagrams,
                                .network = network,
                                .tag = tag,
                                .len = bytes.len,
                                .from = from,
                                .to = to,
                                .port = port};
  if (datagram->next) datagram->next->previous = datagram;
  network->datagrams = datagram;
  if (bytes.len) memcpy(datagram->bytes, bytes.data, bytes.len);
  sim_after(network->sim, path->latency_us + path_transfer_us(path, bytes.len), arrive, datagram);
}
