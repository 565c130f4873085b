#include "world/scenario_unclosed.h"

#include "world/scenario_scan.h"

struct open_bracket {
  size_t at;
  size_t indent; /* of the line it stands on */
  struct span key;
};

struct search {
  struct span text;
  size_t line_at; /* where the present line begins */
  size_t depth;
  struct open_bracket open[SCENARIO_SCAN_DEPTH_MAX];
  struct span key; /* the last one */
};

static size_t indent_of(const struct search *search) {
  size_t at = search->line_at;
  while (at < search->text.len && (search->text.data[at] == ' ' || search->text.data[at] == '\t')) at++;
  return at - search->line_at;
}

static bool is_first_of_line(const struct search *search, size_t at) {
  return at == search->line_at + indent_of(search);
}

/* From an opening quote past the closing one. */
static size_t string_end(struct span text, size_t at) {
  for (at++; at < text.len && text.data[at] != '"'; at++)
    if (text.data[at] == '\\') at++;
  return at < text.len ? at + 1 : text.len;
}

static bool is_key(struct span text, size_t end) {
  while (end < text.len && ascii_is_space(text.data[end])) end++;
  return end < text.len && text.data[end] == ':';
}

static bool is_one_of(struct span key, const char *const *words) {
  for (; *words; words++)
    if (span_equal(key, span_from(*words))) return true;
  return false;
}

static bool found(const struct search *search, size_t at, struct span key, struct json_unclosed *out) {
  const struct open_bracket *open = &search->open[search->depth - 1];
  *out = (struct json_unclosed){at, open->at, key, open->key};
  return true;
}

/* A key, which stands wrongly if it is not further right than the line of the bracket it is in, or if it
 * belongs to the whole. */
static bool look_at_key(struct search *search, size_t at, const char *const *root_keys,
                        struct json_unclosed *out) {
  if (search->depth < 2) return false;
  bool left = is_first_of_line(search, at) && indent_of(search) <= search->open[search->depth - 1].indent &&
              search->open[search->depth - 1].at < search->line_at;
  return (left || is_one_of(search->key, root_keys)) && found(search, at, search->key, out);
}

static bool look_at_close(const struct search *search, size_t at, struct json_unclosed *out) {
  const struct open_bracket *open = &search->open[search->depth - 1];
  bool left = is_first_of_line(search, at) && indent_of(search) < open->indent;
  return left && search->depth > 1 && found(search, at, SPAN_EMPTY, out);
}

bool json_find_unclosed(struct span text, const char *const *root_keys, struct json_unclosed *found_out) {
  struct search search = {.text = text, .key = SPAN_EMPTY};
  for (size_t at = 0; at < text.len; at++) {
    char c = text.data[at];
    if (c == '\n') {
      search.line_at = at + 1;
    } else if (c == '"') {
      size_t end = string_end(text, at);
      if (is_key(text, end)) {
        search.key = span_slice(text, at + 1, end - at - 2);
        if (look_at_key(&search, at, root_keys, found_out)) return true;
      }
      at = end - 1;
    } else if (c == '{' || c == '[') {
      if (search.depth == SCENARIO_SCAN_DEPTH_MAX) return false;
      search.open[search.depth++] = (struct open_bracket){at, indent_of(&search), search.key};
      search.key = SPAN_EMPTY;
    } else if (c == '}' || c == ']') {
      if (search.depth == 0) return false;
      if (look_at_close(&search, at, found_out)) return true;
      search.depth--;
    }
  }
  return false;
}
