#include "ptpcore/clock/virtual_clock_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {
namespace {

constexpr char kMagic[8] = {'v', 'c', 'l', 'o', 'c', 'k', '0', '1'};

struct Record {
  char magic[8];
  uint8_t boot_id[16];
  int64_t raw_ns;
  int64_t clock_ns;
  double error_ppb;
  double correction_ppb;
  uint64_t check;  // of everything before it: a torn record is recognized
};
static_assert(sizeof(Record) == 64, "one small write");

// FNV-1a.
uint64_t Check(const Record& record) {
  const auto* octets = reinterpret_cast<const unsigned char*>(&record);
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < offsetof(Record, check); ++i) hash = (hash ^ octets[i]) * 0x100000001b3u;
  return hash;
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
  // A second attempt reads past a write that was under way during the first.
  constexpr int kAttempts = 3;
  Record record{};
  bool valid = false;
  for (int i = 0; i < kAttempts && !valid; ++i) {
    valid = pread(fd, &record, sizeof(record), 0) == static_cast<ssize_t>(sizeof(record)) &&
            std::memcmp(record.magic, kMagic, sizeof(kMagic)) == 0 && record.check == Check(record);
  }
  close(fd);
  if (!valid)
    return absl::DataLossError(absl::StrCat(path, " is not the state of a virtual clock"));
  const std::array<uint8_t, 16> boot_id = ReadBootId();
  if (std::memcmp(boot_id.data(), record.boot_id, boot_id.size()) != 0) {
    return absl::DataLossError(absl::StrCat(path, " is from another boot of this machine"));
  }
  return VirtualClockState{record.raw_ns, record.clock_ns, record.error_ppb, record.correction_ppb};
}

absl::StatusOr<VirtualClockFile> VirtualClockFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("create", path);
  return VirtualClockFile(path, fd);
}

VirtualClockFile::VirtualClockFile(std::string path, int fd)
    : path_(std::move(path)), fd_(fd), boot_id_(ReadBootId()) {}

VirtualClockFile::VirtualClockFile(VirtualClockFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), boot_id_(other.boot_id_) {}

VirtualClockFile::~VirtualClockFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status VirtualClockFile::Write(const VirtualClockState& state) {
  Record record{};
  std::memcpy(record.magic, kMagic, sizeof(kMagic));
  std::memcpy(record.boot_id, boot_id_.data(), boot_id_.size());
  record.raw_ns = state.raw_ns;
  record.clock_ns = state.clock_ns;
  record.error_ppb = state.error_ppb;
  record.correction_ppb = state.correction_ppb;
  record.check = Check(record);
  const ssize_t written = pwrite(fd_, &record, sizeof(record), 0);
  return written == static_cast<ssize_t>(sizeof(record)) ? absl::OkStatus()
                                                         : Failed("write", path_);
}

absl::Status WriteVirtualClock(const std::string& path, const VirtualClockState& state) {
  absl::StatusOr<VirtualClockFile> file = VirtualClockFile::Open(path);
  return file.ok() ? file->Write(state) : file.status();
}

}  // namespace ptpcore::clock
