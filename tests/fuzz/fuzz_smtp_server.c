/* The SMTP and LMTP server: any bytes, cut anywhere, give the same actions; decisions are answered by chance.
 * The first octets of the input choose the configuration. */
#include "../support/smtp_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONFIG_OCTETS = 3 };

static struct smtp_server_config configure(const uint8_t *choice) {
  struct smtp_server_config config = {.host_name = SPAN("mx.example"), .size_max = 300, .errors_max = 40};
  config.dialect = choice[0] & 1 ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP;
  config.bare_newlines = (enum smtp_bare_newlines)((choice[0] >> 1) % 4);
  config.esmtp = choice[0] & 8;
  config.offer_size = config.offer_8bitmime = choice[0] & 16;
  config.offer_starttls = choice[0] & 32;
  config.offer_auth = choice[0] & 64;
  config.require_helo = choice[0] & 128;
  config.offer_vrfy = config.offer_expn = config.offer_help = choice[1] & 1;
  config.offer_enhanced_codes = config.offer_dsn = choice[1] & 2;
  config.offer_etrn = config.mail_restarts = choice[1] & 2;
  config.any_helo = choice[0] & 128;
  config.ignores_parameters = choice[1] & 64;
  config.bare_names = (enum smtp_bare_names)(choice[1] >> 2 & 2);
  config.auth_needs_tls = choice[1] & 4;
  config.require_auth = choice[1] & 8;
  if (choice[1] & 16) config.recipients_max = 3;
  if (choice[1] & 32) config.text_line_max = 60;
  if (choice[1] & 64) config.errors_max = 4;
  return config;
}

/* piece: 0 for all at once, 1 for a byte at a time, more for pieces of random length below it. */
static struct smtp_drive run(const struct smtp_server_config *config, const uint8_t *choice,
                             struct span bytes, size_t piece) {
  struct smtp_drive drive = smtp_drive_new(config, choice[2]);
  struct rng cuts = rng_named(piece, SPAN("cuts"));
  drive.always_yes = choice[1] & 128;
  smtp_drive_pump(&drive);
  while (bytes.len > 0) {
    size_t len = piece ? 1 + (size_t)rng_below(&cuts, piece) : bytes.len;
    smtp_drive_feed(&drive, span_first(bytes, len));
    bytes = span_skip(bytes, len);
  }
  return drive;
}

/* What was accepted can be sent on, and nothing in it can be taken for its end. */
static void check_message(const struct message *message) {
  struct buf wire = BUF_CAPPED(0);
  message_write_wire(message, &wire);
  size_t end = wire.len == 3 ? 0 : span_search(buf_span(&wire), SPAN("\r\n.\r\n"));
  CHECK(wire.len == 3 || end + 5 == wire.len);
  buf_free(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const size_t pieces[] = {1, 2, 7, 60};
  if (size < CONFIG_OCTETS) return 0;
  struct smtp_server_config config = configure(data);
  struct span bytes = span_of((const char *)data + CONFIG_OCTETS, size - CONFIG_OCTETS);
  struct smtp_drive whole = run(&config, data, bytes, 0);
  if (whole.last) check_message(whole.last);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    struct smtp_drive cut = run(&config, data, bytes, pieces[i]);
    CHECK(span_equal(buf_span(&whole.log), buf_span(&cut.log)));
    CHECK(whole.over == cut.over);
    smtp_drive_free(&cut);
  }
  smtp_drive_free(&whole);
  return 0;
}
