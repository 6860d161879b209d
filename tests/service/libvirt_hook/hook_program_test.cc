// The installed program, as libvirt calls it, asking a real server through hostctl.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "tests/service/rpc/served_time.h"

namespace hostctl::libvirt_hook {
namespace {

using ::testing::HasSubstr;

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class HookProgram : public rpc::ServedTime {
 protected:
  // `operation` with its sub-operation, as `prepare begin`.
  Ran Run(const std::string& operation, const std::string& xml,
          const std::string& program = HOSTCTL_HOOK) {
    std::ofstream(folder_.File("xml")) << xml;
    const std::string command = "HOSTCTL_SOCKET=" + Socket() + " " + program + " vm1 " + operation +
                                " - < " + folder_.File("xml") + " > " + folder_.File("out") +
                                " 2> " + folder_.File("err");
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Contents(folder_.File("out")),
            Contents(folder_.File("err"))};
  }

  const std::string asking_ =
      "<domain type='kvm'><name>vm1</name><metadata><hostctl:precisionClock "
      "xmlns:hostctl='https://hostctl.org/xmlns/precision-clock/1' protocol='ptp' "
      "maxError='10us'/></metadata></domain>";
};

TEST_F(HookProgram, LetsAGuestStartWhileItsPrecisionClockIsServed) {
  for (const char* operation : {"prepare begin", "migrate begin", "restore begin"}) {
    const Ran ran = Run(operation, asking_);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out, "") << "libvirt keeps the XML as it is";
    EXPECT_EQ(ran.err, "");
  }
  SetStatus([](v1::TimeStatus& status) {
    status.set_health(v1::TIME_HEALTH_FALLBACK);
    status.set_protocol(v1::TIME_PROTOCOL_NTP);
    status.mutable_fallback()->set_reason("no Announce from any master");
  });
  for (const char* operation : {"prepare begin", "migrate begin", "restore begin"}) {
    const Ran ran = Run(operation, asking_);
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err,
              "hostctl: guest vm1 may not run here: Precision clock wants PTP within 10 us; host "
              "esxi-01 provides NTP since 2026-11-22 21:05 UTC (PTP fell back: no Announce from "
              "any master)\n");
  }
  EXPECT_EQ(Run("reconnect begin", asking_).exit_code, 0) << "a running guest is never ended";
}

TEST_F(HookProgram, FindsHostctlAlsoWhenItIsCalledThroughALink) {
  const std::string link = folder_.File("50-hostctl");
  ASSERT_EQ(symlink(HOSTCTL_HOOK, link.c_str()), 0);
  EXPECT_EQ(Run("prepare begin", asking_, link).exit_code, 0);
}

TEST_F(HookProgram, WithoutHostdItRefusesOnlyGuestsThatAsk) {
  server_->Stop();
  const Ran ran = Run("prepare begin", asking_);
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("hostd does not say whether this host serves one: "));
  EXPECT_EQ(Run("prepare begin", "<domain/>").exit_code, 0);
}

TEST_F(HookProgram, SaysWhatItIsToWhoeverCallsItByHand) {
  const Ran ran = Run("", "", HOSTCTL_HOOK " --help > " + folder_.File("out") + " #");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("Called by libvirt"));
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace hostctl::libvirt_hook
