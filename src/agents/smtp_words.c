#include "agents/smtp_words.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/template.h"

const struct smtp_texts smtp_words_lmtp = {
    .text = {
        [SMTP_TEXT_BANNER] = SPAN_INIT("220 {host} LMTP ready"),
        [SMTP_TEXT_MESSAGE_OK] = SPAN_INIT("250 2.1.5 <{address}> delivered"),
    }};

enum word_name {
  WORD_HOST,
  WORD_HELO,
  WORD_CLIENT,
  WORD_PTR,
  WORD_IP,
  WORD_ID,
  WORD_USER,
  WORD_ADDRESS,
  WORD_VERSION,
  WORD_VERSION_STAMP,
  WORD_PRODUCT,
  WORD_UNIX_TIME,
  WORD_DATE,
  WORD_FORGED,
  WORD_BARE_IP,
  WORD_FORGED_IP,
  WORD_VALUE,
  WORD_NAMES
};

static const struct span word_names[WORD_NAMES] = {
    [WORD_HOST] = SPAN_INIT("host"),       [WORD_HELO] = SPAN_INIT("helo"),
    [WORD_CLIENT] = SPAN_INIT("client"),   [WORD_PTR] = SPAN_INIT("ptr"),
    [WORD_IP] = SPAN_INIT("ip"),           [WORD_ID] = SPAN_INIT("id"),
    [WORD_USER] = SPAN_INIT("user"),       [WORD_ADDRESS] = SPAN_INIT("address"),
    [WORD_VERSION] = SPAN_INIT("version"), [WORD_VERSION_STAMP] = SPAN_INIT("version_stamp"),
    [WORD_PRODUCT] = SPAN_INIT("product"), [WORD_UNIX_TIME] = SPAN_INIT("unix_time"),
    [WORD_DATE] = SPAN_INIT("date"),       [WORD_FORGED] = SPAN_INIT("forged"),
    [WORD_BARE_IP] = SPAN_INIT("bare_ip"), [WORD_FORGED_IP] = SPAN_INIT("forged_ip"),
    [WORD_VALUE] = SPAN_INIT("value"),
};

struct smtp_words {
  struct agent agent;
  struct span host;
  struct smtp_texts texts; /* {host} is filled in already: it is the same in every reply */
  struct stamper *stamper;
  struct arena life;    /* what the templates were read into */
  struct arena scratch; /* of one reply */
  struct buf text;      /* … and its words */
  struct smtp_reply reply;
  struct layout {
    bool is_read;
    bool is_fixed;            /* nothing is filled in: front is all of the reply */
    struct smtp_reply front;  /* code and enhanced code, where the layout itself says them; else code 0 */
    struct template template; /* of what follows them, or of all */
  } layouts[SMTP_TEXT_COUNT];
};

static void fill_in_host(struct smtp_words *words) {
  const struct template_value host = {word_names[WORD_HOST], words->host};
  if (!words->host.len || !template_is_inert(words->host)) return;
  for (unsigned i = 0; i < SMTP_TEXT_COUNT; i++) {
    struct span *text = &words->texts.text[i], layout = text->len ? *text : smtp_texts_neutral.text[i];
    if (span_search(layout, SPAN("{host}")) != SPAN_NONE)
      *text = template_settle(layout, &host, &words->life);
  }
}

struct smtp_words *smtp_words_new(const struct agent *agent, struct span host, const struct smtp_texts *texts,
                                  struct stamper *stamper) {
  struct smtp_words *words = mem_zalloc(sizeof *words);
  words->agent = *agent;
  words->host = host;
  words->texts = *texts;
  words->stamper = stamper;
  words->text = BUF_CAPPED(SMTP_WORDS_MAX);
  fill_in_host(words);
  return words;
}

const struct smtp_texts *smtp_words_texts(const struct smtp_words *words) {
  return &words->texts;
}

void smtp_words_free(struct smtp_words *words) {
  if (!words) return;
  arena_free(&words->life);
  arena_free(&words->scratch);
  buf_free(&words->text);
  mem_free(words);
}

enum smtp_text smtp_words_usual(const struct smtp_server_decision *decision) {
  switch (decision->kind) {
  case SMTP_SERVER_DECIDE_CONNECT: return SMTP_TEXT_BANNER;
  case SMTP_SERVER_DECIDE_HELO: return decision->extended ? SMTP_TEXT_EHLO : SMTP_TEXT_HELO;
  case SMTP_SERVER_DECIDE_AUTH: return SMTP_TEXT_AUTH_OK;
  case SMTP_SERVER_DECIDE_MAIL: return SMTP_TEXT_MAIL_OK;
  case SMTP_SERVER_DECIDE_RCPT: return SMTP_TEXT_RCPT_OK;
  case SMTP_SERVER_DECIDE_VRFY: return SMTP_TEXT_VRFY_OK;
  case SMTP_SERVER_DECIDE_EXPN: return SMTP_TEXT_EXPN_OK;
  case SMTP_SERVER_DECIDE_ETRN: return SMTP_TEXT_ETRN_STARTED;
  case SMTP_SERVER_DECIDE_DATA: return SMTP_TEXT_DATA_START;
  case SMTP_SERVER_DECIDE_MESSAGE: return SMTP_TEXT_MESSAGE_OK;
  case SMTP_SERVER_WAIT:
  case SMTP_SERVER_REPLY:
  case SMTP_SERVER_START_TLS:
  case SMTP_SERVER_CLOSE: break;
  }
  return SMTP_TEXT_NOOP;
}

static struct smtp_reply split_reply(struct span line) {
  struct smtp_reply reply;
  smtp_reply_split(line, &reply);
  return reply;
}

/* The parenthesis in which programs show what they know of a client: "name [address]" or "[address]". */
static struct span bracketed_ip(const struct smtp_session *session, struct arena *arena) {
  const struct span pieces[] = {SPAN("["), session->client_shown, SPAN("]")};
  return arena_join(arena, pieces, 3);
}

static struct span client_text(const struct smtp_session *session, struct arena *arena) {
  return session->client_name.len ? session->client_name : bracketed_ip(session, arena);
}

/* As it was claimed: while a greeting is answered, in that. */
static struct span helo_of(const struct smtp_words_facts *facts) {
  const struct smtp_server_decision *decision = facts->decision;
  bool greets = decision && decision->kind == SMTP_SERVER_DECIDE_HELO;
  return greets ? decision->text : smtp_server_helo(facts->session->engine);
}

static struct span unix_time_text(struct smtp_words *words) {
  int64_t unix_s = network_host_unix_us(words->agent.network, words->agent.host) / 1000000;
  return arena_format(&words->scratch, "%lld", (long long)unix_s);
}

static struct span layout_of(const struct smtp_words *words, enum smtp_text occasion) {
  struct span layout = words->texts.text[occasion];
  return layout.len ? layout : smtp_texts_neutral.text[occasion];
}

/* Whether code and enhanced code are the same whatever is filled in: nothing in front of the words has a name
 * in it, and what follows the code could not become an enhanced code. */
static bool front_is_fixed(struct span layout, const struct smtp_reply *split) {
  struct span front = span_first(layout, layout.len - split->text.len);
  if (split->code == 0 || span_find(front, '{') != SPAN_NONE || span_find(front, '[') != SPAN_NONE)
    return false;
  return split->enhanced.len || (split->text.len && ascii_is_alpha(split->text.data[0]));
}

static const struct layout *layout_for(struct smtp_words *words, enum smtp_text occasion) {
  struct layout *layout = &words->layouts[occasion];
  if (layout->is_read) return layout;
  struct span text = layout_of(words, occasion);
  struct smtp_reply split = split_reply(text);
  if (front_is_fixed(text, &split)) {
    layout->front = split;
    text = split.text;
  }
  layout->template = template_compile(text, word_names, WORD_NAMES, &words->life);
  layout->is_fixed = layout->front.code && template_is_plain(&layout->template);
  layout->is_read = true;
  return layout;
}

static struct span value_of(struct smtp_words *words, const struct smtp_words_facts *facts,
                            struct span address, enum word_name name) {
  switch (name) {
  case WORD_HOST: return words->host;
  case WORD_HELO: return helo_of(facts);
  case WORD_CLIENT: return client_text(facts->session, &words->scratch);
  case WORD_PTR: return facts->session->client_name;
  case WORD_IP: return facts->session->client_shown;
  case WORD_ID: return facts->session->queue_id;
  case WORD_USER: return facts->decision ? facts->decision->user : SPAN_EMPTY;
  case WORD_ADDRESS: return address;
  case WORD_VERSION: return words->agent.software->version;
  case WORD_VERSION_STAMP: return words->agent.software->version_stamp;
  case WORD_PRODUCT: return words->agent.software->product;
  case WORD_UNIX_TIME: return unix_time_text(words);
  case WORD_DATE: return stamp_date(words->stamper);
  case WORD_FORGED: return facts->session->may_be_forged ? SPAN("(may be forged)") : SPAN_EMPTY;
  case WORD_BARE_IP:
    return facts->session->client_name.len ? SPAN_EMPTY : bracketed_ip(facts->session, &words->scratch);
  case WORD_FORGED_IP:
    return facts->session->may_be_forged ? bracketed_ip(facts->session, &words->scratch) : SPAN_EMPTY;
  case WORD_VALUE: return facts->value;
  case WORD_NAMES: break;
  }
  UNREACHABLE();
}

static void fill(struct smtp_words *words, const struct template *template,
                 const struct smtp_words_facts *facts, struct span address) {
  struct span values[WORD_NAMES];
  for (uint64_t left = template->names; left;) {
    unsigned name = template_take_name(&left);
    values[name] = value_of(words, facts, address, (enum word_name)name);
  }
  template_fill(template, values, &words->text, NULL, NULL);
}

/* The second line and those after it repeat the first, without its codes. */
static void fill_further_lines(struct smtp_words *words, enum smtp_text occasion,
                               const struct smtp_words_facts *facts) {
  struct span text = split_reply(layout_of(words, occasion)).text;
  struct template template = template_compile(text, word_names, WORD_NAMES, &words->scratch);
  for (size_t i = 1; i < facts->address_count; i++) {
    buf_add_char(&words->text, '\n');
    fill(words, &template, facts, facts->addresses[i]);
  }
}

const struct smtp_reply *smtp_words_reply(struct smtp_words *words, enum smtp_text occasion,
                                          const struct smtp_words_facts *facts) {
  const struct layout *layout = layout_for(words, occasion);
  if (layout->is_fixed && facts->address_count <= 1) return &layout->front;
  buf_clear(&words->text);
  arena_reset(&words->scratch);
  fill(words, &layout->template, facts, facts->address_count ? facts->addresses[0] : facts->address);
  if (facts->address_count > 1) fill_further_lines(words, occasion, facts);
  struct span text = buf_span(&words->text);
  if (layout->front.code)
    words->reply = (struct smtp_reply){layout->front.code, layout->front.enhanced, text};
  else
    words->reply = split_reply(text);
  return &words->reply;
}
