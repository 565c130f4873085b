/* The message: a sheet of paper that grows at its top; which letter, which layer of it, and where it all
 * comes from. */
#include "view/scene_provenance.h"
#include "view/scene_sheet.h"

enum { HEAD = 50 * 64, LAYERS_ROW = 42 * 64, LAYER_W = 40 * 64, BLOCKS_MAX = 64 };

/* ---- the heading ---- */

/* The letter before or after the one shown that exists at this moment; 0: none. */
static uint32_t neighbour(const struct painter *p, uint32_t message, bool after) {
  uint32_t found = 0;
  for (size_t i = 0; i < p->world->letter_count; i++) {
    const struct letter *letter = &p->world->letters[i];
    if (p->world->by_letter[letter->first].record > p->at) continue;
    if (letter->message < message) found = after ? found : letter->message;
    if (letter->message > message && after) return letter->message;
  }
  return after ? 0 : found;
}

/* Beside the title. Where there is no other letter, or none yet, there is no button, but its room is kept. */
static void paint_chooser(struct painter *p, struct rect *head, uint32_t message) {
  for (int after = 0; after <= 1; after++) {
    struct rect place = rect_inset(rect_cut_left(head, TARGET_MIN), DU(2), DU(7));
    uint32_t other = neighbour(p, message, after == 1);
    enum icon icon = after ? ICON_CHEVRON_RIGHT : ICON_CHEVRON_LEFT;
    if (other)
      paint_icon_button(p, scene_id(SCENE_LETTER, other), place, icon,
                        arena_format(p->arena, "Show message %u", other));
  }
  rect_cut_left(head, SPACE_1);
}

/* Copies for which a machine has taken responsibility, or which lie in a store: not the one that is still on
 * its way from a client to a server. */
static bool is_copy(const struct letter_place *place) {
  return place->accepted || place->is_delivered || place->is_retrieved;
}

/* Where a letter has several copies: a button for the next one. */
static void paint_copies(struct painter *p, struct rect *head, const struct sheet *sheet) {
  const struct letter_state *state = &sheet->state;
  size_t shown = (size_t)(sheet->place - state->places), count = 0, number = 0, next = shown;
  for (size_t i = 0; i < state->count; i++) {
    if (i == shown) number = count + 1;
    count += is_copy(&state->places[i]);
  }
  for (size_t i = state->count - 1; i > 0; i--)
    if (is_copy(&state->places[(shown + i) % state->count])) next = (shown + i) % state->count;
  if (count < 2 || !is_copy(sheet->place)) return;
  uint16_t host = state->places[next].host;
  struct rect button = rect_inset(rect_cut_right(head, DU(90)), 0, DU(6));
  paint_button(p, scene_id(SCENE_COPY, host), button, arena_format(p->arena, "Copy %zu/%zu", number, count),
               arena_format(p->arena, "Show the copy that %.*s has",
                            SPAN_ARG(journal_host_label(p->world->preamble, host))));
  rect_cut_right(head, SPACE_1);
}

static void paint_holder(struct painter *p, struct rect head, const struct sheet *sheet) {
  struct text_style style = style_of(p, TEXT_BODY);
  struct span name = journal_host_label(p->world->preamble, sheet->place->host);
  const struct span ways[] = {arena_format(p->arena, "held by %.*s", SPAN_ARG(name)), name};
  paint_copies(p, &head, sheet);
  rect_cut_left(&head, DU(34));
  if (head.w < DU(60)) return;
  struct span holder = words_that_fit(style, head.w, ways, 2);
  int32_t held = draw_label_in(p->list, style, head, DRAW_RIGHT, p->theme->muted, holder);
  paint_badge(p, (struct point){rect_right(head) - held - DU(20), rect_centre(head).y}, DU(13),
              world_hop(p->world, sheet->place->host));
}

static struct rect paint_heading(struct painter *p, struct rect panel, const struct sheet *sheet) {
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
  bool several = p->world->letter_count > 1 && sheet;
  struct span title = several ? arena_format(p->arena, "Message %u", sheet->message) : SPAN("The message");
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), head, DRAW_LEFT, p->theme->text, title);
  rect_cut_left(&head, width + SPACE_1);
  if (several) paint_chooser(p, &head, sheet->message);
  if (sheet) paint_holder(p, head, sheet);
  return rest;
}

/* ---- layers ---- */

static void paint_layer(struct painter *p, const struct sheet *sheet, size_t layer, uint16_t host,
                        struct rect box) {
  uint64_t id = scene_id(SCENE_LAYER, (uint32_t)layer);
  bool is_shown = sheet->layer == layer;
  struct hop_style style = hop_style_of(p, host);
  struct rect inner = rect_inset(box, DU(3), DU(3));
  paint_rounded(p, inner, RADIUS_CONTROL, is_shown ? style.colour : p->theme->surface, style.colour, DU(2));
  draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), inner, DRAW_CENTRE,
                is_shown ? style.on_colour : style.colour,
                arena_format(p->arena, "%u", world_hop(p->world, host)));
  paint_focus(p, id, inner, RADIUS_CONTROL);
  draw_hit(p->list, id, box, HIT_FOCUSABLE,
           arena_format(p->arena, "The message as %.*s left it",
                        SPAN_ARG(journal_host_label(p->world->preamble, host))));
}

static struct span layer_words(struct painter *p, const struct sheet *sheet) {
  struct span host = journal_host_label(p->world->preamble, sheet->made_by.host);
  if (sheet->layer == sheet->layers) return SPAN("as it is now");
  if (sheet->made_by.kind == JOURNAL_COMPOSE)
    return arena_format(p->arena, "as %.*s wrote it", SPAN_ARG(host));
  return arena_format(p->arena, "as %.*s left it", SPAN_ARG(host));
}

/* At the end of the row: what mail programs have in a menu. */
static void paint_header_choice(struct painter *p, struct rect *row) {
  bool is_short = p->view->is_short;
  struct rect button = rect_inset(rect_cut_right(row, DU(70)), 0, DU(3));
  paint_button(p, scene_id(SCENE_SHORT, 0), button, is_short ? SPAN("Full") : SPAN("Short"),
               is_short ? SPAN("Show the full header")
                        : SPAN("Show of the header what a mail program shows"));
}

void paint_layers(struct painter *p, const struct sheet *sheet, struct rect row) {
  paint_header_choice(p, &row);
  struct journal_block block;
  uint16_t hosts[64];
  size_t count = 0, fit = (size_t)((row.w - DU(150)) / LAYER_W);
  int64_t version = sheet->newest;
  for (; version && count < 64 && journal_message_block(p->world->versions, version, &block);
       version = block.parent)
    if (count == 0 || hosts[count - 1] != block.host) hosts[count++] = block.host;
  size_t first = count > fit ? count - fit : 0; /* the newest, where there is no room for all */
  for (size_t layer = first + 1; layer <= count; layer++)
    paint_layer(p, sheet, layer, hosts[count - layer], rect_cut_left(&row, LAYER_W));
  rect_cut_left(&row, SPACE_1);
  draw_label_in(p->list, style_of(p, TEXT_SMALL), row, DRAW_LEFT, p->theme->muted, layer_words(p, sheet));
}

/* ---- the sheet ---- */

static int32_t paint_full_header(struct painter *p, const struct sheet *sheet, struct rect column,
                                 int32_t y) {
  struct journal_block block;
  int32_t top = y;
  int count = 0;
  y += paint_envelope_strip(p, sheet, column, y);
  for (int64_t version = sheet->version;
       version && count < BLOCKS_MAX && journal_message_block(p->world->versions, version, &block);
       version = block.under, count++) {
    struct span rest = block.fields;
    struct journal_block part;
    while (world_next_part(p->world, &block, &rest, &part)) {
      uint16_t nth = (uint16_t)((size_t)(part.fields.data - block.fields.data) % SCENE_PART_ENVELOPE);
      y += paint_header_block(p, &part, nth, column, y);
    }
  }
  return y - top;
}

static int32_t paint_sheet(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y) {
  int32_t top = y;
  y += p->view->is_short ? paint_short_header(p, sheet, column, y) : paint_full_header(p, sheet, column, y);
  y += paint_message_body(p, sheet, column, y);
  return y - top;
}

void paint_scroll_bar(struct painter *p, struct rect area, int32_t height, int32_t scroll) {
  if (height <= area.h || height <= 0) return;
  int32_t bar = (int32_t)((int64_t)area.h * area.h / height);
  int32_t top = (int32_t)((int64_t)(area.h - bar) * scroll / (height - area.h));
  struct rect thumb = {rect_right(area) - DU(9), area.y + top, DU(6), bar};
  paint_rounded(p, thumb, DU(3), p->theme->control_border, 0, 0);
}

/* How high the sheet is: painted where nobody sees it. */
static int32_t sheet_height(struct painter *p, const struct sheet *sheet, struct rect column) {
  draw_clip_push(p->list, (struct rect){0, 0, 0, 0});
  size_t before = p->list->count;
  int32_t height = paint_sheet(p, sheet, column, column.y);
  p->list->count = before;
  draw_clip_pop(p->list);
  return height;
}

static void paint_scrolled(struct painter *p, const struct sheet *sheet, struct rect area) {
  struct rect column = rect_inset(area, DU(11), DU(9));
  int32_t height = sheet_height(p, sheet, column) + DU(18);
  if (height > area.h) { /* room for the bar */
    rect_cut_right(&column, DU(6));
    height = sheet_height(p, sheet, column) + DU(18);
  }
  int32_t most = height > area.h ? height - area.h : 0;
  int32_t scroll = p->view->message_scroll < most ? p->view->message_scroll : most;
  p->scene->limits.message_down = most;
  draw_hit(p->list, scene_id(SCENE_MESSAGE, 0), area, HIT_SCROLLS, SPAN("The message"));
  draw_clip_push(p->list, area);
  paint_sheet(p, sheet, column, column.y - scroll);
  draw_clip_pop(p->list);
  paint_scroll_bar(p, area, height, scroll);
}

void paint_message(struct painter *p, struct rect panel) {
  struct sheet sheet;
  bool has_sheet = sheet_make(p, &sheet);
  paint_panel(p, panel);
  struct rect area = paint_heading(p, panel, has_sheet ? &sheet : NULL);
  area = rect_inset(area, DU(2), DU(2));
  p->scene->limits.message_down = 0;
  if (!has_sheet) {
    paint_beginning(p, area, SPAN("Nobody has written anything yet."));
    return;
  }
  struct rect layers = rect_cut_top(&area, LAYERS_ROW);
  paint_layers(p, &sheet, rect_inset(layers, DU(8), DU(1)));
  struct rect legend = rect_cut_bottom(&area, provenance_legend_height());
  paint_scrolled(p, &sheet, area);
  if (p->view->is_short)
    paint_short_legend(p, &sheet, legend);
  else
    paint_provenance_legend(p, legend);
}
