/* view_journal: small journals for the tests of the view, written by hand.
 *
 *     story   anna's laptop ──submission──▶ post.north ──smtp──▶ mx.south ◀──pop3── bert's laptop
 *     crowd   so many hosts in so many regions, each talking to the next and some across
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"

static int64_t at_us; /* of the next record */

static inline journal_seq note(struct journal *journal, struct journal_record record) {
  for (int i = 0; i < JOURNAL_TEXTS; i++)
    if (!record.text[i].data) record.text[i] = SPAN_EMPTY;
  record.time_us = at_us;
  return journal_append(journal, &record);
}

static inline void note_host(struct journal *journal, uint16_t host, const char *name, const char *region,
                             const char *icon) {
  note(journal, (struct journal_record){.kind = JOURNAL_HOST,
                                        .host = host,
                                        .number = {0, 0, -1, -1},
                                        .text = {span_from(name), SPAN("192.0.2.1"), span_from(name),
                                                 span_from(region), span_from(icon)}});
}

static inline void note_agent(struct journal *journal, uint16_t host, const char *role) {
  note(journal, (struct journal_record){
                    .kind = JOURNAL_AGENT, .host = host, .agent = host, .text = {span_from(role)}});
}

static inline void say(struct journal *journal, uint32_t connection, uint16_t host, int side,
                       const char *text) {
  at_us += 20000;
  note(journal, (struct journal_record){.kind = JOURNAL_LINE,
                                        .host = host,
                                        .connection = connection,
                                        .number = {side, at_us + 10000},
                                        .text = {span_from(text)}});
}

static inline void open_connection(struct journal *journal, uint32_t connection, uint16_t client,
                                   uint16_t server, int64_t port, const char *protocol) {
  at_us += 1000;
  note(journal, (struct journal_record){.kind = JOURNAL_CONNECT,
                                        .host = client,
                                        .connection = connection,
                                        .number = {server, port, 49152},
                                        .text = {SPAN("192.0.2.1"), span_from(protocol)}});
  note(journal,
       (struct journal_record){
           .kind = JOURNAL_CONNECTED, .host = client, .connection = connection, .number = {server, port}});
}

static inline void close_connection(struct journal *journal, uint32_t connection, uint16_t client) {
  at_us += 1000;
  note(journal, (struct journal_record){.kind = JOURNAL_CLOSED, .host = client, .connection = connection});
}

/* One letter over one connection; the server stamps version + 1 and accepts. */
static inline void relay(struct journal *journal, uint32_t connection, uint16_t client, uint16_t server,
                         int64_t port, int64_t version) {
  open_connection(journal, connection, client, server, port, port == 587 ? "submission" : "smtp");
  say(journal, connection, server, 1, "220 ready");
  say(journal, connection, client, 0, "EHLO client");
  say(journal, connection, server, 1, "250 hello");
  say(journal, connection, client, 0, "MAIL FROM:<anna@north.example>");
  say(journal, connection, server, 1, "250 ok");
  say(journal, connection, client, 0, "RCPT TO:<bert@south.example>");
  say(journal, connection, server, 1, "250 ok");
  say(journal, connection, client, 0, "DATA");
  say(journal, connection, server, 1, "354 go on");
  at_us += 20000;
  note(journal, (struct journal_record){.kind = JOURNAL_DATA,
                                        .host = client,
                                        .connection = connection,
                                        .message = 1,
                                        .number = {0, at_us, version, 100}});
  note(journal,
       (struct journal_record){.kind = JOURNAL_STAMP,
                               .host = server,
                               .message = 1,
                               .number = {version + 1, version},
                               .text = {SPAN("Received: from client\r\n\tby server; now\r\n"), SPAN("")}});
  note(journal,
       (struct journal_record){.kind = JOURNAL_ACCEPTED,
                               .host = server,
                               .message = 1,
                               .number = {version + 1, 120},
                               .text = {SPAN("Q1"), SPAN("anna@north.example"), SPAN("bert@south.example")}});
  say(journal, connection, server, 1, "250 accepted");
  note(journal,
       (struct journal_record){.kind = JOURNAL_RELAYED,
                               .host = client,
                               .message = 1,
                               .number = {server},
                               .text = {SPAN("Q1"), SPAN("bert@south.example"), SPAN("next"), SPAN("ok")}});
  say(journal, connection, client, 0, "QUIT");
  say(journal, connection, server, 1, "221 bye");
  close_connection(journal, connection, client);
}

static inline void note_delivery(struct journal *journal) {
  note(journal, (struct journal_record){.kind = JOURNAL_STAMP,
                                        .host = 3,
                                        .message = 1,
                                        .number = {4, 3},
                                        .text = {SPAN("Return-Path: <anna@north.example>\r\n"), SPAN("")}});
  note(journal, (struct journal_record){
                    .kind = JOURNAL_DELIVERED,
                    .host = 3,
                    .message = 1,
                    .number = {4, 2},
                    .text = {SPAN("Q1"), SPAN("bert@south.example"), SPAN("mbox"), SPAN("/var/mail/bert")}});
}

static inline void note_fetch(struct journal *journal) {
  at_us += 600000000;
  open_connection(journal, 3, 4, 3, 110, "pop3");
  say(journal, 3, 3, 1, "+OK ready");
  say(journal, 3, 4, 0, "RETR 1");
  at_us += 20000;
  note(journal,
       (struct journal_record){
           .kind = JOURNAL_DATA, .host = 3, .connection = 3, .message = 1, .number = {1, at_us, 4, 140}});
  note(journal,
       (struct journal_record){
           .kind = JOURNAL_RETRIEVED, .host = 4, .connection = 3, .message = 1, .number = {4, 2, 0}});
  say(journal, 3, 4, 0, "QUIT");
  close_connection(journal, 3, 4);
}

static inline struct journal *story_journal(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  at_us = 0;
  note(journal,
       (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("A story"), SPAN("in short")}});
  note_host(journal, 1, "anna-laptop", "north.example", "laptop");
  note_host(journal, 2, "post.north.example", "north.example", "server");
  note_host(journal, 3, "mx.south.example", "south.example", "server");
  note_host(journal, 4, "bert-laptop", "south.example", "laptop");
  note_host(journal, 5, "ns.invalid", "", "hidden");
  const char *const roles[] = {"mua", "msa", "mta", "mra", "dns"};
  for (uint16_t host = 1; host <= 5; host++) note_agent(journal, host, roles[host - 1]);
  note(journal, (struct journal_record){.kind = JOURNAL_NARRATION,
                                        .number = {1},
                                        .text = {SPAN("stamp host=mx.south.example"),
                                                 SPAN("The second stamp."), SPAN("RFC 5321 4.4")}});
  note(journal, (struct journal_record){.kind = JOURNAL_COMPOSE,
                                        .host = 1,
                                        .message = 1,
                                        .number = {1},
                                        .text = {SPAN("From: anna@north.example\r\nSubject: Hello\r\n"),
                                                 SPAN("Good day.\r\n"), SPAN("anna@north.example"),
                                                 SPAN("bert@south.example")}});
  relay(journal, 1, 1, 2, 587, 1);
  relay(journal, 2, 2, 3, 25, 2);
  note_delivery(journal);
  note_fetch(journal);
  note(journal, (struct journal_record){.kind = JOURNAL_END, .text = {SPAN("quiet")}});
  return journal;
}

/* One machine that has mail for each of the others, which stand in another region. */
static inline struct journal *star_journal(uint16_t hosts) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct arena arena = ARENA_EMPTY;
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("A star")}});
  note_host(journal, 1, "hub", "club", "server");
  for (uint16_t host = 2; host <= hosts; host++)
    note_host(journal, host, arena_format(&arena, "site%u", host).data, "members", "server");
  for (uint16_t host = 1; host <= hosts; host++) note_agent(journal, host, "mta");
  for (uint16_t host = 2; host <= hosts; host++) open_connection(journal, host, 1, host, 25, "smtp");
  arena_free(&arena);
  return journal;
}

static inline struct journal *crowd_journal(uint16_t hosts, uint16_t regions) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct arena arena = ARENA_EMPTY;
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("A crowd")}});
  for (uint16_t host = 1; host <= hosts; host++) {
    const char *name = arena_format(&arena, "host%u.region%u.example", host, host % regions).data;
    const char *region = arena_format(&arena, "region%u.example", host % regions).data;
    note_host(journal, host, name, region, host % 3 == 0 ? "laptop" : "server");
  }
  for (uint16_t host = 1; host <= hosts; host++) note_agent(journal, host, host % 3 == 0 ? "mua" : "mta");
  uint32_t connection = 0;
  for (uint16_t host = 1; host < hosts; host++) {
    open_connection(journal, ++connection, host, (uint16_t)(host + 1), 25, "smtp");
    say(journal, connection, host, 0, "EHLO host");
    if (host % 4 == 1 && host + 5 <= hosts)
      open_connection(journal, ++connection, host, (uint16_t)(host + 5), 25, "smtp");
  }
  arena_free(&arena);
  return journal;
}
