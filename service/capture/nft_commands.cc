#include "service/capture/nft_commands.h"

#include <nftables/libnftables.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace hostctl::capture {

void NftCommands::Free::operator()(nft_ctx* context) const {
  nft_ctx_free(context);
}

absl::StatusOr<NftCommands> NftCommands::Open() {
  NftCommands commands(nft_ctx_new(NFT_CTX_DEFAULT));
  if (commands.context_ == nullptr) {
    return absl::UnavailableError("libnftables: no memory for a context");
  }
  nft_ctx_buffer_output(commands.context_.get());
  nft_ctx_buffer_error(commands.context_.get());
  return commands;
}

absl::StatusOr<std::string> NftCommands::Run(const std::string& text) const {
  const int result = nft_run_cmd_from_buffer(context_.get(), text.c_str());
  const char* const output = nft_ctx_get_output_buffer(context_.get());
  const char* const errors = nft_ctx_get_error_buffer(context_.get());
  if (result == 0) return std::string(output == nullptr ? "" : output);
  const std::string words = absl::StrReplaceAll(errors == nullptr ? "" : errors, {{"\n", " "}});
  return absl::UnavailableError(
      absl::StrCat("nftables: ", std::string(absl::StripAsciiWhitespace(words))));
}

}  // namespace hostctl::capture
