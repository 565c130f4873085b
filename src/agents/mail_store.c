#include "agents/mail_store.h"

#include "base/check.h"
#include "base/mem.h"
#include "mail/mbox.h"

enum { FIRST_PROCESS = 1000 };

struct letter {
  struct message *message;
  int64_t delivered_unix_us; /* by the host's clock */
  uint32_t number;           /* of the maildrop's letters (mbox), of the store's deliveries (Maildir) */
  uint16_t agent;            /* who delivered */
  uint8_t flags;
  bool in_cur; /* of a Maildir: once there, never new again */
};

struct maildrop {
  struct letter *letters;
  size_t count, capacity;
  uint32_t delivered; /* letters ever */
  uint32_t last_number;
  uint32_t validity_s; /* time of the first delivery: tells this maildrop from an earlier one of that name */
  bool locked;
  uint32_t name_len;
  char name[];
};

struct mail_store {
  struct network *network;
  host_id host;
  struct file_system *files;
  bool maildir;
  uint32_t deliveries;
  struct maildrop **slots; /* by name; never walked but to free */
  size_t slot_count, maildrop_count;
  const struct mail_store_watcher *watcher;
  void *watcher_context;
  struct buf path, other, from_line; /* for the texts of the present call */
};

struct mail_store *mail_store_new(const struct agent *agent, struct file_system *files, bool maildir) {
  struct mail_store *store = mem_zalloc(sizeof *store);
  store->network = agent->network;
  store->host = agent->host;
  store->files = files;
  store->maildir = maildir;
  store->slot_count = 8;
  store->slots = mem_zalloc(store->slot_count * sizeof *store->slots);
  return store;
}

static void maildrop_free(struct maildrop *drop) {
  for (size_t i = 0; i < drop->count; i++) message_release(drop->letters[i].message);
  mem_free(drop->letters);
  mem_free(drop);
}

void mail_store_free(struct mail_store *store) {
  if (!store) return;
  for (size_t i = 0; i < store->slot_count; i++)
    if (store->slots[i]) maildrop_free(store->slots[i]);
  mem_free(store->slots);
  buf_free(&store->path);
  buf_free(&store->other);
  buf_free(&store->from_line);
  mem_free(store);
}

bool mail_store_is_maildir(const struct mail_store *store) {
  return store->maildir;
}

void mail_store_watch(struct mail_store *store, const struct mail_store_watcher *watcher, void *context) {
  store->watcher = watcher;
  store->watcher_context = context;
}

/* ---- maildrops by name ---- */

static size_t slot_of(const struct mail_store *store, struct span name) {
  size_t at = span_hash(name) & (store->slot_count - 1);
  for (;; at = (at + 1) & (store->slot_count - 1)) {
    const struct maildrop *drop = store->slots[at];
    if (!drop || span_equal(span_of(drop->name, drop->name_len), name)) return at;
  }
}

static struct maildrop *find(const struct mail_store *store, const struct mail_user *user) {
  return store->slots[slot_of(store, user->name)];
}

static void grow_table(struct mail_store *store) {
  struct maildrop **old = store->slots;
  size_t old_count = store->slot_count;
  store->slot_count *= 2;
  store->slots = mem_zalloc(store->slot_count * sizeof *store->slots);
  for (size_t i = 0; i < old_count; i++)
    if (old[i]) store->slots[slot_of(store, span_of(old[i]->name, old[i]->name_len))] = old[i];
  mem_free(old);
}

/* The user's maildrop, made at its first use. */
static struct maildrop *maildrop_of(struct mail_store *store, const struct mail_user *user) {
  struct maildrop *drop = find(store, user);
  if (drop) return drop;
  if (++store->maildrop_count * 2 > store->slot_count) grow_table(store);
  CHECK(user->name.len <= UINT32_MAX);
  drop = mem_alloc(sizeof *drop + user->name.len);
  *drop = (struct maildrop){.name_len = (uint32_t)user->name.len};
  if (user->name.len) memcpy(drop->name, user->name.data, user->name.len);
  return store->slots[slot_of(store, user->name)] = drop;
}

static struct letter *letter_at(const struct mail_store *store, const struct mail_user *user, size_t index) {
  struct maildrop *drop = find(store, user);
  CHECK(drop && index < drop->count);
  return &drop->letters[index];
}

/* ---- names of files ---- */

static struct span mbox_path(struct buf *out, struct span user) {
  buf_clear(out);
  buf_add(out, SPAN("/var/mail/"));
  buf_add(out, user);
  return buf_span(out);
}

static void add_unique_name(const struct mail_store *store, const struct letter *letter, bool with_host,
                            struct buf *out) {
  buf_add_i64(out, letter->delivered_unix_us / 1000000);
  buf_add(out, SPAN(".M"));
  buf_add_i64(out, letter->delivered_unix_us % 1000000);
  buf_add_char(out, 'P');
  buf_add_u64(out, FIRST_PROCESS + letter->agent);
  buf_add_char(out, 'Q');
  buf_add_u64(out, letter->number);
  if (!with_host) return;
  buf_add_char(out, '.');
  buf_add(out, network_host(store->network, store->host)->name);
}

/* ":2,FS": in the order of the letters, as qmail's maildir(5) and Dovecot have it. */
static void add_flags(uint8_t flags, struct buf *out) {
  static const struct {
    uint8_t flag;
    char letter;
  } letters[] = {{LETTER_DRAFT, 'D'},
                 {LETTER_FLAGGED, 'F'},
                 {LETTER_ANSWERED, 'R'},
                 {LETTER_SEEN, 'S'},
                 {LETTER_DELETED, 'T'}};
  buf_add(out, SPAN(":2,"));
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
    if (flags & letters[i].flag) buf_add_char(out, letters[i].letter);
}

static struct span maildir_path(const struct mail_store *store, struct buf *out, struct span user,
                                const char *folder, const struct letter *letter) {
  buf_clear(out);
  buf_add(out, SPAN("/home/"));
  buf_add(out, user);
  buf_add(out, SPAN("/Maildir/"));
  buf_add_text(out, folder);
  buf_add_char(out, '/');
  add_unique_name(store, letter, true, out);
  if (letter->in_cur) add_flags(letter->flags, out);
  return buf_span(out);
}

static struct span path_of(struct mail_store *store, struct span user, const struct letter *letter) {
  if (!store->maildir) return mbox_path(&store->path, user);
  return maildir_path(store, &store->path, user, letter->in_cur ? "cur" : "new", letter);
}

/* ---- delivering ---- */

static struct span from_line(struct mail_store *store, struct span reverse_path, int64_t unix_us) {
  int32_t zone_minutes = network_host(store->network, store->host)->zone_minutes;
  buf_clear(&store->from_line);
  mbox_write_from_line(reverse_path, unix_us, zone_minutes, &store->from_line);
  return buf_span(&store->from_line);
}

static struct letter *add_letter(struct maildrop *drop, const struct letter *letter) {
  drop->letters = mem_grow(drop->letters, &drop->capacity, drop->count + 1, sizeof *drop->letters);
  drop->letters[drop->count] = *letter;
  message_retain(letter->message);
  return &drop->letters[drop->count++];
}

/* The first use of a maildrop gives it its time. */
static void begin_validity(const struct mail_store *store, struct maildrop *drop) {
  if (!drop->validity_s)
    drop->validity_s = (uint32_t)(network_host_unix_us(store->network, store->host) / 1000000);
  if (!drop->validity_s) drop->validity_s = 1;
}

/* Writes it where it belongs. */
static journal_seq write_letter(struct mail_store *store, const struct agent *agent,
                                const struct mail_user *user, const struct letter *letter,
                                struct span reverse_path) {
  struct span path = path_of(store, user->name, letter);
  if (!store->maildir)
    return file_system_append(store->files, agent, path,
                              from_line(store, reverse_path, letter->delivered_unix_us), letter->message,
                              FILE_MBOX);
  struct span tmp = maildir_path(store, &store->other, user->name, "tmp", letter);
  journal_seq written =
      file_system_append(store->files, agent, tmp, SPAN_EMPTY, letter->message, FILE_MAILDIR);
  sim_set_cause(agent->sim, written);
  return file_system_rename(store->files, agent, tmp, path);
}

static size_t put_in(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                     struct letter *letter, struct span reverse_path) {
  struct maildrop *drop = maildrop_of(store, user);
  begin_validity(store, drop);
  drop->delivered++;
  store->deliveries++;
  letter->number = drop->last_number = store->maildir ? store->deliveries : drop->delivered;
  letter->agent = agent->number;
  add_letter(drop, letter);
  sim_set_cause(agent->sim, write_letter(store, agent, user, letter, reverse_path));
  if (store->watcher) store->watcher->arrived(store->watcher_context, user, drop->count - 1);
  return drop->count - 1;
}

struct span mail_store_deliver(struct mail_store *store, const struct agent *agent,
                               const struct mail_user *user, struct message *message,
                               struct span reverse_path) {
  struct letter letter = {.message = message,
                          .delivered_unix_us = network_host_unix_us(store->network, store->host)};
  size_t index = put_in(store, agent, user, &letter, reverse_path);
  if (!store->watcher) return buf_span(&store->path); /* as it was written to */
  return path_of(store, user->name, letter_at(store, user, index));
}

size_t mail_store_append(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                         struct message *message, uint32_t flags, int64_t delivered_unix_us) {
  struct letter letter = {.message = message,
                          .delivered_unix_us = delivered_unix_us,
                          .flags = (uint8_t)flags,
                          .in_cur = flags != 0};
  return put_in(store, agent, user, &letter, SPAN_EMPTY);
}

/* ---- reading ---- */

size_t mail_store_count(const struct mail_store *store, const struct mail_user *user) {
  const struct maildrop *drop = find(store, user);
  return drop ? drop->count : 0;
}

/* "!" to "~", and not too many of them (RFC 1939 7). */
static bool is_unique_id(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] < '!' || text.data[i] > '~') return false;
  return text.len <= MAILDROP_UNIQUE_ID_MAX;
}

static struct span unique_id(struct mail_store *store, const struct maildrop *drop,
                             const struct letter *letter) {
  struct buf *out = &store->other;
  buf_clear(out);
  if (!store->maildir) {
    buf_format(out, "%08x%08x", (unsigned)letter->number, (unsigned)drop->validity_s);
    return buf_span(out);
  }
  add_unique_name(store, letter, true, out);
  if (is_unique_id(buf_span(out))) return buf_span(out);
  buf_clear(out);
  add_unique_name(store, letter, false, out);
  return buf_span(out);
}

void mail_store_entry(struct mail_store *store, const struct mail_user *user, size_t index,
                      struct maildrop_entry *entry_out) {
  const struct letter *letter = letter_at(store, user, index);
  entry_out->message = letter->message;
  entry_out->unique_id = unique_id(store, find(store, user), letter);
  entry_out->path = path_of(store, user->name, letter);
  entry_out->uid = letter->number;
  entry_out->flags = letter->flags;
  entry_out->delivered_unix_us = letter->delivered_unix_us;
}

uint32_t mail_store_uid_validity(struct mail_store *store, const struct mail_user *user) {
  struct maildrop *drop = maildrop_of(store, user);
  begin_validity(store, drop);
  return drop->validity_s;
}

uint32_t mail_store_uid_next(const struct mail_store *store, const struct mail_user *user) {
  const struct maildrop *drop = find(store, user);
  return drop ? drop->last_number + 1 : 1;
}

bool mail_store_find(const struct mail_store *store, const struct mail_user *user, uint32_t uid,
                     size_t *index_out) {
  const struct maildrop *drop = find(store, user);
  size_t low = 0, high = drop ? drop->count : 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (drop->letters[middle].number < uid)
      low = middle + 1;
    else
      high = middle;
  }
  *index_out = low;
  return drop && low < drop->count && drop->letters[low].number == uid;
}

bool mail_store_lock(struct mail_store *store, const struct mail_user *user) {
  struct maildrop *drop = maildrop_of(store, user);
  if (drop->locked) return false;
  return drop->locked = true;
}

void mail_store_unlock(struct mail_store *store, const struct mail_user *user) {
  struct maildrop *drop = find(store, user);
  CHECK(drop && drop->locked);
  drop->locked = false;
}

bool mail_store_is_locked(const struct mail_store *store, const struct mail_user *user) {
  const struct maildrop *drop = find(store, user);
  return drop && drop->locked;
}

void mail_store_set_flags(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                          size_t index, uint32_t flags) {
  struct letter *letter = letter_at(store, user, index);
  if (letter->flags == flags) return;
  struct span from = SPAN_EMPTY;
  if (store->maildir)
    from = maildir_path(store, &store->other, user->name, letter->in_cur ? "cur" : "new", letter);
  letter->flags = (uint8_t)flags;
  letter->in_cur = true;
  if (store->maildir) file_system_rename(store->files, agent, from, path_of(store, user->name, letter));
  if (store->watcher) store->watcher->flags_changed(store->watcher_context, user, letter->number, flags);
}

void mail_store_mark_seen(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                          size_t index) {
  mail_store_set_flags(store, agent, user, index, letter_at(store, user, index)->flags | LETTER_SEEN);
}

static void note_read(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                      struct span path, uint32_t message, size_t letters) {
  struct journal_record record = agent_record(agent, JOURNAL_FILE_READ);
  record.message = message;
  record.number[0] = (int64_t)file_system_size(store->files, path);
  record.number[1] = (int64_t)letters;
  record.number[2] = user->person;
  record.text[0] = path;
  sim_note_cause(agent->sim, &record);
}

void mail_store_read(struct mail_store *store, const struct agent *agent, const struct mail_user *user) {
  struct maildrop *drop = maildrop_of(store, user);
  journal_seq cause = sim_cause(agent->sim);
  if (!store->maildir && drop->locked) {
    agent_note(agent, SPAN("the mailbox is locked: a POP3 session has it"));
    return;
  }
  if (!store->maildir && file_system_exists(store->files, mbox_path(&store->path, user->name)))
    note_read(store, agent, user, mbox_path(&store->path, user->name),
              drop->count ? drop->letters[drop->count - 1].message->number : 0, drop->count);
  for (size_t i = 0; store->maildir && i < drop->count; i++) {
    sim_set_cause(agent->sim, cause);
    note_read(store, agent, user, path_of(store, user->name, &drop->letters[i]),
              drop->letters[i].message->number, 1);
    mail_store_mark_seen(store, agent, user, i);
  }
}

void mail_store_remove(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                       size_t index) {
  struct letter *letter = letter_at(store, user, index);
  struct maildrop *drop = find(store, user);
  struct span path = path_of(store, user->name, letter);
  if (store->maildir)
    file_system_remove(store->files, agent, path);
  else
    file_system_cut(store->files, agent, path, index);
  uint32_t uid = letter->number;
  message_release(letter->message);
  drop->count--;
  memmove(letter, letter + 1, (drop->count - index) * sizeof *letter);
  if (store->watcher) store->watcher->removed(store->watcher_context, user, uid);
}
