#include "script_engines.h"

static const struct script_engine *const engines[] = {
    &script_echo,        &script_smtp_server, &script_lmtp_server, &script_pop3_server, &script_imap_server,
    &script_smtp_client, &script_lmtp_client, &script_pop3_client, &script_imap_client,
};

const struct script_engine *script_engine_named(struct span name) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
    if (span_equal(name, span_from(engines[i]->name))) return engines[i];
  return NULL;
}
