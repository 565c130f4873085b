#include "world/scenario_tree.h"

#include <cjson/cJSON.h>

#include "base/check.h"
#include "base/mem.h"
#include "world/scenario_locate.h"
#include "world/scenario_mend.h"
#include "world/scenario_names.h"
#include "world/scenario_scan.h"
#include "world/scenario_unclosed.h"

enum { POINTER_MAX = 2048, READ_ON_MAX = 32 << 20 }; /* octets: longer ones are cut; over all readings */

_Static_assert((int)SCENARIO_SCAN_DEPTH_MAX == (int)SCENARIO_DEPTH_MAX, "one limit, two names");

/* ---- the tree: cJSON in an arena ---- */

/* cJSON's hooks carry no context, so the arena of the loading under way stands here. */
static struct arena *tree_arena;
static char *tree_chunk;
static size_t tree_left;

static void *tree_alloc(size_t size) {
  enum { CHUNK_SIZE = 128 * 1024 };
  size = (size + 7) & ~(size_t)7;
  if (size > tree_left) {
    size_t wanted = size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE;
    char *chunk = arena_alloc(tree_arena, wanted);
    if (wanted == size) return chunk;
    tree_chunk = chunk;
    tree_left = wanted;
  }
  void *piece = tree_chunk;
  tree_chunk += size;
  tree_left -= size;
  return piece;
}

static void tree_free(void *memory) {
  (void)memory;
}

void loading_begin(struct loading *loading) {
  cJSON_Hooks hooks = {tree_alloc, tree_free};
  CHECK(!tree_arena);
  tree_arena = &loading->scratch;
  tree_left = 0;
  cJSON_InitHooks(&hooks);
}

struct span tree_print(struct loading *loading, const cJSON *node) {
  char *text = cJSON_PrintUnformatted(node);
  CHECK(text);
  return arena_copy(loading->arena, span_from(text));
}

/* ---- sections that are parsed entry by entry ----
 *
 * A whole tree takes five times its file. The long sections keep only a stub for each entry, of cJSON's
 * kind Raw, which knows where its text is; it becomes a tree while it is read, in memory that the next
 * one uses again. */

static const char *const long_sections[] = {"hosts", "people", "script"};

static cJSON *new_node(int type) {
  cJSON *node = tree_alloc(sizeof *node);
  *node = (cJSON){.type = type};
  return node;
}

static void append(cJSON *parent, cJSON *last, cJSON *node) {
  if (!parent->child) {
    parent->child = node;
  } else {
    last->next = node;
    node->prev = last;
  }
  parent->child->prev = node; /* as cJSON has it: the first one's prev is the last */
}

/* The key behind an opening quote, escapes resolved, as a C string. */
static char *key_text(struct span text, size_t quote_at) {
  size_t end = quote_at + 1;
  for (; text.data[end] != '"'; end++)
    if (text.data[end] == '\\') end++;
  char *key = tree_alloc(end - quote_at), *to = key; /* an escape is never shorter than what it means */
  for (size_t at = quote_at + 1; at < end;) {
    char utf8[4];
    size_t length = json_character(text, &at, utf8);
    memcpy(to, utf8, length);
    to += length;
  }
  *to = 0;
  return key;
}

static bool is_long(const char *key) {
  for (size_t i = 0; i < sizeof long_sections / sizeof long_sections[0]; i++)
    if (strcmp(key, long_sections[i]) == 0) return true;
  return false;
}

static bool extends_another(struct span text, const struct json_entries *entries) {
  for (size_t i = 0; i < entries->count; i++) {
    const struct json_entry *entry = &entries->items[i];
    if (entry->level == 1 && entry->key_at != JSON_NO_KEY &&
        strcmp(key_text(text, entry->key_at), "extends") == 0)
      return true;
  }
  return false;
}

/* The root with its members; NULL if cJSON refuses one. */
static cJSON *parse_entries(struct span text, const struct json_entries *entries) {
  cJSON *root = new_node(cJSON_Object), *member = NULL, *last = NULL;
  for (size_t i = 0; i < entries->count; i++) {
    const struct json_entry *entry = &entries->items[i];
    const char *begin = text.data + entry->begin;
    char *key = entry->key_at == JSON_NO_KEY ? NULL : key_text(text, entry->key_at);
    if (entry->level == 2) {
      if (!member) continue; /* parsed with its section */
      cJSON *stub = new_node(cJSON_Raw);
      stub->string = key;
      stub->valuestring = (char *)(uintptr_t)begin;
      stub->valueint = (int)(entry->end - entry->begin);
      append(member, last, stub);
      last = stub;
      continue;
    }
    bool stubs = is_long(key) && (*begin == '{' || *begin == '[');
    cJSON *node = stubs ? new_node(*begin == '{' ? cJSON_Object : cJSON_Array)
                        : cJSON_ParseWithLength(begin, entry->end - entry->begin);
    if (!node) return NULL;
    node->string = key;
    append(root, root->child ? root->child->prev : NULL, node);
    member = stubs ? node : NULL;
    last = NULL;
  }
  return root;
}

/* Only a file that stands alone: what is merged must be a tree through and through. */
static cJSON *parse(struct span text, const struct json_entries *entries, bool is_first) {
  bool object = entries->count && entries->items[0].key_at != JSON_NO_KEY;
  if (is_first && object && !extends_another(text, entries)) return parse_entries(text, entries);
  return cJSON_ParseWithLength(text.data, text.len);
}

void entry_open(struct loading *loading, cJSON *node) {
  CHECK(!loading->open_entry);
  loading->open_entry = node;
  loading->stub = *node;
  loading->chunk_before = tree_chunk;
  loading->left_before = tree_left;
  if (!node_is(node, cJSON_Raw)) return;
  const cJSON *parsed = cJSON_ParseWithLength(node->valuestring, (size_t)node->valueint);
  node->type = parsed ? parsed->type : cJSON_NULL;
  node->child = parsed ? parsed->child : NULL;
  node->valuestring = parsed ? parsed->valuestring : NULL;
  node->valueint = parsed ? parsed->valueint : 0;
  node->valuedouble = parsed ? parsed->valuedouble : 0;
}

void entry_close(struct loading *loading, cJSON *node) {
  CHECK(loading->open_entry == node);
  loading->open_entry = NULL;
  if (!node_is(&loading->stub, cJSON_Raw)) return;
  *node = loading->stub;
  tree_chunk = loading->chunk_before;
  tree_left = loading->left_before;
}

/* ---- files ---- */

/* Marks all values of a file with its number, for complaints. The first file's number is 0. */
static void mark(cJSON *node, int number) {
  for (; node; node = node->next) {
    node->type |= number << DOCUMENT_SHIFT;
    if (node->child) mark(node->child, number);
  }
}

/* Of a character of two or three octets. */
static unsigned code_point(const char *utf8, size_t length) {
  unsigned point = (unsigned char)utf8[0] & (length == 2 ? 0x1f : 0x0f);
  for (size_t i = 1; i < length; i++) point = point << 6 | ((unsigned char)utf8[i] & 0x3f);
  return point;
}

/* Without control characters, invisible ones and broken UTF-8, and no longer than that. */
static struct span clean(struct loading *loading, struct span text, size_t most) {
  struct buf out = {0};
  bool cut = text.len > most;
  if (cut) {
    text.len = most;
    while (text.len && ((unsigned char)text.data[text.len] & 0xc0) == 0x80) text.len--;
  }
  bool utf8 = span_is_utf8(text, NULL);
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    size_t strange = utf8 ? json_strange_space(span_skip(text, i)) : 0;
    if (c < 0x20 || c == 0x7f || (c > 0x7f && !utf8))
      buf_format(&out, "\\u%04x", c);
    else if (strange)
      buf_format(&out, "\\u%04x", code_point(text.data + i, strange));
    else
      buf_add_char(&out, (char)c);
    if (strange) i += strange - 1;
  }
  if (cut) buf_add_text(&out, "…");
  struct span copy = arena_copy(&loading->scratch, buf_span(&out));
  buf_free(&out);
  return copy;
}

const char *shown(struct loading *loading, struct span text) {
  return clean(loading, text, SHOWN_MAX).data;
}

/* A reading of the text, from its beginning to the first flaw that ends it. */
struct scan_context {
  struct loading *loading;
  struct document *document;
  bool unreadable;     /* there was such a flaw: */
  enum json_flaw flaw; /* as json_flaw_refined says it */
  size_t at;
  bool lost; /* what stood somewhere before: keys may seem to stand twice */
};

/* Keys that stand in no part of a scenario, only in the whole. */
static const char *const root_keys[] = {
    "waystation",  "title",        "subtitle",  "summary", "people", "script",    "faults",
    "dns_changes", "host_changes", "narration", "expect",  "hosts",  "questions", NULL};

/* Where the bracket is probably missing, in place of where the one was opened that the end of the file leaves
 * open. */
static size_t place_of_unclosed(struct loading *loading, const struct document *document, size_t at,
                                struct error *error) {
  struct span text = document->text;
  struct json_unclosed unclosed;
  uint32_t line, column;
  if (!json_find_unclosed(text, root_keys, &unclosed)) return at;
  text_position(document->source, unclosed.opened_at, &line, &column);
  bool list = text.data[unclosed.opened_at] == '[';
  const char *inside = unclosed.inside_of.len ? shown(loading, unclosed.inside_of) : "what begins";
  error->message =
      unclosed.key.len
          ? arena_format(&loading->scratch,
                         "\"%s\" stands inside \"%s\" of line %u, and a bracket is never closed",
                         shown(loading, unclosed.key), inside, line)
          : arena_format(&loading->scratch, "this closes \"%s\" of line %u, and a bracket is never closed",
                         inside, line);
  error->hint = arena_format(&loading->scratch, "is a %c missing before it?", list ? ']' : '}');
  return unclosed.at;
}

static void on_flaw(void *context, enum json_flaw flaw, size_t at, size_t other) {
  struct scan_context *scan = context;
  struct loading *loading = scan->loading;
  struct span text = scan->document->text;
  flaw = json_flaw_refined(text, flaw, at);
  const struct json_flaw_words *words = &json_flaw_words[flaw];
  struct error error = {.file = scan->document->name,
                        .message = span_from(words->message),
                        .expected = span_from(words->expected),
                        .hint = span_from(words->hint)};
  if (flaw != JSON_FLAW_KEY_TWICE) {
    scan->unreadable = true;
    scan->flaw = flaw;
    scan->at = at;
  }
  if (flaw == JSON_FLAW_KEY_TWICE && scan->lost) return;
  if (loading_is_full(loading)) return;
  struct buf pointer = {0};
  if (flaw == JSON_FLAW_UNCLOSED_OBJECT || flaw == JSON_FLAW_UNCLOSED_ARRAY)
    at = place_of_unclosed(loading, scan->document, at, &error);
  text_position(scan->document->source, at, &error.line, &error.column);
  if (flaw != JSON_FLAW_UTF16) json_pointer_at(text, at, &pointer);
  if (flaw == JSON_FLAW_KEY_TWICE) {
    uint32_t line, column;
    size_t end = json_skip_value(text, at);
    struct span key = span_slice(text, at + 1, end - at - 2);
    json_pointer_add(key, &pointer);
    text_position(scan->document->source, other, &line, &column);
    error.message = arena_format(&loading->scratch, "the key \"%s\" stands twice in the same object",
                                 shown(loading, key));
    error.expected = arena_format(&loading->scratch, "each key once; the first is on line %u", line);
  }
  error.pointer = clean(loading, buf_span(&pointer), POINTER_MAX);
  /* Each reading meets again the keys that the one before has found twice. */
  if (!error_list_has(loading->errors, &error)) error_list_add(loading->errors, &error);
  buf_free(&pointer);
}

/* Reads on behind each flaw that can be mended, from the front each time, and names them all. True if a tree
 * can be made of the text: of the file's own, or of what was meant by it. */
static bool scan_document(struct loading *loading, struct document *document, struct json_entries *entries) {
  struct scan_context scan = {.loading = loading, .document = document};
  char *mended = NULL;
  for (size_t read = 0;; read += document->text.len + 1) {
    entries->count = 0;
    scan.unreadable = false;
    scenario_scan(document->text, on_flaw, &scan, entries);
    if (!scan.unreadable) return !scan.lost;
    if (loading->errors->count >= ERROR_LIST_MAX || read > READ_ON_MAX) return false;
    if (!mended) {
      struct span copy = arena_copy(&loading->scratch, document->source);
      mended = (char *)(uintptr_t)copy.data;
      document->text = copy;
    }
    enum json_mend mend = json_mend(mended, document->text.len, scan.flaw, scan.at);
    if (mend == JSON_MEND_NONE) return false;
    scan.lost |= mend == JSON_MEND_SOUND;
  }
}

static bool read_file(struct loading *loading, struct document *document, const struct place *asked_by) {
  size_t errors_before = loading->errors->total;
  bool read = loading->reader->read_file(loading->reader->context, document->name, SCENARIO_FILE_MAX,
                                         &loading->scratch, &document->text, loading->errors);
  if (read && document->text.len <= SCENARIO_FILE_MAX) return true;
  if (read)
    error_list_add_message(loading->errors, document->name, "the file is larger than %d MiB",
                           (int)SCENARIO_FILE_MAX / 1024 / 1024);
  else if (loading->errors->total == errors_before)
    error_list_add_message(loading->errors, document->name, "this file cannot be read");
  if (asked_by)
    complain(loading, asked_by, "the name of a file", "look at the spelling of its path",
             "the file named here cannot be read");
  return false;
}

/* A picture, a packed file: control characters at its beginning, as no text has them. (Half of UTF-16 looks
 * like them, and is told by its mark.) */
static bool is_binary(struct span text) {
  if (span_starts_with(text, SPAN("\xff\xfe")) || span_starts_with(text, SPAN("\xfe\xff"))) return false;
  struct span front = span_first(text, text.len < 64 ? text.len : 64);
  size_t controls = 0;
  for (size_t i = 0; i < front.len; i++)
    controls += (unsigned char)front.data[i] < 0x20 && !ascii_is_space(front.data[i]);
  return text.len && text.data[0] != '{' && controls > 3;
}

struct document *loading_open(struct loading *loading, struct span path, const struct place *asked_by) {
  CHECK(loading->document_count < DOCUMENTS_MAX);
  size_t number = loading->document_count++;
  struct document *document = &loading->documents[number];
  *document = (struct document){.name = path};
  if (!read_file(loading, document, asked_by)) return NULL;
  document->source = document->text;
  struct json_entries entries = {0};
  bool readable = !is_binary(document->text);
  if (readable)
    readable = scan_document(loading, document, &entries);
  else
    on_flaw(&(struct scan_context){.loading = loading, .document = document}, JSON_FLAW_BINARY, 0, 0);
  if (readable) document->root = parse(document->text, &entries, number == 0);
  mem_free(entries.items);
  if (!readable) return NULL;
  if (!document->root) {
    error_list_add_message(loading->errors, path, "this file cannot be read as JSON");
    return NULL;
  }
  if (number) mark(document->root, (int)number);
  return document;
}

struct document *loading_document(struct loading *loading, const cJSON *node) {
  size_t number = (size_t)(node->type >> DOCUMENT_SHIFT);
  CHECK(number < loading->document_count);
  return &loading->documents[number];
}

void loading_close(struct loading *loading) {
  name_index_free(&loading->hosts);
  name_index_free(&loading->people);
  name_index_free(&loading->addresses);
  mem_free(loading->softwares);
  cJSON_InitHooks(NULL);
  tree_arena = NULL;
  arena_free(&loading->scratch);
}

/* ---- complaints ---- */

bool loading_is_full(struct loading *loading) {
  if (loading->errors->count < ERROR_LIST_MAX) return false;
  loading->errors->total++;
  return true;
}

/* The steps from the root to a place, and their JSON pointer (RFC 6901). */
struct way {
  struct json_step steps[SCENARIO_DEPTH_MAX + 2];
  size_t count;
  struct span pointer;
};

static struct way way_to(struct loading *loading, const struct place *place) {
  struct way way = {.count = 0};
  size_t depth = 0;
  for (const struct place *at = place; at->up; at = at->up) depth++;
  CHECK(depth <= SCENARIO_DEPTH_MAX + 1);
  way.count = depth;
  for (const struct place *at = place; at->up; at = at->up) {
    struct json_step *step = &way.steps[--depth];
    *step = (struct json_step){at->node->string, 0};
    if (step->key) continue;
    for (const cJSON *n = at->up->node->child; n && n != at->node; n = n->next) step->index++;
  }
  struct buf pointer = {0};
  for (size_t i = 0; i < way.count; i++) {
    const char *key = way.steps[i].key;
    json_pointer_add(key ? span_from(key) : arena_format(&loading->scratch, "%zu", way.steps[i].index),
                     &pointer);
  }
  way.pointer = clean(loading, buf_span(&pointer), POINTER_MAX);
  buf_free(&pointer);
  return way;
}

static void add_to(struct loading *loading, struct error_list *list, const struct place *place, bool at_key,
                   struct error error) {
  struct way way = way_to(loading, place);
  struct document *document = loading_document(loading, place->node);
  error.file = document->name;
  error.pointer = way.pointer;
  size_t at = json_locate(document->text, way.steps, way.count, at_key);
  if (at != SPAN_NONE) text_position(document->source, at, &error.line, &error.column);
  error_list_add(list, &error);
}

void add_complaint(struct loading *loading, const struct place *place, bool at_key, const char *expected,
                   const char *hint, struct span message) {
  add_to(loading, loading->errors, place, at_key,
         (struct error){.message = message, .expected = span_from(expected), .hint = span_from(hint)});
}

void add_warning(struct loading *loading, const struct place *place, const char *hint, struct span message) {
  add_to(loading, loading->warnings, place, false,
         (struct error){.message = message, .hint = span_from(hint), .warning = true});
}

const char *did_you_mean(struct loading *loading, struct span word, const struct span *candidates,
                         size_t count) {
  if (loading->errors->count >= ERROR_LIST_MAX) return NULL;
  struct span nearest = error_nearest(word, candidates, count);
  if (!nearest.len) return NULL;
  return arena_format(&loading->scratch, "did you mean \"%s\"?", shown(loading, nearest)).data;
}

size_t place_offset(struct loading *loading, const struct place *place) {
  struct way way = way_to(loading, place);
  return json_locate(loading_document(loading, place->node)->text, way.steps, way.count, false);
}

const char *node_kind(const cJSON *node) {
  switch (node->type & 0xff) {
  case cJSON_False:
  case cJSON_True: return "true or false";
  case cJSON_NULL: return "null";
  case cJSON_Number: return "a number";
  case cJSON_String: return "a text";
  case cJSON_Array: return "a list";
  default: return "an object";
  }
}

struct span node_text(const cJSON *node) {
  return span_from(node->valuestring);
}

enum node_number node_integer(const cJSON *node, int64_t low, int64_t high, int64_t *value_out) {
  double value = node->valuedouble;
  if (!node_is(node, cJSON_Number)) return NODE_NO_NUMBER;
  if (value < (double)low) return NODE_TOO_SMALL;
  if (!(value <= (double)high)) return NODE_TOO_LARGE;
  *value_out = (int64_t)value;
  return (double)*value_out == value ? NODE_NUMBER : NODE_NOT_WHOLE;
}

void note_entry_lines(struct loading *loading, const struct place *place, size_t count, uint32_t *first,
                      size_t stride) {
  char *line_out = (char *)first;
  size_t at = place_offset(loading, place);
  struct span text = loading_document(loading, place->node)->text;
  uint32_t line = 1, column;
  size_t counted = 0;
  at = json_first_value(text, at);
  for (size_t i = 0; i < count && at != SPAN_NONE; i++, line_out += stride) {
    uint32_t more;
    text_position(span_skip(text, counted), at - counted, &more, &column);
    line += more - 1;
    counted = at;
    *(uint32_t *)(void *)line_out = line;
    at = json_next_value(text, json_skip_value(text, at));
  }
}
