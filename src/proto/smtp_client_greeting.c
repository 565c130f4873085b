/* From the banner to READY.
 *
 *     BANNER ─220─▶ EHLO ─250─▶ [STARTTLS ─220─▶ TLS ─▶ EHLO] ─▶ [AUTH ─235─▶] READY
 *                     └─5xx─▶ HELO ─250─▶ ┘
 *
 * What fails here is reported as SMTP_OUTCOME_CONNECT, and the client says QUIT. */
#include "proto/smtp_client_internal.h"

/* The session is of no use; the server may be told so. */
static void give_up(struct smtp_client *client, const struct smtp_reply *reply) {
  smtp_client_report_single(client, SMTP_OUTCOME_CONNECT, reply);
  smtp_client_say(client, SPAN("QUIT"), SPAN_EMPTY);
  smtp_client_enter(client, STEP_QUIT);
}

/* The server does not offer what must be: nothing that it said is the reason (RFC 3463 3.8: X.7.4, security
 * features not supported). */
static void give_up_for_lack_of(struct smtp_client *client, struct span what) {
  struct smtp_reply reply = {.enhanced = SPAN("4.7.4"), .text = what};
  give_up(client, &reply);
}

static void be_ready(struct smtp_client *client) {
  smtp_client_enter(client, STEP_READY);
  client->due = SMTP_CLIENT_READY;
}

static void say_hello(struct smtp_client *client) {
  bool lmtp = client->config.dialect == SMTP_DIALECT_LMTP;
  client->offer = (struct smtp_offer){0};
  if (client->config.use_helo && !lmtp) {
    smtp_client_say(client, SPAN("HELO"), client->config.helo_name);
    smtp_client_enter(client, STEP_HELO);
    return;
  }
  smtp_client_say(client, lmtp ? SPAN("LHLO") : SPAN("EHLO"), client->config.helo_name);
  smtp_client_enter(client, STEP_EHLO);
}

/* ---- AUTH (RFC 4954) ---- */

/* "NUL user NUL password" (RFC 4616 2). */
static void say_plain(struct smtp_client *client, const char *before) {
  struct buf message = BUF_CAPPED(0);
  buf_add_char(&message, '\0');
  buf_add(&message, client->config.user);
  buf_add_char(&message, '\0');
  buf_add(&message, client->config.password);
  smtp_client_say_base64(client, before, buf_span(&message));
  buf_free(&message);
}

static void authenticate(struct smtp_client *client) {
  if (client->offer.auth_plain) {
    say_plain(client, "AUTH PLAIN ");
    smtp_client_enter(client, STEP_AUTH_PLAIN);
  } else if (client->offer.auth_login) {
    smtp_client_say(client, SPAN("AUTH LOGIN"), SPAN_EMPTY);
    smtp_client_enter(client, STEP_AUTH_LOGIN);
  } else {
    give_up_for_lack_of(client, SPAN("the server offers no AUTH"));
  }
}

/* A 334 asks for the next response; what it says is of no interest. */
static void on_auth(struct smtp_client *client, const struct smtp_reply *reply) {
  if (reply->code / 100 == 2) {
    be_ready(client);
  } else if (reply->code != 334) {
    give_up(client, reply);
  } else if (client->step == STEP_AUTH_PLAIN) { /* it did not see the initial response */
    say_plain(client, "");
    smtp_client_enter(client, STEP_AUTH_PLAIN_RESPONSE);
  } else if (client->step == STEP_AUTH_LOGIN) {
    smtp_client_say_base64(client, "", client->config.user);
    smtp_client_enter(client, STEP_AUTH_LOGIN_USER);
  } else if (client->step == STEP_AUTH_LOGIN_USER) {
    smtp_client_say_base64(client, "", client->config.password);
    smtp_client_enter(client, STEP_AUTH_LOGIN_PASSWORD);
  } else { /* more than it should ask */
    smtp_client_lose_sense(client);
  }
}

/* ---- TLS (RFC 3207) ---- */

static bool wants_tls(const struct smtp_client *client) {
  return client->config.tls != SMTP_TLS_NEVER && !client->tls && !client->tls_refused;
}

static void on_starttls(struct smtp_client *client, const struct smtp_reply *reply) {
  if (reply->code / 100 == 2) {
    smtp_client_enter(client, STEP_TLS);
    client->due = SMTP_CLIENT_START_TLS;
    return;
  }
  client->tls_refused = true;
  if (client->config.tls == SMTP_TLS_REQUIRED)
    give_up(client, reply);
  else if (client->config.user.len)
    authenticate(client);
  else
    be_ready(client);
}

void smtp_client_tls_started(struct smtp_client *client) {
  if (client->step != STEP_TLS) return;
  smtp_client_clear_given(client);
  buf_clear(&client->backlog); /* said before TLS: not to be believed (RFC 3207 6) */
  client->backlog_at = 0;
  client->tls = true;
  say_hello(client);
}

/* ---- greeting ---- */

static void after_hello(struct smtp_client *client) {
  if (wants_tls(client) && client->offer.starttls) {
    smtp_client_say(client, SPAN("STARTTLS"), SPAN_EMPTY);
    smtp_client_enter(client, STEP_STARTTLS);
  } else if (wants_tls(client) && client->config.tls == SMTP_TLS_REQUIRED) {
    give_up_for_lack_of(client, SPAN("the server offers no STARTTLS"));
  } else if (client->config.user.len) {
    authenticate(client);
  } else {
    be_ready(client);
  }
}

static void on_ehlo(struct smtp_client *client, const struct smtp_reply *reply) {
  bool lmtp = client->config.dialect == SMTP_DIALECT_LMTP;
  if (reply->code / 100 == 2) {
    client->offer.esmtp = true;
    after_hello(client);
  } else if (reply->code >= 500 && !lmtp) { /* an old server (RFC 5321 3.2) */
    smtp_client_say(client, SPAN("HELO"), client->config.helo_name);
    smtp_client_enter(client, STEP_HELO);
  } else {
    give_up(client, reply);
  }
}

static void on_helo(struct smtp_client *client, const struct smtp_reply *reply) {
  if (reply->code / 100 == 2)
    after_hello(client);
  else
    give_up(client, reply);
}

void smtp_client_on_greeting(struct smtp_client *client, const struct smtp_reply *reply) {
  switch ((unsigned)client->step) {
  case STEP_BANNER:
    if (reply->code / 100 == 2)
      say_hello(client);
    else
      give_up(client, reply);
    break;
  case STEP_EHLO: on_ehlo(client, reply); break;
  case STEP_HELO: on_helo(client, reply); break;
  case STEP_STARTTLS: on_starttls(client, reply); break;
  default: on_auth(client, reply); break;
  }
}
