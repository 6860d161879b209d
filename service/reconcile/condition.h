// Something the administrator should know, and what to do about it.
#pragma once

#include <string>

namespace hostctl::reconcile {

struct Condition {
  std::string code;     // stable word, see proto/hostctl/v1/condition.proto
  std::string message;  // what is so
  std::string remedy;   // what to do, as a command where there is one

  bool operator==(const Condition& o) const {
    return code == o.code && message == o.message && remedy == o.remedy;
  }
};

}  // namespace hostctl::reconcile
