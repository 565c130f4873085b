#include "world/scenario_names.h"

#include "base/check.h"

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
  if (host || !loading->hosts_place.node || loading->hosts_unread || loading_is_full(loading)) return host;
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
  if (person || loading->people_unread || loading_is_full(loading)) return person;
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
