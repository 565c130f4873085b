/* play: a scenario or a saved journal, in the viewer. */
#include <stdio.h>

#include "shell/cli/command.h"
#include "shell/cli/options.h"

#ifdef WAYSTATION_VIEWER

#include "shell/cli/output.h"
#include "shell/cli/play_home.h"
#include "shell/sdl/window.h"

enum {
  PLAY_AT,
  PLAY_STEP,
  PLAY_SIZE,
  PLAY_THEME,
  PLAY_TEXT_SIZE,
  PLAY_SCREENSHOT,
  PLAY_BY_LINE,
  PLAY_REDUCED_MOTION,
  PLAY_KEYS,
  PLAY_CLICK,
  PLAY_POINT,
  PLAY_TIMES,
  PLAY_TELL,
  PLAY_ATTEMPT,
  PLAY_COUNT
};

static bool complain(const char *what, const char *expected) {
  fprintf(stderr, "waystation play: %s\n  expected: %s\n", what, expected);
  return false;
}

static bool read_size(struct span text, struct viewer_options *options) {
  struct span width;
  uint64_t w, h;
  bool good = span_next(&text, 'x', &width) && span_to_u64(width, 16384, &w) && text.data &&
              span_to_u64(text, 16384, &h) && w >= 320 && h >= 240;
  if (!good)
    return complain("this is no size", "WIDTHxHEIGHT in pixels, 320x240 to 16384x16384: --size 1600x900");
  options->width_px = (int32_t)w;
  options->height_px = (int32_t)h;
  return true;
}

static bool read_options(const struct option *known, struct viewer_options *options) {
  enum theme_name theme = THEME_LIGHT;
  *options = (struct viewer_options){.text_percent = 100, .at_us = -1, .step = -1};
  if (known[PLAY_THEME].given && !theme_from_text(span_from(known[PLAY_THEME].text), &theme))
    return complain("there is no such theme", "light, dark or high-contrast");
  options->theme = theme_named(theme);
  options->theme.reduced_motion = known[PLAY_REDUCED_MOTION].given;
  options->by = known[PLAY_BY_LINE].given ? BY_LINE : BY_PHASE;
  options->tells_pictures = known[PLAY_TELL].given;
  options->tells_times = known[PLAY_TIMES].given;
  options->gestures = (struct gestures){span_from(known[PLAY_KEYS].text), span_from(known[PLAY_CLICK].text),
                                        span_from(known[PLAY_POINT].text)};
  if (known[PLAY_AT].given) options->at_us = known[PLAY_AT].value;
  if (known[PLAY_STEP].given) options->step = known[PLAY_STEP].value < 0 ? 0 : known[PLAY_STEP].value;
  if (known[PLAY_TEXT_SIZE].given) {
    options->text_percent = (int32_t)known[PLAY_TEXT_SIZE].value;
    if (options->text_percent != 100 && options->text_percent != 125 && options->text_percent != 150)
      return complain("there is no such text size", "100, 125 or 150");
  }
  return !known[PLAY_SIZE].given || read_size(span_from(known[PLAY_SIZE].text), options);
}

bool command_play_is_possible(void) {
  return options_have_display() && window_is_possible();
}

static int status_of(enum viewer_end end) {
  if (end == VIEWER_WELL) return EXIT_WELL;
  return end == VIEWER_NO_WINDOW ? EXIT_LIMIT : EXIT_INPUT;
}

static int report(int status, struct error_list *errors) {
  files_print_errors(errors);
  error_list_free(errors);
  return status;
}

static int write_picture(const struct film *film, const struct viewer_options *options, const char *path,
                         struct error_list *errors) {
  const struct output_rule rule = {OUTPUT_OVER_PICTURE, film};
  struct buf png = {0};
  if (!output_may(path, rule, errors)) return EXIT_INPUT;
  enum viewer_end end = viewer_screenshot(options, film->journal, &png, errors);
  if (end == VIEWER_WELL && !output_write(path, buf_span(&png), rule, errors)) end = VIEWER_NO_WINDOW;
  buf_free(&png);
  return status_of(end);
}

static int take_picture(const char *path, const struct viewer_options *options, const char *screenshot) {
  struct error_list errors = {0};
  struct film film;
  if (!film_load(path, JOURNAL_FULL, -1, &film)) return EXIT_INPUT;
  film_tell_end(&film, "play", options->at_us);
  int status = write_picture(&film, options, screenshot, &errors);
  film_free(&film);
  return report(status, &errors);
}

/* Said before there is a window; what the film reads beside its file is known only later. */
static bool may_keep_attempt(const char *attempt, const char *path, struct error_list *errors) {
  struct film named = {0};
  if (path) film_note(&named, files_find(path, &named.arena));
  bool may = !attempt || output_may(attempt, (struct output_rule){OUTPUT_OVER_ATTEMPT, &named}, errors);
  film_free(&named);
  return may;
}

/* What was not said on the command line is as it was last time. */
static void take_settings(const struct option *known, const struct settings *settings,
                          struct viewer_options *options) {
  if (!known[PLAY_THEME].given) options->theme = theme_named(settings->theme);
  options->theme.reduced_motion = known[PLAY_REDUCED_MOTION].given || settings->reduced_motion;
  if (!known[PLAY_TEXT_SIZE].given) options->text_percent = settings->text_percent;
  if (!known[PLAY_BY_LINE].given) options->by = settings->by;
}

static int show_window(const char *path, const struct option *known, struct viewer_options *options) {
  struct error_list errors = {0};
  const char *attempt = known[PLAY_ATTEMPT].given ? known[PLAY_ATTEMPT].text : NULL;
  if (!may_keep_attempt(attempt, path, &errors)) return report(EXIT_INPUT, &errors);
  struct play_home *home = play_home_new(attempt, options->at_us);
  struct viewer_home for_viewer = play_home_for_viewer(home);
  take_settings(known, play_home_settings(home), options);
  enum viewer_end end = viewer_run(options, &for_viewer, path ? span_from(path) : SPAN_EMPTY, &errors);
  play_home_free(home);
  return report(status_of(end), &errors);
}

static int run(int count, char **words) {
  struct option known[PLAY_COUNT] = {
      [PLAY_AT] = {.name = "--at", .kind = OPTION_TIME},
      [PLAY_STEP] = {.name = "--step", .kind = OPTION_NUMBER},
      [PLAY_SIZE] = {.name = "--size", .kind = OPTION_TEXT},
      [PLAY_THEME] = {.name = "--theme", .kind = OPTION_TEXT},
      [PLAY_TEXT_SIZE] = {.name = "--text-size", .kind = OPTION_NUMBER},
      [PLAY_SCREENSHOT] = {.name = "--screenshot", .kind = OPTION_TEXT},
      [PLAY_BY_LINE] = {.name = "--by-line"},
      [PLAY_REDUCED_MOTION] = {.name = "--reduced-motion"},
      [PLAY_TIMES] = {.name = "--times"},
      [PLAY_TELL] = {.name = "--tell"},
      [PLAY_ATTEMPT] = {.name = "--attempt", .kind = OPTION_TEXT},
      [PLAY_KEYS] = {.name = "--keys", .kind = OPTION_TEXT},
      [PLAY_CLICK] = {.name = "--click", .kind = OPTION_TEXT},
      [PLAY_POINT] = {.name = "--point", .kind = OPTION_TEXT},
  };
  struct options options = {.known = known, .known_count = PLAY_COUNT};
  struct viewer_options viewer;
  if (!options_parse("play", count, words, &options) || !read_options(known, &viewer)) return EXIT_INPUT;
  if (options.file_count > 1) {
    complain("more than one file", "one scenario or journal, or none for the catalogue");
    return EXIT_INPUT;
  }
  const char *path = options.file_count == 1 ? options.files[0] : NULL;
  if (!known[PLAY_SCREENSHOT].given) return show_window(path, known, &viewer);
  if (path) return take_picture(path, &viewer, known[PLAY_SCREENSHOT].text);
  complain("a picture of what?", "a scenario or a journal: waystation play FILE --screenshot OUT.png");
  return EXIT_INPUT;
}

#else

bool command_play_is_possible(void) {
  return false;
}

static int run(int count, char **words) {
  (void)count;
  (void)words;
  fprintf(stderr, "waystation play: this build has no window\n"
                  "  try: waystation run FILE, which tells the same steps as text,\n"
                  "       waystation export FILE html -o OUT.html, which shows them in a browser,\n"
                  "       or build with SDL: cmake --preset release\n");
  return EXIT_LIMIT;
}

#endif

#ifdef WAYSTATION_VIEWER
#define NO_WINDOW ""
#else
#define NO_WINDOW ", which this build has not: it was made without SDL"
#endif

const struct command command_play = {
    .name = "play",
    .arguments = "[FILE]",
    .summary = "Watch a scenario or a saved journal in a window" NO_WINDOW,
    .help =
        "  --at TIME             begin at that time of the story: 90s, 10m, 00:02.7; if it is over by then,\n"
        "                        at its end, and says so\n"
        "  --step N              begin at that step, counted from 0\n"
        "  --by-line             step by line, not by phase\n"
        "  --size 1600x900       of the window, or of the picture, in pixels\n"
        "  --theme NAME          light, dark or high-contrast\n"
        "  --text-size PERCENT   100, 125 or 150\n"
        "  --reduced-motion      every step at once as it ends\n"
        "  --screenshot OUT.png  write one picture and end; needs no display; replaces an older PNG\n"
        "  --keys TEXT           type that before the picture: s for the ladder, e for the eavesdropper\n"
        "  --click LABEL         click on that: a machine's name, a line; several with | between them\n"
        "  --point LABEL         point at that, last\n"
        "  --attempt OUT.json    keep the answers of predict mode there, for waystation grade; replaces an\n"
        "                        older attempt\n"
        "  --tell                say each picture in words, a JSON object a line\n"
        "  --times               say at the end how long the pictures took\n\n"
        "Without FILE: the catalogue. The key ? shows all keys. What is not said here is as it was\n"
        "last time: theme, text size, motion, steps, the window's size.\n\n"
        "example: waystation play scenarios/jack-to-janelle.json --step 48 --screenshot jack.png\n",
    .run = run,
};
