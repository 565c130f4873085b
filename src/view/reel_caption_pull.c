/* reel_caption_pull: the words for what a POP3 session is about: what waits, what was fetched, what goes. */
#include "view/reel_speaker.h"

/* What a session has come to. */
struct tally {
  bool is_told;     /* how many letters wait: the server has answered STAT */
  uint64_t letters; /* they, and their octets */
  uint64_t octets;
  size_t fetched, marked;
};

/* "+OK 2 320" (RFC 1939 5) */
static void take_stat(struct tally *tally, struct span reply) {
  struct span rest = span_skip(reply, SPAN("+OK ").len), letters, octets;
  if (!span_starts_with(reply, SPAN("+OK ")) || !span_next(&rest, ' ', &letters)) return;
  if (!span_next(&rest, ' ', &octets)) return;
  tally->is_told =
      span_to_u64(letters, UINT32_MAX, &tally->letters) && span_to_u64(octets, UINT64_MAX, &tally->octets);
}

static bool says(struct span line, const char *verb) {
  struct span word = span_first(line, span_find(line, ' '));
  return span_equal_nocase(word, span_from(verb));
}

/* The session up to a record. */
static struct tally tally_of(const struct world_view *world, const struct session *session, journal_seq at) {
  struct tally tally = {.is_told = false};
  struct span asked = SPAN_EMPTY; /* what is answered */
  bool waits = false;             /* its reply has not begun */
  size_t heard = world_session_heard(world, session, at);
  for (size_t i = 0; i < heard; i++) {
    struct journal_record record;
    journal_get(world->journal, world->by_connection[session->first + i].record, &record);
    if (record.kind == JOURNAL_DATA && says(asked, "RETR")) tally.fetched++;
    if (record.kind != JOURNAL_LINE) continue;
    if (record.number[0] == 0) asked = record.text[0];
    bool well = record.number[0] != 0 && waits && span_starts_with(record.text[0], SPAN("+OK"));
    waits = record.number[0] == 0;
    if (well && says(asked, "STAT")) take_stat(&tally, record.text[0]);
    if (well && says(asked, "DELE")) tally.marked++;
    if (well && says(asked, "RSET")) tally.marked = 0;
  }
  return tally;
}

static const char *s_of(uint64_t count) {
  return count == 1 ? "" : "s";
}

void say_pull_quit(struct speaker *s) {
  struct tally tally = tally_of(s->reel->world, s->session, s->record.seq);
  struct span client = speaker_host(s, s->session->client);
  s->out->rfc = SPAN("RFC 1939 6");
  if (tally.fetched == 0 && tally.marked == 0)
    SAY(s, "%.*s is done, and has fetched nothing.", SPAN_ARG(client));
  else if (tally.marked == 0)
    SAY(s, "%.*s has fetched %zu letter%s and is done. None is marked as deleted: the server keeps %s.",
        SPAN_ARG(client), tally.fetched, s_of(tally.fetched), tally.fetched == 1 ? "it" : "them");
  else if (tally.fetched == 0)
    SAY(s, "%.*s is done: now the server deletes what was marked.", SPAN_ARG(client));
  else
    SAY(s, "%.*s has fetched %zu letter%s and is done: now the server deletes what was marked.",
        SPAN_ARG(client), tally.fetched, s_of(tally.fetched));
}

/* Whether a phase has, so far, more than one question about what waits, and nothing else. */
static bool only_looks(const struct reel *reel, const struct session *session, size_t step, bool *names_out) {
  static const char *const looks[] = {"STAT", "LIST", "UIDL"};
  enum { LOOKS = sizeof looks / sizeof *looks };
  bool met[LOOKS] = {false};
  size_t count = 0;
  for (size_t i = step; i > 0 && reel->steps[i].phase == reel->steps[step].phase; i--) {
    struct journal_record record;
    if (reel->steps[i].kind != STEP_LINE || reel->steps[i].own != session->connection) return false;
    journal_get(reel->world->journal, reel->steps[i].record, &record);
    if (reel->steps[i].narration) return false;
    if (record.number[0] != 0 || says(record.text[0], "NOOP")) continue;
    size_t which = 0;
    while (which < LOOKS && !says(record.text[0], looks[which])) which++;
    if (which == LOOKS) return false;
    count += !met[which];
    met[which] = true;
  }
  *names_out = met[2];
  return count > 1;
}

bool say_pull_look(struct speaker *s) {
  const struct session *session = world_session(s->reel->world, s->step->connection);
  bool has_names;
  if (!session || !session->is_pull ||
      !only_looks(s->reel, session, (size_t)(s->step - s->reel->steps), &has_names))
    return false;
  struct tally tally = tally_of(s->reel->world, session, s->step->record);
  struct span client = speaker_host(s, session->client);
  *s->out = (struct caption){.rfc = SPAN("RFC 1939 5")};
  if (!tally.is_told)
    SAY(s, "%.*s looks at what waits in the maildrop.", SPAN_ARG(client));
  else if (tally.letters == 0)
    SAY(s, "%.*s looks at what waits in the maildrop: nothing.", SPAN_ARG(client));
  else
    SAY(s, "%.*s looks at what waits in the maildrop: %llu letter%s, %llu octets.%s", SPAN_ARG(client),
        (unsigned long long)tally.letters, s_of(tally.letters), (unsigned long long)tally.octets,
        !has_names           ? ""
        : tally.letters == 1 ? " Its unique name tells whether it is new."
                             : " Their unique names tell which are new.");
  return true;
}
