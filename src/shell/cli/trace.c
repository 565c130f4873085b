/* trace: a real letter's Received lines, and where trust ends. */
#include <stdio.h>

#include "readers/trace.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"

enum { TRACE_TRUST, TRACE_MESSAGE, TRACE_JSON, TRACE_COUNT };

static bool read_trust(const struct option *option, struct trace_options *options, struct span *names) {
  struct span wrong;
  if (!option->given) return true;
  options->trusted = names;
  if (trace_trust_parse(span_from(option->text), names, &options->trusted_count, &wrong)) return true;
  fprintf(stderr,
          "waystation trace: --trust: “%.*s” is no name of a host or a domain, and no address\n"
          "  try: --trust example.edu,192.0.2.0/24\n",
          SPAN_ARG(wrong));
  return false;
}

static int trace(const char *path, const struct trace_options *options, bool json) {
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct buf out = {0};
  struct span bytes = SPAN_EMPTY,
              file = span_equal(span_from(path), SPAN("-")) ? SPAN("standard input") : span_from(path);
  struct trace trace;
  bool well = files_read_letter(path, TRACE_FILE_MAX, &arena, &bytes, &errors) &&
              trace_read(file, bytes, options, &arena, &trace, &errors);
  if (well) {
    (json ? trace_write_json : trace_write_text)(&trace, &out);
    output_print(buf_span(&out), stdout);
  }
  files_print_errors(&errors);
  error_list_free(&errors);
  buf_free(&out);
  arena_free(&arena);
  return well ? EXIT_WELL : EXIT_INPUT;
}

static int run(int count, char **words) {
  struct option known[TRACE_COUNT] = {
      [TRACE_TRUST] = {.name = "--trust", .kind = OPTION_TEXT},
      [TRACE_MESSAGE] = {.name = "--message", .kind = OPTION_NUMBER},
      [TRACE_JSON] = {.name = "--json"},
  };
  struct options options = {.known = known, .known_count = TRACE_COUNT};
  struct trace_options wanted = {0};
  struct span names[TRACE_TRUST_MAX];
  if (!options_parse("trace", count, words, &options)) return EXIT_INPUT;
  if (options.file_count != 1) {
    fprintf(stderr, "waystation trace: one letter, please: its source, as a file; - is standard input\n"
                    "  try: waystation trace letter.eml\n");
    return EXIT_INPUT;
  }
  if (known[TRACE_MESSAGE].given && known[TRACE_MESSAGE].value == 0) {
    fprintf(stderr, "waystation trace: letters are counted from 1\n  try: --message 1\n");
    return EXIT_INPUT;
  }
  wanted.message = (uint32_t)known[TRACE_MESSAGE].value;
  if (!read_trust(&known[TRACE_TRUST], &wanted, names)) return EXIT_INPUT;
  return trace(options.files[0], &wanted, known[TRACE_JSON].given);
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "MESSAGE.eml",
    .summary = "Read a real letter's Received lines: its way, and where trust ends",
    .help =
        "  MESSAGE.eml is the letter's source (Show original, View source, Ctrl U), with LF or CRLF, or\n"
        "  an mbox; - is standard input. Each line: who stamped it, whom that server saw, by which name\n"
        "  and address, how, when, how long it took, and what is odd. Nothing is asked of any network.\n\n"
        "  --trust NAME[,NAME…]  your own servers: hosts, domains, addresses, networks (10.0.0.0/8);\n"
        "                        without it, the domain of the topmost line, as far as lines join\n"
        "  --message N           of an mbox: letter N, counted from 1\n"
        "  --json                one JSON object\n\n"
        "example: waystation trace letter.eml --trust example.edu\n",
    .run = run,
};
