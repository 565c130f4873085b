#include "agents/tls_use.h"

bool tls_use_serve(struct network *network, connection_id id, const struct tls_use *settings,
                   bool forgets_plain, tls_settled_fn *settled) {
  struct tls_terms terms = {
      .version = settings->version,
      .certificate = settings->certificate,
      .how = SPAN_EMPTY,
      .wanted = SPAN_EMPTY,
      .forgets_plain = forgets_plain,
      .settled = settled,
  };
  return connection_start_tls(network, id, false, &terms);
}

bool tls_use_call(struct network *network, connection_id id, const struct tls_use *settings,
                  struct span server_name, struct span how, tls_settled_fn *settled) {
  struct tls_terms terms = {
      .version = settings ? settings->version : TLS_1_3,
      .wanted = server_name,
      .checks = !settings || settings->policy == TLS_POLICY_VERIFIED,
      .how = how,
      .settled = settled,
  };
  return connection_start_tls(network, id, true, &terms);
}
