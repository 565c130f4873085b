/* preamble_settings: how each machine is set up, for whoever reads the journal without the scenario's file.
 */
#include "base/check.h"
#include "world/world_internal.h"

/* One setting; an empty value is left out: what a machine does not have. */
static void note(struct world *world, const struct world_host *host, struct span name, struct span value) {
  if (!value.len) return;
  struct journal_record record = {.kind = JOURNAL_SETTING, .host = host->id};
  for (size_t i = 0; i < JOURNAL_TEXTS; i++) record.text[i] = SPAN_EMPTY;
  record.text[0] = name;
  record.text[1] = value;
  sim_note(world->sim, &record);
}

static void note_buf(struct world *world, const struct world_host *host, struct span name,
                     struct buf *value) {
  note(world, host, name, buf_span(value));
  buf_free(value);
}

void setting_write_list(struct span_list list, struct buf *out) {
  for (size_t i = 0; i < list.count; i++) {
    if (i) buf_add_char(out, '\n');
    buf_add(out, list.items[i]);
  }
}

static void note_list(struct world *world, const struct world_host *host, struct span name,
                      struct span_list list) {
  struct buf text = {0};
  setting_write_list(list, &text);
  note_buf(world, host, name, &text);
}

/* "1h30m", without the units that are 0. */
static void write_duration(int64_t us, struct buf *out) {
  static const struct {
    int64_t us;
    const char *unit;
  } units[] = {{86400000000, "d"}, {3600000000, "h"}, {60000000, "m"},
               {1000000, "s"},     {1000, "ms"},      {1, "us"}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (us < units[i].us) continue;
    buf_format(out, "%lld%s", (long long)(us / units[i].us), units[i].unit);
    us %= units[i].us;
  }
}

static void note_waits(struct world *world, const struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  struct buf text = {0}, life = {0};
  for (size_t i = 0; i < spec->retry_count; i++) {
    if (i) buf_add_char(&text, ' ');
    write_duration(spec->retry_after_us[i], &text);
  }
  note_buf(world, host, SPAN("retry_after"), &text);
  write_duration(spec->queue_life_us, &life);
  note_buf(world, host, SPAN("queue_life"), &life);
}

/* As lines of the file would have it; those of a file are shown as that file. */
static void note_aliases(struct world *world, const struct world_host *host) {
  struct buf text = {0};
  if (host->spec->aliases_text.len) return;
  for (size_t i = 0; i < host->spec->alias_count; i++) {
    const struct scenario_alias *alias = &host->spec->aliases[i];
    buf_format(&text, "%s%.*s:", i ? "\n" : "", SPAN_ARG(alias->name));
    for (size_t k = 0; k < alias->destination_count; k++)
      buf_format(&text, "%s %s%.*s", k ? "," : "", alias->destinations[k].kind == ALIAS_TO_ITSELF ? "\\" : "",
                 SPAN_ARG(alias->destinations[k].text));
  }
  note_buf(world, host, SPAN("aliases"), &text);
}

/* "rcpt *@x from y: 450 4.7.1 text, greylist, the first 2 times" */
void setting_write_policies(const struct scenario_policies *policies, struct buf *out) {
  for (size_t i = 0; i < policies->count; i++) {
    const struct scenario_policy *policy = &policies->items[i];
    buf_format(out, "%s%.*s", i ? "\n" : "", SPAN_ARG(policy->on));
    if (policy->match.len) buf_format(out, " %.*s", SPAN_ARG(policy->match));
    if (policy->from.len) buf_format(out, " from %.*s", SPAN_ARG(policy->from));
    buf_format(out, ": %u ", policy->code);
    if (policy->enhanced.len) buf_format(out, "%.*s ", SPAN_ARG(policy->enhanced));
    buf_add(out, policy->text);
    if (policy->because.len) buf_format(out, ", %.*s", SPAN_ARG(policy->because));
    if (policy->times) buf_format(out, ", the first %u times", policy->times);
  }
}

static void note_policies(struct world *world, const struct world_host *host) {
  struct buf text = {0};
  setting_write_policies(&host->spec->policies, &text);
  note_buf(world, host, SPAN("policies"), &text);
}

static void note_transfer(struct world *world, const struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  note_list(world, host, SPAN("mail_for"), spec->mail_for);
  note_list(world, host, SPAN("relays_for"), spec->relays_for);
  note_list(world, host, SPAN("relays_from"), spec->relays_from);
  if (spec->open_relay) note(world, host, SPAN("open_relay"), SPAN("true"));
  note(world, host, SPAN("smarthost"), spec->smarthost);
  note(world, host, SPAN("delivers_to"), spec->delivers_to);
  note_aliases(world, host);
  note_policies(world, host);
  note_waits(world, host);
}

static void note_host_settings(struct world *world, const struct world_host *host) {
  const struct scenario_host *spec = host->spec;
  if (!span_equal(spec->helo_name, spec->name)) note(world, host, SPAN("helo_name"), spec->helo_name);
  if (spec->roles & (ROLE_MSA | ROLE_MTA)) note_transfer(world, host);
  if (spec->roles & ROLE_MSA && spec->require_auth) note(world, host, SPAN("require_auth"), SPAN("true"));
  if (spec->roles & ROLE_MDA)
    note(world, host, SPAN("store"), spec->maildir ? SPAN("maildir") : SPAN("mbox"));
  if (spec->roles & ROLE_MUA) note(world, host, SPAN("submits_to"), spec->submits_to);
  if (spec->roles & ROLE_MRA) {
    note(world, host, SPAN("reads_from"), spec->reads_from);
    if (spec->leave_on_server) note(world, host, SPAN("leave_on_server"), SPAN("true"));
  }
}

struct noting {
  struct world *world;
  const struct world_host *host;
};

static void note_file(void *context, struct span path, struct span text) {
  struct noting *noting = context;
  note(noting->world, noting->host, path, text);
}

static void note_zone(struct world *world) {
  const struct scenario *scenario = world->scenario;
  struct buf text = {0};
  for (size_t i = 0; i < scenario->dns_count; i++) {
    const struct scenario_dns_record *spec = &scenario->dns[i];
    struct dns_record record;
    enum dns_problem problem =
        dns_record_make(spec->name, spec->type, spec->ttl_s, spec->data, DNS_ROOT, &world->arena, &record);
    CHECK(problem == DNS_OK); /* the loader has read it once */
    if (text.len) buf_add_char(&text, '\n');
    dns_record_write(&record, &text);
  }
  note_buf(world, world->name_server_host, SPAN("zone"), &text);
}

void preamble_write_settings(struct world *world) {
  for (size_t i = 0; i < world->host_count; i++)
    if (world->hosts[i].spec) {
      note_host_settings(world, &world->hosts[i]);
      world_first_files(world, &world->hosts[i], note_file, &(struct noting){world, &world->hosts[i]});
    }
  note_zone(world);
}
