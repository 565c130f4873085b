/* What the window shows, in words: one JSON object a line whenever a picture has come to rest. For who cannot
 * see it, and for tests. docs/commands.md has the fields. */
#include <stdio.h>

#include "base/json_write.h"
#include "shell/sdl/viewer_parts.h"
#include "view/copy_text.h"

static void member(struct buf *out, const char *name, struct span text) {
  buf_format(out, ", \"%s\": ", name);
  json_write_octets(text, out);
}

static const char *page_of(const struct viewer *viewer) {
  if (viewer->shows_problems) return "mistakes";
  if (viewer->second.is_shown) return "two stories";
  if (!viewer->world) return "catalogue";
  return viewer->model.menu.is_open ? "what if" : "story";
}

static void write_story(const struct viewer *viewer, struct buf *out) {
  const struct scene_view *view = &viewer->model.view;
  size_t step = reel_moment(viewer->reel, view->position_ms).step;
  member(out, "story", viewer->world->preamble->title);
  buf_format(out, ", \"step\": %zu, \"steps\": %zu, \"time_us\": %lld", step, viewer->reel->count - 1,
             (long long)viewer->reel->steps[step].time_us);
  if (viewer->second.is_watched) buf_format(out, ", \"changes\": %zu", viewer->second.depth);
}

static uint64_t focus_of(const struct viewer *viewer) {
  if (viewer->second.is_shown) return viewer->second.page.focus;
  return viewer->world ? viewer->model.view.focus : viewer->catalogue.focus;
}

static bool covers(const struct draw_list *picture, struct rect rect) {
  return rect.x <= 0 && rect.y <= 0 && rect_right(rect) >= picture->width &&
         rect_bottom(rect) >= picture->height;
}

/* What lies under a veil over the whole picture is not what is shown. */
static struct draw_list above_veil(const struct draw_list *picture) {
  struct draw_list upper = *picture;
  for (size_t i = 0; i < picture->count; i++) {
    const struct draw_command *command = &picture->commands[i];
    if (command->kind != DRAW_BOX || !covers(picture, command->as.box.rect)) continue;
    upper.commands = picture->commands + i;
    upper.count = picture->count - i;
  }
  for (size_t i = 0; i < picture->hit_count; i++) {
    if (!covers(picture, picture->hits[i].rect)) continue;
    upper.hits = picture->hits + i;
    upper.hit_count = picture->hit_count - i;
  }
  return upper;
}

/* Row by row, with a tab between columns. */
static void write_words(const struct draw_list *picture, struct buf *out) {
  struct buf words = {.data = NULL};
  copy_picture(picture, (struct rect){0, 0, picture->width, picture->height}, &words);
  struct span rest = buf_span(&words), row;
  bool is_first = true;
  buf_add_text(out, ", \"words\": [");
  while (span_next(&rest, '\n', &row)) {
    if (!row.len) continue;
    if (!is_first) buf_add_text(out, ", ");
    json_write_octets(row, out);
    is_first = false;
  }
  buf_add_char(out, ']');
  buf_free(&words);
}

/* What answers to the pointer, and its middle in the window. */
static void write_places(const struct viewer *viewer, const struct draw_list *picture, struct buf *out) {
  bool is_first = true;
  buf_add_text(out, ", \"places\": [");
  for (size_t i = 0; i < picture->hit_count; i++) {
    const struct hit_region *hit = &picture->hits[i];
    int32_t x, y;
    if (!hit->label.len) continue;
    window_point(viewer->window, rect_centre(hit->rect), &x, &y);
    buf_format(out, "%s{\"name\": ", is_first ? "" : ", ");
    json_write_octets(hit->label, out);
    buf_format(out, ", \"x\": %d, \"y\": %d}", (int)x, (int)y);
    is_first = false;
  }
  buf_add_char(out, ']');
}

static void tell(const struct viewer *viewer) {
  const struct draw_list seen = above_veil(window_picture(viewer->window)), *picture = &seen;
  const struct theme *theme = viewer->second.is_shown ? &viewer->second.page.theme
                              : viewer->world         ? &viewer->model.view.theme
                                                      : &viewer->catalogue.theme;
  const struct hit_region *focused = focus_of(viewer) ? draw_list_find_hit(picture, focus_of(viewer)) : NULL;
  struct buf out = {.data = NULL};
  buf_format(&out, "{\"picture\": %llu, \"page\": \"%s\"",
             (unsigned long long)window_frames_drawn(viewer->window), page_of(viewer));
  if (viewer->world) write_story(viewer, &out);
  member(&out, "theme", theme_name_text(theme->name));
  if (focused) member(&out, "focus", focused->label);
  write_words(picture, &out);
  write_places(viewer, picture, &out);
  buf_add_text(&out, "}\n");
  fwrite(out.data, 1, out.len, stdout);
  fflush(stdout);
  buf_free(&out);
}

void viewer_tell_picture(struct viewer *viewer) {
  uint64_t frames = window_frames_drawn(viewer->window);
  const struct viewer_model *model = &viewer->model;
  bool moves = viewer->world && (model->view.is_playing || model->is_stepping);
  if (moves || viewer->is_loading || viewer->wanted.len || frames == viewer->told_frames) return;
  viewer->told_frames = frames;
  tell(viewer);
}
