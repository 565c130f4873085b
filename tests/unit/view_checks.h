/* view_checks: what any picture must keep: no text over text, nothing outside the window, nothing too small.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "view/scene.h"

enum { CHECK_TEXTS_MAX = 2000, CHECK_CLIPS_MAX = 32 };

struct checked_text {
  struct rect ink; /* what can be seen of it */
  size_t command;
  struct span text;
};

/* Letters, from the top of the capitals to a little below the baseline. */
static inline struct rect ink_of(const struct draw_text *text) {
  int32_t width = text_width(text->style, text->text), top = text_cap_height(text->style);
  return (struct rect){text->baseline.x, text->baseline.y - top, width, top + DU(2)};
}

/* Whether something opaque was painted over the area between two commands. */
static inline bool is_covered(const struct draw_list *list, size_t after, size_t before, struct rect area) {
  for (size_t i = after + 1; i < before; i++) {
    const struct draw_command *command = &list->commands[i];
    if (command->kind == DRAW_CIRCLE && command->as.circle.fill >> 24 == 0xFF) {
      const struct draw_circle *circle = &command->as.circle;
      struct rect box = {circle->centre.x - circle->radius, circle->centre.y - circle->radius,
                         2 * circle->radius, 2 * circle->radius};
      if (!rect_is_empty(rect_intersect(box, area))) return true;
    }
    if (command->kind == DRAW_ICON && command->as.icon.icon == ICON_ENVELOPE &&
        !rect_is_empty(rect_intersect(command->as.icon.rect, area)))
      return true;
    if (command->kind != DRAW_BOX || command->as.box.fill >> 24 != 0xFF) continue;
    if (rect_equal(rect_intersect(command->as.box.rect, area), area)) return true;
  }
  return false;
}

static inline size_t collect_texts(const struct draw_list *list, struct checked_text *texts) {
  struct rect clips[CHECK_CLIPS_MAX] = {{0, 0, list->width, list->height}};
  size_t depth = 0, count = 0;
  for (size_t i = 0; i < list->count; i++) {
    const struct draw_command *command = &list->commands[i];
    if (command->kind == DRAW_CLIP_PUSH) {
      clips[depth + 1] = rect_intersect(clips[depth], command->as.clip.rect);
      depth++;
    }
    if (command->kind == DRAW_CLIP_POP) depth--;
    if (command->kind != DRAW_TEXT || count >= CHECK_TEXTS_MAX) continue;
    struct rect ink = ink_of(&command->as.text), seen = rect_intersect(ink, clips[depth]);
    struct rect window = {0, 0, list->width, list->height};
    if (command->as.text.style.size < DU(15)) fail_msg("too small: %.*s", SPAN_ARG(command->as.text.text));
    if (!rect_is_empty(seen) && depth == 0 && !rect_equal(rect_intersect(ink, window), ink))
      fail_msg("outside the window: %.*s", SPAN_ARG(command->as.text.text));
    if (!rect_is_empty(seen)) texts[count++] = (struct checked_text){seen, i, command->as.text.text};
  }
  return count;
}

/* The clip at each command. */
static inline const struct rect *collect_clips(const struct draw_list *list) {
  static struct rect at[DRAW_LIST_COMMANDS_MAX];
  struct rect clips[CHECK_CLIPS_MAX] = {{0, 0, list->width, list->height}};
  size_t depth = 0;
  for (size_t i = 0; i < list->count; i++) {
    const struct draw_command *command = &list->commands[i];
    if (command->kind == DRAW_CLIP_PUSH) {
      clips[depth + 1] = rect_intersect(clips[depth], command->as.clip.rect);
      depth++;
    }
    if (command->kind == DRAW_CLIP_POP) depth--;
    at[i] = clips[depth];
  }
  return at;
}

/* Whether a box was painted over a part of a text, so that it cannot be read. Envelopes may lie on things. */
static inline bool is_hidden(const struct draw_list *list, const struct rect *clips,
                             const struct checked_text *text) {
  for (size_t i = text->command + 1; i < list->count; i++) {
    const struct draw_command *command = &list->commands[i];
    if (command->kind != DRAW_BOX || command->as.box.fill >> 24 != 0xFF) continue;
    if (command->as.box.rect.w <= DU(8)) continue; /* the tabs of an envelope, a bar */
    struct rect both = rect_intersect(rect_intersect(command->as.box.rect, clips[i]), text->ink);
    if (both.w > DU(2) && both.h > DU(2)) return true;
  }
  return false;
}

/* Returns how many faults there are, after naming the first few. */
static inline int check_picture(const struct draw_list *list, const char *name, size_t step) {
  static struct checked_text texts[CHECK_TEXTS_MAX];
  size_t count = collect_texts(list, texts);
  const struct rect *clips = collect_clips(list);
  int faults = 0;
  assert_false(list->overflowed);
  for (size_t i = 0; i < count; i++) {
    if (is_hidden(list, clips, &texts[i]) && faults++ < 3)
      print_error("%s, step %zu: \"%.*s\" is painted over\n", name, step, SPAN_ARG(texts[i].text));
    for (size_t k = i + 1; k < count; k++) {
      struct rect both = rect_intersect(texts[i].ink, texts[k].ink);
      if (both.w <= DU(1) || both.h <= DU(1)) continue;
      if (is_covered(list, texts[i].command, texts[k].command, both)) continue;
      if (faults++ < 3)
        print_error("%s, step %zu: \"%.*s\" over \"%.*s\"\n", name, step, SPAN_ARG(texts[k].text),
                    SPAN_ARG(texts[i].text));
    }
  }
  return faults;
}
