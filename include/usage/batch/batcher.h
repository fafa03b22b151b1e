// Groups rows by installation and cuts the groups into requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// One installation's share of a file, or the part of it that goes out together. `rows` are indexes into
// UsageInput::rows, in input order; they live in the RowGroups that handed them out.
struct InstallationUsage {
  std::uint32_t installation = 0;  // index into UsageInput::installations
  std::span<const std::uint32_t> rows;
};

// Groups of rows in two flat lists: there may be as many groups as rows. No group is empty.
class RowGroups {
 public:
  class Iterator {
   public:
    Iterator(const RowGroups& groups, std::size_t at) : groups_(groups), at_(at) {}
    InstallationUsage operator*() const { return groups_[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const RowGroups& groups_;
    std::size_t at_;
  };

  std::size_t size() const { return groups_.size(); }
  bool empty() const { return groups_.empty(); }
  InstallationUsage operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : groups_[i - 1].end;
    return {groups_[i].installation, std::span(rows_).subspan(begin, groups_[i].end - begin)};
  }
  std::span<const std::uint32_t> rows() const { return rows_; }  // of one group after the other
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  // Takes out the rows for which it holds.
  void erase_rows_if(const std::function<bool(std::uint32_t row)>& holds);

 private:
  struct Group {
    std::uint32_t installation = 0;
    std::uint32_t end = 0;  // in rows_; the group before ends where this one begins
  };
  friend RowGroups group_by_installation(const std::vector<UsageRow>& rows);
  friend RowGroups batch(RowGroups groups, std::size_t max_items);
  std::vector<Group> groups_;
  std::vector<std::uint32_t> rows_;
};

// In order of each installation's first appearance among the given rows. Equal rows stay separate.
RowGroups group_by_installation(const std::vector<UsageRow>& rows);

// One request per installation; a group of more than max_items (0: no limit) is cut in input order. In the order in
// which requests are numbered from 1.
RowGroups batch(RowGroups groups, std::size_t max_items);

}  // namespace usage
