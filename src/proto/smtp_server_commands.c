#include "proto/smtp_server_internal.h"

/* Which command may come when (RFC 5321 4.1.4):
 *
 *     GREETED   HELO EHLO LHLO                       RSET NOOP VRFY EXPN HELP QUIT STARTTLS
 *     READY     HELO EHLO LHLO  MAIL AUTH ETRN       RSET …
 *     MAIL      HELO EHLO LHLO       RCPT            RSET …
 *     RCPT      HELO EHLO LHLO       RCPT DATA       RSET …
 *
 * A new HELO or EHLO forgets an open transaction, as RSET does. */

enum {
  IN_GREETED = 1 << SMTP_SERVER_GREETED,
  IN_READY = 1 << SMTP_SERVER_READY,
  IN_MAIL = 1 << SMTP_SERVER_MAIL,
  IN_RCPT = 1 << SMTP_SERVER_RCPT,
  IN_ANY = IN_GREETED | IN_READY | IN_MAIL | IN_RCPT,
};

/* ---- greeting ---- */

static void say_hello(struct smtp_server *server, struct span argument, bool extended) {
  struct span name = smtp_server_hold(server, argument);
  bool bad = name.len == 0 || span_find(name, ' ') != SPAN_NONE;
  if ((bad && !server->config->any_helo) || name.len > ADDRESS_DOMAIN_MAX) {
    smtp_server_release_held(server);
    smtp_server_complain(server, SMTP_TEXT_HELO_SYNTAX);
    return;
  }
  server->decision.text = name;
  server->decision.extended = extended;
  smtp_server_decide(server, SMTP_SERVER_DECIDE_HELO);
}

static void helo(struct smtp_server *server, struct span argument) {
  say_hello(server, argument, false);
}

static void ehlo(struct smtp_server *server, struct span argument) {
  say_hello(server, argument, true);
}

/* ---- the transaction; MAIL and RCPT are in smtp_server_envelope.c ---- */

/* True if there is none, or nobody looks (`ignored`, a bit of ignores_arguments); otherwise complains. */
static bool takes_no_argument(struct smtp_server *server, struct span argument, unsigned ignored) {
  bool good = argument.len == 0 || server->config->ignores_arguments & ignored;
  if (!good) smtp_server_complain(server, SMTP_TEXT_ARGUMENT_UNEXPECTED);
  return good;
}

static void data(struct smtp_server *server, struct span argument) {
  if (!takes_no_argument(server, argument, SMTP_IGNORES_DATA)) return;
  smtp_server_hold(server, SPAN_EMPTY);
  smtp_server_decide(server, SMTP_SERVER_DECIDE_DATA);
}

static void rset(struct smtp_server *server, struct span argument) {
  if (!takes_no_argument(server, argument, SMTP_IGNORES_RSET)) return;
  smtp_server_end_transaction(server);
  smtp_server_say(server, SMTP_TEXT_RSET, SPAN_EMPTY);
}

/* ---- questions ---- */

static void ask(struct smtp_server *server, struct span argument, enum smtp_server_action_kind kind) {
  if (argument.len == 0) {
    smtp_server_complain(server, SMTP_TEXT_VRFY_USAGE);
    return;
  }
  server->decision.text = smtp_server_hold(server, argument);
  smtp_server_decide(server, kind);
}

static void vrfy(struct smtp_server *server, struct span argument) {
  if (server->config->offer_vrfy || argument.len == 0)
    ask(server, argument, SMTP_SERVER_DECIDE_VRFY);
  else
    smtp_server_say(server, SMTP_TEXT_VRFY_CANNOT, argument);
}

static void expn(struct smtp_server *server, struct span argument) {
  if (server->config->offer_expn)
    ask(server, argument, SMTP_SERVER_DECIDE_EXPN);
  else
    smtp_server_say(server, SMTP_TEXT_EXPN_REFUSED, argument);
}

/* A name, an address in brackets, or either with an option in front (RFC 1985 5.3). */
static void etrn(struct smtp_server *server, struct span argument) {
  struct span node = argument;
  if (node.len && (node.data[0] == '@' || node.data[0] == '#')) node = span_skip(node, 1);
  if (argument.len == 0 || span_find(argument, ' ') != SPAN_NONE) {
    smtp_server_complain(server, SMTP_TEXT_ETRN_USAGE);
  } else if (!domain_is_valid(node) && !address_literal_is_valid(node)) {
    smtp_server_complain(server, SMTP_TEXT_ETRN_SYNTAX);
  } else {
    server->decision.text = smtp_server_hold(server, node);
    smtp_server_decide(server, SMTP_SERVER_DECIDE_ETRN);
  }
}

static void help(struct smtp_server *server, struct span argument) {
  smtp_server_say(server, SMTP_TEXT_HELP, argument);
}

static void noop(struct smtp_server *server, struct span argument) {
  smtp_server_say(server, SMTP_TEXT_NOOP, argument);
}

/* ---- the session ---- */

static void quit(struct smtp_server *server, struct span argument) {
  if (!takes_no_argument(server, argument, SMTP_IGNORES_QUIT)) return;
  smtp_server_say(server, SMTP_TEXT_QUIT, SPAN_EMPTY);
  smtp_server_close(server);
}

static void starttls(struct smtp_server *server, struct span argument) {
  if (!takes_no_argument(server, argument, 0)) return;
  if (server->tls) {
    smtp_server_complain(server, SMTP_TEXT_BAD_SEQUENCE);
    return;
  }
  smtp_server_say(server, SMTP_TEXT_STARTTLS_GO, SPAN_EMPTY);
  server->due = SMTP_SERVER_START_TLS;
  server->awaits_tls = true;
}

static void unimplemented(struct smtp_server *server, struct span argument) {
  (void)argument;
  smtp_server_complain(server, SMTP_TEXT_COMMAND_UNIMPLEMENTED);
}

/* ---- the table ---- */

enum verb {
  VERB_HELO,
  VERB_EHLO,
  VERB_LHLO,
  VERB_MAIL,
  VERB_RCPT,
  VERB_DATA,
  VERB_RSET,
  VERB_NOOP,
  VERB_VRFY,
  VERB_EXPN,
  VERB_HELP,
  VERB_QUIT,
  VERB_AUTH,
  VERB_STARTTLS,
  VERB_SEND,
  VERB_SOML,
  VERB_SAML,
  VERB_TURN,
  VERB_ETRN,
  VERB_ATRN,
  VERB_BDAT,
  VERB_BURL,
  VERB_COUNT
};

struct command {
  struct span name;
  uint8_t states;
  void (*run)(struct smtp_server *server, struct span argument);
};

#define COMMAND(verb, states, run) [VERB_##verb] = {SPAN_INIT(#verb), states, run}

static const struct command commands[VERB_COUNT] = {
    COMMAND(HELO, IN_ANY, helo),
    COMMAND(EHLO, IN_ANY, ehlo),
    COMMAND(LHLO, IN_ANY, ehlo),
    COMMAND(MAIL, IN_READY, smtp_server_mail), /* more of it in may_come */
    COMMAND(RCPT, IN_MAIL | IN_RCPT, smtp_server_rcpt),
    COMMAND(DATA, IN_RCPT, data),
    COMMAND(RSET, IN_ANY, rset),
    COMMAND(NOOP, IN_ANY, noop),
    COMMAND(VRFY, IN_ANY, vrfy),
    COMMAND(EXPN, IN_ANY, expn),
    COMMAND(HELP, IN_ANY, help),
    COMMAND(QUIT, IN_ANY, quit),
    COMMAND(AUTH, IN_READY, smtp_server_auth),
    COMMAND(ETRN, IN_READY, etrn), /* not in a transaction (RFC 1985 5.1) */
    COMMAND(STARTTLS, IN_ANY, starttls),
    /* Known, and not implemented: 502, not 500 (RFC 5321 4.2.4). */
    COMMAND(SEND, IN_ANY, unimplemented),
    COMMAND(SOML, IN_ANY, unimplemented),
    COMMAND(SAML, IN_ANY, unimplemented),
    COMMAND(TURN, IN_ANY, unimplemented),
    COMMAND(ATRN, IN_ANY, unimplemented),
    COMMAND(BDAT, IN_ANY, unimplemented),
    COMMAND(BURL, IN_ANY, unimplemented),
};

#define FOUR(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define CASE(a, b, c, d, verb)                                                                               \
  case FOUR(a, b, c, d): return verb

/* The only verb that the line can begin with, by its first four letters in any case: of two octets that
 * differ by 0x20 alone, if one is a letter, so is the other. */
static enum verb candidate(struct span line) {
  const unsigned char *letters = (const unsigned char *)line.data;
  switch (FOUR(letters[0], letters[1], letters[2], letters[3]) & 0xdfdfdfdfu) {
    CASE('H', 'E', 'L', 'O', VERB_HELO);
    CASE('E', 'H', 'L', 'O', VERB_EHLO);
    CASE('L', 'H', 'L', 'O', VERB_LHLO);
    CASE('M', 'A', 'I', 'L', VERB_MAIL);
    CASE('R', 'C', 'P', 'T', VERB_RCPT);
    CASE('D', 'A', 'T', 'A', VERB_DATA);
    CASE('R', 'S', 'E', 'T', VERB_RSET);
    CASE('N', 'O', 'O', 'P', VERB_NOOP);
    CASE('V', 'R', 'F', 'Y', VERB_VRFY);
    CASE('E', 'X', 'P', 'N', VERB_EXPN);
    CASE('H', 'E', 'L', 'P', VERB_HELP);
    CASE('Q', 'U', 'I', 'T', VERB_QUIT);
    CASE('A', 'U', 'T', 'H', VERB_AUTH);
    CASE('S', 'T', 'A', 'R', VERB_STARTTLS);
    CASE('S', 'E', 'N', 'D', VERB_SEND);
    CASE('S', 'O', 'M', 'L', VERB_SOML);
    CASE('S', 'A', 'M', 'L', VERB_SAML);
    CASE('T', 'U', 'R', 'N', VERB_TURN);
    CASE('E', 'T', 'R', 'N', VERB_ETRN);
    CASE('A', 'T', 'R', 'N', VERB_ATRN);
    CASE('B', 'D', 'A', 'T', VERB_BDAT);
    CASE('B', 'U', 'R', 'L', VERB_BURL);
  }
  return VERB_COUNT;
}

/* The verb that is the first word of the line; VERB_COUNT if that is none. */
static enum verb find_verb(struct span line) {
  enum verb verb = line.len < 4 ? VERB_COUNT : candidate(line);
  if (verb == VERB_COUNT) return verb;
  struct span name = commands[verb].name;
  bool ends = line.len == name.len || (line.len > name.len && line.data[name.len] == ' ');
  return ends && (name.len == 4 || span_starts_with_nocase(line, name)) ? verb : VERB_COUNT;
}

/* Octets of a line, its end included; extensions make MAIL longer (RFC 1870 3, 6152 2, 4954 4). */
static size_t line_max(const struct smtp_server *server, enum verb verb) {
  const struct smtp_server_config *config = server->config;
  if (verb == VERB_AUTH) return SMTP_AUTH_LINE_MAX;
  if (config->command_line_max) return config->command_line_max;
  size_t most = SMTP_COMMAND_LINE_MAX;
  if (verb == VERB_RCPT && config->offer_dsn)
    return most + sizeof " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=" - 1 +
           DSN_ORIGINAL_RECIPIENT_MAX; /* RFC 3461 5.4 */
  if (verb != VERB_MAIL) return most;
  if (config->offer_size) most += 26;
  if (config->offer_8bitmime) most += 17;
  if (config->offer_auth) most += 500;
  if (config->offer_dsn) most += sizeof " RET=FULL ENVID=" - 1 + DSN_ENVELOPE_ID_MAX;
  return most;
}

/* A verb that this kind of server has never heard of is an unknown one. */
static bool speaks(const struct smtp_server *server, enum verb verb) {
  bool lmtp = server->config->dialect == SMTP_DIALECT_LMTP;
  if (verb == VERB_LHLO) return lmtp;
  if (verb == VERB_HELO) return !lmtp;
  if (verb == VERB_EHLO) return !lmtp && server->config->esmtp;
  return true;
}

static bool offers(const struct smtp_server *server, enum verb verb) {
  if (verb == VERB_AUTH) return server->config->offer_auth;
  if (verb == VERB_STARTTLS) return server->config->offer_starttls;
  if (verb == VERB_ETRN) return server->config->offer_etrn;
  return verb != VERB_HELP || server->config->offer_help;
}

static bool may_come(const struct smtp_server *server, enum verb verb) {
  if (server->refused) return verb == VERB_QUIT;
  bool greeted = server->state == SMTP_SERVER_GREETED;
  if ((verb == VERB_MAIL || verb == VERB_ETRN) && greeted && !server->config->require_helo) return true;
  if (verb == VERB_MAIL && !greeted && server->config->mail_restarts) return true;
  return commands[verb].states >> server->state & 1;
}

/* Why it may not come now. */
static enum smtp_text what_is_missing(const struct smtp_server *server, enum verb verb) {
  bool transaction = verb == VERB_MAIL || verb == VERB_RCPT || verb == VERB_DATA;
  if (server->refused) return SMTP_TEXT_BAD_SEQUENCE;
  if (server->state == SMTP_SERVER_GREETED && (!transaction || server->config->require_helo))
    return SMTP_TEXT_NEED_HELO;
  if (!transaction) return verb == VERB_ETRN ? SMTP_TEXT_ETRN_IN_TRANSACTION : SMTP_TEXT_AUTH_IN_TRANSACTION;
  if (verb == VERB_MAIL) return SMTP_TEXT_MAIL_TWICE;
  /* No RCPT, or all of them were rejected: 503 or 554 (RFC 5321 3.3), under LMTP 503 (RFC 2033 4.2). */
  bool lmtp = server->config->dialect == SMTP_DIALECT_LMTP;
  if (server->state == SMTP_SERVER_MAIL)
    return server->rcpt_refused && !lmtp ? SMTP_TEXT_NO_VALID_RECIPIENTS : SMTP_TEXT_NEED_RCPT;
  return verb == VERB_DATA ? SMTP_TEXT_DATA_NEEDS_MAIL : SMTP_TEXT_NEED_MAIL;
}

static enum smtp_text not_offered(enum verb verb) {
  if (verb == VERB_AUTH) return SMTP_TEXT_AUTH_NOT_OFFERED;
  return verb == VERB_STARTTLS ? SMTP_TEXT_STARTTLS_NOT_OFFERED : SMTP_TEXT_COMMAND_UNIMPLEMENTED;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static struct span skip_blanks(struct span text) {
  while (text.len && is_blank(text.data[0])) text = span_of(text.data + 1, text.len - 1);
  return text;
}

struct span smtp_server_trim(struct span text) {
  while (text.len && is_blank(text.data[text.len - 1])) text.len--;
  return skip_blanks(text);
}

/* Octets that no command holds: NUL, and a CR that is no line end. */
static bool has_stray_octet(struct span line) {
  return !span_is_plain(line) && (span_find(line, '\0') != SPAN_NONE || span_find(line, '\r') != SPAN_NONE);
}

void smtp_server_command(struct smtp_server *server, struct span line, size_t line_len) {
  size_t most = server->config->command_line_max;
  if (server->config->cuts_commands && line_len > most && find_verb(smtp_server_trim(line)) != VERB_AUTH) {
    if (line.len > most) line = span_first(line, most);
    line_len = most;
  }
  line = smtp_server_trim(line);
  enum verb verb = find_verb(line);
  server->verb = verb < VERB_COUNT ? commands[verb].name : span_first(line, span_find(line, ' '));
  struct span argument = skip_blanks(span_skip(line, server->verb.len));
  server->line = line;
  if (line_len > line_max(server, verb))
    smtp_server_complain(server, SMTP_TEXT_LINE_TOO_LONG);
  else if (line.len == 0)
    smtp_server_complain(server, SMTP_TEXT_EMPTY_LINE);
  else if (verb == VERB_COUNT || !speaks(server, verb))
    smtp_server_complain(server, SMTP_TEXT_COMMAND_UNKNOWN);
  else if (!offers(server, verb))
    smtp_server_complain(server, not_offered(verb));
  else if (has_stray_octet(argument))
    smtp_server_complain(server, SMTP_TEXT_SYNTAX);
  else if (!may_come(server, verb))
    smtp_server_complain(server, what_is_missing(server, verb));
  else
    commands[verb].run(server, argument);
  server->line = SPAN_EMPTY;
  server->parameter = SPAN_EMPTY;
}
