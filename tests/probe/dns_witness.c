/* dns_witness: the C library's resolver reads the DNS messages that we encode.
 *
 * Answers of a zone are encoded; ns_initparse must find the same header and as many records, and what
 * ns_sprintrr prints of each must read, by our reader of zone files, as the record that went in.
 */
#define _DEFAULT_SOURCE
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <sys/types.h>

#include "proto/dns_zone.h"

static const char zone_text[] = "@ 86400 SOA ns hostmaster 2004061801 86400 7200 3600000 900\n"
                                "@ 86400 NS ns\n"
                                "@ 86400 NS ns2.example.net.\n"
                                "ns A 192.0.2.53\n"
                                "@ 300 MX 10 mx1\n"
                                "@ 300 MX 20 mx2.example.net.\n"
                                "mx1 90061 A 192.0.2.1\n"
                                "mx1 2147483647 AAAA 2001:db8::1\n"
                                "www 1 CNAME mx1\n"
                                "null MX 0 .\n"
                                "@ TXT \"v=spf1 mx -all\" \"two \\\"words\\\"\"\n"
                                "first\\.last A 192.0.2.3\n"
                                "*.wild MX 5 mx1\n"
                                "cs NS ns.cs\n"
                                "ns.cs A 192.0.2.54\n";

static const struct dns_question questions[] = {
    {SPAN_INIT("umich.edu"), DNS_TYPE_MX},
    {SPAN_INIT("umich.edu"), DNS_TYPE_ANY},
    {SPAN_INIT("www.umich.edu"), DNS_TYPE_A},
    {SPAN_INIT("mx1.umich.edu"), DNS_TYPE_AAAA},
    {SPAN_INIT("nobody.umich.edu"), DNS_TYPE_A},
    {SPAN_INIT("null.umich.edu"), DNS_TYPE_MX},
    {SPAN_INIT("x.y.wild.umich.edu"), DNS_TYPE_MX},
    {SPAN_INIT("www.cs.umich.edu"), DNS_TYPE_A},
    {SPAN_INIT("first\\.last.umich.edu"), DNS_TYPE_A},
    {SPAN_INIT("elsewhere.test"), DNS_TYPE_A},
};

static int problems;

static void complain(const struct dns_question *question, const char *what, const char *detail) {
  problems++;
  printf("FAIL %.*s: %s %s\n", SPAN_ARG(question->name), what, detail);
}

static void compare(const struct dns_question *question, ns_msg *theirs, ns_sect section,
                    const struct dns_section *ours, struct arena *arena) {
  if (ns_msg_count(*theirs, section) != ours->count) complain(question, "another number of records", "");
  for (size_t i = 0; i < ours->count && i < ns_msg_count(*theirs, section); i++) {
    ns_rr rr;
    char line[4096];
    struct dns_record record;
    if (ns_parserr(theirs, section, (int)i, &rr) != 0 ||
        ns_sprintrr(theirs, &rr, NULL, NULL, line, sizeof line) < 0) {
      complain(question, "a record they cannot read", "");
    } else if (dns_record_parse(span_from(line), DNS_ROOT, arena, &record) != DNS_OK ||
               !dns_record_equal(&record, &ours->records[i]) || record.ttl_s != ours->records[i].ttl_s) {
      complain(question, "another record:", line);
    }
  }
}

static void check(const struct dns_zones *zones, const struct dns_question *question, uint16_t id) {
  struct arena arena = ARENA_EMPTY;
  struct buf wire = {0};
  struct dns_message answer;
  ns_msg theirs;
  dns_zones_answer(zones, question, &arena, &answer);
  answer.id = id;
  bool encoded = dns_message_encode(&answer, DNS_MESSAGE_MAX, &wire);
  if (!encoded || ns_initparse((const unsigned char *)wire.data, (int)wire.len, &theirs) != 0) {
    complain(question, "a message they cannot read", "");
  } else {
    bool same = ns_msg_id(theirs) == id && ns_msg_getflag(theirs, ns_f_qr) == 1 &&
                ns_msg_getflag(theirs, ns_f_aa) == answer.authoritative &&
                ns_msg_getflag(theirs, ns_f_rcode) == (int)answer.rcode && ns_msg_count(theirs, ns_s_qd) == 1;
    if (!same) complain(question, "another header", "");
    compare(question, &theirs, ns_s_an, &answer.answers, &arena);
    compare(question, &theirs, ns_s_ns, &answer.authority, &arena);
    compare(question, &theirs, ns_s_ar, &answer.additional, &arena);
  }
  buf_free(&wire);
  arena_free(&arena);
}

int main(void) {
  struct dns_zones *zones = dns_zones_new();
  size_t line, count = sizeof questions / sizeof *questions;
  dns_zones_add(zones, SPAN("umich.edu"));
  if (dns_zones_read(zones, SPAN("umich.edu"), span_from(zone_text), &line) != DNS_OK) return 2;
  for (size_t i = 0; i < count; i++) check(zones, &questions[i], (uint16_t)(0x1234 + i));
  dns_zones_free(zones);
  printf("%zu answers, %d problems\n", count, problems);
  return problems > 0;
}
