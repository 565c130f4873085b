/* What clients and servers say, as data: to which phase it belongs, what it means, where it is written. */
#include "view/reel_internal.h"

static const struct verb smtp_verbs[] = {
    {SPAN_INIT("EHLO"), PHASE_CONNECT,
     SPAN_INIT("The client says its name and asks which extensions the server has."),
     SPAN_INIT("RFC 5321 4.1.1.1")},
    {SPAN_INIT("HELO"), PHASE_CONNECT, SPAN_INIT("The client says its name. Nobody has checked it yet."),
     SPAN_INIT("RFC 5321 4.1.1.1")},
    {SPAN_INIT("LHLO"), PHASE_CONNECT,
     SPAN_INIT("LMTP’s greeting: there will be one reply for each recipient."), SPAN_INIT("RFC 2033 4.1")},
    {SPAN_INIT("STARTTLS"), PHASE_CONNECT, SPAN_INIT("The client asks to go on encrypted."),
     SPAN_INIT("RFC 3207 4")},
    {SPAN_INIT("AUTH"), PHASE_CONNECT, SPAN_INIT("The client proves who it is, before it may submit."),
     SPAN_INIT("RFC 4954 4")},
    {SPAN_INIT("MAIL"), PHASE_ENVELOPE,
     SPAN_INIT("The envelope begins with the return address: reports of failure go there."),
     SPAN_INIT("RFC 5321 4.1.1.2")},
    {SPAN_INIT("RCPT"), PHASE_ENVELOPE,
     SPAN_INIT("Who shall get it. The server goes by this line, whatever the letter’s own To field says."),
     SPAN_INIT("RFC 5321 4.1.1.3")},
    {SPAN_INIT("DATA"), PHASE_DATA, SPAN_INIT("The envelope is complete. Now the message itself."),
     SPAN_INIT("RFC 5321 4.1.1.4")},
    {SPAN_INIT("BDAT"), PHASE_DATA, SPAN_INIT("A piece of the message, its size said before."),
     SPAN_INIT("RFC 3030 2")},
    {SPAN_INIT("RSET"), PHASE_COMMAND, SPAN_INIT("Forget the envelope; the session goes on."),
     SPAN_INIT("RFC 5321 4.1.1.5")},
    {SPAN_INIT("VRFY"), PHASE_COMMAND, SPAN_INIT("Is this an address here? Many servers will not say."),
     SPAN_INIT("RFC 5321 4.1.1.6")},
    {SPAN_INIT("EXPN"), PHASE_COMMAND, SPAN_INIT("Who is on this list? Many servers will not say."),
     SPAN_INIT("RFC 5321 4.1.1.7")},
    {SPAN_INIT("HELP"), PHASE_COMMAND, SPAN_INIT("What does the server understand?"),
     SPAN_INIT("RFC 5321 4.1.1.8")},
    {SPAN_INIT("NOOP"), PHASE_COMMAND, SPAN_INIT("Nothing, politely: are you still there?"),
     SPAN_INIT("RFC 5321 4.1.1.9")},
    {SPAN_INIT("QUIT"), PHASE_CLOSE, SPAN_INIT("The client is done, and says so before it leaves."),
     SPAN_INIT("RFC 5321 4.1.1.10")},
};

static const struct verb pull_verbs[] = {
    {SPAN_INIT("CAPA"), PHASE_CONNECT, SPAN_INIT("What can this server do?"), SPAN_INIT("RFC 2449 5")},
    {SPAN_INIT("USER"), PHASE_CONNECT, SPAN_INIT("Whose maildrop it is."), SPAN_INIT("RFC 1939 7")},
    {SPAN_INIT("PASS"), PHASE_CONNECT, SPAN_INIT("The password."), SPAN_INIT("RFC 1939 7")},
    {SPAN_INIT("APOP"), PHASE_CONNECT, SPAN_INIT("A digest of the password instead of the password."),
     SPAN_INIT("RFC 1939 7")},
    {SPAN_INIT("STLS"), PHASE_CONNECT, SPAN_INIT("The client asks to go on encrypted."),
     SPAN_INIT("RFC 2595 4")},
    {SPAN_INIT("STAT"), PHASE_COMMAND, SPAN_INIT("How many letters are waiting, and how many octets?"),
     SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("LIST"), PHASE_COMMAND, SPAN_INIT("Each letter’s number and size."), SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("UIDL"), PHASE_COMMAND, SPAN_INIT("Each letter’s unique name, to know which are new."),
     SPAN_INIT("RFC 1939 7")},
    {SPAN_INIT("RETR"), PHASE_DATA, SPAN_INIT("Give me this letter: the mail travels towards the client."),
     SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("TOP"), PHASE_DATA, SPAN_INIT("Only the header, and a few lines."), SPAN_INIT("RFC 1939 7")},
    {SPAN_INIT("DELE"), PHASE_COMMAND, SPAN_INIT("Marked as deleted; it happens at QUIT, not before."),
     SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("RSET"), PHASE_COMMAND, SPAN_INIT("Take the marks off again."), SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("NOOP"), PHASE_COMMAND, SPAN_INIT("Nothing, politely: are you still there?"),
     SPAN_INIT("RFC 1939 5")},
    {SPAN_INIT("QUIT"), PHASE_CLOSE, SPAN_INIT("The client is done: now the server deletes what was marked."),
     SPAN_INIT("RFC 1939 6")},
};

struct reply {
  struct span begins, meaning;
};
/* The first that fits counts. */
static const struct reply smtp_replies[] = {
    {SPAN_INIT("220"), SPAN_INIT("Ready: the server speaks first.")},
    {SPAN_INIT("221"), SPAN_INIT("Closing, in peace.")},
    {SPAN_INIT("235"), SPAN_INIT("The server knows who this is.")},
    {SPAN_INIT("250-"), SPAN_INIT("Yes; the hyphen says that more follows.")},
    {SPAN_INIT("250"), SPAN_INIT("Yes: the server has done what was asked.")},
    {SPAN_INIT("251"), SPAN_INIT("Not here, but it will be forwarded.")},
    {SPAN_INIT("252"), SPAN_INIT("The server will not say, but would try to deliver.")},
    {SPAN_INIT("334"), SPAN_INIT("Go on: the server waits for the secret.")},
    {SPAN_INIT("354"), SPAN_INIT("Go on: everything up to a line with a single dot is the message.")},
    {SPAN_INIT("421"), SPAN_INIT("Not now, and goodbye: try again later.")},
    {SPAN_INIT("503"), SPAN_INIT("No: this command may not come here.")},
    {SPAN_INIT("550"), SPAN_INIT("No, for good: the mailbox is not there, or not for you.")},
    {SPAN_INIT("4"), SPAN_INIT("Not now: the first digit 4 says try again later.")},
    {SPAN_INIT("5"), SPAN_INIT("No: the first digit 5 says do not try the same again.")},
};
static const struct reply pull_replies[] = {
    {SPAN_INIT("+OK"), SPAN_INIT("POP3 knows two answers: this is yes.")},
    {SPAN_INIT("-ERR"), SPAN_INIT("POP3 knows two answers: this is no.")},
};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

const struct verb *verb_of(struct span line, bool is_pull) {
  const struct verb *verbs = is_pull ? pull_verbs : smtp_verbs;
  size_t count = is_pull ? COUNT_OF(pull_verbs) : COUNT_OF(smtp_verbs);
  struct span word = span_first(line, span_find(line, ' '));
  for (size_t i = 0; i < count; i++)
    if (span_equal_nocase(word, verbs[i].name)) return &verbs[i];
  return NULL;
}

struct span reply_meaning(struct span line, bool is_pull) {
  const struct reply *replies = is_pull ? pull_replies : smtp_replies;
  size_t count = is_pull ? COUNT_OF(pull_replies) : COUNT_OF(smtp_replies);
  for (size_t i = 0; i < count; i++)
    if (span_starts_with(line, replies[i].begins)) return replies[i].meaning;
  return SPAN_EMPTY;
}

struct span reel_session_name(const struct world_view *world, const struct session *session) {
  const struct journal_host *client = journal_host(world->preamble, session->client);
  const struct journal_host *server = journal_host(world->preamble, session->server);
  struct journal_record record = {0};
  if (session->opened) journal_get(world->journal, session->opened, &record);
  if (span_equal_nocase(session->protocol, SPAN("telnet"))) return SPAN("By hand");
  if (session->is_pull) return SPAN("Mailbox access");
  if (span_equal_nocase(session->protocol, SPAN("lmtp")) || session->port == 24)
    return SPAN("Local delivery");
  if (session->port == 587 || session->port == 465 ||
      span_equal(journal_agent_role(world->preamble, record.agent), SPAN("mua")))
    return SPAN("Submission");
  bool inside = client && server && client->region.len && span_equal(client->region, server->region);
  return inside ? SPAN("Internal relay") : SPAN("Internet relay");
}

struct span reel_session_label(const struct reel *reel, const struct session *session, struct arena *arena) {
  const struct journal_preamble *preamble = reel->world->preamble;
  if (span_equal_nocase(session->protocol, SPAN("telnet")))
    return arena_format(arena, "%.*s to %.*s, port %lld, typed by hand",
                        SPAN_ARG(journal_host_name(preamble, session->client)),
                        SPAN_ARG(world_session_server(reel->world, session)), (long long)session->port);
  bool submits = span_starts_with_nocase(session->protocol, SPAN("submission"));
  struct span protocol = submits ? SPAN("smtp") : session->protocol;
  char *word = arena_text(arena, protocol);
  for (size_t i = 0; i < protocol.len; i++) word[i] = ascii_upper(word[i]);
  if (session->client == session->server)
    return arena_format(arena, "within %.*s, %s port %lld",
                        SPAN_ARG(journal_host_name(preamble, session->client)), word,
                        (long long)session->port);
  return arena_format(arena, "%.*s to %.*s, %s port %lld",
                      SPAN_ARG(journal_host_name(preamble, session->client)),
                      SPAN_ARG(world_session_server(reel->world, session)), word, (long long)session->port);
}
