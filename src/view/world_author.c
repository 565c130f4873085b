/* Who wrote what of a header. */
#include "view/world_view.h"

bool world_next_field(struct span *fields, struct span *field_out) {
  size_t end = 0;
  if (fields->len == 0) return false;
  do {
    size_t line = span_find(span_skip(*fields, end), '\n');
    end = line == SPAN_NONE ? fields->len : end + line + 1;
  } while (end < fields->len && (fields->data[end] == ' ' || fields->data[end] == '\t'));
  *field_out = span_first(*fields, end);
  *fields = span_skip(*fields, end);
  return true;
}

static bool has_field(struct span fields, struct span field) {
  struct span other;
  while (world_next_field(&fields, &other))
    if (span_equal(other, field)) return true;
  return false;
}

/* Down the versions: a rewritten header keeps most of what was there, so its older author is looked for. */
void world_field_author(const struct world_view *world, const struct journal_block *block, struct span field,
                        struct journal_block *author_out) {
  struct journal_block older;
  *author_out = *block;
  if (block->kind != JOURNAL_REWRITE) return;
  int64_t version = block->parent;
  while (version && journal_message_block(world->versions, version, &older)) {
    bool found = has_field(older.fields, field);
    if (found) *author_out = older;
    if (found && older.kind != JOURNAL_REWRITE) return;
    version = older.kind == JOURNAL_REWRITE ? older.parent : older.under;
    if (older.kind == JOURNAL_REWRITE && !found) return;
  }
}

bool world_next_part(const struct world_view *world, const struct journal_block *block, struct span *rest,
                     struct journal_block *part_out) {
  struct span field, before = *rest;
  struct journal_block author;
  if (!world_next_field(rest, &field)) return false;
  world_field_author(world, block, field, part_out);
  size_t length = field.len;
  for (struct span ahead = *rest; world_next_field(&ahead, &field); *rest = ahead) {
    world_field_author(world, block, field, &author);
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
