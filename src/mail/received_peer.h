/* received_peer: what the from clause of a Received field tells of the peer, program by program.
 *
 *     sendmail   claimed (dns-name [address])          claimed (ident@dns-name [address] (may be forged))
 *     Postfix    claimed (dns-name [address])          claimed (unknown [address])
 *     Exim       dns-name ([address] helo=claimed)     [address] (helo=claimed ident=user)
 *     qmail      dns-name (HELO claimed) (address)     unknown (HELO claimed) (ident@address)
 *     Exchange   claimed (address)
 */
#pragma once

#include "mail/received.h"

void received_peer_read(const struct received_clause *from, struct received_peer *peer_out);
