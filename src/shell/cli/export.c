/* export: a run in other programs' forms. */
#include "shell/cli/export.h"

#include <stdio.h>

#include "base/json_write.h"
#include "shell/cli/options.h"

enum {
  EXPORT_OUT,
  EXPORT_FORCE,
  EXPORT_AT,
  EXPORT_HOST,
  EXPORT_CONNECTION,
  EXPORT_USER,
  EXPORT_MESSAGE,
  EXPORT_STEP,
  EXPORT_LADDER,
  EXPORT_HOP,
  EXPORT_FULL,
  EXPORT_SIZE,
  EXPORT_THEME,
  EXPORT_TEXT_SIZE,
  EXPORT_JSON,
  EXPORT_COUNT
};

#define WITH(option) (1u << EXPORT_##option)
enum {
  ALWAYS = WITH(OUT) | WITH(FORCE) | WITH(JSON) | WITH(AT),
  LETTERS = ALWAYS | WITH(HOST) | WITH(USER) | WITH(MESSAGE),
  SESSION = WITH(CONNECTION) | WITH(MESSAGE) | WITH(HOP) | WITH(FULL),
  PICTURE = ALWAYS | SESSION | WITH(STEP) | WITH(LADDER) | WITH(SIZE) | WITH(THEME) | WITH(TEXT_SIZE),
};

static const struct format {
  const char *name;
  export_fn *write;
  uint32_t options; /* that say something to it */
} formats[] = {
    {"pcap", export_pcap, ALWAYS | WITH(HOST) | WITH(CONNECTION)},
    {"mbox", export_mbox, LETTERS},
    {"maildir", export_maildir, LETTERS},
    {"eml", export_eml, LETTERS},
    {"jsonl", export_jsonl, ALWAYS},
    {"svg", export_svg, PICTURE},
    {"png", export_png, PICTURE},
    {"html", export_html, ALWAYS},
};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static const struct format *find_format(const char *name) {
  struct span names[FORMAT_COUNT];
  for (size_t i = 0; i < FORMAT_COUNT; i++) {
    names[i] = span_from(formats[i].name);
    if (span_equal(names[i], span_from(name))) return &formats[i];
  }
  struct span nearest = error_nearest(span_from(name), names, FORMAT_COUNT);
  fprintf(stderr, "waystation export: there is no format \"%s\"\n  expected:", name);
  for (size_t i = 0; i < FORMAT_COUNT; i++) fprintf(stderr, " %s", formats[i].name);
  fprintf(stderr, "\n");
  if (nearest.len) fprintf(stderr, "  try: %.*s\n", SPAN_ARG(nearest));
  return NULL;
}

void export_report(struct export_job *job, const char *what, uint64_t count) {
  struct span name = span_from(what);
  if (job->json)
    buf_format(&job->report, ",\"%s\":%llu", what, (unsigned long long)count);
  else
    buf_format(&job->report, "%s%llu %.*s", job->report.len ? ", " : "", (unsigned long long)count,
               (int)(name.len - (count == 1)), name.data);
}

bool export_open(struct export_job *job, struct output *output) {
  job->is_input_wrong = !output_may(job->out, job->rule, &job->errors);
  return !job->is_input_wrong && output_open(output, job->out, job->rule, &job->errors);
}

bool export_begin(struct export_job *job, struct folder *folder) {
  job->is_input_wrong = !folder_may(job->out, job->rule, &job->errors);
  return !job->is_input_wrong && folder_begin(folder, job->out, job->rule, &job->errors);
}

bool export_write(struct export_job *job, struct span bytes) {
  struct output output;
  if (!export_open(job, &output)) return false;
  if (bytes.len) fwrite(bytes.data, 1, bytes.len, output.file);
  return output_commit(&output, &job->errors);
}

static void print_report(const struct export_job *job) {
  FILE *out = span_equal(span_from(job->out), SPAN("-")) ? stderr : stdout;
  struct buf line = {0};
  if (job->json) {
    buf_add_text(&line, "{\"format\":");
    json_write_string(span_from(job->format), &line);
    buf_add_text(&line, ",\"file\":");
    json_write_octets(span_from(job->out), &line);
    buf_format(&line, "%.*s}", SPAN_ARG(buf_span(&job->report)));
  } else {
    buf_format(&line, "%s: %.*s", job->out, SPAN_ARG(buf_span(&job->report)));
  }
  fprintf(out, "%.*s\n", SPAN_ARG(buf_span(&line)));
  buf_free(&line);
}

static void complain_unknown_host(struct export_job *job, struct span name) {
  struct arena arena = ARENA_EMPTY;
  size_t count = job->preamble->host_count;
  struct span *names = arena_alloc(&arena, (count + 1) * sizeof *names);
  for (size_t i = 0; i < count; i++) names[i] = job->preamble->hosts[i].name;
  error_list_add(&job->errors,
                 &(struct error){
                     .message = arena_format(&arena, "there is no host \"%.*s\"", SPAN_ARG(name)),
                     .hint = error_nearest(name, names, count),
                 });
  arena_free(&arena);
}

static bool complain(struct export_job *job, const char *message, const char *expected) {
  error_list_add(&job->errors,
                 &(struct error){.message = span_from(message), .expected = span_from(expected)});
  return false;
}

static bool read_size(struct export_job *job, const struct option *size) {
  struct span rest = span_from(size->text), width;
  uint64_t w = 1600, h = 900;
  job->is_a4 = size->given && span_equal_nocase(rest, SPAN("a4"));
  job->has_size = size->given && !job->is_a4;
  bool good = !job->has_size || (span_next(&rest, 'x', &width) && span_to_u64(width, 16384, &w) &&
                                 rest.data && span_to_u64(rest, 16384, &h) && w >= 320 && h >= 240);
  if (job->is_a4 && !export_wants_session(job)) good = false;
  job->picture.width_px = (int32_t)w;
  job->picture.height_px = (int32_t)h;
  return good ||
         complain(job, "this is no size",
                  "WIDTHxHEIGHT in pixels, 320x240 to 16384x16384: --size 1600x900; a session also as a4");
}

static bool take_picture_options(struct export_job *job, const struct option *known) {
  enum theme_name theme = THEME_LIGHT;
  if (known[EXPORT_THEME].given && !theme_from_text(span_from(known[EXPORT_THEME].text), &theme))
    return complain(job, "there is no such theme", "light, dark or high-contrast");
  if (!read_size(job, &known[EXPORT_SIZE])) return false;
  int64_t text = known[EXPORT_TEXT_SIZE].given ? known[EXPORT_TEXT_SIZE].value : 100;
  if (text != 100 && text != 125 && text != 150)
    return complain(job, "there is no such text size", "100, 125 or 150");
  job->picture.theme = theme_named(theme);
  job->picture.text_percent = (int32_t)text;
  job->picture.ladder = known[EXPORT_LADDER].given;
  return true;
}

static bool take_options(struct export_job *job, const struct option *known) {
  job->rule.over = known[EXPORT_FORCE].given ? OUTPUT_OVER_ALL : OUTPUT_OVER_NOTHING;
  job->rule.film = job->film;
  job->json = known[EXPORT_JSON].given;
  job->user = known[EXPORT_USER].text;
  job->message = (uint32_t)known[EXPORT_MESSAGE].value;
  job->connection = (uint32_t)known[EXPORT_CONNECTION].value;
  job->hop = (uint32_t)known[EXPORT_HOP].value;
  job->is_full = known[EXPORT_FULL].given;
  job->last = journal_count(job->film->journal);
  if (known[EXPORT_AT].given) job->last = journal_at_time(job->film->journal, known[EXPORT_AT].value);
  job->at_us = known[EXPORT_AT].given ? known[EXPORT_AT].value : -1;
  job->step = known[EXPORT_STEP].given ? known[EXPORT_STEP].value : -1;
  static const int counted[] = {EXPORT_CONNECTION, EXPORT_MESSAGE, EXPORT_HOP};
  for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
    if (known[counted[i]].given && known[counted[i]].value < 1)
      return complain(job, "connections, letters and hops are counted from 1", "--connection 1");
  if (!take_picture_options(job, known)) return false;
  if (!known[EXPORT_HOST].given) return true;
  job->host = journal_host_named(job->preamble, span_from(known[EXPORT_HOST].text));
  if (job->host) return true;
  complain_unknown_host(job, span_from(known[EXPORT_HOST].text));
  return false;
}

static int export_film(const struct film *film, const struct format *format, const struct option *known) {
  struct export_job job = {.film = film, .format = format->name, .out = known[EXPORT_OUT].text};
  job.preamble = journal_preamble_new(film->journal);
  int status = EXIT_INPUT;
  progress_begin(&job.progress);
  if (take_options(&job, known))
    status = format->write(&job) ? EXIT_WELL : job.is_input_wrong ? EXIT_INPUT : EXIT_LIMIT;
  progress_end(&job.progress);
  if (status == EXIT_WELL) print_report(&job);
  files_print_errors(&job.errors);
  error_list_free(&job.errors);
  buf_free(&job.report);
  journal_preamble_free(job.preamble);
  return status == EXIT_WELL && film->limit_reached ? EXIT_LIMIT : status;
}

/* An option that would do nothing is a mistake, not a wish. */
static bool check_options(const struct format *format, const struct option *known) {
  for (size_t i = 0; i < EXPORT_COUNT; i++) {
    if (!known[i].given || format->options >> i & 1) continue;
    fprintf(stderr, "waystation export: %s says nothing to %s\n  expected: with it only", known[i].name,
            format->name);
    for (size_t k = 0; k < EXPORT_COUNT; k++)
      if (format->options >> k & 1) fprintf(stderr, " %s", known[k].name);
    fprintf(stderr, "\n");
    return false;
  }
  return true;
}

static int run(int count, char **words) {
  struct option known[EXPORT_COUNT] = {
      [EXPORT_OUT] = {.name = "-o", .kind = OPTION_TEXT},
      [EXPORT_FORCE] = {.name = "--force"},
      [EXPORT_AT] = {.name = "--at", .kind = OPTION_TIME},
      [EXPORT_HOST] = {.name = "--host", .kind = OPTION_TEXT},
      [EXPORT_CONNECTION] = {.name = "--connection", .kind = OPTION_NUMBER},
      [EXPORT_USER] = {.name = "--user", .kind = OPTION_TEXT},
      [EXPORT_MESSAGE] = {.name = "--message", .kind = OPTION_NUMBER},
      [EXPORT_STEP] = {.name = "--step", .kind = OPTION_NUMBER},
      [EXPORT_LADDER] = {.name = "--ladder"},
      [EXPORT_HOP] = {.name = "--hop", .kind = OPTION_NUMBER},
      [EXPORT_FULL] = {.name = "--full"},
      [EXPORT_SIZE] = {.name = "--size", .kind = OPTION_TEXT},
      [EXPORT_THEME] = {.name = "--theme", .kind = OPTION_TEXT},
      [EXPORT_TEXT_SIZE] = {.name = "--text-size", .kind = OPTION_NUMBER},
      [EXPORT_JSON] = {.name = "--json"},
  };
  struct options options = {.known = known, .known_count = EXPORT_COUNT};
  struct film film;
  if (!options_parse("export", count, words, &options)) return EXIT_INPUT;
  if (options.file_count != 2 || !known[EXPORT_OUT].given) {
    fprintf(stderr, "waystation export: a file, a format and where to write it, please\n"
                    "  try: waystation export scenarios/jack-to-janelle.json pcap -o jack.pcap\n");
    return EXIT_INPUT;
  }
  const struct format *format = find_format(options.files[1]);
  if (!format || !check_options(format, known)) return EXIT_INPUT;
  /* A picture of a moment shows where in the whole it is. */
  bool is_cut = known[EXPORT_AT].given && !(format->options & WITH(STEP));
  if (!film_load(options.files[0], JOURNAL_FULL, is_cut ? known[EXPORT_AT].value : -1, &film))
    return EXIT_INPUT;
  if (known[EXPORT_AT].given) film_tell_end(&film, "export", known[EXPORT_AT].value);
  int status = export_film(&film, format, known);
  film_free(&film);
  return status;
}

#ifdef WAYSTATION_VIEWER
#define PNG_HELP "the same in pixels; without --step and --at, a folder of all steps"
#else
#define PNG_HELP "the same in pixels: not in this build, which was made without SDL"
#endif

const struct command command_export = {
    .name = "export",
    .arguments = "FILE FORMAT",
    .summary = "Write a run in other programs' forms: a capture, a mailbox, a picture",
    .help =
        "  FORMAT is one of\n"
        "    pcap           what crossed the network, for Wireshark\n"
        "    mbox           the letters in the stores, in one file\n"
        "    maildir        the same as a Maildir: tmp, new, cur\n"
        "    eml            a letter as it is, or a folder of them\n"
        "    jsonl          the journal\n"
        "    svg            the viewer's picture of a step, as lines and text\n"
        "    png            " PNG_HELP "\n"
        "    html           a report of the run to read and to print\n\n"
        "  -o OUT           where to write it: always to be given; - is standard output\n"
        "  --force          replace what is there; FILE and what it extends never are\n"
        "  --at TIME        as it was at that moment: 90s, 10m, 2d; of a story that is over by then, its "
        "end\n"
        "  --host NAME      only what that host sends, is sent or keeps\n"
        "  --connection N   pcap: only that connection; svg, png: that session, whole, as a ladder\n"
        "  --user NAME      letters: only that person's, by name or address\n"
        "  --message N      letters: only letter N, counted from 1; svg, png: the session that carries it\n"
        "  --hop N          svg, png: with --message, the Nth of the sessions that carry it\n"
        "  --full           svg, png: a session with its letters in full\n"
        "  --step N         svg, png: of that step\n"
        "  --ladder         svg, png: the ladder in place of the machines; of a session it always is one\n"
        "  --size 1600x900  svg, png: in pixels; a session as svg also a4\n"
        "  --theme NAME     svg, png: light, dark or high-contrast\n"
        "  --text-size N    svg, png: 100, 125 or 150 percent\n"
        "  --json           say what was written as a JSON object\n\n"
        "example: waystation export scenarios/jack-to-janelle.json pcap -o jack.pcap\n"
        "         waystation export scenarios/jack-to-janelle.json svg --message 1 --hop 2 -o hop2.svg\n",
    .run = run,
};
