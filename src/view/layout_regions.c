/* Regions whose machines stand among another's: cut apart, so that none covers a part of another. */
#include "view/layout_internal.h"

enum { SIDE_PAD = 16 * 64, LEFT_FREE = 4 * 64, ROUNDS = 20 /* at most, for each machine */ };

static struct rect cards_of(const struct layout *layout, uint32_t region, size_t *count_out) {
  struct rect all = {0, 0, 0, 0};
  *count_out = 0;
  for (size_t i = 0; i < layout->node_count; i++) {
    if (layout->nodes[i].region != region) continue;
    all = rect_union(all, layout->nodes[i].card);
    (*count_out)++;
  }
  return all;
}

/* As large as its machines need, with its name above them. */
static void wrap(struct layout *layout, uint32_t region) {
  size_t count;
  struct rect all = rect_inset(cards_of(layout, region, &count), -SIDE_PAD, -DU(LAYOUT_REGION_FOOT));
  all.y -= DU(LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT);
  all.h += DU(LAYOUT_REGION_TITLE - LAYOUT_REGION_FOOT);
  layout->regions[region].rect = all;
}

static int32_t place_of(const struct layout_node *node, bool across) {
  return across ? rect_centre(node->card).x : rect_centre(node->card).y;
}

/* The widest space between two machines of a region that are next to each other in a direction. */
static int32_t widest_gap(const struct layout *layout, uint32_t region, bool across, int32_t *after_out) {
  int32_t widest = -1;
  for (size_t i = 0; i < layout->node_count; i++) {
    if (layout->nodes[i].region != region) continue;
    int32_t from = place_of(&layout->nodes[i], across), next = INT32_MAX;
    for (size_t k = 0; k < layout->node_count; k++) {
      int32_t to = place_of(&layout->nodes[k], across);
      if (layout->nodes[k].region == region && to > from && to < next) next = to;
    }
    if (next == INT32_MAX || next - from <= widest) continue;
    widest = next - from;
    *after_out = from;
  }
  return widest;
}

/* In two, where the space between its machines is widest; both have its name. */
static bool split(struct layout *layout, uint32_t region) {
  int32_t after_x = 0, after_y = 0;
  int32_t x = widest_gap(layout, region, true, &after_x), y = widest_gap(layout, region, false, &after_y);
  bool across = x >= y;
  if (x < 0 && y < 0) return false; /* all on one place */
  uint32_t other = (uint32_t)layout->region_count++;
  layout->regions[other] = (struct layout_region){.name = layout->regions[region].name};
  for (size_t i = 0; i < layout->node_count; i++) {
    struct layout_node *node = &layout->nodes[i];
    if (node->region == region && place_of(node, across) > (across ? after_x : after_y)) node->region = other;
  }
  wrap(layout, region);
  wrap(layout, other);
  return true;
}

static void end_at(int32_t *start, int32_t *length, int32_t from, int32_t to) {
  int32_t end = *start + *length;
  if (*start < from) *start = from;
  if (end > to) end = to;
  *length = end - *start;
}

/* Two whose machines stand apart: each ends half way between these, in the direction in which they are
 * farther apart. */
static void trim(struct layout_region *a, struct layout_region *b, struct rect in_a, struct rect in_b) {
  int32_t right = in_b.x - rect_right(in_a), left = in_a.x - rect_right(in_b);
  int32_t below = in_b.y - rect_bottom(in_a), above = in_a.y - rect_bottom(in_b);
  int32_t across = right > left ? right : left, down = below > above ? below : above;
  bool is_beside = across >= down;
  if (is_beside ? left > right : above > below) {
    trim(b, a, in_b, in_a); /* the other way round */
    return;
  }
  if (is_beside) {
    int32_t x = rect_right(in_a) + right / 2;
    end_at(&a->rect.x, &a->rect.w, INT32_MIN, x);
    end_at(&b->rect.x, &b->rect.w, x, INT32_MAX);
    return;
  }
  int32_t y = rect_bottom(in_a) + LEFT_FREE; /* the lower one's name needs the room */
  end_at(&a->rect.y, &a->rect.h, INT32_MIN, y);
  end_at(&b->rect.y, &b->rect.h, y, INT32_MAX);
}

/* Returns whether something was cut. */
static bool part(struct layout *layout, uint32_t a, uint32_t b) {
  struct layout_region *one = &layout->regions[a], *other = &layout->regions[b];
  size_t in_one, in_other;
  if (rect_is_empty(rect_intersect(one->rect, other->rect))) return false;
  struct rect first = cards_of(layout, a, &in_one), second = cards_of(layout, b, &in_other);
  if (!in_one || !in_other) return false;
  if (rect_is_empty(rect_intersect(first, second)))
    trim(one, other, first, second);
  else if (in_one > 1 || in_other > 1)
    return split(layout, in_one >= in_other ? a : b);
  else
    return false; /* two machines on one place: there is nothing to cut */
  return true;
}

/* A name that stands above no machine of its region has no room. */
static void drop_names(struct layout *layout) {
  for (size_t i = 0; i < layout->node_count; i++) {
    struct layout_region *region = &layout->regions[layout->nodes[i].region];
    if (layout->nodes[i].card.y - region->rect.y < DU(30)) region->name = SPAN_EMPTY;
  }
}

void layout_part_regions(struct layout *layout) {
  size_t before = layout->region_count;
  bool any = false, again = true;
  for (size_t round = 0; again && round <= ROUNDS * layout->node_count; round++) {
    again = false;
    for (uint32_t a = 0; a < layout->region_count && !again; a++)
      for (uint32_t b = a + 1; b < layout->region_count && !again; b++) again = part(layout, a, b);
    any = any || again;
  }
  if (any || layout->region_count > before) drop_names(layout);
}
