/* provenance: who wrote a piece of what is shown, because of what, and what that is worth.
 *
 *     a header line ─────▶ the block's record: COMPOSE, STAMP, REWRITE, CONVERT
 *     a Received token ──▶ the record it was taken from: HELO, TCP's connection, DNS's answer, RCPT …
 *     the envelope ──────▶ the MAIL FROM and RCPT TO lines that the present holder heard
 *
 * What a client said of itself is *claimed*; what a server saw or knows by itself is *observed*; what DNS
 * says of an address is *looked up*, and is worth as much as its zone's owner (RFC 5321 4.4 and 7.2).
 *
 * Pure questions to a world_view. Ownership: spans are the journal's or the arena's.
 */
#pragma once

#include "base/arena.h"
#include "journal/sources.h"
#include "view/world_view.h"

enum provenance { PROVENANCE_CLAIMED, PROVENANCE_OBSERVED, PROVENANCE_LOOKED_UP, PROVENANCE_COUNT };

enum provenance provenance_of(enum source source);
struct span provenance_name(enum provenance provenance); /* "claimed", "observed", "looked up" */

/* One token of the fields shown: `offset` counts from the start of the part's fields. */
struct provenance_token {
  uint32_t index; /* the how-manieth of its block, from 0 */
  struct source_token token;
};
/* Walks over the tokens of a part (world_next_part) that lie in it. Begin with the walk all 0. */
struct provenance_walk {
  struct span rest;
  uint32_t next;
  size_t base; /* where the part's fields begin in its author's block */
  bool begun;
};
bool provenance_next(const struct world_view *world, const struct journal_block *part,
                     struct provenance_walk *walk, struct provenance_token *out);
/* The token of that index of the block that a STAMP record wrote; false if there is none. */
bool provenance_token_of(const struct world_view *world, journal_seq stamp, uint32_t index,
                         struct source_token *out);

/* In words: "claimed: the client said EHLO jack-laptop". */
struct span provenance_says(const struct world_view *world, journal_seq stamp,
                            const struct source_token *token, struct arena *arena);
/* The same of a whole block of fields: "Comcast relay stamped this at 00:00.612, after DATA". */
struct span provenance_says_block(const struct world_view *world, journal_seq record, struct arena *arena);

/* The record in which a host was told an envelope's reverse-path (recipient empty) or that recipient, for the
 * letter it holds at `at`: the line of its own session, else the COMPOSE or ACCEPTED; 0 if there is none. */
journal_seq provenance_of_envelope(const struct world_view *world, uint32_t message, uint16_t host,
                                   struct span recipient, journal_seq at);
