/* replay: what real programs did, out of a saved journal, done again without them.
 *
 *     scenario + journal of `waystation live` ──▶ replay_openings, world_new_open, replay_run ──▶ the same
 * journal
 *
 * Only the records of the outside are taken from the saved journal (world/outside.h); everything else comes
 * about again. Whether it is the same is for the caller to see by the fingerprint.
 */
#pragma once

#include "base/error.h"
#include "world/outside.h"
#include "world/world.h"

/* How the world of the saved journal was open: its gateways (borrowed from the journal, the list from the
 * arena). False if it was not open at all. */
bool replay_opening(const struct journal *saved, struct arena *arena, struct opening *opening_out);
/* Runs the world, which must be new, as the saved journal says, to its end. False if it takes another course:
 * *wrong_out is then the record of the saved journal that could not be done. */
bool replay_run(struct world *world, const struct journal *saved, journal_seq *wrong_out);
