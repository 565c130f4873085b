/* The message: a sheet of paper that grows at its top. */
#include "view/scene_internal.h"

enum {
  HEAD = 50 * 64,
  LINE = 24 * 64,
  TEXT_INDENT = 46 * 64, /* of a block's text: bar and badge stand before it */
  FOLD = 20 * 64,        /* further, of a folded line */
  GAP = 6 * 64,
  BLOCK_PAD = 5 * 64,
  BLOCKS_MAX = 64
};

/* ---- header blocks ---- */

struct header_line {
  struct span name; /* with its colon; empty for a folded line */
  struct span text;
  int32_t indent;
};

static bool next_header_line(struct span *rest, struct header_line *line_out) {
  struct span line;
  if (!span_next(rest, '\n', &line) || (line.len == 0 && rest->len == 0)) return false;
  line = span_trim_right(line);
  bool folded = line.len && (line.data[0] == ' ' || line.data[0] == '\t');
  size_t colon = folded ? SPAN_NONE : span_find(line, ':');
  *line_out = (struct header_line){.name = SPAN_EMPTY, .text = span_trim(line), .indent = folded ? FOLD : 0};
  if (colon == SPAN_NONE) return true;
  line_out->name = span_first(line, colon + 1);
  line_out->text = span_trim(span_skip(line, colon + 1));
  return true;
}

/* A header line in rows; draws them if paint is true. Returns their number. */
static int32_t header_line_rows(struct painter *p, const struct header_line *line, struct rect column,
                                int32_t y, uint32_t colour, bool paint) {
  struct text_style name = style_of(p, TEXT_HEADER_NAME), text = style_of(p, TEXT_HEADER);
  int32_t name_width = line->name.len ? text_width(name, line->name) + text_width(text, SPAN(" ")) : 0;
  struct text_wrap wrap = text_wrap_indented(text, line->text, column.w, line->indent + name_width, FOLD);
  struct text_line piece;
  int32_t rows = 0, offset = (LINE + text_cap_height(text)) / 2;
  if (paint && line->name.len)
    draw_label(p->list, name, (struct point){column.x, y + offset}, DRAW_LEFT, colour, line->name);
  while (text_wrap_next(&wrap, &piece)) {
    if (paint)
      draw_label(p->list, text, (struct point){column.x + piece.x, y + rows * LINE + offset}, DRAW_LEFT,
                 p->theme->text, piece.text);
    rows++;
  }
  return rows ? rows : 1;
}

static int32_t block_rows(struct painter *p, const struct journal_block *block, struct rect column, int32_t y,
                          uint32_t colour, bool paint) {
  struct span rest = block->fields;
  struct header_line line;
  int32_t rows = 0;
  while (next_header_line(&rest, &line))
    rows += header_line_rows(p, &line, column, y + rows * LINE, colour, paint);
  return rows;
}

/* The step's own block opens at the top, and its highlight fades. */
static int32_t opening(const struct painter *p, const struct journal_block *block) {
  bool own = block->record == p->record.seq;
  return own ? motion_ease_out(event_progress(p, 0, MOTION_OPEN_MS)) : FRACTION_ONE;
}
static int32_t strength(const struct painter *p, const struct journal_block *block) {
  if (block->record != p->record.seq) return 0;
  return FRACTION_ONE - event_progress(p, MOTION_FADE_FROM_MS, MOTION_FADE_TO_MS - MOTION_FADE_FROM_MS);
}

static int32_t paint_block(struct painter *p, const struct journal_block *block, struct rect column,
                           int32_t y) {
  const struct theme *theme = p->theme;
  uint32_t hop = world_hop(p->world, block->host);
  uint32_t colour = theme_hop(theme, hop).colour;
  struct rect text = column;
  rect_cut_left(&text, TEXT_INDENT);
  rect_cut_right(&text, SPACE_1);
  int32_t full = block_rows(p, block, text, 0, 0, false) * LINE + 2 * BLOCK_PAD;
  int32_t height = lerp(0, full, opening(p, block));
  struct rect box = {column.x, y, column.w, height};
  if (height <= 0) return 0;
  bool plain = theme->tint_percent == 0;
  bool is_own = block->record == p->record.seq;
  paint_rounded(p, box, RADIUS_SMALL, theme_highlight(theme, hop, strength(p, block)),
                plain || is_own ? colour : 0, is_own ? DU(2) : DU(1));
  draw_clip_push(p->list, box);
  draw_fill(p->list, (struct rect){box.x, box.y, DU(6), box.h}, colour);
  int32_t top = y + height - full; /* it slides out from under its own top */
  paint_badge(p, (struct point){box.x + DU(25), top + BLOCK_PAD + LINE / 2}, DU(13), hop);
  block_rows(p, block, text, top + BLOCK_PAD, colour, true);
  draw_clip_pop(p->list);
  draw_hit(p->list, scene_id(SCENE_STEP, (uint32_t)reel_step_of_record(p->reel, block->record)), box,
           HIT_TEXT, block->fields);
  return height + GAP;
}

/* ---- body ---- */

static int32_t paint_body(struct painter *p, struct span body, struct rect column, int32_t y) {
  struct text_style style = style_of(p, TEXT_HEADER);
  draw_line(p->list, (struct point){column.x + DU(8), y + DU(6)},
            (struct point){rect_right(column) - DU(8), y + DU(6)}, DU(1), p->theme->border);
  y += DU(12);
  struct rect label = {column.x + DU(8), y, DU(60), LINE};
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), label, DRAW_LEFT, p->theme->muted, SPAN("Body"));
  struct rect text = column;
  rect_cut_left(&text, width + DU(20));
  rect_cut_right(&text, SPACE_1);
  struct text_wrap wrap = text_wrap(style, span_trim_right(body), text.w);
  struct text_line piece;
  int32_t rows = 0;
  while (rows < 400 && text_wrap_next(&wrap, &piece)) {
    struct point at = {text.x, y + rows * LINE + (LINE + text_cap_height(style)) / 2};
    draw_label(p->list, style, at, DRAW_LEFT, p->theme->text, piece.text);
    rows++;
  }
  return DU(12) + (rows ? rows : 1) * LINE + SPACE_1;
}

/* ---- envelope ---- */

static void strike(struct painter *p, int32_t x, int32_t width, int32_t baseline, struct text_style style) {
  int32_t y = baseline - text_x_height(style) / 2;
  draw_line(p->list, (struct point){x - DU(3), y}, (struct point){x + width + DU(3), y}, DU(3) / 2,
            p->theme->muted);
}

static struct span recipients_text(struct painter *p, struct span recipients) {
  struct buf text = {0};
  struct span rest = recipients, piece;
  size_t count = 0;
  buf_add_text(&text, "TO ");
  while (span_next(&rest, '\n', &piece)) {
    if (!piece.len) continue;
    if (count++) buf_add_text(&text, ", ");
    buf_format(&text, "<%.*s>", SPAN_ARG(piece));
  }
  struct span copied = arena_copy(p->arena, buf_span(&text));
  buf_free(&text);
  return copied;
}

static int32_t paint_envelope_text(struct painter *p, struct span text, struct rect column, int32_t y,
                                   bool struck, int32_t rows_max) {
  struct text_style style = style_of(p, TEXT_HEADER);
  struct text_wrap wrap = text_wrap(style, text, column.w);
  struct text_line piece;
  int32_t rows = 0;
  while (rows < rows_max && text_wrap_next(&wrap, &piece)) {
    struct span words = piece.text;
    if (rows + 1 == rows_max && wrap.rest.len)
      words = text_ellipsis(style, arena_format(p->arena, "%.*s …", SPAN_ARG(words)), column.w, p->arena);
    int32_t baseline = y + rows * LINE + (LINE + text_cap_height(style)) / 2;
    int32_t width = draw_label(p->list, style, (struct point){column.x, baseline}, DRAW_LEFT,
                               struck ? p->theme->muted : p->theme->text, words);
    if (struck) strike(p, column.x, width, baseline, style);
    rows++;
  }
  return rows;
}

static int32_t paint_envelope_strip(struct painter *p, const struct letter_place *place, struct rect column,
                                    int32_t y) {
  struct text_style style = style_of(p, TEXT_HEADER);
  bool gone = place->is_delivered;
  struct span from = arena_format(p->arena, "FROM <%.*s>", SPAN_ARG(place->reverse_path));
  struct span to = recipients_text(p, place->recipients);
  struct rect inside = rect_inset(column, DU(12), 0);
  int32_t both = text_width(style, from) + text_width(style, to) + DU(32);
  bool one_row = both <= inside.w;
  int32_t to_rows = one_row ? 0 : (int32_t)text_wrap_count(text_wrap(style, to, inside.w));
  if (to_rows > 3) to_rows = 3;
  struct rect box = {column.x, y, column.w, DU(38) + (1 + to_rows) * LINE};
  paint_rounded(p, box, RADIUS_SMALL, p->theme->sunken, p->theme->tint_percent ? 0 : p->theme->border, DU(1));
  struct rect title = {inside.x, y + DU(6), inside.w, DU(24)};
  int32_t width = draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), title, DRAW_LEFT, p->theme->muted,
                                SPAN("Envelope"));
  rect_cut_left(&title, width + SPACE_GAP);
  draw_label_in(p->list, style_of(p, TEXT_SMALL), title, DRAW_RIGHT, p->theme->muted,
                gone ? SPAN("discarded at delivery") : SPAN("spoken in SMTP, not part of the message"));
  int32_t first = y + DU(31);
  paint_envelope_text(p, from, inside, first, gone, 1);
  if (one_row) {
    struct rect right = inside;
    rect_cut_left(&right, inside.w - text_width(style, to) - DU(2));
    paint_envelope_text(p, to, right, first, gone, 1);
  } else {
    paint_envelope_text(p, to, inside, first + LINE, gone, to_rows);
  }
  return box.h + DU(10);
}

/* ---- the sheet ---- */

static struct rect paint_heading(struct painter *p, struct rect panel, const struct letter_place *place) {
  struct rect rest = panel, head = rect_cut_top(&rest, HEAD);
  draw_line(p->list, (struct point){head.x, rect_bottom(head)},
            (struct point){rect_right(head), rect_bottom(head)}, DU(1), p->theme->border);
  head = rect_inset(head, SPACE_PADDING, 0);
  if (p->frame->is_compact) {
    struct rect button = rect_cut_right(&head, DU(132));
    paint_button(p, scene_id(SCENE_PANEL, 0), rect_inset(button, 0, DU(6)), SPAN("Conversation"),
                 SPAN("Show the conversation"));
    rect_cut_right(&head, SPACE_GAP);
  }
  struct span title = p->world->letter_count > 1 && p->has_letter
                          ? arena_format(p->arena, "Message %u", p->step->message)
                          : SPAN("The message");
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), head, DRAW_LEFT, p->theme->text, title);
  rect_cut_left(&head, width + SPACE_GAP);
  if (!place) return rest;
  struct text_style style = style_of(p, TEXT_BODY);
  struct span holder =
      arena_format(p->arena, "held by %.*s", SPAN_ARG(journal_host_label(p->world->preamble, place->host)));
  int32_t held =
      draw_label_in(p->list, style, (struct rect){head.x + DU(34), head.y, head.w - DU(34), head.h},
                    DRAW_RIGHT, p->theme->muted, holder);
  paint_badge(p, (struct point){rect_right(head) - held - DU(20), rect_centre(head).y}, DU(13),
              world_hop(p->world, place->host));
  return rest;
}

static int32_t paint_sheet(struct painter *p, const struct letter_place *place, struct rect column,
                           int32_t y) {
  struct journal_block block;
  int32_t top = y;
  int count = 0;
  y += paint_envelope_strip(p, place, column, y);
  for (int64_t version = place->version;
       version && count < BLOCKS_MAX && journal_message_block(p->world->versions, version, &block);
       version = block.under, count++) {
    struct span rest = block.fields;
    struct journal_block part;
    while (world_next_part(p->world, &block, &rest, &part)) y += paint_block(p, &part, column, y);
  }
  y += paint_body(p, journal_message_body(p->world->versions, place->version), column, y);
  return y - top;
}

/* What the sheet is scrolled to, and how much of it there is. */
static void paint_scroll_bar(struct painter *p, struct rect area, int32_t height, int32_t scroll) {
  if (height <= area.h || height <= 0) return;
  int32_t bar = (int32_t)((int64_t)area.h * area.h / height);
  int32_t top = (int32_t)((int64_t)(area.h - bar) * scroll / (height - area.h));
  struct rect thumb = {rect_right(area) - DU(9), area.y + top, DU(6), bar};
  paint_rounded(p, thumb, DU(3), p->theme->control_border, 0, 0);
}

/* How high the sheet is: painted where nobody sees it. */
static int32_t sheet_height(struct painter *p, const struct letter_place *place, struct rect column) {
  draw_clip_push(p->list, (struct rect){0, 0, 0, 0});
  size_t before = p->list->count;
  int32_t height = paint_sheet(p, place, column, column.y);
  p->list->count = before;
  draw_clip_pop(p->list);
  return height;
}

void paint_message(struct painter *p, struct rect panel) {
  const struct letter_place *place = p->has_letter ? &p->letter.places[p->letter.focus] : NULL;
  paint_panel(p, panel);
  struct rect area = paint_heading(p, panel, place);
  area = rect_inset(area, DU(2), DU(2));
  p->scene->limits.message_down = 0;
  if (!place) {
    struct rect text = rect_inset(area, SPACE_PADDING, SPACE_1);
    draw_label_in(p->list, style_of(p, TEXT_BODY), rect_cut_top(&text, DU(32)), DRAW_LEFT, p->theme->muted,
                  SPAN("Nobody has written anything yet."));
    return;
  }
  struct rect column = rect_inset(area, DU(11), DU(9));
  int32_t height = sheet_height(p, place, column) + DU(18);
  if (height > area.h) { /* room for the bar */
    rect_cut_right(&column, DU(6));
    height = sheet_height(p, place, column) + DU(18);
  }
  int32_t most = height > area.h ? height - area.h : 0;
  int32_t scroll = p->view->message_scroll < most ? p->view->message_scroll : most;
  p->scene->limits.message_down = most;
  draw_hit(p->list, scene_id(SCENE_MESSAGE, 0), area, HIT_SCROLLS, SPAN("The message"));
  draw_clip_push(p->list, area);
  paint_sheet(p, place, column, column.y - scroll);
  draw_clip_pop(p->list);
  paint_scroll_bar(p, area, height, scroll);
}
