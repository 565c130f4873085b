#include "shell/sdl/viewer_mind.h"

#include "base/mem.h"

static void end_comparison(struct viewer_second *second) {
  reel_compare_free(second->compare);
  second->compare = NULL;
  for (int i = 0; i < 2; i++) {
    reel_free(second->reels[i]);
    world_view_free(second->worlds[i]);
    second->reels[i] = NULL;
    second->worlds[i] = NULL;
  }
}

void viewer_second_end(struct viewer_second *second) {
  end_comparison(second);
  buf_free(&second->words);
  mem_free(second->answers);
  *second = (struct viewer_second){.depth = 0};
}

struct viewer_second viewer_second_take(struct viewer_second *second) {
  end_comparison(second);
  struct viewer_second taken = *second;
  *second = (struct viewer_second){.depth = 0};
  return taken;
}

void viewer_mind_compare(const struct viewer_mind *mind, struct viewer_second *second, size_t depth,
                         bool with_original, const struct viewer_progress *progress) {
  struct viewer_whatif two;
  struct theme theme = second->page.theme;
  end_comparison(second);
  progress->tell(progress->context, SPAN("comparing the two stories"));
  mind->compare_whatif(mind->context, with_original ? 0 : depth - 1, depth, &two);
  const struct journal *journals[2] = {two.before, two.after};
  for (int i = 0; i < 2; i++) {
    second->worlds[i] = world_view_new(journals[i]);
    second->reels[i] = reel_new(second->worlds[i]);
  }
  second->compare = reel_compare_new(second->reels[0], second->reels[1]);
  second->depth = depth;
  second->now = two.after;
  scene_compare_begin(&second->page, second->compare, theme);
  second->page.what = two.what;
  second->page.outcomes = two.outcomes;
  second->page.outcome_count = two.outcome_count;
  second->page.changes = two.changes;
  second->page.change_count = two.change_count;
  second->page.depth = depth;
  second->page.with_original = with_original || depth == 1;
  second->is_shown = true;
}

static void run(const struct viewer_mind *mind, struct viewer_model *model, struct viewer_second *second,
                const struct viewer_progress *progress) {
  struct buf words = {0};
  bool can = mind->run_whatif != NULL;
  size_t on = second->is_watched ? second->depth : 0, depth;
  bool good = can && mind->run_whatif(mind->context, on, whatif_menu_line(&model->menu), model->menu.at_us,
                                      progress, &depth, &words);
  if (!can) buf_add_text(&words, "This story cannot be run again here: open its scenario.");
  if (good) {
    whatif_menu_close(&model->menu);
    second->page.theme = model->view.theme;
    if (!on) {
      second->original = model->reel->world->journal;
      second->first_step = reel_moment(model->reel, model->view.position_ms).step;
      second->first_us = model->reel->steps[second->first_step].time_us;
    }
    viewer_mind_compare(mind, second, depth, false, progress);
  } else {
    whatif_menu_complain(&model->menu, buf_span(&words));
  }
  buf_free(&words);
}

bool viewer_mind_again(const struct viewer_mind *mind, const struct viewer_second *old,
                       const struct viewer_model *model, const struct viewer_progress *progress,
                       struct viewer_second *second) {
  struct buf words = {0};
  bool all = old->page.with_original && old->depth > 1;
  size_t depth =
      mind->rerun_whatif ? mind->rerun_whatif(mind->context, old->page.change_count, progress, &words) : 0;
  if (depth) {
    second->page.theme = model->view.theme;
    second->original = model->reel->world->journal;
    second->first_us = old->first_us;
    second->first_step = reel_step_at_time(model->reel, old->first_us);
    viewer_mind_compare(mind, second, old->depth < depth ? old->depth : depth, all, progress);
    if (!words.len) buf_add_text(&words, "The file has changed: this is the new story, changed as before");
    second->words = words;
    second->page.notice = buf_span(&second->words);
  } else {
    buf_free(&words);
  }
  return depth > 0;
}

static void save_attempt(const struct viewer_mind *mind, struct viewer_model *model, size_t depth,
                         bool asked) {
  struct buf json = {0}, words = {0};
  if (!mind->save_attempt || !model->play.predict) return;
  predict_play_write(&model->play, &json);
  bool good = mind->save_attempt(mind->context, depth, buf_span(&json), asked, &words);
  if (asked || !good) viewer_say(model, buf_span(&words));
  buf_free(&json);
  buf_free(&words);
}

void viewer_mind_keep(const struct viewer_mind *mind, struct viewer_model *model,
                      const struct viewer_second *second) {
  size_t depth = second->is_watched ? second->depth : 0;
  if (model->wants_attempt || model->wants_attempt_kept)
    save_attempt(mind, model, depth, model->wants_attempt);
  model->wants_attempt = model->wants_attempt_kept = false;
}

void viewer_mind_run(const struct viewer_mind *mind, struct viewer_model *model, struct viewer_second *second,
                     const struct viewer_progress *progress) {
  if (!model->wants_whatif) return;
  model->wants_whatif = false;
  run(mind, model, second, progress);
}

void viewer_mind_save(const struct viewer_mind *mind, struct viewer_second *second) {
  buf_clear(&second->words);
  if (mind->save_whatif)
    mind->save_whatif(mind->context, second->depth, &second->words);
  else
    buf_add_text(&second->words, "It cannot be saved here.");
  second->page.notice = buf_span(&second->words);
}
