/* scenario: what a scenario file says, read and checked, not yet running.
 *
 * Plain data in one arena: the loader (scenario_load.h) fills it from JSON and reports every mistake
 * with its place; the builder (world.h) makes hosts and programs of it. Nothing here knows JSON.
 * Every default is filled in by the loader, so that the builder decides nothing.
 * Spans, arrays and texts live in scenario.arena.
 */
#pragma once

#include "agents/software.h"
#include "agents/tls_use.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"
#include "mail/alias_file.h"

enum {
  SCENARIO_FILE_MAX = 16 * 1024 * 1024, /* octets of one file */
  SCENARIO_DEPTH_MAX = 64,              /* nesting of arrays and objects */
  SCENARIO_EXTENDS_MAX = 8,             /* files in a chain of "extends" */
  SCENARIO_HOSTS_MAX = 2000,
  SCENARIO_PEOPLE_MAX = 20000,
  SCENARIO_ACTIONS_MAX = 100000,   /* entries of "script" */
  SCENARIO_TEXT_MAX = 1024 * 1024, /* octets of one text, such as a letter's body */
  SCENARIO_LIST_MAX = 10000,       /* entries of any other list */
  SCENARIO_ADDRESSES_MAX = 16,     /* of one host */
};

/* What a host runs. */
enum scenario_role {
  ROLE_MUA = 1 << 0,
  ROLE_MSA = 1 << 1,
  ROLE_MTA = 1 << 2,
  ROLE_MDA = 1 << 3,
  ROLE_POP3 = 1 << 4,
  ROLE_MRA = 1 << 5,
  ROLE_DNS = 1 << 6,
  ROLE_IMAP = 1 << 7,
};

struct span_list {
  const struct span *items;
  size_t count;
};

struct scenario_alias {
  struct span name; /* local part */
  struct alias_destination *destinations;
  size_t destination_count;
  uint32_t line; /* in aliases_text; 0: written as an object, in no file */
};

/* A file that lies on a host when the story begins: a list to be included, a document. */
struct scenario_file {
  struct span path, text;
};

/* "policies": a host's planned answers, for refusals, greylisting and the like. First match wins. */
struct scenario_policy {
  struct span on;    /* connect helo mail rcpt data vrfy expn */
  struct span match; /* wildcard over the subject (address, name); empty: everything */
  struct span from;  /* wildcard over the client's host name or address; empty: everyone */
  uint16_t code;
  struct span enhanced;
  struct span text;
  uint32_t times;      /* applies to so many requests, then no longer; 0: always */
  struct span because; /* one word for the journal: "greylist", "full" … */
};

struct scenario_policies {
  struct scenario_policy *items;
  size_t count;
};

/* "tls": what its programs do with it. */
struct scenario_tls {
  bool said; /* false: they know of none */
  bool has_certificate;
  struct tls_certificate certificate;
  bool policy_said;
  struct tls_use use; /* points to the certificate, if there is one */
};

struct scenario_host {
  struct span name;    /* its DNS name or a bare word: "mx.umich.edu", "jack-laptop" */
  struct span address; /* IPv4 or IPv6; given or assigned from 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24,
                          then 10/8 */
  struct span_list further; /* addresses besides that one */
  struct span label;        /* "Comcast outgoing"; default: name */
  struct span region; /* tinted region on the stage: a domain; default: the name's organisational part, or its
                         user's domain */
  struct span icon;   /* laptop phone desktop server relay mailbox directory; default from the roles */
  bool has_position;
  int32_t x, y; /* design units */
  int64_t clock_offset_us;
  int32_t zone_minutes;
  struct span zone_name;
  uint32_t roles; /* enum scenario_role */
  const struct software *software;
  struct span helo_name;        /* what it says in HELO; default: name */
  struct span_list mail_for;    /* domains whose mail ends here */
  struct span_list relays_for;  /* domains it accepts and passes on (backup MX, gateway) */
  struct span_list relays_from; /* hosts (by name) and networks ("192.0.2.0/24") it relays anything for */
  bool open_relay;
  bool no_ptr;             /* its address has no PTR record */
  struct span smarthost;   /* host name, or empty: MX routing */
  struct span delivers_to; /* host of the MDA; default: itself if it runs one */
  struct span submits_to;  /* MUA: host of the MSA or MTA */
  uint16_t submits_port;   /* 0: 587, or 25 when that host runs no msa */
  struct span reads_from;  /* MRA: host of the POP3 or IMAP server */
  bool reads_by_imap;
  bool reads_tls_first; /* by port 995, or 993 */
  struct scenario_tls tls;
  bool leave_on_server;
  bool maildir;      /* the MDA's store: Maildir; else mbox */
  bool require_auth; /* MSA */
  struct scenario_alias *aliases;
  size_t alias_count;
  struct span aliases_text; /* the file that they stand in, as it lies on the host; empty: in none */
  struct scenario_file *files;
  size_t file_count;
  struct scenario_policies policies;
  int64_t *retry_after_us; /* waits before the 2nd, 3rd … attempt; the last repeats */
  size_t retry_count;
  int64_t queue_life_us;      /* then it expires (default 5 days, RFC 5321 4.5.4.1) */
  int64_t queue_delay_us;     /* from acceptance to the first attempt */
  struct span_list queue_ids; /* pinned, used in order before any is computed */
  uint32_t process_id;        /* of the first session, for queue ids made from it; counts up */
  uint32_t queue_sequence;    /* starting value of sendmail 8.10+'s counter */
  uint32_t hop_limit;         /* a letter with so many Received fields is refused (default: the software's) */
};

struct scenario_link {
  struct span a, b; /* host names */
  int64_t latency_us;
  int64_t bytes_per_second; /* 0: no limit */
  struct span label;
};

/* One record of a zone, as in a zone file: "umich.edu", "MX", "10 mx.umich.edu." */
struct scenario_dns_record {
  struct span name, type, data;
  uint32_t ttl_s;
  bool automatic; /* derived from hosts, not written by the author */
};

struct scenario_person {
  struct span name;         /* the key: "jack" */
  struct span display_name; /* "Jack", or empty */
  struct span address;
  struct span uses; /* host */
  struct span password;
  struct span from;    /* the From field's exact value when given: "alice@… (Alice The Great)" */
  struct span mailbox; /* local user name at the store; default: local part of the address */
  struct span forward; /* what ~/.forward holds; empty: there is none */
};

enum scenario_verb { VERB_SEND, VERB_FETCH, VERB_REPLY, VERB_TYPE, VERB_READ };

struct scenario_field {
  struct span name, value;
};

struct scenario_action {
  int64_t at_us;
  struct span who; /* person */
  enum scenario_verb verb;
  /* send, reply */
  struct span_list to, cc, bcc; /* people's keys or addresses or "Name <address>" */
  struct span subject, text;    /* text in UTF-8, LF lines */
  struct span from;             /* header From, when not the person's own */
  struct span reverse_path;     /* MAIL FROM, when not the address of From; "<>" for null */
  bool has_envelope_to;
  struct span_list envelope_to; /* RCPT TO, when not To+Cc+Bcc */
  struct span date;             /* exact Date value, or empty */
  struct span message_id;       /* exact, with <>, or empty: computed */
  bool no_message_id;           /* leaves it to the MSA */
  bool no_date;
  struct scenario_field *fields; /* further fields, in order, after the usual ones */
  size_t field_count;
  struct span_list field_order; /* names, when the program writes them in an order of its own */
  /* What they want to be told of the letter (RFC 3461). */
  uint8_t notify;          /* enum dsn_notify or'ed; 0: not said */
  uint8_t returns;         /* enum dsn_return */
  struct span envelope_id; /* as it is, not in xtext */
  /* type: somebody types at a server, as with telnet or nc */
  struct span to_host;
  uint16_t port;
  struct span_list lines; /* each awaits the reply to the one before */
  struct span from_host;  /* where they sit, to type or to fetch; default: the person's host */
};

struct scenario_fault {
  int64_t at_us, until_us;                /* until 0: for good */
  bool comes_up;                          /* the other way round: up at at_us, down again at until_us */
  struct span host;                       /* a host goes down … */
  struct span link_a, link_b;             /* … or a link */
  struct span strips_tls_a, strips_tls_b; /* … or somebody between two hosts overwrites offers of TLS */
  struct span dns_name;                   /* … or a name's lookups fail with dns_rcode */
  struct span dns_rcode;                  /* SERVFAIL, NXDOMAIN, TIMEOUT */
  struct span why;
};

/* Records to be taken away: all of a type, or the one that says just that. */
struct scenario_dns_removal {
  struct span type, data; /* data empty: all of the type; type empty too: all */
};

/* The name's records change at a time: what is removed goes first. */
struct scenario_dns_change {
  int64_t at_us;
  struct span name;
  struct scenario_dns_removal *removals;
  size_t removal_count;
  struct scenario_dns_record *additions;
  size_t addition_count;
  struct span why;
};

/* A machine is set up anew at a time: what is not said stays. */
struct scenario_host_change {
  int64_t at_us;
  struct span host;
  bool sets_open_relay, sets_relays_from, sets_policies;
  bool open_relay;
  struct span_list relays_from;
  struct scenario_policies policies;
  struct span why;
};

struct scenario_narration {
  struct span when; /* a pattern of journal/match.h */
  uint32_t nth;     /* 0: each match */
  struct span say;
  struct span rfc;
  struct span file; /* where it stands, for reports */
  uint32_t line;    /* 0: not known */
};

/* Asked before a record that matches. */
struct scenario_question {
  struct span when; /* a pattern of journal/match.h */
  uint32_t nth;     /* 0: each match */
  struct span ask, answer;
  struct span_list others; /* wrong answers */
  struct span because, rfc;
  bool about_message; /* the letter stays in view, not the machines */
  struct span file;   /* where it stands, for reports */
  uint32_t line;      /* 0: not known */
};

struct scenario_expectation {
  uint32_t line;    /* in the file, for reports */
  struct span json; /* the object's text, checked for form by the loader, judged by readers/expect.h */
};

struct scenario {
  struct arena arena;
  struct span file;
  struct span title, subtitle, summary, topic;
  struct span_list teaches;
  int64_t start_unix_us;
  int32_t zone_minutes; /* of "start"; hosts without a zone of their own take it */
  uint64_t seed;
  int64_t until_us;   /* the run's end; 0: until quiet */
  int64_t latency_us; /* default path */
  int64_t bytes_per_second;
  uint64_t events_max; /* limits of the run; each ends it with a message */
  uint64_t messages_max;
  int64_t time_max_us; /* simulated */
  struct scenario_host *hosts;
  size_t host_count;
  struct scenario_link *links;
  size_t link_count;
  struct scenario_dns_record *dns;
  size_t dns_count;
  struct scenario_person *people;
  size_t person_count;
  struct scenario_action *actions;
  size_t action_count;
  struct scenario_fault *faults;
  size_t fault_count;
  struct scenario_dns_change *dns_changes;
  size_t dns_change_count;
  struct scenario_host_change *host_changes;
  size_t host_change_count;
  struct scenario_narration *narration;
  size_t narration_count;
  struct scenario_question *questions;
  size_t question_count;
  struct scenario_expectation *expectations;
  size_t expectation_count;
  struct error_list warnings; /* what is allowed, and surely a slip; in the order of the file */
};
