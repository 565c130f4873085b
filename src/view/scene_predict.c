/* A question and its answers. It stands in the message's place, where it hides neither the machines nor the
 * conversation; a question about the message, and every one in a small window, stands over the machines. */
#include "view/predict_play.h"
#include "view/scene_internal.h"

/* Sizes to try, until all fits. */
struct question_look {
  enum text_role ask, choice, because;
  int32_t gap;
};
static const struct question_look looks[] = {
    {TEXT_CAPTION, TEXT_PANEL_TITLE, TEXT_BODY, DU(12)},
    {TEXT_PANEL_TITLE, TEXT_BODY_STRONG, TEXT_BODY, DU(8)},
    {TEXT_BODY_STRONG, TEXT_SMALL_STRONG, TEXT_SMALL, DU(4)},
};
enum { CHOICE_INSET = 52 * 64, MARK_WIDTH = 112 * 64 };

struct question_card {
  struct painter *p;
  const struct predict_play *play;
  struct predict_words words;
  struct question_look look;
  struct rect rest; /* what is still free of the card */
  bool paints;      /* else it only measures */
  bool mono;        /* choices are lines of a header */
  bool
      brief; /* once it is revealed: without the wrong answers that nobody gave, so that the reason is seen */
};

static struct text_style choice_style(const struct question_card *card) {
  struct text_style style = style_of(card->p, card->look.choice);
  if (!card->mono) {
    if (style.weight == WEIGHT_BOLD) style.weight = WEIGHT_SEMIBOLD;
    return style;
  }
  style = style_of(card->p, TEXT_HEADER);
  return card->look.choice == TEXT_SMALL_STRONG ? style_of(card->p, TEXT_HOST) : style;
}

static int32_t line_of(struct text_style style) {
  return style.size * 3 / 2;
}

/* Words over several lines, at the top of a rectangle; their height. */
static int32_t paragraph(const struct question_card *card, struct rect room, struct text_style style,
                         uint32_t colour, struct span text) {
  int32_t line = line_of(style), y = 0;
  struct text_wrap wrap = text_wrap(style, text, room.w);
  struct text_line piece;
  while (text.len && text_wrap_next(&wrap, &piece)) {
    struct rect row = {room.x, room.y + y, room.w, line};
    if (card->paints) draw_label_in(card->p->list, style, row, DRAW_LEFT, colour, piece.text);
    y += line;
  }
  return y;
}

static void take(struct question_card *card, int32_t height, int32_t gap) {
  rect_cut_top(&card->rest, height + gap);
}

static void paint_ask(struct question_card *card) {
  const struct painter *p = card->p;
  take(card, paragraph(card, card->rest, style_of(p, card->look.ask), p->theme->text, card->words.ask),
       card->look.gap);
  if (!card->words.about.len) return;
  struct rect box = card->rest, inside = rect_inset(box, DU(12), DU(6));
  struct text_style style = style_of(p, TEXT_HEADER);
  bool paints = card->paints;
  card->paints = false;
  int32_t height = paragraph(card, inside, style, p->theme->text, card->words.about) + DU(12);
  card->paints = paints;
  box.h = height;
  if (paints) {
    paint_rounded(card->p, box, RADIUS_SMALL, p->theme->sunken, p->theme->border, p->theme->border_width);
    paragraph(card, inside, style, p->theme->text, card->words.about);
  }
  take(card, height, card->look.gap);
}

/* A sign and a word, beside colour and border. */
static void paint_mark(struct question_card *card, size_t choice, struct rect end) {
  struct painter *p = card->p;
  const struct predict_given *given = &card->play->given[card->play->asked];
  bool chosen = given->state == PREDICT_ANSWERED && given->choice == choice;
  bool right = choice == card->words.right;
  if (!card->play->is_revealed || (!chosen && !right)) return;
  struct span word = right ? chosen ? SPAN("right") : SPAN("this one") : SPAN("not this");
  rect_cut_right(&end, DU(12));
  int32_t width =
      draw_label_in(p->list, style_of(p, TEXT_SMALL_STRONG), end, DRAW_RIGHT, p->theme->text, word);
  rect_cut_right(&end, width + DU(6));
  struct rect sign = {rect_right(end) - DU(20), end.y + (end.h - DU(20)) / 2, DU(20), DU(20)};
  draw_icon(p->list, &(struct draw_icon){.icon = right ? ICON_CHECK : ICON_CROSS,
                                         .rect = sign,
                                         .colour = p->theme->text,
                                         .back = p->theme->surface});
}

static void paint_box(struct question_card *card, struct rect box, size_t choice) {
  struct painter *p = card->p;
  const struct theme *theme = p->theme;
  uint64_t id = scene_id(SCENE_CHOICE, (uint32_t)choice);
  bool revealed = card->play->is_revealed, right = revealed && choice == card->words.right;
  bool strong = right || (!revealed && card->play->pointed == choice);
  uint32_t fill = p->view->hover == id && !revealed ? theme->sunken : theme->surface;
  if (right && theme->tint_percent) fill = colour_mix(theme->surface, theme->focus, theme->highlight_percent);
  paint_rounded(p, box, RADIUS_CONTROL, fill, strong ? theme->focus : theme->control_border,
                strong ? DU(3) : theme->border_width);
  paint_focus(p, id, box, RADIUS_CONTROL);
  struct point centre = {box.x + DU(26), box.y + box.h / 2};
  draw_circle(p->list, &(struct draw_circle){.centre = centre, .radius = DU(14), .fill = theme->text});
  struct rect number = {centre.x - DU(14), centre.y - DU(14), DU(28), DU(28)};
  draw_label_in(p->list, style_of(p, TEXT_BODY_STRONG), number, DRAW_CENTRE, theme->on_text,
                arena_format(p->arena, "%zu", choice + 1));
  draw_hit(p->list, id, box, revealed ? 0 : HIT_FOCUSABLE, card->words.choices[choice]);
}

static void paint_choice(struct question_card *card, size_t choice) {
  struct painter *p = card->p;
  struct text_style style = choice_style(card);
  struct rect box = card->rest;
  struct rect inside = {box.x + CHOICE_INSET, box.y + DU(8), box.w - CHOICE_INSET - DU(12), box.h};
  if (card->play->is_revealed) inside.w -= MARK_WIDTH; /* the same for all, so that nothing jumps */
  bool paints = card->paints;
  card->paints = false;
  int32_t words = paragraph(card, inside, style, p->theme->text, card->words.choices[choice]);
  card->paints = paints;
  box.h = words + DU(16) < TARGET_MIN ? TARGET_MIN : words + DU(16);
  inside.y = box.y + (box.h - words) / 2;
  if (paints) {
    bool fades = card->play->is_revealed && choice != card->words.right;
    paint_box(card, box, choice);
    paragraph(card, inside, style, fades ? p->theme->muted : p->theme->text, card->words.choices[choice]);
    paint_mark(card, choice, (struct rect){rect_right(box) - MARK_WIDTH, box.y, MARK_WIDTH, box.h});
  }
  take(card, box.h, card->look.gap * 2 / 3);
}

static void paint_because(struct question_card *card) {
  struct painter *p = card->p;
  if (!card->play->is_revealed) return;
  take(card, 0, DU(4));
  take(card,
       paragraph(card, card->rest, style_of(p, card->look.because), p->theme->text, card->words.because),
       DU(2));
  if (card->words.rfc.len)
    take(card, paragraph(card, card->rest, style_of(p, TEXT_SMALL), p->theme->muted, card->words.rfc), DU(4));
}

static bool is_left_out(const struct question_card *card, size_t choice) {
  const struct predict_given *given = &card->play->given[card->play->asked];
  bool chosen = given->state == PREDICT_ANSWERED && given->choice == choice;
  return card->brief && card->play->is_revealed && !chosen && choice != card->words.right;
}

/* What is below the foot does not fit. */
static int32_t lay_out(struct question_card *card, struct rect inside, bool paints) {
  card->paints = paints;
  card->rest = inside;
  if (!paints) card->rest.h = INT32_MAX / 2; /* what is cut from a rectangle is never more than it has */
  paint_ask(card);
  for (size_t i = 0; i < card->words.count; i++)
    if (!is_left_out(card, i)) paint_choice(card, i);
  paint_because(card);
  return card->rest.y - inside.y;
}

static void paint_foot(struct question_card *card, struct rect foot) {
  struct painter *p = card->p;
  bool revealed = card->play->is_revealed;
  struct rect button = rect_cut_right(&foot, DU(120));
  paint_button(p, scene_id(SCENE_REVEAL, 0), button, revealed ? SPAN("Go on") : SPAN("Reveal"),
               revealed ? SPAN("See it happen") : SPAN("Show the answer"));
  rect_cut_right(&foot, DU(12));
  draw_label_in(p->list, style_of(p, TEXT_SMALL), foot, DRAW_LEFT, p->theme->muted,
                revealed ? SPAN("Page Down goes on") : SPAN("Keys 1 to 4, or a show of hands and Page Down"));
}

static void paint_head(struct question_card *card, struct rect head) {
  struct painter *p = card->p;
  struct predict_score score = predict_play_score(card->play);
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  struct span right = arena_format(p->arena, "%zu of %zu right", score.right, score.answered);
  int32_t width = draw_label_in(p->list, style, head, DRAW_RIGHT, p->theme->muted, right);
  rect_cut_right(&head, width + SPACE_1);
  draw_label_in(p->list, style, head, DRAW_LEFT, p->theme->muted,
                arena_format(p->arena, "What comes next?  Question %zu of %zu", card->play->asked + 1,
                             score.questions));
}

enum predict_place predict_place(const struct painter *p) {
  const struct predict_play *play = p->view->predict;
  if (!play || play->asked == PREDICT_NONE) return PREDICT_NOWHERE;
  const struct predict_question *question = &play->predict->questions[play->asked];
  bool about_message =
      question->kind == PREDICT_STAMP ||
      (question->kind == PREDICT_SCENARIO && p->world->preamble->questions[question->asked].about_message);
  return about_message || p->frame->is_compact ? PREDICT_OVER_STAGE : PREDICT_OVER_MESSAGE;
}

void paint_predict(struct painter *p) {
  const struct predict_play *play = p->view->predict;
  enum predict_place where = predict_place(p);
  if (where == PREDICT_NOWHERE) return;
  struct question_card card = {.p = p, .play = play};
  predict_words(play->predict, play->asked, p->arena, &card.words);
  card.mono = play->predict->questions[play->asked].kind == PREDICT_STAMP;
  struct rect place = where == PREDICT_OVER_STAGE ? p->frame->stage : p->frame->message;
  draw_hit(p->list, scene_id(SCENE_QUESTION, 0), place, HIT_PANEL, SPAN("The question"));
  paint_panel(p, place);
  struct rect inside = rect_inset(place, SPACE_PADDING, SPACE_GAP);
  paint_head(&card, rect_cut_top(&inside, DU(24)));
  rect_cut_top(&inside, SPACE_1);
  struct rect foot = rect_cut_bottom(&inside, TARGET_MIN);
  rect_cut_bottom(&inside, SPACE_1);
  /* Small words are the last resort: who has chosen large ones sits far away. */
  static const struct {
    size_t look;
    bool brief;
  } tries[] = {{0, false}, {1, false}, {0, true}, {1, true}, {2, false}, {2, true}};
  for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
    card.look = looks[tries[i].look];
    card.brief = tries[i].brief;
    if (lay_out(&card, inside, false) <= inside.h) break;
  }
  draw_clip_push(p->list, rect_inset(inside, -DU(4), -DU(4)));
  lay_out(&card, inside, true);
  draw_clip_pop(p->list);
  paint_foot(&card, foot);
}
