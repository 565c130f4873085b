/* The envelope above the sheet: what was said in SMTP, not part of the message; gone at delivery. */
#include "view/scene_provenance.h"
#include "view/scene_sheet.h"

enum { RECIPIENTS_SHOWN = 4, TITLE = 30 * 64, PAD = 8 * 64 };

static void strike(struct painter *p, int32_t x, int32_t width, int32_t baseline, struct text_style style) {
  int32_t y = baseline - text_x_height(style) / 2;
  draw_line(p->list, (struct point){x - DU(3), y}, (struct point){x + width + DU(3), y}, DU(3) / 2,
            p->theme->muted);
}

/* "FROM <…>" or "TO <…>": where it leads to is the line that said it. */
struct entry {
  struct span text;
  journal_seq record;
  uint16_t nth;
};

static struct entry entry_of(struct painter *p, const struct sheet *sheet, const char *word, struct span path,
                             struct span recipient) {
  bool plain = path.len && (path.data[0] == '/' || path.data[0] == '|' || path.data[0] == ':');
  return (struct entry){
      /* what an alias leads to may be no address */
      arena_format(p->arena, plain ? "%s %.*s" : "%s <%.*s>", word, SPAN_ARG(path)),
      provenance_of_envelope(p->world, sheet->message, sheet->place->host, recipient, p->at), 0};
}

static void paint_entry(struct painter *p, const struct entry *entry, struct rect row, bool gone) {
  struct text_style style = style_of(p, TEXT_HEADER);
  uint64_t id = scene_id_of_part(SCENE_RECORD, entry->record, (uint16_t)(SCENE_PART_ENVELOPE + entry->nth));
  struct span text = text_ellipsis_middle(style, entry->text, row.w, p->arena);
  int32_t width = text_width(style, text);
  int32_t baseline = row.y + (row.h + text_cap_height(style)) / 2;
  struct rect place = {row.x, row.y, width, row.h};
  bool pointed = entry->record && pointed_id(p->view) == id;
  if (pointed)
    paint_rounded(p, rect_inset(place, -DU(4), 0), DU(4), p->theme->surface, p->theme->control_border, DU(1));
  draw_label(p->list, style, (struct point){row.x, baseline}, DRAW_LEFT,
             gone ? p->theme->muted : p->theme->text, text);
  if (gone) strike(p, row.x, width, baseline, style);
  if (!entry->record) return;
  paint_focus(p, id, place, DU(4));
  draw_hit(p->list, id, place, HIT_FOCUSABLE | HIT_TEXT, entry->text);
}

static size_t entries_of(struct painter *p, const struct sheet *sheet,
                         struct entry entries_out[RECIPIENTS_SHOWN + 1], size_t *more_out) {
  struct span rest = sheet->place->recipients, recipient;
  size_t count = 0;
  if (sheet->place->is_changed)
    rest = world_envelope_recipients(p->world, sheet->message, sheet->place->host, p->at, p->arena);
  *more_out = 0;
  entries_out[count++] = entry_of(p, sheet, "FROM", sheet->place->reverse_path, SPAN_EMPTY);
  while (span_next(&rest, '\n', &recipient)) {
    if (!recipient.len) continue;
    if (count > RECIPIENTS_SHOWN)
      (*more_out)++;
    else
      entries_out[count++] = entry_of(p, sheet, "TO", recipient, recipient);
    entries_out[count - 1].nth = (uint16_t)(count - 1);
  }
  return count;
}

int32_t paint_envelope_strip(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y) {
  struct text_style style = style_of(p, TEXT_HEADER);
  struct entry entries[RECIPIENTS_SHOWN + 1];
  size_t more, count = entries_of(p, sheet, entries, &more);
  bool gone = sheet->place->is_delivered;
  struct rect inside = rect_inset(column, DU(12), 0);
  bool one_row = count == 2 && more == 0 &&
                 text_width(style, entries[0].text) + text_width(style, entries[1].text) + DU(32) <= inside.w;
  int32_t rows = one_row ? 1 : (int32_t)count + (more > 0);
  struct rect box = {column.x, y, column.w, TITLE + rows * SHEET_LINE + PAD};
  paint_rounded(p, box, RADIUS_SMALL, p->theme->sunken, p->theme->tint_percent ? 0 : p->theme->border, DU(1));
  struct rect title = {inside.x, y + DU(6), inside.w, DU(24)};
  rect_cut_left(&title, draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), title, DRAW_LEFT,
                                      p->theme->muted, SPAN("Envelope")) +
                            SPACE_GAP);
  static const struct span spoken[] = {SPAN_INIT("spoken in SMTP, not part of the message"),
                                       SPAN_INIT("not part of the message")};
  static const struct span changed[] = {SPAN_INIT("changed by aliases, not part of the message"),
                                        SPAN_INIT("not part of the message")};
  draw_label_in(p->list, style_of(p, TEXT_SMALL), title, DRAW_RIGHT, p->theme->muted,
                gone ? SPAN("discarded at delivery")
                     : words_that_fit(style_of(p, TEXT_SMALL), title.w,
                                      sheet->place->is_changed ? changed : spoken, 2));
  struct rect row = {inside.x, y + TITLE, inside.w, SHEET_LINE};
  for (size_t i = 0; i < count; i++) {
    struct rect place = row;
    if (one_row && i == 1) rect_cut_left(&place, inside.w - text_width(style, entries[1].text));
    paint_entry(p, &entries[i], place, gone);
    if (!one_row) row.y += SHEET_LINE;
  }
  if (more)
    draw_label_in(p->list, style_of(p, TEXT_SMALL), row, DRAW_LEFT, p->theme->muted,
                  arena_format(p->arena, "and %zu more", more));
  return box.h + DU(10);
}
