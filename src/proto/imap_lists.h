/* imap_lists: what LIST and STATUS have been asked for; of the inside of an imap_server. */
#pragma once

#include "proto/imap_session.h"

enum {
  IMAP_STATUS_MESSAGES = 1,
  IMAP_STATUS_RECENT = 2,
  IMAP_STATUS_UIDNEXT = 4,
  IMAP_STATUS_UIDVALIDITY = 8,
  IMAP_STATUS_UNSEEN = 16,
  IMAP_STATUS_DELETED = 32,
  IMAP_STATUS_SIZE = 64,
};

struct imap_lists {
  struct span reference;
  struct span *patterns;
  size_t pattern_count;
  bool is_lsub, only_subscribed, shows_subscribed;
  uint32_t status_items;     /* of STATUS, or of LIST … RETURN (STATUS …); 0: none */
  struct imap_listed *found; /* their status is asked for, one after another */
  size_t found_count;
};

/* "(MESSAGES UNSEEN)" */
bool imap_scan_status_items(struct imap_scan *scan, uint32_t *items_out);
