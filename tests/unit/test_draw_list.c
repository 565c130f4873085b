/* The draw list: what is kept, what is left out, what lies under the pointer, its dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/draw_list.h"

enum { WHITE = 0xFFFFFFFF, BLUE = 0xFF2463E0, SHADE = 0x24202A38 };

static const struct text_style body = {FACE_SANS, WEIGHT_REGULAR, DU(16)};

static void begin(struct draw_list *list) {
  draw_list_begin(list, DU(1600), DU(900), 0xFFEEF1F5);
}

/* One of each kind. */
static void draw_all(struct draw_list *list) {
  begin(list);
  draw_shadow(list, &(struct draw_shadow){rect_du(16, 68, 992, 400), DU(12), DU(10), SHADE});
  draw_box(list, &(struct draw_box){rect_du(16, 64, 992, 400), DU(12), WHITE, BLUE, DU(1) + 32, 0});
  draw_clip_push(list, rect_du(0, 0, 1008, 900));
  draw_alpha_push(list, 128);
  draw_circle(list, &(struct draw_circle){point_du(40, 100), DU(14), BLUE, WHITE, DU(2)});
  struct point arc[4] = {point_du(100, 200), point_du(120, 180), point_du(160, 180), point_du(180, 200)};
  draw_stroke(list, &(struct draw_stroke){.points = arc,
                                          .count = 4,
                                          .is_curve = true,
                                          .width = DU(4),
                                          .arrows = DRAW_ARROW_END,
                                          .dash = DU(8),
                                          .gap = DU(6),
                                          .colour = BLUE});
  draw_polygon(list, &(struct draw_polygon){arc, 3, BLUE});
  draw_icon(list, &(struct draw_icon){ICON_LAPTOP, rect_du(50, 130, 46, 46), WHITE, BLUE});
  draw_label(list, body, point_du(500, 300), DRAW_LEFT, BLUE, SPAN("say \"hi\"\x01\xff \xc3\xa9"));
  draw_alpha_pop(list);
  draw_clip_pop(list);
  draw_hit(list, 7, rect_du(16, 64, 992, 400), HIT_FOCUSABLE | HIT_DRAGS, SPAN("Stage"));
  draw_list_end(list);
}

static const char all_dumped[] =
    "picture 1600x900 background #EEF1F5\n"
    "shadow 16,68 992x400 radius 12 blur 10 colour #202A38/24\n"
    "box 16,64 992x400 radius 12 fill #FFFFFF border #2463E0 1.5\n"
    "clip 0,0 1008x900\n"
    "alpha 128\n"
    "circle 40,100 radius 14 fill #2463E0 border #FFFFFF 2\n"
    "stroke curve 100,200 120,180 160,180 180,200 width 4 arrow-end dash 8 gap 6 colour #2463E0\n"
    "polygon 100,200 120,180 160,180 fill #2463E0\n"
    "icon laptop 50,130 46x46 colour #FFFFFF back #2463E0\n"
    "text 500,300 sans regular 16 colour #2463E0 \"say \\\"hi\\\"\\x01\\xFF \xc3\xa9\"\n"
    "end-alpha\n"
    "end-clip\n"
    "hit 7 16,64 992x400 focusable drags \"Stage\"\n";

static void dump_has_one_line_a_command(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  struct buf out = BUF_CAPPED(0);
  draw_all(&list);
  draw_list_dump(&list, &out);
  buf_add_char(&out, '\0');
  assert_string_equal(out.data, all_dumped);
  buf_free(&out);
  draw_list_free(&list);
}

static void equal_pictures_are_equal(void **state) {
  (void)state;
  struct draw_list a = DRAW_LIST_EMPTY, b = DRAW_LIST_EMPTY;
  draw_all(&a);
  draw_all(&b);
  draw_all(&b); /* a second picture in the same memory */
  assert_true(draw_list_equal(&a, &b));
  assert_true(draw_list_hash(&a) == draw_list_hash(&b));
  draw_hit(&b, 8, rect_du(0, 0, 9, 9), 0, SPAN_EMPTY);
  assert_true(draw_list_equal(&a, &b));
  draw_list_free(&a);
  draw_list_free(&b);
}

/* Each field that can be seen tells two pictures apart. */
static void any_difference_is_seen(void **state) {
  (void)state;
  struct draw_list a = DRAW_LIST_EMPTY, b = DRAW_LIST_EMPTY;
  draw_all(&a);
  uint64_t hash = draw_list_hash(&a);
  for (size_t i = 0; i < a.count; i++) {
    draw_all(&b);
    struct draw_command *c = &b.commands[i];
    switch (c->kind) {
    case DRAW_BOX: c->as.box.corners ^= 1; break;
    case DRAW_SHADOW: c->as.shadow.blur++; break;
    case DRAW_CIRCLE: c->as.circle.border_width++; break;
    case DRAW_STROKE: ((struct point *)(uintptr_t)c->as.stroke.points)[2].y++; break;
    case DRAW_POLYGON: c->as.polygon.fill ^= 1; break;
    case DRAW_TEXT: c->as.text.text.len--; break;
    case DRAW_ICON: c->as.icon.icon = ICON_PHONE; break;
    case DRAW_CLIP_PUSH: c->as.clip.rect.w++; break;
    case DRAW_ALPHA_PUSH: c->as.alpha.alpha++; break;
    case DRAW_CLIP_POP: c->kind = DRAW_ALPHA_POP; break;
    case DRAW_ALPHA_POP: c->kind = DRAW_CLIP_POP; break;
    case DRAW_KIND_COUNT: fail(); break;
    }
    if (draw_list_equal(&a, &b) || draw_list_hash(&b) == hash) fail_msg("command %zu", i);
  }
  draw_all(&b);
  b.background ^= 1;
  assert_false(draw_list_equal(&a, &b));
  draw_list_free(&a);
  draw_list_free(&b);
}

static void what_leaves_no_mark_is_left_out(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  begin(&list);
  draw_fill(&list, rect_du(0, 0, 10, 0), WHITE);
  draw_fill(&list, rect_du(0, 0, 10, 10), 0x00FFFFFF);
  draw_fill(&list, rect_du(1601, 0, 10, 10), WHITE);
  draw_box(&list, &(struct draw_box){.rect = rect_du(0, 0, 10, 10), .border = BLUE});
  draw_circle(&list, &(struct draw_circle){.centre = point_du(5, 5), .fill = BLUE});
  draw_line(&list, point_du(0, 0), point_du(9, 9), 0, BLUE);
  draw_label(&list, body, point_du(10, 20), DRAW_LEFT, BLUE, SPAN_EMPTY);
  draw_shadow(&list, &(struct draw_shadow){rect_du(0, 0, 9, 9), 0, DU(4), 0});
  assert_int_equal(list.count, 0);
  draw_clip_push(&list, rect_du(0, 0, 100, 100));
  draw_fill(&list, rect_du(100, 0, 10, 10), WHITE);
  draw_hit(&list, 1, rect_du(100, 0, 10, 10), 0, SPAN_EMPTY);
  draw_clip_pop(&list);
  assert_int_equal(list.count, 2);
  assert_int_equal(list.hit_count, 0);
  draw_list_free(&list);
}

static void the_topmost_region_answers(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  begin(&list);
  draw_hit(&list, 1, rect_du(0, 0, 100, 100), 0, SPAN("panel"));
  draw_clip_push(&list, rect_du(0, 0, 50, 50));
  draw_hit(&list, 2, rect_du(40, 40, 40, 40), HIT_FOCUSABLE, SPAN("button"));
  draw_clip_pop(&list);
  draw_list_end(&list);
  assert_int_equal(draw_list_hit(&list, point_du(45, 45))->id, 2);
  assert_int_equal(draw_list_hit(&list, point_du(50, 45))->id, 1); /* the clip cut it off */
  assert_int_equal(draw_list_hit(&list, point_du(0, 0))->id, 1);
  assert_null(draw_list_hit(&list, point_du(100, 0)));
  assert_true(span_equal(draw_list_find_hit(&list, 2)->label, SPAN("button")));
  assert_null(draw_list_find_hit(&list, 3));
  draw_list_free(&list);
}

static void labels_are_aligned_and_cut(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  begin(&list);
  int32_t width = draw_label(&list, body, point_du(500, 50), DRAW_RIGHT, BLUE, SPAN("mx.umich.edu"));
  assert_int_equal(list.commands[0].as.text.baseline.x, DU(500) - width);
  draw_label(&list, body, point_du(500, 50), DRAW_CENTRE, BLUE, SPAN("mx.umich.edu"));
  assert_int_equal(list.commands[1].as.text.baseline.x, DU(500) - width / 2);
  draw_label_in(&list, body, rect_du(100, 100, 60, 40), DRAW_LEFT, BLUE, SPAN("mx.umich.edu"));
  const struct draw_text *cut = &list.commands[2].as.text;
  assert_true(span_ends_with(cut->text, SPAN("\xe2\x80\xa6")));
  assert_true(text_width(body, cut->text) <= DU(60));
  assert_int_equal(cut->baseline.y, DU(100) + (DU(40) + text_cap_height(body)) / 2);
  draw_list_free(&list);
}

static void texts_are_limited_to_whole_code_points(void **state) {
  (void)state;
  static char text[DRAW_TEXT_MAX + 100];
  for (size_t i = 0; i + 2 < sizeof text; i += 3) memcpy(text + i, "\xe2\x80\xa6", 3);
  struct draw_list list = DRAW_LIST_EMPTY;
  begin(&list);
  draw_label(&list, body, point_du(0, 50), DRAW_LEFT, BLUE, span_of(text, sizeof text));
  assert_int_equal(list.commands[0].as.text.text.len, DRAW_TEXT_MAX / 3 * 3);
  draw_list_free(&list);
}

static void a_full_list_says_so(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  begin(&list);
  draw_clip_push(&list, rect_du(0, 0, 100, 100));
  for (size_t i = 0; i < DRAW_LIST_COMMANDS_MAX; i++) draw_fill(&list, rect_du(0, 0, 1, 1), BLUE);
  draw_clip_pop(&list);
  draw_list_end(&list);
  assert_true(list.overflowed);
  assert_int_equal(list.count, DRAW_LIST_COMMANDS_MAX);
  begin(&list);
  assert_false(list.overflowed);
  draw_list_free(&list);
}

/* Every icon has a name, shapes, and stays inside its rectangle. */
static void icons_stay_in_their_place(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  const struct rect place = rect_du(100, 200, 48, 36);
  for (unsigned i = 0; i < ICON_COUNT; i++) {
    enum icon found;
    struct span name = icon_name((enum icon)i);
    assert_true(icon_from_name(name, &found));
    assert_int_equal(found, i);
    begin(&list);
    draw_icon_expand(&(struct draw_icon){(enum icon)i, place, WHITE, BLUE}, &list);
    if (list.count == 0) fail_msg("%.*s is empty", SPAN_ARG(name));
    for (size_t c = 0; c < list.count; c++) {
      struct rect bounds = draw_command_bounds(&list.commands[c]);
      struct rect slack = rect_inset(place, -DU(1), -DU(1));
      if (!rect_equal(rect_intersect(bounds, slack), bounds))
        fail_msg("%.*s, shape %zu: outside", SPAN_ARG(name), c);
    }
  }
  enum icon none;
  assert_false(icon_from_name(SPAN("teapot"), &none));
  draw_list_free(&list);
}

static void curves_and_rectangles(void **state) {
  (void)state;
  struct point arc[4];
  curve_arc(point_du(0, 100), point_du(200, 100), DU(30), arc);
  struct point top = curve_point(arc, FRACTION_ONE / 2);
  assert_int_equal(top.x, DU(100));
  assert_in_range(top.y, DU(70) - 1, DU(70) + 1); /* to the left of its direction: up */
  for (int32_t i = 0; i < 10; i++) {
    struct point a = curve_point_along(arc, i * FRACTION_ONE / 10);
    struct point b = curve_point_along(arc, (i + 1) * FRACTION_ONE / 10);
    assert_in_range(point_distance(a, b), DU(20), DU(23)); /* equal steps */
  }
  struct rect rest = rect_du(0, 0, 100, 50);
  struct rect left = rect_cut_left(&rest, DU(30)), right = rect_cut_right(&rest, DU(100));
  assert_true(rect_equal(left, rect_du(0, 0, 30, 50)) && rect_equal(right, rect_du(30, 0, 70, 50)));
  assert_true(rect_is_empty(rest));
  assert_true(rect_equal(rect_union(rect_du(0, 0, 1, 1), rect_du(9, 9, 1, 1)), rect_du(0, 0, 10, 10)));
  assert_true(rect_is_empty(rect_intersect(rect_du(0, 0, 5, 5), rect_du(5, 0, 5, 5))));
  assert_int_equal(lerp(-10, -20, FRACTION_ONE / 4), -13);
  assert_int_equal(integer_sqrt(UINT64_MAX), UINT32_MAX);
  assert_int_equal(integer_sqrt(24), 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dump_has_one_line_a_command),
      cmocka_unit_test(equal_pictures_are_equal),
      cmocka_unit_test(any_difference_is_seen),
      cmocka_unit_test(what_leaves_no_mark_is_left_out),
      cmocka_unit_test(the_topmost_region_answers),
      cmocka_unit_test(labels_are_aligned_and_cut),
      cmocka_unit_test(texts_are_limited_to_whole_code_points),
      cmocka_unit_test(a_full_list_says_so),
      cmocka_unit_test(icons_stay_in_their_place),
      cmocka_unit_test(curves_and_rectangles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
