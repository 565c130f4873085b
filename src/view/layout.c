#include "view/layout.h"

#include "view/layout_internal.h"

/* ---- sizes, in whole units ---- */

/* The first that fits is taken. */
const struct card_form layout_forms[LAYOUT_FORMS] = {
    {CARD_LARGE, 218, 146, 96, 64, 36, 32}, {CARD_FULL, 168, 112, 60, 48, 30, 24},
    {CARD_FULL, 168, 112, 60, 48, 28, 20},  {CARD_MEDIUM, 140, 104, 48, 46, 28, 24},
    {CARD_SMALL, 116, 74, 44, 42, 28, 24},  {CARD_SMALL, 116, 74, 38, 36, 16, 16},
    {CARD_TINY, 92, 58, 38, 36, 16, 16},    {CARD_TINY, 92, 58, 20, 16, 12, 10},
    {CARD_TINY, 76, 54, 14, 10, 8, 8},      {CARD_DOT, 44, 36, 20, 16, 12, 10},
    {CARD_DOT, 40, 34, 8, 8, 8, 6},
};
enum {
  MARGIN = 8, /* of the regions in the stage */
  GAP_MAX = 112,
  GAP_WIDENED = 64, /* between cards that are wider than they must be */
  GUTTER_MAX = 40,
  ROWS_MAX = 8,
  BANDS_MAX = 4,
  LABEL_BESIDE = 142, /* a link's bulge, and the label at its side */
  HOLLOW_WIDTH = 400,
  HOLLOW_HEIGHT = 118
};

/* ---- what there is to be placed ---- */

struct placing {
  const struct world_view *world;
  struct rect stage; /* whole units */
  struct arena *arena;
  struct layout *layout;
  bool *is_user;
  uint32_t *region_nodes; /* machines in each region */

  struct card_form form; /* what is being tried */
  uint32_t rows, bands;
  uint32_t *columns, *band; /* of each region */
  int32_t *share;           /* of what is left over of the width */
  struct layout_board board;
};

static bool is_user_role(struct span role) {
  return span_equal(role, SPAN("mua")) || span_equal(role, SPAN("mra"));
}

static bool is_user(const struct journal_preamble *preamble, uint16_t host) {
  bool user = false;
  for (size_t i = 0; i < preamble->agent_count; i++) {
    const struct journal_agent *agent = &preamble->agents[i];
    if (agent->host != host || span_equal(agent->role, SPAN("resolver"))) continue;
    if (!is_user_role(agent->role)) return false;
    user = true;
  }
  struct span icon = preamble->hosts[host - 1].icon;
  return user || span_equal(icon, SPAN("laptop")) || span_equal(icon, SPAN("phone")) ||
         span_equal(icon, SPAN("desktop"));
}

static uint32_t region_named(struct placing *p, struct span name) {
  struct layout *layout = p->layout;
  for (uint32_t i = 0; i < layout->region_count; i++)
    if (span_equal_nocase(layout->regions[i].name, name)) return i;
  layout->regions[layout->region_count] = (struct layout_region){.name = name};
  return (uint32_t)layout->region_count++;
}

/* The first machine from which real clients come; 0: the run is none of `live`. */
static uint16_t first_outside(const struct journal_preamble *preamble) {
  for (size_t i = 0; i < preamble->agent_count; i++)
    if (preamble->agents[i].port == 0 && span_equal(preamble->agents[i].software, SPAN(PREAMBLE_OUTSIDE)))
      return preamble->agents[i].host;
  return 0;
}

/* Such machines are the last, and there are more of them than clients may have come: but for the first, those
 * from which nobody has called are not drawn. */
static bool is_idle_outside(const struct world_view *world, uint16_t host) {
  uint16_t first = first_outside(world->preamble);
  if (first == 0 || host <= first) return false;
  for (size_t i = 0; i < world->link_count; i++)
    if (world->links[i].client == host) return false;
  return true;
}

/* Machines in the order in which the mail reaches them, then as the scenario has them; so do the regions. */
static void collect_nodes(struct placing *p) {
  const struct journal_preamble *preamble = p->world->preamble;
  struct layout *layout = p->layout;
  size_t count = preamble->host_count < UINT16_MAX ? preamble->host_count : UINT16_MAX - 1;
  layout->nodes = arena_zalloc(p->arena, (count + 1) * sizeof *layout->nodes);
  layout->regions = arena_zalloc(p->arena, (count + 1) * sizeof *layout->regions);
  p->is_user = arena_zalloc(p->arena, count + 1);
  p->region_nodes = arena_zalloc(p->arena, (count + 1) * sizeof *p->region_nodes);
  for (uint32_t hop = 1; hop <= p->world->hop_count + 1; hop++) {
    bool rest = hop > p->world->hop_count;
    for (uint16_t host = 1; host <= count && layout->node_count < LAYOUT_HOSTS_MAX; host++) {
      if (world_hop(p->world, host) != (rest ? 0 : hop)) continue;
      if (span_equal(preamble->hosts[host - 1].icon, SPAN("hidden"))) continue;
      if (is_idle_outside(p->world, host)) continue;
      struct layout_node *node = &layout->nodes[layout->node_count];
      node->host = host;
      node->region = region_named(p, preamble->hosts[host - 1].region);
      p->region_nodes[node->region]++;
      p->is_user[layout->node_count++] = is_user(preamble, host);
    }
  }
}

static size_t node_index(const struct layout *layout, uint16_t host) {
  for (size_t i = 0; i < layout->node_count; i++)
    if (layout->nodes[i].host == host) return i;
  return SIZE_MAX;
}

static void collect_edges(struct placing *p) {
  struct layout_board *board = &p->board;
  board->edges = arena_zalloc(p->arena, (p->world->link_count + 1) * sizeof *board->edges);
  for (size_t i = 0; i < p->world->link_count && board->edge_count < LAYOUT_LINKS_MAX; i++) {
    size_t a = node_index(p->layout, p->world->links[i].client);
    size_t b = node_index(p->layout, p->world->links[i].server);
    if (a == SIZE_MAX || b == SIZE_MAX || a == b) continue;
    size_t k = 0;
    for (; k < board->edge_count; k++) {
      const struct layout_edge *e = &board->edges[k];
      if ((e->a == a && e->b == b) || (e->a == b && e->b == a)) break;
    }
    if (k == board->edge_count)
      board->edges[board->edge_count++] = (struct layout_edge){(uint16_t)a, (uint16_t)b};
  }
}

/* ---- trying a size ---- */

static uint32_t columns_for(uint32_t nodes, uint32_t rows) {
  return (nodes + rows - 1) / rows;
}

/* Regions fill the bands one after the other, so that each has about as many columns. */
static uint32_t divide_bands(struct placing *p) {
  uint32_t total = 0, widest = 0, sum = 0, band = 0;
  for (size_t r = 0; r < p->layout->region_count; r++) {
    p->columns[r] = columns_for(p->region_nodes[r], p->rows);
    total += p->columns[r];
  }
  uint32_t share = (total + p->bands - 1) / p->bands;
  for (size_t r = 0; r < p->layout->region_count; r++) {
    if (sum && sum + p->columns[r] > share && band + 1 < p->bands) {
      band++;
      sum = 0;
    }
    p->band[r] = band;
    sum += p->columns[r];
    if (sum > widest) widest = sum;
  }
  return band + 1;
}

static int32_t band_width(const struct placing *p, uint32_t band, int32_t gap, int32_t gutter) {
  const struct card_form *form = &p->form;
  int32_t width = -gutter;
  for (size_t r = 0; r < p->layout->region_count; r++) {
    if (p->band[r] != band) continue;
    int32_t columns = (int32_t)p->columns[r];
    width += gutter + 2 * form->padding + columns * form->width + (columns - 1) * gap;
  }
  return width;
}

static int32_t band_height(const struct placing *p) {
  const struct card_form *form = &p->form;
  return LAYOUT_REGION_TITLE + (int32_t)p->rows * (form->height + form->row_gap) - form->row_gap +
         LAYOUT_REGION_FOOT;
}

static bool fits(struct placing *p) {
  p->bands = divide_bands(p);
  for (uint32_t band = 0; band < p->bands; band++)
    if (band_width(p, band, p->form.gap_min, p->form.gutter_min) > p->stage.w - 2 * MARGIN) return false;
  return (int32_t)p->bands * (band_height(p) + MARGIN) + MARGIN <= p->stage.h;
}

/* Too many even so: cards as small as they must be, in the number of rows that leaves them the largest. */
static void squeeze(struct placing *p) {
  struct card_form best = layout_forms[LAYOUT_FORMS - 1], form = best;
  uint32_t rows = ROWS_MAX;
  int32_t largest = 0;
  form.gap_min = form.row_gap = form.gutter_min = 4;
  p->bands = 1;
  for (p->rows = 2; p->rows <= ROWS_MAX; p->rows++) {
    int32_t columns = 0, regions = (int32_t)p->layout->region_count;
    divide_bands(p);
    for (int32_t r = 0; r < regions; r++) columns += (int32_t)p->columns[r];
    form.width = (p->stage.w - 2 * MARGIN - regions * (2 * form.padding + 8) - columns * 8) / columns;
    form.height = (p->stage.h - 2 * MARGIN - LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT) / (int32_t)p->rows - 8;
    int32_t size = form.width * 36 < form.height * 44 ? form.width * 36 : form.height * 44;
    if (size <= largest) continue;
    largest = size;
    rows = p->rows;
    best = form;
  }
  best.width = best.width < 44 ? best.width : 44;
  best.height = best.height < 36 ? best.height : 36;
  p->form = best;
  p->rows = rows;
  divide_bands(p);
}

static bool choose_form(struct placing *p) {
  for (size_t i = 0; i < LAYOUT_FORMS; i++) {
    for (uint32_t bands = 1; bands <= BANDS_MAX; bands++) {
      for (uint32_t rows = p->layout->node_count <= 3 ? 1 : 2; rows <= ROWS_MAX; rows++) {
        p->form = layout_forms[i];
        p->rows = rows;
        p->bands = bands;
        if (fits(p)) return true;
      }
    }
  }
  squeeze(p);
  return false;
}

/* Wider cards, as far as names need them and the bands have room. */
static void widen(struct placing *p) {
  int32_t wanted = layout_words_width(p->world, p->layout, p->form.size), room = p->stage.w - 2 * MARGIN;
  int32_t gap = p->form.size <= CARD_TINY && p->form.gap_min < GAP_WIDENED ? GAP_WIDENED : p->form.gap_min;
  int32_t more = wanted - p->form.width;
  for (uint32_t band = 0; band < p->bands; band++) {
    int32_t columns = 0;
    for (size_t r = 0; r < p->layout->region_count; r++)
      if (p->band[r] == band) columns += (int32_t)p->columns[r];
    int32_t spare = columns ? (room - band_width(p, band, gap, p->form.gutter_min)) / columns : more;
    if (spare < more) more = spare;
  }
  if (more > 0) p->form.width += more;
}

/* ---- placing ---- */

static int32_t at_most(int32_t value, int32_t most) {
  return value < most ? value : most;
}

/* Whether mail goes both ways between two machines of a region that stand one above the other, with a label
 * for each way: one is pushed, the other pulled. */
static bool has_two_ways(const struct placing *p, uint32_t region) {
  const struct world_view *world = p->world;
  if (p->columns[region] != 1 || p->rows < 2) return false;
  for (size_t i = 0; i < world->link_count; i++) {
    const struct world_link *pull = &world->links[i];
    size_t a = node_index(p->layout, pull->client), b = node_index(p->layout, pull->server);
    if (!pull->is_pull || a == SIZE_MAX || b == SIZE_MAX) continue;
    if (p->layout->nodes[a].region != region || p->layout->nodes[b].region != region) continue;
    for (size_t k = 0; k < world->link_count; k++) {
      const struct world_link *push = &world->links[k];
      if (!push->is_pull && push->client == pull->client && push->server == pull->server) return true;
    }
  }
  return false;
}

/* Each region gets the same of what is left over, but for those that need room for labels at both sides of
 * their machines: as far as they can, the others let them have it. */
static void share_out(struct placing *p, uint32_t band, int32_t each) {
  int32_t need = 2 * (p->form.width / 3 + LABEL_BESIDE) - p->form.width - 2 * p->form.padding - each;
  int32_t needy = 0, others = 0;
  bool can = need > 0 && p->form.size <= CARD_SMALL;
  for (uint32_t r = 0; r < p->layout->region_count; r++) {
    if (p->band[r] != band) continue;
    bool needs = can && has_two_ways(p, r);
    p->share[r] = needs ? -1 : each;
    needy += needs;
    others += !needs;
  }
  int32_t given = needy ? at_most(others * each, needy * need) : 0;
  for (uint32_t r = 0; r < p->layout->region_count; r++) {
    if (p->band[r] != band) continue;
    p->share[r] = p->share[r] < 0 ? each + given / needy : each - (others ? given / others : 0);
  }
}

/* The cells of one band of regions, and the rectangles of these. */
static void place_band(struct placing *p, uint32_t band, int32_t top, int32_t height) {
  const struct card_form *form = &p->form;
  int32_t room = p->stage.w - 2 * MARGIN, gaps = 0, gutters = -1;
  for (size_t r = 0; r < p->layout->region_count; r++) {
    if (p->band[r] != band) continue;
    gaps += (int32_t)p->columns[r] - 1;
    gutters++;
  }
  if (gutters < 0) return; /* no region at all */
  int32_t spare = room - band_width(p, band, 0, 0);
  int32_t gutter = gutters > 0 ? at_most(spare / (gaps + gutters), GUTTER_MAX) : 0;
  int32_t gap = gaps > 0 ? at_most((spare - gutters * gutter) / gaps, GAP_MAX) : 0;
  int32_t left_over = room - band_width(p, band, gap, gutter);
  share_out(p, band, left_over > 0 ? left_over / (gutters + 1) : 0);
  int32_t row_room = height - LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT - form->height;
  int32_t pitch_y = p->rows > 1 ? row_room / ((int32_t)p->rows - 1) : 0;
  int32_t x = p->stage.x + MARGIN, y = top + LAYOUT_REGION_TITLE + form->height / 2;
  if (p->rows == 1) y += row_room / 2;
  for (uint32_t r = 0; r < p->layout->region_count; r++) {
    if (p->band[r] != band) continue;
    int32_t columns = (int32_t)p->columns[r];
    int32_t padding = form->padding + p->share[r] / 2;
    int32_t width = 2 * padding + columns * form->width + (columns - 1) * gap;
    p->layout->regions[r].rect = rect_du(x, top, width, height);
    for (int32_t row = 0; row < (int32_t)p->rows; row++) {
      for (int32_t column = 0; column < columns; column++) {
        p->board.cells[p->board.cell_count++] =
            (struct layout_cell){.x = x + padding + form->width / 2 + column * (form->width + gap),
                                 .y = y + row * pitch_y,
                                 .row_from_bottom = (int32_t)p->rows - 1 - row,
                                 .region = r};
      }
    }
    x += width + gutter;
  }
}

/* Users from the bottom left, servers from the top left; improving comes after. */
static void fill_cells(struct placing *p) {
  struct layout_board *board = &p->board;
  for (size_t node = 0; node < p->layout->node_count; node++) {
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < board->cell_count; i++) {
      const struct layout_cell *cell = &board->cells[i];
      if (cell->region != p->layout->nodes[node].region || cell->node) continue;
      bool better = found == SIZE_MAX;
      if (!better && p->is_user[node]) better = cell->row_from_bottom < board->cells[found].row_from_bottom;
      if (better) found = i;
    }
    board->cells[found].node = (uint16_t)(node + 1);
    board->cell_of[node] = (uint16_t)found;
  }
}

static void place(struct placing *p, int32_t height) {
  struct layout_board *board = &p->board;
  const struct card_form *form = &p->form;
  size_t most = 0;
  for (size_t r = 0; r < p->layout->region_count; r++) most += p->columns[r] * p->rows;
  board->cells = arena_zalloc(p->arena, (most + 1) * sizeof *board->cells);
  board->cell_of = arena_zalloc(p->arena, (p->layout->node_count + 1) * sizeof *board->cell_of);
  board->is_user = p->is_user;
  board->node_count = p->layout->node_count;
  board->card_width = form->width;
  board->card_height = form->height;
  int32_t each = (height - MARGIN) / (int32_t)p->bands - MARGIN;
  for (uint32_t band = 0; band < p->bands; band++)
    place_band(p, band, p->stage.y + MARGIN + (int32_t)band * (each + MARGIN), each);
  fill_cells(p);
  layout_improve(board, p->arena);
  for (size_t i = 0; i < p->layout->node_count; i++) {
    const struct layout_cell *cell = &board->cells[board->cell_of[i]];
    p->layout->nodes[i].card =
        rect_du(cell->x - form->width / 2, cell->y - form->height / 2, form->width, form->height);
  }
}

/* What the scenario pins. */
static void pin(struct placing *p, struct rect stage) {
  const struct journal_preamble *preamble = p->world->preamble;
  struct layout_pin *pins = arena_zalloc(p->arena, (preamble->host_count + 1) * sizeof *pins);
  size_t count = 0;
  for (size_t i = 0; i < preamble->host_count; i++) {
    const struct journal_host *host = &preamble->hosts[i];
    bool is_pin = host->x >= 0 && host->y >= 0 && host->x <= LAYOUT_PIN_WIDTH && host->y <= LAYOUT_PIN_HEIGHT;
    if (is_pin) pins[count++] = (struct layout_pin){host->name, (int32_t)host->x, (int32_t)host->y};
  }
  if (!count || !p->layout->node_count) return;
  /* Where pins are close to each other, the cards have to be small enough for them. */
  do layout_pin_all(p->world, stage, pins, count, p->layout);
  while (layout_is_crowded(p->layout) && layout_shrink(p->layout));
  p->form.height = p->layout->nodes[0].card.h / 64;
}

/* ---- the hollow for the caption: free cells side by side in the bottom row ---- */

static bool column_is_free(const struct placing *p, struct rect area) {
  for (size_t i = 0; i < p->layout->node_count; i++)
    if (!rect_is_empty(rect_intersect(area, p->layout->nodes[i].card))) return false;
  return true;
}

static void find_hollow(struct placing *p) {
  const struct card_form *form = &p->form;
  struct rect stage = rect_du(p->stage.x, p->stage.y, p->stage.w, p->stage.h);
  int32_t bottom = rect_bottom(stage) - DU(18), height = DU(form->height + 26);
  int32_t left = 0, best = 0, step = DU(8);
  bool in_hollow = false;
  if (height < DU(HOLLOW_HEIGHT) || p->bands > 1 || p->rows < 2) return;
  for (int32_t x = stage.x + DU(24); x + step <= rect_right(stage) - DU(16); x += step) {
    struct rect area = {x - DU(36), bottom - height, step + DU(72), height};
    bool is_free = column_is_free(p, area);
    if (is_free && !in_hollow) left = x;
    in_hollow = is_free;
    if (is_free && x + step - left > best) {
      best = x + step - left;
      p->layout->caption = (struct rect){left, bottom - height, best, height};
    }
  }
  p->layout->has_hollow = best >= DU(HOLLOW_WIDTH);
}

void layout_place(const struct world_view *world, struct rect stage, int32_t strip, struct arena *arena,
                  struct layout *out) {
  struct placing p = {.world = world, .arena = arena, .layout = out};
  p.stage = (struct rect){stage.x / 64, stage.y / 64, stage.w / 64, (stage.h - strip) / 64};
  *out = (struct layout){.caption = {0, 0, 0, 0}};
  collect_nodes(&p);
  collect_edges(&p);
  p.columns = arena_zalloc(arena, (out->region_count + 1) * sizeof *p.columns);
  p.band = arena_zalloc(arena, (out->region_count + 1) * sizeof *p.band);
  p.share = arena_zalloc(arena, (out->region_count + 1) * sizeof *p.share);
  out->fits = out->node_count == 0 || choose_form(&p);
  if (out->node_count && out->fits) widen(&p);
  out->size = p.form.size;
  if (out->node_count) place(&p, p.stage.h);
  out->strip = strip;
  pin(&p, (struct rect){stage.x, stage.y, stage.w, stage.h - strip});
  if (strip)
    out->caption = (struct rect){stage.x + DU(MARGIN), rect_bottom(stage) - strip, stage.w - DU(2 * MARGIN),
                                 strip - DU(MARGIN)};
  else
    find_hollow(&p);
}

const struct layout_node *layout_node_of(const struct layout *layout, uint16_t host) {
  size_t at = node_index(layout, host);
  return at == SIZE_MAX ? NULL : &layout->nodes[at];
}

const struct layout_link *layout_link_of(const struct layout *layout, uint16_t client, uint16_t server,
                                         bool is_pull) {
  for (size_t i = 0; i < layout->link_count; i++) {
    const struct layout_link *link = &layout->links[i];
    if (link->client == client && link->server == server && link->is_pull == is_pull) return link;
  }
  return NULL;
}
