#include "world/scenario_load.h"

#include "base/check.h"
#include "base/mem.h"
#include "mail/date.h"
#include "world/scenario_draft.h"
#include "world/scenario_extends.h"
#include "world/scenario_hints.h"
#include "world/scenario_names.h"
#include "world/software_load.h"

static void read_version(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  (void)key, (void)out;
  int64_t version;
  if (node_integer(place->node, 1, 1, &version) == NODE_NUMBER) return;
  complain(loading, place, "1", "this program reads version 1 of the format",
           "an unknown version of the scenario format");
}

/* Followed before the rest is read. */
static void read_nothing(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  (void)loading, (void)place, (void)key, (void)out;
}

static void read_teaches(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  read_lines(loading, place, key, out);
  const struct span_list *list = out;
  const cJSON *node = node_is(place->node, cJSON_Array) ? place->node->child : place->node;
  for (size_t i = 0; i < list->count && node; i++, node = node->next) {
    struct place below = place_below(place, node);
    uint64_t number;
    struct span name = list->items[i];
    if (name.len > 1 && name.data[0] == 'R' && span_to_u64(span_skip(name, 1), 999, &number)) continue;
    complain(loading, node == place->node ? place : &below, "R and a number, as in \"R26\"",
             "write it like \"R26\"", "\"%s\" is no requirement of the course", shown(loading, name));
  }
}

static void read_start(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_draft *draft = out;
  struct span text;
  struct date date;
  static const char expected[] = "a date and time such as \"2004-06-18T10:22:55-06:00\" (RFC 3339)";
  (void)key;
  if (!line_of(loading, place, expected, &text)) return;
  if (!date_parse_iso8601(text, &date)) {
    complain(loading, place, expected, hint_for_moment(loading, text), "\"%s\" is no date and time",
             shown(loading, text));
  } else if (date.unix_us < 0 || date.unix_us > (int64_t)200 * 366 * DATE_DAY_US) {
    complain(loading, place, "a year from 1970 to 2169", "take another year",
             date.unix_us < 0 ? "the date is too early" : "the date is too late");
  } else {
    draft->scenario.start_unix_us = date.unix_us;
    draft->scenario.zone_minutes = date.zone_minutes;
  }
}

static const struct key limits_list[] = {
    {"events", read_u64, offsetof(struct scenario, events_max), false, 1, INT64_C(1000000000000), NULL},
    {"messages", read_u64, offsetof(struct scenario, messages_max), false, 1, INT64_C(1000000000), NULL},
    {"time", read_duration, offsetof(struct scenario, time_max_us), false, 1, 0, NULL},
};
const struct key_table limits_keys = {"limits", KEYS_LIMITS, limits_list, KEY_COUNT(limits_list)};

static void read_limits(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  (void)key;
  read_object(loading, place, &limits_keys, &((struct scenario_draft *)out)->scenario);
}

#define AT(member) offsetof(struct scenario_draft, scenario.member)
static const struct key scenario_list[] = {
    {"waystation", read_version, 0, true, 1, 1, NULL},
    {"$schema", read_nothing, 0, false, 0, 0, NULL}, /* for editors */
    {"extends", read_nothing, 0, false, 0, 0, NULL},
    {"title", read_line, AT(title), true, 0, 0, NULL},
    {"subtitle", read_line, AT(subtitle), false, 0, 0, NULL},
    {"summary", read_text, AT(summary), false, 0, 0, NULL},
    {"topic", read_line, AT(topic), false, 0, 0, NULL},
    {"teaches", read_teaches, AT(teaches), false, 0, 0, NULL},
    {"start", read_start, 0, false, 0, 0, NULL},
    {"zone", read_zone, offsetof(struct scenario_draft, zone), false, 0, 0, NULL},
    {"seed", read_u64, AT(seed), false, 0, 0, NULL},
    {"until", read_duration, AT(until_us), false, 1, 0, NULL},
    {"limits", read_limits, 0, false, 0, 0, NULL},
    {"network", read_network_section, 0, false, 0, 0, NULL},
    {"hosts", read_hosts_section, 0, true, 0, 0, NULL},
    {"people", read_people_section, 0, false, 0, 0, NULL},
    {"dns", read_dns_section, 0, false, 0, 0, NULL},
    {"script", read_script_section, 0, false, 0, 0, NULL},
    {"faults", read_faults_section, 0, false, 0, 0, NULL},
    {"dns_changes", read_dns_changes_section, 0, false, 0, 0, NULL},
    {"host_changes", read_host_changes_section, 0, false, 0, 0, NULL},
    {"narration", read_narration_section, 0, false, 0, 0, NULL},
    {"questions", read_questions_section, 0, false, 0, 0, NULL},
    {"expect", read_expect_section, 0, false, 0, 0, NULL},
};
#undef AT
const struct key_table scenario_keys = {"scenario", KEYS_SCENARIO, scenario_list, KEY_COUNT(scenario_list)};

const struct key_table *const scenario_key_tables[KEY_TABLE_COUNT] = {
    [KEYS_SCENARIO] = &scenario_keys,
    [KEYS_LIMITS] = &limits_keys,
    [KEYS_NETWORK] = &network_keys,
    [KEYS_LINK] = &link_keys,
    [KEYS_HOST] = &host_keys,
    [KEYS_ZONE] = &zone_keys,
    [KEYS_READS_FROM] = &reads_from_keys,
    [KEYS_SUBMITS_TO] = &submits_to_keys,
    [KEYS_TLS] = &tls_keys,
    [KEYS_CERTIFICATE] = &certificate_keys,
    [KEYS_RETRY] = &retry_keys,
    [KEYS_POLICY] = &policy_keys,
    [KEYS_PERSON] = &person_keys,
    [KEYS_DNS] = &dns_keys,
    [KEYS_DNS_RECORD] = &dns_record_keys,
    [KEYS_ACTION] = &action_keys,
    [KEYS_FAULT] = &fault_keys,
    [KEYS_DNS_CHANGE] = &dns_change_keys,
    [KEYS_HOST_CHANGE] = &host_change_keys,
    [KEYS_NARRATION] = &narration_keys,
    [KEYS_QUESTION] = &question_keys,
    [KEYS_EXPECTATION] = &expectation_keys,
    [KEYS_SOFTWARE] = &software_keys,
    [KEYS_SOFTWARE_TEXTS] = &software_texts_keys,
    [KEYS_SOFTWARE_SERVER] = &software_server_keys,
    [KEYS_SOFTWARE_CLIENT] = &software_client_keys,
    [KEYS_SOFTWARE_ALIASES] = &software_aliases_keys,
    [KEYS_SOFTWARE_BOUNCE] = &software_bounce_keys,
    [KEYS_SOFTWARE_DELAY] = &software_delay_keys,
    [KEYS_SOFTWARE_SUCCESS] = &software_success_keys,
};

bool had_key(struct loading *loading, const struct key_table *table, uint64_t seen, const char *name) {
  const struct key *key = find_key(loading, table, name);
  CHECK(key);
  return seen >> (key - table->keys) & 1;
}

/* A file without hosts is no scenario; say so once, not for each reference to one. Where a key stands twice,
 * which is complained of, the first counts here. */
static void collect_names(struct loading *loading) {
  for (const cJSON *node = loading->root.node->child; node; node = node->next) {
    struct place below = place_below(&loading->root, node);
    if (strcmp(node->string, "hosts") == 0 && !loading->hosts_place.node) collect_hosts(loading, &below);
    if (strcmp(node->string, "people") == 0 && !loading->people_place.node) collect_people(loading, &below);
  }
}

/* "peple" is complained of once, not again at each person who is named. */
static void note_misspelt_people(struct loading *loading) {
  const struct key *people = find_key(loading, &scenario_keys, "people");
  for (const cJSON *node = loading->root.node->child; node && !loading->people_place.node; node = node->next)
    if (!find_key(loading, &scenario_keys, node->string))
      loading->people_unread |= key_meant(loading, &scenario_keys, span_from(node->string)) == people;
}

static const struct scenario unsaid = {
    .start_unix_us = INT64_C(1736154000000000), /* Monday, 6 January 2025, 9:00 UTC */
    .seed = 1,
    .latency_us = 20000,
    .events_max = 10000000,
    .messages_max = 1000000,
    .time_max_us = INT64_C(365) * 86400 * 1000000,
};

static void read_scenario(struct loading *loading) {
  struct scenario_draft *draft = loading->draft;
  if (!node_is(loading->root.node, cJSON_Object)) {
    complain(loading, &loading->root, "an object: { \"waystation\": 1, … }",
             "begin with the example at the top of docs/scenario.md", "%s instead of a scenario",
             node_kind(loading->root.node));
    return;
  }
  collect_names(loading);
  note_misspelt_people(loading);
  draft->seen = read_object(loading, &loading->root, &scenario_keys, draft);
  if (!loading->hosts_place.node) return;
  fill_defaults(loading);
  check_companions(loading);
  if (!loading->errors->total) derive_dns(loading);
  if (loading->errors->total) return;
  look_for_slips(loading);
  look_for_mail_slips(loading);
}

/* In the order of the file, whatever was found first. Errors without a line (a file that cannot be read)
 * stay where they are, in front. */
static void sort_errors(struct error_list *errors) {
  for (size_t i = 1; i < errors->count; i++) {
    struct error moved = errors->items[i];
    size_t at = i;
    for (; at > 0; at--) {
      const struct error *before = &errors->items[at - 1];
      if (!span_equal(before->file, moved.file) || !moved.line || before->line < moved.line ||
          (before->line == moved.line && before->column <= moved.column))
        break;
      errors->items[at] = *before;
    }
    errors->items[at] = moved;
  }
}

struct scenario *scenario_load(struct span path, const struct scenario_reader *reader,
                               struct error_list *errors) {
  struct scenario_draft draft = {.scenario = unsaid, .dns_automatic = {true, true, true}};
  struct loading loading = {.scenario = &draft.scenario,
                            .arena = &draft.scenario.arena,
                            .reader = reader,
                            .errors = errors,
                            .warnings = &draft.scenario.warnings,
                            .draft = &draft};
  size_t errors_before = errors->total;
  CHECK(errors_before == 0);
  loading_begin(&loading);
  cJSON *root = scenario_open_all(&loading, path);
  if (root) {
    loading.root = place_below(NULL, root);
    read_scenario(&loading);
  }
  sort_errors(errors);
  sort_errors(&draft.scenario.warnings);
  struct scenario *scenario = NULL;
  if (root && errors->total == 0) {
    draft.scenario.file = arena_copy(&draft.scenario.arena, path);
    scenario = mem_alloc(sizeof *scenario);
    *scenario = draft.scenario;
  } else {
    error_list_free(&draft.scenario.warnings);
    arena_free(&draft.scenario.arena);
  }
  loading_close(&loading);
  return scenario;
}

bool scenario_write_whole(struct span path, const struct scenario_reader *reader, struct buf *out,
                          struct error_list *errors) {
  struct scenario_draft draft = {.scenario = unsaid};
  struct loading loading = {.scenario = &draft.scenario,
                            .arena = &draft.scenario.arena,
                            .reader = reader,
                            .errors = errors,
                            .warnings = &draft.scenario.warnings,
                            .draft = &draft};
  loading_begin(&loading);
  cJSON *root = scenario_open_all(&loading, path);
  bool good = root && errors->total == 0;
  if (good && loading.document_count == 1) buf_add(out, loading.documents[0].text);
  if (good && loading.document_count > 1) {
    cJSON_DeleteItemFromObjectCaseSensitive(root, "extends");
    buf_add_text(out, cJSON_Print(root));
    buf_add_char(out, '\n');
  }
  loading_close(&loading);
  arena_free(&draft.scenario.arena);
  return good;
}

void scenario_free(struct scenario *scenario) {
  if (!scenario) return;
  error_list_free(&scenario->warnings);
  arena_free(&scenario->arena);
  mem_free(scenario);
}
