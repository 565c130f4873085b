/* show_internal: what the files of show share: show.c (which view), show_message.c (a letter), show_letter.c
 * (the letter as programs show it), show_place.c (mailboxes, queues, names), show_wire.c (the line). */
#pragma once

#include "journal/message_view.h"
#include "journal/preamble.h"
#include "readers/audit.h"
#include "readers/show.h"

struct show {
  const struct journal *journal;
  const struct show_options *options;
  struct journal_preamble *preamble;
  struct journal_versions *versions;
  journal_seq last; /* the record of the moment shown */
  struct arena arena;
  struct buf *out;
  struct error_list *errors;
  size_t faults;
};

bool show_transcript(struct show *show);
bool show_headers(struct show *show);
bool show_letter(struct show *show);
bool show_envelope(struct show *show);
bool show_path(struct show *show);
bool show_mailbox(struct show *show);
bool show_queue(struct show *show);
bool show_dns(struct show *show);
bool show_wire(struct show *show);
bool show_audit(struct show *show);

/* The next record of that kind after seq and up to show->last; 0 if there is none. */
journal_seq show_next(const struct show *show, journal_seq seq, enum journal_kind kind,
                      struct journal_record *record_out);
/* The newest version of the letter, or the newest that the named host made; 0: there is none. */
int64_t show_version(const struct show *show, uint32_t message);
/* Complains that there is none; false. */
bool show_no_letter(struct show *show, uint32_t message);
uint32_t show_letter_count(const struct show *show);
bool show_is_asked(const struct show *show, uint32_t message, uint16_t host);
/* {"key":"text" … one member of a JSON object; the first opens it. */
void show_json_text(struct show *show, const char *key, struct span text);
void show_json_number(struct show *show, const char *key, int64_t number);
void show_json_end(struct show *show);
