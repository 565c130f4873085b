/* What is written on a host before the story begins: "aliases", "files", and a person's "forward". */
#include "mail/address.h"
#include "world/scenario_draft.h"

/* ---- destinations ---- */

static const char expected_destination[] =
    "an address, the local part of one, /path, |/path/program or :include:/path (aliases(5))";

/* Mailboxes are kept by the delivery agent, which would not know of what another program writes there. */
static bool is_among_mailboxes(struct span path) {
  return span_starts_with(path, SPAN("/var/mail/")) || span_search(path, SPAN("/Maildir/")) != SPAN_NONE;
}

/* The place of a text's nth line, where the text is a list of its lines. */
static struct place line_place(const struct place *text, uint32_t line) {
  const cJSON *node = node_is(text->node, cJSON_Array) ? text->node->child : NULL;
  while (node && --line > 0) node = node->next;
  return node ? place_below(text, node) : *text;
}

static bool check_destination(struct loading *loading, const struct place *place,
                              const struct alias_destination *destination) {
  struct address address;
  enum address_error wrong = ADDRESS_OK;
  if (destination->kind == ALIAS_TO_ADDRESS || destination->kind == ALIAS_TO_ITSELF)
    wrong = address_parse(destination->text, false, &address);
  if (wrong != ADDRESS_OK && wrong != ADDRESS_NO_DOMAIN) {
    complain(loading, place, expected_destination, "write \"janelle\" or \"janelle@umich.edu\"",
             "\"%s\" is no destination: %s", shown(loading, destination->text), address_error_text(wrong));
    return false;
  }
  if (destination->kind != ALIAS_TO_FILE || !is_among_mailboxes(destination->text)) return true;
  complain(loading, place, "a file that is nobody's mailbox",
           "take another folder, or let it lead to the person", "\"%s\" is among the mailboxes",
           shown(loading, destination->text));
  return false;
}

/* What the reader of the file has to say, in the words of a scenario. */
static void complain_of_text(struct loading *loading, const struct place *place, enum alias_error error,
                             uint32_t line, const char *what) {
  struct place at = line_place(place, line);
  bool bad = error == ALIAS_BAD_DESTINATION || error == ALIAS_NO_PATH;
  complain(loading, &at, bad ? expected_destination : NULL, "docs/scenario.md tells of its form",
           "line %u of %s: %s", line, what, alias_error_text(error));
}

/* ---- "aliases" ---- */

/* As an object: each name with its destinations. */
static void read_alias(struct loading *loading, const struct place *place, struct scenario_alias *alias) {
  static const struct key destinations = {"aliases", read_lines, 0, false, 0, 0, NULL};
  struct span_list listed = {NULL, 0};
  alias->name = keep(loading, span_from(place->node->string));
  if (alias->name.len == 0 || span_find(alias->name, '@') != SPAN_NONE)
    complain_key(loading, place, "a local part such as \"postmaster\"", "leave out the @ and the domain",
                 "\"%s\" is no name of an alias", shown(loading, alias->name));
  read_lines(loading, place, &destinations, &listed);
  alias->destinations = arena_zalloc(loading->arena, (listed.count + 1) * sizeof *alias->destinations);
  alias->destination_count = listed.count;
  const cJSON *node = node_is(place->node, cJSON_Array) ? place->node->child : place->node;
  for (size_t i = 0; i < listed.count && node; i++, node = node->next) {
    struct place below = node == place->node ? *place : place_below(place, node);
    enum alias_error error = alias_destination_read(listed.items[i], loading->arena, &alias->destinations[i]);
    if (!error)
      check_destination(loading, &below, &alias->destinations[i]);
    else
      complain(loading, &below, expected_destination, "write \"janelle\" or \"janelle@umich.edu\"",
               "\"%s\" is no destination: %s", shown(loading, listed.items[i]), alias_error_text(error));
  }
}

static void read_alias_object(struct loading *loading, const struct place *place,
                              struct scenario_host *host) {
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "aliases");
  host->aliases = arena_zalloc(loading->arena, (count + 1) * sizeof *host->aliases);
  host->alias_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    read_alias(loading, &below, &host->aliases[i]);
  }
}

static size_t count_lines(struct span text) {
  struct span line;
  size_t count = 0;
  while (span_next(&text, '\n', &line)) count++;
  return count;
}

/* As the text of a file: aliases(5). newaliases warns of a name that stands there twice, and takes the last;
 * here it is a mistake. */
static void read_alias_text(struct loading *loading, const struct place *place, struct scenario_host *host) {
  read_text(loading, place, NULL, &host->aliases_text);
  struct alias_reader reader = alias_file_read(host->aliases_text);
  struct alias_entry entry;
  size_t lines = count_lines(host->aliases_text);
  struct name_index names = {.heads = NULL};
  name_index_init(&names, lines, true);
  host->aliases = arena_zalloc(loading->arena, (lines + 1) * sizeof *host->aliases);
  while (alias_file_next(&reader, loading->arena, &entry)) {
    struct place at = line_place(place, entry.line);
    for (size_t i = 0; i < entry.count; i++)
      if (!check_destination(loading, &at, &entry.destinations[i])) break;
    struct scenario_alias *alias = &host->aliases[host->alias_count++];
    *alias = (struct scenario_alias){entry.name, entry.destinations, entry.count, entry.line};
    if (name_index_add(&names, &alias->name))
      complain(loading, &at, NULL, "put the destinations into one line",
               "the alias \"%s\" stands there twice", shown(loading, entry.name));
  }
  name_index_free(&names);
  if (reader.error) complain_of_text(loading, place, reader.error, reader.error_line, "the aliases");
}

void read_aliases(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  (void)key;
  if (node_is(place->node, cJSON_Object))
    read_alias_object(loading, place, out);
  else if (node_is(place->node, cJSON_Array) || node_is(place->node, cJSON_String))
    read_alias_text(loading, place, out);
  else
    complain_kind(loading, place, "an object: { \"postmaster\": \"jack\", … }, or the lines of the file");
}

/* ---- "forward" ---- */

void read_forward(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span *text = out;
  struct alias_destination *items;
  size_t count;
  uint32_t line;
  (void)key;
  read_text(loading, place, NULL, text);
  enum alias_error error = alias_list_read(*text, &loading->scratch, &items, &count, &line);
  if (error) complain_of_text(loading, place, error, line, "the .forward");
  for (size_t i = 0; !error && i < count; i++)
    if (!check_destination(loading, place, &items[i])) break;
}

/* ---- "files" ---- */

void read_files(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct scenario_host *host = out;
  (void)key;
  if (!node_is(place->node, cJSON_Object)) {
    complain_kind(loading, place, "an object: { \"/etc/mail/lists/chess\": [ \"bo\", … ], … }");
    return;
  }
  size_t count = count_entries(loading, place, SCENARIO_LIST_MAX, "files");
  host->files = arena_zalloc(loading->arena, (count + 1) * sizeof *host->files);
  host->file_count = count;
  const cJSON *node = place->node->child;
  for (size_t i = 0; i < count; i++, node = node->next) {
    struct place below = place_below(place, node);
    struct scenario_file *file = &host->files[i];
    file->path = keep(loading, span_from(node->string));
    file->text = SPAN_EMPTY;
    bool whole =
        file->path.len > 1 && file->path.data[0] == '/' && file->path.data[file->path.len - 1] != '/';
    if (!whole || !span_is_plain(file->path) || is_among_mailboxes(file->path))
      complain_key(loading, &below, "the whole path of a file that is nobody's mailbox",
                   "for example /etc/mail/lists/chess", "\"%s\" is no such path", shown(loading, file->path));
    read_text(loading, &below, NULL, &file->text);
  }
}

/* ---- a software's "aliases" ---- */

void read_aliases_file(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct span path = SPAN_EMPTY;
  (void)key;
  if (!line_of(loading, place, "a path such as \"/etc/aliases\", or nothing", &path)) return;
  if (path.len && path.data[0] != '/')
    complain(loading, place, "a path such as \"/etc/aliases\", or nothing", "begin it with /",
             "\"%s\" is no whole path", shown(loading, path));
  else
    *(struct span *)out = keep(loading, path);
}
