/* ip_special: addresses that are set aside, so that they name no one machine of the public Internet.
 *
 *     10.50.54.28     private, RFC 1918: many networks have one of these
 *     203.0.113.41    for documentation, RFC 5737: no machine has it
 *
 * From the registries of special-purpose addresses (RFC 6890), as far as mail shows them. Of an address that
 * holds one of IPv4 (mapped, 6to4) the latter is looked at.
 */
#pragma once

#include "base/ip_address.h"

struct ip_special {
  const char *network; /* "10.0.0.0/8" */
  const char *kind;    /* one word, for scripts: "private", "loopback", "documentation" … */
  const char *what;    /* for a person: "a private address" */
  const char *source;  /* "RFC 1918" */
  bool is_own_machine; /* who is seen at it is a program of the very machine */
};

/* NULL if the address may be a machine's on the public Internet. */
const struct ip_special *ip_special_find(const struct ip_address *address);
