/* Addresses: hop by hop over a map, and how mailers read them. */
#include "base/json_write.h"
#include "readers/uucp_words.h"

/* How far an address leads. */
struct walk {
  struct uucp_hop hops[BANG_PATH_HOSTS_MAX];
  size_t hop_count;
  int32_t at; /* where it has ended */
  const struct uucp_edge
      *known_as; /* where it stops: the next machine, under the name that this one has for it */
  int64_t units, wait_s;
};

/* The link that this machine has under that name. */
static const struct uucp_edge *find_edge(const struct uucp_map *map, int32_t machine, struct span name) {
  const struct uucp_machine *here = &map->machines[machine];
  for (size_t i = 0; i < here->edge_count; i++)
    if (span_equal(map->edges[here->first_edge + i].name, name)) return &map->edges[here->first_edge + i];
  return NULL;
}

static const struct uucp_edge *find_under_other_name(const struct uucp_map *map, int32_t machine,
                                                     struct span name) {
  const struct uucp_machine *here = &map->machines[machine];
  int32_t to = uucp_map_find(map, name);
  for (size_t i = 0; i < here->edge_count && to != UUCP_NONE; i++)
    if (map->edges[here->first_edge + i].to == to) return &map->edges[here->first_edge + i];
  return NULL;
}

/* True: it arrives. */
static bool walk(const struct uucp_map *map, int32_t from, const struct bang_path *path, struct walk *walk) {
  *walk = (struct walk){.at = from};
  for (size_t i = 0; i < path->host_count; i++) {
    const struct uucp_edge *edge = find_edge(map, walk->at, path->hosts[i]);
    if (!edge || edge->dead) {
      walk->known_as = edge ? NULL : find_under_other_name(map, walk->at, path->hosts[i]);
      return false;
    }
    walk->hops[walk->hop_count++] = (struct uucp_hop){
        .from = walk->at, .to = edge->to, .name = edge->name, .edge = edge, .units = edge->cost.units};
    walk->units += edge->cost.units;
    walk->wait_s += edge->cost.wait_s;
    walk->at = edge->to;
  }
  return true;
}

/* The map's own way from one to the other; false: there is none, or it is where it should be. */
static bool find_cheapest(const struct uucp_map *map, int32_t from, int32_t to, struct uucp_routes **routes,
                          struct uucp_route *route) {
  struct uucp_query query = {.from = from, .to = to};
  *routes = uucp_routes_new(map, &query);
  return uucp_routes_next(*routes, route) && !route->last_resort;
}

/* ---- as text ---- */

static void add_stop(const struct uucp_map *map, const struct walk *walk, struct span next, struct buf *out) {
  struct span here = map->machines[walk->at].name;
  const struct uucp_edge *edge = find_edge(map, walk->at, next);
  struct uucp_routes *routes = NULL;
  struct uucp_route route;
  int32_t to = uucp_map_find(map, next);
  if (edge)
    buf_format(out, "It stops at %.*s: its link to %.*s is dead.\n", SPAN_ARG(here), SPAN_ARG(next));
  else if (walk->known_as)
    buf_format(out, "It stops at %.*s, which calls %.*s by another name: %.*s.\n", SPAN_ARG(here),
               SPAN_ARG(next), SPAN_ARG(walk->known_as->name));
  else
    buf_format(out, "It stops at %.*s, which does not call %.*s.\n", SPAN_ARG(here), SPAN_ARG(next));
  if (to != UUCP_NONE && !walk->known_as && find_cheapest(map, walk->at, to, &routes, &route)) {
    buf_add_text(out, "By the map it would go on as ");
    uucp_route_write(&route, SPAN("…"), out);
    buf_add_char(out, '\n');
  }
  uucp_routes_free(routes);
}

static void add_comparison(const struct uucp_map *map, int32_t from, const struct walk *walk,
                           struct buf *out) {
  struct uucp_routes *routes = NULL;
  struct uucp_route route;
  if (find_cheapest(map, from, walk->at, &routes, &route)) {
    if (route.units == walk->units)
      buf_add_text(out, "The map has no cheaper way.\n");
    else {
      buf_add_text(out, "The cheapest way of the map costs ");
      uucp_words_number((uint64_t)route.units, out);
      buf_add_text(out, ": ");
      uucp_route_write(&route, SPAN("user"), out);
      buf_add_char(out, '\n');
    }
  }
  uucp_routes_free(routes);
}

static void add_hops(const struct uucp_map *map, const struct uucp_reading *reading, const struct walk *walk,
                     struct buf *out) {
  struct bang_path left = reading->path;
  struct uucp_route route = {.hops = (struct uucp_hop *)walk->hops, .hop_count = walk->hop_count};
  size_t width = uucp_words_name_width(&route);
  for (size_t i = 0; i < walk->hop_count; i++) {
    uucp_words_hop(i + 1, map, &walk->hops[i], width, out);
    left = bang_path_rest(&left);
    buf_add_text(out, "       gets ");
    bang_path_write(&left, out);
    buf_add_char(out, '\n');
  }
}

static void tell(const struct uucp_map *map, int32_t from, const struct uucp_reading *reading,
                 const struct walk *walk, bool arrives, struct buf *out) {
  struct span here = map->machines[walk->at].name;
  add_hops(map, reading, walk, out);
  if (!arrives) {
    add_stop(map, walk, reading->path.hosts[walk->hop_count], out);
    return;
  }
  buf_format(out, "%.*s has the user %.*s: ", SPAN_ARG(here), SPAN_ARG(reading->path.user));
  uucp_words_count(walk->hop_count, "hop", "hops", out);
  buf_add_text(out, ", cost ");
  uucp_words_number((uint64_t)walk->units, out);
  if (walk->wait_s) {
    buf_add_text(out, ", waits up to ");
    uucp_wait_words(walk->wait_s, out);
  }
  buf_add_text(out, ".\n");
  if (walk->hop_count) add_comparison(map, from, walk, out);
}

/* ---- as JSON ---- */

static void tell_json(const struct uucp_map *map, const struct uucp_reading *reading, const struct walk *walk,
                      bool arrives, struct buf *out) {
  buf_format(out, "{\"rule\":\"%s\",\"arrives\":%s,\"cost\":%lld,\"wait_s\":%lld",
             uucp_rule_name(reading->rule), arrives ? "true" : "false", (long long)walk->units,
             (long long)walk->wait_s);
  uucp_words_json_text(",\"ends_at\":", map->machines[walk->at].name, out);
  uucp_words_json_text(",\"user\":", arrives ? reading->path.user : SPAN_EMPTY, out);
  uucp_words_json_text(",\"not_known\":", arrives ? SPAN_EMPTY : reading->path.hosts[walk->hop_count], out);
  buf_add_text(out, ",\"hops\":[");
  for (size_t i = 0; i < walk->hop_count; i++) {
    if (i) buf_add_char(out, ',');
    uucp_words_hop_json(map, &walk->hops[i], out);
  }
  buf_add_text(out, "]}");
}

bool uucp_tell_address(const struct uucp_map *map, int32_t from, struct span address, bool json,
                       struct buf *out) {
  struct uucp_reading readings[BANG_RULE_COUNT];
  struct walk walked;
  size_t count = uucp_readings(address, readings);
  bool arrives_once = false;
  if (json) {
    uucp_words_json_text("{\"from\":", map->machines[from].name, out);
    uucp_words_json_text(",\"address\":", address, out);
    buf_add_text(out, ",\"readings\":[");
  }
  for (size_t i = 0; i < count; i++) {
    bool arrives = walk(map, from, &readings[i].path, &walked);
    arrives_once |= arrives;
    if (json) {
      if (i) buf_add_char(out, ',');
      tell_json(map, &readings[i], &walked, arrives, out);
      continue;
    }
    buf_format(out, "%s%.*s from %.*s", i ? "\n" : "", SPAN_ARG(address), SPAN_ARG(map->machines[from].name));
    if (count > 1) buf_format(out, ", %s", uucp_words_rule(readings[i].rule));
    buf_add_text(out, ":\n");
    tell(map, from, &readings[i], &walked, arrives, out);
  }
  if (json) buf_add_text(out, "]}\n");
  return arrives_once;
}

/* ---- readings ---- */

static void add_steps(struct span address, enum bang_rule rule, bool json, struct buf *out) {
  struct bang_step step;
  for (size_t i = 1; bang_step(address, rule, &step) == BANG_OK && step.sign; i++) {
    address = step.rest;
    if (!json) {
      buf_format(out, "  %3zu  to %.*s, which gets %.*s\n", i, SPAN_ARG(step.next), SPAN_ARG(step.rest));
      continue;
    }
    uucp_words_json_text(i > 1 ? ",{\"next\":" : "{\"next\":", step.next, out);
    uucp_words_json_text(",\"gets\":", step.rest, out);
    buf_add_char(out, '}');
  }
}

static void add_reading(struct span address, const struct uucp_reading *reading, bool alone, bool json,
                        struct buf *out) {
  struct buf pure = {0};
  bang_path_write(&reading->path, &pure);
  if (json) {
    buf_format(out, "{\"rule\":\"%s\",\"steps\":[", uucp_rule_name(reading->rule));
    add_steps(address, reading->rule, true, out);
    uucp_words_json_text("],\"pure\":", buf_span(&pure), out);
    buf_format(out, ",\"absolute\":%s}", bang_path_is_absolute(&reading->path) ? "true" : "false");
  } else {
    buf_format(out, "\n%s:\n", alone ? "All mailers read it alike" : uucp_words_rule(reading->rule));
    if (!reading->path.host_count) buf_add_text(out, "  a user of this machine\n");
    add_steps(address, reading->rule, false, out);
    if (!span_equal(buf_span(&pure), address))
      buf_format(out, "  so that nobody reads it otherwise: %.*s\n", SPAN_ARG(buf_span(&pure)));
    if (reading->path.host_count)
      buf_format(out, "  %s\n",
                 bang_path_is_absolute(&reading->path)
                     ? "absolute: the first machine is a domain, which everybody can look up"
                     : "relative: it depends on where it is read, for each machine knows its own neighbours");
  }
  buf_free(&pure);
}

void uucp_tell_readings(struct span address, bool json, struct buf *out) {
  struct uucp_reading readings[BANG_RULE_COUNT];
  size_t count = uucp_readings(address, readings);
  if (json) {
    uucp_words_json_text("{\"address\":", address, out);
    buf_format(out, ",\"mixed\":%s,\"readings\":[", count > 1 ? "true" : "false");
  } else {
    buf_format(out, "%.*s\n", SPAN_ARG(address));
  }
  for (size_t i = 0; i < count; i++) {
    if (json && i) buf_add_char(out, ',');
    add_reading(address, &readings[i], count == 1, json, out);
  }
  if (json)
    buf_add_text(out, "]}\n");
  else if (count > 1)
    buf_add_text(
        out,
        "\nRFC 976 2.1: whoever gets such an address should look for \"@\" first, and nobody should write\n"
        "one; with \"!\" alone between all names it cannot be misread.\n");
}
