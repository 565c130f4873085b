/* The top bar. */
#include "view/scene_internal.h"

enum { ROOM_FOR_ALL = 1280 }; /* in a narrower window W and Q are keys alone */

/* The score stands on the button, while questions are asked. */
static struct span score(struct painter *p) {
  if (!p->view->predict) return SPAN("Predict");
  struct predict_score score = predict_play_score(p->view->predict);
  return arena_format(p->arena, "%zu of %zu", score.right, score.answered);
}

void paint_top_bar(struct painter *p) {
  const struct theme *theme = p->theme;
  const struct journal_preamble *preamble = p->world->preamble;
  struct rect bar = p->frame->top_bar;
  struct rect row = {bar.x, bar.y + (bar.h - TARGET_MIN) / 2, bar.w, TARGET_MIN};
  bool dark = theme->name == THEME_LIGHT;
  struct span next_theme = dark ? SPAN("Dark") : theme->name == THEME_DARK ? SPAN("Contrast") : SPAN("Light");
  paint_button(p, scene_id(SCENE_HELP, 0), rect_cut_right(&row, TARGET_MIN), SPAN("?"), SPAN("Help"));
  rect_cut_right(&row, SPACE_1 + SPACE_HALF);
  paint_button(p, scene_id(SCENE_THEME, 0), rect_cut_right(&row, DU(96)), next_theme,
               SPAN("Change the colours"));
  rect_cut_right(&row, SPACE_1 + SPACE_HALF);
  paint_button(p, scene_id(SCENE_TEXT_LARGER, 0), rect_cut_right(&row, DU(48)), SPAN("A+"),
               SPAN("Larger text"));
  rect_cut_right(&row, SPACE_1);
  paint_button(p, scene_id(SCENE_TEXT_SMALLER, 0), rect_cut_right(&row, DU(48)), SPAN("A−"),
               SPAN("Smaller text"));
  rect_cut_right(&row, SPACE_1 + SPACE_HALF);
  bool ladder = p->view->stage == STAGE_LADDER;
  paint_button(p, scene_id(SCENE_LADDER, 0), rect_cut_right(&row, DU(106)),
               ladder ? SPAN("Machines") : SPAN("Ladder"),
               ladder ? SPAN("The machines again") : SPAN("The steps as a ladder"));
  rect_cut_right(&row, SPACE_GAP);
  if (bar.w >= DU(ROOM_FOR_ALL)) {
    paint_button(p, scene_id(SCENE_WHATIF, 0), rect_cut_right(&row, DU(96)), SPAN("What if"),
                 SPAN("Break or change something from here"));
    rect_cut_right(&row, SPACE_1);
    paint_button(p, scene_id(SCENE_PREDICT, 0), rect_cut_right(&row, DU(96)), score(p),
                 p->view->predict ? SPAN("No more questions") : SPAN("Stop before what comes, and ask"));
    rect_cut_right(&row, SPACE_GAP);
  }
  rect_cut_left(&row, SPACE_1);
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_TITLE), row, DRAW_LEFT, theme->text, preamble->title);
  rect_cut_left(&row, width + SPACE_GAP + SPACE_HALF);
  if (row.w > DU(80))
    draw_label_in(p->list, style_of(p, TEXT_SUBTITLE), row, DRAW_LEFT, theme->muted, preamble->subtitle);
}
