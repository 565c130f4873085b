/* The top bar, and the help that its last button opens. */
#include "view/scene_internal.h"

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
  rect_cut_right(&row, SPACE_GAP);
  rect_cut_left(&row, SPACE_1);
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_TITLE), row, DRAW_LEFT, theme->text, preamble->title);
  rect_cut_left(&row, width + SPACE_GAP + SPACE_HALF);
  if (row.w > DU(80))
    draw_label_in(p->list, style_of(p, TEXT_SUBTITLE), row, DRAW_LEFT, theme->muted, preamble->subtitle);
}

static const struct {
  struct span keys, does;
} help[] = {
    {SPAN_INIT("Space"), SPAN_INIT("play, pause; at the end, again")},
    {SPAN_INIT("→  Page Down"), SPAN_INIT("a step forward")},
    {SPAN_INIT("←  Page Up"), SPAN_INIT("a step back")},
    {SPAN_INIT("Shift → ←   [ ]"), SPAN_INIT("a hop forward, back")},
    {SPAN_INIT("1 … 9"), SPAN_INIT("to a hop")},
    {SPAN_INIT("Home  End"), SPAN_INIT("to the beginning, the end")},
    {SPAN_INIT("L"), SPAN_INIT("step by line, by phase, by hop")},
    {SPAN_INIT("R"), SPAN_INIT("the step again")},
    {SPAN_INIT("+  −  0"), SPAN_INIT("faster, slower, normal")},
    {SPAN_INIT("Ctrl + −"), SPAN_INIT("text size")},
    {SPAN_INIT("T"), SPAN_INIT("light, dark, high contrast")},
    {SPAN_INIT("P"), SPAN_INIT("the other panel, in a small window")},
    {SPAN_INIT("F  F11"), SPAN_INIT("full screen")},
    {SPAN_INIT("B"), SPAN_INIT("blank the screen")},
    {SPAN_INIT("?  F1  Esc"), SPAN_INIT("this page; close it")},
};

void paint_help(struct painter *p) {
  enum { ROWS = sizeof help / sizeof *help, ROW = 32 };
  struct rect card = {0, 0, DU(560), DU(72 + ROWS * ROW)};
  card.x = (p->view->width - card.w) / 2;
  card.y = (p->view->height - card.h) / 2;
  draw_fill(p->list, (struct rect){0, 0, p->view->width, p->view->height}, 0x80000000);
  draw_hit(p->list, scene_id(SCENE_HELP, 0), (struct rect){0, 0, p->view->width, p->view->height}, 0,
           SPAN("Close the help"));
  paint_panel(p, card);
  struct rect inside = rect_inset(card, SPACE_WIDE, SPACE_PADDING);
  draw_label_in(p->list, style_of(p, TEXT_PANEL_TITLE), rect_cut_top(&inside, DU(28)), DRAW_LEFT,
                p->theme->text, SPAN("Keys"));
  rect_cut_top(&inside, SPACE_HALF);
  for (size_t i = 0; i < ROWS; i++) {
    struct rect row = rect_cut_top(&inside, DU(ROW));
    struct rect keys = rect_cut_left(&row, DU(190));
    draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), keys, DRAW_LEFT, p->theme->text, help[i].keys);
    draw_label_in(p->list, style_of(p, TEXT_BODY), row, DRAW_LEFT, p->theme->muted, help[i].does);
  }
}
