/* dns_plan: DNS records that change while the scenario runs. The name server answers from the new ones at
 * once; whoever has asked before remembers the old ones for as long as their TTL says (RFC 1035 3.2.1). */
#include "world/world_internal.h"

struct planned_change {
  struct world *world;
  const struct scenario_dns_change *change;
};

static void remove_records(struct world *world, const struct scenario_dns_change *change,
                           struct buf *removed) {
  for (size_t i = 0; i < change->removal_count; i++) {
    const struct scenario_dns_removal *removal = &change->removals[i];
    struct dns_record only;
    enum dns_type type = DNS_TYPE_ANY;
    dns_type_named(removal->type, &type);
    bool whole =
        removal->data.len && dns_record_make(change->name, removal->type, DNS_TTL_DEFAULT, removal->data,
                                             DNS_ROOT, &world->scratch, &only) == DNS_OK;
    dns_zones_remove(world->zones, change->name, type, whole ? &only : NULL, removed);
  }
}

static void add_records(struct world *world, const struct scenario_dns_change *change, struct buf *added) {
  struct agent agent = world_agent(world, world->name_server_host, AGENT_DNS);
  for (size_t i = 0; i < change->addition_count; i++) {
    const struct scenario_dns_record *spec = &change->additions[i];
    struct dns_record record;
    enum dns_problem problem = dns_record_make(change->name, spec->type, spec->ttl_s, spec->data, DNS_ROOT,
                                               &world->scratch, &record);
    if (problem == DNS_OK) problem = dns_zones_add_record(world->zones, &record);
    if (problem != DNS_OK) { /* beside what is there by then */
      agent_note(&agent, arena_format(&world->scratch, "%.*s %.*s cannot be added: %s", SPAN_ARG(spec->type),
                                      SPAN_ARG(spec->data), dns_problem_text(problem)));
      continue;
    }
    if (added->len) buf_add_char(added, '\n');
    dns_record_write(&record, added);
  }
}

static void change_records(void *context) {
  const struct planned_change *planned = context;
  struct world *world = planned->world;
  const struct scenario_dns_change *change = planned->change;
  struct agent agent = world_agent(world, world->name_server_host, AGENT_DNS);
  struct buf removed = {0}, added = {0};
  sim_set_cause(world->sim, 0);
  remove_records(world, change, &removed);
  add_records(world, change, &added);
  struct journal_record record = agent_record(&agent, JOURNAL_DNS_CHANGED);
  record.text[0] = change->name;
  record.text[1] = buf_span(&removed);
  record.text[2] = buf_span(&added);
  record.text[3] = change->why;
  sim_note(world->sim, &record);
  buf_free(&removed);
  buf_free(&added);
  arena_reset(&world->scratch);
}

void plan_dns_changes(struct world *world) {
  const struct scenario *scenario = world->scenario;
  sim_set_cause(world->sim, 0);
  for (size_t i = 0; i < scenario->dns_change_count; i++) {
    struct planned_change *planned = arena_alloc(&world->arena, sizeof *planned);
    *planned = (struct planned_change){world, &scenario->dns_changes[i]};
    sim_at(world->sim, planned->change->at_us, change_records, planned);
  }
}
