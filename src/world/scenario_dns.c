/* The section "dns", and the records that follow from the hosts. */
#include "base/check.h"
#include "base/ip_address.h"
#include "proto/dns_record.h"
#include "world/scenario_draft.h"
#include "world/scenario_hints.h"
#include "world/scenario_names.h"

enum { DNS_RECORDS_MAX = 100000 };

/* ---- records that the author writes ---- */

struct record_draft {
  struct span text; /* "MX 10 mx.umich.edu" */
  uint32_t ttl_s;
};

static const struct key dns_record_list[] = {
    {"record", read_line, offsetof(struct record_draft, text), true, 0, 0, NULL},
    {"ttl_s", read_u32, offsetof(struct record_draft, ttl_s), false, 0, INT32_MAX, NULL},
};
const struct key_table dns_record_keys = {"dns_record", KEYS_DNS_RECORD, dns_record_list,
                                          KEY_COUNT(dns_record_list)};

static const char dns_expected[] = "a record such as \"A 192.0.2.25\" or \"MX 10 mx.umich.edu\"";

/* MX, CNAME, NS and PTR lead to a name, never to an address (RFC 1035 3.3), and "@" is for zone files, which
 * have an origin. */
static bool names_a_host(struct loading *loading, const struct place *place, const struct dns_record *record,
                         struct span data) {
  struct ip_address address;
  if (record->type != DNS_TYPE_MX && record->type != DNS_TYPE_CNAME && record->type != DNS_TYPE_NS &&
      record->type != DNS_TYPE_PTR)
    return true;
  size_t blank = span_find_last(data, ' ');
  struct span name = blank == SPAN_NONE ? data : span_skip(data, blank + 1);
  if (span_ends_with(name, SPAN("."))) name.len--;
  const char *type = dns_type_text(record->type, &loading->scratch).data;
  if (ip_address_parse(name, &address))
    complain(loading, place, "the name of a host (RFC 1035 3.3, RFC 5321 5.1)",
             "give the address a name by an A record, and write that name here",
             "\"%s\" is an address; %s leads to a name", shown(loading, name), type);
  else if (span_equal(name, SPAN("@")))
    complain(loading, place, "a whole name", "write the name itself",
             "\"@\" is the origin of a zone file; here names are whole");
  else
    return true;
  return false;
}

/* "MX 10 mx.umich.edu": the type, then the data as in a zone file (RFC 1035 5.1). */
void read_dns_record(struct loading *loading, const struct place *place, struct span name,
                     struct scenario_dns_record *out) {
  struct record_draft draft = {SPAN_EMPTY, DNS_TTL_DEFAULT};
  struct dns_record record;
  struct span type;
  *out = (struct scenario_dns_record){name, SPAN_EMPTY, SPAN_EMPTY, DNS_TTL_DEFAULT, false};
  if (node_is(place->node, cJSON_Object)) {
    read_object(loading, place, &dns_record_keys, &draft);
    if (!draft.text.len) return;
  } else if (!line_of(loading, place, dns_expected, &draft.text)) {
    return;
  }
  struct span rest = draft.text;
  if (!span_next(&rest, ' ', &type)) type = SPAN_EMPTY;
  struct span data = rest.data ? span_trim(rest) : SPAN_EMPTY;
  enum dns_problem problem =
      dns_record_make(name, type, draft.ttl_s, data, DNS_ROOT, &loading->scratch, &record);
  if (problem != DNS_OK) {
    complain(loading, place, dns_expected, "the type comes first, then what a zone file says after it",
             "\"%s\" is no DNS record: %s", shown(loading, draft.text), dns_problem_text(problem));
    return;
  }
  if (!names_a_host(loading, place, &record, data)) return;
  out->type = keep(loading, dns_type_text(record.type, &loading->scratch));
  out->data = keep(loading, data);
  out->ttl_s = draft.ttl_s;
}

/* The DNS itself takes any octet (RFC 2181 11); what is none of these is a slip of the hand here. The rest
 * stands in service names, wildcards and reverse zones (RFC 2782, 4592, 2317), and before an octet. */
static bool is_usual_name(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (!ascii_is_alnum(text.data[i]) && (!text.data[i] || !strchr("-._*/\\", text.data[i]))) return false;
  return true;
}

bool read_dns_name(struct loading *loading, const struct place *place, bool at_key, struct span text,
                   struct span *name_out) {
  static const char expected[] = "a domain name",
                    usual[] = "labels of 1 to 63 characters, with one dot between";
  struct span parsed;
  if (span_equal(text, SPAN("@"))) {
    if (!loading_is_full(loading))
      add_complaint(loading, place, at_key, expected, "write the domain itself, such as \"umich.edu\"",
                    SPAN("\"@\" is the origin of a zone file; here names are whole"));
    return false;
  }
  enum dns_problem problem = dns_name_parse(text, DNS_ROOT, &loading->scratch, &parsed);
  bool is_usual = is_usual_name(text);
  if (problem == DNS_OK && is_usual) {
    *name_out = keep(loading, parsed);
    return true;
  }
  if (loading_is_full(loading)) return false;
  const char *hint = hint_for_domain(loading, text);
  const char *what = is_usual ? dns_problem_text(problem) : "a character that no name has";
  if (!hint && !is_usual) hint = "take out what is not a letter, digit, hyphen or dot";
  if (!span_is_ascii(text))
    hint = "write it as the DNS has it, as in xn--bcher-kva.example (RFC 5890 2.3.2.1)";
  add_complaint(loading, place, at_key, expected, hint ? hint : usual,
                arena_format(&loading->scratch, "\"%s\" is no domain name: %s", shown(loading, text), what));
  return false;
}

static void read_records(struct loading *loading, const struct place *place) {
  struct scenario *scenario = loading->scenario;
  struct span name;
  bool many = node_is(place->node, cJSON_Array);
  bool named = read_dns_name(loading, place, true, span_from(place->node->string), &name);
  if (!many && !node_is(place->node, cJSON_String) && !node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "a list of records");
    return;
  }
  if (!named) return;
  for (const cJSON *node = many ? place->node->child : place->node; node; node = many ? node->next : NULL) {
    struct place below = place_below(place, node);
    if (scenario->dns_count == DNS_RECORDS_MAX) return;
    read_dns_record(loading, many ? &below : place, name, &scenario->dns[scenario->dns_count++]);
  }
}

static const struct choice automatic_types[] = {
    {"a", DNS_AUTOMATIC_A}, {"mx", DNS_AUTOMATIC_MX}, {"ptr", DNS_AUTOMATIC_PTR}, {NULL, 0}};

static void read_automatic(struct loading *loading, const struct place *place, const struct key *key,
                           void *out) {
  bool *automatic = out;
  bool all = node_is(place->node, cJSON_True);
  for (size_t i = 0; i < DNS_AUTOMATIC_COUNT; i++) automatic[i] = all;
  if (all || node_is(place->node, cJSON_False)) return;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "true, false, or a list of \"a\", \"mx\", \"ptr\"");
    return;
  }
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place below = place_below(place, node);
    int type = -1;
    read_choice(loading, &below, key, &type);
    if (type >= 0) automatic[type] = true;
  }
}

/* Only the key that is not a domain name; the names are read beside it. */
static const struct key dns_list[] = {{"automatic", read_automatic, 0, false, 0, 0, automatic_types}};
const struct key_table dns_keys = {"dns", KEYS_DNS, dns_list, KEY_COUNT(dns_list)};

void read_dns_section(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object: { \"umich.edu\": [ \"MX 10 mx.umich.edu\" ], … }");
    return;
  }
  size_t count = 0;
  for (const cJSON *node = place->node->child; node; node = node->next) {
    count++;
    for (const cJSON *record = node_is(node, cJSON_Array) ? node->child : NULL; record; record = record->next)
      count++;
  }
  if (count > DNS_RECORDS_MAX) {
    complain(loading, place, "at most 100000", "make two scenarios of it", "%zu DNS records", count);
    return;
  }
  scenario->dns = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->dns);
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place below = place_below(place, node);
    if (strcmp(node->string, "automatic") == 0)
      read_automatic(loading, &below, &dns_list[0], loading->draft->dns_automatic);
    else
      read_records(loading, &below);
  }
}

/* ---- records that follow from the hosts ---- */

struct mail_domain {
  struct span name;
  uint32_t preference; /* of the MX given out last */
};

struct derivation {
  struct loading *loading;
  struct scenario_dns_record *records;
  size_t count, capacity;
  struct name_index authored; /* "umich.edu MX" */
  struct name_index domains;  /* struct mail_domain */
};

static struct span owner_and_type(struct loading *loading, struct span name, struct span type) {
  return arena_format(&loading->scratch, "%.*s %.*s", SPAN_ARG(name), SPAN_ARG(type));
}

static bool is_authored(struct derivation *d, struct span name, struct span type) {
  return name_index_find(&d->authored, owner_and_type(d->loading, name, type)) != NULL;
}

static void derive(struct derivation *d, struct span name, struct span type, struct span data) {
  if (is_authored(d, name, type)) return;
  CHECK(d->count < d->capacity);
  d->records[d->count++] = (struct scenario_dns_record){name, type, data, DNS_TTL_DEFAULT, true};
}

static void derive_address(struct derivation *d, const struct scenario_host *host, struct span text) {
  const bool *automatic = d->loading->draft->dns_automatic;
  struct ip_address address;
  if (!ip_address_parse(text, &address)) return;
  if (automatic[DNS_AUTOMATIC_A])
    derive(d, host->name, address.family == IP_V6 ? SPAN("AAAA") : SPAN("A"), text);
  bool has_name = span_find(host->name, '.') != SPAN_NONE;
  if (automatic[DNS_AUTOMATIC_PTR] && has_name && !host->no_ptr) {
    struct span reverse = dns_name_reverse(&address, d->loading->arena);
    derive(d, reverse, SPAN("PTR"), arena_format(d->loading->arena, "%.*s.", SPAN_ARG(host->name)));
  }
}

static void derive_addresses(struct derivation *d, const struct scenario_host *host) {
  derive_address(d, host, host->address);
  for (size_t i = 0; i < host->further.count; i++) derive_address(d, host, host->further.items[i]);
}

/* The first host that takes a domain's mail gets preference 10, the next 20 … A domain that the author has
 * made an alias gets none: its mail goes where its other name says (RFC 5321 5.1). */
static void derive_mx(struct derivation *d, const struct scenario_host *host,
                      const struct span_list *domains) {
  for (size_t i = 0; i < domains->count; i++) {
    if (is_authored(d, domains->items[i], SPAN("CNAME"))) continue;
    struct mail_domain *domain =
        (struct mail_domain *)(uintptr_t)name_index_find(&d->domains, domains->items[i]);
    if (!domain) {
      domain = arena_zalloc(&d->loading->scratch, sizeof *domain);
      domain->name = domains->items[i];
      name_index_add(&d->domains, &domain->name);
    }
    domain->preference += 10;
    struct span data = arena_format(d->loading->arena, "%u %.*s.", domain->preference, SPAN_ARG(host->name));
    derive(d, domains->items[i], SPAN("MX"), data);
  }
}

static void index_authored(struct derivation *d) {
  const struct scenario *scenario = d->loading->scenario;
  name_index_init(&d->authored, scenario->dns_count, true);
  for (size_t i = 0; i < scenario->dns_count; i++) {
    struct span *both = arena_alloc(&d->loading->scratch, sizeof *both);
    *both = owner_and_type(d->loading, scenario->dns[i].name, scenario->dns[i].type);
    name_index_add(&d->authored, both);
  }
}

void derive_dns(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  struct derivation d = {.loading = loading, .count = scenario->dns_count};
  size_t domains = 0, addresses = 0;
  for (size_t i = 0; i < scenario->host_count; i++) {
    domains += scenario->hosts[i].mail_for.count + scenario->hosts[i].relays_for.count;
    addresses += 1 + scenario->hosts[i].further.count;
  }
  d.capacity = scenario->dns_count + 2 * addresses + domains;
  d.records = arena_alloc(loading->arena, (d.capacity + 1) * sizeof *d.records);
  if (scenario->dns_count) memcpy(d.records, scenario->dns, scenario->dns_count * sizeof *d.records);
  index_authored(&d);
  name_index_init(&d.domains, domains, true);
  for (size_t i = 0; i < scenario->host_count; i++) derive_addresses(&d, &scenario->hosts[i]);
  if (loading->draft->dns_automatic[DNS_AUTOMATIC_MX]) {
    for (size_t i = 0; i < scenario->host_count; i++)
      derive_mx(&d, &scenario->hosts[i], &scenario->hosts[i].mail_for);
    for (size_t i = 0; i < scenario->host_count; i++)
      derive_mx(&d, &scenario->hosts[i], &scenario->hosts[i].relays_for);
  }
  scenario->dns = d.records;
  scenario->dns_count = d.count;
  check_dns(loading);
  name_index_free(&d.authored);
  name_index_free(&d.domains);
}
