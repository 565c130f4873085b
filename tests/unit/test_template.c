/* Templates: names, parts that may be left out, and what is wrong with a template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/template.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct template_value values[] = {
    {SPAN_INIT("host"), SPAN_INIT("mx.umich.edu")},
    {SPAN_INIT("ip"), SPAN_INIT("192.0.2.1")},
    {SPAN_INIT("nothing"), SPAN_INIT("")},
    {SPAN_INIT("tricky"), SPAN_INIT("{host} [[x]]")},
};

/* The same in two steps: what is inert is filled in for good, then the rest. */
static void fill_settled(struct span text, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < COUNT(values); i++)
    if (values[i].value.len && template_is_inert(values[i].value))
      text = template_settle(text, &values[i], &arena);
  template_expand(text, values, COUNT(values), out);
  arena_free(&arena);
}

/* Fills the template in as one that was read before; unused values hold what must never be seen. */
static void fill_compiled(struct span text, struct buf *out, template_placed *placed, void *context) {
  struct arena arena = ARENA_EMPTY;
  struct span names[COUNT(values)], known[COUNT(values)];
  for (size_t i = 0; i < COUNT(values); i++) names[i] = values[i].name;
  struct template template = template_compile(text, names, COUNT(names), &arena);
  for (unsigned i = 0; i < COUNT(values); i++)
    known[i] = template_uses(&template, i) ? values[i].value : SPAN("not to be seen");
  template_fill(&template, known, out, placed, context);
  arena_free(&arena);
}

static void fills_in(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *expected;
  } cases[] = {
      {"no names", "250 ok", "250 ok"},
      {"empty", "", ""},
      {"one name", "220 {host} ready", "220 mx.umich.edu ready"},
      {"two, touching", "{host}{ip}", "mx.umich.edu192.0.2.1"},
      {"unknown is empty", "a{unheard}b", "ab"},
      {"values are not templates", "<{tricky}>", "<{host} [[x]]>"},
      {"a part kept", "a[[ ({ip})]]b", "a (192.0.2.1)b"},
      {"a part left out", "a[[ ({nothing})]]b", "ab"},
      {"one name of two is empty", "a[[{ip}{nothing}]]b", "ab"},
      {"a part without names", "a[[b]]c", "abc"},
      {"two parts", "[[{nothing}x]][[{ip}y]]", "192.0.2.1y"},
      {"a name behind a part that is left out", "a[[b{nothing}]]{ip}", "a192.0.2.1"},
      {"an unknown name in a part", "a[[b{unheard}]]c", "ac"},
      {"a part that is all of a part", "a[[[[b{nothing}]]]]c", "ac"},
      {"a part in a part", "a[[{ip}[[b{nothing}]]]]c", "a192.0.2.1c"},
      {"a literal in a part, kept", "x[[ [{ip}]]]", "x [192.0.2.1]"},
      {"a literal in a part, left out", "x[[ [{nothing}]]]", "x"},
      {"single brackets are themselves", "({host} [{ip}])", "(mx.umich.edu [192.0.2.1])"},
      {"a brace", "{{host} }", "{host} }"},
      {"open at the end", "a[[{ip}", "a[[{ip}"},
      {"a close alone is itself", "a]]b", "a]]b"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct buf out = BUF_CAPPED(200);
    template_expand(span_from(cases[i].text), values, COUNT(values), &out);
    if (!span_equal(buf_span(&out), span_from(cases[i].expected)))
      fail_msg("%s: got \"%.*s\"", cases[i].name, SPAN_ARG(buf_span(&out)));
    buf_clear(&out);
    fill_compiled(span_from(cases[i].text), &out, NULL, NULL);
    if (!span_equal(buf_span(&out), span_from(cases[i].expected)))
      fail_msg("%s, read before: got \"%.*s\"", cases[i].name, SPAN_ARG(buf_span(&out)));
    buf_clear(&out);
    fill_settled(span_from(cases[i].text), &out);
    if (!span_equal(buf_span(&out), span_from(cases[i].expected)))
      fail_msg("%s, settled: got \"%.*s\"", cases[i].name, SPAN_ARG(buf_span(&out)));
    buf_free(&out);
  }
}

static void tells_inert_values(void **state) {
  (void)state;
  assert_true(template_is_inert(SPAN("mx.umich.edu")) && template_is_inert(SPAN_EMPTY));
  assert_false(template_is_inert(SPAN("a{b")) || template_is_inert(SPAN("a}")) ||
               template_is_inert(SPAN("[192.0.2.1]")) || template_is_inert(SPAN("a]")));
}

static void keeps_what_was_there(void **state) {
  (void)state;
  struct buf out = BUF_CAPPED(0);
  buf_add_text(&out, "before:");
  template_expand(SPAN("[[{nothing}]]{host}"), values, COUNT(values), &out);
  assert_true(span_equal(buf_span(&out), SPAN("before:mx.umich.edu")));
  buf_free(&out);
}

struct place {
  size_t index, offset, length;
};

static void note_place(void *context, size_t value_index, size_t offset, size_t length) {
  struct place **next = context;
  *(*next)++ = (struct place){value_index, offset, length};
}

static void tells_places(void **state) {
  bool read_before = *state != NULL;
  const struct span text = SPAN("by {host}[[ ({nothing})]] [[{ip}]]");
  struct place places[4], *next = places;
  struct buf out = BUF_CAPPED(0);
  if (read_before)
    fill_compiled(text, &out, note_place, &next);
  else
    template_expand_placed(text, values, COUNT(values), &out, note_place, &next);
  assert_int_equal(next - places, 2);
  assert_memory_equal(out.data + places[0].offset, "mx.umich.edu", places[0].length);
  assert_int_equal(places[1].index, 1);
  assert_memory_equal(out.data + places[1].offset, "192.0.2.1", places[1].length);
  buf_free(&out);
}

static void checks(void **state) {
  (void)state;
  static const struct span names[] = {SPAN_INIT("host"), SPAN_INIT("ip")};
  static const struct {
    const char *text;
    bool good;
    const char *bad;
  } cases[] = {
      {"{host} [{ip}]", true, ""}, {"[[{host}]] and [[{ip}]]", true, ""}, {"{{host}", true, ""},
      {"{hots} x", false, "hots"}, {"{not a name}", false, "not a name"}, {"a {b", false, "{b"},
      {"a [[ b", false, "[[ b"},   {"[[{ip}{who}]]", false, "who"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct span bad = SPAN_EMPTY;
    bool good = template_check(span_from(cases[i].text), names, COUNT(names), &bad);
    if (good != cases[i].good || (!good && !span_equal(bad, span_from(cases[i].bad))))
      fail_msg("\"%s\": %d, \"%.*s\"", cases[i].text, good, SPAN_ARG(bad));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills_in),
      cmocka_unit_test(tells_inert_values),
      cmocka_unit_test(keeps_what_was_there),
      cmocka_unit_test(tells_places),
      cmocka_unit_test_prestate(tells_places, "read before"),
      cmocka_unit_test(checks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
