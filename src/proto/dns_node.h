/* dns_node: the tree of names behind dns_zone.
 *
 * A node for every name that exists: one with records, the origin of a zone, and whatever lies between
 * them and the root (a name without records of its own exists if something is below it, RFC 4592 2.2.2).
 * Found by key (dns_name_key): an ancestor's key is the front of its descendants'. Private to dns_zone*.c.
 */
#pragma once

#include "proto/dns_zone.h"

enum { NO_INDEX = UINT32_MAX };

struct dns_node {
  struct span key;
  uint32_t next_in_bucket;
  uint32_t zone;        /* index, if it is an origin; else NO_INDEX */
  uint32_t first, last; /* of its records, in the order added; NO_INDEX if it has none */
  bool is_gone;         /* nothing finds it any more */
};

struct dns_stored {
  struct dns_record record;
  uint32_t next; /* of the same name */
  uint32_t zone;
};

struct dns_zone {
  struct span origin;
  uint32_t soa; /* index in stored, or NO_INDEX */
};

struct dns_zones {
  struct arena arena;
  struct dns_zone *zones;
  size_t zone_count, zone_capacity;
  struct dns_stored *stored;
  size_t stored_count, stored_capacity;
  struct dns_node *nodes; /* the root is the first */
  size_t node_count, node_capacity;
  uint32_t *buckets; /* a power of two of them */
  size_t bucket_count;
};

/* A name's way down from the root, as far as it exists. */
struct dns_place {
  const struct dns_node *node;   /* the deepest node on the way: the name itself, or its closest encloser */
  const struct dns_node *origin; /* of the deepest zone; NULL if there is none */
  const struct dns_node *cut;    /* the topmost delegation within that zone; NULL if there is none */
  bool exists;
};

/* False if the text is not a name. */
bool dns_nodes_find(const struct dns_zones *zones, struct span name, struct dns_place *place_out);
const struct dns_node *dns_nodes_at(const struct dns_zones *zones,
                                    struct span key); /* NULL if there is none */
/* The name's node and all above it, made where they are missing. */
struct dns_node *dns_nodes_make(struct dns_zones *zones, struct span name);

/* The name does not exist any more, if it has no records and nothing is below it. */
void dns_nodes_drop(struct dns_zones *zones, const struct dns_node *node);

/* The next record of that type, from index on along a node's list; NO_INDEX if there is none. */
uint32_t dns_nodes_next(const struct dns_zones *zones, uint32_t index, enum dns_type type);
static inline bool dns_node_has(const struct dns_zones *zones, const struct dns_node *node,
                                enum dns_type type) {
  return dns_nodes_next(zones, node->first, type) != NO_INDEX;
}
