/* address: who mail is from and for.
 *
 * Two grammars, two readers: SMTP's paths (RFC 5321 4.1.2: "<jack@comcast.net>", "<>", source routes)
 * and the header's address lists (RFC 5322 3.4, with the obsolete forms of 4.4: "Bilbo Baggins
 * <bbag@shire.example>", "bbag@shire.example (Bilbo Baggins)", groups, comments).
 *
 * Ownership: spans point into the text given, except where an arena is passed and unquoting needs it.
 */
#pragma once

#include "base/arena.h"
#include "base/ip_address.h"
#include "base/span.h"

enum { ADDRESS_LOCAL_PART_MAX = 64, ADDRESS_DOMAIN_MAX = 255, ADDRESS_PATH_MAX = 256 }; /* RFC 5321 4.5.3.1 */
enum { ADDRESS_LIST_MAX = 10000 }; /* mailboxes read from one header field; what comes after counts as bad */

/* An addr-spec: local-part@domain. The local part as written, quotes included. */
struct address {
  struct span local_part;
  struct span domain; /* a name, or a literal with its brackets; empty for a bare local part */
};

/* A path as spoken in SMTP. */
struct smtp_path {
  struct address address; /* both empty for the null path <> */
  struct span route;      /* "@a,@b" of a source route, obsolete: read and ignored (RFC 5321 C) */
  struct span text;       /* the address alone as written, without <> and route: "jack@comcast.net" */
  bool is_null;           /* <> : for reports, which must never be answered (RFC 5321 4.5.5) */
  bool had_brackets;      /* the slides' RCPT TO: bob@… has none */
};

enum address_error {
  ADDRESS_OK,
  ADDRESS_EMPTY,
  ADDRESS_BAD_LOCAL_PART,
  ADDRESS_LOCAL_PART_TOO_LONG,
  ADDRESS_NO_DOMAIN,
  ADDRESS_BAD_DOMAIN,
  ADDRESS_DOMAIN_TOO_LONG,
  ADDRESS_TOO_LONG,
  ADDRESS_UNBALANCED, /* < without >, or a quote or comment that does not end */
  ADDRESS_JUNK_AFTER,
};
const char *address_error_text(enum address_error error);

/* A whole "local-part@domain" of SMTP: dot-string or quoted string; a domain name or address literal.
 * A bare local part is ADDRESS_NO_DOMAIN. 8-bit octets only if utf8 (SMTPUTF8). */
enum address_error address_parse(struct span text, bool utf8, struct address *address_out);

/* Octets of what nearly every address is, at the front of text: atoms, "@" and a domain name, of which none
 * goes on behind. 0: it begins with something else, or something is wrong with it. */
size_t address_plain_len(struct span text, bool utf8, struct address *address_out);

/* A path at the front of text: "<…>" or, leniently, a bare address up to a space. *rest_out is what
 * follows (parameters), without the space between. "<postmaster>" is allowed as the RFC says (4.1.1.3).
 * White space before the path is the caller's to skip or to refuse. With ADDRESS_NO_DOMAIN *path_out
 * holds the local part, for servers that complete it. */
enum address_error smtp_path_parse(struct span text, bool utf8, struct smtp_path *path_out,
                                   struct span *rest_out);

/* Same mailbox: domains without letter case, local parts with it ("postmaster" without; RFC 5321 2.4). */
bool address_equal(struct address a, struct address b);
/* A syntactically good domain name (letters, digits, hyphens, labels of 1 to 63). */
bool domain_is_valid(struct span domain);
/* "[192.0.2.1]" or "[IPv6:…]" (RFC 5321 4.1.3). */
bool address_literal_is_valid(struct span domain);
bool address_literal_parse(struct span domain, struct ip_address *address_out);
/* The local part without its quoting, for looking up a mailbox: "\"a b\"" gives "a b". */
struct span address_unquote(struct span local_part, struct arena *arena);

/* One entry of a header's address list. */
struct mailbox_entry {
  struct span display_name; /* decoded of quoting, not of encoded words; from the phrase, or from a comment
                               after a bare address */
  struct address address;
  struct span group; /* name of the group it stands in, or empty */
};
/* All mailboxes of a From, To, Cc … value (unfolded or not). Lenient: what cannot be read is skipped
 * up to the next comma and counted in *bad_out (may be NULL). Results and decoded names in the arena. */
size_t address_list_parse(struct span value, struct arena *arena, struct mailbox_entry **entries_out,
                          size_t *bad_out);
