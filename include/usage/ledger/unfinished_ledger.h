// A ledger in the making.
#pragma once

#include <filesystem>

namespace usage {

// Made beside its place, for it to take when it is whole; gone, with all that SQLite may have laid beside it, where it
// did not.
class UnfinishedLedger {
 public:
  // LedgerError "ledger-exists" where something is at the place, as require_no_log_left where a log lies beside it.
  explicit UnfinishedLedger(std::filesystem::path place);
  UnfinishedLedger(const UnfinishedLedger&) = delete;
  UnfinishedLedger& operator=(const UnfinishedLedger&) = delete;
  ~UnfinishedLedger();

  const std::filesystem::path& path() const { return path_; }  // nothing is there yet

  // Takes the name where it is free, never replaces; durable on return. LedgerError "ledger-exists", "ledger-folder".
  void put_in_place() const;

 private:
  std::filesystem::path place_;
  std::filesystem::path path_;
};

}  // namespace usage
