/* Replies in the words of the software. */
#include "base/template.h"
#include "proto/smtp_server_internal.h"

enum { WORDS_INSIDE = 400, VERB_SHOWN_MAX = 32, LINE_SHOWN_MAX = 200 };

/* The words for an occasion, in two parts: code and enhanced code, and the rest as a template. */
static struct smtp_reply words_for(const struct smtp_server *server, enum smtp_text text) {
  const struct smtp_texts *texts = server->config->texts;
  bool neutral = !texts || texts->text[text].len == 0;
  struct smtp_reply reply, own;
  if (!neutral && smtp_reply_split(texts->text[text], &own)) return own;
  smtp_reply_split(smtp_texts_neutral.text[text], &reply);
  if (!neutral) reply.text = own.text; /* the software's file has forgotten the code */
  return reply;
}

/* What is said, and about what. */
struct occasion {
  enum smtp_text text;
  struct span address;
};

static void fill_in(const struct smtp_server *server, struct span text, struct occasion occasion,
                    struct buf *out) {
  char size[24], limit[24];
  struct buf size_digits = BUF_ON(size, sizeof size), limit_digits = BUF_ON(limit, sizeof limit);
  if (span_find(text, '{') == SPAN_NONE && span_find(text, '[') == SPAN_NONE) {
    buf_add(out, text);
    return;
  }
  if (occasion.text == SMTP_TEXT_TOO_BIG) {
    buf_add_u64(&size_digits, server->decision.size);
    buf_add_u64(&limit_digits, server->data.bytes.cap);
  }
  size_t equals = span_find(server->parameter, '=');
  const struct template_value values[] = {
      {SPAN("address"), occasion.address},
      {SPAN("host"), server->config->host_name},
      {SPAN("helo"), smtp_server_helo(server)},
      {SPAN("verb"), span_first(server->verb, VERB_SHOWN_MAX)},
      {SPAN("user"), buf_span(&server->user)},
      {SPAN("size"), buf_span(&size_digits)},
      {SPAN("limit"), buf_span(&limit_digits)},
      {SPAN("line"), span_first(server->line, LINE_SHOWN_MAX)},
      {SPAN("parameter"), server->parameter},
      {SPAN("keyword"), span_first(server->parameter, equals)},
      {SPAN("value"), equals == SPAN_NONE ? SPAN_EMPTY : span_skip(server->parameter, equals + 1)},
  };
  template_expand(text, values, sizeof values / sizeof *values, out);
}

static void put_out(struct smtp_server *server, const struct smtp_reply *reply) {
  bool is_first = server->out.len == 0;
  server->out_is_line = smtp_reply_write(reply, &server->out) && is_first;
}

/* With its enhanced code only where that may be. */
static void say_reply(struct smtp_server *server, const struct smtp_reply *reply, bool may_be_enhanced) {
  if (may_be_enhanced && server->config->offer_enhanced_codes && reply->code / 100 != 3)
    put_out(server, reply);
  else
    put_out(server, &(struct smtp_reply){reply->code, SPAN_EMPTY, reply->text});
}

static void say_words(struct smtp_server *server, struct smtp_reply reply, struct occasion occasion) {
  char inside[WORDS_INSIDE];
  struct buf filled = BUF_ON(inside, 0);
  fill_in(server, reply.text, occasion, &filled);
  reply.text = buf_span(&filled);
  say_reply(server, &reply, true);
  buf_free(&filled);
}

void smtp_server_say(struct smtp_server *server, enum smtp_text text, struct span address) {
  say_words(server, words_for(server, text), (struct occasion){text, address});
}

static struct span subject_of(const struct smtp_server *server) {
  const struct smtp_server_decision *decision = &server->decision;
  bool path = decision->kind == SMTP_SERVER_DECIDE_MAIL || decision->kind == SMTP_SERVER_DECIDE_RCPT;
  return path ? decision->path.text : decision->text;
}

/* Of the caller's reply there is no more than perhaps a code: the rest are the software's words. */
static void say_own_words(struct smtp_server *server, struct smtp_reply said, enum smtp_text text,
                          bool may_be_enhanced) {
  struct smtp_reply own = words_for(server, text);
  if (said.code == 0) said.code = own.code;
  if (said.enhanced.len == 0 && own.code / 100 == said.code / 100) said.enhanced = own.enhanced;
  if (!may_be_enhanced) said.enhanced = SPAN_EMPTY;
  said.text = own.text;
  say_words(server, said, (struct occasion){text, subject_of(server)});
}

/* The caller's reply, completed by the software's words where it says nothing itself. */
void smtp_server_say_answer(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text text,
                            bool may_be_enhanced) {
  if (reply->text.len == 0) {
    say_own_words(server, *reply, text, may_be_enhanced);
    return;
  }
  if (reply->code) {
    say_reply(server, reply, may_be_enhanced);
    return;
  }
  struct smtp_reply said = *reply;
  said.code = words_for(server, text).code;
  say_reply(server, &said, may_be_enhanced);
}

void smtp_server_complain(struct smtp_server *server, enum smtp_text text) {
  uint32_t most = server->config->errors_max ? server->config->errors_max : SMTP_SERVER_ERRORS_MAX;
  if (++server->error_count <= most) {
    bool named = text == SMTP_TEXT_DOMAIN_REQUIRED; /* the name is good, and lacks something */
    smtp_server_say(server, text, named ? server->decision.path.text : SPAN_EMPTY);
    return;
  }
  smtp_server_say(server, SMTP_TEXT_TOO_MANY_ERRORS, SPAN_EMPTY);
  smtp_server_close(server);
}

/* ---- the EHLO reply ---- */

static bool is_offered(const struct smtp_server *server, enum smtp_extension extension) {
  const struct smtp_server_config *config = server->config;
  switch (extension) {
  case SMTP_EXTENSION_SIZE: return config->offer_size;
  case SMTP_EXTENSION_PIPELINING: return config->offer_pipelining;
  case SMTP_EXTENSION_8BITMIME: return config->offer_8bitmime;
  case SMTP_EXTENSION_ENHANCED_CODES: return config->offer_enhanced_codes;
  case SMTP_EXTENSION_VRFY: return config->offer_vrfy;
  case SMTP_EXTENSION_EXPN: return config->offer_expn;
  case SMTP_EXTENSION_HELP: return config->offer_help;
  case SMTP_EXTENSION_DSN: return config->offer_dsn;
  case SMTP_EXTENSION_ETRN: return config->offer_etrn;
  case SMTP_EXTENSION_STARTTLS: return config->offer_starttls && !server->tls;
  case SMTP_EXTENSION_AUTH: return config->offer_auth && (server->tls || !config->auth_needs_tls);
  case SMTP_EXTENSION_NONE:
  case SMTP_EXTENSION_COUNT: break;
  }
  return false;
}

static const struct span keywords[SMTP_EXTENSION_COUNT] = {
    [SMTP_EXTENSION_NONE] = SPAN_INIT(""),
    [SMTP_EXTENSION_SIZE] = SPAN_INIT("SIZE"),
    [SMTP_EXTENSION_PIPELINING] = SPAN_INIT("PIPELINING"),
    [SMTP_EXTENSION_8BITMIME] = SPAN_INIT("8BITMIME"),
    [SMTP_EXTENSION_ENHANCED_CODES] = SPAN_INIT("ENHANCEDSTATUSCODES"),
    [SMTP_EXTENSION_VRFY] = SPAN_INIT("VRFY"),
    [SMTP_EXTENSION_EXPN] = SPAN_INIT("EXPN"),
    [SMTP_EXTENSION_HELP] = SPAN_INIT("HELP"),
    [SMTP_EXTENSION_STARTTLS] = SPAN_INIT("STARTTLS"),
    [SMTP_EXTENSION_AUTH] = SPAN_INIT("AUTH"),
    [SMTP_EXTENSION_DSN] = SPAN_INIT("DSN"),
    [SMTP_EXTENSION_ETRN] = SPAN_INIT("ETRN"),
};

enum smtp_extension smtp_extension_named(struct span keyword) {
  unsigned i = SMTP_EXTENSION_COUNT;
  while (--i > SMTP_EXTENSION_NONE && !span_equal_nocase(keyword, keywords[i])) continue;
  return (enum smtp_extension)i;
}

static struct span size_line(uint64_t size_max, struct buf *line) {
  if (size_max == 0) return keywords[SMTP_EXTENSION_SIZE];
  buf_add(line, SPAN("SIZE "));
  buf_add_u64(line, size_max);
  return buf_span(line);
}

/* The lines of what is offered, in the order configured; *size holds the one that is made. */
static size_t list_offers(const struct smtp_server *server, struct buf *size, struct span *lines) {
  const uint8_t *order = server->config->offer_order;
  size_t count = 0;
  for (unsigned i = 0; i < SMTP_EXTENSION_COUNT; i++) {
    unsigned extension = order[0] ? order[i] : i;
    if (extension >= SMTP_EXTENSION_COUNT || !is_offered(server, (enum smtp_extension)extension)) continue;
    lines[count++] = extension == SMTP_EXTENSION_SIZE   ? size_line(server->config->size_max, size)
                     : extension == SMTP_EXTENSION_AUTH ? SPAN("AUTH PLAIN LOGIN")
                                                        : keywords[extension];
  }
  return count;
}

void smtp_server_say_hello(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text text) {
  char greeting_inside[WORDS_INSIDE], size_inside[32];
  struct buf greeting = BUF_ON(greeting_inside, 0), size = BUF_ON(size_inside, 0);
  struct span offers[SMTP_EXTENSION_COUNT];
  size_t count = server->extended ? list_offers(server, &size, offers) : 0;
  struct smtp_reply said = {.code = reply->code, .enhanced = SPAN_EMPTY, .text = reply->text};
  if (said.code == 0 || said.text.len == 0) {
    struct smtp_reply own = words_for(server, text);
    if (said.code == 0) said.code = own.code;
    if (said.text.len == 0) {
      fill_in(server, own.text, (struct occasion){text, SPAN_EMPTY}, &greeting);
      said.text = buf_span(&greeting);
    }
  }
  if (count == 0) {
    put_out(server, &said);
  } else {
    smtp_reply_begin(&said, &server->out);
    smtp_reply_end(said.code, offers, count, &server->out);
  }
  buf_free(&size);
  buf_free(&greeting);
}
