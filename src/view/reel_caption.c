#include "view/reel_internal.h"

/* The words for a step where the scenario has none: what happens, why, where it is written. */

struct speaker {
  const struct reel *reel;
  const struct step *step;
  struct journal_record record;
  const struct session *session; /* the record's own; NULL */
  struct arena *arena;
  struct caption *out;
};

static struct span host_label(const struct speaker *speaker, int64_t host) {
  struct span label = journal_host_label(speaker->reel->world->preamble, host);
  return label.len ? label : SPAN("a host");
}
static struct span here(const struct speaker *speaker) {
  return host_label(speaker, speaker->record.host);
}
static struct span first_line(struct span text) {
  size_t at = span_find(text, '\n');
  struct span line = at == SPAN_NONE ? text : span_first(text, at);
  return span_trim_right(line);
}

#define SAY(speaker, ...) ((speaker)->out->text = arena_format((speaker)->arena, __VA_ARGS__))

static void say_title(struct speaker *s) {
  const struct journal_preamble *preamble = s->reel->world->preamble;
  s->out->text = preamble->summary.len ? preamble->summary : preamble->title;
}

static void say_action(struct speaker *s) {
  const struct journal_person *person = journal_person(s->reel->world->preamble, s->record.number[0]);
  struct span name = person ? (person->label.len ? person->label : person->name) : here(s);
  struct span does = s->record.text[0];
  if (span_equal(does, SPAN("fetch")))
    SAY(s, "%.*s asks for new mail.", SPAN_ARG(name));
  else if (span_equal(does, SPAN("type")))
    SAY(s, "%.*s types to the server by hand.", SPAN_ARG(name));
  else if (span_equal(does, SPAN("send")) || span_equal(does, SPAN("reply")))
    SAY(s, "%.*s writes a letter.", SPAN_ARG(name));
  else
    SAY(s, "%.*s: %.*s %.*s.", SPAN_ARG(name), SPAN_ARG(does), SPAN_ARG(s->record.text[1]));
}

static void say_compose(struct speaker *s) {
  SAY(s, "%.*s writes a letter: header fields, an empty line, a body. The envelope is kept apart.",
      SPAN_ARG(here(s)));
  s->out->rfc = SPAN("RFC 5322 2.1");
}

static void say_question(struct speaker *s) {
  struct span type = s->record.text[1], name = s->record.text[0];
  if (span_equal_nocase(type, SPAN("MX")))
    SAY(s, "Where does mail for %.*s go? %.*s asks the DNS for its MX records.", SPAN_ARG(name),
        SPAN_ARG(here(s)));
  else if (span_equal_nocase(type, SPAN("PTR")))
    SAY(s, "Who is behind this address? %.*s asks the DNS for the name, a PTR record.", SPAN_ARG(here(s)));
  else
    SAY(s, "%.*s asks the DNS for the %.*s record of %.*s.", SPAN_ARG(here(s)), SPAN_ARG(type),
        SPAN_ARG(name));
  s->out->rfc = span_equal_nocase(type, SPAN("MX")) ? SPAN("RFC 5321 5.1") : SPAN("RFC 1035 4.1.2");
}

static void say_answer(struct speaker *s) {
  struct span rcode = s->record.text[2], answer = first_line(s->record.text[3]);
  const char *known = s->record.kind == JOURNAL_DNS_CACHED ? "Already known: " : "The answer: ";
  s->out->rfc = SPAN("RFC 1035 4.1.1");
  if (s->record.kind == JOURNAL_DNS_TIMEOUT)
    SAY(s, "The name server does not answer.");
  else if (!span_equal(rcode, SPAN("NOERROR")))
    SAY(s, "%s%.*s. The DNS has nothing for %.*s.", known, SPAN_ARG(rcode), SPAN_ARG(s->record.text[0]));
  else if (answer.len == 0)
    SAY(s, "%sthe name %.*s exists, but has no %.*s record.", known, SPAN_ARG(s->record.text[0]),
        SPAN_ARG(s->record.text[1]));
  else
    SAY(s, "%s%.*s", known, SPAN_ARG(answer));
}

static void say_routed(struct speaker *s) {
  struct span because = s->record.text[3], recipient = s->record.text[1], next = s->record.text[2];
  s->out->rfc = SPAN("RFC 5321 5.1");
  if (span_equal(because, SPAN("mx")))
    SAY(s, "Mail for %.*s goes to %.*s next: an MX record says so, preference %lld.", SPAN_ARG(recipient),
        SPAN_ARG(next), (long long)s->record.number[0]);
  else if (span_equal(because, SPAN("a")) || span_equal(because, SPAN("aaaa")))
    SAY(s, "There is no MX record, so mail for %.*s goes to the host of that name itself.",
        SPAN_ARG(recipient));
  else if (span_equal(because, SPAN("smarthost")))
    SAY(s, "%.*s is set up to hand all mail to %.*s.", SPAN_ARG(here(s)), SPAN_ARG(next));
  else if (span_equal(because, SPAN("null_mx")))
    SAY(s, "The domain says by a null MX that it takes no mail at all.");
  else
    SAY(s, "Mail for %.*s goes to %.*s next (%.*s).", SPAN_ARG(recipient), SPAN_ARG(next), SPAN_ARG(because));
}

static void say_connect(struct speaker *s) {
  bool pull = s->session && s->session->is_pull;
  if (s->session && s->session->client == s->session->server) {
    SAY(s, "Within %.*s the transfer agent hands the letter to the delivery agent.", SPAN_ARG(here(s)));
    s->out->rfc = SPAN("RFC 2033");
    return;
  }
  SAY(s, "%.*s opens a connection to %.*s, port %lld. %s", SPAN_ARG(here(s)),
      SPAN_ARG(host_label(s, s->record.number[0])), (long long)s->record.number[1],
      pull ? "It wants to have mail: a pull." : "It has mail to give: a push.");
  s->out->rfc = pull ? SPAN("RFC 1939 3") : SPAN("RFC 5321 3.1");
}

static void say_failed(struct speaker *s) {
  struct span server = s->session ? host_label(s, s->session->server) : SPAN("The other side");
  s->out->rfc = SPAN("RFC 5321 4.5.4.1");
  if (s->record.kind == JOURNAL_REFUSED)
    SAY(s, "%.*s refuses the connection: nobody listens there.", SPAN_ARG(server));
  else if (s->record.kind == JOURNAL_TIMED_OUT)
    SAY(s, "%.*s does not answer. After a while the client gives up waiting.", SPAN_ARG(server));
  else if (s->record.kind == JOURNAL_TLS_FAILED)
    SAY(s, "The %s breaks off TLS: %.*s.", s->record.number[0] ? "server" : "client",
        SPAN_ARG(s->record.text[1]));
  else
    SAY(s, "The connection breaks. What was on its way is lost, but not the responsibility for it.");
}

/* A line of a message may begin with any word, also with a verb's. */
static bool is_text_line(const struct step *step, struct span line) {
  return step->phase_class == PHASE_DATA && !span_starts_with_nocase(line, SPAN("DATA")) &&
         !span_starts_with_nocase(line, SPAN("BDAT")) && !span_starts_with_nocase(line, SPAN("RETR")) &&
         !span_starts_with_nocase(line, SPAN("TOP "));
}

static void say_line(struct speaker *s) {
  bool pull = s->session && s->session->is_pull;
  struct span line = s->record.text[0];
  if (s->record.number[0] == 0) {
    const struct verb *verb = verb_of(line, pull);
    if (verb && !is_text_line(s->step, line)) {
      s->out->text = verb->meaning;
      s->out->rfc = verb->rfc;
    } else {
      bool in_text = s->step->phase_class == PHASE_DATA;
      bool is_dot = in_text && span_equal(line, SPAN("."));
      s->out->text = is_dot    ? SPAN("A dot alone on a line: the message ends here.")
                     : in_text ? SPAN("The message itself, line by line. A dot alone on a line will end it.")
                               : SPAN("The client goes on.");
      if (in_text) s->out->rfc = SPAN("RFC 5321 4.1.1.4");
    }
  } else {
    s->out->text = reply_meaning(line, pull);
    s->out->rfc = pull ? SPAN("RFC 1939 3") : SPAN("RFC 5321 4.2");
    if (!s->out->text.len) s->out->text = SPAN("The server’s answer goes on.");
  }
}

static void say_data(struct speaker *s) {
  bool pull = s->session && s->session->is_pull;
  SAY(s,
      pull ? "The letter itself, %lld octets, travels to the client that asked for it."
           : "The message itself, %lld octets, and a line with a single dot that ends it.",
      (long long)s->record.number[3]);
  s->out->rfc = pull ? SPAN("RFC 1939 5") : SPAN("RFC 5321 4.5.2");
}

static void say_stamp(struct speaker *s) {
  if (s->record.kind == JOURNAL_REWRITE)
    SAY(s, "%.*s changes the header (%.*s).", SPAN_ARG(here(s)), SPAN_ARG(s->record.text[1]));
  else if (span_starts_with_nocase(s->record.text[0], SPAN("Received:")))
    SAY(s, "%.*s stamps its Received field on top: from whom, by whom, when.", SPAN_ARG(here(s)));
  else
    SAY(s, "%.*s puts its own fields on top of the header.", SPAN_ARG(here(s)));
  s->out->rfc = SPAN("RFC 5321 4.4");
}

static void say_accepted(struct speaker *s) {
  SAY(s, "%.*s has accepted the letter. From here on it is responsible: deliver, pass on, or report.",
      SPAN_ARG(here(s)));
  s->out->rfc = SPAN("RFC 5321 6.1");
}

static void say_refusal(struct speaker *s) {
  struct span verdict = s->record.text[2];
  const char *does = span_equal(verdict, SPAN("defer"))     ? "not now"
                     : span_equal(verdict, SPAN("discard")) ? "taken, and thrown away"
                                                            : "no";
  SAY(s, "%.*s decides about %.*s %.*s: %s (%.*s).", SPAN_ARG(here(s)), SPAN_ARG(s->record.text[0]),
      SPAN_ARG(s->record.text[1]), does, SPAN_ARG(s->record.text[3]));
  s->out->rfc = SPAN("RFC 5321 4.2.1");
}

static void say_deferred(struct speaker *s) {
  int64_t minutes = (s->record.number[1] - s->record.time_us) / 60000000;
  if (minutes > 0)
    SAY(s, "Not now: %.*s keeps the letter in its queue and tries again in %lld minutes.", SPAN_ARG(here(s)),
        (long long)minutes);
  else
    SAY(s, "Not now: %.*s keeps the letter in its queue and tries again.", SPAN_ARG(here(s)));
  s->out->rfc = SPAN("RFC 5321 4.5.4.1");
}

static void say_given_up(struct speaker *s) {
  struct span recipient = s->record.text[1];
  int64_t report = s->record.kind == JOURNAL_BOUNCED ? s->record.number[1] : s->record.number[0];
  if (s->record.kind == JOURNAL_DISCARDED)
    SAY(s, "The letter for %.*s is thrown away: %.*s.", SPAN_ARG(recipient), SPAN_ARG(s->record.text[2]));
  else if (report)
    SAY(s, "Given up for %.*s. A report of that goes to the reverse-path of the envelope.",
        SPAN_ARG(recipient));
  else
    SAY(s, "Given up for %.*s. No report: the reverse-path is null, so that reports never answer reports.",
        SPAN_ARG(recipient));
  s->out->rfc = SPAN("RFC 5321 6.1");
}

static void say_expanded(struct speaker *s) {
  size_t count = 0;
  struct span rest = s->record.text[2], piece;
  while (span_next(&rest, '\n', &piece)) count += piece.len > 0;
  SAY(s, "%.*s stands for others (%.*s): the letter now has %zu recipient%s there.",
      SPAN_ARG(s->record.text[1]), SPAN_ARG(s->record.text[3]), count, count == 1 ? "" : "s");
  s->out->rfc = SPAN("RFC 5321 3.9");
}

static void say_delivered(struct speaker *s) {
  SAY(s, "Delivered: the letter lies in the mailbox of %.*s. The envelope is discarded.",
      SPAN_ARG(s->record.text[1]));
  s->out->rfc = SPAN("RFC 5321 4.4");
}

static void say_retrieved(struct speaker *s) {
  SAY(s, "%.*s has fetched the letter%s.", SPAN_ARG(here(s)),
      s->record.number[2] ? "; a copy stays on the server" : "; the server deletes its copy");
  s->out->rfc = SPAN("RFC 1939 5");
}

static void say_dns_change(struct speaker *s) {
  struct span removed = first_line(s->record.text[1]), added = first_line(s->record.text[2]);
  const char *how = removed.len && added.len ? "Somebody changes the DNS"
                    : added.len              ? "Somebody adds to the DNS"
                                             : "Somebody takes a record out of the DNS";
  SAY(s, "%s: %.*s. Whoever has asked before may still remember the old answer.", how,
      SPAN_ARG(added.len ? added : removed));
  s->out->rfc = SPAN("RFC 1035 3.2.1");
}

static void say_fault(struct speaker *s) {
  if (s->record.kind == JOURNAL_DNS_CHANGED) {
    say_dns_change(s);
    return;
  }
  struct span what = s->record.text[0], why = s->record.text[1];
  if (span_equal(what, SPAN("host_down")))
    SAY(s, "%.*s goes down%s%.*s.", SPAN_ARG(here(s)), why.len ? ": " : "", SPAN_ARG(why));
  else if (span_equal(what, SPAN("host_up")))
    SAY(s, "%.*s is up again.", SPAN_ARG(here(s)));
  else
    SAY(s, "The path between %.*s and %.*s is %s%s%.*s.", SPAN_ARG(here(s)),
        SPAN_ARG(host_label(s, s->record.number[0])),
        span_equal(what, SPAN("link_up")) ? "there again" : "cut", why.len ? ": " : "", SPAN_ARG(why));
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
  *out = (struct caption){SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY};
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
  say_step(reel, headline, arena, out);
  if (headline == step) return;
  struct caption here;
  say_step(reel, step, arena, &here);
  out->note = here.text;
  if (here.rfc.len) out->rfc = here.rfc;
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
