#include "readers/uucp_words.h"

#include "base/json_write.h"

void uucp_words_number(uint64_t number, struct buf *out) {
  char digits[BUF_U64_MAX];
  size_t len = (size_t)(buf_put_u64(digits, number) - digits);
  for (size_t i = 0; i < len; i++) {
    if (i && (len - i) % 3 == 0) buf_add_char(out, ',');
    buf_add_char(out, digits[i]);
  }
}

void uucp_words_count(uint64_t count, const char *one, const char *many, struct buf *out) {
  uucp_words_number(count, out);
  buf_format(out, " %s", count == 1 ? one : many);
}

size_t uucp_words_name_width(const struct uucp_route *route) {
  size_t width = 7;
  for (size_t i = 0; i < route->hop_count; i++)
    if (route->hops[i].name.len > width) width = route->hops[i].name.len;
  return width;
}

static void add_padded(struct span text, size_t width, bool right, struct buf *out) {
  size_t blanks = text.len < width ? width - text.len : 0;
  for (size_t i = 0; right && i < blanks; i++) buf_add_char(out, ' ');
  buf_add(out, text);
  for (size_t i = 0; !right && i < blanks; i++) buf_add_char(out, ' ');
}

static void add_remarks(const struct uucp_map *map, const struct uucp_hop *hop, struct buf *out) {
  if (hop->edge->network != UUCP_NONE)
    buf_format(out, "; over %.*s", SPAN_ARG(map->networks[hop->edge->network]));
  if (hop->edge->cost.wait_s) {
    buf_add_text(out, "; waits up to ");
    uucp_wait_words(hop->edge->cost.wait_s, out);
  }
  if (hop->backwards)
    buf_add_text(out, "; backwards: the map has only the other direction");
  else if (hop->edge->dead)
    buf_add_text(out, "; dead");
  else if (hop->last_resort)
    buf_add_text(out, "; by a machine that is dead, or past a link that ends here");
}

void uucp_words_hop(size_t number, const struct uucp_map *map, const struct uucp_hop *hop, size_t name_width,
                    struct buf *out) {
  struct buf cost = {0};
  const struct uucp_cost *said = &hop->edge->cost;
  uucp_words_number((uint64_t)said->units, &cost);
  buf_format(out, "  %3zu  ", number);
  add_padded(hop->name, name_width, false, out);
  buf_add_text(out, "  ");
  add_padded(buf_span(&cost), 7, true, out);
  buf_add_text(out, "  ");
  add_padded(span_from(uucp_kind_name(said->kind)), 9, false, out);
  buf_format(out, "  %s", uucp_kind_words(said->kind));
  add_remarks(map, hop, out);
  buf_add_char(out, '\n');
  buf_free(&cost);
}

void uucp_words_json_text(const char *before, struct span text, struct buf *out) {
  buf_add_text(out, before);
  json_write_octets(text, out);
}

void uucp_words_hop_json(const struct uucp_map *map, const struct uucp_hop *hop, struct buf *out) {
  const struct uucp_cost *cost = &hop->edge->cost;
  uucp_words_json_text("{\"machine\":", map->machines[hop->to].name, out);
  uucp_words_json_text(",\"name\":", hop->name, out);
  buf_format(out, ",\"cost\":%lld,\"kind\":\"%s\",\"wait_s\":%lld,\"network\":", (long long)cost->units,
             uucp_kind_name(cost->kind), (long long)cost->wait_s);
  if (hop->edge->network == UUCP_NONE)
    buf_add_text(out, "null");
  else
    json_write_octets(map->networks[hop->edge->network], out);
  buf_format(out, ",\"last_resort\":%s}", hop->last_resort ? "true" : "false");
}

void uucp_words_route_json(const struct uucp_map *map, const struct uucp_route *route, struct buf *out) {
  struct buf address = {0};
  uucp_route_write(route, SPAN("user"), &address);
  buf_format(out, "{\"cost\":%lld,\"wait_s\":%lld,\"last_resort\":%s", (long long)route->units,
             (long long)route->wait_s, route->last_resort ? "true" : "false");
  uucp_words_json_text(",\"address\":", buf_span(&address), out);
  buf_add_text(out, ",\"hops\":[");
  for (size_t i = 0; i < route->hop_count; i++) {
    if (i) buf_add_char(out, ',');
    uucp_words_hop_json(map, &route->hops[i], out);
  }
  buf_add_text(out, "]}");
  buf_free(&address);
}

/* ---- readings of an address ---- */

static bool is_same(const struct bang_path *a, const struct bang_path *b) {
  if (a->host_count != b->host_count || !span_equal(a->user, b->user)) return false;
  for (size_t i = 0; i < a->host_count; i++)
    if (!span_equal(a->hosts[i], b->hosts[i])) return false;
  return true;
}

size_t uucp_readings(struct span address, struct uucp_reading readings[BANG_RULE_COUNT]) {
  size_t count = 0;
  for (int rule = 0; rule < BANG_RULE_COUNT; rule++) {
    struct uucp_reading *reading = &readings[count];
    bool is_new = bang_path_read(address, (enum bang_rule)rule, &reading->path) == BANG_OK;
    reading->rule = (enum bang_rule)rule;
    for (size_t i = 0; i < count && is_new; i++) is_new = !is_same(&readings[i].path, &reading->path);
    count += is_new;
  }
  return count;
}

const char *uucp_words_rule(enum bang_rule rule) {
  static const char *const words[BANG_RULE_COUNT] = {
      [BANG_FIRST] = "\"!\" first, as old UUCP mailers read it",
      [BANG_AT_FIRST] = "\"@\" first, then \"%\", as RFC 822 and RFC 1123 5.2.16 want it",
      [BANG_PERCENT_LAST] = "\"@\" first and \"%\" last, as other mailers of the Internet read it",
  };
  return words[rule];
}

const char *uucp_rule_name(enum bang_rule rule) {
  static const char *const names[BANG_RULE_COUNT] = {
      [BANG_FIRST] = "bang-first", [BANG_AT_FIRST] = "at-first", [BANG_PERCENT_LAST] = "percent-last"};
  return names[rule];
}
