/* smtp_words: a server's replies in the words of its software, filled in with what the session knows. Each
 * template is read once, when it is first said. */
#pragma once

#include "agents/smtp_listener.h"

enum { SMTP_WORDS_MAX = 16 * 1024 };

struct smtp_words;

/* What one reply may speak of. */
struct smtp_words_facts {
  const struct smtp_session *session;
  const struct smtp_server_decision *decision; /* that it answers; NULL: none */
  struct span value;                           /* what was asked about, as the client wrote it */
  struct span address;
  const struct span *addresses; /* one line of the reply for each; count 0: a single line with `address` */
  size_t address_count;
};

/* What a delivery agent says, whatever MTA runs on its host: LMTP has no queue and so no queue id (RFC
 * 2033 4.2). */
extern const struct smtp_texts smtp_words_lmtp;

/* host: its name in them. An empty text stands for the neutral words. What the texts point to is borrowed,
 * and the stamper, which writes dates. */
struct smtp_words *smtp_words_new(const struct agent *agent, struct span host, const struct smtp_texts *texts,
                                  struct stamper *stamper);
void smtp_words_free(struct smtp_words *words);
/* The texts with the host's name in them, for the engine's own replies. */
const struct smtp_texts *smtp_words_texts(const struct smtp_words *words);
/* The occasion of a plain yes to what is asked. */
enum smtp_text smtp_words_usual(const struct smtp_server_decision *decision);
/* The reply, borrowed until the next. */
const struct smtp_reply *smtp_words_reply(struct smtp_words *words, enum smtp_text occasion,
                                          const struct smtp_words_facts *facts);
