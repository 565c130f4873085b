/* grade: somebody's attempt at a film's questions, judged against a fresh run. */
#include <stdio.h>
#include <sys/stat.h>

#include "readers/attempt.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { GRADE_PASS, GRADE_JSON, GRADE_COUNT };

static int judge(const char *path, const struct predict *predict, const struct option *known) {
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct attempt attempt;
  struct span bytes = SPAN_EMPTY;
  int status = EXIT_INPUT;
  if (files_read(span_from(path), ATTEMPT_FILE_MAX, &arena, &bytes, &errors) &&
      attempt_judge(span_from(path), bytes, predict, &attempt, &errors)) {
    struct buf out = {0};
    (known[GRADE_JSON].given ? attempt_write_json : attempt_write_text)(&attempt, predict, &out);
    output_print(buf_span(&out), stdout);
    buf_free(&out);
    bool passed = !known[GRADE_PASS].given ||
                  attempt.right * 100 >= (uint64_t)known[GRADE_PASS].value * attempt.questions;
    if (!passed)
      fprintf(stderr, "%s: %u of %u right: less than the %lld %% of --pass\n", path, (unsigned)attempt.right,
              (unsigned)attempt.questions, (long long)known[GRADE_PASS].value);
    status = passed && attempt.fault_count == 0 ? EXIT_WELL : EXIT_UNMET;
    attempt_free(&attempt);
  }
  files_print_errors(&errors);
  error_list_free(&errors);
  arena_free(&arena);
  return status;
}

/* The wrong way round, every key of the attempt would be one that no scenario has. */
static bool is_attempt(const char *path) {
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct span bytes;
  bool is =
      files_read(files_find(path, &arena), ATTEMPT_FILE_MAX, &arena, &bytes, &errors) && attempt_is(bytes);
  if (is)
    fprintf(stderr, "%s: this is an attempt; it comes first\n  try: waystation grade ATTEMPT SCENARIO\n",
            path);
  error_list_free(&errors);
  arena_free(&arena);
  return is;
}

static int run(int count, char **words) {
  struct option known[GRADE_COUNT] = {
      [GRADE_PASS] = {.name = "--pass", .kind = OPTION_NUMBER},
      [GRADE_JSON] = {.name = "--json"},
  };
  struct options options = {.known = known, .known_count = GRADE_COUNT};
  struct film film;
  if (!options_parse("grade", count, words, &options)) return EXIT_INPUT;
  if (options.file_count != 2) {
    fprintf(stderr, "waystation grade: an attempt, and the scenario that it is an attempt at, please\n"
                    "  try: waystation grade attempt.json mx-failover\n");
    return EXIT_INPUT;
  }
  if (is_attempt(options.files[1])) return EXIT_INPUT;
  if (!film_load(options.files[1], JOURNAL_FULL, -1, &film)) return EXIT_INPUT;
  struct world_view *world = world_view_new(film.journal);
  struct reel *reel = reel_new(world);
  struct predict *predict = predict_new(reel);
  int status = judge(options.files[0], predict, known);
  predict_free(predict);
  reel_free(reel);
  world_view_free(world);
  film_free(&film);
  return status;
}

const struct command command_grade = {
    .name = "grade",
    .arguments = "ATTEMPT FILE",
    .summary = "Judge an attempt that predict mode saved, against a fresh run",
    .help = "  ATTEMPT is what the window has saved, FILE the scenario (or its journal).\n"
            "  What the attempt claims of its score is not believed but compared; exit 1 if it is not so.\n\n"
            "  --pass PERCENT   exit 1 if fewer of all questions were answered rightly\n"
            "  --json           one JSON object\n\n"
            "example: waystation grade attempt.json jack-to-janelle --pass 60\n",
    .run = run,
};
