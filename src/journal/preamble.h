/* preamble: what a journal says of its scenario before anything happens: the machines, the programs,
 * the links, the people, the words for each step, what is expected.
 *
 *     record 1   SCENARIO                              title, start
 *     record 2 … HOST ADDRESS AGENT LINK PERSON …      numbered from 1 in their order, by kind
 *     then       the first record of another kind      the preamble is over
 *
 * Numbers in later records (host, agent, "to_host", "person" …) are looked up here. A number that a
 * journal from a stranger makes up has no entry: the lookups then give NULL or an empty name.
 *
 * Ownership: built once; borrows its spans from the journal, which must live longer. Never writes.
 */
#pragma once

#include "journal/journal.h"

/* The software of an agent that is a real program, in a run of `live`. */
#define PREAMBLE_OUTSIDE "outside"

struct journal_host {
  journal_seq record;
  struct span name, address, label, region, icon, zone;
  int64_t clock_offset_us, zone_minutes, x, y;
};

/* One of several that a host has; its first is in journal_host. */
struct journal_address {
  journal_seq record;
  uint16_t host;
  struct span address;
};

struct journal_agent {
  journal_seq record;
  uint16_t host;
  int64_t port;
  struct span role, software, label;
};

struct journal_link {
  journal_seq record;
  int64_t host_a, host_b, latency_us, bytes_per_second;
  struct span label;
};

struct journal_person {
  journal_seq record;
  uint16_t host; /* the one they use */
  struct span name, address, label;
};

struct journal_narration {
  journal_seq record;
  int64_t nth;
  struct span when, say, rfc;
};

struct journal_expectation {
  journal_seq record;
  int64_t line;
  struct span json;
};

/* What a scenario asks before a record: the right answer, and wrong ones, one a line. */
struct journal_question {
  journal_seq record;
  int64_t nth;
  bool about_message; /* the letter is to stay in view, not the machines */
  struct span when, ask, answer, others, because, rfc;
};

struct journal_setting {
  journal_seq record;
  uint16_t host;
  struct span name, value;
};

struct journal_preamble {
  struct span title, subtitle, teaches, summary, software;
  int64_t start_unix_us, seed;
  journal_seq last; /* the preamble's last record; what happens begins after it */
  size_t host_count, agent_count, link_count, person_count, narration_count, expectation_count,
      question_count;
  struct journal_host *hosts; /* host n is hosts[n - 1]; the same for the others */
  struct journal_agent *agents;
  struct journal_link *links;
  struct journal_person *people;
  struct journal_setting *settings;
  size_t setting_count;
  struct journal_address *addresses; /* besides each host's first */
  size_t address_count;
  struct journal_narration *narrations;
  struct journal_expectation *expectations;
  struct journal_question *questions;
};

/* The journal must be JOURNAL_FULL; it may be empty. */
struct journal_preamble *journal_preamble_new(const struct journal *journal);
void journal_preamble_free(struct journal_preamble *preamble);

/* A machine's setting by name; empty: it has none. */
struct span journal_setting(const struct journal_preamble *preamble, uint16_t host, struct span name);
/* By number; NULL if there is none of that number (0 is never one). */
const struct journal_host *journal_host(const struct journal_preamble *preamble, int64_t number);
const struct journal_agent *journal_agent(const struct journal_preamble *preamble, int64_t number);
const struct journal_person *journal_person(const struct journal_preamble *preamble, int64_t number);
/* The same, for texts: empty if there is none. */
struct span journal_host_name(const struct journal_preamble *preamble, int64_t number);
struct span journal_agent_role(const struct journal_preamble *preamble, int64_t number);
struct span journal_person_name(const struct journal_preamble *preamble, int64_t number);
/* A host's label where it has one, else its name. */
struct span journal_host_label(const struct journal_preamble *preamble, int64_t number);
/* By name, in any letter case; 0 if there is none. */
uint16_t journal_host_named(const struct journal_preamble *preamble, struct span name);
/* The nth address of a host, from 0; empty: it has no more. */
struct span journal_host_address(const struct journal_preamble *preamble, int64_t number, size_t nth);
/* By which it speaks to somebody with that address: its first of the same family, else its first. */
struct span journal_host_address_towards(const struct journal_preamble *preamble, int64_t number,
                                         struct span other);
