/* dns_zone: the zones that a name server answers from (RFC 1034 4.3).
 *
 * A set of zones, each a name (its origin), an SOA record, and all records below it that belong to no
 * deeper zone of the set. Answers come by the book: the deepest zone that encloses the name; a
 * referral where the zone delegates (NS records below its origin); a CNAME followed as far as the set
 * knows; wildcards (RFC 4592); "no such name" apart from "no such data", both with the SOA that says how
 * long that holds (RFC 2308). Records come in the order in which they were added: nothing is shuffled.
 *
 *     question ──▶ zone? ──▶ delegated? ──▶ name there? ──▶ CNAME? ──▶ type there?
 *                    │ no        │ yes         │ no           │ yes      │ no
 *                 REFUSED     referral     wildcard, or     go on at   NODATA
 *                                           NXDOMAIN       its target
 *
 * Reads no clock; who may ask is not its business.
 * Ownership: the set copies the records' texts into its own arena. An answer's texts belong to the set and
 * live as long; its arrays lie in the arena given.
 * Limits: DNS_CHAIN_MAX CNAMEs in a row, then SERVFAIL; DNS_ADDITIONAL_MAX addresses besides the answer.
 */
#pragma once

#include "proto/dns_message.h"

enum { DNS_CHAIN_MAX = 16, DNS_ADDITIONAL_MAX = 64 };

struct dns_zones;

struct dns_zones *dns_zones_new(void);
void dns_zones_free(struct dns_zones *zones);

/* A new zone, or nothing if there is one of that origin. Records added before stay where they are: add
 * the zones first. */
enum dns_problem dns_zones_add(struct dns_zones *zones, struct span origin);
/* Puts a record into the deepest zone that encloses its owner. A record that says the same as one that is
 * there is left out. Refused: an owner outside all zones, a second SOA or one that is not at the top, a
 * CNAME beside other data (RFC 1034 3.6.2). */
enum dns_problem dns_zones_add_record(struct dns_zones *zones, const struct dns_record *record);
/* Takes records away: those of a name and type (DNS_TYPE_ANY: of every type), or only the one that says the
 * same as `only`, if that is not NULL; never an SOA, nor the NS of a zone itself. Writes them to *taken, as
 * in a zone file, with LF between. Their number. */
size_t dns_zones_remove(struct dns_zones *zones, struct span name, enum dns_type type,
                        const struct dns_record *only, struct buf *taken);
/* Gives each zone that has none an SOA (server, "hostmaster" below the origin, usual times) and an NS
 * record: without the first a "no" could not be remembered. */
enum dns_problem dns_zones_complete(struct dns_zones *zones, struct span server, uint32_t serial,
                                    uint32_t negative_ttl_s);

size_t dns_zones_count(const struct dns_zones *zones);
struct span dns_zones_origin(const struct dns_zones *zones, size_t zone);
/* A zone's records: the SOA first, the rest as added. */
struct dns_section dns_zones_records(const struct dns_zones *zones, size_t zone, struct arena *arena);

/* Reads a zone file (RFC 1035 5) of a zone of the set. On a problem *line_out, from 1, is the last line of
 * the entry that has it; what came before it stays. */
enum dns_problem dns_zones_read(struct dns_zones *zones, struct span origin, struct span text,
                                size_t *line_out);
/* Writes a zone as a file that other name servers read too. */
void dns_zones_write(const struct dns_zones *zones, size_t zone, struct buf *out);

/* The answer to a question: rcode and sections. The header's other fields are set for a response to a
 * query without EDNS; a server sets id and datagram_max. */
void dns_zones_answer(const struct dns_zones *zones, const struct dns_question *question, struct arena *arena,
                      struct dns_message *answer_out);
