/* How many routes there are: by their lengths, one after the other, for as long as the steps allow. */
#include "base/mem.h"
#include "readers/uucp_graph.h"

struct counting {
  const struct uucp_graph *graph;
  int32_t to, via;
  int32_t *left; /* hops to go at least; UUCP_NONE: no way */
  bool *passed;
  size_t length; /* that is counted now; 0: all */
  uint64_t of_length[UUCP_COUNT_HOPS_MAX + 1];
  uint64_t steps;
  bool was_cut; /* something goes on beyond this length */
};

/* Hops to go, whatever they cost. */
static void find_left(struct counting *counting) {
  const struct uucp_graph *graph = counting->graph;
  int32_t *queue = mem_alloc((graph->machine_count + 1) * sizeof *queue);
  size_t head = 0, count = 0;
  for (size_t m = 0; m < graph->machine_count; m++) counting->left[m] = UUCP_NONE;
  counting->left[counting->to] = 0;
  queue[count++] = counting->to;
  while (head < count) {
    int32_t at = queue[head++];
    for (size_t i = graph->first_into[at]; i < graph->first_into[at + 1]; i++) {
      int32_t from = graph->arcs[graph->into[i]].from;
      if (counting->left[from] != UUCP_NONE) continue;
      counting->left[from] = counting->left[at] + 1;
      queue[count++] = from;
    }
  }
  mem_free(queue);
}

/* From a machine that has been reached after so many hops. False: no steps are left. */
static bool count_from(struct counting *counting, int32_t at, size_t hops) {
  const struct uucp_graph *graph = counting->graph;
  for (size_t i = graph->first[at]; i < graph->first[at + 1]; i++) {
    int32_t to = graph->arcs[i].to, left = counting->left[to];
    if (!counting->steps) return false;
    counting->steps--;
    if (left == UUCP_NONE || counting->passed[to]) continue;
    if (counting->length && hops + 1 + (size_t)left > counting->length) {
      counting->was_cut = true;
      continue;
    }
    if (to == counting->to) { /* a shorter one was counted before */
      bool counts = counting->via == UUCP_NONE || counting->via == to || counting->passed[counting->via];
      if (counting->length) counts &= hops + 1 == counting->length;
      counting->of_length[hops + 1] += counts;
      continue;
    }
    counting->passed[to] = true;
    bool well = count_from(counting, to, hops + 1);
    counting->passed[to] = false;
    if (!well) return false;
  }
  return true;
}

static void count_lengths(struct counting *counting, int32_t from, size_t hops_max,
                          struct uucp_count *count) {
  for (size_t length = 1; length <= hops_max; length++) {
    counting->length = length;
    counting->was_cut = false;
    bool well = count_from(counting, from, 0);
    count->at_least += counting->of_length[length];
    if (!well) return;
    count->of_length[length] = counting->of_length[length];
    count->total = count->at_least;
    count->exact_hops = length;
    count->all = !counting->was_cut;
    if (count->all) return;
  }
}

static void count_whole(struct counting *counting, int32_t from, struct uucp_count *count) {
  memset(counting->of_length, 0, sizeof counting->of_length);
  counting->length = 0;
  if (!count_from(counting, from, 0)) return;
  count->total = 0;
  count->all = true;
  for (size_t length = 1; length <= UUCP_COUNT_HOPS_MAX; length++) {
    count->of_length[length] = counting->of_length[length];
    count->total += counting->of_length[length];
    if (count->of_length[length]) count->exact_hops = length;
  }
  count->at_least = count->total;
}

void uucp_routes_count(const struct uucp_routes *routes, int32_t via, size_t hops_max, uint64_t steps,
                       struct uucp_count *count_out) {
  size_t machines = routes->graph.machine_count;
  struct counting counting = {.graph = &routes->graph, .to = routes->query.to, .via = via, .steps = steps};
  bool whole = !hops_max && machines <= UUCP_WHOLE_MAX;
  *count_out = (struct uucp_count){0};
  if (routes->last_resort) {
    count_out->all = true;
    return;
  }
  if (!hops_max || hops_max > UUCP_COUNT_HOPS_MAX) hops_max = UUCP_COUNT_HOPS_MAX;
  counting.left = mem_alloc((machines + 1) * sizeof *counting.left);
  counting.passed = mem_zalloc(machines + 1);
  counting.passed[routes->query.from] = true;
  find_left(&counting);
  count_lengths(&counting, routes->query.from, hops_max, count_out);
  counting.steps = steps * 5;
  if (whole && !count_out->all) count_whole(&counting, routes->query.from, count_out);
  mem_free(counting.left);
  mem_free(counting.passed);
}
