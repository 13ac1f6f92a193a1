// Timing lines on stdout: `sideload:1 {"run":…,"event":…,…,"crc":"…"}`, one JSON object each.
//
// `crc` is the CRC-32 of everything in the braces before it, so that a line which lost a few digits
// on its way is never taken for another number.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/json.h"

namespace sideload {

// Numbers of sysexits.h: what a caller sees as the exit status.
enum class Trouble { usage = 64, model = 65, input = 66, runtime = 70, output = 73 };

inline const char* name(Trouble trouble) {
  switch (trouble) {
    case Trouble::usage: return "usage";
    case Trouble::model: return "model";
    case Trouble::input: return "input";
    case Trouble::output: return "output";
    default: return "runtime";
  }
}

inline uint32_t crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char character : text) {
    crc ^= static_cast<unsigned char>(character);
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
  }
  return ~crc;
}

// One event on its way to being a line.
class Line {
 public:
  Line(std::string_view run, const char* event) : event_(event) {
    text("run", run).text("event", event);
  }

  Line& text(const char* key, std::string_view value) { return raw(key, json_string(value)); }
  Line& number(const char* key, int64_t value) { return raw(key, std::to_string(value)); }
  Line& flag(const char* key, bool value) { return raw(key, value ? "true" : "false"); }

  Line& numbers(const char* key, const std::vector<int64_t>& values) {
    std::string list;
    for (const int64_t value : values) list += (list.empty() ? "" : ",") + std::to_string(value);
    return raw(key, "[" + list + "]");
  }

  Line& raw(const char* key, const std::string& json) {
    body_ += (body_.empty() ? "" : ",") + json_string(key) + ":" + json;
    return *this;
  }

  std::string closed() const {
    char crc[24];
    snprintf(crc, sizeof crc, ",\"crc\":\"%08x\"", crc32(body_));
    return "sideload:1 {" + body_ + crc + "}\n";
  }

  const std::string& event() const { return event_; }

 private:
  std::string event_;
  std::string body_;
};

// Everything this run has to say, in order, and how many lines of each event it said.
class Report {
 public:
  void begin(std::string run) { run_ = std::move(run); }
  Line line(const char* event) const { return Line(run_, event); }

  void add(const Line& line) {
    count(line.event());
    pending_ += line.closed();
  }

  // Writes what was added. A reader that went away ends the program by SIGPIPE, as it should.
  void flush() {
    size_t done = 0;
    while (done < pending_.size()) {
      const ssize_t wrote = write(STDOUT_FILENO, pending_.data() + done, pending_.size() - done);
      if (wrote < 0 && errno == EAGAIN) wait_for_reader();
      if (wrote < 0 && errno != EINTR && errno != EAGAIN) _exit(static_cast<int>(Trouble::output));
      if (wrote > 0) done += static_cast<size_t>(wrote);
    }
    pending_.clear();
  }

  void say(const Line& line) {
    add(line);
    flush();
  }

  std::string counts() const {
    std::string json;
    for (const auto& [event, count] : counts_) {
      json += (json.empty() ? "" : ",") + json_string(event) + ":" + std::to_string(count);
    }
    return "{" + json + "}";
  }

  // Leaves without destructors. The runtime's own threads may still be at work, and an object of
  // a library that was built against another C++ standard library must not be destroyed here.
  [[noreturn]] void leave(int status) {
    flush();
    fflush(nullptr);
    _exit(status);
  }

  [[noreturn]] void fail(Trouble trouble, int64_t code, std::string_view message) {
    add(line("error").text("kind", name(trouble)).number("code", code).text("message", message));
    leave(static_cast<int>(trouble));
  }

 private:
  // Whoever started us may have left a pipe that does not block.
  static void wait_for_reader() {
    pollfd reader = {STDOUT_FILENO, POLLOUT, 0};
    poll(&reader, 1, -1);
    errno = EAGAIN;
  }

  void count(const std::string& event) {
    for (auto& [known, count] : counts_) {
      if (known == event) {
        count++;
        return;
      }
    }
    counts_.emplace_back(event, 1);
  }

  std::string run_;
  std::string pending_;
  std::vector<std::pair<std::string, int64_t>> counts_;
};

// The process has one standard output, so it has one report.
inline Report& report() {
  static Report* const only = new Report();
  return *only;
}

[[noreturn]] inline void fail(Trouble trouble, int64_t code, std::string_view message) {
  report().fail(trouble, code, message);
}

}  // namespace sideload
