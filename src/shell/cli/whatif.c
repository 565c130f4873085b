/* whatif: a scenario run again with something changed; the two runs compared. */
#include <stdio.h>
#include <string.h>

#include "readers/compare.h"
#include "shell/cli/command.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"
#include "shell/cli/whatif_film.h"
#include "world/whatif.h"

enum { WHATIF_AT, WHATIF_JSON, WHATIF_SAVE, WHATIF_FORCE, WHATIF_COUNT };

/* An action may be given as words, or as one argument: a space comes first then, not the = of an edit. */
static size_t take_words(const struct options *options, struct arena *arena, struct span *words) {
  size_t count = 0;
  for (size_t i = 1; i < options->file_count && count <= WHATIF_WORDS_MAX; i++) {
    struct span word = span_from(options->files[i]);
    size_t space = span_find(word, ' '), equals = span_find(word, '=');
    if (space != SPAN_NONE && (equals == SPAN_NONE || space < equals))
      count += whatif_split(word, arena, &words[count], WHATIF_WORDS_MAX + 1 - count);
    else
      words[count++] = word;
  }
  return count;
}

static void print_comparison(const struct film *film, const struct whatif_film *whatif, bool json) {
  struct buf out = {0};
  (json ? compare_write_json : compare_write_text)(film->journal, whatif->film.journal,
                                                   buf_span(&whatif->all), &out);
  output_print(buf_span(&out), stdout);
  buf_free(&out);
}

static int tell(const struct film *film, const struct whatif_film *last, const struct option *known,
                struct error_list *errors) {
  int status = last->film.limit_reached ? EXIT_LIMIT : EXIT_WELL;
  const struct option *save = &known[WHATIF_SAVE];
  const struct output_rule rule = {known[WHATIF_FORCE].given ? OUTPUT_OVER_ALL : OUTPUT_OVER_NOTHING, film};
  if (save->given && !output_may(save->text, rule, errors)) return EXIT_INPUT;
  if (save->given && !whatif_film_save(film, last, save->text, rule, errors)) status = EXIT_LIMIT;
  bool to_output = save->given && strcmp(save->text, "-") == 0;
  if (!to_output) print_comparison(film, last, known[WHATIF_JSON].given);
  return status;
}

static int compare_films(const struct film *film, const struct options *options, const struct option *known) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct span words[WHATIF_WORDS_MAX + 1];
  size_t count = take_words(options, &arena, words);
  int64_t at_us = known[WHATIF_AT].given ? known[WHATIF_AT].value : -1;
  struct whatif_film *films = arena_zalloc(&arena, WHATIF_CHAIN_MAX * sizeof *films);
  size_t changes;
  int status = EXIT_INPUT;
  if (whatif_chain_run(film, NULL, words, count, at_us, NULL, films, WHATIF_CHAIN_MAX, &changes, &errors))
    status = tell(film, &films[changes - 1], known, &errors);
  while (changes) whatif_film_free(&films[--changes]);
  files_print_errors(&errors);
  error_list_free(&errors);
  arena_free(&arena);
  return status;
}

static int run(int count, char **words) {
  struct option known[WHATIF_COUNT] = {
      [WHATIF_AT] = {.name = "--at", .kind = OPTION_TIME},
      [WHATIF_JSON] = {.name = "--json"},
      [WHATIF_SAVE] = {.name = "--save", .kind = OPTION_TEXT},
      [WHATIF_FORCE] = {.name = "--force"},
  };
  struct options options = {.known = known, .known_count = WHATIF_COUNT};
  struct film film;
  if (!options_parse("whatif", count, words, &options)) return EXIT_INPUT;
  if (options.file_count < 2) {
    fprintf(stderr,
            "waystation whatif: %s\n  try: waystation whatif mx-failover up mx1.example.edu --at 90s\n",
            options.file_count ? "what shall be different?" : "a scenario, and what shall be different");
    return EXIT_INPUT;
  }
  if (!film_load(options.files[0], JOURNAL_FULL, -1, &film)) return EXIT_INPUT;
  int status = compare_films(&film, &options, known);
  film_free(&film);
  return status;
}

const struct command command_whatif = {
    .name = "whatif",
    .arguments = "FILE ACTION…",
    .summary = "Run a scenario again with something changed, and compare",
    .help =
        "  ACTION is one of, with \"and\" between several; after \"then\" the changed story is changed\n"
        "    down HOST, up HOST               a machine fails, or is there again\n"
        "    cut HOST--HOST, mend HOST--HOST  the path between two\n"
        "    dns set NAME TYPE DATA           the record, in place of all of its type\n"
        "    dns add NAME TYPE DATA           one record more\n"
        "    dns remove NAME [TYPE [DATA]]    records go\n"
        "    resend N [KEY=VALUE…]            letter N once more, with another subject=…, to=… or text=…\n"
        "    resend N from HOST [KEY=VALUE…]  the copy that HOST has, sent on from there, edited\n"
        "    script N KEY=VALUE…              what entry N of the script says\n"
        "    script N never                   it is not done\n"
        "  each may end in at TIME, and what fails or is mended in for TIME;\n"
        "  a record may end in ttl SECONDS\n\n"
        "  --at TIME        of actions that name none: 90s, 10m; without it the start\n"
        "  --save OUT.json  the changed scenario, for run, play and lint; - is standard output\n"
        "  --force          replace what is there; FILE and what it extends never are\n"
        "  --json           the comparison as one JSON object\n\n"
        "example: waystation whatif mx-failover up mx1.example.edu --at 90s\n",
    .run = run,
};
