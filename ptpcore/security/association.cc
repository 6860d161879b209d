#include "ptpcore/security/association.h"

namespace ptpcore::security {

const Key* Association::Find(uint32_t id) const {
  for (const Key& key : keys) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

const Key* Association::ForSending(int64_t utc_ns) const {
  const Key* newest = nullptr;
  const Key* expired_last = nullptr;
  for (const Key& key : keys) {
    if (key.validity.Includes(utc_ns)) {
      if (newest == nullptr || key.validity.not_before_ns > newest->validity.not_before_ns) {
        newest = &key;
      }
    } else if (expired_last == nullptr ||
               key.validity.not_after_ns > expired_last->validity.not_after_ns) {
      expired_last = &key;
    }
  }
  return newest != nullptr ? newest : expired_last;
}

}  // namespace ptpcore::security
