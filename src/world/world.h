/* world: a scenario, running.
 *
 * Builds the hosts, links, name servers and programs that a scenario describes, writes the journal's
 * preamble, plans the script and the faults, and runs the simulation.
 */
#pragma once

#include "sim/sim.h"
#include "world/outside.h"
#include "world/scenario.h"

struct world;

/* The scenario and the journal are borrowed and must live longer. The journal must be empty. */
struct world *world_new(const struct scenario *scenario, struct journal *journal);
/* The same, with a door to real programs (world/outside.h): a host more, and gateways. */
struct world *world_new_open(const struct scenario *scenario, struct journal *journal,
                             const struct opening *opening);
/* NULL in a world that is not open. */
struct outside *world_outside(struct world *world);
/* Runs on up to a time, without an end: for who may have more to put in. */
enum sim_stop world_go_on(struct world *world, int64_t until_us);
/* Nothing more will come from outside: notes END, once. */
void world_end(struct world *world);
/* Runs on until quiet, until_us (negative: the scenario's own end), or a limit. Notes END when the run
 * is over for good. */
enum sim_stop world_run(struct world *world, int64_t until_us);
/* Called now and then during world_run, with the simulated time and the time at which the run will stop
 * (negative: when nothing is left). It must not touch the world. */
typedef void world_progress(void *context, int64_t now_us, int64_t until_us);
void world_on_progress(struct world *world, world_progress *progress, void *context);
/* Plans one action more than the script has. It is borrowed until it has been done; its time must not have
 * passed, and it must be as the loader would leave it. For who makes more mail than a file can hold. */
void world_plan(struct world *world, const struct scenario_action *action);
/* Throws away what lies in all maildrops, each letter with its record: a run of a million letters would
 * keep them all. To be called between runs, when no session holds a maildrop. */
void world_empty_maildrops(struct world *world);
struct sim *world_sim(struct world *world);
struct network *world_network(struct world *world);
void world_free(struct world *world);
