/* export_picture: what the viewer shows at a step, as SVG, and, where this build has a window, as PNG. */
#include "readers/svg.h"
#include "shell/cli/export.h"
#ifdef WAYSTATION_VIEWER
#include "shell/sdl/viewer.h"
#endif

/* The step asked for; false if there is none of that number. */
static bool find_step(struct export_job *job, const struct reel *reel, size_t *step_out) {
  struct arena arena = ARENA_EMPTY;
  *step_out = 0;
  if (job->at_us >= 0) *step_out = reel_step_at_time(reel, job->at_us);
  if (job->step >= 0) *step_out = (size_t)job->step;
  if (*step_out < reel->count) return true;
  error_list_add(&job->errors,
                 &(struct error){
                     .message = arena_format(&arena, "there is no step %lld", (long long)job->step),
                     .expected = arena_format(&arena, "0 to %zu", reel->count - 1),
                 });
  job->is_input_wrong = true;
  arena_free(&arena);
  return false;
}

static void write_svg(const struct export_job *job, struct picture *picture, size_t step, struct buf *out) {
  struct draw_list list = DRAW_LIST_EMPTY;
  struct buf words = {0};
  picture_draw(picture, step, &job->picture, &list);
  picture_words(picture, step, &words);
  struct svg_options options = {.title = job->preamble->title,
                                .description = buf_span(&words),
                                .width_px = job->picture.width_px,
                                .height_px = job->picture.height_px};
  svg_write(&list, &options, out);
  buf_free(&words);
  draw_list_free(&list);
}

/* What is said of sessions alone. */
static bool check_step(struct export_job *job) {
  if (!job->hop && !job->is_full) return true;
  error_list_add(&job->errors, &(struct error){
                                   .message = SPAN("--hop and --full are for the picture of a session"),
                                   .expected = SPAN("--connection N, or --message N, too"),
                               });
  job->is_input_wrong = true;
  return false;
}

bool export_svg(struct export_job *job) {
  if (export_wants_session(job)) return export_session_svg(job);
  if (!check_step(job)) return false;
  struct picture *picture = picture_new(job->film->journal);
  struct buf text = {0};
  size_t step;
  bool well = find_step(job, picture_reel(picture), &step);
  if (well) {
    buf_add_text(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write_svg(job, picture, step, &text);
    well = export_write(job, buf_span(&text));
  }
  if (well) export_report(job, "pictures", 1);
  buf_free(&text);
  picture_free(picture);
  return well;
}

bool export_no_pixels(struct export_job *job) {
  error_list_add(
      &job->errors,
      &(struct error){
          .message = SPAN("this build has no window, and makes no pixels"),
          .hint = SPAN("svg in place of png: the same picture as lines and text; or build with SDL: "
                       "cmake --preset release"),
      });
  return false;
}

#ifdef WAYSTATION_VIEWER

static struct viewer_options screenshot_options(const struct export_job *job, size_t step) {
  return (struct viewer_options){.theme = job->picture.theme,
                                 .width_px = job->picture.width_px,
                                 .height_px = job->picture.height_px,
                                 .text_percent = job->picture.text_percent,
                                 .at_us = -1,
                                 .step = (int64_t)step,
                                 .by = BY_PHASE};
}

/* The ladder is the same list that an SVG has; the machines are what the viewer's own picture is. */
static bool encode(struct export_job *job, struct picture *picture, size_t step, struct buf *png) {
  struct viewer_options options = screenshot_options(job, step);
  struct draw_list list = DRAW_LIST_EMPTY;
  if (!job->picture.ladder)
    return viewer_screenshot(&options, job->film->journal, png, &job->errors) == VIEWER_WELL;
  picture_draw(picture, step, &job->picture, &list);
  bool well = viewer_encode(&list, job->picture.width_px, job->picture.height_px, png, &job->errors);
  draw_list_free(&list);
  return well;
}

static bool write_one(struct export_job *job, struct picture *picture, size_t step) {
  struct buf png = {0};
  bool well = encode(job, picture, step, &png) && export_write(job, buf_span(&png));
  buf_free(&png);
  return well;
}

static bool write_all(struct export_job *job, struct picture *picture, size_t *count_out) {
  const struct reel *reel = picture_reel(picture);
  struct folder folder;
  struct buf png = {0};
  bool well = true;
  if (!export_begin(job, &folder)) return false;
  for (size_t step = 0; step < reel->count && well; step++) {
    struct span name = arena_format(&folder.arena, "%04zu.png", step);
    buf_clear(&png);
    progress_count(&job->progress, "drawn", step, reel->count, "pictures");
    well = encode(job, picture, step, &png) && folder_write(&folder, name.data, buf_span(&png), &job->errors);
    *count_out += well;
  }
  buf_free(&png);
  return folder_end(&folder, well, &job->errors);
}

bool export_png(struct export_job *job) {
  if (export_wants_session(job)) return export_session_png(job);
  if (!check_step(job)) return false;
  struct picture *picture = picture_new(job->film->journal);
  size_t step, count = 0;
  bool is_one = job->step >= 0 || job->at_us >= 0;
  bool well = find_step(job, picture_reel(picture), &step);
  if (well) well = is_one ? write_one(job, picture, step) : write_all(job, picture, &count);
  if (well) export_report(job, "pictures", is_one ? 1 : count);
  picture_free(picture);
  return well;
}

#else

bool export_png(struct export_job *job) {
  return export_no_pixels(job);
}

#endif
