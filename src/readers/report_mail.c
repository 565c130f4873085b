/* report_mail: each letter's header with who wrote what, what became of each recipient's mail, the checks. */
#include "journal/sources.h"
#include "readers/audit.h"
#include "readers/expect.h"
#include "readers/report_internal.h"

enum { BLOCKS_MAX = 200 };

/* ---- a letter, newest fields first ---- */

static void write_sources(struct report *report, const struct journal_block *block) {
  struct span rest = block->sources;
  struct source_token token;
  if (!rest.len) return;
  report_table(report, "sources", "Where its words come from", "Clause|Words|From");
  while (sources_next(&rest, &token)) {
    report_markup(report, "<tr><td>");
    report_text(report, token.clause);
    report_markup(report, "</td><td><code>");
    report_text(report, span_slice(block->fields, token.offset, token.length));
    buf_format(report->out, "</code></td><td>%s</td></tr>\n", source_name(token.source));
  }
  report_markup(report, "</tbody></table>\n");
}

static void write_block(struct report *report, const struct journal_block *block) {
  struct span role = journal_agent_role(report->preamble, block->agent);
  uint32_t hop = world_hop(report->world, block->host);
  report_markup(report, "<div class=\"block\"><h4>");
  if (hop) buf_format(report->out, "<span class=\"n\">%u</span> ", hop);
  report_text(report, role.len ? role : SPAN("somebody"));
  report_markup(report, " on ");
  report_host(report, block->host);
  report_markup(report, block->kind == JOURNAL_COMPOSE   ? " wrote"
                        : block->kind == JOURNAL_STAMP   ? " put on top"
                        : block->kind == JOURNAL_CONVERT ? " converted to 7 bits"
                                                         : " completed");
  report_markup(report, ", at ");
  report_clock(report, block->time_us);
  report_markup(report, "</h4>\n<pre>");
  report_lines(report, block->fields);
  report_markup(report, "</pre>\n");
  write_sources(report, block);
  report_markup(report, "</div>\n");
}

/* A replaced header in pieces: fields that follow each other and have the same author. */
static void write_pieces(struct report *report, const struct journal_block *block) {
  struct span rest = block->fields;
  struct journal_block piece;
  while (world_next_part(report->world, block, &rest, &piece)) {
    piece.sources = SPAN_EMPTY; /* they count from the beginning of the author's own block */
    write_block(report, &piece);
  }
}

/* The blocks of a version from the newest down to those that have been shown already. */
struct shown {
  journal_seq records[BLOCKS_MAX];
  size_t count;
};

static bool has_been_shown(const struct shown *shown, journal_seq record) {
  for (size_t i = 0; i < shown->count; i++)
    if (shown->records[i] == record) return true;
  return false;
}

static void write_blocks(struct report *report, int64_t version, struct shown *shown) {
  struct journal_block block;
  for (; version && journal_message_block(report->world->versions, version, &block); version = block.under) {
    if (has_been_shown(shown, block.record) || shown->count == BLOCKS_MAX) return;
    shown->records[shown->count++] = block.record;
    if (journal_replaces_header(block.kind))
      write_pieces(report, &block);
    else
      write_block(report, &block);
  }
}

/* A letter to several has a version of its own at the end of each way; what is common to them is shown once.
 */
static void write_other_copies(struct report *report, const struct letter *letter, struct shown *shown) {
  for (size_t i = 0; i < letter->count; i++) {
    struct journal_record record;
    journal_seq seq = report->world->by_letter[letter->first + i].record;
    struct journal_block block;
    if (seq > report->last || journal_kind_at(report->journal, seq) != JOURNAL_DELIVERED) continue;
    journal_get(report->journal, seq, &record);
    if (!journal_message_block(report->world->versions, record.number[0], &block)) continue;
    if (has_been_shown(shown, block.record)) continue;
    report_markup(report, "<p>The copy for <code>&lt;");
    report_text(report, record.text[1]);
    report_markup(report, "&gt;</code> has on top of what it shares with the others:</p>\n");
    write_blocks(report, record.number[0], shown);
  }
}

static void write_letter(struct report *report, const struct letter *letter) {
  int64_t version = journal_message_newest(report->world->versions, letter->message, report->last);
  struct letter_state state;
  struct shown shown = {.count = 0};
  if (!version) return;
  buf_format(report->out, "<h3>Letter %u</h3>\n", letter->message);
  if (world_letter_at(report->world, letter->message, report->last, &state)) {
    report_markup(report, "<p>Envelope: from <code>&lt;");
    report_text(report, state.reverse_path);
    report_markup(report, "&gt;</code> to");
    struct span rest = state.recipients, recipient;
    while (span_next(&rest, '\n', &recipient)) {
      report_markup(report, " <code>&lt;");
      report_text(report, recipient);
      report_markup(report, "&gt;</code>");
    }
    report_markup(report, ". Newest fields first; the number is the hop that wrote them.</p>\n");
  }
  struct span body = journal_message_body(report->world->versions, version);
  write_blocks(report, version, &shown);
  write_other_copies(report, letter, &shown);
  report_markup(report, "<div class=\"block body\"><h4>Body</h4>\n<pre>");
  report_lines(report, body);
  report_markup(report, "</pre></div>\n");
}

void report_letters(struct report *report) {
  report_markup(report, "<section id=\"letters\"><h2>Letters</h2>\n");
  size_t count = report->world->letter_count;
  for (size_t i = 0; i < count && i < REPORT_LETTERS_MAX; i++)
    write_letter(report, &report->world->letters[i]);
  report_left_out(report, REPORT_LETTERS_MAX, count, "letters", "waystation show FILE headers --message N");
  report_markup(report, "</section>\n");
}

/* ---- what came of it ---- */

static void write_debt(struct report *report, const struct audit_debt *debt) {
  buf_format(report->out, "<tr><td>%u</td><td>", debt->message);
  report_text(report, debt->recipient);
  report_markup(report, "</td><td>");
  report_host(report, debt->host);
  buf_format(report->out, "</td><td>%s", audit_state_name(debt->state));
  if (debt->state == AUDIT_RELAYED) {
    report_markup(report, " to ");
    report_host(report, debt->next_host);
  }
  report_markup(report, "</td><td>");
  report_text(report, debt->place);
  report_markup(report, "</td></tr>\n");
}

void report_outcomes(struct report *report) {
  struct arena arena = ARENA_EMPTY;
  struct audit audit = audit_make(report->journal, report->last, &arena);
  report_markup(report, "<section id=\"outcome\"><h2>What came of it</h2>\n");
  report_table(report, "outcome",
               "Each recipient of each accepted letter, at each machine that was responsible for it",
               "Letter|Recipient|Machine|Fate|Place");
  for (size_t i = 0; i < audit.debt_count && i < REPORT_ROWS_MAX; i++) write_debt(report, &audit.debts[i]);
  report_markup(report, "</tbody></table>\n");
  report_left_out(report, REPORT_ROWS_MAX, audit.debt_count, "lines", "waystation show FILE audit");
  if (audit.fault_count)
    buf_format(report->out, "<p class=\"no\">✗ %zu breaches of the books: mail was lost or doubled.</p>\n",
               audit.fault_count);
  else
    report_markup(report,
                  "<p><span class=\"yes\">✓</span> The books balance: no mail was lost or doubled.</p>\n");
  report_markup(report, "</section>\n");
  arena_free(&arena);
}

void report_checks(struct report *report) {
  struct arena arena = ARENA_EMPTY;
  struct expect_result *results;
  size_t count = expect_judge(report->journal, &arena, &results);
  report_markup(report, "<section id=\"checks\"><h2>Checks</h2>\n");
  report_table(report, "checks", "What the scenario says must come true", "Met|Expected|Why not");
  for (size_t i = 0; i < count; i++) {
    report_markup(report, results[i].met ? "<tr><td><span class=\"yes\">✓ met</span></td><td><code>"
                                         : "<tr><td><span class=\"no\">✗ not met</span></td><td><code>");
    report_text(report, results[i].json);
    report_markup(report, "</code></td><td>");
    report_text(report, results[i].reason);
    report_markup(report, "</td></tr>\n");
  }
  report_markup(report, "</tbody></table></section>\n");
  arena_free(&arena);
}
