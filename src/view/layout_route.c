/* How the links run: from card to card, between the others. */
#include "view/layout_internal.h"

enum {
  LIFT_SIDE = 20 * 64, /* of an arc between neighbours */
  LIFT_LONG = 34 * 64  /* of one that passes other machines */
};

static bool same_row(struct rect a, struct rect b) {
  return a.y < rect_bottom(b) && b.y < rect_bottom(a);
}
static bool same_column(struct rect a, struct rect b) {
  return a.x < rect_right(b) && b.x < rect_right(a);
}

/* Whether another card stands between two of one row or column. */
static bool is_blocked(const struct layout_running *run, struct rect a, struct rect b) {
  struct rect between = rect_union(a, b);
  for (size_t i = 0; i < run->layout->node_count; i++) {
    struct rect card = run->layout->nodes[i].card;
    if (rect_equal(card, a) || rect_equal(card, b)) continue;
    if (!rect_is_empty(rect_intersect(card, between))) return true;
  }
  return false;
}

bool layout_has_opposite(const struct layout_running *run, const struct layout_link *link) {
  for (size_t i = 0; i < run->layout->link_count; i++) {
    const struct layout_link *other = &run->layout->links[i];
    bool same_pair = (other->client == link->client && other->server == link->server) ||
                     (other->client == link->server && other->server == link->client);
    if (other != link && same_pair) return true;
  }
  return false;
}

static void run_in_row(struct rect from, struct rect to, bool double_way, struct point curve[4]) {
  bool right = from.x < to.x;
  int32_t up = double_way ? (right ? -from.h / 8 : from.h / 8) : -from.h / 16;
  struct point a = {right ? rect_right(from) : from.x, rect_centre(from).y + up};
  struct point b = {right ? to.x : rect_right(to), rect_centre(to).y + up};
  int32_t lift = LIFT_SIDE;
  /* A single link always rises; of two, one rises and one sinks. */
  if (!double_way && !right) lift = -lift;
  curve_arc(a, b, lift, curve);
}

/* On the left side of the cards, so that the label has room before the place of the envelope. */
static void run_in_column(struct rect from, struct rect to, bool double_way, struct point curve[4]) {
  bool down = from.y < to.y;
  int32_t aside = -from.w / 3;
  /* Of two, the one that leads down: beside the other, and clear of the pill at the lower card's right. */
  if (double_way && down) {
    int32_t least = aside + DU(26), pill = from.w / 2 - DU(86);
    aside = pill > least ? (pill < from.w / 12 ? pill : from.w / 12) : least;
  }
  struct point a = {rect_centre(from).x + aside, down ? rect_bottom(from) : from.y};
  struct point b = {rect_centre(to).x + aside, down ? to.y : rect_bottom(to)};
  bool bulges_left = !down || !double_way;
  curve_arc(a, b, bulges_left == down ? -DU(12) : DU(12), curve);
}

/* Over or under the machines between: through the space between the rows. */
static void run_around(const struct layout_running *run, struct rect from, struct rect to,
                       struct point curve[4]) {
  bool right = from.x < to.x;
  bool below = rect_centre(from).y < run->stage.y + run->stage.h / 2;
  int32_t y_from = below ? rect_bottom(from) : from.y, y_to = below ? rect_bottom(to) : to.y;
  struct point a = {rect_centre(from).x + (right ? from.w / 4 : -from.w / 4), y_from};
  struct point b = {rect_centre(to).x + (right ? -to.w / 4 : to.w / 4), y_to};
  curve_arc(a, b, right == below ? -LIFT_LONG : LIFT_LONG, curve);
}

/* Slanting: from the upper card's bottom or side to the lower one's top or side, whichever faces. */
static void run_slanting(struct rect from, struct rect to, struct point curve[4]) {
  struct point a = rect_centre(from), b = rect_centre(to);
  bool right = a.x < b.x, down = a.y < b.y;
  int32_t gap_y = down ? to.y - rect_bottom(from) : from.y - rect_bottom(to);
  int32_t gap_x = right ? to.x - rect_right(from) : from.x - rect_right(to);
  if (gap_x > 2 * gap_y) {
    a.x = right ? rect_right(from) : from.x;
    b.x = right ? to.x : rect_right(to);
    /* At a right side, clear of the envelope that may lie at its foot. */
    a.y += !down ? -from.h / 4 : right ? from.h / 10 : from.h / 4;
    b.y += down ? -to.h / 4 : right ? to.h / 4 : to.h / 10;
  } else {
    a.x += right ? from.w / 4 : -from.w / 4;
    b.x += right ? -to.w / 4 : to.w / 4;
    a.y = down ? rect_bottom(from) : from.y;
    b.y = down ? to.y : rect_bottom(to);
  }
  curve_arc(a, b, DU(8), curve);
}

/* ---- between the machines ---- */

enum { SAMPLES = 24, CLEAR = 4 * 64, WAYS = 3 };

/* A curve as points, and the rectangle that holds them. */
struct track {
  struct point points[SAMPLES + 1];
  struct rect all;
};

static void follow(const struct point curve[4], struct track *track) {
  struct point low = curve[0], high = curve[0];
  for (int i = 0; i <= SAMPLES; i++) {
    struct point at = track->points[i] = curve_point(curve, FRACTION_ONE / SAMPLES * i);
    low = (struct point){at.x < low.x ? at.x : low.x, at.y < low.y ? at.y : low.y};
    high = (struct point){at.x > high.x ? at.x : high.x, at.y > high.y ? at.y : high.y};
  }
  track->all = (struct rect){low.x, low.y, high.x - low.x + 1, high.y - low.y + 1};
}

/* Before how many machines other than its ends it passes. */
static int count_behind(const struct layout_running *run, const struct track *track, struct rect from,
                        struct rect to) {
  int count = 0;
  for (size_t n = 0; n < run->layout->node_count; n++) {
    struct rect card = run->layout->nodes[n].card, room = rect_inset(card, -CLEAR, -CLEAR);
    if (rect_equal(card, from) || rect_equal(card, to)) continue;
    if (rect_is_empty(rect_intersect(room, track->all))) continue;
    bool passes = false;
    for (int i = 0; i <= SAMPLES && !passes; i++) passes = rect_contains(room, track->points[i]);
    count += passes;
  }
  return count;
}

/* A side of a card: where a curve may leave it, and which way it leaves. */
struct side {
  struct point at, way;
};

static void sides_of(struct rect card, struct side sides_out[4]) {
  struct point c = rect_centre(card);
  /* Not where an envelope may lie, or a number or a pill stands. */
  sides_out[0] = (struct side){{rect_right(card), c.y + card.h / 10}, {1, 0}};
  sides_out[1] = (struct side){{c.x, rect_bottom(card)}, {0, 1}};
  sides_out[2] = (struct side){{c.x - card.w / 10, card.y}, {0, -1}};
  sides_out[3] = (struct side){{card.x, c.y}, {-1, 0}};
}

static struct point along_way(const struct side *side, int32_t length) {
  return (struct point){side->at.x + side->way.x * length, side->at.y + side->way.y * length};
}

/* The caption, and the regions' names. */
static bool is_over_words(const struct layout *layout, struct point at) {
  if (rect_contains(layout->caption, at)) return true;
  for (size_t i = 0; i < layout->region_count; i++) {
    struct rect title = layout->regions[i].rect;
    title.h = DU(30);
    if (rect_contains(title, at)) return true;
  }
  return false;
}

/* What is wrong with a curve, in units of its length; where that is `limit` or more, not all of it. */
static int64_t cost_of(const struct layout_running *run, const struct point curve[4], struct rect from,
                       struct rect to, int64_t limit) {
  enum { BEHIND = 3000 * 64, OVER_WORDS = 2000 * 64, OUTSIDE = 4000 * 64 };
  struct track track;
  int64_t cost = 0;
  follow(curve, &track);
  for (int i = 1; i <= SAMPLES; i++) {
    struct point at = track.points[i];
    cost += point_distance(track.points[i - 1], at);
    if (!rect_contains(run->stage, at)) cost += OUTSIDE;
    /* Not through its own ends either. */
    if (i > 1 && i < SAMPLES - 1 && (rect_contains(from, at) || rect_contains(to, at))) cost += BEHIND;
  }
  for (int i = 1; i <= SAMPLES && cost < limit; i++)
    if (is_over_words(run->layout, track.points[i])) cost += OVER_WORDS / 4;
  return cost < limit ? cost + (int64_t)count_behind(run, &track, from, to) * BEHIND : cost;
}

/* Through the lanes between the cards: of all ways to leave one side and to come to another, the best. */
static void run_between(const struct layout_running *run, struct rect from, struct rect to,
                        struct point curve[4]) {
  struct side starts[4], ends[4];
  sides_of(from, starts);
  sides_of(to, ends);
  int32_t far = point_distance(rect_centre(from), rect_centre(to)) * 4 / 10;
  const int32_t reach[WAYS] = {DU(32), DU(64), far};
  int64_t best = cost_of(run, curve, from, to, INT64_MAX);
  for (int i = 0; i < 4 * 4 * WAYS * WAYS; i++) {
    const struct side *start = &starts[i % 4], *end = &ends[i / 4 % 4];
    const struct point tried[4] = {start->at, along_way(start, reach[i / 16 % WAYS]),
                                   along_way(end, reach[i / 16 / WAYS]), end->at};
    int64_t cost = cost_of(run, tried, from, to, best);
    if (cost >= best) continue;
    best = cost;
    memcpy(curve, tried, sizeof tried);
  }
}

void layout_route(const struct layout_running *run, struct layout_link *link) {
  const struct layout_node *client = layout_node_of(run->layout, link->client);
  const struct layout_node *server = layout_node_of(run->layout, link->server);
  struct rect from = link->is_pull ? server->card : client->card;
  struct rect to = link->is_pull ? client->card : server->card;
  bool double_way = layout_has_opposite(run, link), blocked = is_blocked(run, from, to);
  if (same_row(from, to) && !blocked)
    run_in_row(from, to, double_way, link->curve);
  else if (same_column(from, to) && !same_row(from, to) && !blocked)
    run_in_column(from, to, double_way, link->curve);
  else if (same_row(from, to))
    run_around(run, from, to, link->curve);
  else
    run_slanting(from, to, link->curve);
  struct track track;
  follow(link->curve, &track);
  if (count_behind(run, &track, from, to)) run_between(run, from, to, link->curve);
}
