/* report_said: what was said, session by session, and what the DNS was asked. */
#include "readers/report_internal.h"

static void begin_row(struct report *report, const struct journal_record *record, const char *name,
                      const char *mark, const char *who) {
  buf_format(report->out, "<tr class=\"%s\"><td class=\"time\">", name);
  report_clock(report, record->time_us);
  if (*mark)
    buf_format(report->out, "</td><td class=\"who\"><abbr class=\"%s\" title=\"%s\">%s</abbr>", mark, who,
               *mark == 'c' ? "C:" : "S:");
  else
    report_markup(report, "</td><td class=\"who\">");
  report_markup(report, "</td><td>");
}

static void write_event(struct report *report, const struct journal_record *record, const char *words) {
  begin_row(report, record, "event", "", "");
  report_markup(report, words);
  if (record->kind == JOURNAL_CUT) report_text(report, record->text[0]);
  report_markup(report, "</td></tr>\n");
}

static void write_said(struct report *report, const struct journal_record *record) {
  bool is_server = record->number[0] != 0;
  begin_row(report, record, is_server ? "server" : "client", is_server ? "s" : "c",
            is_server ? "server" : "client");
  if (record->kind == JOURNAL_DATA)
    buf_format(report->out, "(letter %u, %lld octets, and a dot alone)", record->message,
               (long long)journal_data_octets(record));
  else
    report_text(report, record->text[0]);
  report_markup(report, "</td></tr>\n");
}

static void write_record(struct report *report, const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_LINE:
  case JOURNAL_DATA: write_said(report, record); return;
  case JOURNAL_CONNECTED: write_event(report, record, "The connection stands."); return;
  case JOURNAL_REFUSED: write_event(report, record, "Refused: nobody listens there."); return;
  case JOURNAL_TIMED_OUT: write_event(report, record, "No answer."); return;
  case JOURNAL_TLS:
    write_event(report, record, "TLS: who listens on the line sees lengths only from here on.");
    return;
  case JOURNAL_CLOSED:
    write_event(report, record, record->number[0] ? "The server closes." : "The client closes.");
    return;
  case JOURNAL_CUT: write_event(report, record, "The connection breaks: "); return;
  default: return;
  }
}

static void write_session(struct report *report, const struct session *session) {
  buf_format(report->out, "<h3>%u. ", session->connection);
  report_host(report, session->client);
  report_markup(report, " to ");
  if (session->server)
    report_host(report, session->server);
  else
    report_markup(report, "an address that nobody has");
  report_markup(report, ", ");
  report_text(report, session->protocol);
  buf_format(report->out, ", port %lld, %s</h3>\n", (long long)session->port,
             session->is_pull ? "a pull" : "a push");
  report_table(report, "wire", session->is_pull ? "C: fetches, S: has the mail" : "C: hands over, S: takes",
               "Time|Who|Line");
  for (size_t i = 0; i < session->count; i++) {
    struct journal_record record;
    journal_seq seq = report->world->by_connection[session->first + i].record;
    if (seq > report->last) break;
    journal_get(report->journal, seq, &record);
    write_record(report, &record);
  }
  report_markup(report, "</tbody></table>\n");
}

void report_sessions(struct report *report) {
  report_markup(report, "<section id=\"sessions\"><h2>Sessions</h2>\n");
  size_t count = 0;
  for (size_t i = 0; i < report->world->session_count; i++) {
    const struct session *session = &report->world->sessions[i];
    if (session->opened <= report->last && ++count <= REPORT_SESSIONS_MAX) write_session(report, session);
  }
  report_left_out(report, REPORT_SESSIONS_MAX, count, "sessions", "waystation run FILE");
  report_markup(report, "</section>\n");
}

static void write_answer(struct report *report, const struct journal_record *record) {
  bool from_cache = record->kind == JOURNAL_DNS_CACHED, lost = record->kind == JOURNAL_DNS_TIMEOUT;
  report_markup(report, "<tr><td class=\"time\">");
  report_clock(report, record->time_us);
  report_markup(report, "</td><td>");
  report_host(report, record->kind == JOURNAL_DNS_ANSWER ? record->number[1] : record->host);
  report_markup(report, from_cache ? ", remembered</td><td>" : "</td><td>");
  report_text(report, record->text[0]);
  report_markup(report, " ");
  report_text(report, record->text[1]);
  report_markup(report, "</td><td>");
  report_text(report, lost ? SPAN("no answer") : record->text[2]);
  report_markup(report, "</td><td><pre>");
  if (!lost) report_lines(report, record->text[3]);
  report_markup(report, "</pre></td></tr>\n");
}

void report_dns(struct report *report) {
  report_markup(report, "<section id=\"dns\"><h2>DNS</h2>\n");
  report_table(report, "dns", "What was asked, by whom, and what came back",
               "Time|Asked by|Question|Answer|Records");
  size_t count = 0;
  for (journal_seq seq = 1; seq <= report->last; seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(report->journal, seq);
    if (kind != JOURNAL_DNS_ANSWER && kind != JOURNAL_DNS_CACHED && kind != JOURNAL_DNS_TIMEOUT) continue;
    if (++count > REPORT_ROWS_MAX) continue;
    journal_get(report->journal, seq, &record);
    write_answer(report, &record);
  }
  report_markup(report, "</tbody></table>\n");
  report_left_out(report, REPORT_ROWS_MAX, count, "answers", "waystation run FILE --dns");
  report_markup(report, "</section>\n");
}
