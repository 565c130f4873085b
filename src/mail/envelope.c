#include "mail/envelope.h"

#include "mail/address.h"

struct envelope *envelope_new(struct arena *arena, struct span reverse_path) {
  struct envelope *envelope = arena_zalloc(arena, sizeof *envelope);
  envelope->arena = arena;
  envelope->reverse_path = arena_copy(arena, reverse_path);
  return envelope;
}

bool envelope_add(struct envelope *envelope, struct span recipient) {
  if (envelope->recipient_count == ENVELOPE_RECIPIENTS_MAX) return false;
  if (envelope->recipient_count == envelope->capacity) {
    size_t capacity = envelope->capacity ? envelope->capacity * 2 : 2;
    struct span *larger = arena_alloc(envelope->arena, capacity * sizeof *larger);
    if (envelope->recipient_count)
      memcpy(larger, envelope->recipients, envelope->recipient_count * sizeof *larger);
    envelope->recipients = larger;
    envelope->capacity = capacity;
  }
  envelope->recipients[envelope->recipient_count++] = arena_copy(envelope->arena, recipient);
  return true;
}

/* Two addresses that cannot be read are equal if they are written alike. */
static bool same(struct span a, struct span b) {
  struct address left, right;
  if (span_equal(a, b)) return true;
  if (address_parse(a, true, &left) || address_parse(b, true, &right)) return false;
  return address_equal(left, right);
}

bool envelope_add_once(struct envelope *envelope, struct span recipient) {
  for (size_t i = 0; i < envelope->recipient_count; i++)
    if (same(envelope->recipients[i], recipient)) return true;
  return envelope_add(envelope, recipient);
}
