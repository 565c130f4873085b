/* Answers from zones: each case a question and what dig would show of the answer. */
#include "proto/dns_zone.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char umich_zone[] = "@ 86400 IN SOA ns hostmaster 1 86400 7200 3600000 900\n"
                                 "@ NS ns\n"
                                 "ns A 192.0.2.53\n"
                                 "@ MX 10 mx1\n"
                                 "@ MX 20 mx2.example.net.\n"
                                 "mx1 A 192.0.2.1\n"
                                 "mx1 AAAA 2001:db8::1\n"
                                 "www CNAME web\n"
                                 "web A 192.0.2.80\n"
                                 "far CNAME www.example.net.\n"
                                 "out CNAME www.elsewhere.test.\n"
                                 "dangling CNAME nowhere\n"
                                 "circle1 CNAME circle2\n"
                                 "circle2 CNAME circle1\n"
                                 "a.deep A 192.0.2.9\n"
                                 "*.wild MX 5 mx1\n"
                                 "there.wild A 192.0.2.10\n"
                                 "*.alias CNAME web\n"
                                 "cs NS ns.cs\n"
                                 "ns.cs A 192.0.2.54\n"
                                 "null MX 0 .\n"
                                 "@ TXT \"v=spf1 mx -all\"\n";

static const char example_zone[] = "@ SOA ns hostmaster 1 2 3 4 60\n"
                                   "@ NS ns\n"
                                   "ns A 198.51.100.53\n"
                                   "mx2 A 198.51.100.2\n"
                                   "www A 198.51.100.80\n";

static struct dns_zones *make_zones(void) {
  struct dns_zones *zones = dns_zones_new();
  size_t line;
  assert_int_equal(dns_zones_add(zones, SPAN("umich.edu")), DNS_OK);
  assert_int_equal(dns_zones_add(zones, SPAN("example.net.")), DNS_OK);
  assert_int_equal(dns_zones_add(zones, SPAN("lab.cs.umich.edu")), DNS_OK);
  assert_int_equal(dns_zones_read(zones, SPAN("umich.edu"), span_from(umich_zone), &line), DNS_OK);
  assert_int_equal(dns_zones_read(zones, SPAN("example.net"), span_from(example_zone), &line), DNS_OK);
  assert_int_equal(dns_zones_read(zones, SPAN("lab.cs.umich.edu"), SPAN("a A 192.0.2.99\n"), &line), DNS_OK);
  return zones;
}

static void add_section(const char *mark, struct dns_section section, struct buf *out) {
  for (size_t i = 0; i < section.count; i++) {
    buf_add_text(out, mark);
    dns_record_write(&section.records[i], out);
    buf_add_char(out, '\n');
  }
}

/* "NOERROR aa", then a line a record: answers plain, authority after "! ", additional after "+ ". */
static void show(const struct dns_message *answer, struct buf *out) {
  buf_add_text(out, dns_rcode_name(answer->rcode));
  buf_add_text(out, answer->authoritative ? " aa\n" : "\n");
  add_section("", answer->answers, out);
  add_section("! ", answer->authority, out);
  add_section("+ ", answer->additional, out);
}

#define UMICH_SOA "! umich.edu. 900 IN SOA ns.umich.edu. hostmaster.umich.edu. 1 86400 7200 3600000 900\n"
#define MX1_ADDRESSES                                                                                        \
  "+ mx1.umich.edu. 3600 IN A 192.0.2.1\n"                                                                   \
  "+ mx1.umich.edu. 3600 IN AAAA 2001:db8::1\n"

struct question_case {
  const char *title, *name;
  enum dns_type type;
  const char *answer;
};

static const struct question_case question_cases[] = {
    {"a host", "mx1.umich.edu", DNS_TYPE_A, "NOERROR aa\nmx1.umich.edu. 3600 IN A 192.0.2.1\n"},
    {"any letter case", "MX1.UMICH.edu", DNS_TYPE_A, "NOERROR aa\nmx1.umich.edu. 3600 IN A 192.0.2.1\n"},
    {"MX, in the order of the file, with addresses known here", "umich.edu", DNS_TYPE_MX,
     "NOERROR aa\n"
     "umich.edu. 3600 IN MX 10 mx1.umich.edu.\n"
     "umich.edu. 3600 IN MX 20 mx2.example.net.\n" MX1_ADDRESSES
     "+ mx2.example.net. 3600 IN A 198.51.100.2\n"},
    {"null MX", "null.umich.edu", DNS_TYPE_MX, "NOERROR aa\nnull.umich.edu. 3600 IN MX 0 .\n"},
    {"no data: the name exists, not this type", "mx1.umich.edu", DNS_TYPE_MX, "NOERROR aa\n" UMICH_SOA},
    {"no such name", "nobody.umich.edu", DNS_TYPE_A, "NXDOMAIN aa\n" UMICH_SOA},
    {"no such name, deep", "a.b.c.umich.edu", DNS_TYPE_A, "NXDOMAIN aa\n" UMICH_SOA},
    {"a name that only has names below it", "deep.umich.edu", DNS_TYPE_A, "NOERROR aa\n" UMICH_SOA},
    {"an alias", "www.umich.edu", DNS_TYPE_A,
     "NOERROR aa\nwww.umich.edu. 3600 IN CNAME web.umich.edu.\nweb.umich.edu. 3600 IN A 192.0.2.80\n"},
    {"the alias itself", "www.umich.edu", DNS_TYPE_CNAME,
     "NOERROR aa\nwww.umich.edu. 3600 IN CNAME web.umich.edu.\n"},
    {"an alias without such data", "www.umich.edu", DNS_TYPE_MX,
     "NOERROR aa\nwww.umich.edu. 3600 IN CNAME web.umich.edu.\n" UMICH_SOA},
    {"an alias into another zone of ours", "far.umich.edu", DNS_TYPE_A,
     "NOERROR aa\nfar.umich.edu. 3600 IN CNAME www.example.net.\nwww.example.net. 3600 IN A 198.51.100.80\n"},
    {"an alias out of our zones", "out.umich.edu", DNS_TYPE_A,
     "NOERROR aa\nout.umich.edu. 3600 IN CNAME www.elsewhere.test.\n"},
    {"an alias to nothing", "dangling.umich.edu", DNS_TYPE_A,
     "NXDOMAIN aa\ndangling.umich.edu. 3600 IN CNAME nowhere.umich.edu.\n" UMICH_SOA},
    {"aliases in a circle", "circle1.umich.edu", DNS_TYPE_A, "SERVFAIL\n"},
    {"a wildcard", "anything.wild.umich.edu", DNS_TYPE_MX,
     "NOERROR aa\nanything.wild.umich.edu. 3600 IN MX 5 mx1.umich.edu.\n" MX1_ADDRESSES},
    {"a wildcard, two labels", "x.y.wild.umich.edu", DNS_TYPE_MX,
     "NOERROR aa\nx.y.wild.umich.edu. 3600 IN MX 5 mx1.umich.edu.\n" MX1_ADDRESSES},
    {"a wildcard without such data", "anything.wild.umich.edu", DNS_TYPE_A, "NOERROR aa\n" UMICH_SOA},
    {"a wildcard yields to a name that exists", "there.wild.umich.edu", DNS_TYPE_MX,
     "NOERROR aa\n" UMICH_SOA},
    {"nor is it for what lies below that name", "x.there.wild.umich.edu", DNS_TYPE_MX,
     "NXDOMAIN aa\n" UMICH_SOA},
    {"the wildcard's own name", "*.wild.umich.edu", DNS_TYPE_MX,
     "NOERROR aa\n*.wild.umich.edu. 3600 IN MX 5 mx1.umich.edu.\n" MX1_ADDRESSES},
    {"a wildcard alias", "x.alias.umich.edu", DNS_TYPE_A,
     "NOERROR aa\nx.alias.umich.edu. 3600 IN CNAME web.umich.edu.\nweb.umich.edu. 3600 IN A 192.0.2.80\n"},
    {"delegated: a referral with glue", "www.cs.umich.edu", DNS_TYPE_A,
     "NOERROR\n! cs.umich.edu. 3600 IN NS ns.cs.umich.edu.\n+ ns.cs.umich.edu. 3600 IN A 192.0.2.54\n"},
    {"the delegated name itself", "cs.umich.edu", DNS_TYPE_MX,
     "NOERROR\n! cs.umich.edu. 3600 IN NS ns.cs.umich.edu.\n+ ns.cs.umich.edu. 3600 IN A 192.0.2.54\n"},
    {"glue is not an answer", "ns.cs.umich.edu", DNS_TYPE_A,
     "NOERROR\n! cs.umich.edu. 3600 IN NS ns.cs.umich.edu.\n+ ns.cs.umich.edu. 3600 IN A 192.0.2.54\n"},
    {"a zone of ours below a delegation", "a.lab.cs.umich.edu", DNS_TYPE_A,
     "NOERROR aa\na.lab.cs.umich.edu. 3600 IN A 192.0.2.99\n"},
    {"a zone without SOA: a no that cannot be remembered", "b.lab.cs.umich.edu", DNS_TYPE_A, "NXDOMAIN aa\n"},
    {"the zone's own NS", "umich.edu", DNS_TYPE_NS,
     "NOERROR aa\numich.edu. 3600 IN NS ns.umich.edu.\n+ ns.umich.edu. 3600 IN A 192.0.2.53\n"},
    {"another zone", "elsewhere.test", DNS_TYPE_A, "REFUSED\n"},
    {"above our zones", "edu", DNS_TYPE_NS, "REFUSED\n"},
    {"not a name at all", "a..b", DNS_TYPE_A, "REFUSED\n"},
    {"everything", "web.umich.edu", DNS_TYPE_ANY, "NOERROR aa\nweb.umich.edu. 3600 IN A 192.0.2.80\n"},
    {"a type without a name here", "web.umich.edu", (enum dns_type)257, "NOERROR aa\n" UMICH_SOA},
};

static void questions(void **state) {
  (void)state;
  struct dns_zones *zones = make_zones();
  for (size_t i = 0; i < sizeof question_cases / sizeof *question_cases; i++) {
    const struct question_case *one = &question_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct dns_message answer;
    struct dns_question question = {span_from(one->name), one->type};
    dns_zones_answer(zones, &question, &arena, &answer);
    struct buf out = {0};
    show(&answer, &out);
    if (!span_equal(buf_span(&out), span_from(one->answer))) {
      fail_msg("%s:\n%.*s instead of\n%s", one->title, SPAN_ARG(buf_span(&out)), one->answer);
    }
    buf_free(&out);
    arena_free(&arena);
  }
  dns_zones_free(zones);
}

struct refusal_case {
  const char *title, *line;
  enum dns_problem problem;
};
static const struct refusal_case refusal_cases[] = {
    {"once more the same", "mx1.umich.edu. A 192.0.2.1", DNS_OK},
    {"the same in other letters", "MX1.umich.edu. A 192.0.2.1", DNS_OK},
    {"outside all zones", "elsewhere.test. A 192.0.2.1", DNS_NOT_IN_ZONE},
    {"a CNAME beside an address", "mx1.umich.edu. CNAME web.umich.edu.", DNS_CNAME_AND_OTHER},
    {"an address beside a CNAME", "www.umich.edu. A 192.0.2.1", DNS_CNAME_AND_OTHER},
    {"a second CNAME", "www.umich.edu. CNAME mx1.umich.edu.", DNS_CNAME_AND_OTHER},
    {"a second SOA", "umich.edu. SOA a. b. 1 2 3 4 5", DNS_BAD_SOA},
    {"an SOA below the top", "mx1.umich.edu. SOA a. b. 1 2 3 4 5", DNS_BAD_SOA},
};

static void refusals(void **state) {
  (void)state;
  struct dns_zones *zones = make_zones();
  for (size_t i = 0; i < sizeof refusal_cases / sizeof *refusal_cases; i++) {
    const struct refusal_case *one = &refusal_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct dns_record record;
    assert_int_equal(dns_record_parse(span_from(one->line), DNS_ROOT, &arena, &record), DNS_OK);
    size_t before = dns_zones_records(zones, 0, &arena).count;
    enum dns_problem problem = dns_zones_add_record(zones, &record);
    if (problem != one->problem) fail_msg("%s: %s", one->title, dns_problem_text(problem));
    assert_int_equal(dns_zones_records(zones, 0, &arena).count, before);
    arena_free(&arena);
  }
  dns_zones_free(zones);
}

struct removal_case {
  const char *title, *name;
  enum dns_type type;
  const char *only;  /* a record; NULL: all of the type */
  const char *taken; /* types and data, a line each */
};

static const struct removal_case removal_cases[] = {
    {"all of a type", "umich.edu", DNS_TYPE_MX, NULL, "MX 10 mx1.umich.edu.;MX 20 mx2.example.net.;"},
    {"one record", "umich.edu", DNS_TYPE_MX, "umich.edu. MX 20 mx2.example.net.", "MX 20 mx2.example.net.;"},
    {"one that is not there", "umich.edu", DNS_TYPE_MX, "umich.edu. MX 30 mx2.example.net.", ""},
    {"everything, but not what makes the zone", "umich.edu", DNS_TYPE_ANY, NULL,
     "MX 10 mx1.umich.edu.;MX 20 mx2.example.net.;TXT \"v=spf1 mx -all\";"},
    {"no such name", "nobody.umich.edu", DNS_TYPE_ANY, NULL, ""},
    {"in other letters", "MX1.umich.edu", DNS_TYPE_AAAA, NULL, "AAAA 2001:db8::1;"},
};

static void removals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof removal_cases / sizeof *removal_cases; i++) {
    const struct removal_case *one = &removal_cases[i];
    struct dns_zones *zones = make_zones();
    struct arena arena = ARENA_EMPTY;
    struct dns_record only;
    struct buf taken = {0}, seen = {0};
    if (one->only) assert_int_equal(dns_record_parse(span_from(one->only), DNS_ROOT, &arena, &only), DNS_OK);
    size_t before = dns_zones_records(zones, 0, &arena).count;
    size_t count = dns_zones_remove(zones, span_from(one->name), one->type, one->only ? &only : NULL, &taken);
    assert_int_equal(dns_zones_records(zones, 0, &arena).count + count, before);
    struct span rest = buf_span(&taken), line;
    while (rest.len && span_next(&rest, '\n', &line)) {
      size_t in = span_search(line, SPAN(" IN "));
      assert_true(in != SPAN_NONE);
      buf_format(&seen, "%.*s;", SPAN_ARG(span_skip(line, in + 4)));
    }
    if (!span_equal(buf_span(&seen), span_from(one->taken)))
      fail_msg("%s: %.*s", one->title, SPAN_ARG(buf_span(&seen)));
    buf_free(&taken);
    buf_free(&seen);
    arena_free(&arena);
    dns_zones_free(zones);
  }
}

/* A name without records is no name; with one again it is, also after the table of names has grown. */
static void a_name_goes_and_comes(void **state) {
  (void)state;
  struct dns_zones *zones = make_zones();
  struct arena arena = ARENA_EMPTY;
  struct dns_question question = {.name = SPAN("web.umich.edu"), .type = DNS_TYPE_A};
  struct dns_message answer;
  struct dns_record record;
  struct buf taken = {0};
  assert_int_equal(dns_zones_remove(zones, question.name, DNS_TYPE_ANY, NULL, &taken), 1);
  dns_zones_answer(zones, &question, &arena, &answer);
  assert_int_equal(answer.rcode, DNS_NXDOMAIN);
  for (int i = 0; i < 200; i++) {
    struct span line = arena_format(&arena, "n%d.umich.edu. A 192.0.2.7", i);
    assert_int_equal(dns_record_parse(line, DNS_ROOT, &arena, &record), DNS_OK);
    assert_int_equal(dns_zones_add_record(zones, &record), DNS_OK);
  }
  dns_zones_answer(zones, &question, &arena, &answer);
  assert_int_equal(answer.rcode, DNS_NXDOMAIN);
  assert_int_equal(dns_record_parse(SPAN("web.umich.edu. A 192.0.2.81"), DNS_ROOT, &arena, &record), DNS_OK);
  assert_int_equal(dns_zones_add_record(zones, &record), DNS_OK);
  dns_zones_answer(zones, &question, &arena, &answer);
  assert_int_equal(answer.rcode, DNS_NOERROR);
  assert_int_equal(answer.answers.count, 1);
  /* A name above others stays, without data. */
  assert_int_equal(dns_zones_remove(zones, SPAN("there.wild.umich.edu"), DNS_TYPE_A, NULL, &taken), 1);
  assert_int_equal(dns_zones_remove(zones, SPAN("a.deep.umich.edu"), DNS_TYPE_ANY, NULL, &taken), 1);
  buf_free(&taken);
  arena_free(&arena);
  dns_zones_free(zones);
}

static void a_file_written_reads_the_same(void **state) {
  (void)state;
  struct dns_zones *zones = make_zones(), *again = dns_zones_new();
  struct buf first = {0}, second = {0};
  size_t line;
  dns_zones_write(zones, 0, &first);
  assert_true(span_starts_with(buf_span(&first), SPAN("; the zone umich.edu.\numich.edu. 86400 IN SOA ")));
  dns_zones_add(again, SPAN("umich.edu"));
  assert_int_equal(dns_zones_read(again, SPAN("umich.edu"), buf_span(&first), &line), DNS_OK);
  dns_zones_write(again, 0, &second);
  assert_true(span_equal(buf_span(&first), buf_span(&second)));
  buf_free(&first);
  buf_free(&second);
  dns_zones_free(again);
  dns_zones_free(zones);
}

static void a_problem_in_a_file_has_its_line(void **state) {
  (void)state;
  struct dns_zones *zones = dns_zones_new();
  size_t line;
  dns_zones_add(zones, SPAN("umich.edu"));
  assert_int_equal(dns_zones_read(zones, SPAN("umich.edu"),
                                  SPAN("a A 192.0.2.1\n\nb A 192.0.2.256\nc A 192.0.2.1\n"), &line),
                   DNS_BAD_ADDRESS);
  assert_int_equal(line, 3);
  assert_int_equal(
      dns_zones_read(zones, SPAN("umich.edu"), SPAN("x A 192.0.2.1\ny.example. A 192.0.2.1\n"), &line),
      DNS_NOT_IN_ZONE);
  assert_int_equal(line, 2);
  dns_zones_free(zones);
}

static void completed_zones(void **state) {
  (void)state;
  struct dns_zones *zones = dns_zones_new();
  struct arena arena = ARENA_EMPTY;
  struct buf out = {0};
  dns_zones_add(zones, SPAN("."));
  dns_zones_add(zones, SPAN("umich.edu"));
  assert_int_equal(dns_zones_complete(zones, SPAN("not a..name"), 1, 60), DNS_EMPTY_LABEL);
  assert_int_equal(dns_zones_complete(zones, SPAN("ns.internet"), 2004061801, 900), DNS_OK);
  struct dns_message answer;
  dns_zones_answer(zones, &(struct dns_question){SPAN("nobody.umich.edu"), DNS_TYPE_A}, &arena, &answer);
  show(&answer, &out);
  dns_zones_answer(zones, &(struct dns_question){SPAN("example.org"), DNS_TYPE_A}, &arena, &answer);
  show(&answer, &out);
  assert_true(span_equal(
      buf_span(&out),
      SPAN("NXDOMAIN aa\n"
           "! umich.edu. 900 IN SOA ns.internet. hostmaster.umich.edu. 2004061801 86400 7200 3571200 900\n"
           "NXDOMAIN aa\n"
           "! . 900 IN SOA ns.internet. hostmaster. 2004061801 86400 7200 3571200 900\n")));
  buf_free(&out);
  arena_free(&arena);
  dns_zones_free(zones);
}

static void many_names(void **state) {
  (void)state;
  struct dns_zones *zones = dns_zones_new();
  struct arena arena = ARENA_EMPTY;
  dns_zones_add(zones, SPAN("."));
  for (uint32_t i = 0; i < 20000; i++) {
    uint8_t bytes[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
    struct dns_record record = {.name = arena_format(&arena, "h%u.d%u.test", i, i % 500),
                                .type = DNS_TYPE_A,
                                .ttl_s = 60,
                                .address = ip_address_from_bytes(IP_V4, bytes)};
    assert_int_equal(dns_zones_add_record(zones, &record), DNS_OK);
  }
  for (uint32_t i = 0; i < 20000; i += 777) {
    struct dns_message answer;
    struct dns_question question = {arena_format(&arena, "H%u.d%u.test", i, i % 500), DNS_TYPE_A};
    dns_zones_answer(zones, &question, &arena, &answer);
    assert_int_equal(answer.answers.count, 1);
    assert_int_equal(answer.answers.records[0].address.bytes[3], i & 255);
  }
  arena_free(&arena);
  dns_zones_free(zones);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(questions),
      cmocka_unit_test(refusals),
      cmocka_unit_test(removals),
      cmocka_unit_test(a_name_goes_and_comes),
      cmocka_unit_test(a_file_written_reads_the_same),
      cmocka_unit_test(a_problem_in_a_file_has_its_line),
      cmocka_unit_test(completed_zones),
      cmocka_unit_test(many_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
