#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "agents/policy.h"
#include "base/mem.h"

static void wildcards(void **state) {
  static const struct {
    const char *pattern, *text;
    bool matches;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"spam@*", "spam@example.net", true},
      {"spam@*", "ham@example.net", false},
      {"*@EXAMPLE.net", "bob@example.NET", true},
      {"*.comcast.net", "comcast.net", false},
      {"*.comcast.net", "smtp.comcast.net", true},
      {"192.0.2.?", "192.0.2.7", true},
      {"192.0.2.?", "192.0.2.77", false},
      {"*a*b", "xaxb", true},
      {"*a*b", "xbxa", false},
      {"a*bc", "abbc", true}, /* the first b is taken back */
      {"a**c", "abc", true},
      {"a*", "b", false},
      {"*ab", "aab", true},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool found = wildcard_match(span_from(cases[i].pattern), span_from(cases[i].text));
    if (found != cases[i].matches) print_error("\"%s\" on \"%s\"\n", cases[i].pattern, cases[i].text);
    assert_int_equal(found, cases[i].matches);
  }
}

/* "*a*a*a…b" over a long run of a's takes years when each star may come back. */
static void wildcards_are_not_exponential(void **state) {
  char pattern[64 * 2 + 1], *text = mem_alloc(60000);
  (void)state;
  for (size_t i = 0; i < 64; i++) memcpy(pattern + 2 * i, "*a", 2);
  pattern[128] = 'b';
  memset(text, 'a', 60000);
  assert_false(wildcard_match(span_of(pattern, 129), span_of(text, 60000)));
  mem_free(text);
}

static const struct smtp_reply *apply(struct policy_list *list, const char *on, const char *subject,
                                      const char *name, const char *address, struct span *because_out) {
  return policy_apply(list, span_from(on), span_from(subject), span_from(name), span_from(address),
                      because_out);
}

static void first_match_wins(void **state) {
  struct policy items[] = {
      {.on = SPAN("mail"), .match = SPAN("spam@*"), .reply = {.code = 550}, .because = SPAN("spam")},
      {.on = SPAN("rcpt"), .from = SPAN("*.bad.example"), .reply = {.code = 554}, .because = SPAN("name")},
      {.on = SPAN("rcpt"), .from = SPAN("203.0.113.*"), .reply = {.code = 553}, .because = SPAN("address")},
      {.on = SPAN("rcpt"), .match = SPAN("full@*"), .reply = {.code = 452}, .because = SPAN("full")},
      {.on = SPAN("rcpt"), .match = SPAN("*@old.example"), .reply = {.code = 551}, .because = SPAN("moved")},
  };
  struct policy_list list = {items, sizeof items / sizeof *items};
  static const struct {
    const char *on, *subject, *name, *address, *because;
    uint16_t code;
  } cases[] = {
      {"mail", "spam@x.example", "a", "192.0.2.1", "spam", 550},
      {"rcpt", "spam@x.example", "a", "192.0.2.1", NULL, 0}, /* on another occasion */
      {"rcpt", "x@y", "mx.bad.example", "192.0.2.1", "name", 554},
      {"rcpt", "x@y", "", "203.0.113.9", "address", 553},
      {"rcpt", "full@old.example", "", "192.0.2.1", "full", 452}, /* before "moved" */
      {"rcpt", "bob@old.example", "", "192.0.2.1", "moved", 551},
      {"rcpt", "bob@new.example", "", "192.0.2.1", NULL, 0},
      {"connect", "", "mx.bad.example", "192.0.2.1", NULL, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span because = SPAN_EMPTY;
    const struct smtp_reply *reply =
        apply(&list, cases[i].on, cases[i].subject, cases[i].name, cases[i].address, &because);
    assert_int_equal(reply ? reply->code : 0, cases[i].code);
    if (reply) assert_true(span_equal(because, span_from(cases[i].because)));
  }
}

/* "450 on the first two attempts, then 451 once, then accept". */
static void policies_are_used_up(void **state) {
  struct policy items[] = {
      {.on = SPAN("rcpt"), .reply = {.code = 450}, .because = SPAN("greylist"), .times = 2},
      {.on = SPAN("rcpt"), .reply = {.code = 451}, .because = SPAN("busy"), .times = 1},
  };
  struct policy_list list = {items, 2};
  static const uint16_t codes[] = {450, 450, 451, 0, 0};
  (void)state;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    struct span because;
    const struct smtp_reply *reply = apply(&list, "rcpt", "a@b", "c", "192.0.2.1", &because);
    assert_int_equal(reply ? reply->code : 0, codes[i]);
  }
  assert_int_equal(items[0].used, 2);
  assert_int_equal(items[1].used, 1);
}

static void no_policies(void **state) {
  struct policy_list none = {NULL, 0};
  struct span because;
  (void)state;
  assert_null(apply(&none, "mail", "a@b", "c", "192.0.2.1", &because));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wildcards),        cmocka_unit_test(wildcards_are_not_exponential),
      cmocka_unit_test(first_match_wins), cmocka_unit_test(policies_are_used_up),
      cmocka_unit_test(no_policies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
