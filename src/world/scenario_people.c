/* The section "people". */
#include "mail/address.h"
#include "world/scenario_draft.h"
#include "world/scenario_hints.h"
#include "world/scenario_names.h"

static const char *hint_for_address(struct loading *loading, struct span text, enum address_error wrong) {
  size_t at = span_find(text, '@');
  if (wrong == ADDRESS_NO_DOMAIN) return "add @ and the domain";
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.data[i] >= 0x80)
      return "write it with the letters a to z: others stand only in mail with SMTPUTF8 (RFC 6531)";
  if (text.len && text.data[0] == '<') return "leave out the < and >";
  const char *hint = at == SPAN_NONE ? NULL : hint_for_domain(loading, span_skip(text, at + 1));
  return hint ? hint : "write name@domain, without spaces";
}

bool check_address(struct loading *loading, const struct place *place, struct span text) {
  struct address address;
  enum address_error wrong = address_parse(text, false, &address);
  if (wrong == ADDRESS_OK) return true;
  const char *hint = hint_for_address(loading, text, wrong);
  complain(loading, place, "an address such as \"jack@comcast.net\" (RFC 5321 4.1.2)", hint,
           "\"%s\" is no address: %s", shown(loading, text), address_error_text(wrong));
  return false;
}

/* The part between < and > of "Name <address>"; the whole if there is no <. */
static struct span inside_brackets(struct span text) {
  size_t open = span_find_last(text, '<');
  if (open == SPAN_NONE) return text;
  struct span inside = span_trim_right(span_skip(text, open + 1));
  return span_ends_with(inside, SPAN(">")) ? span_first(inside, inside.len - 1) : text;
}

/* "Ames, Ann <ann@a.example>" is two entries of a list, and the first is no address (RFC 5322 3.4). */
static bool is_divided_by_its_name(struct loading *loading, struct span text) {
  struct mailbox_entry *entries;
  size_t bad = 0, count = address_list_parse(text, &loading->scratch, &entries, &bad);
  for (size_t i = 0; i < count; i++) bad += entries[i].address.domain.len == 0;
  return bad > 0;
}

/* "ann, bo": as in the address line of a mail program. Each part is somebody, or an address. */
static bool are_several(struct loading *loading, struct span text) {
  size_t parts = 0;
  struct span rest = text;
  for (;;) {
    size_t comma = span_find(rest, ','), semicolon = span_find(rest, ';');
    size_t end = comma < semicolon ? comma : semicolon;
    struct span part = span_trim(end == SPAN_NONE ? rest : span_first(rest, end));
    if (!name_index_has(&loading->people, part) && span_find(part, '@') == SPAN_NONE) return false;
    parts++;
    if (end == SPAN_NONE) return parts > 1;
    rest = span_skip(rest, end + 1);
  }
}

bool check_recipient(struct loading *loading, const struct place *place, struct span text,
                     struct span *kept_out) {
  if (name_index_has(&loading->people, text)) {
    *kept_out = keep(loading, text);
    return true;
  }
  if (span_find(text, '"') == SPAN_NONE && are_several(loading, text)) {
    complain(loading, place, "a list, with a text for each", "write [ \"ann\", \"bo@b.example\" ]",
             "several recipients in one text: \"%s\"", shown(loading, text));
    return false;
  }
  if (span_find(text, '@') == SPAN_NONE) return find_person(loading, place, text) != NULL;
  size_t open = span_find_last(text, '<');
  if (open != SPAN_NONE && span_find(span_skip(text, open), '>') == SPAN_NONE) {
    complain(loading, place, "\"Name <address>\"", "add a > after the address", "\"%s\" has a < and no >",
             shown(loading, text));
    return false;
  }
  if (!check_address(loading, place, inside_brackets(text))) return false;
  if (open != SPAN_NONE && is_divided_by_its_name(loading, text)) {
    complain(loading, place, "\"Name <address>\"",
             "put the name in quotation marks: \"\\\"Ames, Ann\\\" <ann@a.example>\"",
             "the name divides the list of addresses: \"%s\"", shown(loading, text));
    return false;
  }
  *kept_out = keep(loading, text);
  return true;
}

/* An address: kept, and indexed by the whole to find two people with one mailbox. */
static void read_person_address(struct loading *loading, const struct place *place, const struct key *key,
                                void *out) {
  struct span text;
  (void)key;
  if (!line_of(loading, place, "an address such as \"jack@comcast.net\"", &text)) return;
  if (!check_address(loading, place, text)) return;
  struct span *indexed = arena_alloc(loading->arena, sizeof *indexed);
  *indexed = *(struct span *)out = keep(loading, text);
  if (name_index_add(&loading->addresses, indexed))
    complain(loading, place, "an address of its own for each person",
             "give one of them another local part, as with the second John.Smith of a company",
             "someone else has the address %s already", indexed->data);
}

#define AT(member) offsetof(struct scenario_person, member)
static const struct key person_list[] = {
    {"address", read_person_address, AT(address), true, 0, 0, NULL},
    {"uses", read_host, AT(uses), false, 0, 0, NULL},
    {"password", read_line, AT(password), false, 0, 0, NULL},
    {"name", read_line, AT(display_name), false, 0, 0, NULL},
    {"from", read_line, AT(from), false, 0, 0, NULL},
    {"mailbox", read_name, AT(mailbox), false, 0, 0, NULL},
    {"forward", read_forward, AT(forward), false, 0, 0, NULL},
};
#undef AT
const struct key_table person_keys = {"person", KEYS_PERSON, person_list, KEY_COUNT(person_list)};

#define UNSAID SPAN_INIT("")
static const struct scenario_person unsaid = {
    .display_name = UNSAID,
    .address = UNSAID,
    .uses = UNSAID,
    .password = UNSAID,
    .from = UNSAID,
    .mailbox = UNSAID,
    .forward = UNSAID,
};

void collect_people(struct loading *loading, const struct place *people) {
  if (!node_is(people->node, cJSON_Object)) return; /* complained about when it is read */
  struct scenario *scenario = loading->scenario;
  size_t count = count_entries(loading, people, SCENARIO_PEOPLE_MAX, "people");
  loading->people_unread = count == 0 && people->node->child;
  scenario->people = arena_alloc(loading->arena, (count + 1) * sizeof *scenario->people);
  loading->draft->people = arena_zalloc(&loading->scratch, (count + 1) * sizeof *loading->draft->people);
  loading->person_nodes = arena_alloc(&loading->scratch, (count + 1) * sizeof *loading->person_nodes);
  loading->people_place = *people;
  loading->people_place.up = &loading->root;
  name_index_init(&loading->people, count, false);
  cJSON *node = people->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct scenario_person *person = &scenario->people[i];
    *person = unsaid;
    loading->person_nodes[i] = node;
    person->name = keep(loading, span_from(node->string));
    struct place place = place_below(&loading->people_place, node);
    bool bad = person->name.len == 0 || span_find(person->name, '@') != SPAN_NONE;
    for (size_t c = 0; c < person->name.len; c++) bad |= (unsigned char)person->name.data[c] <= ' ';
    if (bad)
      complain_key(loading, &place, "a short name such as \"jack\"", "the address goes into \"address\"",
                   "\"%s\" is no name of a person", shown(loading, person->name));
    name_index_add(&loading->people, &person->name);
    scenario->person_count = i + 1;
  }
}

void read_people_section(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  struct scenario *scenario = loading->scenario;
  (void)key, (void)out;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object: { \"jack\": { \"address\": … }, … }");
    return;
  }
  name_index_init(&loading->addresses, scenario->person_count, true);
  for (size_t i = 0; i < scenario->person_count; i++) {
    struct place below = place_below(place, loading->person_nodes[i]);
    struct person_draft *person = &loading->draft->people[i];
    size_t errors_before = loading->errors->total;
    entry_open(loading, loading->person_nodes[i]);
    person->seen = read_object(loading, &below, &person_keys, &scenario->people[i]);
    person->bad = loading->errors->total > errors_before;
    entry_close(loading, loading->person_nodes[i]);
  }
}
