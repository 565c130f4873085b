/* What DNS records must not be together, at the start and after each of "dns_changes"; and, as warnings, what
 * they may be, and had better not. */
#include <stdlib.h>

#include "proto/dns_record.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

static const char alone[] = "a CNAME and nothing else of that name (RFC 1034 3.6.2)";

static bool is_cname(const struct scenario_dns_record *record) {
  return span_equal(record->type, SPAN("CNAME"));
}

static const cJSON *section(const struct loading *loading, const char *name) {
  const cJSON *node = loading->root.node->child;
  while (node && strcmp(node->string, name) != 0) node = node->next;
  return node;
}

/* Where the records of a name stand in the section "dns"; false if the author has written none. */
static bool place_of_owner(struct loading *loading, struct span name, struct place *up_out,
                           struct place *place_out) {
  const cJSON *dns = section(loading, "dns");
  if (!dns) return false;
  *up_out = place_below(&loading->root, dns);
  for (const cJSON *node = dns->child; node; node = node->next) {
    struct span owner;
    if (dns_name_parse(span_from(node->string), DNS_ROOT, &loading->scratch, &owner) != DNS_OK) continue;
    if (!span_equal_nocase(owner, name)) continue;
    *place_out = place_below(up_out, node);
    return true;
  }
  return false;
}

/* ---- at the start ---- */

struct alias_name {
  struct span name;                         /* first: found by it */
  const struct scenario_dns_record *record; /* its first CNAME */
  bool told;
};

static void complain_beside_cname(struct loading *loading, const struct scenario_dns_record *other) {
  struct place up, place;
  if (!place_of_owner(loading, other->name, &up, &place)) return;
  complain_key(loading, &place, alone,
               other->automatic ? "give the CNAME a name that no host has"
                                : "take out the CNAME, or what stands beside it",
               "\"%s\" has a CNAME, and %s %s record%s", shown(loading, other->name),
               is_cname(other)                     ? "another"
               : strchr("PT", other->type.data[0]) ? "a"
                                                   : "an",
               other->type.data, other->automatic ? ", which follows from the hosts" : "");
}

static struct alias_name *alias_named(const struct name_index *aliases, struct span name) {
  return (struct alias_name *)(uintptr_t)name_index_find(aliases, name);
}

static void index_aliases(struct loading *loading, struct name_index *aliases) {
  const struct scenario *scenario = loading->scenario;
  size_t count = 0;
  for (size_t i = 0; i < scenario->dns_count; i++) count += is_cname(&scenario->dns[i]);
  name_index_init(aliases, count, true);
  for (size_t i = 0; i < scenario->dns_count; i++) {
    if (!is_cname(&scenario->dns[i])) continue;
    struct alias_name *alias = arena_zalloc(&loading->scratch, sizeof *alias);
    *alias = (struct alias_name){scenario->dns[i].name, &scenario->dns[i], false};
    name_index_add(aliases, &alias->name);
  }
}

static void check_cnames(struct loading *loading, const struct name_index *aliases) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->dns_count; i++) {
    struct alias_name *alias = alias_named(aliases, scenario->dns[i].name);
    if (!alias || alias->told || alias->record == &scenario->dns[i]) continue;
    alias->told = true;
    complain_beside_cname(loading, &scenario->dns[i]);
  }
}

/* ---- as the changes come ---- */

/* What is there under a name that changes. */
struct changing_name {
  struct span name; /* first: found by it */
  struct scenario_dns_record *records;
  size_t count, capacity;
};

struct changing {
  struct loading *loading;
  struct name_index names; /* struct changing_name */
};

static struct changing_name *changing_named(const struct changing *changing, struct span name) {
  return (struct changing_name *)(uintptr_t)name_index_find(&changing->names, name);
}

static void add_present(struct changing *changing, struct changing_name *name,
                        const struct scenario_dns_record *record) {
  if (name->count == name->capacity) {
    size_t capacity = name->capacity ? 2 * name->capacity : 4;
    struct scenario_dns_record *larger = arena_alloc(&changing->loading->scratch, capacity * sizeof *larger);
    if (name->count) memcpy(larger, name->records, name->count * sizeof *larger);
    name->records = larger;
    name->capacity = capacity;
  }
  name->records[name->count++] = *record;
}

/* Of one name: do both say the same, the TTL apart? */
static bool says_the_same(struct changing *changing, const struct scenario_dns_record *record,
                          struct span type, struct span data) {
  struct dns_record a, b;
  struct arena *scratch = &changing->loading->scratch;
  if (!span_equal(record->type, type)) return false;
  return dns_record_make(record->name, record->type, DNS_TTL_DEFAULT, record->data, DNS_ROOT, scratch, &a) ==
             DNS_OK &&
         dns_record_make(record->name, type, DNS_TTL_DEFAULT, data, DNS_ROOT, scratch, &b) == DNS_OK &&
         dns_record_equal(&a, &b);
}

static void take_away(struct changing *changing, struct changing_name *name,
                      const struct scenario_dns_removal *removal) {
  size_t kept = 0;
  for (size_t i = 0; i < name->count; i++) {
    const struct scenario_dns_record *record = &name->records[i];
    bool meant = removal->data.len ? says_the_same(changing, record, removal->type, removal->data)
                                   : !removal->type.len || span_equal(record->type, removal->type);
    if (!meant) name->records[kept++] = *record;
  }
  name->count = kept;
}

/* A domain with two labels is a zone of its own here, and a zone's own name has an SOA and an NS record. */
static bool is_zone(struct span name) {
  size_t dot = span_find(name, '.');
  return dot != SPAN_NONE && dot == span_find_last(name, '.');
}

/* What keeps a record from standing at the name: a type; empty: nothing does. */
static struct span in_the_way(struct changing *changing, const struct changing_name *name,
                              const struct scenario_dns_record *record) {
  for (size_t i = 0; i < name->count; i++) {
    const struct scenario_dns_record *there = &name->records[i];
    if (says_the_same(changing, there, record->type, record->data)) return SPAN_EMPTY;
    if (is_cname(there) || is_cname(record)) return there->type;
  }
  return is_cname(record) && is_zone(name->name) ? SPAN("SOA") : SPAN_EMPTY;
}

static void check_change(struct changing *changing, const struct place *list, size_t number) {
  struct loading *loading = changing->loading;
  const struct scenario_dns_change *change = &loading->scenario->dns_changes[number];
  struct changing_name *name = changing_named(changing, change->name);
  const cJSON *node = list->node->child;
  for (size_t i = 0; i < number && node; i++) node = node->next;
  struct place place = place_below(list, node);
  for (size_t i = 0; i < change->removal_count; i++) take_away(changing, name, &change->removals[i]);
  for (size_t i = 0; i < change->addition_count; i++) {
    const struct scenario_dns_record *record = &change->additions[i];
    struct span beside = in_the_way(changing, name, record);
    if (!beside.len) {
      add_present(changing, name, record);
      continue;
    }
    complain(loading, &place, alone, "\"remove\" what must go first; \"set\" replaces only its own type",
             "\"%s\" would get %s %s record beside its %s", shown(loading, change->name),
             is_cname(record) ? "a" : "an", record->type.data, beside.data);
    return;
  }
}

static void collect_changing(struct changing *changing) {
  const struct scenario *scenario = changing->loading->scenario;
  name_index_init(&changing->names, scenario->dns_change_count, true);
  for (size_t i = 0; i < scenario->dns_change_count; i++) {
    struct changing_name *name = arena_zalloc(&changing->loading->scratch, sizeof *name);
    name->name = scenario->dns_changes[i].name;
    name_index_add(&changing->names, &name->name);
  }
  for (size_t i = 0; i < scenario->dns_count; i++) {
    struct changing_name *name = changing_named(changing, scenario->dns[i].name);
    if (name) add_present(changing, name, &scenario->dns[i]);
  }
}

struct timed {
  int64_t at_us;
  size_t number;
};

/* Those of one moment happen in the order of the file. */
static int by_time(const void *a, const void *b) {
  const struct timed *x = a, *y = b;
  if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

static void check_changes(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  const cJSON *list = section(loading, "dns_changes");
  if (!list || !scenario->dns_change_count) return;
  struct place place = place_below(&loading->root, list);
  struct changing changing = {.loading = loading};
  collect_changing(&changing);
  struct timed *order = arena_alloc(&loading->scratch, scenario->dns_change_count * sizeof *order);
  for (size_t i = 0; i < scenario->dns_change_count; i++)
    order[i] = (struct timed){scenario->dns_changes[i].at_us, i};
  qsort(order, scenario->dns_change_count, sizeof *order, by_time);
  for (size_t i = 0; i < scenario->dns_change_count; i++) check_change(&changing, &place, order[i].number);
  name_index_free(&changing.names);
}

/* ---- what had better not be ---- */

static void warn_at_owner(struct loading *loading, struct span owner, const char *hint, struct span message) {
  struct place up, place;
  if (place_of_owner(loading, owner, &up, &place)) add_warning(loading, &place, hint, message);
}

/* An exchanger without an address is passed over, and if there is no other the letter waits. Records that
 * come with "dns_changes" may give it one. */
static void warn_lost_exchanger(struct loading *loading, const struct scenario_dns_record *record,
                                struct span exchange) {
  const struct scenario *scenario = loading->scenario;
  if (record->automatic || exchange.len <= 1) return; /* "." is a null MX (RFC 7505) */
  for (size_t i = 0; i < scenario->dns_count; i++)
    if (span_equal_nocase(scenario->dns[i].name, exchange)) return;
  for (size_t i = 0; i < scenario->dns_change_count; i++)
    if (span_equal_nocase(scenario->dns_changes[i].name, exchange)) return;
  struct span *names = arena_alloc(&loading->scratch, (scenario->host_count + 1) * sizeof *names);
  for (size_t i = 0; i < scenario->host_count; i++) names[i] = scenario->hosts[i].name;
  const char *hint = did_you_mean(loading, exchange, names, scenario->host_count);
  warn_at_owner(
      loading, record->name, hint ? hint : "give that name an A or AAAA record, or name another host",
      arena_format(&loading->scratch, "the MX record of \"%s\" leads to \"%s\", which has no address",
                   shown(loading, record->name), shown(loading, exchange)));
}

/* Mail programs follow it all the same; but one that looks for its own name among the exchangers does not
 * find it behind an alias. */
static void warn_exchanger(struct loading *loading, const struct name_index *aliases,
                           const struct scenario_dns_record *record) {
  struct dns_record parsed;
  if (dns_record_make(record->name, record->type, record->ttl_s, record->data, DNS_ROOT, &loading->scratch,
                      &parsed) != DNS_OK)
    return;
  warn_lost_exchanger(loading, record, parsed.mx.exchange);
  if (!alias_named(aliases, parsed.mx.exchange)) return;
  warn_at_owner(loading, record->name, "name the host that has the address (RFC 2181 10.3)",
                arena_format(&loading->scratch, "the MX record of \"%s\" leads to an alias, \"%s\"",
                             shown(loading, record->name), shown(loading, parsed.mx.exchange)));
}

static void warn_of_aliases(struct loading *loading, const struct name_index *aliases) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->dns_count; i++) {
    const struct scenario_dns_record *record = &scenario->dns[i];
    if (span_equal(record->type, SPAN("MX")))
      warn_exchanger(loading, aliases, record);
    else if (is_cname(record) && is_zone(record->name))
      warn_at_owner(
          loading, record->name, "give the alias a name below the domain (RFC 1912 2.4)",
          arena_format(&loading->scratch,
                       "\"%s\" is a zone: beside its SOA and NS records no CNAME can stand in earnest",
                       shown(loading, record->name)));
  }
}

void check_dns(struct loading *loading) {
  struct name_index aliases = {NULL, NULL, 0, true};
  index_aliases(loading, &aliases);
  check_cnames(loading, &aliases);
  if (!loading->errors->total) check_changes(loading);
  if (!loading->errors->total) warn_of_aliases(loading, &aliases);
  name_index_free(&aliases);
}
