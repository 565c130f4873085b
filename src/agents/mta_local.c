/* mta_local: mail for a file or a program, where an alias or a .forward leads to one (aliases(5)).
 *
 *     /var/spool/archive/all    ─▶ appended to that file of the simulated host, as to an mbox
 *     |/usr/local/bin/tickets   ─▶ DELIVERED to the program, and that is all: no program is run here. A real
 *                                  one would read the letter on its standard input, and its exit status
 *                                  would be the answer
 *
 * In life that is the work of the MTA's own delivery agents: sendmail's *file* and prog, Postfix's local(8).
 * It cannot fail for want of room or rights, which the simulation does not have.
 */
#include "agents/mta_internal.h"

#include "mail/mbox.h"

/* The name that the file or the program stands for, as Postfix's Delivered-To has it. */
static struct span name_of(const struct queue_entry *entry, uint32_t index) {
  uint32_t at = index;
  while (entry->recipients[at].out_of && entry->recipients[at].kind != ALIAS_TO_ADDRESS)
    at = entry->recipients[at].out_of - 1;
  return entry->recipients[at].address;
}

static void append(struct mta *mta, const struct queue_entry *entry, struct span path,
                   struct message *message) {
  const struct agent *agent = &mta->config.agent;
  struct buf from_line = {0};
  mbox_write_from_line(entry->reverse_path, network_host_unix_us(agent->network, agent->host),
                       network_host(agent->network, agent->host)->zone_minutes, &from_line);
  sim_set_cause(agent->sim,
                file_system_append(mta->config.files, agent, path, buf_span(&from_line), message, FILE_MBOX));
  buf_free(&from_line);
}

static void deliver(struct mta *mta, struct queue_entry *entry, uint32_t index) {
  const struct agent *agent = &mta->config.agent;
  struct span address = entry->recipients[index].address;
  bool is_file = entry->recipients[index].kind == ALIAS_TO_FILE;
  struct message *stamped = final_stamp_on(&mta->final, agent, mta->config.numbers, entry->message,
                                           &(struct final_facts){
                                               .reverse_path = entry->reverse_path,
                                               .reverse_path_set_up = entry->new_envelope != 0,
                                               .mail = entry->new_envelope,
                                               .recipient = name_of(entry, index),
                                           });
  if (is_file) append(mta, entry, address, stamped);
  struct journal_record record = agent_record(agent, JOURNAL_DELIVERED);
  record.message = stamped->number;
  record.number[0] = stamped->version;
  record.text[0] = entry->id;
  record.text[1] = address;
  record.text[2] = is_file ? SPAN("file") : SPAN("program");
  record.text[3] = is_file ? address : span_skip(address, 1);
  sim_note_cause(agent->sim, &record);
  message_release(stamped);
  entry->recipients[index].state = QUEUE_DONE;
  static const struct mta_failure done = {
      .reply = {.enhanced = SPAN_INIT("2.0.0"), .text = SPAN_INIT("delivered here")}};
  if (entry->asks) mta_succeeded(entry, index, DSN_DELIVERED, &done);
}

void mta_deliver_here(struct mta *mta, struct queue_entry *entry) {
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    const struct queue_recipient *recipient = &entry->recipients[i];
    if (recipient->state != QUEUE_WAITING) continue;
    if (recipient->kind != ALIAS_TO_FILE && recipient->kind != ALIAS_TO_PROGRAM) continue;
    sim_set_cause(mta->config.agent.sim, recipient->expanded_by);
    deliver(mta, entry, i);
  }
}
