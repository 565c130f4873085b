/* lint: all mistakes and slips of scenario files, with their places. */
#include <stdio.h>

#include "base/json_write.h"
#include "readers/unheard.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

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
    add_json_text(&out, "severity", error->warning ? SPAN("warning") : SPAN("error"));
    add_json_text(&out, "file", error->file);
    add_json_text(&out, "pointer", error->pointer);
    add_json_text(&out, "message", error->message);
    add_json_text(&out, "expected", error->expected);
    add_json_text(&out, "hint", error->hint);
    buf_add_text(&out, "}\n");
  }
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static void print(const struct error_list *errors, bool json) {
  if (json)
    print_json(errors);
  else
    files_print_errors(errors);
}

static void warn(struct error_list *warnings, struct span file, uint32_t line, struct span pointer,
                 struct span message) {
  struct error error = {.file = file, .line = line, .column = 1, .warning = true};
  error.pointer = pointer;
  error.message = message;
  error.hint = SPAN("waystation run FILE --journal - shows all records");
  error_list_add(warnings, &error);
}

/* Whether each narration is heard and each question asked only a run can show. */
static void warn_unheard(struct film *film, struct error_list *warnings) {
  const struct scenario *scenario = film->scenario;
  struct unheard *unheard;
  if (!scenario->narration_count && !scenario->question_count) return;
  film_run(film, JOURNAL_FULL, -1, NULL);
  size_t count = narrations_unheard(film->journal, &film->arena, &unheard);
  for (size_t i = 0; i < count; i++) {
    const struct scenario_narration *narration = &scenario->narration[unheard[i].number];
    warn(warnings, narration->file, narration->line,
         arena_format(&film->arena, "/narration/%u", unheard[i].number),
         arena_format(&film->arena, "this is never said: %.*s", SPAN_ARG(unheard[i].why)));
  }
  count = questions_unasked(film->journal, &film->arena, &unheard);
  for (size_t i = 0; i < count; i++) {
    const struct scenario_question *question = &scenario->questions[unheard[i].number];
    warn(warnings, question->file, question->line,
         arena_format(&film->arena, "/questions/%u", unheard[i].number),
         arena_format(&film->arena, "this is never asked: %.*s", SPAN_ARG(unheard[i].why)));
  }
}

static bool lint_file(const char *path, bool json) {
  struct film film = {0};
  struct error_list errors = {0};
  bool well = film_read(&film, path, &errors);
  print(&errors, json);
  if (well) {
    warn_unheard(&film, &film.scenario->warnings);
    print(&film.scenario->warnings, json);
    if (!json) printf("%s: ok\n", path);
  }
  error_list_free(&errors);
  film_free(&film);
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
    .help = "Each mistake comes with file, line, column, what was expected and what to try.\n"
            "A warning is a slip that does not keep the scenario from running, such as a\n"
            "narration that is never said or a question that is never asked; with warnings\n"
            "alone the exit status is 0.\n\n"
            "  --json    one JSON object for each mistake\n\n"
            "example: waystation lint my-scenario.json\n",
    .run = run,
};
