/* The section "host_changes": machines that are set up anew while the scenario runs. */
#include "world/scenario_draft.h"

#define AT(member) offsetof(struct scenario_host_change, member)
static const struct key host_change_list[] = {
    {"at", read_duration, AT(at_us), true, 0, 0, NULL},
    {"host", read_host, AT(host), true, 0, 0, NULL},
    {"open_relay", read_bool, AT(open_relay), false, 0, 0, NULL},
    {"relays_from", read_clients, AT(relays_from), false, 0, 0, NULL},
    {"policies", read_policies, AT(policies), false, 0, 0, NULL},
    {"why", read_line, AT(why), false, 0, 0, NULL},
};
#undef AT
const struct key_table host_change_keys = {"host_change", KEYS_HOST_CHANGE, host_change_list,
                                           KEY_COUNT(host_change_list)};

static void read_change(struct loading *loading, const struct place *place,
                        struct scenario_host_change *change) {
  size_t errors_before = loading->errors->total;
  uint64_t seen = read_object(loading, place, &host_change_keys, change);
  change->sets_open_relay = had_key(loading, &host_change_keys, seen, "open_relay");
  change->sets_relays_from = had_key(loading, &host_change_keys, seen, "relays_from");
  change->sets_policies = had_key(loading, &host_change_keys, seen, "policies");
  if (loading->errors->total > errors_before) return;
  if (!change->sets_open_relay && !change->sets_relays_from && !change->sets_policies)
    complain(loading, place, "\"open_relay\", \"relays_from\" or \"policies\"",
             "say how the host is set up then", "nothing changes here");
}

void read_host_changes_section(struct loading *loading, const struct place *place, const struct key *key,
                               void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of changes");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "changes");
  scenario->host_changes = arena_zalloc(loading->arena, (count + 1) * sizeof *scenario->host_changes);
  scenario->host_change_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    scenario->host_changes[i].host = scenario->host_changes[i].why = SPAN_EMPTY;
    read_change(loading, &below, &scenario->host_changes[i]);
  }
}
