/* world_internal: what the files of the world share: world.c (life and running), preamble.c (what readers
 * need to know), build.c (hosts and programs), build_users.c (who has a mailbox where), first_files.c
 * (what lies on the hosts), people.c (the script: who does what, when), dns_plan.c (what changes in the
 * DNS meanwhile), host_plan.c (who is set up anew). */
#pragma once

#include "agents/file_system.h"
#include "agents/imap_host.h"
#include "agents/mda.h"
#include "agents/mra.h"
#include "agents/mta.h"
#include "agents/mua.h"
#include "agents/name_server.h"
#include "agents/pop3_host.h"
#include "agents/resolver.h"
#include "proto/dns_zone.h"
#include "world/world.h"

/* One host with what runs on it; pointers are NULL for what does not. */
struct world_host {
  const struct scenario_host *spec; /* NULL for the name server that nobody named */
  host_id id;
  uint16_t agent_number[AGENT_RESOLVER + 1]; /* by role; 0: does not run */
  struct resolver *resolver;
  struct file_system *files;
  struct mail_store *store;
  struct mta *mta;
  struct mda *mda;
  struct pop3_host *pop3;
  struct imap_host *imap;
  struct mua *mua;
  bool has_forwards;            /* somebody's .forward lies here */
  bool is_gateway;              /* its programs are real ones, outside */
  struct mail_users mailboxes;  /* of the domains it delivers or accepts for */
  struct mail_users submitters; /* whose mail program hands mail in here */
};

/* A person's retrieval agent on another machine than the one that they use. */
struct world_other_mra {
  struct world_other_mra *next;
  struct world_host *host;
  struct mra *mra;
};

struct world_person {
  const struct scenario_person *spec;
  struct world_host *host;
  struct world_host *server; /* where their mail program hands mail in; NULL: nowhere */
  struct mra *mra;
  struct world_other_mra *others;
  uint32_t number; /* in the journal */
};

struct world {
  const struct scenario *scenario;
  struct arena arena;
  struct arena scratch; /* of the action being done */
  struct planned *free_planned;
  struct journal *journal;
  struct sim *sim;
  struct network *network;
  struct world_host *hosts; /* the scenario's, then the name server's if nobody named one */
  size_t host_count;
  struct world_person *people;
  struct dns_zones *zones;
  struct name_server *name_server;
  struct world_host *name_server_host;
  struct message_numbers numbers;
  const struct opening *opening;    /* NULL: no door */
  struct world_host *outside_hosts; /* the last of hosts, if the world is open */
  size_t outside_count;
  struct outside *outside;
  enum sim_stop stopped; /* how the last piece of the run ended */
  bool ended;
  world_progress *progress;
  void *progress_context;
};

bool world_is_outside(const struct world *world, const struct world_host *host);
/* The agent of that role on the host. */
struct agent world_agent(const struct world *world, const struct world_host *host, enum agent_role role);
struct world_host *world_host_named(struct world *world, struct span name);
/* By key; NULL if there is none. */
struct world_person *world_person_named(struct world *world, struct span key);

/* preamble.c: numbers hosts, agents and people, and notes them. */
void preamble_write(struct world *world);
/* preamble_settings.c */
void preamble_write_settings(struct world *world);
/* A setting as its record has it: one entry a line. */
void setting_write_list(struct span_list list, struct buf *out);
void setting_write_policies(const struct scenario_policies *policies, struct buf *out);
/* build.c: makes the programs. After preamble_write. */
void build_programs(struct world *world);
void build_free(struct world *world);
/* A person's retrieval agent on that machine; NULL: there is none. */
struct mra *world_mra_at(const struct world_person *person, const struct world_host *host);
/* Whose program keeps the store: the MDA's, or, where there is none, the server's that reads it. */
enum agent_role world_store_keeper(const struct world_host *host);
struct policy_list build_policies(struct world *world, const struct scenario_policies *spec);
/* Clients are hosts' names and networks. */
struct mta_relaying build_relaying(struct world *world, struct span_list clients, bool anybody);
/* The host where mail for that host's domains is put into mailboxes; NULL: it takes none. */
struct world_host *world_delivery_host(struct world *world, const struct world_host *host);
/* A host without a mail server or a store has no files that anybody would read. */
bool world_keeps_files(const struct world_host *host);
/* first_files.c: the files that lie on a host before anything happens: its aliases, its users' .forward
 * files, what the scenario has in "files". Noted as written by nobody. */
void world_lay_files(struct world *world, struct world_host *host);
/* Calls back for each of them, in that order; the text is as it lies there. */
void world_first_files(const struct world *world, const struct world_host *host,
                       void (*fn)(void *context, struct span path, struct span text), void *context);
/* build_users.c: fills in mailboxes and submitters of every host, in the order of the people. Before
 * preamble_write. */
void build_users(struct world *world);
/* people.c: plans the script's actions and the faults. */
void plan_script(struct world *world);
/* dns_plan.c: plans the changes of DNS records. */
void plan_dns_changes(struct world *world);
/* host_plan.c: plans who is set up anew, and when. */
void plan_host_changes(struct world *world);
