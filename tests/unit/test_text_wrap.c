/* Widths from the table, and lines broken by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "view/text_wrap.h"

/* In mono at 10 units each glyph is 6 units wide: widths can be read off the strings. */
static const struct text_style mono = {FACE_MONO, WEIGHT_REGULAR, DU(10)};
static const struct text_style sans = {FACE_SANS, WEIGHT_BOLD, DU(20)};

#define CELLS(n) DU(6 * (n))

struct decode_case {
  const char *bytes;
  uint32_t code_point;
  size_t size;
};

static const struct decode_case decode_cases[] = {
    {"A", 'A', 1},
    {"\x1b[0m", 0x241B, 1}, /* escape, as its picture */
    {"\x7f", 0x2421, 1},
    {"\xc3\xa9", 0xE9, 2},
    {"\xe2\x82\xac", 0x20AC, 3},
    {"\xf0\x9f\x93\xa7", 0x1F4E7, 4},
    {"\xe9t\xe9", 0xFFFD, 1},        /* Latin-1 */
    {"\xc0\xaf", 0xFFFD, 1},         /* overlong */
    {"\xed\xa0\x80", 0xFFFD, 1},     /* a surrogate */
    {"\xf4\x90\x80\x80", 0xFFFD, 1}, /* beyond Unicode */
    {"\xe2\x82", 0xFFFD, 1},         /* cut short */
    {"\x80", 0xFFFD, 1},
    {"\xe2\x80\xae", 0xFFFD, 3}, /* right-to-left override */
    {"\xe2\x80\x8b", 0xFFFD, 3}, /* zero width space */
    {"\xc2\x85", 0xFFFD, 2},     /* C1 */
};

static void bytes_become_code_points(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof decode_cases / sizeof *decode_cases; i++) {
    const struct decode_case *c = &decode_cases[i];
    uint32_t got;
    size_t size = text_decode(span_from(c->bytes), &got);
    if (got != c->code_point || size != c->size)
      fail_msg("case %zu: U+%04X of %zu, expected U+%04X of %zu", i, got, size, c->code_point, c->size);
  }
  uint32_t nothing;
  assert_int_equal(text_decode(SPAN_EMPTY, &nothing), 0);
  assert_int_equal(text_decode(SPAN("\0"), &nothing), 1);
  assert_int_equal(nothing, 0x2400);
}

static void widths(void **state) {
  (void)state;
  assert_int_equal(text_width(mono, SPAN("MAIL FROM:<>")), CELLS(12));
  assert_int_equal(text_width(mono, SPAN("\xe6\xbc\xa2\xe5\xad\x97")), CELLS(4)); /* two wide ones */
  assert_int_equal(text_width(mono, SPAN("e\xcc\x81")), CELLS(1));                /* a combining accent */
  assert_int_equal(text_width(sans, SPAN_EMPTY), 0);
  /* Kerning: AV is narrower than its letters, HH is not. */
  assert_true(text_width(sans, SPAN("AV")) < text_width(sans, SPAN("A")) + text_width(sans, SPAN("V")));
  assert_int_equal(text_width(sans, SPAN("HHHH")), 4 * text_width(sans, SPAN("H")));
  struct text_style regular = {FACE_SANS, WEIGHT_REGULAR, DU(20)};
  assert_true(text_width(regular, SPAN("Janelle")) < text_width(sans, SPAN("Janelle")));
  assert_true(text_cap_height(sans) > text_x_height(sans) && text_ascent(sans) > text_cap_height(sans));
  assert_true(text_descent(sans) > 0);
}

/* The glyphs join without gaps, and end where the width says. */
static void glyphs_follow_each_other(void **state) {
  (void)state;
  struct span text = SPAN("Received: from AVA (\xe2\x80\x9cTo\xe2\x80\x9d) \xc3\xa9");
  struct text_glyphs glyphs = text_glyphs(sans, text);
  struct text_glyph glyph;
  int32_t end = 0;
  size_t offset = 0;
  while (text_glyphs_next(&glyphs, &glyph)) {
    assert_int_equal(glyph.offset, offset);
    assert_in_range(glyph.x + DU(3), end, end + DU(4)); /* kerned by less than three units */
    assert_int_equal(glyph.x, text_width(sans, span_first(text, offset + glyph.size)) - glyph.advance);
    end = glyph.x + glyph.advance;
    offset += glyph.size;
  }
  assert_int_equal(end, text_width(sans, text));
  assert_int_equal(offset, text.len);
}

static void fitting_and_pointing(void **state) {
  (void)state;
  struct span text = SPAN("ab\xc3\xa9"
                          "d");
  assert_int_equal(text_fit(mono, text, CELLS(3)), 4);
  assert_int_equal(text_fit(mono, text, CELLS(3) - 1), 2);
  assert_int_equal(text_fit(mono, text, -1), 0);
  assert_int_equal(text_fit(mono, text, CELLS(99)), text.len);
  assert_int_equal(text_offset_at(mono, text, -50), 0);
  assert_int_equal(text_offset_at(mono, text, DU(2)), 0);
  assert_int_equal(text_offset_at(mono, text, DU(4)), 1);
  assert_int_equal(text_offset_at(mono, text, CELLS(3)), 4);
  assert_int_equal(text_offset_at(mono, text, CELLS(50)), 5);
}

struct wrap_case {
  const char *text;
  int32_t width, first_x, rest_x; /* in glyphs of mono */
  const char *lines;              /* joined by | */
};

static const struct wrap_case wrap_cases[] = {
    {"Lunch on Friday?", 20, 0, 0, "Lunch on Friday?"},
    {"Lunch on Friday?", 16, 0, 0, "Lunch on Friday?"},
    {"Lunch on Friday?", 15, 0, 0, "Lunch on|Friday?"},
    {"Lunch on Friday?", 8, 0, 0, "Lunch on|Friday?"},
    {"Lunch on Friday?", 7, 0, 0, "Lunch|on|Friday?"},
    {"Lunch   on", 6, 0, 0, "Lunch|on"},
    {"mta.comcast.net", 6, 0, 0, "mta.co|mcast.|net"},
    {"to mta.comcast.net", 6, 0, 0, "to|mta.co|mcast.|net"},
    {"one\ntwo\r\nthree", 9, 0, 0, "one|two|three"},
    {"one\n\ntwo", 9, 0, 0, "one||two"},
    {"one\n", 9, 0, 0, "one|"},
    {"", 9, 0, 0, ""},
    {"   ", 2, 0, 0, ""},
    {"ab", 0, 0, 0, "a|b"},
    {"ab\ncd", 0, 0, 0, "a|b|c|d"},
    {"\xc3\xa9\xc3\xa9\xc3\xa9", 2, 0, 0, "\xc3\xa9\xc3\xa9|\xc3\xa9"},
    {"Received: from a by b", 14, 0, 4, "Received: from|a by b"},
    {"from a by b; Mon", 9, 4, 2, "from|a by b;|Mon"},
    {"comcast.net now", 9, 4, 0, "|comcast.n|et now"},
    {"x  indented", 20, 0, 0, "x  indented"},
    {"  indented words", 10, 0, 0, "  indented|words"},
};

static void wrapping(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof wrap_cases / sizeof *wrap_cases; i++) {
    const struct wrap_case *c = &wrap_cases[i];
    struct text_wrap wrap =
        text_wrap_indented(mono, span_from(c->text), CELLS(c->width), CELLS(c->first_x), CELLS(c->rest_x));
    size_t expected_count = text_wrap_count(wrap), count = 0;
    int32_t widest = text_wrap_width(wrap);
    struct buf lines = BUF_CAPPED(0);
    struct text_line line;
    while (text_wrap_next(&wrap, &line)) {
      if (count > 0) buf_add_char(&lines, '|');
      buf_add(&lines, line.text);
      assert_int_equal(line.x, count == 0 ? CELLS(c->first_x) : CELLS(c->rest_x));
      assert_int_equal(line.width, text_width(mono, line.text));
      assert_true(line.width <= widest);
      count++;
    }
    if (!span_equal(buf_span(&lines), span_from(c->lines)))
      fail_msg("\"%s\" in %d: \"%.*s\", expected \"%s\"", c->text, c->width, SPAN_ARG(buf_span(&lines)),
               c->lines);
    assert_int_equal(count, expected_count);
    buf_free(&lines);
  }
}

struct ellipsis_case {
  const char *text;
  int32_t width;
  const char *end, *middle;
};

static const struct ellipsis_case ellipsis_cases[] = {
    {"mx.umich.edu", 12, "mx.umich.edu", "mx.umich.edu"},
    {"mx.umich.edu", 11, "mx.umich.e\xe2\x80\xa6", "mx.um\xe2\x80\xa6h.edu"},
    {"mx umich.edu", 4, "mx\xe2\x80\xa6",
     "m\xe2\x80\xa6"
     "du"},
    {"mx.umich.edu", 1, "\xe2\x80\xa6", "\xe2\x80\xa6"},
    {"", 0, "", ""},
};

static void ellipses(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof ellipsis_cases / sizeof *ellipsis_cases; i++) {
    const struct ellipsis_case *c = &ellipsis_cases[i];
    struct span end = text_ellipsis(mono, span_from(c->text), CELLS(c->width), &arena);
    struct span middle = text_ellipsis_middle(mono, span_from(c->text), CELLS(c->width), &arena);
    if (!span_equal(end, span_from(c->end)) || !span_equal(middle, span_from(c->middle)))
      fail_msg("\"%s\" in %d: \"%.*s\" and \"%.*s\"", c->text, c->width, SPAN_ARG(end), SPAN_ARG(middle));
  }
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_become_code_points),
      cmocka_unit_test(widths),
      cmocka_unit_test(glyphs_follow_each_other),
      cmocka_unit_test(fitting_and_pointing),
      cmocka_unit_test(wrapping),
      cmocka_unit_test(ellipses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
