#include "world/scenario_names.h"

#include "base/check.h"
#include "base/mem.h"

void name_index_init(struct name_index *index, size_t count, bool any_case) {
  index->capacity = 16;
  while (index->capacity < count + count / 2) index->capacity *= 2;
  mem_free(index->slots);
  index->slots = mem_zalloc(index->capacity * sizeof *index->slots);
  index->any_case = any_case;
}

/* A name's first eight octets, in small letters where case does not count, and a hash of it. */
static struct name_slot slot_for(const struct name_index *index, const struct span *name) {
  struct name_slot slot = {.hash = (uint32_t)name->len, .name = name};
  char small[8] = {0};
  uint64_t hash = name->len, word;
  struct span rest = *name;
  do {
    size_t count = rest.len < 8 ? rest.len : 8;
    for (size_t i = 0; i < count; i++) small[i] = index->any_case ? ascii_lower(rest.data[i]) : rest.data[i];
    memset(small + count, 0, 8 - count);
    memcpy(&word, small, 8);
    if (rest.data == name->data) slot.head = word;
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
    rest = span_skip(rest, 8);
  } while (rest.len);
  slot.hash = (uint32_t)hash | UINT32_C(1) << 31; /* 0 is a free slot's */
  return slot;
}

static bool same_name(const struct name_index *index, const struct name_slot *a, const struct name_slot *b) {
  if (a->hash != b->hash || a->head != b->head) return false;
  if (b->name->len < 8 && memchr(&a->head, 0, 8)) return true; /* all of it was in the head */
  return index->any_case ? span_equal_nocase(*a->name, *b->name) : span_equal(*a->name, *b->name);
}

/* The slot where the name is, or would be. */
static struct name_slot *slot_of(const struct name_index *index, const struct name_slot *wanted) {
  for (size_t at = wanted->hash;; at++) {
    struct name_slot *slot = &index->slots[at & (index->capacity - 1)];
    if (!slot->hash || same_name(index, slot, wanted)) return slot;
  }
}

const struct span *name_index_add(struct name_index *index, const struct span *name) {
  struct name_slot wanted = slot_for(index, name);
  struct name_slot *slot = slot_of(index, &wanted);
  if (slot->hash) return slot->name;
  *slot = wanted;
  return NULL;
}

const struct span *name_index_find(const struct name_index *index, struct span name) {
  if (!index->capacity) return NULL;
  struct name_slot wanted = slot_for(index, &name);
  return slot_of(index, &wanted)->name;
}

/* The name is the first member of both structs. */
_Static_assert(offsetof(struct scenario_host, name) == 0, "found by its name");
_Static_assert(offsetof(struct scenario_person, name) == 0, "found by its name");

struct scenario_host *host_named(const struct loading *loading, struct span name) {
  return (struct scenario_host *)(uintptr_t)name_index_find(&loading->hosts, name);
}

struct scenario_person *person_named(const struct loading *loading, struct span name) {
  return (struct scenario_person *)(uintptr_t)name_index_find(&loading->people, name);
}

struct scenario_host *find_host(struct loading *loading, const struct place *place, struct span name) {
  struct scenario_host *host = host_named(loading, name);
  if (host || loading_is_full(loading)) return host;
  const struct scenario *scenario = loading->scenario;
  struct span *names = arena_alloc(&loading->scratch, (scenario->host_count + 1) * sizeof *names);
  for (size_t i = 0; i < scenario->host_count; i++) names[i] = scenario->hosts[i].name;
  const char *hint = did_you_mean(loading, name, names, scenario->host_count);
  complain(loading, place, "the name of a host in \"hosts\"", hint ? hint : "add this host to \"hosts\"",
           "there is no host \"%s\"", shown(loading, name));
  return NULL;
}

struct scenario_person *find_person(struct loading *loading, const struct place *place, struct span name) {
  struct scenario_person *person = person_named(loading, name);
  if (person || loading_is_full(loading)) return person;
  const struct scenario *scenario = loading->scenario;
  struct span *names = arena_alloc(&loading->scratch, (scenario->person_count + 1) * sizeof *names);
  for (size_t i = 0; i < scenario->person_count; i++) names[i] = scenario->people[i].name;
  const char *hint = did_you_mean(loading, name, names, scenario->person_count);
  complain(loading, place, "the name of a person in \"people\"",
           hint ? hint : "add this person to \"people\"", "there is no person \"%s\"", shown(loading, name));
  return NULL;
}

struct place host_place(const struct loading *loading, const struct scenario_host *host) {
  size_t number = (size_t)(host - loading->scenario->hosts);
  return place_below(&loading->hosts_place, loading->host_nodes[number]);
}

struct place person_place(const struct loading *loading, const struct scenario_person *person) {
  size_t number = (size_t)(person - loading->scenario->people);
  return place_below(&loading->people_place, loading->person_nodes[number]);
}
