/* Letters as evidence: which lines are trusted and why no more, how lines join, what is odd, what is refused.
 * Whole letters in full words are in tests/golden/trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readers/trace_internal.h"

#define DATE          "; Wed, 16 Jun 2004 15:00:00 +0000\n"
#define HOP(from, by) "Received: from " from " by " by DATE
#define SENDMAIL      " (8.12.10/8.12.9) with ESMTP id 1"

struct trust_case {
  const char *name, *header, *trust; /* trust NULL: the default */
  const char *end;
  uint32_t last_trusted; /* 0: none */
  const char *joins;     /* newest first */
};

static const struct trust_case trust_cases[] = {
    {"no lines", "From: a@a.example\n", NULL, "no_lines", 0, ""},
    {"one line", HOP("a (a [192.0.2.1])", "mx.b.example" SENDMAIL), NULL, "all", 1, "oldest"},
    {"a stranger below",
     HOP("a.example (a.example [192.0.2.1])", "mx.b.example" SENDMAIL) HOP("x (y [192.0.2.9])", "a.example"),
     NULL, "stranger", 2, "dns_name oldest"},
    {"the gateway of one's own domain",
     HOP("gw.b.example (gw.b.example [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("a (a [192.0.2.9])", "gw.b.example" SENDMAIL) HOP("x", "a"),
     NULL, "stranger", 2, "dns_name dns_name oldest"},
    {"the gateway's name, claimed by a stranger",
     HOP("gw.b.example (dsl-9.isp.example [192.0.2.9])", "mx.b.example" SENDMAIL)
         HOP("bank.example (bank.example [192.0.2.7])", "gw.b.example" SENDMAIL),
     NULL, "claimed_name", 2, "claimed_name oldest"},
    {"the same, though the domain is trusted by word",
     HOP("gw.b.example (dsl-9.isp.example [192.0.2.9])", "mx.b.example" SENDMAIL)
         HOP("bank.example (bank.example [192.0.2.7])", "gw.b.example" SENDMAIL),
     "b.example", "claimed_name", 2, "claimed_name oldest"},
    {"claimed, and no name found",
     HOP("gw.b.example ([192.0.2.9])", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "gw.b.example" SENDMAIL),
     NULL, "claimed_name", 2, "claimed_name oldest"},
    {"a name that does not lead back",
     HOP("gw.b.example (gw.b.example [192.0.2.9] (may be forged))", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "gw.b.example" SENDMAIL),
     NULL, "claimed_name", 2, "dns_name oldest"},
    {"a name of which nobody says that it leads back",
     HOP("gw.b.example (gw.b.example [192.0.2.9])", "mx.b.example") HOP("x (y [192.0.2.7])", "gw.b.example"),
     NULL, "claimed_name", 2, "dns_name oldest"},
    {"the same, its address trusted",
     HOP("gw.b.example (gw.b.example [192.0.2.9])", "mx.b.example") HOP("x (y [192.0.2.7])", "gw.b.example"),
     "b.example,192.0.2.9", "all", 1, "dns_name oldest"},
    {"the same, its network trusted",
     HOP("gw.b.example (gw.b.example [192.0.2.9])", "mx.b.example") HOP("x (y [192.0.2.7])", "gw.b.example"),
     "b.example,192.0.2.8/30", "all", 1, "dns_name oldest"},
    {"another network trusted",
     HOP("gw.b.example (gw.b.example [192.0.2.9])", "mx.b.example") HOP("x (y [192.0.2.7])", "gw.b.example"),
     "b.example,192.0.2.0/30", "claimed_name", 2, "dns_name oldest"},
    {"one's own server, but the line below is another's",
     HOP("gw.b.example (gw.b.example [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "c.example"),
     NULL, "other_by", 2, "broken oldest"},
    {"one's own server under another name: a break by default",
     HOP("gw.b.example (gw.b.example [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "gw1.b.example"),
     NULL, "other_by", 2, "domain oldest"},
    {"and none if the domain is trusted by word",
     HOP("gw.b.example (gw.b.example [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "gw1.b.example"),
     "b.example", "all", 1, "domain oldest"},
    {"a domain that ends alike",
     HOP("gw.evilb.example (gw.evilb.example [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "gw.evilb.example"),
     "b.example", "stranger", 2, "dns_name oldest"},
    {"two organisations under one country's name",
     HOP("evil.co.uk (evil.co.uk [192.0.2.1])", "firm.co.uk" SENDMAIL)
         HOP("x (y [192.0.2.7])", "evil.co.uk" SENDMAIL),
     NULL, "stranger", 2, "dns_name oldest"},
    {"two organisations of one top-level domain",
     HOP("evil.example (evil.example [192.0.2.1])", "firm.example" SENDMAIL)
         HOP("x (y [192.0.2.7])", "evil.example" SENDMAIL),
     NULL, "stranger", 2, "dns_name oldest"},
    {"a filter on the same machine",
     HOP("localhost (localhost [127.0.0.1])", "mx.b.example (Postfix)")
         HOP("mx.b.example ([127.0.0.1])", "localhost")
             HOP("a.example (a.example [192.0.2.1])", "mx.b.example (Postfix)") HOP("x", "a.example"),
     NULL, "stranger", 2, "machine machine dns_name oldest"},
    {"a provider's inner line that names nobody",
     "Received: by 2002:a05:6402:5d1::1 with SMTP id q" DATE HOP("a.example (a.example. [192.0.2.1])",
                                                                 "mx.big.example") HOP("x", "a.example"),
     NULL, "stranger", 2, "machine dns_name oldest"},
    {"the same, the provider trusted by word",
     "Received: by 2002:a05:6402:5d1::1 with SMTP id q" DATE HOP("a.example (a.example. [192.0.2.1])",
                                                                 "mx.big.example") HOP("x", "a.example"),
     "big.example", "stranger", 2, "machine dns_name oldest"},
    {"the same, somebody else trusted",
     "Received: by 2002:a05:6402:5d1::1 with SMTP id q" DATE HOP("a.example (a.example. [192.0.2.1])",
                                                                 "mx.big.example") HOP("x", "a.example"),
     "other.example", "other_by", 3, "machine dns_name oldest"},
    {"fetched",
     HOP("pop.b.example [192.0.2.3]", "localhost with POP3") HOP("a (a [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x", "a"),
     NULL, "stranger", 2, "pull dns_name oldest"},
    {"qmail's pairs",
     "Received: (qmail 1 invoked from network)" DATE HOP(
         "unknown (HELO a) (192.0.2.1)",
         "mx.b.example with SMTP") "Received: (qmail 7 invoked by uid 5)" DATE,
     NULL, "stranger", 2, "machine unknown oldest"},
    {"handed in by a program",
     "Received: by mx.b.example (Postfix, from userid 33) id 4A" DATE HOP("x (y [192.0.2.7])",
                                                                          "bank.example"),
     NULL, "local", 2, "machine oldest"},
    {"handed in by sendmail's user",
     "Received: (from www@localhost) by mx.b.example (8.12.10/8.12.9) id 1" DATE, NULL, "local", 1, "oldest"},
    {"not a line of those trusted", HOP("a (a [192.0.2.1])", "mx.b.example" SENDMAIL), "c.example", "at_top",
     0, "oldest"},
    {"the topmost line does not say by", "Received: from a (a [192.0.2.1])" DATE, NULL, "at_top", 0,
     "oldest"},
    {"by a bare name", HOP("a (a [192.0.2.1])", "mailhub" SENDMAIL) HOP("x", "a"), NULL, "stranger", 2,
     "dns_name oldest"},
    {"by a bare name, another trusted", HOP("a (a [192.0.2.1])", "mailhub" SENDMAIL) HOP("x", "a"),
     "c.example", "at_top", 0, "dns_name oldest"},
    {"by a bare name, trusted by word", HOP("a (a [192.0.2.1])", "mailhub" SENDMAIL) HOP("x", "a"), "mailhub",
     "stranger", 2, "dns_name oldest"},
    {"Exim writes one name where both are one",
     HOP("gw.b.example ([192.0.2.1])", "mx.b.example with esmtp (Exim 4.96) id 1")
         HOP("x ([192.0.2.7])", "gw.b.example with esmtp (Exim 4.96) id 2"),
     NULL, "all", 1, "dns_name oldest"},
    {"letter case and final dots",
     HOP("GW.B.example (gw.b.EXAMPLE. [192.0.2.1])", "mx.b.example" SENDMAIL)
         HOP("x (x [192.0.2.7])", "gw.b.example."),
     "B.EXAMPLE.", "all", 1, "dns_name oldest"},
    {"Exchange names its own address",
     HOP("EX2.b.example (192.0.2.2)", "EX1.b.example (192.0.2.1) with Microsoft SMTP Server id 15")
         HOP("x (192.0.2.7)", "other.b.example (192.0.2.2) with Microsoft SMTP Server id 15"),
     NULL, "claimed_name", 2, "address oldest"},
    {"a claimed name that brings an address and a name of its own",
     HOP("x (gw.b.example [192.0.2.1]) (evil.example [192.0.2.66])", "mx.b.example" SENDMAIL)
         HOP("bank (bank [192.0.2.7])", "gw.b.example" SENDMAIL),
     "b.example,192.0.2.1", "claimed_name", 2, "dns_name oldest"},
    {"the same in Exim's manner",
     HOP("[192.0.2.66] (helo=x [192.0.2.1])", "mx.b.example with esmtp (Exim 4.96) id 1")
         HOP("bank (bank [192.0.2.7])", "gw.b.example"),
     "b.example,192.0.2.1", "stranger", 2, "broken oldest"},
    {"two machines in one cloud's domain",
     HOP("ec2-192-0-2-9.cloud.example (ec2-192-0-2-9.cloud.example [192.0.2.9])",
         "ec2-192-0-2-1.cloud.example" SENDMAIL)
         HOP("bank (bank [192.0.2.7])", "ec2-192-0-2-9.cloud.example" SENDMAIL),
     NULL, "stranger", 2, "dns_name oldest"},
    {"the same, both trusted by word",
     HOP("ec2-192-0-2-9.cloud.example (ec2-192-0-2-9.cloud.example [192.0.2.9])",
         "ec2-192-0-2-1.cloud.example" SENDMAIL)
         HOP("bank (bank [192.0.2.7])", "ec2-192-0-2-9.cloud.example" SENDMAIL),
     "ec2-192-0-2-1.cloud.example,ec2-192-0-2-9.cloud.example", "all", 1, "dns_name oldest"},
    {"an address as by", HOP("[192.0.2.2] (a [192.0.2.2])", "[192.0.2.1]" SENDMAIL) HOP("x", "[192.0.2.2]"),
     "192.0.2.0/24", "all", 1, "address oldest"},
};

static struct trace read_well(const char *text, const struct trace_options *options, struct arena *arena) {
  struct trace trace;
  struct error_list errors = {0};
  bool well = trace_read(SPAN("letter"), span_from(text), options, arena, &trace, &errors);
  if (!well) fail_msg("%.*s", SPAN_ARG(errors.items[0].message));
  return trace;
}

static void check_buf(const char *name, struct buf *found, const char *expected) {
  if (!span_equal(buf_span(found), span_from(expected)))
    fail_msg("%s:\n  got      %.*s\n  expected %s", name, SPAN_ARG(buf_span(found)), expected);
  buf_free(found);
}

static void test_trust(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof trust_cases / sizeof *trust_cases; i++) {
    const struct trust_case *c = &trust_cases[i];
    struct arena arena = ARENA_EMPTY;
    struct span names[TRACE_TRUST_MAX], wrong;
    struct trace_options options = {.trusted = names};
    if (c->trust) assert_true(trace_trust_parse(span_from(c->trust), names, &options.trusted_count, &wrong));
    struct trace trace = read_well(c->header, &options, &arena);
    const struct trace_hop *last = trace_last_trusted(&trace);
    struct buf joins = {0};
    if (!span_equal(span_from(trace_end_name(trace.end)), span_from(c->end)))
      fail_msg("%s: %s, not %s", c->name, trace_end_name(trace.end), c->end);
    if ((last ? last->number : 0) != c->last_trusted)
      fail_msg("%s: line %u is the last", c->name, last ? last->number : 0);
    for (size_t h = 0; h < trace.hop_count; h++) {
      assert_int_equal(trace.hops[h].is_trusted, h < trace.trusted_count);
      buf_format(&joins, "%s%s", h ? " " : "", trace_join_name(trace.hops[h].join));
    }
    check_buf(c->name, &joins, c->joins);
    assert_true(trace_verdict(&trace, &arena).len > 0);
    arena_free(&arena);
  }
}

/* ---- one line ---- */

static const struct {
  const char *name, *value, *peer; /* "claimed|dns name|address|lookup" */
  const char *notes;
} hop_cases[] = {
    {"sendmail",
     "from a (b.example [129.82.45.30]) by x (8.12.10/8.12.9) with SMTP id 1; 16 Jun 2004 15:00:00 +0000",
     "a|b.example|129.82.45.30|confirmed", "helo_differs"},
    {"sendmail, no name", "from a ([129.82.45.30]) by x (8.12.10/8.12.9) id 1; 16 Jun 2004 15:00:00 +0000",
     "a||129.82.45.30|no_name", "name_unknown"},
    {"sendmail, forged",
     "from a (a [129.82.45.30] (may be forged)) by x (8.9.3/8.9.3) id 1; 16 Jun 2004 15:00:00 +0000",
     "a|a|129.82.45.30|unconfirmed", "may_be_forged"},
    {"Postfix", "from a (unknown [129.82.45.30]) by x (Postfix) with SMTP id 1; 16 Jun 2004 15:00:00 +0000",
     "a||129.82.45.30|no_name", "name_unknown"},
    {"Exim",
     "from b.example ([129.82.45.30] helo=a) by x with esmtp (Exim 4.96) id 1; 16 Jun 2004 15:00:00 +0000",
     "a|b.example|129.82.45.30|confirmed", "helo_differs"},
    {"Exim, one name",
     "from b.example ([129.82.45.30]) by x with esmtp (Exim 4.96) id 1; 16 Jun 2004 15:00:00 +0000",
     "b.example|b.example|129.82.45.30|confirmed", ""},
    {"qmail, one name", "from b.example (129.82.45.30) by x with SMTP; 16 Jun 2004 15:00:00 -0000",
     "b.example|b.example|129.82.45.30|looked_up", ""},
    {"qmail, none", "from unknown (HELO a) (129.82.45.30) by x with SMTP; 16 Jun 2004 15:00:00 -0000",
     "a||129.82.45.30|no_name", "name_unknown"},
    {"Exchange",
     "from a (129.82.45.30) by x (129.82.45.31) with Microsoft SMTP Server id 8; 16 Jun 2004 15:00:00 +0000",
     "a||129.82.45.30|not_said", ""},
    {"a literal at home",
     "from [192.168.1.2] (b [129.82.45.30]) by x (Postfix) id 1; 16 Jun 2004 15:00:00 +0000",
     "[192.168.1.2]|b|129.82.45.30|confirmed", "helo_differs"},
    {"a literal that is so",
     "from [129.82.45.30] (b [129.82.45.30]) by x (Postfix) id 1; 16 Jun 2004 15:00:00 +0000",
     "[129.82.45.30]|b|129.82.45.30|confirmed", ""},
    {"private", "from a (a [10.50.54.28]) by x (Postfix) id 1; 16 Jun 2004 15:00:00 +0000",
     "a|a|10.50.54.28|confirmed", "special_address"},
    {"the zone's name is another's", "from a by x; 16 Jun 2004 15:00:00 -0400 (MDT)", "a|||not_said", "zone"},
    {"the zone's name is its own", "from a by x; 16 Jun 2004 15:00:00 -0400 (EDT)", "a|||not_said", ""},
    {"a zone's name that nobody has fixed", "from a by x; 16 Jun 2004 15:00:00 +0200 (MET DST)",
     "a|||not_said", ""},
    {"no zone", "from a by x; 16 Jun 2004 15:00:00", "a|||not_said", "zone"},
    {"the wrong day", "from a by x; Mon, 16 Jun 2004 15:00:00 +0000", "a|||not_said", "weekday"},
    {"an id of that second", "from a by x (8.12.10/8.12.9) id i5GF0000008000; 16 Jun 2004 15:00:00 +0000",
     "a|||not_said", ""},
    {"an id of a session that went on",
     "from a by x (8.12.10/8.12.9) id i5GF0000008000; 16 Jun 2004 15:20:00 +0000", "a|||not_said", ""},
    {"an id of another day", "from a by x (8.12.10/8.12.9) id i5EF0000008000; 16 Jun 2004 15:00:00 +0000",
     "a|||not_said", "id_time"},
    {"an id that is younger than the stamp",
     "from a by x (8.12.10/8.12.9) id i5GFA000008000; 16 Jun 2004 15:00:00 +0000", "a|||not_said", "id_time"},
    {"the slide's letter of the hour", "from a by x (8.8.5/8.7.2) id LAA20869; 18 Jun 2004 12:24:24 -0400",
     "a|||not_said", "id_time"},
    {"the letter of the hour as it should be",
     "from a by x (8.8.5/8.7.2) id MAA20869; 18 Jun 2004 12:24:24 -0400", "a|||not_said", ""},
    {"Postfix's id looks like sendmail's by chance",
     "from a by x (Postfix) id 4A1B2C3D12345; 16 Jun 2004 15:00:00 +0000", "a|||not_said", ""},
    {"nothing", "", "|||not_said", "defect defect defect"},
    {"no date", "from a by x", "a|||not_said", "defect"},
};

static void test_hops(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof hop_cases / sizeof *hop_cases; i++) {
    struct arena arena = ARENA_EMPTY;
    struct buf text = {0};
    buf_format(&text, "Received: %s\n\n", hop_cases[i].value);
    buf_add_char(&text, '\0');
    struct trace trace = read_well(text.data, NULL, &arena);
    const struct trace_hop *hop = &trace.hops[0];
    struct buf peer = {0}, notes = {0};
    buf_format(&peer, "%.*s|%.*s|%.*s|%s", SPAN_ARG(hop->claimed), SPAN_ARG(hop->dns_name),
               SPAN_ARG(hop->address), trace_lookup_name(hop->lookup));
    check_buf(hop_cases[i].name, &peer, hop_cases[i].peer);
    for (size_t n = 0; n < hop->note_count; n++)
      buf_format(&notes, "%s%s", n ? " " : "", trace_oddity_name(hop->notes[n].oddity));
    check_buf(hop_cases[i].name, &notes, hop_cases[i].notes);
    buf_free(&text);
    arena_free(&arena);
  }
}

/* ---- delays ---- */

static void test_delays(void **state) {
  (void)state;
  static const char header[] = "Received: from b by c; Wed, 16 Jun 2004 09:00:05 -0600\n"
                               "Received: from x by b\n"
                               "Received: from a by x; Wed, 16 Jun 2004 17:00:15 +0200\n"
                               "Received: from y by a; Wed, 16 Jun 2004 12:00:00 +0000\n"
                               "Date: Wed, 16 Jun 2004 12:00:09 +0000\n";
  static const struct {
    bool has;
    int64_t seconds;
    uint32_t since;
    const char *note;
  } expected[] = {
      {true, -10, 2, "clocks"}, {false, 0, 0, "defect"}, {true, 10815, 1, "slow"}, {true, -9, 0, "clocks"}};
  struct arena arena = ARENA_EMPTY;
  struct trace trace = read_well(header, NULL, &arena);
  assert_int_equal(trace.hop_count, 4);
  for (size_t i = 0; i < 4; i++) {
    const struct trace_hop *hop = &trace.hops[i];
    assert_int_equal(hop->has_delay, expected[i].has);
    assert_string_equal(trace_oddity_name(hop->notes[hop->note_count - 1].oddity), expected[i].note);
    if (!hop->has_delay) continue;
    assert_int_equal(hop->delay_us, expected[i].seconds * DATE_SECOND_US);
    assert_int_equal(hop->delay_since, expected[i].since);
  }
  arena_free(&arena);
}

static void test_lengths(void **state) {
  (void)state;
  static const struct {
    int64_t seconds;
    const char *text;
  } cases[] = {{0, "0 s"},         {59, "59 s"},      {60, "1 min"},       {90, "1 min 30 s"},
               {3600, "1 h"},      {3601, "1 h 1 s"}, {3660, "1 h 1 min"}, {86400, "1 d"},
               {90000, "1 d 1 h"}, {86401, "1 d 1 s"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf text = {0};
    trace_write_length(cases[i].seconds * DATE_SECOND_US, &text);
    check_buf("length", &text, cases[i].text);
  }
}

/* ---- files ---- */

static const struct {
  const char *name;
  struct span bytes;
  const char *says; /* NULL: it is read */
} files[] = {
    {"nothing", SPAN_INIT(""), "empty"},
    {"white space", SPAN_INIT(" \n\n\t\n"), "white space"},
    {"HTML", SPAN_INIT("\r\n<!DOCTYPE html><html><body>From: a</body></html>\n"), "HTML"},
    {"HTML with a mark", SPAN_INIT("\xEF\xBB\xBF<html>\n"), "HTML"},
    {"UTF-16 with a mark",
     SPAN_INIT("\xFF\xFE"
               "F\0r\0o\0m\0:\0"),
     "UTF-16"},
    {"UTF-16 without", SPAN_INIT("F\0r\0o\0m\0:\0 \0a\0@\0b\0\n\0"), "UTF-16"},
    {"Outlook", SPAN_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0"), "OLE"},
    {"base64", SPAN_INIT("UmVjZWl2ZWQ6IGZyb20gYSBieSBiOyBXZWQsIDE2IEp1biAyMDA0\nMTU6\n"), "base64"},
    {"ZIP", SPAN_INIT("PK\x03\x04..."), "ZIP"},
    {"gzip", SPAN_INIT("\x1F\x8B\x08"), "gzip"},
    {"PDF", SPAN_INIT("%PDF-1.4\n"), "PDF"},
    {"JSON", SPAN_INIT("{ \"waystation\": 1 }\n"), "JSON"},
    {"CR alone", SPAN_INIT("Received: from a by b\rFrom: a\r\r"), "CR alone"},
    {"prose", SPAN_INIT("Dear Sir,\nplease read my letter.\n\nFrom: me\n"), "no header"},
    {"a note with a colon", SPAN_INIT("Milk: two\nBread: one\n"), "no header"},
    {"one field", SPAN_INIT("Subject: x"), NULL},
    {"a mark, and empty lines", SPAN_INIT("\xEF\xBB\xBF\r\n\r\nFrom: a@b\r\n\r\n"), NULL},
    {"a From_ line", SPAN_INIT("From a@b Wed Jun 16 15:00:00 2004\nSubject: x\n\n"), NULL},
    {"words before the header", SPAN_INIT("the source of it:\nSubject: x\n\n"), NULL},
};

static void test_files(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct arena arena = ARENA_EMPTY;
    struct error_list errors = {0};
    struct trace trace;
    bool well = trace_read(SPAN("f"), files[i].bytes, NULL, &arena, &trace, &errors);
    if (well != !files[i].says) fail_msg("%s: is %sread", files[i].name, well ? "" : "not ");
    if (!well) {
      assert_int_equal(errors.count, 1);
      if (span_search(errors.items[0].message, span_from(files[i].says)) == SPAN_NONE)
        fail_msg("%s: %.*s", files[i].name, SPAN_ARG(errors.items[0].message));
      assert_true(errors.items[0].hint.len > 0);
    }
    error_list_free(&errors);
    arena_free(&arena);
  }
}

static void test_mbox(void **state) {
  (void)state;
  static const char mbox[] =
      "From a@b Wed Jun 16 15:00:00 2004\nReceived: from x by y; 16 Jun 2004 15:00:00 +0000\n\n"
      "From here on\n>From there\n\nFrom c@d Wed Jun 16 16:00:00 2004\nSubject: two\n\n";
  struct arena arena = ARENA_EMPTY;
  struct error_list errors = {0};
  struct trace_options options = {.message = 0};
  struct trace trace = read_well(mbox, &options, &arena);
  assert_int_equal(trace.hop_count, 1);
  assert_int_equal(trace.hops[0].line, 2);
  options.message = trace.messages;
  trace = read_well(mbox, &options, &arena);
  assert_int_equal(trace.hop_count, 0);
  options.message++;
  assert_false(trace_read(SPAN("f"), span_from(mbox), &options, &arena, &trace, &errors));
  assert_true(span_starts_with(errors.items[0].message, SPAN("there is no letter")));
  error_list_free(&errors);
  arena_free(&arena);
}

/* Lines beyond the limit are counted, and the numbers stay those of the way. */
static void test_limits(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  struct buf text = {0};
  for (int i = 0; i < TRACE_HOPS_MAX + 7; i++) buf_add_text(&text, HOP("a", "b"));
  buf_add_char(&text, '\0');
  struct trace trace = read_well(text.data, NULL, &arena);
  assert_int_equal(trace.hop_count, TRACE_HOPS_MAX);
  assert_int_equal(trace.hops_passed_over, 7);
  assert_int_equal(trace.hops[0].number, TRACE_HOPS_MAX + 7);
  assert_int_equal(trace.hops[TRACE_HOPS_MAX - 1].number, 8);
  text.len--;
  buf_add_text(&text, "Subject: ");
  while (text.len <= TRACE_HEADER_MAX) buf_add_text(&text, "long ");
  struct error_list errors = {0};
  assert_true(trace_read(SPAN("f"), buf_span(&text), NULL, &arena, &trace, &errors));
  assert_true(trace.is_cut);
  buf_free(&text);
  arena_free(&arena);
}

/* Nothing of a letter reaches a terminal but what can be seen. */
static void test_harmless(void **state) {
  (void)state;
  struct buf text = {0};
  trace_write_shown(SPAN("a\x1b[2J\x07\r\n\t b\x7f\xff\xe2\x80\xae\xc2\x9bz"), 100, &text);
  check_buf("controls", &text, "a␛[2J␇ b␡\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
  trace_write_shown(SPAN("é€😀x"), 3, &text);
  check_buf("cut", &text, "é€😀…");
}

static const struct {
  const char *host, *domain;
} domains[] = {
    {"mailhost.isse.gmu.edu", "isse.gmu.edu"},
    {"mx.b.example", "b.example"},
    {"b.example", "b.example"},
    {"localhost", ""},
    {"mail.firm.co.uk", "firm.co.uk"},
    {"firm.co.uk", "firm.co.uk"},
    {"co.uk", ""},
    {"cs.uni.ac.at", "uni.ac.at"},
    {"192.0.2.1", ""},
    {"[192.0.2.1]", ""},
    {"2001:db8::1", ""},
    {"", ""},
    {"udl.es", "udl.es"},
    {"mailr3.udl.es", "udl.es"},
};

static void test_domains(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
    struct span domain = trace_domain_of(span_from(domains[i].host));
    if (!span_equal(domain, span_from(domains[i].domain)))
      fail_msg("%s: %.*s", domains[i].host, SPAN_ARG(domain));
  }
  assert_true(trace_is_in_domain(SPAN("MX.b.example"), SPAN("B.example")));
  assert_true(trace_is_in_domain(SPAN("b.example"), SPAN("b.example")));
  assert_false(trace_is_in_domain(SPAN("evilb.example"), SPAN("b.example")));
  assert_false(trace_is_in_domain(SPAN("example"), SPAN("b.example")));
  assert_false(trace_is_in_domain(SPAN("b.example"), SPAN_EMPTY));
}

static void test_trust_words(void **state) {
  (void)state;
  static const struct {
    const char *list;
    size_t count; /* 0: wrong */
  } lists[] = {{"a.example", 1},
               {" a.example , .b.example.,10.0.0.0/8,2001:db8::/32,::1 ", 5},
               {"", 0},
               {"a.example,", 0},
               {"a b", 0},
               {"<script>", 0},
               {"10.0.0.1/8", 0},
               {"a@b.example", 0},
               {"host_1.b-c.example", 1}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    struct span names[TRACE_TRUST_MAX], wrong;
    size_t count;
    bool well = trace_trust_parse(span_from(lists[i].list), names, &count, &wrong);
    if (well != (lists[i].count > 0) || (well && count != lists[i].count)) fail_msg("%s", lists[i].list);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_trust),       cmocka_unit_test(test_hops),     cmocka_unit_test(test_delays),
      cmocka_unit_test(test_lengths),     cmocka_unit_test(test_files),    cmocka_unit_test(test_mbox),
      cmocka_unit_test(test_limits),      cmocka_unit_test(test_harmless), cmocka_unit_test(test_domains),
      cmocka_unit_test(test_trust_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
