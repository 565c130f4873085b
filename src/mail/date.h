/* date: moments, as mail writes them (RFC 5322 3.3; obsolete forms 4.3).
 *
 *     Fri, 18 Jun 2004 10:22:55 -0600 (MDT)     a header's
 *     Fri Jun 18 10:22:55 2004                  a From_ line's (C's asctime), in the host's own zone
 *     2004-06-18T10:22:55-06:00                 a scenario's (RFC 3339)
 *
 * A moment is a count of microseconds since 1970-01-01 00:00 UTC; a zone is minutes east of UTC.
 * Integers only; the proleptic Gregorian calendar; no clock and no time-zone database is consulted.
 * Limits: the years 1 to 9999. A leap second (:60) is read as the second after it.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { DATE_YEAR_MIN = 1, DATE_YEAR_MAX = 9999, DATE_ZONE_MAX_MINUTES = 99 * 60 + 59 };
#define DATE_SECOND_US ((int64_t)1000000)
#define DATE_DAY_US    ((int64_t)86400 * DATE_SECOND_US)

/* Calendar and clock, as shown to a person in some zone. */
struct date_civil {
  int32_t year;
  uint8_t month;   /* 1 to 12 */
  uint8_t day;     /* 1 to 31 */
  uint8_t weekday; /* 0 is Sunday; an outcome, never an input */
  uint8_t hour, minute, second;
  uint32_t microsecond;
};

/* Days since 1970-01-01, and back. */
int64_t date_days_from_civil(int32_t year, uint8_t month, uint8_t day);
struct date_civil date_civil_from_days(int64_t days);
/* What calendar and clock show at a moment in a zone, and back. */
struct date_civil date_to_civil(int64_t unix_us, int32_t zone_minutes);
int64_t date_from_civil(const struct date_civil *civil, int32_t zone_minutes);
/* True if the day exists and the clock can show that time (second 60 included). */
bool date_civil_is_valid(const struct date_civil *civil);

/* A moment as read. */
struct date {
  int64_t unix_us;
  int32_t zone_minutes; /* east of UTC */
  bool zone_known;      /* false for -0000, no zone at all, the military letters, and names that nobody agrees
                           on (RFC 5322 4.3): the moment is then taken as UTC */
  bool weekday_wrong;   /* a day name was given and it is not the day's */
  bool is_obsolete;     /* not what RFC 5322 3.3 lets a program write: comments inside, a short year, a named
                           zone, loose spacing … */
};

/* A Date field's value or the end of a Received field, with or without white space around it.
 * Lenient as 4.3 and custom ask; false if day, month, year, hour or minute cannot be told. */
bool date_parse(struct span text, struct date *date_out);
/* "2004-06-18T10:22:55.25-06:00"; "Z" for the zone; a space for the T; seconds may be missing. The zone must
 * be there. Nothing may follow. */
bool date_parse_iso8601(struct span text, struct date *date_out);
/* "Fri Jun 18 10:22:55 2004", seconds optional, perhaps with a zone before or after the year. */
bool date_parse_asctime(struct span text, struct date *date_out);

/* "Fri, 18 Jun 2004 10:22:55 -0600", then " (MDT)" if the comment, given without parentheses, is not empty.
 */
void date_format(int64_t unix_us, int32_t zone_minutes, struct span comment, struct buf *out);
/* "Fri Jun 18 10:22:55 2004" */
void date_format_asctime(int64_t unix_us, int32_t zone_minutes, struct buf *out);
/* "2004-06-18T10:22:55-06:00", microseconds only if there are any. */
void date_format_iso8601(int64_t unix_us, int32_t zone_minutes, struct buf *out);
/* "-0600" */
void date_format_zone(int32_t zone_minutes, struct buf *out);

/* "MDT" is -6 hours: the names of RFC 5322 4.3. False for any other. */
bool date_zone_minutes(struct span name, int32_t *zone_minutes_out);
