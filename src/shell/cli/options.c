#include "shell/cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"

bool options_have_display(void) {
  const char *display = getenv("DISPLAY");
  const char *wayland = getenv("WAYLAND_DISPLAY");
#ifdef __APPLE__
  return true;
#endif
  return (display && *display) || (wayland && *wayland);
}

/* A decimal number with at most six digits after the point, in millionths. */
static bool parse_millionths(struct span text, int64_t *value_out) {
  size_t point = span_find(text, '.');
  uint64_t whole, part = 0;
  struct span digits = span_first(text, point == SPAN_NONE ? text.len : point);
  if (!span_to_u64(digits, 1000000000, &whole)) return false;
  if (point != SPAN_NONE) {
    struct span fraction = span_skip(text, point + 1);
    if (fraction.len > 6 || !span_to_u64(fraction, 999999, &part)) return false;
    for (size_t i = fraction.len; i < 6; i++) part *= 10;
  }
  *value_out = (int64_t)(whole * 1000000 + part);
  return true;
}

static bool parse_clock(struct span text, int64_t *time_us_out) {
  int64_t total_us = 0;
  struct span piece;
  while (span_next(&text, ':', &piece)) {
    int64_t value;
    if (!parse_millionths(piece, &value)) return false;
    total_us = total_us * 60 + value;
  }
  *time_us_out = total_us;
  return true;
}

bool options_time_us(struct span text, int64_t *time_us_out) {
  if (span_find(text, ':') != SPAN_NONE) return parse_clock(text, time_us_out);
  return parse_millionths(text, time_us_out) || !duration_parse(text, time_us_out);
}

static struct option *find_option(struct options *options, struct span name) {
  for (size_t i = 0; i < options->known_count; i++)
    if (span_equal(name, span_from(options->known[i].name))) return &options->known[i];
  return NULL;
}

static bool complain_unknown(const char *command, struct options *options, struct span name) {
  struct span names[64];
  size_t count = options->known_count < 64 ? options->known_count : 64;
  for (size_t i = 0; i < count; i++) names[i] = span_from(options->known[i].name);
  struct span nearest = error_nearest(name, names, count);
  fprintf(stderr, "waystation %s: unknown option %.*s\n", command, SPAN_ARG(name));
  if (nearest.len)
    fprintf(stderr, "  try: %.*s\n", SPAN_ARG(nearest));
  else
    fprintf(stderr, "  try: waystation %s --help\n", command);
  return false;
}

static bool set_value(const char *command, struct option *option, const char *text) {
  uint64_t number;
  option->given = true;
  option->text = text;
  if (option->kind == OPTION_NUMBER) {
    if (!span_to_u64(span_from(text), 1000000000, &number)) {
      fprintf(stderr, "waystation %s: %s wants a number, not \"%s\"\n", command, option->name, text);
      return false;
    }
    option->value = (int64_t)number;
  }
  if (option->kind == OPTION_TIME &&
      (!options_time_us(span_from(text), &option->value) || option->value < 0)) {
    fprintf(stderr, "waystation %s: %s wants a time, not \"%s\"\n  try: 90s, 10m, 1.5h, 2d or 01:30\n",
            command, option->name, text);
    return false;
  }
  return true;
}

/* One option with its value; *index moves past a value that stands apart. */
static bool take_option(const char *command, struct options *options, int count, char **words, int *index) {
  struct span word = span_from(words[*index]);
  size_t equals = span_find(word, '=');
  struct option *option = find_option(options, span_first(word, equals == SPAN_NONE ? word.len : equals));
  if (!option)
    return complain_unknown(command, options, span_first(word, equals == SPAN_NONE ? word.len : equals));
  if (option->kind == OPTION_FLAG) {
    option->given = true;
    if (equals != SPAN_NONE)
      fprintf(stderr, "waystation %s: %s takes no value\n  try: %s\n", command, option->name, option->name);
    return equals == SPAN_NONE;
  }
  if (equals != SPAN_NONE) return set_value(command, option, words[*index] + equals + 1);
  if (*index + 1 == count) {
    fprintf(stderr, "waystation %s: %s wants a value\n", command, option->name);
    return false;
  }
  return set_value(command, option, words[++*index]);
}

bool options_parse(const char *command, int count, char **words, struct options *options) {
  bool only_files = false;
  for (int i = 0; i < count; i++) {
    if (!only_files && strcmp(words[i], "--") == 0) {
      only_files = true;
    } else if (!only_files && words[i][0] == '-' && words[i][1]) {
      if (!take_option(command, options, count, words, &i)) return false;
    } else if (options->file_count == OPTIONS_FILES_MAX) {
      fprintf(stderr, "waystation %s: more than %d files\n", command, OPTIONS_FILES_MAX);
      return false;
    } else {
      options->files[options->file_count++] = words[i];
    }
  }
  return true;
}
