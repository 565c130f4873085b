/* The key "tls" of a host: its certificate, and how its programs use TLS. */
#include "agents/agent.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

/* ---- a certificate ---- */

struct certificate_draft {
  struct span_list names;
  bool expired, self_signed;
};

#define AT(member) offsetof(struct certificate_draft, member)
static const struct key certificate_list[] = {
    {"names", read_lines, AT(names), false, 0, 0, NULL},
    {"expired", read_bool, AT(expired), false, 0, 0, NULL},
    {"self_signed", read_bool, AT(self_signed), false, 0, 0, NULL},
};
#undef AT
const struct key_table certificate_keys = {"certificate", KEYS_CERTIFICATE, certificate_list,
                                           KEY_COUNT(certificate_list)};

static void check_names(struct loading *loading, const struct place *place, struct span_list names) {
  for (size_t i = 0; i < names.count; i++) {
    struct span name = names.items[i];
    if (!domain_is_valid(span_starts_with(name, SPAN("*.")) ? span_skip(name, 2) : name))
      complain(loading, place, "names of hosts, or \"*.umich.edu\" for all of one domain",
               "write the names as clients have them", "\"%s\" is no name of a host", shown(loading, name));
  }
}

/* true: a good one, for its own name; the name is filled in with the other defaults. */
static void read_certificate(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  struct scenario_tls *tls = out;
  struct certificate_draft draft = {{NULL, 0}, false, false};
  if (node_is(place->node, cJSON_True) || node_is(place->node, cJSON_False)) {
    read_bool(loading, place, key, &tls->has_certificate);
    return;
  }
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "true, false, or an object: { \"names\": …, \"expired\": true }");
    return;
  }
  read_object(loading, place, &certificate_keys, &draft);
  check_names(loading, place, draft.names);
  tls->has_certificate = true;
  tls->certificate =
      (struct tls_certificate){draft.names.items, draft.names.count, draft.expired, draft.self_signed};
}

/* ---- its use ---- */

enum { POLICY_UNSAID = -1 };

struct tls_draft {
  struct scenario_tls tls;
  int version, policy;
};

static const struct choice versions[] = {{"1.2", TLS_1_2}, {"1.3", TLS_1_3}, {NULL, 0}};
static const struct choice policies[] = {
    {"never", TLS_POLICY_NEVER},
    {"opportunistic", TLS_POLICY_OPPORTUNISTIC},
    {"required", TLS_POLICY_REQUIRED},
    {"verified", TLS_POLICY_VERIFIED},
    {NULL, 0},
};

#define AT(member) offsetof(struct tls_draft, member)
static const struct key tls_list[] = {
    {"certificate", read_certificate, AT(tls), false, 0, 0, NULL},
    {"version", read_choice, AT(version), false, 0, 0, versions},
    {"before_auth", read_bool, AT(tls.use.before_auth), false, 0, 0, NULL},
    {"client", read_choice, AT(policy), false, 0, 0, policies},
};
#undef AT
const struct key_table tls_keys = {"tls", KEYS_TLS, tls_list, KEY_COUNT(tls_list)};

void read_tls(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_tls *tls = out;
  struct tls_draft draft = {
      .tls = {.said = true, .has_certificate = true, .use = {.before_auth = true}},
      .version = TLS_1_3,
      .policy = POLICY_UNSAID,
  };
  if (node_is(place->node, cJSON_Object)) {
    read_object(loading, place, &tls_keys, &draft);
  } else if (node_is(place->node, cJSON_True) || node_is(place->node, cJSON_False)) {
    draft.tls.said = node_is(place->node, cJSON_True);
  } else {
    (void)key;
    complain(loading, place, "true, or an object: { \"certificate\": …, \"client\": \"verified\" }",
             "write true, without quotation marks", "%s where something else belongs",
             node_kind(place->node));
  }
  *tls = draft.tls;
  tls->use.version = (enum tls_version)draft.version;
  tls->policy_said = draft.policy != POLICY_UNSAID;
  if (tls->policy_said) tls->use.policy = (enum tls_policy)draft.policy;
}

/* ---- where letters are handed in ---- */

#define AT(member) offsetof(struct submits_draft, member)
static const struct key submits_to_list[] = {
    {"submissions", read_host, AT(submissions), false, 0, 0, NULL},
    {"submission", read_host, AT(submission), false, 0, 0, NULL},
    {"smtp", read_host, AT(smtp), false, 0, 0, NULL},
};
#undef AT
const struct key_table submits_to_keys = {"submits_to", KEYS_SUBMITS_TO, submits_to_list,
                                          KEY_COUNT(submits_to_list)};

/* A host alone, or by which protocol, and so at which port. */
void read_submits_to(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_host *host = out;
  struct submits_draft draft = {SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY};
  if (!node_is(place->node, cJSON_Object)) {
    read_host(loading, place, key, &host->submits_to);
    return;
  }
  size_t errors_before = loading->errors->total;
  read_object(loading, place, &submits_to_keys, &draft);
  const struct span by_port[] = {draft.submissions, draft.submission, draft.smtp};
  static const uint16_t ports[] = {PORT_SUBMISSIONS, PORT_SUBMISSION, PORT_SMTP};
  size_t said = 0;
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
    if (!by_port[i].len) continue;
    host->submits_to = by_port[i];
    host->submits_port = ports[i];
    said++;
  }
  if (said != 1 && loading->errors->total == errors_before)
    complain(loading, place, "one of \"submissions\", \"submission\" and \"smtp\"",
             "{ \"submissions\": a host } is port 465, \"submission\" 587, \"smtp\" 25; null takes one away",
             said ? "more than one port" : "no port");
}

/* ---- what was not said, and what does not fit ---- */

/* Those who relay take what they can get; a mail program asks who it is talking to (RFC 8314 5.3). */
void fill_tls(struct loading *loading, struct scenario_host *host) {
  struct scenario_tls *tls = &host->tls;
  if (!tls->said) return;
  if (!tls->policy_said)
    tls->use.policy = host->roles & ROLE_MTA ? TLS_POLICY_OPPORTUNISTIC : TLS_POLICY_VERIFIED;
  if (!tls->has_certificate) return;
  if (tls->certificate.name_count == 0) {
    struct span *name = arena_alloc(loading->arena, sizeof *name);
    *name = host->name;
    tls->certificate.names = name;
    tls->certificate.name_count = 1;
  }
  tls->use.certificate = &tls->certificate;
}

/* TLS that comes first needs somebody who has a certificate, and a client that wants TLS at all. */
static void check_first(struct loading *loading, const struct scenario_host *host, const char *key,
                        struct span target) {
  const struct scenario_host *server = target.len ? host_named(loading, target) : NULL;
  struct place place = host_place(loading, host);
  if (server && !server->tls.use.certificate)
    complain_key(loading, &place, "a server with a certificate", "add \"tls\": true to the server",
                 "\"%s\" is to be reached by \"%s\", and has no certificate", shown(loading, target), key);
  if (host->tls.said && host->tls.use.policy == TLS_POLICY_NEVER)
    complain_key(loading, &place, "a \"client\" that speaks TLS", "take \"client\": \"never\" out",
                 "\"%s\" reaches \"%s\" by \"%s\", which is TLS, and must never speak it",
                 shown(loading, host->name), shown(loading, target), key);
}

void check_tls(struct loading *loading, const struct scenario_host *host) {
  struct place place = host_place(loading, host);
  bool offers =
      host->software && host->software->server.offer_starttls && host->roles & (ROLE_MSA | ROLE_MTA);
  if (offers && !host->tls.use.certificate)
    complain_key(loading, &place, "a certificate", "add \"tls\": true to the host",
                 "the software of \"%s\" offers STARTTLS, and the host has no certificate",
                 shown(loading, host->name));
  if (host->submits_port == PORT_SUBMISSIONS) check_first(loading, host, "submissions", host->submits_to);
  if (host->reads_tls_first)
    check_first(loading, host, host->reads_by_imap ? "imaps" : "pop3s", host->reads_from);
}
