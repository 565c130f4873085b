/* Whatever a stranger's journal holds, every picture of it can be drawn, with every panel open, and whatever
 * is in a picture can be pointed at and used. */
#include "base/check.h"
#include "view/scene_session.h"
#include "view/viewer_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 60, HITS_MAX = 40 };

static void open_panels(struct viewer_model *model, size_t step) {
  struct scene_view *view = &model->view;
  view->stage = step % 2 ? STAGE_LADDER : STAGE_MACHINES;
  view->eavesdrops = step % 3 == 0;
  view->machine = (uint16_t)(step % 5);
  view->letter = (uint32_t)(step % 4);
  view->layer = (uint32_t)(step % 3);
  view->is_raw = step % 7 == 0;
}

/* The hand goes over what is there, and clicks some of it. */
static void touch(struct viewer_model *model, struct draw_list *picture, size_t step) {
  for (size_t i = 0; i < picture->hit_count && i < HITS_MAX; i++) {
    struct input input = {.kind = INPUT_POINTER_MOVE,
                          .position = rect_centre(picture->hits[picture->hit_count - 1 - i].rect)};
    viewer_input(model, &input, picture);
    if (i % 8 == 0) scene_draw(model->scene, &model->view, picture);
    if ((i + step) % 9) continue;
    input.kind = INPUT_POINTER_DOWN;
    viewer_input(model, &input, picture);
    input.kind = INPUT_POINTER_UP;
    viewer_input(model, &input, picture);
    scene_draw(model->scene, &model->view, picture);
  }
}

/* Each session as a ladder; what of it has room is drawn, and all of it is told. */
static void draw_sessions(const struct reel *reel) {
  struct draw_list picture = DRAW_LIST_EMPTY;
  struct theme theme = theme_named(THEME_LIGHT);
  for (size_t i = 0; i < reel->world->session_count && i < STEPS_MAX; i++) {
    struct session_rungs_options options = {.at = journal_count(reel->world->journal), .is_full = i % 2};
    const struct session *session = &reel->world->sessions[i];
    struct buf words = {0};
    int64_t height;
    bool fits = scene_session_draw(reel, session, &theme, &options, &picture, &height);
    CHECK(height > 0 && (!fits || height <= SESSION_HEIGHT_MAX));
    scene_session_words(reel, session, &options, &words);
    CHECK(words.len > 0);
    buf_free(&words);
  }
  draw_list_free(&picture);
}

static void draw_everything(const struct journal *journal) {
  struct world_view *world = world_view_new(journal);
  struct reel *reel = reel_new(world);
  struct scene *scene = scene_new(reel);
  struct viewer_model model;
  struct draw_list picture = DRAW_LIST_EMPTY;
  viewer_model_start(&model, scene, reel, theme_named(THEME_DARK));
  for (size_t step = 0; step < reel->count && step < STEPS_MAX; step++) {
    viewer_go_to_step(&model, step);
    open_panels(&model, step);
    scene_draw(scene, &model.view, &picture);
    if (step % 4 == 0) touch(&model, &picture, step);
  }
  viewer_model_end(&model);
  draw_list_free(&picture);
  draw_sessions(reel);
  scene_free(scene);
  reel_free(reel);
  world_view_free(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct error_list errors = {0};
  struct journal *journal = journal_read_jsonl(SPAN("fuzz"), span_of((const char *)data, size), &errors);
  if (journal && journal_count(journal) > 0) draw_everything(journal);
  journal_free(journal);
  error_list_free(&errors);
  return 0;
}
