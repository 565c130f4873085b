/* submission: what an MSA may add to a message that a user hands in (RFC 6409 section 8): a missing Date,
 * Message-ID or From. An MTA in the middle must not (RFC 5321 6.4). */
#pragma once

#include "agents/smtp_listener.h"

/* Replaces *message (released) by a completed version if anything was missing, and notes REWRITE. */
void submission_complete(const struct agent *agent, struct message_numbers *numbers, struct message **message,
                         const struct smtp_session *session);
