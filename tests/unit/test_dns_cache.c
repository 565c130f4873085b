/* What a resolver remembers: by TTL, "no" included (RFC 2308), and in which order it forgets. */
#include "proto/dns_cache.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

static struct dns_question ask(const char *name, enum dns_type type) {
  return (struct dns_question){span_from(name), type};
}

/* A finding with so many records, one line each. */
static struct dns_finding finding_of(struct arena *arena, enum dns_finding_kind kind, uint32_t ttl_s,
                                     const char *lines) {
  struct dns_record *records = arena_alloc(arena, 8 * sizeof *records);
  struct dns_finding finding = {.kind = kind, .ttl_s = ttl_s, .name = SPAN("the.name")};
  finding.rcode = kind == DNS_NO_NAME ? DNS_NXDOMAIN : DNS_NOERROR;
  struct span rest = span_from(lines), line;
  while (rest.len > 0 && span_next(&rest, '\n', &line)) {
    assert_int_equal(dns_record_parse(line, DNS_ROOT, arena, &records[finding.records.count++]), DNS_OK);
  }
  finding.records.records = records;
  return finding;
}

static bool knows(struct dns_cache *cache, const char *name, enum dns_type type, int64_t now_us) {
  struct arena arena = ARENA_EMPTY;
  struct dns_question question = ask(name, type);
  struct dns_finding finding;
  bool known = dns_cache_get(cache, &question, now_us, &finding, NULL);
  arena_free(&arena);
  return known;
}

static void put(struct dns_cache *cache, const char *name, enum dns_type type, enum dns_finding_kind kind,
                uint32_t ttl_s, int64_t now_us) {
  struct arena arena = ARENA_EMPTY;
  struct dns_question question = ask(name, type);
  struct dns_finding finding =
      finding_of(&arena, kind, ttl_s, kind == DNS_FOUND ? "the.name. 300 IN A 192.0.2.1" : "");
  dns_cache_put(cache, &question, &finding, now_us);
  arena_free(&arena);
}

static void counts_down(void **state) {
  (void)state;
  struct dns_cache *cache = dns_cache_new(0);
  struct arena arena = ARENA_EMPTY;
  struct dns_question question = ask("umich.edu", DNS_TYPE_MX), upper = ask("UMich.edu", DNS_TYPE_MX);
  struct dns_finding finding =
      finding_of(&arena, DNS_FOUND, 300,
                 "umich.edu. 300 IN MX 10 mx1.umich.edu.\numich.edu. 600 IN MX 20 mx2.umich.edu.");
  struct dns_finding got;
  assert_false(dns_cache_get(cache, &question, 0, &got, NULL));
  dns_cache_put(cache, &question, &finding, 10 * SECOND);
  arena_reset(&arena); /* the cache has its own copy */

  assert_true(dns_cache_get(cache, &upper, 10 * SECOND, &got, NULL));
  assert_int_equal(got.ttl_s, 300);
  assert_true(dns_cache_get(cache, &question, 10 * SECOND + 1, &got, NULL));
  assert_int_equal(got.ttl_s, 300); /* a begun second counts */
  assert_true(dns_cache_get(cache, &question, 11 * SECOND, &got, NULL));
  assert_int_equal(got.kind, DNS_FOUND);
  assert_int_equal(got.ttl_s, 299);
  assert_int_equal(got.records.count, 2);
  assert_int_equal(got.records.records[0].ttl_s, 299);
  assert_int_equal(got.records.records[1].ttl_s, 599);
  assert_true(span_equal(got.records.records[1].mx.exchange, SPAN("mx2.umich.edu")));
  assert_true(dns_cache_get(cache, &question, 310 * SECOND - 1, &got, NULL));
  assert_int_equal(got.ttl_s, 1);
  assert_false(dns_cache_get(cache, &question, 310 * SECOND, &got, NULL));
  assert_int_equal(dns_cache_count(cache), 0);
  arena_free(&arena);
  dns_cache_free(cache);
}

struct keep_case {
  const char *title;
  enum dns_finding_kind kind;
  uint32_t ttl_s;
  const char *ask_name;
  enum dns_type ask_type;
  uint32_t after_s;
  bool known;
};

/* Put: nobody.umich.edu, A. */
static const struct keep_case keep_cases[] = {
    {"found", DNS_FOUND, 60, "nobody.umich.edu", DNS_TYPE_A, 59, true},
    {"found, run out", DNS_FOUND, 60, "nobody.umich.edu", DNS_TYPE_A, 60, false},
    {"found, another type", DNS_FOUND, 60, "nobody.umich.edu", DNS_TYPE_MX, 0, false},
    {"found, another name", DNS_FOUND, 60, "umich.edu", DNS_TYPE_A, 0, false},
    {"TTL 0: for this once only", DNS_FOUND, 0, "nobody.umich.edu", DNS_TYPE_A, 0, false},
    {"a year is cut to a week", DNS_FOUND, 31536000, "nobody.umich.edu", DNS_TYPE_A, 604799, true},
    {"a year is cut to a week", DNS_FOUND, 31536000, "nobody.umich.edu", DNS_TYPE_A, 604800, false},
    {"no data", DNS_NO_DATA, 60, "nobody.umich.edu", DNS_TYPE_A, 59, true},
    {"no data, another type", DNS_NO_DATA, 60, "nobody.umich.edu", DNS_TYPE_MX, 0, false},
    {"no such name", DNS_NO_NAME, 60, "nobody.umich.edu", DNS_TYPE_A, 59, true},
    {"no such name, any type", DNS_NO_NAME, 60, "Nobody.Umich.Edu", DNS_TYPE_MX, 59, true},
    {"no such name, run out", DNS_NO_NAME, 60, "nobody.umich.edu", DNS_TYPE_MX, 60, false},
    {"no such name, not said of those below", DNS_NO_NAME, 60, "x.nobody.umich.edu", DNS_TYPE_A, 0, false},
    {"a no is kept three hours at most", DNS_NO_NAME, 86400, "nobody.umich.edu", DNS_TYPE_A, 10799, true},
    {"a no is kept three hours at most", DNS_NO_NAME, 86400, "nobody.umich.edu", DNS_TYPE_A, 10800, false},
    {"a failure is not kept", DNS_FAILED, 60, "nobody.umich.edu", DNS_TYPE_A, 0, false},
};

static void keeps(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof keep_cases / sizeof *keep_cases; i++) {
    const struct keep_case *one = &keep_cases[i];
    struct dns_cache *cache = dns_cache_new(0);
    put(cache, "nobody.umich.edu", DNS_TYPE_A, one->kind, one->ttl_s, 0);
    if (knows(cache, one->ask_name, one->ask_type, one->after_s * SECOND) != one->known) {
      fail_msg("%s", one->title);
    }
    dns_cache_free(cache);
  }
}

static void a_new_finding_replaces(void **state) {
  (void)state;
  struct dns_cache *cache = dns_cache_new(0);
  put(cache, "a.test", DNS_TYPE_A, DNS_NO_NAME, 60, 0);
  put(cache, "a.test", DNS_TYPE_A, DNS_FOUND, 60, SECOND);
  assert_int_equal(dns_cache_count(cache), 1);
  assert_false(knows(cache, "a.test", DNS_TYPE_MX, SECOND)); /* it exists by now */
  put(cache, "a.test", DNS_TYPE_A, DNS_FAILED, 0, 2 * SECOND);
  assert_int_equal(dns_cache_count(cache), 0);
  dns_cache_free(cache);
}

static void least_recently_used_goes_first(void **state) {
  (void)state;
  struct dns_cache *cache = dns_cache_new(3);
  put(cache, "a.test", DNS_TYPE_A, DNS_FOUND, 60, 0);
  put(cache, "b.test", DNS_TYPE_A, DNS_FOUND, 60, 0);
  put(cache, "c.test", DNS_TYPE_A, DNS_FOUND, 60, 0);
  assert_true(knows(cache, "a.test", DNS_TYPE_A, 0));
  put(cache, "d.test", DNS_TYPE_A, DNS_FOUND, 60, 0);
  assert_int_equal(dns_cache_count(cache), 3);
  assert_false(knows(cache, "b.test", DNS_TYPE_A, 0));
  assert_true(knows(cache, "a.test", DNS_TYPE_A, 0));
  assert_true(knows(cache, "c.test", DNS_TYPE_A, 0));
  assert_true(knows(cache, "d.test", DNS_TYPE_A, 0));
  dns_cache_clear(cache);
  assert_int_equal(dns_cache_count(cache), 0);
  dns_cache_free(cache);
}

static void an_alias_to_nothing_is_kept_by_type(void **state) {
  (void)state;
  struct dns_cache *cache = dns_cache_new(0);
  struct arena arena = ARENA_EMPTY;
  struct dns_question question = ask("www.test", DNS_TYPE_A);
  struct dns_record alias;
  assert_int_equal(dns_record_parse(SPAN("www.test. 60 IN CNAME gone.test."), DNS_ROOT, &arena, &alias),
                   DNS_OK);
  struct dns_finding finding = {
      .kind = DNS_NO_NAME, .rcode = DNS_NXDOMAIN, .ttl_s = 60, .name = SPAN("gone.test")};
  finding.chain = (struct dns_section){&alias, 1};
  dns_cache_put(cache, &question, &finding, 0);
  struct dns_finding got;
  assert_true(dns_cache_get(cache, &question, SECOND, &got, NULL));
  assert_int_equal(got.chain.count, 1);
  assert_int_equal(got.chain.records[0].ttl_s, 59);
  assert_true(span_equal(got.name, SPAN("gone.test")));
  assert_false(knows(cache, "www.test", DNS_TYPE_CNAME, 0));
  arena_free(&arena);
  dns_cache_free(cache);
}

static void many(void **state) {
  (void)state;
  struct dns_cache *cache = dns_cache_new(1000);
  struct arena arena = ARENA_EMPTY;
  for (int i = 0; i < 5000; i++) {
    struct span name = arena_format(&arena, "h%d.test", i);
    put(cache, arena_text(&arena, name), DNS_TYPE_A, DNS_FOUND, 60, i);
    assert_in_range(dns_cache_count(cache), 1, 1000);
  }
  assert_false(knows(cache, "h3999.test", DNS_TYPE_A, 5000));
  assert_true(knows(cache, "h4000.test", DNS_TYPE_A, 5000));
  arena_free(&arena);
  dns_cache_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_down),
      cmocka_unit_test(keeps),
      cmocka_unit_test(a_new_finding_replaces),
      cmocka_unit_test(least_recently_used_goes_first),
      cmocka_unit_test(an_alias_to_nothing_is_kept_by_type),
      cmocka_unit_test(many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
