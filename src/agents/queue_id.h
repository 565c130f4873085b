/* queue_id: the names that programs give to what is in their queues, as each of them makes them.
 *
 * They look like noise and are not: sendmail 8.6 to 8.9 begin with the local hour and end with the
 * process id (LAA20869); sendmail 8.10 and later spell the time in UTC, base 60, then a counter and the
 * process id: one digit and five in 8.10 and 8.11 (i5GAYga31371), two and six since 8.12 (i5IGMtv0004345 is
 * 18 June 2004, 16:22:55); Exim spells time and process in base 62.
 */
#pragma once

#include "agents/software.h"
#include "base/arena.h"
#include "base/buf.h"

enum { QUEUE_ID_MAX = 32 };

struct queue_id_maker {
  enum queue_id_scheme scheme;
  uint32_t process_id; /* of the program at work: each session is a process of its own */
  uint32_t in_process; /* letters that this process has named before */
  uint32_t sequence;   /* sendmail 8.10's counter; the neutral counter */
  char initial;        /* of the host's name, for the neutral scheme */
  const struct span *pinned;
  size_t pinned_count, pinned_used;
};

/* unix_us and zone: the host's own clock. Writes at most QUEUE_ID_MAX octets; returns the span of text_out.
 */
struct span queue_id_make(struct queue_id_maker *maker, int64_t unix_us, int32_t zone_minutes,
                          char text_out[QUEUE_ID_MAX]);
