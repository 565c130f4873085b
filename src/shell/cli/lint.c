/* lint: all mistakes of scenario files, with their places. */
#include <stdio.h>

#include "base/json_write.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"

enum { LINT_JSON, LINT_COUNT };

static void add_json_text(struct buf *out, const char *key, struct span text) {
  buf_format(out, ",\"%s\":", key);
  json_write_octets(text, out);
}

static void print_json(const struct error_list *errors) {
  struct buf out = {0};
  for (size_t i = 0; i < errors->count; i++) {
    const struct error *error = &errors->items[i];
    buf_format(&out, "{\"line\":%u,\"column\":%u", error->line, error->column);
    add_json_text(&out, "file", error->file);
    add_json_text(&out, "pointer", error->pointer);
    add_json_text(&out, "message", error->message);
    add_json_text(&out, "expected", error->expected);
    add_json_text(&out, "hint", error->hint);
    buf_add_text(&out, "}\n");
  }
  fwrite(out.data, 1, out.len, stdout);
  buf_free(&out);
}

static bool lint_file(const char *path, bool json) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct scenario_reader reader = files_scenario_reader(&arena);
  struct scenario *scenario = scenario_load(files_find(path, &arena), &reader, &errors);
  bool well = scenario != NULL;
  if (json)
    print_json(&errors);
  else
    files_print_errors(&errors);
  if (well && !json) printf("%s: ok\n", path);
  scenario_free(scenario);
  error_list_free(&errors);
  arena_free(&arena);
  return well;
}

static int run(int count, char **words) {
  struct option known[LINT_COUNT] = {[LINT_JSON] = {.name = "--json"}};
  struct options options = {.known = known, .known_count = LINT_COUNT};
  if (!options_parse("lint", count, words, &options)) return EXIT_INPUT;
  if (options.file_count == 0) {
    fprintf(stderr, "waystation lint: which file?\n  try: waystation lint my-scenario.json\n");
    return EXIT_INPUT;
  }
  bool well = true;
  for (size_t i = 0; i < options.file_count; i++) well &= lint_file(options.files[i], known[LINT_JSON].given);
  return well ? EXIT_WELL : EXIT_INPUT;
}

const struct command command_lint = {
    .name = "lint",
    .arguments = "FILE…",
    .summary = "Look for mistakes in scenario files",
    .help = "Each mistake comes with file, line, column, what was expected and what to try.\n\n"
            "  --json    one JSON object for each mistake\n\n"
            "example: waystation lint my-scenario.json\n",
    .run = run,
};
