// Every way through a program that asks a choice at each fork: depth first, by replaying a prefix and extending it.
#pragma once

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace usage::test {

class Choices {
 public:
  // One of 0 .. count-1: as replayed, or 0 where this fork is new.
  std::size_t below(std::size_t count) { return taken_[fork(count)].value; }

  // A fork whose number of ways shows only on the way: 0, then 1, and so on until a history calls last_way().
  std::size_t open_fork() { return fork(kOpen); }
  std::size_t way(std::size_t fork) const { return taken_[fork].value; }
  void last_way(std::size_t fork) { taken_[fork].count = taken_[fork].value + 1; }

  // The next history; false after the last one.
  bool next() {
    taken_.resize(used_);
    while (!taken_.empty() && taken_.back().value + 1 >= taken_.back().count) taken_.pop_back();
    if (!taken_.empty()) ++taken_.back().value;
    used_ = 0;
    return !taken_.empty();
  }

  std::string text() const {
    std::string text;
    for (const Taken& taken : taken_) text += (text.empty() ? "" : ",") + std::to_string(taken.value);
    return text;
  }

 private:
  static constexpr std::size_t kOpen = std::numeric_limits<std::size_t>::max();
  struct Taken {
    std::size_t value = 0;
    std::size_t count = 1;
  };

  std::size_t fork(std::size_t count) {
    if (used_ == taken_.size()) taken_.push_back({0, count});
    if (taken_[used_].count != count && count != kOpen) throw std::logic_error("a replayed history forks elsewhere");
    return used_++;
  }

  std::vector<Taken> taken_;
  std::size_t used_ = 0;
};

}  // namespace usage::test
