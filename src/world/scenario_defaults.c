/* What the author did not say. The order matters: roles follow from references, references from roles. */
#include "base/check.h"
#include "base/ip_address.h"
#include "mail/address.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"
#include "world/software_load.h"

static struct span domain_of(struct span address) {
  size_t at = span_find_last(address, '@');
  return at == SPAN_NONE ? SPAN_EMPTY : span_skip(address, at + 1);
}

static bool lists(const struct span_list *list, struct span name) {
  for (size_t i = 0; i < list->count; i++)
    if (span_equal_nocase(list->items[i], name)) return true;
  return false;
}

/* The organisation's part of a name: "umich.edu" of "mx.umich.edu", "csu.ac.uk" of "mail.csu.ac.uk". */
static struct span organisation(struct span name) {
  static const struct span second_levels[] = {
      SPAN_INIT("ac"),  SPAN_INIT("co"),  SPAN_INIT("com"), SPAN_INIT("edu"), SPAN_INIT("gov"),
      SPAN_INIT("net"), SPAN_INIT("org"), SPAN_INIT("or"),  SPAN_INIT("ne"),
  };
  size_t last = span_find_last(name, '.');
  if (last == SPAN_NONE) return SPAN_EMPTY;
  size_t before = span_find_last(span_first(name, last), '.');
  if (before == SPAN_NONE) return name;
  struct span second = span_slice(name, before + 1, last - before - 1);
  bool country = name.len - last - 1 == 2;
  for (size_t i = 0; country && i < sizeof second_levels / sizeof second_levels[0]; i++) {
    if (!span_equal_nocase(second, second_levels[i])) continue;
    size_t third = span_find_last(span_first(name, before), '.');
    return third == SPAN_NONE ? name : span_skip(name, third + 1);
  }
  return span_skip(name, before + 1);
}

/* ---- people ---- */

static void person_defaults(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->person_count; i++) {
    struct scenario_person *person = &scenario->people[i];
    size_t at = span_find_last(person->address, '@');
    if (!person->mailbox.len)
      person->mailbox =
          at == SPAN_NONE ? person->name : address_unquote(span_first(person->address, at), loading->arena);
    if (!person->password.len) person->password = SPAN("secret");
  }
}

/* The first person who uses each host, or NULL. */
static const struct scenario_person **users_of_hosts(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  const struct scenario_person **users =
      arena_zalloc(&loading->scratch, (scenario->host_count + 1) * sizeof *users);
  for (size_t i = 0; i < scenario->person_count; i++) {
    const struct scenario_host *host = host_named(loading, scenario->people[i].uses);
    if (host && !users[host - scenario->hosts]) users[host - scenario->hosts] = &scenario->people[i];
  }
  return users;
}

/* ---- roles ---- */

static bool said(struct loading *loading, size_t host, const char *key) {
  return had_key(loading, &host_keys, loading->draft->hosts[host].seen, key);
}

/* Where somebody fetches mail, or answers what they have fetched. */
static void deduce_fetching(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->action_count; i++) {
    const struct doing *doing = &loading->draft->doings[i];
    if (!doing->person || (doing->verb != VERB_FETCH && doing->verb != VERB_REPLY)) continue;
    struct span from = doing->has_from_host ? scenario->actions[i].from_host : doing->person->uses;
    struct scenario_host *host = host_named(loading, from);
    if (host && !said(loading, (size_t)(host - scenario->hosts), "runs")) host->roles |= ROLE_MRA;
  }
}

/* What a host without "runs" does, from what else is said of it. */
static void deduce_roles(struct loading *loading, const struct scenario_person **users) {
  struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct scenario_host *host = &scenario->hosts[i];
    if (said(loading, i, "runs")) continue;
    if (users[i] || host->submits_to.len) host->roles |= ROLE_MUA;
    if (host->reads_from.len) host->roles |= ROLE_MRA;
    if (host->mail_for.count) host->roles |= host->delivers_to.len ? ROLE_MTA : ROLE_MTA | ROLE_MDA;
    if (host->relays_for.count || host->relays_from.count || host->smarthost.len || host->open_relay)
      host->roles |= ROLE_MTA;
  }
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct scenario_host *store = host_named(loading, scenario->hosts[i].reads_from);
    struct scenario_host *msa = host_named(loading, scenario->hosts[i].submits_to);
    struct scenario_host *mda = host_named(loading, scenario->hosts[i].delivers_to);
    if (store && !said(loading, (size_t)(store - scenario->hosts), "runs"))
      store->roles |= (scenario->hosts[i].reads_by_imap ? ROLE_IMAP : ROLE_POP3) | ROLE_MDA;
    if (mda && !said(loading, (size_t)(mda - scenario->hosts), "runs")) mda->roles |= ROLE_MDA;
    if (msa && !said(loading, (size_t)(msa - scenario->hosts), "runs")) msa->roles |= ROLE_MSA | ROLE_MTA;
  }
  deduce_fetching(loading);
}

/* ---- who serves whom ---- */

/* The only host with a role, or NULL. */
static const struct scenario_host *only_one(const struct scenario *scenario, uint32_t role) {
  const struct scenario_host *found = NULL;
  for (size_t i = 0; i < scenario->host_count; i++) {
    if (!(scenario->hosts[i].roles & role)) continue;
    if (found) return NULL;
    found = &scenario->hosts[i];
  }
  return found;
}

/* The first host with a role that takes the domain's mail, or stands in its region. */
static const struct scenario_host *of_domain(const struct scenario *scenario, uint32_t role,
                                             struct span domain) {
  const struct scenario_host *neighbour = NULL;
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    if (!(host->roles & role) || !domain.len) continue;
    if (lists(&host->mail_for, domain)) return host;
    if (!neighbour && span_equal_nocase(organisation(host->name), organisation(domain))) neighbour = host;
  }
  return neighbour;
}

static struct span name_of(const struct scenario_host *host) {
  return host ? host->name : SPAN_EMPTY;
}

/* A mail user agent's way out: its own host, then the provider of its user, then the only one there is. */
static struct span way_out(const struct scenario *scenario, const struct scenario_host *host,
                           struct span domain) {
  if (host->roles & (ROLE_MSA | ROLE_MTA)) return host->name;
  const struct scenario_host *found = of_domain(scenario, ROLE_MSA, domain);
  if (!found) found = of_domain(scenario, ROLE_MTA, domain);
  if (!found) found = only_one(scenario, ROLE_MSA);
  if (!found) found = only_one(scenario, ROLE_MTA);
  return name_of(found);
}

/* The host where the domain's mail is put into mailboxes, if it may serve them by POP3, too. */
static struct scenario_host *willing_store(struct loading *loading, struct span domain) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->host_count; i++) {
    if (!lists(&scenario->hosts[i].mail_for, domain)) continue;
    struct scenario_host *store = host_named(loading, scenario->hosts[i].delivers_to);
    if (!store) store = &scenario->hosts[i];
    return said(loading, (size_t)(store - scenario->hosts), "runs") ? NULL : store;
  }
  return NULL;
}

static struct span store_for(struct loading *loading, const struct scenario_host *host, struct span domain) {
  const struct scenario *scenario = loading->scenario;
  if (host->roles & ROLE_POP3) return host->name;
  const struct scenario_host *found = of_domain(scenario, ROLE_POP3, domain);
  if (!found) found = only_one(scenario, ROLE_POP3);
  if (found) return found->name;
  struct scenario_host *store = willing_store(loading, domain);
  if (store) store->roles |= ROLE_POP3 | ROLE_MDA;
  return name_of(store);
}

static void companions(struct loading *loading, const struct scenario_person **users) {
  struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct scenario_host *host = &scenario->hosts[i];
    struct span domain = users[i] ? domain_of(users[i]->address) : organisation(host->name);
    if ((host->roles & ROLE_MUA) && !said(loading, i, "submits_to"))
      host->submits_to = way_out(scenario, host, domain);
    if ((host->roles & ROLE_MRA) && !said(loading, i, "reads_from"))
      host->reads_from = store_for(loading, host, domain);
    if (host->reads_by_imap && !said(loading, i, "leave_on_server")) host->leave_on_server = true;
    if (host->mail_for.count && !said(loading, i, "delivers_to"))
      host->delivers_to = host->roles & ROLE_MDA ? host->name : name_of(only_one(scenario, ROLE_MDA));
  }
}

/* Who hands mail to it as a matter of course, and proves nothing: user agents, where it asks for no AUTH,
 * and hosts whose smarthost it is. */
static bool is_client(const struct scenario_host *client, const struct scenario_host *server) {
  if (client == server) return false;
  bool by_auth = (server->roles & ROLE_MSA) && server->require_auth;
  bool submits = span_equal(client->submits_to, server->name) && !by_auth;
  return submits || span_equal(client->smarthost, server->name);
}

static void trusted_clients(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  size_t *counts = arena_zalloc(&loading->scratch, (scenario->host_count + 1) * sizeof *counts);
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < scenario->host_count; i++) {
      const struct scenario_host *client = &scenario->hosts[i];
      struct span towards[2] = {client->submits_to, client->smarthost};
      for (size_t t = 0; t < 2; t++) {
        struct scenario_host *server = towards[t].len ? host_named(loading, towards[t]) : NULL;
        if (!server || !is_client(client, server) || (t == 1 && span_equal(towards[0], towards[1]))) continue;
        size_t number = (size_t)(server - scenario->hosts);
        if (said(loading, number, "relays_from")) continue;
        if (pass == 0) {
          counts[number]++;
          continue;
        }
        struct span_list *list = &server->relays_from;
        if (!list->items)
          *list = (struct span_list){arena_alloc(loading->arena, counts[number] * sizeof(struct span)), 0};
        ((struct span *)(uintptr_t)list->items)[list->count++] = client->name;
      }
    }
  }
}

/* ---- the look ---- */

static struct span icon_for(const struct scenario_host *host) {
  uint32_t roles = host->roles;
  if (roles & (ROLE_MUA | ROLE_MRA)) return SPAN("laptop");
  if (roles == ROLE_DNS) return SPAN("directory");
  if (!(roles & ROLE_MTA) && (roles & (ROLE_MDA | ROLE_POP3 | ROLE_IMAP))) return SPAN("mailbox");
  if (roles == ROLE_MTA && !host->mail_for.count) return SPAN("relay");
  return SPAN("server");
}

static void look_of(struct scenario_host *host, const struct scenario_person *user, bool region_said) {
  if (!host->label.len) host->label = host->name;
  if (!host->icon.len) host->icon = icon_for(host);
  if (region_said) return;
  host->region = organisation(host->name);
  if (!host->region.len && user) host->region = organisation(domain_of(user->address));
}

/* ---- addresses ---- */

/* The blocks set aside for documents (RFC 5737), then a private one. */
static struct ip_address nth_address(uint32_t n) {
  static const uint8_t blocks[3][3] = {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}};
  uint8_t bytes[4];
  if (n < 3 * 254) {
    memcpy(bytes, blocks[n / 254], 3);
    bytes[3] = (uint8_t)(n % 254 + 1);
  } else {
    n -= 3 * 254;
    bytes[0] = 10;
    bytes[1] = (uint8_t)(n / 254 / 256);
    bytes[2] = (uint8_t)(n / 254 % 256);
    bytes[3] = (uint8_t)(n % 254 + 1);
  }
  return ip_address_from_bytes(IP_V4, bytes);
}

static void assign_addresses(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  struct name_index *taken = &loading->addresses;
  name_index_init(taken, scenario->host_count * SCENARIO_ADDRESSES_MAX, false);
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    if (host->address.len) name_index_add(taken, &host->address);
    for (size_t k = 0; k < host->further.count; k++) name_index_add(taken, &host->further.items[k]);
  }
  uint32_t next = 0;
  for (size_t i = 0; i < scenario->host_count; i++) {
    if (scenario->hosts[i].address.len) continue;
    struct buf text = BUF_CAPPED(IP_ADDRESS_TEXT_MAX);
    do {
      struct ip_address address = nth_address(next++);
      buf_clear(&text);
      ip_address_write(&address, &text);
    } while (name_index_find(taken, buf_span(&text)));
    scenario->hosts[i].address = keep(loading, buf_span(&text));
    buf_free(&text);
  }
}

/* ---- the rest ---- */

enum { PROCESS_ID_FIRST = 4000, PROCESS_ID_STEP = 1000 };

static void queue_of(struct loading *loading, struct scenario_host *host, struct host_draft *draft) {
  const struct software *software = host->software;
  if (draft->retry.after.count) {
    host->retry_after_us = draft->retry.after.us;
    host->retry_count = draft->retry.after.count;
  } else {
    size_t size = software->retry_count * sizeof *host->retry_after_us;
    host->retry_after_us = arena_alloc(loading->arena, size);
    host->retry_count = software->retry_count;
    memcpy(host->retry_after_us, software->retry_after_us, size);
  }
  host->queue_life_us = draft->retry.expire_us ? draft->retry.expire_us : software->queue_life_us;
}

static void rest_of(struct loading *loading, size_t number) {
  struct scenario_host *host = &loading->scenario->hosts[number];
  struct host_draft *draft = &loading->draft->hosts[number];
  bool zone_said = draft->zone.minutes != INT32_MAX;
  const struct zone_draft *zone = zone_said ? &draft->zone : &loading->draft->zone;
  bool none = !zone_said && !had_key(loading, &scenario_keys, loading->draft->seen, "zone");
  host->zone_minutes = none ? loading->scenario->zone_minutes : zone->minutes;
  host->zone_name = none || !zone->name.len ? SPAN_EMPTY : zone->name;
  if (!host->helo_name.len) host->helo_name = host->name;
  if (!host->hop_limit) host->hop_limit = host->software->hop_limit;
  if (!host->process_id) host->process_id = PROCESS_ID_FIRST + PROCESS_ID_STEP * (uint32_t)number;
  queue_of(loading, host, draft);
}

static void action_defaults(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->action_count; i++) {
    const struct doing *doing = &loading->draft->doings[i];
    if (doing->verb == VERB_TYPE && !doing->has_from_host && doing->person)
      scenario->actions[i].from_host = doing->person->uses;
  }
}

/* A submission server asks for AUTH if its software can. */
static void software_of(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct scenario_host *host = &scenario->hosts[i];
    if (!host->software && said(loading, i, "software")) continue; /* complained about already */
    if (!host->software) host->software = software_named(loading, NULL, SPAN("neutral"));
    if (host->software && !said(loading, i, "require_auth"))
      host->require_auth = (host->roles & ROLE_MSA) && host->software->server.offer_auth;
  }
}

void fill_defaults(struct loading *loading) {
  struct scenario *scenario = loading->scenario;
  const struct scenario_person **users = users_of_hosts(loading);
  person_defaults(loading);
  deduce_roles(loading, users);
  software_of(loading);
  companions(loading, users);
  trusted_clients(loading);
  assign_addresses(loading);
  action_defaults(loading);
  for (size_t i = 0; i < scenario->host_count; i++) {
    if (scenario->hosts[i].software) rest_of(loading, i);
    fill_tls(loading, &scenario->hosts[i]);
    look_of(&scenario->hosts[i], users[i], said(loading, i, "region"));
  }
}
