#include "world/scenario_keys.h"

#include "base/check.h"
#include "mail/address.h"
#include "world/scenario_hints.h"
#include "world/scenario_names.h"
#include "world/scenario_values.h"

/* ---- finding a key ---- */

static size_t key_slot(const char *name, size_t length) {
  if (length == 0) return 0;
  return (length * 7 + (unsigned char)name[0] * 31u + (unsigned char)name[length / 2] * 17u +
          (unsigned char)name[length - 1] * 3u) %
         TABLE_SLOTS;
}

static void build_index(struct key_index *index, const struct key_table *table) {
  CHECK(table->count <= TABLE_KEYS_MAX);
  for (size_t i = 0; i < table->count; i++) {
    size_t slot = key_slot(table->keys[i].name, strlen(table->keys[i].name));
    while (index->slots[slot]) slot = (slot + 1) % TABLE_SLOTS;
    index->slots[slot] = (uint8_t)(i + 1);
    CHECK(i < 64 || !table->keys[i].required);
    if (table->keys[i].required) index->required |= UINT64_C(1) << i;
  }
  index->ready = true;
}

const struct key *find_key(struct loading *loading, const struct key_table *table, const char *name) {
  struct key_index *index = &loading->indexes[table->number];
  if (!index->ready) build_index(index, table);
  size_t slot = key_slot(name, strlen(name));
  for (; index->slots[slot]; slot = (slot + 1) % TABLE_SLOTS) {
    const struct key *key = &table->keys[index->slots[slot] - 1];
    if (strcmp(key->name, name) == 0) return key;
  }
  return NULL;
}

const struct key *key_meant(struct loading *loading, const struct key_table *table, struct span word) {
  struct span names[TABLE_KEYS_MAX];
  const struct key *meant = key_called_otherwise(loading, table, word);
  if (meant) return meant;
  for (size_t i = 0; i < table->count; i++) names[i] = span_from(table->keys[i].name);
  struct span nearest = error_nearest(word, names, table->count);
  return nearest.len ? find_key(loading, table, nearest.data) : NULL;
}

static void complain_unknown(struct loading *loading, const struct place *place,
                             const struct key_table *table, const struct key *meant) {
  if (loading_is_full(loading)) return;
  struct span word = span_from(place->node->string);
  bool otherwise = meant && meant == key_called_otherwise(loading, table, word);
  const char *hint = "docs/scenario.md lists every key";
  if (otherwise)
    hint = arena_format(&loading->scratch, "it is called \"%s\" here", meant->name).data;
  else if (meant)
    hint = arena_format(&loading->scratch, "did you mean \"%s\"?", meant->name).data;
  struct buf all = BUF_CAPPED(2048);
  buf_add_text(&all, "one of");
  for (size_t i = 0; i < table->count; i++) buf_format(&all, "%s %s", i ? "," : "", table->keys[i].name);
  const char *expected = arena_text(&loading->scratch, buf_span(&all));
  buf_free(&all);
  complain_key(loading, place, expected, hint, "unknown key \"%s\"", shown(loading, word));
}

static void complain_missing(struct loading *loading, const struct place *place,
                             const struct key_table *table, uint64_t missing) {
  for (size_t i = 0; i < table->count && i < 64; i++) {
    if (!(missing >> i & 1)) continue;
    if (loading_is_full(loading)) continue;
    const struct key *key = &table->keys[i];
    struct span hint =
        key->low && key->low == key->high
            ? arena_format(&loading->scratch, "add \"%s\": %lld", key->name, (long long)key->low)
            : arena_format(&loading->scratch, "add \"%s\": …", key->name);
    complain(loading, place, NULL, hint.data, "the key \"%s\" is missing", key->name);
  }
}

/* Of the first 64 keys of a table it is remembered which were there. */
static uint64_t bit_of(const struct key_table *table, const struct key *key) {
  size_t number = (size_t)(key - table->keys);
  return number < 64 ? UINT64_C(1) << number : 0;
}

/* Objects of one kind mostly have the same keys in the same order, so that the key after this one is known
 * before it is looked up. `after` is the number of the key before, plus one. */
static const struct key *next_key(struct loading *loading, const struct key_table *table, uint8_t *after,
                                  const char *name) {
  struct key_index *index = &loading->indexes[table->number];
  uint8_t guess = index->after[*after];
  if (guess && strcmp(table->keys[guess - 1].name, name) == 0) {
    *after = guess;
    return &table->keys[guess - 1];
  }
  const struct key *key = find_key(loading, table, name);
  if (key) *after = index->after[*after] = (uint8_t)(key - table->keys + 1);
  return key;
}

uint64_t read_object(struct loading *loading, const struct place *place, const struct key_table *table,
                     void *out) {
  uint64_t seen = 0, meant_bits = 0; /* a misspelt key is not missing, too */
  uint8_t after = 0;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object, { … }");
    return 0;
  }
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place here = place_below(place, node);
    const struct key *key = next_key(loading, table, &after, node->string);
    if (!key) {
      const struct key *meant =
          loading->errors->count < ERROR_LIST_MAX ? key_meant(loading, table, span_from(node->string)) : NULL;
      if (meant) meant_bits |= bit_of(table, meant);
      complain_unknown(loading, &here, table, meant);
      continue;
    }
    seen |= bit_of(table, key);
    key->read(loading, &here, key, (char *)out + key->offset);
  }
  struct key_index *index = &loading->indexes[table->number];
  if (!index->ready) build_index(index, table);
  uint64_t missing = index->required & ~seen & ~meant_bits;
  if (missing) complain_missing(loading, place, table, missing);
  return seen;
}

void complain_kind(struct loading *loading, const struct place *place, const char *expected) {
  bool wants_list = span_starts_with(span_from(expected), SPAN("a list"));
  const char *hint = node_is(place->node, cJSON_NULL) ? "leave the key out"
                     : wants_list                     ? "put [ before it and ] after it"
                                                      : "docs/scenario.md has an example of every key";
  complain(loading, place, expected, hint, "%s where something else belongs", node_kind(place->node));
}

/* ---- texts ---- */

/* Packed: most texts are short, and an arena aligns each. */
struct span keep(struct loading *loading, struct span text) {
  enum { ROOM = 32 * 1024, SHORT = 1024 };
  if (text.len >= SHORT) return arena_copy(loading->arena, text);
  if (loading->kept_left <= text.len) {
    loading->kept = arena_alloc(loading->arena, ROOM);
    loading->kept_left = ROOM;
  }
  char *copy = loading->kept;
  memcpy(copy, text.data, text.len);
  copy[text.len] = 0;
  loading->kept += text.len + 1;
  loading->kept_left -= text.len + 1;
  return span_of(copy, text.len);
}

enum { LINE_MAX_OCTETS = 998 }; /* RFC 5322 2.1.1 */

bool line_of(struct loading *loading, const struct place *place, const char *expected,
             struct span *line_out) {
  if (!node_is(place->node, cJSON_String)) {
    bool number = node_is(place->node, cJSON_Number);
    complain(loading, place, expected,
             number                             ? "put it between \" and \""
             : node_is(place->node, cJSON_NULL) ? "leave the key out"
                                                : "write one text there",
             "%s where a text belongs", node_kind(place->node));
    return false;
  }
  struct span line = node_text(place->node);
  for (size_t i = 0; i < line.len; i++) {
    if ((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7f) continue;
    if (line.data[i] == '\t') continue;
    complain(loading, place, expected, "take out \\n and other control characters",
             "a line break or control character in a text of one line");
    return false;
  }
  if (line.len > LINE_MAX_OCTETS) {
    complain(loading, place, "at most 998 octets (RFC 5322 2.1.1)", "make it shorter",
             "the text is too long");
    return false;
  }
  *line_out = line;
  return true;
}

void read_line(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span line;
  (void)key;
  if (line_of(loading, place, "a text of one line", &line)) *(struct span *)out = keep(loading, line);
}

void read_name(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span line;
  (void)key;
  if (!line_of(loading, place, "a name", &line)) return;
  bool bad = line.len == 0;
  for (size_t i = 0; i < line.len; i++) bad |= ascii_is_space(line.data[i]);
  if (bad)
    complain(loading, place, "a name without spaces", "take the spaces out", "\"%s\" is no name",
             shown(loading, line));
  else
    *(struct span *)out = keep(loading, line);
}

/* Lines of a list, joined. */
static void read_text_lines(struct loading *loading, const struct place *place, struct span *out) {
  struct buf joined = BUF_CAPPED(SCENARIO_TEXT_MAX);
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place here = place_below(place, node);
    struct span line;
    if (!line_of(loading, &here, "a line of text", &line)) continue;
    buf_add(&joined, line);
    buf_add_char(&joined, '\n');
  }
  if (joined.overflowed)
    complain(loading, place, "at most 1 MiB", "make it shorter", "the text is too long");
  else
    *out = keep(loading, buf_span(&joined));
  buf_free(&joined);
}

void read_text(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  if (node_is(place->node, cJSON_Array)) {
    read_text_lines(loading, place, out);
  } else if (!node_is(place->node, cJSON_String)) {
    complain_kind(loading, place, "a text, or a list of its lines");
  } else if (node_text(place->node).len > SCENARIO_TEXT_MAX) {
    complain(loading, place, "at most 1 MiB", "make it shorter", "the text is too long");
  } else {
    *(struct span *)out = keep(loading, node_text(place->node));
  }
}

/* ---- lists ---- */

size_t count_entries(struct loading *loading, const struct place *place, size_t most, const char *what) {
  size_t count = 0;
  for (const cJSON *node = place->node->child; node; node = node->next) count++;
  if (count <= most) return count;
  complain(loading, place, arena_format(&loading->scratch, "at most %zu", most).data,
           "make two scenarios of it", "%zu %s", count, what);
  return 0;
}

/* Reads each entry of a list, or the one value in place of a list, as read_one does. */
static void read_list_of(struct loading *loading, const struct place *place, const struct key *key,
                         const char *expected, read_fn *read_one, struct span_list *out) {
  bool alone = node_is(place->node, cJSON_String);
  if (!alone && !node_is(place->node, cJSON_Array)) {
    complain_kind(loading, place, expected);
    return;
  }
  size_t most = alone ? 1 : count_entries(loading, place, SCENARIO_LIST_MAX, "entries in one list");
  struct span *items = arena_alloc(loading->arena, most * sizeof *items);
  size_t count = 0;
  for (const cJSON *node = alone ? place->node : place->node->child; count < most && node;
       node = alone ? NULL : node->next) {
    struct place below = place_below(place, node);
    items[count] = SPAN_EMPTY;
    read_one(loading, alone ? place : &below, key, &items[count++]);
  }
  *out = (struct span_list){items, count};
}

void read_lines(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  read_list_of(loading, place, key, "a list of texts", read_line, out);
}

void read_domain(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span line;
  (void)key;
  if (!line_of(loading, place, "a domain name", &line)) return;
  if (domain_is_valid(line)) {
    *(struct span *)out = keep(loading, line);
    return;
  }
  const char *hint = span_find(line, '@') != SPAN_NONE ? "leave out what is before the @"
                     : span_ends_with(line, SPAN(".")) ? "leave out the last dot"
                                                       : hint_for_domain(loading, line);
  complain(loading, place, "letters, digits and hyphens between dots (RFC 1035 2.3.1)",
           hint ? hint : "take out what is not a letter, digit, hyphen or dot", "\"%s\" is no domain name",
           shown(loading, line));
}

void read_domains(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  read_list_of(loading, place, key, "a list of domain names", read_domain, out);
}

void read_host(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span line;
  (void)key;
  if (!line_of(loading, place, "the name of a host in \"hosts\"", &line)) return;
  struct scenario_host *host = find_host(loading, place, line);
  if (host) *(struct span *)out = host->name;
}

void read_hosts(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  read_list_of(loading, place, key, "a list of hosts", read_host, out);
}

static void read_client(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  struct span line;
  struct ip_network network;
  static const char expected[] = "the name of a host in \"hosts\", or a network such as \"192.0.2.0/24\"";
  if (!line_of(loading, place, expected, &line)) return;
  if (span_find(line, '/') == SPAN_NONE)
    read_host(loading, place, key, out);
  else if (ip_network_parse(line, &network))
    *(struct span *)out = keep(loading, line);
  else
    complain(loading, place, "an address, a slash, and how many bits count (RFC 4632 3.1)",
             "the bits that do not count are 0: \"192.0.2.0/24\"", "\"%s\" is no network",
             shown(loading, line));
}

void read_clients(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  read_list_of(loading, place, key, "a list of hosts and networks", read_client, out);
}

void read_person(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span line;
  (void)key;
  if (!line_of(loading, place, "the name of a person in \"people\"", &line)) return;
  struct scenario_person *person = find_person(loading, place, line);
  if (person) *(struct span *)out = person->name;
}

/* ---- numbers ---- */

void read_bool(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  if (node_is(place->node, cJSON_True) || node_is(place->node, cJSON_False))
    *(bool *)out = node_is(place->node, cJSON_True);
  else
    complain(loading, place, "true or false",
             node_is(place->node, cJSON_String) ? "write it without quotes" : "write true or false",
             "%s where true or false belongs", node_kind(place->node));
}

static bool integer_of(struct loading *loading, const struct place *place, int64_t low, int64_t high,
                       int64_t *value_out) {
  enum node_number outcome = node_integer(place->node, low, high, value_out);
  if (outcome == NODE_NUMBER) return true;
  if (loading_is_full(loading)) return false;
  const char *expected =
      arena_format(&loading->scratch, "a whole number from %lld to %lld", (long long)low, (long long)high)
          .data;
  bool text = node_is(place->node, cJSON_String);
  if (outcome == NODE_NO_NUMBER)
    complain(loading, place, expected, text ? "write the number without quotes" : "write a number",
             "%s where a number belongs", node_kind(place->node));
  else if (outcome == NODE_NOT_WHOLE)
    complain(loading, place, expected, "only whole numbers are used; take a smaller unit",
             "the number is not whole");
  else
    complain(loading, place, expected, "take a number in that range", "the number is too %s",
             outcome == NODE_TOO_SMALL ? "small" : "large");
  return false;
}

/* The key's range, or the type's own where the key names none. */
static bool ranged_integer(struct loading *loading, const struct place *place, const struct key *key,
                           int64_t low, int64_t high, int64_t *value_out) {
  bool named = key->low || key->high;
  return integer_of(loading, place, named ? key->low : low, named ? key->high : high, value_out);
}

#define EXACT_MAX (INT64_C(1) << 53) /* integers beyond are not exact in JSON (RFC 8259 6) */

void read_u16(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t value;
  if (ranged_integer(loading, place, key, 0, UINT16_MAX, &value)) *(uint16_t *)out = (uint16_t)value;
}

void read_u32(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t value;
  if (ranged_integer(loading, place, key, 0, UINT32_MAX, &value)) *(uint32_t *)out = (uint32_t)value;
}

void read_i64(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t value;
  if (ranged_integer(loading, place, key, -EXACT_MAX, EXACT_MAX, &value)) *(int64_t *)out = value;
}

void read_u64(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t value;
  if (ranged_integer(loading, place, key, 0, EXACT_MAX, &value)) *(uint64_t *)out = (uint64_t)value;
}

void read_ms(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t value;
  if (ranged_integer(loading, place, key, 0, 86400000, &value)) *(int64_t *)out = value * 1000;
}

/* ---- time and words ---- */

void read_duration(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  int64_t us;
  static const char expected[] = "a length of time such as \"1.5s\", \"10m\", \"1h30m\" or \"2d\"";
  if (node_is(place->node, cJSON_Number)) {
    complain(loading, place, expected, "put it in quotes and add a unit: us, ms, s, m, h or d",
             "a length of time without a unit");
    return;
  }
  if (!node_is(place->node, cJSON_String)) {
    complain_kind(loading, place, expected);
    return;
  }
  const char *wrong = duration_parse(node_text(place->node), &us);
  if (wrong)
    complain(loading, place, expected, hint_for_duration(loading, node_text(place->node)),
             "\"%s\" is no length of time: %s", shown(loading, node_text(place->node)),
             fault_of_duration(loading, node_text(place->node), wrong));
  else if (us < key->low || (key->high && us > key->high))
    complain(loading, place, key->low == 0 ? "a time that is not negative" : expected,
             us < 0 ? "leave out the -" : "take a longer time", "\"%s\" is too %s",
             shown(loading, node_text(place->node)), us < key->low ? "small" : "long");
  else
    *(int64_t *)out = us;
}

void read_durations(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct duration_list *list = out;
  if (!node_is(place->node, cJSON_Array)) {
    list->us = arena_zalloc(loading->arena, sizeof *list->us);
    list->count = 1;
    read_duration(loading, place, key, list->us);
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "entries in one list");
  list->us = arena_zalloc(loading->arena, (count + 1) * sizeof *list->us);
  list->count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    read_duration(loading, &below, key, &list->us[i]);
  }
}

void read_choice(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  const struct choice *choices = key->with;
  struct span line, words[32];
  size_t count = 0;
  for (; choices[count].word; count++) {
    if (!node_is(place->node, cJSON_String) || strcmp(choices[count].word, place->node->valuestring) != 0)
      continue;
    *(int *)out = choices[count].value;
    return;
  }
  if (loading_is_full(loading)) return;
  for (size_t i = 0; i < count; i++) words[i] = span_from(choices[i].word);
  struct buf all = BUF_CAPPED(1024);
  buf_add_text(&all, "one of");
  for (size_t i = 0; i < count; i++) buf_format(&all, "%s \"%s\"", i ? "," : "", choices[i].word);
  const char *expected = arena_text(&loading->scratch, buf_span(&all));
  buf_free(&all);
  if (!line_of(loading, place, expected, &line)) return;
  const char *hint = did_you_mean(loading, line, words, count);
  complain(loading, place, expected, hint ? hint : "take one of these words", "\"%s\" is not known here",
           shown(loading, line));
}
