/* whatif: what a learner changes, as a scenario laid over the one it changes.
 *
 *     down mx1.example.edu for 30m and dns remove example.edu MX
 *        │ words                                     ┌ { "extends": "mx-failover.json",
 *        ▼                                           │   "title": "What if mx1.example.edu goes down …",
 *     whatif_overlay ──▶ JSON of another scenario ───┤   "faults": { "what if 1": { "at": "1m", … } },
 *                        and the change in words     │   "dns_changes": { "what if 2": { … } }, … }
 *
 * The same engine runs it as any scenario; nothing here touches a running world.
 *
 *     ACTION   down HOST | up HOST                      a machine
 *              cut HOST--HOST | mend HOST--HOST         the path between two
 *              dns set|add NAME TYPE DATA [ttl SECONDS] records of a name
 *              dns remove NAME [TYPE [DATA]]
 *              resend N [KEY=VALUE …]                   letter N once more, edited
 *              resend N from HOST [KEY=VALUE …]         the copy that a machine has, edited, from there
 *              script N KEY=VALUE … | script N never    what entry N of the script says
 *     tails    at TIME   for TIME (of down, up, cut, mend)
 *     ACTION and ACTION …                               several at once
 *
 * A changed story can be changed again: its scenario is then the source, and `so_far` says how it came about.
 *
 * Limits: WHATIF_WORDS_MAX words, WHATIF_ACTIONS_MAX actions.
 */
#pragma once

#include "base/error.h"
#include "journal/journal.h"
#include "world/scenario.h"

enum { WHATIF_WORDS_MAX = 400, WHATIF_ACTIONS_MAX = 40 };

struct whatif_source {
  const struct scenario *scenario; /* what is changed */
  const struct journal *journal;   /* its run: which entry of the script wrote which letter */
  struct span extends;             /* its path, as the new scenario shall name it */
  int64_t at_us;                   /* of actions that name no time; negative: not said */
  struct span so_far;              /* what was changed before, in words; empty: this is the first change */
  struct span original;            /* the title of the story before all changes; empty: the scenario's own */
};

/* False with errors, which say what was expected in that place of the words. */
bool whatif_overlay(const struct whatif_source *source, const struct span *words, size_t count,
                    struct buf *json_out, struct buf *what_out, struct error_list *errors);
