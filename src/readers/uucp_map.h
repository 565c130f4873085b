/* uucp_map: who calls whom: a map of UUCP machines, in the input language of pathalias (its manual, version
 * 9, October 1987), which the maps of the UUCP Project were written in.
 *
 *     # a comment
 *     seahut     pugsound(DEMAND), rainwood!(HOURLY*2),     host, blank, links: "!" and "@" as in the address
 *                @sealab(LOCAL)                             white space in front: the line before goes on
 *     sealab     = sea-lab, slab                            names of one machine
 *     uwnet      = {sealab, seahut}!(LOCAL)                 a network: each of them calls each other
 *     .edu       = {hao, boulder}                           a domain: entered by its gateways alone
 *     seahut     <backroom>(5)                              terminal: nothing goes on from there on this link
 *     private {oldvax}  dead {a!b, c}  delete {d}  adjust {e(LOW)}  gatewayed {uwnet}  file {u.usa.wa}
 *
 * What is said of a link more than once: the cheapest holds. A link is one way; the way back has to be said,
 * too. docs/uucp.md says what is as in pathalias and what is not.
 *
 * From this the map makes machines and edges: a machine is all of a host's names together, an edge leads from
 * one to the next in one hop, over however many networks.
 *
 * Ownership: uucp_map_read allocates, uucp_map_free gives back; all spans live as long as the map.
 */
#pragma once

#include "base/error.h"
#include "readers/uucp_cost.h"

enum {
  UUCP_MAP_OCTETS_MAX = 32 << 20,
  UUCP_NAME_MAX = 255,
  UUCP_NAMES_MAX = 200000,  /* of machines and networks */
  UUCP_LINKS_MAX = 1000000, /* as written; each member of a network counts twice */
  UUCP_EDGES_MAX = 4000000, /* between machines */
  UUCP_WORK_MAX = 20000000, /* links looked at to find what networks join */
  UUCP_NONE = -1,           /* no machine, no network */
};

struct uucp_machine {
  struct span name;          /* the first that the map has for it */
  const struct span *others; /* its aliases, in order */
  size_t other_count;
  size_t first_edge, edge_count; /* in uucp_map.edges, by the names of where they lead */
  bool dead;                     /* goes on only as a last resort */
  bool is_private;               /* nothing is sent to it by name */
};

/* From one machine to another in one hop. */
struct uucp_edge {
  int32_t to;
  int32_t network;       /* in uucp_map.networks: the first that it goes by; UUCP_NONE */
  struct span name;      /* of the next machine, as the one before knows it */
  struct uucp_cost cost; /* with what adjust adds */
  char sign;             /* "!", "@", "%", ":" */
  bool user_first;       /* user@host, not host!user */
  bool terminal;
  bool dead;
  uint32_t line; /* of the link in the map */
};

/* A name by which a machine may be asked for. */
struct uucp_entry {
  struct span name;
  int32_t machine;
};

struct uucp_map {
  struct span file;
  struct uucp_machine *machines; /* by name */
  size_t machine_count;
  struct uucp_entry *entries; /* by name; none of a private machine */
  size_t entry_count;
  struct span *networks; /* names, by name */
  size_t network_count;
  struct uucp_edge *edges;
  size_t edge_count;
  size_t link_count; /* as the map has them, without those of networks */
  struct error_list warnings;
  struct arena arena;
};

/* NULL with errors, each with line and column; all that the file has. */
struct uucp_map *uucp_map_read(struct span file, struct span text, struct error_list *errors);
void uucp_map_free(struct uucp_map *map);
/* By any of its names, but not if it is private; UUCP_NONE. */
int32_t uucp_map_find(const struct uucp_map *map, struct span name);
/* Up to so many names of the map that are near to one that is not in it; the nearest first. */
size_t uucp_map_nearest(const struct uucp_map *map, struct span name, struct span *names_out, size_t max);
