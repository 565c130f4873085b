/* under_tls: which connections are under TLS by now, for a reader that goes through a journal from its start.
 */
#pragma once

#include "journal/journal.h"

struct under_tls {
  bool *connections; /* by number */
  size_t capacity;
};

/* To be told of every record, in order. */
void under_tls_hear(struct under_tls *under, const struct journal_record *record);
bool under_tls_has(const struct under_tls *under, uint32_t connection);
void under_tls_free(struct under_tls *under);
