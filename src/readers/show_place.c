/* show_place: what lies where: mailboxes, queues, name server answers, the books of the audit. */
#include "base/duration.h"
#include "journal/files_view.h"
#include "readers/show_internal.h"

bool show_mailbox(struct show *show) {
  struct files_view view = files_view_make(show->journal, show->versions, show->last);
  for (size_t i = 0; i < view.count; i++) {
    const struct file_view *file = &view.files[i];
    if (!show_is_asked(show, show->options->message, file->host)) continue;
    struct span host = journal_host_name(show->preamble, file->host);
    if (show->options->json) {
      show_json_text(show, "host", host);
      show_json_text(show, "path", file->path);
      show_json_text(show, "form", file->form);
      show_json_text(show, "contents", buf_span(&file->contents));
      show_json_end(show);
    } else {
      buf_format(show->out, "== %.*s:%.*s (%zu octets)\n", SPAN_ARG(host), SPAN_ARG(file->path),
                 file->contents.len);
      buf_add(show->out, buf_span(&file->contents)); /* what a stranger wrote, NULs and all */
    }
  }
  files_view_free(&view);
  return true;
}

/* ---- the queue and the audit: the same books ---- */

static void write_debt(struct show *show, const struct audit_debt *debt) {
  struct span host = journal_host_name(show->preamble, debt->host);
  struct span place = debt->state == AUDIT_DELIVERED ? debt->place
                      : debt->state == AUDIT_RELAYED ? journal_host_name(show->preamble, debt->next_host)
                                                     : SPAN_EMPTY;
  if (show->options->json) {
    show_json_number(show, "message", debt->message);
    show_json_text(show, "recipient", debt->recipient);
    show_json_text(show, "host", host);
    show_json_text(show, "agent", journal_agent_role(show->preamble, debt->agent));
    show_json_text(show, "queue_id", debt->queue_id);
    show_json_text(show, "state", span_from(audit_state_name(debt->state)));
    show_json_text(show, "place", place);
    show_json_number(show, "accepted", debt->accepted);
    show_json_number(show, "settled", debt->settled);
    show_json_end(show);
    return;
  }
  buf_format(show->out, "letter %-4u %-28.*s %-26.*s %-5.*s %-10s %.*s\n", debt->message,
             SPAN_ARG(debt->recipient), SPAN_ARG(host),
             SPAN_ARG(journal_agent_role(show->preamble, debt->agent)), audit_state_name(debt->state),
             SPAN_ARG(place));
}

/* Why a queued recipient waits, and until when: its last DEFERRED. */
static void write_waiting(struct show *show, const struct audit_debt *debt) {
  struct journal_record record, last = {0};
  for (journal_seq seq = show_next(show, debt->accepted, JOURNAL_DEFERRED, &record); seq;
       seq = show_next(show, seq, JOURNAL_DEFERRED, &record))
    if (record.host == debt->host && record.message == debt->message &&
        span_equal(record.text[1], debt->recipient))
      last = record;
  if (!last.seq || show->options->json) return;
  buf_format(show->out, "  attempt %lld failed: %.*s; next try at ", (long long)last.number[0],
             SPAN_ARG(last.text[2]));
  duration_write_clock(last.number[1], show->out);
  buf_add_char(show->out, '\n');
}

bool show_queue(struct show *show) {
  struct audit audit = audit_make(show->journal, show->last, &show->arena);
  size_t waiting = 0;
  for (size_t i = 0; i < audit.debt_count; i++) {
    if (audit.debts[i].state != AUDIT_QUEUED ||
        !show_is_asked(show, audit.debts[i].message, audit.debts[i].host))
      continue;
    write_debt(show, &audit.debts[i]);
    write_waiting(show, &audit.debts[i]);
    waiting++;
  }
  if (!waiting && !show->options->json) buf_add_text(show->out, "nothing is waiting\n");
  return true;
}

bool show_audit(struct show *show) {
  struct audit audit = audit_make(show->journal, show->last, &show->arena);
  size_t states[AUDIT_EXPANDED + 1] = {0};
  for (size_t i = 0; i < audit.debt_count; i++) {
    states[audit.debts[i].state]++;
    if (show_is_asked(show, audit.debts[i].message, audit.debts[i].host)) write_debt(show, &audit.debts[i]);
  }
  show->faults = audit.fault_count;
  if (show->options->json) return true;
  buf_format(show->out, "responsibility was taken for %zu", audit.debt_count);
  const char *mark = ": ";
  for (size_t state = 0; state <= AUDIT_EXPANDED; state++) {
    if (!states[state]) continue;
    buf_format(show->out, "%s%zu %s", mark, states[state], audit_state_name((enum audit_state)state));
    mark = ", ";
  }
  buf_add_char(show->out, '\n');
  for (size_t i = 0; i < audit.fault_count; i++)
    buf_format(show->out, "record %u: %.*s\n", audit.faults[i].record, SPAN_ARG(audit.faults[i].text));
  buf_add_text(show->out,
               audit.fault_count ? "mail was lost or doubled\n" : "conserved: no mail was lost unseen\n");
  return true;
}

/* ---- names ---- */

bool show_dns(struct show *show) {
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    struct journal_record record;
    struct span line;
    enum journal_kind kind = journal_kind_at(show->journal, seq);
    if (kind != JOURNAL_DNS_ANSWER && kind != JOURNAL_DNS_CACHED && kind != JOURNAL_DNS_TIMEOUT) continue;
    journal_get(show->journal, seq, &record);
    uint16_t asker = kind == JOURNAL_DNS_ANSWER ? (uint16_t)record.number[1] : record.host;
    if (!show_is_asked(show, show->options->message, asker)) continue;
    struct span rcode = kind == JOURNAL_DNS_TIMEOUT ? SPAN("no answer") : record.text[2];
    struct span records = kind == JOURNAL_DNS_TIMEOUT ? SPAN_EMPTY : record.text[3];
    if (show->options->json) {
      show_json_number(show, "time_us", record.time_us);
      show_json_text(show, "host", journal_host_name(show->preamble, asker));
      show_json_text(show, "name", record.text[0]);
      show_json_text(show, "type", record.text[1]);
      show_json_text(show, "rcode", rcode);
      show_json_text(show, "records", records);
      show_json_end(show);
      continue;
    }
    buf_format(show->out, "%.*s asked %.*s %.*s%s: %.*s\n",
               SPAN_ARG(journal_host_name(show->preamble, asker)), SPAN_ARG(record.text[0]),
               SPAN_ARG(record.text[1]), kind == JOURNAL_DNS_CACHED ? " (its cache knew)" : "",
               SPAN_ARG(rcode));
    while (span_next(&records, '\n', &line))
      if (line.len) buf_format(show->out, "    %.*s\n", SPAN_ARG(line));
  }
  return true;
}
