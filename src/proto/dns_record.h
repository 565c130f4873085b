/* dns_record: one resource record (RFC 1035 3.2), and its form in a zone file (RFC 1035 5).
 *
 *     mx.umich.edu.   3600   IN   A    198.51.100.7
 *     owner           TTL         type data
 *
 * The data is kept as what it means: an address, a name, a preference and a name. A record of a type
 * that is not in the list keeps its octets and is written as RFC 3597 says ("TYPE99 \# 2 abcd"). Only
 * class IN exists here.
 *
 * Ownership: spans point into the text or arena they were read from.
 */
#pragma once

#include "proto/dns_name.h"

enum dns_type {
  DNS_TYPE_NONE = 0,
  DNS_TYPE_A = 1,
  DNS_TYPE_NS = 2,
  DNS_TYPE_CNAME = 5,
  DNS_TYPE_SOA = 6,
  DNS_TYPE_PTR = 12,
  DNS_TYPE_MX = 15,
  DNS_TYPE_TXT = 16,
  DNS_TYPE_AAAA = 28,
  DNS_TYPE_OPT = 41,  /* not a record: EDNS's extension of a message (RFC 6891) */
  DNS_TYPE_ANY = 255, /* in questions only */
  DNS_TYPE_MAX = 65535,
};

/* How a question ended. What is above 5 does not occur here. */
enum dns_rcode {
  DNS_NOERROR = 0,
  DNS_FORMERR = 1,
  DNS_SERVFAIL = 2,
  DNS_NXDOMAIN = 3,
  DNS_NOTIMP = 4,
  DNS_REFUSED = 5,
};

enum {
  DNS_CLASS_IN = 1,
  DNS_STRING_MAX = 255,
  DNS_RDATA_MAX = 65535,
  DNS_TTL_MAX = INT32_MAX, /* RFC 2181 8 */
  DNS_TTL_DEFAULT = 3600,
};

/* How a type's data is made up; one function each reads, writes, packs and unpacks it. */
enum dns_form {
  DNS_FORM_RAW,
  DNS_FORM_ADDRESS,
  DNS_FORM_NAME,
  DNS_FORM_MX,
  DNS_FORM_SOA,
  DNS_FORM_STRINGS,
  DNS_FORM_COUNT,
};

struct dns_mx {
  uint16_t preference;  /* lowest first (RFC 5321 5.1) */
  struct span exchange; /* "." is the null MX: takes no mail (RFC 7505) */
};

struct dns_soa {
  struct span primary;     /* MNAME: the server that has the original */
  struct span responsible; /* RNAME: an address, its @ written as a dot */
  uint32_t serial;
  uint32_t refresh_s, retry_s, expire_s;
  uint32_t minimum_s; /* how long "there is no such name" may be remembered (RFC 2308 4) */
};

struct dns_record {
  struct span name; /* the owner */
  enum dns_type type;
  uint32_t ttl_s;
  union {
    struct ip_address address; /* A, AAAA */
    struct span target;        /* NS, CNAME, PTR: a name */
    struct dns_mx mx;
    struct dns_soa soa;
    struct span strings; /* TXT: each string behind its length octet, as on the wire; see dns_string_next */
    struct span raw;     /* any other type: the octets */
  };
};

/* "MX", or "TYPE99" for one without a name here (a static text for the known, else in arena). */
struct span dns_type_text(enum dns_type type, struct arena *arena);
/* Any letter case, "TYPE99" too. False if it is none. */
bool dns_type_named(struct span text, enum dns_type *type_out);
enum dns_form dns_type_form(enum dns_type type);
const char *dns_rcode_name(enum dns_rcode rcode); /* "NXDOMAIN" */
bool dns_rcode_named(struct span text, enum dns_rcode *rcode_out);

/* One string after another of a TXT record. */
bool dns_string_next(struct span *rest, struct span *string_out);
/* All of them as one text, as SPF and DKIM read them (RFC 7208 3.3). */
struct span dns_strings_join(struct span strings, struct arena *arena);
/* A text as one or, above 255 octets, several strings. */
struct span dns_strings_make(struct span text, struct arena *arena);

/* "10 mx.umich.edu." */
void dns_record_write_data(const struct dns_record *record, struct buf *out);
/* "umich.edu. 3600 IN MX 10 mx.umich.edu.", without a line end. */
void dns_record_write(const struct dns_record *record, struct buf *out);

/* A record whose parts are at hand, as in a scenario: the owner, "MX", 3600, "10 mx.umich.edu". Names
 * that do not end in a dot are completed by origin; use DNS_ROOT where they are all absolute. */
enum dns_problem dns_record_make(struct span name, struct span type, uint32_t ttl_s, struct span data,
                                 struct span origin, struct arena *arena, struct dns_record *record_out);

/* What the lines of a zone file before this one have set. */
struct dns_file_state {
  struct span origin;
  struct span owner; /* of the record before; empty at first */
  uint32_t ttl_s;    /* of records that do not say it ($TTL, RFC 2308 4) */
};

/* One entry off the front of *text: a record, or nothing (a comment, an empty line, $ORIGIN and $TTL, which
 * change the state). An entry goes on over line ends inside parentheses (RFC 1035 5.1). False at the
 * end of the text, or with *problem_out. */
bool dns_record_next(struct span *text, struct dns_file_state *state, struct arena *arena,
                     struct dns_record *record_out, enum dns_problem *problem_out);
/* One record as a line by itself; its TTL is DNS_TTL_DEFAULT if not said. */
enum dns_problem dns_record_parse(struct span line, struct span origin, struct arena *arena,
                                  struct dns_record *record_out);

/* Same owner, type and data; the TTL does not count. */
bool dns_record_equal(const struct dns_record *a, const struct dns_record *b);

/* A copy that stands on its own: its texts go to *to, which must have room for dns_record_texts_size octets
 * and is moved on. */
size_t dns_record_texts_size(const struct dns_record *record);
struct dns_record dns_record_copy(const struct dns_record *record, char **to);
