/* check: each scenario's expectations, judged; TAP out. */
#include <stdio.h>

#include "base/json_write.h"
#include "readers/expect.h"
#include "readers/unheard.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { CHECK_JSON, CHECK_COUNT };

struct score {
  size_t number; /* of the last test point */
  size_t failed;
  bool bad_input, limit_reached;
  bool json;
};

/* A file's name and a scenario's texts are a stranger's: in TAP, what follows a # would be a directive, and a
 * line end the next test point. TAP 14 escapes # and \ by a \; control characters are written as \x0A. */
static void add_tap(struct span text, struct buf *out) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < 0x20 || c == 0x7f) {
      buf_format(out, "\\\\x%02X", c);
      continue;
    }
    if (c == '#' || c == '\\') buf_add_char(out, '\\');
    buf_add_char(out, (char)c);
  }
}

static void print_tap(const struct score *score, bool met, struct span what) {
  struct buf out = {0};
  buf_format(&out, "%s %zu - ", met ? "ok" : "not ok", score->number);
  add_tap(what, &out);
  buf_add_char(&out, '\n');
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static void print_comment(struct span text) {
  struct buf out = {0};
  buf_add_text(&out, "# ");
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    buf_add_char(&out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
  }
  buf_add_char(&out, '\n');
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

/* expected: as JSON; limit: the one that stopped the run, empty if none did. */
static void print_object(const char *path, uint64_t line, bool met, struct span reason, struct span expected,
                         struct span limit) {
  struct buf out = {0};
  buf_add_text(&out, "{\"file\":");
  json_write_octets(span_from(path), &out);
  buf_format(&out, ",\"line\":%llu,\"met\":%s,\"reason\":", (unsigned long long)line, met ? "true" : "false");
  json_write_octets(reason, &out);
  buf_format(&out, ",\"expected\":%.*s,\"limit\":", SPAN_ARG(expected));
  if (limit.len)
    json_write_octets(limit, &out);
  else
    buf_add_text(&out, "null");
  buf_add_text(&out, "}\n");
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static void print_result(struct score *score, const char *path, const struct expect_result *result,
                         struct span limit) {
  struct arena arena = ARENA_EMPTY;
  score->number++;
  if (!result->met) score->failed++;
  if (score->json) {
    print_object(path, (uint64_t)result->line, result->met, result->reason, result->json, limit);
    return;
  }
  print_tap(score, result->met,
            arena_format(&arena, "%s:%lld %.*s", path, (long long)result->line, SPAN_ARG(result->json)));
  if (!result->met) print_comment(result->reason);
  arena_free(&arena);
}

static void print_broken(struct score *score, const char *path, const struct error_list *errors) {
  struct arena arena = ARENA_EMPTY;
  const struct error none = {.line = 0}, *first = errors->count ? &errors->items[0] : &none;
  score->bad_input = true;
  score->number++;
  score->failed++;
  if (score->json)
    print_object(path, span_equal(first->file, span_from(path)) ? first->line : 0, false,
                 arena_format(&arena, "cannot be run: %.*s", SPAN_ARG(first->message)), SPAN("null"),
                 SPAN_EMPTY);
  else
    print_tap(score, false, arena_format(&arena, "%s cannot be run", path));
  arena_free(&arena);
}

/* The limit at which the run ended; false: at none. */
static bool find_limit(const struct journal *journal, struct journal_record *record_out) {
  if (journal_count_of(journal, JOURNAL_LIMIT) == 0) return false;
  for (journal_seq seq = journal_count(journal); seq > 0; seq--) {
    journal_get(journal, seq, record_out);
    if (record_out->kind == JOURNAL_LIMIT) return true;
  }
  return false;
}

/* What is not met may only not have come to pass yet. */
static void tell_limit(const char *path, const struct journal_record *limit, struct arena *arena) {
  print_comment(arena_format(arena, "%s was stopped: the limit \"%.*s\" of %lld is reached", path,
                             SPAN_ARG(limit->text[0]), (long long)limit->number[0]));
}

/* No failure, but its author will want to know. */
static void tell_unheard(const char *path, const struct film *film, struct arena *arena) {
  struct unheard *unheard;
  size_t count = narrations_unheard(film->journal, arena, &unheard);
  for (size_t i = 0; i < count; i++) {
    uint32_t line = film->scenario ? film->scenario->narration[unheard[i].number].line : 0;
    struct span place = line ? arena_format(arena, "%s:%u", path, line) : span_from(path);
    print_comment(arena_format(arena, "%.*s narration %u is never said: %.*s", SPAN_ARG(place),
                               unheard[i].number + 1, SPAN_ARG(unheard[i].why)));
  }
  count = questions_unasked(film->journal, arena, &unheard);
  for (size_t i = 0; i < count; i++) {
    uint32_t line = film->scenario ? film->scenario->questions[unheard[i].number].line : 0;
    struct span place = line ? arena_format(arena, "%s:%u", path, line) : span_from(path);
    print_comment(arena_format(arena, "%.*s question %u is never asked: %.*s", SPAN_ARG(place),
                               unheard[i].number + 1, SPAN_ARG(unheard[i].why)));
  }
}

static void check_file(struct score *score, const char *path) {
  struct film film;
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct expect_result *results;
  bool loaded = film_load_or(path, JOURNAL_FULL, -1, &errors, &film);
  if (!loaded) print_broken(score, path, &errors);
  error_list_free(&errors);
  if (!loaded) return;
  struct journal_record limit;
  bool is_stopped = find_limit(film.journal, &limit);
  score->limit_reached |= is_stopped;
  size_t count = expect_judge(film.journal, &arena, &results);
  for (size_t i = 0; i < count; i++)
    print_result(score, path, &results[i], is_stopped ? limit.text[0] : SPAN_EMPTY);
  if (is_stopped && !score->json) tell_limit(path, &limit, &arena);
  if (count == 0 && !score->json) print_comment(arena_format(&arena, "%s expects nothing", path));
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
            "and a comment for each narration that is never said, each question that is\n"
            "never asked, and a limit that stopped the run.\n\n"
            "  --json    one JSON object for each expectation, and for each file that cannot be run\n\n"
            "example: waystation check scenarios/*.json\n",
    .run = run,
};
