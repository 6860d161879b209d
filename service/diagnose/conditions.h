// What hostd says needs attention, found by its code.
#pragma once

#include <string>
#include <vector>

#include "service/reconcile/condition.h"

namespace hostctl::diagnose {

// Null if there is none with this code.
inline const reconcile::Condition* FindCondition(
    const std::vector<reconcile::Condition>& conditions, const std::string& code) {
  for (const reconcile::Condition& condition : conditions) {
    if (condition.code == code) return &condition;
  }
  return nullptr;
}

}  // namespace hostctl::diagnose
