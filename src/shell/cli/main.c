/* main: one program, many commands. With none, the catalogue of scenarios. */
#include <stdio.h>
#include <string.h>

#include "shell/cli/command.h"
#include "shell/cli/output.h"

static const struct command *const commands[] = {
    &command_play,   &command_run,  &command_show, &command_export, &command_check, &command_grade,
    &command_whatif, &command_lint, &command_list, &command_paths,  &command_live,  &command_trace,
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

/* Columns that a text takes: "FILE…" is five columns wide on a terminal, not seven. */
static int width_of(const char *text) {
  int width = 0;
  for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
  return width;
}

static void print_usage(FILE *out) {
  fprintf(out, "Waystation %s: a mail internet in a box.\n\nusage: waystation [COMMAND] …\n\n",
          WAYSTATION_VERSION);
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    fprintf(out, "  %-7s %s%*s %s\n", commands[i]->name, commands[i]->arguments,
            12 - width_of(commands[i]->arguments), "", commands[i]->summary);
  fprintf(out, "\nWithout a command: the catalogue of scenarios, in a window if there is a display.\n"
               "waystation COMMAND --help tells more. Exit status: 0 all well, 1 an expectation failed,\n"
               "2 the input is wrong, 3 a limit was reached, or the machine refused.\n");
}

static void print_help(const struct command *command) {
  printf("usage: waystation %s %s [OPTION…]\n\n%s.\n\n%s", command->name, command->arguments,
         command->summary, command->help);
}

static const struct command *find(const char *name) {
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i]->name, name) == 0) return commands[i];
  return NULL;
}

static int unknown_command(const char *name) {
  struct span names[COMMAND_COUNT];
  for (size_t i = 0; i < COMMAND_COUNT; i++) names[i] = span_from(commands[i]->name);
  struct span nearest = error_nearest(span_from(name), names, COMMAND_COUNT);
  fprintf(stderr, "waystation: there is no command \"%s\"\n", name);
  if (nearest.len)
    fprintf(stderr, "  try: waystation %.*s\n", SPAN_ARG(nearest));
  else
    fprintf(stderr, "  try: waystation --help\n");
  return EXIT_INPUT;
}

static int run(int argc, char **argv) {
  if (argc < 2) return command_play_is_possible() ? command_play.run(0, NULL) : command_list.run(0, NULL);
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
    print_usage(stdout);
    return EXIT_WELL;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("waystation %s\n", WAYSTATION_VERSION);
    return EXIT_WELL;
  }
  const struct command *command = find(argv[1]);
  if (!command) return unknown_command(argv[1]);
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) break;
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      print_help(command);
      return EXIT_WELL;
    }
  }
  return command->run(argc - 2, argv + 2);
}

int main(int argc, char **argv) {
  output_begin();
  int status = run(argc, argv);
  return output_end() ? status : EXIT_LIMIT;
}
