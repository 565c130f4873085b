/* preamble: the records at the head of a journal, from which a reader knows the scenario without its file. */
#include "world/world_internal.h"

static const struct {
  uint32_t role;
  enum agent_role agent;
  uint16_t port;
} roles[] = {
    {ROLE_MUA, AGENT_MUA, 0},
    {ROLE_MRA, AGENT_MRA, 0},
    {ROLE_MSA, AGENT_MSA, PORT_SUBMISSION},
    {ROLE_MTA, AGENT_MTA, PORT_SMTP},
    {ROLE_MDA, AGENT_MDA, PORT_LMTP},
    {ROLE_POP3, AGENT_POP3, PORT_POP3},
    {ROLE_IMAP, AGENT_IMAP, PORT_IMAP},
    {ROLE_DNS, AGENT_DNS, PORT_DOMAIN},
};

static struct journal_record record_of(enum journal_kind kind) {
  return (struct journal_record){.kind = (uint16_t)kind};
}

static struct span joined(struct world *world, struct span_list list, char separator) {
  struct buf text = {0};
  for (size_t i = 0; i < list.count; i++) {
    if (i) buf_add_char(&text, separator);
    buf_add(&text, list.items[i]);
  }
  struct span copy = arena_copy(&world->arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

static void note_scenario(struct world *world) {
  const struct scenario *scenario = world->scenario;
  struct journal_record record = record_of(JOURNAL_SCENARIO);
  record.number[0] = JOURNAL_FORMAT;
  record.number[1] = scenario->start_unix_us;
  record.number[2] = (int64_t)scenario->seed;
  record.text[0] = scenario->title;
  record.text[1] = scenario->subtitle;
  record.text[2] = joined(world, scenario->teaches, ' ');
  record.text[3] = scenario->summary;
  record.text[4] = SPAN("waystation");
  sim_note(world->sim, &record);
}

static struct span label_of(struct world *world, const struct world_host *host) {
  if (host->spec) return host->spec->label;
  if (!world_is_outside(world, host)) return SPAN("Name server");
  size_t index = (size_t)(host - world->outside_hosts);
  return index ? arena_format(&world->arena, "Outside %zu", index + 1) : SPAN("Outside");
}

static void note_host(struct world *world, const struct world_host *host) {
  const struct network_host *machine = network_host(world->network, host->id);
  const struct scenario_host *spec = host->spec;
  struct journal_record record = record_of(JOURNAL_HOST);
  record.host = host->id;
  record.number[0] = machine->clock_offset_us;
  record.number[1] = machine->zone_minutes;
  record.number[2] = spec && spec->has_position ? spec->x : -1;
  record.number[3] = spec && spec->has_position ? spec->y : -1;
  record.text[0] = machine->name;
  record.text[1] = machine->address;
  record.text[2] = label_of(world, host);
  record.text[3] = spec ? spec->region : SPAN_EMPTY;
  record.text[4] = spec ? spec->icon : world_is_outside(world, host) ? SPAN("laptop") : SPAN("hidden");
  record.text[5] = machine->zone_name;
  sim_note(world->sim, &record);
}

static void note_addresses(struct world *world, const struct world_host *host) {
  const struct network_host *machine = network_host(world->network, host->id);
  for (size_t i = 0; i < machine->further_count; i++) {
    struct journal_record record = record_of(JOURNAL_ADDRESS);
    record.host = host->id;
    record.text[0] = machine->further[i];
    sim_note(world->sim, &record);
  }
}

static void note_agent(struct world *world, struct world_host *host, enum agent_role role, uint16_t port,
                       uint16_t number) {
  host->agent_number[role] = number;
  struct journal_record record = record_of(JOURNAL_AGENT);
  record.host = host->id;
  record.agent = number;
  record.number[0] = port;
  record.text[0] = span_from(agent_role_name(role));
  bool real = host->is_gateway || world_is_outside(world, host);
  record.text[1] = real ? SPAN(PREAMBLE_OUTSIDE) : host->spec ? host->spec->software->name : SPAN("neutral");
  record.text[2] = label_of(world, host);
  sim_note(world->sim, &record);
}

static void note_agents(struct world *world) {
  uint16_t number = 0;
  for (size_t i = 0; i < world->host_count; i++) {
    struct world_host *host = &world->hosts[i];
    uint32_t runs = host->spec ? host->spec->roles : world_is_outside(world, host) ? ROLE_MUA : ROLE_DNS;
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
      if (runs & roles[r].role) note_agent(world, host, roles[r].agent, roles[r].port, ++number);
    if (runs & (ROLE_MSA | ROLE_MTA) && !host->is_gateway)
      note_agent(world, host, AGENT_RESOLVER, 0, ++number);
  }
}

static void note_links(struct world *world) {
  for (size_t i = 0; i < world->scenario->link_count; i++) {
    const struct scenario_link *link = &world->scenario->links[i];
    struct journal_record record = record_of(JOURNAL_LINK);
    record.number[0] = network_host_named(world->network, link->a);
    record.number[1] = network_host_named(world->network, link->b);
    record.number[2] = link->latency_us;
    record.number[3] = link->bytes_per_second;
    record.text[0] = link->label;
    sim_note(world->sim, &record);
  }
}

static void note_people(struct world *world) {
  for (size_t i = 0; i < world->scenario->person_count; i++) {
    const struct world_person *person = &world->people[i];
    struct journal_record record = record_of(JOURNAL_PERSON);
    record.host = person->host ? person->host->id : 0;
    record.text[0] = person->spec->name;
    record.text[1] = person->spec->address;
    record.text[2] = person->spec->display_name;
    sim_note(world->sim, &record);
  }
}

static void note_teaching(struct world *world) {
  for (size_t i = 0; i < world->scenario->narration_count; i++) {
    const struct scenario_narration *narration = &world->scenario->narration[i];
    struct journal_record record = record_of(JOURNAL_NARRATION);
    record.number[0] = narration->nth;
    record.text[0] = narration->when;
    record.text[1] = narration->say;
    record.text[2] = narration->rfc;
    sim_note(world->sim, &record);
  }
  for (size_t i = 0; i < world->scenario->expectation_count; i++) {
    struct journal_record record = record_of(JOURNAL_EXPECTATION);
    record.number[0] = world->scenario->expectations[i].line;
    record.text[0] = world->scenario->expectations[i].json;
    sim_note(world->sim, &record);
  }
}

static void note_questions(struct world *world) {
  for (size_t i = 0; i < world->scenario->question_count; i++) {
    const struct scenario_question *question = &world->scenario->questions[i];
    struct journal_record record = record_of(JOURNAL_QUESTION);
    record.number[0] = question->nth;
    record.number[1] = question->about_message;
    record.text[0] = question->when;
    record.text[1] = question->ask;
    record.text[2] = question->answer;
    record.text[3] = joined(world, question->others, '\n');
    record.text[4] = question->because;
    record.text[5] = question->rfc;
    sim_note(world->sim, &record);
  }
}

void preamble_write(struct world *world) {
  note_scenario(world);
  for (size_t i = 0; i < world->host_count; i++) {
    note_host(world, &world->hosts[i]);
    note_addresses(world, &world->hosts[i]);
  }
  note_agents(world);
  note_links(world);
  note_people(world);
  preamble_write_settings(world);
  note_teaching(world);
  note_questions(world);
}
