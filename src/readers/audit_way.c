#include "readers/audit.h"

/* Backwards from where it ended: who handed it to whom. An alias leads on to the recipient that it was. */
size_t audit_way(const struct audit *audit, const struct audit_debt *end,
                 const struct audit_debt **steps_out) {
  size_t count = 0;
  steps_out[count++] = end;
  for (size_t i = audit->debt_count; i > 0 && count < AUDIT_WAY_MAX; i--) {
    const struct audit_debt *debt = &audit->debts[i - 1], *last = steps_out[count - 1];
    bool before = debt->message == last->message && debt->accepted < last->accepted &&
                  ((debt->state == AUDIT_RELAYED && debt->next_host == last->host &&
                    span_equal_nocase(debt->recipient, last->recipient)) ||
                   (debt->state == AUDIT_EXPANDED && debt->host == last->host));
    if (before) steps_out[count++] = debt;
  }
  return count;
}

size_t audit_way_hosts(const struct audit_debt *const *steps, size_t count, uint16_t *hosts_out) {
  size_t hosts = 0;
  for (size_t i = count; i > 0; i--)
    if (hosts == 0 || hosts_out[hosts - 1] != steps[i - 1]->host) hosts_out[hosts++] = steps[i - 1]->host;
  return hosts;
}
