/* yardstick_parse: the least that reading a mailbox can be, to judge ours by.
 *
 * The bare scan finds letters, fields and their continuation lines with memchr, and remembers nothing. Scan
 * and decode also unfolds every field into one buffer, takes the addresses out of From, To and Cc, decodes
 * the Q encoding of Subject and reads Date. Both believe that the mailbox is as made_mbox makes it: no
 * comment within a comment, no obsolete form, no bad line, no limit, no zone but a number.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct yardstick_parse {
  uint64_t letters, fields, addresses, dates;
};

struct yardstick_parse yardstick_scan(const char *bytes, size_t len);
struct yardstick_parse yardstick_decode(const char *bytes, size_t len);
