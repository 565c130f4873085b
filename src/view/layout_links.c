/* How the links run, and where their labels stand. */
#include "view/layout_internal.h"
#include "view/theme.h"

enum {
  LIFT_SIDE = 20 * 64, /* of an arc between neighbours */
  LIFT_LONG = 34 * 64, /* of one that passes other machines */
  LABEL_CLEAR = 6 * 64 /* around a label */
};

struct rect layout_resting_place(const struct layout_node *node) {
  return (struct rect){rect_right(node->card) - DU(10), rect_bottom(node->card) - DU(25), DU(48), DU(42)};
}

struct text_style layout_protocol_style(enum card_size size, const struct theme *theme) {
  struct text_style style = theme_text(theme, size == CARD_FULL ? TEXT_LINK : TEXT_SMALL_STRONG);
  style.weight = WEIGHT_BOLD;
  return style;
}
struct text_style layout_word_style(enum card_size size, const struct theme *theme) {
  return theme_text(theme, size == CARD_FULL ? TEXT_BODY_STRONG : TEXT_SMALL);
}

struct span layout_link_word(const struct layout_link *link) {
  if (span_equal(link->protocol, SPAN("telnet"))) return SPAN("by hand");
  return link->is_pull ? SPAN("pull") : SPAN("push");
}

struct running {
  struct layout *layout;
  struct rect stage;
};

static struct span protocol_word(const struct world_link *link) {
  static const struct {
    struct span protocol, word;
  } words[] = {
      {SPAN_INIT("smtp"), SPAN_INIT("SMTP")},        {SPAN_INIT("submission"), SPAN_INIT("SMTP")},
      {SPAN_INIT("lmtp"), SPAN_INIT("LMTP")},        {SPAN_INIT("pop3"), SPAN_INIT("POP3")},
      {SPAN_INIT("submissions"), SPAN_INIT("SMTP")}, {SPAN_INIT("pop3s"), SPAN_INIT("POP3")},
      {SPAN_INIT("imap"), SPAN_INIT("IMAP")},        {SPAN_INIT("uucp"), SPAN_INIT("UUCP")},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (span_equal_nocase(link->protocol, words[i].protocol)) return words[i].word;
  return link->protocol.len ? link->protocol : SPAN("TCP");
}

/* ---- curves ---- */

static bool same_row(struct rect a, struct rect b) {
  return a.y < rect_bottom(b) && b.y < rect_bottom(a);
}
static bool same_column(struct rect a, struct rect b) {
  return a.x < rect_right(b) && b.x < rect_right(a);
}

/* Whether another card stands between two of one row or column. */
static bool is_blocked(const struct running *run, struct rect a, struct rect b) {
  struct rect between = rect_union(a, b);
  for (size_t i = 0; i < run->layout->node_count; i++) {
    struct rect card = run->layout->nodes[i].card;
    if (rect_equal(card, a) || rect_equal(card, b)) continue;
    if (!rect_is_empty(rect_intersect(card, between))) return true;
  }
  return false;
}

static bool has_opposite(const struct running *run, const struct layout_link *link) {
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
  int32_t aside = double_way && down ? from.w / 12 : -from.w / 3;
  struct point a = {rect_centre(from).x + aside, down ? rect_bottom(from) : from.y};
  struct point b = {rect_centre(to).x + aside, down ? to.y : rect_bottom(to)};
  bool bulges_left = !down || !double_way;
  curve_arc(a, b, bulges_left == down ? -DU(12) : DU(12), curve);
}

/* Over or under the machines between: through the space between the rows. */
static void run_around(const struct running *run, struct rect from, struct rect to, struct point curve[4]) {
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
    a.y += down ? from.h / 4 : -from.h / 4;
    b.y += down ? -to.h / 4 : to.h / 4;
  } else {
    a.x += right ? from.w / 4 : -from.w / 4;
    b.x += right ? -to.w / 4 : to.w / 4;
    a.y = down ? rect_bottom(from) : from.y;
    b.y = down ? to.y : rect_bottom(to);
  }
  curve_arc(a, b, DU(8), curve);
}

static void run_link(struct running *run, struct layout_link *link) {
  const struct layout_node *client = layout_node_of(run->layout, link->client);
  const struct layout_node *server = layout_node_of(run->layout, link->server);
  struct rect from = link->is_pull ? server->card : client->card;
  struct rect to = link->is_pull ? client->card : server->card;
  bool double_way = has_opposite(run, link), blocked = is_blocked(run, from, to);
  if (same_row(from, to) && !blocked)
    run_in_row(from, to, double_way, link->curve);
  else if (same_column(from, to) && !same_row(from, to) && !blocked)
    run_in_column(from, to, double_way, link->curve);
  else if (same_row(from, to))
    run_around(run, from, to, link->curve);
  else
    run_slanting(from, to, link->curve);
}

/* ---- labels ---- */

/* A card, and what stands on its edge: the hop's number, the part it plays. */
static bool meets_machine(const struct layout_node *node, struct rect label) {
  struct rect card = node->card;
  struct rect badge = {card.x - DU(15), card.y - DU(15), DU(34), DU(34)};
  struct rect part = {rect_right(card) - DU(78), card.y - DU(13), DU(72), DU(26)};
  if (!rect_is_empty(rect_intersect(label, rect_inset(card, -DU(2), -DU(2))))) return true;
  if (!rect_is_empty(rect_intersect(label, badge))) return true;
  return !rect_is_empty(rect_intersect(label, part));
}

static bool is_free(const struct running *run, const struct layout_link *link, struct rect label,
                    bool strictly) {
  struct rect room = rect_inset(label, -LABEL_CLEAR, -LABEL_CLEAR / 2);
  const struct layout *layout = run->layout;
  if (!rect_equal(rect_intersect(label, run->stage), label)) return false;
  if (!rect_is_empty(rect_intersect(label, layout->caption))) return false;
  for (size_t i = 0; i < layout->node_count; i++)
    if (meets_machine(&layout->nodes[i], label)) return false;
  for (size_t i = 0; strictly && i < layout->node_count; i++)
    if (!rect_is_empty(rect_intersect(label, layout_resting_place(&layout->nodes[i])))) return false;
  for (size_t i = 0; i < layout->region_count; i++) {
    struct rect title = layout->regions[i].rect;
    title.h = DU(30);
    if (!rect_is_empty(rect_intersect(label, title))) return false;
  }
  for (size_t i = 0; i < layout->link_count; i++) {
    const struct layout_link *other = &layout->links[i];
    if (other != link && !rect_is_empty(rect_intersect(room, other->label))) return false;
  }
  return true;
}

/* Whether a label leaves the region that both ends of its link are in. */
static bool is_outside(const struct running *run, const struct layout_link *link, struct rect label) {
  const struct layout_node *client = layout_node_of(run->layout, link->client);
  const struct layout_node *server = layout_node_of(run->layout, link->server);
  if (client->region != server->region) return false;
  return !rect_equal(rect_intersect(label, run->layout->regions[client->region].rect), label);
}

/* Whether a link runs through the label, other than the one whose curve it stands at. */
static bool is_crossed(const struct running *run, const struct point own[4], struct rect label) {
  for (size_t i = 0; i < run->layout->link_count; i++) {
    const struct layout_link *other = &run->layout->links[i];
    if (other->curve == own) continue;
    for (int32_t t = 0; t <= FRACTION_ONE; t += FRACTION_ONE / 16)
      if (rect_contains(label, curve_point(other->curve, t))) return true;
  }
  return false;
}

static bool try_label(struct running *run, struct layout_link *link, const struct point curve[4],
                      struct rect label, bool stacked, bool strictly) {
  if (!is_free(run, link, label, strictly) ||
      (strictly && (is_crossed(run, curve, label) || is_outside(run, link, label))))
    return false;
  link->label = label;
  link->label_is_stacked = stacked;
  return true;
}

/* Sizes of a link's label in its two forms. */
struct label_size {
  int32_t stacked_w, stacked_h, pill_w, pill_h;
};

static struct label_size measure_label(const struct running *run, const struct layout_link *link) {
  struct theme theme = theme_named(THEME_LIGHT);
  int32_t bold = text_width(layout_protocol_style(run->layout->size, &theme), link->protocol);
  int32_t plain = text_width(layout_word_style(run->layout->size, &theme), layout_link_word(link));
  return (struct label_size){(bold > plain ? bold : plain) + DU(1), DU(42), bold + plain + DU(32), DU(30)};
}

static bool is_level(const struct point curve[4]) {
  int32_t rise = curve_point(curve, FRACTION_ONE / 8).y - curve_point(curve, FRACTION_ONE * 7 / 8).y;
  return rise > -DU(24) && rise < DU(24);
}

/* Two links of one kind between the same machines share a label: the other of the two, or NULL. */
static const struct layout_link *twin_of(const struct running *run, const struct layout_link *link) {
  for (size_t i = 0; i < run->layout->link_count; i++) {
    const struct layout_link *other = &run->layout->links[i];
    bool opposite = other->client == link->server && other->server == link->client;
    if (opposite && !other->is_pull && !link->is_pull && span_equal(other->protocol, link->protocol))
      return other;
  }
  return NULL;
}

/* Beside the curve, on it, further along it. */
static bool place_along(struct running *run, struct layout_link *link, const struct point curve[4],
                        bool strictly) {
  static const int32_t alone[] = {50, 40, 60, 30, 70, 22, 78}, first[] = {30, 22, 40, 50, 60, 70, 78},
                       second[] = {70, 78, 60, 50, 40, 30, 22};
  /* Two labels side by side: one nearer the upper card, one nearer the lower. */
  bool two = !is_level(curve) && has_opposite(run, link) && !twin_of(run, link);
  const int32_t *along = !two ? alone : curve[0].y < curve[3].y ? first : second;
  struct label_size size = measure_label(run, link);
  int32_t lowest = rect_bottom(layout_node_of(run->layout, link->client)->card);
  bool level = is_level(curve);
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
    struct point p = curve_point_along(curve, FRACTION_ONE / 100 * along[i]);
    struct rect under = {p.x - size.stacked_w / 2, p.y + DU(8), size.stacked_w, size.stacked_h};
    struct rect over = rect_moved(under, 0, -DU(16) - size.stacked_h);
    struct rect below = {under.x, lowest + DU(21), under.w, under.h}; /* under envelopes, too */
    int32_t y = p.y - size.pill_h / 2 - DU(7); /* clear of what stands on the lower card's edge */
    struct rect right = {p.x + DU(10), y, size.pill_w, size.pill_h};
    struct rect left = {p.x - DU(10) - size.pill_w, y, size.pill_w, size.pill_h};
    struct rect on = {p.x - size.pill_w / 2, y, size.pill_w, size.pill_h};
    if (level && try_label(run, link, curve, under, true, strictly)) return true;
    if (level && try_label(run, link, curve, over, true, strictly)) return true;
    if (level && try_label(run, link, curve, below, true, strictly)) return true;
    if (try_label(run, link, curve, right, false, strictly)) return true;
    if (try_label(run, link, curve, left, false, strictly)) return true;
    if (try_label(run, link, curve, on, false, strictly)) return true;
  }
  return false;
}

static void place_label(struct running *run, struct layout_link *link) {
  const struct layout_link *twin = twin_of(run, link);
  if (twin && twin < link) return; /* it has the label */
  if (place_along(run, link, link->curve, true)) return;
  if (twin && place_along(run, link, twin->curve, true)) return;
  place_along(run, link, link->curve, false);
}

void layout_run_links(const struct world_view *world, struct rect stage, struct arena *arena,
                      struct layout *layout) {
  struct running run = {.layout = layout, .stage = rect_inset(stage, DU(4), DU(4))};
  layout->links = arena_zalloc(arena, (world->link_count + 1) * sizeof *layout->links);
  for (size_t i = 0; i < world->link_count && layout->link_count < LAYOUT_LINKS_MAX; i++) {
    const struct world_link *link = &world->links[i];
    if (!layout_node_of(layout, link->client) || !layout_node_of(layout, link->server)) continue;
    if (layout_link_of(layout, link->client, link->server, link->is_pull)) continue;
    layout->links[layout->link_count++] = (struct layout_link){.client = link->client,
                                                               .server = link->server,
                                                               .is_pull = link->is_pull,
                                                               .protocol = protocol_word(link),
                                                               .first = link->first};
  }
  for (size_t i = 0; i < layout->link_count; i++) run_link(&run, &layout->links[i]);
  for (size_t i = 0; i < layout->link_count; i++) place_label(&run, &layout->links[i]);
}
