#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "agents/mail_user.h"

static const struct mail_user people[] = {
    {SPAN_INIT("janelle"), SPAN_INIT("Janelle@UMich.edu"), SPAN_INIT("pass"), 1},
    {SPAN_INIT("bob"), SPAN_INIT("bob@umich.edu"), SPAN_INIT(""), 2},
    {SPAN_INIT("BOB"), SPAN_INIT("bob@cs.umich.edu"), SPAN_INIT(""), 3},
    {SPAN_INIT("web1"), SPAN_INIT("bob"), SPAN_INIT(""), 4}, /* an address like another's name */
};

static void finds(const struct mail_users *users) {
  static const struct {
    const char *text;
    uint32_t person; /* 0: none */
  } cases[] = {
      {"janelle", 1},
      {"JANELLE", 1},
      {"janelle@umich.edu", 1},
      {"bob", 2},
      {"bob@CS.umich.edu", 3},
      {"bob@other.example", 0},
      {"web1", 4},
      {"", 0},
      {"jan", 0},
      {"janelle@", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct mail_user *user = mail_users_find(users, span_from(cases[i].text));
    if ((user ? user->person : 0) != cases[i].person) print_error("\"%s\"\n", cases[i].text);
    assert_int_equal(user ? user->person : 0, cases[i].person);
  }
}

static void by_name_or_address(void **state) {
  struct mail_users users = {.items = people, .count = sizeof people / sizeof *people};
  struct arena arena = ARENA_EMPTY;
  (void)state;
  finds(&users);
  mail_users_index(&users, &arena);
  finds(&users);
  arena_free(&arena);
}

static void thousands(void **state) {
  enum { COUNT = 5000 };
  struct arena arena = ARENA_EMPTY;
  struct mail_user *many = arena_zalloc(&arena, COUNT * sizeof *many);
  (void)state;
  for (uint32_t i = 0; i < COUNT; i++) {
    many[i].name = arena_format(&arena, "user%u", i);
    many[i].address = arena_format(&arena, "user%u@example.net", i);
    many[i].person = i + 1;
  }
  struct mail_users users = {.items = many, .count = COUNT};
  mail_users_index(&users, &arena);
  for (uint32_t i = 0; i < COUNT; i++) {
    assert_ptr_equal(mail_users_find(&users, many[i].name), &many[i]);
    assert_ptr_equal(mail_users_find(&users, many[i].address), &many[i]);
  }
  assert_null(mail_users_find(&users, SPAN("user5000")));
  arena_free(&arena);
}

static void nobody(void **state) {
  struct mail_users users = {.items = NULL};
  struct arena arena = ARENA_EMPTY;
  (void)state;
  assert_null(mail_users_find(&users, SPAN("bob")));
  mail_users_index(&users, &arena);
  assert_null(mail_users_find(&users, SPAN("bob")));
  arena_free(&arena);
}

/* Whose mail it is: the whole address first, then the login name, then anybody's local part. */
static void recipients(void **state) {
  (void)state;
  static const struct mail_user shared[] = {
      {.name = SPAN_INIT("annie"), .address = SPAN_INIT("ann@a.example"), .person = 1},
      {.name = SPAN_INIT("ann"), .address = SPAN_INIT("other@b.example"), .person = 2},
      {.name = SPAN_INIT("jo-a"), .address = SPAN_INIT("jo@a.example"), .person = 3},
      {.name = SPAN_INIT("jo-b"), .address = SPAN_INIT("jo@b.example"), .person = 4},
  };
  for (int indexed = 0; indexed < 2; indexed++) {
    struct arena arena = ARENA_EMPTY;
    struct mail_users users = {.items = shared, .count = 4};
    if (indexed) mail_users_index(&users, &arena);
    assert_int_equal(mail_users_for(&users, SPAN("Ann@A.example"), SPAN("Ann"))->person, 1);
    assert_int_equal(mail_users_for(&users, SPAN("ann@c.example"), SPAN("ann"))->person, 2);
    assert_int_equal(mail_users_for(&users, SPAN("jo@b.example"), SPAN("jo"))->person, 4);
    assert_int_equal(mail_users_for(&users, SPAN("jo@c.example"), SPAN("jo"))->person, 3);
    assert_int_equal(mail_users_for(&users, SPAN("other@[192.0.2.1]"), SPAN("other"))->person, 2);
    assert_null(mail_users_for(&users, SPAN("nobody@a.example"), SPAN("nobody")));
    assert_null(mail_users_find(&users, SPAN("other"))); /* who logs in says the login name */
    arena_free(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recipients),
      cmocka_unit_test(by_name_or_address),
      cmocka_unit_test(thousands),
      cmocka_unit_test(nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
