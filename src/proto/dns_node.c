#include "proto/dns_node.h"

#include "base/check.h"
#include "base/mem.h"

enum { FIRST_BUCKETS = 16 };

static size_t bucket_of(const struct dns_zones *zones, struct span key) {
  return span_hash(key) & (zones->bucket_count - 1);
}

const struct dns_node *dns_nodes_at(const struct dns_zones *zones, struct span key) {
  if (zones->bucket_count == 0) return NULL;
  uint32_t index = zones->buckets[bucket_of(zones, key)];
  while (index != NO_INDEX && !span_equal(zones->nodes[index].key, key)) {
    index = zones->nodes[index].next_in_bucket;
  }
  return index == NO_INDEX ? NULL : &zones->nodes[index];
}

static void link_node(struct dns_zones *zones, uint32_t index) {
  struct dns_node *node = &zones->nodes[index];
  uint32_t *bucket = &zones->buckets[bucket_of(zones, node->key)];
  node->next_in_bucket = *bucket;
  *bucket = index;
}

static void grow_buckets(struct dns_zones *zones) {
  mem_free(zones->buckets);
  zones->bucket_count = zones->bucket_count ? zones->bucket_count * 2 : FIRST_BUCKETS;
  zones->buckets = mem_alloc(zones->bucket_count * sizeof *zones->buckets);
  for (size_t i = 0; i < zones->bucket_count; i++) zones->buckets[i] = NO_INDEX;
  for (size_t i = 0; i < zones->node_count; i++)
    if (!zones->nodes[i].is_gone) link_node(zones, (uint32_t)i);
}

static struct dns_node *add_node(struct dns_zones *zones, struct span key) {
  if (zones->node_count >= zones->bucket_count) grow_buckets(zones);
  CHECK(zones->node_count < NO_INDEX);
  zones->nodes = mem_grow(zones->nodes, &zones->node_capacity, zones->node_count + 1, sizeof *zones->nodes);
  struct dns_node *node = &zones->nodes[zones->node_count++];
  *node = (struct dns_node){
      .key = arena_copy(&zones->arena, key), .zone = NO_INDEX, .first = NO_INDEX, .last = NO_INDEX};
  link_node(zones, (uint32_t)(zones->node_count - 1));
  return node;
}

/* The front of key that is one label longer than *len; false at its end. */
static bool one_label_more(struct span key, size_t *len) {
  if (*len >= key.len) return false;
  while (key.data[*len] != 0) (*len)++;
  (*len)++;
  return true;
}

struct dns_node *dns_nodes_make(struct dns_zones *zones, struct span name) {
  uint8_t octets[DNS_NAME_KEY_MAX];
  size_t key_len = dns_name_key(name, octets);
  CHECK(key_len != SPAN_NONE);
  struct span key = span_of((const char *)octets, key_len);
  size_t len = 0;
  const struct dns_node *node;
  do {
    node = dns_nodes_at(zones, span_first(key, len));
    if (!node) node = add_node(zones, span_first(key, len));
  } while (one_label_more(key, &len));
  return &zones->nodes[node - zones->nodes];
}

void dns_nodes_drop(struct dns_zones *zones, const struct dns_node *node) {
  uint32_t index = (uint32_t)(node - zones->nodes);
  if (node->first != NO_INDEX || node->zone != NO_INDEX) return;
  for (size_t i = 0; i < zones->node_count; i++)
    if (i != index && !zones->nodes[i].is_gone && span_starts_with(zones->nodes[i].key, node->key)) return;
  uint32_t *link = &zones->buckets[bucket_of(zones, node->key)];
  while (*link != index) link = &zones->nodes[*link].next_in_bucket;
  *link = node->next_in_bucket;
  zones->nodes[index].is_gone = true;
}

uint32_t dns_nodes_next(const struct dns_zones *zones, uint32_t index, enum dns_type type) {
  while (index != NO_INDEX && type != DNS_TYPE_ANY && zones->stored[index].record.type != type) {
    index = zones->stored[index].next;
  }
  return index;
}

bool dns_nodes_find(const struct dns_zones *zones, struct span name, struct dns_place *place_out) {
  *place_out = (struct dns_place){0};
  uint8_t octets[DNS_NAME_KEY_MAX];
  size_t key_len = dns_name_key(name, octets), len = 0;
  if (key_len == SPAN_NONE) return false;
  struct span key = span_of((const char *)octets, key_len);
  do {
    const struct dns_node *node = dns_nodes_at(zones, span_first(key, len));
    if (!node) return true;
    place_out->node = node;
    if (node->zone != NO_INDEX) {
      place_out->origin = node;
      place_out->cut = NULL;
    } else if (place_out->origin && !place_out->cut && dns_node_has(zones, node, DNS_TYPE_NS)) {
      place_out->cut = node;
    }
    place_out->exists = len == key.len;
  } while (one_label_more(key, &len));
  return true;
}
