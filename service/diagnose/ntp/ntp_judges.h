// The judges of the test of NTP, each of which looks at one link of the chain. Pure.
#pragma once

#include "hostctl/v1/test.pb.h"
#include "service/diagnose/ntp/ntp_facts.h"

namespace hostctl::diagnose {

// NTP_DISABLED, NTP_NO_SERVERS.
hostctl::v1::TestStep JudgeNtpConfiguration(const NtpFacts& facts);
// NAME_NOT_RESOLVED.
hostctl::v1::TestStep JudgeNtpNames(const NtpFacts& facts);
// NO_ROUTE, INTERFACE_DOWN, NO_LINK.
hostctl::v1::TestStep JudgeNtpInterface(const NtpFacts& facts);
// RULESET_CLOSED, SERVER_NOT_ALLOWED.
hostctl::v1::TestStep JudgeNtpFirewall(const NtpFacts& facts);
// SERVICE_NOT_STARTED, NTP_NOT_RUNNING.
hostctl::v1::TestStep JudgeNtpService(const NtpFacts& facts);
// NTP_NOT_ANSWERING, SERVER_NOT_ANSWERING, SERVER_UNSYNCHRONIZED.
hostctl::v1::TestStep JudgeNtpServers(const NtpFacts& facts);
// SERVERS_DISAGREE, SERVER_DISAGREES, SERVER_UNSTABLE.
hostctl::v1::TestStep JudgeNtpAgreement(const NtpFacts& facts);
// NOT_SYNCHRONIZED.
hostctl::v1::TestStep JudgeNtpSynchronization(const NtpFacts& facts);
// CLOCK_ONLY_MEASURED.
hostctl::v1::TestStep JudgeNtpClock(const NtpFacts& facts);

}  // namespace hostctl::diagnose
