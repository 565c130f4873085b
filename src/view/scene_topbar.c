/* The top bar. */
#include "view/scene_internal.h"

/* How wide the buttons are, and the spaces between them. Where the bar is narrow, the colours are a sign. */
struct bar_form {
  int32_t word, ladder, text, theme, gap, group_gap; /* the theme's 0: as wide as a sign */
};
static const struct bar_form bar_wide = {DU(96), DU(106), DU(48), DU(96), DU(8), DU(16)},
                             bar_narrow = {DU(82), DU(94), DU(44), 0, DU(6), DU(8)};

/* The button is filled while questions are asked; once there are answers, the score stands on it. */
static void paint_predict_button(struct painter *p, struct rect place) {
  const struct predict_play *play = p->view->predict;
  uint64_t id = scene_id(SCENE_PREDICT, 0);
  if (!play) {
    paint_button(p, id, place, SPAN("Predict"), SPAN("Stop before what comes, and ask"));
    return;
  }
  struct predict_score score = predict_play_score(play);
  struct span words =
      score.answered ? arena_format(p->arena, "%zu/%zu right", score.right, score.answered) : SPAN("Predict");
  struct text_style style = style_of(p, score.answered ? TEXT_SMALL_STRONG : TEXT_BODY_STRONG);
  paint_rounded(p, place, RADIUS_CONTROL, p->theme->text, p->theme->control_border, p->theme->border_width);
  paint_focus(p, id, place, RADIUS_CONTROL);
  draw_hit(p->list, id, place, HIT_FOCUSABLE, SPAN("No more questions"));
  draw_label_in(p->list, style, place, DRAW_CENTRE, p->theme->on_text, words);
}

static void paint_theme_button(struct painter *p, struct rect place, bool is_sign) {
  enum theme_name name = p->theme->name;
  uint64_t id = scene_id(SCENE_THEME, 0);
  struct span next = name == THEME_LIGHT  ? SPAN("Dark")
                     : name == THEME_DARK ? SPAN("Contrast")
                                          : SPAN("Light");
  if (is_sign)
    paint_icon_button(p, id, place, ICON_CONTRAST, SPAN("Change the colours"));
  else
    paint_button(p, id, place, next, SPAN("Change the colours"));
}

/* From the right; what is left of the row is for the title. */
static struct rect paint_buttons(struct painter *p, struct rect row, const struct bar_form *form) {
  bool is_ladder = p->view->stage == STAGE_LADDER;
  paint_button(p, scene_id(SCENE_HELP, 0), rect_cut_right(&row, TARGET_MIN), SPAN("?"), SPAN("Help"));
  rect_cut_right(&row, form->gap + SPACE_HALF);
  paint_theme_button(p, rect_cut_right(&row, form->theme ? form->theme : TARGET_MIN), !form->theme);
  rect_cut_right(&row, form->gap + SPACE_HALF);
  paint_button(p, scene_id(SCENE_TEXT_LARGER, 0), rect_cut_right(&row, form->text), SPAN("A+"),
               SPAN("Larger text"));
  rect_cut_right(&row, form->gap);
  paint_button(p, scene_id(SCENE_TEXT_SMALLER, 0), rect_cut_right(&row, form->text), SPAN("A−"),
               SPAN("Smaller text"));
  rect_cut_right(&row, form->gap + SPACE_HALF);
  paint_button(p, scene_id(SCENE_LADDER, 0), rect_cut_right(&row, form->ladder),
               is_ladder ? SPAN("Machines") : SPAN("Ladder"),
               is_ladder ? SPAN("The machines again") : SPAN("The steps as a ladder"));
  rect_cut_right(&row, form->group_gap);
  paint_button(p, scene_id(SCENE_WHATIF, 0), rect_cut_right(&row, form->word), SPAN("What if"),
               SPAN("Break or change something from here"));
  rect_cut_right(&row, form->gap);
  paint_predict_button(p, rect_cut_right(&row, form->word));
  rect_cut_right(&row, form->group_gap);
  return row;
}

static int32_t width_of(const struct bar_form *form) {
  return TARGET_MIN + (form->theme ? form->theme : TARGET_MIN) + 2 * form->text + form->ladder +
         2 * form->word + 5 * form->gap + 3 * SPACE_HALF + 2 * form->group_gap;
}

/* The title's size: as large as lets it fit. */
static struct text_style title_style(const struct painter *p, int32_t room) {
  static const enum text_role roles[] = {TEXT_TITLE, TEXT_PANEL_TITLE, TEXT_LINK};
  struct text_style style = style_of(p, TEXT_TITLE);
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
    style = style_of(p, roles[i]);
    if (text_width(style, p->world->preamble->title) <= room) break;
  }
  return style;
}

/* In one row; in two, where that is what it takes. Returns how wide it is. */
static int32_t paint_title(struct painter *p, struct rect row) {
  struct span title = p->world->preamble->title;
  struct text_style style = title_style(p, row.w);
  if (text_width(style, title) <= row.w)
    return draw_label_in(p->list, style, row, DRAW_LEFT, p->theme->text, title);
  struct text_wrap wrap = text_wrap(style, title, row.w);
  struct text_line piece;
  for (int i = 0; i < 2 && text_wrap_next(&wrap, &piece); i++) {
    struct span words = piece.text;
    if (i == 1 && wrap.rest.len) words = arena_format(p->arena, "%.*s…", SPAN_ARG(words));
    struct rect half = {row.x, row.y + i * row.h / 2, row.w, row.h / 2};
    draw_label_in(p->list, style, half, DRAW_LEFT, p->theme->text, words);
  }
  return row.w;
}

void paint_top_bar(struct painter *p) {
  const struct journal_preamble *preamble = p->world->preamble;
  struct rect bar = p->frame->top_bar;
  struct rect row = {bar.x, bar.y + (bar.h - TARGET_MIN) / 2, bar.w, TARGET_MIN};
  int32_t title = text_width(style_of(p, TEXT_TITLE), preamble->title) + SPACE_1;
  row = paint_buttons(p, row, title + width_of(&bar_wide) <= bar.w ? &bar_wide : &bar_narrow);
  rect_cut_left(&row, SPACE_1);
  int32_t width = paint_title(p, row);
  rect_cut_left(&row, width + SPACE_GAP + SPACE_HALF);
  struct text_style plain = style_of(p, TEXT_SUBTITLE);
  if (row.w > DU(80) && text_width(plain, preamble->subtitle) <= row.w)
    draw_label_in(p->list, plain, row, DRAW_LEFT, p->theme->muted, preamble->subtitle);
}
