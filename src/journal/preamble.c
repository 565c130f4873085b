#include "journal/preamble.h"

#include "base/check.h"
#include "base/ip_address.h"
#include "base/mem.h"

/* ---- one record of each kind ---- */

static void read_scenario(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->start_unix_us = record->number[1];
  preamble->seed = record->number[2];
  preamble->title = record->text[0];
  preamble->subtitle = record->text[1];
  preamble->teaches = record->text[2];
  preamble->summary = record->text[3];
  preamble->software = record->text[4];
}

static void read_host(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->hosts[preamble->host_count++] = (struct journal_host){
      .record = record->seq,
      .name = record->text[0],
      .address = record->text[1],
      .label = record->text[2],
      .region = record->text[3],
      .icon = record->text[4],
      .zone = record->text[5],
      .clock_offset_us = record->number[0],
      .zone_minutes = record->number[1],
      .x = record->number[2],
      .y = record->number[3],
  };
}

static void read_agent(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->agents[preamble->agent_count++] = (struct journal_agent){
      .record = record->seq,
      .host = record->host,
      .port = record->number[0],
      .role = record->text[0],
      .software = record->text[1],
      .label = record->text[2],
  };
}

static void read_link(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->links[preamble->link_count++] = (struct journal_link){
      .record = record->seq,
      .host_a = record->number[0],
      .host_b = record->number[1],
      .latency_us = record->number[2],
      .bytes_per_second = record->number[3],
      .label = record->text[0],
  };
}

static void read_person(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->people[preamble->person_count++] = (struct journal_person){
      .record = record->seq,
      .host = record->host,
      .name = record->text[0],
      .address = record->text[1],
      .label = record->text[2],
  };
}

static void read_narration(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->narrations[preamble->narration_count++] = (struct journal_narration){
      .record = record->seq,
      .nth = record->number[0],
      .when = record->text[0],
      .say = record->text[1],
      .rfc = record->text[2],
  };
}

static void read_expectation(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->expectations[preamble->expectation_count++] = (struct journal_expectation){
      .record = record->seq,
      .line = record->number[0],
      .json = record->text[0],
  };
}

static void read_question(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->questions[preamble->question_count++] = (struct journal_question){
      .record = record->seq,
      .nth = record->number[0],
      .about_message = record->number[1] != 0,
      .when = record->text[0],
      .ask = record->text[1],
      .answer = record->text[2],
      .others = record->text[3],
      .because = record->text[4],
      .rfc = record->text[5],
  };
}

static void read_setting(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->settings[preamble->setting_count++] = (struct journal_setting){
      .record = record->seq,
      .host = record->host,
      .name = record->text[0],
      .value = record->text[1],
  };
}

static void read_address(struct journal_preamble *preamble, const struct journal_record *record) {
  preamble->addresses[preamble->address_count++] =
      (struct journal_address){.record = record->seq, .host = record->host, .address = record->text[0]};
}

/* By kind; the others are not of the preamble. */
typedef void read_fn(struct journal_preamble *preamble, const struct journal_record *record);
static read_fn *const readers[JOURNAL_KIND_COUNT] = {
    [JOURNAL_SCENARIO] = read_scenario,
    [JOURNAL_HOST] = read_host,
    [JOURNAL_AGENT] = read_agent,
    [JOURNAL_LINK] = read_link,
    [JOURNAL_PERSON] = read_person,
    [JOURNAL_NARRATION] = read_narration,
    [JOURNAL_EXPECTATION] = read_expectation,
    [JOURNAL_QUESTION] = read_question,
    [JOURNAL_SETTING] = read_setting,
    [JOURNAL_ADDRESS] = read_address,
};

/* ---- the whole ---- */

struct journal_preamble *journal_preamble_new(const struct journal *journal) {
  CHECK(journal_mode_of(journal) == JOURNAL_FULL);
  struct journal_preamble *preamble = mem_zalloc(sizeof *preamble);
  size_t count_of[JOURNAL_KIND_COUNT] = {0};
  while (preamble->last < journal_count(journal)) {
    enum journal_kind kind = journal_kind_at(journal, preamble->last + 1);
    if (!readers[kind]) break;
    count_of[kind]++;
    preamble->last++;
  }
  preamble->hosts = mem_alloc(count_of[JOURNAL_HOST] * sizeof *preamble->hosts);
  preamble->agents = mem_alloc(count_of[JOURNAL_AGENT] * sizeof *preamble->agents);
  preamble->links = mem_alloc(count_of[JOURNAL_LINK] * sizeof *preamble->links);
  preamble->people = mem_alloc(count_of[JOURNAL_PERSON] * sizeof *preamble->people);
  preamble->narrations = mem_alloc(count_of[JOURNAL_NARRATION] * sizeof *preamble->narrations);
  preamble->expectations = mem_alloc(count_of[JOURNAL_EXPECTATION] * sizeof *preamble->expectations);
  preamble->settings = mem_alloc(count_of[JOURNAL_SETTING] * sizeof *preamble->settings);
  preamble->addresses = mem_alloc(count_of[JOURNAL_ADDRESS] * sizeof *preamble->addresses);
  preamble->questions = mem_alloc(count_of[JOURNAL_QUESTION] * sizeof *preamble->questions);
  for (journal_seq seq = 1; seq <= preamble->last; seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    readers[record.kind](preamble, &record);
  }
  return preamble;
}

void journal_preamble_free(struct journal_preamble *preamble) {
  if (!preamble) return;
  mem_free(preamble->hosts);
  mem_free(preamble->agents);
  mem_free(preamble->links);
  mem_free(preamble->people);
  mem_free(preamble->narrations);
  mem_free(preamble->expectations);
  mem_free(preamble->settings);
  mem_free(preamble->addresses);
  mem_free(preamble->questions);
  mem_free(preamble);
}

static bool is_one(int64_t number, size_t count) {
  return number >= 1 && (uint64_t)number <= count;
}

const struct journal_host *journal_host(const struct journal_preamble *preamble, int64_t number) {
  return is_one(number, preamble->host_count) ? &preamble->hosts[number - 1] : NULL;
}
const struct journal_agent *journal_agent(const struct journal_preamble *preamble, int64_t number) {
  return is_one(number, preamble->agent_count) ? &preamble->agents[number - 1] : NULL;
}
const struct journal_person *journal_person(const struct journal_preamble *preamble, int64_t number) {
  return is_one(number, preamble->person_count) ? &preamble->people[number - 1] : NULL;
}

struct span journal_host_name(const struct journal_preamble *preamble, int64_t number) {
  const struct journal_host *host = journal_host(preamble, number);
  return host ? host->name : SPAN_EMPTY;
}
struct span journal_agent_role(const struct journal_preamble *preamble, int64_t number) {
  const struct journal_agent *agent = journal_agent(preamble, number);
  return agent ? agent->role : SPAN_EMPTY;
}
struct span journal_person_name(const struct journal_preamble *preamble, int64_t number) {
  const struct journal_person *person = journal_person(preamble, number);
  return person ? person->name : SPAN_EMPTY;
}
struct span journal_host_label(const struct journal_preamble *preamble, int64_t number) {
  const struct journal_host *host = journal_host(preamble, number);
  if (!host) return SPAN_EMPTY;
  return host->label.len ? host->label : host->name;
}

uint16_t journal_host_named(const struct journal_preamble *preamble, struct span name) {
  for (size_t i = 0; i < preamble->host_count && i < UINT16_MAX; i++)
    if (span_equal_nocase(preamble->hosts[i].name, name)) return (uint16_t)(i + 1);
  return 0;
}

struct span journal_setting(const struct journal_preamble *preamble, uint16_t host, struct span name) {
  for (size_t i = 0; i < preamble->setting_count; i++)
    if (preamble->settings[i].host == host && span_equal(preamble->settings[i].name, name))
      return preamble->settings[i].value;
  return SPAN_EMPTY;
}

struct span journal_host_address(const struct journal_preamble *preamble, int64_t number, size_t nth) {
  const struct journal_host *host = journal_host(preamble, number);
  if (!host) return SPAN_EMPTY;
  if (nth == 0) return host->address;
  for (size_t i = 0; i < preamble->address_count; i++)
    if (preamble->addresses[i].host == number && --nth == 0) return preamble->addresses[i].address;
  return SPAN_EMPTY;
}

struct span journal_host_address_towards(const struct journal_preamble *preamble, int64_t number,
                                         struct span other) {
  enum ip_family family = ip_family_of_text(other);
  struct span address;
  for (size_t nth = 0; (address = journal_host_address(preamble, number, nth)).len; nth++)
    if (ip_family_of_text(address) == family) return address;
  return journal_host_address(preamble, number, 0);
}
