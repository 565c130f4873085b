/* show: one view of a run: headers, envelope, mailbox, queue … */
#include <stdio.h>

#include "readers/show.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { SHOW_AT, SHOW_MESSAGE, SHOW_HOST, SHOW_SOURCES, SHOW_JSON, SHOW_COUNT };

static int write_view(const struct film *film, const char *what, const struct show_options *options) {
  struct buf text = {0};
  struct error_list errors = {0};
  size_t faults = 0;
  bool well = show_write(film->journal, span_from(what), options, &text, &faults, &errors);
  output_print(buf_span(&text), stdout);
  files_print_errors(&errors);
  error_list_free(&errors);
  buf_free(&text);
  return !well ? EXIT_INPUT : faults ? EXIT_UNMET : film->limit_reached ? EXIT_LIMIT : EXIT_WELL;
}

static int run(int count, char **words) {
  struct option known[SHOW_COUNT] = {
      [SHOW_AT] = {.name = "--at", .kind = OPTION_TIME},
      [SHOW_MESSAGE] = {.name = "--message", .kind = OPTION_NUMBER},
      [SHOW_HOST] = {.name = "--host", .kind = OPTION_TEXT},
      [SHOW_SOURCES] = {.name = "--sources"},
      [SHOW_JSON] = {.name = "--json"},
  };
  struct options options = {.known = known, .known_count = SHOW_COUNT};
  struct film film;
  if (!options_parse("show", count, words, &options)) return EXIT_INPUT;
  if (options.file_count != 2) {
    fprintf(stderr, "waystation show: a file and what to show, please\n"
                    "  try: waystation show scenarios/alice-to-bob.json headers --message 1\n");
    return EXIT_INPUT;
  }
  if (known[SHOW_MESSAGE].given && known[SHOW_MESSAGE].value == 0) {
    fprintf(stderr, "waystation show: letters are counted from 1\n  try: --message 1\n");
    return EXIT_INPUT;
  }
  if (!film_load(options.files[0], JOURNAL_FULL, known[SHOW_AT].given ? known[SHOW_AT].value : -1, &film))
    return EXIT_INPUT;
  if (known[SHOW_AT].given) film_tell_end(&film, "show", known[SHOW_AT].value);
  struct show_options wanted = {
      .message = (uint32_t)known[SHOW_MESSAGE].value,
      .host = span_from(known[SHOW_HOST].text),
      .at_us = known[SHOW_AT].given ? known[SHOW_AT].value : -1,
      .sources = known[SHOW_SOURCES].given,
      .json = known[SHOW_JSON].given,
  };
  int status = write_view(&film, options.files[1], &wanted);
  film_free(&film);
  return status;
}

const struct command command_show = {
    .name = "show",
    .arguments = "FILE WHAT",
    .summary = "Show one side of a run: a header, an envelope, a mailbox, a queue",
    .help =
        "  WHAT is one of\n"
        "    transcript   everything that was said and done\n"
        "    headers      a letter's header, newest lines on top\n"
        "    letter       a letter as programs show it: without MIME, without HTML, with both\n"
        "    envelope     MAIL FROM and RCPT TO at each host\n"
        "    path         where each recipient's mail went next, and because of what\n"
        "    mailbox      the mailboxes as they lie on disk\n"
        "    queue        what is still waiting, and why\n"
        "    dns          what was asked and answered\n"
        "    wire         what somebody on the line can read: under TLS, lengths\n"
        "    audit        each recipient of each accepted message, and where it is: exit 1 if one is lost\n\n"
        "  --at TIME      at that moment: 90s, 10m, 2d; of a story that is over by then, its end\n"
        "  --message N    only letter N, counted from 1\n"
        "  --host NAME    as that host left it, or only there\n"
        "  --sources      headers: who wrote each line, and where each token came from\n"
        "  --json         one JSON object a line\n\n"
        "example: waystation show scenarios/alice-to-bob.json headers --message 1 --sources\n",
    .run = run,
};
