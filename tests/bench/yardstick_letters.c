#include "yardstick_letters.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "yardstick_kernel.h"

enum { HOPS = 5, BLOCK = 1 << 20, SAID_MAX = 256, TRACE_MAX = 160, LATENCY_US = 10000, WAVE_US = 10000000 };

/* ---- the log ---- */

struct log_block {
  struct log_block *before;
  char data[BLOCK];
};

static struct {
  enum yardstick_journal mode;
  struct log_block *newest;
  size_t used;
  EVP_MD_CTX *digest;
  struct yardstick_counts counts;
} journal;

static void journal_make_room(void) {
  bool keep = journal.mode == YARDSTICK_FULL;
  if (journal.newest && !keep) {
    EVP_DigestUpdate(journal.digest, journal.newest->data, journal.used);
  } else {
    struct log_block *block = malloc(sizeof *block);
    if (!block) abort();
    block->before = journal.newest;
    journal.newest = block;
  }
  journal.used = 0;
}

static inline void note(uint64_t now_us, uint32_t connection, const char *text, size_t len) {
  journal.counts.records++;
  journal.counts.octets += len;
  if (journal.mode == YARDSTICK_COUNT) return;
  if (BLOCK - journal.used < 16 + len) journal_make_room();
  uint64_t head[2] = {now_us, (uint64_t)connection << 32 | len};
  memcpy(journal.newest->data + journal.used, head, sizeof head);
  memcpy(journal.newest->data + journal.used + sizeof head, text, len);
  journal.used += sizeof head + len;
}

static void note_lines(uint64_t now_us, uint32_t connection, const char *text, size_t len) {
  for (const char *end = text + len, *lf; text < end; text = lf + 1) {
    lf = memchr(text, '\n', (size_t)(end - text));
    note(now_us, connection, text, (size_t)(lf - text - 1));
  }
}

/* ---- letters and sessions ---- */

struct trace {
  struct trace *below;
  size_t len;
  char text[TRACE_MAX];
};

struct letter {
  struct letter *next;
  const char *body; /* shared by all */
  struct trace *top;
};

enum step { SYN, SYN_ACK, ACK, EHLO, OFFER, ENVELOPE, ANSWERS, TEXT, ACCEPTED, QUIT, BYE, CLOSED };

struct session {
  struct session *next;
  struct letter *letter;
  uint32_t number, hop;
  enum step step;
  size_t said_len, path_len;
  char said[SAID_MAX]; /* what is on its way; one side speaks at a time */
  char path[64];
};

static struct yardstick_kernel *kernel;
static uint64_t now_us;
static uint32_t connections, under_way;
static struct session *free_sessions;
static struct trace *free_traces;

static void *must(void *memory) {
  if (!memory) abort();
  return memory;
}

static void arrives(void *context);

static void say(struct session *session, const char *text, size_t len) {
  memcpy(session->said + session->said_len, text, len);
  session->said_len += len;
}
#define SAY(session, literal) say(session, literal, sizeof(literal) - 1)

static void send_on(struct session *session, enum step step) {
  note_lines(now_us, session->number, session->said, session->said_len);
  session->step = step;
  yardstick_kernel_after(kernel, LATENCY_US, arrives, session);
}

static void connect_to(struct letter *letter, uint32_t hop) {
  struct session *session = free_sessions;
  if (session)
    free_sessions = session->next;
  else
    session = must(malloc(sizeof *session));
  session->letter = letter;
  session->number = ++connections;
  session->hop = hop;
  session->said_len = 0;
  send_on(session, SYN);
}

/* ---- the server's side ---- */

static void put_trace(struct session *session) {
  struct trace *trace = free_traces;
  if (trace)
    free_traces = trace->below;
  else
    trace = must(malloc(sizeof *trace));
  static const char from[] =
      "Received: from c.example (c.example [192.0.2.4])\r\n\tby d.example with ESMTP id ",
                    where[] = "\r\n\tfor <", when[] = ">;\r\n\tFri, 18 Jun 2004 10:23:15 -0600\r\n";
  char id[12];
  size_t digits = sizeof id;
  for (uint32_t number = session->number; number; number /= 10) id[--digits] = (char)('0' + number % 10);
  char *to = trace->text;
  memcpy(to, from, sizeof from - 1), to += sizeof from - 1;
  memcpy(to, id + digits, sizeof id - digits), to += sizeof id - digits;
  memcpy(to, where, sizeof where - 1), to += sizeof where - 1;
  memcpy(to, session->path, session->path_len), to += session->path_len;
  memcpy(to, when, sizeof when - 1), to += sizeof when - 1;
  trace->len = (size_t)(to - trace->text);
  trace->below = session->letter->top;
  session->letter->top = trace;
  note(now_us, session->number, trace->text, trace->len);
}

static void deliver(struct letter *letter) {
  while (letter->top) {
    struct trace *below = letter->top->below;
    letter->top->below = free_traces;
    free_traces = letter->top;
    letter->top = below;
  }
  under_way--;
}

/* What the server answers to the lines that it hears. */
static enum step answer(struct session *session) {
  char heard[SAID_MAX];
  size_t len = session->said_len;
  enum step next = CLOSED;
  memcpy(heard, session->said, len);
  session->said_len = 0;
  for (const char *line = heard, *end = heard + len, *lf; line < end; line = lf + 1) {
    lf = memchr(line, '\n', (size_t)(end - line));
    uint32_t verb;
    memcpy(&verb, line, sizeof verb);
    if (memcmp(&verb, "EHLO", 4) == 0) {
      SAY(session, "250-d.example\r\n250-SIZE 33554432\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
                   "250-ENHANCEDSTATUSCODES\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n");
      next = OFFER;
    } else if (memcmp(&verb, "MAIL", 4) == 0 || memcmp(&verb, "RCPT", 4) == 0) {
      const char *open = memchr(line, '<', (size_t)(lf - line)),
                 *close = memchr(open, '>', (size_t)(lf - open));
      session->path_len = (size_t)(close - open - 1);
      memcpy(session->path, open + 1, session->path_len);
      SAY(session, "250 2.1.0 <");
      say(session, session->path, session->path_len);
      if (line[0] == 'M')
        SAY(session, "> may send\r\n");
      else
        SAY(session, "> will receive\r\n");
    } else if (memcmp(&verb, "DATA", 4) == 0) {
      SAY(session, "354 Send the message; a line with only a dot ends it\r\n");
      next = ANSWERS;
    } else {
      SAY(session, "221 2.0.0 d.example says goodbye\r\n");
      next = BYE;
    }
  }
  return next;
}

/* ---- the client's side ---- */

/* How many replies, each of one or more lines, are good. */
static unsigned good_replies(const struct session *session) {
  unsigned good = 0;
  const char *line = session->said, *end = line + session->said_len;
  for (const char *lf; line < end; line = lf + 1) {
    lf = memchr(line, '\n', (size_t)(end - line));
    good += line[3] == ' ' && (line[0] == '2' || line[0] == '3');
  }
  return good;
}

static void say_envelope(struct session *session) {
  SAY(session, "MAIL FROM:<u@a.example> SIZE=1060\r\nRCPT TO:<v@d.example>\r\nDATA\r\n");
}

/* ---- events ---- */

static void pass_on(struct session *session) {
  session->next = free_sessions;
  free_sessions = session;
}

static void arrives(void *context) {
  struct session *session = context;
  now_us = yardstick_kernel_now(kernel);
  switch (session->step) {
  case SYN: send_on(session, SYN_ACK); return;
  case SYN_ACK: send_on(session, ACK); return;
  case ACK:
    SAY(session, "220 d.example ESMTP ready\r\n");
    send_on(session, EHLO);
    return;
  case EHLO:
    if (good_replies(session) != 1) abort();
    session->said_len = 0;
    SAY(session, "EHLO c.example\r\n");
    send_on(session, ENVELOPE);
    return;
  case ENVELOPE:
  case QUIT: send_on(session, answer(session)); return;
  case OFFER:
    if (good_replies(session) != 1) abort();
    session->said_len = 0;
    say_envelope(session);
    send_on(session, ENVELOPE);
    return;
  case ANSWERS:
    if (good_replies(session) != 3) abort();
    session->said_len = 0;
    note(now_us, session->number, "", 0);
    send_on(session, TEXT);
    return;
  case TEXT:
    put_trace(session);
    if (session->hop + 1 < HOPS)
      connect_to(session->letter, session->hop + 1);
    else
      deliver(session->letter);
    SAY(session, "250 2.0.0 Message accepted as D1993\r\n");
    send_on(session, ACCEPTED);
    return;
  case ACCEPTED:
    if (good_replies(session) != 1) abort();
    session->said_len = 0;
    SAY(session, "QUIT\r\n");
    send_on(session, QUIT);
    return;
  case BYE: /* the server closes, the client hears it */
    if (good_replies(session) != 1) abort();
    session->said_len = 0;
    send_on(session, CLOSED);
    return;
  case CLOSED: pass_on(session); return;
  }
}

/* ---- waves ---- */

static void free_all(void) {
  for (struct session *session = free_sessions, *next; session; session = next) {
    next = session->next;
    free(session);
  }
  for (struct trace *trace = free_traces, *next; trace; trace = next) {
    next = trace->below;
    free(trace);
  }
  for (struct log_block *block = journal.newest, *next; block; block = next) {
    next = block->before;
    free(block);
  }
  free_sessions = NULL;
  free_traces = NULL;
  EVP_MD_CTX_free(journal.digest);
  yardstick_kernel_free(kernel);
}

struct yardstick_counts yardstick_letters_run(const struct yardstick_letters *what) {
  static const char body[] = "Hello, this is a line of a letter that goes far.\r\n";
  unsigned char result[EVP_MAX_MD_SIZE];
  struct letter *letters = must(calloc(what->in_flight, sizeof *letters));
  memset(&journal, 0, sizeof journal);
  journal.mode = what->journal;
  journal.digest = must(EVP_MD_CTX_new());
  EVP_DigestInit_ex(journal.digest, EVP_sha256(), NULL);
  journal.used = BLOCK;
  kernel = yardstick_kernel_new();
  connections = 0;
  now_us = 0;
  for (uint32_t sent = 0; sent < what->letters; sent += what->in_flight) {
    under_way = what->in_flight;
    for (uint32_t i = 0; i < what->in_flight; i++) {
      letters[i].body = body;
      connect_to(&letters[i], 0);
    }
    journal.counts.events += yardstick_kernel_run(kernel, UINT64_MAX);
    if (under_way) abort();
  }
  if (what->journal == YARDSTICK_DIGEST) {
    EVP_DigestUpdate(journal.digest, journal.newest->data, journal.used);
    EVP_DigestFinal_ex(journal.digest, result, NULL);
  }
  free(letters);
  struct yardstick_counts counts = journal.counts;
  free_all();
  return counts;
}
