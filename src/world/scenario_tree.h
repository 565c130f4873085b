/* scenario_tree: the files of a scenario as trees of JSON values, and complaints about any place in them.
 *
 * A file is checked byte by byte (scenario_scan.h), then parsed by cJSON into the scratch arena. A place is
 * a value together with the way to it; a complaint about a place finds out file, line, column and JSON
 * pointer by walking the text again. Which file a value came from is kept in the high bits of its type,
 * since "extends" mixes values of several files in one tree.
 *
 * Not for several threads at once: cJSON's allocator hooks are global.
 */
#pragma once

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/name_index.h"
#include "world/scenario_load.h"

enum {
  DOCUMENTS_MAX = 64,  /* files of one scenario: itself, what it extends, its software */
  DOCUMENT_SHIFT = 12, /* cJSON uses the low 10 bits of type */
  SHOWN_MAX = 60,      /* octets of a stranger's text quoted in a message */
};

struct document {
  struct span name;   /* as the reader was asked for it, and as errors name it */
  struct span source; /* as it was read: for lines and columns */
  struct span text;   /* the same, with its flaws mended (scenario_mend.h): what the tree was made of */
  cJSON *root;
};

struct place {
  const struct place *up; /* NULL at the root of a file */
  const cJSON *node;
};

enum { TABLE_KEYS_MAX = 100, TABLE_SLOTS = 256 }; /* keys of one table, and room to find them */

struct key_index {
  bool ready;
  uint8_t slots[TABLE_SLOTS];        /* number of the key in its table plus one */
  uint8_t after[TABLE_KEYS_MAX + 1]; /* the key that came after each of them last time, counted likewise */
  uint64_t required;                 /* a bit each */
};
enum { KEY_TABLES_MAX = 40 };

/* What the loader holds while it reads one scenario. */
struct loading {
  struct scenario *scenario; /* NULL while only a software is read */
  struct arena *arena;       /* of the result */
  struct arena scratch;      /* files, trees and pointers; gone when the scenario is read */
  const struct scenario_reader *reader;
  struct error_list *errors, *warnings; /* warnings NULL where only a software is read */
  struct document documents[DOCUMENTS_MAX];
  size_t document_count;
  struct key_index indexes[KEY_TABLES_MAX];
  struct name_index hosts, people, addresses;
  struct place root, hosts_place, people_place; /* node NULL where there is none */
  /* The section is there, but misspelt or too long: complained of once, not at each name from it. */
  bool hosts_unread, people_unread;
  cJSON **host_nodes, **person_nodes;
  cJSON *open_entry, stub; /* the entry being read, and what stood there before */
  char *chunk_before;
  size_t left_before;
  const struct software **softwares; /* those read so far, by their names */
  size_t software_count, software_capacity;
  struct scenario_draft *draft;
  char *kept; /* room for short texts of the result, side by side */
  size_t kept_left;
};

/* From here to loading_close, cJSON's memory is this loading's scratch arena. */
void loading_begin(struct loading *loading);
/* Reads and parses one more file; NULL after complaining. The errors of reading name the place that asked
 * for it, if there is one. */
struct document *loading_open(struct loading *loading, struct span path, const struct place *asked_by);
struct document *loading_document(struct loading *loading, const cJSON *node);
void loading_close(struct loading *loading);

/* The entries of the sections "hosts", "people" and "script" are trees only while they are open, one at a
 * time. Opening one that is a tree already does no harm. */
void entry_open(struct loading *loading, cJSON *node);
void entry_close(struct loading *loading, cJSON *node);

/* True once so many errors are kept that composing another is a waste; then it is only counted. */
bool loading_is_full(struct loading *loading);

/* A complaint about a value, or (complain_key) about the key before it: what is expected and what to try,
 * each NULL if there is nothing to say, then a format and its arguments. Nothing is evaluated, only counted,
 * once the list is full. */
#define complain(loading, place, expected, hint, ...)                                                        \
  (loading_is_full(loading) ? (void)0                                                                        \
                            : add_complaint(loading, place, false, expected, hint,                           \
                                            arena_format(&(loading)->scratch, __VA_ARGS__)))
#define complain_key(loading, place, expected, hint, ...)                                                    \
  (loading_is_full(loading) ? (void)0                                                                        \
                            : add_complaint(loading, place, true, expected, hint,                            \
                                            arena_format(&(loading)->scratch, __VA_ARGS__)))
void add_complaint(struct loading *loading, const struct place *place, bool at_key, const char *expected,
                   const char *hint, struct span message);
/* What is allowed, and surely a slip: the scenario can be run all the same. */
void add_warning(struct loading *loading, const struct place *place, const char *hint, struct span message);
/* The hint "did you mean …?" or NULL, for a word that is none of the candidates. */
const char *did_you_mean(struct loading *loading, struct span word, const struct span *candidates,
                         size_t count);
/* A stranger's text for quoting in a message: short, without control characters. A C string in scratch. */
const char *shown(struct loading *loading, struct span text);
/* "a text", "a number" … */
const char *node_kind(const cJSON *node);
struct span node_text(const cJSON *node); /* of a string; borrowed from the tree */

enum node_number { NODE_NUMBER, NODE_NO_NUMBER, NODE_TOO_SMALL, NODE_TOO_LARGE, NODE_NOT_WHOLE };
/* A whole number in a range. */
enum node_number node_integer(const cJSON *node, int64_t low, int64_t high, int64_t *value_out);

static inline bool node_is(const cJSON *node, int type) {
  return (node->type & 0xff) == type;
}
static inline struct place place_below(const struct place *up, const cJSON *node) {
  return (struct place){up, node};
}
/* Offset of a value in its file; SPAN_NONE if it cannot be found. */
size_t place_offset(struct loading *loading, const struct place *place);
/* Where in the file each entry of a list stands: for each a line, so many octets apart. All entries are from
 * one file, since lists are replaced whole. */
void note_entry_lines(struct loading *loading, const struct place *place, size_t count, uint32_t *first,
                      size_t stride);
/* A value as JSON without white space, in the result's arena. */
struct span tree_print(struct loading *loading, const cJSON *node);
