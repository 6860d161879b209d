#include "ptpcore/clock/virtual_clock_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {

struct VirtualClockRecord {
  char magic[8];
  uint8_t boot_id[16];
  uint64_t sequence;  // the higher one is newer
  int64_t raw_ns;
  int64_t clock_ns;
  double error_ppb;
  double correction_ppb;
  uint64_t check;  // of everything before it: a torn record is recognized
};

namespace {

constexpr char kMagic[8] = {'v', 'c', 'l', 'o', 'c', 'k', '0', '2'};

// The whole file. A new state takes the place of the older one, so that whoever looks,
// or goes on after a crash, finds at least one that is whole.
constexpr size_t kRecords = 2;
using Content = std::array<VirtualClockRecord, kRecords>;
static_assert(sizeof(Content) == 144, "without padding, which would not be checked");

// FNV-1a.
uint64_t Check(const VirtualClockRecord& record) {
  const auto* octets = reinterpret_cast<const unsigned char*>(&record);
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < offsetof(VirtualClockRecord, check); ++i) {
    hash = (hash ^ octets[i]) * 0x100000001b3u;
  }
  return hash;
}

// The newer of the records that are whole; null when none is.
const VirtualClockRecord* Newest(const VirtualClockRecord* records) {
  const VirtualClockRecord* newest = nullptr;
  for (size_t i = 0; i < kRecords; ++i) {
    const VirtualClockRecord& r = records[i];
    if (std::memcmp(r.magic, kMagic, sizeof(kMagic)) != 0 || r.check != Check(r)) continue;
    if (newest == nullptr || r.sequence > newest->sequence) newest = &r;
  }
  return newest;
}

// The first 16 characters of the kernel's boot id; zeros where there is none.
std::array<uint8_t, 16> ReadBootId() {
  std::array<uint8_t, 16> id{};
  const int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return id;
  if (read(fd, id.data(), id.size()) != static_cast<ssize_t>(id.size())) id.fill(0);
  close(fd);
  return id;
}

absl::Status Failed(const char* what, const std::string& path) {
  const std::string message = absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno));
  if (errno == ENOENT) return absl::NotFoundError(message);
  if (errno == EACCES || errno == EPERM) return absl::PermissionDeniedError(message);
  return absl::InternalError(message);
}

}  // namespace

int64_t VirtualClockState::At(int64_t at_raw_ns) const {
  const int64_t elapsed = at_raw_ns - raw_ns;
  return clock_ns + elapsed +
         std::llround(static_cast<double>(elapsed) * ((error_ppb + correction_ppb) * 1e-9));
}

absl::StatusOr<VirtualClockState> ReadVirtualClock(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed("open", path);
  // A second attempt reads past writes that were under way during the first.
  constexpr int kAttempts = 3;
  Content content{};
  const VirtualClockRecord* record = nullptr;
  for (int i = 0; i < kAttempts && record == nullptr; ++i) {
    const ssize_t size = pread(fd, &content, sizeof(content), 0);
    if (size == static_cast<ssize_t>(sizeof(content))) record = Newest(content.data());
  }
  close(fd);
  if (record == nullptr)
    return absl::DataLossError(absl::StrCat(path, " is not the state of a virtual clock"));
  const std::array<uint8_t, 16> boot_id = ReadBootId();
  if (std::memcmp(boot_id.data(), record->boot_id, boot_id.size()) != 0) {
    return absl::DataLossError(absl::StrCat(path, " is from another boot of this machine"));
  }
  return VirtualClockState{record->raw_ns, record->clock_ns, record->error_ppb,
                           record->correction_ppb};
}

absl::StatusOr<VirtualClockFile> VirtualClockFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("create", path);
  // Written back as it was, so that the disk has room for all of it: a mapped page without
  // would end the process with SIGBUS.
  Content content{};
  errno = ENOSPC;  // what a write in part means, which reports nothing
  void* mapped = MAP_FAILED;
  if (pread(fd, &content, sizeof(content), 0) >= 0 &&
      pwrite(fd, &content, sizeof(content), 0) == static_cast<ssize_t>(sizeof(content))) {
    mapped = mmap(nullptr, sizeof(content), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  const absl::Status failed = mapped == MAP_FAILED ? Failed("map", path) : absl::OkStatus();
  close(fd);
  if (!failed.ok()) return failed;
  return VirtualClockFile(static_cast<VirtualClockRecord*>(mapped));
}

VirtualClockFile::VirtualClockFile(VirtualClockRecord* records)
    : records_(records), sequence_(0), boot_id_(ReadBootId()) {
  if (const VirtualClockRecord* newest = Newest(records_)) sequence_ = newest->sequence;
}

VirtualClockFile::VirtualClockFile(VirtualClockFile&& other) noexcept
    : records_(std::exchange(other.records_, nullptr)),
      sequence_(other.sequence_),
      boot_id_(other.boot_id_) {}

VirtualClockFile::~VirtualClockFile() {
  if (records_ != nullptr) munmap(records_, sizeof(Content));
}

std::optional<VirtualClockState> VirtualClockFile::Foreign() {
  bool newer = false;
  for (size_t i = 0; i < kRecords; ++i) newer |= records_[i].sequence > sequence_;
  if (!newer) return std::nullopt;
  const VirtualClockRecord* record = Newest(records_);
  if (record == nullptr || record->sequence <= sequence_) return std::nullopt;
  sequence_ = record->sequence;
  return VirtualClockState{record->raw_ns, record->clock_ns, record->error_ppb,
                           record->correction_ppb};
}

void VirtualClockFile::Write(const VirtualClockState& state) {
  VirtualClockRecord record{};
  std::memcpy(record.magic, kMagic, sizeof(kMagic));
  std::memcpy(record.boot_id, boot_id_.data(), boot_id_.size());
  record.sequence = ++sequence_;
  record.raw_ns = state.raw_ns;
  record.clock_ns = state.clock_ns;
  record.error_ppb = state.error_ppb;
  record.correction_ppb = state.correction_ppb;
  record.check = Check(record);
  records_[sequence_ % kRecords] = record;
}

}  // namespace ptpcore::clock
