#include "view/scene_card.h"

#include "view/scene_provenance.h"

/* ---- what a machine is ---- */

struct role {
  struct span role, word, sub;
  enum icon icon;
};
/* In the order in which they decide what a machine looks like. */
static const struct role roles[] = {
    {SPAN_INIT("msa"), SPAN_INIT("MSA"), SPAN_INIT("Submission"), ICON_TRAY_UP},
    {SPAN_INIT("mta"), SPAN_INIT("MTA"), SPAN_INIT("Transfer"), ICON_SERVER},
    {SPAN_INIT("mda"), SPAN_INIT("MDA"), SPAN_INIT("Delivery"), ICON_MAILBOX},
    {SPAN_INIT("mua"), SPAN_INIT("MUA"), SPAN_INIT("User agent"), ICON_LAPTOP},
    {SPAN_INIT("pop3"), SPAN_INIT("POP3"), SPAN_INIT("Mailbox access"), ICON_MAILBOX},
    {SPAN_INIT("imap"), SPAN_INIT("IMAP"), SPAN_INIT("Mailbox access"), ICON_MAILBOX},
    {SPAN_INIT("mra"), SPAN_INIT("MRA"), SPAN_INIT("Retrieval"), ICON_LAPTOP},
    {SPAN_INIT("dns"), SPAN_INIT("DNS"), SPAN_INIT("Name server"), ICON_GLOBE},
};
enum { ROLE_COUNT = sizeof roles / sizeof *roles };

struct looks {
  struct span word, sub;
  enum icon icon;
};

static bool host_has(const struct journal_preamble *preamble, uint16_t host, struct span role) {
  for (size_t i = 0; i < preamble->agent_count; i++)
    if (preamble->agents[i].host == host && span_equal(preamble->agents[i].role, role)) return true;
  return false;
}

static struct looks looks_of(struct painter *p, uint16_t host) {
  const struct journal_preamble *preamble = p->world->preamble;
  const struct journal_host *info = journal_host(preamble, host);
  struct looks looks = {SPAN("Host"), SPAN_EMPTY, ICON_SERVER};
  struct span words[ROLE_COUNT];
  size_t count = 0;
  for (size_t i = 0; i < ROLE_COUNT; i++) {
    if (!host_has(preamble, host, roles[i].role)) continue;
    bool minor = i >= 4 && count > 0; /* who delivers also gives access; who reads also fetches */
    if (minor) continue;
    if (count == 0) looks = (struct looks){roles[i].word, roles[i].sub, roles[i].icon};
    words[count++] = roles[i].word;
  }
  if (count > 1) {
    looks.word = arena_format(p->arena, "%.*s+%.*s", SPAN_ARG(words[0]), SPAN_ARG(words[1]));
    looks.sub = SPAN("Mail server");
    looks.icon = ICON_SERVER;
  }
  enum icon named;
  if (!span_equal(info->icon, SPAN("server")) && icon_from_name(info->icon, &named)) looks.icon = named;
  return looks;
}

/* As many of a name's parts as there is room for: "mx.site1…", where one stays at all. */
static struct span first_parts(struct span name, struct text_style style, int32_t width,
                               struct arena *arena) {
  struct span parts = name;
  while (parts.len) {
    size_t dot = parts.len;
    while (dot > 0 && parts.data[dot - 1] != '.') dot--;
    if (!dot) return name;
    parts = span_first(parts, dot - 1);
    struct span cut = arena_format(arena, "%.*s…", SPAN_ARG(parts));
    if (text_width(style, cut) <= width) return cut;
  }
  return name;
}

/* A host's name, without its region's where that is what there is no room for. */
static struct span short_name(const struct journal_host *host, struct text_style style, int32_t width,
                              struct arena *arena) {
  struct span name = host->name;
  size_t tail = host->region.len + 1;
  if (text_width(style, name) <= width) return name;
  bool has_tail = host->region.len && name.len > tail && span_ends_with_nocase(name, host->region) &&
                  name.data[name.len - tail] == '.';
  if (has_tail) name = span_first(name, name.len - tail);
  return text_width(style, name) <= width ? name : first_parts(name, style, width, arena);
}

/* "MTA+MDA" where there is room for it, else what both are. */
static struct span fitting_word(const struct looks *looks, struct text_style style, int32_t width,
                                struct arena *arena) {
  bool is_both = span_find(looks->word, '+') != SPAN_NONE;
  struct span word = is_both && text_width(style, looks->word) > width ? SPAN("Server") : looks->word;
  return text_ellipsis(style, word, width, arena);
}

/* ---- painting ---- */

struct card_text {
  int32_t icon, pad;   /* side of the icon; space around */
  enum text_role role; /* of the role's word */
  bool has_sub, has_name;
  int32_t percent; /* of the words' sizes, and of the lengths between them */
};
static const struct card_text forms[CARD_SIZE_COUNT] = {
    [CARD_LARGE] = {60, 17, TEXT_ROLE, true, true, LAYOUT_LARGE_PERCENT},
    [CARD_FULL] = {46, 13, TEXT_ROLE, true, true, 100},
    [CARD_MEDIUM] = {36, 11, TEXT_PANEL_TITLE, false, true, 100},
    [CARD_SMALL] = {28, 9, TEXT_PANEL_TITLE, false, false, 100},
    [CARD_TINY] = {0, 10, TEXT_PANEL_TITLE, false, false, 100},
    [CARD_DOT] = {0, 0, TEXT_PANEL_TITLE, false, false, 100},
};

/* The last line of a card ends where an envelope may lie. */
static int32_t room_beside_envelope(const struct layout_node *node, int32_t x) {
  return node->rest.x - DU(1) - x;
}

/* A name in its own face, or in one that needs less room where that is what lets it stand there whole. */
static struct text_style narrow_style(const struct painter *p, struct text_style own, struct span name,
                                      int32_t room) {
  struct text_style narrow = style_of(p, TEXT_SMALL);
  bool helps = text_width(own, name) > room && text_width(narrow, name) <= room;
  return helps ? narrow : own;
}

/* The smallest form: what it is, and as much of its name as there is room for. */
static void paint_short_texts(struct painter *p, const struct layout_node *node, const struct looks *looks) {
  const struct journal_host *host = journal_host(p->world->preamble, node->host);
  struct rect inside = rect_inset(node->card, DU(10), 0);
  struct text_style role = style_of(p, TEXT_PANEL_TITLE), mono = style_of(p, TEXT_HOST);
  if (text_width(role, looks->word) > inside.w) role = style_of(p, TEXT_SMALL_STRONG);
  draw_label(p->list, role, (struct point){inside.x, inside.y + DU(29)}, DRAW_LEFT, p->theme->text,
             fitting_word(looks, role, inside.w, p->arena));
  int32_t room = room_beside_envelope(node, inside.x);
  mono = narrow_style(p, mono, short_name(host, style_of(p, TEXT_SMALL), room, p->arena), room);
  draw_label(p->list, mono, (struct point){inside.x, inside.y + DU(48)}, DRAW_LEFT, p->theme->muted,
             text_ellipsis(mono, short_name(host, mono, room, p->arena), room, p->arena));
}

/* A length, and a style, of a form: larger on the largest card. */
static int32_t scaled(const struct card_text *form, int32_t units) {
  return DU(units) * form->percent / 100;
}

static struct text_style card_style(const struct painter *p, const struct card_text *form,
                                    enum text_role role) {
  struct text_style style = style_of(p, role);
  style.size = style.size * form->percent / 100;
  return style;
}

/* Of the role's word: as large as lets it fit. */
static struct text_style role_style(const struct painter *p, const struct card_text *form, struct span word,
                                    int32_t room) {
  const enum text_role sizes[] = {form->role, TEXT_PANEL_TITLE, TEXT_LINK};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (text_width(card_style(p, form, sizes[i]), word) <= room) return card_style(p, form, sizes[i]);
  return style_of(p, TEXT_SMALL_STRONG);
}

/* What people call it, and its host's name below that. */
static void paint_names(struct painter *p, const struct layout_node *node, const struct card_text *form,
                        struct point at) {
  const struct journal_host *host = journal_host(p->world->preamble, node->host);
  struct text_style label = card_style(p, form, TEXT_SMALL_STRONG), mono = card_style(p, form, TEXT_HOST);
  int32_t beside = room_beside_envelope(node, at.x);
  int32_t room = form->has_name ? rect_right(node->card) - DU(9) - at.x : beside;
  bool is_named = host->label.len && !span_equal(host->label, host->name);
  if (form->has_name && !is_named) at.y += scaled(form, 8); /* alone, between the two lines */
  struct span name = is_named ? host->label : short_name(host, label, room, p->arena);
  label = narrow_style(p, label, name, room);
  draw_label(p->list, label, at, DRAW_LEFT, p->theme->text, text_ellipsis(label, name, room, p->arena));
  if (!form->has_name || !is_named) return;
  at.y += scaled(form, 20);
  draw_label(p->list, mono, at, DRAW_LEFT, p->theme->muted,
             text_ellipsis_middle(mono, short_name(host, mono, beside, p->arena), beside, p->arena));
}

static void paint_texts(struct painter *p, const struct layout_node *node, const struct looks *looks,
                        const struct card_text *form) {
  struct point inside = {node->card.x + DU(form->pad), node->card.y + DU(form->pad + 2)};
  int32_t side = DU(form->icon), x = inside.x + side + scaled(form, 10);
  int32_t room = rect_right(node->card) - DU(8) - x;
  struct text_style role = role_style(p, form, looks->word, room),
                    sub = card_style(p, form, TEXT_SMALL_STRONG);
  int32_t down = form->has_sub ? scaled(form, 21) : (side + text_cap_height(role)) / 2;
  draw_label(p->list, role, (struct point){x, inside.y + down}, DRAW_LEFT, p->theme->text,
             fitting_word(looks, role, room, p->arena));
  if (form->has_sub)
    draw_label(p->list, sub, (struct point){x, inside.y + scaled(form, 43)}, DRAW_LEFT, p->theme->muted,
               text_ellipsis(sub, looks->sub, room, p->arena));
  paint_names(p, node, form,
              (struct point){inside.x, inside.y + side + scaled(form, form->has_sub ? 20 : 19)});
}

static void paint_pill(struct painter *p, struct rect card, struct span word, struct hop_style style,
                       bool filled) {
  struct text_style text = style_of(p, TEXT_SMALL_STRONG);
  int32_t width = text_width(text, word) + DU(20), height = DU(26);
  struct rect pill = {rect_right(card) - width - DU(8), card.y - height / 2, width, height};
  paint_rounded(p, pill, height / 2, filled ? style.colour : p->theme->surface, style.colour, DU(2));
  draw_label_in(p->list, text, pill, DRAW_CENTRE, filled ? style.on_colour : style.colour, word);
}

static void paint_body(struct painter *p, const struct layout_node *node, enum card_part part, bool is_down) {
  const struct theme *theme = p->theme;
  struct hop_style style = hop_style_of(p, node->host);
  bool active = part != CARD_BYSTANDER;
  uint32_t glow = active ? colour_with_alpha(style.colour, 0x70) : theme->shadow;
  draw_shadow(p->list, &(struct draw_shadow){.rect = rect_moved(node->card, 0, active ? 0 : DU(2)),
                                             .radius = RADIUS_CONTROL,
                                             .blur = active ? DU(9) : DU(5),
                                             .colour = glow});
  uint32_t border = is_down ? theme->muted : active ? style.colour : theme->border;
  paint_rounded(p, node->card, RADIUS_CONTROL + DU(2), theme->surface, border,
                active ? theme->strong_width : DU(3) / 2);
}

/* It wrote what is pointed at, or its panel is open: a second ring around it. */
static void paint_light(struct painter *p, struct rect card) {
  paint_rounded(p, rect_inset(card, -DU(7), -DU(7)), RADIUS_CONTROL + DU(8), 0, p->theme->text, DU(3));
}

enum { PILL_FROM = 90 }; /* cards as wide as that can bear one */

static void paint_part(struct painter *p, const struct layout_node *node, enum card_part part, bool is_down) {
  struct hop_style style = hop_style_of(p, node->host);
  if (node->card.w < DU(PILL_FROM)) return;
  if (is_down)
    paint_pill(p, node->card, SPAN("down"), (struct hop_style){p->theme->text, p->theme->on_text, 0}, true);
  else if (part == CARD_CLIENT)
    paint_pill(p, node->card, SPAN("client"), style, true);
  else if (part == CARD_SERVER)
    paint_pill(p, node->card, SPAN("server"), style, false);
}

/* A machine of a crowd: its number, on its colour; who it is says the caption, or a nearer look. */
static void paint_dot_card(struct painter *p, const struct layout_node *node, enum card_part part,
                           bool is_down) {
  struct hop_style style = hop_style_of(p, node->host);
  uint32_t hop = world_hop(p->world, node->host);
  bool active = part != CARD_BYSTANDER;
  if (is_down) draw_alpha_push(p->list, 110);
  struct rect box = active ? rect_inset(node->card, -DU(3), -DU(3)) : node->card;
  paint_rounded(p, box, RADIUS_CONTROL, hop ? style.colour : p->theme->surface,
                active ? p->theme->text : p->theme->control_border, active ? DU(4) : DU(1));
  struct text_style text = style_of(p, TEXT_SMALL_STRONG);
  if (hop) draw_label_in(p->list, text, box, DRAW_CENTRE, style.on_colour, arena_format(p->arena, "%u", hop));
  if (is_down) draw_alpha_pop(p->list);
}

static void paint_full_card(struct painter *p, const struct layout_node *node, enum card_part part,
                            bool is_down) {
  const struct card_text *form = &forms[p->layout->size];
  struct hop_style style = hop_style_of(p, node->host);
  struct looks looks = looks_of(p, node->host);
  struct rect icon = {node->card.x + DU(form->pad), node->card.y + DU(form->pad + 2), DU(form->icon),
                      DU(form->icon)};
  paint_body(p, node, part, is_down);
  if (is_down) draw_alpha_push(p->list, 110);
  if (form->icon) paint_rounded(p, icon, RADIUS_CONTROL, style.colour, 0, 0);
  if (form->icon)
    draw_icon(p->list, &(struct draw_icon){.icon = looks.icon,
                                           .rect = rect_inset(icon, icon.w / 7, icon.h / 7),
                                           .colour = style.on_colour,
                                           .back = style.colour});
  if (form->icon)
    paint_texts(p, node, &looks, form);
  else
    paint_short_texts(p, node, &looks);
  if (is_down) draw_alpha_pop(p->list);
  uint32_t hop = world_hop(p->world, node->host);
  int32_t in = form->icon ? DU(2) : 0; /* a small card's words begin beside it */
  if (hop) paint_badge(p, (struct point){node->card.x + in, node->card.y + in}, DU(14), hop);
  paint_part(p, node, part, is_down);
}

void paint_card(struct painter *p, const struct layout_node *node, enum card_part part) {
  bool is_down = world_host_down(p->world, node->host, p->at);
  uint64_t id = scene_id(SCENE_HOST, node->host);
  if (pointed_author(p) == node->host || p->view->machine == node->host) paint_light(p, node->card);
  if (p->layout->size == CARD_DOT)
    paint_dot_card(p, node, part, is_down);
  else
    paint_full_card(p, node, part, is_down);
  paint_focus(p, id, node->card, RADIUS_CONTROL);
  draw_hit(p->list, id, node->card, HIT_FOCUSABLE, journal_host_label(p->world->preamble, node->host));
}
