/* Questions and answers as octets (RFC 1035 4), and what an answer means. */
#include "proto/dns_message.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct dns_section section_of(struct arena *arena, const char *lines) {
  struct dns_record *records = arena_alloc(arena, 32 * sizeof *records);
  struct span rest = span_from(lines), line;
  size_t count = 0;
  while (rest.len > 0 && span_next(&rest, '\n', &line)) {
    enum dns_problem problem = dns_record_parse(line, DNS_ROOT, arena, &records[count++]);
    if (problem != DNS_OK) fail_msg("%.*s: %s", SPAN_ARG(line), dns_problem_text(problem));
  }
  return (struct dns_section){records, count};
}

static struct dns_message response(struct arena *arena, const char *name, enum dns_type type,
                                   const char *answers, const char *authority, const char *additional) {
  struct dns_message message = {.id = 0x1234, .is_response = true, .has_question = true};
  message.question = (struct dns_question){span_from(name), type};
  message.answers = section_of(arena, answers);
  message.authority = section_of(arena, authority);
  message.additional = section_of(arena, additional);
  return message;
}

/* Octets from hexadecimal; letters after ' stand for themselves up to the next '. */
static struct span octets_of(struct arena *arena, const char *text) {
  struct buf out = {0};
  for (const char *at = text; *at; at++) {
    if (*at == ' ') continue;
    if (*at == '\'') {
      for (at++; *at != '\''; at++) buf_add_char(&out, *at);
      continue;
    }
    const char digits[] = "0123456789abcdef";
    buf_add_char(&out, (char)((strchr(digits, at[0]) - digits) << 4 | (strchr(digits, at[1]) - digits)));
    at++;
  }
  struct span octets = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return octets;
}

static void a_query_octet_by_octet(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct dns_message query = {.id = 0xabcd, .recursion_desired = true, .has_question = true};
  query.question = (struct dns_question){SPAN("umich.edu"), DNS_TYPE_MX};
  struct buf out = {0};
  assert_true(dns_message_encode(&query, DNS_DATAGRAM_MAX, &out));
  struct span wanted = octets_of(&arena, "abcd 0100 0001 0000 0000 0000  05'umich' 03'edu' 00 000f 0001");
  assert_true(span_equal(buf_span(&out), wanted));
  buf_free(&out);
  arena_free(&arena);
}

static void an_answer_octet_by_octet(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct dns_message answer =
      response(&arena, "umich.edu", DNS_TYPE_MX, "umich.edu. 3600 IN MX 10 mx1.umich.edu.", "",
               "mx1.umich.edu. 60 IN A 192.0.2.1");
  answer.authoritative = answer.recursion_desired = answer.recursion_available = true;
  answer.datagram_max = 1232;
  struct buf out = {0};
  assert_true(dns_message_encode(&answer, DNS_DATAGRAM_EDNS_MAX, &out));
  struct span wanted = octets_of(&arena, "1234 8580 0001 0001 0000 0002"
                                         " 05'umich' 03'edu' 00 000f 0001"
                                         " c00c 000f 0001 00000e10 0008 000a 03'mx1' c00c"
                                         " c029 0001 0001 0000003c 0004 c0000201"
                                         " 00 0029 04d0 00000000 0000");
  assert_true(span_equal(buf_span(&out), wanted));
  buf_free(&out);
  arena_free(&arena);
}

static void show_section(struct dns_section section, struct buf *out) {
  for (size_t i = 0; i < section.count; i++) {
    dns_record_write(&section.records[i], out);
    buf_add_char(out, '\n');
  }
}

static const char all_types[] = "a.test. 1 IN A 192.0.2.1\n"
                                "a.test. 2 IN AAAA 2001:db8::1\n"
                                "a.test. 3 IN NS ns.a.test.\n"
                                "b.a.test. 4 IN CNAME a.test.\n"
                                "a.test. 5 IN SOA ns.a.test. hostmaster.a.test. 1 2 3 4 4294967295\n"
                                "1.2.0.192.in-addr.arpa. 6 IN PTR a.test.\n"
                                "a.test. 7 IN MX 65535 .\n"
                                "a.test. 8 IN TXT \"one\" \"\" \"t\\000o\"\n"
                                "A.test. 9 IN TYPE257 \\# 3 0aff00\n"
                                "x\\.y.a.test. 2147483647 IN A 192.0.2.2\n"
                                ". 11 IN NS A.TEST.\n";

static void all_types_there_and_back(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct dns_message message = response(&arena, "A.Test", DNS_TYPE_ANY, all_types, all_types, all_types),
                     again;
  message.opcode = 2;
  message.truncated = true;
  message.rcode = DNS_REFUSED;
  message.datagram_max = 4096;
  struct buf out = {0}, before = {0}, after = {0};
  buf_add_text(&out, "in front"); /* offsets count from the message's start */
  assert_true(dns_message_encode(&message, DNS_MESSAGE_MAX, &out));
  struct span octets = span_skip(buf_span(&out), 8);
  assert_int_equal(dns_message_decode(octets, &arena, &again), DNS_OK);
  show_section(message.answers, &before);
  show_section(again.answers, &after);
  assert_true(span_equal(buf_span(&before), buf_span(&after)));
  assert_int_equal(again.authority.count, message.authority.count);
  assert_int_equal(again.additional.count, message.additional.count);
  assert_int_equal(again.id, message.id);
  assert_int_equal(again.opcode, 2);
  assert_true(again.is_response && again.truncated && again.has_question && !again.authoritative);
  assert_int_equal(again.rcode, DNS_REFUSED);
  assert_int_equal(again.datagram_max, 4096);
  assert_true(span_equal(again.question.name, SPAN("A.Test")));
  assert_int_equal(again.question.type, DNS_TYPE_ANY);
  /* cut anywhere, it is refused, and nothing beyond its end is read */
  for (size_t len = 0; len < octets.len; len++) {
    struct dns_message cut;
    struct arena scratch = ARENA_EMPTY;
    struct span copy = arena_copy(&scratch, span_first(octets, len));
    assert_int_not_equal(dns_message_decode(copy, &scratch, &cut), DNS_OK);
    arena_free(&scratch);
  }
  buf_free(&out);
  buf_free(&before);
  buf_free(&after);
  arena_free(&arena);
}

static void what_does_not_fit(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct buf lines = {0}, out = {0};
  for (int i = 0; i < 30; i++) buf_format(&lines, "%sa.test. 1 IN MX %d mx%d.a.test.", i ? "\n" : "", i, i);
  buf_add_char(&lines, 0);
  struct dns_message message = response(&arena, "a.test", DNS_TYPE_MX, lines.data, "", ""), got;
  assert_true(dns_message_encode(&message, DNS_DATAGRAM_MAX, &out));
  assert_in_range(out.len, 480, 512);
  assert_int_equal(dns_message_decode(buf_span(&out), &arena, &got), DNS_OK);
  assert_true(got.truncated);
  assert_in_range(got.answers.count, 20, 29);
  assert_int_equal(dns_message_finding(&got, &arena).kind, DNS_FAILED);

  buf_clear(&out); /* additional records may be left out without a word */
  message = response(&arena, "a.test", DNS_TYPE_MX, "a.test. 1 IN MX 1 mx.a.test.", "", lines.data);
  assert_true(dns_message_encode(&message, DNS_DATAGRAM_MAX, &out));
  assert_int_equal(dns_message_decode(buf_span(&out), &arena, &got), DNS_OK);
  assert_false(got.truncated);
  assert_int_equal(got.answers.count, 1);
  assert_in_range(got.additional.count, 20, 29);

  buf_clear(&out);
  assert_true(dns_message_encode(&message, DNS_DATAGRAM_EDNS_MAX, &out));
  assert_int_equal(dns_message_decode(buf_span(&out), &arena, &got), DNS_OK);
  assert_int_equal(got.additional.count, 30);
  buf_free(&out);
  buf_free(&lines);
  arena_free(&arena);
}

static void a_bad_name_is_not_encoded(void **state) {
  (void)state;
  struct buf out = {0};
  buf_add_text(&out, "kept");
  struct dns_message query = {.has_question = true};
  query.question = (struct dns_question){SPAN("a..b"), DNS_TYPE_A};
  assert_false(dns_message_encode(&query, DNS_DATAGRAM_MAX, &out));
  assert_int_equal(out.len, 4);
  buf_free(&out);
}

struct bad_case {
  const char *title;
  enum dns_problem problem;
  const char *octets;
};

#define QUERY_HEADER  "0001 0100 0001 0000 0000 0000"
#define ANSWER_HEADER "0001 8180 0001 0001 0000 0000 01'a' 00 0001 0001"

static const struct bad_case bad_cases[] = {
    {"empty", DNS_CUT_SHORT, ""},
    {"half a header", DNS_CUT_SHORT, "0001 0100 0001"},
    {"no question where one is said", DNS_CUT_SHORT, QUERY_HEADER},
    {"two questions", DNS_TOO_MANY, "0001 0100 0002 0000 0000 0000 00 0001 0001 00 0001 0001"},
    {"65535 answers", DNS_TOO_MANY, "0001 8180 0000 ffff 0000 0000"},
    {"1000 answers, none there", DNS_CUT_SHORT, "0001 8180 0000 03e8 0000 0000"},
    {"pointer to itself", DNS_BAD_POINTER, QUERY_HEADER "c00c 0001 0001"},
    {"pointer forward", DNS_BAD_POINTER, QUERY_HEADER "c020 0001 0001"},
    {"name that points to its own start", DNS_BAD_POINTER, QUERY_HEADER "01'a' c00c 0001 0001"},
    {"two pointers in a circle", DNS_BAD_POINTER, ANSWER_HEADER "c015 c013 0001 0001 00000000 0000"},
    {"half a pointer", DNS_CUT_SHORT, QUERY_HEADER "c0"},
    {"label type 01", DNS_LABEL_TOO_LONG, QUERY_HEADER "41'a' 00 0001 0001"},
    {"label over the end", DNS_CUT_SHORT, QUERY_HEADER "3f'aaa'"},
    {"class CH", DNS_UNKNOWN_CLASS, QUERY_HEADER "01'a' 00 0001 0003"},
    {"octets after the question", DNS_JUNK_AFTER, QUERY_HEADER "01'a' 00 0001 0001 00"},
    {"address of three octets", DNS_CUT_SHORT, ANSWER_HEADER "c00c 0001 0001 00000001 0003 c00002"},
    {"address of five octets", DNS_JUNK_AFTER, ANSWER_HEADER "c00c 0001 0001 00000001 0005 c000020100"},
    {"data over the end", DNS_CUT_SHORT, ANSWER_HEADER "c00c 0010 0001 00000001 00ff 01'a'"},
    {"string over its data", DNS_CUT_SHORT, ANSWER_HEADER "c00c 0010 0001 00000001 0002 05'a'"},
    {"TXT without a string", DNS_CUT_SHORT, ANSWER_HEADER "c00c 0010 0001 00000001 0000"},
    {"MX without a host", DNS_CUT_SHORT, ANSWER_HEADER "c00c 000f 0001 00000001 0002 000a"},
    {"EDNS among the answers", DNS_TOO_MANY, ANSWER_HEADER "00 0029 0200 00000000 0000"},
};

static void bad_messages(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
    const struct bad_case *one = &bad_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct dns_message message;
    enum dns_problem problem = dns_message_decode(octets_of(&arena, one->octets), &arena, &message);
    if (problem != one->problem) fail_msg("%s: %s", one->title, dns_problem_text(problem));
    arena_free(&arena);
  }
}

static void a_name_grown_by_pointers_has_its_limit(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct buf octets = {0};
  buf_add(&octets, octets_of(&arena, "0001 8180 0000 0005 0000 0000"));
  size_t before = 0;
  for (int i = 0; i < 5; i++) { /* each owner is 63 letters and the owner before: the fourth is 257 octets */
    size_t at = octets.len;
    buf_add_char(&octets, 63);
    for (int n = 0; n < 63; n++) buf_add_char(&octets, 'x');
    if (i == 0)
      buf_add_char(&octets, 0);
    else
      buf_format(&octets, "%c%c", (char)(0xc0 | before >> 8), (char)before);
    buf_add(&octets, octets_of(&arena, "0063 0001 00000001 0000"));
    before = at;
  }
  struct dns_message message;
  assert_int_equal(dns_message_decode(buf_span(&octets), &arena, &message), DNS_NAME_TOO_LONG);
  buf_free(&octets);
  arena_free(&arena);
}

static void an_unknown_ttl_above_68_years_is_zero(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct dns_message message;
  struct span octets = octets_of(&arena, ANSWER_HEADER "c00c 0001 0001 80000000 0004 c0000201");
  assert_int_equal(dns_message_decode(octets, &arena, &message), DNS_OK);
  assert_int_equal(message.answers.records[0].ttl_s, 0);
  arena_free(&arena);
}

struct finding_case {
  const char *title, *name;
  enum dns_type type;
  enum dns_rcode rcode;
  const char *answers, *authority;
  enum dns_finding_kind kind;
  size_t chain_count, record_count;
  uint32_t ttl_s;
  const char *where;
};

#define SOA "test. 900 IN SOA a. b. 1 2 3 4 "
static const struct finding_case finding_cases[] = {
    {"found", "a.test", DNS_TYPE_A, DNS_NOERROR, "a.test. 60 IN A 192.0.2.1\nA.test. 30 IN A 192.0.2.2", "",
     DNS_FOUND, 0, 2, 30, "a.test"},
    {"found among others", "a.test", DNS_TYPE_A, DNS_NOERROR,
     "a.test. 60 IN A 192.0.2.1\nb.test. 1 IN A 192.0.2.3\na.test. 60 IN A 192.0.2.2", "", DNS_FOUND, 0, 2,
     60, "a.test"},
    {"an alias", "w.test", DNS_TYPE_A, DNS_NOERROR, "w.test. 20 IN CNAME a.test.\na.test. 60 IN A 192.0.2.1",
     "", DNS_FOUND, 1, 1, 20, "a.test"},
    {"aliases out of order", "w.test", DNS_TYPE_A, DNS_NOERROR,
     "a.test. 60 IN A 192.0.2.1\nx.test. 60 IN CNAME a.test.\nw.test. 60 IN CNAME x.test.", "", DNS_FOUND, 2,
     1, 60, "a.test"},
    {"the alias asked for", "w.test", DNS_TYPE_CNAME, DNS_NOERROR, "w.test. 20 IN CNAME a.test.", "",
     DNS_FOUND, 0, 1, 20, "w.test"},
    {"aliases in a circle", "w.test", DNS_TYPE_A, DNS_NOERROR,
     "w.test. 60 IN CNAME x.test.\nx.test. 60 IN CNAME w.test.", "", DNS_FAILED, 2, 0, 0, NULL},
    {"no data: the SOA's minimum", "a.test", DNS_TYPE_A, DNS_NOERROR, "", SOA "300", DNS_NO_DATA, 0, 0, 300,
     "a.test"},
    {"no data: the SOA's TTL", "a.test", DNS_TYPE_A, DNS_NOERROR, "", SOA "3000", DNS_NO_DATA, 0, 0, 900,
     "a.test"},
    {"no data, no SOA: not kept", "a.test", DNS_TYPE_A, DNS_NOERROR, "", "", DNS_NO_DATA, 0, 0, 0, "a.test"},
    {"no data behind an alias", "w.test", DNS_TYPE_A, DNS_NOERROR, "w.test. 20 IN CNAME a.test.", SOA "300",
     DNS_NO_DATA, 1, 0, 20, "a.test"},
    {"no such name", "a.test", DNS_TYPE_A, DNS_NXDOMAIN, "", SOA "300", DNS_NO_NAME, 0, 0, 300, "a.test"},
    {"an alias to nothing", "w.test", DNS_TYPE_A, DNS_NXDOMAIN, "w.test. 2000 IN CNAME a.test.", SOA "300",
     DNS_NO_NAME, 1, 0, 300, "a.test"},
    {"a referral is no answer", "a.test", DNS_TYPE_A, DNS_NOERROR, "", "test. 1 IN NS ns.test.", DNS_FAILED,
     0, 0, 0, NULL},
    {"SERVFAIL", "a.test", DNS_TYPE_A, DNS_SERVFAIL, "", "", DNS_FAILED, 0, 0, 0, NULL},
    {"REFUSED", "a.test", DNS_TYPE_A, DNS_REFUSED, "", "", DNS_FAILED, 0, 0, 0, NULL},
};

static void findings(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof finding_cases / sizeof *finding_cases; i++) {
    const struct finding_case *one = &finding_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct dns_message message = response(&arena, one->name, one->type, one->answers, one->authority, "");
    message.rcode = one->rcode;
    struct dns_finding finding = dns_message_finding(&message, &arena);
    if (finding.kind != one->kind || finding.records.count != one->record_count ||
        finding.chain.count != one->chain_count || finding.ttl_s != one->ttl_s ||
        (one->where && !dns_name_equal(finding.name, span_from(one->where)))) {
      fail_msg("%s: kind %d, %zu aliases, %zu records, TTL %u", one->title, (int)finding.kind,
               finding.chain.count, finding.records.count, finding.ttl_s);
    }
    arena_free(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_query_octet_by_octet),
      cmocka_unit_test(an_answer_octet_by_octet),
      cmocka_unit_test(all_types_there_and_back),
      cmocka_unit_test(what_does_not_fit),
      cmocka_unit_test(a_bad_name_is_not_encoded),
      cmocka_unit_test(bad_messages),
      cmocka_unit_test(a_name_grown_by_pointers_has_its_limit),
      cmocka_unit_test(an_unknown_ttl_above_68_years_is_zero),
      cmocka_unit_test(findings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
