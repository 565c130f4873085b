/* Routes, and how many there are. */
#include "readers/uucp_tell.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "readers/uucp_words.h"

enum {
  NAMES_SHOWN = 20,
  LENGTHS_SHOWN = 10,
  BY_WAY_MIN = 100, /* routes that are looked at, in order, for some that go by a machine */
};

/* What was found. */
struct answer {
  const struct uucp_map *map;
  const struct uucp_question *question;
  struct uucp_routes *routes, *legs[2];
  struct uucp_route *found;
  size_t found_count;
  size_t looked_at, looked_max; /* routes, for those that go by `via` */
  bool all_seen;
  bool by_legs; /* found[0] is two routes, one behind the other */
  struct uucp_hop *joined;
  struct uucp_count count;
};

/* ---- the answer ---- */

static bool goes_by(const struct uucp_route *route, int32_t machine, int32_t from) {
  if (machine == UUCP_NONE || machine == from) return true;
  for (size_t i = 0; i < route->hop_count; i++)
    if (route->hops[i].to == machine) return true;
  return false;
}

static bool is_twice(const struct uucp_route *route, int32_t from) {
  for (size_t i = 0; i < route->hop_count; i++)
    for (size_t j = 0; j <= i; j++)
      if (route->hops[i].to == (j ? route->hops[j - 1].to : from)) return true;
  return false;
}

/* As mailers with maps do it: the cheapest way there, and from there the cheapest on. Nothing that goes by
 * `via` is cheaper; but it may pass a machine twice. False: there is none. */
static bool join_legs(struct answer *answer, struct uucp_route *whole) {
  const struct uucp_query *query = &answer->question->query;
  struct uucp_query first = *query, second = *query;
  struct uucp_route legs[2];
  first.to = second.from = answer->question->via;
  answer->legs[0] = uucp_routes_new(answer->map, &first);
  answer->legs[1] = uucp_routes_new(answer->map, &second);
  for (int i = 0; i < 2; i++)
    if (!uucp_routes_next(answer->legs[i], &legs[i]) || legs[i].last_resort) return false;
  answer->joined = mem_alloc((legs[0].hop_count + legs[1].hop_count) * sizeof *answer->joined);
  memcpy(answer->joined, legs[0].hops, legs[0].hop_count * sizeof *answer->joined);
  memcpy(answer->joined + legs[0].hop_count, legs[1].hops, legs[1].hop_count * sizeof *answer->joined);
  *whole = (struct uucp_route){.hops = answer->joined,
                               .hop_count = legs[0].hop_count + legs[1].hop_count,
                               .units = legs[0].units + legs[1].units,
                               .wait_s = legs[0].wait_s + legs[1].wait_s};
  return true;
}

static bool is_same(const struct uucp_route *a, const struct uucp_route *b) {
  if (a->hop_count != b->hop_count) return false;
  for (size_t i = 0; i < a->hop_count; i++)
    if (a->hops[i].to != b->hops[i].to) return false;
  return true;
}

/* Of the cheapest of all those that go by `via`. */
static void find_by_way(struct answer *answer) {
  const struct uucp_question *question = answer->question;
  struct uucp_route legs, route;
  bool joined = join_legs(answer, &legs);
  bool twice = joined && is_twice(&legs, question->query.from);
  answer->looked_max = question->listed * 10 > BY_WAY_MIN ? question->listed * 10 : BY_WAY_MIN;
  if (joined && !twice) answer->found[answer->found_count++] = legs;
  while (answer->found_count < question->listed && answer->looked_at < answer->looked_max &&
         uucp_routes_next(answer->routes, &route) && !route.last_resort) {
    answer->looked_at++;
    if (!goes_by(&route, question->via, question->query.from)) continue;
    if (answer->found_count && is_same(&route, &answer->found[0])) continue;
    answer->found[answer->found_count++] = route;
  }
  answer->by_legs = joined && twice && !answer->found_count;
  if (answer->by_legs) answer->found[answer->found_count++] = legs;
}

static void find_cheapest(struct answer *answer) {
  struct uucp_route route;
  while (answer->found_count < answer->question->listed && uucp_routes_next(answer->routes, &route)) {
    if (route.last_resort && answer->found_count) break; /* one such is enough */
    answer->found[answer->found_count++] = route;
  }
}

static void find_answer(struct answer *answer) {
  const struct uucp_question *question = answer->question;
  answer->routes = uucp_routes_new(answer->map, &question->query);
  answer->found = mem_alloc((question->listed + 1) * sizeof *answer->found);
  if (question->via == UUCP_NONE)
    find_cheapest(answer);
  else
    find_by_way(answer);
  answer->all_seen = uucp_routes_are_all(answer->routes);
  uucp_routes_count(answer->routes, question->via, question->hops_max, UUCP_COUNT_STEPS, &answer->count);
  answer->all_seen |= answer->count.all && !answer->count.total;
}

static void free_answer(struct answer *answer) {
  uucp_routes_free(answer->routes);
  uucp_routes_free(answer->legs[0]);
  uucp_routes_free(answer->legs[1]);
  mem_free(answer->found);
  mem_free(answer->joined);
}

/* ---- as text ---- */

static struct span name_of(const struct answer *answer, int32_t machine) {
  return answer->map->machines[machine].name;
}

static void add_summary(const struct uucp_route *route, struct buf *out) {
  uucp_words_count(route->hop_count, "hop", "hops", out);
  buf_add_text(out, ", cost ");
  uucp_words_number((uint64_t)route->units, out);
}

static void add_address(const struct uucp_route *route, struct buf *out) {
  buf_add_text(out, "  ");
  uucp_route_write(route, SPAN("user"), out);
  buf_add_char(out, '\n');
}

/* An address that the machines on the way may read otherwise. */
static void add_mixed(const struct uucp_route *route, struct buf *out) {
  struct buf address = {0};
  uucp_route_write(route, SPAN("user"), &address);
  if (bang_address_is_mixed(buf_span(&address)))
    buf_add_text(out,
                 "This address is mixed: some mailers look for \"!\" first, others for \"@\" (--explain).\n");
  buf_free(&address);
}

static void add_wait(const struct uucp_route *route, struct buf *out) {
  if (!route->wait_s) {
    buf_add_text(out, "Every call is made when there is mail: it waits for none.\n");
    return;
  }
  buf_add_text(out, "In the slowest case it waits ");
  uucp_wait_words(route->wait_s, out);
  buf_add_text(out, " for its calls.\n");
}

static void add_conditions(const struct answer *answer, struct buf *out) {
  const struct uucp_question *question = answer->question;
  for (size_t i = 0; i < question->query.without_count; i++)
    buf_format(out, "%s%.*s", i ? ", " : ", without ", SPAN_ARG(name_of(answer, question->query.without[i])));
  if (question->via != UUCP_NONE)
    buf_format(out, ", by way of %.*s", SPAN_ARG(name_of(answer, question->via)));
}

static void add_best(const struct answer *answer, struct buf *out) {
  const struct uucp_route *route = &answer->found[0];
  const struct uucp_question *question = answer->question;
  buf_format(out, "%.*s to %.*s", SPAN_ARG(name_of(answer, question->query.from)),
             SPAN_ARG(name_of(answer, question->query.to)));
  add_conditions(answer, out);
  buf_add_text(out, ": ");
  add_summary(route, out);
  buf_add_char(out, '\n');
  add_address(route, out);
  add_mixed(route, out);
  if (answer->by_legs) {
    if (answer->all_seen)
      buf_add_text(out, "No way");
    else
      buf_format(out, "None of the %zu cheapest ways", answer->looked_at);
    buf_format(out,
               " goes by %.*s without passing a machine twice. This is the cheapest way to it, and\n"
               "from there the cheapest on, as mailers with a map would do it.\n",
               SPAN_ARG(name_of(answer, question->via)));
  }
  if (route->last_resort)
    buf_add_text(out, "Only as a last resort: the map has no way but by what it calls dead.\n");
  buf_add_char(out, '\n');
  size_t width = uucp_words_name_width(route);
  for (size_t i = 0; i < route->hop_count; i++)
    uucp_words_hop(i + 1, answer->map, &route->hops[i], width, out);
  add_wait(route, out);
}

static void add_others(const struct answer *answer, struct buf *out) {
  for (size_t i = 1; i < answer->found_count; i++) {
    const struct uucp_route *route = &answer->found[i];
    if (answer->question->listed > 2)
      buf_format(out, "\n%zu. ", i + 1);
    else
      buf_add_text(out, "\nThe runner-up: ");
    add_summary(route, out);
    if (route->wait_s) {
      buf_add_text(out, ", waits up to ");
      uucp_wait_words(route->wait_s, out);
    }
    buf_add_char(out, '\n');
    add_address(route, out);
  }
  if (answer->found_count < answer->question->listed && !answer->all_seen && !answer->looked_max)
    buf_add_text(out, "\nNo more were looked for: a limit of the search was reached.\n");
}

static void add_number_line(struct span left, uint64_t number, struct buf *out) {
  struct buf digits = {0};
  uucp_words_number(number, &digits);
  buf_format(out, "  %14.*s  %14.*s\n", SPAN_ARG(left), SPAN_ARG(buf_span(&digits)));
  buf_free(&digits);
}

/* Each of the first lengths, and the others together. */
static void add_lengths(const struct uucp_count *count, struct buf *out) {
  struct buf left = {0};
  size_t shown = 0, first = 0, last = 0;
  uint64_t rest = 0;
  for (size_t i = 1; i <= count->exact_hops; i++) {
    if (!count->of_length[i]) continue;
    if (++shown > LENGTHS_SHOWN) {
      if (!first) first = i;
      last = i;
      rest += count->of_length[i];
      continue;
    }
    buf_clear(&left);
    uucp_words_count(i, "hop ", "hops", &left);
    add_number_line(buf_span(&left), count->of_length[i], out);
  }
  buf_clear(&left);
  if (last > first) buf_format(&left, "%zu to ", first);
  uucp_words_count(last, "hop ", "hops", &left);
  if (last) add_number_line(buf_span(&left), rest, out);
  buf_free(&left);
}

static void add_count(const struct answer *answer, struct buf *out) {
  const struct uucp_count *count = &answer->count;
  buf_add_text(out, "\nHow many paths there are");
  add_conditions(answer, out);
  buf_add_text(out, ", none of them with a machine twice:\n");
  add_lengths(count, out);
  if (count->all) {
    add_number_line(SPAN("in all"), count->total, out);
  } else if (answer->question->hops_max && count->exact_hops == answer->question->hops_max) {
    add_number_line(SPAN("together"), count->total, out);
  } else {
    buf_add_text(out, "  and longer ones: at least ");
    uint64_t known =
        answer->by_legs || answer->found_count < count->at_least ? count->at_least : answer->found_count;
    uucp_words_number(known, out);
    buf_add_text(out, " in all, for the counting was ended after 20,000,000 links\n");
  }
}

/* "12 of 40 machines: a, b, c …" */
static size_t add_reached(const struct answer *answer, bool backwards, struct buf *out) {
  const struct uucp_map *map = answer->map;
  bool *reached = mem_zalloc(map->machine_count + 1);
  size_t count = uucp_reach(map, &answer->question->query, backwards, reached), shown = 0;
  uucp_words_count(count, "machine", "machines", out);
  for (size_t m = 0; m < map->machine_count && shown < NAMES_SHOWN; m++)
    if (reached[m]) buf_format(out, "%s%.*s", shown++ ? ", " : ": ", SPAN_ARG(map->machines[m].name));
  if (shown < count) buf_add_text(out, " …");
  buf_add_char(out, '\n');
  mem_free(reached);
  return count;
}

static void add_no_way(const struct answer *answer, struct buf *out) {
  const struct uucp_query *query = &answer->question->query;
  if (!answer->found_count) {
    buf_format(out, "There is no way from %.*s to %.*s", SPAN_ARG(name_of(answer, query->from)),
               SPAN_ARG(name_of(answer, query->to)));
    add_conditions(answer, out);
    buf_add_text(out, ".\n");
  }
  buf_format(out, "\n%.*s reaches ", SPAN_ARG(name_of(answer, query->from)));
  add_reached(answer, false, out);
  buf_format(out, "%.*s is reached by ", SPAN_ARG(name_of(answer, query->to)));
  add_reached(answer, true, out);
}

static void tell(const struct answer *answer, bool is_way, struct buf *out) {
  if (answer->found_count) add_best(answer, out);
  if (!is_way) {
    add_no_way(answer, out);
    return;
  }
  add_others(answer, out);
  add_count(answer, out);
}

/* ---- as JSON ---- */

static size_t count_reached(const struct answer *answer, bool backwards) {
  bool *reached = mem_zalloc(answer->map->machine_count + 1);
  size_t count = uucp_reach(answer->map, &answer->question->query, backwards, reached);
  mem_free(reached);
  return count;
}

static void tell_json(const struct answer *answer, struct buf *out) {
  const struct uucp_question *question = answer->question;
  const struct uucp_count *count = &answer->count;
  uucp_words_json_text("{\"from\":", name_of(answer, question->query.from), out);
  uucp_words_json_text(",\"to\":", name_of(answer, question->query.to), out);
  buf_add_text(out, ",\"via\":");
  if (question->via == UUCP_NONE)
    buf_add_text(out, "null");
  else
    json_write_octets(name_of(answer, question->via), out);
  buf_add_text(out, ",\"without\":[");
  for (size_t i = 0; i < question->query.without_count; i++)
    uucp_words_json_text(i ? "," : "", name_of(answer, question->query.without[i]), out);
  buf_add_text(out, "],\"routes\":[");
  for (size_t i = 0; i < answer->found_count; i++) {
    if (i) buf_add_char(out, ',');
    uucp_words_route_json(answer->map, &answer->found[i], out);
  }
  buf_format(out, "],\"paths\":{\"all\":%s,\"at_least\":%llu,\"exact_hops\":%zu,\"of_length\":{",
             count->all ? "true" : "false", (unsigned long long)count->at_least, count->exact_hops);
  bool said = false;
  for (size_t i = 1; i <= count->exact_hops; i++) {
    if (!count->of_length[i]) continue;
    buf_format(out, "%s\"%zu\":%llu", said ? "," : "", i, (unsigned long long)count->of_length[i]);
    said = true;
  }
  buf_format(out, "}},\"reaches\":%zu,\"reached_by\":%zu,\"machines\":%zu}\n", count_reached(answer, false),
             count_reached(answer, true), answer->map->machine_count);
}

bool uucp_tell_routes(const struct uucp_map *map, const struct uucp_question *question, bool json,
                      struct buf *out) {
  struct answer answer = {.map = map, .question = question};
  find_answer(&answer);
  bool is_way = answer.found_count && !answer.found[0].last_resort;
  if (json)
    tell_json(&answer, out);
  else
    tell(&answer, is_way, out);
  free_answer(&answer);
  return is_way;
}
