/* What a struct scenario says of a file: every key, every default, what is derived, what extends does. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mail/dsn_request.h"
#include "proto/dns_record.h"
#include "scenario_files.h"
#include "world/scenario_values.h"
#include "world/software_load.h"

#define SECOND INT64_C(1000000)

static void fail_with(struct error_list *errors) {
  struct buf text = {0};
  for (size_t i = 0; i < errors->count; i++) error_format(&errors->items[i], &text);
  fprintf(stderr, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
  error_list_free(errors);
  fail_msg("the scenario was refused");
}

static struct scenario *load(const char *name) {
  char path[512];
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  snprintf(path, sizeof path, TESTS_DIR "/scenarios/%s", name);
  struct scenario *scenario = scenario_load(span_from(path), &reader, &errors);
  if (!scenario) fail_with(&errors);
  error_list_free(&errors);
  return scenario;
}

#define assert_span(got, expected)                                                                           \
  do {                                                                                                       \
    struct span got_span = (got);                                                                            \
    if (!span_equal(got_span, span_from(expected)))                                                          \
      fail_msg("%s:%d: got \"%.*s\", expected \"%s\"", __FILE__, __LINE__, SPAN_ARG(got_span), expected);    \
  } while (0)

/* The entries, with spaces between. */
static void assert_list(struct span_list list, const char *expected) {
  struct buf text = {0};
  for (size_t i = 0; i < list.count; i++) buf_format(&text, "%s%.*s", i ? " " : "", SPAN_ARG(list.items[i]));
  if (!span_equal(buf_span(&text), span_from(expected)))
    fail_msg("got \"%.*s\", expected \"%s\"", SPAN_ARG(buf_span(&text)), expected);
  buf_free(&text);
}

/* ---- the example of the design ---- */

static void short_example(void **state) {
  (void)state;
  struct scenario *s = load("jack-writes-to-janelle.json");
  assert_span(s->title, "Jack writes to Janelle");
  assert_true(s->start_unix_us == 1087575775 * SECOND);
  assert_int_equal(s->zone_minutes, -360);
  assert_int_equal(s->host_count, 4);
  assert_span(s->hosts[0].name, "jack-laptop");
  assert_span(s->hosts[0].region, "comcast.net");
  assert_span(s->hosts[0].icon, "laptop");
  assert_span(s->hosts[0].address, "192.0.2.1");
  assert_span(s->hosts[0].submits_to, "smtp.comcast.net");
  assert_span(s->hosts[1].software->name, "postfix");
  assert_true(s->hosts[1].require_auth);
  assert_span(s->hosts[2].delivers_to, "mx.umich.edu");
  assert_span(s->hosts[3].reads_from, "mx.umich.edu");
  assert_span(s->hosts[3].submits_to, "mx.umich.edu");
  assert_list(s->hosts[1].relays_from, ""); /* jack proves who he is */
  assert_list(s->hosts[2].relays_from, "janelle-laptop");
  assert_int_equal(s->action_count, 2);
  assert_true(s->actions[1].at_us == 600 * SECOND);
  assert_int_equal(s->actions[1].verb, VERB_FETCH);
  assert_span(s->people[1].mailbox, "janelle");
  assert_int_equal(s->expectations[0].line, 16);
  scenario_free(s);
}

/* ---- every key ---- */

static void everything_about_the_run(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  assert_span(s->subtitle, "A second line");
  assert_span(s->summary, "One line,\nand another.\n");
  assert_span(s->topic, "Tests");
  assert_list(s->teaches, "R1 R56");
  assert_true(s->start_unix_us == 1087575775 * SECOND + 250000);
  assert_true(s->seed == UINT64_C(9007199254740992));
  assert_true(s->until_us == 2 * 86400 * SECOND);
  assert_true(s->events_max == 5000 && s->messages_max == 60 && s->time_max_us == 3 * 86400 * SECOND);
  assert_true(s->latency_us == 35000 && s->bytes_per_second == 100000);
  assert_int_equal(s->link_count, 2);
  assert_span(s->links[0].a, "a.example");
  assert_span(s->links[0].b, "b.example");
  assert_span(s->links[0].label, "modem");
  assert_true(s->links[0].latency_us == 200000 && s->links[0].bytes_per_second == 120);
  assert_true(s->links[1].latency_us == 35000 && s->links[1].bytes_per_second == 100000);
  assert_int_equal(s->fault_count, 4);
  assert_span(s->faults[3].strips_tls_a, "pc");
  assert_span(s->faults[3].strips_tls_b, "a.example");
  assert_true(s->faults[0].at_us == 3600 * SECOND && s->faults[0].until_us == 9000 * SECOND);
  assert_span(s->faults[0].host, "b.example");
  assert_span(s->faults[0].why, "power");
  assert_span(s->faults[1].link_b, "b.example");
  assert_true(s->faults[1].until_us == 7200 * SECOND);
  assert_span(s->faults[2].dns_name, "c.example");
  assert_span(s->faults[2].dns_rcode, "NXDOMAIN");
  assert_true(s->faults[2].until_us == 0);
  assert_span(s->narration[0].when, "line side=client text~\"MAIL FROM\"");
  assert_true(s->narration[0].nth == 0);
  assert_span(s->narration[0].rfc, "RFC 5321 4.1.1.2");
  assert_int_equal(s->expectation_count, 11);
  assert_span(s->expectations[1].json, "{\"message\":1,\"delivered_to\":\"bob\",\"via\":[\"b.example\"],"
                                       "\"because\":\"mx\",\"within\":\"1h\",\"why\":\"because\"}");
  assert_int_equal(s->expectations[1].line, s->expectations[0].line + 1);
  assert_int_equal(s->expectations[2].line, s->expectations[1].line + 2);
  assert_int_equal(s->expectations[6].line, s->expectations[5].line);
  scenario_free(s);
}

static void everything_about_a_host(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  const struct scenario_host *a = &s->hosts[0], *pc = &s->hosts[2];
  assert_int_equal(a->roles, ROLE_MSA | ROLE_MTA | ROLE_MDA | ROLE_POP3);
  assert_span(a->software->version_stamp, "8.12.10/8.12.9");
  assert_span(a->label, "The first");
  assert_span(a->region, "east");
  assert_span(a->icon, "relay");
  assert_true(a->has_position && a->x == -10 && a->y == 250);
  assert_span(a->address, "198.51.100.7");
  assert_true(a->zone_minutes == 120 && a->zone_name.len == 0 && a->clock_offset_us == -9 * SECOND);
  assert_span(a->helo_name, "liar.example");
  assert_list(a->mail_for, "a.example A2.example");
  assert_list(a->relays_for, "c.example");
  assert_list(a->relays_from, "pc 192.0.2.0/24");
  assert_true(a->open_relay && a->no_ptr && a->leave_on_server && a->maildir && !a->require_auth);
  assert_true(a->alias_count == 2 && a->policies.count == 2 && a->retry_count == 2);
  assert_span(a->aliases[1].name, "all");
  assert_span(a->aliases[1].destinations[1].text, "bob@b.example");
  assert_span(a->policies.items[0].on, "rcpt");
  assert_span(a->policies.items[0].match, "*@a.example");
  assert_span(a->policies.items[0].from, "192.0.2.*");
  assert_true(a->policies.items[0].code == 450 && a->policies.items[0].times == 2);
  assert_span(a->policies.items[0].enhanced, "4.2.0");
  assert_span(a->policies.items[0].text, "Later");
  assert_span(a->policies.items[0].because, "greylist");
  assert_true(a->policies.items[1].code == 554 && a->policies.items[1].times == 0);
  assert_span(a->policies.items[1].because, "policy");
  assert_true(a->retry_after_us[1] == 1800 * SECOND && a->queue_life_us == 2 * 86400 * SECOND);
  assert_true(a->queue_delay_us == 1500000);
  assert_list(a->queue_ids, "LAA20869 MAA1");
  assert_true(a->process_id == 4345 && a->queue_sequence == 3420 && a->hop_limit == 17);
  assert_true(pc->zone_minutes == -360);
  assert_span(pc->zone_name, "MDT");
  scenario_free(s);
}

static void everything_about_tls(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  const struct scenario_tls *tls = &s->hosts[0].tls;
  assert_true(tls->said && tls->use.certificate == &tls->certificate && !tls->use.before_auth);
  assert_true(tls->use.version == TLS_1_2 && tls->use.policy == TLS_POLICY_REQUIRED);
  assert_int_equal(tls->certificate.name_count, 2);
  assert_span(tls->certificate.names[1], "*.a.example");
  assert_true(tls->certificate.expired && tls->certificate.self_signed);
  const struct scenario_host *pc = &s->hosts[2];
  assert_true(pc->submits_port == 465 && pc->reads_tls_first && !pc->tls.said);
  assert_span(pc->submits_to, "a.example");
  assert_span(pc->reads_from, "a.example");
  assert_true(!s->hosts[1].tls.said && s->hosts[1].submits_port == 0);
  scenario_free(s);
}

static void everything_about_a_software(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  const struct software *software = s->hosts[1].software;
  assert_span(software->product, "Other");
  assert_span(software->texts.text[SMTP_TEXT_NOOP], "250 2.0.0 Still here");
  assert_span(software->texts.text[SMTP_TEXT_HELP], "214 One\nTwo");
  assert_span(software->texts.text[SMTP_TEXT_RSET], "250 2.0.0 Ok"); /* Postfix's */
  assert_span(software->received, "Received: by {host}; {date}");
  assert_span(software->date_layout, "{year}");
  assert_span(software->message_id, "<{id}@{host}>");
  assert_span(software->message_id_field, "Message-Id");
  assert_true(software->queue_id == QUEUE_ID_COUNTER && software->hop_limit == 18);
  assert_true(!software->zone_comment && !software->looks_up_ptr && !software->for_single_recipient_only);
  assert_true(software->adds[0] == ADDED_DATE && software->adds[1] == ADDED_FROM && !software->adds[2]);
  assert_true(software->adds_delivered_to && software->adds_at == ADDED_IN_FRONT);
  assert_true(software->adds_when_relaying && software->client_uses_helo && !software->client_pipelines);
  assert_int_equal(software->client_without_8bitmime, WITHOUT_8BITMIME_RETURN);
  assert_span(software->client_conversion, "X: {encoding}");
  const struct smtp_server_config *server = &software->server;
  assert_true(server->esmtp && server->offer_help && server->offer_size && !server->offer_auth);
  assert_true(server->offer_expn && !server->offer_pipelining);
  assert_true(server->bare_names == SMTP_BARE_NAMES_RECEIVE && server->any_helo && server->mail_restarts);
  assert_true(server->ignores_parameters && server->ignores_arguments == SMTP_IGNORES_RSET &&
              !software->checks_recipients && software->client_divides &&
              software->etrn_for == ETRN_FOR_ALL && software->warn_after_us == INT64_C(7200000000));
  assert_true(server->offer_order[0] == SMTP_EXTENSION_HELP &&
              server->offer_order[1] == SMTP_EXTENSION_SIZE && server->offer_order[2] == SMTP_EXTENSION_NONE);
  assert_true(server->size_max == 1000 && server->recipients_max == 5 && server->errors_max == 3);
  assert_true(server->require_helo && server->auth_needs_tls && server->bare_newlines == SMTP_BARE_KEEP);
  assert_true(software->retry_count == 1 && software->retry_after_us[0] == 60 * SECOND);
  assert_true(s->hosts[1].queue_life_us == 3600 * SECOND);
  assert_span(software->bounce_from, "me@{host}");
  scenario_free(s);
}

static void everything_about_people(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  const struct scenario_person *ann = &s->people[0];
  assert_span(ann->display_name, "Ann");
  assert_span(ann->password, "pass word");
  assert_span(ann->from, "ann (Ann)");
  assert_span(ann->mailbox, "ann");
  assert_span(s->people[1].password, "secret");
  const struct scenario_action *send = &s->actions[0], *type = &s->actions[3];
  assert_true(send->at_us == 5400 * SECOND && send->verb == VERB_SEND);
  assert_span(send->who, "ann");
  assert_list(send->to, "bob Carl <carl@c.example>");
  assert_list(send->cc, "ann");
  assert_list(send->bcc, "d@d.example");
  assert_span(send->text, "Dear Bob,\n\n\xc3\xa9\xf0\x9f\x93\xa7\n");
  assert_span(send->from, "boss@a.example");
  assert_span(send->reverse_path, "<>");
  assert_true(send->has_envelope_to && !s->actions[1].has_envelope_to);
  assert_list(send->envelope_to, "x@b.example");
  assert_span(send->date, "yesterday");
  assert_span(send->message_id, "<1@pc>");
  assert_true(send->no_date && !send->no_message_id);
  assert_true(send->notify == (DSN_NOTIFY_SUCCESS | DSN_NOTIFY_DELAY) && send->returns == DSN_RETURN_HEADERS);
  assert_span(send->envelope_id, "QQ 314159");
  assert_int_equal(send->field_count, 2);
  assert_span(send->fields[0].name, "X-Mailer");
  assert_span(send->fields[0].value, "Pine 4.58");
  assert_span(send->fields[1].value, "");
  assert_list(send->field_order, "To From");
  assert_int_equal(s->actions[2].verb, VERB_REPLY);
  assert_span(type->to_host, "b.example");
  assert_int_equal(type->port, 587);
  assert_list(type->lines, "HELO me QUIT");
  assert_span(type->from_host, "a.example");
  scenario_free(s);
}

/* ---- DNS ---- */

static void assert_records(const struct scenario *s, const char *expected) {
  struct buf text = {0};
  for (size_t i = 0; i < s->dns_count; i++)
    buf_format(&text, "%.*s %u %.*s %.*s%s\n", SPAN_ARG(s->dns[i].name), s->dns[i].ttl_s,
               SPAN_ARG(s->dns[i].type), SPAN_ARG(s->dns[i].data), s->dns[i].automatic ? "" : " !");
  if (!span_equal(buf_span(&text), span_from(expected)))
    fail_msg("got\n%.*sexpected\n%s", SPAN_ARG(buf_span(&text)), expected);
  for (size_t i = 0; i < s->dns_count; i++) {
    struct arena arena = ARENA_EMPTY;
    struct dns_record record;
    assert_int_equal(dns_record_make(s->dns[i].name, s->dns[i].type, s->dns[i].ttl_s, s->dns[i].data,
                                     DNS_ROOT, &arena, &record),
                     DNS_OK);
    arena_free(&arena);
  }
  buf_free(&text);
}

static void records_by_hand(void **state) {
  (void)state;
  struct scenario *s = load("everything.json");
  assert_records(s, "www.a.example 3600 A 192.0.2.80 !\n"
                    "a.example 3600 MX 10 a.example !\n"
                    "a.example 5 TXT \"v=spf1 -all\" !\n"
                    "a.example 3600 A 198.51.100.7\n" /* no_ptr */
                    "b.example 3600 A 192.0.2.1\n"
                    "1.2.0.192.in-addr.arpa 3600 PTR b.example.\n"
                    "pc 3600 A 192.0.2.2\n");
  scenario_free(s);
}

static void records_that_follow(void **state) {
  (void)state;
  struct scenario *s = load("nothing-said.json");
  assert_records(s, "jack-laptop 3600 A 192.0.2.1\n"
                    "smtp.comcast.net 3600 A 192.0.2.2\n"
                    "2.2.0.192.in-addr.arpa 3600 PTR smtp.comcast.net.\n"
                    "mx.umich.edu 3600 A 192.0.2.3\n"
                    "3.2.0.192.in-addr.arpa 3600 PTR mx.umich.edu.\n"
                    "backup.umich.edu 3600 A 192.0.2.4\n"
                    "4.2.0.192.in-addr.arpa 3600 PTR backup.umich.edu.\n"
                    "janelle-laptop 3600 A 192.0.2.5\n"
                    "mail.csu.ac.uk 3600 A 192.0.2.6\n"
                    "6.2.0.192.in-addr.arpa 3600 PTR mail.csu.ac.uk.\n"
                    "phone 3600 AAAA 2001:db8::25\n"
                    "umich.edu 3600 MX 10 mx.umich.edu.\n"
                    "umich.edu 3600 MX 20 backup.umich.edu.\n");
  scenario_free(s);
}

/* ---- defaults ---- */

static void nothing_said(void **state) {
  (void)state;
  struct scenario *s = load("nothing-said.json");
  static const struct {
    uint32_t roles;
    const char *region, *icon, *submits_to, *reads_from, *delivers_to, *relays_from;
  } expected[] = {
      {ROLE_MUA, "comcast.net", "laptop", "smtp.comcast.net", "", "", ""},
      {ROLE_MSA | ROLE_MTA, "comcast.net", "server", "", "", "", "mail.csu.ac.uk"},
      {ROLE_MTA | ROLE_MDA | ROLE_POP3, "umich.edu", "server", "", "", "mx.umich.edu", "janelle-laptop"},
      {ROLE_MTA, "umich.edu", "relay", "", "", "", ""},
      {ROLE_MUA | ROLE_MRA, "umich.edu", "laptop", "mx.umich.edu", "mx.umich.edu", "", ""},
      {ROLE_MTA, "csu.ac.uk", "relay", "", "", "", ""},
      {ROLE_MUA, "", "laptop", "smtp.comcast.net", "", "", ""},
  };
  for (size_t i = 0; i < s->host_count; i++) {
    const struct scenario_host *host = &s->hosts[i];
    if (host->roles != expected[i].roles) fail_msg("%s: roles %u", host->name.data, host->roles);
    assert_span(host->region, expected[i].region);
    assert_span(host->icon, expected[i].icon);
    assert_span(host->submits_to, expected[i].submits_to);
    assert_span(host->reads_from, expected[i].reads_from);
    assert_span(host->delivers_to, expected[i].delivers_to);
    assert_list(host->relays_from, expected[i].relays_from);
    assert_span(host->label, host->name.data);
    assert_span(host->helo_name, host->name.data);
    assert_span(host->software->name, "neutral");
    assert_true(host->retry_count == 1 && host->retry_after_us[0] == 1800 * SECOND);
    assert_true(host->queue_life_us == 5 * 86400 * SECOND && host->hop_limit == 100 &&
                host->queue_delay_us == 0);
    assert_int_equal(host->process_id, 4000 + 1000 * i);
    assert_int_equal(host->zone_minutes, 0);
    assert_true(!host->has_position && !host->maildir && !host->leave_on_server && !host->open_relay);
  }
  assert_true(s->hosts[1].require_auth);
  assert_true(s->start_unix_us == 1736154000 * SECOND && s->seed == 1 && s->until_us == 0);
  assert_true(s->latency_us == 20000 && s->bytes_per_second == 0);
  assert_true(s->events_max == 10000000 && s->messages_max == 1000000 &&
              s->time_max_us == 365 * 86400 * SECOND);
  scenario_free(s);
}

/* ---- extends ---- */

static void laid_over(void **state) {
  (void)state;
  struct scenario *s = load("on-top.json");
  assert_span(s->title, "Laid over another");
  assert_span(s->subtitle, "A second line"); /* from below */
  assert_list(s->teaches, "R2");             /* lists are replaced */
  assert_true(s->events_max == 7 && s->messages_max == 60);
  assert_int_equal(s->host_count, 4);
  assert_span(s->hosts[0].name, "a.example");
  assert_span(s->hosts[3].name, "c.example"); /* new ones come last */
  const struct scenario_host *a = &s->hosts[0];
  assert_span(a->software->name, "qmail");
  assert_int_equal(a->alias_count, 2);
  assert_span(a->aliases[0].name, "postmaster");
  assert_span(a->aliases[1].name, "root"); /* all is gone */
  assert_int_equal(a->policies.count, 0);
  assert_false(a->has_position);
  assert_span(a->label, "The first");
  assert_span(s->people[0].password, "other");
  assert_span(s->people[0].display_name, "Ann");
  assert_int_equal(s->action_count, 1);
  assert_int_equal(s->fault_count, 0);
  assert_int_equal(s->narration_count, 1);
  assert_span(s->dns[0].name, "a.example");      /* www is gone */
  assert_int_equal(s->expectations[0].line, 16); /* of the file that says it */
  scenario_free(s);
}

/* A list laid over by an object: numbers change entries, words add some. */
static void changed_in_lists(void **state) {
  (void)state;
  struct scenario *s = load("in-the-list.json");
  assert_int_equal(s->action_count, 4);
  assert_int_equal(s->actions[0].verb, VERB_SEND);
  assert_int_equal(s->actions[1].verb, VERB_REPLY); /* the second is gone */
  assert_span(s->actions[1].text, "No.");
  assert_true(s->actions[3].at_us == 4 * 3600 * SECOND); /* a new one at the end */
  assert_int_equal(s->fault_count, 4);
  assert_false(s->faults[0].comes_up);
  assert_true(s->faults[2].comes_up);
  assert_int_equal(s->expectation_count, 0);

  assert_int_equal(s->dns_change_count, 1);
  const struct scenario_dns_change *change = &s->dns_changes[0];
  assert_true(change->at_us == 600 * SECOND);
  assert_span(change->name, "a.example");
  assert_span(change->why, "the move");
  assert_int_equal(change->removal_count, 3); /* TXT, one MX, and all A, because of "set" */
  assert_span(change->removals[0].type, "TXT");
  assert_span(change->removals[1].data, "10 a.example");
  assert_span(change->removals[2].type, "A");
  assert_int_equal(change->addition_count, 2);
  assert_span(change->additions[0].type, "MX");
  assert_span(change->additions[1].data, "192.0.2.99");
  assert_int_equal(change->additions[1].ttl_s, 7);

  assert_int_equal(s->question_count, 1);
  const struct scenario_question *question = &s->questions[0];
  assert_true(question->nth == 2 && question->about_message);
  assert_span(question->ask, "And now?");
  assert_span(question->answer, "Yes");
  assert_list(question->others, "No Later");
  assert_span(question->because, "It is so.");
  scenario_free(s);
}

/* ---- software ---- */

static int is_json(const struct dirent *entry) {
  return span_ends_with(span_from(entry->d_name), SPAN(".json"));
}

static void every_software(void **state) {
  (void)state;
  struct dirent **entries = NULL;
  int count = scandir(TESTS_DIR "/../assets/software", &entries, is_json, alphasort);
  assert_int_equal(count, software_name_count);
  for (int i = 0; i < count; i++) {
    struct error_list errors = {0};
    struct arena arena = ARENA_EMPTY;
    struct scenario_reader reader = real_reader();
    struct span name = span_from(entries[i]->d_name);
    name.len -= strlen(".json");
    const struct software *software = software_load(name, &reader, &arena, &errors);
    if (!software) fail_with(&errors);
    assert_true(span_equal(software->name, name));
    assert_true(span_starts_with(software->received, SPAN("Received: ")));
    assert_true(software->retry_count > 0 && software->queue_life_us > 0);
    error_list_free(&errors);
    arena_free(&arena);
    free(entries[i]);
  }
  free(entries);
}

static void unknown_software(void **state) {
  (void)state;
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct scenario_reader reader = real_reader();
  assert_null(software_load(SPAN("../../etc/passwd"), &reader, &arena, &errors));
  assert_int_equal(errors.count, 1);
  error_list_free(&errors);
  arena_free(&arena);
}

/* ---- values ---- */

static void zones(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool good;
    int32_t minutes;
  } cases[] = {
      {"-06:00", true, -360}, {"+05:30", true, 330}, {"Z", true, 0},      {"+00:00", true, 0},
      {"+14:00", true, 840},  {"+15:00", false, 0},  {"-0600", false, 0}, {"06:00", false, 0},
      {"-06:60", false, 0},   {"-6:00", false, 0},   {"MDT", false, 0},   {"", false, 0},
      {"z", false, 0},        {"-06:00 ", false, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int32_t minutes = 0;
    if (zone_parse(span_from(cases[i].text), &minutes) != cases[i].good || minutes != cases[i].minutes)
      fail_msg("\"%s\"", cases[i].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_example),
      cmocka_unit_test(everything_about_the_run),
      cmocka_unit_test(everything_about_a_host),
      cmocka_unit_test(everything_about_a_software),
      cmocka_unit_test(everything_about_tls),
      cmocka_unit_test(everything_about_people),
      cmocka_unit_test(records_by_hand),
      cmocka_unit_test(records_that_follow),
      cmocka_unit_test(nothing_said),
      cmocka_unit_test(laid_over),
      cmocka_unit_test(changed_in_lists),
      cmocka_unit_test(every_software),
      cmocka_unit_test(unknown_software),
      cmocka_unit_test(zones),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
