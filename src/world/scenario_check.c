/* What no single key can show: hosts without the companions that they need. */
#include "agents/agent.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

struct role_word {
  uint32_t role;
  const char *word;
};

static bool runs(const struct scenario_host *host, uint32_t roles) {
  return (host->roles & roles) != 0;
}

static const cJSON *child_named(const cJSON *object, const char *name) {
  const cJSON *node = object->child;
  while (node && strcmp(node->string, name) != 0) node = node->next;
  return node;
}

/* A host named by another under some key, which must run one of some roles. */
static void check_target(struct loading *loading, const struct scenario_host *host, uint64_t seen,
                         struct span target, const char *key, uint32_t roles, const char *wanted) {
  const struct scenario_host *named = target.len ? host_named(loading, target) : NULL;
  if (!named || loading->draft->hosts[named - loading->scenario->hosts].bad || runs(named, roles) ||
      !had_key(loading, &host_keys, seen, key))
    return;
  struct place place = host_place(loading, host);
  /* The host's members are closed by now; the way to one needs only its key. */
  cJSON member = {.type = place.node->type, .string = (char *)(uintptr_t)key};
  struct place below = place_below(&place, &member);
  complain(loading, &below, wanted, "give that host the role in its \"runs\", or name another host",
           "\"%s\" is not %s", shown(loading, target), wanted);
}

/* Something was complained about at a host, so that what follows from the others is not certain. */
static bool any_host_is_bad(const struct loading *loading) {
  for (size_t i = 0; i < loading->scenario->host_count; i++)
    if (loading->draft->hosts[i].bad) return true;
  return false;
}

static void check_smarthost(struct loading *loading, const struct scenario_host *host) {
  if (!host->smarthost.len || !span_equal(host->smarthost, host->name)) return;
  struct place place = host_place(loading, host);
  cJSON member = {.type = place.node->type, .string = (char *)(uintptr_t) "smarthost"};
  struct place below = place_below(&place, &member);
  complain(loading, &below, "another host, which passes its mail on", "name that host, or leave the key out",
           "\"%s\" is its own smarthost", shown(loading, host->name));
}

/* What it lacks that the rest of the scenario could have brought. */
static void check_completeness(struct loading *loading, const struct scenario_host *host, uint64_t seen) {
  struct place place = host_place(loading, host);
  if (!host->roles && !had_key(loading, &host_keys, seen, "runs"))
    complain_key(loading, &place, "\"runs\": one or more of mua, msa, mta, mda, pop3, imap, mra, dns",
                 "add \"runs\": [ \"mta\" ], or whatever it is to be", "the host \"%s\" runs nothing",
                 shown(loading, host->name));
  if (host->mail_for.count && !host->delivers_to.len && !had_key(loading, &host_keys, seen, "delivers_to"))
    complain_key(loading, &place, "an mda here, or \"delivers_to\": a host that runs one",
                 "add \"mda\" to \"runs\"", "\"%s\" takes mail for a domain and cannot deliver it",
                 shown(loading, host->name));
  if (runs(host, ROLE_MRA) && !host->reads_from.len && !had_key(loading, &host_keys, seen, "reads_from"))
    complain_key(loading, &place, "\"reads_from\": { \"pop3\": a host that runs pop3 }",
                 "add \"reads_from\", or \"pop3\" to the \"runs\" of a server",
                 had_key(loading, &host_keys, seen, "runs") ? "\"%s\" runs mra and has nothing to read from"
                                                            : "mail is fetched at \"%s\", from no server",
                 shown(loading, host->name));
}

/* The file of aliases has its place, which is the software's. */
static void check_alias_file(struct loading *loading, const struct scenario_host *host) {
  struct place place = host_place(loading, host);
  if (!host->aliases_text.len || !host->software) return;
  struct span path = host->software->aliases_file;
  if (!path.len)
    complain(loading, &place, "\"aliases\" as an object", "write { \"postmaster\": \"jack\", … }",
             "the software of \"%s\" reads no file of aliases", shown(loading, host->name));
  for (size_t i = 0; i < host->file_count; i++)
    if (span_equal(host->files[i].path, path))
      complain(loading, &place, NULL, "put it all into \"aliases\"",
               "%s stands in \"files\" and in \"aliases\"", shown(loading, path));
}

static void check_host(struct loading *loading, const struct scenario_host *host, uint64_t seen, bool whole) {
  struct place place = host_place(loading, host);
  bool runs_said = had_key(loading, &host_keys, seen, "runs");
  if (whole) check_completeness(loading, host, seen);
  check_smarthost(loading, host);
  bool needs_msa = host->submits_port > PORT_SMTP;
  check_target(loading, host, seen, host->submits_to, "submits_to",
               needs_msa            ? ROLE_MSA
               : host->submits_port ? ROLE_MTA
                                    : ROLE_MSA | ROLE_MTA,
               needs_msa ? "a host that runs msa" : "a host that runs msa or mta");
  check_target(loading, host, seen, host->smarthost, "smarthost", ROLE_MSA | ROLE_MTA,
               "a host that runs mta or msa");
  check_target(loading, host, seen, host->delivers_to, "delivers_to", ROLE_MDA, "a host that runs mda");
  check_target(loading, host, seen, host->reads_from, "reads_from",
               host->reads_by_imap ? ROLE_IMAP : ROLE_POP3,
               host->reads_by_imap ? "a host that runs imap" : "a host that runs pop3");
  check_tls(loading, host);
  check_alias_file(loading, host);
  if (host->mail_for.count && !runs(host, ROLE_MTA) && runs_said)
    complain_key(loading, &place, "mta among what it runs", "add \"mta\" to \"runs\"",
                 "mail for a domain ends at \"%s\", which runs no mta", shown(loading, host->name));
  if (runs(host, ROLE_POP3) && !runs(host, ROLE_MDA))
    complain_key(loading, &place, "an mda beside pop3: it fills the maildrop", "add \"mda\" to \"runs\"",
                 "\"%s\" runs pop3 and no mda", shown(loading, host->name));
  else if (runs(host, ROLE_IMAP) && !runs(host, ROLE_MDA))
    complain_key(loading, &place, "an mda beside imap: it fills the mailbox", "add \"mda\" to \"runs\"",
                 "\"%s\" runs imap and no mda", shown(loading, host->name));
}

/* A mailbox lies where mail for the address ends. */
static bool has_mailbox(const struct loading *loading, const struct scenario_person *person) {
  const struct scenario *scenario = loading->scenario;
  size_t at = span_find_last(person->address, '@');
  struct span domain = at == SPAN_NONE ? SPAN_EMPTY : span_skip(person->address, at + 1);
  for (size_t i = 0; i < scenario->host_count; i++)
    for (size_t k = 0; k < scenario->hosts[i].mail_for.count; k++)
      if (span_equal_nocase(scenario->hosts[i].mail_for.items[k], domain)) return true;
  return false;
}

/* What a person lacks to do something, if they do it from where they sit; NULL if nothing. */
static const char *lacks(struct loading *loading, enum scenario_verb verb,
                         const struct scenario_person *person, struct span from_host, const char **hint_out) {
  if (verb == VERB_READ) {
    *hint_out = "give a host the domain of their address in its \"mail_for\"";
    return has_mailbox(loading, person) ? NULL : "has no mailbox here";
  }
  *hint_out = "add \"uses\" to the person: the host they sit at";
  if (!person->uses.len && !from_host.len) return "uses no host";
  const struct scenario_host *host = host_named(loading, from_host.len ? from_host : person->uses);
  if (!host || loading->draft->hosts[host - loading->scenario->hosts].bad || verb == VERB_TYPE) return NULL;
  if (verb == VERB_FETCH || verb == VERB_REPLY) {
    bool runs_said =
        had_key(loading, &host_keys, loading->draft->hosts[host - loading->scenario->hosts].seen, "runs");
    *hint_out = runs_said ? "add \"mra\" to the \"runs\" of the host, and \"reads_from\""
                          : "add \"reads_from\" to the host: { \"pop3\": a server }";
    if (!runs(host, ROLE_MRA))
      return from_host.len ? "fetches from a host that runs no mra" : "uses a host that runs no mra";
    if (verb == VERB_FETCH) return NULL;
  }
  *hint_out = "add \"mua\" to the \"runs\" of the host";
  if (!runs(host, ROLE_MUA)) return "uses a host that runs no mua";
  *hint_out = "add \"submits_to\" to the host: a host that runs msa or mta";
  return host->submits_to.len ? NULL : "uses a host that has nowhere to submit mail";
}

enum { VERBS = VERB_READ + 1 };

static void check_doing(struct loading *loading, const struct place *place, const struct doing *doing,
                        struct span from_host) {
  const char *hint;
  const char *lack = lacks(loading, (enum scenario_verb)doing->verb, doing->person, from_host, &hint);
  if (lack) complain(loading, place, NULL, hint, "\"%s\" %s", shown(loading, doing->person->name), lack);
}

static void check_script(struct loading *loading, const struct place *script) {
  const struct scenario *scenario = loading->scenario;
  /* What has been found good for each person and verb: a long script says the same thing often. */
  bool *good = arena_zalloc(&loading->scratch, (scenario->person_count + 1) * VERBS);
  const cJSON *node = script->node->child;
  /* Where "script" stands twice, which has been complained of, this one may have fewer entries than were
   * read. */
  for (size_t i = 0; node && i < scenario->action_count; i++, node = node->next) {
    const struct doing *doing = &loading->draft->doings[i];
    if (!doing->person || loading->draft->people[doing->person - scenario->people].bad) continue;
    if (doing->verb == VERB_TYPE && doing->has_from_host) continue;
    bool *known = &good[(size_t)(doing->person - scenario->people) * VERBS + doing->verb];
    if (*known && !doing->has_from_host) continue;
    size_t errors_before = loading->errors->total;
    struct place place = place_below(script, node);
    check_doing(loading, &place, doing, scenario->actions[i].from_host);
    if (!doing->has_from_host) *known = loading->errors->total == errors_before;
  }
}

/* A maildrop is a file or folder of that name, and a login name is one word (RFC 1939 3, RFC 4954 4). */
static bool is_maildrop(struct span name) {
  if (!name.len || span_equal(name, SPAN(".")) || span_equal(name, SPAN(".."))) return false;
  for (size_t i = 0; i < name.len; i++)
    if ((unsigned char)name.data[i] <= ' ' || name.data[i] == 0x7f || name.data[i] == '/') return false;
  return true;
}

static void check_maildrops(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  for (size_t i = 0; i < scenario->person_count; i++) {
    const struct scenario_person *person = &scenario->people[i];
    if (loading->draft->people[i].bad || is_maildrop(person->mailbox)) continue;
    bool own = had_key(loading, &person_keys, loading->draft->people[i].seen, "mailbox");
    struct place place = person_place(loading, person);
    cJSON member = {.type = place.node->type, .string = (char *)(uintptr_t)(own ? "mailbox" : "address")};
    struct place below = place_below(&place, &member);
    complain(loading, &below, "one word without / for the login name and the maildrop",
             own ? "take out spaces and /" : "add \"mailbox\": …, a name for the maildrop",
             "\"%s\" can be no maildrop", shown(loading, person->mailbox));
  }
}

/* Who relays is an mta or msa; of a host with complaints of its own nothing is said. */
static void check_host_changes(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  const cJSON *list = child_named(loading->root.node, "host_changes");
  const cJSON *node = list && node_is(list, cJSON_Array) ? list->child : NULL;
  struct place place = place_below(&loading->root, list);
  for (size_t i = 0; node && i < scenario->host_change_count; i++, node = node->next) {
    struct span name = scenario->host_changes[i].host;
    const struct scenario_host *host = name.len ? host_named(loading, name) : NULL;
    if (!host || host->roles & (ROLE_MSA | ROLE_MTA)) continue;
    struct place below = place_below(&place, node);
    complain(loading, &below, "a host that runs mta or msa", "name another host, or change its \"runs\"",
             "\"%s\" is no mail server", shown(loading, name));
  }
}

void check_companions(struct loading *loading) {
  const struct scenario *scenario = loading->scenario;
  bool whole = !any_host_is_bad(loading);
  for (size_t i = 0; i < scenario->host_count; i++)
    if (!loading->draft->hosts[i].bad)
      check_host(loading, &scenario->hosts[i], loading->draft->hosts[i].seen, whole);
  check_maildrops(loading);
  if (whole) check_host_changes(loading);
  const cJSON *script = child_named(loading->root.node, "script");
  struct place place = place_below(&loading->root, script);
  if (script && whole && node_is(script, cJSON_Array)) check_script(loading, &place);
}
