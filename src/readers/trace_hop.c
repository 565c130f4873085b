/* trace_hop: one Received line: who stamped it, whom that server saw, and what is odd about it. */
#include "mail/cfws.h"
#include "readers/trace_internal.h"

enum { ID_AGREES_WITHIN_S = 3600, ID_BY_CHANCE_S = 2 * 86400 };

void trace_hop_note(struct trace_hop *hop, enum trace_oddity oddity, struct span text) {
  if (hop->note_count < TRACE_NOTES_MAX) hop->notes[hop->note_count++] = (struct trace_note){oddity, text};
}

static struct span without_dot(struct span name) {
  return name.len > 1 && name.data[name.len - 1] == '.' ? span_first(name, name.len - 1) : name;
}

static struct span first_word(struct span text) {
  size_t end = 0;
  while (end < text.len && !ascii_is_space(text.data[end])) end++;
  return span_first(text, end);
}

static bool has_nocase(struct span text, struct span part) {
  for (size_t i = 0; i + part.len <= text.len; i++)
    if (span_equal_nocase(span_slice(text, i, part.len), part)) return true;
  return false;
}

static bool any_comment_has(const struct received_clause *clause, struct span part) {
  for (uint8_t i = 0; i < clause->comment_count; i++)
    if (has_nocase(clause->comments[i], part)) return true;
  return false;
}

/* "[192.0.2.7]", "[IPv6:2001:db8::1]" or bare. */
static bool is_address(struct span word, struct ip_address *address_out) {
  if (word.len > 2 && word.data[0] == '[' && word.data[word.len - 1] == ']')
    word = span_slice(word, 1, word.len - 2);
  if (span_starts_with_nocase(word, SPAN("IPv6:"))) word = span_skip(word, 5);
  return ip_address_parse(word, address_out);
}

/* ---- which program ---- */

/* sendmail puts its version beside its name, and that of its configuration: "(8.12.10/8.12.9)". */
static bool is_sendmail_comment(struct span comment) {
  return (comment.len > 3 && span_starts_with(comment, SPAN("8.")) && ascii_is_digit(comment.data[2])) ||
         span_starts_with_nocase(comment, SPAN("Sendmail"));
}

static bool is_qmail(const struct received *received) {
  const struct received_clause *from = &received->clause[RECEIVED_FROM];
  const struct received_clause *with = &received->clause[RECEIVED_WITH];
  struct ip_address address;
  if (any_comment_has(&received->loose, SPAN("qmail"))) return true;
  if (!from->comment_count || received->clause[RECEIVED_ID].present) return false;
  struct span comment = from->comments[0];
  if (span_starts_with(comment, SPAN("HELO ")) || span_starts_with(comment, SPAN("EHLO "))) return true;
  /* Where both names are one, it names the address alone; and it writes its dates in UTC, as -0000. */
  return from->comment_count == 1 && ip_address_parse(comment, &address) &&
         span_ends_with(received->date_text, SPAN("-0000")) && span_equal(with->value, SPAN("SMTP"));
}

static enum trace_software software_of(const struct received *received) {
  const struct received_clause *by = &received->clause[RECEIVED_BY];
  const struct received_clause *with = &received->clause[RECEIVED_WITH];
  if (any_comment_has(by, SPAN("Postfix"))) return TRACE_POSTFIX;
  if (any_comment_has(with, SPAN("Exim")) || any_comment_has(by, SPAN("Exim"))) return TRACE_EXIM;
  if (span_starts_with_nocase(with->value, SPAN("Microsoft"))) return TRACE_EXCHANGE;
  for (uint8_t i = 0; i < by->comment_count; i++)
    if (is_sendmail_comment(by->comments[i])) return TRACE_SENDMAIL;
  return is_qmail(received) ? TRACE_QMAIL : TRACE_UNKNOWN_SOFTWARE;
}

/* ---- whom it saw ---- */

/* Exim and qmail do not write the claimed name where it is the one that was looked up. */
static void read_one_name(struct trace_hop *hop) {
  const struct received_clause *from = &hop->received.clause[RECEIVED_FROM];
  struct ip_address address;
  bool looks_up = hop->software == TRACE_EXIM || hop->software == TRACE_QMAIL;
  bool has_one = looks_up && !hop->dns_name.len && hop->address.len && from->comment_count;
  if (!has_one || hop->received.peer.dns_unknown || is_address(hop->claimed, &address)) return;
  if (span_equal(hop->claimed, first_word(from->value))) hop->dns_name = without_dot(hop->claimed);
}

/* The next word of a comment, without parentheses and commas. */
static bool next_word(struct span *rest, struct span *word_out) {
  size_t start = 0, end;
  while (start < rest->len &&
         (ascii_is_space(rest->data[start]) || span_find(SPAN("(),;"), rest->data[start]) != SPAN_NONE))
    start++;
  for (end = start; end < rest->len && !ascii_is_space(rest->data[end]); end++)
    if (span_find(SPAN("(),;"), rest->data[end]) != SPAN_NONE) break;
  *word_out = span_slice(*rest, start, end - start);
  *rest = span_skip(*rest, end);
  return word_out->len > 0;
}

/* A name in HELO with blanks and brackets in it could bring an address of its own into the line; servers
 * refuse or clean such names, but who reads the line cannot know. Then two addresses are there, and neither
 * is sure. */
static bool says_two_addresses(const struct trace_hop *hop) {
  const struct received_clause *from = &hop->received.clause[RECEIVED_FROM];
  struct ip_address address, first = {.family = IP_NONE};
  struct span word;
  bool has_helo = any_comment_has(from, SPAN("helo="));
  if (has_helo && !is_address(first_word(from->value), &first)) first.family = IP_NONE;
  for (uint8_t i = 0; i < from->comment_count; i++)
    for (struct span rest = from->comments[i]; next_word(&rest, &word);) {
      size_t at = span_find_last(word, '@');       /* "ident@192.0.2.7" */
      size_t port = span_search(word, SPAN("]:")); /* "[192.0.2.7]:4123" */
      if (at != SPAN_NONE) word = span_skip(word, at + 1);
      if (port != SPAN_NONE && at == SPAN_NONE) word = span_first(word, port + 1);
      if (!is_address(word, &address)) continue;
      if (first.family != IP_NONE && !ip_address_equal(&first, &address)) return true;
      first = address;
    }
  return false;
}

static enum trace_lookup lookup_of(const struct trace_hop *hop) {
  const struct received_peer *peer = &hop->received.peer;
  bool confirms =
      hop->software == TRACE_SENDMAIL || hop->software == TRACE_POSTFIX || hop->software == TRACE_EXIM;
  if (!hop->address.len || hop->is_ambiguous) return TRACE_NOT_SAID;
  if (hop->dns_name.len)
    return peer->may_be_forged ? TRACE_UNCONFIRMED : confirms ? TRACE_CONFIRMED : TRACE_LOOKED_UP;
  return peer->dns_unknown || confirms ? TRACE_NO_NAME : TRACE_NOT_SAID;
}

/* No connection: "(from jack@localhost)", "(Postfix, from userid 1000)", "(qmail 712 invoked by uid 500)",
 * "with local". */
static bool is_local(const struct received *received) {
  const struct received_clause *with = &received->clause[RECEIVED_WITH];
  if (received->peer.address.len) return false;
  return any_comment_has(&received->clause[RECEIVED_BY], SPAN("from userid")) ||
         any_comment_has(&received->loose, SPAN("invoked by")) ||
         (received->loose.comment_count &&
          span_starts_with_nocase(received->loose.comments[0], SPAN("from "))) ||
         span_equal_nocase(with->value, SPAN("local"));
}

static bool is_login(struct span keyword, const struct received_clause *from) {
  static const char *const keywords[] = {"ESMTPA",    "ESMTPSA",    "LMTPA", "LMTPSA",
                                         "UTF8SMTPA", "UTF8SMTPSA", "ASMTP"};
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (span_equal_nocase(keyword, span_from(keywords[i]))) return true;
  return any_comment_has(from, SPAN("Authenticated sender"));
}

static bool is_pull(struct span keyword) {
  return span_starts_with_nocase(keyword, SPAN("POP3")) || span_starts_with_nocase(keyword, SPAN("IMAP"));
}

/* An id of another program may look like a time by chance: then either the line names the program that makes
 * such ids, or the time is near the stamp's. */
static void read_id(int64_t around_us, struct trace_hop *hop) {
  struct span id = first_word(hop->received.clause[RECEIVED_ID].value);
  struct id_time time;
  if (!id_time_of_queue_id(id, hop->has_date ? hop->received.date.unix_us : around_us, &time)) return;
  bool of_sendmail = time.form == ID_TIME_SENDMAIL || time.form == ID_TIME_SENDMAIL_HOUR;
  enum trace_software maker = of_sendmail                 ? TRACE_SENDMAIL
                              : time.form == ID_TIME_EXIM ? TRACE_EXIM
                                                          : TRACE_POSTFIX;
  int64_t off_us = time.unix_us - (hop->has_date ? hop->received.date.unix_us : around_us);
  if (off_us < 0) off_us = -off_us;
  bool is_near = time.form != ID_TIME_SENDMAIL_HOUR && off_us < ID_BY_CHANCE_S * DATE_SECOND_US;
  if (hop->software == maker || (hop->software == TRACE_UNKNOWN_SOFTWARE && is_near)) hop->id_time = time;
}

void trace_hop_read(struct span value, int64_t around_us, struct trace_hop *hop) {
  struct received *received = &hop->received;
  received_parse(value, received);
  hop->software = software_of(received);
  hop->claimed = without_dot(received->peer.claimed);
  hop->dns_name = without_dot(received->peer.dns_name);
  hop->address = received->peer.address;
  if (span_equal_nocase(hop->claimed, SPAN("unknown")) && hop->software == TRACE_QMAIL)
    hop->claimed = SPAN_EMPTY;
  hop->by = without_dot(first_word(received->clause[RECEIVED_BY].value));
  hop->has_date = !(received->defects & (RECEIVED_NO_DATE | RECEIVED_BAD_DATE));
  read_one_name(hop);
  hop->is_ambiguous = says_two_addresses(hop);
  hop->lookup = lookup_of(hop);
  if (ip_address_parse(hop->address, &hop->ip)) hop->special = ip_special_find(&hop->ip);
  struct span keyword = received->clause[RECEIVED_WITH].value;
  hop->is_local = is_local(received);
  hop->is_login = is_login(keyword, &received->clause[RECEIVED_FROM]);
  hop->is_pull = is_pull(keyword);
  read_id(around_us, hop);
}

/* How many of an IPv4 address's four numbers stand in the name. */
static unsigned octets_in_name(const struct trace_hop *hop) {
  unsigned found = 0, count = hop->ip.family == IP_V4 ? IP_V4_SIZE : 0;
  for (unsigned i = 0; i < count; i++) {
    struct span rest = hop->dns_name;
    bool is_there = false;
    while (rest.len && !is_there) {
      size_t digits = 0;
      uint64_t value;
      while (digits < rest.len && ascii_is_digit(rest.data[digits])) digits++;
      is_there = span_to_u64(span_first(rest, digits), 255, &value) && value == hop->ip.bytes[i];
      rest = span_skip(rest, digits ? digits : 1);
    }
    found += is_there;
  }
  return found;
}

bool trace_hop_is_customers(const struct trace_hop *hop) {
  static const char *const words[] = {"dhcp", "dial",  "dyn",  "pool",   "ppp",
                                      "dsl",  "cable", "cust", "client", "broadband"};
  for (size_t at = 0; at < hop->dns_name.len; at++)
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      if (span_starts_with_nocase(span_skip(hop->dns_name, at), span_from(words[i]))) return true;
  return octets_in_name(hop) >= 3;
}

/* ---- what is odd ---- */

static void judge_defects(struct trace_hop *hop, struct arena *arena) {
  for (uint32_t defect = 1; defect <= RECEIVED_TOO_LONG; defect <<= 1) {
    if (!(hop->received.defects & defect)) continue;
    bool is_missing = defect == RECEIVED_NO_FROM || defect == RECEIVED_NO_BY || defect == RECEIVED_NO_DATE;
    if (is_missing && defect != RECEIVED_NO_DATE && hop->is_local) continue;
    const char *text = received_defect_text((enum received_defect)defect);
    const char *rule = is_missing ? "; RFC 5321 4.4 asks for it" : "";
    trace_hop_note(hop, TRACE_DEFECT, arena_format(arena, "%c%s%s.", ascii_upper(*text), text + 1, rule));
  }
}

static void judge_names(struct trace_hop *hop, struct arena *arena) {
  struct span claimed = trace_shown(hop->claimed, arena), dns = trace_shown(hop->dns_name, arena);
  struct ip_address literal;
  bool is_literal = is_address(hop->claimed, &literal);
  if (hop->dns_name.len && hop->claimed.len && !is_literal &&
      !span_equal_nocase(hop->claimed, hop->dns_name)) {
    bool same = trace_is_in_domain(hop->claimed, trace_domain_of(hop->dns_name));
    trace_hop_note(
        hop, TRACE_HELO_DIFFERS,
        arena_format(arena, "It called itself %.*s; the DNS calls its address %.*s. %s", SPAN_ARG(claimed),
                     SPAN_ARG(dns),
                     same ? "Both are of one domain: a machine may have several names."
                          : "The first is only a claim, the second the word of whoever owns the address."));
  }
  if (is_literal && hop->ip.family && !ip_address_equal(&literal, &hop->ip))
    trace_hop_note(
        hop, TRACE_HELO_DIFFERS,
        arena_format(arena,
                     "It called itself %.*s, and was seen at another address: behind a router that "
                     "lends it one (NAT), or lying.",
                     SPAN_ARG(claimed)));
  if (hop->lookup == TRACE_NO_NAME)
    trace_hop_note(
        hop, TRACE_NAME_UNKNOWN,
        SPAN("The server found no name for the address, or none that leads back to it: the name is only "
             "the client's word."));
  if (hop->received.peer.may_be_forged)
    trace_hop_note(
        hop, TRACE_MAY_BE_FORGED,
        SPAN("“may be forged” is the server's own remark: the name does not lead back to the address."));
}

static const char *special_text(const struct ip_special *special) {
  if (special->is_own_machine) return "one program handed the letter to another";
  if (span_equal(span_from(special->kind), SPAN("private")) ||
      span_equal(span_from(special->kind), SPAN("shared")))
    return "many networks have one; only who runs this one can say which machine it was";
  return "no machine of the Internet is found by it: an example, or made up";
}

static void judge_from(struct trace_hop *hop, struct arena *arena) {
  if (hop->is_ambiguous)
    trace_hop_note(hop, TRACE_DEFECT,
                   SPAN("Two addresses stand behind from. A claimed name may have brought one of them: "
                        "neither is sure."));
  judge_names(hop, arena);
  if (hop->special)
    trace_hop_note(hop, TRACE_ADDRESS,
                   arena_format(arena, "%.*s is %s (%s): %s.", SPAN_ARG(hop->address), hop->special->what,
                                hop->special->source, special_text(hop->special)));
  if (hop->is_local)
    trace_hop_note(hop, TRACE_LOCAL,
                   SPAN("No connection brought the letter: a program of that machine handed it in."));
}

/* The name in the comment behind the zone, against the zone: "-0400 (MDT)" would be two hours off. */
static void judge_zone(struct trace_hop *hop, struct arena *arena) {
  const struct received *received = &hop->received;
  size_t open = span_find(received->date_text, '(');
  int32_t minutes;
  if (!received->date.zone_known) {
    if (hop->software != TRACE_QMAIL)
      trace_hop_note(hop, TRACE_ZONE, SPAN("The zone is not said: the time is taken for UTC."));
    return;
  }
  if (open == SPAN_NONE) return;
  struct span name = span_skip(received->date_text, open + 1);
  size_t close = span_find(name, ')');
  name = span_trim(span_first(name, close == SPAN_NONE ? name.len : close));
  if (date_zone_minutes(name, &minutes) && minutes != received->date.zone_minutes) {
    struct buf zone = {0};
    date_format_zone(minutes, &zone);
    trace_hop_note(hop, TRACE_ZONE,
                   arena_format(arena, "%.*s is %.*s, and not what stands before it. The number counts.",
                                SPAN_ARG(name), SPAN_ARG(buf_span(&zone))));
    buf_free(&zone);
  }
}

static void judge_id(struct trace_hop *hop) {
  const struct date *stamp = &hop->received.date;
  if (!hop->id_time.form || !hop->has_date) return;
  bool differs;
  if (hop->id_time.form == ID_TIME_SENDMAIL_HOUR) {
    differs = date_to_civil(stamp->unix_us, stamp->zone_minutes).hour != hop->id_time.hour;
  } else {
    int64_t off_us = hop->id_time.unix_us - stamp->unix_us;
    differs = off_us > DATE_SECOND_US || off_us < -ID_AGREES_WITHIN_S * DATE_SECOND_US;
  }
  if (differs)
    trace_hop_note(hop, TRACE_ID_TIME,
                   SPAN("The time in the id is not the stamp's. So one of them was made up or copied, or a "
                        "clock was set in "
                        "between, or the id is made by other rules."));
}

void trace_hop_judge(struct trace_hop *hop, struct arena *arena) {
  judge_defects(hop, arena);
  judge_from(hop, arena);
  if (hop->has_date) {
    judge_zone(hop, arena);
    if (hop->received.date.weekday_wrong)
      trace_hop_note(hop, TRACE_WEEKDAY, SPAN("The day's name is not that day's."));
  }
  judge_id(hop);
}
