#include "service/rpc/tls_listener.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "service/rpc/tls_only_1_3.h"

namespace hostctl::rpc {
namespace {

// How soon a renewed certificate is in force.
constexpr unsigned kRefreshSeconds = 5;

// gRPC would only log what is wrong, and then refuse every client.
absl::Status CheckPem(const std::string& option, const std::string& path,
                      const std::string& marker) {
  std::ifstream file(path);
  std::ostringstream content;
  if (!file.is_open()) {
    const std::string message =
        absl::StrCat("option ", option, ": cannot read ", path, ": ", std::strerror(errno));
    return errno == EACCES ? absl::PermissionDeniedError(message)
                           : absl::InvalidArgumentError(message);
  }
  content << file.rdbuf();
  if (content.str().find(marker) != std::string::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("option ", option, ": ", path, " holds no PEM block '", marker, "'"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTls(const TcpSettings& settings) {
  absl::Status checked =
      CheckPem("--tls-certificate", settings.certificate, "-----BEGIN CERTIFICATE-----");
  checked.Update(CheckPem("--tls-key", settings.key, "PRIVATE KEY-----"));
  checked.Update(CheckPem("--tls-ca", settings.authority, "-----BEGIN CERTIFICATE-----"));
  checked.Update(AllowOnlyTls13());
  if (!checked.ok()) return checked;
  using grpc::experimental::FileWatcherCertificateProvider;
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<FileWatcherCertificateProvider>(settings.key, settings.certificate,
                                                       settings.authority, kRefreshSeconds));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace hostctl::rpc
