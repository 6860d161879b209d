// The kernel does not give rules back in the words they were written in
// (`l4proto 2` comes back as `igmp`), so a listing cannot be compared with the
// document that made it. What is compared is two listings: the one read right
// after our own transaction, and the one read now.
#include "firewall/nftables_firewall.h"

#include <nftables/libnftables.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "firewall/nft_changes.h"
#include "firewall/nft_counters.h"
#include "firewall/nft_document.h"
#include "firewall/nft_names.h"
#include "firewall/nft_query.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

struct FreeContext {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

// What we last put into the kernel, and how the kernel tells it.
struct Applied {
  Wanted wanted;
  json document;
  json listing;             // normalized
  uint32_t generation = 0;  // at which the kernel was known to hold it
};

// How often to start again when others change their tables at the same moment.
constexpr int kCaptureAttempts = 3;

class NftablesFirewall final : public Firewall {
 public:
  NftablesFirewall() : query_(NftQuery::Open()) {
    // libnftables ends the program when it cannot open its socket. It can when
    // we could.
    if (!query_.ok()) return;
    context_.reset(nft_ctx_new(NFT_CTX_DEFAULT));
    if (!context_) return;
    nft_ctx_output_set_flags(context_.get(), NFT_CTX_OUTPUT_JSON);
    nft_ctx_buffer_output(context_.get());
    nft_ctx_buffer_error(context_.get());
  }

  absl::Status Apply(const Wanted& wanted) override {
    const absl::StatusOr<json> document = MakeDocument(wanted);
    if (!document.ok()) return document.status();
    // What is in force already is left alone, with what its counters say.
    if (Holds(*document).value_or(false)) {
      applied_->wanted = wanted;
      return absl::OkStatus();
    }

    for (int attempt = 0; attempt < kCaptureAttempts; ++attempt) {
      absl::StatusOr<bool> captured = Replace(wanted, *document);
      if (!captured.ok()) return captured.status();
      if (*captured) break;
    }
    // Not captured: the kernel holds it all the same, and Matches() will ask the
    // caller to apply again.
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Matches(const Wanted& wanted) override {
    // Most often asked about what was applied: no need to build it again.
    if (applied_ && applied_->wanted == wanted) return Holds(applied_->document);
    const absl::StatusOr<json> document = MakeDocument(wanted);
    if (!document.ok()) return document.status();
    return Holds(*document);
  }

  absl::StatusOr<std::vector<RuleCount>> Counters() override {
    if (!applied_) return std::vector<RuleCount>();
    const absl::StatusOr<CounterValues> values = CountersNow();
    if (!values.ok()) return values.status();
    return CountsOf(applied_->wanted, *values);
  }

  absl::StatusOr<std::vector<ForeignDrop>> ForeignDrops(const Wanted& wanted) override {
    if (absl::Status usable = Usable(); !usable.ok()) return usable;
    const absl::StatusOr<json> tables = List({{"tables", nullptr}});
    if (!tables.ok()) return tables.status();
    std::vector<ForeignDrop> drops;
    for (const json& item : tables->value("nftables", json::array())) {
      if (!item.is_object() || !item.contains("table") || !item["table"].is_object() ||
          !IsForeign(item["table"])) {
        continue;
      }
      // A table that has gone since, or that libnftables cannot list (nft_query.h), tells nothing.
      const absl::StatusOr<json> table = List({{"table",
                                                {{"family", item["table"].value("family", "")},
                                                 {"name", item["table"].value("name", "")}}}});
      if (!table.ok()) continue;
      for (ForeignDrop& drop : ForeignDropsIn(*table, wanted)) drops.push_back(std::move(drop));
    }
    return drops;
  }

  int change_fd() const override { return changes_.fd(); }
  void DrainChanges() override { changes_.Drain(); }
  std::string backend_name() const override { return "nftables"; }

 private:
  // Somebody else's that sees IPv4. firewalld's is not: it is told (firewalld.h).
  static bool IsForeign(const json& table) {
    const std::string family = table.value("family", "");
    const std::string name = table.value("name", "");
    if (family == kTableFamily && name == kTableName) return false;
    return (family == "ip" || family == "inet") && name != "firewalld";
  }

  absl::Status Usable() const {
    if (!query_.ok()) return query_.status();
    if (!context_) return absl::InternalError("libnftables: no memory for a context");
    return absl::OkStatus();
  }

  // Whether the kernel holds what `document` makes. False when we have not made
  // it ourselves: then we do not know how the kernel would tell it.
  absl::StatusOr<bool> Holds(const json& document) {
    if (absl::Status usable = Usable(); !usable.ok()) return usable;
    const absl::StatusOr<uint32_t> generation = query_->Generation();
    if (!generation.ok()) return generation.status();
    if (!applied_ || applied_->document != document) return false;

    const auto flags = query_->TableFlags(kTableName);
    if (!flags.ok()) return flags.status();
    // Flags are never ours: a dormant table, for one, filters nothing.
    if (!flags->has_value() || **flags != 0) return false;
    if (*generation == applied_->generation) return true;

    const absl::StatusOr<json> listing = ListTable();
    if (!listing.ok()) return listing.status();
    if (*listing != applied_->listing) return false;
    applied_->generation = *generation;  // the change was to somebody else's table
    return true;
  }

  // Commits `document` and reads back how the kernel tells it. False if someone
  // else committed in between: then the listing may not be ours alone.
  absl::StatusOr<bool> Replace(const Wanted& wanted, const json& document) {
    if (absl::Status usable = Usable(); !usable.ok()) return usable;
    const absl::StatusOr<uint32_t> before = query_->Generation();
    if (!before.ok()) return before.status();

    // The table of the last hostd counted for us too. Packets between this reading
    // and the transaction, some milliseconds, are lost to the counters.
    const absl::StatusOr<CounterValues> counted = CountersNow();
    if (!counted.ok()) return counted.status();
    const absl::StatusOr<std::string> done = Run(WithCounters(document, *counted), "replacing");
    if (!done.ok()) return done.status();
    applied_.reset();

    absl::StatusOr<json> listing = ListTable();
    if (!listing.ok()) return listing.status();
    const absl::StatusOr<uint32_t> after = query_->Generation();
    if (!after.ok()) return after.status();
    if (*after != *before + 1) return false;
    applied_ = Applied{wanted, document, *std::move(listing), *after};
    return true;
  }

  // The counters of the table that is there; none where there is no table.
  absl::StatusOr<CounterValues> CountersNow() {
    if (absl::Status usable = Usable(); !usable.ok()) return usable;
    const auto flags = query_->TableFlags(kTableName);
    if (!flags.ok()) return flags.status();
    if (!flags->has_value() || **flags != 0) return CounterValues();
    const absl::StatusOr<json> listing =
        List({{"counters", {{"family", kTableFamily}, {"table", kTableName}}}});
    if (!listing.ok()) return listing.status();
    return ReadCounters(*listing);
  }

  // `what` of our table, which must be without flags, see nft_query.h.
  absl::StatusOr<json> List(const json& what) {
    const json::array_t commands = {{{"list", what}}};
    const absl::StatusOr<std::string> text = Run({{"nftables", commands}}, "listing");
    if (!text.ok()) return text.status();
    json listing = json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (listing.is_discarded()) {
      return absl::InternalError(
          absl::StrCat("listing the table inet ", kTableName, ": libnftables' JSON is cut off"));
    }
    return listing;
  }

  absl::StatusOr<json> ListTable() {
    absl::StatusOr<json> listing =
        List({{"table", {{"family", kTableFamily}, {"name", kTableName}}}});
    if (!listing.ok()) return listing.status();
    return Normalize(*std::move(listing));
  }

  // One buffer is one transaction: all of it happens, or nothing.
  absl::StatusOr<std::string> Run(const json& commands, const char* doing) {
    const int result = nft_run_cmd_from_buffer(context_.get(), commands.dump().c_str());
    const char* const output = nft_ctx_get_output_buffer(context_.get());
    const char* const errors = nft_ctx_get_error_buffer(context_.get());
    if (result == 0) return std::string(output == nullptr ? "" : output);
    // The place it names is one in our own buffer.
    std::string words = errors == nullptr ? "" : errors;
    words = absl::StrReplaceAll(words, {{"internal:0:0-0: ", ""}, {"\n", " "}});
    return absl::InternalError(absl::StrCat(
        doing, " the table inet ", kTableName, ": ", std::string(absl::StripAsciiWhitespace(words)),
        "; `nft list table inet ", kTableName, "` shows what is in force"));
  }

  absl::StatusOr<NftQuery> query_;
  std::unique_ptr<nft_ctx, FreeContext> context_;
  NftChanges changes_;
  std::optional<Applied> applied_;
};

}  // namespace

std::unique_ptr<Firewall> NewNftablesFirewall() {
  return std::make_unique<NftablesFirewall>();
}

}  // namespace hostctl::firewall
