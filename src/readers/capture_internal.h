/* capture_internal: what the files of capture share: capture.c (records and events in their order),
 * capture_tcp.c (what each side of a connection sends), capture_wire.c (addresses, and the octets of what is
 * said). */
#pragma once

#include "journal/message_view.h"
#include "journal/preamble.h"
#include "readers/capture.h"
#include "readers/frame.h"

enum { CLIENT, SERVER };

/* Said, and not on the wire yet. */
struct capture_piece {
  size_t octets, taken;          /* all of them, and how many have left */
  int64_t begins_us, arrives_us; /* when the first begins to arrive, and when the last has */
  journal_seq record;
  uint32_t write; /* pieces of one write share segments */
  bool is_fin;
};

enum side_state {
  SIDE_OPEN,
  SIDE_CLOSED, /* its program has gone in order: what still comes is answered with RST (RFC 1122 4.2.2.13) */
  SIDE_GONE    /* it was cut off, and knows it */
};

struct capture_side {
  uint16_t host;
  struct frame_end end;
  uint32_t isn;
  uint64_t sent, heard, acknowledged; /* octets of the stream; a FIN is one; heard: of the other side's */
  enum side_state state;
  bool has_fin, fin_heard;       /* its own FIN is queued or sent; the other's has come */
  unsigned unacknowledged;       /* segments heard since its last ACK */
  int64_t arrives_us;            /* of the last piece */
  journal_seq last_said, closed; /* its last LINE or DATA, its CLOSED: from looking ahead */
  struct buf stream;             /* octets from base on: queued, or not heard yet */
  uint64_t base;
  struct capture_piece *pieces;
  size_t first_piece, piece_count, piece_capacity;
  uint32_t writes;
  unsigned tries; /* to send again what is lost; 0: nothing is */
  uint16_t ident;
};

enum capture_tls_version { CAPTURE_TLS_UNKNOWN, CAPTURE_TLS_1_2, CAPTURE_TLS_1_3 };

struct capture_connection {
  uint32_t id;
  journal_seq connect, outcome; /* outcome: CONNECTED, REFUSED or TIMED_OUT; 0: none */
  int64_t latency_us;
  uint64_t octets;    /* of letters, for the window */
  journal_seq broken; /* since that FAULT nothing of before arrives; 0: whole */
  bool is_tls, is_done;
  enum capture_tls_version tls_version; /* that was agreed on: from looking ahead, like the next */
  struct span tls_fault;                /* of the certificate, or why TLS did not come to be; may be empty */
  uint8_t window_shift;
  uint16_t window;
  struct capture_side sides[2];
};

enum capture_event_kind {
  EVENT_SYN,     /* arrives at the server */
  EVENT_DEPARTS, /* the next segment */
  EVENT_ARRIVES,
  EVENT_ACK_DUE,
  EVENT_AGAIN, /* what was lost is sent once more */
};

struct capture_event {
  int64_t time_us;
  journal_seq because;       /* among events of one time, the order of the records that they come of … */
  uint32_t tick;             /* … and then that in which they were scheduled */
  uint32_t connection;       /* index */
  uint8_t kind, side, flags; /* side: of the one who acts; flags: of the segment */
  uint32_t octets;
  uint64_t start;
};

struct capture {
  const struct journal *journal;
  const struct capture_options *options;
  struct journal_preamble *preamble;
  struct journal_versions *versions;
  capture_sink *sink;
  void *context;
  struct capture_counts counts;
  bool stopped;                           /* by the sink */
  struct capture_connection *connections; /* by id */
  size_t connection_count, connection_capacity;
  struct capture_event *events; /* a heap, the next one first */
  size_t event_count, event_capacity;
  uint32_t tick;
  journal_seq at; /* the record handled last */
  bool *is_down;  /* by host */
  struct capture_link_down {
    uint16_t a, b;
  } * links_down;
  size_t link_down_count, link_down_capacity;
  struct buf frame;
};

/* ---- capture.c ---- */
void capture_schedule(struct capture *capture, const struct capture_event *event);
/* Whether what one of them sends now reaches the other. */
bool capture_reaches(const struct capture *capture, const struct capture_connection *connection);
void capture_emit(struct capture *capture, int64_t time_us);

/* ---- capture_wire.c ---- */
/* Addresses, ports, sequence numbers and window of a connection that is about to begin. */
void capture_begin_ends(struct capture *capture, struct capture_connection *connection,
                        const struct journal_record *connect);
/* An end for a datagram: the host's address of the same family as that one, where it has such. */
struct frame_end capture_end(const struct capture *capture, uint16_t host, uint16_t port,
                             struct span towards);
/* Each question comes from a port of its own, and the answer goes back to it (RFC 5452 9.2). id: the
 * record's. */
uint16_t capture_resolver_port(const struct capture *capture, uint16_t host, int64_t id);
/* The two must speak one version of IP. */
void capture_agree(struct frame_end *a, struct frame_end *b);
/* The octets of a LINE, DATA or TLS_RECORD, as they are on the wire; how many there are. */
size_t capture_add_said(struct capture *capture, const struct capture_connection *connection,
                        const struct journal_record *record, struct buf *out);
/* Octets that mean nothing, always the same ones for the same numbers. */
void capture_add_noise(const struct capture *capture, uint32_t a, uint32_t b, size_t octets, struct buf *out);

/* ---- capture_tls.c ---- */
/* The octets of a TLS_RECORD: just as many as it says. */
void capture_add_tls(const struct capture *capture, const struct capture_connection *connection,
                     const struct journal_record *record, struct buf *out);
/* What a server's TLS_RECORD tells of it. */
enum capture_tls_version capture_tls_version_of(const struct journal_record *record);

/* ---- capture_certificate.c ---- */
struct capture_certificate {
  struct span name, fault; /* fault: as the journal has it; may be empty */
  uint32_t seed;
  bool is_signers; /* not the server's, but of who signed it */
};
bool capture_certificate_is_alone(const struct capture_certificate *certificate); /* signed by itself */
/* Just so many octets of DER; if that is too few, more. */
void capture_add_certificate(const struct capture *capture, const struct capture_certificate *certificate,
                             size_t octets, struct buf *out);

/* ---- capture_tcp.c ---- */
void capture_tcp_connect(struct capture *capture, uint32_t index, const struct journal_record *record);
void capture_tcp_outcome(struct capture *capture, uint32_t index, const struct journal_record *record);
/* All that one side says at one time: the records first … last. */
void capture_tcp_say(struct capture *capture, uint32_t index, journal_seq first, journal_seq last);
void capture_tcp_close(struct capture *capture, uint32_t index, const struct journal_record *record);
void capture_tcp_cut(struct capture *capture, uint32_t index, const struct journal_record *record);
void capture_tcp_event(struct capture *capture, const struct capture_event *event);
