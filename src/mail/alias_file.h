/* alias_file: where mail for a name goes instead, as sendmail's and Postfix's aliases(5) write it.
 *
 *     # who reads what nobody wants to read              a comment: "#" before anything else
 *     postmaster: root                                   a name, a colon, destinations
 *     root: evi, kim@work.example,                       commas between them
 *           /var/mail/root                               white space in front: the line before goes on
 *     help: "|/usr/local/bin/tickets --queue new"        quotation marks around what has blanks or commas
 *     chess: :include:/etc/mail/lists/chess              further destinations stand in that file
 *
 * What stands behind the colon is the form of ~/.forward and of an included file as well; there each line is
 * such a list. "\evi" is evi as she is: no alias and no .forward of hers is looked at again.
 *
 * Ownership: spans point into the text, or into the arena where quotation marks are taken off. It opens no
 * file and runs no program; who does that, if anybody, is others' business.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

enum { ALIAS_DESTINATIONS_MAX = 10000, ALIAS_TEXT_MAX = 1024 }; /* of one entry; octets of one of them */

enum alias_kind {
  ALIAS_TO_ADDRESS, /* local ("evi") or remote ("evi@home.example") */
  ALIAS_TO_ITSELF,  /* "\evi": an address that is not looked up again */
  ALIAS_TO_FILE,    /* "/var/mail/archive": appended to that file */
  ALIAS_TO_PROGRAM, /* "|/usr/bin/tickets": handed to that program */
  ALIAS_TO_LIST,    /* ":include:/etc/mail/lists/chess" */
};

struct alias_destination {
  enum alias_kind kind;
  struct span text; /* as above: with the "/", the "|" or ":include:", without the "\" and <> */
};

struct alias_entry {
  struct span name; /* without its quotation marks */
  struct alias_destination *destinations;
  size_t count;
  uint32_t line; /* of the name, from 1 */
};

enum alias_error {
  ALIAS_OK,
  ALIAS_NO_COLON,
  ALIAS_NO_NAME,
  ALIAS_NAME_WITH_DOMAIN,
  ALIAS_CONTINUES_NOTHING,
  ALIAS_OPEN_QUOTE,
  ALIAS_BAD_DESTINATION,
  ALIAS_NO_PATH, /* :include: or | without one, or a path that ends in "/" */
  ALIAS_TOO_MANY,
};
const char *alias_error_text(enum alias_error error);

/* One destination as it stands between two commas. */
enum alias_error alias_destination_read(struct span text, struct arena *arena,
                                        struct alias_destination *destination_out);
/* A list of them: what follows the colon, a .forward, an included file. *line_out: where the error is,
 * from 1. Empty: nothing to read, which is no error. */
enum alias_error alias_list_read(struct span text, struct arena *arena,
                                 struct alias_destination **destinations_out, size_t *count_out,
                                 uint32_t *line_out);

struct alias_reader {
  struct span rest;
  uint32_t line; /* of what rest begins with, from 1 */
  enum alias_error error;
  uint32_t error_line;
};
static inline struct alias_reader alias_file_read(struct span text) {
  return (struct alias_reader){.rest = text, .line = 1};
}
/* False at the end, and at the first error, which stays. */
bool alias_file_next(struct alias_reader *reader, struct arena *arena, struct alias_entry *entry_out);
