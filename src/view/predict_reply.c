/* predict_reply: what could a server answer here? By the command, the codes that the RFCs allow for it and
 * what they mean there, all in words of one kind, so that the words give nothing away. */
#include "view/predict_internal.h"
#include "view/reel_internal.h"

struct plausible {
  struct span verb, code, words;
};
#define P(verb, code, words)                                                                                 \
  { SPAN_INIT(verb), SPAN_INIT(code), SPAN_INIT(words) }

/* RFC 5321 4.3.2 says which may come; the commonest wrong guesses first. "" is the connection itself, "." the
 * end of the message. */
static const struct plausible smtp[] = {
    P("", "220", "I am ready, and this is my name"),
    P("", "250", "Yes: what you asked for is done"),
    P("", "554", "No mail service here for you"),
    P("", "421", "Not now: try again later"),
    P("EHLO", "250", "Welcome; and a list of what I can do"),
    P("EHLO", "220", "I am ready, and this is my name"),
    P("EHLO", "502", "I do not know that command"),
    P("EHLO", "550", "I do not believe that name, and take nothing from you"),
    P("HELO", "250", "Welcome"),
    P("HELO", "220", "I am ready, and this is my name"),
    P("HELO", "550", "I do not believe that name, and take nothing from you"),
    P("HELO", "501", "That is no name"),
    P("LHLO", "250", "Welcome; and a list of what I can do"),
    P("LHLO", "500", "I do not know that command"),
    P("LHLO", "220", "I am ready, and this is my name"),
    P("AUTH", "235", "I know now who you are"),
    P("AUTH", "535", "The name or the password is wrong"),
    P("AUTH", "334", "Go on: what is your secret?"),
    P("AUTH", "503", "Not here: that command comes at the wrong time"),
    P("STARTTLS", "220", "Go ahead: encrypt from here on"),
    P("STARTTLS", "454", "Encryption is not to be had just now"),
    P("STARTTLS", "502", "I do not know that command"),
    P("MAIL", "250", "Good: a new envelope"),
    P("MAIL", "550", "No mail from that address"),
    P("MAIL", "530", "First prove who you are"),
    P("MAIL", "503", "Not here: that command comes at the wrong time"),
    P("MAIL", "501", "That is no address"),
    P("RCPT", "250", "Good: I take mail for that recipient"),
    P("RCPT", "550", "No: nobody of that name is here, or not for you"),
    P("RCPT", "450", "Not now: try this recipient again later"),
    P("RCPT", "251", "Not here, but I pass it on"),
    P("RCPT", "503", "Not here: that command comes at the wrong time"),
    P("RCPT", "554", "No: I do not pass on mail from you to there"),
    P("RCPT", "452", "Too many recipients in one envelope"),
    P("DATA", "354", "Go on: send the message, and a lone dot after it"),
    P("DATA", "250", "Good: I have the message"),
    P("DATA", "503", "Not here: there is no envelope yet"),
    P("DATA", "554", "No: there is no recipient that I take"),
    P(".", "250", "I have it, and am responsible for it now"),
    P(".", "354", "Go on: send the message, and a lone dot after it"),
    P(".", "451", "Not now: something went wrong here, try again later"),
    P(".", "552", "No: it is too large"),
    P(".", "554", "No: I do not take this message"),
    P("RSET", "250", "Good: the envelope is forgotten"),
    P("RSET", "221", "Goodbye"),
    P("RSET", "503", "Not here: that command comes at the wrong time"),
    P("VRFY", "252", "I do not say, but would try to deliver"),
    P("VRFY", "250", "Yes, this is the address"),
    P("VRFY", "550", "There is nobody of that name"),
    P("VRFY", "502", "I do not tell anybody that"),
    P("EXPN", "250", "These are the members of the list"),
    P("EXPN", "550", "There is no such list"),
    P("EXPN", "502", "I do not tell anybody that"),
    P("NOOP", "250", "Yes, I am still here"),
    P("NOOP", "500", "I do not know that command"),
    P("NOOP", "421", "Not now: try again later"),
    P("HELP", "214", "This is what I understand"),
    P("HELP", "502", "I know that command, but do not do it"),
    P("HELP", "250", "Yes: what you asked for is done"),
    P("QUIT", "221", "Goodbye: the connection is closed"),
    P("QUIT", "250", "Yes: what you asked for is done"),
    P("QUIT", "421", "Not now: try again later"),
};
/* For a verb that nobody knows. */
static const struct plausible smtp_other[] = {
    P("", "500", "I do not know that command"),
    P("", "250", "Yes: what you asked for is done"),
    P("", "502", "I know that command, but do not do it"),
    P("", "503", "Not here: that command comes at the wrong time"),
    P("", "501", "What stands after the command makes no sense"),
};
/* POP3 knows two answers (RFC 1939 3); the third is what somebody says who thinks of SMTP. */
static const struct plausible pop3[] = {
    P("", "+OK", "I am ready"),
    P("", "220", "I am ready, and this is my name"),
    P("", "-ERR", "Not now"),
    P("USER", "+OK", "And the password?"),
    P("USER", "-ERR", "I know nobody of that name"),
    P("USER", "334", "Go on: what is your secret?"),
    P("PASS", "+OK", "Come in: this is your maildrop"),
    P("PASS", "-ERR", "Wrong password, or somebody else has the maildrop open"),
    P("PASS", "235", "I know now who you are"),
    P("APOP", "+OK", "Come in: this is your maildrop"),
    P("APOP", "-ERR", "That is not the right digest"),
    P("APOP", "235", "I know now who you are"),
    P("STAT", "+OK", "So many letters, so many octets"),
    P("STAT", "-ERR", "First say who you are"),
    P("STAT", "250", "Yes: what you asked for is done"),
    P("LIST", "+OK", "Each letter, with its size"),
    P("LIST", "-ERR", "There is no such letter"),
    P("LIST", "250", "Yes: what you asked for is done"),
    P("UIDL", "+OK", "Each letter, with its unique name"),
    P("UIDL", "-ERR", "I do not know that command"),
    P("UIDL", "250", "Yes: what you asked for is done"),
    P("RETR", "+OK", "The letter follows, and a lone dot after it"),
    P("RETR", "-ERR", "There is no such letter"),
    P("RETR", "354", "Go on: send the message, and a lone dot after it"),
    P("DELE", "+OK", "Marked; it goes when you say QUIT"),
    P("DELE", "-ERR", "There is no such letter"),
    P("DELE", "250", "Deleted at once"),
    P("QUIT", "+OK", "Goodbye: what was marked is deleted now"),
    P("QUIT", "221", "Goodbye: the connection is closed"),
    P("QUIT", "-ERR", "Something marked could not be deleted"),
};
static const struct plausible pop3_other[] = {
    P("", "+OK", "Yes: what you asked for is done"),
    P("", "-ERR", "I do not know that command, or cannot do it"),
    P("", "250", "Yes: what you asked for is done"),
};
#undef P
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct span predict_code(struct span line) {
  size_t end = 0;
  while (end < line.len && line.data[end] != ' ' && line.data[end] != '-') end++;
  if (span_starts_with(line, SPAN("-ERR"))) end = 4;
  return span_first(line, end);
}

static bool is_reply(struct span line, bool is_pull) {
  if (is_pull) return span_starts_with(line, SPAN("+OK")) || span_starts_with(line, SPAN("-ERR"));
  return line.len >= 3 && ascii_is_digit(line.data[0]) && ascii_is_digit(line.data[1]) &&
         ascii_is_digit(line.data[2]) && (line.len == 3 || line.data[3] == ' ' || line.data[3] == '-');
}

/* ---- which command a reply answers ---- */

enum { SESSION_RECORDS_MAX = 4000, WAITING_MAX = 64 };

/* What a session has heard so far. Replies come in the order of the commands, also where several of these
 * were sent at once (RFC 2920 3.1). */
struct hearing {
  bool is_pull, in_text, in_auth, goes_on; /* goes_on: the reply's last line is still to come */
  struct span waiting[WAITING_MAX];        /* commands without a reply; an empty one: the end of a message */
  size_t count;
  size_t replies;
};

static void hear_client(struct hearing *hearing, const struct journal_record *record) {
  bool is_dot = record->kind == JOURNAL_DATA || (hearing->in_text && span_equal(record->text[0], SPAN(".")));
  if (hearing->in_text && !is_dot) return; /* a line of the message */
  if (hearing->count == WAITING_MAX) return;
  hearing->waiting[hearing->count++] = is_dot ? SPAN_EMPTY : record->text[0];
  hearing->in_text = false;
}

/* The command that this line begins to answer, or NULL: it goes on with a reply, or is none. The first reply
 * of all answers the connection. */
static const struct span *hear_server(struct hearing *hearing, const struct journal_record *record,
                                      struct span *answered) {
  static const struct span connection = SPAN_INIT("");
  struct span line = record->text[0];
  if (record->kind == JOURNAL_DATA || !is_reply(line, hearing->is_pull)) return NULL;
  bool begins = !hearing->goes_on;
  hearing->goes_on = !hearing->is_pull && line.len > 3 && line.data[3] == '-';
  if (!begins) return NULL;
  if (hearing->replies++ == 0) return &connection;
  if (hearing->count == 0) return NULL; /* LMTP: one more recipient's (RFC 2033 4.2) */
  *answered = hearing->waiting[0];
  memmove(hearing->waiting, hearing->waiting + 1, --hearing->count * sizeof *hearing->waiting);
  hearing->in_text = !hearing->is_pull && span_starts_with(line, SPAN("354"));
  hearing->in_auth = !hearing->is_pull && span_starts_with(line, SPAN("334"));
  return answered;
}

bool predict_replied_to(const struct reel *reel, const struct journal_record *reply, struct span *verb_out,
                        struct span *line_out) {
  const struct world_view *world = reel->world;
  const struct session *session = reply->connection ? world_session(world, reply->connection) : NULL;
  *verb_out = *line_out = SPAN_EMPTY;
  if (!session || reply->kind != JOURNAL_LINE || reply->number[0] != 1) return false;
  struct hearing hearing = {.is_pull = session->is_pull};
  bool was_auth = false;
  for (size_t i = 0; i < session->count && i < SESSION_RECORDS_MAX; i++) {
    struct journal_record record;
    struct span answered = SPAN_EMPTY;
    journal_get(world->journal, world->by_connection[session->first + i].record, &record);
    if (record.kind != JOURNAL_LINE && record.kind != JOURNAL_DATA) continue;
    if (record.number[0] == 0) {
      hear_client(&hearing, &record);
      continue;
    }
    was_auth = hearing.in_auth;
    const struct span *command = hear_server(&hearing, &record, &answered);
    if (record.seq != reply->seq) continue;
    if (!command) return false;
    bool is_text_end = command == &answered && answered.len == 0;
    *line_out = *command;
    *verb_out = is_text_end ? SPAN(".")
                : was_auth  ? SPAN("AUTH")
                            : span_first(*command, span_find(*command, ' '));
    return !(is_text_end && session->is_pull);
  }
  return false;
}

static struct span with_code(struct span code, struct span words, struct arena *arena) {
  return arena_format(arena, "%.*s  %.*s", SPAN_ARG(code), SPAN_ARG(words));
}

struct table {
  const struct plausible *rows;
  size_t count;
};

static bool has_verb(const struct table *table, struct span verb) {
  for (size_t i = 0; i < table->count; i++)
    if (span_equal_nocase(table->rows[i].verb, verb)) return true;
  return false;
}

/* The words for a code after that verb; else those for the code anywhere; else what its first digit says. */
static struct span words_for(const struct table *table, struct span verb, struct span code, bool is_pull) {
  for (size_t i = 0; i < table->count; i++)
    if (span_equal_nocase(table->rows[i].verb, verb) && span_equal(table->rows[i].code, code))
      return table->rows[i].words;
  for (size_t i = 0; i < table->count; i++)
    if (span_equal(table->rows[i].code, code)) return table->rows[i].words;
  struct span meaning = reply_meaning(code, is_pull);
  return meaning.len ? meaning : SPAN("Yes");
}

static void add_seen(const struct predict *predict, const struct table *table, struct span verb, bool is_pull,
                     struct arena *arena, struct choice_list *choices) {
  for (size_t i = 0; i < predict->seen_count; i++) {
    const struct predict_seen *seen = &predict->seen[i];
    if (seen->is_pull == is_pull && span_equal_nocase(seen->verb, verb))
      choice_add(choices, with_code(seen->code, words_for(table, verb, seen->code, is_pull), arena));
  }
}

void predict_reply_words(const struct predict *predict, const struct predict_question *question,
                         struct arena *arena, struct predict_words *out, struct choice_list *choices) {
  const struct reel *reel = predict->reel;
  struct journal_record record;
  struct span verb, line;
  journal_get(reel->world->journal, question->record, &record);
  const struct session *session = world_session(reel->world, record.connection);
  if (!session || !predict_replied_to(reel, &record, &verb, &line)) return;
  bool is_pull = session->is_pull;
  struct table table = {smtp, COUNT_OF(smtp)};
  struct table other = is_pull ? (struct table){pop3_other, COUNT_OF(pop3_other)}
                               : (struct table){smtp_other, COUNT_OF(smtp_other)};
  if (is_pull) table = (struct table){pop3, COUNT_OF(pop3)};
  bool known = has_verb(&table, verb);
  struct span code = predict_code(record.text[0]);
  out->ask = arena_format(arena, "What will %.*s answer?",
                          SPAN_ARG(journal_host_name(reel->world->preamble, record.host)));
  out->about = line.len                      ? line
               : span_equal(verb, SPAN(".")) ? SPAN("The message is over: a dot alone on a line.")
                                             : SPAN("The connection stands. Nobody has said anything yet.");
  choice_add(
      choices,
      with_code(code, words_for(known ? &table : &other, known ? verb : SPAN_EMPTY, code, is_pull), arena));
  add_seen(predict, &table, verb, is_pull, arena, choices);
  for (size_t i = 0; known && i < table.count; i++)
    if (span_equal_nocase(table.rows[i].verb, verb))
      choice_add(choices, with_code(table.rows[i].code, table.rows[i].words, arena));
  for (size_t i = 0; i < other.count; i++)
    choice_add(choices, with_code(other.rows[i].code, other.rows[i].words, arena));
}
