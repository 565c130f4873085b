/* uucp_tell: what `waystation paths` says, as text or as one JSON object. */
#pragma once

#include "mail/bang_path.h"
#include "readers/uucp_routes.h"

enum { UUCP_LISTED_MAX = 1000 }; /* routes that may be asked for */

struct uucp_question {
  struct uucp_query query;
  int32_t via;     /* only routes that pass it; UUCP_NONE */
  size_t listed;   /* how many routes */
  size_t hops_max; /* of those that are counted; 0: as many as it takes */
};

/* The cheapest routes, and how many there are. False: there is none, but by what is dead. */
bool uucp_tell_routes(const struct uucp_map *map, const struct uucp_question *question, bool json,
                      struct buf *out);
/* An address, hop by hop, as the machines of the map would read it; a mixed one once for each reading. False:
 * it leads nowhere (in each of them). The address must be one that bang_path_read takes. */
bool uucp_tell_address(const struct uucp_map *map, int32_t from, struct span address, bool json,
                       struct buf *out);
/* How mailers read an address, without a map. */
void uucp_tell_readings(struct span address, bool json, struct buf *out);
