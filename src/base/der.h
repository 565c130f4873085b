/* der: octets of ASN.1 in DER (X.690), by libcrypto, from a text that says what they shall be. */
#pragma once

#include "base/buf.h"

/* Appends the item that the text calls "asn1", as ASN1_generate_nconf(3) of OpenSSL describes: sections of
 * "name = value" lines, of which SEQUENCE and SET name others. The text is the program's own: it has no
 * mistakes. */
void der_add(const char *text, struct buf *out);
/* Octets as they can stand in such a text behind FORMAT:HEX. */
void der_add_hex(struct span octets, struct buf *text);
