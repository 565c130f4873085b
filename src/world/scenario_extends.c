#include "world/scenario_extends.h"

#include "base/mem.h"

static struct span folder_of(struct span path) {
  size_t slash = span_find_last(path, '/');
  return slash == SPAN_NONE ? SPAN_EMPTY : span_first(path, slash + 1);
}

/* Only names and slashes, none of them climbing: what a stranger's file may ask for. */
static const char *wrong_with_path(struct span path) {
  if (path.len == 0) return "the path is empty";
  if (path.data[0] == '/' || path.data[0] == '~') return "the path is absolute";
  struct span rest = path, piece;
  while (span_next(&rest, '/', &piece)) {
    if (span_equal(piece, SPAN(".."))) return "the path leads out of the scenario's folder";
    if (piece.len == 0 || span_equal(piece, SPAN("."))) return "the path has an empty part";
  }
  for (size_t i = 0; i < path.len; i++) {
    unsigned char c = (unsigned char)path.data[i];
    if (c < 0x20 || c == '\\' || c == ':' || c == 0x7f) return "the path has a character that is not allowed";
  }
  return NULL;
}

/* What a name cannot show: where links lead. */
static const char *wrong_with_file(const struct loading *loading, struct span path) {
  const struct scenario_reader *reader = loading->reader;
  if (!reader->wrong_with_file) return NULL;
  return reader->wrong_with_file(reader->context, path, folder_of(loading->documents[0].name));
}

static cJSON *member(cJSON *object, const char *name) {
  for (cJSON *node = object->child; node; node = node->next)
    if (strcmp(node->string, name) == 0) return node;
  return NULL;
}

/* The file that a document extends, complained about if it may not be read. */
static struct document *open_next(struct loading *loading, const struct document *document,
                                  const cJSON *extends) {
  struct place root = place_below(NULL, document->root), place = place_below(&root, extends);
  if (!node_is(extends, cJSON_String)) {
    complain(loading, &place, "the path of a scenario, such as \"jack-and-janelle.json\"",
             "write the path in quotes", "%s where a path belongs", node_kind(extends));
    return NULL;
  }
  struct span path = node_text(extends);
  struct span pieces[] = {folder_of(document->name), path};
  struct span full = arena_join(&loading->scratch, pieces, 2);
  const char *wrong = wrong_with_path(path);
  if (!wrong) wrong = wrong_with_file(loading, full);
  if (wrong) {
    complain(loading, &place, "a file beside this one or in a folder below it",
             "copy the file into the scenario's folder", "%s: \"%s\"", wrong, shown(loading, path));
    return NULL;
  }
  for (size_t i = 0; i < loading->document_count; i++) {
    if (!span_equal(loading->documents[i].name, full)) continue;
    complain(loading, &place, "files that extend one another in one direction",
             "take \"extends\" out of one of them", "the files extend each other in a circle");
    return NULL;
  }
  if (loading->document_count == SCENARIO_EXTENDS_MAX) {
    complain(loading, &place, "at most 8 files in a chain of \"extends\"", "put some of them together",
             "too many files");
    return NULL;
  }
  return loading_open(loading, full, &place);
}

/* ---- merging ---- */

static void unlink_child(cJSON *object, cJSON *node) {
  if (node->prev && node != object->child) node->prev->next = node->next;
  if (node == object->child) object->child = node->next;
  if (node->next)
    node->next->prev = node->prev;
  else if (object->child)
    object->child->prev = node->prev; /* cJSON: the first child's prev is the last child */
}

static void append_child(cJSON *object, cJSON *node) {
  node->next = NULL;
  if (!object->child) {
    object->child = node;
    node->prev = node;
    return;
  }
  cJSON *last = object->child->prev;
  last->next = node;
  node->prev = last;
  object->child->prev = node;
}

/* The new value stands where the old one stood. */
static void replace_child(cJSON *object, cJSON *old, cJSON *node) {
  bool first = object->child == old, alone = first && !old->next;
  node->next = old->next;
  node->prev = alone ? node : old->prev;
  if (node->next) node->next->prev = node;
  if (first)
    object->child = node;
  else
    old->prev->next = node;
  if (!node->next) object->child->prev = node;
}

/* The members of an object by name: a scan of the list for each would take a stranger's large file for
 * ever. */
struct members {
  cJSON **slots;
  size_t capacity; /* a power of two */
};

static cJSON **member_slot(const struct members *members, const char *name) {
  for (size_t at = span_hash(span_from(name));; at++) {
    cJSON **slot = &members->slots[at & (members->capacity - 1)];
    if (!*slot || strcmp((*slot)->string, name) == 0) return slot;
  }
}

static struct members members_of(const cJSON *object) {
  size_t count = 0;
  for (const cJSON *node = object->child; node; node = node->next) count++;
  struct members members = {.capacity = 16};
  while (members.capacity < 2 * count) members.capacity *= 2;
  members.slots = mem_zalloc(members.capacity * sizeof *members.slots);
  for (cJSON *node = object->child; node; node = node->next) *member_slot(&members, node->string) = node;
  return members;
}

static void merge(struct loading *loading, cJSON *base, cJSON *over, const struct place *over_place);

/* ---- a list, laid over by an object: numbers change its entries, other keys add some ---- */

static cJSON *entry_of(const cJSON *list, uint64_t number) {
  for (cJSON *node = list->child; node; node = node->next)
    if (--number == 0) return node;
  return NULL;
}

static bool is_number(struct span key, uint64_t *number_out) {
  return span_to_u64(key, UINT32_MAX, number_out) && *number_out > 0;
}

static void change_entry(struct loading *loading, cJSON *list, uint64_t number, cJSON *node,
                         const struct place *place) {
  cJSON *old = entry_of(list, number);
  if (!old) {
    complain_key(loading, place, "the number of an entry, counted from 1",
                 "take a word for a key, and an entry is added", "the list has no entry %llu",
                 (unsigned long long)number);
    return;
  }
  if (node_is(old, cJSON_Object) && node_is(node, cJSON_Object)) {
    merge(loading, old, node, place);
    return;
  }
  /* Entries that go are taken out when all are counted. */
  node->string = NULL;
  replace_child(list, old, node);
}

/* The entry keeps its key, by which complaints find it in its file. */
static void merge_list(struct loading *loading, cJSON *list, cJSON *over, const struct place *over_place) {
  for (cJSON *node = over->child, *next; node; node = next) {
    struct place here = place_below(over_place, node);
    uint64_t number;
    next = node->next;
    if (is_number(span_from(node->string), &number))
      change_entry(loading, list, number, node, &here);
    else
      append_child(list, node);
  }
  for (cJSON *node = list->child, *next; node; node = next) {
    next = node->next;
    if (node_is(node, cJSON_NULL)) unlink_child(list, node);
  }
}

/* Sections of a scenario that are lists, to which entries may be added also where there were none. */
static bool is_list_section(const char *key) {
  static const char *const names[] = {"script",    "faults",    "dns_changes", "host_changes",
                                      "narration", "questions", "expect"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(key, names[i]) == 0) return true;
  return false;
}

static cJSON *list_of(struct loading *loading, cJSON *node, const struct place *place) {
  cJSON *list = arena_zalloc(&loading->scratch, sizeof *list);
  list->string = node->string;
  list->type = cJSON_Array | (node->type & ~0xfff);
  merge_list(loading, list, node, place);
  return list;
}

static void merge_member(struct loading *loading, cJSON *base, cJSON *old, cJSON *node,
                         const struct place *place) {
  bool removes = node_is(node, cJSON_NULL);
  if (removes && !old)
    complain_key(loading, place, "the key of something in the file that this one extends",
                 "take this line out, or look how the other file spells it",
                 "null takes nothing away: there is no \"%s\" to remove",
                 shown(loading, span_from(node->string)));
  else if (removes)
    unlink_child(base, old);
  else if (old && node_is(old, cJSON_Object) && node_is(node, cJSON_Object))
    merge(loading, old, node, place);
  else if (old && node_is(old, cJSON_Array) && node_is(node, cJSON_Object))
    merge_list(loading, old, node, place);
  else if (!old && !place->up->up && node_is(node, cJSON_Object) && is_list_section(node->string))
    append_child(base, list_of(loading, node, place));
  else if (old)
    replace_child(base, old, node);
  else
    append_child(base, node);
}

/* Recursion is bounded by the depth that the scan allows. */
static void merge(struct loading *loading, cJSON *base, cJSON *over, const struct place *over_place) {
  int document = over->type & ~0xfff;
  struct members members = members_of(base);
  for (cJSON *node = over->child, *next; node; node = next) {
    struct place here = place_below(over_place, node);
    next = node->next;
    merge_member(loading, base, *member_slot(&members, node->string), node, &here);
  }
  mem_free(members.slots);
  /* The object now belongs to the nearer file, where a complaint about it as a whole is of more use. */
  base->type = (base->type & 0xfff) | document;
}

cJSON *scenario_open_all(struct loading *loading, struct span path) {
  struct document *chain[SCENARIO_EXTENDS_MAX];
  size_t count = 0;
  struct document *document = loading_open(loading, path, NULL);
  while (document) {
    chain[count++] = document;
    bool object = node_is(document->root, cJSON_Object);
    cJSON *extends = object ? member(document->root, "extends") : NULL;
    if (!extends) break;
    document = open_next(loading, document, extends);
  }
  if (!document || loading->errors->total) return count == 1 && document ? document->root : NULL;
  cJSON *root = chain[--count]->root;
  while (count-- > 0) {
    struct place place = place_below(NULL, chain[count]->root);
    merge(loading, root, chain[count]->root, &place);
  }
  return root;
}
