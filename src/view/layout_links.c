/* How the links run, and where their labels stand. */
#include "view/layout_internal.h"
#include "view/theme.h"

enum { LABEL_CLEAR = 6 * 64 /* around a label */ };

/* ---- where envelopes lie ---- */

enum { RESTS = 3, REST_W = 48 * 64, REST_H = 42 * 64 };

/* A place for an envelope at a machine: at the card's lower right corner, so far up, and above a caption that
 * lies below the machines. */
static struct rect rest_at(const struct layout_running *run, const struct layout_node *node, int which) {
  struct rect stage = run->stage;
  if (run->layout->strip) stage.h = run->layout->caption.y - stage.y;
  static const int32_t high[RESTS] = {DU(42), DU(25), DU(8)}, low[RESTS] = {DU(25), DU(8), DU(34)};
  int32_t up = node->card.h >= DU(100) ? high[which] : low[which];
  struct rect rest = {rect_right(node->card) - DU(10), rect_bottom(node->card) - up, REST_W, REST_H};
  int32_t beyond = rect_right(rest) - rect_right(stage), below = rect_bottom(rest) - rect_bottom(stage);
  /* Not so after a zoom. */
  bool is_inside =
      rect_right(node->card) <= rect_right(stage) && rect_bottom(node->card) <= rect_bottom(stage);
  return is_inside ? rect_moved(rest, beyond > 0 ? -beyond : 0, below > 0 ? -below : 0) : rest;
}

/* The first of them that no label is in the way of, nor the one given; else the first. */
static struct rect free_rest(const struct layout_running *run, const struct layout_node *node,
                             struct rect label, bool *found_out) {
  *found_out = true;
  for (int which = 0; which < RESTS; which++) {
    struct rect rest = rest_at(run, node, which);
    bool is_free = rect_is_empty(rect_intersect(rest, label)) &&
                   rect_is_empty(rect_intersect(rest, run->layout->caption));
    for (size_t i = 0; is_free && i < run->layout->link_count; i++)
      is_free = rect_is_empty(rect_intersect(rest, run->layout->links[i].label));
    if (is_free) return rest;
  }
  *found_out = false;
  return rest_at(run, node, 0);
}

/* Whether an envelope could still lie at each machine, with a label there. */
static bool leaves_rests(const struct layout_running *run, struct rect label) {
  struct rect near = rect_inset(label, -REST_W, -2 * REST_H);
  for (size_t i = 0; i < run->layout->node_count; i++) {
    const struct layout_node *node = &run->layout->nodes[i];
    struct point corner = {rect_right(node->card), rect_bottom(node->card)};
    bool found = true;
    if (rect_contains(near, corner)) free_rest(run, node, label, &found);
    if (!found) return false;
  }
  return true;
}

/* ---- words ---- */

struct text_style layout_protocol_style(enum card_size size, const struct theme *theme) {
  struct text_style style = theme_text(theme, size <= CARD_FULL ? TEXT_LINK : TEXT_SMALL_STRONG);
  style.weight = WEIGHT_BOLD;
  return style;
}
struct text_style layout_word_style(enum card_size size, const struct theme *theme) {
  return theme_text(theme, size <= CARD_FULL ? TEXT_BODY_STRONG : TEXT_SMALL);
}

/* What the scenario calls the line between two hosts. */
static struct span line_name(const struct journal_preamble *preamble, uint16_t a, uint16_t b) {
  for (size_t i = 0; i < preamble->link_count; i++) {
    const struct journal_link *line = &preamble->links[i];
    if ((line->host_a == a && line->host_b == b) || (line->host_a == b && line->host_b == a))
      return line->label;
  }
  return SPAN_EMPTY;
}

static struct span protocol_word(const struct world_link *link) {
  static const struct {
    struct span protocol, word;
  } words[] = {
      {SPAN_INIT("smtp"), SPAN_INIT("SMTP")},        {SPAN_INIT("submission"), SPAN_INIT("SMTP")},
      {SPAN_INIT("lmtp"), SPAN_INIT("LMTP")},        {SPAN_INIT("pop3"), SPAN_INIT("POP3")},
      {SPAN_INIT("submissions"), SPAN_INIT("SMTP")}, {SPAN_INIT("pop3s"), SPAN_INIT("POP3")},
      {SPAN_INIT("imap"), SPAN_INIT("IMAP")},        {SPAN_INIT("imaps"), SPAN_INIT("IMAP")},
      {SPAN_INIT("uucp"), SPAN_INIT("UUCP")},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (span_equal_nocase(link->protocol, words[i].protocol)) return words[i].word;
  return link->protocol.len ? link->protocol : SPAN("TCP");
}

struct rect layout_internet_word(struct rect left, struct rect right) {
  bool is_beside = left.y == right.y && right.x > left.x;
  if (!is_beside || right.x - rect_right(left) < DU(20) || right.w < DU(LAYOUT_WORD_FROM))
    return (struct rect){0, 0, 0, 0};
  struct theme theme = theme_named(THEME_LIGHT);
  int32_t width = text_width(theme_text(&theme, TEXT_SMALL_STRONG), SPAN("Internet")) + DU(16);
  return (struct rect){(rect_right(left) + right.x) / 2 - width / 2, left.y + DU(6), width, DU(24)};
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

/* How much a label keeps clear of. */
enum clear {
  CLEAR_OF_MACHINES,  /* and of words */
  CLEAR_OF_ENVELOPES, /* and of where these lie */
  CLEAR_OF_ALL        /* and of other links; and stays in its region */
};

static bool is_free(const struct layout_running *run, const struct layout_link *link, struct rect label,
                    enum clear clear) {
  struct rect room = rect_inset(label, -LABEL_CLEAR, -LABEL_CLEAR / 2);
  const struct layout *layout = run->layout;
  if (!rect_equal(rect_intersect(label, run->stage), label)) return false;
  if (!rect_is_empty(rect_intersect(label, layout->caption))) return false;
  for (size_t i = 0; i < layout->node_count; i++)
    if (meets_machine(&layout->nodes[i], label)) return false;
  if (clear >= CLEAR_OF_ENVELOPES && !leaves_rests(run, label)) return false;
  for (size_t i = 0; i < layout->region_count; i++) {
    struct rect title = layout->regions[i].rect;
    title.h = DU(30);
    if (!rect_is_empty(rect_intersect(label, title))) return false;
    if (i == 0) continue;
    struct rect word = layout_internet_word(layout->regions[i - 1].rect, layout->regions[i].rect);
    if (!rect_is_empty(rect_intersect(label, word))) return false;
  }
  for (size_t i = 0; i < layout->link_count; i++) {
    const struct layout_link *other = &layout->links[i];
    if (other != link && !rect_is_empty(rect_intersect(room, other->label))) return false;
  }
  return true;
}

/* Whether a label leaves the region that both ends of its link are in. */
static bool is_outside(const struct layout_running *run, const struct layout_link *link, struct rect label) {
  const struct layout_node *client = layout_node_of(run->layout, link->client);
  const struct layout_node *server = layout_node_of(run->layout, link->server);
  if (client->region != server->region) return false;
  return !rect_equal(rect_intersect(label, run->layout->regions[client->region].rect), label);
}

/* Whether a link runs through the label, other than the one whose curve it stands at. */
static bool is_crossed(const struct layout_running *run, const struct point own[4], struct rect label) {
  for (size_t i = 0; i < run->layout->link_count; i++) {
    const struct layout_link *other = &run->layout->links[i];
    if (other->curve == own) continue;
    for (int32_t t = 0; t <= FRACTION_ONE; t += FRACTION_ONE / 16)
      if (rect_contains(label, curve_point(other->curve, t))) return true;
  }
  return false;
}

static bool try_label(struct layout_running *run, struct layout_link *link, const struct point curve[4],
                      struct rect label, bool stacked, enum clear clear) {
  if (!is_free(run, link, label, clear) ||
      (clear == CLEAR_OF_ALL && (is_crossed(run, curve, label) || is_outside(run, link, label))))
    return false;
  link->label = label;
  link->label_is_stacked = stacked;
  return true;
}

/* Sizes of a link's label in its two forms. */
struct label_size {
  int32_t stacked_w, stacked_h, pill_w, pill_h;
};

static struct label_size measure_label(const struct layout_running *run, const struct layout_link *link) {
  struct theme theme = theme_named(THEME_LIGHT);
  int32_t bold = text_width(layout_protocol_style(run->layout->size, &theme), link->protocol);
  struct text_style style = layout_word_style(run->layout->size, &theme);
  int32_t word = text_width(style, link->word), name = text_width(style, link->name);
  int32_t widest = bold > word ? bold : word;
  if (name > widest) widest = name;
  return (struct label_size){.stacked_w = widest + DU(1),
                             .stacked_h = link->name.len ? DU(61) : DU(42),
                             .pill_w = bold + text_width(style, link->beside) + DU(32),
                             .pill_h = DU(30)};
}

static bool is_level(const struct point curve[4]) {
  int32_t rise = curve_point(curve, FRACTION_ONE / 8).y - curve_point(curve, FRACTION_ONE * 7 / 8).y;
  return rise > -DU(24) && rise < DU(24);
}

/* Two links of one kind between the same machines share a label: the other of the two, or NULL. */
static const struct layout_link *twin_of(const struct layout_running *run, const struct layout_link *link) {
  for (size_t i = 0; i < run->layout->link_count; i++) {
    const struct layout_link *other = &run->layout->links[i];
    bool opposite = other->client == link->server && other->server == link->client;
    if (opposite && !other->is_pull && !link->is_pull && span_equal(other->protocol, link->protocol))
      return other;
  }
  return NULL;
}

/* Beside the curve, on it, further along it. */
static bool place_along(struct layout_running *run, struct layout_link *link, const struct point curve[4],
                        enum clear clear) {
  static const int32_t alone[] = {50, 40, 60, 30, 70, 22, 78}, first[] = {30, 22, 40, 50, 60, 70, 78},
                       second[] = {70, 78, 60, 50, 40, 30, 22};
  /* Two labels side by side: one nearer the upper card, one nearer the lower. */
  bool two = !is_level(curve) && layout_has_opposite(run, link) && !twin_of(run, link);
  const int32_t *along = !two ? alone : curve[0].y < curve[3].y ? first : second;
  struct label_size size = measure_label(run, link);
  int32_t lowest = rect_bottom(layout_node_of(run->layout, link->client)->card);
  bool level = is_level(curve);
  /* Where the arrow's head is near the words, they stand below it. */
  int32_t ends = (curve[0].y > curve[3].y ? curve[0].y : curve[3].y) + DU(3), wide = curve[3].x - curve[0].x;
  bool is_narrow = (wide < 0 ? -wide : wide) < size.stacked_w + DU(48);
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
    struct point p = curve_point_along(curve, FRACTION_ONE / 100 * along[i]);
    struct rect under = {p.x - size.stacked_w / 2, p.y + DU(10), size.stacked_w, size.stacked_h};
    struct rect over = rect_moved(under, 0, -DU(16) - size.stacked_h);
    if (is_narrow && under.y < ends) under.y = ends;
    struct rect below = {under.x, lowest + DU(21), under.w, under.h}; /* under envelopes, too */
    int32_t y = p.y - size.pill_h / 2 - DU(7); /* clear of what stands on the lower card's edge */
    struct rect right = {p.x + DU(10), y, size.pill_w, size.pill_h};
    struct rect left = {p.x - DU(10) - size.pill_w, y, size.pill_w, size.pill_h};
    struct rect on = {p.x - size.pill_w / 2, y, size.pill_w, size.pill_h};
    if (level && try_label(run, link, curve, under, true, clear)) return true;
    if (level && try_label(run, link, curve, over, true, clear)) return true;
    if (level && try_label(run, link, curve, below, true, clear)) return true;
    if (try_label(run, link, curve, right, false, clear)) return true;
    if (try_label(run, link, curve, left, false, clear)) return true;
    if (try_label(run, link, curve, on, false, clear)) return true;
    /* Off its middle: beside the envelope of the card above. */
    if (try_label(run, link, curve, rect_moved(on, -DU(16), 0), false, clear)) return true;
    if (try_label(run, link, curve, rect_moved(on, DU(16), 0), false, clear)) return true;
  }
  return false;
}

static void place_label(struct layout_running *run, struct layout_link *link) {
  const struct layout_link *twin = twin_of(run, link);
  if (twin && twin < link) return; /* it has the label */
  for (int clear = CLEAR_OF_ALL; clear >= CLEAR_OF_MACHINES; clear--) {
    if (place_along(run, link, link->curve, (enum clear)clear)) return;
    if (twin && place_along(run, link, twin->curve, (enum clear)clear)) return;
  }
}

static struct layout_link link_of(const struct world_view *world, const struct world_link *link,
                                  struct arena *arena) {
  struct layout_link made = {.client = link->client,
                             .server = link->server,
                             .is_pull = link->is_pull,
                             .protocol = protocol_word(link),
                             .word = link->is_pull ? SPAN("pull") : SPAN("push"),
                             .name = line_name(world->preamble, link->client, link->server),
                             .first = link->first};
  if (span_equal(made.protocol, SPAN("telnet"))) made.word = SPAN("by hand");
  struct span both[] = {made.word, SPAN(", "), made.name};
  made.beside = arena_join(arena, both, made.name.len ? 3 : 1);
  return made;
}

void layout_run_links(const struct world_view *world, struct rect stage, struct arena *arena,
                      struct layout *layout) {
  struct layout_running run = {.layout = layout, .stage = rect_inset(stage, DU(4), DU(4))};
  layout->links = arena_zalloc(arena, (world->link_count + 1) * sizeof *layout->links);
  for (size_t i = 0; i < world->link_count && layout->link_count < LAYOUT_LINKS_MAX; i++) {
    const struct world_link *link = &world->links[i];
    if (!layout_node_of(layout, link->client) || !layout_node_of(layout, link->server)) continue;
    if (layout_link_of(layout, link->client, link->server, link->is_pull)) continue;
    layout->links[layout->link_count++] = link_of(world, link, arena);
  }
  for (size_t i = 0; i < layout->link_count; i++) layout_route(&run, &layout->links[i]);
  for (size_t i = 0; i < layout->link_count; i++) place_label(&run, &layout->links[i]);
  bool found;
  for (size_t i = 0; i < layout->node_count; i++)
    layout->nodes[i].rest = free_rest(&run, &layout->nodes[i], (struct rect){0, 0, 0, 0}, &found);
}
