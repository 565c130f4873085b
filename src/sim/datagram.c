#include "sim/network_parts.h"

/* On its way: the bytes follow. */
struct datagram {
  struct network *network;
  uint64_t tag;
  size_t size; /* of the piece of memory */
  size_t len;
  host_id from, to;
  uint16_t port;
  char bytes[];
};

static void arrive(void *context) {
  struct datagram *datagram = context;
  struct network *network = datagram->network;
  const struct receiver *receiver = network_receiver(network, datagram->to, datagram->port);
  if (receiver && network_obstacle(network, datagram->from, datagram->to) == REACHABLE)
    receiver->fn(receiver->context, datagram->from, datagram->tag, span_of(datagram->bytes, datagram->len));
  pool_give_back(&network->pool, datagram, datagram->size);
}

void network_send_datagram(struct network *network, host_id from, host_id to, uint16_t port, uint64_t tag,
                           struct span bytes) {
  if (network_obstacle(network, from, to) != REACHABLE) return;
  const struct path *path = network_path(network, from, to);
  size_t size;
  struct datagram *datagram = pool_take(&network->pool, offsetof(struct datagram, bytes) + bytes.len, &size);
  *datagram = (struct datagram){
      .network = network, .tag = tag, .size = size, .len = bytes.len, .from = from, .to = to, .port = port};
  if (bytes.len) memcpy(datagram->bytes, bytes.data, bytes.len);
  sim_after(network->sim, path->latency_us + path_transfer_us(path, bytes.len), arrive, datagram);
}
