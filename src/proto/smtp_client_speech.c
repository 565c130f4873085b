/* What the client says, and how it reads what the server offers. */
#include "base/base64.h"
#include "proto/smtp_client_internal.h"

/* A name or address from outside must not smuggle a line end into the command. */
static char *put_word(char *to, struct span word) {
  buf_copy(to, word);
  if (!span_is_plain(word))
    for (size_t i = 0; i < word.len; i++)
      if ((unsigned char)to[i] < ' ') to[i] = '?';
  return to + word.len;
}

void smtp_client_say(struct smtp_client *client, struct span verb, struct span argument) {
  char *start = buf_room(&client->out, verb.len + 1 + argument.len + 2), *to = buf_put(start, verb);
  if (argument.len) {
    *to++ = ' ';
    to = put_word(to, argument);
  }
  to = buf_put(to, SPAN("\r\n"));
  client->out.len += (size_t)(to - start);
}

void smtp_client_say_base64(struct smtp_client *client, const char *before, struct span bytes) {
  buf_add_text(&client->out, before);
  base64_encode(bytes, &client->out);
  buf_add(&client->out, SPAN("\r\n"));
}

/* "MAIL FROM:<path>" */
static void say_path(struct smtp_client *client, struct span keyword, struct span path) {
  char *start = buf_room(&client->out, keyword.len + sizeof " <" + path.len + sizeof ">");
  char *to = buf_put(buf_put(start, keyword), client->config.space_after_colon ? SPAN(" <") : SPAN("<"));
  to = put_word(to, path);
  *to++ = '>';
  client->out.len += (size_t)(to - start);
}

static void say_size(struct smtp_client *client) {
  char *start = buf_room(&client->out, sizeof " SIZE=" + BUF_U64_MAX);
  char *to = buf_put_u64(buf_put(start, SPAN(" SIZE=")), message_size(client->message));
  client->out.len += (size_t)(to - start);
}

void smtp_client_say_mail(struct smtp_client *client) {
  const struct message *message = client->message;
  struct buf *out = &client->out;
  say_path(client, SPAN("MAIL FROM:"), client->transaction.reverse_path);
  if (client->offer.size) say_size(client);
  if (client->offer.eight_bit && (message->has_8bit_header || message->body->has_8bit))
    buf_add(out, SPAN(" BODY=8BITMIME"));
  if (client->offer.dsn && client->transaction.dsn)
    dsn_write_message_request(&client->transaction.dsn->message, out);
  buf_add(out, SPAN("\r\n"));
}

void smtp_client_say_rcpt(struct smtp_client *client, uint32_t recipient) {
  say_path(client, SPAN("RCPT TO:"), client->transaction.recipients[recipient]);
  const struct dsn_requests *asked = client->offer.dsn ? client->transaction.dsn : NULL;
  if (asked) dsn_write_recipient_request(&asked->recipients[recipient], asked->original_first, &client->out);
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

/* Whether the line is about that extension; *rest_out is what stands behind the keyword. */
static bool is_about(struct span line, struct span keyword, struct span *rest_out) {
  if (!span_starts_with_nocase(line, keyword)) return false;
  *rest_out = span_skip(line, keyword.len + 1);
  char next = line.len > keyword.len ? line.data[keyword.len] : ' ';
  return !ascii_is_alnum(next) && next != '-'; /* an esmtp-keyword has no other octets (RFC 5321 4.1.2) */
}

void smtp_client_read_extension(struct smtp_offer *offer, struct span line) {
  struct span rest;
  switch (line.len ? ascii_upper(line.data[0]) : '\0') {
  case '8': offer->eight_bit |= is_about(line, SPAN("8BITMIME"), &rest); break;
  case 'A':
    if (is_about(line, SPAN("AUTH"), &rest)) read_mechanisms(offer, rest);
    break;
  case 'D': offer->dsn |= is_about(line, SPAN("DSN"), &rest); break;
  case 'E': offer->enhanced_codes |= is_about(line, SPAN("ENHANCEDSTATUSCODES"), &rest); break;
  case 'P': offer->pipelining |= is_about(line, SPAN("PIPELINING"), &rest); break;
  case 'S':
    if (is_about(line, SPAN("SIZE"), &rest)) read_size(offer, rest);
    offer->starttls |= is_about(line, SPAN("STARTTLS"), &rest);
    break;
  default: break;
  }
}
