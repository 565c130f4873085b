/* uucp_cost: what a link costs, in the units of pathalias: "an imperfect measure of bandwidth, monetary cost,
 * and frequency of connections" (its manual), and how long mail waits for the call.
 */
#pragma once

#include "base/buf.h"

enum uucp_kind {
  UUCP_LOCAL,     /* 25: a local network */
  UUCP_DEDICATED, /* 95: a leased line */
  UUCP_DIRECT,    /* 200: a toll-free call, when there is mail */
  UUCP_DEMAND,    /* 300: a long-distance call, when there is mail */
  UUCP_HOURLY,    /* 500: called every hour */
  UUCP_EVENING,   /* 1800: only when calls are cheap */
  UUCP_DAILY,     /* 5000: called once a day; POLLED */
  UUCP_WEEKLY,    /* 30000: called now and then */
  UUCP_NUMBER,    /* a bare number */
  UUCP_UNSAID,    /* no cost: 4000 */
  UUCP_KIND_COUNT,
};

enum {
  UUCP_COST_UNSAID = 4000,
  UUCP_COST_MAX = 1000000000, /* of a link */
  UUCP_COST_DEAD = 100000000, /* what a step of last resort adds */
};

struct uucp_cost {
  int64_t units;
  enum uucp_kind kind; /* of several the slowest */
  int64_t wait_s;      /* for the call, in the slowest case */
};

/* A value in an expression: HIGH and LOW change what a link costs, and not how often it is called. */
struct uucp_value {
  int64_t units, calls; /* calls: without HIGH, LOW, FAST and what is added as a number */
  enum uucp_kind kind;
  bool named; /* a name that says when it is called is in it */
  bool mixed; /* two different ones are: it "makes no sense" (the manual) */
  bool dead;
};

/* LOCAL, DEMAND, HIGH … False: there is no such name. */
bool uucp_cost_named(struct span name, struct uucp_value *value_out);
/* The one that was meant, if the slip is small; or empty. */
struct span uucp_cost_nearest(struct span name);
struct uucp_value uucp_cost_number(int64_t number);
/* NULL, or what is wrong with it: divided by zero, too large. */
const char *uucp_cost_join(char sign, struct uucp_value left, struct uucp_value right,
                           struct uucp_value *value_out);
struct uucp_cost uucp_cost_of(struct uucp_value value);
struct uucp_cost uucp_cost_unsaid(void);
/* The same link, dearer or cheaper by so much. */
void uucp_cost_adjust(struct uucp_cost *cost, int64_t units);

const char *uucp_kind_name(enum uucp_kind kind);  /* "HOURLY" */
const char *uucp_kind_words(enum uucp_kind kind); /* "called every hour" */
/* "1 day 2 hours", to the minute; "no wait". */
void uucp_wait_words(int64_t wait_s, struct buf *out);
