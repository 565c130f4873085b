#include "proto/dns_zone.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/dns_node.h"

struct dns_zones *dns_zones_new(void) {
  struct dns_zones *zones = mem_zalloc(sizeof *zones);
  dns_nodes_make(zones, DNS_ROOT);
  return zones;
}

void dns_zones_free(struct dns_zones *zones) {
  if (!zones) return;
  mem_free(zones->zones);
  mem_free(zones->stored);
  mem_free(zones->nodes);
  mem_free(zones->buckets);
  arena_free(&zones->arena);
  mem_free(zones);
}

enum dns_problem dns_zones_add(struct dns_zones *zones, struct span origin) {
  struct span name;
  enum dns_problem problem = dns_name_parse(origin, DNS_ROOT, &zones->arena, &name);
  if (problem != DNS_OK) return problem;
  struct dns_node *node = dns_nodes_make(zones, name);
  if (node->zone != NO_INDEX) return DNS_OK;
  node->zone = (uint32_t)zones->zone_count;
  zones->zones = mem_grow(zones->zones, &zones->zone_capacity, zones->zone_count + 1, sizeof *zones->zones);
  zones->zones[zones->zone_count++] =
      (struct dns_zone){.origin = arena_copy(&zones->arena, name), .soa = NO_INDEX};
  return DNS_OK;
}

static bool has_equal(const struct dns_zones *zones, const struct dns_node *node,
                      const struct dns_record *record) {
  for (uint32_t i = node->first; i != NO_INDEX; i = zones->stored[i].next) {
    if (dns_record_equal(&zones->stored[i].record, record)) return true;
  }
  return false;
}

/* Whether the record may stand at its name, beside what is there. */
static enum dns_problem may_add(const struct dns_zones *zones, const struct dns_place *place,
                                const struct dns_record *record) {
  if (!place->origin) return DNS_NOT_IN_ZONE;
  if (record->type == DNS_TYPE_SOA) {
    bool at_top = place->exists && place->node == place->origin;
    return at_top && zones->zones[place->origin->zone].soa == NO_INDEX ? DNS_OK : DNS_BAD_SOA;
  }
  if (!place->exists || place->node->first == NO_INDEX) return DNS_OK;
  bool alias_there = dns_node_has(zones, place->node, DNS_TYPE_CNAME);
  return alias_there || record->type == DNS_TYPE_CNAME ? DNS_CNAME_AND_OTHER : DNS_OK;
}

static uint32_t store(struct dns_zones *zones, const struct dns_record *record, uint32_t zone) {
  CHECK(zones->stored_count < NO_INDEX);
  zones->stored =
      mem_grow(zones->stored, &zones->stored_capacity, zones->stored_count + 1, sizeof *zones->stored);
  char *texts = arena_alloc(&zones->arena, dns_record_texts_size(record));
  zones->stored[zones->stored_count] =
      (struct dns_stored){.record = dns_record_copy(record, &texts), .next = NO_INDEX, .zone = zone};
  return (uint32_t)zones->stored_count++;
}

enum dns_problem dns_zones_add_record(struct dns_zones *zones, const struct dns_record *record) {
  struct dns_record canonical = *record;
  enum dns_problem problem = dns_name_parse(record->name, DNS_ROOT, &zones->arena, &canonical.name);
  if (problem != DNS_OK) return problem;
  struct dns_place place;
  dns_nodes_find(zones, canonical.name, &place);
  if (place.exists && has_equal(zones, place.node, &canonical)) return DNS_OK;
  problem = may_add(zones, &place, &canonical);
  if (problem != DNS_OK) return problem;

  uint32_t zone = place.origin->zone;
  struct dns_node *node = dns_nodes_make(zones, canonical.name);
  uint32_t index = store(zones, &canonical, zone);
  if (node->first == NO_INDEX)
    node->first = index;
  else
    zones->stored[node->last].next = index;
  node->last = index;
  if (canonical.type == DNS_TYPE_SOA) zones->zones[zone].soa = index;
  return DNS_OK;
}

static bool is_taken(const struct dns_record *record, enum dns_type type, const struct dns_record *only,
                     bool is_top) {
  if (record->type == DNS_TYPE_SOA || (is_top && record->type == DNS_TYPE_NS)) return false;
  if (only) return dns_record_equal(record, only);
  return type == DNS_TYPE_ANY || record->type == type;
}

size_t dns_zones_remove(struct dns_zones *zones, struct span name, enum dns_type type,
                        const struct dns_record *only, struct buf *taken) {
  struct dns_place place;
  if (!dns_nodes_find(zones, name, &place) || !place.exists) return 0;
  struct dns_node *node = &zones->nodes[place.node - zones->nodes];
  uint32_t *link = &node->first, last = NO_INDEX;
  size_t count = 0;
  while (*link != NO_INDEX) {
    struct dns_stored *stored = &zones->stored[*link];
    if (is_taken(&stored->record, type, only, node == place.origin)) {
      if (taken->len) buf_add_char(taken, '\n');
      dns_record_write(&stored->record, taken);
      stored->zone = NO_INDEX;
      *link = stored->next;
      count++;
    } else {
      last = *link;
      link = &stored->next;
    }
  }
  node->last = last;
  if (count) dns_nodes_drop(zones, node);
  return count;
}

/* Times as RIPE-203 and many a real zone have them. */
static void complete(struct dns_zones *zones, struct dns_zone *zone, struct span server, uint32_t serial,
                     uint32_t negative_ttl_s) {
  enum { DAY_S = 86400 };
  struct span responsible = DNS_ROOT;
  dns_name_parse(SPAN("hostmaster"), zone->origin, &zones->arena, &responsible);
  struct dns_record soa = {.name = zone->origin, .type = DNS_TYPE_SOA, .ttl_s = DAY_S};
  soa.soa = (struct dns_soa){.primary = server,
                             .responsible = responsible,
                             .serial = serial,
                             .refresh_s = DAY_S,
                             .retry_s = DAY_S / 12,
                             .expire_s = 41 * DAY_S + DAY_S / 3,
                             .minimum_s = negative_ttl_s};
  struct dns_record ns = {.name = zone->origin, .type = DNS_TYPE_NS, .ttl_s = DAY_S, .target = server};
  bool has_soa = zone->soa != NO_INDEX;
  struct dns_place place;
  dns_nodes_find(zones, zone->origin, &place);
  bool has_ns = dns_node_has(zones, place.node, DNS_TYPE_NS);
  if (!has_soa) dns_zones_add_record(zones, &soa);
  if (!has_ns) dns_zones_add_record(zones, &ns);
}

enum dns_problem dns_zones_complete(struct dns_zones *zones, struct span server, uint32_t serial,
                                    uint32_t negative_ttl_s) {
  struct span name;
  enum dns_problem problem = dns_name_parse(server, DNS_ROOT, &zones->arena, &name);
  for (size_t i = 0; i < zones->zone_count && problem == DNS_OK; i++) {
    struct dns_zone zone = zones->zones[i];
    complete(zones, &zone, name, serial, negative_ttl_s);
  }
  return problem;
}

size_t dns_zones_count(const struct dns_zones *zones) {
  return zones->zone_count;
}

struct span dns_zones_origin(const struct dns_zones *zones, size_t zone) {
  CHECK(zone < zones->zone_count);
  return zones->zones[zone].origin;
}

struct dns_section dns_zones_records(const struct dns_zones *zones, size_t zone, struct arena *arena) {
  CHECK(zone < zones->zone_count);
  size_t count = 0;
  for (size_t i = 0; i < zones->stored_count; i++) count += zones->stored[i].zone == zone;
  struct dns_record *records = arena_alloc(arena, count * sizeof *records);
  uint32_t soa = zones->zones[zone].soa;
  size_t n = 0;
  if (soa != NO_INDEX) records[n++] = zones->stored[soa].record;
  for (size_t i = 0; i < zones->stored_count; i++) {
    if (zones->stored[i].zone == zone && i != soa) records[n++] = zones->stored[i].record;
  }
  return (struct dns_section){records, count};
}

enum dns_problem dns_zones_read(struct dns_zones *zones, struct span origin, struct span text,
                                size_t *line_out) {
  struct dns_file_state state = {.origin = origin, .ttl_s = DNS_TTL_DEFAULT};
  struct arena arena = ARENA_EMPTY;
  struct span rest = text;
  struct dns_record record;
  enum dns_problem problem = DNS_OK;
  if (dns_name_parse(origin, DNS_ROOT, &arena, &state.origin) != DNS_OK) problem = DNS_NOT_IN_ZONE;
  struct span top = state.origin;
  while (problem == DNS_OK && dns_record_next(&rest, &state, &arena, &record, &problem)) {
    problem = dns_name_is_within(record.name, top) ? dns_zones_add_record(zones, &record) : DNS_NOT_IN_ZONE;
  }
  *line_out = 0;
  for (size_t i = 0; i + rest.len < text.len; i++) *line_out += text.data[i] == '\n';
  if (*line_out == 0 || text.data[text.len - rest.len - 1] != '\n') ++*line_out;
  arena_free(&arena);
  return problem;
}

void dns_zones_write(const struct dns_zones *zones, size_t zone, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct dns_section records = dns_zones_records(zones, zone, &arena);
  buf_add_text(out, "; the zone ");
  dns_name_write(dns_zones_origin(zones, zone), out);
  buf_add_char(out, '\n');
  for (size_t i = 0; i < records.count; i++) {
    dns_record_write(&records.records[i], out);
    buf_add_char(out, '\n');
  }
  arena_free(&arena);
}
