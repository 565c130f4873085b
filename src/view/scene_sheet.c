/* The sheet of paper: which letter and layer it shows, and its header blocks, newest first. */
#include "view/scene_sheet.h"

#include "mail/encoded_word.h"
#include "mail/header.h"
#include "view/scene_provenance.h"

enum {
  TEXT_INDENT = 46 * 64, /* of a block's text: bar and badge stand before it */
  GAP = 6 * 64,
  BLOCK_PAD = 5 * 64
};

/* ---- which letter, which layer ---- */

/* The layers of a version, newest first: what each host in turn left. Returns how many; the one wanted (from
 * 1, the oldest) goes to *version_out if there is one. */
static size_t count_layers(struct painter *p, int64_t version, size_t wanted, int64_t *version_out) {
  enum { LAYERS_MAX = 64 };
  int64_t tops[LAYERS_MAX];
  size_t count = 0;
  uint16_t host = 0;
  struct journal_block block;
  for (; version && journal_message_block(p->world->versions, version, &block); version = block.parent) {
    if (count == 0 || block.host != host) {
      if (count == LAYERS_MAX) break;
      tops[count++] = version;
    }
    host = block.host;
  }
  if (wanted >= 1 && wanted <= count) *version_out = tops[count - wanted];
  return count;
}

/* What the place has; while the session shown carries another version from there, that one. */
static int64_t version_at(const struct painter *p, const struct sheet *sheet) {
  const struct session *session = p->session;
  if (!session || session->client != sheet->place->host) return sheet->place->version;
  int64_t carried = world_session_carries(p->world, session, sheet->message, p->at);
  return carried ? carried : sheet->place->version;
}

bool sheet_make(struct painter *p, struct sheet *sheet) {
  memset(sheet, 0, sizeof *sheet);
  sheet->message = p->step->message;
  const struct letter *wanted = p->view->letter ? world_letter(p->world, p->view->letter) : NULL;
  if (wanted && p->world->by_letter[wanted->first].record <= p->at) sheet->message = wanted->message;
  if (!sheet->message || !world_letter_at(p->world, sheet->message, p->at, &sheet->state)) return false;
  world_letter_turn_to(p->world, sheet->message, p->session, p->at, &sheet->state);
  size_t shown = sheet->state.focus;
  for (size_t i = 0; i < sheet->state.count; i++)
    if (p->view->copy && sheet->state.places[i].host == p->view->copy) shown = i;
  sheet->place = &sheet->state.places[shown];
  sheet->version = sheet->newest = version_at(p, sheet);
  sheet->layers = count_layers(p, sheet->version, p->view->layer, &sheet->version);
  bool chosen = p->view->layer >= 1 && p->view->layer <= sheet->layers;
  sheet->layer = chosen ? p->view->layer : sheet->layers;
  return journal_message_block(p->world->versions, sheet->version, &sheet->made_by);
}

/* ---- header lines ---- */

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
  *line_out =
      (struct header_line){.name = SPAN_EMPTY, .text = span_trim(line), .indent = folded ? SHEET_FOLD : 0};
  if (colon == SPAN_NONE) return true;
  line_out->name = span_first(line, colon + 1);
  line_out->text = span_trim(span_skip(line, colon + 1));
  return true;
}

void paint_continuation(struct painter *p, struct rect place) {
  struct point corner = {place.x + DU(5), rect_centre(place).y + DU(3)};
  const struct point line[3] = {{corner.x, corner.y - DU(9)}, corner, {corner.x + DU(9), corner.y}};
  draw_stroke(p->list, &(struct draw_stroke){.points = line,
                                             .count = 3,
                                             .width = DU(3) / 2,
                                             .arrows = DRAW_ARROW_END,
                                             .arrow_length = DU(5),
                                             .arrow_width = DU(6),
                                             .colour = p->theme->control_border});
}

/* A block being painted, or measured. */
struct writing {
  const struct journal_block *part;
  struct rect column;
  uint32_t colour, name_colour;
  bool paints;
  bool with_tokens; /* pointed at: each token has its own place to be pointed at, too */
};

/* Where a token stands in a piece of a line, if it does. */
static bool token_in_piece(const struct writing *w, const struct source_token *token,
                           const struct text_line *piece, size_t *from_out, size_t *len_out) {
  if (piece->text.data < w->part->fields.data) return false;
  size_t start = (size_t)(piece->text.data - w->part->fields.data), end = start + piece->text.len;
  size_t from = token->offset, to = from + token->length;
  if (from < start) from = start;
  if (to > end) to = end;
  if (from >= to) return false;
  /* "for <…>": what comes before and after the words themselves is not underlined. */
  struct span words = span_trim(span_slice(w->part->fields, from, to - from));
  if (!words.len) return false;
  *from_out = (size_t)(words.data - piece->text.data);
  *len_out = words.len;
  return true;
}

static void paint_tokens(struct painter *p, const struct writing *w, const struct text_line *piece,
                         struct point at) {
  struct provenance_walk walk = {.begun = false};
  struct provenance_token found;
  struct text_style style = style_of(p, TEXT_HEADER);
  while (provenance_next(p->world, w->part, &walk, &found)) {
    size_t from, len;
    if (!token_in_piece(w, &found.token, piece, &from, &len)) continue;
    int32_t x = at.x + text_width(style, span_first(piece->text, from));
    int32_t width = text_width(style, span_slice(piece->text, from, len));
    uint64_t id = scene_id_of_part(SCENE_TOKEN, w->part->record, (uint16_t)found.index);
    struct rect place = {x, at.y - (SHEET_LINE + text_cap_height(style)) / 2, width, SHEET_LINE};
    if (pointed_id(p->view) == id) {
      paint_rounded(p, rect_inset(place, -DU(2), DU(1)), DU(4),
                    colour_mix(p->theme->surface, w->colour, p->theme->tint_percent ? 26 : 0),
                    p->theme->tint_percent ? 0 : w->colour, DU(2));
      if (p->view->focus == id) paint_focus(p, id, rect_inset(place, -DU(2), DU(1)), DU(4));
    }
    paint_provenance_line(p, provenance_of(found.token.source), x, at.y, width, w->colour);
    draw_hit(p->list, id, place, HIT_FOCUSABLE, span_slice(piece->text, from, len));
  }
}

/* One line in rows. Returns their number. */
static int32_t write_line(struct painter *p, const struct writing *w, const struct header_line *line,
                          int32_t y) {
  struct text_style name = style_of(p, TEXT_HEADER_NAME), text = style_of(p, TEXT_HEADER);
  int32_t name_width = line->name.len ? text_width(name, line->name) + text_width(text, SPAN(" ")) : 0;
  struct text_wrap wrap =
      text_wrap_indented(text, line->text, w->column.w, line->indent + name_width, line->indent + SHEET_FOLD);
  struct text_line piece;
  int32_t rows = 0, offset = (SHEET_LINE + text_cap_height(text)) / 2;
  if (w->paints && line->name.len)
    draw_label(p->list, name, (struct point){w->column.x, y + offset}, DRAW_LEFT, w->name_colour, line->name);
  for (; text_wrap_next(&wrap, &piece); rows++) {
    struct point at = {w->column.x + piece.x, y + rows * SHEET_LINE + offset};
    if (!w->paints) continue;
    if (rows > 0)
      paint_continuation(p, (struct rect){at.x - SHEET_FOLD, y + rows * SHEET_LINE, SHEET_FOLD, SHEET_LINE});
    if (w->with_tokens) paint_tokens(p, w, &piece, at);
    draw_label(p->list, text, at, DRAW_LEFT, p->theme->text, piece.text);
  }
  return rows ? rows : 1;
}

/* What people are shown of a field with encoded words (RFC 2047), below its octets. Returns the rows. */
static int32_t write_meaning(struct painter *p, const struct writing *w, struct span field, int32_t y) {
  size_t colon = span_find(field, ':');
  if (p->view->is_raw || colon == SPAN_NONE || span_search(field, SPAN("=?")) == SPAN_NONE) return 0;
  struct span value = span_trim(header_unfold(span_skip(field, colon + 1), p->arena));
  struct span meaning = encoded_word_read(value, p->arena);
  if (span_equal(meaning, value)) return 0;
  struct text_style style = style_of(p, TEXT_SMALL);
  struct span words = arena_format(p->arena, "reads: %.*s", SPAN_ARG(meaning));
  struct text_wrap wrap = text_wrap_indented(style, words, w->column.w, SHEET_FOLD,
                                             SHEET_FOLD + text_width(style, SPAN("reads: ")));
  struct text_line piece;
  int32_t rows = 0, offset = (SHEET_LINE + text_cap_height(style)) / 2;
  for (; text_wrap_next(&wrap, &piece); rows++) {
    struct point at = {w->column.x + piece.x, y + rows * SHEET_LINE + offset};
    if (w->paints) draw_label(p->list, style, at, DRAW_LEFT, p->theme->muted, piece.text);
  }
  return rows;
}

static int32_t write_block(struct painter *p, const struct writing *w, int32_t y) {
  struct span fields = w->part->fields, field;
  struct header_line line;
  int32_t rows = 0;
  while (journal_next_field(&fields, &field)) {
    struct span rest = field;
    while (next_header_line(&rest, &line)) rows += write_line(p, w, &line, y + rows * SHEET_LINE);
    rows += write_meaning(p, w, field, y + rows * SHEET_LINE);
  }
  return rows;
}

/* ---- blocks ---- */

/* The step's own block opens at the top, and its highlight fades. */
static int32_t opening(const struct painter *p, const struct journal_block *block) {
  bool own = block->record == p->record.seq;
  return own ? motion_ease_out(event_progress(p, 0, MOTION_OPEN_MS)) : FRACTION_ONE;
}
static int32_t strength(const struct painter *p, const struct journal_block *block) {
  if (block->record == pointed_record(p)) return FRACTION_ONE;
  if (block->record != p->record.seq) return 0;
  return FRACTION_ONE - event_progress(p, MOTION_FADE_FROM_MS, MOTION_FADE_TO_MS - MOTION_FADE_FROM_MS);
}

/* What a server wrote has a solid bar; what came with the letter is only claimed, and has a broken one. */
static void paint_bar(struct painter *p, struct rect box, bool is_whole, uint32_t colour) {
  struct rect bar = {box.x, box.y, DU(6), box.h};
  if (is_whole) {
    draw_fill(p->list, bar, colour);
    return;
  }
  const struct point line[2] = {{bar.x + bar.w / 2, bar.y}, {bar.x + bar.w / 2, rect_bottom(bar)}};
  draw_stroke(p->list, &(struct draw_stroke){.points = line,
                                             .count = 2,
                                             .butt_ends = true,
                                             .width = bar.w,
                                             .dash = DU(7),
                                             .gap = DU(4),
                                             .colour = colour});
}

static void paint_block_box(struct painter *p, const struct journal_block *part, uint16_t nth,
                            struct rect box) {
  uint64_t id = scene_id_of_part(SCENE_RECORD, part->record, nth);
  uint32_t hop = world_hop(p->world, part->host);
  uint32_t colour = theme_hop(p->theme, hop).colour;
  bool plain = p->theme->tint_percent == 0;
  bool is_own = part->record == p->record.seq, is_pointed = part->record == pointed_record(p);
  paint_rounded(p, box, RADIUS_SMALL, theme_highlight(p->theme, hop, strength(p, part)),
                plain || is_own || is_pointed ? colour : 0, is_own || is_pointed ? DU(2) : DU(1));
  paint_focus(p, id, box, RADIUS_SMALL);
  draw_hit(p->list, id, box, HIT_TEXT | HIT_FOCUSABLE, part->fields);
}

int32_t paint_header_block(struct painter *p, const struct journal_block *part, uint16_t nth,
                           struct rect column, int32_t y) {
  uint32_t hop = world_hop(p->world, part->host);
  struct writing w = {.part = part, .column = column, .colour = theme_hop(p->theme, hop).colour};
  rect_cut_left(&w.column, TEXT_INDENT);
  rect_cut_right(&w.column, SPACE_1);
  int32_t full = write_block(p, &w, 0) * SHEET_LINE + 2 * BLOCK_PAD;
  int32_t height = lerp(0, full, opening(p, part));
  struct rect box = {column.x, y, column.w, height};
  if (height <= 0) return 0;
  paint_block_box(p, part, nth, box);
  draw_clip_push(p->list, box);
  paint_bar(p, box, part->kind != JOURNAL_COMPOSE, w.colour);
  int32_t top = y + height - full; /* it slides out from under its own top */
  paint_badge(p, (struct point){box.x + DU(25), top + BLOCK_PAD + SHEET_LINE / 2}, DU(13), hop);
  w.paints = true;
  w.name_colour = theme_legible(p->theme, w.colour, theme_highlight(p->theme, hop, strength(p, part)));
  w.with_tokens = part->record == pointed_record(p);
  write_block(p, &w, top + BLOCK_PAD);
  draw_clip_pop(p->list);
  return height + GAP;
}
