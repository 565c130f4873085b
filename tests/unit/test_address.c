/* SMTP's paths and addresses (RFC 5321 4.1.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/address.h"

static void assert_text(struct span got, const char *expected, const char *name) {
  if (!span_equal(got, span_from(expected)))
    fail_msg("%s: got \"%.*s\", expected \"%s\"", name, SPAN_ARG(got), expected);
}

struct address_case {
  const char *text;
  bool utf8;
  enum address_error error;
  const char *local_part, *domain;
};

#define A64 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
#define L63 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddd"

static const struct address_case address_cases[] = {
    {"jack@comcast.net", false, ADDRESS_OK, "jack", "comcast.net"},
    {"Applin@ColoState.Edu", false, ADDRESS_OK, "Applin", "ColoState.Edu"},
    {"a+b/c=d!e@x", false, ADDRESS_OK, "a+b/c=d!e", "x"},
    {"hao!boulder!evi@uunet.uu.net", false, ADDRESS_OK, "hao!boulder!evi", "uunet.uu.net"},
    {"user%host@relay.example", false, ADDRESS_OK, "user%host", "relay.example"},
    {"\"a b\"@x.y", false, ADDRESS_OK, "\"a b\"", "x.y"},
    {"\"a@b\"@x.y", false, ADDRESS_OK, "\"a@b\"", "x.y"},
    {"\"a\\\"@b\"@x.y", false, ADDRESS_OK, "\"a\\\"@b\"", "x.y"},
    {"\"\"@x.y", false, ADDRESS_OK, "\"\"", "x.y"},
    {"a@[192.0.2.1]", false, ADDRESS_OK, "a", "[192.0.2.1]"},
    {"a@[IPv6:2001:db8::1]", false, ADDRESS_OK, "a", "[IPv6:2001:db8::1]"},
    {A64 "@x.y", false, ADDRESS_OK, A64, "x.y"},
    {"", false, ADDRESS_EMPTY, "", ""},
    {"jack", false, ADDRESS_NO_DOMAIN, "jack", ""},
    {"@x.y", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a@", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {".a@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a.@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a..b@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a b@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a(comment)@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"\"a\"b@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"\"a\"", false, ADDRESS_NO_DOMAIN, "\"a\"", ""},
    {"\"a@x", false, ADDRESS_UNBALANCED, NULL, NULL},
    {"\"a\\\"@x", false, ADDRESS_UNBALANCED, NULL, NULL},
    {"\"a\tb\"@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"a@b@c", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@-x.y", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@x-.y", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@x..y", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@x.y.", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@x_y.z", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@" L63 ".x", false, ADDRESS_OK, "a", L63 ".x"},
    {"a@" A64 ".x", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {A64 "a@x.y", false, ADDRESS_LOCAL_PART_TOO_LONG, NULL, NULL},
    {"a@" L63 "." L63 "." L63 "." L63, false, ADDRESS_TOO_LONG, NULL, NULL},
    {"a@[192.0.2.256]", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@[192.0.2]", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"a@[192.0.2.1", false, ADDRESS_BAD_DOMAIN, NULL, NULL},
    {"caf\xc3\xa9@x", false, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
    {"caf\xc3\xa9@x", true, ADDRESS_OK, "caf\xc3\xa9", "x"},
    {"a@caf\xc3\xa9.example", true, ADDRESS_OK, "a", "caf\xc3\xa9.example"},
    {"caf\xe9@x", true, ADDRESS_BAD_LOCAL_PART, NULL, NULL},
};

static void addresses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof address_cases / sizeof *address_cases; i++) {
    const struct address_case *c = &address_cases[i];
    struct address address;
    enum address_error error = address_parse(span_from(c->text), c->utf8, &address);
    if (error != c->error)
      fail_msg("%s: %s, expected %s", c->text, address_error_text(error), address_error_text(c->error));
    if (!c->local_part) continue;
    assert_text(address.local_part, c->local_part, c->text);
    assert_text(address.domain, c->domain, c->text);
  }
}

static void an_octet_nul_is_never_good(void **state) {
  (void)state;
  struct address address;
  assert_int_equal(address_parse(SPAN("a\0b@x"), false, &address), ADDRESS_BAD_LOCAL_PART);
  assert_int_equal(address_parse(SPAN("\"a\0b\"@x"), false, &address), ADDRESS_BAD_LOCAL_PART);
  assert_int_equal(address_parse(SPAN("a@x\0y"), false, &address), ADDRESS_BAD_DOMAIN);
}

struct path_case {
  const char *text;
  enum address_error error;
  const char *inside, *route, *rest;
  bool is_null, had_brackets;
};

static const struct path_case path_cases[] = {
    {"<jack@comcast.net>", ADDRESS_OK, "jack@comcast.net", "", "", false, true},
    {"<jack@comcast.net> SIZE=10 BODY=7BIT", ADDRESS_OK, "jack@comcast.net", "", "SIZE=10 BODY=7BIT", false,
     true},
    {"<>", ADDRESS_OK, "", "", "", true, true},
    {"<> SIZE=5", ADDRESS_OK, "", "", "SIZE=5", true, true},
    {"bob@isse.gmu.edu", ADDRESS_OK, "bob@isse.gmu.edu", "", "", false, false},
    {"bob@isse.gmu.edu NOTIFY=NEVER", ADDRESS_OK, "bob@isse.gmu.edu", "", "NOTIFY=NEVER", false, false},
    {"\"a b\"@x SIZE=1", ADDRESS_OK, "\"a b\"@x", "", "SIZE=1", false, false},
    {"<\"a>b\"@x>", ADDRESS_OK, "\"a>b\"@x", "", "", false, true},
    {"<@a.example,@b.example:jack@c.example>", ADDRESS_OK, "jack@c.example", "@a.example,@b.example", "",
     false, true},
    {"<@[IPv6:::1]:jack@c.example>", ADDRESS_OK, "jack@c.example", "@[IPv6:::1]", "", false, true},
    {"<postmaster>", ADDRESS_OK, "postmaster", "", "", false, true},
    {"<PostMaster>", ADDRESS_OK, "PostMaster", "", "", false, true},
    {"<jack>", ADDRESS_NO_DOMAIN, "jack", "", "", false, true},
    {"", ADDRESS_EMPTY, "", "", "", false, false},
    {" <a@b>", ADDRESS_EMPTY, "", "", NULL, false, false},
    {"<a@b", ADDRESS_UNBALANCED, "", "", "", false, true},
    {"<\"a@b>", ADDRESS_UNBALANCED, "", "", "", false, true},
    {"\"a b", ADDRESS_UNBALANCED, "", "", "", false, false},
    {"<a@b>SIZE=1", ADDRESS_JUNK_AFTER, "", "", "", false, true},
    {"<a@b>>", ADDRESS_JUNK_AFTER, "", "", "", false, true},
    {"<@a:>", ADDRESS_EMPTY, "", "@a", "", false, true},
    {"<@a,b:c@d>", ADDRESS_BAD_DOMAIN, "", NULL, "", false, true},
    {"<@a>", ADDRESS_BAD_LOCAL_PART, "", "", "", false, true},
    {"< a@b>", ADDRESS_BAD_LOCAL_PART, " a@b", "", "", false, true},
    {"<<a@b>>", ADDRESS_JUNK_AFTER, "", "", "", false, true},
};

static void paths(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof path_cases / sizeof *path_cases; i++) {
    const struct path_case *c = &path_cases[i];
    struct smtp_path path;
    struct span rest;
    enum address_error error = smtp_path_parse(span_from(c->text), false, &path, &rest);
    if (error != c->error)
      fail_msg("%s: %s, expected %s", c->text, address_error_text(error), address_error_text(c->error));
    assert_text(path.text, c->inside, c->text);
    if (c->route) assert_text(path.route, c->route, c->text);
    if (c->rest) assert_text(rest, c->rest, c->text);
    assert_int_equal(path.is_null, c->is_null);
    assert_int_equal(path.had_brackets, c->had_brackets);
  }
}

struct literal_case {
  const char *text;
  bool good;
};

static const struct literal_case literal_cases[] = {
    {"[129.82.45.30]", true},
    {"[0.0.0.0]", true},
    {"[1.2.3.4.5]", false},
    {"[1.2.3.0004]", false},
    {"[1.2.3.-4]", false},
    {"[]", false},
    {"1.2.3.4", false},
    {"[IPv6:::]", true},
    {"[IPv6:::1]", true},
    {"[IPv6:1:2:3:4:5:6:7:8]", true},
    {"[ipv6:fe80::1]", true},
    {"[IPv6:::ffff:192.0.2.1]", true},
    {"[IPv6:1:2:3:4:5:6:192.0.2.1]", true},
    {"[IPv6:1::2::3]", false},
    {"[IPv6:1:2:3:4:5:6:7]", false},
    {"[IPv6:1:2:3:4:5:6:7:8:9]", false},
    {"[IPv6:1::3:4:5:6:7:8:9]", false},
    {"[IPv6:12345::]", false},
    {"[IPv6:192.0.2.1::]", false},
    {"[IPv6:g::]", false},
    {"[2001:db8::1]", false},
    {"[IPv6:1:2:3:4:5:6:7:]", false},
};

/* What is read in one go says the same as what is read step by step. */
static void plain_addresses(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t len;
  } cases[] = {
      {"jack@comcast.net", 16},
      {"jack@comcast.net> SIZE=100", 16},
      {"a.b@x y", 5},
      {"a@b@c", 3},
      {A64 "@x.y", 68},
      {"a" A64 "@x.y", 0},
      {"a@" L63 "." L63 "." L63 ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 254},
      {"a@" L63 "." L63 "." L63 ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0},
      {"a@x.y.>", 0},
      {"a@x-", 0},
      {"a.@x", 0},
      {"\"a b\"@x.y", 0},
      {"a@[192.0.2.1]", 0},
      {"@b:a@x", 0},
      {"a@", 0},
      {"a", 0},
      {"", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct address address, whole;
    size_t len = address_plain_len(span_from(cases[i].text), false, &address);
    if (len != cases[i].len) fail_msg("\"%s\": %zu octets", cases[i].text, len);
    if (len == 0) continue;
    assert_int_equal(address_parse(span_first(span_from(cases[i].text), len), false, &whole), ADDRESS_OK);
    assert_true(span_equal(address.local_part, whole.local_part));
    assert_true(span_equal(address.domain, whole.domain));
  }
}

static void literals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof literal_cases / sizeof *literal_cases; i++)
    if (address_literal_is_valid(span_from(literal_cases[i].text)) != literal_cases[i].good)
      fail_msg("%s is%s valid", literal_cases[i].text, literal_cases[i].good ? "" : " not");
}

struct equal_case {
  const char *a, *b;
  bool equal;
};

static const struct equal_case equal_cases[] = {
    {"jack@comcast.net", "jack@COMCAST.NET", true},
    {"jack@comcast.net", "Jack@comcast.net", false},
    {"PostMaster@x", "postmaster@X", true},
    {"\"jack\"@x", "jack@x", true},
    {"\"j\\ack\"@x", "jack@x", true},
    {"\"a b\"@x", "ab@x", false},
    {"jac@x", "jack@x", false},
    {"jack@x", "jack@y", false},
};

static void equality(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof equal_cases / sizeof *equal_cases; i++) {
    struct address a, b;
    assert_int_equal(address_parse(span_from(equal_cases[i].a), false, &a), ADDRESS_OK);
    assert_int_equal(address_parse(span_from(equal_cases[i].b), false, &b), ADDRESS_OK);
    if (address_equal(a, b) != equal_cases[i].equal) fail_msg("%s, %s", equal_cases[i].a, equal_cases[i].b);
  }
}

static void unquoting(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  assert_text(address_unquote(SPAN("jack"), &arena), "jack", "bare");
  assert_text(address_unquote(SPAN("\"a b\""), &arena), "a b", "quoted");
  assert_text(address_unquote(SPAN("\"a\\\"b\\\\c\""), &arena), "a\"b\\c", "escapes");
  assert_text(address_unquote(SPAN("\"\""), &arena), "", "empty");
  assert_text(address_unquote(SPAN("\""), &arena), "\"", "a lone quote is itself");
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(addresses), cmocka_unit_test(an_octet_nul_is_never_good),
      cmocka_unit_test(paths),     cmocka_unit_test(plain_addresses),
      cmocka_unit_test(literals),  cmocka_unit_test(equality),
      cmocka_unit_test(unquoting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
