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

void smtp_client_say(struct smtp_client *client, const char *verb, struct span argument) {
  struct span word = span_from(verb);
  char *start = buf_room(&client->out, word.len + 1 + argument.len + 2), *to = buf_put(start, word);
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

/* "MAIL FROM:<path>", and what follows. */
static void say_path(struct smtp_client *client, struct span keyword, struct span path, struct span after) {
  size_t most = keyword.len + sizeof " <" + path.len + sizeof ">" + after.len;
  char *start = buf_room(&client->out, most);
  char *to = buf_put(buf_put(start, keyword), client->config.space_after_colon ? SPAN(" <") : SPAN("<"));
  to = put_word(to, path);
  *to++ = '>';
  to = buf_put(to, after);
  client->out.len += (size_t)(to - start);
}

void smtp_client_say_mail(struct smtp_client *client) {
  const struct message *message = client->message;
  char inside[64];
  struct buf parameters = BUF_ON(inside, 0);
  if (client->offer.size) {
    buf_add(&parameters, SPAN(" SIZE="));
    buf_add_u64(&parameters, message_size(message));
  }
  if (client->offer.eight_bit && (message->has_8bit_header || message->body->has_8bit))
    buf_add(&parameters, SPAN(" BODY=8BITMIME"));
  if (client->offer.dsn && client->transaction.dsn)
    dsn_write_message_request(&client->transaction.dsn->message, &parameters);
  buf_add(&parameters, SPAN("\r\n"));
  say_path(client, SPAN("MAIL FROM:"), client->transaction.reverse_path, buf_span(&parameters));
  buf_free(&parameters);
}

static void say_rcpt_asking(struct smtp_client *client, struct span path, const struct dsn_requests *requests,
                            uint32_t recipient) {
  char inside[64];
  struct buf parameters = BUF_ON(inside, 0);
  dsn_write_recipient_request(&requests->recipients[recipient], requests->original_first, &parameters);
  buf_add(&parameters, SPAN("\r\n"));
  say_path(client, SPAN("RCPT TO:"), path, buf_span(&parameters));
  buf_free(&parameters);
}

void smtp_client_say_rcpt(struct smtp_client *client, uint32_t recipient) {
  struct span path = client->transaction.recipients[recipient];
  if (client->offer.dsn && client->transaction.dsn)
    say_rcpt_asking(client, path, client->transaction.dsn, recipient);
  else
    say_path(client, SPAN("RCPT TO:"), path, SPAN("\r\n"));
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
