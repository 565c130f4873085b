/* probe_json: what the probes print, one JSON object a line, so that two parsers' readings compare.
 *
 *     {"name":"To","value":"…","text":"…","addresses":[["display name","local@domain"],…]}
 *     {"name":"Date","value":"…","text":"…","unix":1087575775}
 *     {"body":1234}     octets after the header
 *
 * "value" is raw bytes, shown as Latin-1; "text" is decoded, as UTF-8 (what is not UTF-8 in it is left out
 * of the line).
 */
#pragma once

#include "base/buf.h"

struct buf probe_read_input(void);
void probe_add_bytes(struct buf *line, const char *key, struct span bytes);
void probe_add_text(struct buf *line, const char *key, struct span text);
void probe_add_address(struct buf *line, bool first, struct span name, struct span address);
/* "From", "To", "Cc" and their kind. */
bool probe_is_address_field(struct span name);
bool probe_is_date_field(struct span name);
/* Prints the line and clears it. */
void probe_print(struct buf *line);
