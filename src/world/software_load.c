#include "world/software_load.h"

#include "base/mem.h"
#include "world/scenario_draft.h"
#include "world/software_layouts.h"

const struct span software_names[] = {
    SPAN_INIT("neutral"), SPAN_INIT("sendmail-8.8"), SPAN_INIT("sendmail-8.12"),
    SPAN_INIT("postfix"), SPAN_INIT("exim"),         SPAN_INIT("qmail"),
};
const size_t software_name_count = sizeof software_names / sizeof software_names[0];

/* A software, and what its keys say on the way to it. */
struct software_draft {
  struct software software;
  struct retry_draft retry;
  uint8_t unlisted[SMTP_EXTENSION_COUNT];
  size_t unlisted_count;
};

/* ---- texts ---- */

#define TEXT(constant, key)                                                                                  \
  {#key, read_reply_layout, SMTP_TEXT_##constant * sizeof(struct span), false, 0, 0, &software_reply_names},
static const struct key texts_list[] = {SMTP_TEXTS(TEXT)};
#undef TEXT
const struct key_table software_texts_keys = {"software_texts", KEYS_SOFTWARE_TEXTS, texts_list,
                                              KEY_COUNT(texts_list)};

static void read_texts(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct software_draft *draft = out;
  (void)key;
  read_object(loading, place, &software_texts_keys, draft->software.texts.text);
}

/* ---- lists of words that switch something on ---- */

struct switch_word {
  struct span word;
  size_t offset; /* of a bool in the struct software */
};

#define OF(member) offsetof(struct software, member)
static const struct switch_word added[] = {
    [ADDED_NOTHING] = {SPAN_INIT(""), 0}, /* the fields are no switches: they have an order */
    [ADDED_MESSAGE_ID] = {SPAN_INIT("message_id"), 0},
    [ADDED_DATE] = {SPAN_INIT("date"), 0},
    [ADDED_FROM] = {SPAN_INIT("from"), 0},
    [ADDED_FIELDS] = {SPAN_INIT("return_path"), OF(adds_return_path)},
    {SPAN_INIT("delivered_to"), OF(adds_delivered_to)},
};
enum { ADDED_COUNT = sizeof added / sizeof added[0] };
_Static_assert((int)SOFTWARE_ADDS_MAX > (int)ADDED_COUNT, "as many as a list can have, and an end");
static const struct switch_word offered[SMTP_EXTENSION_COUNT] = {
    [SMTP_EXTENSION_NONE] = {SPAN_INIT(""), 0},
    [SMTP_EXTENSION_SIZE] = {SPAN_INIT("size"), OF(server.offer_size)},
    [SMTP_EXTENSION_PIPELINING] = {SPAN_INIT("pipelining"), OF(server.offer_pipelining)},
    [SMTP_EXTENSION_8BITMIME] = {SPAN_INIT("8bitmime"), OF(server.offer_8bitmime)},
    [SMTP_EXTENSION_ENHANCED_CODES] = {SPAN_INIT("enhancedstatuscodes"), OF(server.offer_enhanced_codes)},
    [SMTP_EXTENSION_VRFY] = {SPAN_INIT("vrfy"), OF(server.offer_vrfy)},
    [SMTP_EXTENSION_EXPN] = {SPAN_INIT("expn"), OF(server.offer_expn)},
    [SMTP_EXTENSION_HELP] = {SPAN_INIT("help"), OF(server.offer_help)},
    [SMTP_EXTENSION_STARTTLS] = {SPAN_INIT("starttls"), OF(server.offer_starttls)},
    [SMTP_EXTENSION_AUTH] = {SPAN_INIT("auth"), OF(server.offer_auth)},
    [SMTP_EXTENSION_DSN] = {SPAN_INIT("dsn"), OF(server.offer_dsn)},
    [SMTP_EXTENSION_ETRN] = {SPAN_INIT("etrn"), OF(server.offer_etrn)},
};
#undef OF

/* Which of some words each entry of a list is, in the list's order; the number of those that are known. */
static size_t read_known_words(struct loading *loading, const struct place *place, const struct key *key,
                               const struct switch_word *words, size_t count, uint8_t *numbers_out) {
  struct span names[16];
  struct span_list listed = {NULL, 0};
  size_t known = 0;
  for (size_t i = 0; i < count; i++) names[i] = words[i].word;
  read_lines(loading, place, key, &listed);
  for (size_t i = 0; i < listed.count; i++) {
    size_t found = 0;
    while (found < count && !(names[found].len && span_equal(names[found], listed.items[i]))) found++;
    const char *hint = found < count ? NULL : did_you_mean(loading, listed.items[i], names, count);
    if (found == count)
      complain(loading, place, "words that docs/scenario.md lists for this key",
               hint ? hint : "take one of those words", "\"%s\" is not known here",
               shown(loading, listed.items[i]));
    else if (known < count)
      numbers_out[known++] = (uint8_t)found;
  }
  return known;
}

static void switch_to(struct software *software, const struct switch_word *word, bool on) {
  *(bool *)(void *)((char *)software + word->offset) = on;
}

/* All that are listed are on, all others off; the fields in the list's order. */
static void read_adds(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct software *software = out;
  uint8_t listed[ADDED_COUNT];
  size_t fields = 0, count = read_known_words(loading, place, key, added, ADDED_COUNT, listed);
  memset(software->adds, ADDED_NOTHING, sizeof software->adds);
  for (size_t i = ADDED_FIELDS; i < ADDED_COUNT; i++) switch_to(software, &added[i], false);
  for (size_t i = 0; i < count; i++) {
    if (listed[i] < ADDED_FIELDS)
      software->adds[fields++] = listed[i];
    else
      switch_to(software, &added[listed[i]], true);
  }
}

/* One field name, in capitals and small letters as the program writes it. */
static void read_message_id_field(struct loading *loading, const struct place *place, const struct key *key,
                                  void *out) {
  struct span name = SPAN_EMPTY;
  (void)key;
  if (!line_of(loading, place, "Message-ID, or Message-Id", &name)) return;
  if (span_equal_nocase(name, SPAN("Message-ID")))
    *(struct span *)out = keep(loading, name);
  else
    complain(loading, place, "Message-ID, or Message-Id", "only its capital letters are a program's own",
             "\"%s\" is another field", shown(loading, name));
}

/* What the EHLO reply lists, in that order. */
static void read_offers(struct loading *loading, const struct place *place, const struct key *key,
                        void *out) {
  struct software_draft *draft = out;
  uint8_t listed[SMTP_EXTENSION_COUNT] = {0};
  size_t count = read_known_words(loading, place, key, offered, SMTP_EXTENSION_COUNT, listed);
  memset(listed + count, 0, sizeof listed - count);
  memcpy(draft->software.server.offer_order, listed, sizeof listed);
}

/* What it offers without saying so in the EHLO reply. */
static void read_unlisted(struct loading *loading, const struct place *place, const struct key *key,
                          void *out) {
  struct software_draft *draft = out;
  draft->unlisted_count =
      read_known_words(loading, place, key, offered, SMTP_EXTENSION_COUNT, draft->unlisted);
}

/* The other way round, of a software that another one is like. */
static void find_unlisted(struct software_draft *draft) {
  draft->unlisted_count = 0;
  for (int i = 1; i < SMTP_EXTENSION_COUNT; i++) {
    bool on = *(bool *)(void *)((char *)&draft->software + offered[i].offset);
    if (on && !memchr(draft->software.server.offer_order, i, SMTP_EXTENSION_COUNT))
      draft->unlisted[draft->unlisted_count++] = (uint8_t)i;
  }
}

static void switch_offers(struct software_draft *draft) {
  for (size_t i = 1; i < SMTP_EXTENSION_COUNT; i++) switch_to(&draft->software, &offered[i], false);
  for (size_t i = 0; i < draft->unlisted_count; i++)
    switch_to(&draft->software, &offered[draft->unlisted[i]], true);
  for (size_t i = 0; i < SMTP_EXTENSION_COUNT && draft->software.server.offer_order[i]; i++)
    switch_to(&draft->software, &offered[draft->software.server.offer_order[i]], true);
}

/* ---- the tables ---- */

static const struct choice bare_newlines[] = {{"refuse", SMTP_BARE_REFUSE},
                                              {"normalise", SMTP_BARE_NORMALISE},
                                              {"hang_up", SMTP_BARE_HANG_UP},
                                              {"keep", SMTP_BARE_KEEP},
                                              {NULL, 0}};

static const struct choice bare_names[] = {{"refused", SMTP_BARE_NAMES_REFUSED},
                                           {"receive", SMTP_BARE_NAMES_RECEIVE},
                                           {"send", SMTP_BARE_NAMES_SEND},
                                           {NULL, 0}};

static const struct choice etrn_for[] = {
    {"relays_for", ETRN_FOR_RELAYS}, {"all", ETRN_FOR_ALL}, {"nobody", ETRN_FOR_NOBODY}, {NULL, 0}};

/* Commands that are done whatever stands behind them; what is not listed is not. */
static void read_ignored(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  static const struct switch_word words[] = {
      {SPAN_INIT("data"), 0}, {SPAN_INIT("rset"), 0}, {SPAN_INIT("quit"), 0}};
  struct software_draft *draft = out;
  uint8_t listed[3], ignored = 0;
  size_t count = read_known_words(loading, place, key, words, 3, listed);
  for (size_t i = 0; i < count; i++) ignored |= (uint8_t)(1u << listed[i]); /* SMTP_IGNORES_DATA … */
  draft->software.server.ignores_arguments = ignored;
}

#define AT(member) offsetof(struct software_draft, software.member)
static const struct key server_list[] = {
    {"esmtp", read_bool, AT(server.esmtp), false, 0, 0, NULL},
    {"offers", read_offers, 0, false, 0, 0, NULL},
    {"unlisted", read_unlisted, 0, false, 0, 0, NULL},
    {"bare_newlines", read_choice, AT(server.bare_newlines), false, 0, 0, bare_newlines},
    {"size_max", read_u64, AT(server.size_max), false, 0, INT64_C(1) << 40, NULL},
    {"command_line_max", read_u32, AT(server.command_line_max), false, 512, 1000000, NULL},
    {"cuts_commands", read_bool, AT(server.cuts_commands), false, 0, 0, NULL},
    {"recipients_max", read_u32, AT(server.recipients_max), false, 0, 1000000, NULL},
    {"errors_max", read_u32, AT(server.errors_max), false, 0, 1000000, NULL},
    {"require_helo", read_bool, AT(server.require_helo), false, 0, 0, NULL},
    {"bare_names", read_choice, AT(server.bare_names), false, 0, 0, bare_names},
    {"checks_recipients", read_bool, AT(checks_recipients), false, 0, 0, NULL},
    {"any_helo", read_bool, AT(server.any_helo), false, 0, 0, NULL},
    {"mail_restarts", read_bool, AT(server.mail_restarts), false, 0, 0, NULL},
    {"ignores_parameters", read_bool, AT(server.ignores_parameters), false, 0, 0, NULL},
    {"ignores_arguments", read_ignored, 0, false, 0, 0, NULL},
    {"etrn_for", read_choice, AT(etrn_for), false, 0, 0, etrn_for},
    {"auth_needs_tls", read_bool, AT(server.auth_needs_tls), false, 0, 0, NULL},
};
const struct key_table software_server_keys = {"software_server", KEYS_SOFTWARE_SERVER, server_list,
                                               KEY_COUNT(server_list)};

static const struct choice ways_without_8bitmime[] = {
    {"convert", WITHOUT_8BITMIME_CONVERT},
    {"convert_mime", WITHOUT_8BITMIME_CONVERT_MIME},
    {"convert_labelled", WITHOUT_8BITMIME_CONVERT_LABELLED},
    {"return", WITHOUT_8BITMIME_RETURN},
    {"as_it_is", WITHOUT_8BITMIME_AS_IT_IS},
    {NULL, 0},
};

static const struct choice client_ipv6[] = {
    {"first", CLIENT_IPV6_FIRST}, {"any", CLIENT_IPV6_ANY}, {"never", CLIENT_IPV6_NEVER}, {NULL, 0}};

static const struct choice client_asks[] = {{"a_first", CLIENT_ASKS_A_FIRST},
                                            {"aaaa_first", CLIENT_ASKS_AAAA_FIRST},
                                            {"aaaa_alone", CLIENT_ASKS_AAAA_ALONE},
                                            {NULL, 0}};

static const struct key client_list[] = {
    {"pipelines", read_bool, AT(client_pipelines), false, 0, 0, NULL},
    {"uses_helo", read_bool, AT(client_uses_helo), false, 0, 0, NULL},
    {"sessions", read_u32, AT(client_sessions), false, 0, 1000, NULL},
    {"divides", read_bool, AT(client_divides), false, 0, 0, NULL},
    {"reuses", read_bool, AT(client_reuses), false, 0, 0, NULL},
    {"without_8bitmime", read_choice, AT(client_without_8bitmime), false, 0, 0, ways_without_8bitmime},
    {"conversion_field", read_layout, AT(client_conversion), false, 0, 0, &software_conversion_names},
    {"ipv6", read_choice, AT(client_ipv6), false, 0, 0, client_ipv6},
    {"asks", read_choice, AT(client_asks), false, 0, 0, client_asks},
    {"adds_orcpt", read_bool, AT(client_adds_original), false, 0, 0, NULL},
};
const struct key_table software_client_keys = {"software_client", KEYS_SOFTWARE_CLIENT, client_list,
                                               KEY_COUNT(client_list)};

static const struct choice owner_aliases[] = {{"name", OWNER_ALIAS_NAME},
                                              {"expanded", OWNER_ALIAS_EXPANDED},
                                              {"unknown", OWNER_ALIAS_UNKNOWN},
                                              {NULL, 0}};

static const struct key aliases_list[] = {
    {"file", read_aliases_file, AT(aliases_file), false, 0, 0, NULL},
    {"forward", read_bool, AT(reads_forward), false, 0, 0, NULL},
    {"owner", read_choice, AT(owner_alias), false, 0, 0, owner_aliases},
};
const struct key_table software_aliases_keys = {"software_aliases", KEYS_SOFTWARE_ALIASES, aliases_list,
                                                KEY_COUNT(aliases_list)};

static const struct choice report_forms[] = {
    {"report", REPORT_FORM_MIME}, {"plain", REPORT_FORM_PLAIN}, {NULL, 0}};

static const struct key bounce_keys_list[] = {
    {"form", read_choice, AT(report_form), false, 0, 0, report_forms},
    {"subject", read_layout, AT(bounce.subject), false, 0, 0, &software_bounce_names},
    {"from", read_layout, AT(bounce_from), false, 0, 0, &software_bounce_names},
    {"text", read_layout, AT(bounce.text), false, 0, 0, &software_bounce_names},
    {"auto_submitted", read_line, AT(bounce.auto_submitted), false, 0, 0, NULL},
    {"recipients_field", read_field_name, AT(bounce_recipients_field), false, 0, 0, NULL},
};
const struct key_table software_bounce_keys = {"software_bounce", KEYS_SOFTWARE_BOUNCE, bounce_keys_list,
                                               KEY_COUNT(bounce_keys_list)};

static const struct key delay_keys_list[] = {
    {"after", read_duration, AT(warn_after_us), false, 0, 0, NULL},
    {"unasked", read_bool, AT(warns_unasked), false, 0, 0, NULL},
    {"spares_lists", read_bool, AT(warns_no_lists), false, 0, 0, NULL},
    {"repeats", read_bool, AT(warns_again), false, 0, 0, NULL},
    {"subject", read_layout, AT(delay.subject), false, 0, 0, &software_bounce_names},
    {"text", read_layout, AT(delay.text), false, 0, 0, &software_bounce_names},
    {"auto_submitted", read_line, AT(delay.auto_submitted), false, 0, 0, NULL},
};
const struct key_table software_delay_keys = {"software_delay", KEYS_SOFTWARE_DELAY, delay_keys_list,
                                              KEY_COUNT(delay_keys_list)};

static const struct key success_keys_list[] = {
    {"subject", read_layout, AT(success.subject), false, 0, 0, &software_bounce_names},
    {"text", read_layout, AT(success.text), false, 0, 0, &software_bounce_names},
    {"auto_submitted", read_line, AT(success.auto_submitted), false, 0, 0, NULL},
};
const struct key_table software_success_keys = {"software_success", KEYS_SOFTWARE_SUCCESS, success_keys_list,
                                                KEY_COUNT(success_keys_list)};

/* An object inside the software's; key->with is its table. */
static void read_part(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  read_object(loading, place, key->with, out);
}

static const struct choice queue_id_schemes[] = {
    {"hex", QUEUE_ID_HEX},
    {"sendmail-8.8", QUEUE_ID_SENDMAIL_8_8},
    {"sendmail-8.10", QUEUE_ID_SENDMAIL_8_10},
    {"sendmail-8.12", QUEUE_ID_SENDMAIL_8_12},
    {"exim", QUEUE_ID_EXIM},
    {"qmail", QUEUE_ID_QMAIL},
    {"counter", QUEUE_ID_COUNTER},
    {NULL, 0},
};

static const struct choice ptr_beliefs[] = {
    {"confirmed", PTR_CONFIRMED},
    {"marked", PTR_MARKED},
    {"always", PTR_BELIEVED},
    {NULL, 0},
};

static const struct choice added_places[] = {
    {"in_place", ADDED_IN_PLACE},
    {"front", ADDED_IN_FRONT},
    {"end", ADDED_AT_END},
    {NULL, 0},
};

/* Followed before the rest is read. */
static void read_nothing(struct loading *loading, const struct place *place, const struct key *key,
                         void *out) {
  (void)loading, (void)place, (void)key, (void)out;
}

static const struct key software_list[] = {
    {"like", read_nothing, 0, false, 0, 0, NULL},
    {"product", read_line, AT(product), false, 0, 0, NULL},
    {"version", read_line, AT(version), false, 0, 0, NULL},
    {"version_stamp", read_line, AT(version_stamp), false, 0, 0, NULL},
    {"texts", read_texts, 0, false, 0, 0, NULL},
    {"received", read_layout, AT(received), false, 0, 0, &software_received_names},
    {"received_local", read_layout, AT(received_local), false, 0, 0, &software_received_names},
    {"date_layout", read_layout, AT(date_layout), false, 0, 0, &software_date_names},
    {"message_id", read_layout, AT(message_id), false, 0, 0, &software_message_id_names},
    {"message_id_field", read_message_id_field, AT(message_id_field), false, 0, 0, NULL},
    {"zone_comment", read_bool, AT(zone_comment), false, 0, 0, NULL},
    {"queue_id", read_choice, AT(queue_id), false, 0, 0, queue_id_schemes},
    {"hop_limit", read_u32, AT(hop_limit), false, 1, 1000, NULL},
    {"for_single_recipient_only", read_bool, AT(for_single_recipient_only), false, 0, 0, NULL},
    {"looks_up_ptr", read_bool, AT(looks_up_ptr), false, 0, 0, NULL},
    {"believes_ptr", read_choice, AT(believes_ptr), false, 0, 0, ptr_beliefs},
    {"tags_ipv6", read_bool, AT(tags_ipv6), false, 0, 0, NULL},
    {"adds_when_relaying", read_bool, AT(adds_when_relaying), false, 0, 0, NULL},
    {"adds", read_adds, AT(name), false, 0, 0, NULL},
    {"adds_at", read_choice, AT(adds_at), false, 0, 0, added_places},
    {"server", read_part, 0, false, 0, 0, &software_server_keys},
    {"client", read_part, 0, false, 0, 0, &software_client_keys},
    {"aliases", read_part, 0, false, 0, 0, &software_aliases_keys},
    {"retry", read_retry, offsetof(struct software_draft, retry), false, 0, 0, NULL},
    {"bounce", read_part, 0, false, 0, 0, &software_bounce_keys},
    {"delay", read_part, 0, false, 0, 0, &software_delay_keys},
    {"success", read_part, 0, false, 0, 0, &software_success_keys},
};
#undef AT
_Static_assert(offsetof(struct software, name) == 0, "switches count from the software's beginning");
const struct key_table software_keys = {"software", KEYS_SOFTWARE, software_list, KEY_COUNT(software_list)};

/* ---- reading ---- */

static const struct software *read_body(struct loading *loading, const struct place *place, struct span name);

/* Layouts are written with LF where a line is folded; the wire has CRLF. */
static struct span with_crlf(struct loading *loading, struct span layout) {
  if (span_find(layout, '\n') == SPAN_NONE) return layout;
  struct buf text = {0};
  for (size_t i = 0; i < layout.len; i++) {
    if (layout.data[i] == '\n' && (i == 0 || layout.data[i - 1] != '\r')) buf_add_char(&text, '\r');
    buf_add_char(&text, layout.data[i]);
  }
  struct span copy = keep(loading, buf_span(&text));
  buf_free(&text);
  return copy;
}

static void finish(struct loading *loading, const struct place *place, struct software_draft *draft) {
  struct software *software = &draft->software;
  size_t most = sizeof software->retry_after_us / sizeof software->retry_after_us[0];
  if (draft->retry.after.count > most) {
    complain(loading, place, "at most 16 in a software; the last repeats", "leave the later ones out",
             "%zu waits in \"retry\"", draft->retry.after.count);
    return;
  }
  for (size_t i = 0; i < draft->retry.after.count; i++)
    software->retry_after_us[i] = draft->retry.after.us[i];
  if (draft->retry.after.count) software->retry_count = draft->retry.after.count;
  if (draft->retry.expire_us) software->queue_life_us = draft->retry.expire_us;
}

/* What no file says. */
static const struct software unsaid = {
    .product = SPAN_INIT(""),
    .version = SPAN_INIT(""),
    .version_stamp = SPAN_INIT(""),
    .received =
        SPAN_INIT("Received: {from_clause}by {host} with {with}[[ tls {tls}]] id {id}[[\n\t{for}]]; {date}"),
    .received_local = SPAN_INIT("Received: by {host} id {id}[[\n\t{for}]]; {date}"),
    .date_layout = SPAN_INIT("{weekday}, {day} {month} {year} {time} {offset}"),
    .message_id_field = SPAN_INIT("Message-ID"),
    .queue_id = QUEUE_ID_COUNTER,
    .server = {.esmtp = true},
    .checks_recipients = true,
    .aliases_file = SPAN_INIT("/etc/aliases"),
    .reads_forward = true,
    .hop_limit = 100, /* RFC 5321 6.3: "normally at least 100" */
    .retry_after_us = {INT64_C(1800000000)},
    .retry_count = 1,
    .queue_life_us = INT64_C(432000000000),
    .bounce_from = SPAN_INIT("Mail Delivery System <MAILER-DAEMON@{host}>"),
    .bounce = {.subject = SPAN_INIT("Mail could not be delivered"),
               .text = SPAN_INIT("{recipient}: {why}\n")},
    .delay = {.subject = SPAN_INIT("Mail is delayed"), .text = SPAN_INIT("{recipient}: {why}\n")},
    .success = {.subject = SPAN_INIT("Mail was delivered"), .text = SPAN_INIT("{recipient}: {why}\n")},
};

/* An object with "like" and what is different. */
static const struct software *read_body(struct loading *loading, const struct place *place,
                                        struct span name) {
  struct software_draft draft = {.software = unsaid};
  size_t errors_before = loading->errors->total;
  for (const cJSON *node = place->node->child; node; node = node->next) {
    struct place below = place_below(place, node);
    struct span like;
    if (!node->string || strcmp(node->string, "like") != 0) continue;
    if (!line_of(loading, &below, "the name of a software", &like)) continue;
    const struct software *base = software_named(loading, &below, like);
    if (base) draft.software = *base;
    if (base) find_unlisted(&draft);
    if (!name.len) name = like;
  }
  read_object(loading, place, &software_keys, &draft);
  switch_offers(&draft);
  finish(loading, place, &draft);
  if (loading->errors->total > errors_before) return NULL;
  draft.software.received = with_crlf(loading, draft.software.received);
  draft.software.received_local = with_crlf(loading, draft.software.received_local);
  draft.software.date_layout = with_crlf(loading, draft.software.date_layout);
  draft.software.client_conversion = with_crlf(loading, draft.software.client_conversion);
  draft.software.name = keep(loading, name.len ? name : SPAN("neutral"));
  struct software *software = arena_alloc(loading->arena, sizeof *software);
  *software = draft.software;
  return software;
}

static bool is_known(struct loading *loading, const struct place *asked_by, struct span name) {
  for (size_t i = 0; i < software_name_count; i++)
    if (span_equal(software_names[i], name)) return true;
  const char *near = did_you_mean(loading, name, software_names, software_name_count);
  const char *hint = near ? near : "docs/scenario.md tells how to describe another one";
  static const char expected[] = "one of neutral, sendmail-8.8, sendmail-8.12, postfix, exim, qmail";
  if (asked_by)
    complain(loading, asked_by, expected, hint, "there is no software \"%s\"", shown(loading, name));
  else
    error_list_add_message(loading->errors, SPAN_EMPTY, "there is no software \"%s\"", shown(loading, name));
  return false;
}

const struct software *software_named(struct loading *loading, const struct place *asked_by,
                                      struct span name) {
  if (!is_known(loading, asked_by, name)) return NULL;
  for (size_t i = 0; i < loading->software_count; i++)
    if (span_equal(loading->softwares[i]->name, name)) return loading->softwares[i];
  struct span path = arena_format(&loading->scratch, "%.*s/%.*s.json",
                                  SPAN_ARG(loading->reader->software_dir), SPAN_ARG(name));
  for (size_t i = 0; i < loading->document_count; i++)
    if (span_equal(loading->documents[i].name, path)) return NULL; /* bad before, or like itself */
  struct document *document = loading_open(loading, path, asked_by);
  if (!document) return NULL;
  struct place root = place_below(NULL, document->root);
  const struct software *software = read_body(loading, &root, name);
  if (!software) return NULL;
  loading->softwares = mem_grow(loading->softwares, &loading->software_capacity, loading->software_count + 1,
                                sizeof *loading->softwares);
  loading->softwares[loading->software_count++] = software;
  return software;
}

void read_software(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  const struct software *software = NULL;
  struct span name;
  (void)key;
  if (node_is(place->node, cJSON_Object))
    software = read_body(loading, place, SPAN_EMPTY);
  else if (line_of(loading, place, "the name of a software, or an object with \"like\"", &name))
    software = software_named(loading, place, name);
  if (software) *(const struct software **)out = software;
}

const struct software *software_load(struct span name, const struct scenario_reader *reader,
                                     struct arena *arena, struct error_list *errors) {
  struct loading loading = {.arena = arena, .reader = reader, .errors = errors};
  loading_begin(&loading);
  const struct software *software = software_named(&loading, NULL, name);
  loading_close(&loading);
  return software;
}
