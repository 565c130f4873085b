/* host_plan: machines that are set up anew while the scenario runs, as when an administrator closes a relay.
 * What is asked from then on is judged by what holds then. */
#include "world/world_internal.h"

struct planned_change {
  struct world *world;
  const struct scenario_host_change *change;
  struct world_host *host;
};

static void note(const struct planned_change *planned, struct span name, struct span text) {
  struct journal_record record = {.kind = JOURNAL_SETTING_CHANGED, .host = planned->host->id};
  for (size_t i = 0; i < JOURNAL_TEXTS; i++) record.text[i] = SPAN_EMPTY;
  record.text[0] = name;
  record.text[1] = text;
  record.text[2] = planned->change->why;
  sim_note(planned->world->sim, &record);
}

static void note_buf(const struct planned_change *planned, struct span name, struct buf *text) {
  note(planned, name, buf_span(text));
  buf_free(text);
}

static void change_relaying(const struct planned_change *planned) {
  const struct scenario_host_change *change = planned->change;
  struct mta *mta = planned->host->mta;
  struct mta_relaying relaying = *mta_relaying(mta);
  if (change->sets_relays_from)
    relaying = build_relaying(planned->world, change->relays_from, relaying.anybody);
  if (change->sets_open_relay) relaying.anybody = change->open_relay;
  mta_set_relaying(mta, &relaying);
}

static void change_host(void *context) {
  const struct planned_change *planned = context;
  const struct scenario_host_change *change = planned->change;
  struct buf clients = {0}, policies = {0};
  sim_set_cause(planned->world->sim, 0);
  change_relaying(planned);
  if (change->sets_policies)
    mta_set_policies(planned->host->mta, build_policies(planned->world, &change->policies));
  if (change->sets_open_relay)
    note(planned, SPAN("open_relay"), change->open_relay ? SPAN("true") : SPAN("false"));
  setting_write_list(change->relays_from, &clients);
  setting_write_policies(&change->policies, &policies);
  if (change->sets_relays_from) note_buf(planned, SPAN("relays_from"), &clients);
  if (change->sets_policies) note_buf(planned, SPAN("policies"), &policies);
}

/* A host whose programs are real ones, outside, is set up by nobody here. */
void plan_host_changes(struct world *world) {
  const struct scenario *scenario = world->scenario;
  sim_set_cause(world->sim, 0);
  for (size_t i = 0; i < scenario->host_change_count; i++) {
    const struct scenario_host_change *change = &scenario->host_changes[i];
    struct world_host *host = world_host_named(world, change->host);
    if (!host || !host->mta) continue;
    struct planned_change *planned = arena_alloc(&world->arena, sizeof *planned);
    *planned = (struct planned_change){world, change, host};
    sim_at(world->sim, change->at_us, change_host, planned);
  }
}
