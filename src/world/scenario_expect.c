/* The sections "narration" and "expect". */
#include "journal/expectation_keys.h"
#include "journal/match.h"
#include "world/scenario_draft.h"
#include "world/scenario_locate.h"
#include "world/scenario_names.h"

/* ---- patterns ---- */

/* Hosts and people that a pattern names must exist, or it could never match. */
static void check_pattern_names(struct loading *loading, const struct place *place,
                                const struct match *match) {
  for (size_t i = 0; i < match->term_count; i++) {
    const struct match_term *term = &match->terms[i];
    if (term->piece_count != 1) continue;
    if (term->subject == MATCH_HOST) find_host(loading, place, term->pieces[0]);
    if (term->subject == MATCH_PERSON) find_person(loading, place, term->pieces[0]);
  }
}

void read_pattern(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span text;
  struct match match;
  struct error error = {.message = SPAN_EMPTY};
  (void)key;
  static const char expected[] = "a pattern such as \"line side=client text~DATA\"";
  if (!line_of(loading, place, expected, &text)) return;
  if (match_parse(text, &loading->scratch, &match, &error)) {
    check_pattern_names(loading, place, &match);
    *(struct span *)out = keep(loading, text);
    return;
  }
  if (loading_is_full(loading)) return;
  const char *wanted = error.expected.len ? arena_text(&loading->scratch, error.expected) : expected;
  const char *hint = error.hint.len ? arena_text(&loading->scratch, error.hint)
                                    : "docs/journal.md lists the kinds and their fields";
  complain(loading, place, wanted, hint, "%.*s, at character %u of the pattern", SPAN_ARG(error.message),
           error.column);
}

/* ---- narration ---- */

#define AT(member) offsetof(struct scenario_narration, member)
static const struct key narration_list[] = {
    {"when", read_pattern, AT(when), true, 0, 0, NULL},
    {"nth", read_u32, AT(nth), false, 0, 1000000, NULL},
    {"say", read_text, AT(say), true, 0, 0, NULL},
    {"rfc", read_line, AT(rfc), false, 0, 0, NULL},
};
#undef AT
const struct key_table narration_keys = {"narration", KEYS_NARRATION, narration_list,
                                         KEY_COUNT(narration_list)};

void read_narration_section(struct loading *loading, const struct place *place, const struct key *key,
                            void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of what to say, and when");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "entries of \"narration\"");
  scenario->narration = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->narration);
  scenario->narration_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    scenario->narration[i] = (struct scenario_narration){
        SPAN_EMPTY, 1, SPAN_EMPTY, SPAN_EMPTY, loading_document(loading, node)->name, 0};
    read_object(loading, &below, &narration_keys, &scenario->narration[i]);
  }
  note_entry_lines(loading, place, count, &scenario->narration->line, sizeof *scenario->narration);
  for (size_t i = 0; i < count; i++) { /* one that another file adds to this list has no line here */
    struct scenario_narration *narration = &scenario->narration[i];
    if (!span_equal(narration->file, loading_document(loading, place->node)->name)) narration->line = 0;
    narration->file = keep(loading, narration->file);
  }
}

/* ---- expectations: checked for form; what they say is judged from their JSON ---- */

/* Where the readers put values that are only checked. */
struct expectation_draft {
  union {
    struct span text;
    struct span_list list;
    int64_t number;
    int choice;
  } ignored;
};

/* What an alias can lead to besides an address. */
static bool is_of_alias(struct span text) {
  return span_starts_with(text, SPAN("/")) || span_starts_with(text, SPAN("|")) ||
         span_starts_with(text, SPAN(":include:/"));
}

static void check_who(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span text;
  (void)key;
  if (line_of(loading, place, "a person's name, or an address", &text) && !is_of_alias(text))
    check_recipient(loading, place, text, out);
}

static void check_audit(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  static const struct choice audits[] = {{"conserved", 0}, {NULL, 0}};
  struct key choice = *key;
  choice.with = audits;
  read_choice(loading, place, &choice, out);
}

static const struct choice reasons[] = {
    {"mx", 0},    {"a", 0},       {"aaaa", 0}, {"literal", 0}, {"local", 0}, {"smarthost", 0},
    {"alias", 0}, {"forward", 0}, {"list", 0}, {"null_mx", 0}, {"loop", 0},  {NULL, 0},
};

enum { COUNT_MAX = 1000000000 };
static const struct key expectation_list[] = {
    [EXPECTATION_MESSAGE] = {"message", read_i64, 0, false, 1, COUNT_MAX, NULL},
    [EXPECTATION_DELIVERED_TO] = {"delivered_to", check_who, 0, false, 0, 0, NULL},
    [EXPECTATION_VIA] = {"via", read_hosts, 0, false, 0, 0, NULL},
    [EXPECTATION_BECAUSE] = {"because", read_choice, 0, false, 0, 0, reasons},
    [EXPECTATION_WITHIN] = {"within", read_duration, 0, false, 1, 0, NULL},
    [EXPECTATION_REFUSED_BY] = {"refused_by", read_host, 0, false, 0, 0, NULL},
    [EXPECTATION_CODE] = {"code", read_i64, 0, false, 200, 599, NULL},
    [EXPECTATION_ENHANCED] = {"enhanced", read_name, 0, false, 0, 0, NULL},
    [EXPECTATION_RECIPIENT] = {"recipient", check_who, 0, false, 0, 0, NULL},
    [EXPECTATION_BOUNCED] = {"bounced", check_who, 0, false, 0, 0, NULL},
    [EXPECTATION_STILL_QUEUED_AT] = {"still_queued_at", read_host, 0, false, 0, 0, NULL},
    [EXPECTATION_EXPIRED] = {"expired", check_who, 0, false, 0, 0, NULL},
    [EXPECTATION_DISCARDED] = {"discarded", check_who, 0, false, 0, 0, NULL},
    [EXPECTATION_HEADER] = {"header", read_field_name, 0, false, 0, 0, NULL},
    [EXPECTATION_COUNT] = {"count", read_i64, 0, false, 0, COUNT_MAX, NULL},
    [EXPECTATION_CONTAINS] = {"contains", read_line, 0, false, 0, 0, NULL},
    [EXPECTATION_EQUALS] = {"equals", read_line, 0, false, 0, 0, NULL},
    [EXPECTATION_AT] = {"at", read_host, 0, false, 0, 0, NULL},
    [EXPECTATION_WRITTEN_BY] = {"written_by", read_host, 0, false, 0, 0, NULL},
    [EXPECTATION_HEADER_BLOCK] = {"header_block", read_lines, 0, false, 0, 0, NULL},
    [EXPECTATION_RECORD] = {"record", read_pattern, 0, false, 0, 0, NULL},
    [EXPECTATION_AT_LEAST] = {"at_least", read_i64, 0, false, 0, COUNT_MAX, NULL},
    [EXPECTATION_AT_MOST] = {"at_most", read_i64, 0, false, 0, COUNT_MAX, NULL},
    [EXPECTATION_CAUSED_BY] = {"caused_by", read_pattern, 0, false, 0, 0, NULL},
    [EXPECTATION_BEFORE] = {"before", read_pattern, 0, false, 0, 0, NULL},
    [EXPECTATION_FETCHED_BY] = {"fetched_by", read_person, 0, false, 0, 0, NULL},
    [EXPECTATION_MESSAGES] = {"messages", read_i64, 0, false, 0, COUNT_MAX, NULL},
    [EXPECTATION_AUDIT] = {"audit", check_audit, 0, false, 0, 0, NULL},
    [EXPECTATION_WHY] = {"why", read_line, 0, false, 0, 0, NULL},
};
const struct key_table expectation_keys = {"expectation", KEYS_EXPECTATION, expectation_list,
                                           KEY_COUNT(expectation_list)};
_Static_assert(KEY_COUNT(expectation_list) == EXPECTATION_KEY_COUNT, "one row for each key");

static const struct expectation_kind kinds[] = {
#define KIND(constant, needs, may) {EXPECTATION_##constant, needs, may},
    EXPECTATION_KINDS(KIND)
#undef KIND
};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static uint64_t bit(enum expectation_key key) {
  return UINT64_C(1) << key;
}

/* The kind that the keys decide on; NULL after complaining that there is none, or more than one. */
static const struct expectation_kind *kind_of(struct loading *loading, const struct place *place,
                                              uint64_t seen) {
  const struct expectation_kind *found = NULL;
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if (!(seen & bit(kinds[i].key))) continue;
    if (found) {
      complain(loading, place, "one thing in each entry", "make two entries of it",
               "\"%s\" and \"%s\" in one expectation", expectation_list[found->key].name,
               expectation_list[kinds[i].key].name);
      return NULL;
    }
    found = &kinds[i];
  }
  if (!found)
    complain(loading, place,
             "one of delivered_to, refused_by, bounced, still_queued_at, expired, discarded, header, "
             "header_block, record, fetched_by, audit",
             "add what is to come true, such as \"delivered_to\": \"janelle\"", "nothing is expected here");
  return found;
}

static void check_expectation(struct loading *loading, const struct place *place, uint64_t seen) {
  const struct expectation_kind *kind = kind_of(loading, place, seen);
  if (!kind) return;
  const char *kind_name = expectation_list[kind->key].name;
  uint64_t strange = seen & ~(bit(kind->key) | kind->needs | kind->may | bit(EXPECTATION_WHY));
  for (size_t i = 0; i < EXPECTATION_KEY_COUNT; i++) {
    if ((kind->needs & ~seen) >> i & 1)
      complain(loading, place, "which one, counted from 1 in the order of composing", "add \"message\": 1",
               "the key \"%s\" is missing beside \"%s\"", expectation_list[i].name, kind_name);
    if (strange >> i & 1)
      complain(loading, place, NULL, "take it out, or make an entry of its own of it",
               "\"%s\" has no meaning beside \"%s\"", expectation_list[i].name, kind_name);
  }
}

/* One text alone is a list of one: for those who judge, always a list. */
static void make_lists(struct loading *loading, const cJSON *expectation) {
  for (cJSON *node = expectation->child; node; node = node->next) {
    const struct key *key = find_key(loading, &expectation_keys, node->string);
    bool list =
        key == &expectation_list[EXPECTATION_VIA] || key == &expectation_list[EXPECTATION_HEADER_BLOCK];
    if (!list || !node_is(node, cJSON_String)) continue;
    cJSON *item = arena_alloc(&loading->scratch, sizeof *item);
    *item = *node;
    item->next = NULL;
    item->prev = item;
    item->string = NULL;
    node->type = (node->type & ~0xff) | cJSON_Array;
    node->child = item;
    node->valuestring = NULL;
  }
}

void read_expect_section(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of expectations");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "expectations");
  scenario->expectations = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->expectations);
  scenario->expectation_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct expectation_draft draft;
    struct place below = place_below(place, node);
    size_t errors_before = loading->errors->total;
    uint64_t seen = read_object(loading, &below, &expectation_keys, &draft);
    if (loading->errors->total == errors_before) check_expectation(loading, &below, seen);
    make_lists(loading, node);
    scenario->expectations[i] = (struct scenario_expectation){0, tree_print(loading, node)};
  }
  note_entry_lines(loading, place, count, &scenario->expectations->line, sizeof *scenario->expectations);
}
