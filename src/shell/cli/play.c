/* play: a scenario or a saved journal, in the viewer. */
#include <stdio.h>

#include "shell/cli/command.h"
#include "shell/cli/options.h"

#ifdef WAYSTATION_VIEWER

#include "shell/cli/catalogue.h"
#include "shell/cli/files.h"
#include "shell/sdl/viewer.h"

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
  options->by_line = known[PLAY_BY_LINE].given;
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

static int report(bool good, struct error_list *errors) {
  files_print_errors(errors);
  error_list_free(errors);
  return good ? EXIT_WELL : EXIT_LIMIT;
}

static int play_file(const char *path, const struct viewer_options *options, const char *screenshot) {
  struct error_list errors = {0};
  struct film film;
  if (!film_load(path, JOURNAL_FULL, -1, &film)) return EXIT_INPUT;
  bool good = screenshot ? viewer_screenshot(options, film.journal, span_from(screenshot), &errors)
                         : viewer_run(options, film.journal, NULL, &errors);
  film_free(&film);
  return report(good, &errors);
}

/* ---- the catalogue: one film at a time ---- */

struct shelf {
  const struct catalogue_entry *entries;
  struct film film;
  bool is_open;
};

static const struct journal *open_item(void *context, size_t item, struct buf *words_out) {
  struct shelf *shelf = context;
  if (shelf->is_open) film_free(&shelf->film);
  shelf->is_open = film_load(shelf->entries[item].path.data, JOURNAL_FULL, -1, &shelf->film);
  if (shelf->is_open) return shelf->film.journal;
  buf_format(words_out, "%.*s cannot be read; the terminal says why.", SPAN_ARG(shelf->entries[item].path));
  return NULL;
}

static int play_catalogue(const struct viewer_options *options) {
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct catalogue_entry *entries;
  size_t count = catalogue_read(files_data_dir("scenarios", &arena), &arena, &entries);
  struct catalogue_item *items = arena_zalloc(&arena, (count + 1) * sizeof *items);
  for (size_t i = 0; i < count; i++)
    items[i] =
        (struct catalogue_item){entries[i].title, entries[i].subtitle, entries[i].topic, entries[i].teaches};
  struct shelf shelf = {.entries = entries};
  const struct viewer_source source = {items, count, open_item, &shelf};
  bool good = viewer_run(options, NULL, &source, &errors);
  if (shelf.is_open) film_free(&shelf.film);
  arena_free(&arena);
  return report(good, &errors);
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
  if (options.file_count == 1)
    return play_file(options.files[0], &viewer,
                     known[PLAY_SCREENSHOT].given ? known[PLAY_SCREENSHOT].text : NULL);
  if (!known[PLAY_SCREENSHOT].given) return play_catalogue(&viewer);
  complain("a picture of what?", "a scenario or a journal: waystation play FILE --screenshot OUT.png");
  return EXIT_INPUT;
}

#else

static int run(int count, char **words) {
  (void)count;
  (void)words;
  fprintf(stderr, "waystation play: this build has no window\n"
                  "  try: waystation run FILE, which tells the same steps as text\n");
  return EXIT_LIMIT;
}

#endif

const struct command command_play = {
    .name = "play",
    .arguments = "[FILE]",
    .summary = "Watch a scenario or a saved journal in a window",
    .help = "  --at TIME             begin at that time of the story: 90s, 10m, 00:02.7\n"
            "  --step N              begin at that step\n"
            "  --by-line             step by line, not by phase\n"
            "  --size 1600x900       of the window, or of the picture, in pixels\n"
            "  --theme NAME          light, dark or high-contrast\n"
            "  --text-size PERCENT   100, 125 or 150\n"
            "  --reduced-motion      every step at once as it ends\n"
            "  --screenshot OUT.png  write one picture and end; needs no display\n"
            "  --keys TEXT           type that before the picture: s for the ladder, e for the eavesdropper\n"
            "  --click LABEL         click on that: a machine's name, a line; several with | between them\n"
            "  --point LABEL         point at that, last\n\n"
            "Without FILE: the catalogue. The key ? shows all keys.\n\n"
            "example: waystation play scenarios/jack-to-janelle.json --step 48 --screenshot jack.png\n",
    .run = run,
};
