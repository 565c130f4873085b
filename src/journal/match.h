/* match: patterns over records, for narration ("say this when …") and expectations ("this must happen").
 *
 *     connect host=jack-laptop to_host=smtp.comcast.net port=587
 *     line side=server text~"250 "
 *     deferred recipient=*@umich.edu code=4*
 *     * message=1
 *
 * First a kind of record (journal_kinds.h), or * for any. Then terms, all of which must hold: a key, an
 * operator, a value, without space between them.
 *
 * Keys: host, agent, message, connection, cause, and the fields of the kind (after *, of any kind: a
 * record without the field does not match). host, and fields that hold a host's number (to_host,
 * host_a, host_b), are compared by the host's name; agent by its role (mta); person by the person's
 * name; side is client or server; other numbers by their decimal digits.
 *
 * Operators: = is the whole value, in which * stands for any run of octets; ~ is a part of the value; !=
 * and !~ are their opposites. Names of hosts are compared in any letter case, the rest exactly.
 *
 * Values: up to the next space, or in "quotation marks" if there is a space in them. \" \\ \* stand for
 * those characters themselves, and \r \n \t for control characters, in both forms.
 *
 * Never looks at anything but the record and the preamble: the same record always matches or never.
 * Ownership: a match borrows nothing; its texts are in the arena it was made in.
 * Limits: MATCH_TERMS_MAX terms, MATCH_TEXT_MAX octets.
 */
#pragma once

#include "base/error.h"
#include "journal/preamble.h"

enum { MATCH_TERMS_MAX = 16, MATCH_TEXT_MAX = 4096 };

/* What a term's value is compared with. */
enum match_subject {
  MATCH_HOST,   /* a host's name */
  MATCH_AGENT,  /* an agent's role */
  MATCH_PERSON, /* a person's name */
  MATCH_SIDE,   /* client or server */
  MATCH_NUMBER, /* a number in decimal digits */
  MATCH_TEXT,   /* one of the record's texts */
};

struct match_term {
  uint32_t offset; /* of the term in the pattern, for messages */
  enum match_subject subject;
  bool negated; /* != or !~ */
  struct span key;
  /* The value, cut at each *: one piece is the whole, several must come in this order, the first at the
   * beginning and the last at the end. ~ is the same with an empty piece at both ends. */
  size_t piece_count;
  struct span *pieces;
};

struct match {
  enum journal_kind kind; /* JOURNAL_NO_KIND: any */
  size_t term_count;
  struct match_term *terms;
};

/* Reads a pattern. On false *error_out says what is wrong, what was expected and what to try; its column
 * is the octet of the pattern, from 1, and its line, file and pointer are the caller's to fill in. */
bool match_parse(struct span pattern, struct arena *arena, struct match *match_out, struct error *error_out);

/* Whether names that a pattern uses exist in this journal's preamble: false, with the error, for the
 * first host, agent or person that can never match. For those who check scenarios. */
bool match_names_exist(const struct match *match, const struct journal_preamble *preamble,
                       struct arena *arena, struct error *error_out);

bool match_record(const struct match *match, const struct journal_preamble *preamble,
                  const struct journal_record *record);
/* The first record from `from` on that matches; 0 if none does. */
journal_seq match_next(const struct match *match, const struct journal_preamble *preamble,
                       const struct journal *journal, journal_seq from);
