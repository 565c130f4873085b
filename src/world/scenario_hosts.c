/* The section "hosts". */
#include "base/check.h"
#include "base/ip_address.h"
#include "mail/address.h"
#include "mail/enhanced_status.h"
#include "world/scenario_draft.h"
#include "world/scenario_hints.h"
#include "world/scenario_names.h"
#include "world/scenario_values.h"

#define UNSAID SPAN_INIT("")

/* ---- zones ---- */

static void read_zone_offset(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  struct span text;
  static const char expected[] = "an offset from Greenwich such as \"-06:00\" or \"+02:00\"";
  (void)key;
  if (!line_of(loading, place, expected, &text)) return;
  if (!zone_parse(text, out))
    complain(loading, place, expected, "a sign, 00 to 14 hours, a colon, 00 to 59 minutes; or Z",
             "\"%s\" is no zone offset", shown(loading, text));
}

/* It stands in a comment of a date: words with one blank between them, and nothing that a comment would be
 * read by (RFC 5322 3.2.2, ctext). Solaris says MET DST. */
static bool is_zone_name(struct span name) {
  bool between = true;
  for (size_t i = 0; i < name.len; i++) {
    char c = name.data[i];
    if (c == '(' || c == ')' || c == '\\' || (unsigned char)c > 126) return false;
    if (ascii_is_space(c) && (between || c != ' ')) return false;
    between = c == ' ';
  }
  return !between;
}

static void read_zone_name(struct loading *loading, const struct place *place, const struct key *key,
                           void *out) {
  struct span line;
  (void)key;
  if (!line_of(loading, place, "a name", &line)) return;
  if (is_zone_name(line))
    *(struct span *)out = keep(loading, line);
  else
    complain(loading, place, "words of ASCII with one blank between them, without parentheses",
             "write it as the clock of that machine has it: \"MDT\", \"MET DST\"",
             "\"%s\" is no name of a zone", shown(loading, line));
}

static const struct key zone_list[] = {
    {"offset", read_zone_offset, offsetof(struct zone_draft, minutes), true, 0, 0, NULL},
    {"name", read_zone_name, offsetof(struct zone_draft, name), false, 0, 0, NULL},
};
const struct key_table zone_keys = {"zone", KEYS_ZONE, zone_list, KEY_COUNT(zone_list)};

void read_zone(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct zone_draft *zone = out;
  if (node_is(place->node, cJSON_Object))
    read_object(loading, place, &zone_keys, zone);
  else
    read_zone_offset(loading, place, key, &zone->minutes);
}

/* ---- what a host runs ---- */

static const struct choice roles[] = {
    {"mua", ROLE_MUA},   {"msa", ROLE_MSA}, {"mta", ROLE_MTA}, {"mda", ROLE_MDA}, {"pop3", ROLE_POP3},
    {"imap", ROLE_IMAP}, {"mra", ROLE_MRA}, {"dns", ROLE_DNS}, {NULL, 0},
};

static void read_roles(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct key one = *key;
  one.with = roles;
  uint32_t *all = out;
  *all = 0;
  if (node_is(place->node, cJSON_String) && span_find(node_text(place->node), ',') != SPAN_NONE) {
    complain(loading, place, "a list of words",
             "write [ \"msa\", \"mta\" ]: each word in its own quotation marks", "several words in one text");
    return;
  }
  if (!node_is(place->node, cJSON_Array)) {
    read_choice(loading, place, &one, out);
    return;
  }
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place below = place_below(place, node);
    int role = 0;
    read_choice(loading, &below, &one, &role);
    if (*all & (uint32_t)role)
      complain(loading, &below, NULL, "take one of them out", "\"%s\" stands twice",
               shown(loading, node_text(node)));
    *all |= (uint32_t)role;
  }
}

struct reads_from_draft {
  struct span pop3, pop3s, imap, imaps;
};
static const struct key reads_from_list[] = {
    {"pop3", read_host, offsetof(struct reads_from_draft, pop3), false, 0, 0, NULL},
    {"pop3s", read_host, offsetof(struct reads_from_draft, pop3s), false, 0, 0, NULL},
    {"imap", read_host, offsetof(struct reads_from_draft, imap), false, 0, 0, NULL},
    {"imaps", read_host, offsetof(struct reads_from_draft, imaps), false, 0, 0, NULL},
};
const struct key_table reads_from_keys = {"reads_from", KEYS_READS_FROM, reads_from_list,
                                          KEY_COUNT(reads_from_list)};

static void read_reads_from(struct loading *loading, const struct place *place, const struct key *key,
                            void *out) {
  struct host_draft *host = out;
  struct reads_from_draft draft = {SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY};
  (void)key;
  if (node_is(place->node, cJSON_String)) {
    complain(loading, place, "an object such as { \"pop3\": \"mx.umich.edu\" }",
             "say by which protocol: { \"pop3\": … } or { \"imap\": … }", "a text where an object belongs");
    return;
  }
  read_object(loading, place, &reads_from_keys, &draft);
  const struct span ways[] = {draft.pop3, draft.pop3s, draft.imap, draft.imaps};
  size_t count = 0;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (!ways[i].len) continue;
    count++;
    host->host.reads_from = ways[i];
    host->host.reads_by_imap = i >= 2;
    host->host.reads_tls_first = i % 2 == 1;
  }
  if (count > 1)
    complain(loading, place, "\"pop3\" (port 110), \"pop3s\" (995), \"imap\" (143) or \"imaps\" (993)",
             "take all but one of them out", "more than one way to the same letters");
}

/* ---- small members ---- */

/* What an address stands for that no host can have (RFC 6890, RFC 5771, RFC 4291 2.5 and 2.7); NULL: it is a
 * host's. */
static const char *special_meaning(const struct ip_address *address) {
  static const uint8_t zeros[IP_V6_SIZE];
  const uint8_t *bytes = address->bytes;
  bool v6 = address->family == IP_V6;
  if (v6 && bytes[0] == 0xff) return "a group of hosts";
  if (v6 && memcmp(bytes, zeros, IP_V6_SIZE - 1) == 0 && bytes[IP_V6_SIZE - 1] <= 1)
    return bytes[IP_V6_SIZE - 1] ? "the machine itself, on every machine" : "the lack of one";
  if (v6) return NULL;
  if (bytes[0] == 0) return "the lack of one";
  if (bytes[0] == 127) return "the machine itself, on every machine";
  if (bytes[0] >= 224 && bytes[0] < 240) return "a group of hosts";
  return bytes[0] == 255 && bytes[1] == 255 && bytes[2] == 255 && bytes[3] == 255 ? "all hosts of a network"
                                                                                  : NULL;
}

/* One address of a host, in the one form in which it is compared; false after a complaint. */
static bool take_address(struct loading *loading, const struct place *place, struct span *address_out) {
  struct span text;
  struct ip_address address;
  static const char expected[] = "an IPv4 or IPv6 address such as \"192.0.2.25\" or \"2001:db8::25\"";
  if (!line_of(loading, place, expected, &text)) return false;
  if (!ip_address_parse(text, &address)) {
    complain(loading, place, expected, hint_for_ip_address(text), "\"%s\" is no IP address",
             shown(loading, text));
    return false;
  }
  const char *meaning = special_meaning(&address);
  if (meaning) {
    complain(loading, place, expected, "take one of 192.0.2.0/24, or leave the key out",
             "%s is no address of a host: it stands for %s", shown(loading, text), meaning);
    return false;
  }
  struct buf form = BUF_CAPPED(IP_ADDRESS_TEXT_MAX);
  ip_address_write(&address, &form);
  *address_out = keep(loading, buf_span(&form));
  buf_free(&form);
  struct span *indexed = arena_alloc(loading->arena, sizeof *indexed);
  *indexed = *address_out;
  if (name_index_add(&loading->addresses, indexed))
    complain(loading, place, "an address of its own for each host", "change one of the two, or leave it out",
             "another host has the address %s already", indexed->data);
  return true;
}

/* One address, or a list of them: of a machine that has IPv6 beside IPv4, or several interfaces. */
static void read_address(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  struct host_draft *draft = out;
  (void)key;
  if (!node_is(place->node, cJSON_Array)) {
    take_address(loading, place, &draft->host.address);
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_ADDRESSES_MAX, "addresses"), taken = 0;
  struct span *addresses = arena_alloc(loading->arena, (count + 1) * sizeof *addresses);
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    taken += take_address(loading, &below, &addresses[taken]);
  }
  if (!taken) return; /* an empty list: one is assigned */
  draft->host.address = addresses[0];
  draft->host.further = (struct span_list){addresses + 1, taken - 1};
}

enum { POSITION_MAX = 100000 };

static void read_position(struct loading *loading, const struct place *place, const struct key *key,
                          void *out) {
  struct host_draft *draft = out;
  static const struct key coordinate = {"position", read_i64, 0, false, -POSITION_MAX, POSITION_MAX, NULL};
  int64_t at[2] = {0, 0};
  size_t count = 0;
  (void)key;
  for (const cJSON *node = node_is(place->node, cJSON_Array) ? place->node->child : NULL; node;
       node = node->next, count++) {
    struct place below = place_below(place, node);
    if (count < 2) read_i64(loading, &below, &coordinate, &at[count]);
  }
  if (count != 2) {
    complain(loading, place, "two numbers, [x, y], in design units (1600 by 900)", "for example [ 400, 300 ]",
             "this is no position");
    return;
  }
  draft->host.has_position = true;
  draft->host.x = (int32_t)at[0];
  draft->host.y = (int32_t)at[1];
}

static const struct choice stores[] = {{"mbox", false}, {"maildir", true}, {NULL, 0}};

static void read_store(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct key choice = *key;
  int maildir = false;
  choice.with = stores;
  read_choice(loading, place, &choice, &maildir);
  *(bool *)out = maildir != 0;
}

static const struct choice icons[] = {
    {"laptop", 0}, {"phone", 0},   {"desktop", 0},   {"server", 0},
    {"relay", 0},  {"mailbox", 0}, {"directory", 0}, {NULL, 0},
};

/* One of some words, kept as the word itself. */
static void read_word(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  size_t errors_before = loading->errors->total;
  int value;
  read_choice(loading, place, key, &value);
  if (loading->errors->total == errors_before) *(struct span *)out = keep(loading, node_text(place->node));
}

/* ---- policies ---- */

static const struct choice occasions[] = {
    {"connect", 0}, {"helo", 0}, {"mail", 0}, {"rcpt", 0}, {"data", 0},
    {"vrfy", 0},    {"expn", 0}, {"auth", 0}, {NULL, 0},
};

/* "450 4.2.0 Try again later" */
static void read_reply(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_policy *policy = out;
  struct smtp_reply reply;
  struct span text;
  static const char expected[] = "a reply such as \"450 4.2.0 Try again later\"";
  (void)key;
  if (!line_of(loading, place, expected, &text)) return;
  if (!smtp_reply_split(text, &reply)) {
    complain(loading, place, expected, "a code from 200 to 599 comes first (RFC 5321 4.2)",
             "\"%s\" is no reply", shown(loading, text));
    return;
  }
  struct enhanced_status status;
  struct span words;
  if (!reply.enhanced.len && enhanced_status_take(reply.text, &status, &words)) {
    complain(loading, place, "a code and an enhanced code of one class (RFC 3463 2)",
             arena_format(&loading->scratch, "write \"%u %u.%u.%u …\", if that is what you mean", reply.code,
                          reply.code / 100, status.subject, status.detail)
                 .data,
             "%u and %u.%u.%u do not agree", reply.code, status.class, status.subject, status.detail);
    return;
  }
  policy->code = reply.code;
  policy->enhanced = keep(loading, reply.enhanced);
  policy->text = keep(loading, reply.text);
}

#define IN_POLICY(member) offsetof(struct scenario_policy, member)
static const struct key policy_list[] = {
    {"on", read_word, IN_POLICY(on), true, 0, 0, occasions},
    {"match", read_line, IN_POLICY(match), false, 0, 0, NULL},
    {"from", read_line, IN_POLICY(from), false, 0, 0, NULL},
    {"reply", read_reply, 0, true, 0, 0, NULL},
    {"times", read_u32, IN_POLICY(times), false, 1, 1000000, NULL},
    {"because", read_name, IN_POLICY(because), false, 0, 0, NULL},
};
#undef IN_POLICY
const struct key_table policy_keys = {"policy", KEYS_POLICY, policy_list, KEY_COUNT(policy_list)};

static const struct scenario_policy policy_unsaid = {
    .on = UNSAID,
    .match = UNSAID,
    .from = UNSAID,
    .enhanced = UNSAID,
    .text = UNSAID,
    .because = SPAN_INIT("policy"),
};

void read_policies(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_policies *policies = out;
  (void)key;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of policies");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "policies");
  policies->items = arena_zalloc(loading->arena, (count + 1) * sizeof *policies->items);
  policies->count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    policies->items[i] = policy_unsaid;
    read_object(loading, &below, &policy_keys, &policies->items[i]);
  }
}

/* ---- the queue ---- */

static const struct key retry_list[] = {
    {"after", read_durations, offsetof(struct retry_draft, after), false, 1000000, 0, NULL},
    {"expire", read_duration, offsetof(struct retry_draft, expire_us), false, 1000000, 0, NULL},
};
const struct key_table retry_keys = {"retry", KEYS_RETRY, retry_list, KEY_COUNT(retry_list)};

void read_retry(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object: { \"after\": [\"5m\", \"30m\"], \"expire\": \"2d\" }");
    return;
  }
  read_object(loading, place, &retry_keys, out);
}

#define AT(member) offsetof(struct host_draft, host.member)
static const struct key host_list[] = {
    {"runs", read_roles, AT(roles), false, 0, 0, NULL},
    {"software", read_software, AT(software), false, 0, 0, NULL},
    {"label", read_line, AT(label), false, 0, 0, NULL},
    {"region", read_line, AT(region), false, 0, 0, NULL},
    {"icon", read_word, AT(icon), false, 0, 0, icons},
    {"position", read_position, 0, false, 0, 0, NULL},
    {"address", read_address, 0, false, 0, 0, NULL},
    {"zone", read_zone, offsetof(struct host_draft, zone), false, 0, 0, NULL},
    {"clock_offset", read_duration, AT(clock_offset_us), false, -INT64_C(3660) * 86400 * 1000000, 0, NULL},
    {"helo", read_name, AT(helo_name), false, 0, 0, NULL},
    {"mail_for", read_domains, AT(mail_for), false, 0, 0, NULL},
    {"relays_for", read_domains, AT(relays_for), false, 0, 0, NULL},
    {"relays_from", read_clients, AT(relays_from), false, 0, 0, NULL},
    {"open_relay", read_bool, AT(open_relay), false, 0, 0, NULL},
    {"no_ptr", read_bool, AT(no_ptr), false, 0, 0, NULL},
    {"smarthost", read_host, AT(smarthost), false, 0, 0, NULL},
    {"delivers_to", read_host, AT(delivers_to), false, 0, 0, NULL},
    {"submits_to", read_submits_to, offsetof(struct host_draft, host), false, 0, 0, NULL},
    {"tls", read_tls, AT(tls), false, 0, 0, NULL},
    {"reads_from", read_reads_from, 0, false, 0, 0, NULL},
    {"leave_on_server", read_bool, AT(leave_on_server), false, 0, 0, NULL},
    {"store", read_store, AT(maildir), false, 0, 0, NULL},
    {"require_auth", read_bool, AT(require_auth), false, 0, 0, NULL},
    {"aliases", read_aliases, offsetof(struct host_draft, host), false, 0, 0, NULL},
    {"files", read_files, offsetof(struct host_draft, host), false, 0, 0, NULL},
    {"policies", read_policies, AT(policies), false, 0, 0, NULL},
    {"retry", read_retry, offsetof(struct host_draft, retry), false, 0, 0, NULL},
    {"queue_delay", read_duration, AT(queue_delay_us), false, 0, 0, NULL},
    {"queue_ids", read_lines, AT(queue_ids), false, 0, 0, NULL},
    {"process_id", read_u32, AT(process_id), false, 1, 4194304, NULL},
    {"queue_sequence", read_u32, AT(queue_sequence), false, 0, 1000000000, NULL},
    {"hop_limit", read_u32, AT(hop_limit), false, 1, 1000, NULL},
};
#undef AT
const struct key_table host_keys = {"host", KEYS_HOST, host_list, KEY_COUNT(host_list)};

/* ---- the section ---- */

static const struct scenario_host unsaid = {
    .address = UNSAID,
    .label = UNSAID,
    .region = UNSAID,
    .icon = UNSAID,
    .zone_name = UNSAID,
    .helo_name = UNSAID,
    .smarthost = UNSAID,
    .delivers_to = UNSAID,
    .submits_to = UNSAID,
    .reads_from = UNSAID,
    .aliases_text = UNSAID,
};

void collect_hosts(struct loading *loading, const struct place *hosts) {
  if (!node_is(hosts->node, cJSON_Object)) return; /* complained about when it is read */
  struct scenario_draft *draft = loading->draft;
  size_t count = count_entries(loading, hosts, SCENARIO_HOSTS_MAX, "hosts");
  loading->hosts_unread = count == 0 && hosts->node->child;
  draft->scenario.hosts = arena_zalloc(loading->arena, (count + 1) * sizeof *draft->scenario.hosts);
  draft->hosts = arena_zalloc(&loading->scratch, (count + 1) * sizeof *draft->hosts);
  loading->host_nodes = arena_alloc(&loading->scratch, (count + 1) * sizeof *loading->host_nodes);
  loading->hosts_place = *hosts;
  loading->hosts_place.up = &loading->root;
  name_index_init(&loading->hosts, count, true);
  name_index_init(&loading->addresses, count * SCENARIO_ADDRESSES_MAX, false);
  cJSON *node = hosts->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct scenario_host *host = &draft->scenario.hosts[i];
    loading->host_nodes[i] = node;
    host->name = keep(loading, span_from(node->string));
    struct place place = place_below(&loading->hosts_place, node);
    if (!domain_is_valid(host->name)) {
      const char *hint = hint_for_domain(loading, host->name);
      complain_key(loading, &place, "letters, digits and hyphens, dots between (RFC 1123 2.1)",
                   hint ? hint : "use \"label\" for a name to be shown", "\"%s\" is no host name",
                   shown(loading, host->name));
    }
    const struct span *twin = name_index_add(&loading->hosts, &host->name);
    if (twin && !span_equal(*twin, host->name))
      complain_key(loading, &place, "names that differ in more than letter case (RFC 1035 2.3.3)",
                   "give one of them another name", "\"%s\" and \"%s\" are the same host",
                   shown(loading, *twin), shown(loading, host->name));
    draft->scenario.host_count = i + 1;
  }
}

void read_hosts_section(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  struct scenario_draft *draft = out;
  (void)key;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object: { \"mx.umich.edu\": { … }, … }");
    return;
  }
  if (!place->node->child)
    complain(loading, place, "at least one host", "docs/scenario.md begins with an example",
             "no host at all");
  for (size_t i = 0; i < draft->scenario.host_count; i++) {
    struct host_draft *host = &draft->hosts[i];
    struct place below = place_below(place, loading->host_nodes[i]);
    host->host = unsaid;
    host->host.name = draft->scenario.hosts[i].name;
    host->zone = (struct zone_draft){INT32_MAX, SPAN_EMPTY};
    entry_open(loading, loading->host_nodes[i]);
    size_t errors_before = loading->errors->total;
    host->seen = read_object(loading, &below, &host_keys, host);
    host->bad = loading->errors->total > errors_before;
    entry_close(loading, loading->host_nodes[i]);
    draft->scenario.hosts[i] = host->host;
  }
}
