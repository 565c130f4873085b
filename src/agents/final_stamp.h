/* final_stamp: what the last program puts on top of a letter, before it lies in a mailbox or a file:
 *
 *     Return-Path: <jack@comcast.net>       the reverse-path, kept at last (RFC 5321 4.4)
 *     Delivered-To: janelle@umich.edu       the recipient, as Postfix and qmail write it
 *
 * Which of them is the software's. The texts of the work at hand are kept from one letter to the next.
 */
#pragma once

#include "agents/agent.h"

struct final_stamp {
  struct buf block, sources, path;
};

struct final_facts {
  struct span reverse_path; /* empty: the null path */
  bool reverse_path_set_up; /* by a list's owner, not said by the client */
  journal_seq mail;         /* where it was heard, or 0 */
  struct span recipient;
  journal_seq rcpt; /* where it was heard, or 0 */
};

/* The version for one recipient, noted as STAMP, which becomes the present cause; the same message where the
 * software adds nothing. The caller releases it. */
struct message *final_stamp_on(struct final_stamp *stamp, const struct agent *agent,
                               struct message_numbers *numbers, struct message *message,
                               const struct final_facts *facts);
void final_stamp_free(struct final_stamp *stamp);
