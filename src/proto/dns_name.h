/* dns_name: a domain name as the DNS knows it (RFC 1034 3.1, RFC 1035 3.1 and 5.1).
 *
 * A name is kept as text, as people write it: labels with dots between, no dot at the end, "." for the
 * root, letters in the case they came in. Any octet may stand in a label; what would be mistaken for
 * syntax is escaped as in a zone file: "\." and "\004". dns_name_parse and dns_name_from_wire give
 * that one form, so that two names are the same exactly if dns_name_equal says so. Letter case of ASCII
 * never counts (RFC 4343).
 *
 *     "MX.umich.edu."  ── dns_name_parse ──▶  "MX.umich.edu"  ◀── dns_name_from_wire ──  2 MX 5 umich 3 edu 0
 *
 * Which names a *host* may have is a matter of mail/address.h, not of the DNS.
 * Limits: 63 octets a label, 255 octets a name on the wire (RFC 1035 2.3.4).
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip_address.h"

enum {
  DNS_LABEL_MAX = 63,
  DNS_NAME_WIRE_MAX = 255, /* length octets and the root's included */
  DNS_NAME_LABELS_MAX = 127,
  DNS_NAME_TEXT_MAX = 1016, /* every octet escaped as \DDD */
  DNS_NAME_KEY_MAX = 512,
};

#define DNS_ROOT SPAN(".")

/* What can be wrong with a name, a record or a message. */
enum dns_problem {
  DNS_OK,
  DNS_EMPTY_NAME,
  DNS_EMPTY_LABEL,
  DNS_LABEL_TOO_LONG,
  DNS_NAME_TOO_LONG,
  DNS_BAD_ESCAPE,
  DNS_BAD_ADDRESS,
  DNS_BAD_NUMBER,
  DNS_UNKNOWN_TYPE,
  DNS_UNKNOWN_CLASS,
  DNS_MISSING_FIELD,
  DNS_EXTRA_FIELD,
  DNS_UNBALANCED, /* a quote or parenthesis without its partner */
  DNS_STRING_TOO_LONG,
  DNS_NO_OWNER,
  DNS_BAD_DIRECTIVE,
  DNS_NOT_IN_ZONE,
  DNS_CNAME_AND_OTHER,
  DNS_BAD_SOA,
  DNS_CUT_SHORT,   /* the message ends inside something */
  DNS_BAD_POINTER, /* compression that does not point back */
  DNS_TOO_MANY,    /* records beyond DNS_MESSAGE_RECORDS_MAX, or more than one question */
  DNS_JUNK_AFTER,  /* octets after the last record, or after the data within a record */
};
const char *dns_problem_text(enum dns_problem problem);

/* Text to a name. One that does not end in a dot is completed by origin, which must be a name ("."
 * leaves it as it is); "@" alone is origin. The result is text itself where that will do, else in arena. */
enum dns_problem dns_name_parse(struct span text, struct span origin, struct arena *arena,
                                struct span *name_out);
/* As in a zone file: with the final dot. */
void dns_name_write(struct span name, struct buf *out);

/* Labels with their length octets, and the root's zero. Gives the octets written; 0 if the text is not a
 * name, so that what came from outside needs no other check. */
size_t dns_name_to_wire(struct span name, uint8_t wire_out[DNS_NAME_WIRE_MAX]);
/* The same form back; it must be whole and uncompressed. */
struct span dns_name_from_wire(const uint8_t *wire, struct arena *arena);

/* A name's place in the canonical order (RFC 4034 6.1): octets to be compared as such. Lower case, labels
 * from the right, so that a name's key begins with its ancestor's. Gives the octets written (none for
 * the root); SPAN_NONE if the text is not a name. */
size_t dns_name_key(struct span name, uint8_t key_out[DNS_NAME_KEY_MAX]);

/* Without letter case; a final dot does not count. */
bool dns_name_equal(struct span a, struct span b);
/* The same for equal names: for hash tables only. */
uint32_t dns_name_hash(struct span name);
/* Equal to ancestor, or below it. */
bool dns_name_is_within(struct span name, struct span ancestor);
/* The name without its first label: "edu" for "umich.edu", "." for "edu". The root has no parent. */
bool dns_name_parent(struct span name, struct span *parent_out);

/* "7.100.51.198.in-addr.arpa", or 32 digits under ip6.arpa (RFC 1035 3.5, RFC 3596 2.5). */
struct span dns_name_reverse(const struct ip_address *address, struct arena *arena);
/* Back again; false if the name is not a whole reverse name. */
bool dns_name_to_address(struct span name, struct ip_address *address_out);
