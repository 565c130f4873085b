/* The conversation: who said what, when. The newest line stands at the bottom. */
#include "view/scene_conversation.h"

#include "view/eavesdrop.h"

enum {
  HEAD = 50 * 64,
  ROW = 29 * 64,
  TAB_SIDE = 34 * 64,
  TAB_STEP = 40 * 64,
  BADGE_W = 36 * 64,
  BADGE_H = 24 * 64,
  NARROW = 520 * 64,
  WRAP_ROWS_MAX = 4, /* rows of one line */
  NAMES_MAX = 24     /* questions and answers shown */
};

static size_t count_lines(struct span text) {
  struct span piece;
  size_t count = 0;
  while (span_next(&text, '\n', &piece)) count += piece.len > 0;
  return count;
}

static struct span data_words(struct painter *p, const struct journal_record *record) {
  struct buf header = {0};
  journal_message_header(p->world->versions, record->number[2], &header);
  size_t lines = count_lines(buf_span(&header));
  buf_free(&header);
  size_t body = count_lines(journal_message_body(p->world->versions, record->number[2]));
  return arena_format(p->arena, "(%zu header line%s, %zu body line%s)  .", lines, lines == 1 ? "" : "s", body,
                      body == 1 ? "" : "s");
}

/* False if the nth record of the session is nothing to be heard. */
static bool row_of(struct painter *p, const struct session *session, size_t nth, struct row *row_out) {
  struct journal_record record;
  journal_seq seq = p->world->by_connection[session->first + nth].record;
  if (p->view->eavesdrops && eavesdrop_row(p, session, nth, row_out)) return true;
  journal_get(p->world->journal, seq, &record);
  *row_out = (struct row){.record = seq, .letter = SPAN_EMPTY, .text = SPAN_EMPTY};
  bool said = record.kind == JOURNAL_LINE || record.kind == JOURNAL_DATA;
  if (said && p->view->eavesdrops) return false;
  if (said) {
    row_out->is_server = record.number[0] != 0;
    row_out->host = row_out->is_server ? session->server : session->client;
    row_out->letter = row_out->is_server ? SPAN("S:") : SPAN("C:");
    row_out->text = record.kind == JOURNAL_LINE ? record.text[0] : data_words(p, &record);
    row_out->is_remark = record.kind == JOURNAL_DATA;
    return true;
  }
  row_out->is_remark = true;
  switch (record.kind) {
  case JOURNAL_REFUSED: row_out->text = SPAN("connection refused"); return true;
  case JOURNAL_TIMED_OUT: row_out->text = SPAN("no answer"); return true;
  case JOURNAL_CUT: row_out->text = SPAN("the connection broke"); return true;
  case JOURNAL_TLS: row_out->text = SPAN("encrypted from here on"); return true;
  case JOURNAL_TLS_FAILED: row_out->text = record.text[1]; return true;
  default: return false;
  }
}

/* ---- rows ---- */

struct column {
  struct rect area;
  int32_t rows_max; /* of one line: no more than are seen */
  int32_t time_x, badge_x, text_x;
};

static int32_t text_rows(struct painter *p, const struct row *row, const struct column *column) {
  struct text_style style = style_of(p, row->is_remark ? TEXT_SUBTITLE : TEXT_WIRE);
  size_t rows =
      text_wrap_count(text_wrap(style, row->text, rect_right(column->area) - column->text_x - DU(16)));
  bool whole = row->is_long && row->record == p->record.seq; /* the letter just sent gets all the room */
  int32_t most = whole ? column->rows_max : WRAP_ROWS_MAX, extra = row->note.len > 0;
  if (most > column->rows_max - extra) most = column->rows_max - extra;
  return (rows < 1 ? 1 : (int32_t)rows > most ? most : (int32_t)rows) + extra;
}

static void paint_row_badge(struct painter *p, const struct row *row, struct rect badge) {
  struct hop_style style = hop_style_of(p, row->host);
  struct text_style text = style_of(p, TEXT_WIRE_STRONG);
  text.size = DU(16);
  paint_rounded(p, badge, RADIUS_SMALL, row->is_server ? p->theme->surface : style.colour, style.colour,
                DU(2));
  draw_label_in(p->list, text, badge, DRAW_CENTRE, row->is_server ? style.colour : style.on_colour,
                row->letter);
}

/* What a credential says, read aloud: white on black, so that nobody overlooks it. */
static void paint_note(struct painter *p, const struct row *row, const struct column *column, int32_t y) {
  struct text_style style = style_of(p, TEXT_BODY_STRONG);
  int32_t most = rect_right(column->area) - column->text_x - DU(60);
  struct span words = text_ellipsis(style, row->note, most, p->arena);
  struct rect box = {column->text_x, y + DU(1), text_width(style, words) + DU(48), ROW - DU(3)};
  struct rect icon = {box.x + DU(8), rect_centre(box).y - DU(10), DU(20), DU(20)};
  paint_rounded(p, box, RADIUS_SMALL, p->theme->text, 0, 0);
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_EYE, .rect = icon, .colour = p->theme->on_text, .back = p->theme->text});
  rect_cut_left(&box, DU(36));
  draw_label_in(p->list, style, box, DRAW_LEFT, p->theme->on_text, words);
}

/* After the words of its length, the length as a bar. */
static void paint_sealed_row(struct painter *p, const struct row *row, const struct column *column,
                             int32_t y) {
  int32_t width = text_width(style_of(p, TEXT_SUBTITLE), row->text);
  if (width < DU(110)) width = DU(110); /* bars that begin together can be compared */
  struct rect place = {column->text_x + width + SPACE_GAP, y, 0, ROW};
  place.w = rect_right(column->area) - DU(24) - place.x;
  if (place.w > DU(90)) paint_sealed(p, row, place);
}

static void paint_row(struct painter *p, const struct row *row, const struct column *column, int32_t y,
                      int32_t rows, bool is_current) {
  const struct theme *theme = p->theme;
  struct rect line = {column->area.x, y, column->area.w, rows * ROW};
  uint32_t hop = world_hop(p->world, row->host);
  paint_selection(p, (uint32_t)reel_step_of_record(p->reel, row->record), line);
  if (is_current) {
    struct rect tint = rect_inset(line, SPACE_1, DU(1));
    bool plain = theme->tint_percent == 0;
    paint_rounded(p, tint, RADIUS_SMALL, theme_highlight(theme, hop, FRACTION_ONE), plain ? theme->text : 0,
                  DU(2));
    draw_fill(p->list, (struct rect){tint.x, tint.y, DU(5), tint.h}, theme_hop(theme, hop).colour);
  }
  struct rect first = {line.x, line.y, line.w, ROW};
  struct rect time = first;
  rect_cut_left(&time, column->time_x - line.x);
  time.w = column->badge_x - column->time_x - DU(14);
  if (time.w > 0)
    draw_label_in(p->list, style_of(p, TEXT_HOST), time, DRAW_RIGHT, theme->muted,
                  time_text(p->arena, journal_time_at(p->world->journal, row->record), true));
  if (row->letter.len) {
    struct rect badge = {column->badge_x, y + (ROW - BADGE_H) / 2, BADGE_W, BADGE_H};
    paint_row_badge(p, row, badge);
  }
  struct text_style style = style_of(p, row->is_remark ? TEXT_SUBTITLE : TEXT_WIRE);
  struct text_wrap wrap = text_wrap(style, row->text, rect_right(column->area) - column->text_x - DU(16));
  struct text_line piece;
  if (row->note.len) paint_note(p, row, column, y + --rows * ROW);
  if (row->is_sealed) paint_sealed_row(p, row, column, y);
  for (int32_t i = 0; i < rows && text_wrap_next(&wrap, &piece); i++) {
    struct span text = piece.text;
    bool is_cut = i + 1 == rows && wrap.rest.len > 0;
    if (is_cut)
      text = arena_format(p->arena, "%.*s…", SPAN_ARG(span_first(text, text.len ? text.len - 1 : 0)));
    struct point at = {column->text_x, y + i * ROW + (ROW + text_cap_height(style)) / 2};
    draw_label(p->list, style, at, DRAW_LEFT, row->is_remark ? theme->muted : theme->text, text);
  }
  draw_hit(p->list, scene_id(SCENE_STEP, (uint32_t)reel_step_of_record(p->reel, row->record)), line,
           HIT_TEXT | HIT_FOCUSABLE, row->text);
}

/* Rows from the bottom up; how many stand above what is shown goes to *earlier_out. */
static void paint_rows(struct painter *p, const struct row *rows, size_t count, size_t above,
                       struct rect area, int32_t *earlier_out) {
  struct column column = {.area = area, .time_x = area.x + SPACE_PADDING};
  int32_t time_width = text_width(style_of(p, TEXT_HOST), SPAN("00:00.000"));
  if (count && journal_time_at(p->world->journal, rows[count - 1].record) >= 3600 * INT64_C(1000000))
    time_width = text_width(style_of(p, TEXT_HOST), SPAN("00:00:00.000"));
  column.badge_x = column.time_x + time_width + DU(14);
  if (area.w < NARROW) column.badge_x = column.time_x; /* no room for the time */
  column.text_x = column.badge_x + BADGE_W + DU(14);
  column.rows_max = area.h / ROW > 2 ? area.h / ROW : 2;
  int32_t top = area.y, bottom = rect_bottom(area), used = 0;
  size_t first = count;
  while (first > 0) {
    int32_t height = text_rows(p, &rows[first - 1], &column) * ROW;
    if (used + height > bottom - top) break;
    used += height;
    first--;
  }
  int32_t y = top;
  for (size_t i = first; i < count; i++) {
    int32_t height = text_rows(p, &rows[i], &column);
    bool is_current = rows[i].record == p->record.seq;
    int32_t shown = is_current ? motion_ease_out(event_progress(p, 0, MOTION_APPEAR_MS)) : FRACTION_ONE;
    if (shown < FRACTION_ONE) draw_alpha_push(p->list, (uint8_t)(shown * 255 / FRACTION_ONE));
    paint_row(p, &rows[i], &column, y, height, is_current);
    if (shown < FRACTION_ONE) draw_alpha_pop(p->list);
    y += height * ROW;
  }
  *earlier_out = (int32_t)(above + first);
}

/* ---- what is shown: a session, or names ---- */

static bool shows_names(const struct painter *p) {
  if (p->view->tab) return false;
  return p->step->phase_class == PHASE_NAMES || p->step->kind == STEP_ROUTED;
}

static void names_row(struct painter *p, const struct step *step, struct row *row) {
  struct journal_record record;
  journal_get(p->world->journal, step->record, &record);
  *row = (struct row){.record = step->record, .host = record.host, .letter = SPAN("A:"), .text = SPAN_EMPTY};
  struct span first = record.text[3], all = record.text[3];
  span_next(&all, '\n', &first);
  switch (record.kind) {
  case JOURNAL_DNS_QUERY:
    row->letter = SPAN("Q:");
    row->text = arena_format(p->arena, "%.*s %.*s?", SPAN_ARG(record.text[0]), SPAN_ARG(record.text[1]));
    break;
  case JOURNAL_DNS_TIMEOUT: row->text = SPAN("no answer"); break;
  case JOURNAL_DNS_ANSWER:
  case JOURNAL_DNS_CACHED:
    row->is_server = true;
    row->text = record.text[3].len ? first : record.text[2];
    break;
  default:
    row->letter = SPAN_EMPTY;
    row->is_remark = true;
    row->text = arena_format(p->arena, "next host for %.*s: %.*s", SPAN_ARG(record.text[1]),
                             SPAN_ARG(record.text[2]));
  }
}

static bool is_of_names(const struct step *step) {
  return step->kind == STEP_QUESTION || step->kind == STEP_ANSWER || step->kind == STEP_ROUTED;
}

static void paint_names(struct painter *p, struct rect area) {
  struct row rows[NAMES_MAX];
  size_t count = 0, first = p->moment.step;
  while (first > 0 && p->moment.step - first + 1 < NAMES_MAX) {
    const struct step *before = &p->reel->steps[first - 1];
    bool aside = before->own && before->own != before->connection;
    if (!is_of_names(before) && !aside) break;
    first--;
  }
  for (size_t i = first; i <= p->moment.step; i++)
    if (is_of_names(&p->reel->steps[i])) names_row(p, &p->reel->steps[i], &rows[count++]);
  int32_t earlier;
  paint_rows(p, rows, count, 0, area, &earlier);
}

enum { ROWS_SHOWN_MAX = 64 };

static int32_t paint_session(struct painter *p, const struct session *session, struct rect area) {
  struct row rows[ROWS_SHOWN_MAX];
  size_t heard = world_session_heard(p->world, session, p->at), count = 0, skip = 0, kept = 0;
  int32_t earlier = 0;
  struct row row;
  for (size_t i = 0; i < heard; i++) kept += row_of(p, session, i, &row);
  int32_t most = kept > 1 ? (int32_t)kept - 1 : 0;
  p->scene->limits.conversation_rows = most;
  int32_t scroll = p->view->conversation_scroll < most ? p->view->conversation_scroll : most;
  size_t until = kept - (size_t)(scroll > 0 ? scroll : 0);
  if (until > ROWS_SHOWN_MAX) skip = until - ROWS_SHOWN_MAX;
  for (size_t i = 0, nth = 0; i < heard && nth < until; i++) {
    if (!row_of(p, session, i, &row)) continue;
    if (nth++ >= skip) rows[count++] = row;
  }
  if (count) {
    paint_rows(p, rows, count, skip, area, &earlier);
  } else {
    struct rect text = rect_inset(area, SPACE_PADDING, SPACE_1);
    static const struct span openings[] = {SPAN_INIT("The connection opens. The server will speak first."),
                                           SPAN_INIT("The server will speak first.")};
    draw_label_in(p->list, style_of(p, TEXT_BODY), rect_cut_top(&text, DU(32)), DRAW_LEFT, p->theme->muted,
                  words_that_fit(style_of(p, TEXT_BODY), text.w, openings, 2));
  }
  return earlier;
}

/* ---- the heading ---- */

static void paint_tab(struct painter *p, struct rect box, uint32_t tab, bool is_shown) {
  const struct session *session = world_tab(p->world, tab);
  struct hop_style style = hop_style_of(p, session->client);
  bool is_past = session->opened <= p->at;
  uint64_t id = scene_id(SCENE_TAB, tab);
  uint32_t border = is_past ? style.colour : p->theme->control_border;
  uint32_t ink = is_shown ? style.on_colour : is_past ? p->theme->text : p->theme->muted;
  paint_rounded(p, box, RADIUS_CONTROL, is_shown ? style.colour : p->theme->surface, border,
                is_past ? DU(2) : DU(1));
  draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), box, DRAW_CENTRE, ink,
                arena_format(p->arena, "%u", tab));
  paint_focus(p, id, box, RADIUS_CONTROL);
  if (is_past)
    draw_hit(p->list, id, rect_inset(box, -DU(3), -DU(3)), HIT_FOCUSABLE,
             reel_session_label(p->reel, session, p->arena));
}

/* As many tabs as there is room for, around the one shown. */
static void paint_tabs(struct painter *p, struct rect *row, uint32_t shown) {
  uint32_t count = (uint32_t)p->world->tab_count, fit = (uint32_t)(row->w * 2 / 5 / TAB_STEP);
  if (fit > 14) fit = 14;
  uint32_t first = 1, last = count;
  if (count > fit) {
    uint32_t middle = shown ? shown : 1;
    first = middle > fit / 2 ? middle - fit / 2 : 1;
    if (first + fit - 1 > count) first = count - fit + 1;
    last = first + fit - 1;
  }
  if (last < count)
    draw_label_in(p->list, style_of(p, TEXT_SMALL), rect_cut_right(row, DU(22)), DRAW_RIGHT, p->theme->muted,
                  SPAN("…"));
  for (uint32_t tab = last; tab >= first && tab > 0; tab--) {
    struct rect box = rect_cut_right(row, TAB_STEP);
    box = (struct rect){rect_right(box) - TAB_SIDE, box.y + (box.h - TAB_SIDE) / 2, TAB_SIDE, TAB_SIDE};
    paint_tab(p, box, tab, tab == shown);
  }
  if (first > 1)
    draw_label_in(p->list, style_of(p, TEXT_SMALL), rect_cut_right(row, DU(26)), DRAW_RIGHT, p->theme->muted,
                  SPAN("…"));
  rect_cut_right(row, SPACE_GAP);
}

/* The button that opens and closes the eavesdropper's eyes: filled while they are open. */
static void paint_listen(struct painter *p, struct rect *head) {
  bool on = p->view->eavesdrops;
  struct rect place = rect_inset(rect_cut_right(head, TARGET_MIN), 0, DU(7));
  uint64_t id = scene_id(SCENE_EAVESDROP, 0);
  uint32_t fill = on ? p->theme->text : p->view->hover == id ? p->theme->sunken : p->theme->surface;
  paint_rounded(p, place, RADIUS_CONTROL, fill, p->theme->control_border, p->theme->border_width);
  draw_icon(p->list, &(struct draw_icon){.icon = ICON_EYE,
                                         .rect = rect_inset(place, DU(8), DU(6)),
                                         .colour = on ? p->theme->on_text : p->theme->text,
                                         .back = fill});
  paint_focus(p, id, place, RADIUS_CONTROL);
  draw_hit(p->list, id, place, HIT_FOCUSABLE,
           on ? SPAN("The conversation as the two have it") : SPAN("What an eavesdropper sees"));
  rect_cut_right(head, SPACE_1);
}

/* Who speaks with whom: in full, without the port, by the first parts of their names. */
enum { TITLES_MAX = 3 };
struct titles {
  struct span words[TITLES_MAX];
  size_t count;
};

static void title_without_port(struct painter *p, const struct session *session, bool is_short,
                               struct titles *titles) {
  struct span client = journal_host_name(p->world->preamble, session->client);
  struct span server = world_session_server(p->world, session);
  if (is_short) client = span_first(client, span_find(client, '.'));
  if (is_short) server = span_first(server, span_find(server, '.'));
  bool is_within = session->client == session->server;
  titles->words[titles->count++] =
      is_within ? arena_format(p->arena, "within %.*s", SPAN_ARG(client))
                : arena_format(p->arena, "%.*s to %.*s", SPAN_ARG(client), SPAN_ARG(server));
}

static struct rect paint_heading(struct painter *p, struct rect panel, const struct titles *titles,
                                 uint32_t shown) {
  struct rect rest = panel, head = rect_cut_top(&rest, HEAD);
  draw_line(p->list, (struct point){head.x, rect_bottom(head)},
            (struct point){rect_right(head), rect_bottom(head)}, DU(1), p->theme->border);
  head = rect_inset(head, SPACE_PADDING, 0);
  if (p->frame->is_compact) {
    struct rect button = rect_cut_right(&head, DU(104));
    paint_button(p, scene_id(SCENE_PANEL, 0), rect_inset(button, 0, DU(6)), SPAN("Message"),
                 SPAN("Show the message"));
    rect_cut_right(&head, SPACE_1);
  } else {
    paint_tabs(p, &head, shown);
  }
  paint_listen(p, &head);
  int32_t width = draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), head, DRAW_LEFT, p->theme->text,
                                p->view->eavesdrops ? SPAN("On the wire") : SPAN("Conversation"));
  rect_cut_left(&head, width + SPACE_GAP);
  if (head.w > DU(60) && titles->count) {
    struct text_style style = style_of(p, TEXT_BODY);
    struct span title = words_that_fit(style, head.w, titles->words, titles->count);
    width = draw_label_in(p->list, style, head, DRAW_LEFT, p->theme->muted, title);
    rect_cut_left(&head, width + SPACE_GAP);
  }
  return head;
}

static void paint_earlier(struct painter *p, struct rect head, int32_t earlier) {
  if (earlier <= 0) return;
  struct span text = arena_format(p->arena, "%d earlier line%s", (int)earlier, earlier == 1 ? "" : "s");
  struct text_style style = style_of(p, TEXT_SMALL);
  if (text_width(style, text) <= head.w)
    draw_label_in(p->list, style, head, DRAW_RIGHT, p->theme->muted, text);
}

/* Scrolled away, or another session: the way back. */
static void paint_way_back(struct painter *p, struct rect area) {
  if (p->view->conversation_scroll <= 0 && !p->view->tab) return;
  struct rect button = {rect_right(area) - DU(176), rect_bottom(area) - DU(48), DU(160), TARGET_MIN};
  paint_button(p, scene_id(SCENE_CURRENT, 0), button, SPAN("Jump to current"),
               SPAN("Back to the current line"));
}

static struct titles titles_of(struct painter *p, const struct session *session, bool names) {
  struct titles titles = {.count = 0};
  if (names) {
    bool is_heard = p->step->kind == STEP_ANSWER && p->record.kind == JOURNAL_DNS_ANSWER;
    uint16_t host = is_heard ? (uint16_t)p->record.number[1] : p->record.host;
    titles.words[titles.count++] =
        arena_format(p->arena, "%.*s, DNS", SPAN_ARG(journal_host_name(p->world->preamble, host)));
  } else if (session && p->view->eavesdrops) {
    titles.words[titles.count++] = eavesdrop_summary(p->world, session, p->at, p->arena);
  } else if (session) {
    titles.words[titles.count++] = reel_session_label(p->reel, session, p->arena);
    title_without_port(p, session, false, &titles);
    title_without_port(p, session, true, &titles);
  }
  return titles;
}

static struct span silence(const struct painter *p) {
  return reel_reads_file(&p->record) ? SPAN("Nobody talks: the file is read where it lies.")
                                     : SPAN("Nobody has said anything yet.");
}

void paint_conversation(struct painter *p, struct rect panel) {
  bool other = p->view->tab >= 1 && p->view->tab <= p->world->tab_count;
  const struct session *session = other ? world_tab(p->world, p->view->tab) : p->session;
  bool names = shows_names(p);
  struct titles titles = titles_of(p, session, names);
  paint_panel(p, panel);
  p->scene->limits.conversation_rows = 0;
  struct rect head = paint_heading(p, panel, &titles, session ? session->tab : 0);
  struct rect area = panel;
  rect_cut_top(&area, HEAD + DU(5));
  rect_cut_bottom(&area, DU(5));
  draw_hit(p->list, scene_id(SCENE_CONVERSATION, 0), area, HIT_SCROLLS, SPAN("The conversation"));
  draw_clip_push(p->list, area);
  if (names) {
    paint_names(p, area);
  } else if (session) {
    paint_earlier(p, head, paint_session(p, session, area));
  } else if (p->frame->is_compact) {
    paint_beginning(p, area, silence(p));
  } else {
    struct rect text = rect_inset(area, SPACE_PADDING, SPACE_1);
    draw_label_in(p->list, style_of(p, TEXT_BODY), rect_cut_top(&text, DU(32)), DRAW_LEFT, p->theme->muted,
                  silence(p));
  }
  draw_clip_pop(p->list);
  paint_way_back(p, area);
}
