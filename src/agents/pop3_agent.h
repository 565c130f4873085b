/* pop3_agent: the two programs that speak POP3 (RFC 1939): the server beside the message store, and the
 * retrieval agent (MRA) that pulls mail from it for a user. */
#pragma once

#include "agents/mra.h"
#include "agents/pop3_host.h"
