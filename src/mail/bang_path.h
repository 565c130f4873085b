/* bang_path: an address that names each machine on the way, as UUCP mail wrote it (RFC 976 2.1):
 *
 *     mcvax!uunet!ucbvax!hao!boulder!air!evi        to mcvax, which gives uunet!ucbvax!hao!boulder!air!evi to
 * uunet …
 *
 * Such a path is relative: it says how to go on from where one stands. It is absolute when its first name is
 * a domain, which everybody knows: c.d!evi is evi@c.d.
 *
 * A mixed (hybrid) address is read otherwise by different mailers: a!b@c.d is a!(b@c.d) to old UUCP mailers
 * and (a!b)@c.d to RFC 822. RFC 976 2.1 recommends the second to whoever gets one, and to write none: the
 * first is a!c.d!b and the second c.d!a!b, with "!" alone. "%" in the local part, as in user%host@relay, is a
 * convention of some mailers: relay makes an "@" of it (RFC 1123 5.2.16).
 *
 * Ownership: spans point into the text.
 */
#pragma once

#include "base/buf.h"

enum { BANG_PATH_HOSTS_MAX = 64, BANG_PATH_NAME_MAX = 255, BANG_PATH_TEXT_MAX = 2048 };

struct bang_path {
  struct span hosts[BANG_PATH_HOSTS_MAX]; /* the next one first; none: the user is here */
  size_t host_count;
  struct span user;
};

enum bang_error {
  BANG_OK,
  BANG_EMPTY,
  BANG_NO_HOST, /* "a!!b", "@c.d" without what stands on one side */
  BANG_NO_USER, /* "a!" */
  BANG_BAD_CHARACTER,
  BANG_NAME_TOO_LONG,
  BANG_TOO_LONG,
  BANG_TOO_MANY_HOSTS,
};
const char *bang_error_text(enum bang_error error);

/* Which of the signs a mailer looks for first. */
enum bang_rule {
  BANG_FIRST,        /* "!", then "@", then "%": old UUCP mailers */
  BANG_AT_FIRST,     /* "@", then "%", then "!": RFC 822; "%" below "!" by RFC 1123 5.2.16 */
  BANG_PERCENT_LAST, /* "@", then "!", then "%": mailers that put "!" above "%"; no RFC forbids it before 1989
                      */
  BANG_RULE_COUNT,
};

/* One step of the way: to `next`, which gets `rest` as the address. next is empty: the address is a user of
 * here. outer: the sign that was looked at. */
struct bang_step {
  struct span next, rest;
  char sign;
};
/* What a machine that follows the rule does with an address. */
enum bang_error bang_step(struct span address, enum bang_rule rule, struct bang_step *step_out);

/* The whole way, if each machine on it reads by the same rule. An address with "!" alone is the same by all.
 */
enum bang_error bang_path_read(struct span address, enum bang_rule rule, struct bang_path *path_out);
/* "!" between all names: no mailer reads that otherwise. */
void bang_path_write(const struct bang_path *path, struct buf *out);
/* What is left of it at its first machine; the path must have one. */
struct bang_path bang_path_rest(const struct bang_path *path);
/* Whether it means the same wherever it is read: the first name is a domain, with a dot in it. */
bool bang_path_is_absolute(const struct bang_path *path);
/* Whether some mailers read the address otherwise than others. */
bool bang_address_is_mixed(struct span address);
