#include "view/scene.h"

#include "base/mem.h"
#include "view/scene_ladder.h"

/* ---- where the parts stand ---- */

enum {
  FULL_WIDTH = 1180, /* from which on there is room for all panels */
  FULL_HEIGHT = 740,
  TIMELINE_HEIGHT = 92,
  STRIP_HEIGHT = 120,
  CONVERSATION_MIN = 234,
  CONVERSATION_CROWDED = 176,
  STACKED_STAGE = 264, /* two rows of small cards */
  STACKED_MIN = 400,   /* from this height on there is room for words below it */
  MESSAGE_MIN = 420,
  MESSAGE_MAX = 660
};

static int32_t clamp(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

static struct rect whole(int32_t width, int32_t height) {
  return rect_inset((struct rect){0, 0, width, height}, SPACE_GAP, 0);
}

/* All but the stage's height, which depends on where the caption can be. */
static struct rect frame_outline(struct scene_frame *frame, int32_t width, int32_t height) {
  struct rect rest = whole(width, height);
  *frame = (struct scene_frame){.is_compact = width < DU(FULL_WIDTH) || height < DU(FULL_HEIGHT)};
  rect_cut_top(&rest, SPACE_1);
  frame->top_bar = rect_cut_top(&rest, TOP_BAR_HEIGHT);
  rect_cut_bottom(&rest, SPACE_GAP);
  frame->timeline = rect_cut_bottom(&rest, DU(TIMELINE_HEIGHT));
  rect_cut_bottom(&rest, SPACE_GAP);
  int32_t side = clamp(width * (width < DU(1500) ? 33 : 35) / 100, DU(MESSAGE_MIN), DU(MESSAGE_MAX));
  if (frame->is_compact) side = clamp(width * 36 / 100, DU(340), DU(560));
  frame->message = rect_cut_right(&rest, side);
  rect_cut_right(&rest, SPACE_GAP);
  return rest;
}

static void frame_track(struct scene_frame *frame) {
  struct rect track = frame->timeline;
  rect_cut_left(&track, DU(208));
  rect_cut_right(&track, DU(166));
  track.y += DU(42);
  track.h = DU(16);
  frame->track = track;
}

static void place(struct scene *scene, int32_t strip) {
  arena_reset(&scene->place_arena);
  layout_place(scene->world, scene->frame.stage, strip, &scene->place_arena, &scene->placed);
}

/* The caption below the machines, the conversation so high. */
static void place_with_strip(struct scene *scene, struct rect left, int32_t conversation) {
  scene->frame.stage = rect_cut_top(&left, left.h - conversation - SPACE_GAP);
  place(scene, DU(STRIP_HEIGHT));
}

/* In a small window: the caption and the conversation beside each other, below a stage that has the whole
 * width. Kept if that lets the machines be larger, so that there is room between them for links and their
 * labels. */
static void try_stacked(struct scene *scene, struct rect left) {
  const struct scene_frame beside = scene->frame;
  struct scene_frame *frame = &scene->frame;
  enum card_size size = scene->placed.size;
  struct rect rest = left;
  rest.w = rect_right(frame->message) - left.x;
  if (size < CARD_TINY || rest.h < DU(STACKED_MIN)) return;
  frame->stage = rect_cut_top(&rest, DU(STACKED_STAGE));
  rect_cut_top(&rest, SPACE_GAP);
  place(scene, 0);
  if (scene->placed.size >= size) {
    *frame = beside;
    place(scene, DU(STRIP_HEIGHT) + DU(24));
    return;
  }
  frame->caption = rect_cut_left(&rest, (rest.w - SPACE_GAP) / 2);
  rect_cut_left(&rest, SPACE_GAP);
  frame->conversation = frame->message = rest;
  scene->placed.caption = (struct rect){0, 0, 0, 0};
  scene->placed.has_hollow = false;
}

static void lay_out_size(struct scene *scene, int32_t width, int32_t height, bool may_stack) {
  struct scene_frame *frame = &scene->frame;
  struct rect left = frame_outline(frame, width, height);
  scene->layout_width = width;
  scene->layout_height = height;
  scene->layout_may_stack = may_stack;
  frame_track(frame);
  if (frame->is_compact) {
    frame->stage = left;
    frame->conversation = frame->message;
    place(scene, DU(STRIP_HEIGHT) + DU(24));
    if (may_stack) try_stacked(scene, left);
    return;
  }
  struct rect rest = left;
  frame->stage = rect_cut_top(&rest, left.h * 402 / 712);
  place(scene, 0);
  if (!scene->placed.has_hollow || scene->placed.size > CARD_FULL) {
    place_with_strip(scene, left, clamp(left.h * 32 / 100, DU(CONVERSATION_MIN), DU(400)));
    /* A crowd gets more room, at the cost of the conversation. */
    if (scene->placed.size >= CARD_TINY) place_with_strip(scene, left, DU(CONVERSATION_CROWDED));
    rest = left;
    rect_cut_top(&rest, frame->stage.h);
  }
  rect_cut_top(&rest, SPACE_GAP);
  frame->conversation = rest;
}

static bool same_moves(const struct scene_moves *a, const struct scene_moves *b) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++)
    if (a->items[i].x != b->items[i].x || a->items[i].y != b->items[i].y ||
        !span_equal(a->items[i].host, b->items[i].host))
      return false;
  return true;
}

struct layout_wish scene_wish(const struct scene_view *view) {
  int32_t zoom = view->zoom_percent ? clamp(view->zoom_percent, LAYOUT_ZOOM_MIN, LAYOUT_ZOOM_MAX) : 100;
  return (struct layout_wish){view->moves.items, view->moves.count, zoom, view->zoom_centre};
}

/* A message, and a question, need the height of a column. */
static bool may_stack(const struct scene_view *view) {
  bool asks = view->predict && view->predict->asked != PREDICT_NONE;
  return view->panel == PANEL_CONVERSATION && !asks;
}

static void lay_out(struct scene *scene, const struct scene_view *view) {
  struct layout_wish wish = scene_wish(view);
  bool same_size = scene->layout_width == view->width && scene->layout_height == view->height &&
                   (scene->layout_may_stack == may_stack(view) || !scene->frame.is_compact);
  bool same_centre =
      scene->zoom_centre.x == view->zoom_centre.x && scene->zoom_centre.y == view->zoom_centre.y;
  if (same_size && same_centre && scene->zoom_percent == wish.zoom_percent &&
      same_moves(&scene->moves, &view->moves))
    return;
  if (!same_size) lay_out_size(scene, view->width, view->height, may_stack(view));
  arena_reset(&scene->layout_arena);
  layout_arrange(scene->world, scene->frame.stage, &scene->placed, &wish, &scene->layout_arena,
                 &scene->layout);
  scene->moves = view->moves;
  scene->zoom_percent = wish.zoom_percent;
  scene->zoom_centre = view->zoom_centre;
}

const struct layout *scene_layout(struct scene *scene, const struct scene_view *view) {
  lay_out(scene, view);
  return &scene->layout;
}

struct rect scene_stage(struct scene *scene, const struct scene_view *view, int32_t *strip_out) {
  lay_out(scene, view);
  *strip_out = scene->placed.strip;
  return scene->frame.stage;
}

enum { SMALLEST_PERCENT = 80 }; /* pixels for a hundred units */

void scene_size(int32_t width_px, int32_t height_px, int32_t text_percent, int32_t *width_out,
                int32_t *height_out) {
  if (width_px < 1) width_px = 1;
  if (height_px < 1) height_px = 1;
  /* Pixels for a thousand units: the larger of what fits 1600×900 and what can be read. */
  int64_t wide = (int64_t)width_px * 1000 / 1600, high = (int64_t)height_px * 1000 / 900;
  int64_t scale = wide < high ? wide : high;
  if (scale < SMALLEST_PERCENT * 10) scale = SMALLEST_PERCENT * 10;
  scale = scale * text_percent / 100;
  *width_out = (int32_t)((int64_t)width_px * 64000 / scale);
  *height_out = (int32_t)((int64_t)height_px * 64000 / scale);
}

int64_t scene_timeline_position(const struct scene *scene, int32_t width, int32_t height,
                                struct point point) {
  struct scene_frame frame;
  frame_outline(&frame, width, height);
  frame_track(&frame);
  if (frame.track.w <= 0) return 0;
  int64_t position = (int64_t)(point.x - frame.track.x) * scene->reel->length_ms / frame.track.w;
  return position < 0 ? 0 : position > scene->reel->length_ms ? scene->reel->length_ms : position;
}

struct scene_limits scene_limits(const struct scene *scene) {
  return scene->limits;
}

/* ---- pieces ---- */

struct text_style style_of(const struct painter *p, enum text_role role) {
  return theme_text(p->theme, role);
}

struct span words_that_fit(struct text_style style, int32_t room, const struct span *words, size_t count) {
  size_t i = 0;
  while (i + 1 < count && text_width(style, words[i]) > room) i++;
  return words[i];
}

struct hop_style hop_style_of(const struct painter *p, uint16_t host) {
  return theme_hop(p->theme, world_hop(p->world, host));
}

int32_t event_progress(const struct painter *p, int32_t from_ms, int32_t length_ms) {
  if (p->theme->reduced_motion) return FRACTION_ONE;
  return motion_linear(p->moment.into_ms, from_ms, from_ms + length_ms);
}

void paint_rounded(struct painter *p, struct rect rect, int32_t radius, uint32_t fill, uint32_t border,
                   int32_t border_width) {
  draw_box(p->list,
           &(struct draw_box){
               .rect = rect, .radius = radius, .fill = fill, .border = border, .border_width = border_width});
}

void paint_panel(struct painter *p, struct rect rect) {
  draw_shadow(p->list, &(struct draw_shadow){.rect = rect_moved(rect, 0, DU(2)),
                                             .radius = RADIUS_PANEL,
                                             .blur = DU(8),
                                             .colour = p->theme->shadow});
  paint_rounded(p, rect, RADIUS_PANEL, p->theme->surface, p->theme->border, p->theme->border_width);
}

void paint_badge(struct painter *p, struct point centre, int32_t radius, uint32_t hop) {
  struct hop_style style = theme_hop(p->theme, hop);
  struct span number = arena_format(p->arena, "%u", hop);
  struct text_style text = style_of(p, TEXT_SMALL_STRONG);
  draw_circle(p->list, &(struct draw_circle){.centre = centre,
                                             .radius = radius,
                                             .fill = style.colour,
                                             .border = p->theme->surface,
                                             .border_width = DU(2)});
  for (uint32_t lap = 0; lap < style.lap && lap < 2; lap++)
    draw_circle(p->list, &(struct draw_circle){.centre = centre,
                                               .radius = radius + DU(2) + (int32_t)lap * DU(3),
                                               .border = style.colour,
                                               .border_width = DU(3) / 2});
  text.weight = WEIGHT_BOLD;
  draw_label(p->list, text, (struct point){centre.x, centre.y + text_cap_height(text) / 2}, DRAW_CENTRE,
             style.on_colour, number);
}

void paint_focus(struct painter *p, uint64_t id, struct rect rect, int32_t radius) {
  if (!id || p->view->focus != id) return;
  p->has_ring = true;
  paint_rounded(p, rect_inset(rect, -DU(4), -DU(4)), radius + DU(4), 0, p->theme->focus, DU(3));
}

static void paint_control(struct painter *p, uint64_t id, struct rect rect, struct span says) {
  uint32_t fill = p->view->hover == id ? p->theme->sunken : p->theme->surface;
  paint_rounded(p, rect, RADIUS_CONTROL, fill, p->theme->control_border, p->theme->border_width);
  paint_focus(p, id, rect, RADIUS_CONTROL);
  draw_hit(p->list, id, rect, HIT_FOCUSABLE, says);
}

void paint_button(struct painter *p, uint64_t id, struct rect rect, struct span label, struct span says) {
  paint_control(p, id, rect, says);
  draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), rect, DRAW_CENTRE, p->theme->text, label);
}

void paint_icon_button(struct painter *p, uint64_t id, struct rect rect, enum icon icon, struct span says) {
  paint_control(p, id, rect, says);
  int32_t inset = (rect.h - DU(24)) / 2;
  draw_icon(p->list, &(struct draw_icon){.icon = icon,
                                         .rect = rect_inset(rect, (rect.w - DU(24)) / 2, inset),
                                         .colour = p->theme->text,
                                         .back = p->theme->surface});
}

struct span time_text(struct arena *arena, int64_t time_us, bool with_fraction) {
  int64_t ms = time_us / 1000, seconds = ms / 1000, minutes = seconds / 60, hours = minutes / 60;
  int64_t days = hours / 24;
  struct span fraction = with_fraction ? arena_format(arena, ".%03d", (int)(ms % 1000)) : SPAN_EMPTY;
  if (days > 0)
    return arena_format(arena, "%lldd %02d:%02d:%02d", (long long)days, (int)(hours % 24),
                        (int)(minutes % 60), (int)(seconds % 60));
  if (hours > 0)
    return arena_format(arena, "%d:%02d:%02d%.*s", (int)hours, (int)(minutes % 60), (int)(seconds % 60),
                        SPAN_ARG(fraction));
  return arena_format(arena, "%02d:%02d%.*s", (int)minutes, (int)(seconds % 60), SPAN_ARG(fraction));
}

/* ---- the whole ---- */

static void set_subject(struct painter *p) {
  p->moment = reel_moment(p->reel, p->view->position_ms);
  p->step = &p->reel->steps[p->moment.step];
  p->at = p->step->until;
  if (p->step->kind != STEP_TITLE && p->step->record)
    journal_get(p->world->journal, p->step->record, &p->record);
  p->session = p->step->connection ? world_session(p->world, p->step->connection) : NULL;
  p->own = p->step->own ? world_session(p->world, p->step->own) : NULL;
  p->has_letter = p->step->message && world_letter_at(p->world, p->step->message, p->at, &p->letter);
  if (p->has_letter) world_letter_turn_to(p->world, p->step->message, p->session, p->at, &p->letter);
}

static void area(struct painter *p, enum scene_area which, struct rect rect, struct span says) {
  draw_hit(p->list, scene_id(SCENE_AREA, which), rect, HIT_PANEL, says);
}

/* Under the panels' own regions. */
static void hit_areas(struct painter *p) {
  const struct scene_frame *frame = p->frame;
  bool message = !frame->is_compact || p->view->panel == PANEL_MESSAGE;
  bool conversation = !frame->is_compact || !message;
  area(p, AREA_STAGE, frame->stage, SPAN("The machines"));
  area(p, AREA_CAPTION, caption_place(p), SPAN("What happens"));
  area(p, AREA_TIMELINE, frame->timeline, SPAN("The timeline"));
  if (conversation) area(p, AREA_CONVERSATION, frame->conversation, SPAN("The conversation"));
  if (message) area(p, AREA_MESSAGE, frame->message, SPAN("The message"));
}

static void paint_panels(struct painter *p) {
  bool compact = p->frame->is_compact, message = p->view->panel == PANEL_MESSAGE;
  if (!compact || !message) paint_conversation(p, p->frame->conversation);
  if ((compact && !message) || predict_place(p) == PREDICT_OVER_MESSAGE) return;
  if (journal_host(p->world->preamble, p->view->machine))
    paint_machine(p, p->frame->message);
  else
    paint_message(p, p->frame->message);
}

void scene_draw(struct scene *scene, const struct scene_view *view, struct draw_list *list) {
  lay_out(scene, view);
  arena_reset(&scene->arena);
  struct painter p = {.scene = scene,
                      .view = view,
                      .theme = &view->theme,
                      .list = list,
                      .arena = &scene->arena,
                      .frame = &scene->frame,
                      .layout = &scene->layout,
                      .reel = scene->reel,
                      .world = scene->world};
  draw_list_begin(list, view->width, view->height, view->is_blank ? 0xFF000000 : view->theme.background);
  if (!view->is_blank) {
    set_subject(&p);
    hit_areas(&p);
    paint_top_bar(&p);
    if (predict_place(&p) != PREDICT_OVER_STAGE) {
      if (view->stage == STAGE_LADDER)
        paint_ladder(&p);
      else
        paint_stage(&p);
      if (view->stage != STAGE_LADDER) paint_zoom(&p);
    }
    if (predict_place(&p) != PREDICT_OVER_STAGE || p.frame->caption.w) paint_caption(&p);
    paint_panels(&p);
    paint_timeline(&p);
    paint_predict(&p);
    paint_ring(&p);
    paint_control_hint(&p);
    paint_whatif(&p);
    if (view->help_open) paint_help(&p);
    paint_notice(&p);
  }
  draw_list_end(list);
}

struct scene *scene_new(const struct reel *reel) {
  struct scene *scene = mem_zalloc(sizeof *scene);
  scene->reel = reel;
  scene->world = reel->world;
  return scene;
}

void scene_free(struct scene *scene) {
  if (!scene) return;
  arena_free(&scene->place_arena);
  arena_free(&scene->layout_arena);
  arena_free(&scene->arena);
  machine_facts_free(&scene->machine);
  mem_free(scene);
}
