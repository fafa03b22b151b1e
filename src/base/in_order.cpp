#include "usage/base/in_order.h"

#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace usage {

void InOrder::run(std::size_t workers) {
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t worker = 1; worker < workers; ++worker) others.emplace_back([this, worker] { work(worker); });
    } catch (const std::system_error&) {  // no more threads: fewer do
    }
    work(0);
  }
  if (error_) std::rethrow_exception(error_);
}

void InOrder::work(std::size_t worker) {
  for (std::size_t job = next_++; job < jobs_; job = next_++) {
    std::exception_ptr error;
    try {
      prepare_(worker, job);
    } catch (...) {
      error = std::current_exception();
    }
    if (!await_turn(job)) return;
    try {
      if (!error) conclude_(worker, job);
    } catch (...) {
      error = std::current_exception();
    }
    end_turn(std::move(error));
  }
}

// False where the work has ended.
bool InOrder::await_turn(std::size_t job) {
  std::unique_lock lock(mutex_);
  turn_changed_.wait(lock, [&] { return turn_ == job || error_; });
  return !error_;
}

void InOrder::end_turn(std::exception_ptr error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    ++turn_;
  }
  turn_changed_.notify_all();
}

}  // namespace usage
