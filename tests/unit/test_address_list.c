/* Address lists as header fields hold them (RFC 5322 3.4, 4.4), and what strangers write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/address.h"

struct list_case {
  const char *name, *value;
  const char *expected; /* "name|local|domain|group" for each, joined by " + " */
  size_t bad;
};

static const struct list_case list_cases[] = {
    {"bare", "jack@comcast.net", "|jack|comcast.net|", 0},
    {"angle", "Bilbo Baggins <bbag@shire.example>", "Bilbo Baggins|bbag|shire.example|", 0},
    {"quoted name", "\"Dr. Indrajit Ray\" <indrajit@CS.ColoState.EDU>",
     "Dr. Indrajit Ray|indrajit|CS.ColoState.EDU|", 0},
    {"name in a comment", "alice@cs.colostate.edu (Alice The Great)",
     "Alice The Great|alice|cs.colostate.edu|", 0},
    {"comma in quotes", "\"Baggins, Bilbo\" <b@s>, c@d", "Baggins, Bilbo|b|s| + |c|d|", 0},
    {"escapes in quotes", "\"a \\\"B\\\" \\\\ c\" <b@s>", "a \"B\" \\ c|b|s|", 0},
    {"unquoted dot", "John Q. Public <j@p>", "John Q. Public|j|p|", 0},
    {"words and quotes", "John \"Q.\" Public <j@p>", "John Q. Public|j|p|", 0},
    {"white space collapses", " John \t  Public\r\n <j@p> ", "John Public|j|p|", 0},
    {"comment in the phrase", "Pete(A nice \\) chap) <pete@silly.test>", "Pete|pete|silly.test|", 0},
    {"nested comment", "a@b (one (two) three)", "one (two) three|a|b|", 0},
    {"folded", "a@b,\r\n\tC <c@d>,\r\n e@f", "|a|b| + C|c|d| + |e|f|", 0},
    {"folded by bare LF", "a@b,\n c@d", "|a|b| + |c|d|", 0},
    {"group", "friends: jack@a, Bob <bob@b>; c@d", "|jack|a|friends + Bob|bob|b|friends + |c|d|", 0},
    {"empty group", "undisclosed-recipients:;", "", 0},
    {"empty group, spaced", "Undisclosed recipients : ( none ) ;", "", 0},
    {"quoted group name", "\"A: B\": a@b;", "|a|b|A: B", 0},
    {"group without its end", "g: a@b, c@d", "|a|b|g + |c|d|g", 0},
    {"semicolon outside a group", "a@b; c@d", "|a|b| + |c|d|", 0},
    {"empty places", ",, a@b,, ,c@d,", "|a|b| + |c|d|", 0},
    {"empty value", "", "", 0},
    {"blanks only", " \r\n\t", "", 0},
    {"comment only", "(nobody)", "", 0},
    {"bare local part", "postmaster", "|postmaster||", 0},
    {"bare local part in brackets", "Master <postmaster>", "Master|postmaster||", 0},
    {"spaces around", "jack . b @ comcast . net", "|jack.b|comcast.net|", 0},
    {"comments around", "pete(his account)@silly.test(his host)", "his host|pete|silly.test|", 0},
    {"route", "<@a.test,@b.test:c@d>", "|c|d|", 0},
    {"name and route", "C <@a.test , @b.test : c@d>, e@f", "C|c|d| + |e|f|", 0},
    {"literal", "a@[192.0.2.1]", "|a|[192.0.2.1]|", 0},
    {"IPv6 literal", "A <a@[IPv6:2001:db8::1]>, b@c", "A|a|[IPv6:2001:db8::1]| + |b|c|", 0},
    {"bare IPv6 literal", "a@[IPv6:::1], b@c", "|a|[IPv6:::1]| + |b|c|", 0},
    {"quoted local part", "\"a b\"@c", "|\"a b\"|c|", 0},
    {"at sign in quotes", "\"a@b\"@c", "|\"a@b\"|c|", 0},
    {"bang path", "mcvax!uunet!evi, a!b@c.d", "|mcvax!uunet!evi|| + |a!b|c.d|", 0},
    {"percent", "a%b@c", "|a%b|c|", 0},
    {"address as its own name", "jack@x <jack@x>", "jack@x|jack|x|", 0},
    {"list tag", "[list] members <l@x>", "[list] members|l|x|", 0},
    {"8-bit name", "Caf\xc3\xa9 <c@x>", "Caf\xc3\xa9|c|x|", 0},
    {"encoded word stays", "=?utf-8?q?Caf=C3=A9?= <c@x>", "=?utf-8?q?Caf=C3=A9?=|c|x|", 0},
    {"empty quoted name", "\"\" <a@b>", "|a|b|", 0},
    {"apostrophe", "O'Brien <o'brien@x>", "O'Brien|o'brien|x|", 0},
    /* what cannot be read */
    {"two words", "jack smith@x, a@b", "|a|b|", 1},
    {"two words, no domain", "Undisclosed recipients", "", 1},
    {"two at signs", "a@b@c, d@e", "|d|e|", 1},
    {"no local part", "@x, a@b", "|a|b|", 1},
    {"no domain", "a@, b@c", "|b|c|", 1},
    {"nothing in brackets", "Nobody <>, a@b", "|a|b|", 1},
    {"quote that does not end", "\"Jack <a@b>, c@d", "Jack|a|b| + |c|d|", 0},
    {"comment that does not end", "a@b, c@d (e", "|a|b|", 1},
    {"bracket that does not end", "A <a@b, c@d", "A|a|b| + |c|d|", 0},
    {"bracket that does not end, twice", "A <a@b, C <c@d>", "A|a|b| + C|c|d|", 0},
    {"bracket that does not begin", "a@b>, c@d", "|c|d|", 1},
    {"literal that does not end", "a@[1.2, b@c", "|a|[1.2| + |b|c|", 0},
    {"brackets in brackets", "A <<a@b>>, c@d", "|c|d|", 1},
    {"only specials", "<>,:;@\"", "", 2},
    {"backslash at the end", "a@b\\", "", 1},
};

static void show(const struct mailbox_entry *entries, size_t count, struct buf *out) {
  buf_clear(out);
  for (size_t i = 0; i < count; i++) {
    const struct mailbox_entry *e = &entries[i];
    if (i) buf_add_text(out, " + ");
    buf_format(out, "%.*s|%.*s|%.*s|%.*s", SPAN_ARG(e->display_name), SPAN_ARG(e->address.local_part),
               SPAN_ARG(e->address.domain), SPAN_ARG(e->group));
  }
}

static void lists(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof list_cases / sizeof *list_cases; i++) {
    const struct list_case *c = &list_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct mailbox_entry *entries;
    size_t bad, count = address_list_parse(span_from(c->value), &arena, &entries, &bad);
    show(entries, count, &out);
    if (!span_equal(buf_span(&out), span_from(c->expected)))
      fail_msg("%s: got %.*s, expected %s", c->name, SPAN_ARG(buf_span(&out)), c->expected);
    if (bad != c->bad) fail_msg("%s: %zu bad, expected %zu", c->name, bad, c->bad);
    arena_free(&arena);
  }
  buf_free(&out);
}

/* Values made to be slow to read: each must take no longer than its length allows. */
static void hostile_lengths(void **state) {
  (void)state;
  static const char *const pieces[] = {"(", "\"\\", "<",  "[",     ":",   ";",   ",",
                                       "a", "(\\",  "\"", "<a@b,", "[a@", "a (", "@"};
  struct buf value = {0};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    buf_clear(&value);
    while (value.len < 300000) buf_add_text(&value, pieces[i]);
    struct arena arena = ARENA_EMPTY;
    struct mailbox_entry *entries;
    assert_true(address_list_parse(buf_span(&value), &arena, &entries, NULL) <= ADDRESS_LIST_MAX);
    arena_free(&arena);
  }
  buf_free(&value);
}

static void a_list_has_a_limit(void **state) {
  (void)state;
  struct buf value = {0};
  struct arena arena = ARENA_EMPTY;
  struct mailbox_entry *entries;
  size_t bad;
  for (int i = 0; i < ADDRESS_LIST_MAX + 5; i++) buf_add_text(&value, "a@b,");
  assert_int_equal(address_list_parse(buf_span(&value), &arena, &entries, &bad), ADDRESS_LIST_MAX);
  assert_int_equal(bad, 5);
  arena_free(&arena);
  buf_free(&value);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists),
      cmocka_unit_test(hostile_lengths),
      cmocka_unit_test(a_list_has_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
