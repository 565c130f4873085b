/* live: the simulated servers on real ports, for real mail programs. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "readers/audit.h"
#include "shell/cli/command.h"
#include "shell/cli/options.h"
#include "shell/cli/output.h"
#include "shell/live/live.h"
#include "world/outside.h"

enum {
  LIVE_BASE_PORT,
  LIVE_READY_FILE,
  LIVE_JOURNAL,
  LIVE_SPEED,
  LIVE_PAUSED,
  LIVE_UNTIL,
  LIVE_CERT,
  LIVE_KEY,
  LIVE_TRUST,
  LIVE_GATEWAY,
  LIVE_CONNECTIONS,
  LIVE_RATE,
  LIVE_IDLE,
  LIVE_CLIENTS_OPTION,
  LIVE_WINDOW,
  LIVE_ANYWHERE,
  LIVE_COUNT
};

static const int64_t MILLION = 1000000, SPEED_MAX = 1000;

static bool complain(const char *what, const char *expected) {
  fprintf(stderr, "waystation live: %s\n  expected: %s\n", what, expected);
  return false;
}

static bool read_speed(const struct option *option, struct live_config *config) {
  int64_t speed = MILLION;
  if (option->given && (!options_time_us(span_from(option->text), &speed) || speed < MILLION / 1000 ||
                        speed > SPEED_MAX * MILLION))
    return complain("this is no speed", "simulated seconds in a real one, 0.001 to 1000: --speed 10");
  config->speed_millionths = speed;
  return true;
}

static uint32_t number_or(const struct option *option, uint32_t usual) {
  return option->given ? (uint32_t)option->value : usual;
}

static bool write_ports(const char *path, struct span bytes, struct error_list *errors) {
  return output_write(path, bytes, (struct output_rule){.over = OUTPUT_OVER_PORTS}, errors);
}

static bool read_options(const struct option *known, struct live_config *config) {
  *config = (struct live_config){
      .until_us = known[LIVE_UNTIL].given ? known[LIVE_UNTIL].value : -1,
      .paused = known[LIVE_PAUSED].given,
      .console = known[LIVE_PAUSED].given || (isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp()),
      .anywhere = known[LIVE_ANYWHERE].given,
      .connections_max = number_or(&known[LIVE_CONNECTIONS], LIVE_CONNECTIONS_MAX),
      .rate_max = number_or(&known[LIVE_RATE], LIVE_RATE_MAX),
      .idle_s = number_or(&known[LIVE_IDLE], LIVE_IDLE_S),
      .clients = number_or(&known[LIVE_CLIENTS_OPTION], LIVE_CLIENTS),
      .ready_file = known[LIVE_READY_FILE].given ? known[LIVE_READY_FILE].text : NULL,
      .journal_file = known[LIVE_JOURNAL].given ? known[LIVE_JOURNAL].text : NULL,
      .cert_file = known[LIVE_CERT].given ? known[LIVE_CERT].text : NULL,
      .key_file = known[LIVE_KEY].given ? known[LIVE_KEY].text : NULL,
      .trust_file = known[LIVE_TRUST].given ? known[LIVE_TRUST].text : NULL,
      .write_file = write_ports,
  };
  if (known[LIVE_BASE_PORT].given) {
    if (known[LIVE_BASE_PORT].value < 1 || known[LIVE_BASE_PORT].value > UINT16_MAX)
      return complain("this is no port", "--base-port 1 to 65535; 1024 or more needs no privilege");
    config->base_port = (uint16_t)known[LIVE_BASE_PORT].value;
  }
  if (!config->cert_file != !config->key_file)
    return complain("a certificate without its key, or a key without its certificate",
                    "--cert and --key together");
  if (config->trust_file && !known[LIVE_GATEWAY].given)
    return complain("--trust is about real servers, and there is none",
                    "--gateway HOST:PORT=ADDRESS:PORT as well");
  if (config->connections_max < 1 || config->connections_max > LIVE_CONNECTIONS_MAX)
    return complain("so many connections cannot be", "--connections 1 to 4096");
  if (config->rate_max < 4 || config->rate_max > 1000000)
    return complain("this is no rate", "connections in a second: --rate 4 to 1000000");
  if (config->clients < 1 || config->clients > OUTSIDE_CLIENTS_MAX)
    return complain("so many clients cannot be hosts of their own", "--clients 1 to 200");
  if (known[LIVE_WINDOW].given && !config->journal_file)
    return complain("a window without a journal", "--journal OUT.jsonl, which the window reads as it grows");
  return read_speed(&known[LIVE_SPEED], config);
}

/* ---- what it still held ---- */

static void say_what_is_held(const struct journal *journal, const struct live_report *report) {
  struct arena arena = ARENA_EMPTY;
  struct audit audit = audit_make(journal, 0, &arena);
  size_t queued = 0, delivered = 0;
  for (size_t i = 0; i < audit.debt_count; i++) {
    queued += audit.debts[i].state == AUDIT_QUEUED;
    delivered += audit.debts[i].state == AUDIT_DELIVERED;
  }
  fprintf(stderr,
          "waystation live: %s; %llu connections, %u still open; %zu delivered; held in queues: %zu\n",
          report->why ? report->why : "stopped", (unsigned long long)report->connections, report->open,
          delivered, queued);
  for (size_t i = 0; i < audit.debt_count; i++)
    if (audit.debts[i].state == AUDIT_QUEUED)
      fprintf(stderr, "  held: letter %u for %.*s, queue id %.*s\n", audit.debts[i].message,
              SPAN_ARG(audit.debts[i].recipient), SPAN_ARG(audit.debts[i].queue_id));
  if (report->cut_short || report->evicted)
    fprintf(stderr, "  hung up on: %llu at a limit, %llu to make room\n",
            (unsigned long long)report->cut_short, (unsigned long long)report->evicted);
  for (size_t i = 0; i < audit.fault_count; i++)
    fprintf(stderr, "  lost: %.*s\n", SPAN_ARG(audit.faults[i].text));
  arena_free(&arena);
}

/* ---- the window: a process of its own, which reads the journal as it grows ---- */

enum { WINDOW_WAIT_MS = 20000, WINDOW_LOOK_MS = 50 };

static bool has_begun(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && status.st_size > 0;
}

static int show_window(char *path) {
  const struct timespec look = {.tv_nsec = WINDOW_LOOK_MS * 1000000};
  for (int waited = 0; !has_begun(path) && waited < WINDOW_WAIT_MS; waited += WINDOW_LOOK_MS)
    nanosleep(&look, NULL);
  return command_play.run(1, &path);
}

/* In the new process, never comes back. 0: no process could be had. */
static pid_t open_window(const char *journal_path) {
  struct arena arena = ARENA_EMPTY;
  fflush(NULL);
  (void)!truncate(journal_path, 0); /* the one of the last run is not to be shown */
  pid_t child = fork();
  if (child == 0) exit(show_window(arena_text(&arena, span_from(journal_path))));
  return child < 0 ? 0 : child;
}

static void end_window(pid_t child) {
  kill(child, SIGTERM);
  waitpid(child, NULL, 0);
}

static int serve(const struct scenario *scenario, const struct option *known, struct live_config *config,
                 struct error_list *errors) {
  struct live_gateway_config gateways[LIVE_GATEWAYS_MAX];
  struct live_report report;
  if (known[LIVE_GATEWAY].given && !live_gateway_parse(span_from(known[LIVE_GATEWAY].text), config->anywhere,
                                                       scenario, gateways, &config->gateway_count, errors))
    return EXIT_INPUT;
  config->gateways = gateways;
  if (scenario->until_us > 0 && (config->until_us < 0 || scenario->until_us < config->until_us))
    config->until_us = scenario->until_us;
  struct journal *journal = journal_new(JOURNAL_FULL);
  pid_t window = known[LIVE_WINDOW].given ? open_window(config->journal_file) : 0;
  config->window_process = window;
  bool well = live_run(scenario, journal, config, &report, errors);
  if (report.served) say_what_is_held(journal, &report);
  journal_free(journal);
  if (window) end_window(window);
  if (report.is_input_wrong) return EXIT_INPUT;
  return well && !report.limit_reached ? EXIT_WELL : EXIT_LIMIT;
}

static void note(struct film *film, const char *path) {
  if (path) film_note(film, span_from(path));
}

/* All that is read is known now, and nothing is written yet. */
static bool may_write(struct film *film, const struct live_config *config, const struct option *known,
                      struct error_list *errors) {
  struct stat status;
  const char *journal = config->journal_file, *ready = config->ready_file;
  note(film, config->cert_file);
  note(film, config->key_file);
  note(film, config->trust_file);
  if (journal && !output_may(journal, (struct output_rule){OUTPUT_OVER_JOURNAL, film}, errors)) return false;
  if (ready && !output_may(ready, (struct output_rule){OUTPUT_OVER_PORTS, film}, errors)) return false;
  bool is_file =
      !journal || (strcmp(journal, "-") != 0 && (stat(journal, &status) != 0 || S_ISREG(status.st_mode)));
  if (journal && ready && strcmp(journal, ready) == 0)
    return complain("one file for the journal and the table", "two names");
  return is_file || !known[LIVE_WINDOW].given ||
         complain("the window cannot read that journal again", "a file: --journal OUT.jsonl");
}

static int run(int count, char **words) {
  struct option known[LIVE_COUNT] = {
      [LIVE_BASE_PORT] = {.name = "--base-port", .kind = OPTION_NUMBER},
      [LIVE_READY_FILE] = {.name = "--ready-file", .kind = OPTION_TEXT},
      [LIVE_JOURNAL] = {.name = "--journal", .kind = OPTION_TEXT},
      [LIVE_SPEED] = {.name = "--speed", .kind = OPTION_TEXT},
      [LIVE_PAUSED] = {.name = "--paused"},
      [LIVE_UNTIL] = {.name = "--until", .kind = OPTION_TIME},
      [LIVE_CERT] = {.name = "--cert", .kind = OPTION_TEXT},
      [LIVE_KEY] = {.name = "--key", .kind = OPTION_TEXT},
      [LIVE_TRUST] = {.name = "--trust", .kind = OPTION_TEXT},
      [LIVE_GATEWAY] = {.name = "--gateway", .kind = OPTION_TEXT},
      [LIVE_CONNECTIONS] = {.name = "--connections", .kind = OPTION_NUMBER},
      [LIVE_RATE] = {.name = "--rate", .kind = OPTION_NUMBER},
      [LIVE_IDLE] = {.name = "--idle", .kind = OPTION_NUMBER},
      [LIVE_CLIENTS_OPTION] = {.name = "--clients", .kind = OPTION_NUMBER},
      [LIVE_WINDOW] = {.name = "--window"},
      [LIVE_ANYWHERE] = {.name = "--listen-anywhere"},
  };
  struct options options = {.known = known, .known_count = LIVE_COUNT};
  struct live_config config;
  if (!options_parse("live", count, words, &options) || !read_options(known, &config)) return EXIT_INPUT;
  if (options.file_count != 1) {
    complain("which scenario?", "one scenario: waystation live scenarios/jack-to-janelle.json");
    return EXIT_INPUT;
  }
  if (known[LIVE_WINDOW].given && !command_play_is_possible()) {
    complain("there is no display for a window", "DISPLAY or WAYLAND_DISPLAY that name one");
    return EXIT_LIMIT;
  }
  struct error_list errors = {0};
  struct film film = {0};
  int status = EXIT_INPUT;
  if (film_read(&film, options.files[0], &errors) && may_write(&film, &config, known, &errors))
    status = serve(film.scenario, known, &config, &errors);
  files_print_errors(&errors);
  error_list_free(&errors);
  film_free(&film);
  return status;
}

const struct command command_live = {
    .name = "live",
    .arguments = "FILE",
    .summary = "Serve real mail programs from a scenario's servers, on loopback ports",
    .help =
        "  --base-port N         ports from N on; without it, whatever is free\n"
        "  --ready-file OUT      the table of hosts, services and ports as JSON, once all are listening;\n"
        "                        replaces an older table\n"
        "  --journal OUT.jsonl   everything that happens, written as it happens; replaces an older journal\n"
        "  --speed N             simulated seconds in a real one: 1, 0.1, 60\n"
        "  --paused              begin with simulated time held: replies are held, too; words on standard\n"
        "                        input let them out: an empty line (one reply), go, pause, quit\n"
        "  --until TIME          end at that simulated time\n"
        "  --cert FILE, --key FILE   for TLS, in PEM; without them, made on the spot\n"
        "  --gateway HOST:PORT=ADDRESS:PORT,…   a host of the scenario is a real server\n"
        "  --trust FILE          who may sign the certificates of such servers, in PEM; without it, as the\n"
        "                        system has it\n"
        "  --connections N       at once (4096)\n"
        "  --rate N              new connections in a second from one address (2000); from all four times "
        "that\n"
        "  --clients N           real addresses that are hosts of their own in the story (16)\n"
        "  --idle SECONDS        of silence before a client is hung up on (600)\n"
        "  --window              watch it meanwhile; wants --journal, which the window reads as it grows\n"
        "  --listen-anywhere     on all interfaces, not only 127.0.0.1: then everybody on the network can "
        "come in\n\n"
        "Ends at SIGINT or SIGTERM, and says what it still held.\n\n"
        "example: waystation live scenarios/jack-to-janelle.json --base-port 2500\n",
    .run = run,
};
