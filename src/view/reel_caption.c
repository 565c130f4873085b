/* The words for a step where the scenario has none: what happens, why, where it is written. Names and ways
 * are reel_caption_names.c's, lines of a conversation reel_caption_line.c's. */
#include "mail/header.h"
#include "view/fault_words.h"
#include "view/reel_speaker.h"

struct span speaker_host(const struct speaker *speaker, int64_t host) {
  struct span label = journal_host_label(speaker->reel->world->preamble, host);
  return label.len ? label : SPAN("a host");
}
struct span speaker_here(const struct speaker *speaker) {
  return speaker_host(speaker, speaker->record.host);
}

struct span speaker_duration(const struct speaker *speaker, int64_t us) {
  static const struct {
    int64_t us;
    const char *name;
  } units[] = {{INT64_C(86400000000), "day"},
               {INT64_C(3600000000), "hour"},
               {60000000, "minute"},
               {1000000, "second"}};
  size_t unit = 0;
  if (us < 1000000) return SPAN("a moment");
  /* Whole hours, but 90 minutes. */
  while (us < 2 * units[unit].us && unit < 3 && us % units[unit].us) unit++;
  while (us < units[unit].us) unit++;
  long long count = us / units[unit].us;
  if (count == 1) return arena_format(speaker->arena, "%s %s", unit == 1 ? "an" : "a", units[unit].name);
  return arena_format(speaker->arena, "%lld %ss", count, units[unit].name);
}

static struct span first_line(struct span text) {
  size_t at = span_find(text, '\n');
  struct span line = at == SPAN_NONE ? text : span_first(text, at);
  return span_trim_right(line);
}

static void say_title(struct speaker *s) {
  const struct journal_preamble *preamble = s->reel->world->preamble;
  s->out->text = preamble->summary.len ? preamble->summary : preamble->title;
}

static void say_action(struct speaker *s) {
  const struct journal_person *person = journal_person(s->reel->world->preamble, s->record.number[0]);
  struct span name = person ? (person->label.len ? person->label : person->name) : speaker_here(s);
  struct span does = s->record.text[0];
  if (span_equal(does, SPAN("fetch")))
    SAY(s, "%.*s asks for new mail.", SPAN_ARG(name));
  else if (span_equal(does, SPAN("type")))
    SAY(s, "%.*s types to the server by hand.", SPAN_ARG(name));
  else if (span_equal(does, SPAN("read")))
    SAY(s, "%.*s opens the mailbox itself, on the machine where it lies.", SPAN_ARG(name));
  else if (span_equal(does, SPAN("send")) || span_equal(does, SPAN("reply")))
    SAY(s, "%.*s writes a letter.", SPAN_ARG(name));
  else
    SAY(s, "%.*s: %.*s %.*s.", SPAN_ARG(name), SPAN_ARG(does), SPAN_ARG(s->record.text[1]));
}

static struct span field_of(const struct speaker *s, struct span header, struct span name) {
  struct header_field field;
  return header_find(header, name, &field) ? header_unfold(field.value, s->arena) : SPAN_EMPTY;
}

static void say_compose(struct speaker *s) {
  struct span here = speaker_here(s), subject = field_of(s, s->record.text[0], SPAN("Subject"));
  struct span to = s->record.text[3], first = first_line(to);
  if (s->record.text[2].len == 0) {
    SAY(s,
        "%.*s writes a report to %.*s. Its own return address is empty, so that no report is ever answered "
        "by a report.",
        SPAN_ARG(here), SPAN_ARG(first));
    s->out->rfc = SPAN("RFC 5321 6.1");
    return;
  }
  SAY(s,
      "%.*s makes a letter for %.*s%s%s%.*s%s. The envelope, which says who gets it, is kept apart from the "
      "letter.",
      SPAN_ARG(here), SPAN_ARG(first), first.len < to.len ? " and others" : "", subject.len ? ": “" : "",
      SPAN_ARG(subject), subject.len ? "”" : "");
  s->out->rfc = SPAN("RFC 5322 2.1");
}

/* The other side's label, or the address that nobody has. */
static struct span called(struct speaker *s, int64_t host, struct span address) {
  return host || !address.len ? speaker_host(s, host) : address;
}

static void say_connect(struct speaker *s) {
  bool pull = s->session && s->session->is_pull;
  if (s->session && s->session->client == s->session->server) {
    SAY(s, "Within %.*s the transfer agent hands the letter to the delivery agent.",
        SPAN_ARG(speaker_here(s)));
    s->out->rfc = SPAN("RFC 2033");
    return;
  }
  SAY(s, "%.*s opens a connection to %.*s, port %lld. %s", SPAN_ARG(speaker_here(s)),
      SPAN_ARG(called(s, s->record.number[0], s->record.text[0])), (long long)s->record.number[1],
      pull ? "It wants to have mail: a pull." : "It has mail to give: a push.");
  bool imap = pull && span_starts_with_nocase(s->session->protocol, SPAN("imap"));
  s->out->rfc = imap ? SPAN("RFC 9051 2.1") : pull ? SPAN("RFC 1939 3") : SPAN("RFC 5321 3.1");
}

static void say_failed(struct speaker *s) {
  struct span server = s->session ? speaker_host(s, s->session->server) : SPAN("The other side");
  s->out->rfc = SPAN("RFC 5321 4.5.4.1");
  if (s->record.kind == JOURNAL_REFUSED)
    SAY(s, "%.*s refuses the connection: nobody listens there.", SPAN_ARG(server));
  else if (span_equal(s->record.text[0], SPAN("no_host")) && s->record.kind == JOURNAL_TIMED_OUT)
    SAY(s, "Nobody has that address. %.*s has asked for a connection again and again, and nothing came back.",
        SPAN_ARG(speaker_here(s)));
  else if (span_equal(s->record.text[0], SPAN("no_route")) && s->record.kind == JOURNAL_TIMED_OUT)
    SAY(s,
        "One of the two has only an IPv6 address, the other only an IPv4 one. No way leads from %.*s to "
        "%.*s.",
        SPAN_ARG(speaker_here(s)), SPAN_ARG(server));
  else if (s->record.kind == JOURNAL_TIMED_OUT)
    SAY(s, "%.*s does not answer. After a while the client gives up waiting.", SPAN_ARG(server));
  else if (s->record.kind == JOURNAL_TLS_FAILED)
    SAY(s, "The %s breaks off TLS: %.*s.", s->record.number[0] ? "server" : "client",
        SPAN_ARG(s->record.text[1]));
  else
    SAY(s, "The connection breaks. What was on its way is lost, but not the responsibility for it.");
}

static void say_data(struct speaker *s) {
  bool pull = s->session && s->session->is_pull;
  SAY(s,
      pull ? "The letter itself, %lld octets, travels to the client that asked for it. A line with a single "
             "dot "
             "ends it."
           : "The message itself, %lld octets: header, empty line, body. A line with a single dot ends it.",
      (long long)journal_data_octets(&s->record));
  s->out->rfc = pull ? SPAN("RFC 1939 5") : SPAN("RFC 5321 4.5.2");
}

static void say_convert(struct speaker *s) {
  SAY(s,
      "%.*s. So %.*s writes the letter anew in 7 bits: the same words, with every octet above 127 spelt in "
      "ASCII. The reader’s program decodes it.",
      SPAN_ARG(span_first(s->record.text[2], span_search(s->record.text[2], SPAN(" (RFC")))),
      SPAN_ARG(speaker_here(s)));
  s->out->rfc = SPAN("RFC 6152 3");
}

static void say_stamp(struct speaker *s) {
  if (s->record.kind == JOURNAL_CONVERT) {
    say_convert(s);
    return;
  }
  if (s->record.kind == JOURNAL_REWRITE)
    SAY(s, "%.*s completes what the mail program left out: %.*s.", SPAN_ARG(speaker_here(s)),
        SPAN_ARG(s->record.text[1]));
  else if (span_starts_with_nocase(s->record.text[0], SPAN("Received:")))
    SAY(s,
        "%.*s puts its Received line on top: from whom it has the letter, who it is itself, and when that "
        "was.",
        SPAN_ARG(speaker_here(s)));
  else
    SAY(s, "%.*s puts lines of its own on top: the envelope ends here, and what it said is written down.",
        SPAN_ARG(speaker_here(s)));
  s->out->rfc = SPAN("RFC 5321 4.4");
}

/* A report is a program's own letter; any other is taken from somebody, and is not taken before the 250. */
static void say_accepted(struct speaker *s) {
  const struct journal *journal = s->reel->world->journal;
  bool own = s->record.cause && journal_kind_at(journal, s->record.cause) == JOURNAL_COMPOSE;
  struct span taken = SPAN("has the letter in its queue, on disk. Whoever answers the dot with 250"),
              written = SPAN("is responsible for the letter now: it");
  SAY(s, "%.*s %.*s must deliver it, pass it on, or report that it cannot.", SPAN_ARG(speaker_here(s)),
      SPAN_ARG(own ? written : taken));
  s->out->rfc = SPAN("RFC 5321 6.1");
}

/* Why, in words, for the causes that programs have. */
static const struct {
  struct span because, words, rfc;
} refusals[] = {
    {SPAN_INIT("unknown_user"), SPAN_INIT("nobody of that name has a mailbox here"),
     SPAN_INIT("RFC 5321 3.3")},
    {SPAN_INIT("greylist"),
     SPAN_INIT("a stranger is asked to come again; real servers do, many spammers do not"),
     SPAN_INIT("RFC 6647 2.4")},
    {SPAN_INIT("relay"),
     SPAN_INIT("it passes mail on only for those whom it serves, or it would be an open relay"),
     SPAN_INIT("RFC 5321 4.1.1.3")},
    {SPAN_INIT("too_many_hops"),
     SPAN_INIT("the letter has so many Received fields that it must be going in circles"),
     SPAN_INIT("RFC 5321 6.3")},
    {SPAN_INIT("wrong_password"), SPAN_INIT("the password is wrong"), SPAN_INIT("RFC 4954 6")},
};

/* To what: a recipient, all mail from somebody, this letter, a name that is no address. */
static struct span refused_thing(const struct speaker *s) {
  struct span about = s->record.text[0], subject = s->record.text[1];
  if (span_equal(about, SPAN("message"))) return SPAN(" to this letter");
  if (!subject.len) return SPAN_EMPTY;
  if (span_equal(about, SPAN("mail"))) return arena_format(s->arena, " to mail from %.*s", SPAN_ARG(subject));
  bool is_word = span_find(subject, '@') == SPAN_NONE && span_find(subject, '.') == SPAN_NONE;
  return arena_format(s->arena, is_word ? " for “%.*s”" : " for %.*s", SPAN_ARG(subject));
}

static void say_refusal(struct speaker *s) {
  struct span verdict = s->record.text[2], because = s->record.text[3], why = because;
  s->out->rfc = SPAN("RFC 5321 4.2.1");
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    if (span_equal(because, refusals[i].because)) {
      why = refusals[i].words;
      s->out->rfc = refusals[i].rfc;
    }
  const char *does = span_equal(verdict, SPAN("defer"))     ? "decides: not now"
                     : span_equal(verdict, SPAN("discard")) ? "takes it, and throws it away"
                                                            : "decides: no";
  SAY(s, "%.*s %s%.*s%s%.*s.", SPAN_ARG(speaker_here(s)), does, SPAN_ARG(refused_thing(s)),
      why.len ? ", because " : "", SPAN_ARG(why));
}

static void say_deferred(struct speaker *s) {
  int64_t next_us = s->record.number[1],
          wait_us = next_us > s->record.time_us ? next_us - s->record.time_us : 0;
  SAY(s, "Not now: %.*s keeps the letter in its queue and tries again%s%.*s. Nothing is lost.",
      SPAN_ARG(speaker_here(s)), wait_us > 0 ? " in " : "",
      SPAN_ARG(wait_us > 0 ? speaker_duration(s, wait_us) : SPAN_EMPTY));
  s->out->rfc = SPAN("RFC 5321 4.5.4.1");
}

/* With what reverse-path the machine took the letter that the record is about. */
static struct span reverse_path_here(const struct speaker *s) {
  struct journal_record record;
  for (journal_seq seq = s->step->record; --seq > 0;) {
    if (journal_kind_at(s->reel->world->journal, seq) != JOURNAL_ACCEPTED) continue;
    journal_get(s->reel->world->journal, seq, &record);
    if (record.message == s->record.message && record.host == s->record.host) return record.text[1];
  }
  return SPAN_EMPTY;
}

static void say_given_up(struct speaker *s) {
  struct span recipient = s->record.text[1];
  struct span report_to = s->record.text[s->record.kind == JOURNAL_BOUNCED ? 4 : 3];
  s->out->rfc = SPAN("RFC 5321 6.1");
  if (s->record.kind == JOURNAL_DISCARDED)
    SAY(s, "The letter for %.*s is thrown away: %.*s.", SPAN_ARG(recipient), SPAN_ARG(s->record.text[2]));
  else if (report_to.len)
    SAY(s,
        "%.*s will never get it. The server must not stay silent: a report goes to the envelope’s return "
        "address, %.*s.",
        SPAN_ARG(recipient), SPAN_ARG(report_to));
  else if (reverse_path_here(s).len) {
    SAY(s, "%.*s will never get it. Nobody is told: who sent it asked not to be (NOTIFY).",
        SPAN_ARG(recipient));
    s->out->rfc = SPAN("RFC 3461 5.2.6");
  } else
    SAY(s,
        "%.*s will never get it. Nobody is told: the return address is empty, so that reports never answer "
        "reports.",
        SPAN_ARG(recipient));
}

/* "evi@x.example", "evi@x.example and bo@x.example", "evi@x.example and 4 others". */
static struct span some_of(struct speaker *s, struct span list) {
  struct span rest = list, piece, first = SPAN_EMPTY, second = SPAN_EMPTY;
  size_t count = 0;
  while (span_next(&rest, '\n', &piece)) {
    if (!piece.len) continue;
    if (count == 0) first = piece;
    if (count == 1) second = piece;
    count++;
  }
  if (count == 0) return SPAN("nobody else");
  if (count == 1) return first;
  if (count == 2) return arena_format(s->arena, "%.*s and %.*s", SPAN_ARG(first), SPAN_ARG(second));
  return arena_format(s->arena, "%.*s and %zu others", SPAN_ARG(first), count - 1);
}

/* " (/etc/mail/aliases, line 4)", or nothing. */
static struct span where_written(struct speaker *s) {
  struct span file = s->record.text[5];
  if (!file.len) return SPAN_EMPTY;
  if (!s->record.number[0]) return arena_format(s->arena, " (%.*s)", SPAN_ARG(file));
  return arena_format(s->arena, " (%.*s, line %lld)", SPAN_ARG(file), (long long)s->record.number[0]);
}

static void say_expanded(struct speaker *s) {
  s->out->rfc = SPAN("RFC 5321 3.9");
  if (s->record.kind == JOURNAL_NEW_ENVELOPE) {
    SAY(s,
        "%.*s has an owner: its copies go on in an envelope of their own, with the return address %.*s. Who "
        "does not get one is the owner’s trouble, and not the writer’s.",
        SPAN_ARG(s->record.text[4]), SPAN_ARG(s->record.text[1]));
    s->out->rfc = SPAN("RFC 5321 3.9.2");
    return;
  }
  const char *is = span_equal(s->record.text[3], SPAN("forward")) ? "forwards mail"
                   : span_equal(s->record.text[3], SPAN("list"))  ? "is a file with a list"
                                                                  : "is an alias";
  struct span where = span_equal(s->record.text[3], SPAN("list")) ? SPAN_EMPTY : where_written(s);
  SAY(s, "%.*s %s%.*s: it goes to %.*s. The envelope changes, the header does not.%s",
      SPAN_ARG(s->record.text[1]), is, SPAN_ARG(where), SPAN_ARG(some_of(s, s->record.text[2])),
      s->record.text[4].len ? " Who is named twice gets one copy." : "");
}

static void say_delivered(struct speaker *s) {
  s->out->rfc = SPAN("RFC 5321 4.4");
  if (span_equal(s->record.text[2], SPAN("program"))) {
    SAY(s,
        "The letter goes to a program: %.*s. In life it would run now, with the letter to read; no program "
        "is run here.",
        SPAN_ARG(s->record.text[3]));
    return;
  }
  if (span_equal(s->record.text[2], SPAN("file"))) {
    SAY(s, "Delivered: the letter stands at the end of the file %.*s. It is nobody’s mailbox.",
        SPAN_ARG(s->record.text[3]));
    return;
  }
  SAY(s,
      "Delivered: the letter lies in the mailbox of %.*s, and waits there. The envelope has done its work.",
      SPAN_ARG(s->record.text[1]));
}

/* Who is going to delete it has not done so yet: DELE only marks, QUIT deletes, and a connection that is cut
 * before leaves the letter where it is. */
static void say_retrieved(struct speaker *s) {
  if (s->record.kind == JOURNAL_FILE_READ) {
    SAY(s,
        "A program of %.*s reads the file %.*s: %lld octets, %lld letter%s. No server, no protocol, and "
        "nothing is taken away.",
        SPAN_ARG(speaker_here(s)), SPAN_ARG(s->record.text[0]), (long long)s->record.number[0],
        (long long)s->record.number[1], s->record.number[1] == 1 ? "" : "s");
    return;
  }
  bool stays = s->record.number[2];
  SAY(s, "%.*s has fetched the letter; %s.", SPAN_ARG(speaker_here(s)),
      stays ? "a copy stays on the server" : "the server keeps its copy until DELE and QUIT");
  s->out->rfc = stays ? SPAN("RFC 1939 5") : SPAN("RFC 1939 6");
}

static void say_fault(struct speaker *s) {
  if (s->record.kind == JOURNAL_DNS_CHANGED) {
    say_dns_change(s);
    return;
  }
  const struct journal_preamble *preamble = s->reel->world->preamble;
  struct span says = s->record.kind == JOURNAL_SETTING_CHANGED
                         ? setting_words(preamble, &s->record, FAULT_HOSTS_BY_LABEL, s->arena)
                         : fault_words(preamble, &s->record, FAULT_HOSTS_BY_LABEL, s->arena);
  SAY(s, "%c%.*s.", ascii_upper(says.data[0]), SPAN_ARG(span_skip(says, 1)));
}

static void say_close(struct speaker *s) {
  SAY(s, "The %s closes the connection.", s->record.number[0] ? "server" : "client");
}
static void say_tls(struct speaker *s) {
  SAY(s, "From here on the line is encrypted: an eavesdropper sees lengths only.%s%.*s%s",
      s->record.text[3].len ? " But " : "", SPAN_ARG(s->record.text[3]),
      s->record.text[3].len ? ", and the client does not mind." : "");
  s->out->rfc = SPAN("RFC 3207 4");
}
static void say_note(struct speaker *s) {
  SAY(s, "%.*s", SPAN_ARG(s->record.text[0]));
}

static void say(struct speaker *s) {
  static void (*const by_kind[STEP_KIND_COUNT])(struct speaker *) = {
      [STEP_TITLE] = say_title,         [STEP_ACTION] = say_action,     [STEP_COMPOSE] = say_compose,
      [STEP_QUESTION] = say_question,   [STEP_ANSWER] = say_answer,     [STEP_ROUTED] = say_routed,
      [STEP_CONNECT] = say_connect,     [STEP_FAILED] = say_failed,     [STEP_TLS] = say_tls,
      [STEP_LINE] = say_line,           [STEP_DATA] = say_data,         [STEP_STAMP] = say_stamp,
      [STEP_ACCEPTED] = say_accepted,   [STEP_REFUSAL] = say_refusal,   [STEP_DEFERRED] = say_deferred,
      [STEP_GIVEN_UP] = say_given_up,   [STEP_EXPANDED] = say_expanded, [STEP_DELIVERED] = say_delivered,
      [STEP_RETRIEVED] = say_retrieved, [STEP_FAULT] = say_fault,       [STEP_CLOSE] = say_close,
      [STEP_NOTE] = say_note,
  };
  by_kind[s->step->kind](s);
}

/* How much a step's words stand for its whole phase. */
enum rank { RANK_REPLY, RANK_VERB, RANK_EVENT, RANK_NARRATION };

static enum rank rank_of(const struct reel *reel, const struct step *step) {
  struct journal_record record;
  if (step->narration) return RANK_NARRATION;
  if (step->own && step->own != step->connection) return RANK_REPLY;
  if (step->kind == STEP_QUESTION || step->kind == STEP_ANSWER)
    return step->phase_class == PHASE_NAMES ? RANK_EVENT : RANK_REPLY;
  if (step->kind == STEP_CLOSE) return RANK_REPLY;
  if (step->kind != STEP_LINE) return RANK_EVENT;
  journal_get(reel->world->journal, step->record, &record);
  const struct session *session = world_session(reel->world, record.connection);
  bool verb = record.number[0] == 0 && verb_of(record.text[0], session && session->is_pull);
  return verb ? RANK_VERB : RANK_REPLY;
}

/* The step of the phase, so far, whose words say most; of several, the last. */
static size_t headline_of(const struct reel *reel, size_t step) {
  uint32_t phase = reel->steps[step].phase;
  size_t best = step;
  enum rank rank = rank_of(reel, &reel->steps[step]);
  for (size_t i = step; i-- > 0 && reel->steps[i].phase == phase;) {
    enum rank other = rank_of(reel, &reel->steps[i]);
    if (other <= rank) continue;
    rank = other;
    best = i;
  }
  return best;
}

static void say_plainly(const struct reel *reel, size_t step, struct arena *arena, struct caption *out) {
  struct speaker speaker = {.reel = reel, .step = &reel->steps[step], .arena = arena, .out = out};
  *out = (struct caption){.text = SPAN_EMPTY};
  if (speaker.step->record) journal_get(reel->world->journal, speaker.step->record, &speaker.record);
  if (speaker.record.connection) speaker.session = world_session(reel->world, speaker.record.connection);
  say(&speaker);
}

static void say_step(const struct reel *reel, size_t step, struct arena *arena, struct caption *out) {
  say_plainly(reel, step, arena, out);
  if (!reel->steps[step].narration) return;
  const struct journal_narration *words = &reel->world->preamble->narrations[reel->steps[step].narration - 1];
  out->text = words->say;
  out->rfc = words->rfc;
}

void reel_caption(const struct reel *reel, size_t step, struct arena *arena, struct caption *out) {
  size_t headline = headline_of(reel, step);
  struct speaker speaker = {.reel = reel, .step = &reel->steps[step], .arena = arena, .out = out};
  if (!say_pull_look(&speaker)) {
    say_step(reel, headline, arena, out);
    if (headline == step) return;
  }
  struct caption here;
  say_step(reel, step, arena, &here);
  out->note = here.text;
  out->note_rfc = here.rfc;
}

/* ---- beside a question ---- */

static bool is_about_names(const struct step *step) {
  return step->kind == STEP_QUESTION || step->kind == STEP_ANSWER || step->kind == STEP_ROUTED;
}

/* Whether a step before one that is asked about tells of something else: another connection; a look-up, where
 * a line is asked about; any connection, where a route is. */
static bool is_beside(const struct step *asked, const struct step *step) {
  if (asked->own) return step->own ? step->own != asked->own : is_about_names(step);
  return asked->kind == STEP_ROUTED && step->own != 0;
}

void reel_caption_before(const struct reel *reel, size_t asked, size_t step, struct arena *arena,
                         struct caption *out) {
  const struct step *steps = reel->steps;
  size_t said = step;
  while (said > 0 && is_beside(&steps[asked], &steps[said])) said--;
  if (said == 0) said = step;
  if (is_beside(&steps[asked], &steps[headline_of(reel, said)]))
    say_step(reel, said, arena, out);
  else
    reel_caption(reel, said, arena, out);
}

struct caption caption_of_step_alone(const struct caption *caption) {
  bool has_note = caption->note.len > 0;
  return (struct caption){.text = has_note ? caption->note : caption->text,
                          .rfc = has_note ? caption->note_rfc : caption->rfc};
}

static struct span label(const struct reel *reel, size_t step, bool plainly, struct arena *arena) {
  struct caption caption;
  struct journal_record record;
  if (reel->steps[step].kind == STEP_LINE) {
    journal_get(reel->world->journal, reel->steps[step].record, &record);
    return arena_format(arena, "%s %.*s", record.number[0] ? "S:" : "C:", SPAN_ARG(record.text[0]));
  }
  (plainly ? say_plainly : say_step)(reel, step, arena, &caption);
  return caption.text;
}

struct span reel_step_label(const struct reel *reel, size_t step, struct arena *arena) {
  return label(reel, step, false, arena);
}

struct span reel_step_plain(const struct reel *reel, size_t step, struct arena *arena) {
  return label(reel, step, true, arena);
}
