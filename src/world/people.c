/* people: the script: who does what, and when; and the faults that are planned. */
#include "world/world_internal.h"

#include "agents/typist.h"
#include "base/check.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

/* What will be done at a time of its own; given back once it is. A long script has one for each line. */
struct planned {
  struct world *world;
  union {
    const struct scenario_action *action;
    const struct scenario_fault *fault;
    struct planned *next_free;
  };
};

static struct planned *planned_new(struct world *world) {
  struct planned *planned = world->free_planned;
  if (planned)
    world->free_planned = planned->next_free;
  else
    planned = arena_alloc(&world->arena, sizeof *planned);
  *planned = (struct planned){.world = world};
  return planned;
}

static void planned_give_back(struct planned *planned) {
  planned->next_free = planned->world->free_planned;
  planned->world->free_planned = planned;
}

/* ---- whom the words of a script mean ---- */

/* "janelle" is a person of the scenario; anything else stands for itself. */
static struct span field_value(struct world *world, struct span word) {
  const struct world_person *person = world_person_named(world, word);
  if (!person) return word;
  if (person->spec->from.len) return person->spec->from;
  if (!person->spec->display_name.len) return person->spec->address;
  struct buf name = {0};
  display_name_quote(person->spec->display_name, &name);
  const struct span pieces[] = {buf_span(&name), SPAN(" <"), person->spec->address, SPAN(">")};
  struct span value = arena_join(&world->scratch, pieces, 4);
  buf_free(&name);
  return value;
}

static struct span field_values(struct world *world, struct span_list words) {
  struct span text = SPAN_EMPTY;
  for (size_t i = 0; i < words.count; i++) {
    const struct span pieces[] = {text, i ? SPAN(", ") : SPAN_EMPTY, field_value(world, words.items[i])};
    text = arena_join(&world->scratch, pieces, 3);
  }
  return text;
}

struct recipient_list {
  struct span *items;
  uint32_t count;
};

/* Adds the addresses in a word, each once. */
static void add_addresses(struct world *world, struct recipient_list *list, struct span word) {
  struct mailbox_entry *entries;
  size_t count = address_list_parse(field_value(world, word), &world->scratch, &entries, NULL);
  for (size_t i = 0; i < count; i++) {
    struct span address = entries[i].address.local_part;
    if (entries[i].address.domain.len) {
      const struct span pieces[] = {entries[i].address.local_part, SPAN("@"), entries[i].address.domain};
      address = arena_join(&world->scratch, pieces, 3);
    }
    bool known = false;
    for (uint32_t j = 0; j < list->count; j++) known |= span_equal(list->items[j], address);
    if (known) continue;
    struct span *more = arena_alloc(&world->scratch, (list->count + 1) * sizeof *more);
    if (list->count) memcpy(more, list->items, list->count * sizeof *more);
    more[list->count++] = address;
    list->items = more;
  }
}

/* answered: whom a reply goes to, beside the action's own. */
static struct recipient_list envelope_recipients(struct world *world, const struct scenario_action *action,
                                                 struct span answered) {
  struct recipient_list list = {0};
  if (action->has_envelope_to) {
    for (size_t i = 0; i < action->envelope_to.count; i++)
      add_addresses(world, &list, action->envelope_to.items[i]);
    return list;
  }
  add_addresses(world, &list, answered);
  for (size_t i = 0; i < action->to.count; i++) add_addresses(world, &list, action->to.items[i]);
  for (size_t i = 0; i < action->cc.count; i++) add_addresses(world, &list, action->cc.items[i]);
  for (size_t i = 0; i < action->bcc.count; i++) add_addresses(world, &list, action->bcc.items[i]);
  return list;
}

/* ---- what they do ---- */

static void note_action_at(struct world *world, const struct world_person *person,
                           const struct world_host *host, const struct scenario_action *action,
                           struct span what) {
  static const char *const names[] = {[VERB_SEND] = "send",
                                      [VERB_FETCH] = "fetch",
                                      [VERB_REPLY] = "reply",
                                      [VERB_TYPE] = "type",
                                      [VERB_READ] = "read"};
  struct journal_record record = {.kind = JOURNAL_ACTION};
  record.host = host ? host->id : 0;
  record.number[0] = person->number;
  record.text[0] = span_from(names[action->verb]);
  record.text[1] = what;
  sim_set_cause(world->sim, 0);
  sim_note_cause(world->sim, &record);
}

static void note_action(struct world *world, const struct world_person *person,
                        const struct scenario_action *action, struct span what) {
  note_action_at(world, person, person->host, action, what);
}

static struct span reverse_path_of(const struct world_person *person, const struct scenario_action *action) {
  if (span_equal(action->reverse_path, SPAN("<>"))) return SPAN_EMPTY;
  return action->reverse_path.len ? action->reverse_path : person->spec->address;
}

static void send_letter(struct world *world, const struct world_person *person,
                        const struct scenario_action *action, struct mua_letter *letter) {
  struct recipient_list recipients =
      envelope_recipients(world, action, action->verb == VERB_REPLY ? letter->to : SPAN_EMPTY);
  if (recipients.count == 0) return;
  struct mua_field *fields = arena_alloc(&world->scratch, action->field_count * sizeof *fields);
  for (size_t i = 0; i < action->field_count; i++)
    fields[i] = (struct mua_field){action->fields[i].name, action->fields[i].value};
  letter->from = action->from.len ? action->from : field_value(world, person->spec->name);
  letter->cc = field_values(world, action->cc);
  letter->date = action->date;
  letter->message_id = action->message_id;
  letter->no_message_id = action->no_message_id;
  letter->no_date = action->no_date;
  letter->fields = fields;
  letter->field_count = action->field_count;
  letter->field_order = action->field_order.items;
  letter->field_order_count = action->field_order.count;
  letter->text = action->text;
  letter->reverse_path = reverse_path_of(person, action);
  letter->recipients = recipients.items;
  letter->recipient_count = recipients.count;
  letter->notify = action->notify;
  letter->returns = (enum dsn_return)action->returns;
  letter->envelope_id = action->envelope_id;
  /* A mail program is set up for AUTH only where its server asks for it. */
  bool auth = person->server && person->server->spec->require_auth;
  mua_send(person->host->mua, letter, auth ? person->spec->mailbox : SPAN_EMPTY,
           auth ? person->spec->password : SPAN_EMPTY);
}

static void do_send(struct world *world, const struct world_person *person,
                    const struct scenario_action *action) {
  struct mua_letter letter = {.to = field_values(world, action->to), .subject = action->subject};
  note_action(world, person, action, action->subject);
  send_letter(world, person, action, &letter);
}

static struct span field_of(struct world *world, const struct message *message, const char *name) {
  struct buf header = {0};
  struct header_field field;
  message_write_header(message, &header);
  struct span value = SPAN_EMPTY;
  if (header_find(buf_span(&header), span_from(name), &field))
    value = header_unfold(field.value, &world->scratch);
  value = arena_copy(&world->scratch, value);
  buf_free(&header);
  return value;
}

/* Whom the letter wants answered, and whom the author adds. */
static struct span answered(struct world *world, const struct message *original, struct span_list more) {
  struct span reply_to = field_of(world, original, "Reply-To"), added = field_values(world, more);
  struct span whom = reply_to.len ? reply_to : field_of(world, original, "From");
  const struct span pieces[] = {whom, SPAN(", "), added};
  return added.len && whom.len ? arena_join(&world->scratch, pieces, 3) : whom.len ? whom : added;
}

/* The letters before: those that it names, or the one that it answers itself, and the letter. */
static struct span references_of(struct world *world, const struct message *original,
                                 struct span message_id) {
  struct span before = field_of(world, original, "References");
  if (!before.len) {
    before = field_of(world, original, "In-Reply-To");
    if (span_find(before, '<') != span_find_last(before, '<')) before = SPAN_EMPTY; /* which of them? */
  }
  const struct span pieces[] = {before, SPAN(" "), message_id};
  return before.len && message_id.len ? arena_join(&world->scratch, pieces, 3)
         : message_id.len             ? message_id
                                      : before;
}

/* To whom, about what, and under which letter a reply hangs (RFC 5322 3.6.2, 3.6.4). */
static void do_reply(struct world *world, const struct world_person *person,
                     const struct scenario_action *action) {
  size_t count = person->mra ? mra_count(person->mra) : 0;
  note_action(world, person, action, action->subject);
  if (count == 0) {
    struct agent agent = world_agent(world, person->host, AGENT_MUA);
    agent_note(&agent, SPAN("there is no letter to reply to yet"));
    return;
  }
  const struct message *original = mra_message(person->mra, count - 1);
  struct span subject = field_of(world, original, "Subject");
  struct span message_id = field_of(world, original, "Message-ID");
  struct mua_letter letter = {
      .to = answered(world, original, action->to),
      .subject = action->subject.len ? action->subject
                 : span_starts_with_nocase(subject, SPAN("Re:"))
                     ? subject
                     : arena_format(&world->scratch, "Re: %.*s", SPAN_ARG(subject)),
      .in_reply_to = message_id,
      .references = references_of(world, original, message_id),
  };
  send_letter(world, person, action, &letter);
}

static void do_fetch(struct world *world, const struct world_person *person,
                     const struct scenario_action *action) {
  struct world_host *from = action->from_host.len ? world_host_named(world, action->from_host) : person->host;
  struct mra *mra = world_mra_at(person, from);
  note_action_at(world, person, from, action, from->spec->reads_from);
  CHECK(mra);
  mra_fetch(mra);
}

/* Where their mailbox lies; NULL: nowhere. */
static struct world_host *mailbox_host(struct world *world, const struct world_person *person) {
  for (size_t i = 0; i < world->host_count; i++) {
    struct world_host *host = &world->hosts[i];
    if (host->store && host->mda && mail_users_find(&host->mailboxes, person->spec->address)) return host;
  }
  return NULL;
}

/* As those did who sat at the machine with their mailbox, or had logged in there. */
static void do_read(struct world *world, const struct world_person *person,
                    const struct scenario_action *action) {
  struct world_host *host = mailbox_host(world, person);
  note_action(world, person, action, host ? host->spec->name : SPAN_EMPTY);
  if (!host) return; /* a gateway's: its mailboxes are not ours to see */
  struct agent agent = world_agent(world, host, AGENT_MUA);
  mail_store_read(host->store, &agent, mail_users_find(&host->mailboxes, person->spec->address));
}

static void do_type(struct world *world, const struct world_person *person,
                    const struct scenario_action *action) {
  struct world_host *from = action->from_host.len ? world_host_named(world, action->from_host) : person->host;
  note_action(world, person, action, action->to_host);
  struct typist_config typist = {
      .agent = world_agent(world, from, AGENT_MUA),
      .to = world_host_named(world, action->to_host)->id,
      .port = action->port,
      .lines = action->lines.items,
      .line_count = action->lines.count,
  };
  typist_start(&typist, &world->arena);
}

static void act(void *context) {
  struct planned *planned = context;
  struct world *world = planned->world;
  const struct scenario_action *action = planned->action;
  const struct world_person *person = world_person_named(world, action->who);
  CHECK(person); /* the loader has checked it */
  planned_give_back(planned);
  switch (action->verb) {
  case VERB_SEND: do_send(world, person, action); break;
  case VERB_FETCH: do_fetch(world, person, action); break;
  case VERB_REPLY: do_reply(world, person, action); break;
  case VERB_TYPE: do_type(world, person, action); break;
  case VERB_READ: do_read(world, person, action); break;
  }
  arena_reset(&world->scratch);
}

/* ---- faults ---- */

static void note_dns_fault(struct world *world, const struct scenario_fault *fault, bool begins,
                           struct span why) {
  struct agent agent = world_agent(world, world->name_server_host, AGENT_DNS);
  struct journal_record record = agent_record(&agent, JOURNAL_FAULT);
  record.text[0] = begins ? SPAN("dns_fails") : SPAN("dns_works");
  record.text[1] = why;
  record.text[2] = fault->dns_name;
  record.text[3] = begins ? fault->dns_rcode : SPAN_EMPTY;
  sim_note(world->sim, &record);
}

static void set_fault(const struct planned *planned, bool at_begin) {
  const struct scenario_fault *fault = planned->fault;
  bool begins = at_begin != fault->comes_up;
  struct world *world = planned->world;
  struct span why = at_begin ? fault->why : SPAN_EMPTY;
  sim_set_cause(world->sim, 0);
  if (fault->host.len) {
    network_set_host_up(world->network, network_host_named(world->network, fault->host), !begins, why);
  } else if (fault->link_a.len) {
    network_set_link_up(world->network, network_host_named(world->network, fault->link_a),
                        network_host_named(world->network, fault->link_b), !begins, why);
  } else if (fault->strips_tls_a.len) {
    network_set_link_strips_tls(world->network, network_host_named(world->network, fault->strips_tls_a),
                                network_host_named(world->network, fault->strips_tls_b), begins, why);
  } else {
    name_server_set_fault(world->name_server, fault->dns_name, begins ? fault->dns_rcode : SPAN_EMPTY);
    note_dns_fault(world, fault, begins, why);
  }
}

static void fault_begins(void *context) {
  set_fault(context, true);
}
static void fault_ends(void *context) {
  set_fault(context, false);
}

/* ---- the plan ---- */

void world_plan(struct world *world, const struct scenario_action *action) {
  struct planned *planned = planned_new(world);
  planned->action = action;
  sim_set_cause(world->sim, 0);
  sim_at(world->sim, action->at_us, act, planned);
}

void plan_script(struct world *world) {
  const struct scenario *scenario = world->scenario;
  sim_set_cause(world->sim, 0);
  for (size_t i = 0; i < scenario->fault_count; i++) {
    struct planned *planned = planned_new(world);
    planned->fault = &scenario->faults[i];
    sim_at(world->sim, planned->fault->at_us, fault_begins, planned);
    if (planned->fault->until_us > 0) sim_at(world->sim, planned->fault->until_us, fault_ends, planned);
  }
  for (size_t i = 0; i < scenario->action_count; i++) world_plan(world, &scenario->actions[i]);
}
