#include "readers/store_view.h"

#include "base/mem.h"
#include "mail/mbox.h"

enum { NAME_MAX_OCTETS = 200, HEADER_MAX = 1 << 20 };

/* One file with the letters in it: where each begins and ends. */
struct piece {
  size_t letter; /* index */
  size_t offset, octets;
};

struct store_file {
  uint16_t host;
  struct span path;
  struct piece *pieces;
  size_t count, capacity;
};

struct fold {
  const struct journal_versions *versions;
  struct store_view view;
  struct store_file *files;
  size_t count, capacity;
  struct buf text;
};

/* ---- files ---- */

static struct store_file *find(struct fold *fold, uint16_t host, struct span path) {
  for (size_t i = fold->count; i-- > 0;)
    if (fold->files[i].host == host && span_equal(fold->files[i].path, path)) return &fold->files[i];
  return NULL;
}

static struct store_file *find_or_add(struct fold *fold, uint16_t host, struct span path) {
  struct store_file *file = find(fold, host, path);
  if (file) return file;
  fold->files = mem_grow(fold->files, &fold->capacity, fold->count + 1, sizeof *fold->files);
  fold->files[fold->count] = (struct store_file){.host = host, .path = path};
  return &fold->files[fold->count++];
}

static struct stored_letter *add_letter(struct fold *fold, const struct journal_record *record) {
  struct store_view *view = &fold->view;
  view->letters = mem_grow(view->letters, &view->capacity, view->count + 1, sizeof *view->letters);
  struct stored_letter *letter = &view->letters[view->count++];
  *letter = (struct stored_letter){
      .host = record->host, .record = record->seq, .time_us = record->time_us, .message = record->message};
  return letter;
}

static size_t octets_in_file(struct fold *fold, const struct stored_letter *letter) {
  struct buf message = {0};
  bool mbox = letter->kind == STORE_MBOX;
  journal_message_write(fold->versions, letter->version, &message);
  buf_clear(&fold->text);
  mbox_write_lines(buf_span(&message), mbox ? MBOX_RD : MBOX_UNQUOTED, &fold->text);
  buf_free(&message);
  return letter->from_line.len + fold->text.len + mbox;
}

static void write_file(struct fold *fold, const struct journal_record *record) {
  bool mbox = span_equal(record->text[2], SPAN("mbox"));
  if (!record->number[1] || (!mbox && !span_equal(record->text[2], SPAN("maildir")))) return;
  struct stored_letter *letter = add_letter(fold, record);
  letter->kind = mbox ? STORE_MBOX : STORE_MAILDIR;
  letter->path = record->text[0];
  letter->from_line = record->text[1];
  letter->version = record->number[1];
  struct store_file *file = find_or_add(fold, record->host, record->text[0]);
  struct piece piece = {.letter = fold->view.count - 1, .octets = octets_in_file(fold, letter)};
  if (record->number[0] > 0 && record->number[0] <= JOURNAL_INTEGER_MAX)
    piece.offset = (size_t)record->number[0];
  file->pieces = mem_grow(file->pieces, &file->capacity, file->count + 1, sizeof *file->pieces);
  file->pieces[file->count++] = piece;
}

/* Letters of which anything is cut are gone; those behind move up. */
static void cut_file(struct fold *fold, const struct journal_record *record) {
  struct store_file *file = find(fold, record->host, record->text[0]);
  if (!file || record->number[0] < 0 || record->number[1] <= 0) return;
  size_t start = (size_t)record->number[0], octets = (size_t)record->number[1], kept = 0;
  for (size_t i = 0; i < file->count; i++) {
    struct piece piece = file->pieces[i];
    if (piece.offset >= start && piece.offset - start >= octets)
      piece.offset -= octets;
    else if (piece.offset >= start || start - piece.offset < piece.octets) {
      fold->view.letters[piece.letter].is_gone = true;
      continue;
    }
    file->pieces[kept++] = piece;
  }
  file->count = kept;
}

static void remove_file(struct fold *fold, struct store_file *file) {
  for (size_t i = 0; i < file->count; i++) fold->view.letters[file->pieces[i].letter].is_gone = true;
  mem_free(file->pieces);
  *file = fold->files[--fold->count];
}

static void rename_file(struct fold *fold, const struct journal_record *record) {
  if (span_equal(record->text[0], record->text[1]) || !find(fold, record->host, record->text[0])) return;
  struct store_file *replaced = find(fold, record->host, record->text[1]);
  if (replaced) remove_file(fold, replaced);
  struct store_file *file = find(fold, record->host, record->text[0]);
  file->path = record->text[1];
  for (size_t i = 0; i < file->count; i++) fold->view.letters[file->pieces[i].letter].path = record->text[1];
}

/* ---- whose ---- */

static void note_delivery(struct fold *fold, const struct journal_record *record) {
  struct store_file *file = find(fold, record->host, record->text[3]);
  if (!file || file->count == 0) return;
  struct stored_letter *letter = &fold->view.letters[file->pieces[file->count - 1].letter];
  letter->recipient = record->text[1];
  letter->person = (uint16_t)(record->number[1] & UINT16_MAX);
}

static void note_retrieval(struct fold *fold, const struct journal_record *record) {
  struct stored_letter *letter = add_letter(fold, record);
  letter->kind = STORE_PROGRAM;
  letter->version = record->number[0];
  letter->person = (uint16_t)(record->number[1] & UINT16_MAX);
}

static void take(struct fold *fold, const struct journal_record *record) {
  struct store_file *file;
  switch (record->kind) {
  case JOURNAL_FILE_WRITE: write_file(fold, record); return;
  case JOURNAL_FILE_CUT: cut_file(fold, record); return;
  case JOURNAL_FILE_REMOVE:
    file = find(fold, record->host, record->text[0]);
    if (file) remove_file(fold, file);
    return;
  case JOURNAL_FILE_RENAME: rename_file(fold, record); return;
  case JOURNAL_DELIVERED: note_delivery(fold, record); return;
  case JOURNAL_RETRIEVED: note_retrieval(fold, record); return;
  default: return;
  }
}

struct store_view store_view_make(const struct journal *journal, const struct journal_versions *versions,
                                  journal_seq last) {
  struct fold fold = {.versions = versions};
  if (last == 0 || last > journal_count(journal)) last = journal_count(journal);
  for (journal_seq seq = 1; seq <= last; seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(journal, seq);
    if (kind < JOURNAL_DELIVERED || kind > JOURNAL_RETRIEVED) continue;
    journal_get(journal, seq, &record);
    take(&fold, &record);
  }
  for (size_t i = 0; i < fold.count; i++) mem_free(fold.files[i].pieces);
  mem_free(fold.files);
  buf_free(&fold.text);
  return fold.view;
}

void store_view_free(struct store_view *view) {
  mem_free(view->letters);
  *view = (struct store_view){0};
}

/* ---- one letter ---- */

/* Within the years that a date can show, whatever a journal says. */
static int64_t within_dates(int64_t unix_us) {
  const int64_t first = date_days_from_civil(DATE_YEAR_MIN, 1, 2) * DATE_DAY_US;
  const int64_t last = date_days_from_civil(DATE_YEAR_MAX, 12, 30) * DATE_DAY_US;
  return unix_us < first ? first : unix_us > last ? last : unix_us;
}

int64_t stored_letter_unix_us(const struct journal_preamble *preamble, const struct stored_letter *letter,
                              int32_t *zone_minutes_out) {
  const struct journal_host *host = journal_host(preamble, letter->host);
  int64_t zone = host ? host->zone_minutes : 0;
  bool sane = zone >= -DATE_ZONE_MAX_MINUTES && zone <= DATE_ZONE_MAX_MINUTES;
  *zone_minutes_out = sane ? (int32_t)zone : 0;
  int64_t offset_us = host ? within_dates(host->clock_offset_us) : 0;
  return within_dates(within_dates(preamble->start_unix_us) + letter->time_us + offset_us);
}

/* What Return-Path says, where a delivery has left it (RFC 5321 4.4); else empty, as for the null path. */
static struct span return_path(struct span header) {
  struct span field;
  while (journal_next_field(&header, &field)) {
    if (!span_starts_with_nocase(field, SPAN("Return-Path:"))) continue;
    size_t open = span_find(field, '<'), shut = span_find_last(field, '>');
    if (open == SPAN_NONE || shut == SPAN_NONE || shut < open) return SPAN_EMPTY;
    return span_slice(field, open + 1, shut - open - 1);
  }
  return SPAN_EMPTY;
}

void stored_letter_write_mbox(const struct stored_letter *letter, const struct journal_preamble *preamble,
                              const struct journal_versions *versions, struct buf *out) {
  struct buf message = {0};
  bool has_from_line = span_starts_with(letter->from_line, SPAN("From ")) &&
                       span_find(letter->from_line, '\n') == letter->from_line.len - 1;
  if (has_from_line) {
    buf_add(out, letter->from_line);
  } else {
    int32_t zone;
    int64_t unix_us = stored_letter_unix_us(preamble, letter, &zone);
    journal_message_header(versions, letter->version, &message);
    mbox_write_from_line(return_path(buf_span(&message)), unix_us, zone, out);
    buf_clear(&message);
  }
  journal_message_write(versions, letter->version, &message);
  mbox_write_lines(buf_span(&message), MBOX_RD, out);
  buf_add_char(out, '\n');
  buf_free(&message);
}

/* The file's own name, and its flags behind ":2,". */
static struct span own_name(const struct stored_letter *letter, struct span *flags_out) {
  size_t slash = span_find_last(letter->path, '/');
  struct span name = slash == SPAN_NONE ? letter->path : span_skip(letter->path, slash + 1);
  size_t colon = span_find(name, ':');
  *flags_out = colon == SPAN_NONE ? SPAN_EMPTY : span_skip(name, colon);
  return span_first(name, colon == SPAN_NONE ? name.len : colon);
}

bool stored_letter_is_seen(const struct stored_letter *letter) {
  struct span flags;
  if (letter->kind != STORE_MAILDIR) return letter->kind == STORE_PROGRAM;
  own_name(letter, &flags);
  return span_starts_with(flags, SPAN(":2,")) && span_find(flags, 'S') != SPAN_NONE;
}

static void write_safely(struct span name, struct buf *out) {
  name = span_first(name, NAME_MAX_OCTETS);
  for (size_t i = 0; i < name.len; i++) {
    char c = name.data[i];
    bool safe = ascii_is_alnum(c) || c == '_' || c == '-' || c == '=' || c == '@' || (c == '.' && i > 0);
    buf_add_char(out, safe ? c : '_');
  }
}

void stored_letter_write_name(const struct stored_letter *letter, const struct journal_preamble *preamble,
                              struct buf *out) {
  struct span flags, name = own_name(letter, &flags);
  if (letter->kind == STORE_MAILDIR && name.len) {
    write_safely(name, out);
    return;
  }
  int32_t zone;
  int64_t unix_us = stored_letter_unix_us(preamble, letter, &zone);
  buf_format(out, "%lld.M%lldR%u.", (long long)(unix_us / 1000000), (long long)(unix_us % 1000000),
             letter->record);
  struct span host = journal_host_name(preamble, letter->host);
  write_safely(host.len ? host : SPAN("host"), out);
}
