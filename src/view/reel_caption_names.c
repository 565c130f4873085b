/* reel_caption_names: the words for names and ways: what the DNS is asked, what it answers, where mail goes.
 */
#include "view/reel_speaker.h"

static struct span without_dot(struct span name) {
  return span_ends_with(name, SPAN(".")) && name.len > 1 ? span_first(name, name.len - 1) : name;
}

/* "192.0.2.1" of "1.2.0.192.in-addr.arpa" (RFC 1035 3.5); the name itself if it is none. */
static struct span address_of(const struct speaker *s, struct span name) {
  static const struct span suffix = SPAN_INIT(".in-addr.arpa");
  name = without_dot(name);
  if (!span_ends_with_nocase(name, suffix)) return name;
  struct span rest = span_first(name, name.len - suffix.len), part, address = SPAN_EMPTY;
  while (span_next(&rest, '.', &part))
    address = arena_format(s->arena, "%.*s%s%.*s", SPAN_ARG(part), address.len ? "." : "", SPAN_ARG(address));
  return address;
}

/* The address whose name is being checked by this question or this answer; empty if it is about something
 * else. A client's name is asked for first (PTR), and then whether it leads back. */
static struct span address_checked(const struct speaker *s) {
  struct journal_record before = s->record;
  for (int back = 0; back < 2 && before.cause; back++) {
    journal_get(s->reel->world->journal, before.cause, &before);
    bool answered = before.kind == JOURNAL_DNS_ANSWER || before.kind == JOURNAL_DNS_CACHED;
    if (answered && span_equal_nocase(before.text[1], SPAN("PTR"))) return address_of(s, before.text[0]);
    if (before.kind != JOURNAL_DNS_QUERY) break;
  }
  return SPAN_EMPTY;
}

void say_question(struct speaker *s) {
  struct span type = s->record.text[1], name = s->record.text[0], here = speaker_here(s);
  s->out->rfc = SPAN("RFC 1034 3.7");
  if (span_equal_nocase(type, SPAN("MX"))) {
    SAY(s, "Where does mail for %.*s go? %.*s asks the DNS for the MX records of the domain.", SPAN_ARG(name),
        SPAN_ARG(here));
    s->out->rfc = SPAN("RFC 5321 5.1");
  } else if (span_equal_nocase(type, SPAN("PTR"))) {
    SAY(s, "Who is behind %.*s? %.*s asks the DNS for the name that belongs to this address.",
        SPAN_ARG(address_of(s, name)), SPAN_ARG(here));
    s->out->rfc = SPAN("RFC 1035 3.5");
  } else if (address_checked(s).len) {
    SAY(s,
        "Anybody can give his own address the name of somebody else. Does %.*s lead back to %.*s? %.*s asks "
        "the DNS.",
        SPAN_ARG(name), SPAN_ARG(address_checked(s)), SPAN_ARG(here));
    s->out->rfc = SPAN("RFC 1912 2.1");
  } else if (span_equal_nocase(type, SPAN("A")) || span_equal_nocase(type, SPAN("AAAA"))) {
    SAY(s, "%.*s is only a name. %.*s asks the DNS for its address.", SPAN_ARG(name), SPAN_ARG(here));
  } else {
    SAY(s, "%.*s asks the DNS for the %.*s record of %.*s.", SPAN_ARG(here), SPAN_ARG(type), SPAN_ARG(name));
  }
}

/* ---- answers ---- */

/* One record as in a zone file: owner, TTL, class, type, data. */
struct zone_line {
  struct span owner, type, data;
  uint64_t ttl_s;
};

static bool read_line(struct span line, struct zone_line *out) {
  struct span rest = line, ttl, class;
  if (!span_next(&rest, ' ', &out->owner) || !span_next(&rest, ' ', &ttl) || !span_next(&rest, ' ', &class) ||
      !span_next(&rest, ' ', &out->type) || !rest.data)
    return false;
  out->data = rest;
  return span_to_u64(ttl, UINT32_MAX, &out->ttl_s);
}

/* "mx1.example.edu first, then mx2.example.edu": the order in which they are tried. */
static struct span exchangers(const struct speaker *s, struct span records) {
  enum { SHOWN_MAX = 4 };
  struct {
    uint64_t preference;
    struct span name;
  } list[SHOWN_MAX];
  size_t count = 0;
  struct span line, text = SPAN_EMPTY;
  struct zone_line zone;
  while (records.len && span_next(&records, '\n', &line)) {
    struct span preference;
    uint64_t number;
    if (!read_line(line, &zone) || !span_equal(zone.type, SPAN("MX")) || count == SHOWN_MAX) continue;
    struct span rest = zone.data;
    if (!span_next(&rest, ' ', &preference) || !rest.data || !span_to_u64(preference, UINT16_MAX, &number))
      continue;
    size_t at = count++;
    for (; at > 0 && list[at - 1].preference > number; at--) list[at] = list[at - 1];
    list[at].preference = number;
    list[at].name = without_dot(rest);
  }
  for (size_t i = 0; i < count; i++)
    text = arena_format(s->arena, "%.*s%s%.*s (%llu)", SPAN_ARG(text),
                        i == 0   ? ""
                        : i == 1 ? ", and if that fails to "
                                 : ", then ",
                        SPAN_ARG(list[i].name), (unsigned long long)list[i].preference);
  return text;
}

/* Whether a client's name led back to its address. */
static void say_checked(struct speaker *s, struct span name, struct span address, struct span records) {
  struct span line, first = SPAN_EMPTY;
  struct zone_line zone;
  s->out->rfc = SPAN("RFC 1912 2.1");
  while (records.len && span_next(&records, '\n', &line)) {
    if (!read_line(line, &zone)) continue;
    if (span_equal(zone.data, address)) {
      SAY(s, "%.*s has the address %.*s: the name leads back to who is calling, and may be believed.",
          SPAN_ARG(name), SPAN_ARG(address));
      return;
    }
    if (!first.len) first = zone.data;
  }
  SAY(s,
      "%.*s has the address %.*s, and not %.*s: the name does not lead back to who is calling. It may be "
      "borrowed.",
      SPAN_ARG(name), SPAN_ARG(first), SPAN_ARG(address));
}

static void say_records(struct speaker *s, bool known) {
  struct span name = without_dot(s->record.text[0]), type = s->record.text[1], records = s->record.text[3];
  struct span line = span_first(records, span_find(records, '\n'));
  struct zone_line zone;
  const char *how = known ? "Already known: " : "";
  bool good = read_line(line, &zone);
  if (!span_equal_nocase(type, SPAN("PTR")) && address_checked(s).len) {
    say_checked(s, name, address_checked(s), records);
    return;
  }
  if (good && span_equal_nocase(type, SPAN("MX")) && span_equal(zone.data, SPAN("0 ."))) {
    SAY(s, "%s%.*s takes no mail at all: a null MX says so.", how, SPAN_ARG(name));
    s->out->rfc = SPAN("RFC 7505 3");
    return;
  }
  struct span list = good && span_equal_nocase(type, SPAN("MX")) ? exchangers(s, records) : SPAN_EMPTY;
  struct span until = good ? speaker_duration(s, (int64_t)zone.ttl_s * 1000000) : SPAN_EMPTY;
  if (list.len)
    SAY(s, "%s%s for %.*s goes to %.*s%s", how, known ? "mail" : "Mail", SPAN_ARG(name), SPAN_ARG(list),
        span_find(records, '\n') == SPAN_NONE ? ": the domain has one MX record."
                                              : ". The lower number is tried first.");
  else if (good && span_equal_nocase(type, SPAN("PTR")))
    SAY(s, "%sthe address %.*s belongs to %.*s.", known ? how : "The answer: ", SPAN_ARG(address_of(s, name)),
        SPAN_ARG(without_dot(zone.data)));
  else if (good && span_equal(zone.type, SPAN("CNAME")))
    SAY(s, "%s%.*s is another name of %.*s.", known ? how : "The answer: ", SPAN_ARG(name),
        SPAN_ARG(without_dot(zone.data)));
  else if (good && (span_equal(zone.type, SPAN("A")) || span_equal(zone.type, SPAN("AAAA"))))
    SAY(s, "%s%.*s has the address %.*s. That may be remembered for %.*s%s.",
        known ? how : "The answer: ", SPAN_ARG(without_dot(zone.owner)), SPAN_ARG(zone.data), SPAN_ARG(until),
        known ? " more" : "");
  else
    SAY(s, "%s%.*s", known ? how : "The answer: ", SPAN_ARG(line));
  if (list.len) s->out->rfc = SPAN("RFC 5321 5.1");
}

/* Where an answer's meaning is laid down: a record and its TTL, a name without such a record (NODATA), a
 * server that says nothing, a "no" that is remembered, the RCODE. */
static struct span answer_rfc(const struct journal_record *answer) {
  bool known = answer->kind == JOURNAL_DNS_CACHED;
  if (answer->kind == JOURNAL_DNS_TIMEOUT) return SPAN("RFC 2308 7.2");
  if (answer->text[3].len) return known ? SPAN("RFC 1034 3.6") : SPAN("RFC 1035 4.1.3");
  if (span_equal(answer->text[2], SPAN("NOERROR"))) return SPAN("RFC 2308 2.2");
  return known ? SPAN("RFC 2308 5") : SPAN("RFC 1035 4.1.1");
}

void say_answer(struct speaker *s) {
  struct span rcode = s->record.text[2], name = without_dot(s->record.text[0]), type = s->record.text[1];
  bool known = s->record.kind == JOURNAL_DNS_CACHED, pointer = span_equal_nocase(type, SPAN("PTR"));
  s->out->rfc = answer_rfc(&s->record);
  if (s->record.kind == JOURNAL_DNS_TIMEOUT)
    SAY(s, "The name server does not answer. That is no answer, neither yes nor no: the question has to be "
           "asked again.");
  else if (span_equal(rcode, SPAN("NXDOMAIN")) && pointer)
    SAY(s, "Nobody has given the address %.*s a name.", SPAN_ARG(address_of(s, name)));
  else if (span_equal(rcode, SPAN("NXDOMAIN")))
    SAY(s, "There is no such name as %.*s.", SPAN_ARG(name));
  else if (span_equal(rcode, SPAN("SERVFAIL")))
    SAY(s, "The name server has a trouble of its own and cannot say. That is neither yes nor no.");
  else if (!span_equal(rcode, SPAN("NOERROR")))
    SAY(s, "The name server says %.*s: it tells nothing about %.*s.", SPAN_ARG(rcode), SPAN_ARG(name));
  else if (s->record.text[3].len)
    say_records(s, known);
  else if (span_equal_nocase(type, SPAN("MX")))
    SAY(s, "The name %.*s exists, but has no MX record. Its own address has to do.", SPAN_ARG(name));
  else
    SAY(s, "The name %.*s exists, but has no %.*s record.", SPAN_ARG(name), SPAN_ARG(type));
}

/* "MX 10 mx1.example.edu and MX 20 mx2.example.edu". */
static struct span records_in_words(const struct speaker *s, struct span lines, size_t *count_out) {
  struct span line, text = SPAN_EMPTY;
  struct zone_line zone;
  *count_out = 0;
  while (lines.len && span_next(&lines, '\n', &line)) {
    if (!read_line(line, &zone)) continue;
    text = arena_format(s->arena, "%.*s%s%.*s %.*s", SPAN_ARG(text),
                        !(*count_out)++ ? ""
                        : lines.len     ? ", "
                                        : " and ",
                        SPAN_ARG(zone.type), SPAN_ARG(without_dot(zone.data)));
  }
  return text;
}

void say_dns_change(struct speaker *s) {
  struct span removed = s->record.text[1], added = s->record.text[2], why = s->record.text[3];
  size_t count;
  struct span records = records_in_words(s, added.len ? added : removed, &count);
  struct span number = arena_format(s->arena, "%zu", count);
  struct span how = removed.len && added.len ? SPAN("are changed")
                    : added.len   ? arena_format(s->arena, "get %s more", count > 1 ? number.data : "one")
                    : removed.len ? arena_format(s->arena, "lose %s", count > 1 ? number.data : "one")
                                  : SPAN("stay as they are");
  SAY(s,
      "The DNS records of %.*s %.*s%s%.*s%s%.*s. Whoever has asked before may still remember the old answer.",
      SPAN_ARG(s->record.text[0]), SPAN_ARG(how), count ? ": " : "", SPAN_ARG(records),
      why.len ? ", because of " : "", SPAN_ARG(why));
  s->out->rfc = SPAN("RFC 1034 3.6");
}

/* ---- ways ---- */

static bool is_by_address(struct span because) {
  return span_equal(because, SPAN("a")) || span_equal(because, SPAN("aaaa"));
}

/* Was this way taken although the domain has MX records? The answer is among what led here. */
static bool had_mx(const struct speaker *s) {
  enum { STEPS_BACK = 8 };
  struct journal_record before = s->record;
  for (int back = 0; back < STEPS_BACK && before.cause; back++) {
    journal_get(s->reel->world->journal, before.cause, &before);
    bool answered = before.kind == JOURNAL_DNS_ANSWER || before.kind == JOURNAL_DNS_CACHED;
    if (answered && span_equal_nocase(before.text[1], SPAN("MX"))) return before.text[3].len > 0;
  }
  return false;
}

void say_routed(struct speaker *s) {
  struct span because = s->record.text[3], recipient = s->record.text[1], next = s->record.text[2];
  struct span here = speaker_here(s);
  s->out->rfc = SPAN("RFC 5321 5.1");
  if (span_equal(because, SPAN("mx")))
    SAY(s, "So the letter for %.*s goes to %.*s next: an MX record names it, with preference %lld.",
        SPAN_ARG(recipient), SPAN_ARG(next), (long long)s->record.number[0]);
  else if (is_by_address(because) && had_mx(s))
    SAY(s,
        "The domain’s MX record names this machine, the gateway in front of it. So the letter goes on to the "
        "address of the domain’s own name.");
  else if (is_by_address(because))
    SAY(s, "There is no MX record, so the letter for %.*s goes to the machine of that very name, %.*s.",
        SPAN_ARG(recipient), SPAN_ARG(next));
  else if (span_equal(because, SPAN("literal")))
    SAY(s, "The letter for %.*s goes to the machine with that very address: there is no name to ask DNS for.",
        SPAN_ARG(recipient));
  else if (span_equal(because, SPAN("smarthost")))
    SAY(s, "%.*s need not know the way: it is set up to hand all its mail to %.*s.", SPAN_ARG(here),
        SPAN_ARG(next));
  else if (span_equal(because, SPAN("null_mx")))
    SAY(s,
        "The domain of %.*s has one MX record, and it names the root, “.”: a null MX. It takes no mail, so "
        "there "
        "is no machine to try, and nothing to wait for.",
        SPAN_ARG(recipient));
  else if (span_equal(because, SPAN("loop")))
    SAY(s,
        "The best MX record of the domain of %.*s names %.*s itself, which knows of no such domain. There is "
        "no "
        "one to hand the letter to.",
        SPAN_ARG(recipient), SPAN_ARG(here));
  else
    SAY(s, "The letter for %.*s goes to %.*s next (%.*s).", SPAN_ARG(recipient), SPAN_ARG(next),
        SPAN_ARG(because));
  if (span_equal(because, SPAN("null_mx"))) s->out->rfc = SPAN("RFC 7505 3");
}
