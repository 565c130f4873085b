/* What the client says, and how it reads what the server offers. */
#include "base/base64.h"
#include "proto/smtp_client_internal.h"

/* A name or address from outside must not smuggle a line end into the command. */
static void add_word(struct buf *out, struct span word) {
  size_t start = out->len;
  buf_add(out, word);
  if (span_is_plain(word)) return;
  for (size_t i = start; i < out->len; i++)
    if ((unsigned char)out->data[i] < ' ') out->data[i] = '?';
}

void smtp_client_say(struct smtp_client *client, const char *verb, struct span argument) {
  buf_add_text(&client->out, verb);
  if (argument.len) buf_add_char(&client->out, ' ');
  add_word(&client->out, argument);
  buf_add(&client->out, SPAN("\r\n"));
}

void smtp_client_say_base64(struct smtp_client *client, const char *before, struct span bytes) {
  buf_add_text(&client->out, before);
  base64_encode(bytes, &client->out);
  buf_add(&client->out, SPAN("\r\n"));
}

static void say_path(struct smtp_client *client, struct span keyword, struct span path) {
  buf_add(&client->out, keyword);
  buf_add(&client->out, client->config.space_after_colon ? SPAN(" <") : SPAN("<"));
  add_word(&client->out, path);
  buf_add_char(&client->out, '>');
}

void smtp_client_say_mail(struct smtp_client *client) {
  const struct message *message = client->message;
  say_path(client, SPAN("MAIL FROM:"), client->transaction.reverse_path);
  if (client->offer.size) {
    buf_add(&client->out, SPAN(" SIZE="));
    buf_add_u64(&client->out, message_size(message));
  }
  if (client->offer.eight_bit && (message->has_8bit_header || message->body->has_8bit))
    buf_add(&client->out, SPAN(" BODY=8BITMIME"));
  buf_add(&client->out, SPAN("\r\n"));
}

void smtp_client_say_rcpt(struct smtp_client *client, struct span recipient) {
  say_path(client, SPAN("RCPT TO:"), recipient);
  buf_add(&client->out, SPAN("\r\n"));
}

/* ---- the EHLO reply (RFC 5321 4.1.1.1) ---- */

/* "AUTH PLAIN LOGIN"; old servers write "AUTH=PLAIN LOGIN". */
static void read_mechanisms(struct smtp_offer *offer, struct span mechanisms) {
  struct span mechanism;
  while (span_next(&mechanisms, ' ', &mechanism)) {
    offer->auth_plain |= span_equal_nocase(mechanism, SPAN("PLAIN"));
    offer->auth_login |= span_equal_nocase(mechanism, SPAN("LOGIN"));
  }
}

static void read_size(struct smtp_offer *offer, struct span rest) {
  offer->size = true;
  if (!span_to_u64(span_trim(rest), UINT64_MAX, &offer->size_max)) offer->size_max = 0;
}

static void read_extension(struct smtp_offer *offer, struct span line) {
  size_t end = 0;
  while (end < line.len && (ascii_is_alnum(line.data[end]) || line.data[end] == '-')) end++;
  struct span keyword = span_first(line, end), rest = span_skip(line, end + 1);
  struct {
    struct span keyword;
    bool *flag;
  } const flags[] = {
      {SPAN("PIPELINING"), &offer->pipelining},
      {SPAN("8BITMIME"), &offer->eight_bit},
      {SPAN("ENHANCEDSTATUSCODES"), &offer->enhanced_codes},
      {SPAN("STARTTLS"), &offer->starttls},
  };
  if (end == 4 && span_equal_nocase(keyword, SPAN("SIZE"))) read_size(offer, rest);
  if (end == 4 && span_equal_nocase(keyword, SPAN("AUTH"))) read_mechanisms(offer, rest);
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (end == flags[i].keyword.len && span_equal_nocase(keyword, flags[i].keyword)) *flags[i].flag = true;
}

void smtp_client_read_offer(struct smtp_offer *offer, struct span ehlo_text) {
  struct span line;
  *offer = (struct smtp_offer){.esmtp = true};
  span_next(&ehlo_text, '\n', &line); /* the first is the greeting */
  while (span_next(&ehlo_text, '\n', &line)) read_extension(offer, line);
}
