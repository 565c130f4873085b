/* The timeline: hops as bars, steps as ticks, the clock. */
#include "view/scene_internal.h"

static int32_t x_of(const struct painter *p, int64_t position_ms) {
  struct rect track = p->frame->track;
  if (p->reel->length_ms <= 0) return track.x;
  return track.x + (int32_t)((int64_t)track.w * position_ms / p->reel->length_ms);
}

/* ---- bars ---- */

static uint32_t segment_colour(const struct painter *p, const struct segment *segment) {
  return segment->connection ? theme_hop(p->theme, segment->hop).colour : p->theme->muted;
}

static void paint_bar(struct painter *p, size_t index) {
  const struct segment *segment = &p->reel->segments[index];
  struct rect track = p->frame->track;
  int32_t left = x_of(p, reel_segment_start(p->reel, index));
  int32_t right =
      x_of(p, reel_segment_end(p->reel, index)) - (index + 1 < p->reel->segment_count ? DU(4) : 0);
  if (right - left < DU(2)) right = left + DU(2);
  int32_t now = x_of(p, p->view->position_ms);
  uint32_t colour = segment_colour(p, segment);
  struct rect bar = {left, track.y, right - left, track.h};
  bool plain = p->theme->tint_percent == 0;
  paint_rounded(p, bar, DU(4), colour_mix(p->theme->surface, colour, plain ? 0 : 22), plain ? colour : 0,
                DU(1));
  if (now <= left) return;
  struct rect played = bar;
  bool whole = now >= right;
  if (!whole) played.w = now - left;
  draw_box(p->list, &(struct draw_box){.rect = played,
                                       .radius = DU(4),
                                       .fill = colour,
                                       .corners = whole ? DRAW_CORNERS_ALL : DRAW_CORNERS_LEFT});
}

/* "Relay" of "Internet relay"; the whole, where its first word is no kind of the second: "In vain". */
static struct span short_name(struct painter *p, struct span name) {
  size_t from = name.len, first = span_find(name, ' ');
  while (from > 0 && name.data[from - 1] != ' ') from--;
  struct span word = span_skip(name, from);
  if (!from || !word.len || first < 3) return name;
  return arena_format(p->arena, "%c%.*s", ascii_upper(word.data[0]), SPAN_ARG(span_skip(word, 1)));
}

static int32_t segment_room(const struct painter *p, size_t index) {
  return x_of(p, reel_segment_end(p->reel, index)) - DU(8) - x_of(p, reel_segment_start(p->reel, index));
}

/* Segments whose names are short for the same word have it all in the same way: in full where each of them
 * has room for that, or for nothing. */
struct naming {
  struct span name, brief;
  int32_t width, brief_width;
  bool is_brief;
};
enum { NAMINGS_MAX = 16 };
struct namings {
  struct naming items[NAMINGS_MAX];
  size_t count;
};

static struct naming *naming_of(struct namings *namings, struct span name) {
  for (size_t i = 0; i < namings->count; i++)
    if (span_equal(namings->items[i].name, name)) return &namings->items[i];
  return NULL;
}

static void choose_namings(struct painter *p, struct namings *namings) {
  struct text_style style = style_of(p, TEXT_SMALL);
  for (size_t i = 0; i < p->reel->segment_count; i++) {
    struct span name = p->reel->segments[i].name;
    struct naming *naming = naming_of(namings, name);
    if (!naming && namings->count < NAMINGS_MAX) {
      struct span brief = short_name(p, name);
      naming = &namings->items[namings->count++];
      *naming = (struct naming){name, brief, text_width(style, name), text_width(style, brief), false};
    }
    int32_t room = segment_room(p, i);
    if (naming && room < naming->width && room >= naming->brief_width && i != p->step->segment)
      naming->is_brief = true;
  }
  for (size_t i = 0; i < namings->count; i++)
    for (size_t k = 0; k < namings->count; k++)
      if (namings->items[k].is_brief && span_equal(namings->items[i].brief, namings->items[k].brief))
        namings->items[i].is_brief = true;
}

/* As much of it as there is room for: whole words, or none. Colour and tooltip do the rest. */
static struct span segment_name(struct painter *p, struct namings *namings, const struct segment *segment,
                                int32_t room) {
  struct text_style style = style_of(p, TEXT_SMALL);
  const struct naming *naming = naming_of(namings, segment->name);
  struct span name = naming && naming->is_brief ? naming->brief : segment->name;
  struct span pull = arena_format(p->arena, "%.*s (pull)", SPAN_ARG(name));
  const struct span names[] = {pull, name, SPAN_EMPTY};
  size_t skipped = segment->is_pull ? 0 : 1;
  return words_that_fit(style, room, names + skipped, 3 - skipped);
}

/* The current one has its name in full, at the cost of its neighbours'. */
static struct rect paint_current_name(struct painter *p) {
  const struct segment *segment = &p->reel->segments[p->step->segment];
  struct rect track = p->frame->track;
  int32_t left = x_of(p, reel_segment_start(p->reel, p->step->segment));
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  struct span pull = arena_format(p->arena, "%.*s (pull)", SPAN_ARG(segment->name));
  bool says_pull = segment->is_pull && text_width(style, pull) <= segment_room(p, p->step->segment);
  struct span name = says_pull ? pull : segment->name;
  int32_t width = text_width(style, name);
  if (left + width > rect_right(track)) left = rect_right(track) - width;
  draw_label(p->list, style, (struct point){left, track.y - DU(12)}, DRAW_LEFT, p->theme->text, name);
  return (struct rect){left - DU(10), 0, width + DU(20), 1};
}

static void paint_segment_name(struct painter *p, struct namings *namings, size_t index, struct rect taken) {
  struct rect track = p->frame->track;
  int32_t left = x_of(p, reel_segment_start(p->reel, index));
  int32_t right = x_of(p, reel_segment_end(p->reel, index)) - DU(8);
  if (left >= taken.x && left < rect_right(taken)) return;
  if (left < taken.x && right > taken.x) right = taken.x;
  struct text_style style = style_of(p, TEXT_SMALL);
  draw_label(p->list, style, (struct point){left, track.y - DU(12)}, DRAW_LEFT, p->theme->muted,
             segment_name(p, namings, &p->reel->segments[index], right - left));
}

/* Of very many segments, those that begin where the last one drawn still is are left out. */
static void paint_bars(struct painter *p) {
  struct rect taken = paint_current_name(p);
  struct namings namings = {.count = 0};
  choose_namings(p, &namings);
  int32_t next = INT32_MIN;
  for (size_t i = 0; i < p->reel->segment_count; i++) {
    int32_t left = x_of(p, reel_segment_start(p->reel, i));
    if (left < next && p->step->segment != i) continue;
    paint_bar(p, i);
    next = left + DU(3);
    if (i != p->step->segment) paint_segment_name(p, &namings, i, taken);
  }
}

/* ---- ticks ---- */

static void paint_diamond(struct painter *p, int32_t x, int32_t y, uint32_t colour) {
  int32_t r = DU(6);
  draw_icon(p->list, &(struct draw_icon){.icon = ICON_DIAMOND,
                                         .rect = {x - r, y - r, 2 * r, 2 * r},
                                         .colour = colour,
                                         .back = p->theme->surface});
}

static void paint_tick(struct painter *p, size_t index, int32_t *last_x) {
  const struct step *step = &p->reel->steps[index];
  int32_t x = x_of(p, step->film_ms), y = rect_bottom(p->frame->track) + DU(4);
  struct journal_record record;
  if (x < *last_x) return;
  if (step->kind == STEP_DATA) {
    const struct segment *segment = &p->reel->segments[step->segment];
    int32_t right = x_of(p, step->film_ms + step->length_ms);
    if (right - x < DU(5)) right = x + DU(5);
    paint_rounded(p, (struct rect){x, y, right - x, DU(5)}, DU(2), segment_colour(p, segment), 0, 0);
    *last_x = right;
    return;
  }
  if (step->kind == STEP_STAMP) {
    journal_get(p->world->journal, step->record, &record);
    paint_diamond(p, x + DU(5), y + DU(4), hop_style_of(p, record.host).colour);
    *last_x = x + DU(10);
    return;
  }
  bool tall = step->kind == STEP_CONNECT || step->narration || step->kind == STEP_COMPOSE;
  if (x < *last_x + (tall ? DU(2) : DU(4))) return; /* they would be one blot */
  draw_fill(p->list, (struct rect){x, y, DU(3) / 2, tall ? DU(11) : DU(6)}, p->theme->muted);
  *last_x = x;
}

static void paint_ticks(struct painter *p) {
  int32_t last = p->frame->track.x - DU(10);
  for (size_t i = 1; i < p->reel->count;) {
    paint_tick(p, i, &last);
    /* Of very many steps only those are looked at that could have a tick. */
    size_t stride = p->reel->count / 20000 + 1;
    i += stride;
  }
}

/* Ribbons under the ticks. */
static void paint_bookmarks(struct painter *p) {
  const struct bookmarks *bookmarks = &p->view->bookmarks;
  int32_t y = rect_bottom(p->frame->track) + DU(18);
  for (uint32_t i = 0; i < bookmarks->count; i++) {
    size_t step = reel_step_of_record(p->reel, bookmarks->records[i]);
    int32_t x = x_of(p, p->reel->steps[step].film_ms);
    const struct point ribbon[5] = {
        {x - DU(5), y}, {x + DU(5), y}, {x + DU(5), y + DU(13)}, {x, y + DU(9)}, {x - DU(5), y + DU(13)}};
    draw_polygon(p->list, &(struct draw_polygon){.points = ribbon, .count = 5, .fill = p->theme->focus});
  }
}

static void hit_bookmarks(struct painter *p) {
  const struct bookmarks *bookmarks = &p->view->bookmarks;
  int32_t y = rect_bottom(p->frame->track) + DU(16);
  for (uint32_t i = 0; i < bookmarks->count; i++) {
    size_t step = reel_step_of_record(p->reel, bookmarks->records[i]);
    int32_t x = x_of(p, p->reel->steps[step].film_ms);
    draw_hit(p->list, scene_id(SCENE_BOOKMARK, i), (struct rect){x - DU(9), y, DU(18), DU(18)}, HIT_FOCUSABLE,
             arena_format(p->arena, "Bookmark: step %zu", step));
  }
}

static void paint_playhead(struct painter *p) {
  struct rect track = p->frame->track;
  int32_t x = x_of(p, p->view->position_ms);
  draw_fill(p->list, (struct rect){x - DU(1), track.y, DU(2) + DU(1) / 2, track.h + DU(18)}, p->theme->text);
  draw_circle(p->list, &(struct draw_circle){.centre = {x, track.y + track.h / 2},
                                             .radius = DU(13),
                                             .fill = p->theme->text,
                                             .border = p->theme->surface,
                                             .border_width = DU(2)});
}

/* ---- what a tick is ---- */

static void paint_tooltip(struct painter *p) {
  struct rect track = p->frame->track;
  if (scene_id_kind(p->view->hover) != SCENE_TIMELINE) return;
  int64_t position = scene_timeline_position(p->scene, p->view->width, p->view->height, p->view->pointer);
  size_t step = reel_moment(p->reel, position).step;
  struct text_style style = style_of(p, TEXT_SMALL);
  struct span text = text_ellipsis(style, reel_step_label(p->reel, step, p->arena), DU(520), p->arena);
  int32_t width = text_width(style, text) + DU(24), x = p->view->pointer.x - width / 2;
  if (x < SPACE_GAP) x = SPACE_GAP;
  if (x + width > p->view->width - SPACE_GAP) x = p->view->width - SPACE_GAP - width;
  struct rect box = {x, track.y - DU(80), width, DU(32)};
  paint_rounded(p, box, RADIUS_SMALL, p->theme->text, 0, 0);
  draw_label_in(p->list, style, box, DRAW_CENTRE, p->theme->on_text, text);
}

/* ---- controls and clock ---- */

static void paint_play(struct painter *p, struct rect place) {
  uint64_t id = scene_id(SCENE_PLAY, 0);
  struct point centre = rect_centre(place);
  int32_t radius = place.h / 2;
  draw_circle(p->list, &(struct draw_circle){.centre = centre, .radius = radius, .fill = p->theme->text});
  struct rect icon = {centre.x - DU(16), centre.y - DU(16), DU(32), DU(32)};
  draw_icon(p->list, &(struct draw_icon){.icon = p->view->is_playing ? ICON_PAUSE : ICON_PLAY,
                                         .rect = icon,
                                         .colour = p->theme->on_text,
                                         .back = p->theme->text});
  paint_focus(p, id, place, radius);
  draw_hit(p->list, id, place, HIT_FOCUSABLE, p->view->is_playing ? SPAN("Pause") : SPAN("Play"));
}

static void paint_controls(struct painter *p) {
  struct rect panel = p->frame->timeline;
  int32_t y = rect_centre(panel).y;
  struct rect first = {panel.x + SPACE_GAP, y - DU(22), DU(44), DU(44)};
  struct rect play = {panel.x + DU(70), y - DU(28), DU(56), DU(56)};
  struct rect last = {panel.x + DU(136), y - DU(22), DU(44), DU(44)};
  paint_icon_button(p, scene_id(SCENE_FIRST, 0), first, ICON_FIRST, SPAN("To the beginning"));
  paint_play(p, play);
  paint_icon_button(p, scene_id(SCENE_LAST, 0), last, ICON_LAST, SPAN("To the end"));
}

static struct span speed_text(struct painter *p) {
  static const char *const by[] = {[BY_LINE] = "line", [BY_PHASE] = "phase", [BY_HOP] = "hop"};
  int32_t percent = p->view->speed_percent;
  if (percent == 25) return arena_format(p->arena, "¼× by %s", by[p->view->by]);
  if (percent == 50) return arena_format(p->arena, "½× by %s", by[p->view->by]);
  return arena_format(p->arena, "%d× by %s", (int)(percent / 100), by[p->view->by]);
}

static void paint_clock(struct painter *p) {
  struct rect clock = p->frame->timeline;
  clock = rect_cut_right(&clock, DU(166));
  rect_cut_right(&clock, SPACE_PADDING);
  struct rect time = {clock.x - DU(20), clock.y + DU(20), clock.w + DU(20), DU(26)};
  struct rect speed = {clock.x - DU(20), clock.y + DU(50), clock.w + DU(20), DU(22)};
  draw_label_in(p->list, style_of(p, TEXT_CLOCK), time, DRAW_RIGHT, p->theme->text,
                time_text(p->arena, p->step->time_us, true));
  draw_label_in(p->list, style_of(p, TEXT_SMALL), speed, DRAW_RIGHT, p->theme->muted, speed_text(p));
}

void paint_timeline(struct painter *p) {
  struct rect track = p->frame->track;
  paint_panel(p, p->frame->timeline);
  paint_controls(p);
  paint_bars(p);
  paint_ticks(p);
  paint_bookmarks(p);
  paint_playhead(p);
  draw_hit(p->list, scene_id(SCENE_TIMELINE, 0), rect_inset(track, -DU(8), -DU(20)), HIT_DRAGS,
           SPAN("The timeline"));
  hit_bookmarks(p);
  paint_clock(p);
  paint_tooltip(p);
}
