/* dns_text: cuts a zone file (RFC 1035 5.1) into its fields.
 *
 * An entry ends with its line, except inside parentheses. A semicolon starts a comment. A field is a
 * run without white space or a text in quotation marks; backslashes are left in it for whoever knows
 * what the field is.
 */
#pragma once

#include "proto/dns_name.h"

struct dns_text {
  struct span rest;
  bool in_parentheses;
};

enum dns_token {
  DNS_TOKEN_FIELD,
  DNS_TOKEN_END,        /* of the entry; *rest is at the next one */
  DNS_TOKEN_UNBALANCED, /* a quote or parenthesis without its partner */
};

enum dns_token dns_text_next(struct dns_text *text, struct span *field_out);

/* A field as one string, its escapes resolved, behind its length octet. */
enum dns_problem dns_text_string(struct span field, uint8_t string_out[256]);
/* One octet off the front of a field, with its escape resolved: \DDD or \X. */
enum dns_problem dns_text_octet(struct span *rest, uint8_t *octet_out);
/* \DDD, the escape of what cannot be printed. Gives where to go on. */
char *dns_text_put_escaped(char *to, uint8_t octet);
