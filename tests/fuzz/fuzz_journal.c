/* Reads anything as a journal. What is taken must come out the same when written and read again, and
 * must be safe to ask about: the preamble, the versions, the sources. */
#include "base/check.h"
#include "journal/journal.h"
#include "journal/message_view.h"
#include "journal/preamble.h"
#include "journal/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool collect(void *context, struct span bytes) {
  return buf_add(context, bytes);
}

static void ask(const struct journal *journal) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct journal_versions *versions = journal_versions_new(journal);
  struct journal_record record;
  struct journal_block block;
  struct source_token token;
  struct buf whole = {0};
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    journal_get(journal, seq, &record);
    CHECK(record.cause < seq && journal_at_time(journal, record.time_us) >= seq);
    journal_host_label(preamble, record.host);
    journal_agent_role(preamble, record.agent);
    journal_person_name(preamble, record.number[0]);
    buf_clear(&whole);
    journal_message_write(versions, record.number[0], &whole);
    if (!journal_message_block(versions, record.number[0], &block)) continue;
    CHECK(journal_message_size(versions, record.number[0]) == whole.len);
    while (sources_next(&block.sources, &token)) CHECK(token.offset + token.length >= token.offset);
  }
  buf_free(&whole);
  journal_versions_free(versions);
  journal_preamble_free(preamble);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct error_list errors = {0};
  struct buf file = {0};
  struct journal *journal = journal_read_jsonl(SPAN("f"), span_of((const char *)data, size), &errors);
  CHECK((journal == NULL) == (errors.total > 0));
  if (journal) {
    char a[DIGEST_HEX_MAX], b[DIGEST_HEX_MAX];
    CHECK(journal_write_jsonl(journal, collect, &file));
    struct journal *again = journal_read_jsonl(SPAN("f"), buf_span(&file), &errors);
    CHECK(again && errors.total == 0);
    journal_fingerprint(journal, a);
    journal_fingerprint(again, b);
    CHECK(memcmp(a, b, sizeof a) == 0);
    ask(again);
    journal_free(again);
  }
  for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &file);
  journal_free(journal);
  buf_free(&file);
  error_list_free(&errors);
  return 0;
}
