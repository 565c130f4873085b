#include "view/machine_facts.h"

void machine_facts_at(struct machine_facts *facts, const struct world_view *world, uint16_t host,
                      journal_seq at, int64_t time_us) {
  if (facts->host == host && facts->at == at && facts->time_us == time_us) return;
  arena_reset(&facts->arena);
  facts->host = host;
  facts->at = at;
  facts->time_us = time_us;
  facts->queue_count = world_queue(world, host, at, &facts->arena, &facts->queue);
  facts->store_count = world_store(world, host, at, &facts->arena, &facts->store);
  facts->setting_count = world_settings(world, host, at, &facts->arena, &facts->settings);
  facts->zone = world_zone(world, host, at, &facts->arena);
  facts->name_count = world_names(world, host, at, time_us, &facts->arena, &facts->names);
}

void machine_facts_free(struct machine_facts *facts) {
  arena_free(&facts->arena);
  facts->host = 0;
}
