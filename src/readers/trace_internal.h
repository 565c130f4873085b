/* trace_internal: what the files of trace share: trace.c (a file's letter, field by field), trace_source.c
 * (files that are no letters), trace_hop.c (one line), trace_chain.c (the lines together, and trust),
 * trace_words.c (what words mean), trace_text.c and trace_json.c. */
#pragma once

#include "readers/trace.h"

/* ---- trace_source.c ---- */

/* False with an error for what is plainly no letter's source: HTML, UTF-16, an Outlook file … */
bool trace_source_check(struct span file, struct span bytes, struct error_list *errors);
bool trace_source_refuse_text(struct span file, struct span bytes, struct error_list *errors);

/* ---- trace_hop.c ---- */

/* What one line says. around_us: a time nearby, for ids whose years repeat. */
void trace_hop_read(struct span value, int64_t around_us, struct trace_hop *hop);
/* "dhcp-77", "dial-41", "c-71-56-12-3": a name such as providers give to their customers' lines. */
bool trace_hop_is_customers(const struct trace_hop *hop);
/* What is odd about it, taken alone. */
void trace_hop_judge(struct trace_hop *hop, struct arena *arena);
void trace_hop_note(struct trace_hop *hop, enum trace_oddity oddity, struct span text);

/* ---- trace_chain.c ---- */

/* Delays and joins between the lines, and what is odd about them. */
void trace_chain_join(struct trace *trace, struct arena *arena);
/* Which lines are trusted, and why no more. */
void trace_chain_trust(struct trace *trace);
/* The domain that a host's organisation is likely to have: "mail.isse.gmu.edu" has isse.gmu.edu; empty for an
 * address or a name of one label. */
struct span trace_domain_of(struct span host);
bool trace_is_in_domain(struct span host, struct span domain);

/* ---- trace_words.c ---- */

/* What a with clause's keyword means; NULL: not known. */
const char *trace_protocol_text(struct span keyword);
const char *trace_software_name(enum trace_software software);
const char *trace_lookup_text(enum trace_lookup lookup);
const char *trace_lookup_name(enum trace_lookup lookup);
const char *trace_join_name(enum trace_join join);
/* "9 s", "1 min 30 s", "2 h", "3 d 4 h"; of a length that is not negative. */
void trace_write_length(int64_t us, struct buf *out);
/* The stranger's text, harmless: controls as their pictures, no line end, what is invisible or no UTF-8 as
 * U+FFFD, and no more of it than so many characters. */
void trace_write_shown(struct span text, size_t most, struct buf *out);
struct span trace_shown(struct span text, struct arena *arena);
/* "2004-06-16 15:00:01": in UTC. */
void trace_write_utc(int64_t unix_us, struct buf *out);
/* What an id's time says, and how far it is from what stands beside it: the date of that name; or NULL. */
struct span trace_id_time_text(const struct id_time *time, const struct date *beside, const char *name,
                               struct arena *arena);

/* ---- trace_verdict.c ---- */

/* "a server that you trust", or of the default "a server taken for yours". */
const char *trace_trusted_server(const struct trace *trace);
/* Where trust ends, in sentences. */
struct span trace_verdict(const struct trace *trace, struct arena *arena);
/* What could be done about it: whom to ask, what to trust; may be empty. */
struct span trace_advice(const struct trace *trace, struct arena *arena);
/* The last trusted line; NULL if there is none. */
const struct trace_hop *trace_last_trusted(const struct trace *trace);
/* ---- trace_field.c ---- */

/* Whether the field is one that is shown: Return-Path, Authentication-Results, From … */
bool trace_field_is_shown(struct span name);
/* What an author's program writes, and no server puts on top: what stands below one came with the letter. */
bool trace_field_is_authors(struct span name);
/* What it says, by whose word, and what that is worth. */
struct span trace_field_text(const struct trace *trace, const struct trace_field *field, struct arena *arena);
