/* mail_queue: what an MTA has taken responsibility for and not yet passed on (RFC 5321 4.5.4.1).
 *
 * An entry is one accepted message with its envelope. Each recipient has a fate of its own; the entry is
 * gone when none waits any more. The queue keeps; what is tried when, and where to, is the MTA's business.
 */
#pragma once

#include "base/arena.h"
#include "mail/alias_file.h"
#include "mail/dsn.h"
#include "mail/dsn_request.h"
#include "mail/message.h"
#include "sim/event_queue.h"

enum queue_state {
  QUEUE_WAITING, /* for its next try */
  QUEUE_ACTIVE,  /* being tried now */
  QUEUE_DONE,    /* relayed, delivered, bounced, expired, discarded or expanded into others */
};

struct queue_recipient {
  struct span address; /* without <> */
  enum queue_state state;
  enum dsn_action due; /* what is to be reported about it, and has not been yet */
  uint16_t warnings;   /* reports of delay so far; where one was missed, it counts as well */
  uint8_t kind;        /* enum alias_kind: what an alias led to; what a client names is an address */
  bool final;          /* it is meant as it stands: aliases are not looked at again */
  uint32_t out_of;     /* the recipient whose alias it came out of, counted from 1; 0: of the envelope */
  struct dsn_recipient_request dsn; /* what its sender wants to be told (RFC 3461) */
  struct span enhanced;
  struct span by_host;  /* the host that was tried */
  bool said;            /* by that host, in a reply */
  uint32_t deferred_by; /* the journal record that put it off */
  uint32_t expanded_by; /* the one that made it a recipient; 0: the envelope has it */
  uint16_t code;        /* of the last reply; 0 if there was none */
  struct span why;      /* the last reply, or what happened; in the entry's arena */
};

struct queue_entry {
  struct queue_entry *next, *previous;
  struct arena arena; /* the entry itself and all its texts */
  struct span id;
  struct message *message;
  struct message *in_7bit;  /* the same for a server without 8BITMIME; NULL: not asked for so far */
  struct span reverse_path; /* empty: a report, which is never answered */
  struct queue_recipient *recipients;
  uint32_t recipient_count;
  struct queue_names *names; /* who gets a copy of the letter anyway; NULL: nobody has asked so far */
  struct dsn_message_request dsn;
  bool asks;       /* somebody's sender said what is to be reported */
  uint32_t active; /* deliveries under way */
  uint32_t attempts;
  uint32_t new_envelope; /* the journal record that made it of another entry's list; 0: it was accepted */
  int64_t accepted_us;
  struct event_handle timer;
  void *owner; /* the MTA */
};

struct mail_queue {
  struct queue_entry *first, *last;
  size_t count;
};

/* Copies the texts; takes its own reference to the message. */
struct queue_entry *mail_queue_add(struct mail_queue *queue, struct span id, struct message *message,
                                   struct span reverse_path, const struct span *recipients, uint32_t count);
/* Recipients are added when an alias is expanded; returns the first new one's index. */
uint32_t queue_entry_add_recipient(struct queue_entry *entry, struct span address);
/* Whether it is one of them, or of another entry's with which this one shares its names, whatever has become
 * of it; upper and lower case are the same here. */
bool queue_entry_has_recipient(struct queue_entry *entry, struct span address);
/* Of one letter in several envelopes, from now on. `to` must not have names yet (CHECKed). */
void queue_entry_share_names(struct queue_entry *from, struct queue_entry *to);
void queue_entry_drop_names(struct queue_entry *entry); /* for an entry that is in no queue */
/* Copies what the sender asks to be told about that recipient. */
void queue_entry_ask(struct queue_entry *entry, uint32_t recipient,
                     const struct dsn_recipient_request *request);
bool queue_entry_is_done(const struct queue_entry *entry);
void mail_queue_remove(struct mail_queue *queue, struct queue_entry *entry);
void mail_queue_clear(struct mail_queue *queue);
