/* What comes after placing: pins, the zoom, and the way between the two measures. */
#include "view/layout_internal.h"

/* ---- measures ---- */

static int32_t scaled(int32_t value, int32_t from, int32_t to) {
  return from > 0 ? (int32_t)((int64_t)value * to / from) : 0;
}

struct point layout_pin_of(struct rect stage, int32_t strip, struct point point) {
  return (struct point){scaled(point.x - stage.x, stage.w, LAYOUT_PIN_WIDTH),
                        scaled(point.y - stage.y, stage.h - strip, LAYOUT_PIN_HEIGHT)};
}

struct point layout_point_of(struct rect stage, int32_t strip, struct point pin) {
  return (struct point){stage.x + scaled(pin.x, LAYOUT_PIN_WIDTH, stage.w),
                        stage.y + scaled(pin.y, LAYOUT_PIN_HEIGHT, stage.h - strip)};
}

/* The middle of what can be seen, where the zoom's centre comes to stand. */
static struct point middle_of(struct rect stage, int32_t strip) {
  return (struct point){stage.x + stage.w / 2, stage.y + (stage.h - strip) / 2};
}

static struct point zoomed(struct point point, struct point centre, struct point middle, int32_t percent) {
  return (struct point){middle.x + scaled(point.x - centre.x, 100, percent),
                        middle.y + scaled(point.y - centre.y, 100, percent)};
}

struct point layout_unzoomed(struct rect stage, int32_t strip, const struct layout_wish *wish,
                             struct point point) {
  if (wish->zoom_percent <= 100) return point;
  struct point centre = layout_point_of(stage, strip, wish->zoom_centre), middle = middle_of(stage, strip);
  return (struct point){centre.x + scaled(point.x - middle.x, wish->zoom_percent, 100),
                        centre.y + scaled(point.y - middle.y, wish->zoom_percent, 100)};
}

/* ---- pins ---- */

enum { APART = 8 * 64, RING = 16 * 64, RINGS_MAX = 60 };

static struct rect card_at(struct rect card, struct point middle, struct rect stage) {
  card.x = middle.x - card.w / 2;
  card.y = middle.y - card.h / 2;
  int32_t right = rect_right(stage) - APART - card.w, bottom = rect_bottom(stage) - APART - card.h;
  if (card.x > right) card.x = right;
  if (card.y > bottom) card.y = bottom;
  int32_t top = stage.y + APART + DU(LAYOUT_REGION_TITLE); /* its region's name stands above it */
  if (card.x < stage.x + APART) card.x = stage.x + APART;
  if (card.y < top) card.y = top;
  return card;
}

static bool is_free(const struct layout *layout, size_t node, struct rect card) {
  struct rect room = rect_inset(card, -APART, -APART);
  for (size_t i = 0; i < layout->node_count; i++)
    if (i != node && !rect_is_empty(rect_intersect(room, layout->nodes[i].card))) return false;
  return true;
}

static bool meets_pinned(const struct layout *layout, size_t node, const bool *is_pinned) {
  for (size_t i = 0; i < layout->node_count; i++)
    if (is_pinned[i] && !rect_is_empty(rect_intersect(layout->nodes[node].card, layout->nodes[i].card)))
      return true;
  return false;
}

/* To the nearest free place, looked for in squares around its own. */
static void make_room(struct layout *layout, size_t node, struct rect stage) {
  struct rect card = layout->nodes[node].card;
  struct point from = rect_centre(card);
  for (int32_t ring = 1; ring <= RINGS_MAX; ring++) {
    for (int32_t side = 0; side < 8 * ring; side++) {
      int32_t along = side % (2 * ring) - ring, edge = side / (2 * ring);
      int32_t dx = edge == 0 ? along : edge == 1 ? ring : edge == 2 ? -along : -ring;
      int32_t dy = edge == 0 ? -ring : edge == 1 ? along : edge == 2 ? ring : -along;
      struct rect tried = card_at(card, (struct point){from.x + dx * RING, from.y + dy * RING}, stage);
      if (!is_free(layout, node, tried)) continue;
      layout->nodes[node].card = tried;
      return;
    }
  }
}

/* A region with a pinned machine is as large as its machines need. */
static void wrap_region(struct layout *layout, uint32_t region) {
  struct rect all = {0, 0, 0, 0};
  for (size_t i = 0; i < layout->node_count; i++)
    if (layout->nodes[i].region == region)
      all = rect_union(all, rect_inset(layout->nodes[i].card, -DU(16), -DU(LAYOUT_REGION_FOOT)));
  all.y -= DU(LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT);
  all.h += DU(LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT);
  layout->regions[region].rect = all;
}

void layout_pin_all(const struct world_view *world, struct rect stage, const struct layout_pin *pins,
                    size_t count, struct layout *layout) {
  bool is_pinned[LAYOUT_HOSTS_MAX] = {false};
  for (size_t i = 0; i < count; i++) {
    uint16_t host = journal_host_named(world->preamble, pins[i].host);
    for (size_t node = 0; host && node < layout->node_count; node++) {
      if (layout->nodes[node].host != host) continue;
      struct point middle = layout_point_of(stage, 0, (struct point){pins[i].x, pins[i].y});
      layout->nodes[node].card = card_at(layout->nodes[node].card, middle, stage);
      is_pinned[node] = true;
    }
  }
  for (size_t node = 0; node < layout->node_count; node++) {
    if (!is_pinned[node] && meets_pinned(layout, node, is_pinned)) {
      make_room(layout, node, stage);
      is_pinned[node] = true; /* its region has to follow, too */
    }
  }
  for (size_t node = 0; node < layout->node_count; node++)
    if (is_pinned[node]) wrap_region(layout, layout->nodes[node].region);
  layout_part_regions(layout);
}

bool layout_shrink(struct layout *layout) {
  for (size_t f = 0; f < LAYOUT_FORMS; f++) {
    const struct card_form *form = &layout_forms[f];
    if (DU(form->width) >= layout->nodes[0].card.w) continue;
    layout->size = form->size;
    for (size_t i = 0; i < layout->node_count; i++) {
      struct point middle = rect_centre(layout->nodes[i].card);
      layout->nodes[i].card = (struct rect){middle.x - DU(form->width) / 2, middle.y - DU(form->height) / 2,
                                            DU(form->width), DU(form->height)};
    }
    return true;
  }
  return false;
}

bool layout_is_crowded(const struct layout *layout) {
  for (size_t i = 0; i < layout->node_count; i++)
    if (!is_free(layout, i, layout->nodes[i].card)) return true;
  return false;
}

/* The caption among the machines stays where it is: who comes there stands above it. */
static void keep_off_caption(struct layout *layout) {
  for (size_t i = 0; i < layout->node_count; i++) {
    struct rect *card = &layout->nodes[i].card;
    if (!rect_is_empty(rect_intersect(*card, layout->caption))) card->y = layout->caption.y - APART - card->h;
  }
}

/* ---- zoom ---- */

/* The largest cards that keep the distances they have, or the ones there are. */
static const struct card_form *form_for(const struct layout *layout, int32_t percent) {
  struct rect card = layout->nodes[0].card;
  for (size_t i = 0; i < LAYOUT_FORMS; i++)
    if (DU(layout_forms[i].width) <= scaled(card.w, 100, percent) &&
        DU(layout_forms[i].height) <= scaled(card.h, 100, percent))
      return &layout_forms[i];
  return NULL;
}

static void zoom(struct layout *layout, struct rect stage, const struct layout_wish *wish) {
  struct point centre = layout_point_of(stage, layout->strip, wish->zoom_centre);
  struct point middle = middle_of(stage, layout->strip);
  const struct card_form *form = form_for(layout, wish->zoom_percent);
  if (form) layout->size = form->size;
  for (size_t i = 0; i < layout->node_count; i++) {
    struct rect *card = &layout->nodes[i].card;
    struct point at = zoomed(rect_centre(*card), centre, middle, wish->zoom_percent);
    int32_t w = form ? DU(form->width) : card->w, h = form ? DU(form->height) : card->h;
    *card = (struct rect){at.x - w / 2, at.y - h / 2, w, h};
  }
  for (size_t i = 0; i < layout->region_count; i++) {
    struct rect *region = &layout->regions[i].rect;
    struct point corner = zoomed((struct point){region->x, region->y}, centre, middle, wish->zoom_percent);
    *region = (struct rect){corner.x, corner.y, scaled(region->w, 100, wish->zoom_percent),
                            scaled(region->h, 100, wish->zoom_percent)};
  }
}

/* ---- all ---- */

void layout_arrange(const struct world_view *world, struct rect stage, const struct layout *placed,
                    const struct layout_wish *wish, struct arena *arena, struct layout *out) {
  struct rect room = {stage.x, stage.y, stage.w, stage.h - placed->strip};
  *out = *placed;
  out->nodes = arena_alloc(arena, (placed->node_count + 1) * sizeof *out->nodes);
  /* each machine may come to have a region of its own */
  out->regions = arena_alloc(arena, (placed->region_count + placed->node_count + 1) * sizeof *out->regions);
  for (size_t i = 0; i < placed->node_count; i++) out->nodes[i] = placed->nodes[i];
  for (size_t i = 0; i < placed->region_count; i++) out->regions[i] = placed->regions[i];
  if (wish && wish->pin_count) layout_pin_all(world, room, wish->pins, wish->pin_count, out);
  if (wish && wish->pin_count && placed->has_hollow) keep_off_caption(out);
  if (wish && wish->zoom_percent > 100 && out->node_count) zoom(out, stage, wish);
  layout_run_links(world, stage, arena, out);
}

void layout_make(const struct world_view *world, struct rect stage, int32_t strip, struct arena *arena,
                 struct layout *out) {
  struct layout placed;
  layout_place(world, stage, strip, arena, &placed);
  layout_arrange(world, stage, &placed, NULL, arena, out);
}
