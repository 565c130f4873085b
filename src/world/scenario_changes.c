/* The sections "dns_changes" and "questions". */
#include "proto/dns_record.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

/* ---- DNS, changing while the scenario runs ---- */

/* The first of a list, or the one value in its place. */
static const cJSON *first_of(const struct place *place, bool *alone_out) {
  *alone_out = !node_is(place->node, cJSON_Array);
  return *alone_out ? place->node : place->node->child;
}

struct change_draft {
  struct scenario_dns_change change; /* with room for all that its lists can say */
};

static size_t entries_in(const cJSON *object) {
  size_t count = 0;
  for (const cJSON *node = object->child; node; node = node->next) {
    count++;
    for (const cJSON *entry = node_is(node, cJSON_Array) ? node->child : NULL; entry; entry = entry->next)
      count++;
  }
  return count;
}

static void add_removal(struct scenario_dns_change *change, struct span type, struct span data) {
  for (size_t i = 0; i < change->removal_count; i++)
    if (!change->removals[i].data.len && span_equal(change->removals[i].type, type)) return;
  change->removals[change->removal_count++] = (struct scenario_dns_removal){type, data};
}

static void read_additions(struct loading *loading, const struct place *place, bool in_place,
                           struct change_draft *draft) {
  struct scenario_dns_change *change = &draft->change;
  bool alone;
  const cJSON *node = first_of(place, &alone);
  if (!alone && !count_entries(loading, place, SCENARIO_LIST_MAX, "records")) return;
  for (; node; node = alone ? NULL : node->next) {
    struct place below = place_below(place, node);
    struct scenario_dns_record *record = &change->additions[change->addition_count++];
    read_dns_record(loading, alone ? place : &below, change->name, record);
    if (in_place && record->type.len) add_removal(change, record->type, SPAN_EMPTY);
  }
}

static void read_set(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  read_additions(loading, place, true, out);
}

static void read_add(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  read_additions(loading, place, false, out);
}

/* "MX", or "MX 10 mx.umich.edu". */
static void read_removal(struct loading *loading, const struct place *place,
                         struct scenario_dns_change *change) {
  static const char expected[] = "a type such as \"MX\", or a whole record such as \"MX 10 mx.umich.edu\"";
  struct span text, type;
  enum dns_type number;
  if (!line_of(loading, place, expected, &text)) return;
  struct span rest = text;
  if (!span_next(&rest, ' ', &type)) type = SPAN_EMPTY;
  struct span data = rest.data ? span_trim(rest) : SPAN_EMPTY;
  struct dns_record record;
  if (!dns_type_named(type, &number))
    complain(loading, place, expected, "the type comes first", "\"%s\" is no type of DNS record",
             shown(loading, type));
  else if (data.len && dns_record_make(change->name, type, DNS_TTL_DEFAULT, data, DNS_ROOT, &loading->scratch,
                                       &record) != DNS_OK)
    complain(loading, place, expected, "the type comes first, then what a zone file says after it",
             "\"%s\" is no DNS record", shown(loading, text));
  else
    add_removal(change, keep(loading, dns_type_text(number, &loading->scratch)), keep(loading, data));
}

static void read_remove(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  struct change_draft *draft = out;
  bool alone;
  (void)key;
  const cJSON *node = first_of(place, &alone);
  if (!alone && !count_entries(loading, place, SCENARIO_LIST_MAX, "records")) return;
  for (; node; node = alone ? NULL : node->next) {
    struct place below = place_below(place, node);
    read_removal(loading, alone ? place : &below, &draft->change);
  }
}

/* Read before the others, which need it. */
static void read_change_name(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  (void)loading, (void)place, (void)key, (void)out;
}

#define AT(member) offsetof(struct change_draft, change.member)
static const struct key dns_change_list[] = {
    {"at", read_duration, AT(at_us), true, 0, 0, NULL},
    {"name", read_change_name, 0, true, 0, 0, NULL},
    {"set", read_set, 0, false, 0, 0, NULL},
    {"add", read_add, 0, false, 0, 0, NULL},
    {"remove", read_remove, 0, false, 0, 0, NULL},
    {"why", read_line, AT(why), false, 0, 0, NULL},
};
#undef AT
const struct key_table dns_change_keys = {"dns_change", KEYS_DNS_CHANGE, dns_change_list,
                                          KEY_COUNT(dns_change_list)};

static void read_change(struct loading *loading, const struct place *place, struct scenario_dns_change *out) {
  struct change_draft draft = {.change = {.name = SPAN_EMPTY, .why = SPAN_EMPTY}};
  size_t errors_before = loading->errors->total, most = entries_in(place->node);
  bool named = false;
  draft.change.removals = arena_alloc(loading->arena, (most + 1) * sizeof *draft.change.removals);
  draft.change.additions = arena_alloc(loading->arena, (most + 1) * sizeof *draft.change.additions);
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place below = place_below(place, node);
    struct span text;
    if (!node->string || strcmp(node->string, "name") != 0) continue;
    named = line_of(loading, &below, "a domain name", &text) &&
            read_dns_name(loading, &below, false, text, &draft.change.name);
    if (!named) return;
  }
  if (!named) draft.change.name = SPAN("name.invalid"); /* its absence is complained about below */
  read_object(loading, place, &dns_change_keys, &draft);
  if (loading->errors->total == errors_before && !draft.change.removal_count && !draft.change.addition_count)
    complain(loading, place, "\"set\", \"add\" or \"remove\"", "say which records there are then",
             "nothing changes here");
  *out = draft.change;
}

void read_dns_changes_section(struct loading *loading, const struct place *place, const struct key *key,
                              void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of changes");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "changes");
  scenario->dns_changes = arena_zalloc(loading->arena, (count + 1) * sizeof *scenario->dns_changes);
  scenario->dns_change_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    read_change(loading, &below, &scenario->dns_changes[i]);
  }
}

/* ---- questions ---- */

enum { OTHERS_MAX = 3 };

static const struct choice subjects[] = {{"machines", 0}, {"message", 1}, {NULL, 0}};

static void read_about(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int message = 0;
  read_choice(loading, place, key, &message);
  *(bool *)out = message != 0;
}

#define AT(member) offsetof(struct scenario_question, member)
static const struct key question_list[] = {
    {"when", read_pattern, AT(when), true, 0, 0, NULL},
    {"nth", read_u32, AT(nth), false, 0, 1000000, NULL},
    {"ask", read_line, AT(ask), true, 0, 0, NULL},
    {"answer", read_line, AT(answer), true, 0, 0, NULL},
    {"others", read_lines, AT(others), true, 0, 0, NULL},
    {"about", read_about, AT(about_message), false, 0, 0, subjects},
    {"because", read_line, AT(because), false, 0, 0, NULL},
    {"rfc", read_line, AT(rfc), false, 0, 0, NULL},
};
#undef AT
const struct key_table question_keys = {"question", KEYS_QUESTION, question_list, KEY_COUNT(question_list)};

static void check_question(struct loading *loading, const struct place *place,
                           const struct scenario_question *question) {
  size_t count = question->others.count;
  if (count < 1 || count > OTHERS_MAX)
    complain(loading, place, "one to three \"others\": wrong answers that somebody might give",
             "a person answers with the keys 1 to 4", "%zu wrong answers", count);
  for (size_t i = 0; i < count; i++) {
    bool twice = span_equal(question->others.items[i], question->answer);
    for (size_t k = 0; k < i; k++) twice |= span_equal(question->others.items[i], question->others.items[k]);
    if (!twice) continue;
    complain(loading, place, "answers that differ", "change one of them", "\"%s\" can be chosen twice",
             shown(loading, question->others.items[i]));
    return;
  }
}

void read_questions_section(struct loading *loading, const struct place *place, const struct key *key,
                            void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of questions");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "questions");
  scenario->questions = arena_zalloc(loading->arena, (count + 1) * sizeof *scenario->questions);
  scenario->question_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    struct scenario_question *question = &scenario->questions[i];
    size_t errors_before = loading->errors->total;
    *question = (struct scenario_question){.when = SPAN_EMPTY,
                                           .nth = 1,
                                           .ask = SPAN_EMPTY,
                                           .answer = SPAN_EMPTY,
                                           .because = SPAN_EMPTY,
                                           .rfc = SPAN_EMPTY,
                                           .file = loading_document(loading, node)->name};
    read_object(loading, &below, &question_keys, question);
    if (loading->errors->total == errors_before) check_question(loading, &below, question);
  }
  note_entry_lines(loading, place, count, &scenario->questions->line, sizeof *scenario->questions);
  for (size_t i = 0; i < count; i++) { /* one that another file adds to this list has no line here */
    struct scenario_question *question = &scenario->questions[i];
    if (!span_equal(question->file, loading_document(loading, place->node)->name)) question->line = 0;
    question->file = keep(loading, question->file);
  }
}
