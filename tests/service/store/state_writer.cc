// The real store in a process of its own, for power_cut_test.cc to kill:
//
//   state_writer state PATH DOMAIN     stores a desired state with that PTP domain
//   state_writer runtime PATH started|stopped
//
// SIGUSR1 to itself marks where the write begins and where it ended.
#include <csignal>
#include <cstdlib>
#include <string>

#include "service/store/runtime_store.h"
#include "service/store/state_store.h"

namespace {

using namespace hostctl::store;

bool WriteState(const std::string& path, const std::string& domain) {
  StateStore store(path, PosixFileSystem());
  auto loaded = store.Load();
  if (!loaded.ok()) return false;
  loaded->state.ptp.domain_number = static_cast<uint8_t>(std::stoi(domain));
  raise(SIGUSR1);
  const bool saved = store.Save(loaded->state).ok() && store.copy_status().ok();
  raise(SIGUSR1);
  return saved;
}

bool WriteRuntime(const std::string& path, const std::string& done) {
  RuntimeStore store(path, "boot-1", PosixFileSystem());
  if (!store.Load().ok()) return false;
  raise(SIGUSR1);
  const bool saved =
      store.Save({{"ptpd", done == "started" ? ByHand::kStarted : ByHand::kStopped}}).ok();
  raise(SIGUSR1);
  return saved;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::signal(SIGUSR1, SIG_IGN);
  const bool saved = std::string(argv[1]) == "state" ? WriteState(argv[2], argv[3])
                                                     : WriteRuntime(argv[2], argv[3]);
  return saved ? 0 : 1;
}
