// The real file system: POSIX calls, each error with its path and meaning.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "service/store/file_system.h"
#include "service/store/remedy.h"

namespace hostctl::store {
namespace {

// Far above any document of ours; keeps a mistaken path from filling the memory.
constexpr off_t kLargestFile = off_t{16} * 1024 * 1024;

absl::Status Failed(const char* operation, const std::string& path) {
  return FileError(errno, operation, path);
}

absl::Status WriteAll(int fd, const std::string& contents, const std::string& path) {
  size_t written = 0;
  while (written < contents.size()) {
    const ssize_t count = write(fd, contents.data() + written, contents.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failed("write", path);
    written += static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

class RealFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) override {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return Failed("open", path);
    const absl::Cleanup closer = [fd] { close(fd); };
    struct stat about {};
    if (fstat(fd, &about) != 0) return Failed("examine", path);
    if (!S_ISREG(about.st_mode)) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot read `", path, "`: it is not a regular file"));
    }
    if (about.st_size > kLargestFile) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot read `", path, "`: it has ", about.st_size, " bytes, more than ", kLargestFile));
    }
    std::string contents;
    std::array<char, 16384> buffer{};
    for (;;) {
      const ssize_t count = read(fd, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Failed("read", path);
      if (count == 0) return contents;
      contents.append(buffer.data(), static_cast<size_t>(count));
    }
  }

  absl::Status WriteAndSync(const std::string& path, const std::string& contents) override {
    return Write(path, O_TRUNC, contents);
  }

  absl::Status AppendAndSync(const std::string& path, const std::string& contents) override {
    return Write(path, O_APPEND, contents);
  }

  absl::Status LetAllRead(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return Failed("open", path);
    const absl::Cleanup closer = [fd] { close(fd); };
    return fchmod(fd, 0644) == 0 ? absl::OkStatus() : Failed("set the mode of", path);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
    return Failed(absl::StrCat("rename `", from, "` to").c_str(), to);
  }

  absl::Status SyncFolder(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return Failed("open folder", path);
    const absl::Cleanup closer = [fd] { close(fd); };
    return fsync(fd) == 0 ? absl::OkStatus() : Failed("sync folder", path);
  }

  absl::Status Remove(const std::string& path) override {
    return unlink(path.c_str()) == 0 ? absl::OkStatus() : Failed("remove", path);
  }

  absl::Status MakeFolders(const std::string& path) override {
    // From the top down: every `/` ends the name of a parent.
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      const std::string folder = path.substr(0, end);
      absl::Status made = MakeFolder(folder);
      if (!made.ok()) return made;
      if (end == std::string::npos) return absl::OkStatus();
    }
  }

 private:
  // `how`: O_TRUNC or O_APPEND.
  absl::Status Write(const std::string& path, int how, const std::string& contents) {
    const int fd =
        open(path.c_str(), O_WRONLY | O_CREAT | how | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return Failed("create", path);
    absl::Cleanup closer = [fd] { close(fd); };
    // A file left by somebody else may have been readable to all.
    if (fchmod(fd, 0600) != 0) return Failed("set the mode of", path);
    absl::Status written = WriteAll(fd, contents, path);
    if (!written.ok()) return written;
    if (fsync(fd) != 0) return Failed("sync", path);
    std::move(closer).Cancel();
    // Network file systems report a full disk only here.
    return close(fd) == 0 ? absl::OkStatus() : Failed("close", path);
  }

  absl::Status MakeFolder(const std::string& path) {
    struct stat about {};
    if (stat(path.c_str(), &about) == 0) {
      if (S_ISDIR(about.st_mode)) return absl::OkStatus();
      errno = ENOTDIR;
      return Failed("use as a folder", path);
    }
    if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return Failed("create folder", path);
    return SyncFolder(ParentOf(path));
  }
};

}  // namespace

FileSystem& PosixFileSystem() {
  static RealFileSystem files;
  return files;
}

}  // namespace hostctl::store
