/* script_engines: the engines that can be put under test. */
#pragma once

#include "script.h"

extern const struct script_engine script_echo;
extern const struct script_engine script_smtp_server;
extern const struct script_engine script_lmtp_server;
extern const struct script_engine script_pop3_server;
extern const struct script_engine script_imap_server;
extern const struct script_engine script_smtp_client;
extern const struct script_engine script_lmtp_client;
extern const struct script_engine script_pop3_client;
extern const struct script_engine script_imap_client;
