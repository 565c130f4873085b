#include "picture.h"

#include "base/rng.h"

static const uint32_t colours[] = {0xFF2463E0, 0xFF742B08, 0xFF00665A, 0xFFBA3494, 0xFF807012, 0xFF3F1A86};

static uint32_t any_colour(struct rng *rng) {
  return colours[rng_below(rng, 6)];
}

static int32_t between(struct rng *rng, int32_t low, int32_t high) {
  return (int32_t)rng_between(rng, low, high);
}

static void make_boxes(struct picture *picture, struct rng *rng) {
  /* Four panels that fill the window, then cards on them. */
  for (int32_t i = 0; i < PICTURE_BOXES; i++) {
    struct picture_box *box = &picture->boxes[i];
    box->rect = i < 4 ? (struct rect){16 + i % 2 * 948, 16 + i / 2 * 528, 932, 512}
                      : (struct rect){between(rng, 20, 1700), between(rng, 20, 900), between(rng, 60, 180),
                                      between(rng, 24, 120)};
    box->radius = i < 4 ? 12 : 8;
    box->border_width = i < 4 ? 1 : 2;
    box->fill = 0xFFFFFFFF;
    box->border = i < 4 ? 0xFFC9D1DB : any_colour(rng);
  }
}

static void make_rows(struct picture *picture, struct rng *rng) {
  static const char letters[] = "MAIL FROM:<jack@comcast.net> SIZE=812 250 2.1.0 OK";
  for (int32_t i = 0; i < PICTURE_ROWS; i++) {
    struct picture_row *row = &picture->rows[i];
    row->x = 40 + i % 2 * 948;
    row->baseline = 60 + i / 2 * 50;
    row->colour = 0xFF11161D;
    for (int32_t k = 0; k < PICTURE_ROW_GLYPHS; k++)
      row->text[k] = letters[(size_t)(k + (int32_t)rng_below(rng, 50)) % (sizeof letters - 1)];
    row->text[PICTURE_ROW_GLYPHS] = 0;
  }
}

void picture_make(struct picture *picture) {
  struct rng rng = rng_named(1, SPAN("picture"));
  *picture = (struct picture){.background = 0xFFEEF1F5};
  make_boxes(picture, &rng);
  make_rows(picture, &rng);
  for (int32_t i = 0; i < PICTURE_LINES; i++) {
    struct picture_line *line = &picture->lines[i];
    line->from = (struct point){between(&rng, 100, 1800), between(&rng, 100, 980)};
    line->to = (struct point){line->from.x + between(&rng, -90, 90), line->from.y + between(&rng, -90, 90)};
    line->width = between(&rng, 2, 4);
    line->colour = any_colour(&rng);
  }
}

void picture_list(const struct picture *picture, struct draw_list *list) {
  const struct text_style style = {FACE_MONO, WEIGHT_REGULAR, DU(PICTURE_TEXT_PX)};
  draw_list_begin(list, DU(PICTURE_WIDTH), DU(PICTURE_HEIGHT), picture->background);
  for (size_t i = 0; i < PICTURE_BOXES; i++) {
    const struct picture_box *b = &picture->boxes[i];
    draw_box(list, &(struct draw_box){rect_du(b->rect.x, b->rect.y, b->rect.w, b->rect.h), DU(b->radius),
                                      b->fill, b->border, DU(b->border_width), 0});
  }
  for (size_t i = 0; i < PICTURE_LINES; i++) {
    const struct picture_line *l = &picture->lines[i];
    const struct point ends[2] = {point_du(l->from.x, l->from.y), point_du(l->to.x, l->to.y)};
    draw_stroke(
        list, &(struct draw_stroke){.points = ends, .count = 2, .width = DU(l->width), .colour = l->colour});
  }
  for (size_t i = 0; i < PICTURE_ROWS; i++) {
    const struct picture_row *r = &picture->rows[i];
    draw_text(list, &(struct draw_text){point_du(r->x, r->baseline), style, r->colour, span_from(r->text)});
  }
  draw_list_end(list);
}
