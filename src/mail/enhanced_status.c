#include "mail/enhanced_status.h"

static const char *const subject_texts[] = {
    "other or undefined status",
    "addressing status",
    "mailbox status",
    "mail system status",
    "network and routing status",
    "mail delivery protocol status",
    "message content or media status",
    "security or policy status",
};

/* In our words; sorted by number. The numbers from RFC 3463 and those registered since. */
static const struct detail {
  uint16_t subject, detail;
  const char *text;
} details[] = {
    {0, 0, "other or undefined status"},
    {1, 0, "other address status"},
    {1, 1, "no such mailbox"},
    {1, 2, "no such mail system"},
    {1, 3, "the recipient's address is not well formed"},
    {1, 4, "the recipient's address is ambiguous"},
    {1, 5, "the recipient's address is good"},
    {1, 6, "the mailbox has moved and left no address"},
    {1, 7, "the sender's address is not well formed"},
    {1, 8, "no such mail system for the sender"},
    {1, 9, "relayed to a system that sends no reports"},
    {1, 10, "the domain takes no mail (null MX)"},
    {2, 0, "other mailbox status"},
    {2, 1, "the mailbox is disabled"},
    {2, 2, "the mailbox is full"},
    {2, 3, "the message is longer than this mailbox takes"},
    {2, 4, "the mailing list could not be expanded"},
    {3, 0, "other mail system status"},
    {3, 1, "the mail system is full"},
    {3, 2, "the system takes no messages now"},
    {3, 3, "the system lacks a feature that was asked for"},
    {3, 4, "the message is too big for the system"},
    {3, 5, "the system is set up wrongly"},
    {4, 0, "other network or routing status"},
    {4, 1, "the host does not answer"},
    {4, 2, "the connection broke"},
    {4, 3, "the directory does not answer"},
    {4, 4, "no route to the host"},
    {4, 5, "the network is congested"},
    {4, 6, "the message goes round in a loop"},
    {4, 7, "the time for delivery is over"},
    {5, 0, "other protocol status"},
    {5, 1, "the command is not allowed or not known"},
    {5, 2, "the command is not well formed"},
    {5, 3, "too many recipients"},
    {5, 4, "the command's arguments are not good"},
    {5, 5, "the other side speaks another version"},
    {5, 6, "the log-in exchange is too long"},
    {6, 0, "other media status"},
    {6, 1, "the content's kind is not taken"},
    {6, 2, "a conversion is needed and forbidden"},
    {6, 3, "a conversion is needed and not possible"},
    {6, 4, "converted, with loss"},
    {6, 5, "the conversion failed"},
    {6, 7, "non-ASCII addresses are not taken"},
    {7, 0, "other security status"},
    {7, 1, "delivery is refused"},
    {7, 2, "writing to the list is refused"},
    {7, 3, "a secure conversion is needed and not possible"},
    {7, 4, "a security feature is not supported"},
    {7, 5, "a cryptographic failure"},
    {7, 6, "a cryptographic algorithm is not supported"},
    {7, 7, "the message's integrity failed"},
    {7, 8, "the credentials are not good"},
    {7, 9, "the log-in mechanism is too weak"},
    {7, 11, "encryption is required to log in"},
    {7, 13, "the user's account is disabled"},
    {7, 20, "no passing DKIM signature"},
    {7, 23, "SPF failed"},
    {7, 25, "reverse DNS failed"},
    {7, 26, "several authentication checks failed"},
    {7, 27, "the sender's domain takes no mail (null MX)"},
};

/* One to three digits, without leading zeros (RFC 3463 2). */
static bool take_number(struct span *text, uint16_t *number_out) {
  size_t digits = 0;
  unsigned number = 0;
  for (; digits < text->len && digits < 3 && ascii_is_digit(text->data[digits]); digits++)
    number = number * 10 + (unsigned)(text->data[digits] - '0');
  if (digits == 0 || (digits > 1 && text->data[0] == '0')) return false;
  *text = span_skip(*text, digits);
  *number_out = (uint16_t)number;
  return true;
}

static bool take_dot(struct span *text) {
  if (text->len == 0 || text->data[0] != '.') return false;
  *text = span_skip(*text, 1);
  return true;
}

static bool take_code(struct span *text, struct enhanced_status *status_out) {
  uint16_t class, subject, detail;
  if (!take_number(text, &class) || !take_dot(text) || !take_number(text, &subject) || !take_dot(text) ||
      !take_number(text, &detail))
    return false;
  if (class != 2 && class != 4 && class != 5) return false;
  *status_out = (struct enhanced_status){(uint8_t) class, subject, detail};
  return true;
}

bool enhanced_status_parse(struct span text, struct enhanced_status *status_out) {
  return take_code(&text, status_out) && text.len == 0;
}

bool enhanced_status_take(struct span text, struct enhanced_status *status_out, struct span *rest_out) {
  if (!take_code(&text, status_out) || (text.len && !ascii_is_space(text.data[0]))) return false;
  *rest_out = span_skip(text, 1);
  return true;
}

void enhanced_status_write(struct enhanced_status status, struct buf *out) {
  buf_format(out, "%u.%u.%u", status.class, status.subject, status.detail);
}

struct enhanced_status enhanced_status_of_reply(uint16_t code) {
  uint16_t class = code / 100;
  return (struct enhanced_status){class == 2 || class == 4 ? (uint8_t) class : 5, 0, 0};
}

const char *enhanced_status_class_text(struct enhanced_status status) {
  return status.class == 2   ? "success"
         : status.class == 4 ? "persistent transient failure"
                             : "permanent failure";
}

const char *enhanced_status_subject_text(struct enhanced_status status) {
  size_t known = sizeof subject_texts / sizeof *subject_texts;
  return subject_texts[status.subject < known ? status.subject : 0];
}

const char *enhanced_status_detail_text(struct enhanced_status status) {
  const char *text = details[0].text;
  for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
    if (details[i].subject != status.subject) continue;
    if (details[i].detail == 0 || details[i].detail == status.detail) text = details[i].text;
  }
  return text;
}
