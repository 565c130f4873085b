/* Addresses that are set aside, at the edges of their networks; and those of the public Internet beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ip_special.h"

static const struct {
  const char *address, *kind, *source; /* kind NULL: anybody's */
} cases[] = {
    {"10.0.0.0", "private", "RFC 1918"},
    {"10.255.255.255", "private", "RFC 1918"},
    {"9.255.255.255", NULL, NULL},
    {"11.0.0.0", NULL, NULL},
    {"172.15.255.255", NULL, NULL},
    {"172.16.0.0", "private", "RFC 1918"},
    {"172.31.255.255", "private", "RFC 1918"},
    {"172.32.0.0", NULL, NULL},
    {"192.168.0.1", "private", "RFC 1918"},
    {"192.169.0.1", NULL, NULL},
    {"100.63.255.255", NULL, NULL},
    {"100.64.0.0", "shared", "RFC 6598"},
    {"100.127.255.255", "shared", "RFC 6598"},
    {"100.128.0.0", NULL, NULL},
    {"127.0.0.1", "loopback", "RFC 1122 3.2.1.3"},
    {"169.254.7.7", "link-local", "RFC 3927"},
    {"192.0.2.66", "documentation", "RFC 5737"},
    {"198.51.100.4", "documentation", "RFC 5737"},
    {"203.0.113.77", "documentation", "RFC 5737"},
    {"198.19.0.1", "benchmarking", "RFC 2544"},
    {"0.0.0.0", "reserved", "RFC 1122 3.2.1.3"},
    {"224.0.0.1", "multicast", "RFC 5771"},
    {"255.255.255.255", "reserved", "RFC 1112 4"},
    {"129.82.45.30", NULL, NULL},
    {"193.144.10.36", NULL, NULL},
    {"::1", "loopback", "RFC 4291 2.5.3"},
    {"::2", NULL, NULL},
    {"::", "reserved", "RFC 4291 2.5.2"},
    {"fd00::1", "private", "RFC 4193"},
    {"fe80::1", "link-local", "RFC 4291 2.5.6"},
    {"fec0::1", NULL, NULL},
    {"2001:db8::1", "documentation", "RFC 3849"},
    {"2001:db9::1", NULL, NULL},
    {"3fff:fff::1", "documentation", "RFC 9637"},
    {"ff02::1", "multicast", "RFC 4291 2.7"},
    {"::ffff:10.1.2.3", "private", "RFC 1918"},
    {"::ffff:129.82.45.30", NULL, NULL},
    {"2002:a05:6402:5d1::1", "private", "RFC 1918"}, /* 6to4 of 10.5.100.2 */
    {"2002:8152:2d1e::1", NULL, NULL},
    {"2603:10b6:405:3b::16", NULL, NULL},
};

static void test_kinds(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct ip_address address;
    assert_true(ip_address_parse(span_from(cases[i].address), &address));
    const struct ip_special *special = ip_special_find(&address);
    if ((special != NULL) != (cases[i].kind != NULL)) fail_msg("%s", cases[i].address);
    if (!special) continue;
    assert_string_equal(special->kind, cases[i].kind);
    assert_string_equal(special->source, cases[i].source);
    assert_int_equal(special->is_own_machine, span_equal(span_from(special->kind), SPAN("loopback")));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
