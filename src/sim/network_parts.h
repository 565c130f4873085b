/* network_parts: what the files of the network share, and nobody else includes.
 *
 *     network.c      hosts, paths, who listens
 *     connection.c   what programs do with a connection
 *     lane.c         what is on its way to one side, and what it has not read yet
 *     arrival.c      what happens when something arrives: every call of a program is made there
 *     secure.c       TLS on a connection
 *     fault.c        hosts and links that go down and come back
 *     datagram.c     datagrams
 *
 *     client ──▶ lane of the server's side ──▶ server        one event a lane: when the first of what
 *     client ◀── lane of the client's side ◀── server        is coming arrives
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/check.h"
#include "sim/id_map.h"
#include "sim/network.h"

enum { CLIENT = 0, SERVER = 1 }; /* sides, as the journal numbers them */

struct path {
  int64_t latency_us;
  int64_t bytes_per_second; /* 0: no limit */
  bool is_default;          /* has no values of its own: only its being down is */
  bool down;
  bool strips_tls; /* see network_set_link_strips_tls */
};

struct listener {
  uint16_t port;
  uint16_t agent;
  listen_fn *fn;
  void *context;
};

struct receiver { /* of datagrams */
  uint16_t port;
  datagram_fn *fn;
  void *context;
};

struct host {
  struct network_host told;
  struct span first[IP_V6 + 1]; /* address of each family; empty: none */
  bool down;
  uint16_t last_port; /* the last one given to a client */
  struct listener *listeners;
  size_t listener_count, listener_capacity;
  struct receiver *receivers;
  size_t receiver_count, receiver_capacity;
};

/* Of the table of addresses. */
struct address_entry {
  struct ip_address address;
  host_id host;     /* 0: a free place */
  struct span text; /* as the host has it */
};

/* ---- lanes ---- */

enum segment_kind {
  SEGMENT_BYTES,
  SEGMENT_MESSAGE,
  SEGMENT_SYN,       /* to the server: may I? */
  SEGMENT_SYN_ACK,   /* to the client: you may */
  SEGMENT_ACK,       /* to the server: here I am */
  SEGMENT_REFUSAL,   /* to the client: nobody listens */
  SEGMENT_NO_ANSWER, /* to the client from itself: it has waited long enough */
  SEGMENT_FIN,       /* the other side has closed */
  SEGMENT_END,       /* to a side from itself: it has closed, or was cut; its program is told */
  SEGMENT_SILENCE,   /* to a side from itself: nothing has come back for too long */
  SEGMENT_RESET,     /* the other host is up again, and knows nothing of the connection */
  SEGMENT_FLIGHT,    /* of a handshake of TLS */
  SEGMENT_ALERT,     /* the other side has broken that off */
  SEGMENT_KINDS
};

struct segment {
  struct segment *next;
  int64_t arrival_us;
  size_t size; /* asked for, of a piece of memory */
  journal_seq cause;
  enum segment_kind kind;
  union {
    struct span unread;      /* of SEGMENT_BYTES: what lies in bytes and is not consumed */
    struct message *message; /* of SEGMENT_MESSAGE; a reference of its own */
    uint32_t how; /* of SEGMENT_END: enum connection_end; of SEGMENT_NO_ANSWER: enum unreachable; of
                     SEGMENT_FLIGHT: its number */
  };
  char bytes[];
};

struct lane {
  struct segment *arrived;     /* not consumed yet, oldest first; bytes never follow bytes */
  struct segment *coming;      /* in the order of arrival */
  struct segment *coming_last; /* of them; means nothing if there are none */
  struct event_handle event;   /* for the first of them; all zero: none is due */
  int64_t free_at_us;          /* when the last that was sent has left */
  struct message *flattened;   /* the last message turned into bytes; NULL: none */
};

enum unreachable { REACHABLE, HOST_DOWN, LINK_DOWN, NO_HOST, NO_ROUTE };

/* In the order in which a side goes through them. */
enum side_state {
  SIDE_WAITING, /* for the handshake */
  SIDE_OPEN,
  SIDE_ENDING, /* can do nothing any more; its ended() is due */
  SIDE_GONE,   /* has been told, or never knew of the connection */
};

enum secure_state {
  IN_THE_CLEAR,
  SHAKING_HANDS, /* TLS is wanted: plain bytes are a fault */
  SECURE,
};

struct side {
  struct connection *connection;
  const struct connection_handler *handler; /* NULL: a server that has not heard of it */
  void *context;
  struct lane lane; /* what comes to this side */
  host_id host;
  uint16_t port;
  uint16_t agent;
  uint8_t state;         /* enum side_state */
  uint8_t arriving;      /* its event is being worked on, to the last of what is due */
  uint8_t secure;        /* enum secure_state */
  struct tls_terms *tls; /* a copy; NULL as long as it has not wanted any */
  int64_t wanted_us;     /* since when it wants it */
  uint32_t writes;       /* octets that it writes at once, under TLS; 0: each word by itself */
  uint32_t written;      /* of them, so far */
};

/* What each arrival and each word looks at comes first: it lies together. */
struct connection {
  struct network *network;
  const struct path *path; /* its latency and bandwidth */
  connection_id id;        /* 0: not in use */
  bool broken;             /* what is sent is lost */
  bool asked;              /* a server that has to ask first was told of the client's hello */
  uint8_t version;         /* enum tls_version, once the server has chosen */
  uint8_t family;          /* enum ip_family: by which it goes; IP_NONE: the hosts have no addresses */
  struct side sides[2];
  int64_t asked_us;
  journal_seq tls; /* the record of its handshake */
  struct connection *next_free;
};

static inline int side_index(const struct side *side) {
  return side == side->connection->sides ? CLIENT : SERVER;
}

enum { CONNECTIONS_A_SLAB = 64 };
#define NEVER_GIVEN UINT32_MAX /* a number that no connection has */

struct network {
  struct sim *sim;
  struct path default_path, loopback;
  struct host **hosts; /* host n is hosts[n - 1] */
  size_t host_count, host_capacity;
  host_id *names;                  /* a table of host numbers, by hash */
  struct address_entry *addresses; /* another, by an address's octets */
  size_t table_slots;              /* of each of them */
  size_t further_count;            /* addresses beyond one a host */
  struct id_map paths;             /* struct path *, by pair */
  struct arena arena;              /* holds hosts and paths */
  struct id_map connections;
  /* Whose event is being worked on: nearly every call of a program is about it. NEVER_GIVEN: it is over. */
  connection_id at_hand_id;
  struct connection *at_hand;
  connection_id last_connection;
  struct connection **slabs; /* each of CONNECTIONS_A_SLAB */
  size_t slab_count, slab_capacity;
  struct connection *free_connections;
  struct datagram *datagrams; /* on their way */
  bool dribble;
  bool any_strips_tls; /* some path does or did: else none need be looked at */
};

/* network.c */
struct host *network_find_host(const struct network *network, host_id id); /* CHECKs that there is one */
const struct path *network_path(const struct network *network, host_id a, host_id b);
struct path *network_own_path(struct network *network, host_id a, host_id b); /* made if there is none */
/* What keeps something that leaves now from arriving. */
enum unreachable network_obstacle(const struct network *network, host_id from, host_id to);
bool network_strips_tls(const struct network *network, host_id a, host_id b);
uint16_t network_next_port(struct network *network, host_id id); /* for a client */
const struct listener *network_listener(const struct network *network, host_id id, uint16_t port);
const struct receiver *network_receiver(const struct network *network, host_id id, uint16_t port);

/* lane.c */
int64_t path_transfer_us(const struct path *path, uint64_t octets);
struct transit {
  int64_t departure_us, arrival_us;
};
/* When so many octets that are sent to the side now will have left, and when they will have arrived. They
 * start to leave when all that was sent before has left, and arrive not before what was sent before them. */
static inline struct transit lane_transit(const struct side *to, uint64_t octets) {
  const struct lane *lane = &to->lane;
  const struct connection *connection = to->connection;
  const struct path *path = connection->path;
  int64_t now_us = sim_now(connection->network->sim);
  int64_t begin_us = lane->free_at_us > now_us ? lane->free_at_us : now_us;
  int64_t departure_us = begin_us + path_transfer_us(path, octets);
  int64_t arrival_us = departure_us + path->latency_us;
  if (lane->coming && lane->coming_last->arrival_us > arrival_us) arrival_us = lane->coming_last->arrival_us;
  return (struct transit){departure_us, arrival_us};
}
static inline int64_t lane_arrival_us(const struct side *to, uint64_t octets) {
  return lane_transit(to, octets).arrival_us;
}
/* Puts something of that kind on its way to the side; it arrives then, because of that record. */
struct segment *lane_send(struct side *to, enum segment_kind kind, int64_t arrival_us, journal_seq cause,
                          size_t capacity);
/* The same, of so many octets, after all that was sent before, because of that record. */
struct segment *lane_send_octets(struct side *to, enum segment_kind kind, uint64_t octets, journal_seq cause,
                                 size_t capacity);
/* transit: of the octets on the line, which under TLS are more than the bytes, and then arrive as one. */
void lane_send_bytes(struct side *to, struct span bytes, struct transit transit, journal_seq cause);
void lane_send_message(struct side *to, struct message *message, struct transit transit, journal_seq cause);
/* Takes the first of what is coming off the lane, if its time has come. */
struct segment *lane_take_due(struct lane *lane, int64_t now_us);
void lane_add_arrived(struct side *side, struct segment *segment);
void lane_add_arrived_bytes(struct side *side, struct span bytes);
void lane_consume(struct side *side, size_t count); /* of what has arrived, which there must be */
void lane_flatten_front(struct side *side);
void lane_set_flattened(struct lane *lane, struct message *message);
/* Makes sure that an event is due for the first of what is coming. */
void lane_arm_event(struct side *side);
static inline void lane_arm(struct side *side) {
  if (UNLIKELY(side->lane.coming && !side->arriving && !side->lane.event.generation)) lane_arm_event(side);
}
void lane_clear(struct side *side);
void segment_free(struct segment *segment);

/* connection.c */
static inline struct connection *connection_find(const struct network *network, connection_id id) {
  if (UNLIKELY(id != network->at_hand_id))
    return id_map_get(&network->connections, id); /* NULL: it is over */
  return network->at_hand;
}
void connection_tell(const struct connection *connection, struct connection_info *info_out);
/* Notes something about a connection, as done or met with by that side's program. */
journal_seq connection_note(struct connection *connection, int side, struct journal_record *record);
/* The side's end is broken now: notes CUT; its program will be told. */
void connection_break_now(struct connection *connection, int side, struct span why);
/* The other end, or the line, is dead: the side's program will be told when it has waited long enough. */
void connection_break_later(struct connection *connection, int side, enum unreachable why);
/* Frees the connection's place if both sides are gone. */
void connection_settle(struct connection *connection);
void connection_free_all(struct network *network);

/* datagram.c */
void datagram_free_all(struct network *network);

/* secure.c */
/* Octets on the line of so many that the side says, with what it writes at once with them. */
uint64_t secure_octets(const struct side *from, uint64_t plain);
/* What the line shows of them, because of that record; nothing in the clear. False: they are the first of
 * what is written at once, and it shows nothing before the last. */
bool secure_note_data(struct connection *connection, int side, uint64_t plain, journal_seq cause);
/* The octets of the goodbye, which is noted; 0 in the clear. */
uint64_t secure_say_goodbye(struct connection *connection, int side);
/* Frees what it keeps of the wishes of both sides. */
void secure_forget(struct connection *connection);
void secure_take_flight(struct connection *connection, int side, uint32_t flight);
void secure_take_alert(struct connection *connection, int side, uint32_t how);
/* Plain bytes have come to a side that is shaking hands. */
void secure_refuse_plain(struct connection *connection, int side);
/* If somebody on the path does so: the bytes without their offers of TLS, in *out, which are then what the
 * client hears. */
struct span secure_strip(struct connection *connection, int side, struct span bytes, struct buf *out);

/* arrival.c */
void connection_arrive(void *side); /* the event of a lane: all that is due */
