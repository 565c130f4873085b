/* machine_facts: all that a machine's panel tells, gathered once for a machine and a moment.
 *
 *     scene_draw ──▶ machine_facts_at (host, record, time) ──▶ the same answer as kept, or gathered anew
 *
 * A memory of a pure function: what it gives depends on its arguments alone, not on what was asked before.
 * Ownership: everything in its own arena, until the next other question or machine_facts_free.
 */
#pragma once

#include "view/world_machine.h"

struct machine_facts {
  struct arena arena;
  uint16_t host; /* 0: nothing is kept */
  journal_seq at;
  int64_t time_us;
  struct queue_entry *queue;
  struct store_entry *store;
  struct name_entry *names;
  struct journal_setting *settings;
  struct span zone;
  size_t queue_count, store_count, name_count, setting_count;
};

void machine_facts_at(struct machine_facts *facts, const struct world_view *world, uint16_t host,
                      journal_seq at, int64_t time_us);
void machine_facts_free(struct machine_facts *facts);
