#include "view/scene_session.h"

#include "base/check.h"
#include "base/mem.h"
#include "view/scene_internal.h"

enum {
  WIDTH = 1120 * 64,
  MARGIN = 28 * 64,
  TIMES = 112 * 64,  /* beside each lifeline */
  HEAD_W = 440 * 64, /* of a host's box */
  PAD = 9 * 64,      /* around the words of a rung */
  SLANT = 9 * 64,    /* a rung arrives lower than it left: it takes its time */
  INDENT = 16 * 64,
  BODY_INDENT = 30 * 64 /* the lines of a letter */
};

/* A rung, and where it stands. */
struct place {
  int32_t y, h;
};

struct sheet {
  struct painter p;
  const struct session *session;
  const struct session_rungs *rungs;
  struct place *places;
  int32_t head_y, head_h, rungs_y, bottom;
  int32_t client_x, server_x;
};

/* ---- measures ---- */

static enum text_role role_of(const struct session_rung *rung, size_t line) {
  switch (rung->kind) {
  case RUNG_SAID: return TEXT_HEADER;
  case RUNG_LETTER: return line == 0 ? TEXT_BODY_STRONG : TEXT_HEADER;
  case RUNG_REMARK: return TEXT_SMALL_STRONG;
  case RUNG_TCP:
  case RUNG_TLS: return TEXT_SMALL;
  }
  UNREACHABLE();
}

static bool is_body(const struct session_rung *rung, size_t line) {
  return rung->kind == RUNG_LETTER && line > 0 && line + 1 < rung->line_count;
}

static int32_t room_of(const struct sheet *sheet, const struct session_rung *rung, size_t line) {
  int32_t indents =
      2 * (is_body(rung, line) ? BODY_INDENT : INDENT) + (rung->kind == RUNG_REMARK ? DU(80) : 0);
  return sheet->server_x - sheet->client_x - indents;
}

static struct text_wrap wrap_of(const struct sheet *sheet, const struct session_rung *rung, size_t line) {
  return text_wrap_indented(style_of(&sheet->p, role_of(rung, line)), rung->lines[line],
                            room_of(sheet, rung, line), 0, DU(24));
}

static int32_t row_height(const struct sheet *sheet, const struct session_rung *rung) {
  return theme_line_height(sheet->p.theme, rung->kind == RUNG_LETTER ? TEXT_HEADER : role_of(rung, 0));
}

static int64_t rung_height(const struct sheet *sheet, const struct session_rung *rung) {
  int64_t rows = 0;
  for (size_t i = 0; i < rung->line_count; i++) {
    size_t count = text_wrap_count(wrap_of(sheet, rung, i));
    rows += count ? (int64_t)count : 1;
  }
  int64_t words = rows * row_height(sheet, rung);
  return rung->kind == RUNG_REMARK ? words + 4 * PAD : words + PAD + SLANT + DU(4);
}

static int32_t line_height(const struct sheet *sheet, enum text_role role) {
  return theme_line_height(sheet->p.theme, role);
}

/* Where everything stands; the height of the whole. */
static int64_t arrange(struct sheet *sheet) {
  int32_t scale = sheet->p.theme->text_percent;
  sheet->client_x = MARGIN + TIMES * scale / 100;
  sheet->server_x = WIDTH - sheet->client_x;
  sheet->head_y = MARGIN + line_height(sheet, TEXT_TITLE) + line_height(sheet, TEXT_BODY) + DU(18);
  sheet->head_h = line_height(sheet, TEXT_BODY_STRONG) + 2 * line_height(sheet, TEXT_HOST) + DU(18);
  sheet->rungs_y = sheet->head_y + sheet->head_h + DU(14);
  int64_t y = sheet->rungs_y;
  for (size_t i = 0; i < sheet->rungs->count; i++) {
    int64_t h = rung_height(sheet, &sheet->rungs->items[i]);
    sheet->places[i] = (struct place){(int32_t)y, (int32_t)h};
    y += h;
    if (y > DU(SESSION_HEIGHT_MAX)) y = (int64_t)DU(SESSION_HEIGHT_MAX) + 1; /* too tall, however much more */
  }
  sheet->bottom = (int32_t)(y + DU(14));
  return y + DU(14) + MARGIN;
}

/* ---- the heads ---- */

static void paint_title(struct sheet *sheet) {
  struct painter *p = &sheet->p;
  struct buf words = {0};
  struct rect rest = {MARGIN, MARGIN, WIDTH - 2 * MARGIN, sheet->head_y - MARGIN};
  draw_label_in(p->list, style_of(p, TEXT_TITLE), rect_cut_top(&rest, line_height(sheet, TEXT_TITLE)),
                DRAW_LEFT, p->theme->text, p->world->preamble->title);
  scene_session_title(p->reel, sheet->session, &words);
  draw_label_in(p->list, style_of(p, TEXT_BODY), rect_cut_top(&rest, line_height(sheet, TEXT_BODY)),
                DRAW_LEFT, p->theme->muted, buf_span(&words));
  buf_free(&words);
}

/* Which program of the host it is: the one with that port, or for a client the one that its role says. */
static struct span program(const struct sheet *sheet, bool is_server) {
  const struct world_view *world = sheet->p.world;
  for (size_t i = 0; i < sheet->rungs->count; i++) {
    const struct session_rung *rung = &sheet->rungs->items[i];
    struct journal_record record;
    if (!rung->record || rung->by_server != is_server) continue;
    journal_get(world->journal, rung->record, &record);
    if (record.agent && record.host == (is_server ? sheet->session->server : sheet->session->client))
      return journal_agent_role(world->preamble, record.agent);
  }
  return SPAN_EMPTY;
}

static struct span head_words(const struct sheet *sheet, bool is_server) {
  struct arena *arena = sheet->p.arena;
  struct span role = program(sheet, is_server);
  char *upper = arena_text(arena, role);
  for (size_t i = 0; i < role.len; i++) upper[i] = ascii_upper(upper[i]);
  return arena_format(arena, role.len ? "%s, %s" : "%s", is_server ? "server" : "client", upper);
}

static struct span address_words(const struct sheet *sheet, bool is_server) {
  const struct world_view *world = sheet->p.world;
  const struct journal_host *host =
      journal_host(world->preamble, is_server ? sheet->session->server : sheet->session->client);
  struct span address = host ? host->address : SPAN_EMPTY; /* before it asks */
  int64_t port = is_server ? sheet->session->port : 0;
  if (sheet->session->opened) {
    struct journal_record connect;
    journal_get(world->journal, sheet->session->opened, &connect);
    if (is_server && connect.text[0].len) address = connect.text[0];
    if (!is_server)
      address = journal_host_address_towards(world->preamble, sheet->session->client, connect.text[0]);
    if (!is_server) port = connect.number[2];
  }
  if (port <= 0) return address;
  return arena_format(sheet->p.arena, "%.*s port %lld", SPAN_ARG(address), (long long)port);
}

static void paint_head(struct sheet *sheet, bool is_server) {
  struct painter *p = &sheet->p;
  uint16_t host = is_server ? sheet->session->server : sheet->session->client;
  uint32_t hop = world_hop(p->world, host);
  struct hop_style style = theme_hop(p->theme, hop);
  struct rect box = {is_server ? WIDTH - MARGIN - HEAD_W : MARGIN, sheet->head_y, HEAD_W, sheet->head_h};
  paint_rounded(p, box, RADIUS_CONTROL, theme_tint(p->theme, hop), style.colour, DU(2));
  struct rect rest = rect_inset(box, DU(18), DU(9));
  if (hop)
    paint_badge(p, (struct point){is_server ? rect_right(box) - DU(4) : box.x + DU(4), box.y + DU(4)}, DU(13),
                hop);
  struct rect first = rect_cut_top(&rest, line_height(sheet, TEXT_BODY_STRONG));
  int32_t width = draw_label_in(p->list, style_of(p, TEXT_SMALL), first, DRAW_RIGHT, p->theme->muted,
                                head_words(sheet, is_server));
  rect_cut_right(&first, width + DU(10));
  draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), first, DRAW_LEFT, p->theme->text,
                host ? journal_host_label(p->world->preamble, host) : SPAN("nobody"));
  struct rect second = rect_cut_top(&rest, line_height(sheet, TEXT_HOST));
  struct span name = journal_host_name(p->world->preamble, host);
  if (!span_equal(name, journal_host_label(p->world->preamble, host))) /* once is enough */
    draw_label_in(p->list, style_of(p, TEXT_HOST), second, DRAW_LEFT, p->theme->text, name);
  else
    rest = second;
  draw_label_in(p->list, style_of(p, TEXT_HOST), rect_cut_top(&rest, line_height(sheet, TEXT_HOST)),
                DRAW_LEFT, p->theme->muted, address_words(sheet, is_server));
}

static void paint_lifelines(struct sheet *sheet) {
  struct painter *p = &sheet->p;
  int32_t top = sheet->head_y + sheet->head_h, xs[2] = {sheet->client_x, sheet->server_x};
  for (int i = 0; i < 2; i++)
    draw_line(p->list, (struct point){xs[i], top}, (struct point){xs[i], sheet->bottom}, DU(2),
              hop_style_of(p, i ? sheet->session->server : sheet->session->client).colour);
}

/* ---- rungs ---- */

/* What is said under TLS has a ground of its own, from the remark that TLS stands on. */
static void paint_sealed_ground(struct sheet *sheet) {
  struct painter *p = &sheet->p;
  size_t count = sheet->rungs->count, first = 0;
  while (first < count && !sheet->rungs->items[first].is_sealed) first++;
  if (first == count) return;
  size_t last = count - 1;
  while (!sheet->rungs->items[last].is_sealed) last--;
  int32_t top = sheet->places[first].y, bottom = sheet->places[last].y + sheet->places[last].h;
  struct rect ground = {sheet->client_x, top, sheet->server_x - sheet->client_x, bottom - top};
  draw_fill(p->list, ground, p->theme->sunken);
  draw_line(p->list, (struct point){ground.x, bottom}, (struct point){rect_right(ground), bottom}, DU(1),
            p->theme->control_border);
}

static void paint_times(struct sheet *sheet, const struct session_rung *rung, int32_t from_y, int32_t to_y) {
  struct painter *p = &sheet->p;
  struct text_style style = style_of(p, TEXT_HOST);
  int32_t middle = text_cap_height(style) / 2, at_client = sheet->client_x - DU(10),
          at_server = sheet->server_x + DU(10);
  struct span sent = time_text(p->arena, rung->sent_us, true);
  draw_label(p->list, style, (struct point){rung->by_server ? at_server : at_client, from_y + middle},
             rung->by_server ? DRAW_LEFT : DRAW_RIGHT, p->theme->text, sent);
  if (rung->arrives_us < 0 || rung->is_lost || rung->kind == RUNG_REMARK) return;
  draw_label(p->list, style, (struct point){rung->by_server ? at_client : at_server, to_y + middle},
             rung->by_server ? DRAW_RIGHT : DRAW_LEFT, p->theme->muted,
             time_text(p->arena, rung->arrives_us, true));
}

/* Words stand at the side of who says them. */
static int32_t paint_words(struct sheet *sheet, const struct session_rung *rung, int32_t y) {
  struct painter *p = &sheet->p;
  int32_t row = row_height(sheet, rung), widest = 0;
  for (size_t i = 0; i < rung->line_count; i++) {
    int32_t width = text_wrap_width(wrap_of(sheet, rung, i)) + (is_body(rung, i) ? BODY_INDENT - INDENT : 0);
    if (width > widest) widest = width;
  }
  int32_t left = rung->by_server ? sheet->server_x - INDENT - widest : sheet->client_x + INDENT;
  bool is_quiet = rung->kind == RUNG_TCP || rung->kind == RUNG_TLS;
  for (size_t i = 0; i < rung->line_count; i++) {
    struct text_wrap wrap = wrap_of(sheet, rung, i);
    struct text_line piece;
    int32_t x = left + (is_body(rung, i) ? BODY_INDENT - INDENT : 0);
    while (text_wrap_next(&wrap, &piece)) {
      draw_label_in(p->list, style_of(p, role_of(rung, i)), (struct rect){x + piece.x, y, WIDTH, row},
                    DRAW_LEFT, is_quiet ? p->theme->muted : p->theme->text, piece.text);
      y += row;
    }
  }
  return y;
}

static void paint_arrow(struct sheet *sheet, const struct session_rung *rung, int32_t y) {
  struct painter *p = &sheet->p;
  uint16_t host = rung->by_server ? sheet->session->server : sheet->session->client;
  bool is_quiet = rung->kind == RUNG_TCP || rung->kind == RUNG_TLS;
  int32_t gap = rung->by_server ? -DU(3) : DU(3);
  int32_t from = (rung->by_server ? sheet->server_x : sheet->client_x) + gap;
  int32_t to = (rung->by_server ? sheet->client_x : sheet->server_x) - gap, drop = SLANT;
  if (rung->is_lost) to = from + (to - from) * 2 / 3, drop = SLANT * 2 / 3;
  const struct point line[2] = {{from, y}, {to, y + drop}};
  draw_stroke(p->list,
              &(struct draw_stroke){.points = line,
                                    .count = 2,
                                    .width = rung->kind == RUNG_LETTER ? DU(5)
                                             : is_quiet                ? DU(3) / 2
                                                                       : DU(2),
                                    .dash = rung->kind == RUNG_TCP ? DU(6) : 0,
                                    .gap = rung->kind == RUNG_TCP ? DU(4) : 0,
                                    .arrows = rung->is_lost ? DRAW_ARROW_NONE : DRAW_ARROW_END,
                                    .arrow_length = DU(11),
                                    .arrow_width = rung->kind == RUNG_LETTER ? DU(16) : DU(10),
                                    .colour = is_quiet ? p->theme->muted : hop_style_of(p, host).colour});
  if (!rung->is_lost) return;
  struct rect cross = {to - DU(9), y + drop - DU(9), DU(18), DU(18)};
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_CROSS, .rect = cross, .colour = p->theme->text, .back = p->theme->surface});
}

static void paint_remark(struct sheet *sheet, const struct session_rung *rung, struct place place) {
  struct painter *p = &sheet->p;
  int32_t row = row_height(sheet, rung), width = text_wrap_width(wrap_of(sheet, rung, 0)),
          middle = place.y + place.h / 2;
  bool is_lock = rung->is_sealed;
  int32_t box_w = width + DU(36) + (is_lock ? DU(24) : 0), centre = (sheet->client_x + sheet->server_x) / 2;
  draw_line(p->list, (struct point){sheet->client_x, middle}, (struct point){sheet->server_x, middle}, DU(1),
            p->theme->control_border);
  struct rect box = {centre - box_w / 2, place.y + PAD, box_w, place.h - 2 * PAD};
  paint_rounded(p, box, RADIUS_CONTROL, p->theme->surface, p->theme->text, DU(3) / 2);
  struct rect words = rect_inset(box, DU(18), PAD);
  struct rect icon = {words.x - DU(2), rect_centre(words).y - DU(9), DU(18), DU(18)};
  if (is_lock)
    draw_icon(p->list,
              &(struct draw_icon){
                  .icon = ICON_LOCK, .rect = icon, .colour = p->theme->text, .back = p->theme->surface});
  if (is_lock) rect_cut_left(&words, DU(24));
  struct text_wrap wrap = wrap_of(sheet, rung, 0);
  struct text_line piece;
  while (text_wrap_next(&wrap, &piece))
    draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), rect_cut_top(&words, row), DRAW_LEFT,
                  p->theme->text, piece.text);
  paint_times(sheet, rung, middle, middle);
}

static void paint_rung(struct sheet *sheet, size_t index) {
  const struct session_rung *rung = &sheet->rungs->items[index];
  struct place place = sheet->places[index];
  if (rung->kind == RUNG_REMARK) {
    paint_remark(sheet, rung, place);
    return;
  }
  int32_t y = paint_words(sheet, rung, place.y + DU(2)) + DU(4);
  paint_arrow(sheet, rung, y);
  paint_times(sheet, rung, y, y + SLANT);
}

/* ---- the whole ---- */

bool scene_session_draw(const struct reel *reel, const struct session *session, const struct theme *theme,
                        const struct session_rungs_options *options, struct draw_list *list,
                        int64_t *height_out) {
  struct arena arena = ARENA_EMPTY;
  struct session_rungs rungs;
  const struct scene_view view = {.width = 0};
  session_rungs_make(reel->world, session, options, &rungs);
  struct sheet sheet = {
      .p = {.theme = theme, .list = list, .arena = &arena, .reel = reel, .world = reel->world, .view = &view},
      .session = session,
      .rungs = &rungs,
      .places = mem_alloc((rungs.count + 1) * sizeof *sheet.places)};
  int64_t height = arrange(&sheet);
  *height_out = height / 64;
  bool fits = height <= DU(SESSION_HEIGHT_MAX);
  if (fits) {
    draw_list_begin(list, WIDTH, (int32_t)(height + 63) / 64 * 64, theme->surface);
    paint_title(&sheet);
    paint_sealed_ground(&sheet);
    paint_lifelines(&sheet);
    paint_head(&sheet, false);
    paint_head(&sheet, true);
    for (size_t i = 0; i < rungs.count; i++) paint_rung(&sheet, i);
    draw_list_end(list);
  }
  mem_free(sheet.places);
  session_rungs_free(&rungs);
  arena_free(&arena);
  return fits && !list->overflowed;
}

void scene_session_title(const struct reel *reel, const struct session *session, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  buf_format(out, "Session %u: %.*s", session->connection,
             SPAN_ARG(reel_session_label(reel, session, &arena)));
  if (session->encrypted) buf_add_text(out, ", under TLS");
  arena_free(&arena);
}

void scene_session_words(const struct reel *reel, const struct session *session,
                         const struct session_rungs_options *options, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct session_rungs rungs;
  session_rungs_make(reel->world, session, options, &rungs);
  scene_session_title(reel, session, out);
  for (size_t i = 0; i < rungs.count; i++) {
    const struct session_rung *rung = &rungs.items[i];
    for (size_t k = 0; k < rung->line_count; k++)
      buf_format(out, "\n%.*s %s%.*s%s", SPAN_ARG(time_text(&arena, rung->sent_us, true)),
                 rung->kind == RUNG_REMARK ? ""
                 : rung->by_server         ? "S: "
                                           : "C: ",
                 SPAN_ARG(rung->lines[k]), rung->is_lost ? " (lost)" : "");
  }
  session_rungs_free(&rungs);
  arena_free(&arena);
}
