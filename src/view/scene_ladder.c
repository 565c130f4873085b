#include "view/scene_ladder.h"

enum {
  HEAD = 58 * 64,
  ROW = 38 * 64,
  TIME_GAPS = 26 * 64, /* before and after the times */
  BROAD = 560 * 64,    /* from here on there is room for them */
  COLUMN_MIN = 84 * 64,
  CAPTION = 112 * 64,
  COLUMNS_MAX = 40
};

struct ladder {
  struct painter *p;
  struct rect area; /* of the rows */
  uint16_t hosts[COLUMNS_MAX];
  size_t count;
  int32_t time_w;     /* of the times' column; 0: none */
  int32_t left, step; /* of the columns */
  size_t first, last; /* steps shown */
};

struct rect caption_place(const struct painter *p) {
  if (p->frame->caption.w) return p->frame->caption;
  if (p->view->stage != STAGE_LADDER) return p->layout->caption;
  struct rect rest = rect_inset(p->frame->stage, DU(8), DU(8));
  return rect_cut_bottom(&rest, CAPTION);
}

/* ---- who says something to whom ---- */

/* What a step is on the ladder: from one machine to another, or at one alone (to is 0). */
struct rung {
  uint16_t from, to;
  bool is_transfer, has_failed;
  bool is_said; /* the text is what was said, not words about it */
  struct span text;
};

static uint16_t host_number(int64_t number) {
  return number > 0 && number <= UINT16_MAX ? (uint16_t)number : 0;
}

static void rung_of_session(const struct painter *p, const struct step *step,
                            const struct journal_record *record, struct rung *rung) {
  const struct session *session = world_session(p->world, step->own);
  if (!session) return;
  bool by_server = (record->kind == JOURNAL_LINE || record->kind == JOURNAL_DATA) && record->number[0] != 0;
  rung->from = by_server ? session->server : session->client;
  rung->to = by_server ? session->client : session->server;
}

static struct span first_line(struct span text) {
  struct span line = text;
  span_next(&text, '\n', &line);
  return span_trim_right(line);
}

/* As short as an arrow's label has to be; the caption says it at length. */
static struct span rung_words(struct painter *p, size_t index, const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_LINE: return record->text[0];
  case JOURNAL_CONNECT: return arena_format(p->arena, "connects to port %lld", (long long)record->number[1]);
  case JOURNAL_REFUSED: return SPAN("connection refused");
  case JOURNAL_TIMED_OUT: return SPAN("no answer");
  case JOURNAL_CLOSED: return SPAN("closes the connection");
  case JOURNAL_DATA:
    return arena_format(p->arena, "the letter, %lld octets", (long long)journal_data_octets(record));
  case JOURNAL_DNS_QUERY:
    return arena_format(p->arena, "%.*s %.*s?", SPAN_ARG(record->text[0]), SPAN_ARG(record->text[1]));
  case JOURNAL_DNS_ANSWER:
  case JOURNAL_DNS_CACHED: return record->text[3].len ? first_line(record->text[3]) : record->text[2];
  case JOURNAL_STAMP: return first_line(record->text[0]);
  case JOURNAL_ROUTED:
    if (!record->text[2].len) return arena_format(p->arena, "no way to %.*s", SPAN_ARG(record->text[1]));
    return arena_format(p->arena, "next host for %.*s: %.*s", SPAN_ARG(record->text[1]),
                        SPAN_ARG(record->text[2]));
  case JOURNAL_DEFERRED: return arena_format(p->arena, "deferred: %.*s", SPAN_ARG(record->text[2]));
  default: return reel_step_label(p->reel, index, p->arena);
  }
}

static struct rung rung_of(struct painter *p, size_t index) {
  const struct step *step = &p->reel->steps[index];
  struct journal_record record;
  journal_get(p->world->journal, step->record, &record);
  struct rung rung = {.from = record.host, .text = rung_words(p, index, &record)};
  rung.is_said = record.kind == JOURNAL_LINE || record.kind == JOURNAL_STAMP ||
                 record.kind == JOURNAL_DNS_QUERY || record.kind == JOURNAL_DNS_ANSWER;
  switch ((int)step->kind) {
  case STEP_CONNECT:
  case STEP_LINE:
  case STEP_TLS: rung_of_session(p, step, &record, &rung); break;
  case STEP_DATA:
    rung_of_session(p, step, &record, &rung);
    rung.is_transfer = true;
    break;
  case STEP_FAILED:
    rung_of_session(p, step, &record, &rung);
    rung.has_failed = true;
    break;
  case STEP_QUESTION: rung.to = host_number(record.number[1]); break;
  case STEP_ANSWER:
    if (record.kind == JOURNAL_DNS_ANSWER) rung.to = host_number(record.number[1]);
    break;
  default: break;
  }
  if (rung.to == rung.from) rung.to = 0;
  return rung;
}

/* ---- columns ---- */

static bool is_column(const struct ladder *ladder, uint16_t host) {
  for (size_t i = 0; i < ladder->count; i++)
    if (ladder->hosts[i] == host) return true;
  return false;
}

static void add_column(struct ladder *ladder, int64_t host) {
  uint16_t number = host_number(host);
  if (number && number <= ladder->p->world->preamble->host_count && ladder->count < COLUMNS_MAX &&
      !is_column(ladder, number))
    ladder->hosts[ladder->count++] = number;
}

/* In the order in which they first have a letter; then whoever takes part otherwise; name servers last. */
static void add_all_columns(struct ladder *ladder) {
  const struct world_view *world = ladder->p->world;
  for (uint32_t hop = 1; hop <= world->hop_count && ladder->count < COLUMNS_MAX; hop++)
    for (size_t host = 1; host <= world->preamble->host_count; host++)
      if (world_hop(world, (uint16_t)host) == hop) add_column(ladder, (int64_t)host);
  for (size_t i = 0; i < world->link_count; i++) {
    add_column(ladder, world->links[i].client);
    add_column(ladder, world->links[i].server);
  }
  for (size_t i = 0; i < world->preamble->agent_count; i++)
    if (span_equal(world->preamble->agents[i].role, SPAN("dns")))
      add_column(ladder, world->preamble->agents[i].host);
}

/* Where there are too many: those that have a part in what is shown. */
static void add_shown_columns(struct ladder *ladder) {
  struct ladder all = *ladder;
  bool shown[COLUMNS_MAX] = {false};
  for (size_t i = ladder->first; i <= ladder->last; i++) {
    struct rung rung = rung_of(ladder->p, i);
    for (size_t k = 0; k < all.count; k++)
      if (all.hosts[k] == rung.from || all.hosts[k] == rung.to) shown[k] = true;
  }
  ladder->count = 0;
  for (size_t k = 0; k < all.count; k++)
    if (shown[k]) ladder->hosts[ladder->count++] = all.hosts[k];
}

/* As wide as the longest time that is shown. */
static int32_t width_of_times(const struct ladder *ladder) {
  struct painter *p = ladder->p;
  int32_t widest = 0;
  if (ladder->area.w <= BROAD) return 0;
  for (size_t i = ladder->first; i <= ladder->last; i++) {
    int32_t width = text_width(style_of(p, TEXT_HOST), time_text(p->arena, p->reel->steps[i].time_us, true));
    if (width > widest) widest = width;
  }
  return widest + TIME_GAPS;
}

static void set_columns(struct ladder *ladder) {
  ladder->time_w = width_of_times(ladder);
  int32_t time = ladder->time_w ? ladder->time_w : DU(8);
  int32_t room = ladder->area.w - time - DU(16);
  size_t fit = (size_t)(room / COLUMN_MIN);
  add_all_columns(ladder);
  if (ladder->count > fit) add_shown_columns(ladder);
  if (ladder->count > fit) ladder->count = fit;
  ladder->step = ladder->count ? room / (int32_t)ladder->count : room;
  ladder->left = ladder->area.x + time + ladder->step / 2;
}

/* The middle of a host's column; false if it has none. */
static bool column_x(const struct ladder *ladder, uint16_t host, int32_t *x_out) {
  for (size_t i = 0; i < ladder->count; i++) {
    if (ladder->hosts[i] != host) continue;
    *x_out = ladder->left + (int32_t)i * ladder->step;
    return true;
  }
  return false;
}

/* How much of a host's name stands in the first of two rows: whole labels, with the dot behind them. 0: it
 * goes into one row, or is words, or has no dot where that would help. */
static size_t first_labels(struct text_style style, struct span name, int32_t width) {
  size_t taken = 0;
  if (span_find(name, ' ') != SPAN_NONE || text_width(style, name) <= width) return 0;
  for (size_t i = 0; i + 1 < name.len; i++)
    if (name.data[i] == '.' && text_width(style, span_first(name, i + 1)) <= width) taken = i + 1;
  return taken;
}

/* In two rows at most, in the middle. */
static void write_name(struct painter *p, struct rect place, struct span name) {
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  size_t labels = first_labels(style, name, place.w);
  if (labels) {
    struct rect upper = rect_cut_top(&place, place.h / 2);
    draw_label_in(p->list, style, upper, DRAW_CENTRE, p->theme->text, span_first(name, labels));
    draw_label_in(p->list, style, place, DRAW_CENTRE, p->theme->text,
                  text_ellipsis_middle(style, span_skip(name, labels), place.w, p->arena));
    return;
  }
  struct text_wrap wrap = text_wrap(style, name, place.w);
  struct text_line piece;
  int32_t rows = text_wrap_count(wrap) > 1 ? 2 : 1, row = place.h / rows;
  for (int32_t i = 0; i < rows && text_wrap_next(&wrap, &piece); i++) {
    struct span words = piece.text;
    if (i + 1 == rows && wrap.rest.len) words = arena_format(p->arena, "%.*s…", SPAN_ARG(words));
    struct rect line = {place.x, place.y + i * row, place.w, row};
    draw_label_in(p->list, style, line, DRAW_CENTRE, p->theme->text, words);
  }
}

static void paint_column_head(struct ladder *ladder, size_t index, struct rect head, int32_t bottom) {
  struct painter *p = ladder->p;
  uint16_t host = ladder->hosts[index];
  uint32_t hop = world_hop(p->world, host);
  int32_t x = ladder->left + (int32_t)index * ladder->step;
  struct rect box = {x - ladder->step / 2 + DU(3), head.y, ladder->step - DU(6), head.h - DU(8)};
  uint64_t id = scene_id(SCENE_OPEN, host);
  struct hop_style style = theme_hop(p->theme, hop);
  const struct point line[2] = {{x, rect_bottom(box)}, {x, bottom}};
  draw_stroke(p->list,
              &(struct draw_stroke){
                  .points = line, .count = 2, .width = DU(2), .butt_ends = true, .colour = p->theme->border});
  bool open = p->view->machine == host;
  paint_rounded(p, box, RADIUS_CONTROL, p->theme->surface, open ? p->theme->text : style.colour,
                open ? p->theme->strong_width : DU(2));
  struct rect words = rect_inset(box, DU(6), DU(3));
  if (hop) rect_cut_left(&words, DU(6));
  write_name(p, words, journal_host_label(p->world->preamble, host));
  if (hop) paint_badge(p, (struct point){box.x + DU(3), box.y + DU(3)}, DU(11), hop);
  paint_focus(p, id, box, RADIUS_CONTROL);
  draw_hit(p->list, id, box, HIT_FOCUSABLE, journal_host_label(p->world->preamble, host));
}

/* ---- rungs ---- */

static void paint_label(struct ladder *ladder, const struct rung *rung, int32_t x, int32_t y, bool strong) {
  struct painter *p = ladder->p;
  struct text_style style = style_of(p, rung->is_said ? TEXT_HOST : TEXT_SMALL);
  int32_t room = rect_right(ladder->area) - DU(12) - x;
  if (room < DU(30)) return;
  struct span words = text_ellipsis(style, rung->text, room, p->arena);
  struct rect box = {x - DU(3), y, text_width(style, words) + DU(6), DU(18)};
  if (!strong) draw_fill(p->list, box, p->theme->surface); /* the columns' lines stay behind it */
  draw_label(p->list, style, (struct point){x, y + DU(9) + text_cap_height(style) / 2}, DRAW_LEFT,
             p->theme->text, words);
}

static void paint_arrow(struct ladder *ladder, const struct rung *rung, int32_t from, int32_t to, int32_t y,
                        int32_t progress) {
  struct painter *p = ladder->p;
  uint32_t colour = hop_style_of(p, rung->from).colour;
  int32_t gap = from < to ? DU(3) : -DU(3), end = lerp(from + gap, to - gap, progress);
  if (rung->has_failed) end = lerp(from, to, FRACTION_ONE * 2 / 3);
  const struct point line[2] = {{from + gap, y}, {end, y}};
  draw_stroke(p->list, &(struct draw_stroke){.points = line,
                                             .count = 2,
                                             .width = rung->is_transfer ? DU(5) : DU(2),
                                             .arrows = rung->has_failed ? DRAW_ARROW_NONE : DRAW_ARROW_END,
                                             .arrow_length = DU(10),
                                             .arrow_width = rung->is_transfer ? DU(16) : DU(10),
                                             .colour = colour});
  if (!rung->has_failed) return;
  struct rect cross = {end - DU(9), y - DU(9), DU(18), DU(18)};
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_CROSS, .rect = cross, .colour = p->theme->text, .back = p->theme->surface});
}

static void paint_mark(struct ladder *ladder, const struct step *step, uint16_t host, int32_t x, int32_t y) {
  struct painter *p = ladder->p;
  uint32_t colour = hop_style_of(p, host).colour;
  if (step->kind == STEP_STAMP) {
    struct rect box = {x - DU(8), y - DU(8), DU(16), DU(16)};
    draw_icon(p->list, &(struct draw_icon){
                           .icon = ICON_DIAMOND, .rect = box, .colour = colour, .back = p->theme->surface});
    return;
  }
  draw_circle(p->list, &(struct draw_circle){.centre = {x, y}, .radius = DU(6), .fill = colour});
}

static void paint_rung(struct ladder *ladder, size_t index, struct rect row) {
  struct painter *p = ladder->p;
  const struct step *step = &p->reel->steps[index];
  struct rung rung = rung_of(p, index);
  bool is_current = index == p->moment.step;
  int32_t from, to, x, y = row.y + DU(27);
  uint32_t hop = world_hop(p->world, rung.from);
  if (is_current) {
    paint_rounded(p, rect_inset(row, DU(4), DU(1)), RADIUS_SMALL,
                  theme_highlight(p->theme, hop, FRACTION_ONE), p->theme->tint_percent ? 0 : p->theme->border,
                  DU(1));
    draw_fill(p->list, (struct rect){row.x + DU(4), row.y + DU(1), DU(5), row.h - DU(2)},
              theme_hop(p->theme, hop).colour);
  }
  if (ladder->time_w) {
    struct rect time = {row.x + DU(12), row.y, ladder->time_w - DU(22), row.h};
    draw_label_in(p->list, style_of(p, TEXT_HOST), time, DRAW_RIGHT, p->theme->muted,
                  time_text(p->arena, step->time_us, true));
  }
  draw_hit(p->list, scene_id_of_part(SCENE_STEP, (uint32_t)index, 1), row, HIT_TEXT | HIT_FOCUSABLE,
           rung.text);
  if (!column_x(ladder, rung.from, &from)) return;
  if (rung.to && column_x(ladder, rung.to, &to)) {
    x = (from < to ? from : to) + DU(12);
    paint_label(ladder, &rung, x, row.y + DU(2), is_current);
    int32_t progress = is_current ? motion_smootherstep(event_progress(p, 0, MOTION_DOT_MS)) : FRACTION_ONE;
    if (progress > 0) paint_arrow(ladder, &rung, from, to, y, progress);
    return;
  }
  paint_mark(ladder, step, rung.from, from, row.y + row.h / 2);
  paint_label(ladder, &rung, from + DU(14), row.y + row.h / 2 - DU(9), is_current);
}

/* ---- the whole ---- */

void paint_ladder(struct painter *p) {
  struct ladder ladder = {.p = p, .area = rect_inset(p->frame->stage, DU(2), DU(4))};
  paint_panel(p, p->frame->stage);
  if (!p->frame->caption.w) rect_cut_bottom(&ladder.area, CAPTION + DU(12));
  struct rect head = rect_cut_top(&ladder.area, HEAD);
  rect_cut_top(&head, DU(8));
  size_t fit = (size_t)(ladder.area.h / ROW > 1 ? ladder.area.h / ROW : 1), now = p->moment.step;
  int32_t most = now > 1 ? (int32_t)now - 1 : 0;
  int32_t scroll = p->view->ladder_scroll < most ? p->view->ladder_scroll : most;
  p->scene->limits.ladder_rows = most;
  draw_hit(p->list, scene_id(SCENE_LADDER_SCROLL, 0), p->frame->stage, HIT_SCROLLS,
           SPAN("The ladder of steps"));
  if (now == 0) {
    struct rect text = rect_inset(ladder.area, SPACE_PADDING, SPACE_1);
    draw_label_in(p->list, style_of(p, TEXT_BODY), rect_cut_top(&text, DU(32)), DRAW_LEFT, p->theme->muted,
                  SPAN("Nothing has happened yet."));
    return;
  }
  ladder.last = now - (size_t)scroll;
  ladder.first = ladder.last >= fit ? ladder.last - fit + 1 : 1;
  set_columns(&ladder);
  draw_clip_push(p->list, rect_inset(p->frame->stage, DU(1), DU(1)));
  for (size_t i = 0; i < ladder.count; i++) paint_column_head(&ladder, i, head, rect_bottom(ladder.area));
  struct rect rest = ladder.area;
  for (size_t i = ladder.first; i <= ladder.last; i++) paint_rung(&ladder, i, rect_cut_top(&rest, ROW));
  draw_clip_pop(p->list);
}
