/* mta_alias: who is meant by a recipient (RFC 5321 3.9).
 *
 *     postmaster@here ─ aliases ─▶ root@here ─ aliases ─▶ evi@here ─ ~evi/.forward ─▶ evi@home.example
 *     chess@here ─ aliases ─▶ :include:/etc/mail/lists/chess ─ that file ─▶ bo@here, kim@work.example
 *
 * The site's aliases come first, then a user's own .forward. The envelope's recipients change, and nothing
 * else does, the header least of all; with one exception: where owner-chess stands beside chess, chess is a
 * mailing list, and its copies go on in an envelope of their own, with the owner as reverse-path (3.9.2).
 *
 * Who is meant twice gets one copy; a name that leads to itself means itself, as in "evi: evi, evi@home"; one
 * that leads back to an earlier one is given up. An included file may not lead to files or programs, as
 * Postfix has it: its author is often not the one who keeps the aliases.
 */
#include "agents/mta_internal.h"

#include "base/check.h"
#include "base/mem.h"
#include "mail/address.h"

enum { ALIAS_NAMES_MAX = 200 }; /* of a way */

/* What one recipient stands for. */
struct standing {
  struct span because; /* as in EXPANDED: alias, forward, list */
  struct span file;    /* where that is written; empty: in no file */
  uint32_t line;
  const struct alias_destination *items;
  size_t count;
};

enum look_up { LOOK_UP_NOTHING, LOOK_UP_FOUND, LOOK_UP_NO_FILE, LOOK_UP_BAD_FILE };

_Static_assert(offsetof(struct mta_alias, name) == 0, "found by its name");

/* No alias has a NUL in its name, but a client may ask for one. */
static const struct mta_alias *find_alias(const struct mta *mta, struct span local_part) {
  if (!mta->config.alias_count || span_find(local_part, 0) != SPAN_NONE) return NULL;
  return (const struct mta_alias *)(const void *)name_index_find(&mta->aliases, local_part);
}

bool mta_is_alias(const struct mta *mta, struct span local_part) {
  return find_alias(mta, local_part) != NULL;
}

struct span mta_qualified(const struct mta *mta, struct arena *arena, struct span address) {
  if (span_find(address, '@') != SPAN_NONE) return address;
  struct span domain = mta->config.mail_for_count ? mta->config.mail_for[0] : mta->config.host_name;
  return arena_format(arena, "%.*s@%.*s", SPAN_ARG(address), SPAN_ARG(domain));
}

/* ---- what a name stands for ---- */

/* The list in a file of this host. */
static enum look_up read_list_file(const struct mta *mta, struct span path, struct arena *arena,
                                   struct standing *out) {
  struct buf text = {0};
  struct alias_destination *items;
  uint32_t line;
  bool is_there = file_system_read(mta->config.files, path, &text);
  enum alias_error error =
      alias_list_read(arena_copy(arena, buf_span(&text)), arena, &items, &out->count, &line);
  buf_free(&text);
  out->file = path;
  out->items = items;
  return !is_there ? LOOK_UP_NO_FILE : error ? LOOK_UP_BAD_FILE : LOOK_UP_FOUND;
}

/* An empty .forward, or one that nobody can read, forwards nothing. */
static enum look_up read_forward(const struct mta *mta, struct span address, struct span name,
                                 struct arena *arena, struct standing *out) {
  const struct mail_user *user = mail_users_for(mta->config.users, address, name);
  if (!user) return LOOK_UP_NOTHING;
  struct span path = arena_format(arena, "/home/%.*s/.forward", SPAN_ARG(user->name));
  bool forwards = read_list_file(mta, path, arena, out) == LOOK_UP_FOUND && out->count > 0;
  out->because = SPAN("forward");
  return forwards ? LOOK_UP_FOUND : LOOK_UP_NOTHING;
}

static enum look_up look_up(const struct mta *mta, struct span address, enum alias_kind kind,
                            struct arena *arena, struct standing *out) {
  *out = (struct standing){.because = SPAN("list"), .file = SPAN_EMPTY};
  if (kind == ALIAS_TO_LIST)
    return read_list_file(mta, span_skip(address, SPAN(":include:").len), arena, out);
  if (kind != ALIAS_TO_ADDRESS) return LOOK_UP_NOTHING;
  size_t at = span_find_last(address, '@');
  struct span domain = at == SPAN_NONE ? mta->config.host_name : span_skip(address, at + 1);
  if (!mta_is_local_domain(mta, domain)) return LOOK_UP_NOTHING;
  struct span name = span_first(address, at == SPAN_NONE ? address.len : at);
  if (name.len && name.data[0] == '"') name = address_unquote(name, arena);
  const struct mta_alias *alias = find_alias(mta, name);
  if (!alias)
    return mta->config.has_forwards ? read_forward(mta, address, name, arena, out) : LOOK_UP_NOTHING;
  *out = (struct standing){.because = SPAN("alias"),
                           .file = mta->config.aliases_file,
                           .line = alias->line,
                           .items = alias->destinations,
                           .count = alias->destination_count};
  return LOOK_UP_FOUND;
}

/* An address of this site has a domain in the queue; a file or a program has none. */
static struct span full_name(const struct mta *mta, const struct alias_destination *destination,
                             struct arena *arena) {
  bool is_address = destination->kind == ALIAS_TO_ADDRESS || destination->kind == ALIAS_TO_ITSELF;
  return is_address ? mta_qualified(mta, arena, destination->text) : destination->text;
}

/* ---- the owner of a list ---- */

/* Whose name the copies of a list go on under; empty: it is none. sendmail takes the one address that the
 * owner's alias leads to, and the alias's own name where that is not one address; Postfix always its name
 * (expand_owner_alias = no). An owner's own mail has no further owner. */
static struct span owner_of(const struct mta *mta, struct span address, const struct standing *what,
                            struct arena *arena) {
  enum owner_alias use = mta->config.agent.software->owner_alias;
  size_t at = span_find_last(address, '@');
  struct span name = span_first(address, at == SPAN_NONE ? address.len : at);
  if (use == OWNER_ALIAS_UNKNOWN || !span_equal(what->because, SPAN("alias")) ||
      span_starts_with_nocase(name, SPAN("owner-")))
    return SPAN_EMPTY;
  struct span owner = arena_format(arena, "owner-%.*s", SPAN_ARG(name));
  const struct mta_alias *alias = find_alias(mta, owner);
  if (!alias) return SPAN_EMPTY;
  bool one = alias->destination_count == 1 && alias->destinations[0].kind == ALIAS_TO_ADDRESS;
  return mta_qualified(mta, arena, use == OWNER_ALIAS_EXPANDED && one ? alias->destinations[0].text : owner);
}

/* The way of aliases that led to that recipient, itself included; returns where it stands in the other entry.
 */
static uint32_t copy_way(const struct queue_entry *from, uint32_t index, struct queue_entry *to) {
  uint32_t way[ALIAS_NAMES_MAX + 1], length = 0;
  for (uint32_t at = index + 1; at; at = from->recipients[at - 1].out_of) {
    CHECK(length < sizeof way / sizeof *way);
    way[length++] = at - 1;
  }
  for (uint32_t i = 0; i < length; i++) {
    const struct queue_recipient *passed = &from->recipients[way[length - 1 - i]];
    uint32_t copy = queue_entry_add_recipient(to, passed->address);
    to->recipients[copy].state = QUEUE_DONE;
    to->recipients[copy].kind = passed->kind;
    to->recipients[copy].out_of = i;
  }
  return length - 1;
}

/* The same letter, to be sent on to others under another name. How it came to them stands in it, too, so that
 * circles are seen; and nobody gets a second copy. */
static struct queue_entry *open_envelope(struct mta *mta, struct queue_entry *from, struct span owner) {
  char id_text[QUEUE_ID_MAX];
  struct span id = mta_own_queue_id(mta, id_text);
  struct queue_entry *entry = mail_queue_add(&mta->queue, id, from->message, owner, NULL, 0);
  entry->owner = mta;
  entry->accepted_us = sim_now(mta->config.agent.sim);
  return entry;
}

/* ---- one recipient becomes others ---- */

struct refusal {
  uint32_t recipient;
  const struct mta_failure *why;
};

struct expansion {
  struct mta *mta;
  struct queue_entry *from, *to; /* the same, but for a list with an owner */
  uint32_t index;                /* of the recipient in from … */
  uint32_t parent;               /* … and in to */
  const struct standing *what;
  struct buf into, already; /* one a line: the new ones; who has a copy anyway */
  struct refusal *refusals; /* of the new ones: who gets nothing, and why */
  size_t refused, refusal_capacity;
};

static const struct mta_failure in_a_circle = {
    .reply = {554, SPAN_INIT("5.4.6"), SPAN_INIT("aliases that lead round in a circle")}};
static const struct mta_failure not_from_a_list = {
    .reply = {550, SPAN_INIT("5.7.1"), SPAN_INIT("an included list may not lead to files or programs")}};

enum alias_turn { ALIAS_GOES_ON, ALIAS_MEANS_ITSELF, ALIAS_IN_A_CIRCLE };

/* Has the way from the envelope to here come by this address before? A way of hundreds of names is taken for
 * one without an end, as real programs take it (sendmail: MaxAliasRecursion, 10). */
static enum alias_turn turn_of(const struct queue_entry *entry, uint32_t index, struct span address) {
  const struct queue_recipient *recipients = entry->recipients;
  if (recipients[index].kind == ALIAS_TO_ADDRESS && span_equal_nocase(recipients[index].address, address))
    return ALIAS_MEANS_ITSELF;
  int names = 0;
  for (uint32_t at = index + 1; at; at = recipients[at - 1].out_of)
    if (++names > ALIAS_NAMES_MAX || span_equal_nocase(recipients[at - 1].address, address))
      return ALIAS_IN_A_CIRCLE;
  return ALIAS_GOES_ON;
}

/* What the sender asks of a name goes on with those it stands for. Of several nobody can say that "it" was
 * delivered: then its sender is told that the name was expanded, and not asked about success any more (RFC
 * 3461 5.2.7.2, 5.2.7.3 c). A list's members are not the sender's to ask about. */
static void pass_request(const struct expansion *x, uint32_t to) {
  const struct dsn_recipient_request *asked = &x->from->recipients[x->index].dsn;
  struct dsn_recipient_request request = *asked;
  if (!x->from->asks || x->to != x->from) return;
  if (x->what->count > 1 && request.notify & DSN_NOTIFY_SUCCESS)
    request.notify &= DSN_NOTIFY_FAILURE | DSN_NOTIFY_DELAY;
  if (!request.notify && asked->notify) request.notify = DSN_NOTIFY_NEVER;
  queue_entry_ask(x->to, to, &request);
}

static void refuse(struct expansion *x, uint32_t recipient, const struct mta_failure *why) {
  x->refusals = mem_grow(x->refusals, &x->refusal_capacity, x->refused + 1, sizeof *x->refusals);
  x->refusals[x->refused++] = (struct refusal){recipient, why};
}

static void add_destination(struct expansion *x, const struct alias_destination *destination) {
  struct queue_entry *to = x->to;
  struct span address = full_name(x->mta, destination, &to->arena);
  enum alias_turn turn = turn_of(to, x->parent, address);
  bool runs = destination->kind == ALIAS_TO_FILE || destination->kind == ALIAS_TO_PROGRAM;
  bool known = turn == ALIAS_GOES_ON && queue_entry_has_recipient(to, address);
  struct buf *list = known ? &x->already : &x->into;
  if (list->len) buf_add_char(list, '\n');
  buf_add(list, address);
  if (known) return;
  uint32_t added = queue_entry_add_recipient(to, address);
  struct queue_recipient *recipient = &to->recipients[added];
  recipient->kind = destination->kind == ALIAS_TO_ITSELF ? ALIAS_TO_ADDRESS : (uint8_t)destination->kind;
  recipient->final = turn == ALIAS_MEANS_ITSELF || destination->kind == ALIAS_TO_ITSELF;
  recipient->out_of = x->parent + 1;
  pass_request(x, added);
  if (turn == ALIAS_IN_A_CIRCLE)
    refuse(x, added, &in_a_circle);
  else if (runs && to->recipients[x->parent].kind == ALIAS_TO_LIST)
    refuse(x, added, &not_from_a_list);
}

static journal_seq note_expanded(const struct expansion *x) {
  struct journal_record record = agent_record(&x->mta->config.agent, JOURNAL_EXPANDED);
  record.message = x->from->message->number;
  record.number[0] = x->what->line;
  record.text[0] = x->from->id;
  record.text[1] = x->from->recipients[x->index].address;
  record.text[2] = buf_span(&x->into);
  record.text[3] = x->what->because;
  record.text[4] = buf_span(&x->already);
  record.text[5] = x->what->file;
  return sim_note_cause(x->mta->config.agent.sim, &record);
}

static journal_seq note_new_envelope(const struct expansion *x) {
  struct journal_record record = agent_record(&x->mta->config.agent, JOURNAL_NEW_ENVELOPE);
  record.message = x->to->message->number;
  record.text[0] = x->to->id;
  record.text[1] = x->to->reverse_path;
  record.text[2] = buf_span(&x->into);
  record.text[3] = x->from->id;
  record.text[4] = x->from->recipients[x->index].address;
  return sim_note_cause(x->mta->config.agent.sim, &record);
}

/* A list takes the letter, which was delivered to it; an alias passes the request on to the one it stands
 * for, or was expanded. */
static void report_success(const struct expansion *x) {
  static const struct mta_failure list = {
      .reply = {.enhanced = SPAN_INIT("2.0.0"), .text = SPAN_INIT("a mailing list has taken it")}};
  static const struct mta_failure others = {
      .reply = {.enhanced = SPAN_INIT("2.0.0"), .text = SPAN_INIT("this name stands for others")}};
  bool passed_on = x->what->count == 1 && x->refused == 0 && x->already.len == 0;
  if (!x->from->asks) return;
  if (x->to != x->from)
    mta_succeeded(x->from, x->index, DSN_DELIVERED, &list);
  else if (!passed_on)
    mta_succeeded(x->from, x->index, DSN_EXPANDED, &others);
}

static void expand_one(struct mta *mta, struct queue_entry *entry, uint32_t index,
                       const struct standing *what) {
  struct expansion x = {
      .mta = mta, .from = entry, .to = entry, .index = index, .parent = index, .what = what};
  struct sim *sim = mta->config.agent.sim;
  entry->recipients[index].state = QUEUE_DONE;
  struct span owner = owner_of(mta, entry->recipients[index].address, what, &entry->arena);
  if (owner.len) {
    x.to = open_envelope(mta, entry, owner);
    x.parent = copy_way(entry, index, x.to);
    queue_entry_share_names(entry, x.to);
  }
  uint32_t first = x.to->recipient_count;
  for (size_t i = 0; i < what->count; i++) add_destination(&x, &what->items[i]);
  if (entry->recipients[index].expanded_by) sim_set_cause(sim, entry->recipients[index].expanded_by);
  journal_seq because = note_expanded(&x);
  if (owner.len) x.to->new_envelope = because = note_new_envelope(&x);
  for (uint32_t i = first; i < x.to->recipient_count; i++) x.to->recipients[i].expanded_by = because;
  report_success(&x);
  for (size_t i = 0; i < x.refused; i++) {
    sim_set_cause(sim, because);
    mta_bounce(mta, x.to, x.refusals[i].recipient, x.refusals[i].why);
  }
  sim_set_cause(sim, because);
  if (owner.len) mta_try_soon(mta, x.to);
  buf_free(&x.into);
  buf_free(&x.already);
  mem_free(x.refusals);
}

/* New recipients come at the end of the list and are looked at in their turn. */
void mta_expand_aliases(struct mta *mta, struct queue_entry *entry) {
  static const struct mta_failure no_file = {
      .reply = {550, SPAN_INIT("5.2.4"), SPAN_INIT("the list's file is not there")}};
  static const struct mta_failure bad_file = {
      .reply = {550, SPAN_INIT("5.2.4"), SPAN_INIT("the list's file cannot be read")}};
  if (mta->config.alias_count == 0 && !mta->config.has_forwards) return;
  struct sim *sim = mta->config.agent.sim;
  journal_seq cause = sim_cause(sim);
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    const struct queue_recipient *recipient = &entry->recipients[i];
    struct standing what;
    if (recipient->state != QUEUE_WAITING || recipient->final) continue;
    enum look_up found = look_up(mta, recipient->address, recipient->kind, &entry->arena, &what);
    sim_set_cause(sim, recipient->expanded_by ? recipient->expanded_by : cause);
    if (found == LOOK_UP_FOUND)
      expand_one(mta, entry, i, &what);
    else if (found != LOOK_UP_NOTHING)
      mta_bounce(mta, entry, i, found == LOOK_UP_NO_FILE ? &no_file : &bad_file);
  }
  sim_set_cause(sim, cause);
}

/* ---- EXPN ---- */

/* As EXPN shows it: a program in quotation marks, as the aliases have it. */
static struct span shown(const struct queue_recipient *member, struct arena *arena) {
  bool is_program = member->kind == ALIAS_TO_PROGRAM;
  return is_program ? arena_format(arena, "\"%.*s\"", SPAN_ARG(member->address))
                    : arena_copy(arena, member->address);
}

/* Who stands behind the one at that place comes to the end of the list; who stands for nobody else waits. */
static void find_behind(const struct mta *mta, struct queue_entry *found, uint32_t index) {
  struct standing what;
  struct span of = found->recipients[index].address;
  enum look_up looked =
      look_up(mta, of, (enum alias_kind)found->recipients[index].kind, &found->arena, &what);
  if (looked != LOOK_UP_NOTHING || index == 0) found->recipients[index].state = QUEUE_DONE;
  for (size_t k = 0; looked == LOOK_UP_FOUND && k < what.count; k++) {
    struct span next = full_name(mta, &what.items[k], &found->arena);
    bool itself = span_equal_nocase(next, of);
    if (!itself && queue_entry_has_recipient(found, next)) continue;
    uint32_t added = queue_entry_add_recipient(found, next);
    found->recipients[added].kind = itself ? ALIAS_TO_ITSELF : (uint8_t)what.items[k].kind;
  }
}

/* As a letter would go, but none does: an entry that is in no queue. */
bool mta_list_members(const struct mta *mta, struct span address, struct arena *arena,
                      struct span **members_out, size_t *count_out) {
  struct queue_entry found = {.arena = ARENA_EMPTY};
  queue_entry_add_recipient(&found, mta_qualified(mta, arena, address));
  for (uint32_t i = 0; i < found.recipient_count; i++) find_behind(mta, &found, i);
  *members_out = arena_alloc(arena, found.recipient_count * sizeof **members_out);
  *count_out = 0;
  for (uint32_t i = 0; i < found.recipient_count; i++)
    if (found.recipients[i].state == QUEUE_WAITING)
      (*members_out)[(*count_out)++] = shown(&found.recipients[i], arena);
  queue_entry_drop_names(&found);
  arena_free(&found.arena);
  return *count_out > 0;
}
