// Commands to nftables as nft(8) reads them.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct nft_ctx;

namespace hostctl::capture {

class NftCommands {
 public:
  // libnftables ends the program where it cannot open a netlink socket: the caller has
  // opened one just before.
  static absl::StatusOr<NftCommands> Open();

  // Runs `text`, all of it or nothing, and returns what it prints. UNAVAILABLE with the
  // words of libnftables.
  absl::StatusOr<std::string> Run(const std::string& text) const;

 private:
  struct Free {
    void operator()(nft_ctx* context) const;
  };
  explicit NftCommands(nft_ctx* context) : context_(context) {}

  std::unique_ptr<nft_ctx, Free> context_;
};

}  // namespace hostctl::capture
