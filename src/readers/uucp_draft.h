/* uucp_draft: a map while it is read: names, links and orders as they stand in the file. Only the files named
 * uucp_ know it; uucp_draft_finish makes the map of it.
 */
#pragma once

#include "readers/uucp_map.h"
#include "readers/uucp_scan.h"

enum uucp_way {
  UUCP_WAY_SAID, /* "a b(HOURLY)" */
  UUCP_WAY_INTO, /* from a member into its network */
  UUCP_WAY_OUT,  /* from a network to its member: costs nothing */
};

struct uucp_node {
  struct span name;
  uint32_t line, column; /* where it stands first */
  bool network, gatewayed, dead, removed, is_private;
  int64_t adjust;
  uint32_t alias_of;  /* a node of the same machine, or itself */
  int32_t first_link; /* UUCP_NONE; by uucp_link.next */
  int32_t place;      /* among the machines, or the networks, of the map */
};

struct uucp_link {
  uint32_t from, to;
  int32_t next;
  struct uucp_cost cost;
  enum uucp_way way;
  char sign;
  bool user_first, terminal, dead, removed;
  uint32_t line;
};

enum uucp_order_kind { UUCP_ORDER_DEAD, UUCP_ORDER_DELETE, UUCP_ORDER_ADJUST, UUCP_ORDER_GATEWAYED };

/* What dead, delete, adjust and gatewayed say: of the whole map, wherever they stand in it. */
struct uucp_order {
  enum uucp_order_kind kind;
  uint32_t node;
  int32_t to; /* of "a!b"; UUCP_NONE */
  int64_t units;
  uint32_t line, column;
};

struct uucp_slot {
  struct span name;
  int32_t node; /* UUCP_NONE: was private, and is so no longer */
};
struct uucp_hidden {
  struct span name;
  int32_t node; /* what the name meant before it was private */
};

struct uucp_draft {
  struct uucp_map *map;
  struct error_list *errors;
  struct uucp_scan scan;
  struct span part; /* what file { } has named */
  struct uucp_node *nodes;
  size_t node_count, node_capacity;
  struct uucp_link *links;
  size_t link_count, link_capacity;
  struct uucp_order *orders;
  size_t order_count, order_capacity;
  struct uucp_slot *slots; /* a hash table of the names */
  size_t slot_count, slot_used;
  struct uucp_hidden *hidden; /* in the present scope of private */
  size_t hidden_count, hidden_capacity;
  uint64_t work; /* links that orders were compared with */
  bool full;     /* a limit was reached: no further */
};

struct uucp_place {
  uint32_t line, column;
};
static inline struct uucp_place uucp_draft_here(const struct uucp_draft *draft) {
  return (struct uucp_place){draft->scan.word_line, draft->scan.word_column};
}
void uucp_draft_complain(struct uucp_draft *draft, struct uucp_place place, struct span message,
                         const char *expected, struct span hint);
void uucp_draft_warn(struct uucp_draft *draft, struct uucp_place place, struct span message,
                     const char *hint);

/* The node of that name in the present scope, made if there is none; UUCP_NONE when there are too many. */
int32_t uucp_draft_node(struct uucp_draft *draft, struct span name, struct uucp_place place);
/* From here on the name is another's, which is private. */
void uucp_draft_hide(struct uucp_draft *draft, struct span name, struct uucp_place place);
void uucp_draft_end_private(struct uucp_draft *draft);
void uucp_draft_link(struct uucp_draft *draft, const struct uucp_link *link);
void uucp_draft_order(struct uucp_draft *draft, const struct uucp_order *order);
/* Two names of one machine. */
void uucp_draft_join(struct uucp_draft *draft, uint32_t node, uint32_t alias);
uint32_t uucp_draft_root(struct uucp_draft *draft, uint32_t node);

/* The statements of the file; a mistake in one leaves the others to be read. */
void uucp_draft_read(struct uucp_draft *draft);
/* "(HOURLY*4+LOW)": the present word is the "(". False after a complaint. */
bool uucp_draft_read_cost(struct uucp_draft *draft, struct uucp_value *value_out);
/* Orders carried out, names put together, edges found. */
void uucp_draft_finish(struct uucp_draft *draft);
void uucp_draft_find_edges(struct uucp_draft *draft);
