/* paths: ways through a map of UUCP machines, and addresses that name each step. */
#include <stdio.h>

#include "readers/uucp_tell.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { PATHS_VIA, PATHS_WITHOUT, PATHS_ALL, PATHS_HOPS, PATHS_EXPLAIN, PATHS_JSON, PATHS_COUNT };
enum { WITHOUT_MAX = 100, NEAREST_MAX = 3 };

static int print(struct buf *out, bool is_way) {
  output_print(buf_span(out), stdout);
  buf_free(out);
  return is_way ? EXIT_WELL : EXIT_UNMET;
}

static bool is_address(struct span word) {
  return span_find(word, '!') != SPAN_NONE || span_find(word, '@') != SPAN_NONE ||
         span_find(word, '%') != SPAN_NONE;
}

/* Whether at least one kind of mailer can read it. */
static bool check_address(struct span address) {
  struct bang_path path;
  enum bang_error first = bang_path_read(address, BANG_AT_FIRST, &path);
  if (!first || !bang_path_read(address, BANG_FIRST, &path)) return true;
  struct buf text = {0};
  buf_format(&text, "waystation paths: \"%.*s\": %s\n  try: 'mcvax!uunet!evi', in quotation marks\n",
             SPAN_ARG(address), bang_error_text(first));
  output_print(buf_span(&text), stderr);
  buf_free(&text);
  return false;
}

static int explain(const char *text, bool json) {
  struct span address = span_from(text);
  struct buf out = {0};
  if (!check_address(address)) return EXIT_INPUT;
  uucp_tell_readings(address, json, &out);
  return print(&out, true);
}

/* ---- machines ---- */

static bool complain_missing(const struct uucp_map *map, struct span name) {
  struct error_list errors = {0};
  struct span nearest[NEAREST_MAX];
  struct buf hint = {0};
  size_t count = uucp_map_nearest(map, name, nearest, NEAREST_MAX);
  for (size_t i = 0; i < count; i++)
    buf_format(&hint, "%s\"%.*s\"", i ? ", " : "did you mean ", SPAN_ARG(nearest[i]));
  if (count) buf_add_char(&hint, '?');
  const char *what = "no machine of the map is called so";
  for (size_t i = 0; i < map->network_count; i++)
    if (span_equal(map->networks[i], name)) what = "this is a network, and no machine";
  for (size_t i = 0; i < map->machine_count; i++)
    if (span_equal(map->machines[i].name, name)) what = "it is private: nothing is sent to it by name";
  struct buf message = {0};
  buf_format(&message, "\"%.*s\": %s", SPAN_ARG(name), what);
  error_list_add(&errors,
                 &(struct error){.file = map->file, .message = buf_span(&message), .hint = buf_span(&hint)});
  files_print_errors(&errors);
  error_list_free(&errors);
  buf_free(&message);
  buf_free(&hint);
  return false;
}

static bool find_machine(const struct uucp_map *map, struct span name, int32_t *machine_out) {
  *machine_out = uucp_map_find(map, name);
  return *machine_out != UUCP_NONE || complain_missing(map, name);
}

static bool refuse(const char *what, const char *hint) {
  fprintf(stderr, "waystation paths: %s\n  try: %s\n", what, hint);
  return false;
}

/* "hao,boulder" */
static bool find_without(const struct uucp_map *map, const char *text, int32_t *without, size_t *count) {
  struct span rest = span_from(text), name;
  while (span_next(&rest, ',', &name)) {
    if (*count == WITHOUT_MAX) return refuse("more than 100 machines are down", "--without hao,boulder");
    if (!find_machine(map, name, &without[*count])) return false;
    ++*count;
  }
  return true;
}

static bool check_question(const struct uucp_question *question) {
  const struct uucp_query *query = &question->query;
  if (query->from == query->to) return refuse("the letter is there already", "another machine than FROM");
  for (size_t i = 0; i < query->without_count; i++)
    if (query->without[i] == query->from || query->without[i] == query->to ||
        query->without[i] == question->via)
      return refuse("a machine on the way cannot be down, too",
                    "--without a machine that is not named elsewhere");
  return true;
}

/* ---- the command ---- */

static int tell(const struct uucp_map *map, const struct options *options, const struct option *known) {
  struct span to = span_from(options->files[2]);
  int32_t without[WITHOUT_MAX];
  struct uucp_question question = {.query.without = without, .via = UUCP_NONE, .listed = 2};
  struct buf out = {0};
  bool json = known[PATHS_JSON].given;
  if (!find_machine(map, span_from(options->files[1]), &question.query.from)) return EXIT_INPUT;
  if (is_address(to)) {
    if (!check_address(to)) return EXIT_INPUT;
    return print(&out, uucp_tell_address(map, question.query.from, to, json, &out));
  }
  if (!find_machine(map, to, &question.query.to)) return EXIT_INPUT;
  if (known[PATHS_VIA].given && !find_machine(map, span_from(known[PATHS_VIA].text), &question.via))
    return EXIT_INPUT;
  if (known[PATHS_WITHOUT].given &&
      !find_without(map, known[PATHS_WITHOUT].text, without, &question.query.without_count))
    return EXIT_INPUT;
  if (known[PATHS_ALL].given) question.listed = (size_t)known[PATHS_ALL].value;
  if (known[PATHS_HOPS].given) question.hops_max = (size_t)known[PATHS_HOPS].value;
  if (!check_question(&question)) return EXIT_INPUT;
  return print(&out, uucp_tell_routes(map, &question, json, &out));
}

static int read_and_tell(const struct options *options, const struct option *known) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct span path = files_find_map(options->files[0], &arena), text;
  struct uucp_map *map = NULL;
  int status = EXIT_INPUT;
  if (files_read(path, UUCP_MAP_OCTETS_MAX, &arena, &text, &errors)) map = uucp_map_read(path, text, &errors);
  files_print_errors(&errors);
  if (map) {
    files_print_errors(&map->warnings);
    status = tell(map, options, known);
  }
  uucp_map_free(map);
  error_list_free(&errors);
  arena_free(&arena);
  return status;
}

static int run(int count, char **words) {
  struct option known[PATHS_COUNT] = {
      [PATHS_VIA] = {.name = "--via", .kind = OPTION_TEXT},
      [PATHS_WITHOUT] = {.name = "--without", .kind = OPTION_TEXT},
      [PATHS_ALL] = {.name = "--all", .kind = OPTION_NUMBER},
      [PATHS_HOPS] = {.name = "--hops", .kind = OPTION_NUMBER},
      [PATHS_EXPLAIN] = {.name = "--explain", .kind = OPTION_TEXT},
      [PATHS_JSON] = {.name = "--json"},
  };
  struct options options = {.known = known, .known_count = PATHS_COUNT};
  if (!options_parse("paths", count, words, &options)) return EXIT_INPUT;
  if (known[PATHS_EXPLAIN].given && options.file_count == 0)
    return explain(known[PATHS_EXPLAIN].text, known[PATHS_JSON].given);
  if (options.file_count != 3 || known[PATHS_EXPLAIN].given) {
    refuse("a map, where from, and where to, please", "waystation paths uucp-1987 seahut dalgas");
    return EXIT_INPUT;
  }
  if (known[PATHS_ALL].given && (known[PATHS_ALL].value < 1 || known[PATHS_ALL].value > UUCP_LISTED_MAX)) {
    refuse("--all wants a number from 1 to 1000", "--all 10");
    return EXIT_INPUT;
  }
  if (known[PATHS_HOPS].given &&
      (known[PATHS_HOPS].value < 1 || known[PATHS_HOPS].value > UUCP_COUNT_HOPS_MAX)) {
    refuse("--hops wants a number from 1 to 512", "--hops 8");
    return EXIT_INPUT;
  }
  return read_and_tell(&options, known);
}

const struct command command_paths = {
    .name = "paths",
    .arguments = "MAP FROM TO",
    .summary = "UUCP: the cheapest way through a map, and how many there are",
    .help = "  MAP is a file in the language of pathalias, or a map that comes with the program;\n"
            "  FROM and TO are machines of it. TO may be an address, 'mcvax!uunet!evi': then it is\n"
            "  followed, hop by hop. Exit 1 if there is no way, or the address leads nowhere.\n\n"
            "  --all N            the N cheapest ways, not only two\n"
            "  --via HOST         only ways by that machine\n"
            "  --without A,B      as if these machines were down\n"
            "  --hops N           count no paths of more hops\n"
            "  --explain ADDRESS  without a map: how mailers read an address, such as 'a!b@c.d'\n"
            "  --json             one JSON object\n\n"
            "example: waystation paths uucp-1987 seahut dalgas\n",
    .run = run,
};
