/* Draw lists as SVG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "readers/svg.h"

static void expect(const struct draw_list *list, const char *wanted) {
  struct buf out = {0};
  svg_write(list, &(struct svg_options){.title = SPAN("T"), .description = SPAN("D")}, &out);
  size_t start = span_search(buf_span(&out), SPAN("</style>\n"));
  buf_add_char(&out, '\0');
  assert_string_equal(out.data + start + 9, wanted);
  buf_free(&out);
}

static void test_commands(void **state) {
  (void)state;
  struct draw_list list = DRAW_LIST_EMPTY;
  draw_list_begin(&list, DU(100), DU(50), 0xFFEEF1F5);
  draw_box(&list, &(struct draw_box){rect_du(10, 10, 20, 8), DU(3), 0xFF112233, 0x80445566, DU(2), 0});
  draw_box(&list, &(struct draw_box){rect_du(0, 0, 8, 8), DU(4), 0xFF000000, 0, 0, DRAW_CORNERS_LEFT});
  draw_alpha_push(&list, 128);
  draw_circle(&list, &(struct draw_circle){point_du(5, 5), DU(4), 0xFF010203, 0, 0});
  draw_alpha_pop(&list);
  const struct point line[] = {point_du(10, 40), point_du(50, 40)};
  draw_stroke(&list, &(struct draw_stroke){.points = line,
                                           .count = 2,
                                           .arrows = DRAW_ARROW_END,
                                           .width = DU(2),
                                           .arrow_length = DU(8),
                                           .arrow_width = DU(8),
                                           .colour = 0xFF000001});
  draw_clip_push(&list, rect_du(0, 0, 100, 25));
  draw_text(&list, &(struct draw_text){
                       point_du(1, 20), {FACE_MONO, WEIGHT_BOLD, DU(10)}, 0xFF000002, SPAN("<a&b>\x01")});
  draw_clip_pop(&list);
  draw_list_end(&list);
  expect(&list,
         "<rect x=\"0\" y=\"0\" width=\"100\" height=\"50\" fill=\"#eef1f5\"/>\n"
         "<rect x=\"10\" y=\"10\" width=\"20\" height=\"8\" rx=\"3\" fill=\"#112233\"/>\n"
         "<rect x=\"11\" y=\"11\" width=\"18\" height=\"6\" rx=\"2\" fill=\"none\" stroke=\"#445566\" "
         "stroke-opacity=\"0.501\" stroke-width=\"2\"/>\n"
         "<path d=\"M4 0L8 0L8 0L8 8L8 8L4 8A4 4 0 0 1 0 4L0 4A4 4 0 0 1 4 0Z\" fill=\"#000000\"/>\n"
         "<circle cx=\"5\" cy=\"5\" r=\"4\" fill=\"#010203\" fill-opacity=\"0.501\"/>\n"
         "<path d=\"M10 40L44 40\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\" "
         "stroke=\"#000001\" stroke-width=\"2\"/>\n"
         "<polygon points=\"50 40 42 36 42 44\" fill=\"#000001\"/>\n"
         "<clipPath id=\"c1\"><rect x=\"0\" y=\"0\" width=\"100\" height=\"25\"/></clipPath><g "
         "clip-path=\"url(#c1)\">\n"
         "<text class=\"face-mono\" x=\"1\" y=\"20\" font-size=\"10\" font-weight=\"700\" fill=\"#000002\" "
         "textLength=\"36\" lengthAdjust=\"spacingAndGlyphs\" "
         "xml:space=\"preserve\">&lt;a&amp;b&gt;\xE2\x90\x81</text>\n"
         "</g>\n</svg>\n");
  draw_list_free(&list);
}

static void test_escapes(void **state) {
  (void)state;
  static const struct {
    const char *text, *wanted;
  } cases[] = {
      {"plain", "plain"},
      {"<>&\"'", "&lt;&gt;&amp;&quot;&#39;"},
      {"caf\xC3\xA9 \xF0\x9F\x93\xA7", "caf\xC3\xA9 \xF0\x9F\x93\xA7"},
      {"\xFF", "\xEF\xBF\xBD"},         /* no UTF-8 */
      {"\x1B[31m", "\xE2\x90\x9B[31m"}, /* a control character's picture */
      {"\xEF\xBF\xBE", "\xEF\xBF\xBD"}, /* U+FFFE, which XML forbids */
      {"\xE2\x80\xAE"
       "abc",
       "\xEF\xBF\xBD"
       "abc"}, /* what would turn the text around */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf out = {0};
    svg_write_escaped(span_from(cases[i].text), &out);
    buf_add_char(&out, '\0');
    assert_string_equal(out.data, cases[i].wanted);
    buf_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands), cmocka_unit_test(test_escapes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
