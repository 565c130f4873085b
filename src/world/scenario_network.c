/* The sections "network" and "faults". */
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

/* ---- links ---- */

/* Two hosts, at `out` and the span after it. */
static void read_two_hosts(struct loading *loading, const struct place *place, const struct key *key,
                           void *out) {
  struct span_list both = {NULL, 0};
  struct span *ends = out;
  if (node_is(place->node, cJSON_Array)) read_hosts(loading, place, key, &both);
  if (both.count != 2)
    complain(loading, place, "two hosts: [ \"jack-laptop\", \"smtp.comcast.net\" ]", "name both hosts",
             "a link has two ends");
  else if (both.items[0].len && span_equal(both.items[0], both.items[1]))
    complain(loading, place, "two different hosts", "name another host for one of them",
             "a link from a host to itself");
  else
    ends[0] = both.items[0], ends[1] = both.items[1];
}

_Static_assert(offsetof(struct scenario_link, b) == offsetof(struct scenario_link, a) + sizeof(struct span),
               "both ends side by side");
_Static_assert(offsetof(struct scenario_fault, link_b) ==
                   offsetof(struct scenario_fault, link_a) + sizeof(struct span),
               "both ends side by side");

_Static_assert(offsetof(struct scenario_fault, strips_tls_b) ==
                   offsetof(struct scenario_fault, strips_tls_a) + sizeof(struct span),
               "both ends side by side");

enum { BANDWIDTH_MAX = 1000000000 };

#define AT(member) offsetof(struct scenario_link, member)
static const struct key link_list[] = {
    {"between", read_two_hosts, AT(a), true, 0, 0, NULL},
    {"latency_ms", read_ms, AT(latency_us), false, 0, 86400000, NULL},
    {"bytes_per_second", read_i64, AT(bytes_per_second), false, 1, BANDWIDTH_MAX, NULL},
    {"label", read_line, AT(label), false, 0, 0, NULL},
};
#undef AT
const struct key_table link_keys = {"link", KEYS_LINK, link_list, KEY_COUNT(link_list)};

/* Unsaid members of a link are those of the network, which may stand after the links. */
enum { NOT_SAID = -1 };

/* One path between two hosts, whichever of them is named first. */
static void check_pair(struct loading *loading, const struct place *place, struct name_index *pairs,
                       const struct scenario_link *link) {
  if (!link->a.len || !link->b.len) return;
  bool turned = span_compare(link->a, link->b) > 0;
  struct span *both = arena_alloc(&loading->scratch, sizeof *both);
  *both = arena_format(&loading->scratch, "%.*s %.*s", SPAN_ARG(turned ? link->b : link->a),
                       SPAN_ARG(turned ? link->a : link->b));
  if (name_index_add(pairs, both))
    complain(loading, place, "one link for each pair of hosts", "put both into one, or name other hosts",
             "another link joins \"%s\" and \"%s\" already", shown(loading, link->a),
             shown(loading, link->b));
}

static void read_links(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario *scenario = out;
  (void)key;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of links");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "links");
  scenario->links = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->links);
  scenario->link_count = count;
  struct name_index pairs = {NULL, NULL, 0, true};
  name_index_init(&pairs, count, true);
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    scenario->links[i] = (struct scenario_link){SPAN_EMPTY, SPAN_EMPTY, NOT_SAID, NOT_SAID, SPAN_EMPTY};
    read_object(loading, &below, &link_keys, &scenario->links[i]);
    check_pair(loading, &below, &pairs, &scenario->links[i]);
  }
  name_index_free(&pairs);
}

static const struct key network_list[] = {
    {"latency_ms", read_ms, offsetof(struct scenario, latency_us), false, 0, 86400000, NULL},
    {"bytes_per_second", read_i64, offsetof(struct scenario, bytes_per_second), false, 1, BANDWIDTH_MAX,
     NULL},
    {"links", read_links, 0, false, 0, 0, NULL},
};
const struct key_table network_keys = {"network", KEYS_NETWORK, network_list, KEY_COUNT(network_list)};

void read_network_section(struct loading *loading, const struct place *place, const struct key *key,
                          void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  read_object(loading, place, &network_keys, scenario);
  for (size_t i = 0; i < scenario->link_count; i++) {
    struct scenario_link *link = &scenario->links[i];
    if (link->latency_us == NOT_SAID) link->latency_us = scenario->latency_us;
    if (link->bytes_per_second == NOT_SAID) link->bytes_per_second = scenario->bytes_per_second;
  }
}

/* ---- faults ---- */

struct fault_draft {
  struct scenario_fault fault;
  int64_t for_us;
};

static const struct choice rcodes[] = {{"SERVFAIL", 0}, {"NXDOMAIN", 1}, {"TIMEOUT", 2}, {NULL, 0}};

static void read_rcode(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int rcode = 0;
  read_choice(loading, place, key, &rcode);
  *(struct span *)out = span_from(rcodes[rcode].word);
}

static const struct choice directions[] = {{"down", 0}, {"up", 1}, {NULL, 0}};

static void read_direction(struct loading *loading, const struct place *place, const struct key *key,
                           void *out) {
  int up = 0;
  read_choice(loading, place, key, &up);
  *(bool *)out = up != 0;
}

#define AT(member) offsetof(struct fault_draft, fault.member)
static const struct key fault_list[] = {
    {"at", read_duration, AT(at_us), true, 0, 0, NULL},
    {"until", read_duration, AT(until_us), false, 1, 0, NULL},
    {"for", read_duration, offsetof(struct fault_draft, for_us), false, 1, 0, NULL},
    {"host", read_host, AT(host), false, 0, 0, NULL},
    {"link", read_two_hosts, AT(link_a), false, 0, 0, NULL},
    {"strip_tls", read_two_hosts, AT(strips_tls_a), false, 0, 0, NULL},
    {"dns", read_domain, AT(dns_name), false, 0, 0, NULL},
    {"rcode", read_rcode, AT(dns_rcode), false, 0, 0, rcodes},
    {"is", read_direction, AT(comes_up), false, 0, 0, directions},
    {"why", read_line, AT(why), false, 0, 0, NULL},
};
#undef AT
const struct key_table fault_keys = {"fault", KEYS_FAULT, fault_list, KEY_COUNT(fault_list)};

static void check_fault(struct loading *loading, const struct place *place, uint64_t seen,
                        struct fault_draft *draft) {
  struct scenario_fault *fault = &draft->fault;
  bool dns = had_key(loading, &fault_keys, seen, "dns");
  int targets = had_key(loading, &fault_keys, seen, "host") + had_key(loading, &fault_keys, seen, "link") +
                had_key(loading, &fault_keys, seen, "strip_tls") + dns;
  if (targets != 1)
    complain(loading, place, "one of \"host\", \"link\", \"dns\" and \"strip_tls\"",
             targets ? "make two faults of it" : "add \"host\": the host that goes down",
             "%s is to fail here", targets ? "more than one thing" : "nothing");
  if (draft->for_us && fault->until_us)
    complain(loading, place, "\"until\" or \"for\"", "take one of them out", "two ends of one fault");
  if (draft->for_us) fault->until_us = fault->at_us + draft->for_us;
  if (fault->until_us && fault->until_us <= fault->at_us)
    complain(loading, place, "an \"until\" later than \"at\"",
             "\"until\" counts from the start; \"for\" counts from \"at\"",
             "the fault ends before it begins");
  if (!dns && had_key(loading, &fault_keys, seen, "rcode"))
    complain(loading, place, "\"rcode\" beside \"dns\"", "add \"dns\": …", "\"rcode\" without \"dns\"");
  if (dns && !fault->dns_rcode.len) fault->dns_rcode = SPAN("SERVFAIL");
}

static const struct scenario_fault fault_unsaid = {
    .host = SPAN_INIT(""),
    .link_a = SPAN_INIT(""),
    .link_b = SPAN_INIT(""),
    .strips_tls_a = SPAN_INIT(""),
    .strips_tls_b = SPAN_INIT(""),
    .dns_name = SPAN_INIT(""),
    .dns_rcode = SPAN_INIT(""),
    .why = SPAN_INIT(""),
};

void read_faults_section(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of faults");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "faults");
  scenario->faults = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->faults);
  scenario->fault_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct fault_draft draft = {fault_unsaid, 0};
    struct place below = place_below(place, node);
    size_t errors_before = loading->errors->total;
    uint64_t seen = read_object(loading, &below, &fault_keys, &draft);
    if (loading->errors->total == errors_before) check_fault(loading, &below, seen, &draft);
    scenario->faults[i] = draft.fault;
  }
}
