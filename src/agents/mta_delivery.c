/* mta_delivery: one round of tries for a queue entry.
 *
 * Recipients of one domain travel together, in one transaction (RFC 5321 5.1 asks for as few copies as
 * can be), unless the software sends each his own copy (qmail). Their route is a list of hosts, best first;
 * the next is tried when one cannot be reached or greets with a refusal. Once a transaction has begun, what
 * is said about a recipient counts.
 *
 *     entry ─▶ group by domain ─▶ route ─▶ hop 1: address 1 ─▶ session ─▶ outcomes ─▶ settle
 *                                                 address 2 …   if not reached
 *                                          hop 2 …
 */
#include "agents/mta_internal.h"

#include "agents/seven_bit.h"
#include "base/check.h"
#include "base/mem.h"
#include "mail/address.h"

struct delivery {
  struct delivery *next, *previous;
  struct mta *mta;
  struct queue_entry *entry;
  struct arena arena;
  struct outbound_letter letter;
  struct span domain;   /* as it stands in the entry, or the host's own name */
  uint32_t *recipients; /* indices in the entry */
  uint32_t recipient_count;
  struct route_search route;   /* of the domain */
  uint32_t hop;                /* being tried */
  struct address_search found; /* the addresses of that hop */
  uint32_t address;            /* of those, being tried */
  host_id to;                  /* who has it; 0: nobody */
  struct span to_address;
  struct mta_failure failure; /* of the hop being tried; no text: none yet */
  struct mta_failure kept;    /* of the hops before: the one that counts */
  struct span *addresses;     /* of the recipients, as the transaction wants them */
  uint32_t only_recipient;    /* where there is one recipient: the list, … */
  struct span only_address;   /* … and that of the addresses */
};

static void try_next(struct delivery *delivery);
static void try_next_hop(struct delivery *delivery);

static void free_delivery(struct delivery *delivery) {
  if (delivery->next) delivery->next->previous = delivery->previous;
  if (delivery->previous)
    delivery->previous->next = delivery->next;
  else
    delivery->mta->deliveries = delivery->next;
  arena_free(&delivery->arena);
  mem_give(delivery, sizeof *delivery);
}

void mta_forget_deliveries(struct mta *mta) {
  while (mta->deliveries) free_delivery(mta->deliveries);
}

static void finish(struct delivery *delivery) {
  struct mta *mta = delivery->mta;
  struct queue_entry *entry = delivery->entry;
  free_delivery(delivery);
  if (--entry->active == 0) mta_settle(mta, entry);
}

static struct span hop_name(const struct delivery *delivery) {
  return delivery->hop < delivery->route.hop_count ? delivery->route.hops[delivery->hop].name
                                                   : delivery->domain;
}

static struct queue_recipient *recipient_of(struct delivery *delivery, uint32_t index) {
  return &delivery->entry->recipients[delivery->recipients[index]];
}

/* The same fate for all recipients that have none yet. */
static void settle_rest(struct delivery *delivery, const struct mta_failure *failure) {
  for (uint32_t i = 0; i < delivery->recipient_count; i++) {
    if (recipient_of(delivery, i)->state != QUEUE_ACTIVE) continue;
    if (failure->reply.code >= 500)
      mta_bounce(delivery->mta, delivery->entry, delivery->recipients[i], failure);
    else
      mta_defer(delivery->mta, delivery->entry, delivery->recipients[i], failure);
  }
}

/* What the host at hand said of all recipients, or what was found out about it. */
static void note_failure(struct delivery *delivery, const struct smtp_reply *reply, bool said) {
  delivery->failure = (struct mta_failure){*reply, arena_copy(&delivery->arena, hop_name(delivery)), said};
  delivery->failure.reply.enhanced = arena_copy(&delivery->arena, reply->enhanced);
  delivery->failure.reply.text = arena_copy(&delivery->arena, reply->text);
}

/* ---- one session ---- */

/* A delivery agent's yes is the end of the way; a next host that offers DSN reports itself, another never
 * will (RFC 3461 5.2.1 to 5.2.3). */
static void take_yes(struct delivery *delivery, uint32_t recipient, const struct smtp_reply *reply,
                     bool passed_on) {
  struct queue_entry *entry = delivery->entry;
  mta_relayed(delivery->mta, entry, recipient, delivery->to, hop_name(delivery), reply->text);
  if (!entry->asks) return;
  bool local = delivery->route.because == ROUTE_LOCAL;
  struct mta_failure what = {*reply, local ? SPAN_EMPTY : hop_name(delivery), !local};
  if (local || !passed_on) mta_succeeded(entry, recipient, local ? DSN_DELIVERED : DSN_RELAYED, &what);
}

static void on_recipient(struct delivery *delivery, uint32_t index, const struct smtp_reply *reply,
                         bool final, bool passed_on) {
  struct mta *mta = delivery->mta;
  uint32_t recipient = delivery->recipients[index];
  if (reply->code == 0) {
    note_failure(delivery,
                 &(struct smtp_reply){.enhanced = SPAN("4.4.2"), .text = SPAN("lost the connection")}, false);
  } else if (reply->code >= 400) {
    struct mta_failure failure = {*reply, hop_name(delivery), true};
    (reply->code >= 500 ? mta_bounce : mta_defer)(mta, delivery->entry, recipient, &failure);
  } else if (final) {
    take_yes(delivery, recipient, reply, passed_on);
  }
}

static void on_outcome(void *context, const struct smtp_client_action *action) {
  struct delivery *delivery = context;
  const struct smtp_reply *reply = &action->reply;
  switch (action->outcome) {
  case SMTP_OUTCOME_CONNECT:
    if (reply->code || reply->enhanced.len)
      note_failure(delivery, reply, reply->code != 0); /* else on_over knows better what happened */
    break;
  case SMTP_OUTCOME_MAIL:
    if (reply->code >= 500)
      settle_rest(delivery, &(struct mta_failure){*reply, hop_name(delivery), true});
    else if (reply->code)
      note_failure(delivery, reply, true);
    break;
  case SMTP_OUTCOME_RCPT: on_recipient(delivery, action->recipient, reply, false, action->dsn); break;
  case SMTP_OUTCOME_MESSAGE: on_recipient(delivery, action->recipient, reply, true, action->dsn); break;
  }
}

/* What a conversion makes of it is kept with the entry, for its other recipients and its later tries. */
static bool on_no_8bitmime(void *context, struct message **message) {
  struct delivery *delivery = context;
  struct mta *mta = delivery->mta;
  struct queue_entry *entry = delivery->entry;
  struct seven_bit_facts facts = {hop_name(delivery), mta->config.host_name, entry->id};
  struct mta_failure failure = {.reply = {.code = 550, .enhanced = SPAN("5.6.3")}, .by_host = facts.server};
  struct message *prepared = message_retain(entry->in_7bit ? entry->in_7bit : entry->message);
  bool good = entry->in_7bit || seven_bit_prepare(&mta->config.agent, mta->config.numbers, &facts, &prepared,
                                                  &entry->arena, &failure.reply.text);
  if (!good) settle_rest(delivery, &failure);
  if (prepared != entry->message && !entry->in_7bit) entry->in_7bit = message_retain(prepared);
  message_release(prepared);
  *message = entry->in_7bit ? entry->in_7bit : entry->message;
  return good;
}

static const char *connection_end_text(enum connection_end how) {
  switch (how) {
  case CONNECTION_REFUSED: return "Connection refused";
  case CONNECTION_TIMED_OUT: return "Connection timed out";
  case CONNECTION_CLOSED: return "Connection closed";
  case CONNECTION_CUT: return "Connection lost";
  }
  UNREACHABLE();
}

static bool any_active(struct delivery *delivery) {
  for (uint32_t i = 0; i < delivery->recipient_count; i++)
    if (recipient_of(delivery, i)->state == QUEUE_ACTIVE) return true;
  return false;
}

static void on_over(void *context, enum connection_end how, bool transacted) {
  struct delivery *delivery = context;
  if (!any_active(delivery)) {
    finish(delivery);
    return;
  }
  if (!delivery->failure.reply.text.len) {
    struct span what =
        arena_format(&delivery->arena, "connect to %.*s[%.*s]: %s", SPAN_ARG(hop_name(delivery)),
                     SPAN_ARG(delivery->to_address), connection_end_text(how));
    note_failure(delivery, &(struct smtp_reply){.enhanced = SPAN("4.4.1"), .text = what}, false);
  }
  if (transacted) { /* the reply never came: it may have been delivered, and will be sent again (RFC 1047) */
    settle_rest(delivery, &delivery->failure);
    finish(delivery);
    return;
  }
  try_next(delivery);
}

static const struct smtp_sender_events sender_events = {on_outcome, on_over, on_no_8bitmime};

/* Who is routed, and why there. */
static void say_who(struct journal_record *record, const struct delivery *delivery, uint32_t recipient,
                    struct span because) {
  record->message = delivery->entry->message->number;
  record->text[0] = delivery->entry->id;
  record->text[1] = delivery->entry->recipients[recipient].address;
  record->text[3] = because;
}

static void note_routed(struct delivery *delivery, uint32_t recipient) {
  static const struct span because[] = {[ROUTE_LOCAL] = SPAN_INIT("local"),
                                        [ROUTE_SMARTHOST] = SPAN_INIT("smarthost"),
                                        [ROUTE_MX] = SPAN_INIT("mx"),
                                        [ROUTE_ADDRESS] = SPAN_INIT("a"),
                                        [ROUTE_LITERAL] = SPAN_INIT("literal")};
  const struct route_hop *hop = &delivery->route.hops[delivery->hop];
  bool by_aaaa = delivery->route.because == ROUTE_ADDRESS && ip_family_of_text(delivery->to_address) == IP_V6;
  struct journal_record record = agent_record(&delivery->mta->config.agent, JOURNAL_ROUTED);
  say_who(&record, delivery, recipient, by_aaaa ? SPAN("aaaa") : because[delivery->route.because]);
  record.number[0] = hop->preference;
  record.number[1] = delivery->to;
  record.text[2] = hop->name;
  record.text[4] = hop->record;
  record.text[5] = delivery->to_address;
  sim_note_cause(delivery->mta->config.agent.sim, &record);
}

static void start_session(struct delivery *delivery) {
  struct mta *mta = delivery->mta;
  const struct agent *agent = &mta->config.agent;
  uint32_t count = 0;
  for (uint32_t i = 0; i < delivery->recipient_count; i++) {
    if (recipient_of(delivery, i)->state != QUEUE_ACTIVE) continue;
    delivery->recipients[count] = delivery->recipients[i];
    delivery->addresses[count++] = recipient_of(delivery, i)->address;
    note_routed(delivery, delivery->recipients[i]);
  }
  delivery->recipient_count = count;
  struct journal_record record = agent_record(agent, JOURNAL_ATTEMPT);
  record.message = delivery->entry->message->number;
  record.number[0] = delivery->entry->attempts;
  record.text[0] = delivery->entry->id;
  record.text[1] = delivery->addresses[0];
  record.text[2] = hop_name(delivery);
  sim_note_cause(agent->sim, &record);

  bool local = delivery->route.because == ROUTE_LOCAL;
  struct smtp_sender_config config = {
      .agent = *agent,
      .to = delivery->to,
      .address = local ? SPAN_EMPTY : delivery->to_address,
      .port = local ? PORT_LMTP : PORT_SMTP,
      .protocol = local ? SPAN("lmtp") : SPAN("smtp"),
      .client = {.helo_name = mta->config.helo_name,
                 .dialect = local ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP,
                 .use_helo = agent->software->client_uses_helo && !local,
                 .no_pipelining = !agent->software->client_pipelines},
      .tls = local ? NULL : mta->config.tls,
      .server_name = hop_name(delivery),
  };
  delivery->letter.turn = (struct smtp_turn){
      .transaction = {.reverse_path = delivery->entry->reverse_path,
                      .recipients = delivery->addresses,
                      .recipient_count = count,
                      .message = delivery->entry->message,
                      .dsn =
                          mta_requests(mta, delivery->entry, delivery->recipients, count, &delivery->arena)},
      .events = &sender_events,
      .context = delivery,
  };
  outbound_send(mta->outbound, &config, &delivery->letter);
}

/* That there is no way was decided by the domain's own MX records: that is a decision, too, about each
 * recipient. */
static void note_no_way(struct delivery *delivery, const char *because) {
  struct sim *sim = delivery->mta->config.agent.sim;
  journal_seq answer = sim_cause(sim);
  for (uint32_t i = 0; i < delivery->recipient_count; i++) {
    struct journal_record record = agent_record(&delivery->mta->config.agent, JOURNAL_ROUTED);
    say_who(&record, delivery, delivery->recipients[i], span_from(because));
    record.text[4] = delivery->route.said;
    sim_set_cause(sim, answer);
    sim_note_cause(sim, &record);
    mta_bounce(delivery->mta, delivery->entry, delivery->recipients[i], &delivery->failure);
  }
}

/* ---- from one address to the next ---- */

/* The host with that address, and the address as text, which lives as long as the host, if there is one. */
static void find_host(struct delivery *delivery, const struct ip_address *address) {
  delivery->to = network_host_with(delivery->mta->config.agent.network, address, &delivery->to_address);
  if (delivery->to) return;
  char inside[IP_ADDRESS_TEXT_MAX + 1];
  struct buf written = BUF_ON(inside, IP_ADDRESS_TEXT_MAX);
  ip_address_write(address, &written);
  delivery->to_address = arena_copy(&delivery->arena, buf_span(&written));
  buf_free(&written);
}

static void try_address(struct delivery *delivery) {
  const struct mta_address *address = &delivery->found.items[delivery->address];
  const struct agent *agent = &delivery->mta->config.agent;
  if (address->record) sim_set_cause(agent->sim, address->record);
  find_host(delivery, &address->ip);
  bool has_route = network_host_address(agent->network, agent->host, address->ip.family).len > 0;
  if (has_route) {
    start_session(delivery);
    return;
  }
  struct span what = arena_format(&delivery->arena, "connect to %.*s[%.*s]: Network is unreachable",
                                  SPAN_ARG(hop_name(delivery)), SPAN_ARG(delivery->to_address));
  note_failure(delivery, &(struct smtp_reply){.enhanced = SPAN("4.4.1"), .text = what}, false);
  try_next(delivery);
}

static bool leads_home(const struct delivery *delivery) {
  if (delivery->route.because != ROUTE_MX && delivery->route.because != ROUTE_ADDRESS) return false;
  for (uint32_t i = 0; i < delivery->found.count; i++)
    if (agent_has_address(&delivery->mta->config.agent, &delivery->found.items[i].ip)) return true;
  return false;
}

/* This host under another name: what is no better than itself is no way (RFC 5321 5.1). If anything was
 * better, the letter waits for that. Postfix looks for its own addresses, too; sendmail finds its own name in
 * the greeting. */
static void stop_at_home(struct delivery *delivery) {
  if (!delivery->kept.reply.text.len) {
    struct span what =
        arena_format(&delivery->arena, "%.*s: mail loops back to this host (%.*s is its own name)",
                     SPAN_ARG(delivery->domain), SPAN_ARG(hop_name(delivery)));
    note_failure(delivery, &(struct smtp_reply){550, SPAN("5.4.6"), what}, false);
    delivery->route.said = delivery->route.hops[delivery->hop].record;
    note_no_way(delivery, "loop");
  } else {
    settle_rest(delivery, &delivery->kept);
  }
  finish(delivery);
}

static void on_addresses(void *context) {
  struct delivery *delivery = context;
  const struct address_search *found = &delivery->found;
  sim_set_cause(delivery->mta->config.agent.sim, found->record);
  if (leads_home(delivery)) {
    stop_at_home(delivery);
    return;
  }
  if (delivery->address < found->count) {
    try_address(delivery);
    return;
  }
  if (found->count) {
    try_next_hop(delivery);
    return;
  }
  delivery->to = 0;
  struct smtp_reply reply = {
      .code = found->later ? 0 : 550,
      .enhanced = found->later ? SPAN("4.4.3") : SPAN("5.1.2"),
      .text = arena_format(&delivery->arena, "%.*s: %s", SPAN_ARG(hop_name(delivery)),
                           found->later ? "name server does not answer" : "no address found"),
  };
  note_failure(delivery, &reply, false);
  try_next(delivery);
}

/* A domain that is an address already: nothing to ask (RFC 5321 4.1.3, 5.1). */
static bool take_literal(struct delivery *delivery) {
  struct address_search *search = &delivery->found;
  search->items = &search->only;
  search->count = address_literal_parse(hop_name(delivery), &search->only.ip);
  return search->count > 0;
}

static void try_hop(struct delivery *delivery) {
  struct mta *mta = delivery->mta;
  delivery->address = 0;
  delivery->found = (struct address_search){.mta = mta,
                                            .name = hop_name(delivery),
                                            .arena = &delivery->arena,
                                            .fn = on_addresses,
                                            .context = delivery};
  if (delivery->hop >= delivery->route.hop_count) {
    settle_rest(delivery, &delivery->kept);
    finish(delivery);
  } else if (delivery->route.because == ROUTE_LOCAL) {
    delivery->to = mta->config.delivers_to;
    delivery->to_address = network_host(mta->config.agent.network, delivery->to)->address;
    start_session(delivery);
  } else if (take_literal(delivery)) {
    try_address(delivery);
  } else {
    mta_find_addresses(&delivery->found);
  }
}

static void try_next_hop(struct delivery *delivery) {
  delivery->hop++;
  try_hop(delivery);
}

/* All addresses of a host, then those of the next (RFC 5321 5.1). As long as one of a domain's hosts may take
 * the letter later, the letter waits: a host that never will does not speak for the others. */
static void try_next(struct delivery *delivery) {
  bool first = !delivery->kept.reply.text.len;
  if (first || delivery->failure.reply.code < 500 || delivery->kept.reply.code >= 500)
    delivery->kept = delivery->failure;
  delivery->failure = (struct mta_failure){0};
  if (++delivery->address < delivery->found.count) {
    try_address(delivery);
    return;
  }
  if (!mta_find_further(&delivery->found)) try_next_hop(delivery);
}

static void on_route(void *context) {
  struct delivery *delivery = context;
  const struct route_search *route = &delivery->route;
  static const struct {
    const char *enhanced;
    bool permanent;
    const char *because; /* of the decision; NULL: nothing was decided */
  } failures[] = {
      [ROUTE_OK] = {"", false, NULL},
      [ROUTE_TRY_LATER] = {"4.4.3", false, NULL},
      [ROUTE_NO_DOMAIN] = {"5.1.2", true, NULL},     /* bad destination system */
      [ROUTE_NULL_MX] = {"5.1.10", true, "null_mx"}, /* RFC 7505 4.2: the domain takes no mail */
      [ROUTE_LOOP] = {"5.4.6", true, "loop"},        /* the best MX is this host itself */
      [ROUTE_NO_ADDRESS] = {"5.4.4", true, NULL},    /* unable to route */
  };
  if (route->record) sim_set_cause(delivery->mta->config.agent.sim, route->record);
  if (route->failure == ROUTE_OK) {
    try_hop(delivery);
    return;
  }
  bool permanent = failures[route->failure].permanent;
  struct smtp_reply reply = {
      .code = permanent ? 550 : 0,
      .enhanced = span_from(failures[route->failure].enhanced),
      .text = route->why,
  };
  note_failure(delivery, &reply, false);
  if (failures[route->failure].because) note_no_way(delivery, failures[route->failure].because);
  settle_rest(delivery, &delivery->failure);
  finish(delivery);
}

/* ---- grouping ---- */

static struct span domain_of(const struct mta *mta, struct span address) {
  size_t at = span_find_last(address, '@');
  return at == SPAN_NONE ? mta->config.host_name : span_skip(address, at + 1);
}

static void make_lists(struct delivery *delivery, uint32_t count) {
  bool one = count == 1;
  delivery->recipients =
      one ? &delivery->only_recipient : arena_alloc(&delivery->arena, count * sizeof *delivery->recipients);
  delivery->addresses =
      one ? &delivery->only_address : arena_alloc(&delivery->arena, count * sizeof *delivery->addresses);
}

/* Of the recipient with that index, and of those after it that go the same way. */
static void start_delivery(struct mta *mta, struct queue_entry *entry, uint32_t first) {
  struct delivery *delivery = mem_ztake(sizeof *delivery);
  delivery->mta = mta;
  delivery->next = mta->deliveries;
  if (delivery->next) delivery->next->previous = delivery;
  mta->deliveries = delivery;
  delivery->entry = entry;
  delivery->domain = domain_of(mta, entry->recipients[first].address);
  make_lists(delivery, entry->recipient_count - first);
  for (uint32_t i = first; i < entry->recipient_count; i++) {
    struct queue_recipient *recipient = &entry->recipients[i];
    if (recipient->state != QUEUE_WAITING) continue;
    if (i > first && !span_equal_nocase(domain_of(mta, recipient->address), delivery->domain)) continue;
    recipient->state = QUEUE_ACTIVE;
    delivery->recipients[delivery->recipient_count++] = i;
    if (mta->config.agent.software->client_divides) break;
  }
  entry->active++;
  delivery->route = (struct route_search){
      .mta = mta, .domain = delivery->domain, .arena = &delivery->arena, .fn = on_route, .context = delivery};
  mta_find_route(&delivery->route);
}

void mta_try_entry(struct mta *mta, struct queue_entry *entry) {
  entry->attempts++;
  entry->active++; /* held, so that a round that ends at once does not settle before all have begun */
  journal_seq cause = sim_cause(mta->config.agent.sim);
  mta_expand_aliases(mta, entry);
  mta_deliver_here(mta, entry);
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    journal_seq expanded = entry->recipients[i].expanded_by;
    sim_set_cause(mta->config.agent.sim, expanded && entry->attempts == 1 ? expanded : cause);
    if (entry->recipients[i].state == QUEUE_WAITING) start_delivery(mta, entry, i);
  }
  if (--entry->active == 0) mta_settle(mta, entry);
}
