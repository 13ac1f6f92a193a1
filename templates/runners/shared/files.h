// Files of raw tensors, and the hash of a file; every refusal is an `error` line.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "shared/report.h"
#include "shared/sha256.h"

namespace sideload {

struct Free {
  void operator()(void* memory) const { free(memory); }
};

using Bytes = std::unique_ptr<char, Free>;

// Memory on a cache line of its own: what vector instructions like best.
inline Bytes allocate(size_t bytes, const std::string& what) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, bytes + 64) != 0) {
    fail(Trouble::runtime, ENOMEM, what + " needs " + std::to_string(bytes) + " bytes of memory");
  }
  return Bytes(static_cast<char*>(memory));
}

[[noreturn]] inline void refused(Trouble trouble, const std::string& doing) {
  const int code = errno;
  fail(trouble, code, doing + ": " + strerror(code));
}

// The size of a regular file that can be read.
inline int64_t size_of(const std::string& path, Trouble trouble) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) refused(trouble, "cannot read " + path);
  if (!S_ISREG(status.st_mode)) fail(trouble, 0, path + " is not a file");
  if (access(path.c_str(), R_OK) != 0) refused(trouble, "cannot read " + path);
  return status.st_size;
}

// Fills `to` with exactly `bytes` bytes of the file.
inline void read_exactly(const std::string& path, char* to, size_t bytes) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refused(Trouble::input, "cannot read " + path);
  size_t done = 0;
  while (done < bytes) {
    const ssize_t got = read(file, to + done, bytes - done);
    if (got < 0 && errno != EINTR) refused(Trouble::input, "cannot read " + path);
    if (got == 0) fail(Trouble::input, 0, path + " became shorter while it was read");
    if (got > 0) done += static_cast<size_t>(got);
  }
  close(file);
}

inline void write_whole(const std::string& path, const void* data, size_t bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) refused(Trouble::output, "cannot write " + path);
  size_t done = 0;
  while (done < bytes) {
    const ssize_t wrote = write(file, static_cast<const char*>(data) + done, bytes - done);
    if (wrote < 0 && errno != EINTR) refused(Trouble::output, "cannot write " + path);
    if (wrote > 0) done += static_cast<size_t>(wrote);
  }
  if (close(file) != 0) refused(Trouble::output, "cannot write " + path);
}

inline std::string sha256_of_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refused(Trouble::model, "cannot read " + path);
  static char piece[1 << 16];
  Sha256 hash;
  for (;;) {
    const ssize_t got = read(file, piece, sizeof piece);
    if (got < 0 && errno != EINTR) refused(Trouble::model, "cannot read " + path);
    if (got == 0) break;
    if (got > 0) hash.add(piece, static_cast<size_t>(got));
  }
  close(file);
  return hash.hex();
}

inline std::string sha256_of(const void* data, size_t bytes) {
  Sha256 hash;
  hash.add(data, bytes);
  return hash.hex();
}

}  // namespace sideload
