// Work on several threads whose results are taken one after another, in order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>

namespace usage {

// For each job from 0: prepare(worker, job) runs beside others, then conclude(worker, job) alone, in the order of the
// jobs, on the same thread. One worker is the calling thread itself. What either throws ends the work and is thrown
// here, the first in the order of the jobs: later jobs are then not concluded.
class InOrder {
 public:
  using Step = std::function<void(std::size_t worker, std::size_t job)>;

  InOrder(std::size_t jobs, Step prepare, Step conclude)
      : jobs_(jobs), prepare_(std::move(prepare)), conclude_(std::move(conclude)) {}
  void run(std::size_t workers);

 private:
  void work(std::size_t worker);
  bool await_turn(std::size_t job);
  void end_turn(std::exception_ptr error);

  std::size_t jobs_;
  Step prepare_;
  Step conclude_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable turn_changed_;
  std::size_t turn_ = 0;
  std::exception_ptr error_;
};

}  // namespace usage
