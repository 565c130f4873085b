/* build: the programs of each host, from what the scenario says of it. The loader has filled in every
 * default, so nothing is decided here. */
#include "world/world_internal.h"

#include "base/check.h"
#include "base/mem.h"

struct world_host *world_delivery_host(struct world *world, const struct world_host *host) {
  if (!host->spec || host->spec->mail_for.count == 0) return NULL;
  return world_host_named(world, host->spec->delivers_to.len ? host->spec->delivers_to : host->spec->name);
}

/* ---- name service ---- */

/* What answers "no such name" for whatever is in no other zone. */
static const char *const top_zones[] = {"in-addr.arpa", "ip6.arpa", "."};

/* A domain bought from a registry has two labels here: umich.edu, and what is below it. */
static void add_zone_of(struct world *world, struct span name) {
  if (span_ends_with_nocase(name, SPAN(".arpa"))) return;
  size_t last = span_find_last(name, '.');
  if (last == SPAN_NONE) return;
  size_t before = span_find_last(span_first(name, last), '.');
  dns_zones_add(world->zones, before == SPAN_NONE ? name : span_skip(name, before + 1));
}

static void build_names(struct world *world) {
  const struct scenario *scenario = world->scenario;
  world->zones = dns_zones_new();
  for (size_t i = 0; i < scenario->dns_count; i++) add_zone_of(world, scenario->dns[i].name);
  for (size_t i = 0; i < scenario->dns_change_count; i++) add_zone_of(world, scenario->dns_changes[i].name);
  for (size_t i = 0; i < sizeof top_zones / sizeof *top_zones; i++)
    dns_zones_add(world->zones, span_from(top_zones[i]));
  for (size_t i = 0; i < scenario->dns_count; i++) {
    const struct scenario_dns_record *spec = &scenario->dns[i];
    struct dns_record record;
    enum dns_problem problem =
        dns_record_make(spec->name, spec->type, spec->ttl_s, spec->data, DNS_ROOT, &world->arena, &record);
    CHECK(problem == DNS_OK); /* the loader has read it once */
    dns_zones_add_record(world->zones, &record);
  }
  dns_zones_complete(world->zones, network_host(world->network, world->name_server_host->id)->name, 1, 900);
  struct agent agent = world_agent(world, world->name_server_host, AGENT_DNS);
  world->name_server = name_server_new(&agent, world->zones);
}

/* ---- programs ---- */

struct policy_list build_policies(struct world *world, const struct scenario_policies *spec) {
  struct policy_list list = {arena_zalloc(&world->arena, spec->count * sizeof *list.items), spec->count};
  for (size_t i = 0; i < spec->count; i++) {
    const struct scenario_policy *policy = &spec->items[i];
    list.items[i] = (struct policy){
        .on = policy->on,
        .match = policy->match,
        .from = policy->from,
        .reply = {.code = policy->code, .enhanced = policy->enhanced, .text = policy->text},
        .because = policy->because,
        .times = policy->times,
    };
  }
  return list;
}

static struct mta_alias *aliases_of(struct world *world, const struct scenario_host *spec) {
  struct mta_alias *aliases = arena_alloc(&world->arena, spec->alias_count * sizeof *aliases);
  for (size_t i = 0; i < spec->alias_count; i++)
    aliases[i] = (struct mta_alias){spec->aliases[i].name, spec->aliases[i].destinations,
                                    spec->aliases[i].destination_count, spec->aliases[i].line};
  return aliases;
}

struct mta_relaying build_relaying(struct world *world, struct span_list clients, bool anybody) {
  host_id *hosts = arena_alloc(&world->arena, clients.count * sizeof *hosts);
  struct ip_network *networks = arena_alloc(&world->arena, clients.count * sizeof *networks);
  struct mta_relaying relaying = {.hosts = hosts, .networks = networks, .anybody = anybody};
  for (size_t i = 0; i < clients.count; i++) {
    if (ip_network_parse(clients.items[i], &networks[relaying.network_count]))
      relaying.network_count++;
    else
      hosts[relaying.host_count++] = network_host_named(world->network, clients.items[i]);
  }
  return relaying;
}

static const struct tls_use *tls_of(const struct scenario_host *spec) {
  return spec->tls.said ? &spec->tls.use : NULL;
}

static void build_mta(struct world *world, struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  enum agent_role keeper = spec->roles & ROLE_MTA ? AGENT_MTA : AGENT_MSA;
  struct world_host *store = world_delivery_host(world, host);
  struct mta_config config = {
      .agent = world_agent(world, host, keeper),
      .tls = tls_of(spec),
      .resolver = host->resolver,
      .numbers = &world->numbers,
      .host_name = spec->name,
      .helo_name = spec->helo_name,
      .mail_for = spec->mail_for.items,
      .mail_for_count = spec->mail_for.count,
      .relays_for = spec->relays_for.items,
      .relays_for_count = spec->relays_for.count,
      .relaying = build_relaying(world, spec->relays_from, spec->open_relay),
      .require_auth = spec->require_auth,
      .smarthost = spec->smarthost,
      .delivers_to = store ? store->id : 0,
      .knows_users = store == host,
      .users = &host->mailboxes,
      .submitters = &host->submitters,
      .aliases = aliases_of(world, spec),
      .alias_count = spec->alias_count,
      .aliases_file = spec->aliases_text.len ? spec->software->aliases_file : SPAN_EMPTY,
      .files = host->files,
      .has_forwards = store == host && spec->software->reads_forward && host->has_forwards,
      .policies = build_policies(world, &spec->policies),
      .retry_after_us = spec->retry_after_us,
      .retry_count = spec->retry_count,
      .queue_life_us = spec->queue_life_us,
      .queue_delay_us = spec->queue_delay_us,
      .queue_ids = spec->queue_ids.items,
      .queue_id_count = spec->queue_ids.count,
      .process_id = spec->process_id,
      .queue_sequence = spec->queue_sequence,
      .hop_limit = spec->hop_limit,
  };
  if (spec->roles & ROLE_MTA) config.listener = world_agent(world, host, AGENT_MTA);
  if (spec->roles & ROLE_MSA) config.submission = world_agent(world, host, AGENT_MSA);
  host->mta = mta_new(&config);
}

enum agent_role world_store_keeper(const struct world_host *host) {
  uint32_t roles = host->spec->roles;
  return roles & ROLE_MDA ? AGENT_MDA : roles & ROLE_POP3 ? AGENT_POP3 : AGENT_IMAP;
}

static void build_store(struct world *world, struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  struct agent agent = world_agent(world, host, world_store_keeper(host));
  host->store = mail_store_new(&agent, host->files, spec->maildir);
  if (spec->roles & ROLE_MDA)
    host->mda = mda_new(&(struct mda_config){
        .agent = agent,
        .store = host->store,
        .users = &host->mailboxes,
        .numbers = &world->numbers,
        .policies = spec->roles & ROLE_MTA ? (struct policy_list){0} : build_policies(world, &spec->policies),
    });
  if (spec->roles & ROLE_POP3)
    host->pop3 = pop3_host_new(&(struct pop3_host_config){
        .agent = world_agent(world, host, AGENT_POP3),
        .tls = tls_of(spec),
        .store = host->store,
        .users = &host->mailboxes,
    });
  if (spec->roles & ROLE_IMAP)
    host->imap = imap_host_new(&(struct imap_host_config){
        .agent = world_agent(world, host, AGENT_IMAP),
        .tls = tls_of(spec),
        .store = host->store,
        .users = &host->mailboxes,
        .numbers = &world->numbers,
    });
}

static void build_mua(struct world *world, struct world_host *host) {
  struct world_host *server = world_host_named(world, host->spec->submits_to);
  if (!server) return; /* it only reads mail */
  uint16_t usual_port = server->spec->roles & ROLE_MSA ? PORT_SUBMISSION : PORT_SMTP;
  host->mua = mua_new(&(struct mua_config){
      .agent = world_agent(world, host, AGENT_MUA),
      .submits_to = server->id,
      .port = host->spec->submits_port ? host->spec->submits_port : usual_port,
      .tls = tls_of(host->spec),
      .helo_name = host->spec->helo_name,
      .numbers = &world->numbers,
  });
}

static void build_host(struct world *world, struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  if (!spec || host->is_gateway) return;
  if (world_keeps_files(host)) {
    host->files = file_system_new();
    world_lay_files(world, host);
  }
  if (spec->roles & (ROLE_MSA | ROLE_MTA)) {
    struct agent agent = world_agent(world, host, AGENT_RESOLVER);
    host->resolver = resolver_new(&agent, world->name_server_host->id);
    build_mta(world, host);
  }
  if (spec->roles & (ROLE_MDA | ROLE_POP3 | ROLE_IMAP)) build_store(world, host);
  if (spec->roles & ROLE_MUA) build_mua(world, host);
}

static struct mra *build_mra(struct world *world, const struct world_person *person,
                             const struct world_host *host) {
  if (!host || !host->spec || !(host->spec->roles & ROLE_MRA)) return NULL;
  struct world_host *server = world_host_named(world, host->spec->reads_from);
  if (!server) return NULL;
  return mra_new(&(struct mra_config){
      .agent = world_agent(world, host, AGENT_MRA),
      .server = server->id,
      .by_imap = host->spec->reads_by_imap,
      .tls_first = host->spec->reads_tls_first,
      .tls = tls_of(host->spec),
      .user = person->spec->mailbox,
      .password = person->spec->password,
      .leave_on_server = host->spec->leave_on_server,
      .person = person->number,
      .numbers = &world->numbers,
  });
}

/* On each other machine from which somebody fetches. */
static void build_other_mras(struct world *world) {
  for (size_t i = 0; i < world->scenario->action_count; i++) {
    const struct scenario_action *action = &world->scenario->actions[i];
    if (action->verb != VERB_FETCH || !action->from_host.len) continue;
    struct world_person *person = world_person_named(world, action->who);
    struct world_host *host = world_host_named(world, action->from_host);
    if (!person || world_mra_at(person, host)) continue;
    struct world_other_mra *other = arena_alloc(&world->arena, sizeof *other);
    *other = (struct world_other_mra){person->others, host, build_mra(world, person, host)};
    person->others = other;
  }
}

struct mra *world_mra_at(const struct world_person *person, const struct world_host *host) {
  if (host == person->host) return person->mra;
  for (const struct world_other_mra *other = person->others; other; other = other->next)
    if (other->host == host) return other->mra;
  return NULL;
}

void build_programs(struct world *world) {
  build_names(world);
  for (size_t i = 0; i < world->host_count; i++) build_host(world, &world->hosts[i]);
  for (size_t i = 0; i < world->scenario->person_count; i++) {
    struct world_person *person = &world->people[i];
    person->mra = build_mra(world, person, person->host);
  }
  build_other_mras(world);
}

void build_free(struct world *world) {
  for (size_t i = 0; i < world->scenario->person_count; i++) {
    mra_free(world->people[i].mra);
    for (struct world_other_mra *other = world->people[i].others; other; other = other->next)
      mra_free(other->mra);
  }
  for (size_t i = 0; i < world->host_count; i++) {
    struct world_host *host = &world->hosts[i];
    mua_free(host->mua);
    pop3_host_free(host->pop3);
    imap_host_free(host->imap);
    mda_free(host->mda);
    mail_store_free(host->store);
    file_system_free(host->files);
    mta_free(host->mta);
    resolver_free(host->resolver);
  }
  name_server_free(world->name_server);
  dns_zones_free(world->zones);
}
