/* The page of two stories, watching the new one, changing it again, and the way back. */
#include "base/mem.h"
#include "shell/sdl/viewer_parts.h"

static void show_film(struct viewer *viewer, const struct journal *journal, size_t step) {
  viewer_film_end(viewer);
  viewer_film_begin(viewer, journal);
  viewer_take_settings(viewer);
  viewer_go_to_step(&viewer->model, step);
  window_set_title(viewer->window, viewer->world->preamble->title);
}

static void keep_answers(struct viewer_second *second, const struct predict_play *play) {
  mem_free(second->answers);
  second->answer_count = play->predict ? play->predict->count : 0;
  second->answers = mem_alloc(second->answer_count * sizeof *second->answers);
  second->asks = play->is_on;
  for (size_t i = 0; i < second->answer_count; i++) second->answers[i] = play->given[i];
}

static void watch(struct viewer *viewer) {
  struct viewer_second *second = &viewer->second;
  viewer->model.view.theme = second->page.theme;
  viewer_keep_settings(viewer);
  second->is_shown = false;
  second->is_watched = true;
  keep_answers(second, &viewer->model.play);
  show_film(viewer, second->now, scene_compare_step(&second->page));
}

void viewer_leave_second(struct viewer *viewer) {
  struct viewer_second *second = &viewer->second;
  viewer->model.wants_catalogue = false;
  viewer_keep_settings(viewer);
  second->page.theme = viewer->model.view.theme;
  second->is_watched = false;
  second->is_shown = true;
  show_film(viewer, second->original, second->first_step);
  viewer_take_answers(&viewer->model, second->answers, second->answer_count, second->asks);
}

void viewer_second_again(struct viewer *viewer, struct viewer_second *old, int64_t at_us) {
  struct viewer_second *second = &viewer->second;
  const struct viewer_progress progress = viewer_begin_long(viewer);
  bool is_there = viewer_mind_again(&viewer->home->mind, old, &viewer->model, &progress, second);
  if (!is_there) {
    viewer_say(&viewer->model, SPAN("The file has changed: the what-if cannot be made of the new story"));
  } else if (old->is_watched) {
    watch(viewer);
    viewer_go_to_step(&viewer->model, reel_step_at_time(viewer->reel, at_us));
    viewer_say(&viewer->model, buf_span(&second->words));
  }
  viewer_second_end(old);
}

/* To the page of another depth; depth 0 is the story as it was, which has none. */
static void go_to_depth(struct viewer *viewer, size_t depth, bool with_original) {
  struct viewer_second *second = &viewer->second;
  if (!depth) {
    viewer->model.view.theme = second->page.theme;
    viewer_second_end(second);
    return;
  }
  const struct viewer_progress progress = viewer_begin_long(viewer);
  viewer_mind_compare(&viewer->home->mind, second, depth, with_original, &progress);
  viewer->is_loading = false;
}

/* The page has the size of text that the film under it has. */
static bool is_text_size(const struct input *input) {
  uint32_t c = input->code_point;
  return input->kind == INPUT_KEY && input->key == KEY_CHARACTER && input->modifiers & MOD_CTRL &&
         (c == '+' || c == '=' || c == '-' || c == '0');
}

void viewer_page_input(struct viewer *viewer, const struct input *input) {
  struct viewer_second *second = &viewer->second;
  if (is_text_size(input)) viewer_input(&viewer->model, input, window_picture(viewer->window));
  struct compare_view *page = &second->page;
  scene_compare_input(page, input, window_picture(viewer->window));
  enum compare_do wants = page->wants;
  page->wants = COMPARE_STAY;
  switch (wants) {
  case COMPARE_STAY: break;
  case COMPARE_BACK: go_to_depth(viewer, second->depth - 1, false); break;
  case COMPARE_DEPTH: go_to_depth(viewer, page->wanted_depth, false); break;
  case COMPARE_AGAINST: go_to_depth(viewer, second->depth, !page->with_original); break;
  case COMPARE_SAVE: viewer_mind_save(&viewer->home->mind, second); break;
  case COMPARE_WATCH:
    watch(viewer);
    viewer_say(&viewer->model, SPAN("The new story; Esc leads back to both"));
    break;
  case COMPARE_MORE:
    watch(viewer);
    viewer_open_whatif(&viewer->model);
    break;
  case COMPARE_QUIT: viewer->wants_quit = true; break;
  case COMPARE_FULL_SCREEN:
    window_set_full_screen(viewer->window, !window_is_full_screen(viewer->window));
    break;
  case COMPARE_FILL_SCREEN:
    if (!window_is_full_screen(viewer->window)) window_set_full_screen(viewer->window, true);
    break;
  }
}
