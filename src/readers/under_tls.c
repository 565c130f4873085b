#include "readers/under_tls.h"

#include "base/mem.h"

void under_tls_hear(struct under_tls *under, const struct journal_record *record) {
  if (record->kind != JOURNAL_TLS) return;
  size_t before = under->capacity;
  if (record->connection >= before) {
    under->connections = mem_grow(under->connections, &under->capacity, (size_t)record->connection + 1,
                                  sizeof *under->connections);
    memset(under->connections + before, 0, (under->capacity - before) * sizeof *under->connections);
  }
  under->connections[record->connection] = true;
}

bool under_tls_has(const struct under_tls *under, uint32_t connection) {
  return connection < under->capacity && under->connections[connection];
}

void under_tls_free(struct under_tls *under) {
  mem_free(under->connections);
  *under = (struct under_tls){NULL, 0};
}
