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

bool export_svg(struct export_job *job) {
  struct picture *picture = picture_new(job->film->journal);
  struct buf text = {0};
  size_t step;
  bool well = find_step(job, picture_reel(picture), &step);
  if (well) {
    buf_add_text(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write_svg(job, picture, step, &text);
    well = output_write(job->out, buf_span(&text), job->force, &job->errors);
  }
  if (well) export_report(job, "pictures", 1);
  buf_free(&text);
  picture_free(picture);
  return well;
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

static bool write_one(struct export_job *job, size_t step) {
  struct viewer_options options = screenshot_options(job, step);
  struct output output;
  if (!output_open(&output, job->out, job->force, &job->errors)) return false;
  const char *path = output.part ? output.part : "/dev/stdout";
  bool well = viewer_screenshot(&options, job->film->journal, span_from(path), &job->errors);
  if (well) return output_commit(&output, &job->errors);
  output_abandon(&output);
  return false;
}

static bool write_all(struct export_job *job, const struct reel *reel, size_t *count_out) {
  struct folder folder;
  bool well = true;
  if (!folder_begin(&folder, job->out, job->force, &job->errors)) return false;
  for (size_t step = 0; step < reel->count && well; step++) {
    struct viewer_options options = screenshot_options(job, step);
    struct span path = arena_format(&folder.arena, "%s/%04zu.png", folder.path, step);
    well = viewer_screenshot(&options, job->film->journal, path, &job->errors);
    *count_out += well;
  }
  return folder_end(&folder, well, &job->errors);
}

bool export_png(struct export_job *job) {
  struct picture *picture = picture_new(job->film->journal);
  const struct reel *reel = picture_reel(picture);
  size_t step, count = 0;
  bool is_one = job->step >= 0 || job->at_us >= 0;
  bool well = find_step(job, reel, &step);
  if (well) well = is_one ? write_one(job, step) : write_all(job, reel, &count);
  if (well) export_report(job, "pictures", is_one ? 1 : count);
  picture_free(picture);
  return well;
}

#else

bool export_png(struct export_job *job) {
  error_list_add(&job->errors, &(struct error){
                                   .message = SPAN("this build has no window, and so no pixels"),
                                   .hint = SPAN("svg, which is the same picture, or a build with SDL"),
                               });
  return false;
}

#endif
