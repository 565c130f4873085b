/* live_client: whom a real client is in the story. Each real address has a host of the outside of its own, in
 * the order in which they come; when there is none left, the last is shared.
 *
 *     127.0.0.1  ──▶ outside    203.0.113.254
 *     127.0.0.5  ──▶ outside-2  203.0.113.252        the next that comes
 *     ::1        ──▶ outside-3  203.0.113.251        an address like any other
 *
 * An IPv4 address that comes by IPv6 (::ffff:127.0.0.1) is that IPv4 address. No real address gets into the
 * journal.
 */
#pragma once

#include "shell/live/live_internal.h"

struct live_client {
  char address[64];                          /* real */
  uint32_t sessions;                         /* now */
  uint32_t tokens;                           /* connections that may still be taken in this second */
  struct live_session *parked, *parked_last; /* taken, and waiting for a token */
};

/* By a connected socket; new ones are told of on standard output. */
struct live_client *live_client_of(struct live *live, const uv_tcp_t *socket);
/* Its number in the world. */
unsigned live_client_number(const struct live *live, const struct live_client *client);
/* A part of a second has passed: every client may connect so many times more. */
void live_client_refill_all(struct live *live, uint32_t more);
/* The one with the most sessions; NULL: nobody has any. */
struct live_client *live_client_busiest(struct live *live);
