/* Received fields as sendmail, Postfix, Exim, qmail and others wrote them, those of the course's
 * slides, broken ones among them, and worse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/received.h"

struct received_case {
  const char *name, *value;
  const char *clauses; /* "from=value (comment); by=…" in the order of the tokens */
  const char *peer;    /* "claimed|dns|address|ident", then "?" for unknown, "!" for may be forged */
  int64_t unix_s;      /* 0: no date */
  uint32_t defects;
};

static const struct received_case received_cases[] = {
    {"slide: mailhost's",
     "from chico.cs.colostate.edu (chico.cs.colostate.edu\r\n [129.82.45.30]) by mailhost.isse.gmu.edu "
     "(8.8.5/8.7.2) with\r\n ESMTP id LAA20869 for <bob@isse.gmu.edu>; Fri, 18 Jun 2004\r\n 12:24:24 -0400 "
     "(EDT)",
     "from=chico.cs.colostate.edu (chico.cs.colostate.edu\r\n [129.82.45.30]); by=mailhost.isse.gmu.edu "
     "(8.8.5/8.7.2); with=ESMTP; id=LAA20869; for=<bob@isse.gmu.edu>",
     "chico.cs.colostate.edu|chico.cs.colostate.edu|129.82.45.30|", 1087575864, 0},
    {"slide: chico's, with neither ) nor date",
     "from salieri.cs.colostate.edu (salieri.cs.colostate.edu [129.82.45.76] by\r\n chico.cs.colostate.edu "
     "(8.12.10/8.12.9) id i5IGMtv0004345",
     "from=salieri.cs.colostate.edu (salieri.cs.colostate.edu [129.82.45.76]); by=chico.cs.colostate.edu "
     "(8.12.10/8.12.9); id=i5IGMtv0004345",
     "salieri.cs.colostate.edu|salieri.cs.colostate.edu|129.82.45.76|", 0,
     RECEIVED_OPEN_COMMENT | RECEIVED_NO_DATE},
    {"slide: ID in capitals", "from a (b [192.0.2.1]) by c with ESMTP ID LAA20869",
     "from=a (b [192.0.2.1]); by=c; with=ESMTP; id=LAA20869", "a|b|192.0.2.1|", 0, RECEIVED_NO_DATE},
    {"Marta's second",
     "from eps.udl.es (fermat.udl.net [10.50.54.28])\r\n\tby mailr3.udl.es (8.11.6/8.11.6) with ESMTP id "
     "i5GAYga31371\r\n\tfor <indrajit@CS.ColoState.EDU>; Wed, 16 Jun 2004 12:34:42 +0200",
     "from=eps.udl.es (fermat.udl.net [10.50.54.28]); by=mailr3.udl.es (8.11.6/8.11.6); with=ESMTP; "
     "id=i5GAYga31371; for=<indrajit@CS.ColoState.EDU>",
     "eps.udl.es|fermat.udl.net|10.50.54.28|", 1087382082, 0},
    {"Marta's first",
     "from eps.udl.es by eps.udl.es (8.8.8+Sun/SMI-SVR4)\r\n\tid MAA22736; Wed, 16 Jun 2004 12:34:40 +0200 "
     "(MET DST)",
     "from=eps.udl.es; by=eps.udl.es (8.8.8+Sun/SMI-SVR4); id=MAA22736", "eps.udl.es|||", 1087382080, 0},
    {"sendmail, no name found", "from abc.freebie.com ([192.0.2.7]) by x; 1 Jan 1970 00:00:01 +0000",
     "from=abc.freebie.com ([192.0.2.7]); by=x", "abc.freebie.com||192.0.2.7|", 1, 0},
    {"sendmail, may be forged",
     "from a (IDENT:jack@b.example [192.0.2.7] (may be forged)) by x; 1 Jan 1970 00:00:01 +0000",
     "from=a (IDENT:jack@b.example [192.0.2.7] (may be forged)); by=x", "a|b.example|192.0.2.7|jack!", 1, 0},
    {"sendmail, user at name", "from a (jack@b.example [192.0.2.7]) by x; 1 Jan 1970 00:00:01 +0000",
     "from=a (jack@b.example [192.0.2.7]); by=x", "a|b.example|192.0.2.7|jack", 1, 0},
    {"sendmail, local",
     "(from jack@localhost) by chico (8.12.10/8.12.9) id i5IGMtv0004345; 1 Jan 1970 00:00:01 +0000",
     "loose= (from jack@localhost); by=chico (8.12.10/8.12.9); id=i5IGMtv0004345", "|||", 1,
     RECEIVED_NO_FROM},
    {"sendmail, IPv6", "from a (b [IPv6:2001:db8::1]) by x; 1 Jan 1970 00:00:01 +0000",
     "from=a (b [IPv6:2001:db8::1]); by=x", "a|b|2001:db8::1|", 1, 0},
    {"Postfix, unknown",
     "from abc.freebie.com (unknown [192.0.2.7])\r\n\tby mx (Postfix) with SMTP id 4AB1C2;\r\n\tThu,  "
     "1 Jan 1970 00:00:01 +0000 (UTC)",
     "from=abc.freebie.com (unknown [192.0.2.7]); by=mx (Postfix); with=SMTP; id=4AB1C2",
     "abc.freebie.com||192.0.2.7|?", 1, 0},
    {"Postfix, TLS and log-in",
     "from laptop (c-1.example [192.0.2.7])\r\n\t(using TLSv1.3 with cipher X (256/256 "
     "bits))\r\n\t(Authenticated "
     "sender: jack)\r\n\tby mx (Postfix) with ESMTPSA id 4A; 1 Jan 1970 00:00:01 +0000",
     "from=laptop (c-1.example [192.0.2.7]) (using TLSv1.3 with cipher X (256/256 bits)) (Authenticated "
     "sender: "
     "jack); by=mx (Postfix); with=ESMTPSA; id=4A",
     "laptop|c-1.example|192.0.2.7|", 1, 0},
    {"Postfix, picked up", "by mx (Postfix, from userid 1000)\r\n\tid 4A; 1 Jan 1970 00:00:01 +0000",
     "by=mx (Postfix, from userid 1000); id=4A", "|||", 1, RECEIVED_NO_FROM},
    {"Exim, names differ",
     "from b.example ([192.0.2.7] helo=a.example) by mx with esmtp (Exim 4.96)\r\n\t(envelope-from "
     "<x@y>) id 1BbMAb-0001aB-00\r\n\tfor bob@z; 1 Jan 1970 00:00:01 +0000",
     "from=b.example ([192.0.2.7] helo=a.example); by=mx; with=esmtp (Exim 4.96) (envelope-from <x@y>); "
     "id=1BbMAb-0001aB-00; for=bob@z",
     "a.example|b.example|192.0.2.7|", 1, 0},
    {"Exim, no name", "from [192.0.2.7] (helo=a.example ident=jack) by mx; 1 Jan 1970 00:00:01 +0000",
     "from=[192.0.2.7] (helo=a.example ident=jack); by=mx", "a.example||192.0.2.7|jack", 1, 0},
    {"Exim, a claim with an address", "from [192.0.2.7] (helo=x [10.0.0.9]) by mx; 1 Jan 1970 00:00:01 +0000",
     "from=[192.0.2.7] (helo=x [10.0.0.9]); by=mx", "x||192.0.2.7|", 1, 0},
    {"Exim, port", "from [192.0.2.7] (port=4123 helo=[10.0.0.1]) by mx; 1 Jan 1970 00:00:01 +0000",
     "from=[192.0.2.7] (port=4123 helo=[10.0.0.1]); by=mx", "[10.0.0.1]||192.0.2.7|", 1, 0},
    {"Exim, address and port", "from b ([192.0.2.7]:4123 helo=a) by mx; 1 Jan 1970 00:00:01 +0000",
     "from=b ([192.0.2.7]:4123 helo=a); by=mx", "a|b|192.0.2.7|", 1, 0},
    {"qmail, unknown",
     "from unknown (HELO a.example) (192.0.2.7)\r\n  by mx with SMTP; 1 Jan 1970 00:00:01 -0000",
     "from=unknown (HELO a.example) (192.0.2.7); by=mx; with=SMTP", "a.example||192.0.2.7|?", 1, 0},
    {"qmail, ident",
     "from b.example (HELO a.example) (jack@192.0.2.7)\r\n  by mx with SMTP; 1 Jan 1970 00:00:01 -0000",
     "from=b.example (HELO a.example) (jack@192.0.2.7); by=mx; with=SMTP",
     "a.example|b.example|192.0.2.7|jack", 1, 0},
    {"qmail, invoked", "(qmail 4345 invoked by uid 500); 1 Jan 1970 00:00:01 -0000",
     "loose= (qmail 4345 invoked by uid 500)", "|||", 1, RECEIVED_NO_FROM | RECEIVED_NO_BY},
    {"Exchange",
     "from A.example (192.0.2.7) by B.example\r\n (192.0.2.8) with Microsoft SMTP Server (TLS) id 8.1.2; "
     "Thu, 1 Jan 1970 00:00:01 +0000",
     "from=A.example (192.0.2.7); by=B.example (192.0.2.8); with=Microsoft SMTP Server (TLS); id=8.1.2",
     "A.example||192.0.2.7|", 1, 0},
    {"address literal claimed", "from [192.0.2.7] by mx; 1 Jan 1970 00:00:01 +0000",
     "from=[192.0.2.7]; by=mx", "[192.0.2.7]||192.0.2.7|", 1, 0},
    {"via", "from a by b via UUCP with UUCP id 7; 1 Jan 1970 00:00:01 +0000",
     "from=a; by=b; via=UUCP; with=UUCP; id=7", "a|||", 1, 0},
    /* broken ones */
    {"nothing", "", "", "|||", 0, RECEIVED_NO_FROM | RECEIVED_NO_BY | RECEIVED_NO_DATE},
    {"only a date", "; 1 Jan 1970 00:00:01 +0000", "", "|||", 1, RECEIVED_NO_FROM | RECEIVED_NO_BY},
    {"no value", "from by b; 1 Jan 1970 00:00:01 +0000", "from=; by=b", "|||", 1, RECEIVED_EMPTY_CLAUSE},
    {"bad date", "from a by b; yesterday", "from=a; by=b", "a|||", 0, RECEIVED_BAD_DATE},
    {"empty date", "from a by b; ", "from=a; by=b", "a|||", 0, RECEIVED_NO_DATE},
    {"two semicolons", "from a by b; id c; 1 Jan 1970 00:00:01 +0000", "from=a; by=b; id=c", "a|||", 1, 0},
    {"repeated", "from a by b by c; 1 Jan 1970 00:00:01 +0000", "from=a; by=b by c", "a|||", 1,
     RECEIVED_REPEATED},
    {"loose words", "hello from a by b; 1 Jan 1970 00:00:01 +0000", "loose=hello; from=a; by=b", "a|||", 1,
     RECEIVED_LOOSE_WORDS},
    {"open comment before the date", "from a by b (c; 1 Jan 1970 00:00:01 +0000", "from=a; by=b (c)", "a|||",
     1, RECEIVED_OPEN_COMMENT},
    {"two open comments", "from a (b by c (d with e; 1 Jan 1970 00:00:01 +0000",
     "from=a (b); by=c (d); with=e", "a|||", 1, RECEIVED_OPEN_COMMENT},
    {"semicolon in a comment", "from a (b; c) by d; 1 Jan 1970 00:00:01 +0000 (e;f)", "from=a (b; c); by=d",
     "a|||", 1, 0},
    {"five comments", "from a (1) (2) (3) (4) (5) by b; 1 Jan 1970 00:00:01 +0000",
     "from=a (1) (2) (3) (4); by=b", "a|||", 1, 0},
    {"empty comment", "from a () by b; 1 Jan 1970 00:00:01 +0000", "from=a (); by=b", "a|||", 1, 0},
};

static void add_clause(struct buf *out, const char *name, const struct received_clause *clause) {
  if (!clause->present) return;
  if (out->len) buf_add_text(out, "; ");
  buf_format(out, "%s=%.*s", name, SPAN_ARG(clause->value));
  for (uint8_t i = 0; i < clause->comment_count; i++)
    buf_format(out, " (%.*s)", SPAN_ARG(clause->comments[i]));
}

static void assert_buf(struct buf *out, const char *expected, const char *name) {
  if (!span_equal(buf_span(out), span_from(expected)))
    fail_msg("%s:\n  got      %.*s\n  expected %s", name, SPAN_ARG(buf_span(out)), expected);
  buf_clear(out);
}

static void fields(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof received_cases / sizeof *received_cases; i++) {
    const struct received_case *c = &received_cases[i];
    struct received received;
    received_parse(span_from(c->value), &received);
    add_clause(&out, "loose", &received.loose);
    for (enum received_token token = 0; token < RECEIVED_TOKENS; token++)
      add_clause(&out, received_token_text(token), &received.clause[token]);
    assert_buf(&out, c->clauses, c->name);
    const struct received_peer *p = &received.peer;
    buf_format(&out, "%.*s|%.*s|%.*s|%.*s%s%s", SPAN_ARG(p->claimed), SPAN_ARG(p->dns_name),
               SPAN_ARG(p->address), SPAN_ARG(p->ident), p->dns_unknown ? "?" : "",
               p->may_be_forged ? "!" : "");
    assert_buf(&out, c->peer, c->name);
    if (received.defects != c->defects)
      fail_msg("%s: defects %x, expected %x", c->name, received.defects, c->defects);
    if (c->unix_s && received.date.unix_us != c->unix_s * DATE_SECOND_US) fail_msg("%s: date", c->name);
  }
  buf_free(&out);
}

/* Together the clauses' texts are the field's words: R31, one line broken into its tokens. */
static void clauses_cover_the_field(void **state) {
  (void)state;
  struct received received;
  received_parse(SPAN("from a (b [192.0.2.1]) by c (8.8) with ESMTP id LAA20869 for <d@e>; Fri, 18 Jun 2004 "
                      "12:24:24 -0400 (EDT)"),
                 &received);
  assert_true(span_equal(received.clause[RECEIVED_FROM].text, SPAN("from a (b [192.0.2.1])")));
  assert_true(span_equal(received.clause[RECEIVED_BY].text, SPAN("by c (8.8)")));
  assert_true(span_equal(received.clause[RECEIVED_WITH].text, SPAN("with ESMTP")));
  assert_true(span_equal(received.clause[RECEIVED_FOR].text, SPAN("for <d@e>")));
  assert_true(span_equal(received.date_text, SPAN("Fri, 18 Jun 2004 12:24:24 -0400 (EDT)")));
  assert_true(span_equal(received_for_address(&received), SPAN("d@e")));
}

static void hostile_lengths(void **state) {
  (void)state;
  static const char *const pieces[] = {"(",     "from (", "by ", ";",  "a;(", "\"",
                                       "( by ", "(\\",    ")",   "a ", "[1"};
  struct buf value = {0};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    struct received received;
    buf_clear(&value);
    while (value.len < 100000) buf_add_text(&value, pieces[i]);
    received_parse(buf_span(&value), &received);
    assert_true(received.defects & RECEIVED_TOO_LONG);
  }
  buf_free(&value);
}

static void defects_have_words(void **state) {
  (void)state;
  for (uint32_t defect = 1; defect <= RECEIVED_TOO_LONG; defect *= 2)
    assert_string_not_equal(received_defect_text((enum received_defect)defect), "unknown defect");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields),
      cmocka_unit_test(clauses_cover_the_field),
      cmocka_unit_test(hostile_lengths),
      cmocka_unit_test(defects_have_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
