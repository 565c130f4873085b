/* Resource records: zone file entries (RFC 1035 5), each type both ways. */
#include "proto/dns_record.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct line_case {
  const char *title, *line;
  enum dns_problem problem;
  const char *canonical; /* NULL: the line itself */
};

static const struct line_case line_cases[] = {
    {"A", "mx.umich.edu. 3600 IN A 198.51.100.7", DNS_OK, NULL},
    {"AAAA", "mx.umich.edu. 60 IN AAAA 2001:DB8:0:0::7", DNS_OK, "mx.umich.edu. 60 IN AAAA 2001:db8::7"},
    {"MX", "umich.edu. 3600 IN MX 10 mx.umich.edu.", DNS_OK, NULL},
    {"null MX", "umich.edu. 3600 IN MX 0 .", DNS_OK, NULL},
    {"PTR", "7.100.51.198.in-addr.arpa. 3600 IN PTR mx.umich.edu.", DNS_OK, NULL},
    {"CNAME", "www.umich.edu. 3600 IN CNAME umich.edu.", DNS_OK, NULL},
    {"NS", "umich.edu. 3600 IN NS ns.umich.edu.", DNS_OK, NULL},
    {"SOA", "umich.edu. 86400 IN SOA ns.umich.edu. hostmaster.umich.edu. 7 86400 7200 3600000 3600", DNS_OK,
     NULL},
    {"TXT", "umich.edu. 3600 IN TXT \"v=spf1 mx -all\"", DNS_OK, NULL},
    {"TXT of two strings", "umich.edu. 3600 IN TXT \"a\" \"b c\"", DNS_OK, NULL},
    {"TXT without quotes", "umich.edu. 3600 IN TXT abc def", DNS_OK,
     "umich.edu. 3600 IN TXT \"abc\" \"def\""},
    {"TXT with a quote in it", "x. 1 IN TXT \"say \\\"hi\\\" \\\\ \\195\\164\"", DNS_OK, NULL},
    {"TXT of an empty string", "x. 1 IN TXT \"\"", DNS_OK, NULL},
    {"TXT with a semicolon", "x. 1 IN TXT \"v=DMARC1; p=none\"", DNS_OK, NULL},
    {"unknown type", "x. 1 IN TYPE99 \\# 3 0aff00", DNS_OK, NULL},
    {"unknown type, nothing", "x. 1 IN TYPE99 \\# 0", DNS_OK, NULL},
    {"relative names", "mx 3600 IN MX 10 @", DNS_OK, "mx.example. 3600 IN MX 10 example."},
    {"class before TTL", "x. IN 5 A 192.0.2.1", DNS_OK, "x. 5 IN A 192.0.2.1"},
    {"neither class nor TTL", "x. A 192.0.2.1", DNS_OK, "x. 3600 IN A 192.0.2.1"},
    {"any letter case", "x. in mx 1 Y.", DNS_OK, "x. 3600 IN MX 1 Y."},
    {"a comment", "x. 1 IN A 192.0.2.1 ; the host", DNS_OK, "x. 1 IN A 192.0.2.1"},
    {"parentheses", "x. 1 IN SOA a. b. ( 1 ; serial\n 2 3\n 4 5 )\n", DNS_OK, "x. 1 IN SOA a. b. 1 2 3 4 5"},
    {"root", ". 1 IN NS a.", DNS_OK, NULL},
    {"escaped owner", "a\\.b. 1 IN A 192.0.2.1", DNS_OK, NULL},
    {"TTL of 68 years", "x. 2147483647 IN A 192.0.2.1", DNS_OK, NULL},
    {"TTL in units", "x. 1w2D3h4M5s A 192.0.2.1", DNS_OK, "x. 788645 IN A 192.0.2.1"},
    {"SOA in units", "x. 0s SOA a. b. 1 1d 2h 5w6d16h 15m", DNS_OK,
     "x. 0 IN SOA a. b. 1 86400 7200 3600000 900"},
    {"a number without its unit", "x. 1h5 A 192.0.2.1", DNS_BAD_NUMBER, NULL},
    {"a unit without its number", "x. 1hm A 192.0.2.1", DNS_BAD_NUMBER, NULL},
    {"too many weeks", "x. 3551w A 192.0.2.1", DNS_BAD_NUMBER, NULL},
    {"far too many weeks", "x. 99999999999999999999w A 192.0.2.1", DNS_BAD_NUMBER, NULL},
    {"a serial has no units", "x. 1 SOA a. b. 1h 2 3 4 5", DNS_BAD_NUMBER, NULL},
    {"TTL too large", "x. 2147483648 IN A 192.0.2.1", DNS_BAD_NUMBER, NULL},
    {"no data", "x. 1 IN A", DNS_MISSING_FIELD, NULL},
    {"no type", "x. 1 IN", DNS_MISSING_FIELD, NULL},
    {"nothing", "", DNS_MISSING_FIELD, NULL},
    {"only a comment", "; nothing", DNS_MISSING_FIELD, NULL},
    {"no owner", " 1 IN A 192.0.2.1", DNS_NO_OWNER, NULL},
    {"more than the data", "x. 1 IN A 192.0.2.1 192.0.2.2", DNS_EXTRA_FIELD, NULL},
    {"two records", "x. 1 IN A 192.0.2.1\ny. 1 IN A 192.0.2.2", DNS_EXTRA_FIELD, NULL},
    {"address of the other family", "x. 1 IN A 2001:db8::1", DNS_BAD_ADDRESS, NULL},
    {"address of the other family", "x. 1 IN AAAA 192.0.2.1", DNS_BAD_ADDRESS, NULL},
    {"preference too large", "x. 1 IN MX 65536 y.", DNS_BAD_NUMBER, NULL},
    {"preference and host exchanged", "x. 1 IN MX y. 10", DNS_BAD_NUMBER, NULL},
    {"other class", "x. 1 CH A 192.0.2.1", DNS_UNKNOWN_CLASS, NULL},
    {"unknown word", "x. 1 IN MXX 1 y.", DNS_UNKNOWN_TYPE, NULL},
    {"a question's type", "x. 1 IN ANY \\# 0", DNS_UNKNOWN_TYPE, NULL},
    {"unknown type, not as RFC 3597 says", "x. 1 IN TYPE99 abc", DNS_UNKNOWN_TYPE, NULL},
    {"unknown type, too few octets", "x. 1 IN TYPE99 \\# 2 ab", DNS_MISSING_FIELD, NULL},
    {"unknown type, too many octets", "x. 1 IN TYPE99 \\# 1 abcd", DNS_BAD_NUMBER, NULL},
    {"quote without end", "x. 1 IN TXT \"abc", DNS_UNBALANCED, NULL},
    {"quote over a line end", "x. 1 IN TXT \"abc\n\"", DNS_UNBALANCED, NULL},
    {"parenthesis without end", "x. 1 IN TXT ( abc", DNS_UNBALANCED, NULL},
    {"parenthesis without beginning", "x. 1 IN TXT abc )", DNS_UNBALANCED, NULL},
    {"empty label", "x..y. 1 IN A 192.0.2.1", DNS_EMPTY_LABEL, NULL},
};

static void lines(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof line_cases / sizeof *line_cases; i++) {
    const struct line_case *one = &line_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct dns_record record, again;
    enum dns_problem problem = dns_record_parse(span_from(one->line), SPAN("example"), &arena, &record);
    if (problem != one->problem) fail_msg("%s: %s", one->title, dns_problem_text(problem));
    if (problem == DNS_OK) {
      struct buf out = {0};
      dns_record_write(&record, &out);
      const char *wanted = one->canonical ? one->canonical : one->line;
      if (!span_equal(buf_span(&out), span_from(wanted))) {
        fail_msg("%s: got %.*s", one->title, SPAN_ARG(buf_span(&out)));
      }
      assert_int_equal(dns_record_parse(buf_span(&out), DNS_ROOT, &arena, &again), DNS_OK);
      assert_true(dns_record_equal(&record, &again));
      buf_free(&out);
    }
    arena_free(&arena);
  }
}

static void makes_of_parts(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct dns_record record;
  struct buf out = {0};
  assert_int_equal(
      dns_record_make(SPAN("umich.edu"), SPAN("mx"), 60, SPAN("10 mx.umich.edu"), DNS_ROOT, &arena, &record),
      DNS_OK);
  dns_record_write(&record, &out);
  assert_true(span_equal(buf_span(&out), SPAN("umich.edu. 60 IN MX 10 mx.umich.edu.")));
  assert_int_equal(
      dns_record_make(SPAN("a"), SPAN("A"), 60, SPAN("192.0.2.1\n192.0.2.2"), DNS_ROOT, &arena, &record),
      DNS_EXTRA_FIELD);
  assert_int_equal(dns_record_make(SPAN("a"), SPAN("SPF"), 60, SPAN("x"), DNS_ROOT, &arena, &record),
                   DNS_UNKNOWN_TYPE);
  assert_int_equal(dns_record_make(SPAN("a b."), SPAN("A"), 60, SPAN("192.0.2.1"), DNS_ROOT, &arena, &record),
                   DNS_OK);
  assert_true(span_equal(record.name, SPAN("a\\032b")));
  buf_free(&out);
  arena_free(&arena);
}

static void strings(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  char text[600];
  memset(text, 'x', sizeof text);
  struct span made = dns_strings_make(span_of(text, sizeof text), &arena);
  assert_int_equal(made.len, 603);
  assert_true(span_equal(dns_strings_join(made, &arena), span_of(text, sizeof text)));
  assert_true(span_equal(dns_strings_make(SPAN_EMPTY, &arena), span_of("\0", 1)));
  struct dns_record record = {.name = SPAN("x"), .type = DNS_TYPE_TXT, .strings = made};
  struct dns_record again;
  struct buf out = {0};
  dns_record_write(&record, &out);
  assert_int_equal(dns_record_parse(buf_span(&out), DNS_ROOT, &arena, &again), DNS_OK);
  assert_true(dns_record_equal(&record, &again));
  buf_free(&out);
  arena_free(&arena);
}

static void string_of_256_octets_is_refused(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct buf line = {0};
  struct dns_record record;
  buf_add_text(&line, "x. 1 IN TXT ");
  for (int i = 0; i < 255; i++) buf_add_char(&line, 'x');
  assert_int_equal(dns_record_parse(buf_span(&line), DNS_ROOT, &arena, &record), DNS_OK);
  buf_add_char(&line, 'x');
  assert_int_equal(dns_record_parse(buf_span(&line), DNS_ROOT, &arena, &record), DNS_STRING_TOO_LONG);
  buf_free(&line);
  arena_free(&arena);
}

static void a_file_entry_by_entry(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct span text = SPAN("; comment\n"
                          "$ORIGIN umich.edu.\n"
                          "$TTL 300\n"
                          "\n"
                          "@  IN MX 10 mx\n"
                          "\t IN MX 20 (\n  backup.example. )\n"
                          "mx 60 A 192.0.2.1\n"
                          "$ORIGIN cs ; below the first\n"
                          "a A 192.0.2.2");
  static const char *const wanted[] = {
      "umich.edu. 300 IN MX 10 mx.umich.edu.",
      "umich.edu. 300 IN MX 20 backup.example.",
      "mx.umich.edu. 60 IN A 192.0.2.1",
      "a.cs.umich.edu. 300 IN A 192.0.2.2",
  };
  struct dns_file_state file = {.origin = DNS_ROOT, .ttl_s = 1};
  struct dns_record record;
  enum dns_problem problem;
  size_t count = 0;
  while (dns_record_next(&text, &file, &arena, &record, &problem)) {
    struct buf out = {0};
    dns_record_write(&record, &out);
    assert_in_range(count, 0, 3);
    if (!span_equal(buf_span(&out), span_from(wanted[count]))) fail_msg("got %.*s", SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    count++;
  }
  assert_int_equal(problem, DNS_OK);
  assert_int_equal(count, 4);
  arena_free(&arena);
}

static void bad_directives(void **state) {
  (void)state;
  static const char *const texts[] = {"$INCLUDE /etc/passwd\n", "$ORIGIN\n", "$TTL\n",
                                      "$GENERATE 1-10 a A 1\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct arena arena = ARENA_EMPTY;
    struct span text = span_from(texts[i]);
    struct dns_file_state file = {.origin = DNS_ROOT};
    struct dns_record record;
    enum dns_problem problem;
    assert_false(dns_record_next(&text, &file, &arena, &record, &problem));
    assert_int_equal(problem, DNS_BAD_DIRECTIVE);
    arena_free(&arena);
  }
}

static void names_of_types_and_codes(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  enum dns_type type;
  assert_true(dns_type_named(SPAN("aaaa"), &type));
  assert_int_equal(type, DNS_TYPE_AAAA);
  assert_true(dns_type_named(SPAN("TYPE15"), &type));
  assert_int_equal(type, DNS_TYPE_MX);
  assert_false(dns_type_named(SPAN("TYPE65536"), &type));
  assert_false(dns_type_named(SPAN("TYPE"), &type));
  assert_false(dns_type_named(SPAN(""), &type));
  assert_true(span_equal(dns_type_text(DNS_TYPE_MX, &arena), SPAN("MX")));
  assert_true(span_equal(dns_type_text((enum dns_type)257, &arena), SPAN("TYPE257")));
  enum dns_rcode rcode;
  assert_true(dns_rcode_named(SPAN("nxdomain"), &rcode));
  assert_int_equal(rcode, DNS_NXDOMAIN);
  assert_false(dns_rcode_named(SPAN("TIMEOUT"), &rcode));
  assert_string_equal(dns_rcode_name(DNS_SERVFAIL), "SERVFAIL");
  assert_string_equal(dns_rcode_name((enum dns_rcode)15), "RESERVED");
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines),
      cmocka_unit_test(makes_of_parts),
      cmocka_unit_test(strings),
      cmocka_unit_test(string_of_256_octets_is_refused),
      cmocka_unit_test(a_file_entry_by_entry),
      cmocka_unit_test(bad_directives),
      cmocka_unit_test(names_of_types_and_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
