/* The section "script": what people do, and when. */
#include "mail/address.h"
#include "mail/dsn_request.h"
#include "world/scenario_draft.h"
#include "world/scenario_names.h"

/* ---- recipients ---- */

static void read_recipient(struct loading *loading, const struct place *place, struct span *out) {
  struct span text;
  *out = SPAN_EMPTY;
  if (line_of(loading, place, "a person's name, or an address", &text))
    check_recipient(loading, place, text, out);
}

static void read_recipients(struct loading *loading, const struct place *place, const struct key *key,
                            void *out) {
  struct span_list *list = out;
  bool many = node_is(place->node, cJSON_Array);
  if (!many && !node_is(place->node, cJSON_String)) {
    complain_kind(loading, place, "a list of people or addresses");
    return;
  }
  size_t count = many ? count_entries(loading, place, SCENARIO_LIST_MAX, "recipients") : 1;
  if (count < (size_t)key->low)
    complain(loading, place, "a list with a recipient in it",
             "name a person or an address, or leave the key out", "a list of nobody");
  struct span *items = arena_alloc(loading->arena, count * sizeof *items);
  const cJSON *node = place->node->child;
  if (!many) read_recipient(loading, place, &items[0]);
  for (size_t i = 0; many && i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    read_recipient(loading, &below, &items[i]);
  }
  *list = (struct span_list){items, count};
}

static void read_envelope_to(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  struct scenario_action *action = out;
  read_recipients(loading, place, key, &action->envelope_to);
  action->has_envelope_to = true;
}

/* ---- what a letter is made of ---- */

static void read_reverse_path(struct loading *loading, const struct place *place, const struct key *key,
                              void *out) {
  struct span text;
  (void)key;
  if (!line_of(loading, place, "an address, or \"<>\" for the null path", &text)) return;
  if (span_equal(text, SPAN("<>")) || check_address(loading, place, text))
    *(struct span *)out = keep(loading, text);
}

static void read_message_id(struct loading *loading, const struct place *place, const struct key *key,
                            void *out) {
  struct span text;
  (void)key;
  if (!line_of(loading, place, "a Message-ID with its <>", &text)) return;
  if (text.len > 2 && text.data[0] == '<' && text.data[text.len - 1] == '>')
    *(struct span *)out = keep(loading, text);
  else
    complain(loading, place, "a Message-ID with its <>, such as \"<1@jack-laptop>\" (RFC 5322 3.6.4)",
             "put it between < and >", "\"%s\" is no Message-ID", shown(loading, text));
}

static bool is_field_name(struct span name) {
  for (size_t i = 0; i < name.len; i++)
    if (name.data[i] <= ' ' || name.data[i] >= 0x7f) return false;
  return name.len > 0;
}

void read_field_name(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span name;
  (void)key;
  if (!line_of(loading, place, "the name of a header field", &name)) return;
  if (is_field_name(name) && span_find(name, ':') == SPAN_NONE)
    *(struct span *)out = keep(loading, name);
  else
    complain(loading, place, "the name of a header field such as \"Received\" (RFC 5322 2.2)",
             span_find(name, ':') != SPAN_NONE ? "leave out the colon, and what is after it"
                                               : "write the name alone, without spaces",
             "\"%s\" is no name of a field", shown(loading, name));
}

static void read_field_order(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  struct span name;
  read_lines(loading, place, key, out);
  bool alone = node_is(place->node, cJSON_String);
  for (const cJSON *node = alone ? place->node : place->node->child; node; node = alone ? NULL : node->next) {
    struct place below = place_below(place, node);
    if (node_is(node, cJSON_String)) read_field_name(loading, alone ? place : &below, key, &name);
  }
}

static void read_field(struct loading *loading, const struct place *place, struct scenario_field *field) {
  struct span line;
  static const char expected[] = "a header line such as \"X-Mailer: Pine 4.58\" (RFC 5322 2.2)";
  *field = (struct scenario_field){SPAN_EMPTY, SPAN_EMPTY};
  if (!line_of(loading, place, expected, &line)) return;
  size_t colon = span_find(line, ':');
  struct span name = span_first(line, colon == SPAN_NONE ? 0 : colon);
  if (!is_field_name(name)) {
    complain(loading, place, expected, "a name without spaces, a colon, the value",
             "\"%s\" is no header line", shown(loading, line));
    return;
  }
  field->name = keep(loading, name);
  field->value = keep(loading, span_trim(span_skip(line, colon + 1)));
}

static void read_fields(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  struct scenario_action *action = out;
  (void)key;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of header lines, such as [ \"X-Mailer: Pine 4.58\" ]");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "header lines");
  action->fields = arena_alloc(loading->arena, (count + 1) * sizeof *action->fields);
  action->field_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    read_field(loading, &below, &action->fields[i]);
  }
}

/* ---- what is to be reported (RFC 3461) ---- */

static void read_notify(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  static const struct choice words[] = {{"never", DSN_NOTIFY_NEVER},
                                        {"success", DSN_NOTIFY_SUCCESS},
                                        {"failure", DSN_NOTIFY_FAILURE},
                                        {"delay", DSN_NOTIFY_DELAY},
                                        {NULL, 0}};
  struct scenario_action *action = out;
  struct key one = *key;
  one.with = words;
  bool many = node_is(place->node, cJSON_Array);
  unsigned notify = 0;
  for (const cJSON *node = many ? place->node->child : place->node; node; node = many ? node->next : NULL) {
    struct place below = many ? place_below(place, node) : *place;
    uint32_t word = 0;
    read_choice(loading, &below, &one, &word);
    notify |= word;
  }
  if (many && !place->node->child)
    complain(loading, place, "a list with a word in it", "write \"never\" for no report at all",
             "an empty list");
  if (notify & DSN_NOTIFY_NEVER && notify != DSN_NOTIFY_NEVER)
    complain(loading, place, "\"never\", or some of success, failure and delay (RFC 3461 4.1)",
             "take \"never\" out, or the others", "\"never\" stands alone");
  action->notify = (uint8_t)notify;
}

static void read_returns(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  static const struct choice words[] = {
      {"full", DSN_RETURN_FULL}, {"headers", DSN_RETURN_HEADERS}, {NULL, 0}};
  struct scenario_action *action = out;
  struct key one = *key;
  uint32_t word = 0;
  one.with = words;
  read_choice(loading, place, &one, &word);
  action->returns = (uint8_t)word;
}

static void read_envelope_id(struct loading *loading, const struct place *place, const struct key *key,
                             void *out) {
  struct span text;
  struct buf xtext = {0};
  (void)key;
  if (!line_of(loading, place, "an id for this sending, such as \"QQ314159\"", &text)) return;
  xtext_encode(text, &xtext);
  if (text.len && span_is_ascii(text) && xtext.len <= DSN_ENVELOPE_ID_MAX)
    *(struct span *)out = keep(loading, text);
  else
    complain(loading, place, "printable ASCII, up to 100 octets as xtext (RFC 3461 4.4, 5.4)",
             "take a short id, such as \"QQ314159\"", "\"%s\" is no envelope id", shown(loading, text));
  buf_free(&xtext);
}

/* ---- the table ---- */

static void read_who(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_action *action = out;
  struct span text;
  (void)key;
  if (!line_of(loading, place, "the name of a person in \"people\"", &text)) return;
  struct scenario_person *person = find_person(loading, place, text);
  if (!person) return;
  action->who = keep(loading, text);
  loading->draft->doings[action - loading->scenario->actions].person = person;
}

static const struct choice verbs[] = {{"send", VERB_SEND}, {"fetch", VERB_FETCH}, {"reply", VERB_REPLY},
                                      {"type", VERB_TYPE}, {"read", VERB_READ},   {NULL, 0}};

#define AT(member) offsetof(struct scenario_action, member)
static const struct key action_list[] = {
    {"at", read_duration, AT(at_us), true, 0, 0, NULL},
    {"who", read_who, 0, true, 0, 0, NULL},
    {"does", read_choice, AT(verb), true, 0, 0, verbs},
    /* send and reply */
    {"to", read_recipients, AT(to), false, 1, 0, NULL},
    {"cc", read_recipients, AT(cc), false, 0, 0, NULL},
    {"bcc", read_recipients, AT(bcc), false, 0, 0, NULL},
    {"subject", read_line, AT(subject), false, 0, 0, NULL},
    {"text", read_text, AT(text), false, 0, 0, NULL},
    {"from", read_line, AT(from), false, 0, 0, NULL},
    {"reverse_path", read_reverse_path, AT(reverse_path), false, 0, 0, NULL},
    {"envelope_to", read_envelope_to, 0, false, 1, 0, NULL},
    {"date", read_line, AT(date), false, 0, 0, NULL},
    {"message_id", read_message_id, AT(message_id), false, 0, 0, NULL},
    {"no_message_id", read_bool, AT(no_message_id), false, 0, 0, NULL},
    {"no_date", read_bool, AT(no_date), false, 0, 0, NULL},
    {"fields", read_fields, 0, false, 0, 0, NULL},
    {"field_order", read_field_order, AT(field_order), false, 0, 0, NULL},
    {"notify", read_notify, 0, false, 0, 0, NULL},
    {"return", read_returns, 0, false, 0, 0, NULL},
    {"envelope_id", read_envelope_id, AT(envelope_id), false, 0, 0, NULL},
    /* type; the last one fetch, too */
    {"to_host", read_host, AT(to_host), false, 0, 0, NULL},
    {"port", read_u16, AT(port), false, 1, 65535, NULL},
    {"lines", read_lines, AT(lines), false, 0, 0, NULL},
    {"from_host", read_host, AT(from_host), false, 0, 0, NULL},
};
#undef AT
const struct key_table action_keys = {"action", KEYS_ACTION, action_list, KEY_COUNT(action_list)};

/* Positions in action_list: the first three belong to every verb, then come those of a letter, then those
 * of typing. */
enum { LETTER_FIRST = 3, TYPE_FIRST = 20, FROM_HOST = 23 };
#define BITS_FROM(first) (UINT64_MAX << (first))

static uint64_t allowed_keys(enum scenario_verb verb) {
  switch (verb) {
  case VERB_SEND:
  case VERB_REPLY: return ~BITS_FROM(TYPE_FIRST);
  case VERB_READ: return ~BITS_FROM(LETTER_FIRST);
  case VERB_FETCH: return ~BITS_FROM(LETTER_FIRST) | UINT64_C(1) << FROM_HOST;
  case VERB_TYPE: return BITS_FROM(TYPE_FIRST) | ~BITS_FROM(LETTER_FIRST);
  }
  return UINT64_MAX;
}

static void complain_strange_keys(struct loading *loading, const struct place *place, uint64_t strange,
                                  enum scenario_verb verb) {
  for (const cJSON *node = place->node->child; node; node = node->next) {
    const struct key *key = find_key(loading, &action_keys, node->string);
    if (!key || !(strange >> (key - action_list) & 1)) continue;
    struct place below = place_below(place, node);
    complain_key(loading, &below, NULL, "take it out, or change \"does\"", "\"%s\" has no meaning for \"%s\"",
                 node->string, verbs[verb].word);
  }
}

static void complain_lacking(struct loading *loading, const struct place *place, const char *name,
                             const char *why) {
  if (loading_is_full(loading)) return;
  complain(loading, place, why, arena_format(&loading->scratch, "add \"%s\": …", name).data,
           "the key \"%s\" is missing", name);
}

static void check_action(struct loading *loading, const struct place *place, uint64_t seen,
                         const struct scenario_action *action) {
  uint64_t strange = seen & ~allowed_keys(action->verb);
  if (strange) complain_strange_keys(loading, place, strange, action->verb);
  bool to = had_key(loading, &action_keys, seen, "to") || had_key(loading, &action_keys, seen, "cc") ||
            had_key(loading, &action_keys, seen, "bcc") ||
            had_key(loading, &action_keys, seen, "envelope_to");
  if (action->verb == VERB_SEND && !to) complain_lacking(loading, place, "to", "a letter with a recipient");
  if (action->verb == VERB_TYPE && !had_key(loading, &action_keys, seen, "to_host"))
    complain_lacking(loading, place, "to_host", "the server at which they type");
  if (action->verb == VERB_TYPE && !had_key(loading, &action_keys, seen, "lines"))
    complain_lacking(loading, place, "lines", "what they type");
}

#define UNSAID SPAN_INIT("")
static const struct scenario_action unsaid = {
    .who = UNSAID,
    .subject = UNSAID,
    .text = UNSAID,
    .from = UNSAID,
    .date = UNSAID,
    .message_id = UNSAID,
    .envelope_id = UNSAID,
    .reverse_path = UNSAID,
    .to_host = UNSAID,
    .from_host = UNSAID,
    .port = 25,
};

void read_script_section(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, "a list of what people do");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_ACTIONS_MAX, "entries of \"script\"");
  scenario->actions = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->actions);
  scenario->action_count = count;
  loading->draft->doings = arena_zalloc(&loading->scratch, (count + 1) * sizeof *loading->draft->doings);
  cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct scenario_action *action = &scenario->actions[i];
    struct place below = place_below(place, node);
    size_t errors_before = loading->errors->total;
    *action = unsaid;
    entry_open(loading, node);
    uint64_t seen = read_object(loading, &below, &action_keys, action);
    if (loading->errors->total == errors_before) check_action(loading, &below, seen, action);
    loading->draft->doings[i].verb = (uint8_t)action->verb;
    loading->draft->doings[i].has_from_host = action->from_host.len > 0;
    entry_close(loading, node);
  }
}
