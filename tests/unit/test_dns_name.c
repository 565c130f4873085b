/* Domain names: text and wire (RFC 1035 3.1, 5.1), order (RFC 4034 6.1), reverse names. */
#include "proto/dns_name.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define L50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define L63 L50 "1234567890123"

struct parse_case {
  const char *title;
  const char *text, *origin;
  enum dns_problem problem;
  const char *name;
};

static const struct parse_case parse_cases[] = {
    {"absolute", "mx.umich.edu.", "example", DNS_OK, "mx.umich.edu"},
    {"relative", "mx", "umich.edu", DNS_OK, "mx.umich.edu"},
    {"relative to the root", "mx.umich.edu", ".", DNS_OK, "mx.umich.edu"},
    {"letter case is kept", "MX.Umich.EDU", ".", DNS_OK, "MX.Umich.EDU"},
    {"at sign", "@", "umich.edu", DNS_OK, "umich.edu"},
    {"escaped at sign", "\\@", ".", DNS_OK, "\\@"},
    {"root", ".", "umich.edu", DNS_OK, "."},
    {"dot in a label", "first\\.last.umich.edu.", ".", DNS_OK, "first\\.last.umich.edu"},
    {"needless escape", "m\\x.\\117mich.edu", ".", DNS_OK, "mx.umich.edu"},
    {"octet by number", "a\\007b", ".", DNS_OK, "a\\007b"},
    {"needful escapes", "a b(c)", ".", DNS_OK, "a\\032b\\(c\\)"},
    {"high octet", "\\255", ".", DNS_OK, "\\255"},
    {"escaped dot at the end", "a\\.", "b", DNS_OK, "a\\..b"},
    {"wildcard", "*.umich.edu.", ".", DNS_OK, "*.umich.edu"},
    {"underscore", "_dmarc.umich.edu.", ".", DNS_OK, "_dmarc.umich.edu"},
    {"label of 63", L63, ".", DNS_OK, L63},
    {"label of 64", L63 "x", ".", DNS_LABEL_TOO_LONG, NULL},
    {"name of 255", L63 "." L63 "." L63 "." L50 "12345678901.", ".", DNS_OK,
     L63 "." L63 "." L63 "." L50 "12345678901"},
    {"name of 256", L63 "." L63 "." L63 "." L50 "123456789012.", ".", DNS_NAME_TOO_LONG, NULL},
    {"too long with its origin", L63 "." L63 "." L63, L63, DNS_NAME_TOO_LONG, NULL},
    {"empty", "", ".", DNS_EMPTY_NAME, NULL},
    {"two dots", "a..b", ".", DNS_EMPTY_LABEL, NULL},
    {"dot first", ".a", ".", DNS_EMPTY_LABEL, NULL},
    {"two dots alone", "..", ".", DNS_EMPTY_LABEL, NULL},
    {"escape at the end", "a\\", ".", DNS_BAD_ESCAPE, NULL},
    {"escape of two digits", "a\\12", ".", DNS_BAD_ESCAPE, NULL},
    {"escape above 255", "a\\256", ".", DNS_BAD_ESCAPE, NULL},
};

static void parses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof parse_cases / sizeof *parse_cases; i++) {
    const struct parse_case *one = &parse_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct span name;
    enum dns_problem problem = dns_name_parse(span_from(one->text), span_from(one->origin), &arena, &name);
    if (problem != one->problem) fail_msg("%s: %s", one->title, dns_problem_text(problem));
    if (one->name && !span_equal(name, span_from(one->name))) {
      fail_msg("%s: got %.*s", one->title, SPAN_ARG(name));
    }
    if (problem == DNS_OK) { /* through the wire and back it is the same */
      uint8_t wire[DNS_NAME_WIRE_MAX];
      size_t len = dns_name_to_wire(name, wire);
      assert_in_range(len, 1, DNS_NAME_WIRE_MAX);
      assert_int_equal(wire[len - 1], 0);
      assert_true(span_equal(dns_name_from_wire(wire, &arena), name));
      struct span again;
      assert_int_equal(dns_name_parse(name, DNS_ROOT, &arena, &again), DNS_OK);
      assert_true(span_equal(again, name));
    }
    arena_free(&arena);
  }
}

static void parse_borrows_what_needs_no_change(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct span text = SPAN("mx.umich.edu."), name;
  assert_int_equal(dns_name_parse(text, DNS_ROOT, &arena, &name), DNS_OK);
  assert_ptr_equal(name.data, text.data);
  assert_int_equal(arena_used_bytes(&arena), 0);
}

static void equal_and_within(void **state) {
  (void)state;
  assert_true(dns_name_equal(SPAN("MX.umich.edu"), SPAN("mx.UMICH.edu.")));
  assert_false(dns_name_equal(SPAN("mx.umich.edu"), SPAN("mx.umich.ed")));
  assert_false(dns_name_equal(SPAN("a\\."), SPAN("a\\")));
  assert_true(dns_name_is_within(SPAN("a.b.EDU"), SPAN("edu")));
  assert_true(dns_name_is_within(SPAN("edu"), SPAN("edu")));
  assert_true(dns_name_is_within(SPAN("edu"), DNS_ROOT));
  assert_false(dns_name_is_within(SPAN("myedu"), SPAN("edu")));
  assert_false(dns_name_is_within(SPAN("x\\.edu"), SPAN("edu")));
  struct span parent;
  assert_true(dns_name_parent(SPAN("first\\.last.umich.edu"), &parent));
  assert_true(span_equal(parent, SPAN("umich.edu")));
  assert_true(dns_name_parent(SPAN("edu"), &parent));
  assert_true(span_equal(parent, DNS_ROOT));
  assert_false(dns_name_parent(DNS_ROOT, &parent));
}

/* The example of RFC 4034 6.1, in its order. */
static void canonical_order(void **state) {
  (void)state;
  static const char *const names[] = {".",           "example",        "a.example", "yljkjljk.a.example",
                                      "Z.a.example", "zABC.a.EXAMPLE", "z.example", "\\001.z.example",
                                      "*.z.example", "\\200.z.example"};
  uint8_t before[DNS_NAME_KEY_MAX], key[DNS_NAME_KEY_MAX];
  size_t before_len = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t len = dns_name_key(span_from(names[i]), key);
    assert_int_not_equal(len, SPAN_NONE);
    if (i > 0 && span_compare(span_of((char *)before, before_len), span_of((char *)key, len)) >= 0) {
      fail_msg("%s does not come after %s", names[i], names[i - 1]);
    }
    memcpy(before, key, len);
    before_len = len;
  }
  assert_int_equal(dns_name_key(SPAN("a..b"), key), SPAN_NONE);
  /* a zero octet in a label is not the end of the label */
  size_t len = dns_name_key(SPAN("\\000\\001"), key);
  assert_int_equal(len, 5);
  assert_memory_equal(key, "\1\1\1\2\0", 5);
}

struct reverse_case {
  const char *address, *name;
};
static const struct reverse_case reverse_cases[] = {
    {"198.51.100.7", "7.100.51.198.in-addr.arpa"},
    {"0.0.0.0", "0.0.0.0.in-addr.arpa"},
    {"4321:0:1:2:3:4:567:89ab",
     "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"}, /* RFC 3596 2.5 */
};

static void reverse_names(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof reverse_cases / sizeof *reverse_cases; i++) {
    struct arena arena = ARENA_EMPTY;
    struct ip_address address, again;
    assert_true(ip_address_parse(span_from(reverse_cases[i].address), &address));
    struct span name = dns_name_reverse(&address, &arena);
    if (!span_equal(name, span_from(reverse_cases[i].name))) fail_msg("got %.*s", SPAN_ARG(name));
    assert_true(dns_name_to_address(name, &again));
    assert_true(ip_address_equal(&address, &again));
    arena_free(&arena);
  }
  struct ip_address address;
  assert_true(dns_name_to_address(SPAN("7.100.51.198.IN-ADDR.ARPA."), &address));
  static const char *const none[] = {"100.51.198.in-addr.arpa",    "in-addr.arpa", "7.100.51.198",
                                     "07.100.51.198.in-addr.arpa", "b.a.ip6.arpa", ""};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    if (dns_name_to_address(span_from(none[i]), &address)) fail_msg("accepted: %s", none[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parses),           cmocka_unit_test(parse_borrows_what_needs_no_change),
      cmocka_unit_test(equal_and_within), cmocka_unit_test(canonical_order),
      cmocka_unit_test(reverse_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
