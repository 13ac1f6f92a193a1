// One run of a runner, the same for every runtime: load, answer every sample, warm up, measure.
#pragma once

#include <string>
#include <vector>

#include "shared/arguments.h"
#include "shared/clock.h"
#include "shared/crash.h"
#include "shared/engine.h"
#include "shared/inputs.h"
#include "shared/machine.h"
#include "shared/measure.h"
#include "shared/report.h"

namespace sideload {

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
    const int64_t warmups = measure();
    report_memory("end");
    const bool repeatable = answers_again();
    // Hashed last: reading the file before would have warmed the page cache for `load`.
    say_model();
    say_bye(warmups, repeatable);
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
    crash_means(Trouble::input, "answering sample " + std::to_string(index));
    engine_.use(request_.samples[index], read_sample(request_.samples[index]));
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

  // What is measured is the first sample; how many inferences warmed it up.
  int64_t measure() {
    if (request_.samples.size() > 1) use(0);
    crash_means(Trouble::runtime, "measuring");
    Measurement<Engine> measurement(engine_);
    const int64_t warmups = measurement.warm_up(request_.warmup, request_.warmup_ms);
    const bool profile = !request_.profile.empty();
    if (profile) engine_.start_profile();
    measurement.measure(static_cast<size_t>(request_.iterations));
    if (profile) engine_.save_profile(request_);
    return warmups;
  }

  // Some mistakes, such as inputs that planned memory has overwritten, show from the second
  // inference on.
  bool answers_again() {
    engine_.infer();
    std::vector<std::string> hashes;
    for (const Answer& answer : engine_.answers()) {
      hashes.push_back(sha256_of(answer.data, answer.bytes));
    }
    engine_.release();
    return hashes == first_hashes_;
  }

  void say_model() {
    Line line = report().line("model");
    line.text("file", request_.model).number("size_bytes", size_of(request_.model, Trouble::model));
    report().say(line.text("sha256", sha256_of_file(request_.model)));
  }

  void say_bye(int64_t warmups, bool repeatable) {
    Line line = report().line("bye");
    line.raw("counts", report().counts()).number("warmups", warmups);
    report().say(line.flag("repeatable", repeatable));
  }

  Engine& engine_;
  const Request& request_;
  std::vector<std::string> first_hashes_;
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
