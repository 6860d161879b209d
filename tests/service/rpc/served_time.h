// A host whose time is as a test sets it, behind a real server on a real unix socket.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "../reconcile/fakes.h"
#include "gtest/gtest.h"
#include "hostctl/v1/time.pb.h"
#include "service/rpc/server.h"
#include "temporary_folder.h"

namespace hostctl::rpc {

class ServedTime : public ::testing::Test {
 protected:
  // esxi-01, kept by PTP within 4.2 us.
  ServedTime() {
    status_.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
    status_.set_protocol(v1::TIME_PROTOCOL_PTP);
    status_.mutable_since()->set_seconds(1795381500);
    status_.set_maximum_error_ns(4200);
    status_.set_clock("system");
    status_.set_host_name("esxi-01");
    reconciler_ = host_.NewReconciler();
    EXPECT_TRUE(reconciler_->Start().ok());
    auto server = Server::Listen(Socket(),
                                 {*reconciler_, history_, /*events=*/nullptr,
                                  [](const v1::Event&) {}, [this] { return Status(); }, files_},
                                 [](const std::string&) {});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    EXPECT_TRUE(server_->Serve().ok());
  }

  std::string Socket() const { return folder_.File("hostd.sock"); }
  v1::TimeStatus Status() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return status_;
  }
  template <typename Change>
  void SetStatus(Change change) {
    const std::lock_guard<std::mutex> lock(mutex_);
    change(status_);
  }

  TemporaryFolder folder_;
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  reconcile::MemoryFiles files_;
  std::unique_ptr<Server> server_;

 private:
  std::mutex mutex_;
  v1::TimeStatus status_;
};

}  // namespace hostctl::rpc
