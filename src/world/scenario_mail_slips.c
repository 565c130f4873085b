/* Slips in what is said, and to whom: an enhanced code that no client will ever see, a domain that is spelled
 * nearly as another. */
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

/* ---- planned replies ---- */

/* Why the enhanced code of a planned reply is not sent; NULL: it is. */
static const char *unsent_because(const struct scenario_host *host, const struct scenario_policy *policy) {
  if (span_equal(policy->on, SPAN("connect"))) return "the greeting has none (RFC 2034 4)";
  if (span_equal(policy->on, SPAN("helo"))) return "a reply to HELO or EHLO has none (RFC 2034 4)";
  if (!host->software->server.offer_enhanced_codes)
    return "the software does not offer ENHANCEDSTATUSCODES (RFC 2034 3)";
  return NULL;
}

/* The list of policies below a host or a change, entry by entry. */
static void check_policies(struct loading *loading, const struct place *owner,
                           const struct scenario_host *host, const struct scenario_policies *policies) {
  cJSON list = {.type = owner->node->type, .string = (char *)(uintptr_t) "policies"};
  cJSON reply = {.type = owner->node->type, .string = (char *)(uintptr_t) "reply"};
  cJSON *entries = arena_zalloc(&loading->scratch, (policies->count + 1) * sizeof *entries);
  struct place list_place = place_below(owner, &list);
  list.child = entries;
  for (size_t i = 0; i < policies->count; i++) {
    const struct scenario_policy *policy = &policies->items[i];
    const char *because = policy->enhanced.len ? unsent_because(host, policy) : NULL;
    entries[i] = (cJSON){.type = owner->node->type, .next = &entries[i + 1]};
    if (!because) continue;
    struct place entry = place_below(&list_place, &entries[i]), place = place_below(&entry, &reply);
    add_warning(loading, &place, "leave it out, or put it into the words",
                arena_format(&loading->scratch, "the enhanced code %s is not sent: %s",
                             shown(loading, policy->enhanced), because));
  }
}

static void check_changed_policies(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  const cJSON *changes = loading->root.node->child;
  while (changes && strcmp(changes->string, "host_changes") != 0) changes = changes->next;
  if (!changes) return;
  struct place place = place_below(&loading->root, changes);
  const cJSON *node = changes->child;
  for (size_t i = 0; node && i < scenario->host_change_count; i++, node = node->next) {
    const struct scenario_host_change *change = &scenario->host_changes[i];
    const struct scenario_host *host = host_named(loading, change->host);
    struct place entry = place_below(&place, node);
    if (host) check_policies(loading, &entry, host, &change->policies);
  }
}

/* ---- domains ---- */

static void collect_domains(struct loading *loading, struct name_index *known, struct span **mail_out,
                            size_t *mail_count_out) {
  const struct scenario *scenario = loading->scenario;
  size_t count = 0;
  for (size_t i = 0; i < scenario->host_count; i++)
    count += scenario->hosts[i].mail_for.count + scenario->hosts[i].relays_for.count;
  name_index_init(known, count + scenario->host_count + scenario->dns_count, true);
  *mail_out = arena_alloc(&loading->scratch, (count + 1) * sizeof **mail_out);
  *mail_count_out = 0;
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    name_index_add(known, &host->name);
    for (size_t k = 0; k < host->mail_for.count; k++) {
      name_index_add(known, &host->mail_for.items[k]);
      (*mail_out)[(*mail_count_out)++] = host->mail_for.items[k];
    }
    for (size_t k = 0; k < host->relays_for.count; k++) name_index_add(known, &host->relays_for.items[k]);
  }
  for (size_t i = 0; i < scenario->dns_count; i++) name_index_add(known, &scenario->dns[i].name);
}

/* Two names for two things, as mx1 and mx2 or a.example and b.example, are no slip. */
static bool is_word(struct span domain) {
  enum { LETTERS_MIN = 4 };
  size_t letters = 0;
  while (letters < domain.len && ascii_is_alpha(domain.data[letters])) letters++;
  return letters >= LETTERS_MIN && letters < domain.len && domain.data[letters] == '.';
}

static void check_domain(struct loading *loading, const struct place *entry, const struct name_index *known,
                         const struct span *mail, size_t mail_count, struct span recipient) {
  size_t at = span_find_last(recipient, '@');
  if (at == SPAN_NONE) return;
  struct span domain = span_skip(recipient, at + 1);
  if (span_ends_with(domain, SPAN(">"))) domain = span_first(domain, domain.len - 1);
  if (name_index_has(known, domain) || !is_word(domain)) return;
  for (size_t i = 0; i < mail_count; i++) {
    if (!is_word(mail[i]) || error_distance(domain, mail[i]) != 1) continue;
    add_warning(loading, entry,
                arena_format(&loading->scratch, "did you mean \"%s\"?", shown(loading, mail[i])).data,
                arena_format(&loading->scratch, "nobody here takes mail for \"%s\"", shown(loading, domain)));
    return;
  }
}

static void check_domains(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  struct name_index known = {NULL, NULL, 0, true};
  struct span *mail;
  size_t mail_count;
  const cJSON *script = loading->root.node->child;
  while (script && strcmp(script->string, "script") != 0) script = script->next;
  if (!script || !node_is(script, cJSON_Array)) return;
  struct place place = place_below(&loading->root, script);
  collect_domains(loading, &known, &mail, &mail_count);
  const cJSON *node = script->child;
  for (size_t i = 0; node && i < scenario->action_count; i++, node = node->next) {
    const struct scenario_action *action = &scenario->actions[i];
    const struct span_list *lists[] = {&action->to, &action->cc, &action->bcc, &action->envelope_to};
    struct place entry = place_below(&place, node);
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++)
      for (size_t k = 0; k < lists[l]->count; k++)
        check_domain(loading, &entry, &known, mail, mail_count, lists[l]->items[k]);
  }
  name_index_free(&known);
}

void look_for_mail_slips(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  check_domains(loading);
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct place place;
    if (!scenario->hosts[i].policies.count) continue;
    place = host_place(loading, &scenario->hosts[i]);
    check_policies(loading, &place, &scenario->hosts[i], &scenario->hosts[i].policies);
  }
  check_changed_policies(loading);
}
