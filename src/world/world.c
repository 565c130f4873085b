#include "world/world_internal.h"

#include "base/check.h"
#include "base/mem.h"

struct agent world_agent(const struct world *world, const struct world_host *host, enum agent_role role) {
  static const struct software neutral = {.name = SPAN_INIT("neutral")};
  return (struct agent){
      .network = world->network,
      .sim = world->sim,
      .host = host->id,
      .number = host->agent_number[role],
      .role = role,
      .software = host->spec ? host->spec->software : &neutral,
  };
}

struct world_host *world_host_named(struct world *world, struct span name) {
  host_id id = name.len ? network_host_named(world->network, name) : 0;
  return id ? &world->hosts[id - 1] : NULL;
}

struct world_person *world_person_named(struct world *world, struct span key) {
  for (size_t i = 0; i < world->scenario->person_count; i++)
    if (span_equal(world->people[i].spec->name, key)) return &world->people[i];
  return NULL;
}

/* ---- the ground: hosts and links ---- */

enum { OUTSIDE_LATENCY_US = 100 };

/* An address for the name server that nobody named: the last of the documentation block 203.0.113.0/24. */
static const struct span NAME_SERVER_ADDRESS = SPAN_INIT("203.0.113.253");

/* The same of 2001:db8::/32 (RFC 3849), where a host of the scenario has an IPv6 address. */
static const struct span NAME_SERVER_ADDRESS_V6 = SPAN_INIT("2001:db8::53");

static bool has_v6(const struct scenario_host *host) {
  bool any = ip_family_of_text(host->address) == IP_V6;
  for (size_t i = 0; i < host->further.count; i++) any |= ip_family_of_text(host->further.items[i]) == IP_V6;
  return any;
}

static bool any_has_v6(const struct scenario *scenario) {
  bool any = false;
  for (size_t i = 0; i < scenario->host_count; i++) any |= has_v6(&scenario->hosts[i]);
  return any;
}

/* Where real clients come from: the last free addresses of the same block, and of the other two (RFC 5737).
 */
static struct span free_address(struct world *world) {
  static const char *const blocks[] = {"203.0.113", "198.51.100", "192.0.2"};
  for (size_t block = 0; block < sizeof blocks / sizeof *blocks; block++) {
    for (unsigned last = 254; last > 1; last--) {
      struct span address = arena_format(&world->arena, "%s.%u", blocks[block], last);
      if (!network_host_at(world->network, address)) return address;
    }
  }
  return SPAN("203.0.113.254");
}

static struct span outside_name(struct world *world, size_t index) {
  struct span name = index ? arena_format(&world->arena, "outside-%zu", index + 1) : SPAN("outside");
  bool taken = network_host_named(world->network, name) != 0;
  return taken ? arena_format(&world->arena, "%.*s.invalid", SPAN_ARG(name)) : name;
}

static size_t outside_count(const struct opening *opening) {
  if (!opening) return 0;
  if (opening->client_count == 0) return 1;
  return opening->client_count < OUTSIDE_CLIENTS_MAX ? opening->client_count : OUTSIDE_CLIENTS_MAX;
}

static void add_outside(struct world *world) {
  world->outside_hosts = &world->hosts[world->host_count];
  world->outside_count = outside_count(world->opening);
  for (size_t i = 0; i < world->outside_count; i++) {
    world->outside_hosts[i].id =
        network_add_host(world->network, &(struct network_host){
                                             .name = outside_name(world, i),
                                             .address = free_address(world),
                                             .zone_minutes = world->scenario->zone_minutes,
                                         });
    world->host_count++;
  }
}

bool world_is_outside(const struct world *world, const struct world_host *host) {
  return world->outside_count && host >= world->outside_hosts &&
         host < world->outside_hosts + world->outside_count;
}

static bool is_gateway(const struct world *world, const struct scenario_host *spec) {
  for (size_t i = 0; spec && world->opening && i < world->opening->gateway_count; i++)
    if (span_equal_nocase(world->opening->gateways[i], spec->name)) return true;
  return false;
}

static void add_hosts(struct world *world) {
  const struct scenario *scenario = world->scenario;
  bool has_name_server = false, v6 = any_has_v6(scenario);
  for (size_t i = 0; i < scenario->host_count; i++)
    has_name_server |= (scenario->hosts[i].roles & ROLE_DNS) != 0;
  world->host_count = scenario->host_count + !has_name_server;
  world->hosts =
      arena_zalloc(&world->arena, (world->host_count + outside_count(world->opening)) * sizeof *world->hosts);
  for (size_t i = 0; i < world->host_count; i++) {
    const struct scenario_host *spec = i < scenario->host_count ? &scenario->hosts[i] : NULL;
    struct network_host machine = {
        .name = spec ? spec->name : SPAN("name-server.invalid"),
        .address = spec ? spec->address : NAME_SERVER_ADDRESS,
        .further = spec ? spec->further.items : &NAME_SERVER_ADDRESS_V6,
        .further_count = spec ? spec->further.count : v6,
        .clock_offset_us = spec ? spec->clock_offset_us : 0,
        .zone_minutes = spec ? spec->zone_minutes : scenario->zone_minutes,
        .zone_name = spec ? spec->zone_name : SPAN_EMPTY,
    };
    world->hosts[i].spec = spec;
    world->hosts[i].is_gateway = is_gateway(world, spec);
    world->hosts[i].id = network_add_host(world->network, &machine);
    CHECK(world->hosts[i].id == i + 1);
    if (!world->name_server_host && (!spec || spec->roles & ROLE_DNS))
      world->name_server_host = &world->hosts[i];
  }
  if (world->opening) add_outside(world);
}

static void add_links(struct world *world) {
  const struct scenario *scenario = world->scenario;
  network_set_default_path(world->network, scenario->latency_us, scenario->bytes_per_second);
  for (size_t i = 0; i < scenario->link_count; i++)
    network_add_link(world->network, &(struct network_link){
                                         .a = network_host_named(world->network, scenario->links[i].a),
                                         .b = network_host_named(world->network, scenario->links[i].b),
                                         .latency_us = scenario->links[i].latency_us,
                                         .bytes_per_second = scenario->links[i].bytes_per_second,
                                     });
  /* The way to the door is a real one, with a delay of its own. */
  for (size_t o = 0; o < world->outside_count; o++)
    for (size_t i = 0; i < world->host_count - world->outside_count; i++)
      network_add_link(world->network, &(struct network_link){world->outside_hosts[o].id, world->hosts[i].id,
                                                              OUTSIDE_LATENCY_US, 0});
}

static void add_people(struct world *world) {
  const struct scenario *scenario = world->scenario;
  world->people = arena_zalloc(&world->arena, scenario->person_count * sizeof *world->people);
  for (size_t i = 0; i < scenario->person_count; i++) {
    struct world_person *person = &world->people[i];
    person->spec = &scenario->people[i];
    person->host = world_host_named(world, person->spec->uses);
    if (person->host && person->host->spec)
      person->server = world_host_named(world, person->host->spec->submits_to);
    person->number = (uint32_t)i + 1;
  }
}

/* ---- life ---- */

struct world *world_new(const struct scenario *scenario, struct journal *journal) {
  return world_new_open(scenario, journal, NULL);
}

struct world *world_new_open(const struct scenario *scenario, struct journal *journal,
                             const struct opening *opening) {
  struct world *world = mem_zalloc(sizeof *world);
  world->opening = opening;
  CHECK(journal_count(journal) == 0);
  world->scenario = scenario;
  world->journal = journal;
  world->sim = sim_new(journal, scenario->start_unix_us, scenario->seed,
                       (struct sim_limits){.events = scenario->events_max, .time_us = scenario->time_max_us});
  world->numbers.letters_max = scenario->messages_max < UINT32_MAX ? (uint32_t)scenario->messages_max : 0;
  world->network = network_new(world->sim);
  add_hosts(world);
  add_links(world);
  add_people(world);
  build_users(world);
  preamble_write(world);
  build_programs(world);
  plan_dns_changes(world);
  plan_host_changes(world);
  if (opening) world->outside = outside_new(world);
  world->opening = NULL;
  plan_script(world);
  return world;
}

void world_on_progress(struct world *world, world_progress *progress, void *context) {
  world->progress = progress;
  world->progress_context = context;
}

/* Events between two looks at how far it is. */
enum { EVENTS_A_LOOK = 100000 };

static void note_end(struct world *world, enum sim_stop stop) {
  struct journal_record record = {.kind = JOURNAL_END};
  record.text[0] = stop == SIM_QUIET ? SPAN("quiet") : stop == SIM_UNTIL ? SPAN("until") : SPAN("limit");
  sim_set_cause(world->sim, 0);
  sim_note(world->sim, &record);
  world->ended = true;
}

enum sim_stop world_run(struct world *world, int64_t until_us) {
  int64_t end_us = world->scenario->until_us;
  bool to_the_end = until_us < 0 || (end_us > 0 && until_us >= end_us);
  int64_t last_us = to_the_end ? (end_us > 0 ? end_us : -1) : until_us;
  enum sim_stop stop;
  bool paused = true;
  do {
    stop = sim_run_part(world->sim, last_us, EVENTS_A_LOOK, &paused);
    if (paused && world->progress) world->progress(world->progress_context, sim_now(world->sim), last_us);
  } while (paused);
  if (!world->ended && (to_the_end || stop != SIM_UNTIL)) note_end(world, stop);
  return stop;
}

enum sim_stop world_go_on(struct world *world, int64_t until_us) {
  return world->stopped = sim_run(world->sim, until_us);
}

void world_end(struct world *world) {
  if (!world->ended) note_end(world, world->stopped);
}

static void empty_store(struct world *world, struct world_host *host) {
  struct agent agent = world_agent(world, host, world_store_keeper(host));
  for (size_t i = 0; i < host->mailboxes.count; i++) {
    const struct mail_user *user = &host->mailboxes.items[i];
    for (size_t left = mail_store_count(host->store, user); left > 0; left--)
      mail_store_remove(host->store, &agent, user, left - 1);
  }
}

void world_empty_maildrops(struct world *world) {
  sim_set_cause(world->sim, 0);
  for (size_t i = 0; i < world->host_count; i++)
    if (world->hosts[i].store) empty_store(world, &world->hosts[i]);
}

struct sim *world_sim(struct world *world) {
  return world->sim;
}
struct outside *world_outside(struct world *world) {
  return world->outside;
}
struct network *world_network(struct world *world) {
  return world->network;
}

void world_free(struct world *world) {
  if (!world) return;
  build_free(world);
  outside_free(world->outside);
  network_free(world->network);
  sim_free(world->sim);
  arena_free(&world->scratch);
  arena_free(&world->arena);
  mem_free(world);
}
