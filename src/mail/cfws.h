/* cfws: what may stand between the tokens of a structured field (RFC 5322 3.2.2): folding white space
 * and comments; and the quoted string, which hides them (3.2.4).
 *
 *     Fri, 18 Jun 2004 10:22:55 -0600 (MDT (a nested \) one))
 *        ^ white space                ^─── a comment ──────^
 *
 * A line end counts as white space wherever it stands, so that values need not be unfolded first.
 * Never recursive: a comment may be nested as deeply as its length allows.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

/* Octets of the comment at the front of text, with its parentheses; 0 if it does not end. */
size_t cfws_comment_len(struct span text);
/* Octets of the quoted string at the front of text, with its quotes; 0 if it does not end. */
size_t cfws_quoted_len(struct span text);
/* What follows the white space and the comments that end. */
struct span cfws_skip(struct span text);
/* The same, only white space. */
struct span cfws_skip_space(struct span text);
/* Inside of a comment or a quoted string, without quoted-pairs and line ends: "a \"b\"" gives a "b". The text
 * itself where nothing must go. */
struct span cfws_unescape(struct span inside, struct arena *arena);
/* As cfws_unescape, to memory with room for inside.len octets; how many were written. */
size_t cfws_unescape_to(struct span inside, char *to);
