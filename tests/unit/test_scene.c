/* The picture is a function of the moment: back equals forward, and nothing stands over anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "golden_picture.h"
#include "view_checks.h"
#include "view_journal.h"

struct stage {
  struct journal *journal;
  struct world_view *world;
  struct reel *reel;
  struct scene *scene;
  struct scene_view view;
  struct draw_list list;
};

static void begin(struct stage *stage, struct journal *journal) {
  *stage = (struct stage){.journal = journal, .list = DRAW_LIST_EMPTY};
  stage->world = world_view_new(journal);
  stage->reel = reel_new(stage->world);
  stage->scene = scene_new(stage->reel);
  stage->view = (struct scene_view){.width = DU(1600),
                                    .height = DU(900),
                                    .theme = theme_named(THEME_LIGHT),
                                    .speed_percent = 100,
                                    .by = BY_PHASE,
                                    .text_percent = 100};
}

static void end(struct stage *stage) {
  draw_list_free(&stage->list);
  scene_free(stage->scene);
  reel_free(stage->reel);
  world_view_free(stage->world);
  journal_free(stage->journal);
}

static uint64_t picture_at(struct stage *stage, int64_t position_ms) {
  stage->view.position_ms = position_ms;
  scene_draw(stage->scene, &stage->view, &stage->list);
  return draw_list_hash(&stage->list);
}

/* The checks themselves: text on text is a fault, text under a card that covers it is one too. */
static void faults_are_found(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  struct theme theme = theme_named(THEME_LIGHT);
  struct text_style style = theme_text(&theme, TEXT_BODY);
  for (int covered = 0; covered <= 1; covered++) {
    draw_list_begin(&list, DU(400), DU(300), theme.background);
    draw_label(&list, style, point_du(50, 50), DRAW_LEFT, theme.text, SPAN("beneath"));
    if (covered) draw_fill(&list, rect_du(40, 30, 100, 30), theme.surface);
    draw_label(&list, style, point_du(55, 52), DRAW_LEFT, theme.text, SPAN("above"));
    draw_list_end(&list);
    assert_int_equal(check_picture(&list, "made to fail", 0), 1); /* hidden, or on top */
  }
  draw_list_free(&list);
}

static void back_equals_forward(void **state) {
  (void)state;
  struct stage stage;
  begin(&stage, story_journal());
  uint64_t *seen = mem_zalloc(stage.reel->count * sizeof *seen);
  struct rng rng = rng_named(7, SPAN("jumps"));
  for (size_t i = 0; i < stage.reel->count; i++) seen[i] = picture_at(&stage, reel_settled(stage.reel, i));
  for (size_t i = stage.reel->count; i-- > 0;)
    assert_int_equal(seen[i], picture_at(&stage, reel_settled(stage.reel, i)));
  for (int jump = 0; jump < 200; jump++) {
    size_t i = (size_t)rng_below(&rng, stage.reel->count);
    picture_at(&stage, (int64_t)rng_below(&rng, (uint64_t)stage.reel->length_ms));
    assert_int_equal(seen[i], picture_at(&stage, reel_settled(stage.reel, i)));
  }
  mem_free(seen);
  end(&stage);
}

static void nothing_stands_over_anything(void **state) {
  (void)state;
  static const struct {
    int32_t width, height, text;
  } sizes[] = {{1600, 900, 100}, {1024, 768, 100},  {1280, 720, 100}, {3840, 2160, 100},
               {1600, 900, 150}, {2560, 1080, 125}, {900, 1400, 100}};
  struct stage stage;
  begin(&stage, story_journal());
  int faults = 0;
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    scene_size(sizes[s].width, sizes[s].height, sizes[s].text, &stage.view.width, &stage.view.height);
    for (unsigned theme = 0; theme < THEME_COUNT; theme++) {
      stage.view.theme = theme_named((enum theme_name)theme);
      for (unsigned panel = 0; panel < 2; panel++) {
        stage.view.panel = (enum scene_panel)panel;
        for (size_t i = 0; i < stage.reel->count; i++) {
          picture_at(&stage, reel_settled(stage.reel, i));
          faults += check_picture(&stage.list, "story", i);
        }
      }
    }
  }
  assert_int_equal(faults, 0);
  end(&stage);
}

static void motion_ends_where_it_rests(void **state) {
  (void)state;
  struct stage stage;
  begin(&stage, story_journal());
  for (size_t i = 0; i < stage.reel->count; i++) {
    uint64_t settled = picture_at(&stage, reel_settled(stage.reel, i));
    if (stage.reel->steps[i].kind == STEP_LINE)
      assert_int_not_equal(settled,
                           picture_at(&stage, stage.reel->steps[i].film_ms)); /* the dot is on its way */
    /* At rest only the play head moves: compare what is on the stage, by the hits that stand there. */
    size_t hits = stage.list.hit_count;
    picture_at(&stage, stage.reel->steps[i].film_ms + stage.reel->steps[i].length_ms - 1);
    assert_int_equal(hits, stage.list.hit_count);
  }
  end(&stage);
}

/* The picture at four moments as a list of commands, against what is kept. WRITE_GOLDEN=1 keeps the new ones.
 */
static void pictures_are_as_kept(void **state) {
  (void)state;
  static const struct {
    const char *name;
    enum step_kind kind;
    enum theme_name theme;
  } moments[] = {{"compose", STEP_COMPOSE, THEME_LIGHT},
                 {"data", STEP_DATA, THEME_DARK},
                 {"stamp", STEP_STAMP, THEME_HIGH_CONTRAST},
                 {"retrieved", STEP_RETRIEVED, THEME_LIGHT}};
  struct stage stage;
  begin(&stage, story_journal());
  for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
    size_t step = 0;
    while (stage.reel->steps[step].kind != moments[i].kind) step++;
    stage.view.theme = theme_named(moments[i].theme);
    /* In the middle of its event: what moves is part of the picture. */
    picture_at(&stage, stage.reel->steps[step].film_ms + stage.reel->steps[step].event_ms / 2);
    check_golden_picture(moments[i].name, &stage.list);
  }
  end(&stage);
}

static void the_timeline_answers(void **state) {
  (void)state;
  struct stage stage;
  begin(&stage, story_journal());
  picture_at(&stage, 0);
  const struct hit_region *line = draw_list_find_hit(&stage.list, scene_id(SCENE_TIMELINE, 0));
  assert_non_null(line);
  struct point left = {line->rect.x, line->rect.y}, right = {rect_right(line->rect), line->rect.y};
  assert_int_equal(scene_timeline_position(stage.scene, stage.view.width, stage.view.height, left), 0);
  assert_int_equal(scene_timeline_position(stage.scene, stage.view.width, stage.view.height, right),
                   stage.reel->length_ms);
  end(&stage);
}

static void hosts_can_be_hit(void **state) {
  (void)state;
  struct stage stage;
  begin(&stage, story_journal());
  picture_at(&stage, stage.reel->length_ms);
  for (uint32_t host = 1; host <= 4; host++) {
    const struct hit_region *hit = draw_list_find_hit(&stage.list, scene_id(SCENE_HOST, host));
    assert_non_null(hit);
    assert_int_equal(draw_list_hit(&stage.list, rect_centre(hit->rect))->id, hit->id);
  }
  assert_null(draw_list_find_hit(&stage.list, scene_id(SCENE_HOST, 5))); /* hidden */
  end(&stage);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(faults_are_found),
      cmocka_unit_test(back_equals_forward),
      cmocka_unit_test(nothing_stands_over_anything),
      cmocka_unit_test(motion_ends_where_it_rests),
      cmocka_unit_test(the_timeline_answers),
      cmocka_unit_test(pictures_are_as_kept),
      cmocka_unit_test(hosts_can_be_hit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
