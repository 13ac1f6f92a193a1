// Warm-up and the measured iterations, on whatever inputs the engine was given last.
//
// Times are kept as numbers and become text only afterwards, or once a second, so that whoever
// reads sees that a slow model is alive, and a fast one is never disturbed.
#pragma once

#include <string>
#include <vector>

#include "shared/clock.h"
#include "shared/report.h"

namespace sideload {

constexpr int64_t kSecond = 1000000000;
constexpr int64_t kMillisecond = 1000000;
// Warm-up lines show how a model settles; a fast one would send thousands that say nothing more.
constexpr int64_t kWarmupLines = 200;

template <class Engine>
class Measurement {
 public:
  explicit Measurement(Engine& engine) : engine_(engine), printed_ns_(now_ns()) {}

  // At least `count` inferences and at least `least_ms` milliseconds; how many there were.
  int64_t warm_up(int64_t count, int64_t least_ms) {
    const int64_t until = now_ns() + least_ms * kMillisecond;
    int64_t done = 0;
    for (; done < count || now_ns() < until; done++) {
      const int64_t ns = timed();
      if (done < kWarmupLines) add("warmup", done, ns);
      if (is_time_to_print()) print();
    }
    print();
    return done;
  }

  void measure(size_t count) {
    std::vector<int64_t> times;
    times.reserve(count);
    size_t said = 0;
    while (times.size() < count) {
      times.push_back(timed());
      if (times.size() < count && !is_time_to_print()) continue;
      for (; said < times.size(); said++) add("warm", static_cast<int64_t>(said), times[said]);
      print();
    }
  }

 private:
  int64_t timed() {
    const int64_t start = now_ns();
    engine_.infer();
    ended_ns_ = now_ns();
    engine_.release();
    return ended_ns_ - start;
  }

  void add(const char* phase, int64_t index, int64_t ns) {
    report().add(
        report().line("iteration").text("phase", phase).number("index", index).number("ns", ns));
  }

  bool is_time_to_print() const { return ended_ns_ - printed_ns_ >= kSecond; }

  void print() {
    report().flush();
    printed_ns_ = now_ns();
  }

  Engine& engine_;
  int64_t printed_ns_;
  int64_t ended_ns_ = 0;
};

}  // namespace sideload
