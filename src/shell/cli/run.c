/* run: a scenario, headless; the story as text. */
#include <stdio.h>
#include <string.h>

#include "readers/steps.h"
#include "readers/transcript.h"
#include "shell/cli/command.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum {
  RUN_JOURNAL,
  RUN_FINGERPRINT,
  RUN_UNTIL,
  RUN_REPLAY,
  RUN_DNS,
  RUN_JSON,
  RUN_QUIET,
  RUN_STEPS,
  RUN_COUNT
};

static bool sink_to_file(void *context, struct span bytes) {
  return fwrite(bytes.data, 1, bytes.len, context) == bytes.len;
}

static bool save_journal(const struct journal *journal, const char *path, struct output_rule rule,
                         struct error_list *errors) {
  struct output output;
  if (!output_open(&output, path, rule, errors)) return false;
  journal_write_jsonl(journal, sink_to_file, output.file);
  return output_commit(&output, errors);
}

/* What the journal's file may not be is the user's mistake; what it cannot be, the machine's. */
static int keep_journal(const struct film *film, const char *path) {
  const struct output_rule rule = {OUTPUT_OVER_JOURNAL, film};
  struct error_list errors = {0};
  int status = EXIT_WELL;
  if (!output_may(path, rule, &errors))
    status = EXIT_INPUT;
  else if (!save_journal(film->journal, path, rule, &errors))
    status = EXIT_LIMIT;
  files_print_errors(&errors);
  error_list_free(&errors);
  return status;
}

static void print_fingerprint(const struct journal *journal, bool json) {
  char hex[DIGEST_HEX_MAX];
  journal_fingerprint(journal, hex);
  if (json)
    printf("{\"fingerprint\":\"%s\",\"records\":%u}\n", hex, journal_count(journal));
  else
    printf("%s\n", hex);
}

static void print_steps(const struct journal *journal, bool json) {
  struct buf text = {0};
  (json ? steps_write_json : steps_write_text)(journal, &text);
  output_print(buf_span(&text), stdout);
  buf_free(&text);
}

static void print_story(const struct journal *journal, bool dns) {
  struct buf text = {0};
  transcript_write(journal, &(struct transcript_options){.dns = dns}, &text);
  output_print(buf_span(&text), stdout);
  buf_free(&text);
}

static void print_film(const struct film *film, const struct option *known) {
  bool journal_is_printed = known[RUN_JOURNAL].given && strcmp(known[RUN_JOURNAL].text, "-") == 0;
  if (known[RUN_FINGERPRINT].given)
    print_fingerprint(film->journal, known[RUN_JSON].given);
  else if (known[RUN_STEPS].given)
    print_steps(film->journal, known[RUN_JSON].given);
  else if (known[RUN_JSON].given)
    journal_write_jsonl(film->journal, sink_to_file, stdout);
  else if (!known[RUN_QUIET].given && !journal_is_printed)
    print_story(film->journal, known[RUN_DNS].given);
}

static int run(int count, char **words) {
  struct option known[RUN_COUNT] = {
      [RUN_JOURNAL] = {.name = "--journal", .kind = OPTION_TEXT},
      [RUN_FINGERPRINT] = {.name = "--fingerprint"},
      [RUN_UNTIL] = {.name = "--until", .kind = OPTION_TIME},
      [RUN_REPLAY] = {.name = "--replay", .kind = OPTION_TEXT},
      [RUN_DNS] = {.name = "--dns"},
      [RUN_JSON] = {.name = "--json"},
      [RUN_QUIET] = {.name = "--quiet"},
      [RUN_STEPS] = {.name = "--steps"},
  };
  struct options options = {.known = known, .known_count = RUN_COUNT};
  struct film film;
  if (!options_parse("run", count, words, &options)) return EXIT_INPUT;
  if (options.file_count != 1) {
    fprintf(stderr, "waystation run: one scenario or journal, please\n  try: waystation run "
                    "scenarios/jack-to-janelle.json\n");
    return EXIT_INPUT;
  }
  if (known[RUN_REPLAY].given && known[RUN_UNTIL].given) {
    fprintf(stderr, "waystation run: --replay goes to the end of its journal\n  try: leave out --until\n");
    return EXIT_INPUT;
  }
  bool only_fingerprint = known[RUN_FINGERPRINT].given && !known[RUN_JOURNAL].given;
  enum journal_mode mode = only_fingerprint ? JOURNAL_DIGEST : JOURNAL_FULL;
  bool loaded =
      known[RUN_REPLAY].given
          ? film_replay(options.files[0], known[RUN_REPLAY].text, mode, &film)
          : film_load(options.files[0], mode, known[RUN_UNTIL].given ? known[RUN_UNTIL].value : -1, &film);
  if (!loaded) return EXIT_INPUT;
  const struct option *journal = &known[RUN_JOURNAL];
  int status = journal->given ? keep_journal(&film, journal->text) : EXIT_WELL;
  if (status != EXIT_INPUT) print_film(&film, known);
  if (status == EXIT_WELL && film.limit_reached) status = EXIT_LIMIT;
  film_free(&film);
  return status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "FILE",
    .summary = "Run a scenario without a window and print the story",
    .help =
        "  --journal OUT.jsonl   save everything that happened, one JSON object a line; replaces an older\n"
        "                        journal; - is standard output\n"
        "  --fingerprint         print only the run's SHA-256: the same on every machine\n"
        "  --until TIME          stop the clock there: 90s, 10m, 2d\n"
        "  --replay IN.jsonl     with what real programs did in that journal of live, without them\n"
        "  --dns                 name server questions and answers, too\n"
        "  --steps               the steps of the window with their captions, in words\n"
        "  --quiet               no story\n"
        "  --json                the journal instead of the story; with --fingerprint or --steps, those\n\n"
        "example: waystation run scenarios/jack-to-janelle.json\n",
    .run = run,
};
