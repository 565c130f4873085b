/* reel_caption_imap: the words for a line of an IMAP session (RFC 9051). */
#include "view/reel_speaker.h"

struct imap_words {
  struct span begins, text, rfc;
};
#define W(begins, text, rfc)                                                                                 \
  { SPAN_INIT(begins), SPAN_INIT(text), SPAN_INIT(rfc) }

/* What stands behind the tag; the first that fits counts. */
static const struct imap_words commands[] = {
    W("LOGIN", "Who it is, and the password, in clear: anybody on the way can read it.", "RFC 9051 6.2.3"),
    W("AUTHENTICATE", "The client proves who it is. Base64 is no secret.", "RFC 9051 6.2.2"),
    W("CAPABILITY", "What can the server do?", "RFC 9051 6.1.1"),
    W("STARTTLS", "The client asks for encryption, before it says a password.", "RFC 9051 6.2.1"),
    W("ENABLE", "The client wants the newer of the two dialects.", "RFC 9051 6.3.1"),
    W("SELECT", "A mailbox is opened. The letters stay in it: from here on the client asks about them.",
      "RFC 9051 6.3.2"),
    W("EXAMINE", "A mailbox is opened for looking only: nothing in it will change.", "RFC 9051 6.3.3"),
    W("LIST", "Which mailboxes are there?", "RFC 9051 6.3.9"),
    W("STATUS", "How many letters, and how many unread, without opening the mailbox.", "RFC 9051 6.3.11"),
    W("APPEND", "The client puts a letter into a mailbox on the server.", "RFC 9051 6.3.12"),
    W("IDLE", "The client waits, and wants to hear at once of whatever happens.", "RFC 9051 6.3.13"),
    W("SEARCH", "The server does the searching: only the numbers of what it finds will travel.",
      "RFC 9051 6.4.4"),
    W("STORE", "Flags are set on the server, where every program of this user will see them.",
      "RFC 9051 6.4.6"),
    W("COPY", "A letter is copied from mailbox to mailbox, on the server.", "RFC 9051 6.4.7"),
    W("EXPUNGE", "What is marked as deleted shall go now.", "RFC 9051 6.4.3"),
    W("CLOSE", "The mailbox is closed, and what is marked as deleted goes.", "RFC 9051 6.4.1"),
    W("NOOP", "Nothing to do. Has anything happened meanwhile?", "RFC 9051 6.1.2"),
    W("LOGOUT", "The client is done. What it has read and marked stays on the server.", "RFC 9051 6.1.3"),
};

/* What is fetched, by a part of the command. */
static const struct imap_words fetches[] = {
    W("BODY[]", "The whole letter. The server will note that it has been read.", "RFC 9051 6.4.5"),
    W("BODY.PEEK[]", "The whole letter; that it has been looked at is not to be noted.", "RFC 9051 6.4.5"),
    W("[HEADER", "A part of each header, and no more: a list can be shown before any letter is loaded.",
      "RFC 9051 6.4.5"),
    W("BODYSTRUCTURE", "Of which parts is the letter made, and how large is each?", "RFC 9051 6.4.5"),
    W("BODY.PEEK[", "One part of the letter; the others stay where they are.", "RFC 9051 6.4.5"),
    W("BODY[", "One part of the letter; the others stay where they are.", "RFC 9051 6.4.5"),
    W("ENVELOPE", "The server takes the headers apart: who, to whom, about what. It is not SMTP’s envelope.",
      "RFC 9051 7.5.2"),
    W("FLAGS", "What is known of each letter, without the letters.", "RFC 9051 6.4.5"),
};

/* Of an untagged response, behind the star. */
static const struct imap_words told[] = {
    W("OK [CAPABILITY", "The server speaks first: it is ready, and says what it can do.", "RFC 9051 7.1.1"),
    W("OK [UIDVALIDITY",
      "As long as this number stays, a letter keeps its unique number from session to session.",
      "RFC 9051 2.3.1.1"),
    W("OK [UIDNEXT", "The next letter will have this unique number, or a higher one.", "RFC 9051 2.3.1.1"),
    W("OK [UNSEEN", "The first letter that nobody has read.", "RFC 3501 7.1"),
    W("OK [PERMANENTFLAGS", "These flags are kept when the session is over.", "RFC 9051 7.1"),
    W("BYE", "The server is about to hang up.", "RFC 9051 7.1.5"),
    W("FLAGS", "The flags that a letter can have here.", "RFC 9051 7.3.5"),
    W("CAPABILITY", "What the server can do.", "RFC 9051 7.2.2"),
    W("SEARCH", "The numbers of what was found.", "RFC 3501 7.2.5"),
    W("ESEARCH", "What was found.", "RFC 9051 7.3.4"),
    W("LIST", "A mailbox.", "RFC 9051 7.3.1"),
    W("STATUS", "How it stands with the mailbox.", "RFC 9051 7.3.6"),
};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct span after_word(struct span line) {
  size_t at = span_find(line, ' ');
  return at == SPAN_NONE ? SPAN_EMPTY : span_skip(line, at + 1);
}

static bool take(struct speaker *s, const struct imap_words *words) {
  s->out->text = words->text;
  s->out->rfc = words->rfc;
  return true;
}

static bool holds(struct span line, struct span word) {
  for (size_t at = 0; at + word.len <= line.len; at++)
    if (span_equal_nocase(span_slice(line, at, word.len), word)) return true;
  return false;
}

static bool take_beginning(struct speaker *s, const struct imap_words *words, size_t count,
                           struct span line) {
  for (size_t i = 0; i < count; i++)
    if (span_starts_with_nocase(line, words[i].begins)) return take(s, &words[i]);
  return false;
}

static void say_command(struct speaker *s, struct span line) {
  struct span rest = after_word(line);
  bool sealed = s->session->sealed && s->session->sealed < s->record.seq;
  if (span_starts_with_nocase(rest, SPAN("UID "))) rest = span_skip(rest, 4);
  s->out->rfc = SPAN("RFC 9051 2.2.1");
  if (span_starts_with_nocase(rest, SPAN("FETCH "))) {
    for (size_t i = 0; i < COUNT_OF(fetches); i++)
      if (holds(rest, fetches[i].begins)) {
        take(s, &fetches[i]);
        return;
      }
    s->out->text = SPAN("The client asks about letters.");
  } else if (sealed && span_starts_with_nocase(rest, SPAN("LOGIN"))) {
    s->out->text = SPAN("Who it is, and the password. Under TLS nobody but the two ends can read it.");
    s->out->rfc = SPAN("RFC 9051 6.2.3");
  } else if (!take_beginning(s, commands, COUNT_OF(commands), rest)) {
    s->out->text = SPAN("The client goes on.");
  }
}

/* Octets of a literal that the line announces, and the CRLF behind it; 0: none. */
static uint64_t announced(struct span line) {
  uint64_t octets = 0;
  size_t brace = span_find_last(line, '{');
  if (brace == SPAN_NONE || !span_ends_with(line, SPAN("}"))) return 0;
  span_to_u64(span_slice(line, brace + 1, line.len - brace - 2), UINT32_MAX, &octets);
  return octets;
}

/* Does the record's line stand within a literal, or is it the rest of what was begun before one? */
static bool is_inside(const struct speaker *s) {
  const struct world_view *world = s->reel->world;
  uint64_t left = 0;
  bool inside = false;
  size_t heard = world_session_heard(world, s->session, s->record.seq);
  for (size_t i = 0; i < heard; i++) {
    struct journal_record record;
    journal_get(world->journal, world->by_connection[s->session->first + i].record, &record);
    if (record.kind != JOURNAL_LINE || record.number[0] == 0) continue;
    struct span line = record.text[0];
    uint64_t octets = line.len + 2;
    bool had = inside || left;
    inside = left > 0;
    if (left >= octets) {
      left -= octets;
      inside = true;
    } else {
      struct span rest = span_skip(line, (size_t)left); /* of the response, behind the literal */
      inside = left > 0 || (had && span_starts_with(rest, SPAN(" "))) || (had && span_equal(rest, SPAN(")")));
      left = announced(rest);
    }
    if (record.seq == s->record.seq) return inside;
  }
  return false;
}

static void say_told(struct speaker *s, struct span rest) {
  struct span word = after_word(rest);
  s->out->rfc = SPAN("RFC 9051 7");
  if (take_beginning(s, told, COUNT_OF(told), rest)) return;
  if (span_starts_with_nocase(word, SPAN("EXISTS"))) {
    SAY(s, "So many letters are in the mailbox: %.*s.", SPAN_ARG(span_first(rest, rest.len - word.len - 1)));
    s->out->rfc = SPAN("RFC 9051 7.4.1");
  } else if (span_starts_with_nocase(word, SPAN("RECENT"))) {
    s->out->text = SPAN("So many of them no session has been told of before.");
    s->out->rfc = SPAN("RFC 3501 7.3.2");
  } else if (span_starts_with_nocase(word, SPAN("EXPUNGE"))) {
    s->out->text = SPAN("This letter is gone; those behind it move up by one.");
    s->out->rfc = SPAN("RFC 9051 7.5.1");
  } else if (span_starts_with_nocase(word, SPAN("FETCH"))) {
    s->out->text = announced(rest)
                       ? SPAN("What was asked for: so many octets follow, as they lie on the server.")
                       : SPAN("What the server knows of this letter.");
    s->out->rfc = SPAN("RFC 9051 7.5.2");
  } else {
    s->out->text = SPAN("The server’s answer goes on.");
  }
}

static void say_reply(struct speaker *s, struct span line) {
  struct span rest = after_word(line);
  if (is_inside(s)) {
    s->out->text = SPAN("The letter itself, or a part of it, line by line. Its length was said before.");
    s->out->rfc = SPAN("RFC 9051 4.3");
  } else if (span_starts_with(line, SPAN("* "))) {
    say_told(s, rest);
  } else if (span_starts_with(line, SPAN("+"))) {
    s->out->text = SPAN("Go on: the server waits for more.");
    s->out->rfc = SPAN("RFC 9051 7.6");
  } else {
    s->out->text =
        span_starts_with_nocase(rest, SPAN("OK"))   ? SPAN("Done: the command with this tag is answered.")
        : span_starts_with_nocase(rest, SPAN("NO")) ? SPAN("The server will not, or cannot, do it.")
                                                    : SPAN("The server does not understand this.");
    s->out->rfc = SPAN("RFC 9051 7.1");
  }
}

bool say_imap_line(struct speaker *s) {
  if (!s->session || !span_starts_with_nocase(s->session->protocol, SPAN("imap"))) return false;
  if (s->record.number[0] == 0)
    say_command(s, s->record.text[0]);
  else
    say_reply(s, s->record.text[0]);
  return true;
}
