/* The mailbox of an IMAP session: what the engine asks about it, and what it is told when somebody changes
 * it. */
#include "agents/imap_host_internal.h"
#include "base/check.h"

_Static_assert((int)IMAP_SEEN == (int)LETTER_SEEN && (int)IMAP_ANSWERED == (int)LETTER_ANSWERED &&
                   (int)IMAP_FLAGGED == (int)LETTER_FLAGGED && (int)IMAP_DELETED == (int)LETTER_DELETED &&
                   (int)IMAP_DRAFT == (int)LETTER_DRAFT,
               "the store's flags are IMAP's");

static struct mail_store *store_of(const struct imap_host_session *session) {
  return session->host->config.store;
}

static void refuse(struct imap_host_session *session, struct span code, struct span text) {
  imap_server_answer(session->engine, &(struct imap_answer){.code = code, .text = text});
}

static void consent(struct imap_host_session *session) {
  imap_server_answer(session->engine,
                     &(struct imap_answer){.ok = true, .code = SPAN_EMPTY, .text = SPAN_EMPTY});
}

static bool is_inbox(struct span mailbox) {
  return span_equal(mailbox, SPAN("INBOX"));
}

static void refuse_other_mailbox(struct imap_host_session *session) {
  refuse(session, SPAN("NONEXISTENT"), SPAN("There is no mailbox here but INBOX"));
}

/* ---- \Recent ---- */

static struct imap_recent *recent_of(struct imap_host *host, const struct mail_user *user) {
  for (struct imap_recent *it = host->recents; it; it = it->next)
    if (span_equal(it->user->name, user->name)) return it;
  struct imap_recent *recent = arena_alloc(&host->arena, sizeof *recent);
  *recent = (struct imap_recent){host->recents, user, 0};
  return host->recents = recent;
}

/* ---- what the mailbox is ---- */

static struct imap_entry entry_of(const struct imap_host_session *session, const struct mail_user *user,
                                  size_t index) {
  struct maildrop_entry letter;
  mail_store_entry(store_of(session), user, index, &letter);
  bool recent = letter.uid >= session->recent_from && letter.uid < session->recent_before;
  return (struct imap_entry){.uid = letter.uid,
                             .flags = letter.flags | (recent ? IMAP_RECENT : 0),
                             .size = message_size(letter.message),
                             .date_us = letter.delivered_unix_us};
}

/* EXAMINE leaves what is recent to the next SELECT (RFC 3501 2.3.2). */
static void select_inbox(struct imap_host_session *session, bool read_only) {
  const struct mail_user *user = imap_user(session);
  struct mail_store *store = store_of(session);
  const struct agent *agent = &session->host->config.agent;
  struct imap_recent *recent = recent_of(session->host, user);
  size_t count = mail_store_count(store, user);
  if (count > IMAP_MESSAGES_MAX) count = IMAP_MESSAGES_MAX;
  session->selected = user;
  session->recent_from = recent->from;
  session->recent_before = mail_store_uid_next(store, user);
  if (!read_only) recent->from = session->recent_before;
  arena_reset(&session->arena);
  struct imap_entry *entries = arena_alloc(&session->arena, (count + 1) * sizeof *entries);
  for (size_t i = 0; i < count; i++) entries[i] = entry_of(session, user, i);
  struct imap_mailbox mailbox = {.entries = entries,
                                 .count = (uint32_t)count,
                                 .uid_validity = mail_store_uid_validity(store, user),
                                 .uid_next = mail_store_uid_next(store, user),
                                 .zone_minutes = network_host(agent->network, agent->host)->zone_minutes};
  imap_server_answer_mailbox(session->engine, &mailbox);
}

static void give_status(struct imap_host_session *session) {
  const struct mail_user *user = imap_user(session);
  struct mail_store *store = store_of(session);
  uint32_t recent_from = recent_of(session->host, user)->from;
  struct imap_status status = {.uid_validity = mail_store_uid_validity(store, user),
                               .uid_next = mail_store_uid_next(store, user)};
  size_t count = mail_store_count(store, user);
  for (size_t i = 0; i < count; i++) {
    struct maildrop_entry letter;
    mail_store_entry(store, user, i, &letter);
    status.messages++;
    status.recent += letter.uid >= recent_from;
    status.unseen += !(letter.flags & LETTER_SEEN);
    status.deleted += (letter.flags & LETTER_DELETED) != 0;
    status.size += message_size(letter.message);
  }
  imap_server_answer_status(session->engine, &status);
}

/* Which mailboxes there are nobody can change. */
static void refuse_change(struct imap_host_session *session, const struct imap_server_action *action) {
  bool inbox = is_inbox(action->mailbox);
  switch (action->change) {
  case IMAP_CREATE:
    refuse(session, inbox ? SPAN("ALREADYEXISTS") : SPAN("CANNOT"),
           inbox ? SPAN("INBOX is there already") : SPAN("Each user has one mailbox here, INBOX"));
    return;
  case IMAP_SUBSCRIBE:
    if (inbox)
      consent(session);
    else
      refuse_other_mailbox(session);
    return;
  case IMAP_DELETE:
  case IMAP_RENAME:
  case IMAP_UNSUBSCRIBE:
    if (inbox)
      refuse(session, SPAN("CANNOT"), SPAN("INBOX stays what it is"));
    else
      refuse_other_mailbox(session);
  }
}

/* ---- letters put in ---- */

static void append(struct imap_host_session *session, const struct imap_server_action *action) {
  const struct imap_host_config *config = &session->host->config;
  const struct mail_user *user = imap_user(session);
  struct message *message = action->message;
  int64_t now_us = network_host_unix_us(config->agent.network, config->agent.host);
  agent_note_compose(&config->agent, config->numbers, message, SPAN_EMPTY, SPAN_EMPTY);
  size_t index = mail_store_append(config->store, &config->agent, user, message, action->flags,
                                   action->has_date ? action->date_us : now_us);
  struct maildrop_entry letter;
  mail_store_entry(config->store, user, index, &letter);
  imap_server_answer_uids(session->engine, mail_store_uid_validity(config->store, user), &letter.uid, 1);
}

/* Into INBOX again, with flags and date (RFC 9051 6.4.7). */
static void copy(struct imap_host_session *session, const struct imap_server_action *action) {
  const struct imap_host_config *config = &session->host->config;
  const struct mail_user *user = session->selected;
  size_t index;
  arena_reset(&session->arena);
  uint32_t *uids = arena_alloc(&session->arena, action->count * sizeof *uids);
  for (uint32_t i = 0; i < action->count; i++) {
    struct maildrop_entry letter;
    bool there = mail_store_find(config->store, user, action->uids[i], &index);
    CHECK(there); /* else the engine would know by now */
    mail_store_entry(config->store, user, index, &letter);
    index = mail_store_append(config->store, &config->agent, user, letter.message, letter.flags,
                              letter.delivered_unix_us);
    mail_store_entry(config->store, user, index, &letter);
    uids[i] = letter.uid;
  }
  imap_server_answer_uids(session->engine, mail_store_uid_validity(config->store, user), uids, action->count);
}

/* ---- letters read, changed, removed ---- */

static void change_letter(struct imap_host_session *session, const struct imap_server_action *action) {
  const struct imap_host_config *config = &session->host->config;
  size_t index;
  struct maildrop_entry letter;
  if (!mail_store_find(config->store, session->selected, action->uid, &index)) {
    refuse(session, SPAN("EXPUNGEISSUED"), SPAN("That message is there no more"));
    return;
  }
  if (action->kind == IMAP_SERVER_READ) {
    mail_store_entry(config->store, session->selected, index, &letter);
    connection_sends_text_of(config->agent.network, session->connection, true, letter.message);
    imap_server_answer_message(session->engine, letter.message);
  } else if (action->kind == IMAP_SERVER_STORE) {
    mail_store_set_flags(config->store, &config->agent, session->selected, index, action->flags);
    consent(session);
  } else if (mail_store_is_locked(config->store, session->selected)) {
    imap_note_decision(session, SPAN("maildrop"), false, SPAN("in_use"), SPAN("INUSE"));
    refuse(session, SPAN("INUSE"), SPAN("A POP3 session has the maildrop: nothing can be removed now"));
  } else {
    mail_store_remove(config->store, &config->agent, session->selected, index);
    consent(session);
  }
}

void imap_decide(struct imap_host_session *session, const struct imap_server_action *action) {
  static const struct imap_listed inbox = {SPAN_INIT("INBOX"), SPAN_INIT("\\HasNoChildren"), true};
  bool other = action->mailbox.len && !is_inbox(action->mailbox);
  if (action->kind == IMAP_SERVER_LIST)
    imap_server_answer_list(session->engine, &inbox, 1);
  else if (action->kind == IMAP_SERVER_CHANGE)
    refuse_change(session, action);
  else if (action->kind == IMAP_SERVER_READ || action->kind == IMAP_SERVER_STORE ||
           action->kind == IMAP_SERVER_REMOVE)
    change_letter(session, action);
  else if (other)
    refuse_other_mailbox(session);
  else if (action->kind == IMAP_SERVER_STATUS)
    give_status(session);
  else if (action->kind == IMAP_SERVER_SELECT)
    select_inbox(session, action->read_only);
  else if (action->kind == IMAP_SERVER_APPEND)
    append(session, action);
  else if (action->kind == IMAP_SERVER_COPY)
    copy(session, action);
  else if (action->kind == IMAP_SERVER_MOVE)
    refuse(session, SPAN("CANNOT"), SPAN("They are in INBOX already"));
  else
    UNREACHABLE();
}

/* ---- what others do ---- */

/* Has it the user's INBOX open? */
static bool looks_at(const struct imap_host_session *session, const struct mail_user *user) {
  return session->selected && span_equal(session->selected->name, user->name) &&
         imap_server_state(session->engine) == IMAP_SERVER_SELECTED;
}

/* The first session that is told of it has it as \Recent. */
static void on_arrived(void *context, const struct mail_user *user, size_t index) {
  struct imap_host *host = context;
  struct imap_recent *recent = recent_of(host, user);
  for (struct imap_host_session *session = host->sessions; session; session = session->next) {
    if (!looks_at(session, user)) continue;
    struct imap_entry entry = entry_of(session, user, index);
    if (entry.uid >= recent->from) {
      entry.flags |= IMAP_RECENT;
      recent->from = entry.uid + 1;
    }
    imap_server_arrived(session->engine, &entry);
    imap_tell(session);
  }
}

static void on_removed(void *context, const struct mail_user *user, uint32_t uid) {
  struct imap_host *host = context;
  for (struct imap_host_session *session = host->sessions; session; session = session->next) {
    if (!looks_at(session, user)) continue;
    imap_server_removed(session->engine, uid);
    imap_tell(session);
  }
}

static void on_flags_changed(void *context, const struct mail_user *user, uint32_t uid, uint32_t flags) {
  struct imap_host *host = context;
  for (struct imap_host_session *session = host->sessions; session; session = session->next) {
    if (!looks_at(session, user)) continue;
    imap_server_flags_changed(session->engine, uid, flags);
    imap_tell(session);
  }
}

const struct mail_store_watcher imap_watcher = {on_arrived, on_removed, on_flags_changed};
