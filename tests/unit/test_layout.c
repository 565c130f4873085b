/* Machines of any number stand apart, inside the stage, where they are pinned; labels keep clear of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "view/layout.h"
#include "view_journal.h"

static bool meet(struct rect a, struct rect b) {
  return !rect_is_empty(rect_intersect(a, b));
}

static void check_layout(const struct layout *layout, struct rect stage, bool labels) {
  for (size_t i = 0; i < layout->node_count; i++) {
    struct rect card = layout->nodes[i].card;
    assert_true(rect_equal(rect_intersect(card, stage), card));
    if (layout->caption.w) assert_false(meet(card, layout->caption));
    struct rect rest = layout->nodes[i].rest;
    assert_true(rect_equal(rect_intersect(rest, stage), rest));
    if (layout->strip) assert_false(meet(rest, layout->caption));
    for (size_t k = i + 1; k < layout->node_count; k++) assert_false(meet(card, layout->nodes[k].card));
    for (size_t k = 0; labels && k < layout->link_count; k++)
      assert_false(meet(card, layout->links[k].label));
  }
  for (size_t i = 0; i < layout->link_count; i++)
    for (size_t k = i + 1; k < layout->link_count; k++)
      assert_false(meet(layout->links[i].label, layout->links[k].label));
}

static const struct {
  uint16_t hosts, regions;
  int32_t width, height;
} crowds[] = {
    {2, 1, 992, 460},  {2, 2, 992, 460},  {3, 3, 992, 460},   {4, 1, 992, 460},  {5, 2, 992, 460},
    {6, 2, 992, 460},  {8, 2, 992, 460},  {8, 2, 760, 480},   {9, 3, 992, 460},  {12, 3, 992, 460},
    {12, 4, 992, 460}, {16, 4, 992, 460}, {20, 4, 992, 460},  {24, 5, 992, 460}, {24, 3, 992, 460},
    {30, 6, 992, 460}, {40, 8, 992, 460}, {40, 4, 1400, 800}, {8, 2, 630, 390},
};

static void machines_stand_apart(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
    struct journal *journal = crowd_journal(crowds[i].hosts, crowds[i].regions);
    struct world_view *world = world_view_new(journal);
    struct arena arena = ARENA_EMPTY;
    struct layout layout;
    struct rect stage = rect_du(16, 64, crowds[i].width, crowds[i].height);
    layout_make(world, stage, DU(120), &arena, &layout);
    print_message("%u hosts, %u regions: cards of size %d, %s\n", crowds[i].hosts, crowds[i].regions,
                  layout.size, layout.fits ? "fit" : "crowded");
    assert_int_equal(layout.node_count, crowds[i].hosts);
    check_layout(&layout, stage, true);
    arena_free(&arena);
    world_view_free(world);
    journal_free(journal);
  }
}

/* Also where there is nothing below the machines, envelopes lie on the stage. */
static void a_low_stage_holds_envelopes(void **state) {
  (void)state;
  struct journal *journal = crowd_journal(8, 2);
  struct world_view *world = world_view_new(journal);
  struct arena arena = ARENA_EMPTY;
  struct layout layout;
  struct rect stage = rect_du(16, 64, 1035, 264);
  layout_make(world, stage, 0, &arena, &layout);
  layout.caption = (struct rect){0, 0, 0, 0};
  check_layout(&layout, stage, true);
  arena_free(&arena);
  world_view_free(world);
  journal_free(journal);
}

static void the_hollow_holds_the_caption(void **state) {
  (void)state;
  struct journal *journal = story_journal();
  struct world_view *world = world_view_new(journal);
  struct arena arena = ARENA_EMPTY;
  struct layout layout;
  struct rect stage = rect_du(16, 64, 992, 402);
  layout_make(world, stage, 0, &arena, &layout);
  assert_int_equal(layout.node_count, 4); /* the name server is hidden */
  assert_int_equal(layout.region_count, 2);
  check_layout(&layout, stage, true);
  const struct layout_link *pull = layout_link_of(&layout, 4, 3, true);
  assert_non_null(pull);
  /* A pull's arrow comes from the server. */
  const struct layout_node *server = layout_node_of(&layout, 3), *client = layout_node_of(&layout, 4);
  assert_true(point_distance(pull->curve[0], rect_centre(server->card)) <
              point_distance(pull->curve[0], rect_centre(client->card)));
  /* Users stand lower than servers. */
  assert_true(client->card.y > server->card.y);
  arena_free(&arena);
  world_view_free(world);
  journal_free(journal);
}

static void a_pin_holds(void **state) {
  (void)state;
  struct journal *journal = journal_new(JOURNAL_FULL);
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("Pinned")}});
  note(journal, (struct journal_record){.kind = JOURNAL_HOST,
                                        .host = 1,
                                        .number = {0, 0, 500, 400},
                                        .text = {SPAN("a"), SPAN(""), SPAN(""), SPAN("r"), SPAN("server")}});
  note_host(journal, 2, "b", "r", "server");
  struct world_view *world = world_view_new(journal);
  struct arena arena = ARENA_EMPTY;
  struct layout layout;
  layout_make(world, rect_du(16, 64, 992, 402), 0, &arena, &layout);
  struct point middle = rect_centre(layout_node_of(&layout, 1)->card);
  assert_int_equal(middle.x, DU(16) + DU(992) * 500 / LAYOUT_PIN_WIDTH);
  assert_int_equal(middle.y, DU(64) + DU(402) * 400 / LAYOUT_PIN_HEIGHT);
  arena_free(&arena);
  world_view_free(world);
  journal_free(journal);
}

/* ---- links ---- */

static size_t count_behind(const struct layout *layout) {
  size_t count = 0;
  for (size_t i = 0; i < layout->link_count; i++) {
    const struct layout_link *link = &layout->links[i];
    for (size_t n = 0; n < layout->node_count; n++) {
      const struct layout_node *node = &layout->nodes[n];
      if (node->host == link->client || node->host == link->server) continue;
      bool passes = false;
      for (int t = 0; t <= 64; t++)
        passes = passes || rect_contains(node->card, curve_point(link->curve, FRACTION_ONE / 64 * t));
      count += passes;
    }
  }
  return count;
}

static void links_pass_between_machines(void **state) {
  (void)state;
  static const uint16_t stars[] = {3, 5, 8, 10, 13};
  for (size_t i = 0; i < sizeof stars / sizeof *stars; i++) {
    struct journal *journal = star_journal(stars[i]);
    struct world_view *world = world_view_new(journal);
    struct arena arena = ARENA_EMPTY;
    struct layout layout;
    layout_make(world, rect_du(16, 64, 992, 460), DU(120), &arena, &layout);
    assert_int_equal(layout.link_count, stars[i] - 1);
    assert_int_equal(count_behind(&layout), 0);
    arena_free(&arena);
    world_view_free(world);
    journal_free(journal);
  }
}

static int side_of(struct point a, struct point b, struct point p) {
  int64_t turn = (int64_t)(b.x - a.x) * (p.y - a.y) - (int64_t)(b.y - a.y) * (p.x - a.x);
  return turn < 0 ? -1 : turn > 0;
}

/* How often the straight lines between machines cross. */
static size_t count_crossings(const struct layout *layout) {
  size_t count = 0;
  for (size_t i = 0; i < layout->link_count; i++) {
    for (size_t k = i + 1; k < layout->link_count; k++) {
      struct point a = rect_centre(layout_node_of(layout, layout->links[i].client)->card),
                   b = rect_centre(layout_node_of(layout, layout->links[i].server)->card),
                   c = rect_centre(layout_node_of(layout, layout->links[k].client)->card),
                   d = rect_centre(layout_node_of(layout, layout->links[k].server)->card);
      count += side_of(a, b, c) * side_of(a, b, d) < 0 && side_of(c, d, a) * side_of(c, d, b) < 0;
    }
  }
  return count;
}

/* What was found once must not be lost: so few crossings can be had. */
static const struct {
  uint16_t hosts, regions;
  size_t crossings;
} tangles[] = {{12, 3, 4}, {16, 4, 8}, {24, 3, 32}, {30, 6, 42}, {40, 8, 28}};

static void few_links_cross(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof tangles / sizeof *tangles; i++) {
    struct journal *journal = crowd_journal(tangles[i].hosts, tangles[i].regions);
    struct world_view *world = world_view_new(journal);
    struct arena arena = ARENA_EMPTY;
    struct layout layout;
    layout_make(world, rect_du(16, 64, 992, 460), DU(120), &arena, &layout);
    size_t crossings = count_crossings(&layout);
    print_message("%u hosts, %u regions: %zu crossings\n", tangles[i].hosts, tangles[i].regions, crossings);
    assert_true(crossings <= tangles[i].crossings);
    arena_free(&arena);
    world_view_free(world);
    journal_free(journal);
  }
}

/* ---- regions ---- */

/* Machines pinned in a row or in a grid; their regions take turns. */
static struct journal *interleaved_journal(uint16_t hosts, uint16_t columns, uint16_t regions) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct arena arena = ARENA_EMPTY;
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("In turn")}});
  for (uint16_t host = 0; host < hosts; host++) {
    int64_t x = 150 + host % columns * (1300 / columns), y = 200 + host / columns * 280;
    note(journal,
         (struct journal_record){.kind = JOURNAL_HOST,
                                 .host = (uint16_t)(host + 1),
                                 .number = {0, 0, x, y},
                                 .text = {arena_format(&arena, "h%u", host), SPAN(""), SPAN(""),
                                          arena_format(&arena, "r%u", host % regions), SPAN("server")}});
  }
  arena_free(&arena);
  return journal;
}

static void regions_do_not_cover_each_other(void **state) {
  (void)state;
  static const uint16_t rows[][3] = {{4, 4, 2}, {6, 6, 3}, {9, 3, 2}, {6, 3, 2}, {8, 4, 3}, {2, 2, 2}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct journal *journal = interleaved_journal(rows[i][0], rows[i][1], rows[i][2]);
    struct world_view *world = world_view_new(journal);
    struct arena arena = ARENA_EMPTY;
    struct layout layout;
    layout_make(world, rect_du(16, 64, 992, 580), DU(120), &arena, &layout);
    for (size_t a = 0; a < layout.region_count; a++)
      for (size_t b = a + 1; b < layout.region_count; b++)
        assert_false(meet(layout.regions[a].rect, layout.regions[b].rect));
    for (size_t n = 0; n < layout.node_count; n++) {
      const struct layout_node *node = &layout.nodes[n];
      struct rect region = layout.regions[node->region].rect;
      assert_true(rect_equal(rect_intersect(region, node->card), node->card));
    }
    arena_free(&arena);
    world_view_free(world);
    journal_free(journal);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(machines_stand_apart),
      cmocka_unit_test(a_low_stage_holds_envelopes),
      cmocka_unit_test(the_hollow_holds_the_caption),
      cmocka_unit_test(a_pin_holds),
      cmocka_unit_test(links_pass_between_machines),
      cmocka_unit_test(few_links_cross),
      cmocka_unit_test(regions_do_not_cover_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
