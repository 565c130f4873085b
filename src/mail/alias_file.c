#include "mail/alias_file.h"

const char *alias_error_text(enum alias_error error) {
  static const char *const texts[] = {
      [ALIAS_OK] = "nothing is wrong",
      [ALIAS_NO_COLON] = "there is no colon behind the name",
      [ALIAS_NO_NAME] = "there is no name before the colon",
      [ALIAS_NAME_WITH_DOMAIN] = "the name has a domain: aliases are for this site's own names",
      [ALIAS_CONTINUES_NOTHING] = "the line begins with white space and continues nothing",
      [ALIAS_OPEN_QUOTE] = "a quotation mark does not end",
      [ALIAS_BAD_DESTINATION] = "this is no address, file, program or :include:",
      [ALIAS_NO_PATH] = "the whole path of a file belongs here",
      [ALIAS_TOO_MANY] = "there are too many destinations",
  };
  return texts[error];
}

/* ---- one destination ---- */

static bool is_quoted(struct span text) {
  return text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"';
}

/* Without the quotation marks around it, and a backslash before what it protects. */
static struct span unquoted(struct span text, struct arena *arena) {
  struct span inside = span_slice(text, 1, text.len - 2);
  if (span_find(inside, '\\') == SPAN_NONE) return inside;
  char *plain = arena_alloc(arena, inside.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < inside.len; i++) {
    if (inside.data[i] == '\\' && i + 1 < inside.len) i++;
    plain[len++] = inside.data[i];
  }
  return span_of(plain, len);
}

static enum alias_error check_path(struct span path) {
  bool good = path.len > 1 && path.data[0] == '/' && path.data[path.len - 1] != '/';
  return good ? ALIAS_OK : ALIAS_NO_PATH;
}

static enum alias_error check_program(struct span command) {
  struct span first = span_trim(command);
  if (first.len && first.data[0] == '"') first = span_skip(first, 1);
  return first.len > 1 && first.data[0] == '/' ? ALIAS_OK : ALIAS_NO_PATH;
}

/* Enough for what is looked up and sent on: RFC 5321's grammar is the server's to hold against it. */
static enum alias_error check_address(struct span address) {
  bool quoted = false;
  for (size_t i = 0; i < address.len; i++) {
    unsigned char c = (unsigned char)address.data[i];
    if (c == '"') quoted = !quoted;
    bool blank = c == ' ' && !quoted;
    if (c < ' ' || c == 0x7f || blank || c == '<' || c == '>' || (c == ',' && !quoted))
      return ALIAS_BAD_DESTINATION;
  }
  return address.len && address.data[0] != '@' && address.data[0] != ':' ? ALIAS_OK : ALIAS_BAD_DESTINATION;
}

static bool is_clean(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f) return false;
  return text.len <= ALIAS_TEXT_MAX;
}

/* "Evi <evi@home.example>": what is between < and >. */
static struct span inside_brackets(struct span text) {
  size_t open = span_find_last(text, '<');
  if (open == SPAN_NONE || text.data[text.len - 1] != '>') return text;
  return span_slice(text, open + 1, text.len - open - 2);
}

enum alias_error alias_destination_read(struct span text, struct arena *arena,
                                        struct alias_destination *destination_out) {
  struct span include = SPAN(":include:");
  text = span_trim(text);
  if (is_quoted(text)) text = span_trim(unquoted(text, arena));
  *destination_out = (struct alias_destination){ALIAS_TO_ADDRESS, text};
  if (!text.len || !is_clean(text)) return ALIAS_BAD_DESTINATION;
  if (text.data[0] == '/') {
    destination_out->kind = ALIAS_TO_FILE;
    return check_path(text);
  }
  if (text.data[0] == '|') {
    destination_out->kind = ALIAS_TO_PROGRAM;
    return check_program(span_skip(text, 1));
  }
  if (span_starts_with_nocase(text, include)) {
    struct span path = span_trim(span_skip(text, include.len));
    destination_out->kind = ALIAS_TO_LIST;
    const struct span pieces[] = {include, path};
    destination_out->text = arena_join(arena, pieces, 2);
    return check_path(path);
  }
  if (text.data[0] == '\\') {
    destination_out->kind = ALIAS_TO_ITSELF;
    destination_out->text = span_skip(text, 1);
  } else {
    destination_out->text = inside_brackets(text);
  }
  return check_address(destination_out->text);
}

/* ---- a list of them ---- */

struct list {
  struct arena *arena;
  struct alias_destination *items;
  size_t count, capacity;
};

static enum alias_error add(struct list *list, struct span text) {
  if (!span_trim(text).len) return ALIAS_OK; /* nothing between two commas */
  if (list->count == ALIAS_DESTINATIONS_MAX) return ALIAS_TOO_MANY;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 4;
    struct alias_destination *more = arena_alloc(list->arena, capacity * sizeof *more);
    if (list->count) memcpy(more, list->items, list->count * sizeof *more);
    list->items = more;
    list->capacity = capacity;
  }
  return alias_destination_read(text, list->arena, &list->items[list->count++]);
}

/* What is in quotation marks has no commas. */
static enum alias_error add_line(struct list *list, struct span line) {
  size_t begun = 0;
  bool quoted = false;
  for (size_t i = 0; i <= line.len; i++) {
    char c = i < line.len ? line.data[i] : ',';
    if (i == line.len && quoted) return ALIAS_OPEN_QUOTE;
    if (quoted && c == '\\' && i + 1 < line.len) i++;
    if (c == '"') quoted = !quoted;
    if (c != ',' || quoted) continue;
    enum alias_error error = add(list, span_slice(line, begun, i - begun));
    if (error) return error;
    begun = i + 1;
  }
  return ALIAS_OK;
}

static bool is_comment(struct span line) {
  struct span text = span_trim(line);
  return !text.len || text.data[0] == '#';
}

enum alias_error alias_list_read(struct span text, struct arena *arena,
                                 struct alias_destination **destinations_out, size_t *count_out,
                                 uint32_t *line_out) {
  struct list list = {.arena = arena};
  struct span line;
  enum alias_error error = ALIAS_OK;
  for (*line_out = 1; !error && span_next(&text, '\n', &line); *line_out += error == ALIAS_OK)
    if (!is_comment(line)) error = add_line(&list, line);
  *destinations_out = list.items;
  *count_out = list.count;
  return error;
}

/* ---- a whole file ---- */

/* Where the name ends: the colon that stands in no quotation marks. */
static size_t find_colon(struct span line) {
  bool quoted = false;
  for (size_t i = 0; i < line.len; i++) {
    if (line.data[i] == '"') quoted = !quoted;
    if (line.data[i] == ':' && !quoted) return i;
  }
  return SPAN_NONE;
}

static enum alias_error read_name(struct span text, struct arena *arena, struct span *name_out) {
  struct span name = span_trim(text);
  bool quoted = is_quoted(name);
  *name_out = quoted ? unquoted(name, arena) : name;
  if (!name_out->len || !is_clean(*name_out)) return ALIAS_NO_NAME;
  if (quoted) return ALIAS_OK;
  return span_find(name, '@') == SPAN_NONE ? ALIAS_OK : ALIAS_NAME_WITH_DOMAIN;
}

static bool fail(struct alias_reader *reader, enum alias_error error, uint32_t line) {
  reader->error = error;
  reader->error_line = line;
  return false;
}

static bool next_line(struct alias_reader *reader, struct span *line_out) {
  if (!span_next(&reader->rest, '\n', line_out)) return false;
  reader->line++;
  return true;
}

/* The lines that begin with white space; comments between them belong to nobody. */
static enum alias_error read_further(struct alias_reader *reader, struct list *list) {
  for (;;) {
    struct alias_reader ahead = *reader;
    struct span line;
    if (!next_line(&ahead, &line)) return ALIAS_OK;
    if (!is_comment(line)) {
      if (!ascii_is_space(line.data[0])) return ALIAS_OK;
      enum alias_error error = add_line(list, line);
      if (error) return error;
    }
    *reader = ahead;
  }
}

bool alias_file_next(struct alias_reader *reader, struct arena *arena, struct alias_entry *entry_out) {
  struct list list = {.arena = arena};
  struct span line = SPAN_EMPTY;
  if (reader->error) return false;
  do {
    if (!next_line(reader, &line)) return false;
  } while (is_comment(line));
  uint32_t number = reader->line - 1;
  if (ascii_is_space(line.data[0])) return fail(reader, ALIAS_CONTINUES_NOTHING, number);
  size_t colon = find_colon(line);
  if (colon == SPAN_NONE) return fail(reader, ALIAS_NO_COLON, number);
  enum alias_error error = read_name(span_first(line, colon), arena, &entry_out->name);
  if (!error) error = add_line(&list, span_skip(line, colon + 1));
  if (error) return fail(reader, error, number);
  error = read_further(reader, &list);
  if (error) return fail(reader, error, reader->line);
  entry_out->destinations = list.items;
  entry_out->count = list.count;
  entry_out->line = number;
  return true;
}
