// See actor.h.
#include "service/rpc/actor.h"

#include <grpcpp/security/auth_metadata_processor.h>
#include <pwd.h>
#include <sys/types.h>

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

constexpr char kUidProperty[] = "hostctl.uid";
constexpr char kCommonName[] = "x509_common_name";

// gRPC 1.51 knows nothing of SO_PEERCRED; what it has is a context for each connection,
// which this fills with the first call.
class Stamp final : public grpc::AuthMetadataProcessor {
 public:
  explicit Stamp(std::shared_ptr<const ConnectionUser> user) : user_(std::move(user)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& /*metadata*/, grpc::AuthContext* context,
                       OutputMetadata* /*consumed*/, OutputMetadata* /*response*/) override {
    if (context->FindPropertyValues(kUidProperty).empty()) {
      context->AddProperty(kUidProperty, absl::StrCat(user_->load()));
    }
    return grpc::Status::OK;
  }

 private:
  const std::shared_ptr<const ConnectionUser> user_;
};

std::string FirstProperty(const grpc::AuthContext& context, const char* name) {
  const auto values = context.FindPropertyValues(name);
  return values.empty() ? "" : std::string(values.front().data(), values.front().size());
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> StampingCredentials(
    std::shared_ptr<const ConnectionUser> user) {
  auto credentials = grpc::experimental::LocalServerCredentials(UDS);
  credentials->SetAuthMetadataProcessor(std::make_shared<Stamp>(std::move(user)));
  return credentials;
}

std::string ActorOf(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth != nullptr) {
    const std::string name = FirstProperty(*auth, kCommonName);
    if (!name.empty()) return absl::StrCat("CN=", name);
    int64_t uid = kNobody;
    if (absl::SimpleAtoi(FirstProperty(*auth, kUidProperty), &uid) && uid != kNobody) {
      return UserText(uid);
    }
  }
  return "a local user";
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
