#include "mail/address.h"

#include "base/check.h"
#include "base/ip_address.h"
#include "mail/cfws.h"

const char *address_error_text(enum address_error error) {
  static const char *const texts[] = {
      [ADDRESS_OK] = "ok",
      [ADDRESS_EMPTY] = "empty address",
      [ADDRESS_BAD_LOCAL_PART] = "bad local part",
      [ADDRESS_LOCAL_PART_TOO_LONG] = "local part too long",
      [ADDRESS_NO_DOMAIN] = "domain missing",
      [ADDRESS_BAD_DOMAIN] = "bad domain",
      [ADDRESS_DOMAIN_TOO_LONG] = "domain too long",
      [ADDRESS_TOO_LONG] = "path too long",
      [ADDRESS_UNBALANCED] = "unbalanced bracket, quote or comment",
      [ADDRESS_JUNK_AFTER] = "unexpected text after the address",
  };
  CHECK((size_t)error < sizeof texts / sizeof *texts);
  return texts[error];
}

/* What an octet may stand in: every address that is said passes here. */
enum { IN_LABEL = 1, IN_ATOM = 2, IS_8BIT = 4 };
#define ALNUM    IN_LABEL | IN_ATOM
#define ALNUM_10 ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM
#define ALNUM_26 ALNUM_10, ALNUM_10, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM, ALNUM
#define HIGH_8   IS_8BIT, IS_8BIT, IS_8BIT, IS_8BIT, IS_8BIT, IS_8BIT, IS_8BIT, IS_8BIT
#define HIGH_64  HIGH_8, HIGH_8, HIGH_8, HIGH_8, HIGH_8, HIGH_8, HIGH_8, HIGH_8
static const uint8_t octet_class[256] = {
    /* atext of RFC 5322 3.2.3, besides letters and digits */
    ['!'] = IN_ATOM, ['#'] = IN_ATOM,  ['$'] = IN_ATOM,  ['%'] = IN_ATOM,  ['&'] = IN_ATOM, ['\''] = IN_ATOM,
    ['*'] = IN_ATOM, ['+'] = IN_ATOM,  ['/'] = IN_ATOM,  ['='] = IN_ATOM,  ['?'] = IN_ATOM, ['^'] = IN_ATOM,
    ['_'] = IN_ATOM, ['`'] = IN_ATOM,  ['{'] = IN_ATOM,  ['|'] = IN_ATOM,  ['}'] = IN_ATOM, ['~'] = IN_ATOM,
    ['-'] = ALNUM,   ['0'] = ALNUM_10, ['A'] = ALNUM_26, ['a'] = ALNUM_26, [128] = HIGH_64, HIGH_64,
};

static inline bool may_stand_in(unsigned char c, unsigned where, bool utf8) {
  return (octet_class[c] & (utf8 ? where | IS_8BIT : where)) != 0;
}

/* Octets from `at` on that may stand there. */
static size_t run_len(struct span text, size_t at, unsigned where, bool utf8) {
  size_t end = at;
  while (end < text.len && may_stand_in((unsigned char)text.data[end], where, utf8)) end++;
  return end - at;
}

/* Dot-string: atoms joined by single dots. Octets of the one at the front. */
static size_t dot_string_len(struct span text, bool utf8) {
  size_t len = run_len(text, 0, IN_ATOM, utf8);
  while (len && len < text.len && text.data[len] == '.') {
    size_t atom = run_len(text, len + 1, IN_ATOM, utf8);
    if (atom == 0) break;
    len += 1 + atom;
  }
  return len;
}

static bool is_dot_string(struct span text, bool utf8) {
  return text.len && dot_string_len(text, utf8) == text.len;
}

/* Quoted-string of RFC 5321 4.1.2: printable octets and spaces. */
static bool is_quoted_string(struct span text, bool utf8) {
  if (text.len < 2 || text.data[0] != '"' || cfws_quoted_len(text) != text.len) return false;
  for (size_t i = 1; i + 1 < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < 32 || c == 127 || (c > 127 && !utf8)) return false;
  }
  return true;
}

/* Labels of 1 to 63 octets between dots, none with a hyphen at its ends. Octets of those at the front; 0 if
 * the last that is there is none. */
static size_t labels_len(struct span text, bool utf8) {
  size_t at = 0;
  for (;;) {
    size_t start = at;
    at += run_len(text, start, IN_LABEL, utf8);
    if (at == start || at - start > 63 || text.data[start] == '-' || text.data[at - 1] == '-') return 0;
    if (at == text.len || text.data[at] != '.') return at;
    at++;
  }
}

static bool is_domain(struct span domain, bool utf8) {
  return domain.len && domain.len <= ADDRESS_DOMAIN_MAX && labels_len(domain, utf8) == domain.len;
}

bool domain_is_valid(struct span domain) {
  return is_domain(domain, false);
}

bool address_literal_parse(struct span domain, struct ip_address *address_out) {
  if (domain.len < 3 || domain.data[0] != '[' || domain.data[domain.len - 1] != ']') return false;
  struct span inside = span_slice(domain, 1, domain.len - 2);
  bool is_v6 = span_starts_with_nocase(inside, SPAN("IPv6:"));
  if (is_v6) inside = span_skip(inside, 5);
  return ip_address_parse(inside, address_out) && (address_out->family == IP_V6) == is_v6;
}

bool address_literal_is_valid(struct span domain) {
  struct ip_address address;
  return address_literal_parse(domain, &address);
}

static enum address_error check_local_part(struct span local_part, bool utf8) {
  bool good = local_part.len && local_part.data[0] == '"' ? is_quoted_string(local_part, utf8)
                                                          : is_dot_string(local_part, utf8);
  if (!good) return ADDRESS_BAD_LOCAL_PART;
  return local_part.len > ADDRESS_LOCAL_PART_MAX ? ADDRESS_LOCAL_PART_TOO_LONG : ADDRESS_OK;
}

static enum address_error check_domain(struct span domain, bool utf8) {
  if (domain.len > ADDRESS_DOMAIN_MAX) return ADDRESS_DOMAIN_TOO_LONG;
  bool good =
      domain.len && domain.data[0] == '[' ? address_literal_is_valid(domain) : is_domain(domain, utf8);
  return good ? ADDRESS_OK : ADDRESS_BAD_DOMAIN;
}

enum address_error address_parse(struct span text, bool utf8, struct address *address_out) {
  *address_out = (struct address){SPAN_EMPTY, SPAN_EMPTY};
  if (text.len == 0) return ADDRESS_EMPTY;
  if (text.len > ADDRESS_PATH_MAX - 2) return ADDRESS_TOO_LONG;
  if (utf8 && !span_is_utf8(text, NULL)) return ADDRESS_BAD_LOCAL_PART;
  size_t quoted = text.data[0] == '"' ? cfws_quoted_len(text) : 0;
  if (text.data[0] == '"' && quoted == 0) return ADDRESS_UNBALANCED;
  size_t at = span_find(span_skip(text, quoted), '@');
  address_out->local_part = at == SPAN_NONE ? text : span_first(text, quoted + at);
  enum address_error error = check_local_part(address_out->local_part, utf8);
  if (error || at == SPAN_NONE) return error ? error : ADDRESS_NO_DOMAIN;
  address_out->domain = span_skip(text, quoted + at + 1);
  return check_domain(address_out->domain, utf8);
}

size_t address_plain_len(struct span text, bool utf8, struct address *address_out) {
  size_t at = dot_string_len(text, utf8);
  if (at == 0 || at > ADDRESS_LOCAL_PART_MAX || at == text.len || text.data[at] != '@') return 0;
  size_t domain = labels_len(span_skip(text, at + 1), utf8), len = at + 1 + domain;
  if (domain == 0 || domain > ADDRESS_DOMAIN_MAX || len > ADDRESS_PATH_MAX - 2) return 0;
  *address_out = (struct address){span_first(text, at), span_slice(text, at + 1, domain)};
  return len;
}

/* The local part's characters without quoting, one at a time; false at the end. */
static bool next_unquoted(struct span local_part, size_t *at, char *c_out) {
  bool quoted = local_part.len >= 2 && local_part.data[0] == '"';
  if (quoted && *at == 0) *at = 1;
  size_t end = quoted ? local_part.len - 1 : local_part.len;
  if (quoted && *at + 1 < end && local_part.data[*at] == '\\') ++*at;
  if (*at >= end) return false;
  *c_out = local_part.data[(*at)++];
  return true;
}

static bool same_local_part(struct span a, struct span b) {
  size_t at_a = 0, at_b = 0;
  char x, y;
  if (span_equal_nocase(a, SPAN("postmaster")) && span_equal_nocase(b, SPAN("postmaster"))) return true;
  for (;;) {
    bool more_a = next_unquoted(a, &at_a, &x), more_b = next_unquoted(b, &at_b, &y);
    if (!more_a || !more_b) return more_a == more_b;
    if (x != y) return false;
  }
}

bool address_equal(struct address a, struct address b) {
  return span_equal_nocase(a.domain, b.domain) && same_local_part(a.local_part, b.local_part);
}

struct span address_unquote(struct span local_part, struct arena *arena) {
  if (local_part.len < 2 || local_part.data[0] != '"') return local_part;
  if (span_find(local_part, '\\') == SPAN_NONE) return span_slice(local_part, 1, local_part.len - 2);
  char *text = arena_alloc(arena, local_part.len);
  size_t at = 0, len = 0;
  while (next_unquoted(local_part, &at, text + len)) len++;
  text[len] = 0;
  return span_of(text, len);
}
