#include "shell/sdl/viewer_mind.h"

#include "base/mem.h"

void viewer_second_end(struct viewer_second *second) {
  reel_compare_free(second->compare);
  for (int i = 0; i < 2; i++) {
    reel_free(second->reels[i]);
    world_view_free(second->worlds[i]);
  }
  buf_free(&second->words);
  mem_free(second->answers);
  *second = (struct viewer_second){.before = NULL};
}

static void begin(struct viewer_second *second, const struct viewer_model *model,
                  const struct viewer_whatif *result) {
  const struct journal *journals[2] = {model->reel->world->journal, result->journal};
  viewer_second_end(second);
  second->before = journals[0];
  second->after = journals[1];
  for (int i = 0; i < 2; i++) {
    second->worlds[i] = world_view_new(journals[i]);
    second->reels[i] = reel_new(second->worlds[i]);
  }
  second->compare = reel_compare_new(second->reels[0], second->reels[1]);
  second->first_step = reel_moment(model->reel, model->view.position_ms).step;
  scene_compare_begin(&second->page, second->compare, model->view.theme);
  second->page.what = result->what;
  second->page.outcomes = result->outcomes;
  second->page.outcome_count = result->outcome_count;
  second->is_shown = true;
}

static void run(const struct viewer_mind *mind, struct viewer_model *model, struct viewer_second *second,
                const struct viewer_progress *progress) {
  struct buf words = {0};
  struct viewer_whatif result;
  bool can = mind->run_whatif != NULL;
  bool good = can && mind->run_whatif(mind->context, whatif_menu_line(&model->menu), model->menu.at_us,
                                      progress, &result, &words);
  if (!can) buf_add_text(&words, "This story cannot be run again here: open its scenario.");
  if (good) {
    progress->tell(progress->context, SPAN("comparing the two stories"));
    whatif_menu_close(&model->menu);
    begin(second, model, &result);
  } else {
    whatif_menu_complain(&model->menu, buf_span(&words));
  }
  buf_free(&words);
}

static void save_attempt(const struct viewer_mind *mind, struct viewer_model *model, bool asked) {
  struct buf json = {0}, words = {0};
  if (!mind->save_attempt || !model->play.predict) return;
  predict_play_write(&model->play, &json);
  bool good = mind->save_attempt(mind->context, buf_span(&json), asked, &words);
  if (asked || !good) viewer_say(model, buf_span(&words));
  buf_free(&json);
  buf_free(&words);
}

void viewer_mind_keep(const struct viewer_mind *mind, struct viewer_model *model) {
  if (model->wants_attempt || model->wants_attempt_kept) save_attempt(mind, model, model->wants_attempt);
  model->wants_attempt = model->wants_attempt_kept = false;
}

void viewer_mind_run(const struct viewer_mind *mind, struct viewer_model *model, struct viewer_second *second,
                     const struct viewer_progress *progress) {
  if (!model->wants_whatif) return;
  model->wants_whatif = false;
  if (second->is_watched)
    whatif_menu_complain(&model->menu, SPAN("Save this story first, or go back to the one as it was."));
  else
    run(mind, model, second, progress);
}

void viewer_mind_save(const struct viewer_mind *mind, struct viewer_second *second) {
  buf_clear(&second->words);
  if (mind->save_whatif)
    mind->save_whatif(mind->context, &second->words);
  else
    buf_add_text(&second->words, "It cannot be saved here.");
  second->page.notice = buf_span(&second->words);
}
