#include "view/scene_provenance.h"

/* ---- what is pointed at ---- */

uint64_t pointed_id(const struct scene_view *view) {
  return view->hover ? view->hover : view->focus;
}

static bool is_record(const struct scene *scene, uint32_t number) {
  return number > 0 && number <= journal_count(scene->world->journal);
}

/* The record behind an id that stands for one. */
static journal_seq record_behind(const struct scene *scene, uint64_t id) {
  uint32_t number = scene_id_number(id);
  enum scene_hit kind = scene_id_kind(id);
  if (kind == SCENE_STEP && number < scene->reel->count) number = scene->reel->steps[number].record;
  if (kind != SCENE_RECORD && kind != SCENE_TOKEN && kind != SCENE_STEP) return 0;
  return is_record(scene, number) ? number : 0;
}

journal_seq pointed_record(const struct painter *p) {
  return record_behind(p->scene, pointed_id(p->view));
}

uint16_t pointed_author(const struct painter *p) {
  struct journal_record record;
  journal_seq seq = pointed_record(p);
  if (!seq) return 0;
  journal_get(p->world->journal, seq, &record);
  return record.host;
}

bool scene_leads_to(const struct scene *scene, uint64_t id, size_t *step_out) {
  struct source_token token;
  if (scene_id_kind(id) == SCENE_STEP) {
    *step_out = scene_id_number(id);
    return *step_out < scene->reel->count;
  }
  journal_seq record = record_behind(scene, id);
  if (!record) return false;
  if (scene_id_kind(id) == SCENE_TOKEN &&
      provenance_token_of(scene->world, record, scene_id_part(id), &token) && is_record(scene, token.record))
    record = token.record;
  *step_out = reel_step_of_record(scene->reel, record);
  return true;
}

/* ---- how it looks ---- */

void paint_provenance_line(struct painter *p, enum provenance provenance, int32_t x, int32_t baseline,
                           int32_t width, uint32_t colour) {
  int32_t y = baseline + DU(4);
  bool claimed = provenance == PROVENANCE_CLAIMED;
  const struct point line[2] = {{x, y}, {x + width, y}};
  draw_stroke(p->list, &(struct draw_stroke){.points = line,
                                             .count = 2,
                                             .butt_ends = true,
                                             .width = DU(2),
                                             .dash = claimed ? DU(5) : 0,
                                             .gap = claimed ? DU(4) : 0,
                                             .colour = colour});
  if (provenance == PROVENANCE_LOOKED_UP)
    draw_line(p->list, (struct point){x, y + DU(3)}, (struct point){x + width, y + DU(3)}, DU(3) / 2, colour);
}

enum { LEGEND_ROW = 22 * 64, LEGEND_PAD = 6 * 64 };

int32_t provenance_legend_height(void) {
  return 2 * LEGEND_ROW + 2 * LEGEND_PAD;
}

/* An entry of the envelope: what the client said, and to whom. */
static struct span envelope_words(struct painter *p, journal_seq seq) {
  struct journal_record record;
  journal_get(p->world->journal, seq, &record);
  return arena_format(p->arena, "claimed: %.*s said “%.*s”",
                      SPAN_ARG(journal_host_label(p->world->preamble, record.host)),
                      SPAN_ARG(record.text[0]));
}

static struct span pointed_words(struct painter *p) {
  struct source_token token;
  uint64_t id = pointed_id(p->view);
  journal_seq record = pointed_record(p);
  if (!record) return SPAN_EMPTY;
  if (scene_id_kind(id) == SCENE_TOKEN && provenance_token_of(p->world, record, scene_id_part(id), &token))
    return provenance_says(p->world, record, &token, p->arena);
  enum journal_kind kind = journal_kind_at(p->world->journal, record);
  if (journal_makes_version(kind)) return provenance_says_block(p->world, record, p->arena);
  if (kind == JOURNAL_LINE && scene_id_kind(id) == SCENE_RECORD) return envelope_words(p, record);
  return SPAN_EMPTY;
}

static void paint_words(struct painter *p, struct rect area, struct span words, int rows) {
  struct text_style style = style_of(p, TEXT_SMALL_STRONG);
  struct text_wrap wrap = text_wrap(style, words, area.w);
  struct text_line piece;
  for (int i = 0; i < rows && text_wrap_next(&wrap, &piece); i++) {
    struct span text = piece.text;
    if (i + 1 == rows && wrap.rest.len) text = arena_format(p->arena, "%.*s …", SPAN_ARG(text));
    draw_label_in(p->list, style, rect_cut_top(&area, LEGEND_ROW), DRAW_LEFT, p->theme->text, text);
  }
}

/* A sample of a line, its name, the space before the next one. */
struct legend_form {
  int32_t sample, before_name, after_name;
};
static const struct legend_form legend_wide = {DU(34), DU(8), DU(18)},
                                legend_narrow = {DU(24), DU(6), DU(12)};

static void paint_samples(struct painter *p, struct rect row) {
  struct text_style style = style_of(p, TEXT_SMALL);
  const struct legend_form *form = &legend_wide;
  int32_t width = -form->after_name;
  for (unsigned i = 0; i < PROVENANCE_COUNT; i++)
    width += form->sample + form->before_name + form->after_name +
             text_width(style, provenance_name((enum provenance)i));
  if (width > row.w) form = &legend_narrow;
  for (unsigned i = 0; i < PROVENANCE_COUNT; i++) {
    struct rect sample = rect_cut_left(&row, form->sample);
    paint_provenance_line(p, (enum provenance)i, sample.x, rect_centre(sample).y - DU(4), sample.w,
                          p->theme->text);
    rect_cut_left(&row, form->before_name);
    rect_cut_left(&row, draw_label_in(p->list, style, row, DRAW_LEFT, p->theme->muted,
                                      provenance_name((enum provenance)i)) +
                            form->after_name);
  }
}

static const struct span invitations[] = {
    SPAN_INIT("Point at a part of the header: where does it come from?"),
    SPAN_INIT("Point at a part: where is it from?")};

void paint_provenance_legend(struct painter *p, struct rect area) {
  struct span words = pointed_words(p);
  draw_line(p->list, (struct point){area.x, area.y}, (struct point){rect_right(area), area.y}, DU(1),
            p->theme->border);
  struct rect inside = rect_inset(area, SPACE_PADDING, LEGEND_PAD);
  bool is_token = scene_id_kind(pointed_id(p->view)) == SCENE_TOKEN;
  if (!is_token) paint_samples(p, rect_cut_top(&inside, LEGEND_ROW));
  if (words.len)
    paint_words(p, inside, words, is_token ? 2 : 1);
  else
    draw_label_in(p->list, style_of(p, TEXT_SMALL), inside, DRAW_LEFT, p->theme->muted,
                  words_that_fit(style_of(p, TEXT_SMALL), inside.w, invitations, 2));
}
