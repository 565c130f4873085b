#include "world/software_layouts.h"

#include "base/template.h"
#include "proto/smtp_reply.h"

#define NAMES(list, text)                                                                                    \
  { list, sizeof(list) / sizeof((list)[0]), text }

static const struct span reply_list[] = {
    SPAN_INIT("host"),    SPAN_INIT("client"),  SPAN_INIT("helo"),      SPAN_INIT("address"),
    SPAN_INIT("id"),      SPAN_INIT("date"),    SPAN_INIT("size"),      SPAN_INIT("version"),
    SPAN_INIT("product"), SPAN_INIT("verb"),    SPAN_INIT("user"),      SPAN_INIT("limit"),
    SPAN_INIT("ptr"),     SPAN_INIT("ip"),      SPAN_INIT("unix_time"), SPAN_INIT("version_stamp"),
    SPAN_INIT("forged"),  SPAN_INIT("line"),    SPAN_INIT("parameter"), SPAN_INIT("keyword"),
    SPAN_INIT("value"),   SPAN_INIT("bare_ip"), SPAN_INIT("forged_ip"),
};
const struct layout_names software_reply_names =
    NAMES(reply_list,
          "{host} {client} {ptr} {ip} {forged} {bare_ip} {forged_ip} {helo} {address} {id} {date} "
          "{unix_time} {version} "
          "{version_stamp} {product} {size} {verb} {user} {limit} {line} {parameter} {keyword} {value}");

static const struct span received_list[] = {
    SPAN_INIT("helo"),
    SPAN_INIT("client"),
    SPAN_INIT("ptr"),
    SPAN_INIT("ip"),
    SPAN_INIT("host"),
    SPAN_INIT("with"),
    SPAN_INIT("id"),
    SPAN_INIT("for"),
    SPAN_INIT("date"),
    SPAN_INIT("version"),
    SPAN_INIT("product"),
    SPAN_INIT("from_clause"),
    SPAN_INIT("recipient"),
    SPAN_INIT("bare_ip"),
    SPAN_INIT("with_lower"),
    SPAN_INIT("protocol"),
    SPAN_INIT("auth_bits"),
    SPAN_INIT("ptr_or_unknown"),
    SPAN_INIT("date_fold"),
    SPAN_INIT("same_helo"),
    SPAN_INIT("other_helo"),
    SPAN_INIT("tls"),
    SPAN_INIT("tls_version"),
    SPAN_INIT("tls_number"),
    SPAN_INIT("envelope_from"),
};
const struct layout_names software_received_names = NAMES(
    received_list,
    "{helo} {same_helo} {other_helo} {client} {ptr} {ptr_or_unknown} {ip} {bare_ip} "
    "{from_clause} {host} {version} "
    "{product} {with} {with_lower} {protocol} {auth_bits} {tls} {tls_version} {tls_number} {envelope_from} "
    "{id} {for} {recipient} {date_fold} {date}");

static const struct span date_list[] = {
    SPAN_INIT("weekday"),    SPAN_INIT("day"),  SPAN_INIT("month"),  SPAN_INIT("year"), SPAN_INIT("day2"),
    SPAN_INIT("day_padded"), SPAN_INIT("time"), SPAN_INIT("offset"), SPAN_INIT("zone"),
};
const struct layout_names software_date_names =
    NAMES(date_list, "{weekday} {day} {day2} {day_padded} {month} {year} {time} {offset} {zone}");

static const struct span message_id_list[] = {
    SPAN_INIT("stamp"),  SPAN_INIT("utc_stamp"), SPAN_INIT("utc_minute"), SPAN_INIT("hex_time"),
    SPAN_INIT("number"), SPAN_INIT("id"),        SPAN_INIT("host"),
};
const struct layout_names software_message_id_names =
    NAMES(message_id_list, "{stamp} {utc_stamp} {utc_minute} {hex_time} {number} {id} {host}");

static const struct span conversion_list[] = {SPAN_INIT("encoding"), SPAN_INIT("host"), SPAN_INIT("id")};
const struct layout_names software_conversion_names = NAMES(conversion_list, "{encoding} {host} {id}");

static const struct span bounce_list[] = {
    SPAN_INIT("host"),    SPAN_INIT("recipient"),   SPAN_INIT("why"),
    SPAN_INIT("product"), SPAN_INIT("original_id"), SPAN_INIT("date"),
    SPAN_INIT("sender"),  SPAN_INIT("version"),     SPAN_INIT("delay"),
};
const struct layout_names software_bounce_names =
    NAMES(bounce_list, "{host} {recipient} {why} {original_id} {sender} {date} {version} {product} {delay}");

/* A text with places to fill in; which names it may use is in key->with. */
void read_layout(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  const struct layout_names *known = key->with;
  struct span text = SPAN_EMPTY, bad;
  read_text(loading, place, key, &text);
  if (!text.len) return;
  if (template_check(text, known->names, known->count, &bad)) {
    *(struct span *)out = text;
    return;
  }
  struct span name = bad;
  if (span_starts_with(name, SPAN("{"))) name = span_skip(name, 1);
  if (span_ends_with(name, SPAN("}"))) name.len--;
  const char *hint = did_you_mean(loading, name, known->names, known->count);
  complain(loading, place, known->all, hint ? hint : "a brace itself is written {{",
           "\"%s\" does not belong in this layout", shown(loading, bad));
}

void read_reply_layout(struct loading *loading, const struct place *place, const struct key *key, void *out) {
  struct smtp_reply reply;
  struct span text = SPAN_EMPTY;
  read_layout(loading, place, key, &text);
  if (span_ends_with(text, SPAN("\n"))) text.len--; /* of a list of lines */
  if (!text.len) return;
  if (smtp_reply_split(text, &reply))
    *(struct span *)out = text;
  else
    complain(loading, place, "a reply such as \"250 2.1.0 Ok\"",
             "a code from 200 to 599 comes first (RFC 5321 4.2)", "\"%s\" is no reply", shown(loading, text));
}
