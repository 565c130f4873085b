/* Maps of UUCP machines: what the language of pathalias says, and what is wrong with a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readers/uucp_map.h"

static void add_edge(const struct uucp_map *map, const struct uucp_edge *edge, struct buf *out) {
  char sign = edge->sign;
  buf_add_char(out, ' ');
  if (edge->user_first) buf_add_char(out, sign);
  if (edge->terminal) buf_add_char(out, '<');
  buf_add(out, edge->name);
  if (edge->terminal) buf_add_char(out, '>');
  if (!edge->user_first && sign != '!') buf_add_char(out, sign);
  buf_format(out, "(%lld)", (long long)edge->cost.units);
  if (edge->network != UUCP_NONE) buf_format(out, "{%.*s}", SPAN_ARG(map->networks[edge->network]));
  if (edge->dead) buf_add_text(out, "dead");
}

/* "a b(300) c(200); b a(300)" and, behind a bar, complaints and warnings: "line:column text". */
static void describe(struct span text, struct buf *out) {
  struct error_list errors = {0};
  struct uucp_map *map = uucp_map_read(SPAN("x.map"), text, &errors);
  bool first = true;
  for (size_t m = 0; map && m < map->machine_count; m++) {
    const struct uucp_machine *machine = &map->machines[m];
    if (!machine->edge_count) continue;
    buf_format(out, "%s%.*s", first ? "" : "; ", SPAN_ARG(machine->name));
    first = false;
    if (machine->dead) buf_add_text(out, " (dead)");
    if (machine->is_private) buf_add_text(out, " (private)");
    for (size_t i = 0; i < machine->edge_count; i++) add_edge(map, &map->edges[machine->first_edge + i], out);
  }
  for (size_t i = 0; map && i < map->warnings.count; i++)
    buf_format(out, "|%u:%u %.*s", map->warnings.items[i].line, map->warnings.items[i].column,
               SPAN_ARG(map->warnings.items[i].message));
  for (size_t i = 0; i < errors.count; i++)
    buf_format(out, "|%u:%u %.*s", errors.items[i].line, errors.items[i].column,
               SPAN_ARG(errors.items[i].message));
  assert_true((map == NULL) == (errors.total > 0));
  uucp_map_free(map);
  error_list_free(&errors);
}

struct example {
  const char *text, *expected;
};

static void expect(const struct example *examples, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct buf out = {0};
    describe(span_from(examples[i].text), &out);
    if (!span_equal(buf_span(&out), span_from(examples[i].expected)))
      fail_msg("%s\ngives\n%.*s\ninstead of\n%s", examples[i].text, SPAN_ARG(buf_span(&out)),
               examples[i].expected);
    buf_free(&out);
  }
}
#define EXPECT(examples) expect(examples, sizeof(examples) / sizeof *(examples))

static void links(void **state) {
  static const struct example examples[] = {
      {"", ""},
      {"# nothing\n\n", ""},
      {"a b", "a b(4000)"},
      {"a b(300), c", "a b(300) c(4000)"},
      {"a\tb(DEMAND),\r\n\tc(DIRECT) # two\r\nb a(1)\n", "a b(300) c(200); b a(1)"},
      {"a b,\n# in between\n\n  c,\n  d\n", "a b(4000) c(4000) d(4000)"},
      {"a b,,c,\n", "a b(4000) c(4000)"},
      {"\"private\" dead, \"file\"(LOCAL)\n", "private dead(4000) file(25)"},
      {"private dead\n", "private dead(4000)"}, /* a machine of that name */
      /* the examples of the manual */
      {"down princeton!(DEDICATED), tilt,\n  %thrash(LOCAL)\nprinceton topaz!(DEMAND+LOW)\ntopaz "
       "@rutgers(LOCAL+1)\n",
       "down princeton(95) %thrash(25) tilt(4000); princeton topaz(305); topaz @rutgers(26)"},
      {"a b:(5)\n", "a b:(5)"},
      /* the cheapest of several holds; one that is terminal is another thing */
      {"a b(300)\na b(200)\na b(250)\n", "a b(200)"},
      {"s <r>(10), r(100), i(10)\n", "s i(10) r(100) <r>(10)"},
      {"s <r>(100), r(10)\n", "s r(10)"},
      {"a a(5), b(5)\n", "a b(5)|1:3 a link from a machine to itself"},
  };
  (void)state;
  EXPECT(examples);
}

static void costs(void **state) {
  static const struct example examples[] = {
      {"a b(LOCAL), c(DEDICATED), d(DIRECT), e(DEMAND), f(HOURLY), g(EVENING), h(DAILY), i(WEEKLY), "
       "j(POLLED)\n",
       "a b(25) c(95) d(200) e(300) f(500) g(1800) h(5000) i(30000) j(5000)"},
      {"a b(DAILY+HIGH), c(DAILY+LOW), d(DEMAND+FAST), e(HOURLY*4), f(DAILY/2), g((1+2)*3-4/2)\n",
       "a b(4995) c(5005) d(220) e(2000) f(2500) g(7)"},
      {"a b(2+3*4), c(10-3-2), d(100/5/2), e(-5+10)\n", "a b(14) c(5) d(10) e(5)"},
      {"a b(DEAD)\n", "a b(100000000)dead"},
      {"a b(DIRECT+EVENING)\n", "a b(2000)|1:4 two kinds of link in one cost make no sense"},
      {"a b(HIGH)\n", "|1:4 a link cannot cost less than nothing"},
      {"a b(DEMAMD), c(NONSENSE)\n", "|1:5 there is no cost \"DEMAMD\"|1:16 there is no cost \"NONSENSE\""},
      {"a b(5/0), c(1)\n", "|1:8 this divides by zero"},
      {"a b(99999999999)\n", "|1:5 this number is too large"},
      {"a b(1000000*1000000)\n", "|1:20 this cost is too large"},
      {"a b(5\nb c(5)\n", "|1:6 a cost does not end"},
      {"a b()\n", "|1:5 here a cost should stand"},
      {"a b((5)\n", "|1:8 a cost does not end"},
  };
  (void)state;
  EXPECT(examples);
}

static void waits(void **state) {
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"a b(DEMAND)", "no wait"},
      {"a b(HOURLY)", "1 hour"},
      {"a b(HOURLY*4)", "4 hours"},
      {"a b(EVENING+LOW)", "1 day"},
      {"a b(DAILY/2+HIGH)", "12 hours"},
      {"a b(DAILY*4)", "4 days"},
      {"a b(WEEKLY)", "7 days"},
      {"a b(30)", "no wait"},
      {"a b(400)", "1 hour"},
      {"a b", "1 day"},
      {"a b(HOURLY*25)", "1 day 1 hour"},
      {"a b(DIRECT+EVENING)", "1 day"},
      {"a b(99999)", "7 days"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct error_list errors = {0};
    struct buf words = {0};
    struct uucp_map *map = uucp_map_read(SPAN("x"), span_from(cases[i].text), &errors);
    assert_non_null(map);
    uucp_wait_words(map->edges[0].cost.wait_s, &words);
    if (!span_equal(buf_span(&words), span_from(cases[i].words)))
      fail_msg("%s: %.*s, not %s", cases[i].text, SPAN_ARG(buf_span(&words)), cases[i].words);
    buf_free(&words);
    uucp_map_free(map);
    error_list_free(&errors);
  }
}

static void names(void **state) {
  static const struct example examples[] = {
      /* the name in the route is the one by which the machine before knows it */
      {"a = b, c\nx b(5)\ny c(6)\nc x(7)\nb y(8)\n", "a x(7) y(8); x b(5); y c(6)"},
      {"x b(5), a(3)\na = b\n", "x a(3)"},
      {"a = b\nb = c\nc d(1)\n", "a d(1)"},
      {"a b(1)\na = b\nb c(2)\n", "a c(2)"},
      /* within the scope of private, it is another machine */
      {"a x(1)\nx b(1)\nprivate {x}\nc x(2)\nx d(2)\nprivate {}\ne x(3)\n",
       "a x(1); c x(2); e x(3); x b(1); x (private) d(2)"},
      {"private {x, y,}\nx y(1)\n", "x (private) y(1)"},
  };
  (void)state;
  EXPECT(examples);
}

static void networks(void **state) {
  static const struct example examples[] = {
      {"n = {a, b, c}(LOCAL)\n", "a b(25){n} c(25){n}; b a(25){n} c(25){n}; c a(25){n} b(25){n}"},
      {"n = @{a, b}\n", "a @b(4000){n}; b @a(4000){n}"},
      {"n = {a, b}%(10)\n", "a b%(10){n}; b a%(10){n}"},
      {"= {a, b}(1)\n", "a b(1){{line 1}}; b a(1){{line 1}}"},
      /* networks in a network, and the cheapest of two ways */
      {"n = {a, b}(10)\nm = {c, d}(20)\n= {n, m}(0)\n",
       "a b(10){n} c(10){n} d(10){n}; b a(10){n} c(10){n} d(10){n}; c a(20){m} b(20){m} d(20){m}; "
       "d a(20){m} b(20){m} c(20){m}"},
      {"n = {a, b}(10)\na b(5)\nb a(50)\n", "a b(5); b a(10){n}"},
      /* gateways: a dead network is entered by explicit links alone */
      {"n = {a, b}(10)\ndead {n}\ng n(5)\n", "a b(10){n}dead; b a(10){n}dead; g a(5){n} b(5){n}"},
      {"gatewayed {n}\nn = {a, b}(10)\na n(7)\n", "a b(7){n}; b a(10){n}dead"},
      /* the manual's example of domains */
      {"harvard .EDU\n.EDU = {.BERKELEY, .UMICH}\n.BERKELEY = {ernie}\n",
       "harvard ernie.BERKELEY.EDU(4000){.EDU}"},
  };
  (void)state;
  EXPECT(examples);
}

static void orders(void **state) {
  static const struct example examples[] = {
      {"dead {a!b, c}\na b(1), c(2)\nc a(3)\n", "a b(1)dead c(2); c (dead) a(3)"},
      {"a b(1), c(2)\nb a(3)\nc a(4)\ndelete {b}\n", "a c(2); c a(4)"},
      {"delete {a!b}\na b(1), c(2)\nb a(3)\n", "a c(2); b a(3)"},
      {"adjust {a(LOW), b(-10), c}\na b(25)\nb a(5)\nc a(1)\n", "a b(30); b a(0); c a(4001)"},
      {"adjust {a(1), a(2)}\na b(25)\n", "a b(28)"},
      {"a b(1)\ndead {a!c, x}\ngatewayed {b}\n", "a b(1)|2:7 dead: there is no link from a to c|2:12 dead: "
                                                 "nothing else is said of x|3:12 gatewayed: b is no network"},
      {"file {u.usa.wa.1}\na b(XX)\n", "|2:5 there is no cost \"XX\" (in u.usa.wa.1)"},
  };
  (void)state;
  EXPECT(examples);
}

static void mistakes(void **state) {
  static const struct example examples[] = {
      {"  a b\n", "|1:3 the line begins with white space, and there is none that it could continue"},
      {"a\n", "|1:2 the line ends too early"},
      {"a b c\n", "|1:5 \"c\" does not belong here"},
      {"a !b!(5)\nc d\n", "|1:5 \"!\" does not belong here"},
      {"a <b(5)\n", "|1:5 \"(\" does not belong here"},
      {"a \"b\nc d\n", "|1:3 a quotation mark does not end in its line"},
      {"a \x01\n", "|1:3 an octet that no map has: 0x01"},
      {"a \xc3\xa9\n", "|1:3 an octet that no map has: 0xc3"},
      {"a \"b!c\"\n", "|1:3 a name has a character in it that it cannot have in an address"},
      {"n = {a, b\n", "|1:10 the line ends too early"},
      {"n = {n}\n", "|1:6 a network is no member of itself"},
      {"n =\n", "|1:4 the line ends too early"},
      {"dead {a\nb c\n", "|1:8 the line ends too early"},
      /* all at once, and what is good is read over */
      {"a b(XX),\n  c d,\n  e(5/0)\n!x\nf g(\n",
       "|1:5 there is no cost \"XX\"|2:5 \"d\" does not belong here|3:8 this divides by zero|"
       "4:1 \"!\" does not belong here|5:5 here a cost should stand"},
  };
  (void)state;
  EXPECT(examples);
}

static void nearest_names(void **state) {
  struct error_list errors = {0};
  struct span near[3];
  struct uucp_map *map = uucp_map_read(
      SPAN("x"), SPAN("boulder hao(1), builder(1)\nhao = hoa\nprivate {bolder}\nhao bolder\n"), &errors);
  (void)state;
  assert_non_null(map);
  assert_int_equal(uucp_map_nearest(map, SPAN("bolder"), near, 3), 2);
  assert_true(span_equal(near[0], SPAN("boulder")));
  assert_true(span_equal(near[1], SPAN("builder")));
  assert_int_equal(uucp_map_find(map, SPAN("bolder")), UUCP_NONE);
  assert_int_equal(uucp_map_find(map, SPAN("hoa")), uucp_map_find(map, SPAN("hao")));
  assert_int_equal(map->machines[uucp_map_find(map, SPAN("hao"))].other_count, 1);
  uucp_map_free(map);
  error_list_free(&errors);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(links),    cmocka_unit_test(costs),         cmocka_unit_test(waits),
      cmocka_unit_test(names),    cmocka_unit_test(networks),      cmocka_unit_test(orders),
      cmocka_unit_test(mistakes), cmocka_unit_test(nearest_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
