#include "firewall/drop_trace.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "firewall/nft_query.h"

namespace hostctl::firewall {
namespace {

constexpr char kTable[] = "hostctl-trace";
// Room for the messages of some hundred packets between two readings.
constexpr int kReceiveBuffer = 1 << 20;

// Before the priority `raw` (-300) and defragmentation (-400): before anybody drops.
constexpr char kChains[] =
    "add table inet hostctl-trace\n"
    "delete table inet hostctl-trace\n"
    "add table inet hostctl-trace\n"
    "add chain inet hostctl-trace in { type filter hook prerouting priority -450; }\n"
    "add chain inet hostctl-trace out { type filter hook output priority -450; }\n"
    "add rule inet hostctl-trace in udp dport { 319, 320 } meta nftrace set 1\n"
    "add rule inet hostctl-trace out udp dport { 319, 320 } meta nftrace set 1\n"
    "add rule inet hostctl-trace out meta l4proto igmp meta nftrace set 1\n"
    "add rule inet hostctl-trace out icmpv6 type mld2-listener-report meta nftrace set 1\n";

struct FreeContext {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};
struct CloseSocket {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

// Into one of nft's commands only what cannot be taken for anything else.
bool IsPlainName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

class Nft {
 public:
  // Fails where libnftables would end the program: without the right to open its socket.
  static absl::StatusOr<Nft> Open() {
    auto query = NftQuery::Open();
    if (!query.ok()) return query.status();
    const auto generation = query->Generation();
    if (!generation.ok()) return generation.status();
    Nft nft;
    nft.context_.reset(nft_ctx_new(NFT_CTX_DEFAULT));
    if (nft.context_ == nullptr) {
      return absl::InternalError("libnftables: no memory for a context");
    }
    nft_ctx_output_set_flags(nft.context_.get(), NFT_CTX_OUTPUT_HANDLE);
    nft_ctx_buffer_output(nft.context_.get());
    nft_ctx_buffer_error(nft.context_.get());
    return nft;
  }

  absl::StatusOr<std::string> Run(const std::string& commands) {
    const int result = nft_run_cmd_from_buffer(context_.get(), commands.c_str());
    const char* const output = nft_ctx_get_output_buffer(context_.get());
    const char* const errors = nft_ctx_get_error_buffer(context_.get());
    if (result == 0) return std::string(output == nullptr ? "" : output);
    return absl::InternalError(absl::StrCat("nftables: ", errors == nullptr ? "" : errors));
  }

 private:
  std::unique_ptr<nft_ctx, FreeContext> context_;
};

class KernelTrace final : public DropTrace {
 public:
  KernelTrace(Nft nft, std::unique_ptr<mnl_socket, CloseSocket> socket)
      : nft_(std::move(nft)), socket_(std::move(socket)) {}
  ~KernelTrace() override {
    // Nobody is there to be told that it failed; the next trace tries again.
    static_cast<void>(nft_.Run(absl::StrCat("delete table inet ", kTable)));
  }

  int fd() const override { return mnl_socket_get_fd(socket_.get()); }

  void Drain() override {
    alignas(nlmsghdr) std::array<char, 1 << 16> buffer;
    while (true) {
      const ssize_t length = recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (length >= 0) {
        collector_.Take(buffer.data(), static_cast<size_t>(length));
      } else if (errno != ENOBUFS && errno != EINTR) {  // ENOBUFS: some were lost
        return;
      }
    }
  }

  std::vector<TracedDrop> Drops() override {
    std::vector<TracedDrop> drops = collector_.drops();
    for (TracedDrop& drop : drops) {
      if (drop.handle == 0) continue;
      if (!IsPlainName(drop.table) || !IsPlainName(drop.chain)) continue;
      const auto listing =
          nft_.Run(absl::StrCat("list chain ", drop.family, " ", drop.table, " ", drop.chain));
      if (listing.ok()) drop.rule = RuleWithHandle(*listing, drop.handle);
    }
    return drops;
  }

 private:
  Nft nft_;
  std::unique_ptr<mnl_socket, CloseSocket> socket_;
  DropCollector collector_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DropTrace>> DropTrace::Start(const std::string& device) {
  auto nft = Nft::Open();
  if (!nft.ok()) return nft.status();
  std::unique_ptr<mnl_socket, CloseSocket> socket(
      mnl_socket_open2(NETLINK_NETFILTER, SOCK_NONBLOCK | SOCK_CLOEXEC));
  int group = NFNLGRP_NFTRACE;
  if (socket == nullptr || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0 ||
      mnl_socket_setsockopt(socket.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
    return absl::InternalError(
        absl::StrCat("listening to the trace of nftables: ", std::strerror(errno)));
  }
  setsockopt(mnl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer,
             sizeof(kReceiveBuffer));
  const auto made = nft->Run(kChains);
  if (!made.ok()) return made.status();
  // A kernel before 5.10 has no ingress hook for inet: then a drop there is not seen.
  if (IsPlainName(device)) {
    static_cast<void>(nft->Run(absl::StrCat(
        "add chain inet hostctl-trace ingress { type filter hook ingress device \"", device,
        "\" priority -450; }\n"
        "add rule inet hostctl-trace ingress udp dport { 319, 320 } meta nftrace set 1\n")));
  }
  return std::make_unique<KernelTrace>(*std::move(nft), std::move(socket));
}

void DropTrace::RemoveLeftover() {
  auto nft = Nft::Open();
  if (!nft.ok()) return;
  static_cast<void>(
      nft->Run(absl::StrCat("add table inet ", kTable, "\ndelete table inet ", kTable)));
}

std::string RuleWithHandle(const std::string& listing, uint64_t handle) {
  const std::string mark = absl::StrCat(" # handle ", handle);
  for (const auto& line : absl::StrSplit(listing, '\n')) {
    const std::string text(line);
    const size_t at = text.rfind(mark);
    if (at == std::string::npos || at + mark.size() != text.size()) continue;
    return std::string(absl::StripAsciiWhitespace(text.substr(0, at)));
  }
  return "";
}

}  // namespace hostctl::firewall
