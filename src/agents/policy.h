/* policy: planned answers of a server: "450 on the first two attempts, then accept", "550 for spam@*".
 * The first entry that matches and has not been used up wins. */
#pragma once

#include "base/span.h"
#include "proto/smtp_reply.h"

struct policy {
  struct span on;    /* connect helo mail rcpt data vrfy expn auth */
  struct span match; /* wildcard (* and ?) over the subject; empty: everything */
  struct span from;  /* wildcard over the client's name or address; empty: everyone */
  struct smtp_reply reply;
  struct span because;
  uint32_t times; /* applies to so many requests; 0: to all */
  uint32_t used;
};

struct policy_list {
  struct policy *items;
  size_t count;
};

/* NULL if none matches; counts a use. */
const struct smtp_reply *policy_apply(struct policy_list *list, struct span on, struct span subject,
                                      struct span client_name, struct span client_address,
                                      struct span *because_out);
/* Wildcards: * any run, ? one character; no letter case. */
bool wildcard_match(struct span pattern, struct span text);
