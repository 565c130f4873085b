/* reel_caption_line: the words for a line of a conversation: what a command asks for, what a reply to this
 * very command means. */
#include "view/predict_internal.h"
#include "view/reel_speaker.h"

struct reply_words {
  struct span verb, code, text, rfc;
};
#define R(verb, code, text, rfc)                                                                             \
  { SPAN_INIT(verb), SPAN_INIT(code), SPAN_INIT(text), SPAN_INIT(rfc) }

/* The first row whose verb is the same and whose code is the reply's beginning. "" is the connection itself,
 * "." the end of the message. */
static const struct reply_words smtp[] = {
    R("", "220", "The server speaks first: it says its name and that it is ready.", "RFC 5321 3.1"),
    R("", "554", "The server takes no mail from this client at all.", "RFC 5321 3.1"),
    R("", "421", "The server has no time now: the client is to try again later.", "RFC 5321 3.8"),
    R("EHLO", "250", "The server greets back. The lines that follow say what more it can do.",
      "RFC 5321 4.1.1.1"),
    R("HELO", "250", "The server greets back. That does not mean that it believes the name.",
      "RFC 5321 4.1.1.1"),
    R("LHLO", "250", "The delivery agent greets back, with what more it can do.", "RFC 2033 4.1"),
    R("AUTH", "235", "The password is right: the server knows now who this is.", "RFC 4954 4"),
    R("AUTH", "334", "Go on: the server waits for the next part of the secret.", "RFC 4954 4"),
    R("AUTH", "535", "The name or the password is wrong. Nothing may be submitted.", "RFC 4954 6"),
    R("STARTTLS", "220", "The server agrees. The next octets are those of the encryption.", "RFC 3207 4"),
    R("STARTTLS", "454", "There is no encryption to be had just now.", "RFC 3207 4"),
    R("MAIL", "250",
      "The server has begun an envelope. It has not checked whether the sender may use this address.",
      "RFC 5321 3.3"),
    R("MAIL", "530", "First the client must prove who it is.", "RFC 4954 6"),
    R("MAIL", "5", "The server takes no mail from this address.", "RFC 5321 3.3"),
    R("MAIL", "4", "The server takes no mail just now: the client is to try again later.", "RFC 5321 4.2.1"),
    R("RCPT", "250", "The server takes mail for this recipient. It is not responsible for anything yet.",
      "RFC 5321 3.3"),
    R("RCPT", "251", "The recipient is elsewhere; the server will pass the letter on.", "RFC 5321 3.4"),
    R("RCPT", "4", "Not now: the first digit 4 tells the client to keep the letter and to try again.",
      "RFC 5321 4.2.1"),
    R("RCPT", "503", "There is no envelope to put a recipient on: MAIL has to come first.", "RFC 5321 4.1.4"),
    R("RCPT", "5", "No, for good: the first digit 5 tells the client not to try the same again.",
      "RFC 5321 4.2.1"),
    R("DATA", "354", "Go on: all that follows is the message, until a line with a single dot.",
      "RFC 5321 4.1.1.4"),
    R("DATA", "5", "The server wants no message: there is no recipient left to give it to.", "RFC 5321 3.3"),
    R(".", "250",
      "With this answer the responsibility passes from the client to the server. Only now may the client "
      "forget the letter.",
      "RFC 5321 4.2.5"),
    R(".", "4", "Not taken this time. The client stays responsible, and tries again later.",
      "RFC 5321 4.2.5"),
    R(".", "5",
      "The server refuses the message. The client stays responsible, and must report that to the sender.",
      "RFC 5321 4.2.5"),
    R("RSET", "250", "The envelope is thrown away; the session goes on.", "RFC 5321 4.1.1.5"),
    R("VRFY", "252", "The server does not say who is there, but would take mail and try.", "RFC 5321 3.5.3"),
    R("VRFY", "250", "Yes: this is the address. Spammers like to ask that, so most servers do not tell.",
      "RFC 5321 3.5"),
    R("VRFY", "550", "There is nobody of that name.", "RFC 5321 3.5.3"),
    R("VRFY", "5", "The server does not tell anybody who is there.", "RFC 5321 7.3"),
    R("EXPN", "250", "These are the members of the list.", "RFC 5321 3.5.1"),
    R("EXPN", "550", "There is no such list.", "RFC 5321 3.5.3"),
    R("EXPN", "5", "The server does not tell anybody who is on a list.", "RFC 5321 7.3"),
    R("NOOP", "250", "Yes, the server is still there.", "RFC 5321 4.1.1.9"),
    R("HELP", "214", "The server says what it understands, for people to read.", "RFC 5321 4.1.1.8"),
    R("QUIT", "221", "The server says goodbye, and closes the connection.", "RFC 5321 4.1.1.10"),
};
static const struct reply_words smtp_any[] = {
    R("", "421", "The server hangs up: the client is to come again later.", "RFC 5321 3.8"),
    R("", "500", "The server does not know this command.", "RFC 5321 4.2.4"),
    R("", "501", "The server knows the command, but what stands after it makes no sense.", "RFC 5321 4.2.2"),
    R("", "502", "The server knows the command, but does not do it.", "RFC 5321 4.2.4"),
    R("", "503", "This command comes at the wrong time.", "RFC 5321 4.1.4"),
    R("", "530", "First the client must prove who it is.", "RFC 4954 6"),
};
static const struct reply_words pop3[] = {
    R("", "+OK", "The server speaks first: it is ready. POP3 knows two answers, +OK and -ERR.", "RFC 1939 4"),
    R("USER", "+OK", "The server has heard the name, and waits for the password.", "RFC 1939 7"),
    R("PASS", "+OK", "The password is right. The maildrop is open, and locked for everybody else.",
      "RFC 1939 4"),
    R("PASS", "-ERR", "The password is wrong, or somebody else has the maildrop open.", "RFC 1939 7"),
    R("APOP", "+OK", "The digest is right. The password itself was never sent.", "RFC 1939 7"),
    R("STAT", "+OK", "So many letters wait, and they have so many octets.", "RFC 1939 5"),
    R("LIST", "+OK", "A line for each letter follows: its number and its size.", "RFC 1939 5"),
    R("UIDL", "+OK", "A line for each letter follows: its number, and a name that stays.", "RFC 1939 7"),
    R("RETR", "+OK", "The letter follows, and a line with a single dot after it.", "RFC 1939 5"),
    R("TOP", "+OK", "The header follows, and the first lines of the text.", "RFC 1939 7"),
    R("DELE", "+OK", "The letter is marked. It goes only when the client says QUIT.", "RFC 1939 5"),
    R("QUIT", "+OK", "What was marked is deleted now; then the server says goodbye.", "RFC 1939 6"),
    R("CAPA", "+OK", "A line for each thing that the server can do follows.", "RFC 2449 5"),
    R("STLS", "+OK", "The server agrees. The next octets are those of the encryption.", "RFC 2595 4"),
};

/* What a server offers in its answer to EHLO, a word a line. */
static const struct reply_words extensions[] = {
    R("SIZE", "", "It says how large a letter may be, so that nobody sends one in vain.", "RFC 1870 4"),
    R("PIPELINING", "", "The client may send several commands without waiting for each reply.",
      "RFC 2920 3.1"),
    R("8BITMIME", "", "Bodies may hold octets with the eighth bit set, as in UTF-8.", "RFC 6152 2"),
    R("ENHANCEDSTATUSCODES", "",
      "Its replies have a second, finer code, such as 5.1.1 for an unknown mailbox.", "RFC 2034 3"),
    R("STARTTLS", "", "The client may ask to go on encrypted.", "RFC 3207 2"),
    R("AUTH", "", "The client may prove who it is, in one of these ways.", "RFC 4954 3"),
    R("VRFY", "", "One may ask whether an address exists.", "RFC 5321 4.1.1.6"),
    R("EXPN", "", "One may ask who is on a list.", "RFC 5321 4.1.1.7"),
    R("HELP", "", "It has a page of help.", "RFC 5321 4.1.1.8"),
    R("DSN", "", "One may ask for a report when the letter is delivered.", "RFC 3461 4"),
    R("CHUNKING", "", "The message may come in pieces whose size is said before.", "RFC 3030 2"),
    R("SMTPUTF8", "", "Addresses may have letters beyond ASCII.", "RFC 6531 3"),
};
#undef R
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static bool take(struct speaker *s, const struct reply_words *rows, size_t count, struct span verb,
                 struct span code) {
  for (size_t i = 0; i < count; i++) {
    if (!span_equal_nocase(rows[i].verb, verb) || !span_starts_with(code, rows[i].code)) continue;
    s->out->text = rows[i].text;
    s->out->rfc = rows[i].rfc;
    return true;
  }
  return false;
}

/* "250-SIZE 10240000": a further line of the answer to EHLO. */
static bool say_extension(struct speaker *s, struct span line) {
  if (line.len < 5 || !span_starts_with(line, SPAN("250"))) return false;
  struct span word = span_skip(line, 4);
  size_t end = 0;
  while (end < word.len && word.data[end] != ' ' && word.data[end] != '=') end++;
  return take(s, extensions, COUNT_OF(extensions), span_first(word, end), SPAN_EMPTY);
}

static void say_reply(struct speaker *s, struct span line, bool pull) {
  struct span verb, command, code = predict_code(line);
  bool begins = predict_replied_to(s->reel, &s->record, &verb, &command);
  s->out->rfc = pull ? SPAN("RFC 1939 3") : SPAN("RFC 5321 4.2");
  if (begins && pull && take(s, pop3, COUNT_OF(pop3), verb, code)) return;
  if (begins && !pull && take(s, smtp, COUNT_OF(smtp), verb, code)) return;
  if (!begins && !pull && say_extension(s, line)) return;
  if (!pull && take(s, smtp_any, COUNT_OF(smtp_any), SPAN_EMPTY, code)) return;
  if (begins) s->out->text = reply_meaning(line, pull);
  if (!s->out->text.len) s->out->text = SPAN("The server’s answer goes on.");
}

/* A line of a message may begin with any word, also with a verb's. */
static bool is_text_line(const struct step *step, struct span line) {
  return step->phase_class == PHASE_DATA && !span_starts_with_nocase(line, SPAN("DATA")) &&
         !span_starts_with_nocase(line, SPAN("BDAT")) && !span_starts_with_nocase(line, SPAN("RETR")) &&
         !span_starts_with_nocase(line, SPAN("TOP "));
}

/* MAIL FROM:<> has a meaning of its own. */
static bool is_null_path(struct span line) {
  return span_starts_with_nocase(line, SPAN("MAIL FROM:<>"));
}

/* Who can read a password on its way: everybody, or under TLS the two ends. A challenge and its digest
 * (CRAM-MD5) show none. */
static void say_secret(struct speaker *s, struct span line) {
  bool sealed = s->session && s->session->sealed && s->session->sealed < s->record.seq;
  bool readable =
      span_starts_with_nocase(line, SPAN("AUTH PLAIN")) || span_starts_with_nocase(line, SPAN("AUTH LOGIN"));
  if (span_starts_with_nocase(line, SPAN("PASS ")))
    s->out->text = sealed ? SPAN("The password. Under TLS nobody but the two ends can read it.")
                          : SPAN("The password, in clear: anybody on the way can read it.");
  else if (readable && sealed)
    s->out->text =
        SPAN("The client proves who it is, before it may submit. Under TLS nobody but the two ends can "
             "read the password.");
  else if (readable)
    s->out->text =
        SPAN("The client proves who it is, before it may submit. Base64 is no secret: anybody on the "
             "way can read the password.");
}

static void say_command(struct speaker *s, struct span line, bool pull) {
  const struct verb *verb = verb_of(line, pull);
  bool in_text = s->step->phase_class == PHASE_DATA;
  if (verb && !is_text_line(s->step, line)) {
    s->out->text = verb->meaning;
    s->out->rfc = verb->rfc;
    say_secret(s, line);
    if (pull && verb->phase_class == PHASE_CLOSE) say_pull_quit(s);
    if (pull || !is_null_path(line)) return;
    s->out->text = SPAN(
        "An envelope without a return address: this is a report, and nobody shall ever report about it.");
    s->out->rfc = SPAN("RFC 5321 4.5.5");
  } else if (in_text) {
    s->out->text = span_equal(line, SPAN("."))
                       ? SPAN("A dot alone on a line: the message ends here.")
                       : SPAN("The message itself, line by line. A dot alone on a line will end it.");
    s->out->rfc = SPAN("RFC 5321 4.1.1.4");
  } else {
    s->out->text = SPAN("The client goes on.");
  }
}

void say_line(struct speaker *s) {
  if (say_imap_line(s)) return;
  bool pull = s->session && s->session->is_pull;
  if (s->record.number[0] == 0)
    say_command(s, s->record.text[0], pull);
  else
    say_reply(s, s->record.text[0], pull);
}
