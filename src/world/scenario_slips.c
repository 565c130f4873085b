/* What is allowed, and surely a slip: mail for nobody, answers to nothing, deeds after the end. The scenario
 * can be run; lint tells. */
#include "base/duration.h"
#include "base/ip_address.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

#define warn(loading, place, hint, ...)                                                                      \
  add_warning(loading, place, hint, arena_format(&(loading)->scratch, __VA_ARGS__))

static const cJSON *section(const struct loading *loading, const char *name) {
  const cJSON *node = loading->root.node->child;
  while (node && strcmp(node->string, name) != 0) node = node->next;
  return node;
}

/* ---- the script ---- */

static const char *time_text(struct loading *loading, int64_t us) {
  struct buf text = BUF_CAPPED(64);
  duration_write(us, &text);
  const char *copy = arena_text(&loading->scratch, buf_span(&text));
  buf_free(&text);
  return copy;
}

static void check_end(struct loading *loading, const struct place *entry,
                      const struct scenario_action *action) {
  const struct scenario *scenario = loading->scenario;
  bool until = scenario->until_us && scenario->until_us < scenario->time_max_us;
  int64_t end_us = until ? scenario->until_us : scenario->time_max_us;
  if (action->at_us <= end_us) return;
  warn(loading, entry,
       until ? "take a later \"until\", or an earlier \"at\""
             : "take an earlier \"at\", or another \"time\" in \"limits\"",
       "this never happens: the run ends at %s", time_text(loading, end_us));
}

/* The first fetch of each person; INT64_MAX: none. */
static int64_t *first_fetches(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  int64_t *first = arena_alloc(&loading->scratch, (scenario->person_count + 1) * sizeof *first);
  for (size_t i = 0; i < scenario->person_count; i++) first[i] = INT64_MAX;
  for (size_t i = 0; i < scenario->action_count; i++) {
    const struct doing *doing = &loading->draft->doings[i];
    if (!doing->person || doing->verb != VERB_FETCH) continue;
    int64_t *at = &first[doing->person - scenario->people];
    if (scenario->actions[i].at_us < *at) *at = scenario->actions[i].at_us;
  }
  return first;
}

static void check_script_slips(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  const cJSON *script = section(loading, "script");
  if (!script || !node_is(script, cJSON_Array)) return;
  struct place place = place_below(&loading->root, script);
  const int64_t *fetched = first_fetches(loading);
  const cJSON *node = script->child;
  for (size_t i = 0; node && i < scenario->action_count; i++, node = node->next) {
    const struct doing *doing = &loading->draft->doings[i];
    struct place entry = place_below(&place, node);
    check_end(loading, &entry, &scenario->actions[i]);
    if (doing->verb != VERB_REPLY || fetched[doing->person - scenario->people] < scenario->actions[i].at_us)
      continue;
    warn(loading, &entry, "let them fetch before it", "\"%s\" has fetched no letter to answer by then",
         shown(loading, doing->person->name));
  }
}

/* ---- aliases ---- */

static struct place alias_place(const struct place *host, cJSON *section_out, cJSON *alias_out,
                                struct place *up_out, struct span name) {
  *section_out = (cJSON){.type = host->node->type, .string = (char *)(uintptr_t) "aliases"};
  *alias_out = (cJSON){.type = host->node->type, .string = (char *)(uintptr_t)name.data};
  *up_out = place_below(host, section_out);
  return place_below(up_out, alias_out);
}

static void warn_alias(struct loading *loading, const struct scenario_host *host,
                       const struct scenario_alias *alias, const char *hint, struct span message) {
  cJSON aliases, own;
  struct place place = host_place(loading, host), up;
  struct place at = alias_place(&place, &aliases, &own, &up, alias->name);
  add_warning(loading, alias->line ? &up : &at, hint, message);
}

static bool is_address(const struct alias_destination *destination) {
  return destination->kind == ALIAS_TO_ADDRESS || destination->kind == ALIAS_TO_ITSELF;
}

/* The alias of this host that a destination means; NULL: it is none. */
static const struct scenario_alias *alias_of(const struct name_index *aliases,
                                             const struct scenario_host *host,
                                             const struct alias_destination *to) {
  struct span destination = to->text;
  if (to->kind != ALIAS_TO_ADDRESS) return NULL;
  size_t at = span_find_last(destination, '@');
  bool local = at == SPAN_NONE;
  for (size_t i = 0; !local && i < host->mail_for.count; i++)
    local = span_equal_nocase(host->mail_for.items[i], span_skip(destination, at + 1));
  if (!local) return NULL;
  struct span name = at == SPAN_NONE ? destination : span_first(destination, at);
  return (const struct scenario_alias *)(uintptr_t)name_index_find(aliases, name);
}
_Static_assert(offsetof(struct scenario_alias, name) == 0, "found by its name");

/* Which aliases lead to anybody at all: those with a destination that is no alias, or one that does. */
static bool *aliases_that_end(struct loading *loading, const struct name_index *aliases,
                              const struct scenario_host *host) {
  bool *ends = arena_zalloc(&loading->scratch, host->alias_count + 1);
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < host->alias_count; i++) {
      const struct scenario_alias *alias = &host->aliases[i];
      for (size_t d = 0; !ends[i] && d < alias->destination_count; d++) {
        const struct scenario_alias *next = alias_of(aliases, host, &alias->destinations[d]);
        ends[i] = !next || ends[next - host->aliases];
        more |= ends[i];
      }
    }
  }
  return ends;
}

/* A file that is to be included, and is not there, or has another form. */
static void check_list(struct loading *loading, const struct scenario_host *host,
                       const struct scenario_alias *alias, const struct alias_destination *list) {
  struct span path = span_skip(list->text, SPAN(":include:").len);
  struct alias_destination *items;
  size_t count;
  uint32_t line;
  for (size_t i = 0; i < host->file_count; i++) {
    if (!span_equal(host->files[i].path, path)) continue;
    enum alias_error error = alias_list_read(host->files[i].text, &loading->scratch, &items, &count, &line);
    if (error)
      warn_alias(loading, host, alias, "docs/scenario.md tells of its form",
                 arena_format(&loading->scratch, "line %u of %s: %s", line, shown(loading, path),
                              alias_error_text(error)));
    return;
  }
  warn_alias(loading, host, alias, "put it into the host's \"files\"",
             arena_format(&loading->scratch, "the file %s is not there", shown(loading, path)));
}

static void check_aliases(struct loading *loading, const struct scenario_host *host,
                          const struct name_index *names) {
  struct name_index aliases = {NULL, NULL, 0, true};
  name_index_init(&aliases, host->alias_count, true);
  for (size_t i = 0; i < host->alias_count; i++) name_index_add(&aliases, &host->aliases[i].name);
  const bool *ends = aliases_that_end(loading, &aliases, host);
  for (size_t i = 0; i < host->alias_count; i++) {
    const struct scenario_alias *alias = &host->aliases[i];
    if (!ends[i])
      warn_alias(loading, host, alias, "let one of them lead to a person",
                 alias->destination_count
                     ? arena_format(&loading->scratch, "the alias \"%s\" leads only to aliases, in a circle",
                                    shown(loading, alias->name))
                     : arena_format(&loading->scratch, "the alias \"%s\" leads to nobody",
                                    shown(loading, alias->name)));
    for (size_t d = 0; d < alias->destination_count; d++) {
      const struct alias_destination *to = &alias->destinations[d];
      if (to->kind == ALIAS_TO_LIST) check_list(loading, host, alias, to);
      if (!is_address(to) || span_find(to->text, '@') != SPAN_NONE || name_index_has(names, to->text) ||
          name_index_has(&aliases, to->text) || span_equal_nocase(to->text, SPAN("postmaster")))
        continue;
      warn_alias(loading, host, alias, "write somebody's local part, or a whole address",
                 arena_format(&loading->scratch, "nobody here is called \"%s\"", shown(loading, to->text)));
    }
  }
  name_index_free(&aliases);
}

/* By which names people get mail: maildrops and local parts. */
static void index_people(struct loading *loading, struct name_index *names) {
  const struct scenario *scenario = loading->scenario;
  name_index_init(names, 2 * scenario->person_count, true);
  for (size_t i = 0; i < scenario->person_count; i++) {
    const struct scenario_person *person = &scenario->people[i];
    struct span *local_part = arena_alloc(&loading->scratch, sizeof *local_part);
    size_t at = span_find_last(person->address, '@');
    *local_part = at == SPAN_NONE ? person->address : span_first(person->address, at);
    name_index_add(names, &person->mailbox);
    name_index_add(names, local_part);
  }
}

/* ---- .forward files ---- */

/* Whoever reads them must be where they lie. */
static bool is_read(const struct loading *loading, const struct scenario_person *person) {
  const struct scenario *scenario = loading->scenario;
  size_t at = span_find_last(person->address, '@');
  struct span domain = at == SPAN_NONE ? SPAN_EMPTY : span_skip(person->address, at + 1);
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    bool own_store = (host->roles & ROLE_MDA) && span_equal_nocase(host->delivers_to, host->name);
    if (!own_store || !host->software->reads_forward) continue;
    for (size_t k = 0; k < host->mail_for.count; k++)
      if (span_equal_nocase(host->mail_for.items[k], domain)) return true;
  }
  return false;
}

static void check_forwards(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->person_count; i++) {
    const struct scenario_person *person = &scenario->people[i];
    if (!person->forward.len || is_read(loading, person)) continue;
    struct place place = person_place(loading, person);
    warn(loading, &place, "let their mail end on a host whose own software reads .forward (not qmail's)",
         "nobody reads the .forward of \"%s\"", shown(loading, person->name));
  }
}

/* ---- addresses ---- */

static bool has_family(const struct scenario_host *host, enum ip_family family) {
  bool any = ip_family_of_text(host->address) == family;
  for (size_t i = 0; i < host->further.count; i++) any |= ip_family_of_text(host->further.items[i]) == family;
  return any;
}

/* IPv4 and IPv6 do not meet: who is to talk needs an address of the same family. */
static void check_route(struct loading *loading, const struct scenario_host *from, struct span name) {
  const struct scenario_host *to = name.len ? host_named(loading, name) : NULL;
  bool meet = !to || to == from;
  for (enum ip_family family = IP_V4; family <= IP_V6; family++)
    meet |= to && has_family(from, family) && has_family(to, family);
  if (meet) return;
  struct place place = host_place(loading, from);
  warn(loading, &place, "give one of the two an address of the other family, too",
       "\"%s\" has only IPv%d, and \"%s\", which it is to talk to, only IPv%d", shown(loading, from->name),
       has_family(from, IP_V6) ? 6 : 4, shown(loading, to->name), has_family(to, IP_V6) ? 6 : 4);
}

static void check_routes(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    check_route(loading, host, host->submits_to);
    check_route(loading, host, host->reads_from);
    check_route(loading, host, host->delivers_to);
    check_route(loading, host, host->smarthost);
  }
}

void look_for_slips(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  struct name_index names = {NULL, NULL, 0, true};
  check_script_slips(loading);
  check_routes(loading);
  check_forwards(loading);
  for (size_t i = 0; i < scenario->host_count; i++) {
    if (!scenario->hosts[i].alias_count) continue;
    if (!names.capacity) index_people(loading, &names);
    check_aliases(loading, &scenario->hosts[i], &names);
  }
  name_index_free(&names);
}
