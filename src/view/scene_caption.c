/* The caption: what happens, in one or two sentences. The most important text in a lecture hall. */
#include "view/predict_play.h"
#include "view/scene_ladder.h"

struct fitting {
  enum text_role role;
  int32_t size, line; /* whole units; smaller ones where the words are many */
};
static const struct fitting fittings[] = {{TEXT_CAPTION, 24, 32},
                                          {TEXT_CAPTION, 21, 29},
                                          {TEXT_CAPTION, 19, 26},
                                          {TEXT_CAPTION, 17, 23},
                                          {TEXT_CAPTION, 15, 18}};
enum {
  FITTING_COUNT = sizeof fittings / sizeof *fittings,
  NOTE_LINE = 22 * 64,
  HEADING = 20 * 64,
  BROAD = 600 * 64
};

/* The step after which the one shown is seen: who goes by phases has seen the end of the phase before. */
static const struct step *seen_before(const struct painter *p) {
  const struct step *before = p->step - 1;
  if (p->view->by == BY_LINE) return before;
  while (before > p->reel->steps && before->phase == p->step->phase) before--;
  return before;
}

/* "9 minutes later", where the clock has jumped. */
static struct span later(struct painter *p) {
  if (p->moment.step == 0 || p->step->kind == STEP_TITLE) return SPAN_EMPTY;
  int64_t seconds = (p->step->time_us - seen_before(p)->time_us + 500000) / 1000000;
  if (seconds < 20) return SPAN_EMPTY;
  if (seconds < 90) return arena_format(p->arena, " · %d seconds later", (int)seconds);
  if (seconds < 7200) return arena_format(p->arena, " · %d minutes later", (int)((seconds + 30) / 60));
  if (seconds < 172800) return arena_format(p->arena, " · %d hours later", (int)((seconds + 1800) / 3600));
  return arena_format(p->arena, " · %lld days later", (long long)((seconds + 43200) / 86400));
}

/* Where the film is, in the unit that the keys go by; the step's number, which --step takes, stands beside
 * it. */
static struct span place_words(struct painter *p) {
  const struct reel *reel = p->reel;
  size_t steps = reel->count - 1;
  if (p->view->by == BY_PHASE)
    return arena_format(p->arena, "Phase %u of %u · step %zu of %zu", p->step->phase,
                        reel->steps[steps].phase, p->moment.step, steps);
  if (p->view->by == BY_HOP)
    return arena_format(p->arena, "Hop %u of %zu · step %zu of %zu", p->step->segment + 1,
                        reel->segment_count, p->moment.step, steps);
  return arena_format(p->arena, "Step %zu of %zu", p->moment.step, steps);
}

/* What breaks, or is set up anew, and who reads a file, is of no hop, though the film counts it with one. */
static bool is_of_hop(const struct painter *p, const struct segment *segment) {
  return segment->connection && p->step->kind != STEP_FAULT && !reel_reads_file(&p->record);
}

static void paint_heading(struct painter *p, struct rect row, const struct segment *segment,
                          const struct caption *caption) {
  bool is_title = p->step->kind == STEP_TITLE;
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  if (is_of_hop(p, segment) && !is_title) {
    bool has_way = !segment->is_in_vain && !span_equal(segment->name, SPAN("By hand"));
    const char *way = !has_way ? "" : segment->is_pull ? ", pull" : ", push";
    struct span hop = arena_format(p->arena, "%.*s%s", SPAN_ARG(segment->name), way);
    int32_t width =
        draw_label_in(p->list, style, row, DRAW_RIGHT, theme_hop(p->theme, segment->hop).colour, hop);
    rect_cut_right(&row, width + SPACE_GAP);
  }
  struct span place = place_words(p), number = span_first(place, span_search(place, SPAN(" · ")));
  struct span jump = later(p);
  const struct span ways[] = {arena_format(p->arena, "%.*s%.*s", SPAN_ARG(place), SPAN_ARG(jump)),
                              arena_format(p->arena, "%.*s%.*s", SPAN_ARG(number), SPAN_ARG(jump)), number};
  struct span step = is_title ? SPAN("The scenario") : words_that_fit(style, row.w, ways, 3);
  int32_t width = draw_label_in(p->list, style, row, DRAW_LEFT, p->theme->muted, step);
  rect_cut_left(&row, width + SPACE_GAP);
  struct text_style plain = style_of(p, TEXT_SMALL);
  if (caption->rfc.len && text_width(plain, caption->rfc) <= row.w)
    draw_label_in(p->list, plain, row, DRAW_LEFT, p->theme->muted, caption->rfc);
}

/* The largest style in which all the words have room. */
static bool fitted(struct painter *p, struct span text, struct rect room, struct text_style *style_out,
                   int32_t *line_out) {
  *style_out = style_of(p, TEXT_CAPTION);
  /* The largest only on a broad card, where a line is long. */
  for (size_t i = room.w < BROAD ? 1 : 0; i < FITTING_COUNT; i++) {
    style_out->size = DU(fittings[i].size);
    *line_out = DU(fittings[i].line);
    if ((int32_t)text_wrap_count(text_wrap(*style_out, text, room.w)) * *line_out <= room.h) return true;
  }
  return false;
}

/* The end of the sentence that begins there. */
static size_t sentence_end(struct span text, size_t from) {
  while (from + 1 < text.len && !(text.data[from] == '.' && text.data[from + 1] == ' ')) from++;
  return from + 1;
}

/* All of it, or as many whole sentences as have room. */
static struct span sentences_that_fit(struct painter *p, struct span text, struct rect room) {
  struct text_style style;
  int32_t line;
  size_t kept = text.len;
  if (fitted(p, text, room, &style, &line)) return text;
  for (size_t end = sentence_end(text, 0); end < text.len; end = sentence_end(text, end)) {
    if (!fitted(p, span_first(text, end), room, &style, &line)) break;
    kept = end;
  }
  return span_first(text, kept);
}

/* Returns how high they are. */
static int32_t paint_words(struct painter *p, struct rect room, struct span text) {
  int32_t line;
  struct text_style style;
  text = sentences_that_fit(p, text, room);
  fitted(p, text, room, &style, &line);
  struct text_wrap wrap = text_wrap(style, text, room.w);
  struct text_line piece;
  int32_t y = room.y + (line + text_cap_height(style)) / 2;
  while (y <= rect_bottom(room) && text_wrap_next(&wrap, &piece)) {
    bool is_last = y + line > rect_bottom(room);
    struct span words = piece.text;
    if (is_last && wrap.rest.len) /* no room for the rest, at any size */
      words = text_ellipsis(style, arena_format(p->arena, "%.*s …", SPAN_ARG(words)), room.w, p->arena);
    draw_label(p->list, style, (struct point){room.x, y}, DRAW_LEFT, p->theme->text, words);
    y += line;
  }
  return y - room.y - (line + text_cap_height(style)) / 2;
}

/* Where the words stand in the card. */
static struct rect words_room(struct rect card) {
  struct rect inside = rect_inset(card, SPACE_WIDE, DU(11));
  rect_cut_top(&inside, HEADING + DU(4));
  return inside;
}

void paint_beginning(struct painter *p, struct rect area, struct span words) {
  struct text_style plain = style_of(p, TEXT_BODY), style = style_of(p, TEXT_SUBTITLE);
  struct rect text = rect_inset(area, SPACE_PADDING, SPACE_1);
  struct caption caption;
  draw_label_in(p->list, plain, rect_cut_top(&text, DU(32)), DRAW_LEFT, p->theme->muted, words);
  if (p->step->kind != STEP_TITLE) return;
  reel_caption(p->reel, p->moment.step, p->arena, &caption);
  if (sentences_that_fit(p, caption.text, words_room(caption_place(p))).len == caption.text.len) return;
  rect_cut_top(&text, SPACE_1);
  int32_t line = DU(27);
  if ((int32_t)text_wrap_count(text_wrap(style, caption.text, text.w)) * line > text.h) {
    style = plain;
    line = DU(22);
  }
  struct text_wrap wrap = text_wrap(style, caption.text, text.w);
  for (struct text_line piece; text.h >= line && text_wrap_next(&wrap, &piece);)
    draw_label_in(p->list, style, rect_cut_top(&text, line), DRAW_LEFT, p->theme->text, piece.text);
}

/* About this line alone, and where that is written: all of it, or its first sentence, where there is room
 * left. */
static void paint_note(struct painter *p, struct rect room, const struct caption *caption) {
  struct text_style style = style_of(p, TEXT_BODY);
  struct span note = caption->note, rfc = caption->note_rfc;
  struct span whole = rfc.len ? arena_format(p->arena, "%.*s (%.*s)", SPAN_ARG(note), SPAN_ARG(rfc)) : note;
  const struct span ways[] = {whole, note, span_first(note, sentence_end(note, 0))};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    struct text_wrap wrap = text_wrap(style, ways[i], room.w);
    if (!note.len || (int32_t)text_wrap_count(wrap) * NOTE_LINE > room.h + DU(2)) continue;
    for (struct text_line piece; text_wrap_next(&wrap, &piece);)
      draw_label_in(p->list, style, rect_cut_top(&room, NOTE_LINE), DRAW_LEFT, p->theme->muted, piece.text);
    return;
  }
}

static void find_words(struct painter *p, struct caption *out) {
  const struct predict_play *play = p->view->predict;
  if (play && play->asked != PREDICT_NONE)
    reel_caption_before(p->reel, play->predict->questions[play->asked].step, p->moment.step, p->arena, out);
  else
    reel_caption(p->reel, p->moment.step, p->arena, out);
}

void paint_caption(struct painter *p) {
  const struct theme *theme = p->theme;
  const struct segment *segment = &p->reel->segments[p->step->segment];
  struct rect card = caption_place(p);
  struct caption caption;
  if (rect_is_empty(card)) return;
  find_words(p, &caption);
  draw_shadow(p->list, &(struct draw_shadow){.rect = rect_moved(card, 0, DU(2)),
                                             .radius = RADIUS_CARD,
                                             .blur = DU(7),
                                             .colour = theme->shadow});
  paint_rounded(p, card, RADIUS_CARD, theme->surface, theme->border, theme->border_width);
  struct rect bar = {card.x, card.y + DU(12), DU(5), card.h - DU(24)};
  draw_fill(p->list, bar, is_of_hop(p, segment) ? theme_hop(theme, segment->hop).colour : theme->text);
  struct rect inside = words_room(card);
  paint_heading(p, (struct rect){inside.x, card.y + DU(11), inside.w, HEADING}, segment, &caption);
  /* New words appear; the same words stay. */
  int32_t shown = p->step->narration || p->moment.step == 0
                      ? motion_ease_out(event_progress(p, 0, MOTION_APPEAR_MS))
                      : FRACTION_ONE;
  if (p->moment.step == 0) shown = FRACTION_ONE;
  if (shown < FRACTION_ONE) draw_alpha_push(p->list, (uint8_t)(shown * 255 / FRACTION_ONE));
  int32_t used = paint_words(p, inside, caption.text);
  rect_cut_top(&inside, used + DU(5));
  paint_note(p, inside, &caption);
  if (shown < FRACTION_ONE) draw_alpha_pop(p->list);
}
