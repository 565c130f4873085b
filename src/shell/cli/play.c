/* play: a scenario or a saved journal, in the viewer. */
#include <stdio.h>

#include "shell/cli/command.h"

static int run(int count, char **words) {
  (void)count;
  (void)words;
  fprintf(stderr, "waystation play: this build has no window\n"
                  "  try: waystation run FILE, which tells the same steps as text\n");
  return EXIT_LIMIT;
}

const struct command command_play = {
    .name = "play",
    .arguments = "[FILE]",
    .summary = "Watch a scenario or a saved journal in a window",
    .help = "example: waystation play scenarios/jack-to-janelle.json\n",
    .run = run,
};
