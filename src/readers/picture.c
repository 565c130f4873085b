#include "readers/picture.h"

#include "base/mem.h"
#include "view/viewer_model.h"

struct picture {
  struct world_view *world;
  struct reel *reel;
  struct scene *scene;
};

struct picture *picture_new(const struct journal *journal) {
  struct picture *picture = mem_zalloc(sizeof *picture);
  picture->world = world_view_new(journal);
  picture->reel = reel_new(picture->world);
  picture->scene = scene_new(picture->reel);
  return picture;
}

void picture_free(struct picture *picture) {
  scene_free(picture->scene);
  reel_free(picture->reel);
  world_view_free(picture->world);
  mem_free(picture);
}

const struct reel *picture_reel(const struct picture *picture) {
  return picture->reel;
}

void picture_draw(struct picture *picture, size_t step, const struct picture_options *options,
                  struct draw_list *list) {
  struct viewer_model model;
  viewer_model_start(&model, picture->scene, picture->reel, options->theme);
  viewer_go_to_step(&model, step < picture->reel->count ? step : picture->reel->count - 1);
  scene_size(options->width_px, options->height_px, options->text_percent, &model.view.width,
             &model.view.height);
  model.view.text_percent = options->text_percent;
  if (options->ladder) model.view.stage = STAGE_LADDER;
  scene_draw(picture->scene, &model.view, list);
  viewer_model_end(&model);
}

size_t picture_step_of(const struct picture *picture, journal_seq record) {
  return reel_step_of_record(picture->reel, record);
}

void picture_words(const struct picture *picture, size_t step, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct caption caption;
  reel_caption(picture->reel, step, &arena, &caption);
  buf_add(out, caption.text);
  if (caption.rfc.len) buf_format(out, " (%.*s)", SPAN_ARG(caption.rfc));
  arena_free(&arena);
}

const struct session *picture_session(const struct picture *picture, uint32_t connection) {
  return world_session(picture->world, connection);
}

const struct session *picture_session_of_letter(const struct picture *picture, uint32_t message,
                                                uint32_t nth) {
  const struct journal *journal = picture->world->journal;
  uint32_t found = 0, last = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    if (journal_kind_at(journal, seq) != JOURNAL_DATA) continue;
    journal_get(journal, seq, &record);
    if (record.message != message || record.connection == last) continue;
    last = record.connection;
    if (++found == nth) return world_session(picture->world, last);
  }
  return NULL;
}

bool picture_draw_session(const struct picture *picture, const struct session *session,
                          const struct theme *theme, const struct session_rungs_options *options,
                          struct draw_list *list, int64_t *height_out) {
  return scene_session_draw(picture->reel, session, theme, options, list, height_out);
}

void picture_session_words(const struct picture *picture, const struct session *session,
                           const struct session_rungs_options *options, struct buf *out) {
  scene_session_words(picture->reel, session, options, out);
}
