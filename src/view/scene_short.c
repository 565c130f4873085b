/* The short view: the four or five fields that a mail program shows in place of a header. */
#include "mail/short_header.h"
#include "view/scene_sheet.h"

enum { NAME_WIDTH = 78 * 64, PAD = 12 * 64, LEGEND_ROW = 22 * 64 };

static size_t fields_of(struct painter *p, const struct sheet *sheet,
                        struct short_field fields[SHORT_HEADER_MAX], size_t *hidden_out) {
  struct buf header = {0};
  journal_message_header(p->world->versions, sheet->version, &header);
  size_t count = short_header(arena_copy(p->arena, buf_span(&header)), p->arena, fields, hidden_out);
  buf_free(&header);
  return count;
}

/* Its name, and its value in as many rows as that takes. Returns how high they are. */
static int32_t paint_field(struct painter *p, const struct short_field *field, struct rect column, int32_t y,
                           bool paints) {
  struct text_style name = style_of(p, TEXT_SMALL_STRONG), text = style_of(p, TEXT_BODY);
  struct rect words = column;
  rect_cut_left(&words, NAME_WIDTH);
  struct text_wrap wrap = text_wrap(text, field->value, words.w);
  struct text_line piece;
  int32_t rows = 0, offset = (SHEET_LINE + text_cap_height(text)) / 2;
  for (; text_wrap_next(&wrap, &piece); rows++)
    if (paints)
      draw_label(p->list, text, (struct point){words.x + piece.x, y + rows * SHEET_LINE + offset}, DRAW_LEFT,
                 p->theme->text, piece.text);
  if (paints)
    draw_label(p->list, name, (struct point){column.x, y + offset}, DRAW_LEFT, p->theme->muted, field->name);
  return (rows ? rows : 1) * SHEET_LINE;
}

int32_t paint_short_header(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y) {
  struct short_field fields[SHORT_HEADER_MAX];
  size_t hidden, count = fields_of(p, sheet, fields, &hidden);
  struct rect inside = rect_inset(column, PAD, 0);
  int32_t height = 2 * PAD;
  for (size_t i = 0; i < count; i++) height += paint_field(p, &fields[i], inside, 0, false);
  paint_rounded(p, (struct rect){column.x, y, column.w, height}, RADIUS_SMALL, p->theme->sunken,
                p->theme->tint_percent ? 0 : p->theme->border, DU(1));
  int32_t row = y + PAD;
  for (size_t i = 0; i < count; i++) row += paint_field(p, &fields[i], inside, row, true);
  return height + SPACE_1;
}

void paint_short_legend(struct painter *p, const struct sheet *sheet, struct rect area) {
  struct short_field fields[SHORT_HEADER_MAX];
  size_t hidden;
  fields_of(p, sheet, fields, &hidden);
  struct text_style style = style_of(p, TEXT_SMALL);
  draw_line(p->list, (struct point){area.x, area.y}, (struct point){rect_right(area), area.y}, DU(1),
            p->theme->border);
  struct rect inside = rect_inset(area, SPACE_PADDING, (area.h - 2 * LEGEND_ROW) / 2);
  static const struct span ways[] = {SPAN_INIT("The short view: this much a mail program shows by itself."),
                                     SPAN_INIT("The short view")};
  draw_label_in(p->list, style, rect_cut_top(&inside, LEGEND_ROW), DRAW_LEFT, p->theme->muted,
                words_that_fit(style, inside.w, ways, 2));
  draw_label_in(p->list, style, inside, DRAW_LEFT, p->theme->muted,
                arena_format(p->arena, "%zu more field%s, and the envelope, are hidden. H shows them.",
                             hidden, hidden == 1 ? "" : "s"));
}
