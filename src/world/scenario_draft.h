/* scenario_draft: the parts of the loader, one for each room of a scenario file.
 *
 *     names of hosts and people, so that everything else can refer to them
 *       ─▶ the root's keys in the order of the file
 *       ─▶ defaults ─▶ checks of what no single key can show ─▶ DNS records derived from hosts ─▶ slips
 */
#pragma once

#include "world/scenario_keys.h"

struct zone_draft {
  int32_t minutes;
  struct span name;
};

/* A host, and what its keys say on the way to it. */
struct host_draft {
  struct scenario_host host;
  uint64_t seen; /* which keys were there, a bit each */
  bool bad;      /* something was complained about */
  struct zone_draft zone;
  struct retry_draft retry;
};

struct person_draft {
  uint64_t seen;
  bool bad;
};

enum dns_automatic { DNS_AUTOMATIC_A, DNS_AUTOMATIC_MX, DNS_AUTOMATIC_PTR, DNS_AUTOMATIC_COUNT };

/* What is known only while the file is read. */
struct scenario_draft {
  struct scenario scenario;
  uint64_t seen;
  struct zone_draft zone; /* of all hosts that name none */
  bool dns_automatic[DNS_AUTOMATIC_COUNT];
  struct host_draft *hosts;
  struct person_draft *people;
  /* Of each action, beside the large array: who does it (NULL if nobody is named), what, and from where. */
  struct doing {
    struct scenario_person *person;
    uint8_t verb;
    bool has_from_host;
  } * doings;
};

/* Where letters are handed in, by protocol. */
struct submits_draft {
  struct span submissions, submission, smtp;
};

extern const struct key_table scenario_keys, limits_keys, network_keys, link_keys, host_keys, zone_keys,
    reads_from_keys, submits_to_keys, tls_keys, certificate_keys, retry_keys, policy_keys, person_keys,
    dns_keys, dns_record_keys, action_keys, fault_keys, dns_change_keys, host_change_keys, narration_keys,
    question_keys, expectation_keys;
/* All of them and the software's, for the test that compares them with the schema. */
extern const struct key_table *const scenario_key_tables[KEY_TABLE_COUNT];

/* The names of all hosts and people; the objects themselves are read by the readers below. */
void collect_hosts(struct loading *loading, const struct place *hosts);
void collect_people(struct loading *loading, const struct place *people);

/* Sections of the root; out is the struct scenario_draft. */
read_fn read_hosts_section, read_people_section, read_script_section, read_network_section, read_dns_section,
    read_faults_section, read_dns_changes_section, read_host_changes_section, read_narration_section,
    read_questions_section, read_expect_section;
read_fn read_zone;     /* struct zone_draft, from "-06:00" or an object */
read_fn read_software; /* const struct software *, from a name or an object (software_load.h) */
read_fn read_pattern;  /* struct span: a pattern over records (journal/match.h) */

read_fn read_policies;     /* struct scenario_policies */
read_fn read_tls;          /* struct scenario_tls, from true or an object */
read_fn read_aliases;      /* struct scenario_host: an object, or a file's text */
read_fn read_files;        /* struct scenario_host: texts by path */
read_fn read_forward;      /* struct span: what a .forward holds */
read_fn read_aliases_file; /* struct span: the path of a file of aliases, or nothing */
read_fn read_submits_to;   /* struct scenario_host: a host, or an object by protocol */

/* Did an object have this key? */
bool had_key(struct loading *loading, const struct key_table *table, uint64_t seen, const char *key);

/* What the author did not say. */
void fill_defaults(struct loading *loading);
/* What no single key can show: hosts without the companions that they need. */
void check_companions(struct loading *loading);
/* The same of TLS, host by host, after the roles are known. */
void fill_tls(struct loading *loading, struct scenario_host *host);
void check_tls(struct loading *loading, const struct scenario_host *host);
/* What is allowed, and surely a slip, as warnings. */
void look_for_slips(struct loading *loading);
void look_for_mail_slips(struct loading *loading); /* in what is said, and to whom */
/* A, PTR and MX records from hosts, where the author gave none of that name and type. */
void derive_dns(struct loading *loading);
/* What the records, now and after each change, must not be together; and as warnings, what they had better
 * not be. */
void check_dns(struct loading *loading);

/* A record of a name, from "MX 10 mx.umich.edu" or an object; its type stays empty after a complaint. */
void read_dns_record(struct loading *loading, const struct place *place, struct span name,
                     struct scenario_dns_record *out);
/* The domain name that a key or a text says, as DNS spells it; false after a complaint. */
bool read_dns_name(struct loading *loading, const struct place *place, bool at_key, struct span text,
                   struct span *name_out);

/* A recipient: a person's key, an address, or "Name <address>". */
bool check_recipient(struct loading *loading, const struct place *place, struct span text,
                     struct span *kept_out);
/* The name of a header field, complained about if it is none. */
read_fn read_field_name;
/* An address, complained about if it is none. */
bool check_address(struct loading *loading, const struct place *place, struct span text);
