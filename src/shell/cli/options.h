/* options: a command's words, sorted into options and files. Unknown options are an error with the
 * nearest known one; values are checked by their kind. */
#pragma once

#include "base/error.h"

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_TIME };

struct option {
  const char *name; /* "--at" */
  enum option_kind kind;
  bool given;
  const char *text; /* OPTION_TEXT */
  int64_t value;    /* OPTION_NUMBER; OPTION_TIME in microseconds */
};

enum { OPTIONS_FILES_MAX = 1024 };

struct options {
  struct option *known;
  size_t known_count;
  const char *files[OPTIONS_FILES_MAX]; /* what is not an option, in order */
  size_t file_count;
};

/* False after a complaint to standard error: the caller ends with EXIT_INPUT. Both "--at 10m" and
 * "--at=10m" are understood; "--" ends the options. */
bool options_parse(const char *command, int count, char **words, struct options *options);
/* "90s", "1.5s", "10m", "2h", "3d", "250ms", "750us", "mm:ss", "hh:mm:ss", bare seconds. */
bool options_time_us(struct span text, int64_t *time_us_out);
bool options_have_display(void);
