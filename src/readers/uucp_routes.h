/* uucp_routes: the ways from one machine of a UUCP map to another, the cheapest first, and how many there
 * are.
 *
 * A route passes no machine twice. Of two that cost the same the one with fewer hops comes first (as in
 * pathalias), and of those the one whose machines' names, hop by hop, come first. Dead links, dead machines
 * and what is terminal are passed by none, unless there is no other way at all: then one of last resort is
 * given, where a step of that kind costs 100,000,000 more, and a link may be used backwards (the manual: "for
 * each link … a DEAD reverse link is assumed").
 *
 * The cheapest is Dijkstra's; the further ones are Yen's, with Lawler's saving. To count them all is #P-hard:
 * it is done length by length, for as long as a number of steps allows, and of a small map as a whole.
 */
#pragma once

#include "readers/uucp_map.h"

enum {
  UUCP_RANKED_MAX = 2000,      /* routes that are put in order */
  UUCP_SEARCH_MAX = 100000000, /* links that are looked at for the further ones, together */
  UUCP_KEPT_MAX = 20000000,    /* hops of all that wait for their turn */
  UUCP_COUNT_STEPS = 20000000, /* links that counting looks at */
  UUCP_WHOLE_MAX = 250, /* machines of a map that is small enough to be counted whole, in five times that */
  UUCP_COUNT_HOPS_MAX = 512, /* longer ones are not counted */
};

struct uucp_query {
  int32_t from, to;
  const int32_t *without; /* machines that are down */
  size_t without_count;
};

struct uucp_hop {
  int32_t from, to;
  struct span name;             /* of the next machine, as this one knows it */
  const struct uucp_edge *edge; /* if backwards, the one that leads from `to` to `from` */
  int64_t units;                /* with what a step of last resort adds */
  bool last_resort, backwards;
};

struct uucp_route {
  struct uucp_hop *hops;
  size_t hop_count;
  int64_t units;
  int64_t wait_s; /* of all its calls, in the slowest case */
  bool last_resort;
};

struct uucp_routes;
struct uucp_routes *uucp_routes_new(const struct uucp_map *map, const struct uucp_query *query);
void uucp_routes_free(struct uucp_routes *routes);
/* The next one; false when there are no more, or UUCP_RANKED_MAX were given. The hops live as long as routes.
 */
bool uucp_routes_next(struct uucp_routes *routes, struct uucp_route *route_out);
/* Whether all were given. */
bool uucp_routes_are_all(const struct uucp_routes *routes);

struct uucp_count {
  uint64_t of_length[UUCP_COUNT_HOPS_MAX + 1]; /* routes of so many hops */
  size_t exact_hops;                           /* up to this length they are exact */
  uint64_t total;                              /* of those */
  bool all;                                    /* there are no longer ones */
  uint64_t at_least;                           /* if not all: there are more than that */
};
/* via: only those that pass this machine; UUCP_NONE: all. hops_max: no longer ones; 0: as many as steps
 * allow. */
void uucp_routes_count(const struct uucp_routes *routes, int32_t via, size_t hops_max, uint64_t steps,
                       struct uucp_count *count_out);

/* Which machines can be reached from query.from, without last resort; or, backwards, from which query.to can
 * be. Fills reached[machine_count]; gives how many, without itself. */
size_t uucp_reach(const struct uucp_map *map, const struct uucp_query *query, bool backwards, bool *reached);
/* The address that takes a letter along the route, as the machines on it write theirs: "a!b!user". */
void uucp_route_write(const struct uucp_route *route, struct span user, struct buf *out);
