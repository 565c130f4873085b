/* Who wrote what of a header. */
#include "view/world_view.h"

bool world_next_part(const struct world_view *world, const struct journal_block *block, struct span *rest,
                     struct journal_block *part_out) {
  struct span field, before = *rest;
  struct journal_block author;
  if (!journal_next_field(rest, &field)) return false;
  *part_out = journal_field_author(world->versions, block, field);
  size_t length = field.len;
  for (struct span ahead = *rest; journal_next_field(&ahead, &field); *rest = ahead) {
    author = journal_field_author(world->versions, block, field);
    if (author.record != part_out->record) break;
    length += field.len;
  }
  part_out->fields = span_first(before, length);
  return true;
}

static bool is_known(const uint16_t *hosts, size_t count, uint16_t host) {
  for (size_t i = 0; i < count; i++)
    if (hosts[i] == host) return true;
  return false;
}

size_t world_authors(const struct world_view *world, int64_t version, uint16_t *hosts_out, size_t max) {
  struct journal_block block, part;
  size_t count = 0;
  for (; version && journal_message_block(world->versions, version, &block); version = block.under) {
    struct span rest = block.fields;
    while (count < max && world_next_part(world, &block, &rest, &part))
      if (!is_known(hosts_out, count, part.host)) hosts_out[count++] = part.host;
  }
  return count;
}
