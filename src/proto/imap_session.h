/* imap_session: the inside of an imap_server, for the files that it is made of.
 *
 *     imap_server.c    actions out, answers, the one door for the state
 *     imap_input.c     bytes in: a whole command with its literals
 *     imap_commands.c  the table of commands; those that need no mailbox
 *     imap_login.c     LOGIN, AUTHENTICATE, STARTTLS
 *     imap_mailboxes.c mailboxes as wholes: SELECT, STATUS, CREATE …, APPEND, COPY, MOVE; imap_list.c: LIST
 *     imap_view.c      the selected mailbox as this client knows it; untagged EXISTS, EXPUNGE, FETCH
 *     imap_store.c     STORE, EXPUNGE, CLOSE
 *     imap_fetch.c     FETCH: what is asked for; imap_fetch_write.c: what is given
 *     imap_search.c    SEARCH; imap_key.c: its keys; imap_match.c: whether a message fits them
 *     imap_respond.c   responses
 */
#pragma once

#include "proto/imap_scan.h"
#include "proto/imap_server.h"
#include "proto/line_reader.h"

/* Where the bytes of a command are. */
enum imap_input {
  IMAP_INPUT_LINE,
  IMAP_INPUT_LITERAL,
  IMAP_INPUT_REFUSED_LINE, /* the command has been refused, but goes on behind a literal nobody asked for */
  IMAP_INPUT_REFUSED_LITERAL,
};

/* A command that takes several steps, message by message. */
enum imap_task {
  IMAP_TASK_NONE,
  IMAP_TASK_FETCH,
  IMAP_TASK_STORE,
  IMAP_TASK_SEARCH,
  IMAP_TASK_EXPUNGE,
  IMAP_TASK_LIST
};

/* A message as this client knows it. Its number is its place in the view, from 1. */
struct imap_known {
  struct imap_entry entry;
  bool gone;    /* removed by another; the client has not been told yet */
  bool changed; /* its flags, by another; not told yet */
};
struct imap_view {
  struct imap_known *messages;
  size_t count, capacity;
  size_t told; /* so many the client has been told of: it cannot speak of others */
  uint32_t uid_validity, uid_next;
  int32_t zone_minutes;
  bool read_only;
  uint32_t *saved; /* uids: $ (RFC 9051 6.4.4.1) */
  size_t saved_count;
};

/* Which messages a command is about. */
struct imap_pick {
  struct imap_set set;
  bool by_uid;
};

enum imap_store_how { IMAP_STORE_REPLACE, IMAP_STORE_ADD, IMAP_STORE_REMOVE };

struct imap_server {
  const struct imap_server_config *config;
  enum imap_server_state state;
  enum imap_server_action_kind decision; /* open; IMAP_SERVER_WAIT: none */
  bool decision_given;
  enum imap_server_action_kind then; /* after what is to be sent: START_TLS, CLOSE or nothing */
  bool reply_ready, reply_given;     /* out is to be sent; has been given out */
  bool in_sasl, idling, tls_wanted, tls_on;
  bool rev2; /* ENABLEd */
  uint32_t errors;

  enum imap_input input;
  size_t literal_left, command_said;
  struct line_reader reader;
  struct buf command;
  struct span refusal; /* of a command that is read over */

  /* The command being answered. */
  struct arena arena, scratch; /* for the command, for one message of it */
  struct span tag, verb;
  bool uid_variant;
  enum imap_task task;
  size_t at; /* index of the message or mailbox under way */
  bool failed, some_gone;
  struct imap_pick pick;
  const struct imap_fetch *fetch;
  const struct imap_search *search;
  enum imap_store_how store_how;
  bool silent, is_close, was_stored;
  uint32_t flags; /* that a STORE names; of the message being stored */
  uint32_t wanted_flags;
  struct imap_server_action asking; /* what a decision is about */
  uint32_t *found;                  /* uids or numbers, of SEARCH */
  size_t found_count, found_capacity;
  struct imap_lists *lists;

  struct message *message; /* being read; NULL: not yet */
  bool read_refused;
  struct buf text; /* its octets */
  struct imap_view view;
  struct buf out, user, secret;
};

/* ---- imap_server.c ---- */
void imap_enter(struct imap_server *server, enum imap_server_state state);
/* Opens a decision about server->asking. */
void imap_ask(struct imap_server *server, enum imap_server_action_kind decision);
/* Asks for a message's octets. */
void imap_ask_message(struct imap_server *server, uint32_t uid);
void imap_forget_message(struct imap_server *server);

/* ---- imap_respond.c ---- */
/* Where to write what is sent next. */
struct buf *imap_out(struct imap_server *server);
/* "* 3 EXISTS"; without its CRLF. */
void imap_untagged(struct imap_server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "A1 NO [CODE] words", after what there is to tell of the mailbox; the command is over. */
void imap_finish(struct imap_server *server, const char *status, struct span code, struct span text);
void imap_ok(struct imap_server *server, const char *text);
void imap_no(struct imap_server *server, const char *code, const char *text);
/* The client's mistake: BAD; after too many, BYE. */
void imap_bad(struct imap_server *server, const char *text);
void imap_mistake(struct imap_server *server); /* counts one that has been answered otherwise */
void imap_bye(struct imap_server *server, struct span text);
void imap_write_capabilities(const struct imap_server *server, struct buf *out);

/* ---- imap_input.c ---- */
size_t imap_input_feed(struct imap_server *server, struct span bytes);

/* ---- imap_commands.c ---- */
typedef bool imap_run(struct imap_server *server, struct imap_scan *scan); /* false: bad arguments */
void imap_take_command(struct imap_server *server);
/* May a command that begins so have a literal that goes on for so long? Else it has been answered. */
bool imap_may_go_on(struct imap_server *server, bool is_append_sized);
/* Reads tag and verb off the front. False: they are none. */
bool imap_begin_command(struct imap_server *server, struct imap_scan *scan);
void imap_end_idle(struct imap_server *server, struct span line);

/* ---- imap_login.c ---- */
imap_run imap_do_login, imap_do_authenticate, imap_do_starttls;
void imap_take_sasl(struct imap_server *server, struct span line);

/* ---- imap_mailboxes.c ---- */
imap_run imap_do_select, imap_do_list, imap_do_lsub, imap_do_status, imap_do_create, imap_do_delete,
    imap_do_rename, imap_do_subscribe, imap_do_unsubscribe, imap_do_append, imap_do_copy, imap_do_move;
void imap_step_list(struct imap_server *server);
void imap_write_status(struct imap_server *server, const struct imap_status *status);

/* ---- imap_view.c ---- */
void imap_view_close(struct imap_server *server);
/* Tells what has happened to the mailbox; removals only where a client may be told of them. */
void imap_view_tell(struct imap_server *server, bool removals);
/* A message that the client knows is no more: its place and those behind it move up. */
void imap_view_drop(struct imap_server *server, size_t index);
size_t imap_view_find(const struct imap_view *view, uint32_t uid); /* view->count: it is not there */
/* "2:4" or "$"; checked that the client may speak of them. */
bool imap_view_pick(struct imap_server *server, struct imap_scan *scan, struct imap_pick *pick_out);
bool imap_view_is_picked(const struct imap_view *view, const struct imap_pick *pick, size_t index);
/* The next one from server->at on; false: none is left. Those that are gone are passed over and remembered.
 */
bool imap_view_next(struct imap_server *server);
uint32_t imap_shown_flags(const struct imap_server *server, const struct imap_known *known);

/* ---- imap_store.c ---- */
imap_run imap_do_store, imap_do_expunge, imap_do_close, imap_do_unselect;
void imap_step_store(struct imap_server *server);
void imap_stored(struct imap_server *server, bool ok); /* the answer to STORE, whoever asked */
void imap_step_expunge(struct imap_server *server);
void imap_removed(struct imap_server *server, const struct imap_answer *answer);

/* ---- imap_fetch.c, imap_fetch_write.c ---- */
enum imap_item_kind {
  IMAP_ITEM_FLAGS,
  IMAP_ITEM_UID,
  IMAP_ITEM_INTERNALDATE,
  IMAP_ITEM_SIZE,
  IMAP_ITEM_ENVELOPE,
  IMAP_ITEM_BODYSTRUCTURE,
  IMAP_ITEM_BODY, /* the structure without extensions */
  IMAP_ITEM_SECTION,
  IMAP_ITEM_RFC822,
  IMAP_ITEM_RFC822_HEADER,
  IMAP_ITEM_RFC822_TEXT,
  IMAP_ITEM_BINARY,
  IMAP_ITEM_BINARY_SIZE,
};
enum imap_section {
  IMAP_SECTION_WHOLE,
  IMAP_SECTION_HEADER,
  IMAP_SECTION_FIELDS,
  IMAP_SECTION_FIELDS_NOT,
  IMAP_SECTION_TEXT,
  IMAP_SECTION_MIME,
};
struct imap_item {
  enum imap_item_kind kind;
  enum imap_section section;
  uint32_t *numbers; /* of the part */
  size_t number_count;
  struct span *names; /* of fields */
  size_t name_count;
  bool is_partial;
  uint32_t offset, length;
};
struct imap_fetch {
  struct imap_item *items;
  size_t count, capacity;
  bool needs_text, sets_seen, has_flags;
};
imap_run imap_do_fetch;
void imap_step_fetch(struct imap_server *server);
/* "* 3 FETCH (…)" of the message under way. False: a part cannot be decoded (BINARY alone). */
bool imap_write_fetch(struct imap_server *server, const struct imap_known *known);

/* ---- imap_search.c, imap_key.c, imap_match.c ---- */
enum imap_key_kind {
  IMAP_KEY_ALL,
  IMAP_KEY_AND,
  IMAP_KEY_OR,
  IMAP_KEY_NOT,
  IMAP_KEY_SET,
  IMAP_KEY_FLAGS,   /* has all of them */
  IMAP_KEY_NEW,     /* \Recent and not \Seen */
  IMAP_KEY_NOTHING, /* a keyword: nobody has one */
  IMAP_KEY_BEFORE,
  IMAP_KEY_ON,
  IMAP_KEY_SINCE,
  IMAP_KEY_SENTBEFORE,
  IMAP_KEY_SENTON,
  IMAP_KEY_SENTSINCE,
  IMAP_KEY_LARGER,
  IMAP_KEY_SMALLER,
  IMAP_KEY_HEADER, /* name, text */
  IMAP_KEY_BODY,
  IMAP_KEY_TEXT,
};
struct imap_key {
  enum imap_key_kind kind;
  uint32_t flags, number;
  int64_t days;
  struct span name, text;
  struct imap_pick pick;
  struct imap_key *first, *next; /* the first of those in it; the next beside it */
};
struct imap_search {
  struct imap_key *key;
  bool needs_text;
  bool extended, min, max, all, count, save; /* RETURN */
};
imap_run imap_do_search;
void imap_step_search(struct imap_server *server);
/* All keys to the end, or, within parentheses, to the closing one. NULL: they are none. */
struct imap_key *imap_key_read(struct imap_server *server, struct imap_scan *scan,
                               struct imap_search *search);
bool imap_key_fits(struct imap_server *server, const struct imap_key *key, size_t index);
