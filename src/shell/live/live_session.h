/* live_session: one real socket, and its connection in the world.
 *
 *     socket ─▶ [TLS] ─▶ in: whole lines ──▶ outside_say
 *     socket ◀─ [TLS] ◀─ sending ◀─ live_output ◀── heard()
 *
 * A line is passed on when it is complete; an unfinished one only when the program has gone. Who closes its
 * sending side still gets its answers (RFC 9293 3.6): the end is passed on after LINGER_MS of quiet.
 */
#pragma once

#include "shell/live/live_internal.h"

/* What the world tells its peers (world/outside.h). */
void live_session_secure(void *peer, connection_id id);
void live_session_hello(void *peer, connection_id id, enum tls_version version, struct span wanted);
void live_session_opened(void *peer, connection_id id);
void live_session_heard(void *peer, connection_id id, struct span bytes, struct message *message);
void live_session_ended(void *peer, connection_id id, enum connection_end how);

/* Takes the connection that waits on a listening socket. NULL if it has gone again. */
struct live_session *live_session_accept(struct live *live, struct live_service *service, uv_tcp_t *listener);
/* Lets in those whose client may connect again. */
void live_session_admit_all(struct live *live);
/* Calls a real server for a simulated client that has just connected to a gateway. address NULL: there is
 * none, and the connection breaks at once. */
struct live_session *live_session_call(struct live *live, connection_id id, const struct sockaddr *address);
/* Puts into the world what waits to be put in: what was heard early, and what broke. */
void live_session_put_in_all(struct live *live);
/* Sends what waits on all sessions that have something; ends those that are over. Touches no world. */
void live_session_flush_all(struct live *live);
/* Looks at everybody's time limits. */
void live_session_sweep_all(struct live *live);
/* Makes room: of the client that has most, hangs up on one that waits, else on the one that has been silent
 * longest. */
void live_session_evict(struct live *live);
/* The run is over: closes all sockets, without a word to the world. */
void live_session_close_all(struct live *live);
