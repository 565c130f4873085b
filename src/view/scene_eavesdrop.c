/* What somebody on the wire sees of a conversation: plain text, or lengths. */
#include "view/eavesdrop.h"

#include "view/scene_conversation.h"

enum {
  LETTER_SHOWN = 2000,
  BAR_MIN = 6 * 64,
  BAR_FULL = 3000 /* octets, from which on the bar is as long as it gets */
};

bool eavesdrop_row(struct painter *p, const struct session *session, size_t nth, struct row *row_out) {
  struct overheard heard;
  if (!eavesdrop(p->world, session, nth, p->arena, &heard)) return false;
  *row_out = (struct row){.record = heard.record,
                          .host = heard.is_server ? session->server : session->client,
                          .is_server = heard.is_server,
                          .letter = heard.is_server ? SPAN("S:") : SPAN("C:"),
                          .is_sealed = heard.is_sealed,
                          .is_long = heard.is_message,
                          .octets = heard.octets};
  row_out->text = span_first(heard.text, LETTER_SHOWN);
  row_out->note = heard.secret;
  if (heard.is_sealed) {
    row_out->is_remark = true;
    row_out->text = arena_format(p->arena, "%zu octets%s%.*s", heard.octets,
                                 heard.text.len ? ", in the clear: " : "", SPAN_ARG(heard.text));
  }
  return true;
}

void paint_sealed(struct painter *p, const struct row *row, struct rect place) {
  struct rect lock = {place.x, rect_centre(place).y - DU(10), DU(20), DU(20)};
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_LOCK, .rect = lock, .colour = p->theme->muted, .back = p->theme->surface});
  struct rect bar = {rect_right(lock) + DU(10), rect_centre(place).y - DU(5), 0, DU(10)};
  int32_t most = rect_right(place) - bar.x;
  int64_t octets = row->octets < BAR_FULL ? (int64_t)row->octets : BAR_FULL;
  bar.w = BAR_MIN + (int32_t)((most - BAR_MIN) * octets / BAR_FULL);
  if (bar.w > most) bar.w = most;
  paint_rounded(p, bar, DU(3), hop_style_of(p, row->host).colour, 0, 0);
}

void paint_eye(struct painter *p, struct point at) {
  draw_circle(p->list, &(struct draw_circle){.centre = at,
                                             .radius = DU(17),
                                             .fill = p->theme->text,
                                             .border = p->theme->surface,
                                             .border_width = DU(2)});
  struct rect icon = {at.x - DU(12), at.y - DU(12), DU(24), DU(24)};
  draw_icon(p->list,
            &(struct draw_icon){
                .icon = ICON_EYE, .rect = icon, .colour = p->theme->on_text, .back = p->theme->text});
}
