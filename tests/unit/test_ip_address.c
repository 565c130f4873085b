/* IPv4 and IPv6 addresses as text: RFC 4291 2.2 read, RFC 5952 written. */
#include "base/ip_address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"

struct good_case {
  const char *text;
  const char *canonical;
};

static const struct good_case good_cases[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"2001:db8::1", "2001:db8::1"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"}, /* the first of equal runs */
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},                 /* one group is not shortened */
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"}, /* the longest run */
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1:0:0:0:0:0:0:0", "1::"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"::ffff:c000:201", "::ffff:192.0.2.1"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
    {"fe80::ABCD", "fe80::abcd"},
};

static void reads_and_writes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good_cases / sizeof *good_cases; i++) {
    const struct good_case *one = &good_cases[i];
    struct ip_address address;
    struct buf out = {0};
    if (!ip_address_parse(span_from(one->text), &address)) fail_msg("refused: %s", one->text);
    ip_address_write(&address, &out);
    if (!span_equal(buf_span(&out), span_from(one->canonical))) {
      fail_msg("%s: got %.*s", one->text, SPAN_ARG(buf_span(&out)));
    }
    buf_free(&out);
  }
}

static const char *const bad_cases[] = {
    "",
    "1",
    "1.2.3",
    "1.2.3.4.",
    "1.2.3.4.5",
    ".1.2.3.4",
    "1..2.3",
    "01.2.3.4",
    "256.1.1.1",
    "1.2.3.a",
    " 1.2.3.4",
    "1.2.3.4 ",
    "+1.2.3.4",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "g::",
    "1:2:3:4:5:6",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7",
    "::1.2.3",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "fe80::1%eth0",
    "[::1]",
    "1:2:3:4:5:6:7:1.2.3.4",
    "0001:0002:0003:0004:0005:0006:0007:0008:0009",
};

static void refuses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
    struct ip_address address;
    if (ip_address_parse(span_from(bad_cases[i]), &address)) fail_msg("accepted: %s", bad_cases[i]);
    assert_int_equal(address.family, IP_NONE);
  }
}

/* The C library as a witness: what we write, it reads as the same octets, and most often writes so too. */
static void agrees_with_inet_pton(void **state) {
  (void)state;
  struct rng rng = rng_named(1, SPAN("ip_address"));
  for (int round = 0; round < 20000; round++) {
    struct ip_address address = {.family = round % 4 ? IP_V6 : IP_V4}, again;
    for (size_t i = 0; i < ip_address_size(&address); i++) {
      address.bytes[i] = rng_chance(&rng, 600000) ? 0 : (uint8_t)rng_below(&rng, 256);
    }
    struct buf out = {0};
    ip_address_write(&address, &out);
    buf_add_char(&out, 0);
    unsigned char theirs[16];
    char text[64];
    int family = address.family == IP_V6 ? AF_INET6 : AF_INET;
    assert_int_equal(inet_pton(family, out.data, theirs), 1);
    assert_memory_equal(theirs, address.bytes, ip_address_size(&address));
    assert_non_null(inet_ntop(family, theirs, text, sizeof text));
    assert_true(ip_address_parse(span_from(text), &again));
    assert_true(ip_address_equal(&address, &again));
    buf_free(&out);
  }
}

struct network_case {
  const char *network, *inside, *outside;
};

static const struct network_case network_cases[] = {
    {"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},      {"192.0.2.0/25", "192.0.2.127", "192.0.2.128"},
    {"192.0.2.7/32", "192.0.2.7", "192.0.2.6"},        {"0.0.0.0/0", "255.255.255.255", "::1"},
    {"10.0.0.0/9", "10.127.0.1", "10.128.0.1"},        {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"},
    {"2001:db8::/33", "2001:db8:7fff::", "192.0.2.1"}, {"::/0", "2001:db8::1", "0.0.0.0"},
    {"2001:db8::1/128", "2001:db8::1", "2001:db8::2"},
};

static const char *const bad_networks[] = {
    "192.0.2.0",  "192.0.2.0/",   "192.0.2.1/24",   "192.0.2.0/33", "192.0.2.0/024",  "192.0.2.0/+8", "/24",
    "192.0.2/24", "192.0.2.0/-1", "192.0.2.128/24", "::1/127",      "2001:db8::/129", "::/00",
};

static void knows_networks(void **state) {
  (void)state;
  struct ip_network network;
  struct ip_address address;
  for (size_t i = 0; i < sizeof network_cases / sizeof *network_cases; i++) {
    const struct network_case *one = &network_cases[i];
    if (!ip_network_parse(span_from(one->network), &network)) fail_msg("refused: %s", one->network);
    assert_true(ip_address_parse(span_from(one->inside), &address));
    if (!ip_network_has(&network, &address)) fail_msg("%s is not in %s", one->inside, one->network);
    assert_true(ip_address_parse(span_from(one->outside), &address));
    if (ip_network_has(&network, &address)) fail_msg("%s is in %s", one->outside, one->network);
  }
  for (size_t i = 0; i < sizeof bad_networks / sizeof *bad_networks; i++)
    if (ip_network_parse(span_from(bad_networks[i]), &network)) fail_msg("taken: %s", bad_networks[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_and_writes),
      cmocka_unit_test(knows_networks),
      cmocka_unit_test(refuses),
      cmocka_unit_test(agrees_with_inet_pton),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
