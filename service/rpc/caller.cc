// See caller.h.
#include "service/rpc/caller.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <pwd.h>

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

constexpr char kUidProperty[] = "hostctl.uid";
constexpr char kPidProperty[] = "hostctl.pid";
constexpr char kNameProperty[] = "hostctl.name";
constexpr char kRoleProperty[] = "hostctl.role";

// gRPC 1.51 knows nothing of SO_PEERCRED; what it has is a context for each connection,
// which this fills with the first call.
class Stamp final : public grpc::AuthMetadataProcessor {
 public:
  Stamp(std::shared_ptr<const ConnectionPeer> peer, Role role)
      : peer_(std::move(peer)), role_(role) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& /*metadata*/, grpc::AuthContext* context,
                       OutputMetadata* /*consumed*/, OutputMetadata* /*response*/) override {
    // Two first calls at once must not both add their properties.
    const std::lock_guard<std::mutex> lock(mutex_);
    if (context->FindPropertyValues(kRoleProperty).empty()) {
      const UnixPeer peer = peer_->load();
      context->AddProperty(kUidProperty, absl::StrCat(peer.uid));
      context->AddProperty(kPidProperty, absl::StrCat(peer.pid));
      // Here, not with each call: names may come over the network.
      context->AddProperty(kNameProperty,
                           peer.uid == kNobody ? "a local user" : UserText(peer.uid));
      context->AddProperty(kRoleProperty, RoleText(role_));
    }
    return grpc::Status::OK;
  }

 private:
  const std::shared_ptr<const ConnectionPeer> peer_;
  const Role role_;
  std::mutex mutex_;
};

std::vector<std::string> Properties(const grpc::AuthContext& connection, const char* name) {
  std::vector<std::string> values;
  for (const grpc::string_ref& value : connection.FindPropertyValues(name)) {
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

std::string Property(const grpc::AuthContext& connection, const char* name) {
  const std::vector<std::string> values = Properties(connection, name);
  return values.empty() ? "" : values.front();
}

Caller OfSocket(const grpc::AuthContext& connection) {
  Caller caller;
  const bool admin = Property(connection, kRoleProperty) == RoleText(Role::kAdmin);
  caller.role = admin ? Role::kAdmin : Role::kViewer;
  caller.from = admin ? "admin socket" : "read-only socket";
  if (!absl::SimpleAtoi(Property(connection, kUidProperty), &caller.process.uid)) {
    caller.process.uid = kNobody;
  }
  if (!absl::SimpleAtoi(Property(connection, kPidProperty), &caller.process.pid)) {
    caller.process.pid = 0;
  }
  caller.name = Property(connection, kNameProperty);
  // A user's reading does not use up what the same user may do as administrator.
  caller.key = absl::StrCat("uid ", caller.process.uid, " ", caller.from);
  return caller;
}

Caller OfCertificate(const grpc::AuthContext& connection, const std::string& peer,
                     const RoleOfCertificate& role_of) {
  CertificateIdentity identity;
  identity.common_name = Property(connection, GRPC_X509_CN_PROPERTY_NAME);
  identity.subject = Property(connection, GRPC_X509_SUBJECT_PROPERTY_NAME);
  identity.dns_names = Properties(connection, GRPC_PEER_DNS_PROPERTY_NAME);
  identity.uris = Properties(connection, GRPC_PEER_URI_PROPERTY_NAME);
  Caller caller;
  caller.role = role_of(identity);
  caller.certificate = identity.subject;
  caller.name =
      identity.common_name.empty() ? identity.subject : absl::StrCat("CN=", identity.common_name);
  if (caller.name.empty()) {
    caller.name = identity.uris.empty() ? "a certificate without a name" : identity.uris.front();
  }
  caller.from = peer;
  caller.key = absl::StrCat("certificate ", identity.subject, " ",
                            identity.uris.empty() ? "" : identity.uris.front());
  return caller;
}

}  // namespace

UnixPeer ConnectionPeer::load() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return peer_;
}

void ConnectionPeer::store(UnixPeer peer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  peer_ = peer;
}

std::shared_ptr<grpc::ServerCredentials> StampingCredentials(
    std::shared_ptr<const ConnectionPeer> peer, Role role) {
  auto credentials = grpc::experimental::LocalServerCredentials(UDS);
  credentials->SetAuthMetadataProcessor(std::make_shared<Stamp>(std::move(peer), role));
  return credentials;
}

Caller CallerOf(const grpc::ServerContextBase& context, const RoleOfCertificate& role_of) {
  const auto connection = context.auth_context();
  if (connection == nullptr) return {};
  const std::string security = Property(*connection, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME);
  if (security == GRPC_SSL_TRANSPORT_SECURITY_TYPE ||
      security == GRPC_TLS_TRANSPORT_SECURITY_TYPE) {
    return OfCertificate(*connection, context.peer(), role_of);
  }
  if (!Property(*connection, kRoleProperty).empty()) return OfSocket(*connection);
  return {};
}

std::string ActorOf(const grpc::ServerContextBase& context) {
  const Caller caller = CallerOf(context, [](const CertificateIdentity&) { return Role::kNone; });
  return caller.name.empty() ? "a local user" : caller.name;
}

std::string UserText(int64_t uid) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(static_cast<uid_t>(uid), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return absl::StrCat("uid ", uid);
  return absl::StrCat(found->pw_name, " (uid ", uid, ")");
}

}  // namespace hostctl::rpc
