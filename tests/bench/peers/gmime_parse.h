/* gmime_parse: a mailbox read by GMime, as a peer of bench_parse. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gmime_parse {
  uint64_t letters, addresses, dates;
};

void gmime_parse_begin(void);
/* Letter by letter; decoded also asks for From, To, Cc, Subject and Date, which GMime reads when asked. */
struct gmime_parse gmime_parse(const char *bytes, size_t len, bool decoded);
