// The interface is there, up, connected and has an address.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {

v1::TestStep JudgeInterface(const Facts& facts) {
  constexpr char kCode[] = "INTERFACE";
  const std::string& name = facts.ptp.settings.interface;
  const std::string title = absl::StrCat(name.empty() ? "The interface" : "Interface ", name,
                                         " is up, connected and has an address");
  const InterfaceFacts& interface = facts.interface;
  if (!interface.device) {
    return Found(
        kCode, title, "it is missing",
        {Failure("INTERFACE_MISSING", interface.missing, {}, "hostctl network ip interface list")});
  }
  Findings findings;
  for (const host::InterfaceNote& note : interface.notes) {
    findings.push_back(Failure(note.code, note.message, {interface.path}, note.remedy));
  }
  // The virtual switch shows a link where its card has none.
  if (findings.empty() && !interface.cards.empty() &&
      interface.cards.size() == interface.cards_without_link.size()) {
    findings.push_back(
        Failure("CARD_WITHOUT_LINK",
                absl::StrCat("no network card behind ", facts.ptp.settings.interface,
                             " has a link: ", absl::StrJoin(interface.cards_without_link, ", ")),
                {interface.path}, "check the cable, the switch port or the other end"));
  }
  return Found(kCode, title, interface.path, findings);
}

}  // namespace hostctl::diagnose
