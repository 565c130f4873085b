#include "agents/smtp_words.h"

#include "agents/stamp.h"
#include "base/template.h"
#include "mail/enhanced_status.h"

const struct smtp_texts smtp_words_lmtp = {
    .text = {
        [SMTP_TEXT_BANNER] = SPAN_INIT("220 {host} LMTP ready"),
        [SMTP_TEXT_MESSAGE_OK] = SPAN_INIT("250 2.1.5 <{address}> delivered"),
    }};

enum smtp_text smtp_words_usual(const struct smtp_server_action *action) {
  switch (action->kind) {
  case SMTP_SERVER_DECIDE_CONNECT: return SMTP_TEXT_BANNER;
  case SMTP_SERVER_DECIDE_HELO: return action->extended ? SMTP_TEXT_EHLO : SMTP_TEXT_HELO;
  case SMTP_SERVER_DECIDE_AUTH: return SMTP_TEXT_AUTH_OK;
  case SMTP_SERVER_DECIDE_MAIL: return SMTP_TEXT_MAIL_OK;
  case SMTP_SERVER_DECIDE_RCPT: return SMTP_TEXT_RCPT_OK;
  case SMTP_SERVER_DECIDE_VRFY: return SMTP_TEXT_VRFY_OK;
  case SMTP_SERVER_DECIDE_EXPN: return SMTP_TEXT_EXPN_OK;
  case SMTP_SERVER_DECIDE_DATA: return SMTP_TEXT_DATA_START;
  case SMTP_SERVER_DECIDE_MESSAGE: return SMTP_TEXT_MESSAGE_OK;
  case SMTP_SERVER_WAIT:
  case SMTP_SERVER_REPLY:
  case SMTP_SERVER_START_TLS:
  case SMTP_SERVER_CLOSE: break;
  }
  return SMTP_TEXT_NOOP;
}

/* "250 2.1.0 words": the code, the enhanced code if there is one, the rest. */
static struct smtp_reply split_reply(struct span line) {
  struct smtp_reply reply = {0};
  uint64_t code = 0;
  span_to_u64(span_first(line, 3), 599, &code);
  reply.code = (uint16_t)code;
  struct span rest = span_skip(line, 4), after;
  struct enhanced_status status;
  if (enhanced_status_take(rest, &status, &after)) {
    reply.enhanced = span_trim_right(span_first(rest, rest.len - after.len));
    rest = after;
  }
  reply.text = rest;
  return reply;
}

/* The parenthesis in which programs show what they know of a client: "name [address]" or "[address]". */
static struct span client_text(const struct smtp_words *words, struct arena *arena) {
  if (!words->client_name.len) return arena_format(arena, "[%.*s]", SPAN_ARG(words->client_address));
  return words->client_name;
}

struct smtp_reply smtp_words_reply(const struct agent *agent, enum smtp_text occasion,
                                   const struct smtp_words *words, struct buf *scratch) {
  struct arena arena = ARENA_EMPTY;
  struct span layout = words->texts->text[occasion];
  if (!layout.len) layout = smtp_texts_neutral.text[occasion];
  int64_t unix_s = network_host_unix_us(agent->network, agent->host) / 1000000;
  bool dated = span_search(layout, SPAN("{date}")) != SPAN_NONE; /* most are not, and dates cost time */
  size_t lines = words->address_count ? words->address_count : 1;
  for (size_t i = 0; i < lines; i++) {
    const struct template_value values[] = {
        {SPAN("host"), words->host},
        {SPAN("helo"), words->helo},
        {SPAN("client"), client_text(words, &arena)},
        {SPAN("ptr"), words->client_name},
        {SPAN("ip"), words->client_address},
        {SPAN("id"), words->id},
        {SPAN("user"), words->user},
        {SPAN("address"), words->address_count ? words->addresses[i] : words->address},
        {SPAN("version"), agent->software->version},
        {SPAN("version_stamp"), agent->software->version_stamp},
        {SPAN("product"), agent->software->product},
        {SPAN("unix_time"), arena_format(&arena, "%lld", (long long)unix_s)},
        {SPAN("date"), dated ? stamp_date(agent, &arena) : SPAN_EMPTY},
    };
    struct span part = i ? split_reply(layout).text : layout;
    if (i) buf_add_char(scratch, '\n');
    template_expand(part, values, sizeof values / sizeof *values, scratch);
  }
  arena_free(&arena);
  return split_reply(buf_span(scratch));
}
