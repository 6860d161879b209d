// See tls_only_1_3.h. What stands in the section `system_default` is applied by OpenSSL to each
// SSL_CTX that is made (config(5)); it forbids versions, which a later
// SSL_CTX_set_min_proto_version(), as gRPC makes it, does not allow again.
#include "service/rpc/tls_only_1_3.h"

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

namespace hostctl::rpc {
namespace {

constexpr char kConfiguration[] =
    "openssl_conf = hostd\n"
    "[hostd]\n"
    "ssl_conf = ssl\n"
    "[ssl]\n"
    "system_default = only_1_3\n"
    "[only_1_3]\n"
    "Protocol = -SSLv3,-TLSv1,-TLSv1.1,-TLSv1.2\n";

absl::Status Refused() {
  ERR_clear_error();
  return absl::InternalError("OpenSSL cannot be kept to TLS 1.3");
}

}  // namespace

absl::Status AllowOnlyTls13() {
  // The host's own configuration first: it is read once, and would replace this one later.
  if (OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr) != 1) return Refused();
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new_mem_buf(kConfiguration, -1),
                                                       &BIO_free);
  const std::unique_ptr<CONF, decltype(&NCONF_free)> configuration(NCONF_new(nullptr), &NCONF_free);
  if (text == nullptr || configuration == nullptr ||
      NCONF_load_bio(configuration.get(), text.get(), nullptr) != 1 ||
      CONF_modules_load(configuration.get(), nullptr, 0) != 1) {
    return Refused();
  }
  // Proof that it is in force.
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()),
                                                                  &SSL_CTX_free);
  if (context == nullptr || (SSL_CTX_get_options(context.get()) & SSL_OP_NO_TLSv1_2) == 0) {
    return Refused();
  }
  return absl::OkStatus();
}

}  // namespace hostctl::rpc
