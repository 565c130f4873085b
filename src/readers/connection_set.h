/* connection_set: some of a run's connections, by number: those under TLS, say. An empty one is all zero. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection_set {
  bool *has; /* by number */
  size_t capacity;
};

void connection_set_add(struct connection_set *set, uint32_t connection);
void connection_set_free(struct connection_set *set);
static inline bool connection_set_has(const struct connection_set *set, uint32_t connection) {
  return connection < set->capacity && set->has[connection];
}
