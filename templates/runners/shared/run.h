// One run of a runner, the same for every runtime: load, answer every sample, warm up, measure.
//
// An Engine is the runtime behind it:
//   const char* runtime(), std::string version()
//   void start(const Request&)          before the model is opened
//   Loaded load(const Request&)         opens the model; the times it took
//   void use(const Sample&, Bytes per input)   checks the inputs and keeps them
//   void infer()                        one inference; this, and nothing else, is timed
//   std::vector<Answer> answers()       what the last inference gave, until `release`
//   void release()                      lets go of the answers, untimed
//   void start_profile()                before the first measured inference of a profile pass
//   void save_profile(const Request&)   after the last
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shared/arguments.h"
#include "shared/clock.h"
#include "shared/crash.h"
#include "shared/files.h"
#include "shared/machine.h"
#include "shared/report.h"

namespace sideload {

constexpr int64_t kSecond = 1000000000;
// Warm-up lines show how a model settles; a fast one would send thousands that say nothing more.
constexpr int64_t kWarmupLines = 200;

// Nanoseconds of loading; parts are named in the `load` line.
struct Loaded {
  int64_t ns = 0;
  std::vector<std::pair<const char*, int64_t>> parts;
};

// One output in row-major order; `data` is the runtime's own memory.
struct Answer {
  std::string name;
  const Dtype* dtype;
  Shape shape;
  const void* data;
  size_t bytes;
};

inline void refuse_bad_bools(const Input& input, const char* data) {
  for (int64_t at = 0; at < input.bytes(); at++) {
    if (static_cast<unsigned char>(data[at]) > 1) {
      fail(Trouble::input, 0, input.file + " holds a bool that is neither 0 nor 1");
    }
  }
}

inline Bytes read_input(const Input& input) {
  const auto bytes = static_cast<size_t>(input.bytes());
  Bytes data = allocate(bytes, "input " + input.name);
  read_exactly(input.file, data.get(), bytes);
  if (std::string(input.dtype->name) == "bool") refuse_bad_bools(input, data.get());
  return data;
}

// Every file is looked at before anything is loaded, so that a mistake costs no time.
inline void check_files(const Request& request) {
  size_of(request.model, Trouble::model);
  for (const Sample& sample : request.samples) {
    for (const Input& input : sample) {
      const int64_t size = size_of(input.file, Trouble::input);
      if (size == input.bytes()) continue;
      fail(Trouble::input, 0,
           input.file + " has " + std::to_string(size) + " bytes; " + input.dtype->name + " " +
               to_text(input.shape) + " has " + std::to_string(input.bytes()));
    }
  }
}

template <class Engine>
class Run {
 public:
  Run(Engine& engine, const Request& request) : engine_(engine), request_(request) {}

  void all() {
    hello();
    report_memory("start");
    load();
    answer_all();
    report_memory("answers");
    warm_up();
    measure();
    report_memory("end");
    const bool repeatable = answers_again();
    // Hashed last: reading the file would have warmed the page cache for `load`.
    say_model();
    say_bye(repeatable);
  }

 private:
  void hello() {
    Line line = report().line("hello");
    line.text("runtime", engine_.runtime()).text("runtime_version", engine_.version());
    line.number("threads", request_.threads).text("clock", kClock);
    line.flag("profile", !request_.profile.empty());
    add_machine(line);
    report().say(line);
  }

  void load() {
    crash_means(Trouble::model, "loading " + request_.model);
    const Loaded loaded = engine_.load(request_);
    Line line = report().line("load");
    line.number("ns", loaded.ns);
    for (const auto& [part, ns] : loaded.parts) line.number(part, ns);
    report().say(line);
    report_memory("load");
  }

  // One sample in memory at a time, so that many samples do not count as the model's memory.
  void use(size_t index) {
    const Sample& sample = request_.samples[index];
    std::vector<Bytes> data;
    for (const Input& input : sample) data.push_back(read_input(input));
    crash_means(Trouble::input, "answering sample " + std::to_string(index));
    engine_.use(sample, std::move(data));
  }

  void answer_all() {
    for (size_t index = 0; index < request_.samples.size(); index++) {
      use(index);
      const int64_t start = now_ns();
      engine_.infer();
      const int64_t ns = now_ns() - start;
      if (index == 0) report().say(report().line("first").number("ns", ns));
      keep_answers(index);
      engine_.release();
    }
  }

  void keep_answers(size_t sample) {
    int64_t index = 0;
    for (const Answer& answer : engine_.answers()) {
      const std::string file =
          request_.outputs + "." + std::to_string(sample) + "." + std::to_string(index) + ".bin";
      write_whole(file, answer.data, answer.bytes);
      const std::string sha256 = sha256_of(answer.data, answer.bytes);
      if (sample == 0) first_hashes_.push_back(sha256);
      Line line = report().line("output");
      line.number("sample", static_cast<int64_t>(sample)).number("index", index++);
      if (!answer.name.empty()) line.text("name", answer.name);
      line.text("dtype", answer.dtype->name).numbers("shape", answer.shape);
      report().say(line.text("sha256", sha256).text("file", file));
    }
  }

  // What is measured from here on is the first sample.
  void warm_up() {
    if (request_.samples.size() > 1) use(0);
    crash_means(Trouble::runtime, "measuring");
    const int64_t until = now_ns() + request_.warmup_ms * 1000000;
    printed_ns_ = now_ns();
    while (warmups_ < request_.warmup || now_ns() < until) {
      const int64_t ns = timed();
      if (warmups_ < kWarmupLines) add_iteration("warmup", warmups_, ns);
      warmups_++;
      print_each_second();
    }
    report().flush();
  }

  // Times are kept as numbers and become text only afterwards, or once a second, so that a reader
  // sees that a slow model is alive and a fast one is never disturbed.
  void measure() {
    std::vector<int64_t> times;
    times.reserve(static_cast<size_t>(request_.iterations));
    size_t said = 0;
    const auto say = [&] {
      for (; said < times.size(); said++) {
        add_iteration("warm", static_cast<int64_t>(said), times[said]);
      }
    };
    const bool profile = !request_.profile.empty();
    if (profile) engine_.start_profile();
    printed_ns_ = now_ns();
    while (times.size() < static_cast<size_t>(request_.iterations)) {
      times.push_back(timed());
      if (ended_ns_ - printed_ns_ < kSecond) continue;
      say();
      print_each_second();
    }
    say();
    report().flush();
    if (profile) engine_.save_profile(request_);
  }

  int64_t timed() {
    const int64_t start = now_ns();
    engine_.infer();
    ended_ns_ = now_ns();
    engine_.release();
    return ended_ns_ - start;
  }

  void add_iteration(const char* phase, int64_t index, int64_t ns) {
    report().add(
        report().line("iteration").text("phase", phase).number("index", index).number("ns", ns));
  }

  void print_each_second() {
    if (ended_ns_ - printed_ns_ < kSecond) return;
    report().flush();
    printed_ns_ = now_ns();
  }

  // Some mistakes, such as inputs that planned memory has overwritten, show from the second
  // inference on.
  bool answers_again() {
    engine_.infer();
    size_t index = 0;
    bool same = true;
    for (const Answer& answer : engine_.answers()) {
      same = same && index < first_hashes_.size() &&
             sha256_of(answer.data, answer.bytes) == first_hashes_[index];
      index++;
    }
    engine_.release();
    return same && index == first_hashes_.size();
  }

  void say_model() {
    Line line = report().line("model");
    line.text("file", request_.model).number("size_bytes", size_of(request_.model, Trouble::model));
    report().say(line.text("sha256", sha256_of_file(request_.model)));
  }

  void say_bye(bool repeatable) {
    Line line = report().line("bye");
    line.raw("counts", report().counts()).number("warmups", warmups_);
    report().say(line.flag("repeatable", repeatable));
  }

  Engine& engine_;
  const Request& request_;
  std::vector<std::string> first_hashes_;
  int64_t warmups_ = 0;
  int64_t printed_ns_ = 0;
  int64_t ended_ns_ = 0;
};

// What `main` does, whatever the runtime; does not return.
template <class Engine>
[[noreturn]] void run(int argc, char** argv) {
  const Request request = parse(std::vector<std::string>(argv + 1, argv + argc));
  catch_crashes();
  crash_means(Trouble::runtime, "starting");
  check_files(request);
  auto* const engine = new Engine();
  engine->start(request);
  Run<Engine>(*engine, request).all();
  report().leave(0);
}

}  // namespace sideload
