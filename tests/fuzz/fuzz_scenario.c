/* Fuzzer: any bytes as a scenario file. What is refused has a place and a hint; what is accepted can be
 * walked from end to end. The input may hold several files, one after a byte 0xFF each: the scenario and what
 * it extends. */
#include "base/check.h"
#include "world/scenario_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 4 };

struct files {
  struct span contents[FILES_MAX];
  size_t count;
};

static const struct span software =
    SPAN_INIT("{ \"product\": \"Fuzz\", \"received\": \"Received: by {host}; {date}\", "
              "\"server\": { \"esmtp\": true, \"offers\": [\"size\", \"auth\"] } }");

/* No part of the path leads upwards, nor to the root. "..name" is a name. */
static bool stays_below(struct span path) {
  struct span part;
  if (path.len && path.data[0] == '/') return false;
  while (span_next(&path, '/', &part))
    if (span_equal(part, SPAN(".."))) return false;
  return true;
}

/* "fuzz.json" is the first file, "1.json" the second …; software has one file for all names. */
static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  const struct files *files = context;
  (void)size_max, (void)arena;
  size_t number = 0;
  if (span_starts_with(path, SPAN("software/"))) {
    *bytes_out = software;
    return true;
  }
  CHECK(stays_below(path));
  if (!span_equal(path, SPAN("fuzz.json"))) number = path.len ? (size_t)(unsigned char)path.data[0] - '0' : 0;
  if (number >= files->count) {
    error_list_add_message(errors, path, "no such file");
    return false;
  }
  *bytes_out = files->contents[number];
  return true;
}

static void check_errors(const struct error_list *errors) {
  CHECK(errors->count > 0 && errors->count <= ERROR_LIST_MAX && errors->total >= errors->count);
  for (size_t i = 0; i < errors->count; i++) {
    const struct error *error = &errors->items[i];
    CHECK(error->message.len > 0);
    CHECK(error->line == 0 || (error->column > 0 && error->hint.len > 0));
    CHECK(span_is_utf8(error->message, NULL) && span_is_utf8(error->pointer, NULL));
  }
}

static void check_list(struct span_list list, size_t *octets) {
  for (size_t i = 0; i < list.count; i++) *octets += list.items[i].len;
}

static void check_scenario(const struct scenario *scenario) {
  size_t octets = scenario->title.len;
  CHECK(scenario->host_count > 0 && scenario->host_count <= SCENARIO_HOSTS_MAX);
  for (size_t i = 0; i < scenario->host_count; i++) {
    const struct scenario_host *host = &scenario->hosts[i];
    CHECK(host->name.len && host->address.len && host->software && host->retry_count > 0 &&
          host->hop_limit > 0);
    CHECK(host->roles != 0);
    check_list(host->mail_for, &octets);
    check_list(host->relays_from, &octets);
  }
  for (size_t i = 0; i < scenario->person_count; i++)
    CHECK(scenario->people[i].address.len && scenario->people[i].mailbox.len);
  for (size_t i = 0; i < scenario->action_count; i++) {
    CHECK(scenario->actions[i].who.len && scenario->actions[i].at_us >= 0);
    check_list(scenario->actions[i].to, &octets);
  }
  for (size_t i = 0; i < scenario->expectation_count; i++) CHECK(scenario->expectations[i].line > 0);
  for (size_t i = 0; i < scenario->dns_count; i++) CHECK(scenario->dns[i].type.len);
  for (size_t i = 0; i < scenario->host_change_count; i++) {
    const struct scenario_host_change *change = &scenario->host_changes[i];
    CHECK(change->host.len && (change->sets_open_relay || change->sets_relays_from || change->sets_policies));
    check_list(change->relays_from, &octets);
  }
  CHECK(octets < SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct files files = {.count = 0};
  struct span rest = span_of((const char *)data, size), piece;
  while (files.count < FILES_MAX - 1 && span_next(&rest, (char)0xff, &piece))
    files.contents[files.count++] = piece;
  if (rest.data) files.contents[files.count++] = rest;
  struct scenario_reader reader = {
      .read_file = read_file, .context = &files, .software_dir = SPAN("software")};
  struct error_list errors = {0};
  struct scenario *scenario = scenario_load(SPAN("fuzz.json"), &reader, &errors);
  CHECK((scenario == NULL) == (errors.total > 0));
  if (scenario)
    check_scenario(scenario);
  else
    check_errors(&errors);
  scenario_free(scenario);
  error_list_free(&errors);
  return 0;
}
