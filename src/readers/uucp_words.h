/* uucp_words: pieces that the texts on UUCP have in common. Only the files named uucp_ know it. */
#pragma once

#include "readers/uucp_tell.h"

/* "12,345" */
void uucp_words_number(uint64_t number, struct buf *out);
/* "1 hop", "3 hops" */
void uucp_words_count(uint64_t count, const char *one, const char *many, struct buf *out);
/* A line of a table: the machine that comes next, what the link costs, its kind, how long mail waits for it.
 */
void uucp_words_hop(size_t number, const struct uucp_map *map, const struct uucp_hop *hop, size_t name_width,
                    struct buf *out);
/* {"machine":…,"name":…,"cost":…} */
void uucp_words_hop_json(const struct uucp_map *map, const struct uucp_hop *hop, struct buf *out);
void uucp_words_route_json(const struct uucp_map *map, const struct uucp_route *route, struct buf *out);
void uucp_words_json_text(const char *before, struct span text, struct buf *out);
size_t uucp_words_name_width(const struct uucp_route *route);

/* A reading of an address, among those that differ. */
struct uucp_reading {
  enum bang_rule rule;
  struct bang_path path;
};
/* Those that differ from one another; 0: none can be read. */
size_t uucp_readings(struct span address, struct uucp_reading readings[BANG_RULE_COUNT]);
/* "\"!\" first, as old UUCP mailers read it" */
const char *uucp_words_rule(enum bang_rule rule);
const char *uucp_rule_name(enum bang_rule rule); /* "bang-first" */
