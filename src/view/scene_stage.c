/* The stage: regions, links, machines, what travels between them. */
#include "view/scene_card.h"
#include "view/scene_conversation.h"

/* ---- regions ---- */

static bool is_beside(struct rect left, struct rect right) {
  return left.y == right.y && right.x > left.x;
}

/* The hop whose colour a region has: the first of its machines that has one. */
static uint32_t region_hop(const struct painter *p, size_t region) {
  for (size_t i = 0; i < p->layout->node_count; i++) {
    uint32_t hop = world_hop(p->world, p->layout->nodes[i].host);
    if (p->layout->nodes[i].region == region && hop) return hop;
  }
  return 0;
}

static void paint_region(struct painter *p, size_t index) {
  const struct layout_region *region = &p->layout->regions[index];
  const struct layout *layout = p->layout;
  bool plain = p->theme->tint_percent == 0;
  paint_rounded(p, region->rect, RADIUS_SMALL, theme_tint(p->theme, region_hop(p, index)),
                plain ? p->theme->border : 0, DU(1));
  const struct rect *before = index > 0 ? &region[-1].rect : NULL;
  const struct rect *after = index + 1 < layout->region_count ? &region[1].rect : NULL;
  bool left = before && !rect_is_empty(layout_internet_word(*before, region->rect));
  bool right = after && !rect_is_empty(layout_internet_word(region->rect, *after));
  struct rect title = {region->rect.x, region->rect.y + DU(6), region->rect.w, DU(22)};
  int32_t margin = region->rect.w < DU(LAYOUT_WORD_FROM) ? DU(8) : DU(20);
  rect_cut_left(&title, left ? DU(40) : margin);
  rect_cut_right(&title, right ? DU(40) : margin);
  struct text_style style = style_of(p, TEXT_BODY_STRONG);
  if (text_width(style, region->name) > title.w) style = style_of(p, TEXT_SMALL_STRONG);
  const struct span names[] = {region->name, span_first(region->name, span_find(region->name, '.'))};
  bool is_wide = region->rect.w >= DU(LAYOUT_WORD_FROM);
  enum draw_align align = before && is_wide ? after ? DRAW_CENTRE : DRAW_RIGHT : DRAW_LEFT;
  draw_label_in(p->list, style, title, align, p->theme->muted, words_that_fit(style, title.w, names, 2));
}

static void paint_internet(struct painter *p, struct rect left, struct rect right) {
  if (!is_beside(left, right)) return;
  int32_t x = (rect_right(left) + right.x) / 2;
  const struct point line[2] = {{x, left.y + DU(8)}, {x, rect_bottom(left) - DU(4)}};
  draw_stroke(p->list, &(struct draw_stroke){.points = line,
                                             .count = 2,
                                             .width = DU(3) / 2,
                                             .dash = DU(6),
                                             .gap = DU(6),
                                             .butt_ends = true,
                                             .colour = p->theme->control_border});
  struct rect box = layout_internet_word(left, right);
  if (rect_is_empty(box)) return;
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  draw_fill(p->list, box, p->theme->surface);
  draw_label_in(p->list, style, box, DRAW_CENTRE, p->theme->muted, SPAN("Internet"));
}

/* ---- links ---- */

static bool is_link_of(const struct layout_link *link, const struct session *session) {
  return session && link->client == session->client && link->server == session->server &&
         link->is_pull == session->is_pull;
}

static const struct layout_link *link_of(const struct painter *p, const struct session *session) {
  return session ? layout_link_of(p->layout, session->client, session->server, session->is_pull) : NULL;
}

/* The session that the stage shows at work: the one of the moment, as long as it lasts. */
static const struct session *working_session(const struct painter *p) {
  if (p->own) return p->own;
  return p->session && world_session_open(p->session, p->record.seq) ? p->session : NULL;
}

static void paint_link_line(struct painter *p, const struct layout_link *link, bool active) {
  bool used = link->first && link->first <= p->at;
  uint16_t from = link->is_pull ? link->server : link->client;
  uint32_t colour = used ? hop_style_of(p, from).colour : p->theme->control_border;
  draw_stroke(p->list, &(struct draw_stroke){.points = link->curve,
                                             .count = 4,
                                             .is_curve = true,
                                             .arrows = DRAW_ARROW_END,
                                             .width = active ? DU(4) : DU(5) / 2,
                                             .dash = link->is_pull ? DU(8) : 0,
                                             .gap = link->is_pull ? DU(6) : 0,
                                             .arrow_length = DU(13),
                                             .arrow_width = DU(14),
                                             .colour = colour});
}

/* The region there, or SIZE_MAX: on the dashed line of the Internet, which makes room for words. */
static size_t region_at(const struct layout *layout, struct point point) {
  for (size_t i = layout->region_count; i-- > 0;)
    if (rect_contains(layout->regions[i].rect, point)) return i;
  return SIZE_MAX;
}

static void paint_link_label(struct painter *p, const struct layout_link *link, bool active) {
  const struct theme *theme = p->theme;
  struct text_style bold = layout_protocol_style(p->layout->size, theme);
  struct text_style plain = layout_word_style(p->layout->size, theme);
  struct hop_style client = hop_style_of(p, link->client);
  struct rect label = link->label;
  if (rect_is_empty(label)) return;
  if (link->label_is_stacked) {
    size_t region = region_at(p->layout, rect_centre(label));
    bool is_between = region == SIZE_MAX;
    uint32_t ground = is_between ? theme->surface : theme_tint(theme, region_hop(p, region));
    uint32_t colour = active ? theme_legible(theme, client.colour, ground) : theme->text;
    int32_t x = rect_centre(label).x;
    if (is_between) draw_fill(p->list, label, ground);
    draw_label(p->list, bold, (struct point){x, label.y + DU(17)}, DRAW_CENTRE, colour, link->protocol);
    uint32_t words = active ? colour : theme->muted;
    draw_label(p->list, plain, (struct point){x, label.y + DU(36)}, DRAW_CENTRE, words, link->word);
    if (link->name.len)
      draw_label(p->list, plain, (struct point){x, label.y + DU(55)}, DRAW_CENTRE, words, link->name);
    return;
  }
  bool used = link->first && link->first <= p->at;
  uint32_t border = used ? client.colour : theme->border;
  paint_rounded(p, label, label.h / 2, active ? client.colour : theme->surface, border, DU(2));
  struct rect inside = rect_inset(label, DU(13), 0);
  draw_label_in(p->list, bold, inside, DRAW_LEFT, active ? client.on_colour : theme->text, link->protocol);
  draw_label_in(p->list, plain, inside, DRAW_RIGHT, active ? client.on_colour : theme->muted, link->beside);
}

static bool is_active(const struct painter *p, const struct layout_link *link) {
  return is_link_of(link, working_session(p));
}

static void paint_links(struct painter *p) {
  for (int active = 0; active <= 1; active++)
    for (size_t i = 0; i < p->layout->link_count; i++)
      if (is_active(p, &p->layout->links[i]) == (active == 1))
        paint_link_line(p, &p->layout->links[i], active == 1);
}

enum { BUNDLE = 4 }; /* so many links that say the same need not say it each */

static bool is_alike(const struct layout_link *a, const struct layout_link *b) {
  return a->client == b->client && a->is_pull == b->is_pull && span_equal(a->protocol, b->protocol);
}

/* One of many that leave a machine alike, and not the first of them that has a label. */
static bool goes_without_saying(const struct layout *layout, size_t index) {
  size_t count = 0, first = index;
  for (size_t i = layout->link_count; i-- > 0;) {
    if (!is_alike(&layout->links[i], &layout->links[index])) continue;
    count++;
    if (!rect_is_empty(layout->links[i].label)) first = i;
  }
  return count >= BUNDLE && first != index;
}

static void paint_link_labels(struct painter *p) {
  for (size_t i = 0; i < p->layout->link_count; i++) {
    const struct layout_link *link = &p->layout->links[i];
    bool active = is_active(p, link);
    /* Two ways of one pair share a label: it stands for both. */
    const struct layout_link *back = layout_link_of(p->layout, link->server, link->client, link->is_pull);
    active = active || (back && rect_is_empty(back->label) && is_active(p, back));
    if (active || !goes_without_saying(p->layout, i)) paint_link_label(p, link, active);
  }
}

/* ---- what travels ---- */

/* A request or a reply as a dot, from who says it to who hears it. */
/* Under the pill of its own link, so that its words stay whole; over all else. */
static void paint_dot(struct painter *p, bool under_pill) {
  const struct layout_link *link = link_of(p, p->own);
  int32_t progress = event_progress(p, 0, MOTION_DOT_MS);
  bool says_client = p->record.kind == JOURNAL_CONNECT || p->record.number[0] == 0;
  if (!link || progress >= FRACTION_ONE) return;
  if (p->step->kind != STEP_LINE && p->step->kind != STEP_CONNECT) return;
  int32_t along = motion_smootherstep(progress);
  if (says_client == link->is_pull) along = FRACTION_ONE - along;
  uint32_t colour = hop_style_of(p, says_client ? link->client : link->server).colour;
  struct point at = curve_point_along(link->curve, along);
  bool meets_pill = !link->label_is_stacked && rect_contains(rect_inset(link->label, -DU(10), -DU(10)), at);
  if (meets_pill != under_pill) return;
  draw_circle(
      p->list,
      &(struct draw_circle){
          .centre = at, .radius = DU(8), .fill = colour, .border = p->theme->surface, .border_width = DU(2)});
}

static void paint_failure(struct painter *p) {
  const struct layout_link *link = link_of(p, p->own);
  if (p->step->kind != STEP_FAILED || !link) return;
  struct point at = curve_point_along(link->curve, link->is_pull ? FRACTION_ONE / 4 : FRACTION_ONE * 3 / 4);
  draw_circle(p->list, &(struct draw_circle){.centre = at,
                                             .radius = DU(15),
                                             .fill = p->theme->surface,
                                             .border = p->theme->text,
                                             .border_width = DU(2)});
  struct rect icon = {at.x - DU(10), at.y - DU(10), DU(20), DU(20)};
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_CROSS, .rect = icon, .colour = p->theme->text, .back = p->theme->surface});
}

enum { ENVELOPE_W = 48 * 64, ENVELOPE_H = 33 * 64, TABS_MAX = 6, TAB_W = 7 * 64, TAB_H = 10 * 64 };

/* The envelope's corner: its tabs stand above that. */
static struct point resting_place(const struct layout_node *node) {
  return (struct point){node->rest.x, rect_bottom(node->rest) - ENVELOPE_H};
}

static void paint_letter(struct painter *p, struct point corner, int64_t version, bool faint) {
  uint16_t authors[TABS_MAX];
  size_t count = world_authors(p->world, version, authors, TABS_MAX);
  struct rect rect = {corner.x, corner.y, ENVELOPE_W, ENVELOPE_H};
  if (faint) draw_alpha_push(p->list, 150);
  /* The first to write is the leftmost. */
  for (size_t i = 0; i < count; i++) {
    struct rect tab = {rect.x + DU(4) + (int32_t)i * (TAB_W + DU(1)), rect.y - TAB_H + DU(2), TAB_W, TAB_H};
    draw_fill(p->list, tab, hop_style_of(p, authors[count - 1 - i]).colour);
  }
  draw_shadow(p->list,
              &(struct draw_shadow){
                  .rect = rect_moved(rect, 0, DU(3)), .radius = DU(4), .blur = DU(5), .colour = 0x50000000});
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_ENVELOPE, .rect = rect, .colour = p->theme->ink, .back = p->theme->paper});
  if (faint) draw_alpha_pop(p->list);
}

/* From one resting place along the link to the other. */
static struct point travelling_place(const struct painter *p, const struct layout_link *link, int32_t along) {
  uint16_t from = link->is_pull ? link->server : link->client,
           to = link->is_pull ? link->client : link->server;
  struct point start = resting_place(layout_node_of(p->layout, from));
  struct point end = resting_place(layout_node_of(p->layout, to));
  struct point on = curve_point_along(link->curve, along);
  on.x -= ENVELOPE_W / 2;
  on.y -= ENVELOPE_H + DU(4);
  int32_t leave = along * 6 < FRACTION_ONE ? along * 6 : FRACTION_ONE;
  int32_t arrive = (FRACTION_ONE - along) * 6 < FRACTION_ONE ? (FRACTION_ONE - along) * 6 : FRACTION_ONE;
  return point_lerp(end, point_lerp(start, on, leave), arrive);
}

void paint_envelope(struct painter *p) {
  if (!p->has_letter) return;
  const struct letter_state *letter = &p->letter;
  const struct layout_link *link = p->step->kind == STEP_DATA ? link_of(p, p->own) : NULL;
  for (size_t i = 0; i < letter->count; i++) {
    const struct layout_node *node = layout_node_of(p->layout, letter->places[i].host);
    bool is_focus = i == letter->focus;
    if (!node || (is_focus && link)) continue;
    if (!is_focus) paint_letter(p, resting_place(node), letter->places[i].version, true);
  }
  const struct letter_place *focus = &letter->places[letter->focus];
  if (link && layout_node_of(p->layout, link->client) && layout_node_of(p->layout, link->server)) {
    int32_t along = motion_smootherstep(event_progress(p, 0, MOTION_ENVELOPE_MAX_MS));
    paint_letter(p, travelling_place(p, link, along), p->record.number[2], false);
    return;
  }
  const struct layout_node *node = layout_node_of(p->layout, focus->host);
  if (node) paint_letter(p, resting_place(node), focus->version, false);
}

/* ---- all ---- */

/* The eye sits on the link where it hides nothing, if there is such a place. */
static void paint_listening(struct painter *p, const struct layout_link *link) {
  static const int32_t places[] = {50, 35, 65, 22, 78};
  struct point at = curve_point_along(link->curve, FRACTION_ONE / 2);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    struct point there = curve_point_along(link->curve, FRACTION_ONE / 100 * places[i]);
    struct rect box = {there.x - DU(18), there.y - DU(18), DU(36), DU(36)};
    bool is_free = true;
    for (size_t k = 0; k < p->layout->link_count; k++)
      is_free = is_free && rect_is_empty(rect_intersect(box, p->layout->links[k].label));
    for (size_t k = 0; k < p->layout->node_count; k++)
      is_free = is_free && rect_is_empty(rect_intersect(box, p->layout->nodes[k].card));
    if (!is_free) continue;
    at = there;
    break;
  }
  paint_eye(p, at);
}

enum { SESSIONS_ASKED = 256 };

/* The newest session of a link whose client has spoken; 0: none among the last. */
static uint32_t newest_tab(const struct painter *p, const struct layout_link *link) {
  uint32_t tab = (uint32_t)p->world->tab_count;
  while (tab > 0 && world_tab(p->world, tab)->opened > p->at) tab--;
  for (int asked = 0; tab > 0 && asked < SESSIONS_ASKED; tab--, asked++)
    if (is_link_of(link, world_tab(p->world, tab))) return tab;
  return 0;
}

/* A click on a link's label listens in on it. */
static void hit_links(struct painter *p) {
  for (size_t i = 0; i < p->layout->link_count; i++) {
    const struct layout_link *link = &p->layout->links[i];
    uint32_t tab = rect_is_empty(link->label) ? 0 : newest_tab(p, link);
    if (tab)
      draw_hit(p->list, scene_id(SCENE_LISTEN, tab), link->label, HIT_FOCUSABLE,
               arena_format(p->arena, "Listen in between %.*s and %.*s",
                            SPAN_ARG(journal_host_label(p->world->preamble, link->client)),
                            SPAN_ARG(journal_host_label(p->world->preamble, link->server))));
  }
}

void paint_stage(struct painter *p) {
  const struct layout *layout = p->layout;
  const struct session *working = working_session(p);
  paint_panel(p, p->frame->stage);
  draw_hit(p->list, scene_id(SCENE_STAGE, 0), p->frame->stage, 0, SPAN("The machines"));
  struct rect clip = rect_inset(p->frame->stage, DU(1), DU(1));
  if (scene_wish(p->view).zoom_percent > LAYOUT_ZOOM_MIN) clip.h -= layout->strip;
  draw_clip_push(p->list, clip);
  for (size_t i = 0; i < layout->region_count; i++) paint_region(p, i);
  for (size_t i = 0; i + 1 < layout->region_count; i++)
    paint_internet(p, layout->regions[i].rect, layout->regions[i + 1].rect);
  paint_links(p);
  for (size_t i = 0; i < layout->node_count; i++) {
    const struct layout_node *node = &layout->nodes[i];
    enum card_part part = CARD_BYSTANDER;
    if (working && working->client == node->host) part = CARD_CLIENT;
    if (working && working->server == node->host) part = CARD_SERVER;
    if (p->record.kind == JOURNAL_SETTING_CHANGED && p->record.host == node->host) part = CARD_ALONE;
    paint_card(p, node, part);
  }
  paint_dot(p, true);
  paint_link_labels(p);
  if (p->view->eavesdrops && link_of(p, p->session)) paint_listening(p, link_of(p, p->session));
  hit_links(p);
  paint_dot(p, false);
  paint_failure(p);
  paint_envelope(p);
  draw_clip_pop(p->list);
}
