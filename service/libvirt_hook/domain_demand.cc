#include "service/libvirt_hook/domain_demand.h"

#include <expat.h>

#include <cstring>
#include <limits>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace hostctl::libvirt_hook {
namespace {

// Between namespace and name, as expat hands them over; in neither of them.
constexpr char kSeparator = '\n';
// domain, metadata, and what is in it.
constexpr int kMetadataDepth = 2;
constexpr int kDemandDepth = 3;

absl::Status Wrong(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("the domain's precisionClock ", what));
}

// What is gathered while the document passes.
struct Reader {
  XML_Parser parser = nullptr;
  int depth = 0;
  bool in_metadata = false;
  std::optional<DomainDemand> demand;
  absl::Status status;

  void Fail(absl::Status why) {
    if (status.ok()) status = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

absl::StatusOr<DomainDemand> ReadAttributes(const XML_Char** attributes) {
  DomainDemand demand;
  for (; *attributes != nullptr; attributes += 2) {
    const std::string name = attributes[0];
    const std::string value = attributes[1];
    if (name == "protocol") {
      demand.protocol = absl::AsciiStrToLower(value);
    } else if (name == "maxError") {
      if (value.empty()) return Wrong("has an empty maxError");
      demand.max_error = value;
    } else {
      return Wrong(
          absl::StrCat("has the unknown attribute `", name, "`; it takes protocol and maxError"));
    }
  }
  if (demand.protocol != "ptp" && demand.protocol != "ntp" && demand.protocol != "any") {
    return Wrong(absl::StrCat("asks for the protocol `", demand.protocol,
                              "`, which is none of ptp, ntp, any"));
  }
  return demand;
}

void XMLCALL OnStart(void* data, const XML_Char* element, const XML_Char** attributes) {
  auto& reader = *static_cast<Reader*>(data);
  ++reader.depth;
  if (reader.depth == kMetadataDepth) reader.in_metadata = std::strcmp(element, "metadata") == 0;
  if (reader.depth != kDemandDepth || !reader.in_metadata) return;
  const std::string name = element;
  const std::string ours = absl::StrCat(kNamespace, std::string(1, kSeparator));
  if (name.compare(0, ours.size(), ours) != 0) return;
  if (name.substr(ours.size()) != "precisionClock") {
    return reader.Fail(absl::InvalidArgumentError(
        absl::StrCat("the domain's metadata has the element `", name.substr(ours.size()),
                     "` in the namespace ", kNamespace, ", which knows only precisionClock")));
  }
  if (reader.demand) return reader.Fail(Wrong("is given twice"));
  auto demand = ReadAttributes(attributes);
  if (!demand.ok()) return reader.Fail(demand.status());
  reader.demand = *std::move(demand);
}

void XMLCALL OnEnd(void* data, const XML_Char* /*element*/) {
  --static_cast<Reader*>(data)->depth;
}

void XMLCALL OnDocumentType(void* data, const XML_Char* /*name*/, const XML_Char* /*system_id*/,
                            const XML_Char* /*public_id*/, int /*has_internal_subset*/) {
  static_cast<Reader*>(data)->Fail(
      absl::FailedPreconditionError("the domain's XML has a document type"));
}

}  // namespace

absl::StatusOr<std::optional<DomainDemand>> DemandOf(const std::string& xml) {
  if (xml.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
    return absl::FailedPreconditionError("the domain's XML is too long");
  }
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreateNS(nullptr, kSeparator), &XML_ParserFree);
  if (parser == nullptr) return absl::ResourceExhaustedError("no memory to read the domain's XML");
  Reader reader;
  reader.parser = parser.get();
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDocumentType);
  const XML_Status parsed =
      XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  if (!reader.status.ok()) return reader.status;
  if (parsed != XML_STATUS_OK) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the domain's XML cannot be read: ", XML_ErrorString(XML_GetErrorCode(parser.get())),
        " in line ", XML_GetCurrentLineNumber(parser.get())));
  }
  return reader.demand;
}

}  // namespace hostctl::libvirt_hook
