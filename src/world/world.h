/* world: a scenario, running.
 *
 * Builds the hosts, links, name servers and programs that a scenario describes, writes the journal's
 * preamble, plans the script and the faults, and runs the simulation.
 */
#pragma once

#include "sim/sim.h"
#include "world/scenario.h"

struct world;

/* The scenario and the journal are borrowed and must live longer. The journal must be empty. */
struct world *world_new(const struct scenario *scenario, struct journal *journal);
/* Runs on until quiet, until_us (negative: the scenario's own end), or a limit. Notes END when the run
 * is over for good. */
enum sim_stop world_run(struct world *world, int64_t until_us);
struct sim *world_sim(struct world *world);
struct network *world_network(struct world *world);
void world_free(struct world *world);
