/* id_time: the time that is hidden in the names of letters: in a queue's id (the id clause of Received), and
 * in a Message-ID.
 *
 *     i5IGMtv0004345          sendmail 8.10 and later: year, month, day, hour, minute, second in UTC, base 60
 *     i5GAYga31371            8.10 and 8.11, whose count has one digit
 *     LAA20869                sendmail 8.6 to 8.9: the first letter is the hour, in the server's own zone
 *     1BabtQ-0001Ym-8O        Exim: seconds since 1970, base 62
 *     3Q4mQ11CkFz4vXq         Postfix, long form: seconds and microseconds since 1970, base 52
 *     40D02249.6090105@…      Mozilla's Message-ID: seconds since 1970 in hexadecimal
 *     Pine.GSO.4.58.0406181022460@…          Pine: a date and a count, in the author's zone
 *     200406161400.i5GE0100005000@…          sendmail, Postfix, Mutt: a date, in UTC
 *
 * None of this is promised anywhere; it is how these programs make their names. An id of another program may
 * look like one by chance: the caller should hold the time against another.
 */
#pragma once

#include "base/span.h"

enum id_time_form {
  ID_TIME_NONE,
  ID_TIME_SENDMAIL,      /* exact, UTC */
  ID_TIME_SENDMAIL_HOUR, /* only `hour`, local */
  ID_TIME_EXIM,          /* exact */
  ID_TIME_POSTFIX,       /* exact */
  ID_TIME_MOZILLA,       /* exact */
  ID_TIME_PINE,          /* local: unix_us as if it were UTC */
  ID_TIME_DATE,          /* twelve or fourteen digits: mostly UTC */
};

struct id_time {
  enum id_time_form form;
  int64_t unix_us;
  uint8_t hour;       /* of ID_TIME_SENDMAIL_HOUR */
  bool is_to_minutes; /* seconds are not said */
  struct span digits; /* the part of the id that says it */
};

/* around_us: a time nearby, since sendmail's years repeat after sixty. False if the id hides none. */
bool id_time_of_queue_id(struct span id, int64_t around_us, struct id_time *time_out);
/* left: what stands before the @. */
bool id_time_of_message_id(struct span left, int64_t around_us, struct id_time *time_out);
/* "sendmail 8.10 or later": who makes such ids. */
const char *id_time_maker(enum id_time_form form);
