/* trace_words: what the words of a trace mean, and how a stranger's are shown. */
#include "mail/date.h"
#include "readers/trace_internal.h"
#include "view/text_metrics.h"

enum { SHOWN_MOST = 300 };

/* The keywords of RFC 3848 and RFC 6531 4.3, and what else is met. */
static const struct {
  const char *keyword, *text;
} protocols[] = {
    {"SMTP", "SMTP without extensions: the client said HELO (RFC 5321)"},
    {"ESMTP", "SMTP with extensions: the client said EHLO (RFC 5321)"},
    {"ESMTPS", "SMTP with extensions, under TLS (RFC 3848)"},
    {"ESMTPA", "SMTP with extensions, after a log-in (AUTH, RFC 3848)"},
    {"ESMTPSA", "SMTP with extensions, under TLS (S), after a log-in (A) (RFC 3848)"},
    {"LMTP", "local delivery: LMTP (RFC 2033)"},
    {"LMTPS", "local delivery: LMTP under TLS (RFC 3848)"},
    {"LMTPA", "local delivery: LMTP after a log-in (RFC 3848)"},
    {"LMTPSA", "local delivery: LMTP under TLS, after a log-in (RFC 3848)"},
    {"UTF8SMTP", "SMTP with addresses beyond ASCII (RFC 6531)"},
    {"UTF8SMTPA", "SMTP with addresses beyond ASCII, after a log-in (RFC 6531)"},
    {"UTF8SMTPS", "SMTP with addresses beyond ASCII, under TLS (RFC 6531)"},
    {"UTF8SMTPSA", "SMTP with addresses beyond ASCII, under TLS, after a log-in (RFC 6531)"},
    {"UTF8LMTP", "local delivery with addresses beyond ASCII (RFC 6531)"},
    {"UTF8LMTPA", "local delivery with addresses beyond ASCII, after a log-in (RFC 6531)"},
    {"UTF8LMTPS", "local delivery with addresses beyond ASCII, under TLS (RFC 6531)"},
    {"UTF8LMTPSA", "local delivery with addresses beyond ASCII, under TLS, after a log-in (RFC 6531)"},
    {"SMTPS", "SMTP under TLS; no registered word"},
    {"ASMTP", "SMTP after a log-in, as Exim once wrote; no registered word"},
    {"HTTP", "written in a browser or by a program on the web; no registered word"},
    {"HTTPS", "by HTTPS: webmail, or inside a provider; no registered word"},
    {"POP3", "fetched by POP3: a pull, not a push"},
    {"POP3S", "fetched by POP3 under TLS: a pull, not a push"},
    {"IMAP", "fetched by IMAP: a pull, not a push"},
    {"IMAP4", "fetched by IMAP: a pull, not a push"},
    {"local", "handed in by a program of that machine"},
    {"MAPI", "by Exchange's own protocol; no registered word"},
    {"mapi", "by Exchange's own protocol; no registered word"},
    {"UUCP", "by UUCP: from neighbour to neighbour, often by telephone"},
    {"BSMTP", "batched SMTP: a session in a file (RFC 2442)"},
    {"NNTP", "by the protocol of news (RFC 3977)"},
    {"Microsoft SMTP Server", "Exchange's words for SMTP; what its own comment says of TLS is its word"},
};

const char *trace_protocol_text(struct span keyword) {
  for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
    if (span_equal_nocase(keyword, span_from(protocols[i].keyword))) return protocols[i].text;
  return NULL;
}

const char *trace_software_name(enum trace_software software) {
  switch (software) {
  case TRACE_SENDMAIL: return "sendmail";
  case TRACE_POSTFIX: return "Postfix";
  case TRACE_EXIM: return "Exim";
  case TRACE_QMAIL: return "qmail";
  case TRACE_EXCHANGE: return "Exchange";
  case TRACE_UNKNOWN_SOFTWARE: break;
  }
  return "";
}

const char *trace_lookup_text(enum trace_lookup lookup) {
  switch (lookup) {
  case TRACE_NOT_SAID: return "whether anything was looked up, the line does not say";
  case TRACE_NO_NAME: return "no name was found for the address, or none that leads back to it";
  case TRACE_LOOKED_UP: return "looked up in the DNS; whether it leads back, the line does not say";
  case TRACE_CONFIRMED: return "looked up in the DNS, from the address and back";
  case TRACE_UNCONFIRMED: return "looked up in the DNS, but does not lead back to the address";
  }
  return "";
}

const char *trace_lookup_name(enum trace_lookup lookup) {
  static const char *const names[] = {"not_said", "no_name", "looked_up", "confirmed", "unconfirmed"};
  return names[lookup];
}

const char *trace_join_name(enum trace_join join) {
  static const char *const names[] = {"oldest", "dns_name",     "address", "machine", "pull",
                                      "domain", "claimed_name", "unknown", "broken"};
  return names[join];
}

const char *trace_end_name(enum trace_end end) {
  static const char *const names[] = {"no_lines", "at_top", "stranger", "claimed_name",
                                      "other_by", "local",  "all"};
  return names[end];
}

const char *trace_oddity_name(enum trace_oddity oddity) {
  static const char *const names[] = {
      [TRACE_DEFECT] = "defect",
      [TRACE_HELO_DIFFERS] = "helo_differs",
      [TRACE_NAME_UNKNOWN] = "name_unknown",
      [TRACE_MAY_BE_FORGED] = "may_be_forged",
      [TRACE_ADDRESS] = "special_address",
      [TRACE_LOCAL] = "local",
      [TRACE_CHAIN] = "chain",
      [TRACE_CLOCKS] = "clocks",
      [TRACE_SLOW] = "slow",
      [TRACE_ZONE] = "zone",
      [TRACE_WEEKDAY] = "weekday",
      [TRACE_ID_TIME] = "id_time",
      [TRACE_BELOW_AUTHORS] = "below_authors_fields",
  };
  return names[oddity];
}

void trace_write_length(int64_t us, struct buf *out) {
  int64_t seconds = us / DATE_SECOND_US;
  const struct {
    int64_t seconds;
    const char *unit;
  } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
  int said = 0;
  for (size_t i = 0; i < sizeof units / sizeof *units && said < 2; i++) {
    int64_t count = seconds / units[i].seconds;
    bool is_last = i + 1 == sizeof units / sizeof *units;
    seconds %= units[i].seconds;
    if (count == 0 && (said || !is_last)) continue;
    buf_format(out, "%s%lld %s", said ? " " : "", (long long)count, units[i].unit);
    said++;
  }
}

/* Octets of white space at the front, and whether a line end or a tab is among them. */
static size_t white_run(struct span text, bool *is_folded_out) {
  size_t count = 0;
  *is_folded_out = false;
  for (; count < text.len && ascii_is_space(text.data[count]); count++)
    *is_folded_out = *is_folded_out || text.data[count] != ' ';
  return count;
}

void trace_write_shown(struct span text, size_t most, struct buf *out) {
  for (size_t count = 0; text.len; count++) {
    uint32_t c;
    bool is_folded;
    unsigned char first = (unsigned char)text.data[0];
    size_t size = text_decode(text, &c), white = white_run(text, &is_folded);
    if (count == most) {
      buf_add_text(out, "…");
      return;
    }
    if (is_folded) {
      buf_add_char(out, ' ');
      size = white;
    } else if (first < 0x20 || first == 0x7F) {
      buf_format(out, "\xe2\x90%c", (char)(0x80 + c - 0x2400)); /* U+2400 … U+2421 */
    } else {
      buf_add(out, c == 0xFFFD ? SPAN("\xef\xbf\xbd") : span_first(text, size));
    }
    text = span_skip(text, size);
  }
}

struct span trace_shown(struct span text, struct arena *arena) {
  struct buf shown = {0};
  trace_write_shown(text, SHOWN_MOST, &shown);
  struct span copy = arena_copy(arena, buf_span(&shown));
  buf_free(&shown);
  return copy;
}

void trace_write_utc(int64_t unix_us, struct buf *out) {
  struct date_civil civil = date_to_civil(unix_us, 0);
  buf_format(out, "%04d-%02u-%02u %02u:%02u:%02u", civil.year, civil.month, civil.day, civil.hour,
             civil.minute, civil.second);
}

/* ---- the time in an id ---- */

static void write_difference(int64_t difference_us, const char *beside, struct buf *out) {
  bool is_later = difference_us > 0;
  int64_t length = is_later ? difference_us : -difference_us;
  if (length < DATE_SECOND_US) {
    buf_format(out, ", the same second as %s", beside);
    return;
  }
  buf_add_text(out, ", ");
  trace_write_length(length, out);
  buf_format(out, " %s %s", is_later ? "after" : "before", beside);
}

/* Only the hour, by the clock on the wall of the server: the zone is the stamp's. */
static void write_hour(const struct id_time *time, const struct date *stamp, struct buf *out) {
  buf_format(
      out, "its first letter, %.*s, is the hour %u of the server's clock, in the form of sendmail 8.6 to 8.9",
      SPAN_ARG(time->digits), time->hour);
  if (!stamp) return;
  struct date_civil civil = date_to_civil(stamp->unix_us, stamp->zone_minutes);
  if (civil.hour == time->hour)
    buf_add_text(out, "; the stamp says the same hour");
  else
    buf_format(out, "; the stamp says hour %u, which is the letter %c", civil.hour, 'A' + civil.hour);
}

/* Whether a date in a Message-ID is by the author's clock: most programs write UTC, and some do not say. */
static bool is_by_authors_clock(const struct id_time *time, const struct date *beside) {
  if (time->form == ID_TIME_PINE) return true;
  if (time->form != ID_TIME_DATE || !beside) return false;
  int64_t off_us = time->unix_us - beside->unix_us,
          zone_us = (int64_t)beside->zone_minutes * 60 * DATE_SECOND_US;
  int64_t local_us = off_us - zone_us;
  return (local_us < 0 ? -local_us : local_us) < (off_us < 0 ? -off_us : off_us);
}

static void write_time(const struct id_time *time, const struct date *beside, const char *name,
                       struct buf *out) {
  bool is_local = is_by_authors_clock(time, beside);
  buf_format(out, "its %.*s says ", SPAN_ARG(time->digits));
  trace_write_utc(time->unix_us, out);
  if (time->is_to_minutes) out->len -= strlen(":00");
  buf_format(out, "%s, in the form of %s", is_local ? " by the author's clock" : " UTC",
             id_time_maker(time->form));
  if (!beside || time->is_to_minutes) return;
  int64_t local_us = is_local ? (int64_t)beside->zone_minutes * 60 * DATE_SECOND_US : 0;
  int64_t id_us = time->unix_us / DATE_SECOND_US * DATE_SECOND_US; /* a stamp has no fractions of a second */
  write_difference(id_us - (beside->unix_us + local_us), name, out);
}

struct span trace_id_time_text(const struct id_time *time, const struct date *beside, const char *name,
                               struct arena *arena) {
  struct buf out = {0};
  if (time->form == ID_TIME_SENDMAIL_HOUR)
    write_hour(time, beside, &out);
  else
    write_time(time, beside, name, &out);
  struct span text = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return text;
}
