#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

namespace usage {

// How many installations have all their requests done. Requests of one installation come one after the other.
class InstallationCount {
 public:
  void loaded(const std::string& installation) {
    ++open_[installation];
    if (installation != last_) settle(std::exchange(last_, installation));
  }
  void posted_again(const std::string& installation) { ++open_[installation]; }
  void done(const std::string& installation) {
    --open_[installation];
    if (installation != last_) settle(installation);
  }
  void all_loaded() { settle(std::exchange(last_, std::string())); }
  std::uint64_t count() const { return count_; }

 private:
  void settle(const std::string& installation) {
    const auto found = open_.find(installation);
    if (found == open_.end() || found->second > 0) return;
    open_.erase(found);
    ++count_;
  }
  std::unordered_map<std::string, std::int64_t> open_;
  std::string last_;
  std::uint64_t count_ = 0;
};

}  // namespace usage
