// TLS 1.3 (RFC 8446) and nothing older. gRPC 1.51 asks for 1.2 at least and has no public
// setting for it, so OpenSSL itself is told.
#pragma once

#include "absl/status/status.h"

namespace hostctl::rpc {

// From here on no TLS connection of this process, server or client, speaks anything older than
// TLS 1.3. What the host's openssl.cnf says of versions and ciphers is replaced by this. INTERNAL
// when OpenSSL refuses.
absl::Status AllowOnlyTls13();

}  // namespace hostctl::rpc
