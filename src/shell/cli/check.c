/* check: each scenario's expectations, judged; TAP out. */
#include <stdio.h>

#include "base/json_write.h"
#include "readers/expect.h"
#include "readers/unheard.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"

enum { CHECK_JSON, CHECK_COUNT };

struct score {
  size_t number; /* of the last test point */
  size_t failed;
  bool bad_input, limit_reached;
  bool json;
};

static void print_result(struct score *score, const char *path, const struct expect_result *result) {
  score->number++;
  if (!result->met) score->failed++;
  if (score->json) {
    struct buf out = {0};
    buf_format(&out, "{\"file\":");
    json_write_octets(span_from(path), &out);
    buf_format(&out, ",\"line\":%lld,\"met\":%s,\"reason\":", (long long)result->line,
               result->met ? "true" : "false");
    json_write_octets(result->reason, &out);
    buf_format(&out, ",\"expected\":%.*s}\n", SPAN_ARG(result->json));
    fwrite(out.data, 1, out.len, stdout);
    buf_free(&out);
    return;
  }
  printf("%s %zu - %s:%lld %.*s\n", result->met ? "ok" : "not ok", score->number, path,
         (long long)result->line, SPAN_ARG(result->json));
  if (!result->met) printf("# %.*s\n", SPAN_ARG(result->reason));
}

/* No failure, but its author will want to know. */
static void tell_unheard(const char *path, const struct film *film, struct arena *arena) {
  struct unheard *unheard;
  size_t count = narrations_unheard(film->journal, arena, &unheard);
  for (size_t i = 0; i < count; i++) {
    uint32_t line = film->scenario ? film->scenario->narration[unheard[i].number].line : 0;
    printf("# %s", path);
    if (line) printf(":%u", line);
    printf(" narration %u is never said: %.*s\n", unheard[i].number + 1, SPAN_ARG(unheard[i].why));
  }
}

static void check_file(struct score *score, const char *path) {
  struct film film;
  struct arena arena = ARENA_EMPTY;
  struct expect_result *results;
  if (!film_load(path, JOURNAL_FULL, -1, &film)) {
    score->bad_input = true;
    score->number++;
    score->failed++;
    if (!score->json) printf("not ok %zu - %s cannot be run\n", score->number, path);
    return;
  }
  score->limit_reached |= film.limit_reached;
  size_t count = expect_judge(film.journal, &arena, &results);
  for (size_t i = 0; i < count; i++) print_result(score, path, &results[i]);
  if (count == 0 && !score->json) printf("# %s expects nothing\n", path);
  if (!score->json) tell_unheard(path, &film, &arena);
  arena_free(&arena);
  film_free(&film);
}

static int run(int count, char **words) {
  struct option known[CHECK_COUNT] = {[CHECK_JSON] = {.name = "--json"}};
  struct options options = {.known = known, .known_count = CHECK_COUNT};
  if (!options_parse("check", count, words, &options)) return EXIT_INPUT;
  if (options.file_count == 0) {
    fprintf(stderr, "waystation check: which scenarios?\n  try: waystation check scenarios/*.json\n");
    return EXIT_INPUT;
  }
  struct score score = {.json = known[CHECK_JSON].given};
  if (!score.json) printf("TAP version 13\n");
  for (size_t i = 0; i < options.file_count; i++) check_file(&score, options.files[i]);
  if (!score.json)
    printf("1..%zu\n# %zu met, %zu not met\n", score.number, score.number - score.failed, score.failed);
  if (score.bad_input) return EXIT_INPUT;
  if (score.failed) return EXIT_UNMET;
  return score.limit_reached ? EXIT_LIMIT : EXIT_WELL;
}

const struct command command_check = {
    .name = "check",
    .arguments = "FILE…",
    .summary = "Run scenarios and judge what they expect; exit 1 if something is not met",
    .help = "The output is TAP (Test Anything Protocol): one line for each expectation,\n"
            "and a comment for each narration that is never said.\n\n"
            "  --json    one JSON object for each expectation\n\n"
            "example: waystation check scenarios/*.json\n",
    .run = run,
};
