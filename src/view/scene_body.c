/* The body of the message: its MIME parts, decoded or as they are on the wire. */
#include "mail/html_text.h"
#include "mail/mime_reader.h"
#include "view/scene_sheet.h"

enum { ROWS_MAX = 400, SHOWN_MAX = 64 * 1024, INDENT = 16 * 64, LABEL = 26 * 64 };

/* Text in rows from y on; returns how high they are. Delimiter lines of raw bodies stand out. */
static int32_t paint_rows(struct painter *p, struct span text, struct rect column, int32_t y, bool is_raw) {
  struct text_style style = style_of(p, TEXT_HEADER), strong = style_of(p, TEXT_HEADER_NAME);
  struct span rest = span_trim_right(text), line;
  int32_t rows = 0;
  while (rows < ROWS_MAX && span_next(&rest, '\n', &line)) {
    line = span_trim_right(line);
    bool delimits = is_raw && span_starts_with(line, SPAN("--")) && line.len > 2;
    struct text_wrap wrap = text_wrap_indented(style, line, column.w, 0, SHEET_FOLD);
    struct text_line piece;
    int32_t first = rows;
    for (; rows < ROWS_MAX && text_wrap_next(&wrap, &piece); rows++) {
      struct rect row = {column.x + piece.x, y + rows * SHEET_LINE, column.w - piece.x, SHEET_LINE};
      if (rows > first) paint_continuation(p, (struct rect){row.x - SHEET_FOLD, row.y, SHEET_FOLD, row.h});
      draw_label(p->list, delimits ? strong : style,
                 (struct point){row.x, row.y + (row.h + text_cap_height(style)) / 2}, DRAW_LEFT,
                 p->theme->text, piece.text);
    }
  }
  return (rows ? rows : 1) * SHEET_LINE;
}

/* A message taken apart, and what two programs show of it. */
struct taken_apart {
  struct mime_part *parts;
  size_t count;
  bool has_forms; /* the two may show two things */
  bool without_html[MIME_PARTS_MAX], with_html[MIME_PARTS_MAX];
};

static void take_apart(struct painter *p, struct span header, struct span body, struct taken_apart *out) {
  out->parts = arena_alloc(p->arena, MIME_PARTS_MAX * sizeof *out->parts);
  out->count = mime_parse(header, body, p->arena, out->parts);
  out->has_forms = mime_has_alternatives(out->parts, out->count);
  mime_shown_by(out->parts, out->count, MIME_READER_TEXT, out->without_html);
  mime_shown_by(out->parts, out->count, MIME_READER_HTML, out->with_html);
}

/* Of one form of several: which program shows it. */
static const char *who_shows(const struct taken_apart *apart, size_t at) {
  if (!apart->has_forms || apart->parts[at].kind != MIME_LEAF) return "";
  if (apart->without_html[at] && apart->with_html[at]) return "";
  if (apart->without_html[at]) return ": shown by a program without HTML";
  return apart->with_html[at] ? ": shown by a program with HTML" : ": shown by neither program";
}

/* "text/html, utf-8, quoted-printable: shown by a program with HTML" */
static struct span part_label(struct painter *p, const struct taken_apart *apart, size_t at) {
  const struct mime_part *part = &apart->parts[at];
  struct buf text = {0};
  if (part->kind == MIME_PREAMBLE) buf_add_text(&text, "preamble, for readers without MIME");
  if (part->kind == MIME_EPILOGUE) buf_add_text(&text, "epilogue");
  if (part->kind == MIME_LEAF || part->kind == MIME_MULTIPART) {
    buf_add(&text, part->type);
    if (part->charset.len) buf_format(&text, ", %.*s", SPAN_ARG(part->charset));
    if (part->kind == MIME_LEAF) buf_format(&text, ", %.*s", SPAN_ARG(part->encoding_text));
    if (part->name.len) buf_format(&text, ", %.*s", SPAN_ARG(part->name));
    buf_add_text(&text, who_shows(apart, at));
  }
  struct span copied = arena_copy(p->arena, buf_span(&text));
  buf_free(&text);
  return copied;
}

/* What people see of HTML, below it. Returns how high that is. */
static int32_t paint_html_words(struct painter *p, struct span html, struct rect column, int32_t y) {
  struct text_style style = style_of(p, TEXT_SMALL);
  struct buf words = {0};
  buf_add_text(&words, "reads: ");
  html_text(html, &words);
  struct span rest = arena_copy(p->arena, span_trim_right(buf_span(&words))), line;
  buf_free(&words);
  int32_t indent = text_width(style, SPAN("reads: ")), rows = 0;
  for (bool first = true; rows < ROWS_MAX && span_next(&rest, '\n', &line); first = false) {
    struct text_wrap wrap = text_wrap_indented(style, line, column.w, first ? 0 : indent, indent);
    struct text_line piece;
    for (; rows < ROWS_MAX && text_wrap_next(&wrap, &piece); rows++)
      draw_label(p->list, style,
                 (struct point){column.x + piece.x,
                                y + rows * SHEET_LINE + (SHEET_LINE + text_cap_height(style)) / 2},
                 DRAW_LEFT, p->theme->muted, piece.text);
  }
  return rows * SHEET_LINE;
}

static int32_t paint_part(struct painter *p, const struct taken_apart *apart, size_t at, struct rect column,
                          int32_t y) {
  const struct mime_part *part = &apart->parts[at];
  int32_t top = y, indent = (int32_t)part->depth * INDENT;
  struct rect inside = column;
  rect_cut_left(&inside, indent);
  struct rect label = {inside.x, y, inside.w, LABEL};
  draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), label, DRAW_LEFT, p->theme->muted,
                part_label(p, apart, at));
  y += LABEL;
  if (part->kind == MIME_MULTIPART) return y - top;
  struct buf text = {0};
  struct mime_part shown = *part; /* no more of a long text than has rows */
  if (mime_is_text(part)) shown.body = span_first(part->body, SHOWN_MAX);
  bool readable = mime_decode(&shown, &text);
  if (!readable && !mime_is_text(part)) {
    buf_clear(&text);
    struct buf octets = {0};
    mime_decode(part, &octets);
    buf_format(&text, "(%zu octets)", octets.len);
    buf_free(&octets);
  }
  struct rect words = inside;
  rect_cut_left(&words, DU(12));
  y += paint_rows(p, arena_copy(p->arena, buf_span(&text)), words, y, false);
  if (readable && span_equal_nocase(part->type, SPAN("text/html")))
    y += paint_html_words(p, buf_span(&text), words, y);
  buf_free(&text);
  /* The bar at its side shows how far a part reaches. */
  draw_fill(p->list, (struct rect){inside.x, top + LABEL + DU(2), DU(3), y - top - LABEL - DU(4)},
            p->theme->control_border);
  return y - top + DU(6);
}

/* "Body, decoded"; and who converted it, if somebody did under way. */
static struct span title_words(struct painter *p, journal_seq writer, bool has_choice) {
  struct span title = !has_choice       ? SPAN("Body")
                      : p->view->is_raw ? SPAN("Body, as on the wire")
                                        : SPAN("Body, decoded");
  struct journal_record record;
  if (!writer || journal_kind_at(p->world->journal, writer) != JOURNAL_CONVERT) return title;
  journal_get(p->world->journal, writer, &record);
  return arena_format(p->arena, "%.*s; converted to 7 bits by %.*s", SPAN_ARG(title),
                      SPAN_ARG(journal_host_label(p->world->preamble, record.host)));
}

static int32_t paint_title(struct painter *p, struct rect column, int32_t y, struct span title,
                           bool has_choice) {
  struct rect row = {column.x + DU(8), y, column.w - DU(16), has_choice ? TARGET_MIN : SHEET_LINE};
  if (has_choice) {
    bool raw = p->view->is_raw;
    struct rect button = rect_cut_right(&row, DU(104));
    paint_button(p, scene_id(SCENE_RAW, 0), rect_inset(button, 0, DU(3)), raw ? SPAN("Decoded") : SPAN("Raw"),
                 raw ? SPAN("Show the body decoded") : SPAN("Show the body as it is on the wire"));
  }
  draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), row, DRAW_LEFT, p->theme->muted, title);
  return row.h;
}

int32_t paint_message_body(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y) {
  int32_t top = y;
  struct buf header = {0};
  journal_message_header(p->world->versions, sheet->version, &header);
  journal_seq writer;
  struct span body = journal_message_body_by(p->world->versions, sheet->version, &writer);
  struct taken_apart apart;
  take_apart(p, arena_copy(p->arena, buf_span(&header)), body, &apart);
  buf_free(&header);
  bool has_choice = mime_is_encoded(apart.parts, apart.count);
  draw_line(p->list, (struct point){column.x + DU(8), y + DU(6)},
            (struct point){rect_right(column) - DU(8), y + DU(6)}, DU(1), p->theme->border);
  y += DU(12);
  y += paint_title(p, column, y, title_words(p, writer, has_choice), has_choice);
  struct rect text = rect_inset(column, DU(8), 0);
  if (!has_choice || p->view->is_raw) return y + paint_rows(p, body, text, y, has_choice) + SPACE_1 - top;
  for (size_t i = 0; i < apart.count; i++) y += paint_part(p, &apart, i, text, y);
  return y + SPACE_1 - top;
}
