/* scenario_keys: which keys an object may have, and how the value of each is read.
 *
 * One table an object: the key's name, the reader of its value, where the value goes, its range. The
 * loader walks an object's members once and looks each up in its table; the schema
 * (docs/scenario.schema.json) must know the same tables by the same names (a test compares them).
 *
 * A value's form, one rule for all: a number has its unit in its key (latency_ms, ttl_s); a length of time
 * under any other key is a text with its units ("1.5s", "10m", "1h30m"); where a list of texts is wanted,
 * one text alone is a list of one.
 */
#pragma once

#include "world/scenario_tree.h"

struct key;
typedef void read_fn(struct loading *loading, const struct place *place, const struct key *key, void *out);

struct key {
  const char *name;
  read_fn *read;
  size_t offset; /* of the member that the value goes to */
  bool required;
  int64_t low, high; /* of a number, or of a length of time in µs; both 0: the type's own; of a list of
                        recipients, how few there may be */
  const void *with;  /* for read_choice: struct choice[]; for others as they say */
};

enum key_table_number {
  KEYS_SCENARIO,
  KEYS_LIMITS,
  KEYS_NETWORK,
  KEYS_LINK,
  KEYS_HOST,
  KEYS_ZONE,
  KEYS_READS_FROM,
  KEYS_SUBMITS_TO,
  KEYS_TLS,
  KEYS_CERTIFICATE,
  KEYS_RETRY,
  KEYS_POLICY,
  KEYS_PERSON,
  KEYS_DNS,
  KEYS_DNS_RECORD,
  KEYS_ACTION,
  KEYS_FAULT,
  KEYS_DNS_CHANGE,
  KEYS_HOST_CHANGE,
  KEYS_NARRATION,
  KEYS_QUESTION,
  KEYS_EXPECTATION,
  KEYS_SOFTWARE,
  KEYS_SOFTWARE_TEXTS,
  KEYS_SOFTWARE_SERVER,
  KEYS_SOFTWARE_CLIENT,
  KEYS_SOFTWARE_ALIASES,
  KEYS_SOFTWARE_BOUNCE,
  KEYS_SOFTWARE_DELAY,
  KEYS_SOFTWARE_SUCCESS,
  KEY_TABLE_COUNT
};

struct key_table {
  const char *name; /* of the definition in the schema */
  enum key_table_number number;
  const struct key *keys;
  size_t count; /* at most TABLE_KEYS_MAX; one that must be there, or is asked about, is among the first 64 */
};

#define KEY_COUNT(keys) (sizeof(keys) / sizeof((keys)[0]))

/* Reads an object's members into a struct. Returns which keys were there, a bit each. */
uint64_t read_object(struct loading *loading, const struct place *place, const struct key_table *table,
                     void *out);
const struct key *find_key(struct loading *loading, const struct key_table *table, const char *name);
/* The key that an unknown word stands for: called otherwise elsewhere, or misspelt. NULL if none. */
const struct key *key_meant(struct loading *loading, const struct key_table *table, struct span word);
/* The complaint for a value of a wrong kind. */
void complain_kind(struct loading *loading, const struct place *place, const char *expected);

/* ---- readers of common values ---- */
read_fn read_line;      /* struct span: one line of text */
read_fn read_name;      /* struct span: one line, not empty, without white space */
read_fn read_text;      /* struct span: text of several lines, or a list of lines */
read_fn read_lines;     /* struct span_list: a list of lines, or one alone */
read_fn read_bool;      /* bool */
read_fn read_u16;       /* uint16_t */
read_fn read_u32;       /* uint32_t */
read_fn read_i64;       /* int64_t */
read_fn read_u64;       /* uint64_t, at most 2^53 */
read_fn read_ms;        /* int64_t in µs, from a number of milliseconds */
read_fn read_duration;  /* int64_t in µs, from "10m" */
read_fn read_durations; /* struct duration_list, from a list of such, or one alone */
read_fn read_choice;    /* int, by struct choice[] */
read_fn read_host;      /* struct span: the name of a host of the scenario */
read_fn read_hosts;     /* struct span_list of them */
read_fn read_clients;   /* struct span_list of hosts' names and of networks, "192.0.2.0/24" */
read_fn read_person;    /* struct span: the name of a person of the scenario */
read_fn read_domain;    /* struct span: a domain name */
read_fn read_domains;   /* struct span_list of them */

struct choice {
  const char *word; /* NULL ends the list */
  int value;
};

struct duration_list {
  int64_t *us;
  size_t count;
};

/* "retry": of a host, or of a software. */
struct retry_draft {
  struct duration_list after;
  int64_t expire_us; /* 0: not said */
};
read_fn read_retry; /* struct retry_draft */

/* Copies into the result. */
struct span keep(struct loading *loading, struct span text);
/* Number of entries; complains if there are more than a named limit, and gives 0 then. */
size_t count_entries(struct loading *loading, const struct place *place, size_t most, const char *what);
/* Checks one value that should be a line of text. */
bool line_of(struct loading *loading, const struct place *place, const char *expected, struct span *line_out);
