#include "ptpcore/engine/report_authentication.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

void SetAuthentication(const OrdinaryClock& clock, int64_t now_ns, v1::PtpStats& out) {
  const security::MessageAuthenticator* authenticator = clock.authenticator();
  if (authenticator == nullptr) return;
  v1::AuthenticationStatus& status = *out.mutable_authentication();
  status.set_security_parameter_pointer(authenticator->policy().pointer);
  status.set_required(!authenticator->policy().allow_unauthenticated);
  status.set_accepted(authenticator->counters().accepted);
  const protocol::MonoTime now{protocol::Duration(now_ns)};
  if (const security::Key* key = authenticator->SendingKey(clock.SigningMoment(now))) {
    status.set_active_key_id(key->id);
  }
  if (authenticator->association() == nullptr) return;
  for (const security::Key& key : authenticator->association()->keys) status.add_key_ids(key.id);
}

void AddAuthenticationFaults(const OrdinaryClock& clock, v1::FaultCounters* out) {
  const security::MessageAuthenticator* authenticator = clock.authenticator();
  if (authenticator == nullptr) return;
  const security::AuthenticationCounters& counters = authenticator->counters();
  out->set_unauthenticated_messages(counters.unauthenticated);
  out->set_unknown_authentication_keys(counters.unknown_keys);
  out->set_invalid_authentication(counters.invalid);
  out->set_replayed_messages(counters.replayed);
}

}  // namespace ptpcore::engine
