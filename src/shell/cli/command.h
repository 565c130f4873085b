/* command: what `waystation` can be told to do.
 *
 * Results go to standard output, plain; complaints and progress to standard error. Every command that
 * prints a result takes --json.
 */
#pragma once

#include "base/error.h"

enum exit_status {
  EXIT_WELL = 0,
  EXIT_UNMET = 1, /* an expectation failed */
  EXIT_INPUT = 2, /* the input is wrong: a file, an option */
  EXIT_LIMIT = 3, /* a limit was reached, or the machine refused */
};

struct command {
  const char *name;
  const char *arguments;               /* "FILE [--at TIME]" */
  const char *summary;                 /* one line */
  const char *help;                    /* the rest of --help: options, one a line, and an example */
  int (*run)(int count, char **words); /* what follows the command's name */
};

/* Whether this build has a window, and there is a display for it. */
bool command_play_is_possible(void);

extern const struct command command_check, command_export, command_grade, command_lint, command_list,
    command_live, command_paths, command_play, command_run, command_show, command_trace, command_whatif;
