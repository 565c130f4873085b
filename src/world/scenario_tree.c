#include "world/scenario_tree.h"

#include <cjson/cJSON.h>

#include "base/check.h"
#include "base/mem.h"
#include "world/scenario_locate.h"
#include "world/scenario_scan.h"

_Static_assert((int)SCENARIO_SCAN_DEPTH_MAX == (int)SCENARIO_DEPTH_MAX, "one limit, two names");

/* ---- the tree: cJSON in an arena ---- */

/* cJSON's hooks carry no context, so the arena of the parse under way stands here. */
static struct arena *tree_arena;
static char *tree_chunk;
static size_t tree_left;

static void *tree_alloc(size_t size) {
  enum { CHUNK_SIZE = 256 * 1024 };
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

static cJSON *parse(struct arena *arena, struct span text) {
  cJSON_Hooks hooks = {tree_alloc, tree_free};
  tree_arena = arena;
  tree_left = 0;
  cJSON_InitHooks(&hooks);
  cJSON *root = cJSON_ParseWithLength(text.data, text.len);
  cJSON_InitHooks(NULL);
  tree_arena = NULL;
  return root;
}

struct span tree_print(struct loading *loading, const cJSON *node) {
  cJSON_Hooks hooks = {tree_alloc, tree_free};
  tree_arena = &loading->scratch;
  tree_left = 0;
  cJSON_InitHooks(&hooks);
  char *text = cJSON_PrintUnformatted(node);
  cJSON_InitHooks(NULL);
  tree_arena = NULL;
  CHECK(text);
  return arena_copy(loading->arena, span_from(text));
}

/* Marks all values of a file with its number, for complaints. The first file's number is 0. */
static void mark(cJSON *node, int number) {
  for (; node; node = node->next) {
    node->type |= number << DOCUMENT_SHIFT;
    if (node->child) mark(node->child, number);
  }
}

struct scan_context {
  struct loading *loading;
  struct document *document;
  bool unreadable; /* a flaw that leaves no tree */
};

static void on_flaw(void *context, enum json_flaw flaw, size_t at, size_t other) {
  struct scan_context *scan = context;
  struct loading *loading = scan->loading;
  const struct json_flaw_words *words = &json_flaw_words[flaw];
  struct span text = scan->document->text;
  struct error error = {.file = scan->document->name,
                        .message = span_from(words->message),
                        .expected = span_from(words->expected),
                        .hint = span_from(words->hint)};
  if (flaw != JSON_FLAW_KEY_TWICE) scan->unreadable = true;
  if (loading_is_full(loading)) return;
  text_position(text, at, &error.line, &error.column);
  if (flaw == JSON_FLAW_KEY_TWICE) {
    uint32_t line, column;
    size_t end = json_skip_value(text, at);
    struct span key = span_slice(text, at + 1, end - at - 2);
    text_position(text, other, &line, &column);
    error.message = arena_format(&loading->scratch, "the key \"%s\" stands twice in the same object",
                                 shown(loading, key));
    error.expected = arena_format(&loading->scratch, "each key once; the first is on line %u", line);
  }
  error_list_add(loading->errors, &error);
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
  if (asked_by) complain(loading, asked_by, NULL, NULL, "the file named here cannot be read");
  return false;
}

struct document *loading_open(struct loading *loading, struct span path, const struct place *asked_by) {
  CHECK(loading->document_count < DOCUMENTS_MAX);
  size_t number = loading->document_count++;
  struct document *document = &loading->documents[number];
  *document = (struct document){.name = path};
  if (!read_file(loading, document, asked_by)) return NULL;
  struct scan_context scan = {loading, document, false};
  scenario_scan(document->text, on_flaw, &scan);
  if (scan.unreadable) return NULL;
  document->root = parse(&loading->scratch, document->text);
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
  mem_free(loading->hosts.slots);
  mem_free(loading->people.slots);
  mem_free(loading->addresses.slots);
  mem_free(loading->softwares);
  arena_free(&loading->scratch);
}

/* ---- complaints ---- */

bool loading_is_full(struct loading *loading) {
  if (loading->errors->count < ERROR_LIST_MAX) return false;
  loading->errors->total++;
  return true;
}

const char *shown(struct loading *loading, struct span text) {
  struct buf out = BUF_CAPPED(8 * SHOWN_MAX);
  bool cut = text.len > SHOWN_MAX;
  if (cut) {
    text.len = SHOWN_MAX;
    while (text.len && ((unsigned char)text.data[text.len] & 0xc0) == 0x80) text.len--;
  }
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < 0x20 || c == 0x7f)
      buf_format(&out, "\\u%04x", c);
    else
      buf_add_char(&out, (char)c);
  }
  if (cut) buf_add_text(&out, "…");
  const char *copy = arena_text(&loading->scratch, buf_span(&out));
  buf_free(&out);
  return copy;
}

/* The steps from the root to a place, and their JSON pointer (RFC 6901). */
struct way {
  struct json_step steps[SCENARIO_DEPTH_MAX + 2];
  size_t count;
  struct span pointer;
};

static void pointer_step(struct loading *loading, struct buf *out, const struct json_step *step) {
  buf_add_char(out, '/');
  if (!step->key) {
    buf_add_u64(out, step->index);
    return;
  }
  for (const char *c = shown(loading, span_from(step->key)); *c; c++) {
    if (*c == '~')
      buf_add_text(out, "~0");
    else if (*c == '/')
      buf_add_text(out, "~1");
    else
      buf_add_char(out, *c);
  }
}

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
  struct buf pointer = BUF_CAPPED(64 * 1024);
  for (size_t i = 0; i < way.count; i++) pointer_step(loading, &pointer, &way.steps[i]);
  way.pointer = arena_copy(&loading->scratch, buf_span(&pointer));
  buf_free(&pointer);
  return way;
}

void add_complaint(struct loading *loading, const struct place *place, bool at_key, const char *expected,
                   const char *hint, struct span message) {
  struct way way = way_to(loading, place);
  struct document *document = loading_document(loading, place->node);
  struct error error = {.file = document->name,
                        .pointer = way.pointer,
                        .message = message,
                        .expected = span_from(expected),
                        .hint = span_from(hint)};
  size_t at = json_locate(document->text, way.steps, way.count, at_key);
  if (at != SPAN_NONE) text_position(document->text, at, &error.line, &error.column);
  error_list_add(loading->errors, &error);
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
