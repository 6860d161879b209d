#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SystemService : public ::testing::Test {
 protected:
  void AddServices() {
    v1::HostService* chronyd = hostd_.services.add_services();
    chronyd->set_key("chronyd");
    chronyd->set_label("NTP Daemon");
    chronyd->set_policy(v1::SERVICE_POLICY_OFF);
    chronyd->set_ruleset("ntpClient");
    chronyd->set_state(v1::SERVICE_STATE_STOPPED);
    chronyd->set_reason("it was stopped by hand");
    chronyd->set_last_exit("was ended by signal 15 (Terminated)");
    chronyd->set_installed(true);
    chronyd->set_manager("hostd");
    v1::HostService* ptpd = hostd_.services.add_services();
    ptpd->set_key("ptpd");
    ptpd->set_label("PTP Daemon");
    ptpd->set_running(true);
    ptpd->set_state(v1::SERVICE_STATE_RUNNING);
    ptpd->set_policy(v1::SERVICE_POLICY_ON);
    ptpd->set_ruleset("ptpd");
    ptpd->set_pid(21064);
    ptpd->mutable_since()->set_seconds(1623949795);
    ptpd->set_restarts(2);
    ptpd->set_installed(true);
    ptpd->set_manager("hostd");
  }

  FakeHostd hostd_;
};

TEST_F(SystemService, ListSaysWhatRunsSinceWhenAndHowItEnded) {
  AddServices();
  const CallResult listed = hostd_.Run("system service list");
  EXPECT_EQ(listed.out,
            "Key      Label       Running  Policy  Required  Ruleset      PID  Restarts  Since     "
            "            Last Exit\n"
            "-------  ----------  -------  ------  --------  ---------  -----  --------  ----------"
            "----------  ---------\n"
            "chronyd  NTP Daemon    false  off        false  ntpClient                0            "
            "            was ended by signal 15 (Terminated)\n"
            "ptpd     PTP Daemon     true  on         false  ptpd       21064         2  "
            "2021-06-17T17:09:55Z\n");
  EXPECT_EQ(listed.err, "");
  EXPECT_EQ(hostd_.list_services->key(), "");
}

TEST_F(SystemService, ListCarriesEveryFieldForPrograms) {
  AddServices();
  EXPECT_EQ(hostd_.Run("system service list --service ptpd --formatter=csv").out,
            "key,label,running,policy,required,ruleset,pid,since,last_exit,restarts,state,reason,"
            "installed,manager,recent_log\n"
            "chronyd,NTP Daemon,false,OFF,false,ntpClient,0,,was ended by signal 15 (Terminated),0,"
            "STOPPED,it was stopped by hand,true,hostd,\n"
            "ptpd,PTP Daemon,true,ON,false,ptpd,21064,2021-06-17T17:09:55.000000000Z,,2,RUNNING,,"
            "true,hostd,\n");
  EXPECT_EQ(hostd_.list_services->key(), "ptpd");
}

TEST_F(SystemService, WhatIsWantedAndDoesNotRunIsANote) {
  v1::HostService* chronyd = hostd_.services.add_services();
  chronyd->set_key("chronyd");
  chronyd->set_state(v1::SERVICE_STATE_FAILED);
  chronyd->set_reason("it ended with exit code 1 and is started again in a moment");
  EXPECT_EQ(hostd_.Run("system service list").err,
            "Note: chronyd does not run: it ended with exit code 1 and is started again in a "
            "moment\n");
}

TEST_F(SystemService, StartStopAndRestartNameTheServiceAndSayNothing) {
  for (const char* line : {"system service start --service ptpd", "system service stop -k ptpd",
                           "system service restart --service=ptpd"}) {
    const CallResult done = hostd_.Run(line);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.out + done.err, "");
  }
  EXPECT_EQ(hostd_.start_service->key(), "ptpd");
  EXPECT_EQ(hostd_.stop_service->key(), "ptpd");
  EXPECT_EQ(hostd_.restart_service->key(), "ptpd");
  EXPECT_FALSE(hostd_.start_service->validate_only());
}

TEST_F(SystemService, SetSendsThePolicy) {
  EXPECT_EQ(hostd_.Run("system service set -k chronyd --policy automatic").exit_code, 0);
  EXPECT_EQ(hostd_.update_service->service().key(), "chronyd");
  EXPECT_EQ(hostd_.update_service->service().policy(), v1::SERVICE_POLICY_AUTOMATIC);
  ASSERT_EQ(hostd_.update_service->update_mask().paths_size(), 1);
  EXPECT_EQ(hostd_.update_service->update_mask().paths(0), "policy");
}

TEST_F(SystemService, ADryRunShowsTheChanges) {
  v1::Change* ruleset = hostd_.service_changes.Add();
  ruleset->set_subject("firewall.ruleset.ptpd.enabled");
  ruleset->set_before("false");
  ruleset->set_after("true");
  v1::Change* service = hostd_.service_changes.Add();
  service->set_subject("service.ptpd");
  service->set_before("stopped");
  service->set_after("running");
  const CallResult dry = hostd_.Run("system service start -k ptpd --dry-run");
  EXPECT_EQ(dry.out,
            "firewall.ruleset.ptpd.enabled: false -> true\n"
            "service.ptpd: stopped -> running\n");
  EXPECT_TRUE(hostd_.start_service->validate_only());
  hostd_.service_changes.Clear();
  EXPECT_EQ(hostd_.Run("system service set -k ptpd --policy on --dry-run").out,
            "Nothing would change.\n");
  EXPECT_TRUE(hostd_.update_service->validate_only());
}

TEST_F(SystemService, WhatIsMissingOrWrongIsSaidWithTheHelp) {
  EXPECT_THAT(hostd_.Run("system service start").err,
              StartsWith("Error: Missing required parameter -k|--service\n"));
  EXPECT_THAT(hostd_.Run("system service set -k ptpd").err,
              StartsWith("Error: Missing required parameter -p|--policy\n"));
  const CallResult wrong = hostd_.Run("system service set -k ptpd --policy never");
  EXPECT_EQ(wrong.exit_code, kExitUsage);
  EXPECT_THAT(wrong.err, HasSubstr("--policy"));
  EXPECT_EQ(hostd_.calls, 0);
}

}  // namespace
}  // namespace hostctl::cli
