/* Journals that no program of ours would write: any kind in any order, with any numbers. They are drawn, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "journal_samples.h"
#include "view/viewer_model.h"

static const char pool_text[] =
    "EHLO a\r\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\n354 go\n.\nQUIT\n220 x\nReceived: from a\r\n\tby b;\r\n"
    "\r\nhost_down pop3 smtp send fetch mx local accept mua server \xff\xfe\x00 \xe2\x80\xae laptop hidden "
    "NOERROR";

/* Small numbers where they mean something, so that records meet; sometimes the wild ones of the sample. */
static struct journal_record stranger_record(struct rng *rng, int64_t time_us, journal_seq before) {
  struct journal_record record =
      random_record(rng, span_of(pool_text, sizeof pool_text - 1), time_us, before);
  if (rng_below(rng, 8) == 0) return record;
  record.host = (uint16_t)rng_below(rng, 7);
  record.agent = (uint16_t)rng_below(rng, 7);
  record.connection = (uint32_t)rng_below(rng, 5);
  record.message = (uint32_t)rng_below(rng, 4);
  const struct journal_kind_info *info = journal_kind_info((enum journal_kind)record.kind);
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) record.number[i] = rng_between(rng, -1, 9);
  return record;
}

static struct journal *stranger_journal(struct rng *rng) {
  struct journal *journal = new_journal(JOURNAL_FULL);
  int64_t time_us = 0;
  for (uint16_t host = 1; host <= rng_below(rng, 7); host++) {
    struct journal_record record = stranger_record(rng, 0, journal_count(journal));
    record.kind = JOURNAL_HOST;
    record.host = host;
    record.number[0] = record.number[1] = 0;
    for (int i = 0; i < 6; i++)
      if (!record.text[i].data) record.text[i] = SPAN_EMPTY;
    journal_append(journal, &record);
  }
  for (int i = 0; i < 120; i++) {
    time_us += (int64_t)rng_below(rng, 100000000);
    struct journal_record record = stranger_record(rng, time_us, journal_count(journal));
    journal_append(journal, &record);
  }
  return journal;
}

static void any_journal_is_drawn(void **state) {
  (void)state;
  struct rng rng = rng_named(11, SPAN("strangers"));
  struct draw_list list = DRAW_LIST_EMPTY;
  for (int round = 0; round < 150; round++) {
    struct journal *journal = stranger_journal(&rng);
    struct world_view *world = world_view_new(journal);
    struct reel *reel = reel_new(world);
    struct scene *scene = scene_new(reel);
    struct viewer_model model;
    viewer_model_start(&model, scene, reel, theme_named((enum theme_name)rng_below(&rng, THEME_COUNT)));
    for (int look = 0; look < 8; look++) {
      model.view.position_ms = (int64_t)rng_below(&rng, (uint64_t)reel->length_ms + 1);
      model.view.tab = (uint32_t)rng_below(&rng, world->tab_count + 2);
      model.view.panel = (enum scene_panel)rng_below(&rng, 2);
      scene_size((int32_t)rng_between(&rng, 200, 4000), (int32_t)rng_between(&rng, 150, 2500), 100,
                 &model.view.width, &model.view.height);
      scene_draw(scene, &model.view, &list);
      assert_true(list.count > 0);
    }
    scene_free(scene);
    reel_free(reel);
    world_view_free(world);
    journal_free(journal);
  }
  draw_list_free(&list);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(any_journal_is_drawn)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
