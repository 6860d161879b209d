// The links of the chain: each judges the facts and says what it finds. Pure, one file per
// step (step_*.cc); chain.h puts them in order.
#pragma once

#include "hostctl/v1/test.pb.h"
#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

// What is known at once.
hostctl::v1::TestStep JudgeConfiguration(const Facts& facts);
hostctl::v1::TestStep JudgeService(const Facts& facts);
hostctl::v1::TestStep JudgeInterface(const Facts& facts);
hostctl::v1::TestStep JudgeMulticastGroups(const Facts& facts);
// What the network was observed for.
hostctl::v1::TestStep JudgeEngine(const Facts& facts);
hostctl::v1::TestStep JudgeNetwork(const Facts& facts);
hostctl::v1::TestStep JudgeMulticastPath(const Facts& facts);
hostctl::v1::TestStep JudgeFirewall(const Facts& facts);
hostctl::v1::TestStep JudgeProtocol(const Facts& facts);
hostctl::v1::TestStep JudgeMaster(const Facts& facts);
hostctl::v1::TestStep JudgeSync(const Facts& facts);
hostctl::v1::TestStep JudgeDelay(const Facts& facts);
hostctl::v1::TestStep JudgeTimestamps(const Facts& facts);
hostctl::v1::TestStep JudgeTimescale(const Facts& facts);
hostctl::v1::TestStep JudgeClockOwner(const Facts& facts);
hostctl::v1::TestStep JudgeClock(const Facts& facts);
hostctl::v1::TestStep JudgeServo(const Facts& facts);

}  // namespace hostctl::diagnose
